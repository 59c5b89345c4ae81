"""Who is on duty, in DynamoDB beside the desk.

`attendance`/`<agent>` has `attendance` and `heard_at`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import put_if, readable
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.attendance import Attendance

SHOWN_FOR = timedelta(days=1)
"""How long somebody is listed who is not heard of any more."""

KEPT_FOR = timedelta(days=90)
"""How long the name is known of somebody who has not come since."""


class DynamoAttendances:
    """Attendances in the table of the desk."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def put(self, attendance: Attendance) -> None:
        """What was said later stays: signing out is not undone by a word that was on its way."""
        item = self._items(
            "attendance",
            attendance.agent,
            attendance=to_text(attendance),
            heard_at=attendance.heard_at,
            expires_at=attendance.heard_at + KEPT_FOR,
        )
        is_news = self._items.heard_at <= attendance.heard_at
        put_if(item, self._items.pk.does_not_exist() | is_news)

    def all(self) -> tuple[Attendance, ...]:
        """By agent. A day counts back from the newest word of anybody, since DynamoDB deletes
        late what has expired."""
        found = self._kept()
        newest = max((one.heard_at for one in found), default=None)
        return tuple(one for one in found if newest and newest - one.heard_at <= SHOWN_FOR)

    def names(self) -> Mapping[str, str]:
        return {one.agent: one.name for one in self._kept() if one.name}

    def _kept(self) -> tuple[Attendance, ...]:
        return readable(self._items.query("attendance", consistent_read=True), _attendance)


def _attendance(item: DeskTable) -> Attendance:
    return from_text(Attendance, item.attendance, f"attendance of {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import Attendances

    _: type[Attendances] = DynamoAttendances
