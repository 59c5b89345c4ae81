"""A write whose answer was lost is repeated by the client, and must not look like a loss."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PutError

from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.domain.attendance import Attendance, Presence
from chalicelib.domain.customer import Profile
from chalicelib.domain.ticket import AgentId, TicketId
from tests.adapters.stores import Stores, table_name
from tests.builders import NOW, a_page, a_ticket, an_incident

GUS = AgentId("gus")
CARLA = Profile(platform="mastodon", handle="carla@social.example")
LEASE = timedelta(seconds=5)


@contextmanager
def nth_answer_lost(stores: Stores, number: int) -> Iterator[list[int]]:
    """That write from now on is carried out, its answer is lost, and the client writes it again.

    Gives the number of each attempt that DynamoDB has answered.
    """
    events = _events(stores)
    attempts: list[int] = []

    def once_more(**answer: Any) -> int | None:
        """What botocore asks after each answer: seconds until the next attempt, if any."""
        attempts.append(answer["attempts"])
        return 0 if len(attempts) == number else None

    events.register_first("needs-retry.dynamodb.PutItem", once_more)
    try:
        yield attempts
    finally:
        events.unregister("needs-retry.dynamodb.PutItem", once_more)


def first_answer_lost(stores: Stores) -> AbstractContextManager[list[int]]:
    return nth_answer_lost(stores, 1)


def _events(stores: Stores) -> Any:
    model = bound(IncidentsTable, table_name(stores.stage, "incidents"))
    return model._get_connection().connection.client.meta.events


def test_a_claimed_page_is_ours_to_send(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.pages.claim(a_page()) is None, "else nobody sends it before its lease ends"
    assert attempts == [1, 2]


def test_a_page_taken_over_is_ours_to_send(dynamo: Stores) -> None:
    left = a_page()
    dynamo.pages.claim(left)
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.pages.take(left.taken_again(NOW + timedelta(minutes=2)), seen=left)
    assert attempts == [1, 2]


def test_an_opened_incident_is_open(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        dynamo.incidents.open(an_incident(), instead_of=None)
    assert attempts == [1, 2]


def test_a_saved_ticket_is_saved(dynamo: Stores) -> None:
    dynamo.tickets.add(a_ticket())
    with first_answer_lost(dynamo) as attempts:
        dynamo.tickets.save(a_ticket().changed(holder=GUS))
    assert attempts == [1, 2]


def test_an_added_ticket_is_new(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.tickets.add(a_ticket())
    assert attempts == [1, 2]


def test_a_customer_is_saved_at_first_and_later(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        saved = dynamo.customers.save(dynamo.customers.of(CARLA))
    assert attempts == [1, 2]
    with first_answer_lost(dynamo) as attempts:
        again = dynamo.customers.save(saved)
    assert attempts == [1, 2]
    assert (saved.version, again.version) == (1, 2)
    assert dynamo.customers.of(CARLA) == again


def test_two_are_linked(dynamo: Stores) -> None:
    """The person is written twice then, and the link: whichever answer is lost."""
    for number in (1, 2, 3):
        one, other = (
            dynamo.customers.save(dynamo.customers.of(Profile(platform="feed", handle=handle)))
            for handle in (f"one-{number}", f"other-{number}")
        )
        with nth_answer_lost(dynamo, number) as attempts:
            linked = dynamo.customers.save(one.linked(other))
        assert attempts.count(2) == 1
        assert dynamo.customers.get(other.id) == dynamo.customers.get(one.id) == linked


def test_words_that_were_claimed_are_ours(dynamo: Stores) -> None:
    ours, theirs = TicketId("mastodon.1"), TicketId("mastodon.2")
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.said.claim("acme", "on it", ours, now=NOW) == ours
    assert attempts == [1, 2]
    assert dynamo.said.claim("acme", "on it", theirs, now=NOW) == ours


def test_who_began_to_count_is_to_count(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.tallies.begin(now=NOW, lease=LEASE), "else nobody counts until it is over"
    assert attempts == [1, 2]
    assert not dynamo.tallies.begin(now=NOW, lease=LEASE)


def test_what_pages_say_of_their_agents_is_kept(dynamo: Stores) -> None:
    on_duty = Attendance(agent=GUS, name="Gus", is_on_duty=True, heard_at=NOW)
    looking = Presence(agent=GUS, name="Gus", seen_at=NOW, draft="Hi Carla")
    with first_answer_lost(dynamo) as attempts:
        dynamo.attendances.put(on_duty)
    assert attempts == [1, 2]
    with first_answer_lost(dynamo) as attempts:
        dynamo.presences.put(a_ticket().id, looking)
    assert attempts == [1, 2]
    assert dynamo.attendances.all() == (on_duty,)
    assert dynamo.presences.of(a_ticket().id) == (looking,)


def test_the_first_answer_to_an_inbound_message_is_still_the_first(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.replies.is_first_answer("in-1", now=NOW)
    assert attempts == [1, 2]
    assert not dynamo.replies.is_first_answer("in-1", now=NOW)


def test_a_write_that_is_never_answered_is_an_error_that_says_so(dynamo: Stores) -> None:
    events = _events(dynamo)

    def silent(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="http://dynamodb.example")

    events.register("before-send.dynamodb.PutItem", silent)
    try:
        with pytest.raises(PutError, match="Read timeout"):
            dynamo.pages.claim(a_page())
    finally:
        events.unregister("before-send.dynamodb.PutItem", silent)
