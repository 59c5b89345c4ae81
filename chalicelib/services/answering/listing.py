"""The queue as agents see it, and how much waits."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.queue_view import LANES_OF, Counts, Filters, QueueView
from chalicelib.domain.ticket import AgentId, Card, Lane, owed_place
from chalicelib.ports import Tallies, Tally, Tickets

MOST_READ = 1_000
"""Cards that one request reads at most, whatever its filters leave of them."""

FRESH_FOR = timedelta(seconds=5)
"""A count is good for so long, and for longer the more there was to count."""

COUNTED_PER_SECOND = 100

COUNTING_LASTS = timedelta(seconds=20)
"""Whoever began to count and is not done by then has died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A piece of a list."""

    cards: tuple[Card, ...]
    next: str
    """What to give as `after` to go on; empty at the end."""


class Listing:
    """What waits, in order."""

    def __init__(self, *, tickets: Tickets, tallies: Tallies) -> None:
        self._tickets = tickets
        self._tallies = tallies

    def view(
        self,
        view: QueueView,
        *,
        me: AgentId,
        filters: Filters,
        after: str = "",
        limit: int,
        now: datetime,
    ) -> Listed:
        """The next `limit` cards of a view that the filters let pass.

        Reads at most `MOST_READ` cards: a piece may be short, even empty, and not the last.
        """
        found: list[Card] = []
        read = 0
        while read < MOST_READ:
            most = min(limit, MOST_READ - read)
            cards = self._piece(view, me, after=after, limit=most, now=now)
            for card in cards:
                read += 1
                after = _place(view, card)
                if filters.let_pass(card):
                    found.append(card)
                if len(found) == limit:
                    return Listed(cards=tuple(found), next=after)
            if len(cards) < most:
                return Listed(cards=tuple(found), next="")
        return Listed(cards=tuple(found), next=after)

    def counts(self, *, me: AgentId, now: datetime) -> Counts:
        """How much waits, as it was counted a few seconds ago: the more waits, the longer."""
        tally = self._tallies.latest()
        if tally is not None and now - tally.counted_at < _fresh_for(tally):
            return _counts(tally, me)
        # Of many who find it old one counts; the others make do with what is there.
        if self._tallies.begin(now=now, lease=COUNTING_LASTS) or tally is None:
            tally = tally_of(self._tickets.cards(), now=now)
            self._tallies.put(tally)
        return _counts(tally, me)

    def _piece(
        self, view: QueueView, me: AgentId, *, after: str, limit: int, now: datetime
    ) -> tuple[Card, ...]:
        """One query, or one for each lane of the view."""
        match view:
            case QueueView.MINE:
                return self._tickets.held_by(me, after=after, limit=limit)
            case QueueView.BREACHED:
                return self._tickets.owed_before(now, after=after, limit=limit)
        lanes = [self._tickets.lane(lane, after=after, limit=limit) for lane in LANES_OF[view]]
        merged = _once_each(heapq.merge(*lanes, key=lambda card: card.order))
        return tuple(card for card, _ in zip(merged, range(limit), strict=False))


def tally_of(cards: Iterable[Card], *, now: datetime) -> Tally:
    """How much waits: every card of the queue, thanks included, counted once."""
    lanes: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    kinds: tuple[Counter[str], ...] = tuple(Counter() for _ in range(4))
    breached = 0
    for card in {one.id: one for one in cards}.values():
        if card.lane is None:
            continue
        lanes[card.lane.value] += 1
        if card.holder:
            holders[card.holder] += 1
        if card.lane is Lane.THANKS:
            continue
        breached += card.is_owed and card.due_at < now
        of_card = (card.brand, card.topic, card.source, card.language)
        for kind, name in zip(kinds, of_card, strict=True):
            if name:
                kind[name] += 1
    brands, topics, sources, languages = map(dict, kinds)
    return Tally(
        counted_at=now,
        lanes=dict(lanes),
        holders=dict(holders),
        breached=breached,
        brands=brands,
        topics=topics,
        sources=sources,
        languages=languages,
    )


def _counts(tally: Tally, me: AgentId) -> Counts:
    views = {
        view: sum(tally.lanes.get(lane.value, 0) for lane in lanes)
        for view, lanes in LANES_OF.items()
    }
    return Counts(
        counted_at=tally.counted_at,
        views=views
        | {QueueView.MINE: tally.holders.get(me, 0), QueueView.BREACHED: tally.breached},
        brands=tally.brands,
        topics=tally.topics,
        sources=tally.sources,
        languages=tally.languages,
    )


def _fresh_for(tally: Tally) -> timedelta:
    counted = sum(tally.lanes.values())
    return max(FRESH_FOR, timedelta(seconds=counted / COUNTED_PER_SECOND))


def _place(view: QueueView, card: Card) -> str:
    return owed_place(card) if view is QueueView.BREACHED else card.order


def _once_each(cards: Iterable[Card]) -> Iterator[Card]:
    """A ticket that moves while lanes are read may stand in two of them."""
    seen = set()
    for card in cards:
        if card.id not in seen:
            seen.add(card.id)
            yield card
