"""Rate limits in memory."""

from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.ports import Taken


class FakeAllowances:
    """Counts by key; `trouble` is raised instead as long as there is one."""

    def __init__(self) -> None:
        self.windows: dict[str, tuple[int, datetime]] = {}
        """Requests used, and when the window ends."""
        self.trouble: Exception | None = None
        self._lock = RLock()

    def take(self, key: str, *, most: int, window: timedelta, now: datetime) -> Taken:
        if self.trouble is not None:
            raise self.trouble
        with self._lock:
            used, until = self.windows.get(key, (0, now))
            if until <= now:
                used, until = 0, now + window
            if used >= most:
                return Taken(is_allowed=False, left=0, until=until)
            self.windows[key] = used + 1, until
            return Taken(is_allowed=True, left=most - used - 1, until=until)

    def heard(self, key: str, *, left: int, until: datetime, most: int, now: datetime) -> None:
        with self._lock:
            used, ends_at = self.windows.get(key, (0, now))
            said = max(0, most - left)
            self.windows[key] = (max(used, said) if ends_at > now else said), until


if TYPE_CHECKING:
    from chalicelib import ports

    _: type[ports.Allowances] = FakeAllowances
