"""The index of search, in memory."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING


class FakePostings:
    """Keeps places under words, and what was written in all."""

    def __init__(self) -> None:
        self._places: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        self._lock = RLock()
        self.writes = 0
        """As DynamoDB bills them: one for each word and place."""

    def put(self, words: Collection[str], place: str, *, expires_at: datetime) -> None:
        with self._lock:
            for word in set(words):
                self.writes += 1
                self._places[word][place] = expires_at

    def remove(self, words: Collection[str], place: str) -> None:
        with self._lock:
            for word in set(words):
                self.writes += 1
                self._places[word].pop(place, None)

    def count(self, word: str, *, since: str, until: str, most: int) -> int:
        return min(most, len(self._between(word, since, until)))

    def newest(
        self, word: str, *, since: str, until: str, after: str, limit: int
    ) -> tuple[str, ...]:
        behind = min((one for one in (after, until) if one), default="")
        return tuple(sorted(self._between(word, since, behind), reverse=True)[:limit])

    def all(self) -> dict[str, set[str]]:
        """Places by word; of words that have some."""
        with self._lock:
            return {word: set(places) for word, places in self._places.items() if places}

    def _between(self, word: str, since: str, until: str) -> list[str]:
        with self._lock:
            places = list(self._places.get(word, ()))
        return [one for one in places if since <= one and (not until or one < until)]


if TYPE_CHECKING:
    from chalicelib.ports import Postings

    _: type[Postings] = FakePostings
