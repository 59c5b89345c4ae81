"""What is left of a platform's rate limit, counted by all who read from it."""

from datetime import timedelta

from chalicelib.ports import Taken
from tests.adapters.stores import Stores, calls, item, race
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE


def take(
    stores: Stores, *, most: int = 3, at: timedelta = MINUTE * 0, key: str = "x#api#a#"
) -> Taken:
    return stores.allowances.take(key, most=most, window=QUARTER, now=NOW + at)


def heard(stores: Stores, left: int, *, until: timedelta, at: timedelta = MINUTE * 0) -> None:
    stores.allowances.heard("x#api#a#", left=left, until=NOW + until, most=3, now=NOW + at)


def test_so_many_are_allowed_and_no_more(stores: Stores) -> None:
    taken = [take(stores) for _ in range(4)]
    assert [one.is_allowed for one in taken] == [True, True, True, False]
    assert [one.left for one in taken] == [2, 1, 0, 0]
    assert {one.until for one in taken} == {NOW + QUARTER}


def test_a_window_begins_with_its_first_request_and_the_next_after_its_end(stores: Stores) -> None:
    assert take(stores, most=1).is_allowed
    assert not take(stores, most=1, at=QUARTER - timedelta(seconds=1)).is_allowed
    after = take(stores, most=1, at=QUARTER)
    assert (after.is_allowed, after.until) == (True, NOW + 2 * QUARTER)


def test_each_limit_has_a_count_of_its_own(stores: Stores) -> None:
    assert take(stores, most=1).is_allowed
    assert take(stores, most=1, key="x#api#b#").is_allowed


def test_who_ask_at_once_take_no_more_than_there_is(stores: Stores) -> None:
    taken = race(*[lambda: take(stores, most=5)] * 8)
    assert (
        sorted(one.is_allowed for one in taken if isinstance(one, Taken))
        == [False] * 3 + [True] * 5
    )


def test_what_the_platform_says_is_left_counts_when_it_is_less(stores: Stores) -> None:
    take(stores)
    heard(stores, 1, until=QUARTER)
    assert [take(stores).is_allowed for _ in range(2)] == [True, False]


def test_an_old_answer_gives_nothing_back(stores: Stores) -> None:
    for _ in range(3):
        take(stores)
    heard(stores, 2, until=QUARTER)
    assert not take(stores).is_allowed


def test_the_platform_says_when_its_window_ends(stores: Stores) -> None:
    for _ in range(3):
        take(stores)
    heard(stores, 0, until=2 * MINUTE)
    assert not take(stores, at=MINUTE).is_allowed
    assert take(stores, at=2 * MINUTE).is_allowed


def test_what_is_heard_before_anything_was_counted_counts(stores: Stores) -> None:
    heard(stores, 0, until=5 * MINUTE)
    refused = take(stores, at=MINUTE)
    assert (refused.is_allowed, refused.until) == (False, NOW + 5 * MINUTE)


def test_what_is_heard_after_the_window_begins_another(stores: Stores) -> None:
    for _ in range(3):
        take(stores)
    heard(stores, 2, until=2 * QUARTER, at=QUARTER)
    assert [take(stores, at=QUARTER).left for _ in range(2)] == [1, 0]


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_request_costs_one_write_and_the_count_expires(dynamo: Stores) -> None:
    take(dynamo)
    with calls(dynamo) as asked:
        take(dynamo)
    assert asked == ["UpdateItem"]
    found = item(dynamo, "desk", "allowance", "x#api#a#")
    assert found["used"] == {"N": "2"}
    assert int(found["expires_at"]["N"]) == int((NOW + QUARTER + timedelta(days=2)).timestamp())
