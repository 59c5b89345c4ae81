"""Instants, web addresses, and who is signed in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from chalicelib.web.tokens import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """Who is signed in."""

    id: str
    name: str
    roles: tuple[str, ...]
    expires_at: datetime


def agent_view(agent: Agent) -> AgentView:
    return AgentView(id=agent.id, name=agent.name, roles=agent.roles, expires_at=agent.expires_at)


def web_address(url: str) -> str:
    """`url` when a browser may follow it (`http`, `https`), else nothing: never `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def utc(instant: datetime | None) -> datetime | None:
    """The same instant, as JSON shows it."""
    return None if instant is None else instant.astimezone(UTC)
