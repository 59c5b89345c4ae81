"""The newest count of the queue, in DynamoDB beside the desk.

`queue`/`tally` has `tally` and `counted_at`; `queue`/`counting` has `begun_at`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.ports import Tally


class DynamoTallies:
    """One count in the table of the desk."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def latest(self) -> Tally | None:
        item = find(self._items, "queue", "tally")
        return from_text(Tally, item.tally, "count of the queue") if item else None

    def begin(self, *, now: datetime, lease: timedelta) -> bool:
        item = self._items("queue", "counting", begun_at=now)
        is_over = self._items.begun_at <= now - lease
        return put_if(item, self._items.pk.does_not_exist() | is_over)

    def put(self, tally: Tally) -> None:
        """Over an older one only: whoever counted slowly does not turn the clock back."""
        item = self._items("queue", "tally", tally=to_text(tally), counted_at=tally.counted_at)
        is_news = self._items.counted_at <= tally.counted_at
        put_if(item, self._items.pk.does_not_exist() | is_news)


if TYPE_CHECKING:
    from chalicelib.ports import Tallies

    _: type[Tallies] = DynamoTallies
