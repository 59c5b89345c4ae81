import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.rhythm import NEW, Rhythm
from chalicelib.domain.standing import Condition
from chalicelib.ports import Cursor, SourceState
from tests import strategies
from tests.adapters.stores import Stores, item, put, race
from tests.builders import NOW

LATER = NOW + timedelta(minutes=1)


def read(name: str = "hn", **over: object) -> SourceState:
    """A source that has been read once."""
    state = SourceState(name=name, cursor=Cursor("1:9"), succeeded_at=NOW, version=1)
    return replace(state, **over)  # type: ignore[arg-type]


@given(state=strategies.source_states(version=1))
@settings(max_examples=25)
def test_a_state_comes_back_as_it_was_but_when_it_is_due(
    new_stores: Callable[[], Stores], state: SourceState
) -> None:
    states = new_stores().states
    states.save(state)
    assert states.get(state.name) == replace(state, due_at=None)
    states.put_off(state.name, LATER)
    assert states.get(state.name) == replace(state, due_at=LATER)
    states.put_off(state.name, LATER, asked_at=NOW)
    states.put_off(state.name, LATER)
    assert states.get(state.name) == replace(state, due_at=LATER, asked_at=NOW)


def test_a_source_never_read_has_a_fresh_state(stores: Stores) -> None:
    assert stores.states.get("hn") == SourceState(name="hn")
    assert stores.states.all() == {}


def test_all_states_are_given_by_name(stores: Stores) -> None:
    stores.states.save(read("hn"))
    stores.states.put_off("news", LATER)
    assert stores.states.all() == {
        "hn": read("hn"),
        "news": SourceState(name="news", due_at=LATER),
    }


def test_a_source_put_off_before_its_first_reading_can_be_read(stores: Stores) -> None:
    stores.states.put_off("hn", LATER)
    state = stores.states.get("hn")
    assert state.version == 0
    stores.states.save(replace(state, cursor=Cursor("1:9"), version=1))
    assert stores.states.get("hn") == SourceState(
        name="hn", cursor=Cursor("1:9"), due_at=LATER, version=1
    )


def test_putting_off_and_a_pull_under_way_do_not_disturb_each_other(stores: Stores) -> None:
    stores.states.save(read())
    under_way = stores.states.get("hn")
    stores.states.put_off("hn", LATER)
    stores.states.save(replace(under_way, cursor=Cursor("1:10"), due_at=NOW, version=2))
    assert stores.states.get("hn") == read(cursor=Cursor("1:10"), due_at=LATER, version=2)


def test_of_two_pulls_of_a_source_at_once_one_moves_the_cursor(stores: Stores) -> None:
    for version in range(1, 11):
        mine = [read(cursor=Cursor(f"1:{one}"), version=version) for one in range(3)]
        results = race(*[lambda one=one: stores.states.save(one) for one in mine])
        assert [type(result) for result in results].count(StaleWrite) == 2
        assert stores.states.get("hn") == mine[results.index(None)]


@pytest.mark.parametrize("version", [1, 3])
def test_a_slower_pull_overwrites_nothing(stores: Stores, version: int) -> None:
    stores.states.save(read())
    with pytest.raises(StaleWrite):
        stores.states.save(read(cursor=Cursor("1:1"), version=version))
    assert stores.states.get("hn") == read()


def test_a_cursor_can_be_given_up(stores: Stores) -> None:
    stores.states.save(read())
    stores.states.save(read(cursor=None, succeeded_at=None, version=2))
    assert stores.states.get("hn") == read(cursor=None, succeeded_at=None, version=2)


# --- on DynamoDB -------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ["standing", "rhythm"])
def test_what_another_release_has_kept_begins_anew_and_the_cursor_stays(
    dynamo: Stores, attribute: str
) -> None:
    dynamo.states.save(read(condition=Condition.BLIND, rhythm=Rhythm(of="words", silence=3.0)))
    raw = item(dynamo, "desk", "source", "hn")
    put(dynamo, "desk", raw | {attribute: {"S": '{"condition":"asleep","posts":"many"}'}})
    found = dynamo.states.get("hn")

    assert (found.cursor, found.succeeded_at, found.version) == ("1:9", NOW, 1)
    kept = found.condition if attribute == "standing" else found.rhythm
    assert kept == (Condition.WATCHING if attribute == "standing" else NEW)


def test_a_state_of_an_older_release_is_read(dynamo: Stores) -> None:
    older = {
        "pk": {"S": "source"},
        "sk": {"S": "hn"},
        "cursor": {"S": "1:9"},
        "succeeded_at": {"S": "2026-11-21T19:30:00.000000Z"},
        "failures": {"N": "0"},
        "trouble": {"S": ""},
        "is_told": {"BOOL": False},
        "version": {"N": "1"},
    }
    put(dynamo, "desk", older)
    assert dynamo.states.get("hn") == read()


def test_a_state_with_a_rhythm_costs_two_write_units(dynamo: Stores) -> None:
    busy = Rhythm(
        of="12345678",
        since=NOW,
        until=NOW,
        spoke_at=NOW,
        posts=(123.456,) * 48,
        hours=(20.1234,) * 48,
    )
    dynamo.states.save(read(rhythm=busy, trouble="x" * 200))
    assert len(json.dumps(item(dynamo, "desk", "source", "hn"))) < 2048
