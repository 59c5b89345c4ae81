"""The sources: how each stands, and what reading it takes."""

from chalicelib import wiring
from chalicelib.web.access import EVERYBODY
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import endpoint
from chalicelib.web.views.sources import SourcesView, sources_view


@endpoint("/api/v1/sources", roles=EVERYBODY)
def sources() -> SourcesView:
    """How each source stands: whether it is heard, what reading it takes, and what is left out."""
    standing = wiring.standing().sources(now=wiring.now())
    return sources_view(standing, naming(), wiring.parts.sources())
