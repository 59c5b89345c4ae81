"""The clock of the local cloud: real, fast, or stepped by hand; moto is made to follow it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

import moto.core.utils
import moto.dynamodb.models.table
import moto.logs.models  # now: first imported under another clock, it would keep that one

from infra.local.patching import replaced


class Clock(Protocol):
    """What the local cloud asks for the time."""

    speed: float
    """Scenario seconds in one real second; 1 for the real and the stepped clock."""

    def now(self) -> datetime:
        """The instant it is in the scenario; aware, UTC."""

    def __call__(self) -> datetime:
        """The same: a clock can be given wherever a function that tells the time is asked."""


class RealClock:
    """The time it is."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    __call__ = now


class FastClock:
    """Stands at `starts_at` until it is started, then runs `speed` times as fast as real time.

    Somebody who does something for which ten seconds count can have it linger.
    """

    def __init__(
        self, starts_at: datetime, *, speed: float, real: Callable[[], float] = time.monotonic
    ) -> None:
        """`real` gives real seconds since whenever."""
        if speed <= 0:
            raise ValueError(f"speed: {speed:g}; use a number above 0, such as 60")
        self.speed = speed
        self._real = real
        self._at = starts_at.astimezone(UTC)
        self._since: float | None = None
        """When it was `_at`, in real seconds; None before it is started."""
        self._lingers_until = 0.0
        self._lock = threading.Lock()

    def start(self) -> None:
        self._since = self._real()

    def now(self) -> datetime:
        with self._lock:
            return self._now(self._real())

    __call__ = now

    def linger(self, seconds: float) -> None:
        """For so many real seconds from now it runs as real time does, or slower as before."""
        with self._lock:
            if self._since is None:
                return
            real = self._real()
            self._at, self._since = self._now(real), real
            self._lingers_until = max(self._lingers_until, real + seconds)

    def _now(self, real: float) -> datetime:
        if self._since is None:
            return self._at
        slow = max(0.0, min(real, self._lingers_until) - self._since)
        fast = real - self._since - slow
        return self._at + timedelta(seconds=slow * min(1.0, self.speed) + fast * self.speed)


class SteppedClock:
    """Stands still until it is moved; never goes back."""

    speed = 1.0

    def __init__(self, starts_at: datetime) -> None:
        self._now = starts_at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    __call__ = now

    def move_to(self, instant: datetime) -> None:
        if instant < self._now:
            raise ValueError(f"the clock stands at {self._now}; it does not go back to {instant}")
        self._now = instant.astimezone(UTC)


@contextmanager
def moto_follows(clock: Clock) -> Iterator[None]:
    """While open, moto takes its time from `clock`: queue visibility, stream records, dates.

    moto asks `utcnow` of two modules (tried with 5.2.5); a clock frozen for the whole process
    would also freeze request signing and every thread's timers.
    """

    def utcnow() -> datetime:
        return clock.now().replace(tzinfo=None)

    with (
        replaced(moto.core.utils, "utcnow", utcnow),
        replaced(moto.dynamodb.models.table, "utcnow", utcnow),
    ):
        yield


class Alarm:
    """Lets one thread sleep until an instant of a running clock, or until it is woken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken = threading.Event()

    def wake(self) -> None:
        self._woken.set()

    def sleep_until(self, instant: datetime, *, at_most: float = 0.5) -> None:
        """Sleep until `instant`, but at most so many real seconds."""
        seconds = (instant - self._clock.now()).total_seconds() / self._clock.speed
        self._woken.wait(max(0.0, min(seconds, at_most)))
        self._woken.clear()
