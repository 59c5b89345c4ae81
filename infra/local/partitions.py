"""Queries of moto's tables that look where DynamoDB looks.

moto sorts the whole table for each query, by a slow comparison (tried with moto 5.2.5): with some
thousand items that is most of what a call takes. A query of a table needs one partition of it, and
a query of an index sorts what it has found by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import Any

from moto.dynamodb.models.table import Table

from infra.local.patching import replaced


@contextmanager
def looked_up() -> Iterator[None]:
    """While open, a query looks at one partition, or at the table as it lies. Calls must come one
    at a time."""
    plain = Table.query
    takes = signature(plain)

    @wraps(plain)
    def query(self: Any, *arguments: Any, **named: Any) -> Any:
        asked = takes.bind(self, *arguments, **named).arguments
        keys = list(self.items) if asked.get("index_name") else [asked["hash_key"]]
        found = [item for key in keys if key in self.items for item in _items(self, key)]
        self.all_items = lambda: found
        try:
            return plain(self, *arguments, **named)
        finally:
            del self.all_items

    with replaced(Table, "query", query):
        yield


def _items(table: Any, key: Any) -> list[Any]:
    held = table.items[key]
    return list(held.values()) if table.has_range_key else [held]
