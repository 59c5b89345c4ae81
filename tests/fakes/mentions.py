"""Mentions and tickets in memory."""

import heapq
from collections import deque
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Score
from chalicelib.domain.ticket import Ticket, TicketId
from chalicelib.ports import Pulled


class FakeMentions:
    """Keeps mentions; those newly stored wait in `stream` for whoever judges them."""

    def __init__(self) -> None:
        self.stream: deque[Mention] = deque()
        self.scores: dict[MentionId, Score] = {}
        self.incident_ids: dict[MentionId, IncidentId | None] = {}
        self.judged_at: dict[MentionId, datetime] = {}
        self._pulled: dict[MentionId, Pulled] = {}
        self._unjudged: dict[MentionId, Mention] = {}
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._pulled)

    def add(self, pulled: Pulled) -> bool:
        id = pulled.mention.id
        with self._lock:
            if id in self._pulled:
                return False
            self._pulled[id] = pulled
            self._unjudged[id] = pulled.mention
            self.stream.append(pulled.mention)
            return True

    def expire(self) -> None:
        """Forget every mention, as the table does once their time is over."""
        self._pulled.clear()
        self._unjudged.clear()
        self.scores.clear()

    def get(self, id: MentionId) -> Mention | None:
        pulled = self._pulled.get(id)
        return pulled.mention if pulled else None

    def raw(self, id: MentionId) -> bytes | None:
        pulled = self._pulled.get(id)
        return pulled.raw if pulled else None

    def record_score(
        self, id: MentionId, score: Score, *, incident_id: IncidentId | None, now: datetime
    ) -> bool:
        with self._lock:
            if id not in self._pulled or id in self.scores:
                return False
            self.scores[id] = score
            self.incident_ids[id] = incident_id
            self.judged_at[id] = now
            del self._unjudged[id]
            return True

    def score(self, id: MentionId) -> Score | None:
        return self.scores.get(id)

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        with self._lock:
            late = [one for one in self._unjudged.values() if one.pulled_at < instant]
        return tuple(heapq.nsmallest(limit, late, key=lambda one: (one.pulled_at, one.id)))


class FakeTickets:
    """Keeps tickets."""

    def __init__(self) -> None:
        self._tickets: dict[TicketId, Ticket] = {}
        self._waiting: dict[TicketId, tuple[int, datetime, str]] = {}
        self._unsettled: dict[TicketId, datetime] = {}
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

    def save(self, ticket: Ticket) -> None:
        with self._lock:
            there = self._tickets.get(ticket.id)
            if there is None or there.version != ticket.version - 1:
                raise StaleWrite(f"ticket {ticket.id} was changed by somebody else")
            self._put(ticket)

    def queue(self, *, limit: int) -> tuple[Ticket, ...]:
        with self._lock:
            first = heapq.nsmallest(limit, self._waiting.values())
            return tuple(self._tickets[TicketId(id)] for _, _, id in first)

    def unsettled(self, *, limit: int) -> tuple[Ticket, ...]:
        with self._lock:
            first = heapq.nsmallest(limit, ((at, id) for id, at in self._unsettled.items()))
            return tuple(self._tickets[id] for _, id in first)

    def _put(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        self._waiting.pop(ticket.id, None)
        self._unsettled.pop(ticket.id, None)
        if ticket.is_in_queue:
            self._waiting[ticket.id] = ticket.queue_place
        if (pending := ticket.pending_reply) is not None:
            self._unsettled[ticket.id] = pending.tried_at


if TYPE_CHECKING:
    from chalicelib.ports import Mentions, Tickets

    _mentions: type[Mentions] = FakeMentions
    _tickets: type[Tickets] = FakeTickets
