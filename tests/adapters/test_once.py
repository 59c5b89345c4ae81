from datetime import timedelta

from chalicelib.adapters.once import LEASE
from tests.adapters.stores import Stores, items, race
from tests.builders import NOW

MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)


def test_what_was_told_is_not_told_again_for_thirty_days(stores: Stores) -> None:
    assert stores.once.begin("shift.primary", now=NOW)
    stores.once.done("shift.primary", now=NOW)
    assert not stores.once.begin("shift.primary", now=NOW)
    assert not stores.once.begin("shift.primary", now=NOW + LEASE)
    assert not stores.once.begin("shift.primary", now=NOW + 30 * DAY - MOMENT)
    assert stores.once.begin("shift.primary", now=NOW + 30 * DAY)


def test_other_keys_are_other_things_to_tell(stores: Stores) -> None:
    assert stores.once.begin("shift.primary", now=NOW)
    assert stores.once.begin("shift.secondary", now=NOW)


def test_what_somebody_is_telling_is_left_to_them_until_they_must_have_vanished(
    stores: Stores,
) -> None:
    assert stores.once.begin("opted-out.ana", now=NOW)
    assert not stores.once.begin("opted-out.ana", now=NOW + LEASE - MOMENT)
    assert stores.once.begin("opted-out.ana", now=NOW + LEASE)
    assert not stores.once.begin("opted-out.ana", now=NOW + LEASE), "it is another's again"
    stores.once.done("opted-out.ana", now=NOW + LEASE)
    assert not stores.once.begin("opted-out.ana", now=NOW + 3 * LEASE)


def test_what_was_told_by_somebody_slow_is_told(stores: Stores) -> None:
    assert stores.once.begin("key", now=NOW)
    assert stores.once.begin("key", now=NOW + LEASE)
    stores.once.done("key", now=NOW + LEASE)  # by the first, who was only slow
    assert not stores.once.begin("key", now=NOW + 3 * LEASE)


def test_what_was_begun_is_not_told_before_it_is_done(stores: Stores) -> None:
    assert not stores.once.was_told("key", now=NOW)
    assert stores.once.begin("key", now=NOW)
    assert not stores.once.was_told("key", now=NOW)
    stores.once.done("key", now=NOW)
    assert stores.once.was_told("key", now=NOW + 30 * DAY - MOMENT)
    assert not stores.once.was_told("key", now=NOW + 30 * DAY)


def test_of_workers_that_begin_at_once_one_tells(stores: Stores) -> None:
    for number in range(10):
        results = race(*[lambda key=f"key-{number}": stores.once.begin(key, now=NOW)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]


# --- on DynamoDB -------------------------------------------------------------------------


def test_what_was_told_expires(dynamo: Stores) -> None:
    dynamo.once.begin("begun", now=NOW)
    dynamo.once.done("done", now=NOW)
    stored = items(dynamo, "incidents")
    assert [(int(one["expires_at"]["N"]) - NOW.timestamp()) / 86400 for one in stored] == [30, 30]
