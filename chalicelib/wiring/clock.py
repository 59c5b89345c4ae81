"""The only clock. Everything else is told the time."""

from collections.abc import Callable
from datetime import UTC, datetime

_clock: Callable[[], datetime] | None = None


def set_clock(clock: Callable[[], datetime] | None) -> Callable[[], datetime] | None:
    """Another clock for the local cloud and tests, or None for the real one; the one before."""
    global _clock
    before, _clock = _clock, clock
    return before


def now() -> datetime:
    """The present instant, in UTC."""
    return _clock() if _clock is not None else datetime.now(UTC)
