"""What was said to whom of late."""

from datetime import timedelta

import pytest

from chalicelib.domain.ticket import TicketId
from tests.adapters.stores import Stores, calls, items, race
from tests.builders import NOW

FIRST, SECOND = TicketId("mastodon.1"), TicketId("mastodon.2")
WORDS = "we see it and are on it"
DAY = timedelta(days=1)


def test_words_are_those_of_the_first_who_got_them(stores: Stores) -> None:
    assert stores.said.claim("acme", WORDS, FIRST, now=NOW) == FIRST
    assert stores.said.claim("acme", WORDS, SECOND, now=NOW) == FIRST
    assert stores.said.claim("acme", WORDS, FIRST, now=NOW) == FIRST, "as often as they like"


def test_other_words_and_another_brand_are_free(stores: Stores) -> None:
    stores.said.claim("acme", WORDS, FIRST, now=NOW)
    assert stores.said.claim("acme", WORDS + "!", SECOND, now=NOW) == SECOND
    assert stores.said.claim("bolt", WORDS, SECOND, now=NOW) == SECOND


def test_after_a_day_words_are_free_again_even_where_they_were_not_deleted(
    stores: Stores,
) -> None:
    stores.said.claim("acme", WORDS, FIRST, now=NOW)
    just_before = NOW + DAY - timedelta(microseconds=1)
    assert stores.said.claim("acme", WORDS, SECOND, now=just_before) == FIRST
    assert stores.said.claim("acme", WORDS, SECOND, now=NOW + DAY) == SECOND
    assert stores.said.claim("acme", WORDS, FIRST, now=NOW + DAY) == SECOND


def test_of_many_who_say_the_same_at_once_one_may(stores: Stores) -> None:
    tickets = [TicketId(f"mastodon.{number}") for number in range(6)]
    results = race(*[lambda id=id: stores.said.claim("acme", WORDS, id, now=NOW) for id in tickets])
    assert len(set(map(str, results))) == 1
    assert results[0] in tickets


@pytest.mark.parametrize("words", ["", "語" * 5_000, "\ud800"])
def test_any_words_can_be_claimed(stores: Stores, words: str) -> None:
    assert stores.said.claim("acme", words, FIRST, now=NOW) == FIRST
    assert stores.said.claim("acme", words, SECOND, now=NOW) == FIRST


def test_a_claim_is_one_request_and_keeps_no_words(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.said.claim("acme", WORDS, FIRST, now=NOW)
    assert asked == ["PutItem"]
    (found,) = items(dynamo, "conversations")
    assert WORDS not in str(found)
    assert found["expires_at"] == {"N": str(int((NOW + DAY).timestamp()))}
