"""Between instants and what clocks on a wall show.

A wall time that the clocks skip is read with the offset before the jump, one that they repeat
is its first occurrence (RFC 5545, 3.3.5; PEP 495 with fold=0): each wall time is exactly one
instant. Of wall times in order the instants may be out of order where clocks skip, so whoever
walks along a list of wall times asks `has_come` of the latest one first.

Two facts of the zone data since 1970 are relied upon: no zone sets its clocks by more than a
day (Pacific/Apia skipped one in 2011), and none sets them twice within five days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)

FAR = 2 * ONE_DAY
"""Wall times so far apart are in the same order as their instants."""

zone_named = lru_cache(maxsize=None)(ZoneInfo)
"""The zone of an IANA name; ZoneInfo itself keeps only the last eight."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock on a wall of `zone` shows at an instant."""

    at: datetime
    """The instant, in UTC."""
    zone: ZoneInfo
    wall: datetime
    """Naive: what the clock shows."""
    latest: datetime
    """Naive: no later wall time has come yet; later than `wall` while the clock repeats."""

    is_steady: bool
    """Whether the clocks are not set within two days before or after."""

    def has_come(self, wall: datetime) -> bool:
        """Whether the instant of a wall time is here or past."""
        if self.is_steady or abs(wall - self.wall) > FAR:
            return wall <= self.wall
        return instant_of(wall, self.zone) <= self.at


def reading(at: datetime, zone: ZoneInfo) -> Reading:
    """The clocks of `zone` at the instant `at` (aware)."""
    local = at.astimezone(zone)
    wall = latest = local.replace(tzinfo=None, fold=0)
    before, after = (local - FAR).utcoffset(), (local + FAR).utcoffset()
    if local.fold and before is not None and after is not None:
        latest = wall + (before - after)
    return Reading(at.astimezone(UTC), zone, wall, latest, before == after)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall time (naive)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def span_on(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """Wall times (naive) of a span that begins on `day`; it ends on the next when it must."""
    last = day if ends > starts else day + ONE_DAY
    return datetime.combine(day, starts), datetime.combine(last, ends)


def days_around(today: date) -> tuple[date, ...]:
    """Days on which a span of at most a day may have begun that holds an instant of `today`.

    Tomorrow, since a date can come twice; the day before yesterday, since a span over midnight
    ends a day later on the wall where its end is skipped.
    """
    return tuple(today + number * ONE_DAY for number in (-2, -1, 0, 1))


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`, both included."""
    return tuple(first + number * ONE_DAY for number in range((last - first).days + 1))
