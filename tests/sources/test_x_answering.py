"""Answering on X, against a server with its rules about who may answer whom.

docs.x.com/x-api/posts/manage-tweets/integrate and /x-api/direct-messages/manage/integrate (August
2026); what a second reply of the same words gets is from github.com/akrherz/iembot, issue 163.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import PrivateReplier, Replier
from tests.builders import a_mention, a_reply
from tests.http.loopback import Answer, Asked, serving
from tests.sources.contract import NOW
from tests.sources.test_x import (
    ACCOUNT,
    CARLA,
    SIGNED,
    Platform,
    answer_with,
    problem,
)

NAMES_US = {"entities": {"mentions": [{"start": 0, "end": 6, "username": "alice", "id": ACCOUNT}]}}

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


class Writable(Platform):
    """The platform as far as it takes replies and messages."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.messages: list[dict[str, Any]] = []
        self.is_deaf = False
        """Whether it does what it is asked and then answers with nonsense."""

    def answered(self, asked: Asked) -> Answer:
        if asked.path == "/2/tweets" and asked.method == "POST":
            return self.replied(json.loads(asked.body))
        if asked.path == f"/2/users/{ACCOUNT}/tweets":
            own = [one for one in self.newest() if one["author_id"] == ACCOUNT]
            return self.listed(asked, own, "pagination_token")
        if asked.path == f"/2/users/by/username/{CARLA['username']}":
            return answer_with({"data": CARLA})
        if asked.path == f"/2/dm_conversations/with/{CARLA['id']}/messages":
            return self.messaged(json.loads(asked.body))
        assert asked.path == f"/2/dm_conversations/with/{CARLA['id']}/dm_events"
        newest, start = self.messages[::-1], int(asked.query.get("pagination_token", ["0"])[0])
        end = start + int(asked.query["max_results"][0])
        meta = {"result_count": 1} | ({"next_token": str(end)} if newest[end:] else {})
        return answer_with({"data": newest[start:end], "meta": meta})

    def replied(self, body: dict[str, Any]) -> Answer:
        above = body["reply"]["in_reply_to_tweet_id"]
        (post,) = (one for one in self.posts if one["id"] == above)
        if post.get("is_closed"):
            return problem(
                403,
                title="Forbidden",
                detail="Reply to this conversation is not "
                "allowed because you have not been mentioned or otherwise engaged.",
            )
        if any(body["text"] in one["text"] for one in self.posts if one["author_id"] == ACCOUNT):
            return problem(403, title="Forbidden", detail=DUPLICATE)
        self.now += timedelta(seconds=1)
        written = (
            body["text"].replace("&", "&amp;").replace("https://x.example/a", "https://t.co/1")
        )
        id = self.add(
            at=self.now,
            text=f"@carla {written}",
            author_id=ACCOUNT,
            referenced_posts=[{"type": "replied_to", "id": above}],
            entities={"urls": [{"url": "https://t.co/1", "expanded_url": "https://x.example/a"}]},
        )
        if self.is_deaf:
            return Answer(status=201, body=b"<html>")
        found = answer_with({"data": {"id": id, "text": written}})
        return Answer(status=201, body=found.body)

    def messaged(self, body: dict[str, Any]) -> Answer:
        id = str(id_at(self.now) + len(self.messages))
        self.messages.append({"id": id, "text": body["text"], "sender_id": ACCOUNT})
        if self.is_deaf:
            return Answer(status=502)
        said = {"data": {"dm_conversation_id": f"{CARLA['id']}-{ACCOUNT}", "dm_event_id": id}}
        return Answer(status=201, body=json.dumps(said).encode())

    def mention(self, **over: Any) -> Mention:
        id = self.add(at=self.now, **({"text": "@alice acme is down"} | NAMES_US | over))
        return a_mention(platform="x", platform_id=id, author=Author(handle="carla"))

    def replier(self, secret: str = SIGNED) -> Replier:
        source = self.source(secret)
        assert isinstance(source, Replier)
        return source

    def privately(self) -> PrivateReplier:
        source = self.source()
        assert isinstance(source, PrivateReplier)
        return source

    def written(self) -> list[dict[str, Any]]:
        return [one for one in self.posts if one["author_id"] == ACCOUNT]


@pytest.fixture
def x() -> Iterator[Writable]:
    platform = Writable()
    with serving(platform.answer) as server:
        platform.server = server
        yield platform


# --- in public ---------------------------------------------------------------------------


def test_a_reply_stands_beneath_the_post_that_named_us(x: Writable) -> None:
    mention, reply = x.mention(), a_reply()
    published = x.replier().reply(mention, reply)
    (post,) = x.written()
    assert published.platform_id == post["id"]
    assert published.url == f"https://x.com/i/web/status/{post['id']}"
    assert post["referenced_posts"] == [{"type": "replied_to", "id": mention.platform_id}]
    body = next(one.body for one in x.server.asked if one.method == "POST")
    assert json.loads(body)["text"] == reply.text


def test_a_reply_to_a_post_that_quotes_ours_is_taken(x: Writable) -> None:
    own = x.add(at=NOW - timedelta(hours=2), text="news", author_id=ACCOUNT)
    quoting = x.mention(entities=None, referenced_posts=[{"type": "quoted", "id": own}])
    x.replier().reply(quoting, a_reply())
    assert len(x.written()) == 2


def test_who_did_not_call_us_is_not_answered_and_the_agent_reads_why(x: Writable) -> None:
    mention = x.mention(entities=None)
    with pytest.raises(SourceRefused, match="X lets us answer only posts that mention us"):
        x.replier().reply(mention, a_reply())
    assert [one.method for one in x.server.asked] == ["GET"]


def test_with_enterprise_access_everybody_may_be_answered(x: Writable) -> None:
    x.options["is_enterprise"] = True
    x.replier().reply(x.mention(entities=None), a_reply())
    assert len(x.written()) == 1


def test_where_x_judges_otherwise_the_agent_reads_its_words_too(x: Writable) -> None:
    mention = x.mention(is_closed=True)
    with pytest.raises(SourceRefused, match=r"open it there.*not been mentioned or otherwise"):
        x.replier().reply(mention, a_reply())


def test_the_newest_version_of_an_edited_post_is_answered(x: Writable) -> None:
    mention = x.mention()
    edited = x.add(at=NOW + timedelta(minutes=1), text="@alice acme is down!", **NAMES_US)
    x.posts[0]["edit_history_post_ids"] = [mention.platform_id, edited]
    x.posts[1]["edit_history_post_ids"] = [mention.platform_id, edited]
    published = x.replier().reply(mention, a_reply())
    assert x.written()[0]["referenced_posts"][0]["id"] == edited
    assert x.replier().find_reply(mention, a_reply()) == published


def test_a_post_that_is_gone_cannot_be_answered(x: Writable) -> None:
    mention = x.mention()
    x.posts.clear()
    with pytest.raises(SourceRefused, match="gone"):
        x.replier().reply(mention, a_reply())


def test_where_x_says_nothing_of_a_post_a_reply_waits(x: Writable) -> None:
    mention = x.mention()
    x.server.answer = lambda asked: answer_with({})
    with pytest.raises(SourceUnavailable):
        x.replier().reply(mention, a_reply())


def test_the_same_reply_is_published_once(x: Writable) -> None:
    mention, reply = x.mention(), a_reply()
    first = x.replier().reply(mention, reply)
    assert x.replier().reply(mention, reply) == first
    assert len(x.written()) == 1


def test_words_that_stand_beneath_another_post_already_are_refused(x: Writable) -> None:
    x.replier().reply(x.mention(), a_reply())
    with pytest.raises(SourceRefused, match="duplicate content"):
        x.replier().reply(x.mention(), a_reply(id="reply-0002"))


def test_whether_a_duplicate_is_ours_may_be_unknown(x: Writable) -> None:
    mention = x.mention()
    x.replier().reply(mention, a_reply())
    usual = x.server.answer
    x.server.answer = lambda asked: (
        Answer(status=503) if asked.path.startswith("/2/users/") else usual(asked)
    )
    with pytest.raises(OutcomeUnknown):
        x.replier().reply(mention, a_reply())


@pytest.mark.parametrize("status", [502, 500])
def test_a_reply_whose_answer_is_lost_is_of_unknown_outcome(x: Writable, status: int) -> None:
    mention, usual = x.mention(), x.server.answer
    x.server.answer = lambda asked: (
        Answer(status=status) if asked.method == "POST" else usual(asked)
    )
    with pytest.raises(OutcomeUnknown):
        x.replier().reply(mention, a_reply())


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"data": {"text": "x"}}'])
def test_a_reply_whose_answer_cannot_be_read_is_of_unknown_outcome(
    x: Writable, body: bytes
) -> None:
    mention, usual = x.mention(), x.server.answer
    x.server.answer = lambda asked: (
        Answer(status=201, body=body) if asked.method == "POST" else usual(asked)
    )
    with pytest.raises(OutcomeUnknown):
        x.replier().reply(mention, a_reply())


def test_a_reply_that_x_has_no_room_for_waits_until_it_says(x: Writable) -> None:
    mention, usual = x.mention(), x.server.answer
    reset = str(int((NOW + timedelta(minutes=9)).timestamp()))
    full = Answer(status=429, headers={"x-rate-limit-reset": reset})
    x.server.answer = lambda asked: full if asked.method == "POST" else usual(asked)
    with pytest.raises(SourceUnavailable) as unavailable:
        x.replier().reply(mention, a_reply())
    assert unavailable.value.retry_at == NOW + timedelta(minutes=9)


def test_a_permission_that_the_app_lacks_is_named(x: Writable) -> None:
    mention, usual = x.mention(), x.server.answer
    lacking = problem(
        403,
        title="Forbidden",
        detail="Your client app is not configured with the appropriate oauth1 app permissions.",
        type="https://api.twitter.com/2/problems/oauth1-permissions",
    )
    x.server.answer = lambda asked: lacking if asked.method == "POST" else usual(asked)
    with pytest.raises(SourceRefused, match="Read and write and Direct message"):
        x.replier().reply(mention, a_reply())


# --- looked up ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "We are on it & will write again. See https://x.example/a.",
        "@bob told us \U0001f44d Fixed <now>",
        "\u0394\u03b5\u03bd \u03bb\u03b5\u03b9\u03c4\u03bf\u03c5\u03c1\u03b3\u03b5\u03af",
    ],
)
def test_a_published_reply_is_found_by_its_words(x: Writable, text: str) -> None:
    mention, reply = x.mention(), a_reply(text=text)
    published = x.replier().reply(mention, reply)
    for _ in range(7):
        x.replier().reply(x.mention(), a_reply(text=f"number {len(x.posts)}"))
    assert x.replier().find_reply(mention, reply) == published


def test_a_reply_is_found_although_the_post_is_gone(x: Writable) -> None:
    mention, reply = x.mention(), a_reply()
    published = x.replier().reply(mention, reply)
    x.posts = x.written()
    assert x.replier().find_reply(mention, reply) == published


def test_what_we_said_besides_is_not_taken_for_the_reply(x: Writable) -> None:
    mention, other = x.mention(), x.mention()
    x.replier().reply(mention, a_reply(text="Sorry!"))
    x.replier().reply(other, a_reply())
    assert x.replier().find_reply(mention, a_reply()) is None


def test_where_too_many_came_after_it_nobody_knows(x: Writable) -> None:
    mention = x.mention()
    for number in range(16):
        x.add(at=NOW + timedelta(seconds=number), text=f"news {number}", author_id=ACCOUNT)
    with pytest.raises(SourceUnavailable, match="more posts of ours"):
        x.replier().find_reply(mention, a_reply())


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_what_cannot_be_looked_up_is_unavailable(x: Writable, status: int) -> None:
    mention = x.mention()
    x.server.answer = lambda asked: problem(status, title="Forbidden")
    for is_private in (False, True):
        with pytest.raises(SourceUnavailable):
            x.replier().find_reply(mention, a_reply(is_private=is_private))


# --- in private --------------------------------------------------------------------------


def id_at(at: datetime) -> int:
    """A number such as X gives at an instant (docs.x.com/fundamentals/x-ids)."""
    return (int(at.timestamp() * 1000) - 1_288_834_974_657) << 22


def a_message(**over: Any) -> Reply:
    return a_reply(is_private=True, **over)


def test_a_private_reply_is_a_message_to_who_wrote_the_post(x: Writable) -> None:
    mention = x.mention(entities=None)
    published = x.privately().reply_privately(mention, a_message())
    assert [one["id"] for one in x.messages] == [published.platform_id]
    assert x.replier().find_reply(mention, a_message()) == published
    assert x.written() == []


def test_a_message_reaches_its_reader_although_the_post_is_gone(x: Writable) -> None:
    mention = x.mention()
    x.posts.clear()
    x.privately().reply_privately(mention, a_message())
    assert len(x.messages) == 1


def test_what_the_customer_wrote_is_not_taken_for_our_message(x: Writable) -> None:
    mention = x.mention()
    x.messages = [{"id": "7", "text": a_reply().text, "sender_id": CARLA["id"]}]
    assert x.replier().find_reply(mention, a_message()) is None


def test_the_same_words_in_an_older_message_are_not_the_reply(x: Writable) -> None:
    mention, reply = x.mention(), a_message()
    before = id_at(reply.approved_at - timedelta(hours=1))
    x.messages = [{"id": str(before), "text": reply.text, "sender_id": ACCOUNT}]
    assert x.replier().find_reply(mention, reply) is None


@pytest.mark.parametrize("is_private", [True, False])
def test_no_more_is_read_for_a_lost_reply_than_was_written_since(
    x: Writable, is_private: bool
) -> None:
    """X charges for each message and post."""
    mention, reply = x.mention(), a_reply(is_private=is_private)
    before = reply.approved_at - timedelta(hours=1)
    for number in range(60):
        said = {"id": str(id_at(before) + number), "text": "hi", "sender_id": ACCOUNT}
        x.messages.append(said)
        x.add(at=before + timedelta(seconds=number), text=f"hi {number}", author_id=ACCOUNT)
    x.server.asked.clear()
    assert x.replier().find_reply(mention, reply) is None
    paths = [one.path for one in x.server.asked]
    assert sum(path.endswith(("/dm_events", f"/{ACCOUNT}/tweets")) for path in paths) == 1


def test_nobody_is_written_to_where_nobody_knows_the_author(x: Writable) -> None:
    with pytest.raises(SourceRefused, match="nobody knows who wrote"):
        x.privately().reply_privately(
            a_mention(platform="x", platform_id="77", author=None), a_message()
        )


def test_a_message_to_who_takes_none_is_refused_with_the_reason(x: Writable) -> None:
    mention, usual = x.mention(), x.server.answer
    closed = problem(403, title="Forbidden", detail="You cannot send messages to this user.")
    x.server.answer = lambda asked: closed if asked.method == "POST" else usual(asked)
    with pytest.raises(SourceRefused, match="You cannot send messages to this user"):
        x.privately().reply_privately(mention, a_message())


def test_a_message_whose_answer_is_lost_is_of_unknown_outcome(x: Writable) -> None:
    mention = x.mention()
    x.is_deaf = True
    with pytest.raises(OutcomeUnknown):
        x.privately().reply_privately(mention, a_message())
    assert len(x.messages) == 1


# --- how it will look, and who may -------------------------------------------------------


def test_a_preview_shows_and_counts_what_x_will(x: Writable) -> None:
    text = "See https://status.acme.com/a/very/long/address"
    preview = x.replier().preview(a_mention(), text, is_private=False)
    assert (preview.text, preview.length, preview.limit) == (text, 27, 280)
    assert x.replier().preview(a_mention(), "漢字", is_private=True).limit == 10_000


def test_an_account_with_longer_posts_is_believed(x: Writable) -> None:
    x.options["max_characters"] = 25_000
    assert x.replier().preview(a_mention(), "hello", is_private=False).limit == 25_000


def test_an_app_only_token_answers_nobody(x: Writable) -> None:
    x.options["terms"] = ["acme"]
    source = x.source("token")
    assert not isinstance(source, Replier | PrivateReplier)


def test_the_account_is_asked_for_where_the_token_does_not_tell_it(x: Writable) -> None:
    mention = x.mention(entities={"mentions": [{"start": 0, "end": 6, "id": ACCOUNT}]})
    x.knows = lambda asked: True  # type: ignore[method-assign]
    source = x.source(SIGNED.replace(f"{ACCOUNT}-token", "token"))
    assert isinstance(source, Replier)
    source.reply(mention, a_reply())
    assert source.fetch(None, deadline=x.soon).pulled[0].mention.platform_id == mention.platform_id
    assert sum(one.path == "/2/users/me" for one in x.server.asked) == 1


@pytest.mark.parametrize(
    "secret", ["", "{", '{"api_key": "k"}', '{"bearer_token": ""}', "to ken", '["token"]', "tök"]
)
def test_a_secret_that_is_none_is_told_and_not_repeated(x: Writable, secret: str) -> None:
    x.options["terms"] = ["acme"]
    with pytest.raises(Exception, match="secret: ") as error:
        x.source(secret)
    assert not secret or f" {secret}" not in str(error.value)


def test_an_app_only_token_needs_to_be_told_whose_mentions_to_read(x: Writable) -> None:
    with pytest.raises(Exception, match="account: "):
        x.source('{"bearer_token": "token"}')
