"""The newest readiness report, in the table of the desk.

`readiness`/`latest` has `report` and `checked_at`.
"""

from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.readiness import Report


class DynamoReports:
    """One report, replaced by each newer one."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def latest(self) -> Report | None:
        item = find(self._items, "readiness", "latest")
        return from_text(Report, item.report, "the readiness report") if item else None

    def keep(self, report: Report) -> None:
        item = self._items(
            "readiness", "latest", report=to_text(report), checked_at=report.checked_at
        )
        items = self._items
        put_if(item, items.pk.does_not_exist() | (items.checked_at <= report.checked_at))


if TYPE_CHECKING:
    from chalicelib.ports import Reports

    _: type[Reports] = DynamoReports
