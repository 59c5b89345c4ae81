"""What judging remembers, in DynamoDB beside the incidents. Holds digests, no handles, no texts.

`author#<brand>#<digest>`/`-` has `history` (the newest mentions of one author), `text#<brand>#
<hash>`/`-` and `post#<brand>#<digest>`/`-` have `voices` (who says nearly the same, who answers
the same post); all have `version`, one more with each change.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from chalicelib.adapters.items import put_if
from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.background import COPIES_WITHIN, Recalled
from chalicelib.domain.copies import Voices
from chalicelib.domain.errors import BadInput, StaleWrite
from chalicelib.domain.history import REMEMBERED_FOR, History

log = logging.getLogger("nightdesk.adapters")

SPARE = timedelta(days=1)
"""Kept beyond what counts."""

R = TypeVar("R", History, Voices)


class DynamoBackgrounds:
    """Records of one item each, in the table of the incidents."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(IncidentsTable, table, region)

    def recall(self, author: str | None, voices: Sequence[str]) -> Recalled:
        """One BatchGetItem, which costs what it finds: each item as it is at this instant."""
        names = {*voices, *((author,) if author else ())}
        if not names:
            return Recalled()
        keys = [(name, "-") for name in sorted(names)]
        found = {item.pk: item for item in self._items.batch_get(keys, consistent_read=True)}
        history = found.pop(author, None) if author else None
        return Recalled(
            history=_read(History, history, history.history) if history else History(),
            voices={name: _read(Voices, item, item.voices) for name, item in found.items()},
        )

    def keep_history(self, author: str, history: History, *, now: datetime) -> None:
        expires_at = now + REMEMBERED_FOR + SPARE
        item = self._items(author, "-", history=to_text(history), expires_at=expires_at)
        self._keep(item, history.version)

    def keep_voices(self, name: str, voices: Voices, *, now: datetime) -> None:
        expires_at = now + COPIES_WITHIN + SPARE
        item = self._items(name, "-", voices=to_text(voices), expires_at=expires_at)
        self._keep(item, voices.version)

    def erase(self, author: str) -> None:
        self._items(author, "-").delete()

    def _keep(self, item: IncidentsTable, version: int) -> None:
        item.version = version
        items = self._items
        as_read = items.version == version - 1 if version > 1 else items.pk.does_not_exist()
        if not put_if(item, as_read):
            raise StaleWrite(f"{item.pk} was changed by somebody else")


def _read(shape: type[R], item: IncidentsTable, text: str | None) -> R:
    """The record; an empty one in its place where it cannot be read, to be written over."""
    try:
        return from_text(shape, text, item.pk)
    except BadInput:
        log.error("record_unreadable", extra={"pk": item.pk, "sk": item.sk})
        return shape(version=int(item.version or 0))


if TYPE_CHECKING:
    from chalicelib.ports import Backgrounds

    _: type[Backgrounds] = DynamoBackgrounds
