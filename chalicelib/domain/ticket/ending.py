"""Put off, promise, come back, resolve, reopen: until the customer is content."""

from datetime import datetime, timedelta

from chalicelib.domain.errors import BadInput, IllegalMove
from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.states import ENDED, TicketState
from chalicelib.domain.ticket.ticket import AgentId, Ticket

LONGEST = timedelta(days=90)
"""How far ahead something may be promised or put off."""

MAX_PROMISE = 300
"""Characters."""


def snoozed(ticket: Ticket, by: AgentId, *, until: datetime, now: datetime) -> Ticket:
    """Out of sight until `until`, or until what was promised before. Raises BadInput for the past
    or too far ahead."""
    _check_goes_on(ticket)
    ticket.check_holder(by)
    _check_ahead(until, now)
    act = TicketAct(kind=TicketActKind.SNOOZED, at=now, by=by, until=until)
    returns_at = min(until, ticket.returns_at or until) if ticket.has_promise else until
    return ticket.changed(
        act,
        state=TicketState.SNOOZED,
        held_until=None,
        **(ticket.promise | {"returns_at": returns_at}),
    )


def waiting(ticket: Ticket, by: AgentId, *, until: datetime, what: str, now: datetime) -> Ticket:
    """Something is promised for `until`, such as a call back or a check whether it works now.

    Raises BadInput for the past, too far ahead, or when it does not say what.
    """
    _check_goes_on(ticket)
    ticket.check_holder(by)
    _check_ahead(until, now)
    what = " ".join(what.split())
    if not what:
        raise BadInput("what: empty; say what is to be done then, so that anybody can")
    if len(what) > MAX_PROMISE:
        raise BadInput(f"what: {len(what)} characters; at most {MAX_PROMISE} are taken")
    act = TicketAct(kind=TicketActKind.PROMISED, at=now, by=by, text=what, until=until)
    return ticket.changed(
        act, state=TicketState.WAITING, returns_at=until, returns_for=what, held_until=None
    )


def returned(ticket: Ticket, *, now: datetime, due_at: datetime) -> Ticket:
    """The time has come: it is open again, unless somebody is at it.

    What was promised is waited for from then on, and an answer to it is due by `due_at`. Itself
    when it is not to come back, or not yet.
    """
    if not ticket.is_in_queue or ticket.returns_at is None or ticket.returns_at > now:
        return ticket
    act = TicketAct(kind=TicketActKind.CAME_BACK, at=now, text=ticket.returns_for)
    changes: dict[str, object] = {"returns_at": None, "returns_for": ""}
    if ticket.state is not TicketState.CLAIMED:
        changes |= {"state": TicketState.OPEN, "holder": None, "held_until": None}
    if ticket.has_promise and not ticket.is_waiting and not ticket.is_thanks:
        changes |= {
            "is_waiting": True,
            "waiting_since": ticket.returns_at,
            "due_at": due_at,
            "breached_at": None,
        }
    return ticket.changed(act, **changes)


def resolved(ticket: Ticket, by: AgentId, outcome: TicketState, *, now: datetime) -> Ticket:
    """It is over, as `outcome` (one of `ENDED`). Raises IllegalMove while a reply is under way."""
    if outcome not in ENDED:
        raise BadInput(f"outcome: {outcome.value}; use one of {', '.join(sorted(ENDED))}")
    if ticket.state in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} cannot become {outcome.value}")
    ticket.check_holder(by)
    if ticket.pending_replies:
        raise IllegalMove("a reply is still under way; wait for it or look it up")
    act = TicketAct(kind=TicketActKind.RESOLVED, at=now, by=by, to=outcome.value)
    return ticket.changed(
        act,
        state=outcome,
        ended_at=now,
        is_waiting=False,
        held_until=None,
        returns_at=None,
        returns_for="",
    )


def reopened(ticket: Ticket, by: AgentId, *, now: datetime) -> Ticket:
    """It is not over after all. Raises IllegalMove for a ticket that had not ended."""
    if ticket.state not in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} cannot be reopened")
    act = TicketAct(kind=TicketActKind.REOPENED, at=now, by=by)
    is_waiting = not ticket.is_thanks and not ticket.has_our_word_last
    return ticket.changed(
        act, state=TicketState.OPEN, holder=None, ended_at=None, is_waiting=is_waiting
    )


def _check_goes_on(ticket: Ticket) -> None:
    if ticket.state in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} waits for nothing; reopen it")


def _check_ahead(until: datetime, now: datetime) -> None:
    if until.tzinfo is None:
        raise BadInput("until: has no time zone; end it with Z or an offset")
    if until <= now:
        raise BadInput("until: is over already; name an instant ahead")
    if until - now > LONGEST:
        raise BadInput(f"until: too far ahead; at most {LONGEST.days} days")
