"""What judging remembers: authors' histories, and who all says or answers the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.background import Recalled
from chalicelib.domain.copies import Voices
from chalicelib.domain.history import History


class Backgrounds(Protocol):
    """What is remembered around mentions, by the names of a `Trail`. To be lost without harm."""

    def recall(self, author: str | None, voices: Sequence[str]) -> Recalled:
        """All that is remembered under these names, in one request; nothing of what never was.

        A record that cannot be read counts as empty, and is written over in time.
        """

    def keep_history(self, author: str, history: History, *, now: datetime) -> None:
        """Write over version `history.version - 1`; StaleWrite when that is not what is there."""

    def erase(self, author: str) -> None:
        """Forget an author's history."""

    def keep_voices(self, name: str, voices: Voices, *, now: datetime) -> None:
        """Write over version `voices.version - 1`; StaleWrite when that is not what is there."""
