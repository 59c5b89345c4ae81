"""A second reader and the count of its readings, in memory."""

from collections import Counter, deque
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.opinion import Opinion
from chalicelib.domain.signal import Score, Urgency


class FakeReadings:
    """Keeps how many readings each day had; `trouble` is raised as long as there is one."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.trouble: Exception | None = None
        self._lock = RLock()

    def take(self, *, most: int, now: datetime) -> bool:
        if self.trouble is not None:
            raise self.trouble
        day = now.astimezone(UTC).date().isoformat()
        with self._lock:
            if self.taken[day] >= most:
                return False
            self.taken[day] += 1
            return True


class FakeSecondReader:
    """Says what it is told to say next, then always the last of it; each answer takes `seconds`.

    What was asked of it is kept in `asked`. Its clock, which it alone moves, is `watch`.
    """

    def __init__(self, *says: Urgency | BaseException, seconds: float = 0.5) -> None:
        self.says: deque[Urgency | BaseException] = deque(says)
        self.seconds = seconds
        self.asked: list[Mention] = []
        self._watch = 0.0

    def watch(self) -> float:
        return self._watch

    def opinion(self, mention: Mention, desk: Desk, score: Score) -> Opinion:
        self.asked.append(mention)
        self._watch += self.seconds
        said = self.says.popleft() if len(self.says) > 1 else self.says[0]
        if isinstance(said, BaseException):
            raise said
        return Opinion(urgency=said, why="a child is alone", reader=desk.second_reading.model)


if TYPE_CHECKING:
    from chalicelib import ports

    _readings: type[ports.Readings] = FakeReadings
    _reader: type[ports.SecondReader] = FakeSecondReader
