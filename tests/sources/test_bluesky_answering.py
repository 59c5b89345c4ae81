"""Bluesky: replies and direct messages, against the rules of its own server and chat.

`packages/pds/src/api/com/atproto/repo/putRecord.ts` and `src/pipethrough.ts`, and the lexicons
`chat.bsky.convo.*`, of github.com/bluesky-social/atproto (August 2026).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import PrivateReplier, Replier
from tests.builders import a_reply
from tests.http.loopback import Answer, Asked, serving
from tests.sources.contract import NOW
from tests.sources.test_bluesky import CID, DAN, OWN, Town, error, fetched, instant, said


class TalkingTown(Town):
    """It also takes posts of ours, and messages."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, Any] = {}
        self.messages: list[dict[str, Any]] = []
        self.has_conversation = False
        self.refuses_chat = ""

    def answer(self, asked: Asked) -> Answer:
        if asked.path.startswith("/xrpc/chat."):
            assert asked.headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"
            if self.scope == "com.atproto.appPass":
                return error("InvalidToken", "Bad token method")
        return super().answer(asked)

    def on_put_record(self, asked: Asked) -> Answer:
        told = json.loads(asked.body)
        assert told["repo"] == OWN
        if "graphemes" in told["record"]["text"]:
            words = "Invalid app.bsky.feed.post record: grapheme too big (maximum 300)"
            return error("InvalidRequest", words)
        assert "swapRecord" in told
        if told["swapRecord"] is None and told["rkey"] in self.records:
            return error("InvalidSwap", "Record was at bafyrei")
        self.records[told["rkey"]] = told["record"]
        return said({"uri": f"at://{OWN}/{told['collection']}/{told['rkey']}", "cid": CID})

    def on_get_record(self, asked: Asked) -> Answer:
        rkey = asked.query["rkey"][0]
        if asked.query["repo"] == [OWN] and rkey in self.records:
            uri = f"at://{OWN}/app.bsky.feed.post/{rkey}"
            return said({"uri": uri, "cid": CID, "value": self.records[rkey]})
        return super().on_get_record(asked)

    def on_resolve_handle(self, asked: Asked) -> Answer:
        if asked.query["handle"] == ["dan.test"]:
            return said({"did": DAN})
        return error("InvalidRequest", "Unable to resolve handle")

    def on_get_convo_for_members(self, asked: Asked) -> Answer:
        assert asked.query["members"] == [DAN]
        if self.refuses_chat:
            return error(self.refuses_chat)
        self.has_conversation = True
        return said({"convo": {"id": "3kconvo", "rev": "1", "members": [], "unreadCount": 0}})

    def on_get_convo_availability(self, asked: Asked) -> Answer:
        convo = {"convo": {"id": "3kconvo"}} if self.has_conversation else {}
        return said({"canChat": not self.refuses_chat} | convo)

    def on_send_message(self, asked: Asked) -> Answer:
        told = json.loads(asked.body)
        assert told["convoId"] == "3kconvo"
        return said(self.say(told["message"], by=OWN, at=self.now))

    def on_get_messages(self, asked: Asked) -> Answer:
        assert asked.query["convoId"] == ["3kconvo"]
        return said({"messages": self.messages[::-1]})

    def say(self, message: dict[str, Any], *, by: str, at: datetime) -> dict[str, Any]:
        told = {"id": f"3km{len(self.messages)}", "rev": "1", "sentAt": instant(at)}
        self.messages.append(told | {"sender": {"did": by}} | message)
        return self.messages[-1]

    def mention(self, **over: Any) -> Mention:
        self.add(at=NOW, **over)
        return fetched(self)


@contextmanager
def talking() -> Iterator[TalkingTown]:
    town = TalkingTown()
    with serving(town.answer) as server:
        town.server = server
        yield town


@pytest.fixture
def town() -> Iterator[TalkingTown]:
    with talking() as town:
        yield town


def replier(town: Town) -> Replier:
    return town.source()


def private_replier(town: Town) -> PrivateReplier:
    return town.source()


def a_private_reply(**over: Any) -> Reply:
    return a_reply(is_private=True, approved_at=NOW, **over)


def lost(town: Town, method: str, *, after: bool) -> None:
    """The next answers to `method` are lost, after what was asked was done, or before."""

    def instead(asked: Asked) -> Answer | None:
        if not asked.path.endswith(method):
            return None
        if after:
            town.instead = lambda asked: None
            town.answer(asked)
            town.instead = instead
        return Answer(is_reset=True)

    town.instead = instead


def test_a_reply_stands_beneath_the_post_in_its_thread(town: TalkingTown) -> None:
    root = {"uri": f"at://{DAN}/app.bsky.feed.post/3kroot", "cid": CID}
    mention = town.mention(record={"reply": {"root": root, "parent": root}})
    town.now += timedelta(minutes=7)
    published = replier(town).reply(mention, a_reply(text="We are on it. Ana"))
    ((rkey, record),) = town.records.items()
    parent = {"uri": mention.platform_id, "cid": CID}
    assert record == {
        "$type": "app.bsky.feed.post",
        "text": "We are on it. Ana",
        "createdAt": instant(town.now),
        "reply": {"root": root, "parent": parent},
    }
    assert published.platform_id == f"at://{OWN}/app.bsky.feed.post/{rkey}"
    assert published.url == f"https://bsky.app/profile/{OWN}/post/{rkey}"


def test_a_reply_to_the_first_post_of_a_thread_has_it_as_root(town: TalkingTown) -> None:
    mention = town.mention()
    replier(town).reply(mention, a_reply())
    (record,) = town.records.values()
    assert record["reply"]["root"] == record["reply"]["parent"]


def test_whom_a_reply_names_is_told_of_it(town: TalkingTown) -> None:
    replier(town).reply(town.mention(), a_reply(text="@dan.test @nobody.test sorry"))
    (record,) = town.records.values()
    (facet,) = record["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": DAN}]
    assert facet["index"] == {"byteStart": 0, "byteEnd": 9}


def test_the_same_reply_is_published_once_however_often_it_is_sent(town: TalkingTown) -> None:
    mention, reply = town.mention(), a_reply()
    first = replier(town).reply(mention, reply)
    town.now += timedelta(hours=1)
    assert replier(town).reply(mention, reply) == first
    assert len(town.records) == 1


def test_two_customers_are_both_answered_though_their_replies_have_one_id(
    town: TalkingTown,
) -> None:
    town.add(at=NOW)
    town.add(at=NOW)
    for one in town.source().fetch(None, deadline=town.soon).pulled:
        replier(town).reply(one.mention, a_reply())
    assert len(town.records) == 2


def test_a_reply_whose_answer_is_lost_is_found_by_the_client_itself(town: TalkingTown) -> None:
    mention, reply = town.mention(), a_reply()
    count = 0

    def instead(asked: Asked) -> Answer | None:
        nonlocal count
        if not asked.path.endswith("putRecord") or count:
            return None
        count += 1
        town.on_put_record(asked)
        return Answer(is_reset=True)

    town.instead = instead
    published = replier(town).reply(mention, reply)
    assert replier(town).find_reply(mention, reply) == published
    assert len(town.records) == 1


@pytest.mark.parametrize("after", [True, False])
def test_a_reply_whose_answers_are_all_lost_is_of_unknown_outcome(
    town: TalkingTown, after: bool
) -> None:
    mention, reply = town.mention(), a_reply()
    lost(town, "putRecord", after=after)
    with pytest.raises(OutcomeUnknown):
        replier(town).reply(mention, reply)
    town.instead = lambda asked: None
    assert (replier(town).find_reply(mention, reply) is not None) is after


def test_a_reply_that_stands_but_cannot_be_looked_at_is_of_unknown_outcome(
    town: TalkingTown,
) -> None:
    mention, reply = town.mention(), a_reply()
    replier(town).reply(mention, reply)
    town.instead = lambda asked: Answer(status=500) if asked.path.endswith("getRecord") else None
    with pytest.raises(OutcomeUnknown):
        replier(town).reply(mention, reply)


def test_what_stands_under_the_same_key_beneath_another_post_is_not_the_reply(
    town: TalkingTown,
) -> None:
    mention, reply = town.mention(), a_reply()
    replier(town).reply(mention, reply)
    (record,) = town.records.values()
    record["reply"]["parent"]["uri"] = "at://did:plc:other/app.bsky.feed.post/3k"
    assert replier(town).find_reply(mention, reply) is None
    with pytest.raises(SourceRefused, match="another reply of ours"):
        replier(town).reply(mention, reply)


def test_a_reply_whose_answer_cannot_be_read_is_of_unknown_outcome(town: TalkingTown) -> None:
    mention = town.mention()
    town.instead = lambda asked: Answer(body=b"{") if asked.path.endswith("putRecord") else None
    with pytest.raises(OutcomeUnknown):
        replier(town).reply(mention, a_reply())


def test_a_reply_that_the_server_does_not_take_is_refused_with_its_reason(
    town: TalkingTown,
) -> None:
    with pytest.raises(SourceRefused, match="maximum 300"):
        replier(town).reply(town.mention(), a_reply(text="too many graphemes"))


def test_a_reply_to_a_post_that_is_gone_is_refused(town: TalkingTown) -> None:
    mention = town.mention()
    town.deleted.add(mention.platform_id)
    with pytest.raises(SourceRefused, match="gone"):
        replier(town).reply(mention, a_reply())


def test_a_reply_to_whoever_takes_none_is_refused(town: TalkingTown) -> None:
    mention = town.mention(viewer={"replyDisabled": True})
    with pytest.raises(SourceRefused, match="does not take replies from us"):
        replier(town).reply(mention, a_reply())
    assert town.records == {}


def test_a_reply_is_not_begun_while_the_server_is_down(town: TalkingTown) -> None:
    mention = town.mention()
    town.instead = lambda asked: Answer(status=503)
    with pytest.raises(SourceUnavailable):
        replier(town).reply(mention, a_reply())
    assert town.asked("putRecord") == []


def test_a_reply_after_the_session_has_expired_goes_out_once(town: TalkingTown) -> None:
    mention = town.mention()
    source = town.source()
    town.expire()
    source.reply(mention, a_reply())
    assert len(town.records) == 1


@pytest.mark.parametrize(
    "broken", [Answer(status=500), Answer(status=403), error("AccountTakedown", "", 401)]
)
def test_what_cannot_be_looked_up_is_unavailable(town: TalkingTown, broken: Answer) -> None:
    mention = town.mention()
    town.instead = lambda asked: broken if asked.path.endswith("getRecord") else None
    with pytest.raises(SourceUnavailable):
        replier(town).find_reply(mention, a_reply())


def test_a_reply_that_was_never_sent_is_not_there(town: TalkingTown) -> None:
    assert replier(town).find_reply(town.mention(), a_reply()) is None


# --- in private --------------------------------------------------------------------------


def test_a_private_reply_is_a_direct_message_about_the_post(town: TalkingTown) -> None:
    mention = town.mention()
    reply = a_private_reply(text="Your number, please: https://x.example")
    published = private_replier(town).reply_privately(mention, reply)
    (message,) = town.messages
    assert message["text"] == reply.text
    assert message["embed"]["record"] == {"uri": mention.platform_id, "cid": CID}
    assert [one["features"][0]["uri"] for one in message["facets"]] == ["https://x.example"]
    assert published.platform_id == "3km0"
    assert published.url == "https://bsky.app/messages/3kconvo"


def test_a_private_reply_reaches_its_author_although_the_post_is_gone(town: TalkingTown) -> None:
    mention, reply = town.mention(), a_private_reply()
    town.deleted.add(mention.platform_id)
    published = private_replier(town).reply_privately(mention, reply)
    assert "embed" not in town.messages[0]
    assert replier(town).find_reply(mention, reply) == published


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("MessagesDisabled", "take no direct messages; answer in public"),
        ("NotFollowedBySender", "only from whom they follow; answer in public"),
        ("BlockedActor", "blocked"),
        ("RecipientNotFound", "their account is gone"),
        ("SomethingNew", "SomethingNew"),
    ],
)
def test_why_somebody_cannot_be_written_to_is_said_in_words(
    town: TalkingTown, why: str, words: str
) -> None:
    mention = town.mention()
    town.refuses_chat = why
    with pytest.raises(SourceRefused, match=words):
        private_replier(town).reply_privately(mention, a_private_reply())
    assert town.messages == []


def test_a_password_without_leave_for_messages_is_told_and_signs_in_once(
    town: TalkingTown,
) -> None:
    town.scope = "com.atproto.appPass"
    mention = town.mention()
    with pytest.raises(SourceRefused, match="may not send direct messages; make one that allows"):
        private_replier(town).reply_privately(mention, a_private_reply())
    with pytest.raises(SourceUnavailable, match="may not send direct messages"):
        replier(town).find_reply(mention, a_private_reply())
    assert (len(town.asked("createSession")), town.asked("refreshSession")) == (1, [])


def test_a_private_reply_whose_answer_is_lost_is_of_unknown_outcome_and_found(
    town: TalkingTown,
) -> None:
    mention, reply = town.mention(), a_private_reply()
    lost(town, "sendMessage", after=True)
    with pytest.raises(OutcomeUnknown):
        private_replier(town).reply_privately(mention, reply)
    town.instead = lambda asked: None
    found = replier(town).find_reply(mention, reply)
    assert found is not None
    assert found.platform_id == "3km0"
    assert len(town.messages) == 1


def test_without_a_conversation_there_is_no_private_reply_and_none_is_begun(
    town: TalkingTown,
) -> None:
    assert replier(town).find_reply(town.mention(), a_private_reply()) is None
    assert not town.has_conversation


def test_the_same_words_of_another_day_or_by_the_customer_are_not_the_reply(
    town: TalkingTown,
) -> None:
    mention, reply = town.mention(), a_private_reply(text="We are on it")
    town.has_conversation = True
    town.say({"text": "We are on it"}, by=OWN, at=NOW - timedelta(days=1))
    town.say({"text": "We are on it"}, by=DAN, at=NOW)
    town.say({"text": "Sorry!"}, by=OWN, at=NOW)
    town.messages.append({"id": "3kd", "sender": {"did": OWN}, "sentAt": instant(NOW)})
    assert replier(town).find_reply(mention, reply) is None
    told = town.say({"text": "We are on it"}, by=OWN, at=NOW)
    found = replier(town).find_reply(mention, reply)
    assert found is not None
    assert found.platform_id == told["id"]


# --- how it will look --------------------------------------------------------------------


def test_a_preview_counts_as_the_platform_does(town: TalkingTown) -> None:
    mention = town.mention()
    text = "Sorry \N{WOMAN}\u200d\N{ROCKET} for the e\u0301clair"
    preview = replier(town).preview(mention, text, is_private=False)
    assert (preview.text, preview.length, preview.limit) == (text, 22, 300)
    assert replier(town).preview(mention, text, is_private=True).limit == 1_000


def test_a_refusal_says_nothing_of_our_session(town: TalkingTown) -> None:
    mention = town.mention()
    town.instead = lambda asked: (
        error("InvalidRequest", "uris must be at-uris") if "getPosts" in asked.path else None
    )
    with pytest.raises(SourceRefused, match="must be at-uris") as refused:
        replier(town).reply(mention, a_reply())
    assert not any(one in str(refused.value) for one in (*town.access, town.secret))
