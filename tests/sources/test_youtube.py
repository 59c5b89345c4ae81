"""Listening on YouTube, against a server with the rules of its Data API (`tube.py`)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media
from chalicelib.ports import Batch, Cursor
from chalicelib.sources import check_options
from chalicelib.sources.youtube import comments, videos
from tests.http.loopback import Answer
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract
from tests.sources.tube import ACCOUNT, CARLA, CHANNEL, VIDEO, Tube, refused, staged

HOUR = timedelta(hours=1)


@pytest.fixture
def stage() -> Iterator[Tube]:
    with staged() as tube:
        yield tube


@pytest.fixture
def searching() -> Iterator[Tube]:
    with staged(search=["acme"]) as tube:
        yield tube


class TubeContract(PlatformContract):
    options: ClassVar[dict[str, Any]]

    @pytest.fixture
    def stage(self) -> Iterator[Tube]:
        with staged(**self.options) as tube:
            yield tube


class TestComments(TubeContract):
    options: ClassVar[dict[str, Any]] = {}

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Tube)
        return stage.add(at=stage.now, by="UC-another", name="@Alice")


class TestSearch(TubeContract):
    options: ClassVar[dict[str, Any]] = {"search": ["acme"], "search_minutes": 0}

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Tube)
        return stage.upload("acme is us", at=stage.now, channelTitle="Alice")


# --- comments ------------------------------------------------------------------------------


def the_only(stage: Tube, cursor: Cursor | None = None) -> Any:
    (pulled,), _ = read_all(stage, cursor)
    return pulled


def test_a_comment_becomes_a_mention(stage: Tube) -> None:
    id = stage.add(text="acme's app eats my money", at=NOW)
    pulled = the_only(stage)
    mention = pulled.mention
    assert (mention.id, mention.text) == (f"youtube.{id}", "acme's app eats my money")
    assert mention.url == f"https://www.youtube.com/watch?v={VIDEO}&lc={id}"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("carla", "@carla")
    assert (mention.author.followers, mention.author.is_account) == (1200, True)
    assert mention.author.url == f"https://www.youtube.com/channel/{CARLA}"
    assert (mention.posted_at, mention.in_reply_to) == (NOW, None)
    assert mention.is_addressed
    assert pulled.edited_at is None
    assert json.loads(pulled.raw)["id"] == id


def test_it_asks_for_all_of_our_channel_as_plain_text(stage: Tube) -> None:
    read_all(stage, None)
    (asked,) = stage.calls("commentThreads")
    assert asked.query == {
        "part": ["snippet,replies"],
        "allThreadsRelatedToChannelId": [CHANNEL],
        "order": ["time"],
        "textFormat": ["plainText"],
        "maxResults": ["100"],
    }
    assert "key" not in asked.query


@pytest.mark.parametrize(
    ("over", "handle", "is_account"),
    [
        ({"name": "Carla K."}, CARLA, True),
        ({"authorChannelId": None, "name": "Carla K."}, "Carla K.", False),
        ({"authorChannelId": None, "authorDisplayName": None}, None, None),
    ],
)
def test_an_author_is_told_as_far_as_youtube_tells(
    stage: Tube, over: dict[str, Any], handle: str | None, is_account: bool | None
) -> None:
    stage.add(at=NOW, **over)
    author = the_only(stage).mention.author
    assert (author and author.handle, author and author.is_account) == (handle, is_account)


def test_what_is_edited_says_when(stage: Tube) -> None:
    stage.add(at=NOW - HOUR, updatedAt="2026-11-21T19:00:00Z")
    assert the_only(stage).edited_at == datetime(2026, 11, 21, 19, tzinfo=UTC)


def test_a_picture_comes_as_a_link_and_a_comment_may_be_nothing_else(stage: Tube) -> None:
    stage.add(at=NOW, textDisplay="", textOriginal=None, imageUrl="https://yt3.example/1.gif")
    mention = the_only(stage).mention
    assert (mention.text, mention.media) == ("", (Media(url="https://yt3.example/1.gif"),))


def test_a_comment_on_the_channel_itself_leads_to_the_channel(stage: Tube) -> None:
    stage.add(at=NOW, videoId=None)
    stage.threads[0]["snippet"]["videoId"] = None
    assert the_only(stage).mention.url == f"https://www.youtube.com/channel/{CHANNEL}"


def test_our_own_channel_is_not_a_mention_whatever_it_is_called(stage: Tube) -> None:
    stage.add(at=NOW, by=CHANNEL, name="@acme-support")
    assert read_all(stage, None)[0] == []


def test_the_reach_of_authors_is_asked_for_once_and_nothing_is_lost_without_it(
    stage: Tube,
) -> None:
    stage.add(at=NOW)
    stage.add(at=NOW)
    read_all(stage, None)
    assert [asked.query["id"] for asked in stage.calls("channels")] == [[CARLA]]
    stage.subscribers = {}
    stage.is_strict = True  # YouTube now refuses to answer for her
    pulled, _ = read_all(stage, None)
    assert [one.mention.author and one.mention.author.followers for one in pulled] == [None, None]


def test_replies_that_come_along_are_given(stage: Tube) -> None:
    thread = stage.add(at=NOW - HOUR)
    reply = stage.answered(thread, "acme, same here", at=NOW, name="@dan")
    pulled, _ = read_all(stage, None)
    assert ids(pulled) == {thread, reply}
    found = pulled[-1].mention
    assert (found.in_reply_to, found.platform_id) == (thread, reply)
    assert found.url == f"https://www.youtube.com/watch?v={VIDEO}&lc={reply}"
    assert stage.calls("comments") == []


def test_replies_beyond_those_that_come_along_are_read_once(stage: Tube) -> None:
    thread = stage.add(at=NOW - HOUR)
    replies = {stage.answered(thread, at=NOW) for _ in range(8)}
    pulled, cursor = read_all(stage, None)
    assert ids(pulled) == {thread, *replies}
    assert {one.mention.url for one in pulled} == {
        f"https://www.youtube.com/watch?v={VIDEO}&lc={id}" for id in (thread, *replies)
    }
    asked = len(stage.calls("comments"))
    assert asked == 3  # pages of three
    read_all(stage, cursor)
    assert len(stage.calls("comments")) == asked


def test_however_many_threads_have_many_replies_they_are_read_once(stage: Tube) -> None:
    stage.page = 100
    for minutes in range(320):
        thread = stage.add(at=NOW - timedelta(minutes=minutes))
        for _ in range(6):
            stage.answered(thread, at=NOW)
    _, cursor = read_all(stage, None)
    assert len(stage.calls("comments")) == 320
    for _ in range(2):
        stage.later(hours=1)
        _, cursor = read_all(stage, cursor)
    assert len(stage.calls("comments")) == 320


def test_a_thread_whose_replies_are_not_shown_to_us_does_not_blind_us(stage: Tube) -> None:
    hidden = stage.add(at=NOW)
    for _ in range(6):
        stage.answered(hidden, at=NOW)
    usual = stage.server.answer
    stage.server.answer = lambda asked: (
        refused(403, "forbidden", "Not for you.") if "parentId" in asked.query else usual(asked)
    )
    (batch,) = read_on(stage, None)
    assert hidden in ids(batch.pulled)
    assert [hidden in one and "Not for you" in one for one in batch.refused] == [True]
    stage.later(minutes=1)
    new = stage.add(at=stage.now)
    assert new in ids(read_all(stage, batch.cursor)[0])


def test_more_replies_beneath_one_comment_than_are_read_are_told(stage: Tube) -> None:
    thread = stage.add(at=NOW)
    for _ in range(stage.page * comments.REPLY_PAGES):
        stage.answered(thread, at=NOW)
    _, cursor = read_all(stage, None)
    stage.answered(thread, at=NOW)
    stage.later(minutes=1)
    (batch,) = read_on(stage, cursor)
    assert f"replies beneath {thread}" in batch.gap


def test_a_reply_beneath_an_older_thread_is_seen_when_the_round_goes_back(stage: Tube) -> None:
    stage.options = {"replies_minutes": 30, "replies_days": 7}
    old = stage.add(at=NOW)
    for _ in range(6):
        stage.answered(old, at=NOW)
    _, cursor = read_all(stage, None)
    stage.later(days=3)
    for hours in range(20):
        stage.add(text="acme, newer", at=stage.now - timedelta(hours=hours))
    _, cursor = read_all(stage, cursor)

    late = stage.answered(old, "acme, still broken", at=stage.now)
    stage.later(minutes=10)
    pulled, cursor = read_all(stage, cursor)
    assert late not in ids(pulled)
    stage.later(minutes=20)
    pulled, cursor = read_all(stage, cursor)
    assert late in ids(pulled)


def test_an_edit_of_an_older_comment_is_seen_when_the_round_goes_back(stage: Tube) -> None:
    old = stage.add(at=NOW)
    _, cursor = read_all(stage, None)
    stage.later(days=2)
    stage.add(text="acme, newer", at=stage.now)
    _, cursor = read_all(stage, cursor)
    stage.threads[0]["snippet"]["topLevelComment"]["snippet"] |= {
        "textOriginal": "acme, I sue you",
        "updatedAt": "2026-11-23T19:30:00Z",
    }
    stage.later(hours=1)
    pulled, _ = read_all(stage, cursor)
    (edited,) = (one for one in pulled if one.mention.platform_id == old)
    assert (edited.mention.text, edited.edited_at) == ("acme, I sue you", stage.now - HOUR)


def test_what_was_written_before_we_listened_is_never_given(stage: Tube) -> None:
    ancient = stage.add(at=NOW - timedelta(days=3))
    _, cursor = read_all(stage, None)
    stage.later(hours=2)
    reply = stage.answered(ancient, at=stage.now)
    new = stage.add(at=stage.now)
    pulled, _ = read_all(stage, cursor)
    assert ids(pulled) == {new, reply}


def test_a_quiet_channel_takes_one_listing_a_pull(stage: Tube) -> None:
    stage.page = 100
    stage.add(at=NOW)
    _, cursor = read_all(stage, None)
    for _ in range(5):
        stage.later(minutes=1)
        _, cursor = read_all(stage, cursor)
    assert len(stage.calls("commentThreads")) == 6


def test_a_round_that_goes_back_ends_somewhere(stage: Tube) -> None:
    for minutes in range(200):
        stage.add(at=NOW - timedelta(minutes=5 * minutes))
    pulled, cursor = read_all(stage, None)
    assert len(pulled) == 200, "what is new is read however much it is"
    before = len(stage.calls("commentThreads"))
    stage.later(hours=2)
    stage.add(at=stage.now)
    read_all(stage, cursor)
    assert len(stage.calls("commentThreads")) - before == comments.LONGEST_LOOK


def test_a_comment_that_is_deleted_between_two_pages_takes_none_along(stage: Tube) -> None:
    posted = [stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(40)]
    first = stage.source().fetch(None, deadline=stage.soon)
    assert not first.is_caught_up
    gone = ids(first.pulled) & {posted[0], posted[1], posted[2]}
    stage.threads = [thread for thread in stage.threads if thread["id"] not in gone]
    rest, _ = read_all(stage, first.cursor)
    assert set(posted) == ids(first.pulled) | ids(rest)


def test_one_thread_lifted_out_of_its_order_does_not_end_a_round(stage: Tube) -> None:
    lifted = stage.add(at=NOW - 2 * HOUR)
    stage.add(at=NOW)
    _, cursor = read_all(stage, None)
    stage.later(days=2)
    posted = {stage.add(at=stage.now - timedelta(minutes=minutes)) for minutes in range(10)}
    stage.options = {"replies_days": 1}
    stage.places[lifted] = stage.now - timedelta(minutes=1, seconds=30)  # the last of its page
    assert posted <= ids(read_all(stage, cursor)[0])


def test_a_page_token_that_has_expired_begins_again_at_the_top(stage: Tube) -> None:
    posted = {stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(40)}
    batch = stage.source().fetch(None, deadline=stage.soon)
    stage.spoilt_tokens = 1
    given = ids(batch.pulled)
    for more in read_on(stage, batch.cursor):
        assert more.gap == ""
        given |= ids(more.pulled)
    assert given == posted


def test_tokens_that_are_never_taken_are_told_as_a_gap_at_last(stage: Tube) -> None:
    for minutes in range(40):
        stage.add(at=NOW - timedelta(minutes=minutes))
    stage.spoilt_tokens = 1_000
    batches = list(read_on(stage, None))
    assert [bool(batch.gap) for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert "page back" in batches[-1].gap


def test_texts_so_long_that_a_hundred_do_not_fit_are_asked_for_in_fewer(stage: Tube) -> None:
    stage.page = 100
    posted = {stage.add(text="acme " + "x" * 400_000, at=NOW) for _ in range(15)}
    assert ids(read_all(stage, None)[0]) == posted
    sizes = [asked.query["maxResults"][0] for asked in stage.calls("commentThreads")]
    assert sizes[:3] == ["100", "20", "5"]


@pytest.mark.parametrize(
    "over",
    [
        {"publishedAt": "yesterday"},
        {"publishedAt": "2026-11-21T19:30:00"},
        {"textOriginal": 7},
        {"authorChannelId": "UC"},
    ],
)
def test_a_comment_that_cannot_be_read_is_told_and_the_others_are_given(
    stage: Tube, over: dict[str, Any]
) -> None:
    broken = stage.add(at=NOW)
    stage.threads[0]["snippet"]["topLevelComment"]["snippet"] |= over
    good = stage.answered(broken, at=NOW)
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert ids(batch.pulled) == {good}
    assert len(batch.refused) == 1
    assert broken in batch.refused[0]


def test_a_thread_without_its_comment_is_told(stage: Tube) -> None:
    stage.add(at=NOW)
    del stage.threads[0]["snippet"]["topLevelComment"]
    stage.server.answer = lambda asked: Answer(
        body=json.dumps({"kind": "x", "items": stage.threads}).encode()
    )
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert (len(batch.refused), batch.pulled) == (1, ())


def test_a_used_up_quota_is_over_at_midnight_in_california(stage: Tube) -> None:
    stage.server.answer = lambda asked: refused(403, "quotaExceeded", "You have exceeded it.")
    with pytest.raises(SourceUnavailable) as unavailable:
        stage.source().fetch(None, deadline=stage.soon)
    assert unavailable.value.retry_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_what_youtube_calls_transient_is_unavailable(stage: Tube) -> None:
    stage.server.answer = lambda asked: refused(400, "processingFailure", "Try again.")
    with pytest.raises(SourceUnavailable, match="Try again"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_channel_that_is_not_there_is_refused(stage: Tube) -> None:
    stage.server.answer = lambda asked: refused(404, "channelNotFound", "No such channel.")
    with pytest.raises(SourceRefused, match="No such channel"):
        stage.source().fetch(None, deadline=stage.soon)


def test_whoever_is_signed_in_reads_the_same(stage: Tube) -> None:
    id = stage.add(at=NOW)
    batch = stage.source(ACCOUNT).fetch(None, deadline=stage.soon)
    assert ids(batch.pulled) == {id}
    assert stage.calls("commentThreads")[0].headers["authorization"] == "Bearer ya29.x"


# --- videos --------------------------------------------------------------------------------


def test_a_video_becomes_a_mention_with_its_whole_description(searching: Tube) -> None:
    id = searching.upload("Today we take acme apart, @alice.", at=NOW, title="Unboxing")
    mention = the_only(searching).mention
    assert mention.text == "Unboxing\n\nToday we take acme apart, @alice."
    assert (mention.platform_id, mention.language) == (id, "en")
    assert mention.url == f"https://www.youtube.com/watch?v={id}"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == (CARLA, "Carla's kitchen")
    assert mention.author.followers == 1200
    assert mention.is_addressed


def test_a_video_that_says_none_of_the_terms_is_not_a_mention(searching: Tube) -> None:
    searching.upload("acmeists unite", at=NOW)
    tagged = searching.upload("unrelated", at=NOW, tags=["Acme", "review"])
    pulled, _ = read_all(searching, None)
    assert ids(pulled) == {tagged}
    assert not pulled[0].mention.is_addressed


def test_all_terms_go_into_one_search(searching: Tube) -> None:
    searching.options["search"] = ["acme", 'acme "mobile"|x']
    read_all(searching, None)
    (asked,) = searching.calls("search")
    assert asked.query["q"] == ['"acme"|"acme mobile x"']
    assert asked.query["publishedAfter"] == ["2026-11-20T19:30:00Z"]


def test_videos_of_our_own_channel_are_not_mentions(searching: Tube) -> None:
    searching.upload("acme is us", at=NOW, by=CHANNEL)
    assert read_all(searching, None)[0] == []


def test_it_searches_no_more_often_than_the_day_allows(searching: Tube) -> None:
    cursor = None
    for _ in range(24 * 60):
        batch = searching.source().fetch(cursor, deadline=searching.soon)
        cursor = batch.cursor
        searching.later(minutes=1)
    assert len(searching.calls("search")) == 72


def test_a_video_that_is_found_late_is_given(searching: Tube) -> None:
    searching.upload("acme", at=NOW)
    _, cursor = read_all(searching, None)
    searching.later(hours=12)
    searching.upload("acme again", at=searching.now)
    _, cursor = read_all(searching, cursor)
    late = searching.upload("acme, indexed late", at=NOW + HOUR)
    searching.later(hours=1)
    assert late in ids(read_all(searching, cursor)[0])


def test_more_videos_than_the_search_gives_are_told(searching: Tube) -> None:
    for number in range(videos.MOST_PAGES * searching.page + 1):
        searching.upload("acme", at=NOW - timedelta(seconds=number))
    gaps = [batch.gap for batch in read_on(searching, None)]
    assert "more than" in gaps[-1]
    assert gaps[:-1] == [""] * (len(gaps) - 1)


def test_a_search_whose_token_has_expired_begins_again(searching: Tube) -> None:
    posted = {searching.upload("acme", at=NOW - timedelta(minutes=one)) for one in range(20)}
    batch = searching.source().fetch(None, deadline=searching.soon)
    searching.spoilt_tokens = 1
    given: set[str] = set(ids(batch.pulled))
    last: Batch | None = None
    for last in read_on(searching, batch.cursor):
        given |= ids(last.pulled)
    assert given == posted
    assert last is not None
    assert last.gap == ""


def test_a_search_that_is_used_up_is_over_at_midnight_in_california(searching: Tube) -> None:
    words = "Quota exceeded for quota metric 'Search' and limit 'Search per day'"
    searching.server.answer = lambda asked: refused(429, "rateLimitExceeded", words)
    with pytest.raises(SourceUnavailable) as unavailable:
        searching.source().fetch(None, deadline=searching.soon)
    assert unavailable.value.retry_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


# --- configuration -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({}, True, "channel_id: missing"),
        ({"channel_id": "@acme"}, True, "use the id that begins with UC"),
        ({"channel_id": CHANNEL}, False, "secret: nothing can be read without one"),
        ({"channel_id": CHANNEL, "base_url": "http://x.example"}, True, "in the clear"),
        ({"channel_id": CHANNEL, "tokens_url": "http://x.example"}, True, "in the clear"),
        ({"search": list("abcdef")}, True, "at most 5"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], has_secret: bool, problem: str) -> None:
    assert problem in str(check_options("youtube", options, has_secret=has_secret))


@pytest.mark.parametrize(
    "options",
    [{"channel_id": CHANNEL}, {"search": ["acme"]}, {"search": ["a"], "channel_id": CHANNEL}],
)
def test_right_options_have_no_problems(options: dict[str, Any]) -> None:
    assert check_options("youtube", options) == []
