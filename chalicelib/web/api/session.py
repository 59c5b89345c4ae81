"""Whether the service answers, and who is signed in."""

from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views import AgentView, agent_view


@endpoint("/api/v1/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@endpoint("/api/v1/me")
def me() -> AgentView:
    return agent_view(current_agent())
