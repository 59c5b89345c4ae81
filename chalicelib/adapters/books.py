"""The books, in the table of costs.

`hour`/`<hour>` has `value` (the hour's sheet, tickets and incidents not told apart) and `text`
(in how many pieces stands what they took); `hour-about#<hour>`/`<number>` has `value`, such a
piece. An item holds 400 KB, and in a storm thousands of tickets are touched in an hour; a day is
added up from its hours without them. Both go after 40 days.

`about#<ticket or incident>`/`<hour>` has `value` (its sheet), as long as tickets are kept.

`day`/`<day>` has `value` (sheet and prices) and `state`, for good.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.sheets import (
    UNREADABLE,
    Row,
    pieces,
    rows_of,
    sheet_from_bytes,
    sheet_of,
    sheet_to_bytes,
)
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.adapters.values import from_packed, to_packed
from chalicelib.domain.cost import Price, Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.record import hour_of

HOURS_KEPT_FOR = timedelta(days=40)

MOST_ROWS = 10_000
"""Of a piece: one of as many tickets with ids of 128 random bits takes under 300 KB."""


class _Day(msgspec.Struct, frozen=True):
    rows: tuple[Row, ...]
    prices: tuple[Price, ...]


class DynamoBooks:
    """Hours, days, tickets and incidents in one table."""

    def __init__(self, table: str, *, retention_days: int, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)
        self._retention = timedelta(days=retention_days)

    def put_hour(self, hour: datetime, sheet: Sheet) -> None:
        """The pieces first: until the hour itself is written, `hour` is not what was put here,
        and whoever was interrupted sees that it is to be done again."""
        key, ends = _hour(hour), hour + HOURS_KEPT_FOR
        told = Sheet((entry, quantity) for entry, quantity in sheet.items() if entry.about)
        number = 0
        for number, piece in enumerate(pieces(told, rows=MOST_ROWS), start=1):
            value = sheet_to_bytes(piece)
            self._items(f"hour-about#{key}", _number(number), value=value, expires_at=ends).save()
        value = sheet_to_bytes(sheet.without_about())
        self._items("hour", key, value=value, text=str(number), expires_at=ends).save()

    def hour(self, hour: datetime) -> Sheet | None:
        item = find(self._items, "hour", _hour(hour))
        if item is None:
            return None
        told = self._told(hour, item)
        untold = ((entry, -quantity) for entry, quantity in told.without_about().items())
        return _sheet(item) + Sheet(untold) + told

    def hours(self, day: date) -> Mapping[datetime, Sheet]:
        of_day = self._items.sk.startswith(f"{day.isoformat()}T")
        found = self._items.query("hour", of_day, consistent_read=True)
        return {_instant(item.sk): _sheet(item) for item in found}

    def last_hour(self, *, before: datetime) -> datetime | None:
        after = hour_of(before) if before == hour_of(before) else hour_of(before) + _HOUR
        newest: Any = self._items.query(
            "hour",
            self._items.sk < _hour(after),
            scan_index_forward=False,
            limit=1,
            consistent_read=True,
        )
        return next((_instant(item.sk) for item in newest), None)

    def put_day(self, day: Day) -> None:
        items = self._items
        value = to_packed(_Written(rows=rows_of(day.sheet), prices=day.prices))
        item = items("day", day.on.isoformat(), value=value, state=day.state)
        if day.state == DayState.FINAL:
            item.save()
        else:
            put_if(item, items.pk.does_not_exist() | (items.state != DayState.FINAL))

    def day(self, on: date) -> Day | None:
        item = find(self._items, "day", on.isoformat())
        return _day(item) if item else None

    def days(self, first: date, last: date) -> tuple[Day, ...]:
        """A day that cannot be read is logged and left out."""
        if last < first:
            return ()
        between = self._items.sk.between(first.isoformat(), last.isoformat())
        return readable(self._items.query("day", between), _day, event=UNREADABLE)

    def put_about(self, about: str, hour: datetime, sheet: Sheet) -> None:
        self._about(about, hour, sheet).save()

    def put_abouts(self, hour: datetime, sheets: Mapping[str, Sheet]) -> None:
        """Written 25 at a time (BatchWriteItem); what DynamoDB leaves is sent again."""
        with self._items.batch_write() as batch:
            for about, sheet in sheets.items():
                batch.save(self._about(about, hour, sheet))

    def about(self, about: str) -> Mapping[datetime, Sheet]:
        found = self._items.query(f"about#{about}")
        return {_instant(item.sk): _sheet(item) for item in found}

    def about_in(self, hour: datetime) -> tuple[str, ...]:
        item = find(self._items, "hour", _hour(hour))
        return tuple(sorted(self._told(hour, item).by_about())) if item else ()

    def _told(self, hour: datetime, item: CostsTable) -> Sheet:
        """What tickets and incidents took, in as many pieces as the hour's item says."""
        if not (number := int(item.text or 0)):
            return Sheet()
        of_hour = f"hour-about#{_hour(hour)}"
        those = self._items.sk <= _number(number)
        found = self._items.query(of_hour, those, consistent_read=True)
        return Sheet.total(_sheet(piece) for piece in found)

    def _about(self, about: str, hour: datetime, sheet: Sheet) -> CostsTable:
        ends = hour + self._retention
        value = sheet_to_bytes(sheet)
        return self._items(f"about#{about}", _hour(hour), value=value, expires_at=ends)


class _Written(msgspec.Struct, frozen=True):
    """As `_Day`, its rows ready to be written."""

    rows: tuple[tuple[str, ...], ...]
    prices: tuple[Price, ...]


_HOUR = timedelta(hours=1)


def _hour(hour: datetime) -> str:
    """Such as `2026-11-21T23`. Raises ValueError for what is not the beginning of an hour."""
    at = hour.astimezone(UTC)
    if hour.tzinfo is None or at != hour_of(at):
        raise ValueError(f"{hour.isoformat()} is not the beginning of an hour in UTC")
    return f"{at:%Y-%m-%dT%H}"


def _instant(key: str) -> datetime:
    return datetime.fromisoformat(f"{key}:00+00:00")


def _number(number: int) -> str:
    return f"{number:04}"


def _sheet(item: CostsTable) -> Sheet:
    return sheet_from_bytes(item.value, f"{item.pk} {item.sk}")


def _day(item: CostsTable) -> Day:
    where = f"{item.pk} {item.sk}"
    held = from_packed(_Day, item.value, where)
    return Day(
        on=date.fromisoformat(item.sk),
        sheet=sheet_of(held.rows),
        prices=held.prices,
        state=DayState(item.state or DayState.RUNNING),
    )


if TYPE_CHECKING:
    from chalicelib.ports import Books

    _: type[Books] = DynamoBooks
