"""Where approved replies wait for their time."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.adapters.clients import client
from chalicelib.adapters.outbox import SqsOutbox
from chalicelib.domain.ticket import TicketId

TICKET = TicketId("mastodon.1")


@pytest.fixture
def url(cloud: None) -> Iterator[str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="outbox")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture
def sent(url: str) -> Iterator[list[dict[str, Any]]]:
    """What SQS was asked to take."""
    events, asked = client("sqs").meta.events, []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    events.register("provide-client-params.sqs.SendMessage", note)
    yield asked
    events.unregister("provide-client-params.sqs.SendMessage", note)


def test_a_message_names_the_reply_and_says_nothing_of_it(url: str) -> None:
    SqsOutbox(url).enqueue(TICKET, "reply-1", after=timedelta(0))
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=0)["Messages"]
    assert json.loads(message["Body"]) == {"ticket": "mastodon.1", "reply": "reply-1"}


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        (timedelta(seconds=10), 10),
        (timedelta(seconds=9, milliseconds=1), 10),
        (timedelta(0), 0),
        (timedelta(seconds=-5), 0),
        (timedelta(hours=2), 900),
    ],
)
def test_it_comes_when_its_time_has_come_and_within_what_the_queue_can_wait(
    url: str, sent: list[dict[str, Any]], after: timedelta, seconds: int
) -> None:
    SqsOutbox(url).enqueue(TICKET, "reply-1", after=after)
    assert [one["DelaySeconds"] for one in sent] == [seconds]


def test_nothing_comes_while_it_can_be_taken_back(url: str) -> None:
    SqsOutbox(url).enqueue(TICKET, "reply-1", after=timedelta(seconds=10))
    answer = boto3.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=0)
    assert "Messages" not in answer
