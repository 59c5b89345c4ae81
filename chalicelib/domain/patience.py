"""How long we wait for somebody who is only asked for a second opinion, while people may burn."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

A_MINUTE = timedelta(minutes=1)

MOST_WAITING = 4.0
"""Seconds of waiting within a minute after which nobody is asked any more. One answer may take
two, so a page is late by six at most, however slow the other side is."""

MOST_FAILURES = 3
"""In a row, after which the other side is left alone."""

LEFT_ALONE = timedelta(minutes=5)
"""After so many failures: about as long as a short outage lasts."""

REFUSED_FOR = timedelta(minutes=30)
"""After a refusal that somebody must lift: asking again soon costs time and cannot help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What one worker remembers of its waiting; a circuit breaker."""

    failures: int = 0
    """In a row."""
    alone_until: datetime | None = None
    waits: tuple[tuple[datetime, float], ...] = ()
    """When it waited in the last minute, and how many seconds."""

    def allows(self, now: datetime) -> bool:
        """Whether to ask at all."""
        if self.alone_until is not None and now < self.alone_until:
            return False
        return sum(seconds for _, seconds in self._lately(now)) < MOST_WAITING

    def answered(self, seconds: float, *, now: datetime) -> "Patience":
        """After an answer that took so long."""
        return Patience(waits=(*self._lately(now), (now, seconds)))

    def failed(self, seconds: float, *, now: datetime) -> "Patience":
        """After none came; left alone after several in a row, and again after each further one."""
        failures = self.failures + 1
        return Patience(
            failures=failures,
            alone_until=now + LEFT_ALONE if failures >= MOST_FAILURES else None,
            waits=(*self._lately(now), (now, seconds)),
        )

    def refused(self, seconds: float, *, now: datetime) -> "Patience":
        """After the other side said that it will not answer as things stand."""
        return replace(self.failed(seconds, now=now), alone_until=now + REFUSED_FOR)

    def _lately(self, now: datetime) -> tuple[tuple[datetime, float], ...]:
        return tuple(one for one in self.waits if one[0] > now - A_MINUTE)
