"""Tickets in DynamoDB, each one item, listed in the queue while it waits.

`<ticket id>`/`ticket` has `ticket` and `version`; `queue` and `order` until it has ended,
`unsettled` and `unsettled_at` while the fate of a reply is open.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.tables import LISTED, TicketsTable, bound
from chalicelib.adapters.values import from_text, instant_to_text, to_text
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import Ticket, TicketId


class DynamoTickets:
    """Tickets in one table."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(TicketsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def add(self, ticket: Ticket) -> bool:
        return put_if(self._item(ticket), self._items.pk.does_not_exist())

    def get(self, id: TicketId) -> Ticket | None:
        item = find(self._items, id, "ticket")
        return _ticket(item) if item else None

    def save(self, ticket: Ticket) -> None:
        if not put_if(self._item(ticket), self._items.version == ticket.version - 1):
            raise StaleWrite(f"ticket {ticket.id} was changed by somebody else")

    def queue(self, *, limit: int) -> tuple[Ticket, ...]:
        """One query of the sparse index, which follows within moments."""
        return readable(self._items.queue_index.query(LISTED, limit=limit), _ticket)

    def unsettled(self, *, limit: int) -> tuple[Ticket, ...]:
        return readable(self._items.unsettled_index.query(LISTED, limit=limit), _ticket)

    def _item(self, ticket: Ticket) -> TicketsTable:
        waits, pending = ticket.is_in_queue, ticket.pending_reply
        return self._items(
            ticket.id,
            "ticket",
            ticket=to_text(ticket),
            version=ticket.version,
            queue=LISTED if waits else None,
            order=_order(ticket) if waits else None,
            unsettled=LISTED if pending else None,
            unsettled_at=pending.tried_at if pending else None,
            expires_at=ticket.opened_at + self._retention,
        )


def _order(ticket: Ticket) -> str:
    """Text order is the order of the queue; a rank has one digit."""
    rank, waiting_since, id = ticket.queue_place
    return f"{rank}#{instant_to_text(waiting_since)}#{id}"


def _ticket(item: TicketsTable) -> Ticket:
    return from_text(Ticket, item.ticket, f"ticket {item.pk}")


if TYPE_CHECKING:
    from chalicelib.ports import Tickets

    _: type[Tickets] = DynamoTickets
