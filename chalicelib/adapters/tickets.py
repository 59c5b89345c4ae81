"""Tickets in DynamoDB, each one item, in as many lists as it has attributes for.

`<ticket id>`/`ticket` has `ticket`, `version`, and `card` (what lists show), `customer` and
`opened_at` for good; `lane` and `order` until it has ended, `held` while somebody has it, `owed`
and `owed_place` while an answer is owed, `due` and `next_at` while the clock is to look at it,
`unsettled` and `unsettled_from` while the fate of an approved reply is open.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.tables import LISTED, TicketsTable, bound
from chalicelib.adapters.values import from_text, instant_to_text, to_text
from chalicelib.domain.errors import BadInput, StaleWrite
from chalicelib.domain.ticket import (
    AgentId,
    Card,
    CustomerId,
    Lane,
    Ticket,
    TicketId,
    TicketState,
    card_of,
    owed_place,
)

MOST_AT_ONCE = 100
"""Items that DynamoDB gives in one call (BatchGetItem)."""

LONGEST_PLACE = 1_024
"""Bytes of a sort key; a longer one DynamoDB refuses."""


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

    def some(self, ids: Collection[TicketId]) -> tuple[Ticket, ...]:
        """One call; raises ValueError for more than it can give."""
        return self._read(tuple(dict.fromkeys(ids)), consistently=False)

    def save(self, ticket: Ticket) -> None:
        if not put_if(self._item(ticket), self._items.version == ticket.version - 1):
            raise StaleWrite(f"ticket {ticket.id} was changed by somebody else")

    def lane(self, lane: Lane, *, after: str = "", limit: int) -> tuple[Card, ...]:
        index, order = self._items.queue_index, self._items.order
        return _cards(index.query(lane.value, _behind(order, after), limit=limit))

    def held_by(self, agent: AgentId, *, after: str = "", limit: int) -> tuple[Card, ...]:
        index, order = self._items.held_index, self._items.order
        return _cards(index.query(agent, _behind(order, after), limit=limit))

    def owed_before(self, instant: datetime, *, after: str = "", limit: int) -> tuple[Card, ...]:
        """A key may be bounded on both sides only inclusively: nothing sorts between a place
        and the same with a space behind it."""
        until, place = instant_to_text(instant), self._items.owed_place
        if _place(after) >= until:
            return ()
        span = place.between(f"{after} ", until) if after else place < until
        return _cards(self._items.owed_index.query(LISTED, span, limit=limit))

    def unsettled(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        items = self._items
        listed = items.unsettled_index.query(LISTED, items.unsettled_from <= now, limit=limit)
        return _come(((one.unsettled_from, one) for one in self._anew(listed)), now)

    def due(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        items = self._items
        listed = items.due_index.query(LISTED, items.next_at <= now, limit=limit)
        return _come(((one.next_at, one) for one in self._anew(listed)), now)

    def cards(self) -> Iterator[Card]:
        for lane in Lane:
            yield from _cards(self._items.queue_index.query(lane.value))

    def of_customer(self, customer: CustomerId, *, limit: int) -> tuple[TicketId, ...]:
        index = self._items.customer_index
        found = index.query(customer, scan_index_forward=False, limit=limit)
        return tuple(TicketId(item.pk) for item in found)

    def erase(self, id: TicketId) -> bool:
        """The ticket last: while it is there, what hangs on it can be found again."""
        keys = [item.sk for item in self._items.query(id, consistent_read=True)]
        for sk in sorted(keys, key=lambda sk: sk == "ticket"):
            self._items(id, sk).delete()
        return "ticket" in keys

    def _anew(self, listed: Any) -> list[Ticket]:
        """Tickets of an index of keys as they are at this instant."""
        ids = [TicketId(item.pk) for item in listed]
        found: list[Ticket] = []
        for start in range(0, len(ids), MOST_AT_ONCE):
            found += self._read(tuple(ids[start : start + MOST_AT_ONCE]), consistently=True)
        return found

    def _read(self, ids: tuple[TicketId, ...], *, consistently: bool) -> tuple[Ticket, ...]:
        if len(ids) > MOST_AT_ONCE:
            raise ValueError(f"{len(ids)} tickets; at most {MOST_AT_ONCE} are read at once")
        if not ids:
            return ()
        keys = [(id, "ticket") for id in ids]
        found = readable(self._items.batch_get(keys, consistent_read=consistently), _ticket)
        by_id = {one.id: one for one in found}
        return tuple(by_id[id] for id in ids if id in by_id)

    def _item(self, ticket: Ticket) -> TicketsTable:
        card, lane = card_of(ticket), ticket.lane
        is_held = ticket.is_in_queue and ticket.state is not TicketState.OPEN
        next_at, unsettled_from = ticket.next_at, ticket.unsettled_from
        return self._items(
            ticket.id,
            "ticket",
            ticket=to_text(ticket),
            version=ticket.version,
            card=to_text(card),
            lane=lane.value if lane else None,
            order=card.order if lane else None,
            held=(ticket.holder or None) if is_held else None,
            owed=LISTED if ticket.is_owed else None,
            owed_place=owed_place(ticket) if ticket.is_owed else None,
            customer=ticket.customer or None,
            opened_at=ticket.opened_at,
            due=LISTED if next_at else None,
            next_at=next_at,
            unsettled=LISTED if unsettled_from else None,
            unsettled_from=unsettled_from,
            expires_at=ticket.opened_at + self._retention,
        )


def _behind(order: Any, after: str) -> Condition | None:
    """What a list goes on with; all of it when nothing was seen yet."""
    if not after:
        return None
    behind: Condition = order > _place(after)
    return behind


def _place(after: str) -> str:
    """Raises BadInput for what never was a place in a list."""
    if len(after.encode("utf-8", "surrogatepass")) >= LONGEST_PLACE or not after.isprintable():
        raise BadInput("after: no place in a list; begin without it")
    return after


def _come(found: Iterable[tuple[datetime | None, Ticket]], now: datetime) -> tuple[Ticket, ...]:
    """Those whose time has come, longest ago first: an index may list what has just left it."""
    come = [(at, one.id, one) for at, one in found if at is not None and at <= now]
    return tuple(one for _, _, one in sorted(come, key=lambda each: each[:2]))


def _cards(listed: Any) -> tuple[Card, ...]:
    return readable(listed, _card)


def _card(item: TicketsTable) -> Card:
    return from_text(Card, item.card, f"card of {item.pk}")


def _ticket(item: TicketsTable) -> Ticket:
    return from_text(Ticket, item.ticket, f"ticket {item.pk}")


if TYPE_CHECKING:
    from chalicelib.ports import Tickets

    _: type[Tickets] = DynamoTickets
