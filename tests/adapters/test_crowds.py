"""Counts of the crowd, in memory and in DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.signal import Topic
from chalicelib.domain.surge import Gap, Listening, Watched
from chalicelib.domain.tally import Tally
from chalicelib.ports import Crowd
from tests.adapters.stores import Stores, item, put, race
from tests.builders import NOW, a_mention

TALLY = Tally().counted([a_mention()], known=(), now=NOW)
WATCHED = Watched(sources="x", baseline="{}", saved_at=NOW, told_at=NOW, rarity=3.5, version=1)
LISTENING = Listening(gaps=(Gap(starts_at=NOW),), version=1)


def test_of_a_brand_never_heard_of_nothing_is_stored(stores: Stores) -> None:
    assert stores.crowds.of_brand("acme") == Crowd()
    assert stores.crowds.lanes("acme", Topic.OUTAGE) == {}


def test_everything_comes_back_as_it_was(stores: Stores) -> None:
    stores.crowds.save_lane("acme", Topic.OUTAGE, 0, TALLY)
    stores.crowds.save_lane("acme", Topic.OUTAGE, 7, TALLY)
    stores.crowds.save_lane("acme", Topic.BILLING, 0, TALLY)
    stores.crowds.save_lane("other", Topic.OUTAGE, 0, TALLY)
    stores.crowds.save_watched("acme", Topic.OUTAGE, WATCHED)
    stores.crowds.save_watched("acme", None, WATCHED)
    stores.crowds.save_listening("acme", LISTENING)

    assert stores.crowds.lanes("acme", Topic.OUTAGE) == {0: TALLY, 7: TALLY}
    assert stores.crowds.of_brand("acme") == Crowd(
        tallies={Topic.OUTAGE: (TALLY, TALLY), Topic.BILLING: (TALLY,)},
        watched={Topic.OUTAGE: WATCHED, None: WATCHED},
        listening=LISTENING,
    )


def test_a_later_write_never_goes_over_a_newer_one(stores: Stores) -> None:
    second = replace(TALLY, version=2)
    stores.crowds.save_lane("acme", Topic.OUTAGE, 0, TALLY)
    stores.crowds.save_lane("acme", Topic.OUTAGE, 0, second)
    for stale in (TALLY, second, replace(TALLY, version=4)):
        with pytest.raises(StaleWrite):
            stores.crowds.save_lane("acme", Topic.OUTAGE, 0, stale)
    stores.crowds.save_watched("acme", None, WATCHED)
    stores.crowds.save_listening("acme", LISTENING)
    with pytest.raises(StaleWrite):
        stores.crowds.save_watched("acme", None, WATCHED)
    with pytest.raises(StaleWrite):
        stores.crowds.save_listening("acme", LISTENING)


def test_of_two_writers_one_is_first(stores: Stores) -> None:
    results = race(
        lambda: stores.crowds.save_lane("acme", Topic.OUTAGE, 0, TALLY),
        lambda: stores.crowds.save_lane("acme", Topic.OUTAGE, 0, TALLY),
    )
    assert [type(one) for one in results].count(StaleWrite) == 1


def test_what_another_release_wrote_hides_nothing_else(dynamo: Stores) -> None:
    for topic in (Topic.OUTAGE, Topic.BILLING):
        dynamo.crowds.save_lane("acme", topic, 0, TALLY)
    there = item(dynamo, "incidents", "crowd#acme", "lane#billing#0")
    put(dynamo, "incidents", {**there, "sk": {"S": "lane#weather#0"}})
    put(dynamo, "incidents", {**there, "crowd": {"S": "{"}})
    assert dynamo.crowds.of_brand("acme").tallies == {Topic.OUTAGE: (TALLY,)}


def test_lanes_expire_a_day_after_they_fell_silent(dynamo: Stores) -> None:
    dynamo.crowds.save_lane("acme", Topic.OUTAGE, 0, TALLY)
    expires_at = int(item(dynamo, "incidents", "crowd#acme", "lane#outage#0")["expires_at"]["N"])
    assert 0 <= expires_at - (NOW + timedelta(hours=23, minutes=54)).timestamp() <= 360
