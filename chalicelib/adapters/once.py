"""What is told once, in DynamoDB beside the incidents.

`told#<key>`/`-` has `since` (when the telling was begun, then when it was done) and `is_told`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import IncidentsTable, bound

LEASE = timedelta(minutes=2)
"""What was begun so long ago and not done was left by a crash: it is told again."""

KEPT_FOR = timedelta(days=30)
"""How long it is known that something was told."""


class DynamoOnce:
    """Keys of what was told, in the table of the incidents."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)

    def begin(self, key: str, *, now: datetime) -> bool:
        items = self._items
        was_left = (items.is_told == False) & (items.since <= now - LEASE)  # noqa: E712
        is_forgotten = items.since <= now - KEPT_FOR  # DynamoDB deletes days later
        claim = self._item(key, now, is_told=False)
        return put_if(claim, items.pk.does_not_exist() | was_left | is_forgotten)

    def done(self, key: str, *, now: datetime) -> None:
        self._item(key, now, is_told=True).save()

    def was_told(self, key: str, *, now: datetime) -> bool:
        there = find(self._items, f"told#{key}", "-")
        if there is None or not there.is_told or there.since is None:
            return False
        return there.since > now - KEPT_FOR

    def _item(self, key: str, now: datetime, *, is_told: bool) -> IncidentsTable:
        return self._items(
            f"told#{key}", "-", since=now, is_told=is_told, expires_at=now + KEPT_FOR
        )


if TYPE_CHECKING:
    from chalicelib.ports import Once

    _: type[Once] = DynamoOnce
