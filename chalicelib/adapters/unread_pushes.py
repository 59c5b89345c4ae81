"""Pushes of which something could not be understood, in the table of mentions.

`push#<source>#<SHA-256 of the body>`/`part#<number>` has `raw`: a piece of the body (zlib), as
long as an item may be. Nothing listens to it, and DynamoDB deletes it when its time is over.
"""

import hashlib
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find
from chalicelib.adapters.tables import MentionsTable, bound

KEPT_FOR = timedelta(days=14)
"""As long as the queues of dead letters keep theirs."""

PART = 380 * 1024
"""Bytes; an item holds 400 KB, names and keys included."""


class DynamoUnreadPushes:
    """One to a few items for each."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(MentionsTable, table, region)

    def keep(self, name: str, body: bytes, *, now: datetime) -> None:
        """The first part goes last: while it is missing, nothing is taken for whole."""
        packed = zlib.compress(body)
        pk = _key(name, hashlib.sha256(body).hexdigest())
        parts = [packed[start : start + PART] for start in range(0, len(packed), PART)]
        for number, part in reversed(list(enumerate(parts))):
            self._items(pk, _part(number), raw=part, expires_at=now + KEPT_FOR).save()

    def get(self, name: str, body_sha256: str) -> bytes | None:
        pk = _key(name, body_sha256)
        parts: list[bytes] = []
        while (item := find(self._items, pk, _part(len(parts)))) is not None:
            parts.append(item.raw)
        return zlib.decompress(b"".join(parts)) if parts else None


def _key(name: str, digest: str) -> str:
    return f"push#{name}#{digest}"


def _part(number: int) -> str:
    return f"part#{number:02}"


if TYPE_CHECKING:
    from chalicelib.ports import UnreadPushes

    _: type[UnreadPushes] = DynamoUnreadPushes
