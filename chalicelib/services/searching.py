"""Search over tickets: the rarest word is queried, everything else is checked on the tickets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.errors import BadInput
from chalicelib.domain.searching import (
    MOST_ASKED,
    Query,
    every_word,
    id_at,
    instant_at,
    instant_place,
    is_place,
    matches,
)
from chalicelib.domain.ticket import Card, card_of
from chalicelib.ports import Postings, Tickets

BATCH = 100
"""Tickets that are read at once, and places up to which a word is counted."""

BATCHES = 3
"""Read for one request at most; `next` tells where to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found."""

    cards: tuple[Card, ...]
    """Newest first."""
    next: str
    """Where to go on; empty when there is no more."""
    read: int
    """Tickets that were looked at for it."""


class Searching:
    """Finds tickets."""

    def __init__(self, *, postings: Postings, tickets: Tickets, kept_for: timedelta) -> None:
        self._postings = postings
        self._tickets = tickets
        self._kept_for = kept_for

    def find(self, query: Query, after: str, limit: int, now: datetime) -> Found:
        """At most `limit` tickets that answer `query`, newest first, behind the place `after`.

        Counts the `MOST_ASKED` longest words (at most `BATCH` places of each), then reads at most
        `BATCHES` times `BATCH` tickets: a page may hold fewer than `limit`, or none, and still
        have a `next`. Raises BadInput when `after` is no place.
        """
        if after and not is_place(after):
            raise BadInput("after: is no place of a search; send `next` as it was given")
        cards: list[Card] = []
        read = 0
        batches = self._batches(query, after, limit if query.is_plain else BATCH, now)
        for number, places in enumerate(batches):
            if number == BATCHES:
                return Found(cards=tuple(cards), next=after, read=read)
            found = {one.id: one for one in self._tickets.some([id_at(one) for one in places])}
            for place in places:
                after = place
                read += 1
                ticket = found.get(id_at(place))
                if ticket is not None and matches(ticket, query):
                    cards.append(card_of(ticket))
                if len(cards) == limit:
                    return Found(cards=tuple(cards), next=after, read=read)
        return Found(cards=tuple(cards), next="", read=read)

    def _batches(
        self, query: Query, after: str, size: int, now: datetime
    ) -> Iterator[tuple[str, ...]]:
        """Places of candidates, newest first; none empty."""
        since = instant_place(query.since) if query.since else ""
        until = instant_place(query.until) if query.until else ""
        size = min(size, BATCH)
        for word in self._words(query, since, until, after, now):
            at = after
            while places := self._postings.newest(
                word, since=since, until=until, after=at, limit=size
            ):
                yield places
                if len(places) < size:
                    break
                at = places[-1]

    def _words(
        self, query: Query, since: str, until: str, after: str, now: datetime
    ) -> tuple[str, ...]:
        """The words whose places are read one after the other: the rarest, or every month's."""
        needed = query.needed
        if len(needed) == 1:
            return needed
        if needed:
            counts = {
                word: self._postings.count(word, since=since, until=until, most=BATCH)
                for word in sorted(needed, key=len, reverse=True)[:MOST_ASKED]
            }
            rarest = min(counts, key=lambda word: (counts[word], -len(word)))
            return (rarest,) if counts[rarest] else ()
        newest = min(
            one
            for one in (now, query.until, instant_at(after) if after else None)
            if one is not None
        )
        oldest = max(one for one in (now - self._kept_for, query.since) if one is not None)
        return tuple(_months(newest.astimezone(UTC), oldest.astimezone(UTC)))


def _months(newest: datetime, oldest: datetime) -> Iterator[str]:
    """The words under which every ticket of a month stands, newest first."""
    at = newest
    while at >= oldest or every_word(at) == every_word(oldest):
        yield every_word(at)
        at = at.replace(day=1) - timedelta(days=1)
