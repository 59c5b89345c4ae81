"""Bills as they were read last, in the table of costs.

`bill`/`<month>#<source>` has `value` (the bill, packed), for good.
"""

from typing import TYPE_CHECKING

from chalicelib.adapters.items import find
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.adapters.values import from_packed, to_packed
from chalicelib.domain.cost.bill import Bill, BillSource


class DynamoBills:
    """Bills in one table."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)

    def put(self, bill: Bill) -> None:
        self._items("bill", f"{bill.month}#{bill.source}", value=to_packed(bill)).save()

    def of(self, month: str, source: BillSource) -> Bill | None:
        item = find(self._items, "bill", key := f"{month}#{source}")
        return from_packed(Bill, item.value, f"bill {key}") if item else None


if TYPE_CHECKING:
    from chalicelib.ports import Bills

    _: type[Bills] = DynamoBills
