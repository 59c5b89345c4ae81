"""Who looks at a ticket and what they began to write, in DynamoDB beside the ticket.

`<ticket id>`/`looking#<agent>` has `presence` and `seen_at`; it is gone with the ticket.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import put_if, readable
from chalicelib.adapters.tables import TicketsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.attendance import Presence
from chalicelib.domain.ticket import TicketId

KEPT_FOR = timedelta(days=7)
"""How long a draft waits for its writer."""


class DynamoPresences:
    """Presences in the table of the conversations."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(TicketsTable, table, region)

    def put(self, id: TicketId, presence: Presence) -> None:
        """What was seen later stays, so that no old draft comes back over a newer one."""
        item = self._items(
            id,
            f"looking#{presence.agent}",
            presence=to_text(presence),
            seen_at=presence.seen_at,
            expires_at=presence.seen_at + KEPT_FOR,
        )
        is_news = self._items.seen_at <= presence.seen_at
        put_if(item, self._items.pk.does_not_exist() | is_news)

    def of(self, id: TicketId) -> tuple[Presence, ...]:
        looking = self._items.sk.startswith("looking#")
        found = readable(self._items.query(id, looking, consistent_read=True), _presence)
        return tuple(sorted(found, key=lambda one: (one.seen_at, one.agent), reverse=True))


def _presence(item: TicketsTable) -> Presence:
    return from_text(Presence, item.presence, f"{item.sk} of {item.pk}")


if TYPE_CHECKING:
    from chalicelib.ports import Presences

    _: type[Presences] = DynamoPresences
