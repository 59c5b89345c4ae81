"""Pushes that were put aside are there as they came, for two weeks."""

import hashlib
import random
from datetime import timedelta

import pytest

from chalicelib.adapters.unread_pushes import PART
from tests.adapters.stores import Stores, before_call, calls, item, items
from tests.builders import NOW

BODIES = [b"", b"{", b"\xff\x00" * 10, b'{"posts": 7}' * 1_000]


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("body", BODIES)
def test_a_push_is_kept_as_it_came(stores: Stores, body: bytes) -> None:
    stores.unread.keep("forum", body, now=NOW)
    assert stores.unread.get("forum", digest(body)) == body
    assert stores.unread.get("another", digest(body)) is None


def test_the_same_push_twice_is_one(dynamo: Stores) -> None:
    for minutes in (0, 1):
        dynamo.unread.keep("forum", b"{", now=NOW + timedelta(minutes=minutes))
    assert len(list(items(dynamo, "mentions"))) == 1


def test_a_push_that_fits_no_item_is_kept_whole(dynamo: Stores) -> None:
    body = random.Random(1).randbytes(3 * PART - 1_000)
    dynamo.unread.keep("forum", body, now=NOW)
    assert dynamo.unread.get("forum", digest(body)) == body
    assert len(list(items(dynamo, "mentions"))) == 3


def test_what_was_not_kept_to_its_end_is_not_taken_for_a_push(dynamo: Stores) -> None:
    class Killed(BaseException):
        """The Lambda has no time left."""

    def killed() -> None:
        raise Killed

    body = random.Random(1).randbytes(3 * PART - 1_000)
    with before_call(dynamo, "PutItem", 3, killed), pytest.raises(Killed):
        dynamo.unread.keep("forum", body, now=NOW)
    assert dynamo.unread.get("forum", digest(body)) is None


def test_a_usual_push_costs_one_write_and_is_gone_in_two_weeks(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.unread.keep("forum", b"{", now=NOW)
    assert asked == ["PutItem"]
    found = item(dynamo, "mentions", f"push#forum#{digest(b'{')}", "part#00")
    assert int(found["expires_at"]["N"]) == int((NOW + timedelta(days=14)).timestamp())
