"""What accounting has done once and what it keeps, in memory."""

from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING


class FakeCostMarks:
    """Keeps marks in `marks` (by key: whether it is done, since when) and values in `texts`.

    With `is_silent` it cannot be read.
    """

    def __init__(self) -> None:
        self.marks: dict[str, tuple[bool, datetime]] = {}
        self.texts: dict[str, str] = {}
        self.is_silent = False
        self.reads = 0
        self._lock = RLock()

    def once(self, key: str, *, now: datetime) -> bool:
        with self._lock:
            if not self._is_free(key, now):
                return False
            self.marks[key] = (True, now)
            return True

    def begin(self, key: str, *, now: datetime) -> bool:
        with self._lock:
            is_done, since = self.marks.get(key, (True, now))
            was_left = not is_done and since <= now - timedelta(minutes=10)
            if not was_left and not self._is_free(key, now):
                return False
            self.marks[key] = (False, now)
            return True

    def done(self, key: str, *, now: datetime) -> None:
        _check(key)
        with self._lock:
            self.marks[key] = (True, now)

    def keep(self, key: str, text: str) -> None:
        _check(key)
        self.texts[key] = text

    def kept(self, key: str) -> str | None:
        _check(key)
        self.reads += 1
        if self.is_silent:
            raise ConnectionError("the table of costs does not answer")
        return self.texts.get(key)

    def _is_free(self, key: str, now: datetime) -> bool:
        _check(key)
        return key not in self.marks or self.marks[key][1] <= now - timedelta(days=400)


def _check(key: str) -> None:
    if not all(key.partition("#")):
        raise ValueError(f"{key!r} is no key")


if TYPE_CHECKING:
    from chalicelib import ports

    _: type[ports.CostMarks] = FakeCostMarks
