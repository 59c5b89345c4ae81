"""How many second readings were asked for, in DynamoDB beside the desk.

`second-reading`/`<day in UTC>` has `readings`. Without a second reader nothing may write it
(`infra/template.yaml`, `SecondReaderPolicy`).
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError

from chalicelib.adapters.items import code_of, is_broken_condition
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.domain.errors import Unanswered, Unusable

KEPT_FOR = timedelta(days=30)
"""Longer than anything counts."""


class DynamoReadings:
    """One counter a day in the table of the desk."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def take(self, *, most: int, now: datetime) -> bool:
        """One conditional write. Raises Unanswered (Unusable when not allowed) when it fails."""
        if most < 1:
            return False
        items = self._items
        item = items("second-reading", now.astimezone(UTC).date().isoformat())
        try:
            item.update(
                actions=[items.readings.add(1), items.expires_at.set(now + KEPT_FOR)],
                condition=items.readings.does_not_exist() | (items.readings < most),
            )
        except UpdateError as error:
            if is_broken_condition(error):
                return False
            code = code_of(error) or "an error"
            kind = Unusable if code.startswith("AccessDenied") else Unanswered
            raise kind(f"the counter of readings: {code}") from None
        return True


if TYPE_CHECKING:
    from chalicelib.ports import Readings

    _: type[Readings] = DynamoReadings
