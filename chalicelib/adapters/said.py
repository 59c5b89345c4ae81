"""What was said to whom of late, in DynamoDB beside the tickets.

`said#<brand>#<digest>`/`-` has `said_in` (a ticket) and `said_at`; a digest, no words.
"""

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import TicketsTable, bound
from chalicelib.domain.ticket import TicketId

KEPT_FOR = timedelta(days=1)


class DynamoSaid:
    """Words and their tickets in the table of the conversations."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(TicketsTable, table, region)

    def claim(self, brand: str, sameness: str, id: TicketId, *, now: datetime) -> TicketId:
        """One conditional write, and a read where another ticket has the words."""
        digest = hashlib.sha256(sameness.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        items, pk = self._items, f"said#{brand}#{digest}"
        claim = items(pk, "-", said_in=id, said_at=now, expires_at=now + KEPT_FOR)
        is_ours = items.said_in == id
        is_over = items.said_at <= now - KEPT_FOR  # DynamoDB deletes days later
        if put_if(claim, items.pk.does_not_exist() | is_ours | is_over):
            return id
        there = find(items, pk, "-")
        return TicketId(there.said_in) if there and there.said_in else id


if TYPE_CHECKING:
    from chalicelib.ports import Said

    _: type[Said] = DynamoSaid
