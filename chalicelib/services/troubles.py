"""The few sources that are not heard as they should be, for every screen."""

from datetime import datetime, timedelta

from chalicelib.domain.errors import NotFound
from chalicelib.domain.standing import Condition, SourceStanding
from chalicelib.services.standing import Standing

ASKED_EVERY = timedelta(seconds=20)
"""Screens ask far more often than a source changes."""

MOST = 10

GRAVEST_FIRST = (Condition.BLIND, Condition.BACK, Condition.DEGRADED)


class Troubles:
    """Remembers them for some seconds: every screen asks, and three queries are behind it, which
    read 7.5 units for 14 sources."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._found: tuple[SourceStanding, ...] = ()
        self._window: int | None = None

    def now(self, *, now: datetime) -> tuple[SourceStanding, ...]:
        """At most `MOST`, gravest first, then longest so; none before the first configuration.

        As of at most `ASKED_EVERY` ago. Windows begin at the same instants everywhere, so that two
        Lambdas that answer one screen in turns seldom tell different things.
        """
        window = int(now.timestamp() // ASKED_EVERY.total_seconds())
        if window != self._window:
            self._found = self._asked(now)
            self._window = window
        return self._found

    def _asked(self, now: datetime) -> tuple[SourceStanding, ...]:
        try:
            all = self._standing.sources(now=now)
        except NotFound:
            return ()
        found = (one for one in all if one.condition is not Condition.WATCHING)
        return tuple(sorted(found, key=lambda one: _gravity(one, now))[:MOST])


def _gravity(one: SourceStanding, now: datetime) -> tuple[int, datetime, str]:
    return GRAVEST_FIRST.index(one.condition), one.since or now, one.name
