from datetime import timedelta

from tests.adapters.stores import Stores, race
from tests.builders import ANA, BEN, NOW, a_responder

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
