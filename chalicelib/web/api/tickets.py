"""Tickets: the queue, and what agents do with what waits there."""

import re
from dataclasses import dataclass
from typing import TypeVar

from chalicelib import wiring
from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import BadInput
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import ENDED, TicketId, TicketState
from chalicelib.web.api.ids import checked
from chalicelib.web.blueprint import body_as, current_agent, endpoint
from chalicelib.web.views import QueueView, TicketView, ticket_view

E = TypeVar("E", Urgency, Topic, Mood)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBody:
    """What the verdict should have been; null where nothing is said of it."""

    urgency: str
    topic: str | None = None
    mood: str | None = None


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


@endpoint("/api/v1/tickets/{id}/correct", method="POST")
def correct(id: str) -> TicketView:
    """Keep what the verdict should have been, for learning; the ticket stays where it is.

    Anybody who is signed in may say so, of a ticket that has ended too; the newest word of each
    counts.
    """
    body = body_as(CorrectBody)
    correction = Correction(
        by=current_agent().id,
        at=wiring.now(),
        urgency=_one_of(Urgency, body.urgency, "urgency"),
        topic=_one_of(Topic, body.topic, "topic") if body.topic is not None else None,
        mood=_one_of(Mood, body.mood, "mood") if body.mood is not None else None,
    )
    return ticket_view(wiring.answering().correct(_ticket_id(id), correction))


def _one_of(kind: type[E], found: str, field: str) -> E:
    try:
        return kind(found)
    except ValueError:
        raise BadInput(f"{field}: {found[:40]!r}; use one of {', '.join(kind)}") from None


def _ticket_id(text: str) -> TicketId:
    return TicketId(checked(text, "ticket"))
