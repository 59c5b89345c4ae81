"""What search needs: an index of words, each with the places of tickets (`domain.searching`)."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol


class Postings(Protocol):
    """Under each word the places of the tickets that have it."""

    def put(self, words: Collection[str], place: str, *, expires_at: datetime) -> None:
        """The ticket at `place` stands under `words`; once, however often it is put."""

    def remove(self, words: Collection[str], place: str) -> None:
        """It stands under them no more; nothing happens where it did not."""

    def count(self, word: str, *, since: str, until: str, most: int) -> int:
        """How many places stand under a word, counted up to `most`.

        `since` and `until` bound the text of a place, the first within, the second without;
        empty: no bound.
        """

    def newest(
        self, word: str, *, since: str, until: str, after: str, limit: int
    ) -> tuple[str, ...]:
        """Places under a word, newest first, bounded likewise and behind `after`; one query."""
