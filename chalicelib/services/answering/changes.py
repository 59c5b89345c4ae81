"""Changing a ticket: load, decide, store over the version that was decided on."""

import logging
from collections.abc import Callable

from chalicelib.domain.errors import NotFound, OutOfDate, StaleWrite
from chalicelib.domain.ticket import Ticket, TicketId
from chalicelib.ports import Tickets

log = logging.getLogger("nightdesk.answering")

RACES = 10
"""How often a change is decided anew when somebody else was faster."""


class Changes:
    """Changes tickets, each over the version it was decided on."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def get(self, id: TicketId, *, expected: int | None = None) -> Ticket:
        """Raises NotFound, and OutOfDate when it is not of the version that the asker saw."""
        ticket = self._tickets.get(id)
        if ticket is None:
            raise NotFound(f"there is no ticket {id}")
        check_seen(ticket, expected)
        return ticket

    def make(
        self,
        id: TicketId,
        decide: Callable[[Ticket], Ticket],
        *,
        event: str,
        by: str = "",
        expected: int | None = None,
    ) -> Ticket:
        """What `decide` makes of the ticket, stored; decided anew when there was a race.

        Where nothing changes nothing is stored. `expected` is the version that the asker saw:
        OutOfDate is raised when it is not the one that is changed. Raises NotFound, and
        StaleWrite when the ticket changes too fast.
        """
        for _ in range(RACES):
            ticket = self.get(id, expected=expected)
            changed = decide(ticket)
            if changed is ticket:
                return ticket
            try:
                self._tickets.save(changed)
            except StaleWrite:
                continue
            log.info(event, extra={"ticket": id, "by": by})
            return changed
        raise StaleWrite(f"ticket {id} changes too fast")


def check_seen(ticket: Ticket, expected: int | None) -> None:
    """Raises OutOfDate when it is not of the version that the asker saw; None: they do not say."""
    if expected is not None and ticket.version != expected:
        raise OutOfDate(f"ticket {ticket.id} has changed since you looked; look again")
