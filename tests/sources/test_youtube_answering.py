"""Answering on YouTube, whether posts still stand, and how the source stands (`tube.py`)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author, Mention
from chalicelib.ports import DeletionChecker, PrivateReplier, Probing, Replier
from chalicelib.sources.youtube import MEMBER
from chalicelib.sources.youtube.answering import LOOK_PAGES
from tests.builders import a_reply
from tests.http.loopback import Answer, Asked
from tests.sources.contract import NOW, read_all
from tests.sources.tube import ACCOUNT, CHANNEL, SCOPE, VIDEO, Tube, refused, said, staged


@pytest.fixture
def stage() -> Iterator[Tube]:
    with staged() as tube:
        yield tube


def replier(stage: Tube) -> Replier:
    source = stage.source(ACCOUNT)
    assert isinstance(source, Replier)
    return source


def mention_of(stage: Tube, id: str) -> Mention:
    pulled, _ = read_all(stage, None)
    return next(one.mention for one in pulled if one.mention.platform_id == id)


def a_comment(stage: Tube) -> Mention:
    return mention_of(stage, stage.add(at=NOW))


def a_video(stage: Tube) -> Mention:
    stage.options["search"] = ["acme"]
    return mention_of(stage, stage.upload("acme is bad", at=NOW))


def posted(stage: Tube) -> list[Asked]:
    return [one for one in stage.server.asked if one.method == "POST" and one.path != "/token"]


def refuse_posts(stage: Tube, answer: Answer) -> None:
    usual = stage.server.answer

    def answered(asked: Asked) -> Answer:
        is_post = asked.method == "POST" and asked.path != "/token"
        return answer if is_post else usual(asked)

    stage.server.answer = answered


# --- replies -------------------------------------------------------------------------------


def test_only_who_is_signed_in_can_reply_and_nobody_in_private(stage: Tube) -> None:
    assert not isinstance(stage.source(), Replier)
    assert isinstance(stage.source(ACCOUNT), Replier)
    assert not isinstance(stage.source(ACCOUNT), PrivateReplier)


def test_a_reply_stands_beneath_the_comment(stage: Tube) -> None:
    mention = a_comment(stage)
    published = replier(stage).reply(mention, a_reply(text="We are on it. Gus"))
    (asked,) = posted(stage)
    assert (asked.path, asked.query) == ("/youtube/v3/comments", {"part": ["snippet"]})
    wanted = {"parentId": mention.platform_id, "textOriginal": "We are on it. Gus"}
    assert json.loads(asked.body) == {"snippet": wanted}
    assert asked.headers["content-type"] == "application/json"
    (ours,) = stage.replies[mention.platform_id]
    assert published.platform_id == ours["id"]
    assert published.url == f"https://www.youtube.com/watch?v={VIDEO}&lc={ours['id']}"


def test_a_reply_to_a_reply_stands_beneath_the_thread_and_names_the_author(stage: Tube) -> None:
    thread = stage.add(at=NOW)
    mention = mention_of(stage, stage.answered(thread, at=NOW, name="@dan.x"))
    assert replier(stage).preview(mention, "Sorry!", is_private=False).text == "@dan.x Sorry!"
    replier(stage).reply(mention, a_reply(text="Sorry!"))
    snippet = json.loads(posted(stage)[0].body)["snippet"]
    assert snippet == {"parentId": thread, "textOriginal": "@dan.x Sorry!"}


@pytest.mark.parametrize(
    ("author", "text", "shown"),
    [
        (Author(handle="dan"), "Hi @Dan, sorry", "Hi @Dan, sorry"),
        (Author(handle="dan"), "Hi @daniel, sorry", "@dan Hi @daniel, sorry"),
        (Author(handle="UCdfN6Ar5A9E21KBfLlNCbNQ", name="Dan"), "Sorry", "Sorry"),
        (Author(handle="Dan K.", is_account=False), "Sorry", "Sorry"),
        (None, "Sorry", "Sorry"),
    ],
)
def test_whoever_is_named_already_or_has_no_handle_is_not_named(
    stage: Tube, author: Author | None, text: str, shown: str
) -> None:
    mention = replace(a_comment(stage), in_reply_to="Ug-thread", author=author)
    preview = replier(stage).preview(mention, text, is_private=False)
    assert (preview.text, preview.length, preview.limit) == (shown, len(shown), 10_000)


def test_a_video_gets_a_comment_of_its_own(stage: Tube) -> None:
    mention = a_video(stage)
    published = replier(stage).reply(mention, a_reply(text="We are on it. Gus"))
    (asked,) = posted(stage)
    assert asked.path == "/youtube/v3/commentThreads"
    assert json.loads(asked.body)["snippet"] == {
        "channelId": stage.videos[0]["snippet"]["channelId"],
        "videoId": mention.platform_id,
        "topLevelComment": {"snippet": {"textOriginal": "We are on it. Gus"}},
    }
    url = f"https://www.youtube.com/watch?v={mention.platform_id}&lc={published.platform_id}"
    assert (published.platform_id, published.url) == (stage.threads[0]["id"], url)


def test_a_video_that_is_gone_is_refused(stage: Tube) -> None:
    mention = a_video(stage)
    stage.videos = []
    with pytest.raises(SourceRefused, match="is gone"):
        replier(stage).reply(mention, a_reply())


def test_a_text_that_is_too_long_is_refused_before_it_costs_anything(stage: Tube) -> None:
    mention = a_comment(stage)
    with pytest.raises(SourceRefused, match="at most 10000"):
        replier(stage).reply(mention, a_reply(text="x" * 10_001))
    assert posted(stage) == []
    replier(stage).reply(mention, a_reply(text="x" * 10_000))


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (403, "forbidden", f"grant the scope {SCOPE}"),
        (403, "insufficientPermissions", f"grant the scope {SCOPE}"),
        (403, "ineligibleAccount", "the account has no channel"),
        (403, "commentsDisabled", "the video takes no comments"),
        (400, "operationNotSupported", "takes no replies"),
        (400, "parentCommentIsPrivate", "publish it on YouTube first"),
        (404, "parentCommentNotFound", "404"),
        (400, "processingFailure", "400"),
    ],
)
def test_a_refused_reply_says_why(stage: Tube, status: int, reason: str, words: str) -> None:
    mention = a_comment(stage)
    refuse_posts(stage, refused(status, reason, "No."))
    with pytest.raises(SourceRefused) as told:
        replier(stage).reply(mention, a_reply())
    assert words in str(told.value)


def test_a_reply_beyond_the_quota_waits_for_midnight_in_california(stage: Tube) -> None:
    mention = a_comment(stage)
    refuse_posts(stage, refused(403, "quotaExceeded", "No."))
    with pytest.raises(SourceUnavailable) as unavailable:
        replier(stage).reply(mention, a_reply())
    assert unavailable.value.retry_at is not None


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(is_reset=True), Answer(body=b"<p>")])
def test_a_reply_whose_answer_is_lost_is_of_unknown_outcome(stage: Tube, answer: Answer) -> None:
    mention = a_comment(stage)
    refuse_posts(stage, answer)
    with pytest.raises(OutcomeUnknown):
        replier(stage).reply(mention, a_reply())


def test_a_pull_takes_a_listing_and_the_reach_of_those_who_wrote() -> None:
    assert MEMBER.calls_per_pull(MEMBER.complete({"channel_id": CHANNEL})) == 2
    assert MEMBER.calls_per_pull(MEMBER.complete({"search": ["acme"]})) == 1


def test_replies_count_against_a_limit_of_their_own() -> None:
    limits = {limit.bucket: limit.most for limit in MEMBER.limits}
    assert limits[""] * 1 + limits["insert"] * 50 == 10_000
    assert limits["search"] == 100


# --- looking a reply up --------------------------------------------------------------------


def test_a_published_reply_is_found_by_its_words(stage: Tube) -> None:
    for mention in (a_comment(stage), a_video(stage)):
        reply = a_reply(text="We are on it \U0001f44d <b>now</b>. Gus")
        published = replier(stage).reply(mention, reply)
        assert replier(stage).find_reply(mention, reply) == published


def test_a_reply_to_a_reply_is_found_although_it_names_the_author(stage: Tube) -> None:
    thread = stage.add(at=NOW)
    mention, reply = mention_of(stage, stage.answered(thread, at=NOW, name="@dan")), a_reply()
    published = replier(stage).reply(mention, reply)
    assert replier(stage).find_reply(mention, reply) == published


def test_the_same_words_by_others_and_other_words_by_us_are_not_the_reply(stage: Tube) -> None:
    mention, reply = a_comment(stage), a_reply(text="We are on it")
    stage.answered(mention.platform_id, "We are on it", at=NOW)
    stage.answered(mention.platform_id, "Sorry!", at=NOW, by=CHANNEL)
    assert replier(stage).find_reply(mention, reply) is None


def test_the_same_words_by_us_from_long_before_are_not_the_reply(stage: Tube) -> None:
    reply = a_reply(text="We are on it")
    for mention in (a_comment(stage), a_video(stage)):
        earlier = reply.approved_at - timedelta(hours=2)
        if mention.platform_id in [one["id"] for one in stage.videos]:
            stage.add(text="We are on it", at=earlier, by=CHANNEL, video=mention.platform_id)
        else:
            stage.answered(mention.platform_id, "We are on it", at=earlier, by=CHANNEL)
        assert replier(stage).find_reply(mention, reply) is None


def test_a_reply_beneath_a_thread_that_is_gone_is_gone_too(stage: Tube) -> None:
    mention = a_comment(stage)
    stage.threads = []
    assert replier(stage).find_reply(mention, a_reply()) is None


def test_on_a_video_it_is_looked_for_down_to_when_it_was_written(stage: Tube) -> None:
    mention, reply = a_video(stage), a_reply()
    for days in range(1, 200):
        stage.add(at=NOW - timedelta(days=days), video=mention.platform_id)
    assert replier(stage).find_reply(mention, reply) is None
    assert len(stage.calls("commentThreads")) == 1


def test_what_cannot_be_told_is_unavailable_and_never_no(stage: Tube) -> None:
    mention = a_comment(stage)
    for _ in range(LOOK_PAGES * stage.page + 1):
        stage.answered(mention.platform_id, at=NOW)
    with pytest.raises(SourceUnavailable, match="not among"):
        replier(stage).find_reply(mention, a_reply())
    stage.channels = []
    with pytest.raises(SourceUnavailable, match="no channel"):
        replier(stage).find_reply(mention, a_reply())
    stage.server.answer = lambda asked: refused(403, "forbidden", "No.")
    with pytest.raises(SourceUnavailable, match="cannot tell"):
        replier(stage).find_reply(mention, a_reply())


# --- whether posts still stand -------------------------------------------------------------


def gone(stage: Tube, *mentions: Mention) -> frozenset[str]:
    source = stage.source()
    assert isinstance(source, DeletionChecker)
    return source.delete_check(mentions, deadline=stage.soon).gone


@pytest.mark.parametrize("is_strict", [False, True])
def test_comments_that_were_deleted_are_gone(stage: Tube, is_strict: bool) -> None:
    thread = stage.add(at=NOW)
    replies = [stage.answered(thread, at=NOW) for _ in range(3)]
    other = stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    stage.is_strict = is_strict
    assert gone(stage, *mentions) == frozenset()
    del stage.replies[thread][1]
    stage.threads = [one for one in stage.threads if one["id"] != other]
    assert gone(stage, *mentions) == {replies[1], other}


def test_fifty_are_checked_at_once(stage: Tube) -> None:
    stage.page = 100
    for _ in range(50):
        stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    assert gone(stage, *mentions) == frozenset()
    (asked,) = stage.calls("comments")
    assert len(asked.query["id"][0].split(",")) == 50


def test_half_an_answer_makes_nothing_look_deleted(stage: Tube) -> None:
    """Erasing cannot be undone, and how many an answer holds YouTube does not say for ids."""
    for _ in range(9):
        stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    usual = stage.server.answer

    def at_most_four(asked: Asked) -> Answer:
        answer = usual(asked)
        if "id" not in asked.query:
            return answer
        found = json.loads(answer.body)
        found["items"] = found.get("items", [])[:4]
        return replace(answer, body=json.dumps(found).encode())

    stage.server.answer = at_most_four
    assert gone(stage, *mentions) == frozenset()
    removed = stage.threads.pop()["id"]
    assert gone(stage, *mentions) == {removed}


def test_an_answer_about_something_else_is_asked_for_once(stage: Tube) -> None:
    mention = a_comment(stage)
    other = said({"kind": "youtube#commentListResponse", "items": [{"id": "another"}]})
    stage.server.answer = lambda asked: other
    assert gone(stage, mention) == {mention.platform_id}
    assert len(stage.calls("comments")) == 1


@pytest.mark.parametrize("is_strict", [False, True])
def test_a_video_that_is_private_now_is_gone(stage: Tube, is_strict: bool) -> None:
    mention = a_video(stage)
    stage.is_strict = is_strict
    assert gone(stage, mention) == frozenset()
    stage.videos = []
    assert gone(stage, mention) == {mention.platform_id}


def test_all_comments_at_once_are_gone_only_while_the_channel_stands(stage: Tube) -> None:
    mention = a_comment(stage)
    stage.threads = []
    assert gone(stage, mention) == {mention.platform_id}
    stage.channels = []
    with pytest.raises(SourceUnavailable, match="nothing can be told"):
        gone(stage, mention)


@pytest.mark.parametrize(
    "answer",
    [refused(403, "forbidden", "No."), refused(401, "authError", "No."), Answer(body=b"{}")],
)
def test_a_failure_is_not_taken_for_a_deletion(stage: Tube, answer: Answer) -> None:
    mentions = (a_comment(stage), a_video(stage))
    stage.server.answer = lambda asked: answer
    for mention in mentions:
        with pytest.raises((SourceRefused, SourceUnavailable)):
            gone(stage, mention)


# --- how it stands -------------------------------------------------------------------------


def probed(stage: Tube, secret: str = ACCOUNT) -> Any:
    source = stage.source(secret)
    assert isinstance(source, Probing)
    found = source.probe(deadline=stage.soon)
    assert len([one for one in stage.server.asked if one.path != "/token"]) == 1
    return found


def test_whoever_is_signed_in_as_our_channel_lacks_nothing(stage: Tube) -> None:
    found = probed(stage)
    assert (found.account, found.missing) == ("@acme", ())
    assert found.works


def test_a_scope_that_was_not_granted_is_named(stage: Tube) -> None:
    stage.scopes = "https://www.googleapis.com/auth/youtube.readonly"
    assert probed(stage).missing == (f"cannot reply: grant the scope {SCOPE}",)


def test_another_channel_than_the_one_that_is_read_is_named(stage: Tube) -> None:
    stage.channels = ["UC-another"]
    (missing,) = probed(stage).missing
    assert "replies as @acme, which is not" in missing


def test_an_account_without_a_channel_cannot_reply(stage: Tube) -> None:
    stage.channels = []
    assert "has no channel" in str(probed(stage).missing)


def test_an_api_key_reads_and_cannot_reply(stage: Tube) -> None:
    found = probed(stage, secret="AIza-hush")
    assert "finds the channel" in str(found.works)
    assert f"refresh token with the scope {SCOPE}" in str(found.missing)
    assert found.account == ""


def test_a_channel_that_does_not_exist_is_told(stage: Tube) -> None:
    stage.channels = []
    assert "there is no channel" in probed(stage, secret="AIza-hush").missing[0]


def test_a_search_alone_needs_no_channel(stage: Tube) -> None:
    stage.options |= {"channel_id": "", "search": ["acme"]}
    assert probed(stage, secret="AIza-hush").works == ("the API key is taken",)


def test_a_probe_that_is_refused_says_why(stage: Tube) -> None:
    stage.server.answer = lambda asked: refused(403, "accessNotConfigured", "Not enabled.")
    source = stage.source()
    assert isinstance(source, Probing)
    with pytest.raises(SourceRefused, match="enable the API"):
        source.probe(deadline=datetime.max.replace(tzinfo=NOW.tzinfo))
