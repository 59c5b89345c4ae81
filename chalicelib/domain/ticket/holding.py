"""Who has a ticket: claim, release, hand over, take over, and the lease of a claim."""

from datetime import datetime

from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed
from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.states import ENDED, TicketState
from chalicelib.domain.ticket.ticket import AgentId, Ticket

MAX_NOTE = 2_000
"""Characters of a note or a reason."""


def claimed(ticket: Ticket, by: AgentId, *, now: datetime, until: datetime) -> Ticket:
    """`by` has it until `until` or longer, as long as there is a sign of them.

    Itself when `by` has it already. Raises NotAllowed when somebody else does, IllegalMove when
    it ended.
    """
    _check_in_queue(ticket, "claimed; reopen it")
    if ticket.holder is not None and ticket.holder != by:
        raise NotAllowed(f"{ticket.holder} has this ticket")
    if ticket.state is TicketState.CLAIMED:
        return ticket
    act = TicketAct(kind=TicketActKind.CLAIMED, at=now, by=by)
    return ticket.changed(act, **_held(ticket, by, until))


def released(ticket: Ticket, by: AgentId, *, now: datetime) -> Ticket:
    """Back to the queue. Raises NotAllowed for all but the holder, IllegalMove once ended."""
    _check_in_queue(ticket, "released; reopen it")
    ticket.check_holder(by)
    return ticket.changed(TicketAct(kind=TicketActKind.RELEASED, at=now, by=by), **_free(ticket))


def handed_over(
    ticket: Ticket, by: AgentId, to: AgentId, *, note: str, now: datetime, until: datetime
) -> Ticket:
    """`to` has it now. A ticket that nobody has may be given by anybody.

    Raises NotAllowed when somebody else has it, BadInput when `to` has it already.
    """
    _check_in_queue(ticket, "handed over; reopen it")
    if ticket.state is not TicketState.OPEN:
        ticket.check_holder(by)
    if ticket.holder == to:
        raise BadInput(f"to: {to} has this ticket already")
    act = TicketAct(kind=TicketActKind.HANDED_OVER, at=now, by=by, to=to, text=_short(note, "note"))
    return ticket.changed(act, **_held(ticket, to, until))


def taken_over(
    ticket: Ticket, by: AgentId, *, reason: str, now: datetime, until: datetime
) -> Ticket:
    """`by` has it now, in the place of whoever had it; the reason stands on the timeline.

    Raises BadInput without a reason, IllegalMove when nobody else has it.
    """
    _check_in_queue(ticket, "taken over; reopen it")
    reason = _short(reason, "reason")
    if not reason:
        raise BadInput("reason: empty; say why you take it from somebody else")
    if ticket.holder is None or ticket.holder == by:
        raise IllegalMove("nobody else has this ticket; claim it")
    act = TicketAct(kind=TicketActKind.TAKEN_OVER, at=now, by=by, to=ticket.holder, text=reason)
    return ticket.changed(act, **_held(ticket, by, until))


def kept(ticket: Ticket, *, until: datetime) -> Ticket:
    """There was a sign of its holder: the claim lasts until `until`.

    Itself where it lasts as long anyway. Raises IllegalMove when nobody is at it.
    """
    if ticket.state is not TicketState.CLAIMED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} has no claim to keep")
    if ticket.held_until is not None and ticket.held_until >= until:
        return ticket
    return ticket.changed(held_until=until)


def last_sign(ticket: Ticket) -> datetime | None:
    """When its holder last did something to it; None when they never did."""
    acts = (one.at for one in ticket.acts if one.by and one.by == ticket.holder)
    given = (one.at for one in ticket.acts if one.kind is _GIVEN and one.to == ticket.holder)
    notes = (one.at for one in ticket.notes if one.by == ticket.holder)
    replies = (
        one.approved_at for one in ticket.replies if one.by == ticket.holder and not one.approved_by
    )
    return max((*acts, *given, *notes, *replies), default=None)


def given_back(ticket: Ticket, *, why: str, now: datetime) -> Ticket:
    """The claim ends by itself: its holder was silent, or went off duty.

    Raises IllegalMove when nobody has it.
    """
    if ticket.state is not TicketState.CLAIMED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} has no claim to end")
    act = TicketAct(kind=TicketActKind.RETURNED, at=now, to=ticket.holder or "", text=why)
    return ticket.changed(act, **_free(ticket))


def breached(ticket: Ticket, *, now: datetime) -> Ticket:
    """The promised time has passed; said once for each wait, then it is itself."""
    if not ticket.is_owed or ticket.breached_at is not None or ticket.due_at > now:
        return ticket
    act = TicketAct(kind=TicketActKind.BREACHED, at=ticket.due_at, to=ticket.holder or "")
    return ticket.changed(act, breached_at=now)


_GIVEN = TicketActKind.HANDED_OVER


def _free(ticket: Ticket) -> dict[str, object]:
    held = {"state": TicketState.OPEN, "holder": None, "held_until": None}
    return held | ticket.promise


def _held(ticket: Ticket, by: AgentId, until: datetime) -> dict[str, object]:
    held = {"state": TicketState.CLAIMED, "holder": by, "held_until": until}
    return held | ticket.promise


def _check_in_queue(ticket: Ticket, remedy: str) -> None:
    if ticket.state in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} cannot be {remedy}")


def _short(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > MAX_NOTE:
        raise BadInput(f"{field}: {len(text)} characters; at most {MAX_NOTE} are taken")
    return text
