"""Webhooks: what goes over the wire, who can check it, and what becomes of every refusal."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from standardwebhooks.webhooks import Webhook as Verifier

from chalicelib.channels.webhook import WebhookChannel
from chalicelib.channels.webhook.body import note_body, page_body
from chalicelib.domain.errors import ChannelRefused, ChannelUnavailable, NotFound
from chalicelib.domain.responder import Webhook, WebhookForm
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.http import HttpClient
from chalicelib.http.signing import Receiver, signing_key, webhook_id
from tests.builders import ANA, NOW, a_responder
from tests.channels.contract import LINK, ChannelContract, Stage, a_message, a_sounding
from tests.domain.hostile import MARKS_OF_AN_ADDRESS, hostile_texts
from tests.http.loopback import Answer, Asked, Loopback, serving

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PATH = "/services/T000/B000/hushhushhush"


class Inbox:
    """A receiver on this machine: what it got, and what it says next."""

    def __init__(self) -> None:
        self.got: list[Asked] = []
        self.status = 204
        self.headers: dict[str, str] = {}

    def answer(self, asked: Asked) -> Answer:
        if self.status < 300:
            self.got.append(asked)
        body = (
            b"" if self.status == 204 else b'{"error": "' + asked.body[:20] + PATH.encode() + b'"}'
        )
        return Answer(status=self.status, headers=self.headers, body=body)


class WebhookStage(Stage):
    secrets = (PATH, "hushhush", KEY, KEY[6:])
    stranger = a_responder(ANA)

    def __init__(self, server: Loopback, receiver: Inbox, form: WebhookForm) -> None:
        self.receiver = receiver
        self.server = server
        self.responder = a_responder(ANA, webhook=Webhook(secret="webhook-ana", form=form))
        self.stored = {"webhook-ana": f"{server.url}{PATH}\n{KEY}\n"}
        self.http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None)
        self.now: Callable[[], datetime] = lambda: NOW

    def secret(self, name: str) -> str:
        if name not in self.stored:
            raise NotFound(f"there is no secret {name}")
        return self.stored[name]

    def channel(self) -> WebhookChannel:
        return WebhookChannel(secret=self.secret, http=self.http, now=self.now)

    def arrived(self) -> list[str]:
        return [one.body.decode() for one in self.receiver.got]

    def fail(self) -> None:
        self.receiver.status = 503

    def refuse(self) -> None:
        self.receiver.status = 400


@pytest.fixture(params=list(WebhookForm))
def stage(request: pytest.FixtureRequest) -> Iterator[WebhookStage]:
    receiver = Inbox()
    with serving(receiver.answer) as server:
        yield WebhookStage(server, receiver, request.param)


json_form = pytest.mark.parametrize("stage", [WebhookForm.JSON], indirect=True)
text_form = pytest.mark.parametrize("stage", [WebhookForm.TEXT], indirect=True)


class TestWebhook(ChannelContract):
    def test_it_is_posted_to_the_stored_address_as_json(self, stage: WebhookStage) -> None:
        stage.channel().send_page(a_message(), stage.responder)

        (got,) = stage.receiver.got
        assert (got.method, got.path) == ("POST", PATH)
        assert got.headers["content-type"] == "application/json"

    @pytest.mark.parametrize("key", [KEY, KEY + "=", "any text will do", "whsec_c2hvcnQ"])
    def test_its_signature_is_what_the_standard_asks_for(
        self, stage: WebhookStage, key: str
    ) -> None:
        stage.stored["webhook-ana"] = f"{stage.server.url}{PATH}\r\n{key}\r\n"
        stage.channel().send_page(a_message(id="one"), stage.responder)
        stage.channel().send_note(stage.responder, "You have it.", id="two")

        verifier = Verifier(key if key.startswith("whsec_") else key.encode())
        for got in stage.receiver.got:
            expected = verifier.sign(got.headers["webhook-id"], NOW, got.body.decode())
            assert got.headers["webhook-signature"] == expected
            assert got.headers["webhook-timestamp"] == str(int(NOW.timestamp()))

    def test_without_a_key_it_is_not_signed(self, stage: WebhookStage) -> None:
        stage.stored["webhook-ana"] = f"{stage.server.url}{PATH}"
        stage.channel().send_page(a_message(), stage.responder)

        (got,) = stage.receiver.got
        assert "webhook-signature" not in got.headers
        assert "webhook-id" in got.headers

    def test_what_is_sent_again_has_the_same_id_and_other_messages_another(
        self, stage: WebhookStage
    ) -> None:
        ids = [
            stage.channel().send_page(a_message(id=id), stage.responder)
            for id in ("one", "one", "two")
        ]

        assert ids == [got.headers["webhook-id"] for got in stage.receiver.got]
        assert ids[0] == ids[1] != ids[2]

    @json_form
    def test_json_says_everything_that_a_receiver_needs(self, stage: WebhookStage) -> None:
        gravest = a_sounding(loudness=340)
        other = a_sounding("Beta", topic=Topic.PRESS, brand="beta", urgency=Urgency.SOON)
        stage.channel().send_page(a_message(gravest, other), stage.responder)

        page = json.loads(stage.arrived()[0])
        assert page["type"] == "incident.paged"
        assert page["timestamp"] == "2026-11-21T19:30:00Z"
        assert page["data"]["link"] == LINK
        first, second = page["data"]["incidents"]
        assert first == {
            "id": gravest.incident.id,
            "brand": "acme",
            "brand_name": "Acme",
            "topic": "outage",
            "urgency": "wake",
            "quote": "@acme the whole site is down, I am losing money here",
            "author": "carla@social.example",
            "platform": "mastodon",
            "url": gravest.incident.url,
            "reasons": ["says the whole site is down"],
            "loudness": 340,
            "opened_at": "2026-11-21T19:30:00Z",
        }
        assert (second["brand"], second["urgency"]) == ("beta", "soon")

    @json_form
    def test_a_note_in_json_says_that_it_is_one(self, stage: WebhookStage) -> None:
        stage.channel().send_note(stage.responder, "You have it.", id="n1")

        assert json.loads(stage.arrived()[0]) == {
            "type": "note",
            "timestamp": "2026-11-21T19:30:00Z",
            "data": {"text": "You have it."},
        }

    @text_form
    def test_a_chat_gets_a_text_that_ends_with_the_link(self, stage: WebhookStage) -> None:
        stage.channel().send_page(a_message(a_sounding("Q&A <Labs>")), stage.responder)

        said = json.loads(stage.arrived()[0])
        assert list(said) == ["text"]
        assert (
            said["text"].splitlines()[0]
            == "Q&amp;A &lt;Labs&gt; outage, since 20:30 (Europe/Vienna)"
        )
        assert said["text"].splitlines()[-1] == f"I have it: {LINK}"

    @pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
    def test_every_status_of_success_is_one(self, stage: WebhookStage, status: int) -> None:
        stage.receiver.status = status
        assert stage.channel().send_page(a_message(), stage.responder)

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 422])
    def test_what_the_receiver_refuses_is_refused_with_its_status(
        self, stage: WebhookStage, status: int
    ) -> None:
        stage.receiver.status = status
        with pytest.raises(ChannelRefused, match=f"ana answered {status}"):
            stage.channel().send_page(a_message(), stage.responder)

        assert len(stage.server.asked) == 1

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirect_is_not_followed(self, stage: WebhookStage, status: int) -> None:
        stage.receiver.status = status
        stage.receiver.headers = {"Location": f"{stage.server.url}/elsewhere"}
        with pytest.raises(ChannelRefused, match=str(status)):
            stage.channel().send_page(a_message(), stage.responder)

        assert [one.path for one in stage.server.asked] == [PATH]

    @pytest.mark.parametrize("status", [408, 429, 500, 501, 502, 503, 504])
    def test_what_may_pass_is_unavailable(self, stage: WebhookStage, status: int) -> None:
        stage.receiver.status = status
        with pytest.raises(ChannelUnavailable, match="ana fails"):
            stage.channel().send_page(a_message(), stage.responder)

    def test_a_receiver_that_comes_back_at_once_gets_it_under_one_id(
        self, stage: WebhookStage
    ) -> None:
        failing = iter([503, 204])
        take = stage.receiver.answer

        def answer(asked: Asked) -> Answer:
            stage.receiver.status = next(failing)
            return take(asked)

        stage.server.answer = answer
        id = stage.channel().send_page(a_message(), stage.responder)

        assert [one.headers["webhook-id"] for one in stage.server.asked] == [id, id]

    def test_a_receiver_that_hangs_up_is_unavailable(self, stage: WebhookStage) -> None:
        stage.server.answer = lambda asked: Answer(is_reset=True)
        with pytest.raises(ChannelUnavailable):
            stage.channel().send_page(a_message(), stage.responder)

    def test_a_receiver_that_is_not_there_is_unavailable(self, stage: WebhookStage) -> None:
        with serving(Answer()) as gone:
            stage.stored["webhook-ana"] = gone.url
        with pytest.raises(ChannelUnavailable):
            stage.channel().send_page(a_message(), stage.responder)

    def test_no_time_left_is_unavailable_and_waits_for_nothing(self, stage: WebhookStage) -> None:
        seconds = iter(range(0, 1000, 100))
        stage.http = HttpClient(
            trust_loopback=True, now=lambda: NOW, monotonic=lambda: float(next(seconds))
        )
        with pytest.raises(ChannelUnavailable):
            stage.channel().send_page(a_message(), stage.responder)

    @pytest.mark.parametrize(
        "stored",
        [
            "",
            "no address",
            "ftp://chat.example/hook",
            "http://chat.example/hook",
            "https://name:hushhush@chat.example/",
            "http://[::1",
            "https://",
        ],
    )
    def test_an_address_that_would_not_keep_the_link_secret_is_refused(
        self, stage: WebhookStage, stored: str
    ) -> None:
        stage.stored["webhook-ana"] = stored
        with pytest.raises(ChannelRefused) as raised:
            stage.channel().send_page(a_message(), stage.responder)

        assert "chat" not in str(raised.value)
        assert "hush" not in str(raised.value)

    def test_an_address_in_our_own_network_is_refused(self, stage: WebhookStage) -> None:
        stage.http = HttpClient(now=lambda: NOW)
        with pytest.raises(ChannelRefused, match="may not be reached"):
            stage.channel().send_page(a_message(), stage.responder)

        assert stage.server.asked == []

    def test_a_secret_that_nobody_has_stored_is_named(self, stage: WebhookStage) -> None:
        stage.stored.clear()
        with pytest.raises(ChannelRefused, match="webhook-ana"):
            stage.channel().send_page(a_message(), stage.responder)

    def test_a_secret_that_cannot_be_read_now_may_be_tried_again(self, stage: WebhookStage) -> None:
        def secret(name: str) -> str:
            raise EndpointConnectionError(endpoint_url="https://ssm.example/hushhush")

        channel = WebhookChannel(secret=secret, http=stage.http, now=stage.now)
        with pytest.raises(ChannelUnavailable, match="EndpointConnectionError") as raised:
            channel.send_page(a_message(), stage.responder)

        assert "hush" not in str(raised.value)

    @pytest.mark.parametrize("key", ["whsec_", "whsec_not base64!", "whsec_A"])
    def test_a_signing_key_that_is_none_is_refused_and_not_told(
        self, stage: WebhookStage, key: str
    ) -> None:
        stage.stored["webhook-ana"] = f"{stage.server.url}{PATH}\n{key}"
        with pytest.raises(
            ChannelRefused, match="webhook-ana leads nowhere: its second line"
        ) as raised:
            stage.channel().send_page(a_message(), stage.responder)

        assert "not base64!" not in str(raised.value)
        assert stage.server.asked == []


def _text(body: bytes) -> str:
    said: dict[str, Any] = json.loads(body)
    return str(said["text"])


@given(quote=hostile_texts, author=hostile_texts, reason=hostile_texts)
def test_whatever_strangers_write_a_chat_makes_no_mention_and_no_link_of_it(
    quote: str, author: str, reason: str
) -> None:
    quote = f"<!channel> @here {quote} ```"
    one = a_sounding(quote=quote, author=author, reasons=(f"<@U1> {reason}",))
    text = _text(page_body(a_message(one, one), WebhookForm.TEXT, zone="UTC", now=NOW))

    *lines, link = text.splitlines()
    assert link == f"I have all 2: {LINK}"
    for line in lines:
        assert not set("<>`") & set(line)
        assert not any(f"@{word}" in line for word in ("here", "all", "channel", "everyone"))
        assert line.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "").count("&") == 0
    for line in lines[1::3]:
        assert not MARKS_OF_AN_ADDRESS.search(line)


@given(text=hostile_texts)
def test_whatever_is_said_json_carries_it_and_can_be_read(text: str) -> None:
    one = a_sounding(text, quote=text, author=text, reasons=(text,))
    page = json.loads(page_body(a_message(one), WebhookForm.JSON, zone="UTC", now=NOW))
    note = json.loads(note_body(text, WebhookForm.JSON, now=NOW))

    legible = text.encode("utf-8", "replace").decode()
    assert page["data"]["incidents"][0]["quote"] == legible
    assert note["data"]["text"] == legible


def test_an_id_has_no_dot_that_could_shift_what_is_signed() -> None:
    assert "." not in webhook_id("acme.outage.20261121T193000.r1.s0.ana.webhook")


def test_a_key_is_base64_or_any_text() -> None:
    assert signing_key("whsec_c2hvcnQ=") == b"short"
    assert signing_key("kurz und gut ä") == "kurz und gut ä".encode()
    assert signing_key("") == b""


def test_where_a_webhook_leads_is_not_shown() -> None:
    shown = repr(Receiver(url=f"https://chat.example{PATH}", key=b"hush"))

    assert "chat" not in shown
    assert "hush" not in shown
