"""Pushes over HTTP: believed by their signature alone, whatever they are called and wrapped in."""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from chalice.test import HTTPResponse
from standardwebhooks import Webhook as Signer

import app as product
from chalicelib import wiring
from chalicelib.http import HttpClient
from chalicelib.ports import Batch, Cursor, Pulled, Push, Received
from chalicelib.sources.configured import ConfiguredSources
from chalicelib.web.access import SECURITY_HEADERS
from chalicelib.web.limits import REFUSED_PUSHES
from chalicelib.web.push import MAX_PUSH
from infra.local.lambdas import Context
from tests.builders import NOW, a_desk, a_source_entry
from tests.fakes import FakeMentions, FakeNotices, FakeSource, FakeSources, FakeUnreadPushes
from tests.fakes.allowances import FakeAllowances
from tests.services.test_pushes import RECEIVES
from tests.web.office import Browser, Office

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PATH = "/push/our-forum"
MINUTE = timedelta(minutes=1)


class Doorway:
    """An office with a forum that pushes, and another whose key is not stored."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.mentions = FakeMentions()
        self.unread = FakeUnreadPushes()
        self.notices = FakeNotices()
        self.sent = 0
        office.parameters.secrets |= {"forum-key": KEY, "second-key": KEY}
        sources = (
            a_source_entry(),
            self._forum("our-forum", secret="forum-key"),
            self._forum("second", secret="second-key"),
            self._forum("keyless", secret="no-such-key"),
        )
        office.desks.put(a_desk(sources=sources), now=NOW)

    def _forum(self, name: str, *, secret: str) -> Any:
        options = {"platform": "forum"}
        return a_source_entry(name, kind="webhook", secret=secret, options=options)

    def parts(self) -> dict[str, Any]:
        sources = ConfiguredSources(
            secret=self.office.parameters.secret,
            http=HttpClient(),
            allowances=FakeAllowances(),
            now=lambda: self.office.now,
        )
        return {
            "now": lambda: self.office.now,
            "sources": sources,
            "mentions": self.mentions,
            "unread_pushes": self.unread,
            "notices": self.notices,
        }

    def signed(self, body: bytes, *, key: str = KEY) -> dict[str, str]:
        self.sent += 1
        now = self.office.now
        return {
            "content-type": "application/json",
            "webhook-id": f"msg_{self.sent}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Signer(key).sign(f"msg_{self.sent}", now, body.decode()),
        }

    def push(
        self, body: bytes, *, to: str = PATH, key: str = KEY, **over: str | None
    ) -> HTTPResponse:
        """Headers in `over` with _ for -; None takes one away."""
        headers = self.signed(body, key=key)
        for name, value in over.items():
            headers.pop(name.replace("_", "-"), None)
            if value is not None:
                headers[name.replace("_", "-")] = value
        return Browser(None).request("POST", to, headers=headers, body=body)

    def texts(self) -> list[str]:
        return [mention.text for mention in self.mentions.stream]


@pytest.fixture
def door(office: Office) -> Iterator[Doorway]:
    door = Doorway(office)
    with wiring.override(**door.parts()):
        yield door


def a_push(text: str = "acme is down", id: str = "1") -> bytes:
    return json.dumps({"posts": [{"id": id, "text": text}]}, ensure_ascii=False).encode()


def raw(
    body: str | None, headers: Mapping[str, str], *, is_base64: bool, at: str = "10.0.0.1"
) -> dict[str, Any]:
    """What the gateway makes of a request: an event, and what the function answers."""
    event = {
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/push/{source}",
            "path": f"/api{PATH}",
            "identity": {"sourceIp": at},
        },
        "headers": dict(headers),
        "pathParameters": {"source": "our-forum"},
        "multiValueQueryStringParameters": None,
        "stageVariables": {},
        "body": body,
        "isBase64Encoded": is_base64,
    }
    answer: dict[str, Any] = product.app(
        event, Context("api_handler", memory_mb=128, timeout=MINUTE, speed=1.0)
    )
    return answer


# --- what is heard -------------------------------------------------------------------------


def test_a_signed_push_is_stored_and_heard(door: Doorway) -> None:
    answer = door.push(a_push("acme is down 🔥, straße"))
    assert (answer.status_code, answer.body) == (200, b"")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert SECURITY_HEADERS.items() <= answer.headers.items()
    assert door.texts() == ["acme is down 🔥, straße"]
    assert door.mentions.stream[0].id == "forum.1"


def test_a_push_that_comes_twice_is_stored_once(door: Doorway) -> None:
    assert [door.push(a_push()).status_code for _ in range(2)] == [200, 200]
    assert len(door.texts()) == 1


@pytest.mark.parametrize(
    "kind",
    [
        *(None, "", "application/json; charset=utf-8", "text/plain", "application/xml"),
        *("application/x-www-form-urlencoded", "application/cloudevents+json", "nonsense"),
    ],
)
def test_whatever_a_body_is_called_its_signature_counts(door: Doorway, kind: str | None) -> None:
    assert door.push(a_push(), content_type=kind).status_code == 200
    assert len(door.texts()) == 1


def test_a_body_in_base64_is_believed_over_its_bytes(door: Doorway) -> None:
    body = a_push("as bytes ü")
    answer = raw(b64encode(body).decode(), door.signed(body), is_base64=True)
    assert answer["statusCode"] == 200
    assert door.texts() == ["as bytes ü"]


def test_a_body_as_text_is_believed_over_its_bytes(door: Doorway) -> None:
    body = b'{"posts": [{"id": "1", "text": "stra\\u00dfe \\ud83d\\udd25 "}]}\r\n'
    assert raw(body.decode(), door.signed(body), is_base64=False)["statusCode"] == 200
    assert door.texts() == ["straße 🔥"]


@pytest.mark.parametrize(
    ("body", "is_base64"), [(None, False), ("", False), ("\ud800", False), ("no base64!", True)]
)
def test_a_body_that_is_none_is_not_believed(
    door: Doorway, body: str | None, is_base64: bool
) -> None:
    answer = raw(body, door.signed(a_push()), is_base64=is_base64)
    assert answer["statusCode"] == 401


class Challenging(FakeSource):
    """A platform that asks whether we are who we say, as Meta does."""

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        raise AssertionError

    def receive(self, push: Push) -> Received:
        assert push.method == "GET"
        return Received(answer=push.query["hub.challenge"])


def test_a_challenge_is_answered_as_plain_text(door: Doorway) -> None:
    sources = FakeSources(Challenging("our-forum"))
    sources.traits_of["our-forum"] = RECEIVES
    with wiring.override(sources=sources, now=lambda: NOW):
        wiring.warm.made.pop("pushes", None)
        answer = Browser(None).get(f"{PATH}?hub.mode=subscribe&hub.challenge=%3Cb%3E1158201444")
    assert (answer.status_code, answer.body) == (200, b"<b>1158201444")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# --- what is not -----------------------------------------------------------------------------


def test_nobody_learns_from_outside_which_sources_there_are(door: Doorway) -> None:
    """No such source, one that is pulled, one without its key, a bad or no signature, a GET."""
    refused = [
        door.push(a_push(), to="/push/nobody"),
        door.push(a_push(), to="/push/Not%20a%20name"),
        door.push(a_push(), to="/push/mastodon-acme"),
        door.push(a_push(), to="/push/keyless"),
        door.push(a_push(), key=OTHER),
        door.push(a_push(), webhook_signature=None),
        door.push(a_push(), webhook_timestamp="1795289000"),
        Browser(None).get(PATH),
        Browser(None).get("/push/nobody"),
    ]
    assert {(one.status_code, one.body) for one in refused} == {(401, refused[0].body)}
    assert len({tuple(sorted(one.headers.items())) for one in refused}) == 1
    assert door.texts() == []
    assert door.unread.kept == {}


def test_a_source_whose_key_is_missing_is_told_to_those_who_keep_the_desk(door: Doorway) -> None:
    door.push(a_push(), to="/push/keyless")
    assert [notice.kind for notice in door.notices.told] == ["push:keyless"]


def test_who_is_believed_and_not_understood_hears_why_and_is_kept(door: Doorway) -> None:
    answer = door.push(b'{"post": []}')
    assert answer.status_code == 400
    assert answer.json_body["finding"] == "has no posts, no gone and no id"
    assert list(door.unread.kept.values()) == [b'{"post": []}']


def test_what_cannot_be_stored_is_an_error_so_that_it_comes_again(door: Doorway) -> None:
    class Broken(FakeMentions):
        def add(self, pulled: Pulled, *, look_at: datetime | None = None) -> bool:
            raise OSError("the table does not answer")

    with wiring.override(mentions=Broken(), now=lambda: NOW):
        for name in ("pushes", "keeping"):
            wiring.warm.made.pop(name, None)
        assert door.push(a_push()).status_code == 500
    assert door.push(a_push()).status_code == 200
    assert len(door.texts()) == 1


@pytest.mark.parametrize("to", [PATH, "/push/nobody"])
def test_what_is_larger_than_any_honest_push_is_refused_unread(door: Doorway, to: str) -> None:
    answer = door.push(b" " * (MAX_PUSH + 1), to=to)
    assert answer.status_code == 413
    assert door.push(b'{"posts": []}'.ljust(MAX_PUSH)).status_code == 200


def test_nothing_that_is_pushed_and_no_key_is_logged(
    door: Doorway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "nightdesk"):
        door.push(a_push("a private matter"))
        door.push(b'{"private": "matter"}')
        door.push(a_push("a private matter"), key=OTHER)
    said = str([record.__dict__ for record in caplog.records])
    assert "push_received" in said
    assert "matter" not in said
    assert KEY.removeprefix("whsec_") not in said


# --- how often -------------------------------------------------------------------------------


def test_who_proves_nothing_is_soon_not_heard_any_more_and_costs_nothing(door: Doorway) -> None:
    for _ in range(REFUSED_PUSHES):
        assert door.push(a_push(), key=OTHER).status_code == 401
    counted = door.office.limits.hits.copy()
    answer = door.push(a_push(), key=OTHER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    door.office.desks = door.office.parameters = None  # type: ignore[assignment]
    assert door.push(a_push()).status_code == 429
    assert door.office.limits.hits == counted


def test_it_is_heard_again_in_the_next_minute(door: Doorway) -> None:
    for _ in range(REFUSED_PUSHES + 1):
        door.push(a_push(), key=OTHER)
    door.office.pass_time(seconds=60)
    assert door.push(a_push()).status_code == 200


def test_another_address_and_another_source_are_heard_meanwhile(door: Doorway) -> None:
    for _ in range(REFUSED_PUSHES + 1):
        door.push(a_push(), key=OTHER)
    body = a_push()
    assert door.push(body, to="/push/second").status_code == 200
    assert raw(body.decode(), door.signed(body), is_base64=False)["statusCode"] == 200


@pytest.mark.parametrize("first", ["/push/nobody", "/push/-", PATH])
def test_how_soon_somebody_is_not_heard_says_nothing_of_which_sources_there_are(
    door: Doorway, first: str
) -> None:
    for _ in range(REFUSED_PUSHES + 1):
        door.push(a_push(), to=first, key=OTHER)
    names = ("another", "second", "mastodon-acme", "keyless")
    assert {door.push(a_push(), to=f"/push/{one}", key=OTHER).status_code for one in names} == {401}
    assert door.push(a_push(), to=first, key=OTHER).status_code == 429


def test_a_storm_of_believed_pushes_is_heard_whole_and_counts_nothing(door: Doorway) -> None:
    for number in range(500):
        assert door.push(a_push(id=str(number))).status_code == 200
    assert len(door.texts()) == 500
    assert door.office.limits.hits == {}


def test_when_nothing_can_be_counted_what_proves_nothing_is_still_refused(door: Doorway) -> None:
    door.office.limits.trouble = OSError("the table does not answer")
    assert door.push(a_push(), key=OTHER).status_code == 401
    assert door.push(a_push()).status_code == 200


def test_a_recording_of_yesterday_is_not_believed(door: Doorway) -> None:
    body = a_push()
    headers = door.signed(body)
    door.office.pass_time(days=1)
    assert Browser(None).request("POST", PATH, headers=headers, body=body).status_code == 401
    assert timedelta(days=1) == door.office.now - NOW
