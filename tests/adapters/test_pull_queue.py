from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.adapters.clients import client
from chalicelib.adapters.pull_queue import SqsPullQueue
from chalicelib.domain.errors import NightdeskError


@pytest.fixture
def url(cloud: None) -> Iterator[str]:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="pulls")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


def waiting(url: str) -> list[str]:
    sqs, bodies = boto3.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0
    ).get("Messages"):
        bodies += [message["Body"] for message in messages]
    return bodies


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_each_source_is_a_message_of_its_own(url: str, count: int) -> None:
    names = [f"source-{number}" for number in range(count)]
    SqsPullQueue(url).enqueue(names)
    assert sorted(waiting(url)) == sorted(names)


def test_what_the_queue_does_not_take_is_told_and_the_rest_is_queued(url: str) -> None:
    def refuse_the_second(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Failed"] = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]

    queue = SqsPullQueue(url)
    events = client("sqs").meta.events
    events.register("after-call.sqs.SendMessageBatch", refuse_the_second)
    try:
        with pytest.raises(NightdeskError, match=r"news \(InternalError\)"):
            queue.enqueue(["hn", "news", "mastodon"])
    finally:
        events.unregister("after-call.sqs.SendMessageBatch", refuse_the_second)
    assert "mastodon" in waiting(url)
