"""How often somebody asked, in DynamoDB beside the desk.

`limit`/`<what>#<whose>#<beginning of the window>` has `hits`.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError

from chalicelib.adapters.items import is_broken_condition
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import instant_to_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MOST_SPENT = 1_000
"""Spent counters that a worker remembers; more addresses do not flood one worker at once."""


class DynamoLimits:
    """One counter for each key and window in the table of the desk, deleted after the window."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)
        self._spent: dict[str, datetime] = {}
        """By key: the beginning of the window in which no more is left."""

    def hit(self, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
        """One conditional write. Raises UpdateError when DynamoDB does not take it."""
        began_at = _began_at(window, now)
        items = self._items
        item = items("limit", f"{key}#{instant_to_text(began_at)}")
        try:
            item.update(
                actions=[items.hits.add(1), items.expires_at.set(began_at + 2 * window)],
                condition=items.hits.does_not_exist() | (items.hits < most),
            )
        except UpdateError as error:
            if is_broken_condition(error):
                self._remember(key, began_at)
                return False
            raise
        return True

    def is_known_spent(self, key: str, *, window: timedelta, now: datetime) -> bool:
        return self._spent.get(key) == _began_at(window, now)

    def _remember(self, key: str, began_at: datetime) -> None:
        if len(self._spent) >= MOST_SPENT:
            self._spent.clear()
        self._spent[key] = began_at


def _began_at(window: timedelta, now: datetime) -> datetime:
    return now - (now - _EPOCH) % window


if TYPE_CHECKING:
    from chalicelib.ports import Limits

    _: type[Limits] = DynamoLimits
