"""Who is on duty, the outbox, what was said and the count of the queue, in memory."""

from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.attendance import Attendance
from chalicelib.domain.ticket import AgentId, TicketId
from chalicelib.ports import Tally


class FakeAttendances:
    """Keeps what each agent's page said last."""

    def __init__(self) -> None:
        self._said: dict[AgentId, Attendance] = {}
        self._lock = RLock()

    def put(self, attendance: Attendance) -> None:
        with self._lock:
            there = self._said.get(attendance.agent)
            if there is None or there.heard_at <= attendance.heard_at:
                self._said[attendance.agent] = attendance

    def all(self) -> tuple[Attendance, ...]:
        with self._lock:
            found = sorted(self._said.values(), key=lambda one: one.agent)
        newest = max((one.heard_at for one in found), default=None)
        day = timedelta(days=1)
        return tuple(one for one in found if newest and newest - one.heard_at <= day)

    def names(self) -> dict[str, str]:
        with self._lock:
            return {one.agent: one.name for one in self._said.values() if one.name}


class FakeOutbox:
    """Keeps what waits, in `waiting`: ticket, reply, and for how long it waits."""

    def __init__(self) -> None:
        self.waiting: list[tuple[TicketId, str, timedelta]] = []

    def enqueue(self, id: TicketId, reply_id: str, *, after: timedelta) -> None:
        self.waiting.append((id, reply_id, after))


class FakeSaid:
    """Keeps which ticket has which words."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], tuple[TicketId, datetime]] = {}
        self._lock = RLock()

    def claim(self, brand: str, sameness: str, id: TicketId, *, now: datetime) -> TicketId:
        with self._lock:
            there, at = self._said.get((brand, sameness), (id, now))
            if there != id and at > now - timedelta(days=1):
                return there
            self._said[brand, sameness] = id, now
            return id


class FakeTallies:
    """Keeps the newest count."""

    def __init__(self) -> None:
        self._latest: Tally | None = None
        self._begun_at: datetime | None = None
        self._lock = RLock()

    def latest(self) -> Tally | None:
        return self._latest

    def begin(self, *, now: datetime, lease: timedelta) -> bool:
        with self._lock:
            if self._begun_at is not None and self._begun_at > now - lease:
                return False
            self._begun_at = now
            return True

    def put(self, tally: Tally) -> None:
        with self._lock:
            if self._latest is None or self._latest.counted_at <= tally.counted_at:
                self._latest = tally


if TYPE_CHECKING:
    from chalicelib.ports import Attendances, Outbox, Said, Tallies

    _attendances: type[Attendances] = FakeAttendances
    _outbox: type[Outbox] = FakeOutbox
    _said: type[Said] = FakeSaid
    _tallies: type[Tallies] = FakeTallies
