"""What phones have sent us, in DynamoDB beside the incidents. Holds ids, never phone numbers.

`reply#<inbound id>`/`-` has its keys only, `useless#<responder>`/`-` has `useless` (how many)
and `since`.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError

from chalicelib.adapters.items import find, is_broken_condition, put_if
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.domain.desk import Responder

ANSWERS_KEPT_FOR = timedelta(days=30)
"""SNS repeats a delivery to Lambda for up to 23 days (its delivery retry policy)."""

A_DAY = timedelta(days=1)


class DynamoReplies:
    """Inbound SMS in the table of the incidents."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)

    def is_first_answer(self, inbound_id: str, *, now: datetime) -> bool:
        item = self._items(f"reply#{inbound_id}", "-", expires_at=now + ANSWERS_KEPT_FOR)
        return put_if(item, self._items.pk.does_not_exist())

    def useless(self, responder: Responder, *, now: datetime) -> int:
        """Count one more within the day that began with the first one."""
        items = self._items
        item = items(f"useless#{responder.id}", "-")
        while True:
            try:
                item.update(actions=[items.useless.add(1)], condition=items.since > now - A_DAY)
            except UpdateError as error:
                if not is_broken_condition(error):
                    raise
            else:
                return int(item.useless)
            first = items(item.pk, "-", useless=1, since=now, expires_at=now + 2 * A_DAY)
            if put_if(first, items.pk.does_not_exist() | (items.since <= now - A_DAY)):
                return 1

    def useless_so_far(self, responder: Responder, *, now: datetime) -> int:
        item = find(self._items, f"useless#{responder.id}", "-")
        if item is None or item.since is None or item.since <= now - A_DAY:
            return 0
        return int(item.useless)


if TYPE_CHECKING:
    from chalicelib.ports import Replies

    _: type[Replies] = DynamoReplies
