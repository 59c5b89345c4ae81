"""Deliveries in SQS: each a message, put off for hours, kept when they are given up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.adapters.clients import client
from chalicelib.adapters.deliveries import SqsDeliveries, delivery_from
from chalicelib.domain.errors import BadInput, NightdeskError
from chalicelib.domain.hook_events import Delivery, ticket_messages
from chalicelib.domain.mention import MentionId
from chalicelib.domain.ticket import TicketId
from tests.builders import a_ticket


@pytest.fixture
def urls(cloud: None) -> Iterator[tuple[str, str]]:
    sqs = boto3.client("sqs")
    made = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("deliveries", "dead")]
    yield made[0], made[1]
    for url in made:
        sqs.delete_queue(QueueUrl=url)


def deliveries(count: int) -> list[Delivery]:
    found = []
    for number in range(count):
        (message,) = ticket_messages(None, a_ticket(id=TicketId(MentionId(f"forum.{number}"))))
        found.append(Delivery(hook="crm", message=message))
    return found


def received(url: str) -> list[Any]:
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=0,
        VisibilityTimeout=60,
        MessageAttributeNames=["All"],
    ).get("Messages"):
        found += messages
    return found


@pytest.mark.parametrize("count", [0, 1, 10, 23])
def test_each_delivery_is_a_message_that_can_be_read_again(
    urls: tuple[str, str], count: int
) -> None:
    sent = deliveries(count)
    SqsDeliveries(*urls).enqueue(sent)
    found = [delivery_from(message["Body"]) for message in received(urls[0])]
    assert sorted(found, key=lambda one: one.message.id) == sorted(
        sent, key=lambda one: one.message.id
    )


def test_what_the_queue_does_not_take_is_told(urls: tuple[str, str]) -> None:
    def refuse_the_first(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Failed"] = [{"Id": "0", "Code": "InternalError", "SenderFault": False}]

    events = client("sqs").meta.events
    events.register("after-call.sqs.SendMessageBatch", refuse_the_first)
    try:
        with pytest.raises(NightdeskError, match=r"evt_\w+ \(InternalError\)"):
            SqsDeliveries(*urls).enqueue(deliveries(2))
    finally:
        events.unregister("after-call.sqs.SendMessageBatch", refuse_the_first)


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (timedelta(seconds=30), 30),
        (timedelta(hours=5), 18_000),
        (timedelta(days=1), 12 * 3600 - 120),
        (timedelta(seconds=-5), 0),
    ],
)
def test_a_delivery_is_put_off_within_what_sqs_allows(
    urls: tuple[str, str], delay: timedelta, seconds: int
) -> None:
    asked: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    queue = SqsDeliveries(*urls)
    queue.enqueue(deliveries(1))
    (message,) = received(urls[0])
    events = client("sqs").meta.events
    events.register("provide-client-params.sqs.ChangeMessageVisibility", note)
    try:
        queue.put_off(message["ReceiptHandle"], delay)
    finally:
        events.unregister("provide-client-params.sqs.ChangeMessageVisibility", note)
    assert [one["VisibilityTimeout"] for one in asked] == [seconds]


def test_what_is_given_up_is_kept_as_it_was_with_the_reason_beside_it(
    urls: tuple[str, str],
) -> None:
    (delivery,) = deliveries(1)
    SqsDeliveries(*urls).give_up(delivery, "hook crm answered 410")
    (message,) = received(urls[1])
    assert delivery_from(message["Body"]) == delivery
    assert message["MessageAttributes"]["why"]["StringValue"] == "hook crm answered 410"


@pytest.mark.parametrize("body", ["", "{}", "crm", '{"hook": 1}'])
def test_another_message_is_refused(body: str) -> None:
    with pytest.raises(BadInput, match="queue of deliveries"):
        delivery_from(body)
