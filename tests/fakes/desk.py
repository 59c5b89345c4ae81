"""The desk, its sources' states and its notices, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import NotFound, StaleWrite
from chalicelib.ports import SourceState


class FakeDesks:
    """Keeps every desk that was put in force."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.versions: list[Desk] = [desk] if desk else []
        self._lock = RLock()

    def current(self) -> Desk:
        if not self.versions:
            raise NotFound("no configuration is in force")
        return self.versions[-1]

    def put(self, desk: Desk, *, now: datetime) -> int:
        with self._lock:
            self.versions.append(desk)
            return len(self.versions)


class FakeSourceStates:
    """Keeps how far each source has been read."""

    def __init__(self) -> None:
        self._states: dict[str, SourceState] = {}
        self._lock = RLock()

    def all(self) -> Mapping[str, SourceState]:
        return dict(self._states)

    def get(self, name: str) -> SourceState:
        return self._states.get(name) or SourceState(name=name)

    def put_off(self, name: str, due_at: datetime, *, asked_at: datetime | None = None) -> None:
        with self._lock:
            there = self.get(name)
            asked_at = asked_at or there.asked_at
            self._states[name] = replace(there, due_at=due_at, asked_at=asked_at)

    def save(self, state: SourceState) -> None:
        with self._lock:
            there = self.get(state.name)
            if there.version != state.version - 1:
                raise StaleWrite(f"another pull of {state.name} was faster")
            self._states[state.name] = replace(state, due_at=there.due_at, asked_at=there.asked_at)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the people who keep the desk running were told."""

    kind: str
    text: str
    at: datetime


class FakeNotices:
    """Keeps what was told, in `told`."""

    def __init__(self) -> None:
        self.told: list[Notice] = []
        self._last: dict[str, datetime] = {}
        self._lock = RLock()

    def kinds(self) -> list[str]:
        return [notice.kind for notice in self.told]

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        with self._lock:
            if kind in self._last and self._last[kind] > now - timedelta(hours=1):
                return False
            self._last[kind] = now
            self.told.append(Notice(kind, text, now))
            return True


if TYPE_CHECKING:
    from chalicelib.ports import Desks, Notices, SourceStates

    _desks: type[Desks] = FakeDesks
    _states: type[SourceStates] = FakeSourceStates
    _notices: type[Notices] = FakeNotices
