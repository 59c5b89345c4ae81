"""E-mail through SES: what goes over the wire, and what becomes of every refusal."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from hypothesis import example, given
from moto import mock_aws

from chalicelib.channels.email import EmailChannel
from chalicelib.domain.desk import EmailSettings
from chalicelib.domain.errors import ChannelError, ChannelRefused, ChannelUnavailable
from tests.builders import ANA, a_desk, a_responder
from tests.channels.contract import LINK, ChannelContract, Stage, a_message, a_sounding
from tests.domain.hostile import MARKS_OF_AN_ADDRESS, hostile_texts
from tests.fakes import FakeDesks
from tests.http.loopback import Answer, Asked, Loopback, serving

SENDER = "Nightdesk <night@acme.example>"
ADDRESS = "ana.maria@acme.example"


class Ses:
    """SES on this machine: what was sent, who is suppressed, what it says next."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.suppressed: set[str] = set()
        self.says: tuple[int, str] = (200, "")
        self.says_of_suppression: tuple[int, str] = (404, "NotFoundException")

    def answer(self, asked: Asked) -> Answer:
        if "/suppression/" in asked.path:
            if unquote(asked.path.rpartition("/")[2]) in self.suppressed:
                entry = {"EmailAddress": ADDRESS, "Reason": "BOUNCE", "LastUpdateTime": 0}
                return Answer(body=json.dumps({"SuppressedDestination": entry}).encode())
            return _error(*self.says_of_suppression)
        status, code = self.says
        if status != 200:
            return _error(status, code)
        self.sent.append(json.loads(asked.body))
        return Answer(body=json.dumps({"MessageId": f"ses-{len(self.sent)}"}).encode())


def _error(status: int, code: str) -> Answer:
    body = json.dumps({"message": f"{ADDRESS} is not welcome"}).encode()
    return Answer(status=status, headers={"x-amzn-ErrorType": code}, body=body)


def _client(server: Loopback) -> Any:
    return boto3.client(
        "sesv2",
        region_name="eu-west-1",
        endpoint_url=server.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5),
    )


class EmailStage(Stage):
    secrets = (ADDRESS, "ana.maria")
    responder = a_responder(ANA, email=ADDRESS)
    stranger = a_responder(ANA)

    def __init__(self, server: Loopback, ses: Ses) -> None:
        self.ses = ses
        self.desks = FakeDesks(a_desk(email=EmailSettings(sender=SENDER)))
        self._client = _client(server)

    def channel(self) -> EmailChannel:
        return EmailChannel(desks=self.desks, ses=self._client)

    def arrived(self) -> list[str]:
        return [text_of(one) for one in self.ses.sent]

    def fail(self) -> None:
        self.ses.says = (500, "InternalServiceErrorException")

    def refuse(self) -> None:
        self.ses.says = (400, "MessageRejected")


def text_of(sent: dict[str, Any]) -> str:
    return str(sent["Content"]["Simple"]["Body"]["Text"]["Data"])


def html_of(sent: dict[str, Any]) -> str:
    return str(sent["Content"]["Simple"]["Body"]["Html"]["Data"])


def subject_of(sent: dict[str, Any]) -> str:
    return str(sent["Content"]["Simple"]["Subject"]["Data"])


class Tags(HTMLParser):
    """Every tag of a document with its attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def stage() -> Iterator[EmailStage]:
    ses = Ses()
    with serving(ses.answer) as server:
        yield EmailStage(server, ses)


class TestEmail(ChannelContract):
    def test_a_page_is_a_letter_with_the_link_once_in_text_and_once_in_html(
        self, stage: EmailStage
    ) -> None:
        assert stage.channel().send_page(a_message(), stage.responder) == "ses-1"

        (sent,) = stage.ses.sent
        assert sent["FromEmailAddress"] == SENDER
        assert sent["Destination"] == {"ToAddresses": [ADDRESS]}
        assert subject_of(sent) == "Acme outage"
        assert text_of(sent) == (
            "Acme outage, since 20:30 (Europe/Vienna)\n\n"
            '"@acme the whole site is down, I am losing money here" '
            "@carla@social. example on mastodon\n\n"
            "Why: says the whole site is down\n\n"
            f"I have it: {LINK}\n\n"
            "Nightdesk wrote this because you are on its list of people to call.\n"
        )
        assert html_of(sent).count(LINK) == 1

    def test_a_note_is_plain_text_and_its_first_sentence_the_subject(
        self, stage: EmailStage
    ) -> None:
        stage.channel().send_note(
            stage.responder, "Acme outage: Ana has it since 19:30. Nothing to do.", id="u1"
        )

        (sent,) = stage.ses.sent
        assert subject_of(sent) == "Acme outage: Ana has it since 19:30"
        assert "Html" not in sent["Content"]["Simple"]["Body"]

    def test_what_can_wait_says_so_in_the_subject(self, stage: EmailStage) -> None:
        soon = a_sounding(urgency="soon")
        stage.channel().send_page(a_message(soon), stage.responder)

        assert subject_of(stage.ses.sent[0]) == "Soon, no emergency: Acme outage"

    def test_a_letter_keeps_any_script(self, stage: EmailStage) -> None:
        greek = a_sounding(quote="Η ιστοσελίδα δεν λειτουργεί 😡")
        stage.channel().send_page(a_message(greek), stage.responder)

        (sent,) = stage.ses.sent
        assert "Η ιστοσελίδα δεν λειτουργεί 😡" in text_of(sent)
        assert "Η ιστοσελίδα δεν λειτουργεί 😡" in Tags(html_of(sent)).words

    def test_without_a_sender_e_mail_is_refused_and_says_what_is_missing(
        self, stage: EmailStage
    ) -> None:
        stage.desks.versions.append(a_desk())
        with pytest.raises(ChannelRefused, match=r"email\.sender"):
            stage.channel().send_page(a_message(), stage.responder)

        assert stage.ses.sent == []

    def test_a_suppressed_address_is_refused_though_ses_would_take_it(
        self, stage: EmailStage
    ) -> None:
        stage.ses.suppressed.add(ADDRESS)
        with pytest.raises(ChannelRefused, match="suppressed"):
            stage.channel().send_page(a_message(), stage.responder)

        assert stage.ses.sent == []

    @pytest.mark.parametrize(
        ("status", "code"),
        [(403, "AccessDeniedException"), (429, "TooManyRequestsException"), (500, "Broken")],
    )
    def test_a_question_about_suppression_that_fails_holds_no_page_up(
        self, stage: EmailStage, status: int, code: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        stage.ses.says_of_suppression = (status, code)
        stage.channel().send_page(a_message(), stage.responder)

        assert len(stage.ses.sent) == 1
        assert [one.getMessage() for one in caplog.records] == ["suppression_unknown"]

    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (429, "TooManyRequestsException", ChannelUnavailable),
            (400, "ThrottlingException", ChannelUnavailable),
            (503, "ServiceUnavailable", ChannelUnavailable),
            (500, "Unheard", ChannelUnavailable),
            (400, "MessageRejected", ChannelRefused),
            (400, "SendingPausedException", ChannelRefused),
            (400, "AccountSuspendedException", ChannelRefused),
            (400, "MailFromDomainNotVerifiedException", ChannelRefused),
            (400, "BadRequestException", ChannelRefused),
            (403, "AccessDeniedException", ChannelRefused),
        ],
    )
    def test_what_passes_is_told_from_what_does_not(
        self, stage: EmailStage, status: int, code: str, expected: type[ChannelError]
    ) -> None:
        stage.ses.says = (status, code)
        with pytest.raises(expected, match=code):
            stage.channel().send_page(a_message(), stage.responder)

    def test_ses_that_is_not_there_is_unavailable(self, stage: EmailStage) -> None:
        with serving(Answer()) as gone:
            client = _client(gone)
        with pytest.raises(ChannelUnavailable, match="could not be reached"):
            EmailChannel(desks=stage.desks, ses=client).send_page(a_message(), stage.responder)


class _Taken:
    """A client of SES that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def get_suppressed_destination(self, **_: Any) -> None:
        raise TimeoutError

    def send_email(self, **letter: Any) -> dict[str, str]:
        self.sent.append(letter)
        return {"MessageId": "one"}


@given(quote=hostile_texts, author=hostile_texts, reason=hostile_texts, brand=hostile_texts)
@example(quote="", author="", reason="", brand='"://')  # a headline is no quote
@example(quote="0.0", author="", reason="0.0", brand="")  # no phone makes a link of a number
def test_whatever_strangers_write_a_letter_has_one_link_and_one_line_of_subject(
    quote: str, author: str, reason: str, brand: str
) -> None:
    taken = _Taken()
    channel = EmailChannel(desks=FakeDesks(a_desk(email=EmailSettings(sender=SENDER))), ses=taken)
    markup = "</p><img src=x onerror=y>&amp;"
    one = a_sounding(
        brand + markup,
        quote=markup + quote[:400],
        author=markup + author,
        reasons=(reason + markup,),
    )
    for message in (a_message(one), a_message(one, one)):
        channel.send_page(message, EmailStage.responder)

    for sent in taken.sent:
        assert "\n" not in subject_of(sent)
        assert "\r" not in subject_of(sent)
        assert subject_of(sent).isprintable()
        assert 0 < len(subject_of(sent)) <= 120
        html = Tags(html_of(sent))
        assert [attrs for tag, attrs in html.tags if tag == "a"] == [{"href": LINK}]
        assert {tag for tag, _ in html.tags} <= {
            *("html", "head", "meta", "title", "body", "p", "a", "b", "small")
        }
        assert text_of(sent).count(LINK) == 1
        # The headline is not theirs: a brand's name is the company's own word, and stays whole.
        headline, *lines = text_of(sent).splitlines()
        theirs = [line for line in lines if line != headline and LINK not in line]
        assert sum(line.startswith('"') for line in theirs) == lines.count(headline) + 1
        assert not any(MARKS_OF_AN_ADDRESS.search(line) for line in theirs)


def test_sess_own_rules_hold_in_the_cloud_on_this_machine() -> None:
    """moto asks for a verified sender, and knows no suppression list."""
    with mock_aws():
        ses = boto3.client("sesv2", region_name="eu-west-1")
        desks = FakeDesks(a_desk(email=EmailSettings(sender=SENDER)))
        channel = EmailChannel(desks=desks, ses=ses)
        with pytest.raises(ChannelRefused, match="MessageRejected"):
            channel.send_page(a_message(), EmailStage.responder)
        ses.create_email_identity(EmailIdentity="acme.example")
        assert channel.send_page(a_message(), EmailStage.responder)
