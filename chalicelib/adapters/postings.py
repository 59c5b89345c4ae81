"""The index of search in DynamoDB, in a table of its own: an item for each word of a ticket.

`<word>`/`<opened_at>#<ticket id>` has nothing but its keys and when it expires, which is when
its ticket does.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.tables import SearchTable, bound

FIRST = "0"
"""Before every place: they begin with a year."""

LAST = "~"
"""Behind every place."""


class DynamoPostings:
    """Words and places in one table."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(SearchTable, table, region)

    def put(self, words: Collection[str], place: str, *, expires_at: datetime) -> None:
        """Written 25 at a time (BatchWriteItem); what DynamoDB leaves is sent again."""
        with self._items.batch_write() as batch:
            for word in sorted(set(words)):
                batch.save(self._items(word, place, expires_at=expires_at))

    def remove(self, words: Collection[str], place: str) -> None:
        with self._items.batch_write() as batch:
            for word in sorted(set(words)):
                batch.delete(self._items(word, place))

    def count(self, word: str, *, since: str, until: str, most: int) -> int:
        """Counted on DynamoDB's side, in one call (pynamodb's own count reads every page)."""
        if (between := self._between(since, until)) is None:
            return 0
        table = self._items._get_connection()
        answer = table.query(word, range_key_condition=between, limit=most, select="COUNT")
        return int(answer["Count"])

    def newest(
        self, word: str, *, since: str, until: str, after: str, limit: int
    ) -> tuple[str, ...]:
        behind = min(one for one in (after, until, LAST) if one)
        if (between := self._between(since, behind)) is None:
            return ()
        found: Any = self._items.query(word, between, scan_index_forward=False, limit=limit)
        return tuple(item.sk for item in found)

    def _between(self, since: str, until: str) -> Condition | None:
        """None when nothing can lie between, which DynamoDB refuses to look for.

        It bounds a key on both sides only inclusively; nothing sorts between a text and its last
        character's predecessor followed by the greatest character.
        """
        upper, lower = until or LAST, since or FIRST
        before = upper[:-1] + chr(ord(upper[-1]) - 1) + "\U0010ffff"
        return self._items.sk.between(lower, before) if lower <= before else None


if TYPE_CHECKING:
    from chalicelib.ports import Postings

    _: type[Postings] = DynamoPostings
