"""What is configured, as far as agents need it."""

from chalicelib import wiring
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views.desk import DeskView, desk_view


@endpoint("/api/v1/desk")
def desk() -> DeskView:
    """Names of brands, sources and people; saved replies, checklists and limits."""
    me = current_agent()
    found = wiring.listing().counts(me=me.id, now=wiring.now())
    return desk_view(naming(), languages=found.languages, me=me.name)
