from datetime import timedelta

import pytest

from tests.adapters.stores import Stores, items, race
from tests.builders import NOW

MOMENT, DAY = timedelta(microseconds=1), timedelta(days=1)
LEASE = timedelta(minutes=10)
LETTER = "told#2026-11#letter"


def test_what_is_done_once_is_not_done_again_for_400_days(stores: Stores) -> None:
    assert stores.cost_marks.once("fetched#bill", now=NOW)
    assert not stores.cost_marks.once("fetched#bill", now=NOW)
    assert not stores.cost_marks.once("fetched#bill", now=NOW + 400 * DAY - MOMENT)
    assert stores.cost_marks.once("fetched#bill", now=NOW + 400 * DAY)


def test_other_keys_are_other_marks(stores: Stores) -> None:
    assert stores.cost_marks.once("told#2026-11#whole", now=NOW)
    assert stores.cost_marks.once("told#2026-11#sms", now=NOW)
    assert stores.cost_marks.once("told#2026-12#whole", now=NOW)
    assert stores.cost_marks.begin("fetched#2026-11#whole", now=NOW)


def test_what_was_begun_and_done_is_not_begun_again(stores: Stores) -> None:
    assert stores.cost_marks.begin(LETTER, now=NOW)
    stores.cost_marks.done(LETTER, now=NOW)
    assert not stores.cost_marks.begin(LETTER, now=NOW + LEASE)
    assert not stores.cost_marks.begin(LETTER, now=NOW + 399 * DAY)
    assert not stores.cost_marks.once(LETTER, now=NOW + DAY)


def test_what_was_begun_and_never_done_is_begun_again_by_the_next(stores: Stores) -> None:
    assert stores.cost_marks.begin(LETTER, now=NOW)
    assert not stores.cost_marks.begin(LETTER, now=NOW + LEASE - MOMENT)
    assert stores.cost_marks.begin(LETTER, now=NOW + LEASE)
    assert not stores.cost_marks.begin(LETTER, now=NOW + LEASE), "it is another's now"


def test_of_several_that_begin_at_once_one_may(stores: Stores) -> None:
    for number in range(5):
        key = f"told#2026-11#{number}"
        results = race(*[lambda key=key: stores.cost_marks.begin(key, now=NOW)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]


def test_a_value_is_kept_until_another_takes_its_place(stores: Stores) -> None:
    assert stores.cost_marks.kept("cap#sms") is None
    stores.cost_marks.keep("cap#sms", "2026-11")
    assert stores.cost_marks.kept("cap#sms") == "2026-11"
    stores.cost_marks.keep("cap#sms", "")
    assert stores.cost_marks.kept("cap#sms") == ""
    assert stores.cost_marks.kept("cap#email") is None


@pytest.mark.parametrize("key", ["sms", "#sms", "cap#", ""])
def test_a_key_names_its_kind_and_which_one_it_is(stores: Stores, key: str) -> None:
    with pytest.raises(ValueError, match="is no key"):
        stores.cost_marks.kept(key)


# --- on DynamoDB -------------------------------------------------------------------------


def test_marks_expire_and_kept_values_do_not(dynamo: Stores) -> None:
    dynamo.cost_marks.once("told#once", now=NOW)
    dynamo.cost_marks.keep("cap#sms", "2026-11")
    expiry = {one["pk"]["S"]: one.get("expires_at") for one in items(dynamo, "costs")}
    assert (int(expiry["told"]["N"]) - NOW.timestamp()) / 86400 == 400  # type: ignore[index]
    assert expiry["cap"] is None
