"""What judging remembers, in memory."""

from collections.abc import Sequence
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.background import Recalled
from chalicelib.domain.copies import Voices
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.history import History


class FakeBackgrounds:
    """Keeps histories and voices by their names."""

    def __init__(self) -> None:
        self.histories: dict[str, History] = {}
        self.voices: dict[str, Voices] = {}
        self._lock = RLock()

    def recall(self, author: str | None, voices: Sequence[str]) -> Recalled:
        with self._lock:
            return Recalled(
                history=self.histories.get(author or "", History()),
                voices={name: self.voices[name] for name in voices if name in self.voices},
            )

    def keep_history(self, author: str, history: History, *, now: datetime) -> None:
        with self._lock:
            _check(author, self.histories.get(author, History()).version, history.version)
            self.histories[author] = history

    def erase(self, author: str) -> None:
        self.histories.pop(author, None)

    def keep_voices(self, name: str, voices: Voices, *, now: datetime) -> None:
        with self._lock:
            _check(name, self.voices.get(name, Voices()).version, voices.version)
            self.voices[name] = voices


def _check(name: str, there: int, version: int) -> None:
    if there != version - 1:
        raise StaleWrite(f"{name} was changed by somebody else")


if TYPE_CHECKING:
    from chalicelib.ports import Backgrounds

    _backgrounds: type[Backgrounds] = FakeBackgrounds
