"""Which sources are not heard as they should be, asked for by every screen and answered cheaply."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from chalicelib.domain.standing import Condition
from chalicelib.ports import SourceState
from chalicelib.services.standing import Standing
from chalicelib.services.troubles import ASKED_EVERY, MOST, Troubles
from tests.builders import NOW, a_desk, a_source_entry
from tests.fakes import (
    FakeDesks,
    FakeIncidents,
    FakeReadUsages,
    FakeSources,
    FakeSourceStates,
)

MINUTE = timedelta(minutes=1)


class States(FakeSourceStates):
    """Of which nothing can be read while it `is_broken`."""

    is_broken = False

    def all(self) -> Mapping[str, SourceState]:
        if self.is_broken:
            raise ConnectionError("no answer")
        return super().all()


class Listening:
    """Some sources, and how each stands."""

    def __init__(self, *names: str) -> None:
        desk = a_desk(sources=tuple(a_source_entry(name=name) for name in names))
        self.desks = FakeDesks(desk) if names else FakeDesks()
        self.states = States()
        self.troubles = Troubles(
            Standing(
                desks=self.desks,
                sources=FakeSources(),
                states=self.states,
                usages=FakeReadUsages(),
                incidents=FakeIncidents(),
            )
        )

    def set(self, name: str, condition: Condition, *, for_minutes: int = 1) -> None:
        before = self.states.get(name)
        self.states.save(
            SourceState(
                name=name,
                condition=condition,
                since=NOW - for_minutes * MINUTE,
                succeeded_at=NOW,
                trouble="it answers 503",
                version=before.version + 1,
            )
        )

    def names(self, *, seconds: float = 0) -> list[str]:
        return [one.name for one in self.troubles.now(now=NOW + timedelta(seconds=seconds))]


def test_who_is_heard_in_full_is_not_named() -> None:
    listening = Listening("a", "b")
    listening.set("a", Condition.WATCHING)
    assert listening.names() == []


def test_the_gravest_come_first_and_of_those_the_longest() -> None:
    listening = Listening("a", "b", "c", "d", "e")
    listening.set("a", Condition.DEGRADED, for_minutes=60)
    listening.set("b", Condition.BLIND, for_minutes=5)
    listening.set("c", Condition.BACK, for_minutes=30)
    listening.set("d", Condition.BLIND, for_minutes=6)
    assert listening.names() == ["d", "b", "c", "a"]


def test_a_screen_shows_ten_at_most() -> None:
    names = [f"source-{number:02d}" for number in range(MOST + 5)]
    listening = Listening(*names)
    for name in names:
        listening.set(name, Condition.BLIND)
    assert len(listening.names()) == MOST


def test_however_many_ask_the_stores_are_read_once_in_twenty_seconds() -> None:
    listening = Listening("a")
    assert listening.names() == []
    listening.set("a", Condition.BLIND)
    last = ASKED_EVERY.total_seconds()
    assert NOW.timestamp() % last == 0
    assert listening.names(seconds=last - 0.01) == []
    assert listening.names(seconds=last) == ["a"]
    listening.set("a", Condition.WATCHING)
    assert listening.names(seconds=2 * last - 0.01) == ["a"]
    assert listening.names(seconds=2 * last) == []


def test_before_the_first_configuration_nothing_is_in_trouble() -> None:
    assert Listening().names() == []


def test_what_cannot_be_read_is_not_taken_for_well() -> None:
    listening = Listening("a")
    listening.set("a", Condition.BLIND)
    listening.states.is_broken = True
    for _ in range(2):
        with pytest.raises(ConnectionError):
            listening.names()
    listening.states.is_broken = False
    assert listening.names() == ["a"]
