"""One ticket: who has it, when it comes back, how it ends. Answers are in `replies`.

Every change takes `If-Match`, gives the ticket as it then is, and happens once: a second time
it is refused or changes nothing.
"""

from dataclasses import dataclass

from chalicelib import wiring
from chalicelib.domain.attendance import Presence
from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import BadInput
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import ENDED, AgentId, TicketState
from chalicelib.web.api.fields import (
    AgentRef,
    Draft,
    Instant,
    MoodName,
    NoteText,
    OptionalNote,
    Outcome,
    PromiseText,
    TopicName,
    UrgencyName,
    one_of,
)
from chalicelib.web.api.whole import ticket_id, whole
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views.ticket import LookingView, TicketView, looking_views


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHandOverBody:
    """Who is to have the ticket."""

    to: AgentRef
    note: OptionalNote = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverBody:
    """Why it is taken from somebody."""

    reason: NoteText


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSnoozeBody:
    """Until when a ticket is put off."""

    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBody:
    """What is promised, and for when."""

    until: Instant
    what: PromiseText


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteBody:
    """A word among agents."""

    text: NoteText


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBody:
    """How a ticket ended."""

    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBody:
    """What the verdict should have been; null where nothing is said of it."""

    urgency: UrgencyName
    topic: TopicName | None = None
    mood: MoodName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceBody:
    """That somebody has the ticket open, and what they began to write."""

    is_typing: bool = False
    draft: Draft = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookingsView:
    """Who else has the ticket open."""

    looking: tuple[LookingView, ...]


@endpoint("/api/v1/tickets/{id}")
def ticket(id: str) -> TicketView:
    """A whole ticket.

    Its ETag begins with its version: send it (or the version alone, `"7"`) as `If-Match` with
    a change, and the change is refused with 412 when somebody else was faster.
    """
    return whole(wiring.holding().get(ticket_id(id)))


@endpoint("/api/v1/tickets/{id}/claim", method="POST")
def claim(id: str, expected: int | None) -> TicketView:
    """I have it. Nothing changes for whoever has it already."""
    by = current_agent().id
    return whole(wiring.holding().claim(ticket_id(id), by, now=wiring.now(), expected=expected))


@endpoint("/api/v1/tickets/{id}/release", method="POST")
def release(id: str, expected: int | None) -> TicketView:
    """Give it back to the queue."""
    by = current_agent().id
    return whole(wiring.holding().release(ticket_id(id), by, now=wiring.now(), expected=expected))


@endpoint("/api/v1/tickets/{id}/hand-over", method="POST")
def hand_over_ticket(id: str, body: TicketHandOverBody, expected: int | None) -> TicketView:
    """Give it to somebody who is on duty or on call."""
    return whole(
        wiring.holding().hand_over(
            ticket_id(id),
            current_agent().id,
            AgentId(body.to),
            body.note,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/take-over", method="POST")
def take_over(id: str, body: TakeOverBody, expected: int | None) -> TicketView:
    """Take it from whoever has it; the reason stands on the timeline."""
    return whole(
        wiring.holding().take_over(
            ticket_id(id), current_agent().id, body.reason, now=wiring.now(), expected=expected
        )
    )


@endpoint("/api/v1/tickets/{id}/snooze", method="POST")
def snooze_ticket(id: str, body: TicketSnoozeBody, expected: int | None) -> TicketView:
    """Put it off until an instant, at which it is open again."""
    return whole(
        wiring.ending().snooze(
            ticket_id(id), current_agent().id, body.until, now=wiring.now(), expected=expected
        )
    )


@endpoint("/api/v1/tickets/{id}/wait", method="POST")
def wait(id: str, body: PromiseBody, expected: int | None) -> TicketView:
    """Promise something for an instant, at which it returns to the queue."""
    return whole(
        wiring.ending().wait(
            ticket_id(id),
            current_agent().id,
            body.until,
            body.what,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/resolve", method="POST")
def resolve_ticket(id: str, body: ResolveBody, expected: int | None) -> TicketView:
    """End it as content, not content, or no answer."""
    if body.outcome not in ENDED:
        raise BadInput(f"outcome: {body.outcome[:40]!r}; use one of {', '.join(sorted(ENDED))}")
    return whole(
        wiring.ending().resolve(
            ticket_id(id),
            current_agent().id,
            TicketState(body.outcome),
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/reopen", method="POST")
def reopen(id: str, expected: int | None) -> TicketView:
    """It is not over after all."""
    by = current_agent().id
    return whole(wiring.ending().reopen(ticket_id(id), by, now=wiring.now(), expected=expected))


@endpoint("/api/v1/tickets/{id}/note", method="POST")
def note(id: str, body: NoteBody, expected: int | None) -> TicketView:
    """A word among agents; customers never see it."""
    return whole(
        wiring.talking().note(
            ticket_id(id), current_agent().id, body.text, now=wiring.now(), expected=expected
        )
    )


@endpoint("/api/v1/tickets/{id}/correct", method="POST")
def correct(id: str, body: CorrectBody, expected: int | None) -> TicketView:
    """Keep what the verdict should have been, for learning; the ticket stays where it is.

    Whoever answers may say so, of a ticket that has ended too; the newest word of each counts.
    """
    correction = Correction(
        by=current_agent().id,
        at=wiring.now(),
        urgency=one_of(Urgency, body.urgency, "urgency"),
        topic=one_of(Topic, body.topic, "topic") if body.topic is not None else None,
        mood=one_of(Mood, body.mood, "mood") if body.mood is not None else None,
    )
    return whole(wiring.talking().correct(ticket_id(id), correction, expected=expected))


@endpoint("/api/v1/tickets/{id}/presence", method="PUT")
def presence(id: str, body: PresenceBody) -> LookingsView:
    """Say every 15 seconds that I look at it; the answer tells who else does.

    It keeps what I began to write, and my claim. Nobody else sees the draft.
    """
    me = current_agent()
    seen = Presence(
        agent=me.id,
        name=me.name,
        seen_at=wiring.now(),
        is_typing=body.is_typing,
        draft=body.draft,
    )
    others = wiring.holding().look(ticket_id(id), seen, now=wiring.now())
    return LookingsView(looking=looking_views(others))
