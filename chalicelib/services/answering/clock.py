"""What happens to tickets by itself: claims that end, returns, promised times that pass."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import (
    REPLY_LEASE,
    ReplyState,
    Ticket,
    TicketState,
    breached,
    given_back,
    kept,
    last_sign,
    returned,
)
from chalicelib.ports import Desks, Meter, Presences, Tickets

log = logging.getLogger("nightdesk.answering")

AT_ONCE = 100
"""Tickets that are read in one go."""

MOST = 1_000
"""Tickets that one tick looks at; the next goes on."""

STEPS = 5
"""A ticket can be late for several things at once, never for more than these."""


class QueueClock:
    """Does to tickets what is due."""

    def __init__(
        self, *, desks: Desks, tickets: Tickets, presences: Presences, meter: Meter
    ) -> None:
        self._desks = desks
        self._tickets = tickets
        self._presences = presences
        self._meter = meter

    def tick(self, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Everything that is due, longest due first; how many tickets were changed.

        Stops when `has_time` says no, or when there is nothing more to be done.
        """
        desk = self._desks.current()
        changed = 0
        for _ in range(MOST // AT_ONCE):
            before = changed
            due = self._tickets.due(now=now, limit=AT_ONCE) if has_time() else ()
            for ticket in due:
                if not has_time():
                    return changed
                changed += self._seen_to(ticket, desk, now=now)
            # A list follows its tickets within moments: one that shows nothing new is at its end.
            if len(due) < AT_ONCE or changed == before:
                break
        return changed

    def _seen_to(self, ticket: Ticket, desk: Desk, *, now: datetime) -> bool:
        is_changed = False
        try:
            for _ in range(STEPS):
                after = self._step(ticket, desk, now=now)
                if after is ticket:
                    break
                self._tickets.save(after)
                self._tell(ticket, after)
                ticket, is_changed = after, True
        except StaleWrite:
            log.info("ticket_changed_meanwhile", extra={"ticket": ticket.id})
        except Exception:
            # One ticket that cannot be read must not stop the clock of the others.
            log.exception("ticket_not_seen_to", extra={"ticket": ticket.id})
        return is_changed

    def _step(self, ticket: Ticket, desk: Desk, *, now: datetime) -> Ticket:
        """The first thing that is due; itself when nothing is."""
        if (late := breached(ticket, now=now)) is not ticket:
            return late
        if ticket.is_in_queue and ticket.returns_at is not None and ticket.returns_at <= now:
            due_at = desk.answering.due_at(now, ticket.urgency, desk.answering_hours)
            return returned(ticket, now=now, due_at=due_at)
        is_claimed = ticket.state is TicketState.CLAIMED and ticket.held_until is not None
        if is_claimed and ticket.held_until is not None and ticket.held_until <= now:
            return self._kept_or_given_back(ticket, desk, now=now)
        return ticket

    def _kept_or_given_back(self, ticket: Ticket, desk: Desk, *, now: datetime) -> Ticket:
        """Whoever has it on their screen, or did something to it, keeps it."""
        lasts = desk.answering.claim_returns_after
        looks = (one.seen_at for one in self._presences.of(ticket.id) if one.agent == ticket.holder)
        signs = [*looks, *_sign(ticket)]
        until = max(signs) + lasts if signs else now
        if until > now:
            return kept(ticket, until=until)
        if any(_is_about_to_go(one.state, one.trouble) for one in ticket.pending_replies):
            return kept(ticket, until=now + REPLY_LEASE)
        return given_back(ticket, why=f"not heard of for {_minutes(lasts)}", now=now)

    def _tell(self, before: Ticket, after: Ticket) -> None:
        if after.acts == before.acts:
            return
        kind = after.acts[-1].kind.value
        counted = _COUNTED.get(kind)
        if counted:
            self._meter.count(counted)
        log.info("ticket_" + kind.replace("-", "_"), extra={"ticket": after.id})


_COUNTED = {
    "breached": "PromisesBreached",
    "returned": "ClaimsReturned",
    "came-back": "TicketsCameBack",
}


def _sign(ticket: Ticket) -> Sequence[datetime]:
    sign = last_sign(ticket)
    return [sign] if sign is not None else []


def _is_about_to_go(state: ReplyState, trouble: str) -> bool:
    return state is ReplyState.SENDING or (state is ReplyState.QUEUED and not trouble)


def _minutes(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"
