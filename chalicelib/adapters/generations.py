"""How often the secret address of each calendar was renewed, in the table of the desk.

`calendar`/`<kind>#<name>` has `generation`; none while it never was.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find
from chalicelib.adapters.tables import DeskTable, bound


class DynamoGenerations:
    """A number for each calendar."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def of(self, kind: str, name: str) -> int:
        item = find(self._items, "calendar", f"{kind}#{name}")
        return int(item.generation or 0) if item else 0

    def all(self) -> Mapping[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for item in self._items.query("calendar", consistent_read=True):
            kind, _, name = item.sk.partition("#")
            found[kind, name] = int(item.generation or 0)
        return found

    def renew(self, kind: str, name: str) -> int:
        item = self._items("calendar", f"{kind}#{name}")
        item.update(actions=[self._items.generation.add(1)])
        return int(item.generation)


if TYPE_CHECKING:
    from chalicelib.ports import Generations

    _: type[Generations] = DynamoGenerations
