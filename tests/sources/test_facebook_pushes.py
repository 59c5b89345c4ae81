"""What Facebook pushes, in the shapes that its documentation and others have recorded.

developers.facebook.com/docs/graph-api/webhooks/getting-started (challenge, signature),
/webhooks/reference/page (items and verbs), /documentation/business-messaging/messenger-platform/
webhooks/webhook-events/message-edits, and the pushes recorded in github.com/restfb/restfb, issues
735 (a mention) and 817 (a comment) (November 2026).
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import BadInput, NotAllowed
from chalicelib.domain.mention import Media, Mention
from chalicelib.ports import Push, Received, Receiver
from chalicelib.sources.facebook.graph import Credentials
from chalicelib.sources.facebook.standing import stands_on
from tests.sources.contract import NOW, ReceiverContract, ReceiverStage, ids, read_all
from tests.sources.test_facebook import APP_SECRET, PAGE, SECRET, TOKEN, VERIFY_TOKEN, staged

RECORDED_COMMENT: dict[str, Any] = {
    "entry": [
        {
            "changes": [
                {
                    "field": "feed",
                    "value": {
                        "from": {"id": "123456789098764", "name": "Test User or Page"},
                        "item": "comment",
                        "comment_id": "987654321_1491873277575158",
                        "post_id": "1122334455_987654321",
                        "verb": "add",
                        "parent_id": "1122334455_987654321",
                        "created_time": 1510092431,
                        "message": "more attachments more fun",
                    },
                }
            ],
            "id": "1122334455",
            "time": 1510092433,
        }
    ],
    "object": "page",
}
"""restfb issue 817, with the id of our page."""


class Webhook(ReceiverStage):
    """An application that is subscribed to the field `feed` of a page."""

    secret = SECRET

    def entry(self) -> SourceEntry:
        return SourceEntry(
            name="fb", kind="facebook", brand="acme", options={"page": PAGE}, secret="fb"
        )

    def signed(self, body: bytes) -> Push:
        digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature-256": f"sha256={digest}", "content-type": "application/json"}
        return Push(method="POST", query={}, headers=headers, body=body)

    def told(self, *changes: object, field: str = "feed", **over: Any) -> Push:
        entry = {
            "id": PAGE,
            "time": int(self.now.timestamp()),
            "changes": [{"field": field, "value": value} for value in changes],
        }
        return self.signed(json.dumps({"object": "page", "entry": [entry | over]}).encode())

    def messaged(self, *events: object) -> Push:
        entry = {"id": PAGE, "time": 1570053170926, "messaging": events}
        return self.signed(json.dumps({"object": "page", "entry": [entry]}).encode())

    def push(self, posts: Sequence[tuple[str, datetime]], *, author: str = "carla") -> Push:
        by = PAGE if author == "Alice" else author
        return self.told(
            *(
                comment(
                    message=text,
                    comment_id=f"987654321_{number}",
                    created_time=int(at.timestamp()),
                    **{"from": {"id": by, "name": author}},
                )
                for number, (text, at) in enumerate(posts, start=1)
            )
        )

    def broken(self, good: str) -> Push:
        return self.told(
            comment(message=good, comment_id="987654321_1"),
            comment(message=good, comment_id=None),
            comment(message=good, comment_id="987654321_2"),
        )


def comment(**over: Any) -> dict[str, Any]:
    value: dict[str, Any] = RECORDED_COMMENT["entry"][0]["changes"][0]["value"]
    return {name: one for name, one in (value | over).items() if one is not None}


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


def the_mention(received: Received) -> Mention:
    (pulled,) = received.pulled
    return pulled.mention


class TestPushes(ReceiverContract):
    another_secret = json.dumps(
        {"page_token": TOKEN, "app_secret": "another", "verify_token": VERIFY_TOKEN}
    )

    @pytest.fixture
    def pushing(self) -> ReceiverStage:
        return Webhook()


# --- the challenge -----------------------------------------------------------------------------

CHALLENGE = {
    "hub.mode": "subscribe",
    "hub.challenge": "1158201444",
    "hub.verify_token": VERIFY_TOKEN,
}
"""As webhooks/getting-started shows it, with our token."""


def a_get(**over: str) -> Push:
    query = CHALLENGE | {name.replace("_", ".", 1): value for name, value in over.items()}
    return Push(method="GET", query=query, headers={}, body=b"")


def test_whoever_knows_the_verify_token_gets_the_challenge_back(webhook: Webhook) -> None:
    assert webhook.received(a_get()) == Received(answer="1158201444")


@pytest.mark.parametrize("token", ["", "hush-verify-m", "HUSH-VERIFY-ME", "é\ud800"])
def test_whoever_does_not_is_told_nothing(webhook: Webhook, token: str) -> None:
    with pytest.raises(NotAllowed):
        webhook.received(a_get(hub_verify_token=token))
    with pytest.raises(NotAllowed):
        webhook.received(Push(method="GET", query={}, headers={}, body=b""))


@pytest.mark.parametrize(
    "over",
    [
        {"hub_mode": "unsubscribe"},
        {"hub_challenge": ""},
        {"hub_challenge": "<script>"},
        {"hub_challenge": "1" * 201},
    ],
)
def test_what_is_no_challenge_is_not_answered(webhook: Webhook, over: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        webhook.received(a_get(**over))


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        json.dumps({"page_token": TOKEN, "app_secret": APP_SECRET}),
        json.dumps({"page_token": TOKEN, "verify_token": VERIFY_TOKEN}),
    ],
)
def test_without_both_secrets_no_push_can_be_taken(webhook: Webhook, secret: str) -> None:
    assert not isinstance(webhook.source(secret), Receiver)


# --- the signature -----------------------------------------------------------------------------


def test_an_older_signature_proves_nothing(webhook: Webhook) -> None:
    push = webhook.told(comment())
    digest = hmac.new(APP_SECRET.encode(), push.body, hashlib.sha1).hexdigest()
    for name in ("x-hub-signature", "x-hub-signature-256"):
        headers = {name: f"sha1={digest}"}
        with pytest.raises(NotAllowed):
            webhook.received(Push(method="POST", query={}, headers=headers, body=push.body))


def test_a_push_about_something_else_is_taken_and_told(webhook: Webhook) -> None:
    """Facebook switches off what is refused again and again."""
    body = b'{"object": "user", "entry": [{"time": 1520383571, "id": "1", "uid": "1"}]}'
    received = webhook.received(webhook.signed(body))
    assert received.pulled == ()
    assert received.refused == ("object 'user' is not read; only page is",)


def test_another_page_of_the_application_is_another_source(webhook: Webhook) -> None:
    assert webhook.received(webhook.told(comment(), id="99")) == Received()


# --- comments and posts ------------------------------------------------------------------------


def test_a_recorded_comment_becomes_a_mention(webhook: Webhook) -> None:
    received = webhook.received(webhook.signed(json.dumps(RECORDED_COMMENT).encode()))
    (pulled,) = received.pulled
    mention = pulled.mention
    assert mention.platform_id == "987654321_1491873277575158"
    assert mention.text == "more attachments more fun"
    assert mention.posted_at == datetime(2017, 11, 7, 22, 7, 11, tzinfo=UTC)
    assert mention.in_reply_to == "1122334455_987654321"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("123456789098764", "Test User or Page")
    assert (mention.is_addressed, mention.is_private) == (True, False)
    assert pulled.edited_at is None
    assert json.loads(pulled.raw) == RECORDED_COMMENT["entry"][0]["changes"][0]


@pytest.mark.parametrize("spelled", ["whole", "half"])
def test_a_comment_that_is_pushed_and_pulled_is_one_mention(spelled: str) -> None:
    webhook = Webhook()
    with staged("comments") as wall:
        id = wall.add_comment(at=NOW)
        post = str(wall.posts["own"][0]["id"])
        (pulled,) = read_all(wall, None)[0]
    told = id if spelled == "whole" else id.rpartition("_")[2]
    pushed = the_mention(webhook.received(webhook.told(comment(comment_id=told, post_id=post))))
    assert pushed.id == pulled.mention.id


def test_a_post_that_is_pushed_and_pulled_is_one_mention(webhook: Webhook) -> None:
    with staged("feed") as wall:
        id = wall.add_post("feed", at=NOW)
        (pulled,) = read_all(wall, None)[0]
    value = {"item": "status", "verb": "add", "post_id": id, "message": "acme", "created_time": 9}
    assert the_mention(webhook.received(webhook.told(value))).id == pulled.mention.id


def test_the_answer_to_a_comment_knows_the_comment(webhook: Webhook) -> None:
    mention = the_mention(webhook.received(webhook.told(comment(parent_id="987654321_5"))))
    assert mention.in_reply_to == "987654321_5"


def test_the_answer_to_a_comment_elsewhere_is_known_to_stand_elsewhere(webhook: Webhook) -> None:
    """Else it would be asked for by its id, which is refused, and look as if it were gone."""
    elsewhere = comment(comment_id="5_7", post_id="998877_5", parent_id="5_6")
    mention = the_mention(webhook.received(webhook.told(elsewhere, field="mention")))
    assert mention.in_reply_to == "998877_5"
    assert not stands_on(PAGE, mention)


def test_a_recorded_mention_becomes_one(webhook: Webhook) -> None:
    """restfb issue 735: no text, no date, and the author in other fields."""
    recorded = {
        "post_id": "44444444_444444444",
        "sender_name": "Example Name",
        "item": "post",
        "sender_id": "44444444",
        "verb": "add",
    }
    mention = the_mention(webhook.received(webhook.told(recorded, field="mention")))
    assert mention.platform_id == "44444444_444444444"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("44444444", "Example Name")
    assert mention.posted_at == NOW
    assert mention.url == "https://www.facebook.com/44444444_444444444"


def test_the_address_of_a_post_is_taken_where_it_is_told(webhook: Webhook) -> None:
    post = {"permalink_url": "https://www.facebook.com/acme/posts/5", "status_type": "x"}
    mention = the_mention(webhook.received(webhook.told(comment(post=post))))
    assert mention.url == "https://www.facebook.com/acme/posts/5"
    mention = the_mention(webhook.received(webhook.told(comment(post=7))))
    assert mention.url == (
        "https://www.facebook.com/1122334455_987654321?comment_id=1491873277575158"
    )


@pytest.mark.parametrize(
    ("over", "urls"),
    [
        ({"photo": "https://s.example/1.jpg"}, ["https://s.example/1.jpg"]),
        ({"photos": ["https://s.example/1.jpg", 7, None]}, ["https://s.example/1.jpg"]),
        ({"video": "https://s.example/2.mp4", "photo": 7}, ["https://s.example/2.mp4"]),
        ({"item": "photo", "link": "https://s.example/3.jpg"}, ["https://s.example/3.jpg"]),
        ({"item": "share", "link": "https://elsewhere.example/"}, []),
        ({"photos": {"a": 1}, "photo": "javascript:alert(1)"}, []),
    ],
)
def test_pictures_and_films_are_kept(
    webhook: Webhook, over: dict[str, Any], urls: list[str]
) -> None:
    value = {"item": "status", "verb": "add", "post_id": f"{PAGE}_5", "message": "acme"} | over
    mention = the_mention(webhook.received(webhook.told(value)))
    assert mention.media == tuple(Media(url=url) for url in urls)


@pytest.mark.parametrize("verb", ["edited", "edit", "update"])
def test_an_edit_says_when(webhook: Webhook, verb: str) -> None:
    edited = int((NOW - timedelta(minutes=3)).timestamp())
    (pulled,) = webhook.received(
        webhook.told(comment(verb=verb, message="I don't", edited_time=edited))
    ).pulled
    assert (pulled.mention.text, pulled.edited_at) == ("I don't", NOW - timedelta(minutes=3))
    (pulled,) = webhook.received(webhook.told(comment(verb=verb))).pulled
    assert pulled.edited_at == NOW


def test_an_edit_without_words_takes_none_away(webhook: Webhook) -> None:
    value = {"item": "photo", "verb": "edited", "post_id": f"{PAGE}_5"}
    received = webhook.received(webhook.told(value, comment(verb="edited", message=None)))
    assert received == Received()


def test_what_is_removed_is_gone(webhook: Webhook) -> None:
    removed = comment(verb="remove", message=None, **{"from": None})
    post = {"item": "status", "verb": "delete", "post_id": f"{PAGE}_5"}
    received = webhook.received(webhook.told(removed, post, removed))
    assert received == Received(gone=("987654321_1491873277575158", f"{PAGE}_5"))


def test_what_is_written_and_removed_in_one_push_is_gone_alone(webhook: Webhook) -> None:
    received = webhook.received(webhook.told(comment(), comment(verb="remove")))
    assert (received.pulled, len(received.gone)) == ((), 1)


@pytest.mark.parametrize(
    "over",
    [
        {"verb": "hide"},
        {"verb": "unhide"},
        {"item": "reaction", "reaction_type": "love"},
        {"item": "reaction", "verb": "remove"},
        {"item": "like"},
        {"item": "rating"},
        {"from": {"id": PAGE, "name": "Acme"}},
        {"from": {"id": int(PAGE), "name": "Acme"}},
    ],
)
def test_what_nobody_said_to_us_is_passed_over(webhook: Webhook, over: dict[str, Any]) -> None:
    assert webhook.received(webhook.told(comment(**over))) == Received()


def test_other_fields_are_passed_over_whatever_they_hold(webhook: Webhook) -> None:
    for value in ({"rating": 5}, 7, "x", None):
        assert webhook.received(webhook.told(value, field="ratings")) == Received()


# --- messages ----------------------------------------------------------------------------------

MESSAGE: dict[str, Any] = {
    "sender": {"id": "4400"},
    "recipient": {"id": PAGE},
    "timestamp": 1458668856463,
    "message": {"mid": "mid.1458668856218:ed81099e15d3f4f233", "text": "my order is late"},
}


def test_a_message_is_a_private_mention(webhook: Webhook) -> None:
    (pulled,) = webhook.received(webhook.messaged(MESSAGE)).pulled
    mention = pulled.mention
    assert mention.is_private
    assert mention.is_addressed
    assert mention.platform_id == "mid.1458668856218:ed81099e15d3f4f233"
    assert (mention.text, mention.url) == ("my order is late", "")
    assert mention.author is not None
    assert mention.author.handle == "4400"
    assert mention.posted_at == datetime(2016, 3, 22, 17, 47, 36, 463000, tzinfo=UTC)


def test_a_recorded_edit_of_a_message_says_when(webhook: Webhook) -> None:
    """messenger-platform/webhooks/webhook-events/message-edits."""
    recorded = {
        "sender": {"id": "4400"},
        "recipient": {"id": PAGE},
        "timestamp": 1458668856463,
        "message_edit": {"mid": "mid.1", "text": "it came", "num_edit": "1"},
    }
    (pulled,) = webhook.received(webhook.messaged(recorded)).pulled
    assert (pulled.mention.text, pulled.edited_at) == ("it came", pulled.mention.posted_at)


def test_what_hangs_on_a_message_and_what_it_answers_is_kept(webhook: Webhook) -> None:
    message = {
        "mid": "mid.2",
        "attachments": [
            {"type": "image", "payload": {"url": "https://s.example/1.jpg"}},
            {"type": "fallback", "payload": None},
            7,
        ],
        "reply_to": {"mid": "mid.1"},
    }
    mention = the_mention(webhook.received(webhook.messaged(MESSAGE | {"message": message})))
    assert mention.media == (Media(url="https://s.example/1.jpg"),)
    assert (mention.text, mention.in_reply_to) == ("", "mid.1")


@pytest.mark.parametrize(
    "event",
    [
        MESSAGE | {"sender": {"id": PAGE}},
        MESSAGE | {"message": MESSAGE["message"] | {"is_echo": True}},
        {"sender": {"id": "4400"}, "delivery": {"mids": ["mid.1"], "watermark": 1458668856253}},
        {"sender": {"id": "4400"}, "timestamp": 1458668856463, "read": {"watermark": 1}},
        {"sender": {"id": "4400"}, "timestamp": 1458668856463, "reaction": {"mid": "mid.1"}},
    ],
    ids=["ours", "echo", "delivered", "read", "reaction"],
)
def test_what_is_no_message_to_us_is_passed_over(webhook: Webhook, event: dict[str, Any]) -> None:
    assert webhook.received(webhook.messaged(event)) == Received()


def test_a_message_that_is_taken_back_is_gone(webhook: Webhook) -> None:
    event = MESSAGE | {"message": {"mid": "mid.1", "is_deleted": True}}
    assert webhook.received(webhook.messaged(event)) == Received(gone=("mid.1",))


def test_changes_and_messages_of_several_entries_are_all_heard(webhook: Webhook) -> None:
    told = json.loads(webhook.told(comment()).body)
    told["entry"] += json.loads(webhook.messaged(MESSAGE).body)["entry"]
    received = webhook.received(webhook.signed(json.dumps(told).encode()))
    assert len(ids(received.pulled)) == 2


def test_an_entry_that_nobody_can_read_is_told_and_the_others_are_heard(webhook: Webhook) -> None:
    told = json.loads(webhook.told(comment()).body)
    told["entry"] = [{"id": PAGE, "time": 1, "changes": {}}, {"id": PAGE, "messaging": None}, 7]
    told["entry"] += json.loads(webhook.told(comment()).body)["entry"]
    received = webhook.received(webhook.signed(json.dumps(told).encode()))
    assert (len(received.pulled), len(received.refused)) == (1, 3)


def test_secrets_stay_out_of_sight() -> None:
    credentials = Credentials(page_token=TOKEN, app_secret=APP_SECRET, verify_token=VERIFY_TOKEN)
    assert "hush" not in repr(credentials)
