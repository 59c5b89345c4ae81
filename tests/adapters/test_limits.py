"""How often something happened of late."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import UpdateError

from chalicelib.adapters.limits import MOST_SPENT, DynamoLimits
from chalicelib.adapters.tables import DeskTable, bound
from infra.local.patching import replaced
from tests.adapters.stores import Stores, calls, item, race, table_name
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


def hit(
    stores: Stores, key: str = "link#abc", *, most: int = 3, at: timedelta = MINUTE * 0
) -> bool:
    return stores.limits.hit(key, most=most, window=MINUTE, now=NOW + at)


def test_so_many_pass_and_no_more(stores: Stores) -> None:
    assert [hit(stores) for _ in range(5)] == [True] * 3 + [False] * 2


def test_the_next_window_begins_anew(stores: Stores) -> None:
    assert hit(stores, most=1)
    assert not hit(stores, most=1, at=timedelta(seconds=59))
    assert hit(stores, most=1, at=MINUTE)


def test_windows_begin_at_full_minutes_and_not_with_the_first_hit(stores: Stores) -> None:
    assert hit(stores, most=1, at=timedelta(seconds=59))
    assert hit(stores, most=1, at=timedelta(seconds=60))


def test_everybody_has_a_count_of_their_own(stores: Stores) -> None:
    assert hit(stores, "link#abc", most=1)
    assert hit(stores, "link#def", most=1)
    assert hit(stores, "session#abc", most=1)


def test_who_ask_at_once_pass_no_more_than_allowed_together(stores: Stores) -> None:
    passed = race(*[lambda: hit(stores, most=5)] * 8)
    assert sorted(map(str, passed)) == ["False"] * 3 + ["True"] * 5


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_hit_costs_one_write_and_expires(dynamo: Stores) -> None:
    hit(dynamo)
    with calls(dynamo) as asked:
        hit(dynamo)
    assert asked == ["UpdateItem"]
    found = item(dynamo, "desk", "limit", "link#abc#2026-11-21T19:30:00.000000Z")
    assert found["hits"] == {"N": "2"}
    assert int(found["expires_at"]["N"]) == int((NOW + 2 * MINUTE).timestamp())


def test_a_counter_that_cannot_be_written_says_so(dynamo: Stores) -> None:
    def refuse(*_: object, **__: object) -> None:
        cause = ClientError({"Error": {"Code": "AccessDeniedException"}}, "UpdateItem")
        raise UpdateError("failed", cause)

    table = table_name(dynamo.stage, "desk")
    with replaced(bound(DeskTable, table), "update", refuse), pytest.raises(UpdateError):
        DynamoLimits(table).hit("link#abc", most=1, window=MINUTE, now=NOW)


# --- what a worker knows -----------------------------------------------------------------


def is_known_spent(stores: Stores, key: str = "link#abc", at: timedelta = MINUTE * 0) -> bool:
    return stores.limits.is_known_spent(key, window=MINUTE, now=NOW + at)


def test_who_was_told_that_no_more_is_left_knows_it_until_the_window_is_over(
    stores: Stores,
) -> None:
    assert hit(stores, most=1)
    assert not is_known_spent(stores)
    assert not hit(stores, most=1)
    assert is_known_spent(stores, at=timedelta(seconds=59))
    assert not is_known_spent(stores, "link#def")
    assert not is_known_spent(stores, at=MINUTE)


def test_to_know_it_nobody_is_asked(dynamo: Stores) -> None:
    assert hit(dynamo, most=1)
    assert not hit(dynamo, most=1)
    with calls(dynamo) as asked:
        assert is_known_spent(dynamo)
    assert asked == []
    another = DynamoLimits(table_name(dynamo.stage, "desk"))
    assert not another.is_known_spent("link#abc", window=MINUTE, now=NOW)


def test_what_a_worker_remembers_is_bounded(dynamo: Stores) -> None:
    limits = DynamoLimits(table_name(dynamo.stage, "desk"))
    for number in range(MOST_SPENT + 1):
        limits._remember(f"link#{number}", NOW)
    assert len(limits._spent) <= MOST_SPENT
