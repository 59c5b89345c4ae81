"""Prices that were really charged, in the table of costs.

`price`/`<sku>#<country>#<since>` has `text` (the price, JSON), for good.
"""

from typing import TYPE_CHECKING

from chalicelib.adapters.items import readable
from chalicelib.adapters.sheets import UNREADABLE
from chalicelib.adapters.tables import CostsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.cost import Price


class DynamoObservedPrices:
    """Prices in one table."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(CostsTable, table, region)

    def put(self, price: Price) -> None:
        key = f"{price.sku}#{price.country}#{price.since.isoformat()}"
        self._items("price", key, text=to_text(price)).save()

    def all(self) -> tuple[Price, ...]:
        """One that cannot be read is logged and left out."""
        return readable(self._items.query("price"), _price, event=UNREADABLE)


def _price(item: CostsTable) -> Price:
    return from_text(Price, item.text, f"observed price {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import ObservedPrices

    _: type[ObservedPrices] = DynamoObservedPrices
