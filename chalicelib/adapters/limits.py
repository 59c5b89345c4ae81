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


class DynamoLimits:
    """One counter for each key and window in the table of the desk, deleted after the window."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def hit(self, key: str, *, most: int, window: timedelta, now: datetime) -> bool:
        """One conditional write. Raises UpdateError when DynamoDB does not take it."""
        began_at = now - (now - _EPOCH) % window
        items = self._items
        item = items("limit", f"{key}#{instant_to_text(began_at)}")
        try:
            item.update(
                actions=[items.hits.add(1), items.expires_at.set(began_at + 2 * window)],
                condition=items.hits.does_not_exist() | (items.hits < most),
            )
        except UpdateError as error:
            if is_broken_condition(error):
                return False
            raise
        return True


if TYPE_CHECKING:
    from chalicelib.ports import Limits

    _: type[Limits] = DynamoLimits
