"""When the company is open.

Spans are read on the wall of the zone and compared as instants (see `schedule/wall.py`), so
that a skipped or repeated hour never opens or closes anything twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, pairwise

from chalicelib.domain.schedule.names import Weekday
from chalicelib.domain.schedule.wall import (
    days_around,
    days_between,
    instant_of,
    span_on,
    zone_named,
)

AHEAD = timedelta(days=370)
"""How far openings and closings are looked for: a year and the holidays about its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSpan:
    """Wall-clock time from opening to closing; a day with a pause has two."""

    opens: time
    closes: time
    """Not after `opens`: on the next day, so that `00:00` to `00:00` is a whole day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day that does not open; what opened the day before still closes in its own time."""

    day: date
    name: str
    """As customers may read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A day with hours of its own, whatever weekday or holiday it is; without spans, closed."""

    day: date
    spans: tuple[OpenSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """Weekly hours in one zone, holidays and special days."""

    name: str
    zone: str
    """IANA name, such as `Europe/Vienna`."""
    weekly: Mapping[Weekday, tuple[OpenSpan, ...]] = field(default_factory=dict)
    """By the day that opens; closed on a day that is not named."""
    closed_on: tuple[Holiday, ...] = ()
    open_on: tuple[SpecialDay, ...] = ()
    """They go before holidays."""
    known_until: date | None = None
    """Last day for which public holidays were filled in; None when none were asked for."""

    def is_open(self, at: datetime) -> bool:
        """Whether the instant `at` (aware) is in business hours."""
        return any(starts <= at < ends for starts, ends in self._near(at))

    def next_opening(self, at: datetime) -> datetime | None:
        """The next instant (UTC) from which it is open; `at` when it is open already.

        None when it does not open within 370 days.
        """
        if self.is_open(at):
            return at.astimezone(UTC)
        latest = at + AHEAD
        first, *_, last = days_around(self._day(at))
        for day, following in pairwise(days_between(first, last + AHEAD)):
            if openings := [starts for starts, _ in self._on(day) if at < starts]:
                # One that clocks skip may be read as later than the next day's.
                openings += [starts for starts, _ in self._on(following) if at < starts]
                opening = min(openings)
                return opening if opening <= latest else None
        return None

    def next_closing(self, at: datetime) -> datetime | None:
        """The next instant (UTC) from which it is closed; `at` when it is closed already.

        None when it does not close within 370 days.
        """
        until = at.astimezone(UTC)
        latest = until + AHEAD
        while until <= latest:
            ends = [ends for starts, ends in self._near(until) if starts <= until < ends]
            if not ends:
                return until
            until = max(ends)
        return None

    def closed_because(self, at: datetime) -> str:
        """The name of the holiday for which it is closed at `at` (aware); empty if for none."""
        if self.is_open(at):
            return ""
        today = self._day(at)
        if holiday := self._holiday(today):
            return holiday.name
        for day in days_around(today):
            holiday = self._holiday(day)
            usual = self._instants(day, self._usual(day))
            if holiday and any(starts <= at < ends for starts, ends in usual):
                return holiday.name
        return ""

    def spans_between(
        self, since: datetime, until: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """All spans that may be open between two instants (aware), as instants (UTC).

        In the order of the days that open; they may overlap and reach beyond.
        """
        first, last = days_around(self._day(since))[0], days_around(self._day(until))[-1]
        return chain.from_iterable(map(self._on, days_between(first, last)))

    def _day(self, at: datetime) -> date:
        return at.astimezone(zone_named(self.zone)).date()

    def _near(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """All spans that may hold the instant `at`, as instants."""
        return chain.from_iterable(map(self._on, days_around(self._day(at))))

    def _on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans that begin on a day, as instants."""
        special = self._special(day)
        if special is not None:
            return self._instants(day, special.spans)
        return self._instants(day, () if self._holiday(day) else self._usual(day))

    def _instants(
        self, day: date, spans: tuple[OpenSpan, ...]
    ) -> Iterator[tuple[datetime, datetime]]:
        zone = zone_named(self.zone)
        for span in spans:
            opens, closes = span_on(day, span.opens, span.closes)
            starts, ends = instant_of(opens, zone), instant_of(closes, zone)
            if starts < ends:  # not so when clocks skip its start and it ends soon after
                yield starts, ends

    def _usual(self, day: date) -> tuple[OpenSpan, ...]:
        return self.weekly.get(Weekday(day.weekday()), ())

    def _special(self, day: date) -> SpecialDay | None:
        return next((one for one in self.open_on if one.day == day), None)

    def _holiday(self, day: date) -> Holiday | None:
        """The holiday of that day, unless the day has hours of its own."""
        special = self._special(day)
        if special is not None and special.spans:
            return None
        return next((one for one in self.closed_on if one.day == day), None)
