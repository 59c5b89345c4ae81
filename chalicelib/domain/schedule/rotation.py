"""Responders who take turns.

Which turn an instant belongs to is decided by comparing *instants*: a handoff's wall time is
turned into UTC first, so that the hour that clocks repeat or skip never gives the pager back
to the responder before. The turn is the latest one on the list whose handoff has come.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, takewhile
from zoneinfo import ZoneInfo

from chalicelib.domain.schedule.names import EVERY_DAY, ResponderId, Weekday
from chalicelib.domain.schedule.wall import (
    FAR,
    ONE_DAY,
    Reading,
    days_around,
    days_between,
    instant_of,
    reading,
    span_on,
    zone_named,
)

ONE_HOUR = timedelta(hours=1)
HOURS_A_DAY = 24
DAYS_A_WEEK = 7

Place = tuple[datetime, int | None]
"""A wall time (naive) and the number of the turn that holds from it on; None when nobody's."""

Span = tuple[datetime, datetime]
"""Instants (UTC): from the first until before the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Wall-clock hours, on some weekdays, at which a rotation is in force.

    `18:00` to `08:00` ends on the next morning, `00:00` to `00:00` is a whole day.
    """

    weekdays: frozenset[Weekday] = frozenset()
    """Days on which it starts; empty means every day."""
    starts: time
    ends: time
    """Not after `starts`: on the next day."""

    def covers(self, now: Reading) -> bool:
        """Whether the instant is in it, from its start's instant until before its end's."""
        for day in days_around(now.wall.date()):
            if self._is_on(day):
                starts, ends = span_on(day, self.starts, self.ends)
                if now.has_come(starts) and not now.has_come(ends):
                    return True
        return False

    def spans(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Instants from which and until which it is in force, of what begins on these days."""
        for day in days_between(first, last):
            if self._is_on(day):
                starts, ends = span_on(day, self.starts, self.ends)
                yield instant_of(starts, zone), instant_of(ends, zone)

    def _is_on(self, day: date) -> bool:
        return not self.weekdays or day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Responders who take turns, each for `shift_days` days or `shift_hours` hours."""

    responders: tuple[ResponderId, ...]
    starts_on: date
    """Day of the first handoff, in the schedule's zone."""
    ends_on: date | None = None
    """Day of the last handoff, after which nobody is on call by this rotation."""
    handoff: time = time(9)
    """Wall-clock time of the handoff, in the schedule's zone."""
    shift_days: int = 7
    shift_hours: int | None = None
    """Length of a turn in hours of the wall clock, instead of `shift_days`: turns of 12 hours
    change at 8 and at 20 o'clock through every change of the clocks."""
    weekdays: frozenset[Weekday] = frozenset()
    """Days that count, each from its handoff to the next day's; empty means every day. On the
    others nobody is on call by this rotation, and turns go on after them where they stopped."""
    restrictions: tuple[Restriction, ...] = ()
    """When it is in force at all: in any of these, always when there are none. Turns change
    meanwhile as if it were."""

    def responder_at(self, now: Reading) -> ResponderId | None:
        """Whose turn it is; None where this rotation names nobody."""
        number = self.turn_at(now)
        return None if number is None else self.responders[number % len(self.responders)]

    def turn_at(self, now: Reading) -> int | None:
        """How many turns are complete; None where this rotation names nobody."""
        if not self.responders or not now.has_come(self._first):
            return None
        if self._last is not None and now.has_come(self._last):
            return None
        if self.restrictions and not any(one.covers(now) for one in self.restrictions):
            return None
        places = self._back_from(now.latest)
        return next((number for wall, number in places if now.has_come(wall)), None)

    def changes(self, first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Instants at which its answer may change, for wall times in `[first, last]`; unordered."""
        begin = max(first, self._first)
        end = last if self._last is None else min(last, self._last)
        if not self.responders or begin > end:
            return
        yield instant_of(begin, zone)
        yield instant_of(end, zone)
        places = takewhile(lambda place: place[0] >= begin, self._back_from(end))
        handoffs = (instant_of(wall, zone) for wall, _ in places)
        if not self.restrictions:
            yield from handoffs
            return
        days = (begin - FAR).date(), end.date()
        spans = _joined(span for one in self.restrictions for span in one.spans(*days, zone))
        yield from chain.from_iterable(spans)
        # Handoffs while it is not in force are left out: there may be many.
        starts = [one for one, _ in spans]
        for at in handoffs:
            place = bisect_right(starts, at) - 1
            if place >= 0 and at < spans[place][1]:
                yield at

    @property
    def _first(self) -> datetime:
        return datetime.combine(self.starts_on, self.handoff)

    @property
    def _last(self) -> datetime | None:
        return None if self.ends_on is None else datetime.combine(self.ends_on, self.handoff)

    def _back_from(self, latest: datetime) -> Iterator[Place]:
        """The places of the whole rotation, from `latest` or a little later back to its first."""
        if self.weekdays and self.weekdays != EVERY_DAY:
            for day in range((latest - self._first) // ONE_DAY, -1, -1):
                yield from reversed(self._places_on(day))
            return
        hours = self.shift_hours or self.shift_days * HOURS_A_DAY
        length = hours * ONE_HOUR
        for number in range((latest - self._first) // length, -1, -1):
            yield self._first + number * length, number

    def _places_on(self, day: int) -> tuple[Place, ...]:
        """The places of one day, earliest first; `day` counts from the rotation's first."""
        begin = self._first + day * ONE_DAY
        if begin.weekday() not in self.weekdays:
            return ((begin, None),)
        counted = self._days_counted_before(day)
        if not self.shift_hours:
            return ((begin, counted // self.shift_days),)
        hours = counted * HOURS_A_DAY
        running = hours // self.shift_hours
        following = range(running + 1, -(-(hours + HOURS_A_DAY) // self.shift_hours))
        return (
            (begin, running),
            *((begin + (n * self.shift_hours - hours) * ONE_HOUR, n) for n in following),
        )

    def _days_counted_before(self, day: int) -> int:
        weeks, rest = divmod(day, DAYS_A_WEEK)
        first = self.starts_on.weekday()
        more = sum((first + one) % DAYS_A_WEEK in self.weekdays for one in range(rest))
        return weeks * len(self.weekdays) + more


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans apart from each other, in order."""
    joined: list[Span] = []
    for starts, ends in sorted(spans):
        if joined and starts <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        elif starts < ends:
            joined.append((starts, ends))
    return joined


def handoff_at(rotation: Rotation, zone: str, day: date) -> datetime:
    """The instant (UTC) at which the pager can be handed over on `day`.

    Each day has exactly one, see `wall`. Turns of hours have others beside it.
    """
    return instant_of(datetime.combine(day, rotation.handoff), zone_named(zone))


def shift_number(rotation: Rotation, zone: str, at: datetime) -> int | None:
    """How many turns of `rotation` were complete at `at`; None where it names nobody."""
    return rotation.turn_at(reading(at, zone_named(zone)))
