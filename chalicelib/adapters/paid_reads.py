"""Which posts and people were paid for on a day, in DynamoDB beside the desk.

`paid`/`<day in UTC>#<sku>#<account>#<digest>` has nothing but its keys, and is gone in days. One
that is looked up costs half a read unit, far less than a thousandth of the cheapest post.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.tables import DeskTable, bound

KEPT_FOR = timedelta(days=2)
"""From the day's beginning; what is late to be deleted does no harm, its day is in its key."""


class DynamoPaidReads:
    """One item for each post or person read on a day."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def fresh(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> tuple[str, ...]:
        keys = {id: _key(account, sku, id, day) for id in dict.fromkeys(ids)}
        wanted = [("paid", key) for key in dict.fromkeys(keys.values())]
        known = {item.sk for item in self._items.batch_get(wanted)} if wanted else set()
        return tuple(id for id, key in keys.items() if key not in known)

    def remember(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> None:
        expires_at = datetime.combine(day, time(), UTC) + KEPT_FOR
        keys = dict.fromkeys(_key(account, sku, id, day) for id in ids)
        with self._items.batch_write() as batch:
            for key in keys:
                batch.save(self._items("paid", key, expires_at=expires_at))


def _key(account: str, sku: str, id: str, day: date) -> str:
    digest = hashlib.blake2s(id.encode("utf-8", "replace"), digest_size=10).hexdigest()
    return f"{day.isoformat()}#{sku}#{account}#{digest}"


if TYPE_CHECKING:
    from chalicelib.ports import PaidReads

    _: type[PaidReads] = DynamoPaidReads
