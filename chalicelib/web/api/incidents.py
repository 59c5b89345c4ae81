"""Incidents: what rings, what was done to it, and what a signed-in person does with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from chalicelib import wiring
from chalicelib.domain.errors import BadInput
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.services.acknowledging import LONGEST_SNOOZE
from chalicelib.web.api.fields import AgentRef, told
from chalicelib.web.api.ids import checked
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.incident_views import (
    IncidentsView,
    WholeIncidentView,
    incident_view,
    whole_incident_view,
)

MOST_MINUTES = int(LONGEST_SNOOZE / timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeBody:
    """How long it is put off."""

    minutes: Annotated[int, told(minimum=1, maximum=MOST_MINUTES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverBody:
    """Who is to have it."""

    to: AgentRef


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeBody:
    """Whether it was worth waking somebody."""

    is_worth_it: bool


@endpoint("/api/v1/incidents")
def incidents() -> IncidentsView:
    """Open incidents, newest first."""
    seen = wiring.acknowledging().open_ones()
    named = naming()
    return IncidentsView(incidents=tuple(incident_view(one, named) for one in seen))


@endpoint("/api/v1/incidents/{id}")
def incident(id: str) -> WholeIncidentView:
    """One incident, open or over, with its timeline."""
    acknowledging = wiring.acknowledging()
    return whole_incident_view(acknowledging.get(_id(id)), acknowledging.people(), naming())


@endpoint("/api/v1/incidents/{id}/acknowledge", method="POST")
def acknowledge(id: str) -> WholeIncidentView:
    """I have it. When somebody had it before, the answer says who."""
    by = current_agent().id
    return _whole(wiring.acknowledging().acknowledge(_id(id), by, now=wiring.now()))


@endpoint("/api/v1/incidents/{id}/resolve", method="POST")
def resolve(id: str) -> WholeIncidentView:
    """It is over."""
    by = current_agent().id
    return _whole(wiring.acknowledging().resolve(_id(id), by, now=wiring.now()))


@endpoint("/api/v1/incidents/{id}/escalate", method="POST")
def escalate(id: str) -> WholeIncidentView:
    """Ring the next person now."""
    by = current_agent().id
    return _whole(wiring.acknowledging().escalate(_id(id), by, now=wiring.now()))


@endpoint("/api/v1/incidents/{id}/snooze", method="POST")
def snooze(id: str, body: SnoozeBody) -> WholeIncidentView:
    """I have it; ring again when the time is over."""
    minutes = body.minutes
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadInput(f"minutes: {minutes}; use 1 to {MOST_MINUTES}")
    length = timedelta(minutes=minutes)
    by = current_agent().id
    return _whole(wiring.acknowledging().snooze(_id(id), by, length, now=wiring.now()))


@endpoint("/api/v1/incidents/{id}/hand-over", method="POST")
def hand_over(id: str, body: HandOverBody) -> WholeIncidentView:
    """Ring another person now, alone."""
    by = current_agent().id
    return _whole(wiring.acknowledging().hand_over(_id(id), by, body.to, now=wiring.now()))


@endpoint("/api/v1/incidents/{id}/grade", method="POST")
def grade(id: str, body: GradeBody) -> WholeIncidentView:
    """Was it worth waking somebody?"""
    by = current_agent().id
    return _whole(
        wiring.acknowledging().grade(_id(id), by, is_worth_it=body.is_worth_it, now=wiring.now())
    )


def _whole(incident: Incident) -> WholeIncidentView:
    acknowledging = wiring.acknowledging()
    return whole_incident_view(acknowledging.shown(incident), acknowledging.people(), naming())


def _id(text: str) -> IncidentId:
    return IncidentId(checked(text, "incident"))
