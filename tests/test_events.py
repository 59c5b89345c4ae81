"""The envelopes of streams and queues: each record on its own, failures by their own id."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from chalice.app import DynamoDBEvent, SQSEvent

from chalicelib.adapters.stream import mention_from_image
from chalicelib.events import each_change, each_message, each_record, each_trial

EVENTS = Path(__file__).parent / "events"
FIRST, BROKEN, LAST = (f"442158450000000001745043909{number}" for number in (1, 2, 3))


def _event(*chosen: int, change: Any = None) -> DynamoDBEvent:
    """The recorded event, or the chosen records of it, each changed by `change`."""
    event = json.loads((EVENTS / "stream_of_mentions.json").read_text())
    if chosen:
        event["Records"] = [event["Records"][number] for number in chosen]
    for record in event["Records"]:
        if change:
            change(record)
    return DynamoDBEvent(event, None)


def test_one_record_that_cannot_be_read_fails_alone_and_the_rest_goes_on() -> None:
    read: list[str] = []

    response = each_record(
        _event(), lambda image: read.append(mention_from_image(image).text), None
    )

    assert response == {"batchItemFailures": [{"itemIdentifier": BROKEN}]}
    assert read == ["the whole site is down", "Ask HN: is acme down?"]


def test_when_every_record_is_read_none_fails() -> None:
    assert each_record(_event(0, 2), mention_from_image, None) == {"batchItemFailures": []}


def test_when_every_record_fails_so_does_the_invocation() -> None:
    with pytest.raises(BatchProcessingError):
        each_record(_event(1), mention_from_image, None)


def test_each_image_is_given_as_dynamodb_writes_it_and_in_order() -> None:
    images: list[dict[str, Any]] = []
    each_record(_event(0, 2), images.append, None)

    assert [image["pk"] for image in images] == [
        {"S": "mastodon.115600000000000001"},
        {"S": "hackernews.42000001"},
    ]


@pytest.mark.parametrize("failing", [FIRST, LAST])
def test_a_handler_that_raises_fails_its_own_record_only(failing: str) -> None:
    def handle(image: dict[str, Any]) -> None:
        is_first = image["pk"]["S"].startswith("mastodon")
        if is_first is (failing == FIRST):
            raise RuntimeError("the table is away")

    response = each_record(_event(0, 2), handle, None)

    assert response == {"batchItemFailures": [{"itemIdentifier": failing}]}


def test_a_record_without_an_image_fails_alone() -> None:
    def without_image(record: dict[str, Any]) -> None:
        if record["dynamodb"]["SequenceNumber"] == BROKEN:
            record["eventName"] = "REMOVE"
            del record["dynamodb"]["NewImage"]

    response = each_record(_event(change=without_image), mention_from_image, None)

    assert response == {"batchItemFailures": [{"itemIdentifier": BROKEN}]}


def test_two_invocations_know_nothing_of_each_other() -> None:
    first = each_record(_event(), mention_from_image, None)
    second = each_record(_event(0, 2), mention_from_image, None)

    assert len(first["batchItemFailures"]) == 1
    assert second["batchItemFailures"] == []


# --- changes -------------------------------------------------------------------------------


def test_a_change_has_an_old_image_a_new_one_or_both() -> None:
    event = json.loads((EVENTS / "stream_of_mentions.json").read_text())
    made, changed, gone = event["Records"]
    changed["eventName"], gone["eventName"] = "MODIFY", "REMOVE"
    changed["dynamodb"]["OldImage"] = {"pk": {"S": "before"}}
    gone["dynamodb"]["OldImage"] = gone["dynamodb"].pop("NewImage")
    seen: list[tuple[bool, bool]] = []

    response = each_change(
        DynamoDBEvent(event, None),
        lambda old, new: seen.append((old is not None, new is not None)),
        None,
    )

    assert response == {"batchItemFailures": []}
    assert seen == [(False, True), (True, True), (True, False)]
    assert made["eventName"] == "INSERT"


def test_a_change_that_cannot_be_followed_fails_alone() -> None:
    def follow(old: Any, new: Any) -> None:
        mention_from_image(new)

    assert each_change(_event(), follow, None) == {
        "batchItemFailures": [{"itemIdentifier": BROKEN}]
    }


# --- messages ------------------------------------------------------------------------------


def _messages(*bodies: str, tries: int = 1) -> SQSEvent:
    records = [
        {
            "messageId": f"m{number}",
            "receiptHandle": f"handle-{number}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": str(tries)},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:outbox",
            "awsRegion": "eu-west-1",
        }
        for number, body in enumerate(bodies)
    ]
    return SQSEvent({"Records": records}, None)


def test_a_message_that_fails_comes_again_and_the_others_do_not() -> None:
    def handle(body: str) -> None:
        if body == "bad":
            raise RuntimeError("the platform is away")

    response = each_message(_messages("good", "bad"), handle, None)

    assert response == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_a_message_that_fails_alone_is_an_error_of_the_function() -> None:
    def handle(body: str) -> None:
        raise RuntimeError("the platform is away")

    with pytest.raises(BatchProcessingError):
        each_message(_messages("bad"), handle, None)


def test_what_is_put_off_comes_again_and_is_no_error() -> None:
    seen: list[tuple[str, int, str]] = []

    def handle(body: str, tries: int, handle: str) -> bool:
        seen.append((body, tries, handle))
        return False

    response = each_trial(_messages("later", tries=3), handle)

    assert response == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert seen == [("later", 3, "handle-0")]


def test_what_is_done_does_not_come_again() -> None:
    assert each_trial(_messages("a", "b"), lambda *_: True) == {"batchItemFailures": []}
