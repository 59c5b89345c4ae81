"""The newest count of the queue."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.ports import Tally
from tests.adapters.stores import Stores, calls, race
from tests.builders import NOW

SECOND = timedelta(seconds=1)
LEASE = 5 * SECOND
TALLY = Tally(
    counted_at=NOW,
    lanes={"open": 3, "thanks": 1},
    holders={"gus": 2},
    breached=1,
    brands={"acme": 6},
    topics={"outage": 6},
    sources={"mastodon-acme": 6},
    languages={"en": 5, "": 1},
)


def test_nothing_was_counted_at_first(stores: Stores) -> None:
    assert stores.tallies.latest() is None


def test_the_newest_count_stays_whoever_comes_late(stores: Stores) -> None:
    newer = replace(TALLY, counted_at=NOW + SECOND, breached=7)
    stores.tallies.put(TALLY)
    assert stores.tallies.latest() == TALLY
    stores.tallies.put(newer)
    stores.tallies.put(TALLY)
    assert stores.tallies.latest() == newer


def test_one_counts_at_a_time(stores: Stores) -> None:
    assert stores.tallies.begin(now=NOW, lease=LEASE)
    assert not stores.tallies.begin(now=NOW + LEASE - SECOND, lease=LEASE)
    assert stores.tallies.begin(now=NOW + LEASE, lease=LEASE)
    stores.tallies.put(TALLY)
    assert not stores.tallies.begin(now=NOW + LEASE, lease=LEASE)


def test_of_many_who_ask_at_once_one_is_to_count(stores: Stores) -> None:
    for round_ in range(5):
        now = NOW + round_ * LEASE
        begun = race(*[lambda now=now: stores.tallies.begin(now=now, lease=LEASE)] * 6)
        assert sorted(map(bool, begun)) == [False] * 5 + [True]


def test_to_look_is_one_reading(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.tallies.latest()
    assert asked == ["GetItem"]
