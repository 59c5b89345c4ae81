"""Who is there to answer, as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.schedule import ResponderId
from chalicelib.services.answering import Team
from chalicelib.web.views.people import Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDutyView:
    """An agent who is on duty by their own word, and was heard of within 15 minutes."""

    agent: str
    name: str
    heard_at: datetime
    tickets: int
    """How many they have, as of the newest count of the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallNowView:
    """Somebody who is on call now, and so there to answer too."""

    agent: str
    name: str
    schedule: str
    """By which schedules, with commas between."""
    tickets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamView:
    """Everybody to whom a ticket can be given."""

    on_duty: tuple[OnDutyView, ...]
    on_call: tuple[OnCallNowView, ...]


def team_view(team: Team, naming: Naming, *, holders: Mapping[str, int], now: datetime) -> TeamView:
    """`holders`: tickets by who has them."""
    return TeamView(
        on_duty=tuple(
            OnDutyView(
                agent=one.agent,
                name=one.name or naming.agent(one.agent),
                heard_at=one.heard_at.astimezone(UTC),
                tickets=holders.get(one.agent, 0),
            )
            for one in team.there
        ),
        on_call=tuple(
            OnCallNowView(
                agent=one,
                name=naming.agent(one),
                schedule=", ".join(
                    schedule.name
                    for schedule in naming.desk.schedules
                    if ResponderId(one) in schedule.everyone_on_call(now)
                ),
                tickets=holders.get(one, 0),
            )
            for one in team.on_call
        ),
    )
