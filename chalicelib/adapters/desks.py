"""The configuration in force, in DynamoDB: one item, replaced as a whole.

`desk`/`current` and `desk`/`version#<n>` have `desk`, `version`, `applied_at`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound

KEPT_FOR = 3.0
"""Seconds: a view asks for the desk several times, fifty agents ten times a second. So long, and no
longer, `apply` takes to be heeded everywhere."""


class DynamoDesks:
    """Desks in one table, which sources' states and notices share."""

    def __init__(
        self,
        table: str,
        *,
        region: str | None = None,
        seconds: Callable[[], float] | None = None,
    ) -> None:
        """With `seconds` (counts up, from anywhere) it is read every `KEPT_FOR` at most."""
        self._items = bound(DeskTable, table, region)
        self._seconds = seconds
        self._read: tuple[str, Desk] | None = None
        self._read_at = 0.0

    def current(self) -> Desk:
        """What is in force; the same value again while it has not changed."""
        if self._read is not None and self._is_fresh():
            return self._read[1]
        read_at = self._seconds() if self._seconds else 0.0
        item = find(self._items, "desk", "current")
        if item is None:
            raise NotFound("no configuration is in force; put one in force by `nightdesk apply`")
        if self._read is None or self._read[0] != item.desk:
            self._read = item.desk, from_text(Desk, item.desk, "the desk in force")
        self._read_at = read_at
        return self._read[1]

    def put(self, desk: Desk, *, now: datetime) -> int:
        """Put it in force; its version.

        A number is taken by writing `version#<n>`, then the highest one goes into force. A
        crash between leaves a number that never was in force; of two at once the later wins.
        """
        self._read = None
        current = find(self._items, "desk", "current")
        version = int(current.version) + 1 if current else 1
        is_free = self._items.pk.does_not_exist()
        while not put_if(self._item(f"version#{version}", desk, version, now), is_free):
            version += 1
        put_if(self._item("current", desk, version, now), is_free | (self._items.version < version))
        return version

    def _is_fresh(self) -> bool:
        return self._seconds is not None and self._seconds() - self._read_at < KEPT_FOR

    def _item(self, sk: str, desk: Desk, version: int, now: datetime) -> DeskTable:
        return self._items("desk", sk, desk=to_text(desk), version=version, applied_at=now)


if TYPE_CHECKING:
    from chalicelib.ports import Desks

    _: type[Desks] = DynamoDesks
