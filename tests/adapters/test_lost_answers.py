"""A write whose answer was lost is repeated by the client, and must not look like a loss."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from chalicelib.adapters.tables import IncidentsTable, bound
from chalicelib.domain.ticket import AgentId
from tests.adapters.stores import Stores, table_name
from tests.builders import NOW, a_page, a_ticket, an_incident


@contextmanager
def first_answer_lost(stores: Stores) -> Iterator[list[int]]:
    """The next write is carried out, its answer is lost, and the client writes it once more.

    Gives the number of each attempt that DynamoDB has answered.
    """
    events = _events(stores)
    attempts: list[int] = []

    def once_more(**answer: Any) -> int | None:
        """What botocore asks after each answer: seconds until the next attempt, if any."""
        attempts.append(answer["attempts"])
        return 0 if len(attempts) == 1 else None

    events.register_first("needs-retry.dynamodb.PutItem", once_more)
    try:
        yield attempts
    finally:
        events.unregister("needs-retry.dynamodb.PutItem", once_more)


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
        dynamo.tickets.save(a_ticket().claimed(AgentId("gus")))
    assert attempts == [1, 2]


def test_the_first_answer_to_an_inbound_message_is_still_the_first(dynamo: Stores) -> None:
    with first_answer_lost(dynamo) as attempts:
        assert dynamo.replies.is_first_answer("in-1", now=NOW)
    assert attempts == [1, 2]
    assert not dynamo.replies.is_first_answer("in-1", now=NOW)
