"""How far each source has been read, in DynamoDB beside the desk.

`source`/`<name>` has `cursor`, `succeeded_at`, `failures`, `trouble`, `is_told`, `version`,
written by
pulls, and `due_at`, written by whoever queues them: neither disturbs the other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.exceptions import UpdateError

from chalicelib.adapters.items import find, is_broken_condition
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.domain.errors import StaleWrite
from chalicelib.ports import Cursor, SourceState


class DynamoSourceStates:
    """Sources' states in the table of the desk."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def all(self) -> Mapping[str, SourceState]:
        items = self._items.query("source", consistent_read=True)
        return {item.sk: _state(item) for item in items}

    def get(self, name: str) -> SourceState:
        item = find(self._items, "source", name)
        return _state(item) if item else SourceState(name=name)

    def put_off(self, name: str, due_at: datetime) -> None:
        self._items("source", name).update(actions=[self._items.due_at.set(due_at)])

    def save(self, state: SourceState) -> None:
        items = self._items
        is_first = items.version.does_not_exist()
        try:
            items("source", state.name).update(
                actions=[
                    items.cursor.remove()
                    if state.cursor is None
                    else items.cursor.set(state.cursor),
                    items.succeeded_at.remove()
                    if state.succeeded_at is None
                    else items.succeeded_at.set(state.succeeded_at),
                    items.failures.set(state.failures),
                    items.trouble.set(state.trouble),
                    items.is_told.set(state.is_told),
                    items.version.set(state.version),
                ],
                condition=is_first if state.version == 1 else items.version == state.version - 1,
            )
        except UpdateError as error:
            if is_broken_condition(error):
                raise StaleWrite(f"another pull of {state.name} was faster") from None
            raise


def _state(item: DeskTable) -> SourceState:
    return SourceState(
        name=item.sk,
        cursor=None if item.cursor is None else Cursor(item.cursor),
        due_at=item.due_at,
        succeeded_at=item.succeeded_at,
        failures=int(item.failures or 0),
        trouble=item.trouble or "",
        is_told=bool(item.is_told),
        version=int(item.version or 0),
    )


if TYPE_CHECKING:
    from chalicelib.ports import SourceStates

    _: type[SourceStates] = DynamoSourceStates
