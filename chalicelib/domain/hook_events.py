"""What other desks are told when a ticket or an incident changes.

All is read off the difference between the value before and after: the acts that were added to
its timeline, and for an incident the steps that the clock took. The id of an event is made of
what it tells, so that a change which is looked at twice is told twice under one id.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from chalicelib.domain.answering.rules import HookEvent
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.ticket import (
    ENDED,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    card_of,
)
from chalicelib.domain.timeline import Act, ActKind

Value = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HookMessage:
    """One change, as it is told."""

    id: str
    """`evt_` and 32 hexadecimal digits: the same whenever this change is told."""
    event: HookEvent
    at: datetime
    data: Mapping[str, Value]
    """Flat; see docs/hooks.md."""


_TICKET_EVENTS: Mapping[TicketActKind, HookEvent] = {
    TicketActKind.OPENED: HookEvent.TICKET_OPENED,
    TicketActKind.CLAIMED: HookEvent.TICKET_CLAIMED,
    TicketActKind.HANDED_OVER: HookEvent.TICKET_CLAIMED,
    TicketActKind.TAKEN_OVER: HookEvent.TICKET_CLAIMED,
    TicketActKind.RELEASED: HookEvent.TICKET_RETURNED,
    TicketActKind.RETURNED: HookEvent.TICKET_RETURNED,
    TicketActKind.CAME_BACK: HookEvent.TICKET_RETURNED,
    TicketActKind.REPLIED: HookEvent.TICKET_REPLIED,
    TicketActKind.ANSWERED_ELSEWHERE: HookEvent.TICKET_REPLIED,
    TicketActKind.BREACHED: HookEvent.TICKET_BREACHED,
    TicketActKind.RESOLVED: HookEvent.TICKET_RESOLVED,
    TicketActKind.REOPENED: HookEvent.TICKET_REOPENED,
}
"""Every other act is `ticket.changed`."""

_SAID_ANEW = (TicketActKind.JOINED, TicketActKind.EDITED)
"""What may open a ticket again that had ended."""

_INCIDENT_EVENTS: Mapping[ActKind, HookEvent] = {
    ActKind.OPENED: HookEvent.INCIDENT_TRIGGERED,
    ActKind.RAISED: HookEvent.INCIDENT_TRIGGERED,
    ActKind.ACK_TIMED_OUT: HookEvent.INCIDENT_TRIGGERED,
    ActKind.ACKNOWLEDGED: HookEvent.INCIDENT_ACKNOWLEDGED,
    ActKind.SNOOZED: HookEvent.INCIDENT_ACKNOWLEDGED,
    ActKind.ESCALATED: HookEvent.INCIDENT_ESCALATED,
    ActKind.RESOLVED: HookEvent.INCIDENT_RESOLVED,
}
"""Every other act is `incident.changed`."""


def ticket_messages(old: Ticket | None, new: Ticket | None) -> tuple[HookMessage, ...]:
    """What is told of a ticket that was `old` and is `new`, in the order in which it happened.

    Nothing of one that is gone: what a receiver has kept, it must delete by its own rules.
    """
    if new is None:
        return ()
    told = []
    before = {one.id for one in old.replies if one.state is ReplyState.SENT} if old else set()
    is_private = any(
        one.is_private
        for one in new.replies
        if one.state is ReplyState.SENT and one.id not in before
    )
    for number, act in enumerate(_added(old.acts if old else (), new.acts)):
        event = _TICKET_EVENTS.get(act.kind, HookEvent.TICKET_CHANGED)
        was_over = old is not None and old.state in ENDED
        if act.kind in _SAID_ANEW and was_over and new.state not in ENDED:
            event = HookEvent.TICKET_REOPENED
        data = {**_ticket(new), **_act(act), "is_private": is_private}
        id = _id(event, "ticket", new.id, new.version, number, act.kind.value)
        told.append(HookMessage(id=id, event=event, at=act.at, data=data))
    return tuple(told)


def incident_messages(old: Incident | None, new: Incident | None) -> tuple[HookMessage, ...]:
    """What is told of an incident; one that stood in its place before counts for nothing."""
    if new is None:
        return ()
    if old is not None and old.id != new.id:
        old = None
    told = []
    for number, act in enumerate(_added(old.acts if old else (), new.acts)):
        event = _INCIDENT_EVENTS.get(act.kind, HookEvent.INCIDENT_CHANGED)
        id = _id(event, "incident", new.id, new.version, number, act.kind.value)
        data = {**_incident(new), **_act(act)}
        told.append(HookMessage(id=id, event=event, at=act.at, data=data))
    if old is not None and not told and _has_stepped(old, new):
        event = HookEvent.INCIDENT_ESCALATED
        data = {**_incident(new), "what": "stepped", "by": "", "to": "", "until": None}
        id = _id(event, "incident", new.id, new.version, 0, "stepped")
        told.append(HookMessage(id=id, event=event, at=old.position.due_at, data=data))
    return tuple(told)


A = TypeVar("A", Act, TicketAct)


def _added(old: tuple[A, ...], new: tuple[A, ...]) -> tuple[A, ...]:
    """The acts at the end of `new` that `old` has not; full timelines lose some in the middle."""
    known = set(old)
    at = len(new)
    while at > 0 and new[at - 1] not in known:
        at -= 1
    return new[at:]


def _has_stepped(old: Incident, new: Incident) -> bool:
    """Whether the clock has taken a further step, after one that called somebody."""
    if old.state is not IncidentState.TRIGGERED or new.state is not IncidentState.TRIGGERED:
        return False
    before = (old.position.round, old.position.step)
    after = (new.position.round, new.position.step)
    return before != after and bool(old.paged or old.calls)


def _ticket(ticket: Ticket) -> dict[str, Value]:
    """Of a card, which holds nothing private, what another desk needs; no name of a customer."""
    card = card_of(ticket)
    return {
        "id": card.id,
        "version": card.version,
        "state": card.state,
        "urgency": card.urgency,
        "topic": card.topic,
        "brand": card.brand,
        "platform": card.platform,
        "source": card.source,
        "language": card.language,
        "author": card.author,
        "reach": card.reach,
        "url": "" if ticket.mention.is_private else ticket.mention.url,
        "excerpt": card.excerpt,
        "holder": card.holder,
        "is_waiting": card.is_waiting,
        "is_thanks": card.is_thanks,
        "is_breached": card.is_breached,
        "opened_at": told_instant(card.opened_at),
        "waiting_since": told_instant(card.waiting_since),
        "due_at": told_instant(card.due_at),
        "ended_at": _told_or_none(card.ended_at),
        "incident_id": card.incident_id,
        "posts": card.posts,
        "replies": card.replies,
    }


def _incident(incident: Incident) -> dict[str, Value]:
    """Without the post and the reasons, which quote it: it may have been a private one."""
    return {
        "id": incident.id,
        "version": incident.version,
        "state": incident.state.value,
        "urgency": incident.urgency.value,
        "topic": incident.topic.value,
        "brand": incident.brand,
        "platform": incident.platform,
        "author": incident.author,
        "url": incident.url,
        "surge": incident.surge,
        "step": incident.position.step,
        "round": incident.position.round,
        "opened_at": told_instant(incident.opened_at),
        "acknowledged_by": incident.acknowledged_by,
        "acknowledged_at": _told_or_none(incident.acknowledged_at),
        "resolved_by": incident.resolved_by,
        "resolved_at": _told_or_none(incident.resolved_at),
    }


def _act(act: Act | TicketAct) -> dict[str, Value]:
    """The act without its text, which is for our own people."""
    return {"what": act.kind.value, "by": act.by, "to": act.to, "until": _told_or_none(act.until)}


def told_instant(at: datetime) -> str:
    """ISO 8601 in UTC, such as `2026-11-21T19:30:00Z`."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _told_or_none(at: datetime | None) -> str | None:
    return told_instant(at) if at else None


def _id(event: HookEvent, *parts: object) -> str:
    said = "\n".join(str(one) for one in (event.value, *parts))
    return f"evt_{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message for one hook."""

    hook: str
    """Its name in the configuration."""
    message: HookMessage


def body_of(message: HookMessage) -> bytes:
    """What is posted: JSON in UTF-8, the same bytes whenever it is told.

    Halves of characters, which nothing can decode, become question marks.
    """
    told = {
        "type": message.event.value,
        "timestamp": told_instant(message.at),
        "data": dict(message.data),
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")
