"""A whole ticket as JSON: everything that is needed to answer it well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.answering.waiting import waited
from chalicelib.domain.attendance import Presence
from chalicelib.domain.desk import Desk
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import Ticket, TicketActKind, card_of
from chalicelib.services.answering import Ways
from chalicelib.web.views.basics import web_address
from chalicelib.web.views.cards import HeadView, head_fields
from chalicelib.web.views.conversation import (
    ActView,
    CorrectionView,
    MoodView,
    NoteView,
    PostView,
    ReplyView,
    act_view,
    correction_view,
    mood_view,
    note_view,
    post_views,
    reply_view,
)
from chalicelib.web.views.people import Naming

_MINUTE = timedelta(minutes=1)
_ANSWERS = (TicketActKind.REPLIED, TicketActKind.ANSWERED_ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysView:
    """How a ticket can be answered from here."""

    can_reply: bool
    why_not: str
    """Why no public reply can be sent from here; then answer there, and mark it as answered."""
    can_reply_privately: bool
    limit: int
    """Characters of a public reply, as the platform counts them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookingView:
    """Somebody else who has the ticket open."""

    agent: str
    name: str
    is_typing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedView:
    """How long the customer waited for the newest answer, or has waited for one until now."""

    wall_minutes: int
    """By the clock on the wall: what the customer feels."""
    in_hours_minutes: int
    """Of it, while we were open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView(HeadView):
    """A ticket with its whole conversation."""

    reasons: tuple[str, ...]
    """Why the verdict is what it is."""
    url: str
    """Where the customer's newest public word stands; only `http` and `https`, else empty."""
    incident_name: str
    """Empty when it belongs to no incident."""
    mood: float
    """How the customer felt at first, -1 to 1."""
    moods: tuple[MoodView, ...]
    """Oldest first: before and after."""
    conversation: tuple[PostView, ...]
    """What the customer said, oldest first. With the answers it is the thread."""
    replies: tuple[ReplyView, ...]
    """Ours, in the order in which they were written."""
    notes: tuple[NoteView, ...]
    acts: tuple[ActView, ...]
    """The timeline, oldest first."""
    corrections: tuple[CorrectionView, ...]
    """One of each agent at most, oldest first."""
    waited: WaitedView
    ways: WaysView
    looking: tuple[LookingView, ...]
    """Others who have it open now."""
    draft: str
    """What the asker began to write."""


def ticket_view(
    ticket: Ticket,
    *,
    naming: Naming,
    ways: Ways,
    looking: Sequence[Presence],
    draft: str,
    now: datetime,
) -> TicketView:
    newest = ticket.latest(is_private=False)
    return TicketView(
        # In full, since whoever is to call a number must see it; lists mask it.
        **(head_fields(card_of(ticket), naming) | {"returns_for": ticket.returns_for}),
        reasons=ticket.reasons,
        url=web_address(newest.url) if newest else "",
        incident_name=incident_name(ticket, naming) if ticket.incident_id else "",
        mood=ticket.mood,
        moods=tuple(mood_view(one) for one in ticket.moods),
        conversation=post_views(ticket),
        replies=tuple(reply_view(one, naming) for one in ticket.replies),
        notes=tuple(note_view(one, naming) for one in ticket.notes),
        acts=tuple(act_view(one, naming) for one in ticket.acts),
        corrections=tuple(correction_view(one, naming) for one in ticket.corrections),
        waited=_waited_view(ticket, naming.desk, now),
        ways=WaysView(
            can_reply=ways.can_reply,
            why_not=ways.why_not,
            can_reply_privately=ways.can_reply_privately,
            limit=ways.limit,
        ),
        looking=looking_views(looking),
        draft=draft,
    )


def looking_views(looking: Sequence[Presence]) -> tuple[LookingView, ...]:
    return tuple(
        LookingView(agent=one.agent, name=one.name, is_typing=one.is_typing)
        for one in sorted(looking, key=lambda one: one.agent)
    )


def incident_name(ticket: Ticket, naming: Naming) -> str:
    """What an incident is called: `Acme: outage, 21 November 19:30 UTC`."""
    brand, topic, opened = [*str(ticket.incident_id).split("."), "", ""][:3]
    try:
        at = datetime.strptime(opened[:13], "%Y%m%dT%H%M").replace(tzinfo=UTC)
        return f"{naming.brand(brand)}: {Topic(topic).value}, {at:%-d %B %H:%M} UTC"
    except ValueError:
        return f"{naming.brand(ticket.mention.brand)}: {ticket.topic.value}"


def _waited_view(ticket: Ticket, desk: Desk, now: datetime) -> WaitedView:
    """Of thanks nobody waits for; of what has been answered, until that."""
    until = now if ticket.is_owed else _answered_at(ticket) or ticket.waiting_since
    length = waited(ticket.waiting_since, until, desk.answering_hours)
    return WaitedView(
        wall_minutes=length.wall // _MINUTE, in_hours_minutes=length.in_hours // _MINUTE
    )


def _answered_at(ticket: Ticket) -> datetime | None:
    answers = (one.at for one in ticket.acts if one.kind in _ANSWERS)
    first = next((at for at in answers if at >= ticket.waiting_since), None)
    return first or ticket.ended_at
