"""How much of a platform's rate limit is used, in DynamoDB beside the desk.

`allowance`/`<key>` has `used` and `ends_at`; one item for each limit, deleted when nobody asks.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.items import find, is_broken_condition
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.ports.allowing import Taken

KEPT_FOR = timedelta(days=2)
"""After the end of a window; the longest is a day."""

TRIES = 5
"""Somebody else may begin the window between our two looks; never so often."""


class DynamoAllowances:
    """One counter for each limit in the table of the desk; one write a request."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def take(self, key: str, *, most: int, window: timedelta, now: datetime) -> Taken:
        """Raises UpdateError when DynamoDB does not take it."""
        items = self._items
        item = items("allowance", key)
        ends_at = now + window
        begin: list[Action] = [
            items.used.set(1),
            items.ends_at.set(ends_at),
            items.expires_at.set(ends_at + KEPT_FOR),
        ]
        for _ in range(TRIES):
            if self._update(item, [items.used.add(1)], (items.ends_at > now) & (items.used < most)):
                left = most - int(item.used or 0)
                return Taken(is_allowed=True, left=left, until=item.ends_at or ends_at)
            is_over = items.ends_at.does_not_exist() | (items.ends_at <= now)
            if self._update(item, begin, is_over):
                return Taken(is_allowed=True, left=most - 1, until=ends_at)
            found = find(items, "allowance", key)
            if found and found.ends_at and found.ends_at > now and int(found.used or 0) >= most:
                return Taken(is_allowed=False, left=0, until=found.ends_at)
        return Taken(is_allowed=False, left=0, until=now + timedelta(seconds=1))

    def heard(self, key: str, *, left: int, until: datetime, most: int, now: datetime) -> None:
        items = self._items
        item = items("allowance", key)
        used = max(0, most - left)
        moved: list[Action] = [items.ends_at.set(until), items.expires_at.set(until + KEPT_FOR)]
        grows = items.ends_at.does_not_exist() | (items.ends_at <= now) | (items.used <= used)
        if not self._update(item, [*moved, items.used.set(used)], grows):
            self._update(item, moved, items.ends_at > now)

    def _update(self, item: DeskTable, actions: list[Action], condition: Condition) -> bool:
        try:
            item.update(actions=actions, condition=condition)
        except UpdateError as error:
            if is_broken_condition(error):
                return False
            raise
        return True


if TYPE_CHECKING:
    from chalicelib.ports import Allowances

    _: type[Allowances] = DynamoAllowances
