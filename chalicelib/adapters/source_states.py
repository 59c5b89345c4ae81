"""How far each source has been read and how it stands, in DynamoDB beside the desk.

`source`/`<name>` has `cursor`, `succeeded_at`, `failures`, `trouble`, `standing`, `rhythm` and
`version`, written by pulls, and `due_at` and `asked_at`, written by whoever queues them: neither
disturbs the other.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.adapters.items import find, is_broken_condition
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.errors import BadInput, StaleWrite
from chalicelib.domain.read_budget import Scope
from chalicelib.domain.rhythm import NEW
from chalicelib.domain.standing import Condition, Missed
from chalicelib.ports import Cursor, SourceState

log = logging.getLogger("nightdesk.adapters")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What stands together in one attribute."""

    condition: Condition = Condition.WATCHING
    since: datetime | None = None
    missed: Missed | None = None
    retry_at: datetime | None = None
    is_quiet: bool = False
    scope: Scope = Scope.FULL
    not_read: str = ""
    not_read_since: datetime | None = None
    unpriced: tuple[str, ...] = ()


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

    def put_off(self, name: str, due_at: datetime, *, asked_at: datetime | None = None) -> None:
        actions: list[Action] = [self._items.due_at.set(due_at)]
        if asked_at is not None:
            actions.append(self._items.asked_at.set(asked_at))
        self._items("source", name).update(actions=actions)

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
                    items.standing.set(to_text(_standing(state))),
                    items.rhythm.set(to_text(state.rhythm)),
                    items.version.set(state.version),
                ],
                condition=is_first if state.version == 1 else items.version == state.version - 1,
            )
        except UpdateError as error:
            if is_broken_condition(error):
                raise StaleWrite(f"another pull of {state.name} was faster") from None
            raise


def _standing(state: SourceState) -> _Standing:
    return _Standing(
        condition=state.condition,
        since=state.since,
        missed=state.missed,
        retry_at=state.retry_at,
        is_quiet=state.is_quiet,
        scope=state.scope,
        not_read=state.not_read,
        not_read_since=state.not_read_since,
        unpriced=state.unpriced,
    )


def _state(item: DeskTable) -> SourceState:
    kept = _kept(item, "standing", item.standing, _Standing())
    return SourceState(
        name=item.sk,
        cursor=None if item.cursor is None else Cursor(item.cursor),
        due_at=item.due_at,
        asked_at=item.asked_at,
        retry_at=kept.retry_at,
        succeeded_at=item.succeeded_at,
        failures=int(item.failures or 0),
        trouble=item.trouble or "",
        condition=kept.condition,
        since=kept.since,
        missed=kept.missed,
        rhythm=_kept(item, "rhythm", item.rhythm, NEW),
        is_quiet=kept.is_quiet,
        scope=kept.scope,
        not_read=kept.not_read,
        not_read_since=kept.not_read_since,
        unpriced=kept.unpriced,
        version=int(item.version or 0),
    )


def _kept(item: DeskTable, what: str, text: str | None, new: T) -> T:
    """What is kept of a source; begun anew where another release has written what this one
    cannot read, since listening must go on."""
    if text is None:
        return new
    try:
        return from_text(type(new), text, f"{what} of source {item.sk}")
    except BadInput as error:
        log.error("record_unreadable", extra={"pk": item.pk, "sk": item.sk, "why": str(error)})
        return new


if TYPE_CHECKING:
    from chalicelib.ports import SourceStates

    _: type[SourceStates] = DynamoSourceStates
