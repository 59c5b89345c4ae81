"""What happens, as the services log it: kept for the report and handed on to whoever watches."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One record of a logger `nightdesk.*`."""

    at: datetime
    """On the clock of the local cloud."""
    name: str
    """In the past tense, such as `page_sent`."""
    level: int
    about: Mapping[str, Any]
    """The record's own fields."""
    trace: str = ""


class Happenings(logging.Handler):
    """Counts what happens by name and tells every watcher."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(logging.INFO)
        self._now = now
        self._watchers: list[Callable[[Happening], None]] = []
        self.counted: Counter[str] = Counter()
        self.errors: list[Happening] = []

    def watch(self, watcher: Callable[[Happening], None]) -> None:
        self._watchers.append(watcher)

    def emit(self, record: logging.LogRecord) -> None:
        trace = ""
        if record.exc_info and record.exc_info[1] is not None:
            trace = f"{type(record.exc_info[1]).__name__}: {record.exc_info[1]}"
        happening = Happening(
            at=self._now(),
            name=record.getMessage(),
            level=record.levelno,
            about={key: value for key, value in vars(record).items() if key not in _PLAIN},
            trace=trace,
        )
        self.counted[happening.name] += 1
        if happening.level >= logging.ERROR:
            self.errors.append(happening)
        for watcher in self._watchers:
            watcher(happening)
