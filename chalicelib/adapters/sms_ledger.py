"""Every SMS and what it was charged at, in the table of costs.

`sms-day#<day>`/`<message id>` has `value` (the SMS) and `state` (who said what was charged:
`receipt` or `report`); `sms`/`<message id>` has `day`, by which it is found. Both go after 400
days. No phone number stands in either.
"""

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if, readable
from chalicelib.adapters.sheets import UNREADABLE
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.adapters.values import from_packed, to_packed
from chalicelib.domain.cost.sms import SentSms

KEPT_FOR = timedelta(days=400)


class DynamoSmsLedger:
    """SMS in one table."""

    def __init__(self, table: str, *, region: str | None = None, is_brief: bool = False) -> None:
        """`is_brief`: for where pages are sent; as in `bound`."""
        self._items = bound(CostsTable, table, region, is_brief=is_brief)

    def put(self, sms: SentSms) -> None:
        """The day first: an SMS that is of its day and not found by its id is in the books."""
        put_if(self._item(sms), self._items.pk.does_not_exist())
        day, ends = _day(sms), sms.at + KEPT_FOR
        self._items("sms", sms.id, day=day.isoformat(), expires_at=ends).save()

    def get(self, id: str) -> SentSms | None:
        pointer = find(self._items, "sms", id)
        if pointer is None:
            return None
        item = find(self._items, f"sms-day#{pointer.day}", id)
        return _sms(item) if item else None

    def told(self, sms: SentSms) -> None:
        """A receipt that comes while a report is written loses by the condition."""
        if sms.charged is None:
            raise ValueError(f"{sms.id}: nobody says what was charged")
        there = self.get(sms.id)
        if there is None:
            return
        item = self._item(there.told(sms.charged, by=sms.by, parts=sms.charged_parts))
        items = self._items
        is_open = items.state.does_not_exist() | (items.state != "report")
        put_if(item, items.pk.exists() if sms.by == "report" else items.pk.exists() & is_open)

    def of_day(self, day: date) -> tuple[SentSms, ...]:
        """One that cannot be read is logged and left out."""
        return readable(self._items.query(f"sms-day#{day.isoformat()}"), _sms, event=UNREADABLE)

    def _item(self, sms: SentSms) -> CostsTable:
        return self._items(
            f"sms-day#{_day(sms).isoformat()}",
            sms.id,
            value=to_packed(sms),
            state=sms.by or None,
            expires_at=sms.at + KEPT_FOR,
        )


def _day(sms: SentSms) -> date:
    if sms.at.tzinfo is None:
        raise ValueError(f"{sms.at.isoformat()} has no time zone")
    return sms.at.astimezone(UTC).date()


def _sms(item: CostsTable) -> SentSms:
    return from_packed(SentSms, item.value, f"SMS {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import SmsLedger

    _: type[SmsLedger] = DynamoSmsLedger
