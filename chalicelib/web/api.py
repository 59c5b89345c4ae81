"""The JSON that the page speaks, under `/api/v1`. Every route but health needs a token."""

import re
from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.ticket import ENDED, TicketId, TicketState
from chalicelib.web.blueprint import body_as, current_agent, endpoint
from chalicelib.web.views import (
    AgentView,
    IncidentsView,
    IncidentView,
    QueueView,
    TicketView,
    agent_view,
    incident_view,
    ticket_view,
)

_ID = re.compile(r"[\w.~-]{1,200}", re.ASCII)
_REPLY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBody:
    """An approved answer."""

    text: str
    reply_id: str
    """Made by the page, the same when it sends the same approval again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBody:
    """How a ticket ended."""

    outcome: str


@endpoint("/api/v1/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@endpoint("/api/v1/me")
def me() -> AgentView:
    return agent_view(current_agent())


@endpoint("/api/v1/queue")
def queue() -> QueueView:
    """What waits; one query."""
    return QueueView(tickets=tuple(ticket_view(one) for one in wiring.answering().queue()))


@endpoint("/api/v1/tickets/{id}")
def ticket(id: str) -> TicketView:
    return ticket_view(wiring.answering().get(_ticket_id(id)))


@endpoint("/api/v1/tickets/{id}/claim", method="POST")
def claim(id: str) -> TicketView:
    by = current_agent().id
    return ticket_view(wiring.answering().claim(_ticket_id(id), by, now=wiring.now()))


@endpoint("/api/v1/tickets/{id}/release", method="POST")
def release(id: str) -> TicketView:
    by = current_agent().id
    return ticket_view(wiring.answering().release(_ticket_id(id), by, now=wiring.now()))


@endpoint("/api/v1/tickets/{id}/reply", method="POST")
def reply(id: str) -> TicketView:
    """Publish an answer once for each `reply_id`; the reply's `state` tells its fate."""
    body = body_as(ReplyBody)
    if not _REPLY_ID.fullmatch(body.reply_id):
        raise BadInput("reply_id: use 8 to 64 letters, digits or dashes, random")
    return ticket_view(
        wiring.answering().reply(
            _ticket_id(id),
            current_agent().id,
            body.text,
            reply_id=body.reply_id,
            now=wiring.now(),
        )
    )


@endpoint("/api/v1/tickets/{id}/look-up", method="POST")
def look_up(id: str) -> TicketView:
    """Ask the platform what became of a reply whose fate is unknown."""
    by = current_agent().id
    return ticket_view(wiring.answering().look_up(_ticket_id(id), by, now=wiring.now()))


@endpoint("/api/v1/tickets/{id}/resolve", method="POST")
def resolve(id: str) -> TicketView:
    outcome = body_as(ResolveBody).outcome
    if outcome not in ENDED:
        raise BadInput(f"outcome: {outcome[:40]!r}; use one of {', '.join(sorted(ENDED))}")
    return ticket_view(
        wiring.answering().resolve(
            _ticket_id(id), current_agent().id, TicketState(outcome), now=wiring.now()
        )
    )


@endpoint("/api/v1/tickets/{id}/reopen", method="POST")
def reopen(id: str) -> TicketView:
    by = current_agent().id
    return ticket_view(wiring.answering().reopen(_ticket_id(id), by, now=wiring.now()))


@endpoint("/api/v1/incidents")
def incidents() -> IncidentsView:
    """Open incidents, newest first."""
    return IncidentsView(
        incidents=tuple(
            incident_view(incident, loudness=loudness)
            for incident, loudness in wiring.acknowledging().open_ones()
        )
    )


@endpoint("/api/v1/incidents/{id}/acknowledge", method="POST")
def acknowledge_incident(id: str) -> IncidentView:
    """I have it. When somebody had it before, the answer says who."""
    by = current_agent().id
    return _with_loudness(
        wiring.acknowledging().acknowledge(_incident_id(id), by, now=wiring.now())
    )


@endpoint("/api/v1/incidents/{id}/resolve", method="POST")
def resolve_incident(id: str) -> IncidentView:
    by = current_agent().id
    return _with_loudness(wiring.acknowledging().resolve(_incident_id(id), by, now=wiring.now()))


def _with_loudness(incident: Incident) -> IncidentView:
    return incident_view(incident, loudness=wiring.acknowledging().loudness(incident.id))


def _ticket_id(text: str) -> TicketId:
    return TicketId(_checked(text, "ticket"))


def _incident_id(text: str) -> IncidentId:
    return IncidentId(_checked(text, "incident"))


def _checked(id: str, what: str) -> str:
    """Our ids are safe in a path; what is not (percent-encoded, say) is none of them."""
    if not _ID.fullmatch(id):
        raise NotFound(f"there is no such {what}")
    return id
