"""Posts that any system pushes, signed.

Signatures are made by `standardwebhooks`, the library of those who wrote the standard; the vector
is theirs (github.com/standard-webhooks/standard-webhooks, libraries/python/tests).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import BadInput, NotAllowed
from chalicelib.http.signing import MOST_SIGNATURES, is_hub_signed, is_signed
from chalicelib.ports import Cursor, Probing, Push
from chalicelib.sources import check_options
from tests.sources.contract import NOW, ReceiverContract, ReceiverStage

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
PAGE = Path(__file__).parents[2] / "docs" / "sources" / "webhook.md"

MINUTE = timedelta(minutes=1)


class Sender(ReceiverStage):
    """A system that signs by the standard."""

    secret = KEY

    def __init__(self) -> None:
        super().__init__()
        self.options: dict[str, Any] = {"platform": "forum"}
        self._pushes = 0

    def entry(self) -> SourceEntry:
        return SourceEntry(name="our-forum", kind="webhook", brand="acme", options=self.options)

    def push(self, posts: Sequence[tuple[str, datetime]], *, author: str = "carla") -> Push:
        return self.of(
            posts=[
                {
                    "id": f"post-{number}",
                    "text": text,
                    "posted_at": at.isoformat(),
                    "author": {"handle": author},
                }
                for number, (text, at) in enumerate(posts)
            ]
        )

    def broken(self, good: str) -> Push:
        return self.of(posts=[{"id": "1", "text": good}, {"id": []}, {"id": "3", "text": good}])

    def of(self, **body: Any) -> Push:
        return self.signed(json.dumps(body).encode())

    def one(self, **post: Any) -> Push:
        return self.of(**{"id": "1", "text": "acme is down"} | post)

    def signed(self, body: bytes, *, keys: Sequence[str] = (KEY,), at: datetime = NOW) -> Push:
        self._pushes += 1
        id = f"msg_{self._pushes}"
        made = [_signed_by(key, id, at, body) for key in keys]
        headers = {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(made),
        }
        return Push(method="POST", query={}, headers=headers, body=body)


def _signed_by(key: str, id: str, at: datetime, body: bytes) -> str:
    signer = Signer(key)
    try:
        return signer.sign(msg_id=id, timestamp=at, data=body.decode())
    except UnicodeDecodeError:  # the library signs text alone; other senders sign anything
        signed = f"{id}.{int(at.timestamp())}.".encode() + body
        digest = hmac.new(signer._whsecret, signed, hashlib.sha256).digest()
        return "v1," + base64.b64encode(digest).decode()


class HubSender(Sender):
    """A system that signs as GitHub does."""

    secret = "It's a Secret to Everybody"

    def __init__(self) -> None:
        super().__init__()
        self.options = {"signature": "hub"}

    def signed(self, body: bytes, *, keys: Sequence[str] = (), at: datetime = NOW) -> Push:
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}
        return Push(method="POST", query={}, headers=headers, body=body)


@pytest.fixture
def pushing() -> Sender:
    return Sender()


class TestStandard(ReceiverContract):
    another_secret = OTHER


class TestHub(ReceiverContract):
    @pytest.fixture
    def pushing(self) -> HubSender:
        return HubSender()


# --- what a post may say -------------------------------------------------------------------


def test_the_example_of_the_page_is_believed_and_understood(pushing: Sender) -> None:
    head, body = PAGE.read_text().partition("```http\n")[2].partition("\n```")[0].split("\n\n")
    headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:])
    headers["webhook-signature"] = head.partition("webhook-signature: ")[2].splitlines()[0]
    push = Push(method="POST", query={}, headers=headers, body=body.encode())
    received = pushing.received(push)
    assert [one.mention.id for one in received.pulled] == ["forum.4711", "forum.4712"]
    assert (received.refused, received.gone) == ((), ("4690",))
    first = received.pulled[0].mention
    assert first.author is not None
    assert (first.author.handle, first.author.followers) == ("carla", 1200)
    assert (first.text, first.is_addressed) == ("the whole site is down", True)
    assert received.pulled[1].mention.in_reply_to == "4711"


def test_every_field_of_a_post_becomes_what_it_means(pushing: Sender) -> None:
    post = {
        "id": 4711,
        "text": "cold soup",
        "posted_at": "2026-11-21T20:29:00+01:00",
        "edited_at": "2026-11-21T19:29:30Z",
        "url": "https://forum.example/4711",
        "author": {
            "handle": "@carla",
            "name": "Carla",
            "followers": 7,
            "is_verified": True,
            "url": "https://forum.example/carla",
            "shoe_size": 38,
        },
        "stars": 2,
        "language": "de-AT",
        "in_reply_to": 4710,
        "quotes": "4700",
        "shares": 3,
        "is_private": True,
        "media": [{"url": "https://forum.example/1.jpg", "alt": "soup"}, {}],
        "colour": "green",
    }
    (one,) = pushing.received(pushing.one(**post)).pulled
    mention, author = one.mention, one.mention.author
    assert mention.id == "forum.4711"
    assert mention.text == "★★☆☆☆ cold soup"
    assert mention.posted_at == datetime(2026, 11, 21, 19, 29, tzinfo=UTC)
    assert one.edited_at == datetime(2026, 11, 21, 19, 29, 30, tzinfo=UTC)
    assert author is not None
    assert (author.handle, author.name, author.followers) == ("carla", "Carla", 7)
    assert (author.is_verified, author.is_account) == (True, True)
    assert (mention.language, mention.in_reply_to, mention.quotes_id) == ("de", "4710", "4700")
    assert (mention.shares, mention.is_private, mention.is_addressed) == (3, True, True)
    assert mention.media[0].alt == "soup"
    assert json.loads(one.raw)["colour"] == "green"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", " "])
def test_what_is_no_web_address_is_left_out(pushing: Sender, url: str) -> None:
    author, media = {"handle": "carla", "url": url}, [{"url": url, "alt": "soup"}]
    (one,) = pushing.received(pushing.one(url=url, author=author, media=media)).pulled
    assert one.mention.author is not None
    assert (one.mention.url, one.mention.author.url, one.mention.media[0].url) == ("", "", "")


def test_a_number_of_followers_that_nobody_has_is_none(pushing: Sender) -> None:
    for followers in (-1, -(2**63)):
        author = {"handle": "carla", "followers": followers}
        (one,) = pushing.received(pushing.one(author=author)).pulled
        assert one.mention.author is not None
        assert one.mention.author.followers is None


def test_of_a_post_only_id_and_text_are_needed(pushing: Sender) -> None:
    (one,) = pushing.received(pushing.one()).pulled
    assert (one.mention.posted_at, one.mention.author, one.edited_at) == (NOW, None, None)
    instants = ("posted_at", "edited_at")
    ids = ("in_reply_to", "quotes", "posts", "gone")
    others = ("url", "author", "stars", "language", "shares", "is_addressed", "is_private", "media")
    nulls = dict.fromkeys((*instants, *ids, *others))
    (same,) = pushing.received(pushing.one(**nulls)).pulled
    assert same.mention == one.mention


def test_a_review_of_stars_alone_is_one(pushing: Sender) -> None:
    (one,) = pushing.received(pushing.one(text=None, stars=1)).pulled
    assert one.mention.text == "★☆☆☆☆"


def test_a_name_without_a_handle_is_nobodys_account(pushing: Sender) -> None:
    (one,) = pushing.received(pushing.one(author={"name": "A guest"})).pulled
    assert one.mention.author is not None
    assert (one.mention.author.handle, one.mention.author.is_account) == ("A guest", False)
    assert pushing.received(pushing.one(author={})).pulled[0].mention.author is None


def test_without_a_platform_the_name_of_the_source_is_one(pushing: Sender) -> None:
    pushing.options = {}
    assert pushing.received(pushing.one()).pulled[0].mention.platform == "our-forum"


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": ""},
        {"id": {}},
        {"text": 7},
        {"text": "", "stars": 9},
        {"posted_at": "2026-11-21T19:29:00"},
        {"posted_at": "noon"},
        {"posted_at": "0001-01-01T00:00:00+23:00"},
        {"edited_at": 7},
        {"author": "carla"},
        {"author": {"followers": "many"}},
        {"stars": "two"},
        {"media": {}},
        {"shares": 2.5},
    ],
)
def test_a_post_of_wrong_kinds_is_told_by_its_id_and_not_by_its_words(
    pushing: Sender, wrong: dict[str, Any]
) -> None:
    good, bad = {"id": "8", "text": "acme"}, {"id": "9", "text": "hush"} | wrong
    received = pushing.received(pushing.of(posts=[bad, good]))
    assert [one.mention.platform_id for one in received.pulled] == ["8"]
    (told,) = received.refused
    assert "hush" not in told
    assert ("9" in told) is ("id" not in wrong)


def test_what_is_gone_is_told_by_its_ids_and_a_wrong_one_stops_no_other(pushing: Sender) -> None:
    received = pushing.received(pushing.of(gone=["7", 8, {}, None, "9"]))
    assert received.gone == ("7", "8", "9")
    assert len(received.refused) == 2


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "send posts, gone, or one post"),
        (b"{}", "no posts, no gone and no id"),
        (b'{"posts": null}', "no posts, no gone and no id"),
        (b'{"posts": 7}', "posts"),
        (b'{"gone": "7"}', "gone"),
        (b'{"id": "1", "posts": []}', "an id and posts"),
    ],
)
def test_a_push_that_says_nothing_hears_what_to_send(
    pushing: Sender, body: bytes, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        pushing.received(pushing.signed(body))


# --- whom it is from -----------------------------------------------------------------------


@pytest.mark.parametrize("off", [-5 * MINUTE, 5 * MINUTE, -MINUTE, timedelta(0)])
def test_a_clock_that_is_minutes_off_is_believed(pushing: Sender, off: timedelta) -> None:
    assert pushing.received(pushing.signed(b'{"posts": []}', at=NOW + off)).pulled == ()


@pytest.mark.parametrize(
    "off", [-5 * MINUTE - timedelta(seconds=1), timedelta(minutes=6), -NOW.day * 1440 * MINUTE]
)
def test_a_recording_is_not_believed(pushing: Sender, off: timedelta) -> None:
    with pytest.raises(NotAllowed):
        pushing.received(pushing.signed(b'{"posts": []}', at=NOW + off))


@pytest.mark.parametrize("timestamp", ["", "soon", "1795289400.0", "+1795289400", "９", "9" * 999])
def test_a_timestamp_that_is_none_is_not_believed(pushing: Sender, timestamp: str) -> None:
    push = pushing.one()
    with pytest.raises(NotAllowed):
        pushing.received(replace(push, headers={**push.headers, "webhook-timestamp": timestamp}))


def test_what_was_signed_is_not_believed_as_another_push_cut_elsewhere(pushing: Sender) -> None:
    """A post may hold `.<time>.`; were the id allowed dots, what follows would count as a push."""
    whole = b'{"posts": [{"id": "1", "text": ".%d.[]"}]}' % (NOW.timestamp() + 3600)
    push = pushing.signed(whole)
    before, time, after = push.body.decode().partition(f".{int(NOW.timestamp()) + 3600}.")
    id = f"{push.headers['webhook-id']}.{push.headers['webhook-timestamp']}.{before}"
    headers = {**push.headers, "webhook-id": id, "webhook-timestamp": time.strip(".")}
    pushing.now = NOW + timedelta(hours=1)
    with pytest.raises(NotAllowed):
        pushing.received(replace(push, headers=headers, body=after.encode()))


def test_of_two_keys_either_is_believed(pushing: Sender) -> None:
    both = f"{OTHER}\n\n  {KEY}\n"
    for key in (KEY, OTHER):
        push = pushing.signed(b'{"posts": []}', keys=[key])
        assert pushing.received(push, both).refused == ()


def test_of_two_signatures_one_is_enough(pushing: Sender) -> None:
    push = pushing.signed(b'{"posts": []}', keys=[OTHER, KEY])
    assert pushing.received(push).refused == ()


def test_of_many_signatures_only_some_are_looked_at(pushing: Sender) -> None:
    push = pushing.signed(b'{"posts": []}', keys=[OTHER] * MOST_SIGNATURES + [KEY])
    with pytest.raises(NotAllowed):
        pushing.received(push)


def test_a_signature_of_another_version_proves_nothing(pushing: Sender) -> None:
    push = pushing.one()
    for version in ("v1a,", "v2,", "", "V1,"):
        signature = version + push.headers["webhook-signature"].removeprefix("v1,")
        with pytest.raises(NotAllowed):
            pushing.received(
                replace(push, headers={**push.headers, "webhook-signature": signature})
            )


def test_who_signs_one_way_is_not_believed_the_other(pushing: Sender) -> None:
    hub = HubSender()
    hub.secret = pushing.secret
    with pytest.raises(NotAllowed):
        pushing.received(hub.one())
    with pytest.raises(NotAllowed):
        hub.received(pushing.one())


def test_the_vector_of_the_standard_is_believed() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    key = Signer(KEY)._whsecret
    assert is_signed(headers, b'{"test": 2432232314}', [key], now=at)
    assert not is_signed(headers, b'{"test": 2432232315}', [key], now=at)


def test_the_vector_of_github_is_believed() -> None:
    """docs.github.com, "Validating webhook deliveries", testing the webhook payload validation."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"x-hub-signature-256": signature}
    assert is_hub_signed(headers, b"Hello, World!", [b"It's a Secret to Everybody"])
    assert not is_hub_signed(headers, b"Hello, World", [b"It's a Secret to Everybody"])


# --- what it is configured as ---------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", " \n ", "hunter2", f"{KEY}\nhunter2", "whsec_é"])
def test_a_key_that_anybody_may_guess_opens_nothing_and_is_not_told(secret: str) -> None:
    with pytest.raises(BadInput, match="secret: ") as refused:
        Sender().source(secret)
    assert not secret.strip() or secret.splitlines()[-1] not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"platform": "Our Forum"}, "platform: 'Our Forum'"),
        ({"platform": "a" * 41}, "platform"),
        ({"signature": "none"}, "use standard or hub"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, object], why: str) -> None:
    assert any(why in found for found in check_options("webhook", options))


def test_without_a_key_it_is_refused() -> None:
    assert "signing key" in str(check_options("webhook", {}, has_secret=False))


def test_it_is_never_asked_and_has_nothing_to_give(pushing: Sender) -> None:
    batch = pushing.source().fetch(None, deadline=NOW)
    assert (batch.pulled, batch.cursor, batch.is_caught_up) == ((), None, True)
    assert pushing.source().fetch(Cursor("1:x"), deadline=NOW).cursor == "1:x"


def test_a_probe_says_where_to_push(pushing: Sender) -> None:
    source = pushing.source()
    assert isinstance(source, Probing)
    assert source.probe(deadline=NOW).works == ("takes signed pushes at /push/our-forum",)
