"""Who is there to answer, and whether I am."""

from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.services.answering import Team
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views.team import TeamView, team_view


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBody:
    """Whether somebody is there to answer."""

    is_on_duty: bool


@endpoint("/api/v1/team")
def team() -> TeamView:
    """Everybody to whom a ticket can be given: on duty, or on call."""
    return _shown(wiring.holding().team(now=wiring.now()))


@endpoint("/api/v1/me/duty", method="PUT")
def duty(body: DutyBody) -> TeamView:
    """I am on duty, or not any more; say so every five minutes while it lasts.

    Whoever goes off duty gives their claims back.
    """
    me = current_agent()
    return _shown(wiring.holding().set_duty(me.id, me.name, body.is_on_duty, now=wiring.now()))


def _shown(team: Team) -> TeamView:
    tally = wiring.parts.tallies().latest()
    holders = tally.holders if tally else {}
    return team_view(team, naming(), holders=holders, now=wiring.now())
