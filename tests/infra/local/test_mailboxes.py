"""Mailboxes show what SES sent."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sesv2.models import sesv2_backends

from chalicelib.domain.desk import Responder
from chalicelib.domain.schedule import ResponderId
from infra.local.cloud import REGION, Cloud
from infra.local.mailboxes import Mailboxes

ANA = "ana@norvia.example"
NIGHT = "Norvia <night@norvia.example>"
LINK = "http://127.0.0.1:8000/a/" + "k" * 22


@pytest.fixture
def mailboxes(cloud: Cloud) -> Iterator[Mailboxes]:
    found = Mailboxes(clock=cloud.clock, backend=sesv2_backends[DEFAULT_ACCOUNT_ID][REGION])
    found.know([Responder(id=ResponderId("ana"), name="Ana", email=ANA, zone="Europe/Vienna")])
    with found.open():
        yield found


def write(to: str, text: str, *, sender: str = NIGHT) -> str:
    body = {"Text": {"Data": text}, "Html": {"Data": f"<p>{text}</p>"}}
    answer = boto3.client("sesv2").send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Site down"}, "Body": body}},
    )
    return str(answer["MessageId"])


def test_a_letter_lies_with_its_reader_as_text_with_its_link_and_the_clocks_instant(
    mailboxes: Mailboxes, cloud: Cloud
) -> None:
    mailboxes.verify(NIGHT)
    id = write(ANA, f"The site is down.\n\nI have it: {LINK}\n")
    (letter,) = mailboxes.of("ana")
    assert (letter.subject, letter.message_id, letter.to) == ("Site down", id, ANA)
    assert letter.body == f"The site is down.\n\nI have it: {LINK}\n"
    assert letter.link == LINK
    assert letter.at == cloud.clock.now()


def test_a_letter_to_somebody_else_is_not_theirs(mailboxes: Mailboxes) -> None:
    mailboxes.verify(NIGHT)
    write("ben@norvia.example", "hello")
    assert mailboxes.of("ana") == ()
    assert [one.to for one in mailboxes.letters] == ["ben@norvia.example"]


def test_nothing_leaves_from_a_sender_that_was_not_verified(mailboxes: Mailboxes) -> None:
    mailboxes.verify("")
    with pytest.raises(ClientError, match="not verified"):
        write(ANA, "hello")
    assert mailboxes.letters == []


def test_a_verified_sender_may_send_says_ses(mailboxes: Mailboxes) -> None:
    mailboxes.verify(NIGHT)
    mailboxes.verify(NIGHT)
    found = boto3.client("sesv2").get_email_identity(EmailIdentity="night@norvia.example")
    assert found["VerifiedForSendingStatus"]


def test_nobody_is_on_the_suppression_list(mailboxes: Mailboxes) -> None:
    ses = boto3.client("sesv2")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_suppressed_destination(EmailAddress=ANA)
