"""What invocations took, in the table of costs.

`use#<hour>`/`<function>#<identity>` has `value` (the sheet) for eight days: long enough to add up
hours anew after a week in which nobody looked. Nothing but a `PutItem` is needed to keep one, so
that a function needs no right to read what others took.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectionClosedError
from pynamodb.exceptions import PutError

from chalicelib.adapters.items import is_broken_condition
from chalicelib.adapters.metering.aws import WRITE_UNIT
from chalicelib.adapters.metering.item_size import item_size, write_units
from chalicelib.adapters.metering.tally import collecting, tally, within
from chalicelib.adapters.sheets import UNREADABLE, sheet_from_bytes, sheet_to_bytes
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.record import UsageRecord, hour_of
from chalicelib.domain.errors import BadInput

KEPT_FOR = timedelta(days=8)

LARGEST = 300_000
"""Bytes of a sheet; an item holds 400 KB. Of a larger one tickets are not told apart."""

log = logging.getLogger("nightdesk.adapters")


class DynamoUsageRecords:
    """One item for each invocation."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)
        self._brief = bound(CostsTable, table, region, is_brief=True)

    def put(self, record: UsageRecord) -> bool:
        """Its own write is in it, so that what it costs to keep books is in the books.

        A write that is refused, since the record is there, goes on the tally. Nobody waits for
        more than some 1.2 s; a record that could not be written may be there all the same, and is
        to be put again as it was.
        """
        pk, ends = _pk(record.at), hour_of(record.at) + KEPT_FOR
        item = self._brief(pk, record.id, expires_at=ends)
        item.value = _with_own_write(pk, record.id, record.sheet, ends)
        with within(Feature.ACCOUNTING), collecting() as own:
            try:
                self._save(item)
            except PutError as error:
                if not is_broken_condition(error):
                    raise
                tally.put_back(own.take())
                return False
        return True

    def _save(self, item: CostsTable) -> None:
        """Again where the connection was closed meanwhile, as it is when Lambda sleeps for long:
        that is known at once."""
        is_new = self._items.pk.does_not_exist()
        try:
            item.save(is_new)
        except PutError as error:
            if not isinstance(error.cause, ConnectionClosedError):
                raise
            item.save(is_new)

    def of_hour(self, hour: datetime) -> Iterator[UsageRecord]:
        """Read 1 MB at a time. A record that cannot be read is logged and left out."""
        at = hour_of(hour)
        for item in self._items.query(_pk(at)):
            try:
                sheet = sheet_from_bytes(item.value, f"use {item.sk}")
                if any(quantity < 0 for quantity in sheet.values()):
                    raise BadInput(f"use {item.sk}: nobody uses less than nothing")
            except BadInput:
                log.exception(UNREADABLE, extra={"pk": item.pk, "sk": item.sk})
                continue
            yield UsageRecord(id=item.sk, at=at, sheet=sheet)


def _pk(at: datetime) -> str:
    return f"use#{at.astimezone(UTC):%Y-%m-%dT%H}"


def _with_own_write(pk: str, sk: str, sheet: Sheet, ends: datetime) -> bytes:
    """The sheet with what writing it takes, by the size of its item."""
    own = Entry(WRITE_UNIT, Feature.ACCOUNTING)
    keys = {"pk": {"S": pk}, "sk": {"S": sk}, "expires_at": {"N": str(int(ends.timestamp()))}}
    if len(sheet_to_bytes(sheet)) > LARGEST:
        sheet = sheet.without_about()
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
