"""The index of search: what stands under a word, in which order, and what is bounded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.ports import Postings
from tests.adapters.stores import Stores, calls, item, items
from tests.builders import NOW

LATER = NOW + timedelta(days=400)
PLACES = [f"2026-11-{day:02}T19:30:00.000000Z#mastodon.{day}" for day in range(1, 31)]


def newest(
    postings: Postings,
    word: str,
    *,
    since: str = "",
    until: str = "",
    after: str = "",
    limit: int = 100,
) -> list[str]:
    return list(postings.newest(word, since=since, until=until, after=after, limit=limit))


def filled(stores: Stores, *places: str) -> Postings:
    for place in places or PLACES:
        stores.postings.put(["down"], place, expires_at=LATER)
    return stores.postings


def test_a_place_stands_under_each_of_its_words_and_under_no_other(stores: Stores) -> None:
    stores.postings.put(["site", "down"], PLACES[0], expires_at=LATER)
    assert newest(stores.postings, "site") == newest(stores.postings, "down") == [PLACES[0]]
    assert newest(stores.postings, "sit") == []


def test_what_is_put_twice_stands_once(stores: Stores) -> None:
    filled(stores, PLACES[0], PLACES[0])
    assert newest(stores.postings, "down") == [PLACES[0]]


def test_what_is_removed_is_gone_and_may_be_removed_again(stores: Stores) -> None:
    postings = filled(stores, PLACES[0], PLACES[1])
    postings.remove(["down", "up"], PLACES[0])
    postings.remove(["down"], PLACES[0])
    assert newest(postings, "down") == [PLACES[1]]


def test_no_word_is_no_write(stores: Stores) -> None:
    stores.postings.put([], PLACES[0], expires_at=LATER)
    stores.postings.remove([], PLACES[0])


def test_the_newest_come_first_and_the_next_go_on_behind_the_last(stores: Stores) -> None:
    postings = filled(stores)
    first = newest(postings, "down", limit=7)
    assert first == PLACES[:-8:-1]
    assert newest(postings, "down", after=first[-1], limit=2) == PLACES[-8:-10:-1]
    assert newest(postings, "down", after=PLACES[0]) == []


def test_days_bound_what_is_listed_and_counted(stores: Stores) -> None:
    postings = filled(stores)
    bounds: dict[str, Any] = {"since": "2026-11-03", "until": "2026-11-06"}
    assert newest(postings, "down", **bounds) == [PLACES[4], PLACES[3], PLACES[2]]
    assert postings.count("down", **bounds, most=100) == 3
    assert newest(postings, "down", **bounds, after=PLACES[3]) == [PLACES[2]]
    assert newest(postings, "down", **bounds, after=PLACES[20]) == PLACES[4:1:-1]
    # Behind everything that is wanted.
    assert newest(postings, "down", **bounds, after=PLACES[0]) == []
    assert postings.count("down", since="2026-11-06", until="2026-11-03", most=100) == 0


def test_a_count_stops_where_it_is_told_to(stores: Stores) -> None:
    postings = filled(stores)
    assert postings.count("down", since="", until="", most=100) == len(PLACES)
    assert postings.count("down", since="", until="", most=7) == 7
    assert postings.count("up", since="", until="", most=7) == 0


def test_four_hundred_words_are_put_and_removed(stores: Stores) -> None:
    words = [f"word{number}" for number in range(400)]
    stores.postings.put(words, PLACES[0], expires_at=LATER)
    assert all(newest(stores.postings, word) for word in words[::50])
    stores.postings.remove(words, PLACES[0])
    assert not any(newest(stores.postings, word) for word in words[::50])


places = st.builds(
    "{}#{}".format,
    st.sampled_from(["2026-11-01T00:00:00.000000Z", "2026-11-01T00:00:00.000001Z"]),
    st.text("ab.~\U0010fffe", min_size=1, max_size=3),
)


@given(
    st.lists(places, max_size=8, unique=True),
    places,
    st.sampled_from(["", "2026-11-01T00:00:00.000001Z", "2026-11-02"]),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_bound_is_exact_to_the_letter(
    new_dynamo_stores: Callable[[], Stores], known: list[str], after: str, bound: str
) -> None:
    """DynamoDB cannot bound a key on both sides exclusively; the adapter must not show."""
    postings = SHARED.setdefault("stores", new_dynamo_stores()).postings
    word = f"w{len(SHARED)}"
    SHARED[word] = SHARED["stores"]
    for place in known:
        postings.put([word], place, expires_at=LATER)
    ordered = sorted(known, key=str.encode, reverse=True)
    assert newest(postings, word, after=after) == [
        one for one in ordered if one.encode() < after.encode()
    ]
    assert newest(postings, word, since=bound) == [one for one in ordered if one >= bound]
    assert newest(postings, word, until=bound) == [
        one for one in ordered if not bound or one < bound
    ]


SHARED: dict[str, Stores] = {}
"""One table for all examples: making one takes longer than all of them."""


def test_in_dynamodb_a_posting_is_its_keys_and_expires_with_its_ticket(dynamo: Stores) -> None:
    filled(dynamo, PLACES[0])
    found = item(dynamo, "search", "down", PLACES[0])
    assert found == {
        "pk": {"S": "down"},
        "sk": {"S": PLACES[0]},
        "expires_at": {"N": str(int(LATER.timestamp()))},
    }
    assert len(items(dynamo, "search")) == 1


def test_sixty_words_take_three_calls(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.postings.put([f"word{n}" for n in range(60)], PLACES[0], expires_at=LATER)
    assert asked == ["BatchWriteItem"] * 3
