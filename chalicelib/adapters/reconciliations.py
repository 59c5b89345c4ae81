"""What was metered beside what was charged, in the table of costs.

`reconciled`/`<day>` has `value` (the lines of the day, packed), for good.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from chalicelib.adapters.items import readable
from chalicelib.adapters.sheets import UNREADABLE
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.adapters.values import from_packed, to_packed
from chalicelib.domain.cost.reconciling import Reconciled


class _Lines(msgspec.Struct, frozen=True):
    lines: tuple[Reconciled, ...]


class DynamoReconciliations:
    """Days in one table."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)

    def put(self, day: date, lines: Sequence[Reconciled]) -> None:
        if any(line.day != day for line in lines):
            raise ValueError(f"these lines are not all of {day}")
        value = to_packed(_Lines(tuple(lines)))
        self._items("reconciled", day.isoformat(), value=value).save()

    def of_month(self, month: str) -> tuple[Reconciled, ...]:
        """A day that cannot be read is logged and left out."""
        found = self._items.query("reconciled", self._items.sk.startswith(f"{month}-"))
        return tuple(line for lines in readable(found, _lines, event=UNREADABLE) for line in lines)


def _lines(item: CostsTable) -> tuple[Reconciled, ...]:
    return from_packed(_Lines, item.value, f"comparison of {item.sk}").lines


if TYPE_CHECKING:
    from chalicelib.ports import Reconciliations

    _: type[Reconciliations] = DynamoReconciliations
