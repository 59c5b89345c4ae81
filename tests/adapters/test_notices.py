"""Notices, in memory and on a topic whose subscriber is a queue."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.clients import client
from chalicelib.adapters.notices import SnsNotices
from chalicelib.ports import Notices
from tests.adapters.stores import Stores, item, put, race, table_name
from tests.builders import NOW
from tests.fakes import FakeNotices

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """The notices, and what has come out at the other end."""

    notices: Notices
    texts: Callable[[], list[str]]


@dataclass(frozen=True)
class Topic:
    arn: str
    queue_url: str

    def heard(self) -> list[dict[str, Any]]:
        """What the queue got since it was last asked."""
        sqs = boto3.client("sqs")
        heard: list[dict[str, Any]] = []
        while messages := sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages"):
            heard += [json.loads(message["Body"]) for message in messages]
        return heard


@pytest.fixture
def topic(dynamo: Stores) -> Topic:
    name = f"nightdesk-{dynamo.stage}-notices"
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    arn = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"])
    return Topic(arn, url)


@pytest.fixture
def sns_notices(dynamo: Stores, topic: Topic) -> SnsNotices:
    return SnsNotices(topic.arn, table_name(dynamo.stage, "desk"))


@pytest.fixture(params=["memory", "sns"])
def line(request: pytest.FixtureRequest) -> Line:
    if request.param == "memory":
        fake = FakeNotices()
        return Line(fake, lambda: [notice.text for notice in fake.told])
    topic: Topic = request.getfixturevalue("topic")
    heard: list[str] = []

    def texts() -> list[str]:
        heard.extend(one["Message"] for one in topic.heard())
        return heard

    return Line(request.getfixturevalue("sns_notices"), texts)


def test_what_is_told_arrives(line: Line) -> None:
    assert line.notices.tell("blind:hn", "We are blind to source hn.", now=NOW)
    assert line.texts() == ["We are blind to source hn."]


def test_a_kind_is_told_once_an_hour_at_most(line: Line) -> None:
    told = [
        line.notices.tell("late", f"after {minutes}", now=NOW + timedelta(minutes=minutes))
        for minutes in (0, 1, 59, 60, 61, 119, 120)
    ]
    assert told == [True, False, False, True, False, False, True]
    assert line.texts() == ["after 0", "after 60", "after 120"]


def test_kinds_do_not_hold_each_other_back(line: Line) -> None:
    assert line.notices.tell("blind:hn", "blind to hn", now=NOW)
    assert line.notices.tell("blind:news", "blind to news", now=NOW)
    assert line.texts() == ["blind to hn", "blind to news"]


def test_of_workers_that_tell_the_same_at_once_one_tells(line: Line) -> None:
    for number in range(5):
        results = race(*[lambda kind=f"late-{number}": line.notices.tell(kind, kind, now=NOW)] * 3)
        assert sorted(map(str, results)) == ["False", "False", "True"]
    assert line.texts() == [f"late-{number}" for number in range(5)]


# --- on SNS ------------------------------------------------------------------------------


def sent(sns: Any) -> list[dict[str, Any]]:
    """What is published from now on, as SNS is asked."""
    requests: list[dict[str, Any]] = []
    sns.meta.events.register(
        "provide-client-params.sns.Publish", lambda params, **_: requests.append(params)
    )
    return requests


def test_a_subject_of_plain_ascii_and_a_text_for_each_protocol_go_out(
    sns_notices: SnsNotices,
) -> None:
    requests = sent(client("sns"))
    text = "We are blind to “Grüne Brücke” ☂:\n" + "the platform has closed its doors. " * 9
    sns_notices.tell("blind:grüne\nbrücke €" + "x" * 200, text, now=NOW)

    (request,) = requests
    subject = request["Subject"]
    assert subject.startswith("Nightdesk: blind:grnebrcke ")
    assert len(subject) == 100
    assert subject.isascii()
    assert subject.isprintable()
    messages = json.loads(request["Message"])
    assert messages["default"] == text
    sms = messages["sms"]
    assert len(sms) <= 140
    assert sms.startswith("We are blind to 'Grüne Brücke' : the platform")
    assert sms.endswith("..")


def sms_of(sns_notices: SnsNotices, text: str) -> str:
    requests = sent(client("sns"))
    sns_notices.tell("blind:blog", text, now=NOW)
    return str(json.loads(requests[0]["Message"])["sms"])


@pytest.mark.parametrize(
    "words",
    [
        "go to https://evil.example/a now",
        "go to evil.example now",
        "Reply STOP to go on",
        "call +44 7700 900123",
        "Reply BCDFG",
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
    ],
)
def test_no_link_and_no_instruction_of_a_platform_reaches_a_phone(
    sns_notices: SnsNotices, words: str
) -> None:
    sms = sms_of(sns_notices, f"We are blind to source blog since 03:05 UTC: {words}")
    assert sms.startswith("We are blind to source blog since 03:05 UTC: ")
    for harm in ("://", "evil.ex", "STOP", "900123", "BCDFG"):
        assert harm not in sms


def test_our_own_words_stand_before_those_of_a_platform_in_any_script(
    sns_notices: SnsNotices,
) -> None:
    sms = sms_of(sns_notices, "We are blind to source blog: " + "η σελίδα έκλεισε " * 20)
    assert sms == "We are blind to source blog: text in Greek"


def test_a_cut_leaves_no_code(sns_notices: SnsNotices) -> None:
    assert "BCDFG" not in sms_of(sns_notices, "Blind: " + "_" * 126 + "BCDFGHJKMNPQRSTVWXYZ")


def test_a_notice_is_sent_by_sms_with_the_same_effort_as_a_page(sns_notices: SnsNotices) -> None:
    requests = sent(client("sns"))
    sns_notices.tell("late", "told", now=NOW)

    (request,) = requests
    assert request["MessageAttributes"] == {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
    }


@pytest.fixture
def failing_sns() -> Iterator[Callable[[], None]]:
    """SNS refuses every publish until the given function is called."""
    events = client("sns").meta.events

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "Publish")

    events.register("before-call.sns.Publish", refuse)
    yield lambda: events.unregister("before-call.sns.Publish", refuse)
    events.unregister("before-call.sns.Publish", refuse)


def test_a_notice_that_sns_did_not_take_is_told_by_the_next_call(
    failing_sns: Callable[[], None], sns_notices: SnsNotices, topic: Topic
) -> None:
    assert not sns_notices.tell("late", "first", now=NOW)
    failing_sns()
    assert sns_notices.tell("late", "second", now=NOW + timedelta(minutes=1))
    assert [one["Message"] for one in topic.heard()] == ["second"]


def test_a_notice_whose_worker_vanished_is_told_again_after_the_lease(
    dynamo: Stores, sns_notices: SnsNotices
) -> None:
    sns_notices.tell("late", "told", now=NOW)
    claimed = item(dynamo, "desk", "notice", "late")
    assert claimed["is_told"] == {"BOOL": True}
    put(dynamo, "desk", {**claimed, "is_told": {"BOOL": False}})

    assert not sns_notices.tell("late", "too early", now=NOW + timedelta(minutes=1))
    assert sns_notices.tell("late", "again", now=NOW + timedelta(minutes=2))
