"""Tickets and who looks at them, in memory."""

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.attendance import Presence
from chalicelib.domain.errors import StaleWrite
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


class FakePresences:
    """Keeps who looks at which ticket."""

    def __init__(self) -> None:
        self._looking: defaultdict[TicketId, dict[AgentId, Presence]] = defaultdict(dict)
        self._lock = RLock()

    def put(self, id: TicketId, presence: Presence) -> None:
        with self._lock:
            there = self._looking[id].get(presence.agent)
            if there is None or there.seen_at <= presence.seen_at:
                self._looking[id][presence.agent] = presence

    def of(self, id: TicketId) -> tuple[Presence, ...]:
        with self._lock:
            found = tuple(self._looking[id].values())
        return tuple(sorted(found, key=lambda one: (one.seen_at, one.agent), reverse=True))

    def erase(self, id: TicketId) -> None:
        """What the store of tickets does beneath this one."""
        with self._lock:
            self._looking.pop(id, None)


class FakeTickets:
    """Keeps tickets; with `presences`, what hangs on one is erased with it."""

    def __init__(self, presences: FakePresences | None = None) -> None:
        self._tickets: dict[TicketId, Ticket] = {}
        self._waiting: dict[TicketId, Card] = {}
        self._due: dict[TicketId, datetime] = {}
        self._unsettled: dict[TicketId, datetime] = {}
        self._presences = presences
        self._lock = RLock()

    def all(self) -> tuple[Ticket, ...]:
        """Every ticket, in the order they were added."""
        return tuple(self._tickets.values())

    def add(self, ticket: Ticket) -> bool:
        with self._lock:
            if ticket.id in self._tickets:
                return False
            self._put(ticket)
            return True

    def get(self, id: TicketId) -> Ticket | None:
        return self._tickets.get(id)

    def some(self, ids: Collection[TicketId]) -> tuple[Ticket, ...]:
        asked = dict.fromkeys(ids)
        if len(asked) > 100:
            raise ValueError(f"{len(asked)} tickets; at most 100 are read at once")
        with self._lock:
            return tuple(self._tickets[id] for id in asked if id in self._tickets)

    def save(self, ticket: Ticket) -> None:
        with self._lock:
            there = self._tickets.get(ticket.id)
            if there is None or there.version != ticket.version - 1:
                raise StaleWrite(f"ticket {ticket.id} was changed by somebody else")
            self._put(ticket)

    def lane(self, lane: Lane, *, after: str = "", limit: int) -> tuple[Card, ...]:
        return self._listed(lambda one: one.lane is lane, after, limit)

    def held_by(self, agent: AgentId, *, after: str = "", limit: int) -> tuple[Card, ...]:
        return self._listed(
            lambda one: one.holder == agent and one.state is not TicketState.OPEN, after, limit
        )

    def owed_before(self, instant: datetime, *, after: str = "", limit: int) -> tuple[Card, ...]:
        with self._lock:
            owed = [self._tickets[id] for id in self._waiting if self._tickets[id].is_owed]
        places = [
            (owed_place(one), one.id)
            for one in owed
            if one.due_at < instant and owed_place(one) > after
        ]
        return tuple(self._waiting[id] for _, id in heapq.nsmallest(limit, places))

    def unsettled(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        return self._first(self._unsettled, now, limit)

    def due(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        return self._first(self._due, now, limit)

    def cards(self) -> Iterator[Card]:
        for lane in Lane:
            yield from self.lane(lane, limit=len(self._waiting))

    def of_customer(self, customer: CustomerId, *, limit: int) -> tuple[TicketId, ...]:
        with self._lock:
            theirs = [one for one in self._tickets.values() if one.customer == customer]
        newest = heapq.nlargest(limit, theirs, key=lambda one: (one.opened_at, one.id))
        return tuple(one.id for one in newest)

    def erase(self, id: TicketId) -> bool:
        with self._lock:
            if self._presences is not None:
                self._presences.erase(id)
            for listed in (self._waiting, self._due, self._unsettled):
                listed.pop(id, None)
            return self._tickets.pop(id, None) is not None

    def _listed(
        self, belongs: Callable[[Ticket], bool], after: str, limit: int
    ) -> tuple[Card, ...]:
        with self._lock:
            cards = [
                card
                for id, card in self._waiting.items()
                if belongs(self._tickets[id]) and card.order > after
            ]
        return tuple(heapq.nsmallest(limit, cards, key=lambda one: one.order))

    def _first(
        self, times: dict[TicketId, datetime], now: datetime, limit: int
    ) -> tuple[Ticket, ...]:
        with self._lock:
            come: Iterable[tuple[datetime, TicketId]] = (
                (at, id) for id, at in times.items() if at <= now
            )
            return tuple(self._tickets[id] for _, id in heapq.nsmallest(limit, come))

    def _put(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        if ticket.is_in_queue:
            self._waiting[ticket.id] = card_of(ticket)
        else:
            self._waiting.pop(ticket.id, None)
        for times, at in (
            (self._due, ticket.next_at),
            (self._unsettled, ticket.unsettled_from),
        ):
            if at is None:
                times.pop(ticket.id, None)
            else:
                times[ticket.id] = at


if TYPE_CHECKING:
    from chalicelib.ports import Presences, Tickets

    _tickets: type[Tickets] = FakeTickets
    _presences: type[Presences] = FakePresences
