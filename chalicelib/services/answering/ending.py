"""Put off, promise, resolve, reopen."""

from datetime import datetime

from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.ticket import (
    AgentId,
    Ticket,
    TicketActKind,
    TicketId,
    TicketState,
    reopened,
    resolved,
    snoozed,
    waiting,
)
from chalicelib.ports import Meter, Tickets
from chalicelib.services.answering.changes import Changes


class Ending:
    """What agents do with a ticket until the customer is content."""

    def __init__(self, *, tickets: Tickets, meter: Meter) -> None:
        self._changes = Changes(tickets)
        self._meter = meter

    def snooze(
        self,
        id: TicketId,
        by: AgentId,
        until: datetime,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """Put it off."""
        return self._changes.make(
            id,
            lambda ticket: snoozed(ticket, by, until=until, now=now),
            event="ticket_snoozed",
            by=by,
            expected=expected,
        )

    def wait(
        self,
        id: TicketId,
        by: AgentId,
        until: datetime,
        what: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """Keep in mind what was promised for an instant."""
        return self._changes.make(
            id,
            lambda ticket: waiting(ticket, by, until=until, what=what, now=now),
            event="ticket_promised",
            by=by,
            expected=expected,
        )

    def resolve(
        self,
        id: TicketId,
        by: AgentId,
        outcome: TicketState,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """End it as content, not content, or no answer."""
        was_content = False

        def ended(ticket: Ticket) -> Ticket:
            nonlocal was_content
            was_content = _was_content(ticket)
            return resolved(ticket, by, outcome, now=now)

        ticket = self._changes.make(id, ended, event="ticket_resolved", by=by, expected=expected)
        if _was_content(ticket) and not was_content:
            with self._meter.within(Feature.ANSWERING, brand=ticket.mention.brand, about=ticket.id):
                self._meter.used(Use(sku=Done.CONTENT))
        return ticket

    def reopen(
        self, id: TicketId, by: AgentId, *, now: datetime, expected: int | None = None
    ) -> Ticket:
        """Put an ended ticket back into the queue."""
        return self._changes.make(
            id,
            lambda ticket: reopened(ticket, by, now=now),
            event="ticket_reopened",
            by=by,
            expected=expected,
        )


def _was_content(ticket: Ticket) -> bool:
    """Whether it was ever resolved with a customer who is content; it may be reopened after."""
    ends = (act for act in ticket.acts if act.kind is TicketActKind.RESOLVED)
    return any(act.to == TicketState.CONTENT.value for act in ends)
