"""What invocations took, in the table of costs.

`use#<hour>`/`<function>#<identity>` has `value` (the sheet) for eight days: long enough to add up
hours anew after a week in which nobody looked. Nothing but a `PutItem` is needed to keep one, so
that a function needs no right to read what others took.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import PutError

from chalicelib.adapters.items import is_broken_condition
from chalicelib.adapters.metering.aws import WRITE_UNIT
from chalicelib.adapters.metering.item_size import item_size, write_units
from chalicelib.adapters.metering.tally import collecting, tally, within
from chalicelib.adapters.sheets import sheet_from_bytes, sheet_to_bytes
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.errors import BadInput

KEPT_FOR = timedelta(days=8)

log = logging.getLogger("nightdesk.adapters")


class DynamoUsageRecords:
    """One item for each invocation."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)

    def put(self, record: UsageRecord) -> bool:
        """Its own write is in it, so that what it costs to keep books is in the books.

        A write that is refused, since the record is there, goes on the tally.
        """
        pk, ends = _pk(record.at), hour_of(record.at) + KEPT_FOR
        item = self._items(pk, record.id, expires_at=ends)
        item.value = _with_own_write(pk, record.id, record.sheet, ends)
        with within(Feature.ACCOUNTING), collecting() as own:
            try:
                item.save(self._items.pk.does_not_exist())
            except PutError as error:
                if not is_broken_condition(error):
                    raise
                tally.put_back(own.take())
                return False
        return True

    def of_hour(self, hour: datetime) -> Iterator[UsageRecord]:
        """Read 1 MB at a time. A record that cannot be read is logged and left out."""
        at = hour_of(hour)
        for item in self._items.query(_pk(at)):
            try:
                sheet = sheet_from_bytes(item.value, f"use {item.sk}")
            except BadInput:
                log.exception("record_unreadable", extra={"pk": item.pk, "sk": item.sk})
                continue
            yield UsageRecord(id=item.sk, at=at, sheet=sheet)


def _pk(at: datetime) -> str:
    return f"use#{at.astimezone(UTC):%Y-%m-%dT%H}"


def _with_own_write(pk: str, sk: str, sheet: Sheet, ends: datetime) -> bytes:
    """The sheet with what writing it takes, by the size of its item."""
    own = Entry(WRITE_UNIT, Feature.ACCOUNTING)
    keys = {"pk": {"S": pk}, "sk": {"S": sk}, "expires_at": {"N": str(int(ends.timestamp()))}}
    units = 1
    while True:
        value = sheet_to_bytes(sheet + Sheet([(own, units)]))
        needed = write_units(item_size({**keys, "value": {"B": value}}))
        if needed <= units:
            return value
        units = needed


if TYPE_CHECKING:
    from chalicelib.ports import UsageRecords

    _: type[UsageRecords] = DynamoUsageRecords
