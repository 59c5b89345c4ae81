"""Put off, promise, resolve, reopen."""

from datetime import datetime

from chalicelib.domain.ticket import (
    AgentId,
    Ticket,
    TicketId,
    TicketState,
    reopened,
    resolved,
    snoozed,
    waiting,
)
from chalicelib.ports import Tickets
from chalicelib.services.answering.changes import Changes


class Ending:
    """What agents do with a ticket until the customer is content."""

    def __init__(self, *, tickets: Tickets) -> None:
        self._changes = Changes(tickets)

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
        return self._changes.make(
            id,
            lambda ticket: resolved(ticket, by, outcome, now=now),
            event="ticket_resolved",
            by=by,
            expected=expected,
        )

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
