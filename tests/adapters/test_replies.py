from datetime import timedelta

from tests.adapters.stores import Stores, items, race
from tests.builders import ANA, BEN, NOW, PHONES, a_responder

ANNA, BENNO = a_responder(ANA), a_responder(BEN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_an_inbound_message_is_answered_once(stores: Stores) -> None:
    assert stores.replies.is_first_answer("in-1", now=NOW)
    assert not stores.replies.is_first_answer("in-1", now=NOW + HOUR)
    assert stores.replies.is_first_answer("in-2", now=NOW)


def test_of_two_that_answer_at_once_one_does(stores: Stores) -> None:
    for number in range(10):
        results = race(*[lambda id=f"in-{number}": stores.replies.is_first_answer(id, now=NOW)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]


def test_useless_replies_are_counted_for_each_responder(stores: Stores) -> None:
    counts = [stores.replies.useless(ANNA, now=NOW + hours * HOUR) for hours in range(3)]
    assert counts == [1, 2, 3]
    assert stores.replies.useless(BENNO, now=NOW) == 1


def test_a_day_after_the_first_useless_reply_the_count_begins_again(stores: Stores) -> None:
    assert stores.replies.useless(ANNA, now=NOW) == 1
    assert stores.replies.useless(ANNA, now=NOW + DAY - HOUR) == 2
    assert stores.replies.useless(ANNA, now=NOW + DAY) == 1
    assert stores.replies.useless(ANNA, now=NOW + DAY + HOUR) == 2


def test_useless_replies_that_come_at_once_are_all_counted(stores: Stores) -> None:
    counts = race(*[lambda: stores.replies.useless(ANNA, now=NOW)] * 5)
    assert sorted(map(str, counts)) == ["1", "2", "3", "4", "5"]


def test_nobody_has_opted_out_at_first(stores: Stores) -> None:
    assert not stores.replies.has_opted_out(ANNA)


def test_the_latest_word_on_opting_out_counts_in_whatever_order_it_comes(stores: Stores) -> None:
    stores.replies.opt_out(ANNA, is_out=True, now=NOW)
    assert stores.replies.has_opted_out(ANNA)
    assert not stores.replies.has_opted_out(BENNO)
    stores.replies.opt_out(ANNA, is_out=False, now=NOW + HOUR)
    assert not stores.replies.has_opted_out(ANNA)
    stores.replies.opt_out(ANNA, is_out=True, now=NOW)
    assert not stores.replies.has_opted_out(ANNA), "this was said before"


def test_only_that_somebody_has_opted_out_never_expires_and_no_phone_is_kept(
    dynamo: Stores,
) -> None:
    dynamo.replies.is_first_answer("in-1", now=NOW)
    dynamo.replies.useless(ANNA, now=NOW)
    dynamo.replies.opt_out(ANNA, is_out=True, now=NOW)

    stored = items(dynamo, "incidents")
    assert not any(phone in str(stored) for phone in PHONES.values())
    kept_for_ever = [one["pk"]["S"] for one in stored if "expires_at" not in one]
    assert kept_for_ever == ["optout#ana"]
    assert len(stored) == 3
