"""What reading took, by source and month, in DynamoDB beside the desk.

`reading`/`<month>#<source>` has `calls`, `posts` and `spent` (US dollars, exact), for good: a
dozen small items a year for each source.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.ports import ReadUsage


class DynamoReadUsages:
    """Sums in the table of the desk."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def add(self, name: str, month: str, usage: ReadUsage) -> ReadUsage:
        """One atomic write; one that is repeated because its answer was lost counts twice, which
        a budget can bear. Nothing is only looked up."""
        items, key = self._items, f"{month}#{name}"
        if usage == ReadUsage():
            there = find(items, "reading", key)
            return _usage(there) if there else usage
        item = items("reading", key)
        item.update(
            actions=[
                items.calls.add(usage.calls),
                items.posts.add(usage.posts),
                items.spent.add(usage.spent),
            ]
        )
        return _usage(item)

    def of(self, month: str) -> Mapping[str, ReadUsage]:
        begins = self._items.sk.startswith(f"{month}#")
        found = self._items.query("reading", begins)
        return {item.sk.partition("#")[2]: _usage(item) for item in found}


def _usage(item: DeskTable) -> ReadUsage:
    return ReadUsage(
        calls=int(item.calls or 0), posts=int(item.posts or 0), spent=item.spent or Decimal(0)
    )


if TYPE_CHECKING:
    from chalicelib.ports import ReadUsages

    _: type[ReadUsages] = DynamoReadUsages
