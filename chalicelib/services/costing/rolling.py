"""Adds up what was used: records to hours, hours to days, and for each ticket and incident.

Nothing is added to what stands there: an hour is summed anew from its records and takes the place
of what it was. So it does not matter how often, in what order or how far it was done before.

Interrupted between any two writes, it goes on where it was: an hour is put last of all that comes
of its records, and looks changed until then; a day that was complete is put back to `running`
before one of its hours changes.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.cost import Entry, Feature, PriceBook, Sheet, Use
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.record import hour_of, hours_between
from chalicelib.domain.cost.standing import as_charged
from chalicelib.domain.errors import BadInput
from chalicelib.ports import Books, UsageRecords

KEPT_FOR = timedelta(days=8)
"""How long records are there. An hour whose records are gone is never summed again."""

AGAIN = timedelta(hours=2)
"""What was summed last is summed again, and what is so much older: records may come late, when
one could not be written at once."""

CLOSES_AFTER = timedelta(minutes=15)
"""So long after midnight (UTC) the last hour of a day is complete: no function runs that long."""

_HOUR = timedelta(hours=1)

log = logging.getLogger("nightdesk.services")

Standing = Callable[[datetime], Sequence[Use]]
"""What an hour (given by its beginning) costs though nothing happens; the same however often it
is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """What was done."""

    hours: int
    """That were looked at."""
    is_done: bool
    """Whether there was time for all; otherwise the next run goes on."""


class Rolling:
    """Keeps the books up to date."""

    def __init__(
        self,
        *,
        records: UsageRecords,
        books: Books,
        prices: Callable[[], PriceBook],
        standing: Standing,
    ) -> None:
        """`prices` gives the prices known now, by which days are priced until they are over."""
        self._records = records
        self._books = books
        self._prices = prices
        self._standing = standing

    def roll(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> Rolled:
        """Sum every hour up to the running one that is new or may have changed, and their days.

        A day is `running` until its last hour is complete, then `estimated`; one that is `final`
        stays. Books begin with the first hour in which something was used. Hours whose records
        were gone before anybody summed them are logged as lost, and those that there was no time
        for as left.
        """
        last = self._books.last_hour(before=hour_of(now) + _HOUR)
        oldest = hour_of(now - KEPT_FOR) + _HOUR
        first = oldest if last is None else max(last - AGAIN, oldest)
        if last is not None and last + _HOUR < oldest:
            log.error("hours_lost", extra={"first": str(last + _HOUR), "end": str(oldest)})
            self._price(last.date(), DayState.ESTIMATED)
        looked_at, is_begun = 0, False
        summed: datetime | None = None
        hours = hours_between(first, hour_of(now) + _HOUR)
        for hour in hours:
            if not has_time():
                break
            if summed is not None and summed.date() != hour.date():
                self._price(summed.date(), _state(summed, now=now))
            is_begun = is_begun or (last is not None and hour > last)
            is_begun = self._sum(hour, is_begun=is_begun)
            summed = hour if is_begun else None
            looked_at += 1
        if summed is not None:
            self._price(summed.date(), _state(summed, now=now))
        if looked_at < len(hours):
            log.warning("hours_left", extra={"first": str(hours[looked_at])})
        return Rolled(hours=looked_at, is_done=looked_at == len(hours))

    def _sum(self, hour: datetime, *, is_begun: bool) -> bool:
        """Put an hour that is new or has changed; whether the books had begun by then."""
        records = self._records.of_hour(hour)
        used = as_charged((pair for record in records for pair in record.sheet.items()), hour)
        before = self._stands(hour)
        if not is_begun and before is None and not used:
            return False
        sheet = used + _standing_sheet(self._standing(hour))
        if sheet == before:
            return True
        self._reopen(hour.date())
        new, old = sheet.by_about(), (before or Sheet()).by_about()
        changed = [about for about in sorted({*new, *old}) if new.get(about) != old.get(about)]
        self._books.put_abouts(hour, {about: new.get(about, Sheet()) for about in changed})
        self._books.put_hour(hour, sheet)
        return True

    def _stands(self, hour: datetime) -> Sheet | None:
        """What cannot be read is summed anew, as what is not there; never a reason to stop."""
        try:
            return self._books.hour(hour)
        except BadInput:
            log.exception("books_unreadable", extra={"pk": "hour", "sk": hour.isoformat()})
            return None

    def _reopen(self, on: date) -> None:
        day = self._books.day(on)
        if day is not None and day.state == DayState.ESTIMATED:
            self._books.put_day(replace(day, state=DayState.RUNNING))

    def _price(self, on: date, state: DayState) -> None:
        """Sum a day from its hours; not one that is complete and of which no hour has changed."""
        there = self._books.day(on)
        if there is not None and there.state != DayState.RUNNING:
            return
        sheet = Sheet.total(self._books.hours(on).values())
        self._books.put_day(Day.priced_by(self._prices(), on=on, sheet=sheet, state=state))


def _state(hour: datetime, *, now: datetime) -> DayState:
    """Of the day of an hour that was just summed, and everything before it."""
    midnight = hour + _HOUR
    is_over = midnight.date() != hour.date() and now >= midnight + CLOSES_AFTER
    return DayState.ESTIMATED if is_over else DayState.RUNNING


def _standing_sheet(uses: Sequence[Use]) -> Sheet:
    return Sheet(
        (Entry(use.sku, Feature.STANDING, country=use.country), use.quantity) for use in uses
    )
