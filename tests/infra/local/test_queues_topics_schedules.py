"""Queues, topics and schedules wake their functions as on AWS."""

import json
from datetime import timedelta

import boto3
import pytest

from infra.local.cloud import Cloud
from infra.local.schedules import interval
from tests.infra.local.toy import MINUTE, Toy, send


def test_a_message_is_handled_and_gone(cloud: Cloud, toy: Toy) -> None:
    send(cloud, "one", "two")
    cloud.step(timedelta(minutes=10))
    assert toy.handled("work") == ["one", "two"]


def test_a_failed_message_comes_back_after_its_visibility_timeout(cloud: Cloud, toy: Toy) -> None:
    toy.fails_on = {"one"}
    send(cloud, "one", "two")
    cloud.settle()
    assert toy.handled("work") == ["one", "two"]
    cloud.step(MINUTE)
    assert toy.handled("work") == ["one", "two"]
    toy.fails_on = set()
    cloud.step(MINUTE)
    assert toy.handled("work") == ["one", "two", "one"]


def test_a_message_that_always_fails_becomes_a_dead_letter_and_rings(
    cloud: Cloud, toy: Toy
) -> None:
    boto3.client("sns").subscribe(
        TopicArn=cloud.stack.physical_ids["Notices"], Protocol="sms", Endpoint="+447700900123"
    )
    toy.fails_on = {"one"}
    send(cloud, "one")
    cloud.step(timedelta(minutes=10))
    assert toy.handled("work") == ["one"] * 3
    assert [letter.body for letter in cloud.dead_letters] == ["one"]
    texts = cloud.phones.at("+447700900123").texts
    assert [text.body for text in texts] == ['ALARM: "toy dead letters"']


def test_a_schedule_fires_each_minute_of_the_clock(cloud: Cloud, toy: Toy) -> None:
    cloud.step(timedelta(minutes=3))
    assert toy.handled("beat") == ["16:30", "16:31", "16:32", "16:33"]


def test_a_schedule_that_failed_is_tried_again_after_one_and_two_minutes(
    cloud: Cloud, toy: Toy
) -> None:
    toy.fails_on = {"16:30"}
    cloud.step(timedelta(minutes=6))
    assert toy.handled("beat").count("16:30") == 3


def test_a_handler_knows_how_much_time_it_has(cloud: Cloud, toy: Toy) -> None:
    cloud.settle()
    cloud.run_due()
    left = toy.contexts[0].get_remaining_time_in_millis()
    assert 0 < left <= 30_000


def test_a_published_message_reaches_its_function(cloud: Cloud, toy: Toy) -> None:
    boto3.client("sns").publish(TopicArn=cloud.stack.physical_ids["Replies"], Message="hello")
    cloud.settle()
    assert toy.handled("listen") == ["hello"]


def test_a_message_that_always_fails_goes_to_the_failure_destination(
    cloud: Cloud, toy: Toy
) -> None:
    toy.fails_on = {"hello"}
    boto3.client("sns").publish(TopicArn=cloud.stack.physical_ids["Replies"], Message="hello")
    cloud.step(timedelta(minutes=5))
    (letter,) = cloud.dead_letters
    wrapped = json.loads(letter.body)
    assert wrapped["requestContext"]["condition"] == "RetriesExhausted"
    assert wrapped["requestPayload"]["Records"][0]["Sns"]["Message"] == "hello"


def test_failed_invocations_are_kept_to_be_shown(cloud: Cloud, toy: Toy) -> None:
    toy.fails_on = {"one"}
    send(cloud, "one")
    cloud.settle()
    (failure,) = cloud.failures
    assert (failure.function, failure.error) == ("work", "RuntimeError: cannot handle one")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("rate(1 minute)", MINUTE), ("rate(5 minutes)", 5 * MINUTE), ("rate(1 day)", 1440 * MINUTE)],
)
def test_rates_are_understood(expression: str, expected: timedelta) -> None:
    assert interval(expression) == expected


def test_a_cron_expression_is_refused_rather_than_never_fired() -> None:
    with pytest.raises(ValueError, match=r"cron\(0 9"):
        interval("cron(0 9 * * ? *)")


def test_a_message_that_waits_is_handed_out_at_its_time_and_not_at_the_next_minute(
    cloud: Cloud, toy: Toy
) -> None:
    queue = cloud.queues["work"]
    assert queue.next_at is None
    boto3.client("sqs").send_message(
        QueueUrl=cloud.stack.physical_ids["Orders"], MessageBody="later", DelaySeconds=10
    )
    began_at = cloud.clock.now()
    cloud.step(timedelta(seconds=9))
    assert toy.handled("work") == []
    assert queue.next_at is not None
    assert timedelta(seconds=10) <= queue.next_at - began_at < timedelta(seconds=10.01)
    cloud.step(timedelta(seconds=1.5))
    assert toy.handled("work") == ["later"]
    assert queue.next_at is None
