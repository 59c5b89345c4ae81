"""What accounting keeps and asks, in memory.

Loud on misuse: an hour that is none, a day that still tells tickets apart, a report that does
not say what was charged.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING

from chalicelib.domain.cost import Entry, Feature, Price, Sheet
from chalicelib.domain.cost.bill import Bill, BillSource
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.errors import BadInput, Unanswered

OWN_WRITE = Entry("dynamodb.write-unit", Feature.ACCOUNTING)
"""What keeping a record takes: one unit here, whatever its size."""


class FakeUsageRecords:
    """Records by hour and id; `asked` are the hours that were read, `trouble` is what a put
    raises."""

    def __init__(self) -> None:
        self._kept: dict[tuple[datetime, str], UsageRecord] = {}
        self._lock = RLock()
        self.asked: Counter[datetime] = Counter()
        self.trouble: Exception | None = None

    def put(self, record: UsageRecord) -> bool:
        if self.trouble is not None:
            raise self.trouble
        _needs(record.at.tzinfo is not None, f"{record.at} has no time zone")
        _needs(bool(record.id), "a record has an id")
        hour = hour_of(record.at)
        with self._lock:
            if (hour, record.id) in self._kept:
                return False
            sheet = record.sheet + Sheet([(OWN_WRITE, 1)])
            self._kept[hour, record.id] = replace(record, at=hour, sheet=sheet)
            return True

    def of_hour(self, hour: datetime) -> Iterator[UsageRecord]:
        at = hour_of(hour)
        self.asked[at] += 1
        yield from [one for (its, _), one in self._kept.items() if its == at]

    @property
    def all(self) -> tuple[UsageRecord, ...]:
        """Every record, in the order in which they came."""
        return tuple(self._kept.values())


class FakeBooks:
    """Hours, days, and what tickets and incidents took."""

    def __init__(self) -> None:
        self._hours: dict[datetime, Sheet] = {}
        self._days: dict[date, Day] = {}
        self._about: dict[str, dict[datetime, Sheet]] = {}
        self._lock = RLock()

    def put_hour(self, hour: datetime, sheet: Sheet) -> None:
        _needs_hour(hour)
        with self._lock:
            self._hours[hour] = sheet

    def hour(self, hour: datetime) -> Sheet | None:
        _needs_hour(hour)
        return self._hours.get(hour)

    def hours(self, day: date) -> Mapping[datetime, Sheet]:
        _needs_day(day)
        found = sorted((hour, sheet) for hour, sheet in self._hours.items() if hour.date() == day)
        return MappingProxyType({hour: sheet.without_about() for hour, sheet in found})

    def last_hour(self, *, before: datetime) -> datetime | None:
        _needs(before.tzinfo is not None, f"{before} has no time zone")
        return max((hour for hour in self._hours if hour < before), default=None)

    def put_day(self, day: Day) -> None:
        _needs_day(day.on)
        _needs(not any(entry.about for entry in day.sheet), "a day tells no tickets apart")
        with self._lock:
            there = self._days.get(day.on)
            is_settled = there is not None and there.state == DayState.FINAL
            if day.state == DayState.FINAL or not is_settled:
                self._days[day.on] = day

    def day(self, on: date) -> Day | None:
        _needs_day(on)
        return self._days.get(on)

    def days(self, first: date, last: date) -> tuple[Day, ...]:
        _needs_day(first)
        _needs_day(last)
        return tuple(day for on, day in sorted(self._days.items()) if first <= on <= last)

    def put_about(self, about: str, hour: datetime, sheet: Sheet) -> None:
        _needs_hour(hour)
        _needs(bool(about), "a ticket or incident has an id")
        _needs(all(entry.about == about for entry in sheet), f"the sheet is not {about}'s alone")
        with self._lock:
            self._about.setdefault(about, {})[hour] = sheet

    def put_abouts(self, hour: datetime, sheets: Mapping[str, Sheet]) -> None:
        for about, sheet in sheets.items():
            self.put_about(about, hour, sheet)

    def about(self, about: str) -> Mapping[datetime, Sheet]:
        return MappingProxyType(dict(sorted(self._about.get(about, {}).items())))

    def about_in(self, hour: datetime) -> tuple[str, ...]:
        _needs_hour(hour)
        return tuple(sorted(self._hours.get(hour, Sheet()).by_about()))


class FakeSmsLedger:
    """SMS by their message ids."""

    def __init__(self) -> None:
        self._kept: dict[str, SentSms] = {}
        self._lock = RLock()

    def put(self, sms: SentSms) -> None:
        _needs(sms.at.tzinfo is not None, f"{sms.at} has no time zone")
        _needs(bool(sms.id), "an SMS has a message id")
        with self._lock:
            self._kept.setdefault(sms.id, sms)

    def get(self, id: str) -> SentSms | None:
        return self._kept.get(id)

    def told(self, sms: SentSms) -> None:
        if sms.charged is None or sms.by not in ("receipt", "report"):
            raise AssertionError(f"{sms.id}: nobody says what was charged")
        with self._lock:
            there = self._kept.get(sms.id)
            if there is not None:
                self._kept[sms.id] = there.told(sms.charged, by=sms.by, parts=sms.charged_parts)

    def of_day(self, day: date) -> tuple[SentSms, ...]:
        _needs_day(day)
        found = [sms for sms in self._kept.values() if sms.at.astimezone(UTC).date() == day]
        return tuple(sorted(found, key=lambda sms: sms.id))


class FakeObservedPrices:
    """Prices by sku, country and day."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, date], Price] = {}

    def put(self, price: Price) -> None:
        self._kept[price.sku, price.country, price.since] = price

    def all(self) -> tuple[Price, ...]:
        return tuple(self._kept[key] for key in sorted(self._kept))


class FakeBills:
    """Bills by month and source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, BillSource], Bill] = {}

    def put(self, bill: Bill) -> None:
        self._kept[bill.month, bill.source] = bill

    def of(self, month: str, source: BillSource) -> Bill | None:
        return self._kept.get((month, source))


class FakeBillReader:
    """Reads what a test has laid into `bills`; `trouble` names months with something wrong."""

    def __init__(self, source: BillSource = BillSource.COST_EXPLORER) -> None:
        self.source = source
        self.bills: dict[str, Bill] = {}
        self.trouble: dict[str, str] = {}
        self.is_silent = False
        self.asked: Counter[str] = Counter()

    def read(self, month: str, *, now: datetime) -> Bill:
        _needs(now.tzinfo is not None, f"{now} has no time zone")
        self.asked[month] += 1
        if month in self.trouble:
            raise BadInput(self.trouble[month])
        if self.is_silent or month not in self.bills:
            raise Unanswered(f"no bill of {month}")
        return self.bills[month]


class FakeSmsReports:
    """Reports that a test has laid into `reports`, by day."""

    def __init__(self) -> None:
        self.reports: dict[date, list[SentSms]] = {}
        self.trouble: dict[date, str] = {}
        self.is_silent = False

    def of_day(self, day: date) -> Sequence[SentSms]:
        _needs_day(day)
        if self.is_silent:
            raise Unanswered("the bucket does not answer")
        if day in self.trouble:
            raise BadInput(self.trouble[day])
        found = self.reports.get(day, [])
        for sms in found:
            is_whole = sms.charged is not None and sms.charged_parts is not None
            _needs(is_whole and sms.by == "report", f"{sms.id}: no line of a report")
        return tuple(found)


class FakeOutside:
    """What a test says that was seen outside, by day; nothing on other days."""

    def __init__(self) -> None:
        self.sheets: dict[date, Sheet] = {}
        self.is_silent = False
        self.asked: Counter[date] = Counter()

    def of_day(self, day: date) -> Sheet:
        _needs_day(day)
        self.asked[day] += 1
        if self.is_silent:
            raise Unanswered("CloudWatch does not answer")
        return self.sheets.get(day, Sheet())


def _needs(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise AssertionError(otherwise)


def _needs_hour(hour: datetime) -> None:
    is_full = hour.utcoffset() == timedelta(0) and hour == hour_of(hour)
    _needs(is_full, f"{hour} is not the beginning of an hour in UTC")


def _needs_day(day: date) -> None:
    _needs(not isinstance(day, datetime), f"{day} is an instant, no day")


if TYPE_CHECKING:
    from chalicelib.ports import (
        BillReader,
        Bills,
        Books,
        ObservedPrices,
        Outside,
        SmsLedger,
        SmsReports,
        UsageRecords,
    )

    _records: type[UsageRecords] = FakeUsageRecords
    _books: type[Books] = FakeBooks
    _ledger: type[SmsLedger] = FakeSmsLedger
    _observed: type[ObservedPrices] = FakeObservedPrices
    _bills: type[Bills] = FakeBills
    _reader: type[BillReader] = FakeBillReader
    _reports: type[SmsReports] = FakeSmsReports
    _outside: type[Outside] = FakeOutside
