"""Phones show what they were sent and can reply."""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.desk import Responder
from chalicelib.domain.schedule import ResponderId
from infra.local.cloud import Cloud
from infra.local.phones import Line
from tests.infra.local.toy import Toy

ANA = "+447700900101"
LINK = "http://127.0.0.1:8000/a/" + "k" * 22


def text(number: str, body: str) -> str:
    sns = boto3.client("sns", config=Config(retries={"total_max_attempts": 1}))
    answer = sns.publish(
        PhoneNumber=number,
        Message=body,
        MessageAttributes={
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
        },
    )
    return str(answer["MessageId"])


def test_a_phone_shows_what_it_was_sent_with_code_and_link(cloud: Cloud) -> None:
    cloud.phones.know(
        [Responder(id=ResponderId("ana"), name="Ana", phone=ANA)], {"ana": ["fallback"]}
    )
    text(ANA, f"Site down. Reply BCDFG = I have it, or {LINK}")
    latest = cloud.phones.of("ana").latest_page()
    assert latest is not None
    assert (latest.code, latest.link) == ("BCDFG", LINK)
    assert latest.at == cloud.clock.now()
    assert latest.attributes == {"AWS.SNS.SMS.SMSType": "Transactional"}


def test_a_reply_reaches_the_replies_topic_as_two_way_sms_does(cloud: Cloud, toy: Toy) -> None:
    sent = text(ANA, "Site down")
    inbound = cloud.phones.reply(cloud.phones.at(ANA), "BCDFG")
    cloud.settle()
    (message,) = toy.handled("listen")
    payload = json.loads(message)
    assert payload["originationNumber"] == ANA
    assert payload["messageBody"] == "BCDFG"
    assert payload["previousPublishedMessageId"] == sent
    assert payload["inboundMessageId"] == inbound


def test_a_number_that_has_opted_out_gets_nothing_though_sns_takes_it(cloud: Cloud) -> None:
    phone = cloud.phones.at(ANA)
    cloud.phones.reply(phone, "stop")
    sns = boto3.client("sns")
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=ANA)["isOptedOut"]
    text(ANA, "hello")
    assert phone.latest() is None
    cloud.phones.reply(phone, "START")
    text(ANA, "hello")
    assert phone.latest() is not None


@pytest.mark.parametrize(
    ("line", "code"), [(Line.REFUSED, "InvalidParameter"), (Line.FAILING, "InternalError")]
)
def test_a_provider_can_refuse_or_fail(cloud: Cloud, line: Line, code: str) -> None:
    cloud.phones.at(ANA).line = line
    with pytest.raises(ClientError, match=code):
        text(ANA, "hello")
    assert cloud.phones.at(ANA).texts == []


def test_a_silent_phone_shows_nothing_though_the_provider_took_it(cloud: Cloud) -> None:
    cloud.phones.at(ANA).line = Line.SILENT
    assert text(ANA, "hello")
    assert cloud.phones.at(ANA).texts == []
