"""What accounting has done once, and small values that it keeps, in the table of costs.

A key such as `told#2026-11#letter` stands as `told`/`2026-11#letter`, with `state` (`begun` or
`done`) and `at`, or with `text`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import CostsTable, bound

LEASE = timedelta(minutes=10)
"""What was begun so long ago and not done was left by a crash. Longer than any function runs that
does it, so that a slow one is not taken for a dead one."""

KEPT_FOR = timedelta(days=400)
"""How long it is known that something was done."""

_BEGUN, _DONE = "begun", "done"


class DynamoCostMarks:
    """Marks and kept values in one table."""

    def __init__(self, table: str, *, region: str | None = None, is_brief: bool = False) -> None:
        """`is_brief`: for where pages are sent; as in `bound`."""
        self._items = bound(CostsTable, table, region, is_brief=is_brief)

    def once(self, key: str, *, now: datetime) -> bool:
        items = self._items
        is_forgotten = items.at <= now - KEPT_FOR  # DynamoDB deletes days later
        return put_if(self._mark(key, _DONE, now), items.pk.does_not_exist() | is_forgotten)

    def begin(self, key: str, *, now: datetime) -> bool:
        items = self._items
        was_left = (items.state == _BEGUN) & (items.at <= now - LEASE)
        is_forgotten = items.at <= now - KEPT_FOR
        claim = self._mark(key, _BEGUN, now)
        return put_if(claim, items.pk.does_not_exist() | was_left | is_forgotten)

    def done(self, key: str, *, now: datetime) -> None:
        self._mark(key, _DONE, now).save()

    def keep(self, key: str, text: str) -> None:
        self._items(*_place(key), text=text).save()

    def kept(self, key: str) -> str | None:
        item = find(self._items, *_place(key))
        return item.text if item else None

    def _mark(self, key: str, state: str, now: datetime) -> CostsTable:
        return self._items(*_place(key), state=state, at=now, expires_at=now + KEPT_FOR)


def _place(key: str) -> tuple[str, str]:
    kind, mark, which = key.partition("#")
    if not kind or not mark or not which:
        raise ValueError(f"{key!r} is no key; write its kind, # and which one it is")
    return kind, which


if TYPE_CHECKING:
    from chalicelib.ports import CostMarks

    _: type[CostMarks] = DynamoCostMarks
