"""Blogger, against a server with the rules of `comments.listByBlog`.

The comment is the one of developers.google.com/blogger/docs/3.0/using, "Retrieving comments for
a post", with words in the place of "elided".
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention, admitted
from chalicelib.ports import DeletionChecker, Probed, Probing, Replier, Source
from chalicelib.sources import check_options
from tests.builders import a_mention
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract

BLOG = "2399953"
POST = "6069922188027612413"
KEY = "AIza-hush"
ACCOUNT = json.dumps({"client_id": "1", "client_secret": "2", "refresh_token": "1//hush"})

COMMENT: dict[str, Any] = {
    "kind": "blogger#comment",
    "id": "9200761938824362519",
    "post": {"id": POST},
    "blog": {"id": BLOG},
    "published": "2011-07-28T19:19:57.740Z",
    "updated": "2011-07-28T19:19:57.740Z",
    "selfLink": f"https://www.googleapis.com/blogger/v3/blogs/{BLOG}/posts/{POST}/comments/1",
    "content": "I like acme",
    "author": {
        "id": "530579030283",
        "displayName": "Carla",
        "url": "https://www.blogger.com/profile/530579030283",
        "image": {"url": "https://img.example/c.png"},
    },
}


class Blog(Stage):
    """One blog; its comments between two dates, by tokens that stand for the last entry."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.comments: list[dict[str, Any]] = []
        self.is_failing = False
        self.is_oldest_first = False
        self.is_for_owners = False
        self.spoilt_tokens = 0
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            return said({"access_token": "ya29.x", "expires_in": 3599})
        if self.is_failing:
            return Answer(body=b"<html><title>Error 502</title></html>")
        if asked.path == f"/v3/blogs/{BLOG}":
            return said({"kind": "blogger#blog", "id": BLOG, "name": "Acme's blog"})
        if asked.path.startswith(f"/v3/blogs/{BLOG}/posts/"):
            url = f"https://blog.acme.example/{asked.path.rpartition('/')[2]}.html"
            return said({"kind": "blogger#post", "id": POST, "url": url})
        assert asked.path == f"/v3/blogs/{BLOG}/comments"
        if self.is_for_owners and "authorization" not in asked.headers:
            return refused(403, "forbidden")
        return self._listed(asked)

    def _listed(self, asked: Asked) -> Answer:
        since = datetime.fromisoformat(asked.query.get("startDate", ["1970-01-01T00:00:00Z"])[0])
        until = datetime.fromisoformat(asked.query.get("endDate", ["9999-01-01T00:00:00Z"])[0])
        statuses = asked.query.get("status", ["LIVE"])
        found = [
            ((one["published"], number), one)
            for number, one in enumerate(self.comments)
            if since <= datetime.fromisoformat(one["published"]) <= until
            and one.get("status", "LIVE") in statuses
        ]
        found.sort(key=lambda one: one[0], reverse=not self.is_oldest_first)
        if token := asked.query.get("pageToken", [""])[0]:
            if self.spoilt_tokens:
                self.spoilt_tokens -= 1
                return refused(400, "invalid")
            last = tuple(json.loads(token))
            found = [one for one in found if (one[0] > last) is self.is_oldest_first]
            found = [one for one in found if one[0] != last]
        size = min(int(asked.query["maxResults"][0]), self.page)
        more = {"nextPageToken": json.dumps(found[size - 1][0])} if found[size:] else {}
        items = {"items": [one for _, one in found[:size]]} if found else {}
        return said({"kind": "blogger#commentList", **items, **more})

    def add(self, *, at: datetime, **over: Any) -> str:
        id = str(9200761938824362519 + len(self.comments))
        date = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        comment = COMMENT | {"id": id, "published": date, "updated": date} | over
        self.comments.append(comment)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, content=text)

    def entry(self) -> SourceEntry:
        url = self.server.url
        options = {"blog_id": BLOG, "base_url": url, "tokens_url": url, **self.options}
        return SourceEntry(name="blog", kind="blogger", brand="acme", options=options)

    def source(self, secret: str = KEY) -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.is_failing = True

    def asked_for(self, end: str) -> list[Asked]:
        return [one for one in self.server.asked if one.path.endswith(end)]


def said(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode())


def refused(status: int, reason: str) -> Answer:
    errors = [{"domain": "global", "reason": reason, "message": "No."}]
    error = {"code": status, "message": "No.", "errors": errors}
    return Answer(status=status, body=json.dumps({"error": error}).encode())


@contextmanager
def staged() -> Iterator[Blog]:
    blog = Blog()
    with serving(blog.answer) as server:
        blog.server = server
        yield blog


@pytest.fixture
def stage() -> Iterator[Blog]:
    with staged() as blog:
        yield blog


class TestBlogger(PlatformContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Blog)
        return stage.add(at=stage.now, author={"id": "7", "displayName": "Alice"})


class TestBloggerInAnotherOrder(PlatformContract):
    """The documentation does not say in which order comments come."""

    @pytest.fixture
    def stage(self) -> Iterator[Blog]:
        with staged() as blog:
            blog.is_oldest_first = True
            yield blog

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Blog)
        return stage.add(at=stage.now, author={"displayName": "@alice"})


def test_a_comment_becomes_a_mention(stage: Blog) -> None:
    id = stage.add(
        at=NOW,
        content="<b>acme</b> broke<br>my lamp &amp; heart",
        inReplyTo={"id": "400101178920857170"},
    )
    ((pulled,), _) = read_all(stage, None)
    mention = pulled.mention
    assert (mention.id, mention.text) == (f"blogger.{id}", "acme broke\nmy lamp & heart")
    assert mention.url == f"https://blog.acme.example/{POST}.html#c{id}"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("530579030283", "Carla")
    assert mention.author.url == "https://www.blogger.com/profile/530579030283"
    assert (mention.in_reply_to, mention.posted_at) == ("400101178920857170", NOW)
    assert mention.is_addressed
    assert pulled.edited_at is None


@pytest.mark.parametrize(
    ("author", "handle", "is_account"),
    [
        ({"displayName": "Carla"}, "Carla", False),
        ({"id": "7", "displayName": "Carla", "url": "javascript:alert(1)"}, "7", True),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_an_author_is_told_as_far_as_blogger_tells(
    stage: Blog, author: object, handle: str | None, is_account: bool | None
) -> None:
    stage.add(at=NOW, author=author)
    found = read_all(stage, None)[0][0].mention.author
    assert (found and found.handle, found and found.is_account) == (handle, is_account)
    assert found is None or found.url == ""


def test_what_was_edited_says_when(stage: Blog) -> None:
    stage.add(at=NOW - timedelta(hours=1), updated="2026-11-21T19:00:00.000Z")
    ((pulled,), _) = read_all(stage, None)
    assert pulled.edited_at == datetime(2026, 11, 21, 19, tzinfo=UTC)


def test_it_asks_for_what_came_since_the_mark(stage: Blog) -> None:
    read_all(stage, None)
    (asked,) = stage.server.asked
    assert asked.query == {
        "startDate": ["2026-11-20T19:30:00Z"],
        "fetchBodies": ["true"],
        "maxResults": ["50"],
    }
    assert asked.headers["x-goog-api-key"] == KEY


def test_the_address_of_a_post_is_asked_for_once(stage: Blog) -> None:
    stage.add(at=NOW)
    _, cursor = read_all(stage, None)
    stage.now += timedelta(minutes=1)
    stage.add(at=stage.now)
    pulled, _ = read_all(stage, cursor)
    assert len(stage.asked_for(POST)) == 1
    assert all(one.mention.url for one in pulled)


def test_a_comment_is_given_although_its_post_cannot_be_asked_for(stage: Blog) -> None:
    id = stage.add(at=NOW)
    usual = stage.server.answer
    stage.server.answer = lambda asked: (
        refused(404, "notFound") if "/posts/" in asked.path else usual(asked)
    )
    ((pulled,), _) = read_all(stage, None)
    assert (pulled.mention.platform_id, pulled.mention.url) == (id, "")


def test_the_address_of_a_post_that_is_gone_is_asked_for_once(stage: Blog) -> None:
    stage.add(at=NOW)
    usual = stage.server.answer
    stage.server.answer = lambda asked: (
        refused(404, "notFound") if "/posts/" in asked.path else usual(asked)
    )
    _, cursor = read_all(stage, None)
    stage.now += timedelta(minutes=1)
    read_all(stage, cursor)
    assert len(stage.asked_for(POST)) == 1


def test_whoever_manages_the_blog_is_told_of_comments_whose_text_was_removed(stage: Blog) -> None:
    live = stage.add(at=NOW, status="LIVE")
    gone = stage.add(at=NOW, status="EMPTIED", content="")
    batch = stage.source(ACCOUNT).fetch(None, deadline=stage.soon)
    assert (ids(batch.pulled), batch.gone) == ({live}, (gone,))
    (asked,) = stage.asked_for("/comments")
    assert asked.query["status"] == ["LIVE", "EMPTIED"]


def test_a_comment_that_is_deleted_between_two_pages_takes_none_along(stage: Blog) -> None:
    posted = [stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(40)]
    first = stage.source().fetch(None, deadline=stage.soon)
    assert not first.is_caught_up
    stage.comments = stage.comments[3:]
    rest, _ = read_all(stage, first.cursor)
    assert set(posted) == ids(first.pulled) | ids(rest)


def test_a_page_token_that_has_expired_begins_the_round_again(stage: Blog) -> None:
    posted = {stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(40)}
    first = stage.source().fetch(None, deadline=stage.soon)
    stage.spoilt_tokens = 1
    rest, _ = read_all(stage, first.cursor)
    assert posted == ids(first.pulled) | ids(rest)


def test_tokens_that_are_never_taken_are_told_as_a_gap_at_last(stage: Blog) -> None:
    for minutes in range(40):
        stage.add(at=NOW - timedelta(minutes=minutes))
    stage.spoilt_tokens = 1_000
    gaps = [batch.gap for batch in read_on(stage, None)]
    assert "page back" in gaps[-1]
    assert not any(gaps[:-1])


@pytest.mark.parametrize(
    "over", [{"published": "noon"}, {"published": "2026-11-21T19:30:00"}, {"content": 7}]
)
def test_a_comment_that_cannot_be_read_is_told_and_the_others_are_given(
    stage: Blog, over: dict[str, Any]
) -> None:
    good = COMMENT | {"published": "2026-11-21T19:30:00Z"}
    items = [good | {"id": "1"} | over, good | {"id": "2"}]
    stage.server.answer = lambda asked: said({"kind": "blogger#commentList", "items": items})
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert ids(batch.pulled) == {"2"}
    assert len(batch.refused) == 1


def test_a_used_up_quota_is_over_at_midnight_in_california(stage: Blog) -> None:
    stage.server.answer = lambda asked: refused(403, "dailyLimitExceeded")
    with pytest.raises(SourceUnavailable) as unavailable:
        stage.source().fetch(None, deadline=stage.soon)
    assert unavailable.value.retry_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


def test_nobody_can_reply_by_the_api(stage: Blog) -> None:
    assert not isinstance(stage.source(ACCOUNT), Replier)


# --- whether comments still stand ----------------------------------------------------------


def gone(stage: Blog, mentions: list[Mention], secret: str = KEY) -> frozenset[str]:
    source = stage.source(secret)
    assert isinstance(source, DeletionChecker)
    return source.delete_check(mentions, deadline=stage.soon).gone


def test_comments_that_stand_no_more_are_gone(stage: Blog) -> None:
    for hours in range(8):
        stage.add(at=NOW - timedelta(hours=hours))
    mentions = [one.mention for one in read_all(stage, None)[0]]
    assert gone(stage, mentions) == frozenset()
    removed = stage.comments.pop(3)["id"]
    emptied = stage.comments[4]
    emptied["status"] = "EMPTIED"
    assert gone(stage, mentions, ACCOUNT) == {removed, emptied["id"]}
    assert gone(stage, []) == frozenset()


def test_a_comment_that_is_listed_stands_whatever_else_is_wrong_with_it(stage: Blog) -> None:
    stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    stage.comments[0]["content"] = 7
    assert gone(stage, mentions) == frozenset()


def test_comments_of_years_are_checked_around_the_times_they_are_from(stage: Blog) -> None:
    """Between the oldest and the newest there may be more than can be looked through."""
    days = (0, 30, 400)
    mentions = [
        a_mention(
            platform_id=stage.add(at=NOW - timedelta(days=one)),
            posted_at=NOW - timedelta(days=one),
        )
        for one in days
    ]
    for hours in range(5, 200):
        stage.add(at=NOW - timedelta(hours=hours))
    last = stage.comments.pop(2)["id"]
    assert gone(stage, mentions) == {last}


def test_a_comment_whose_clock_runs_ahead_of_ours_is_not_taken_for_gone(stage: Blog) -> None:
    stage.add(at=NOW + timedelta(minutes=3))
    ((pulled,), _) = read_all(stage, None)
    kept = admitted(pulled.mention, now=NOW)
    assert kept.posted_at == NOW
    assert gone(stage, [kept]) == frozenset()


def test_an_hour_with_too_many_comments_does_not_hide_what_is_gone_of_another(stage: Blog) -> None:
    stage.page = 1
    for _ in range(21):
        stage.add(at=NOW)
    crowded, quiet = (
        a_mention(platform_id=id, posted_at=NOW - timedelta(days=days))
        for id, days in (("1", 0), ("2", 9))
    )
    assert gone(stage, [crowded, quiet]) == {"2"}


def test_what_there_was_no_time_for_is_not_taken_for_gone(stage: Blog) -> None:
    mentions = [
        a_mention(platform_id=str(days), posted_at=NOW - timedelta(days=days)) for days in (0, 9)
    ]
    usual = stage.server.answer

    def slowly(asked: Asked) -> Answer:
        stage.now += timedelta(minutes=1)
        return usual(asked)

    stage.server.answer = slowly
    assert len(gone(stage, mentions)) == 1


@pytest.mark.parametrize(
    "answer", [refused(403, "forbidden"), refused(404, "notFound"), Answer(body=b"{}")]
)
def test_a_failure_is_not_taken_for_a_deletion(stage: Blog, answer: Answer) -> None:
    stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    stage.server.answer = lambda asked: answer
    with pytest.raises((SourceRefused, SourceUnavailable)):
        gone(stage, mentions)


def test_more_comments_than_can_be_looked_through_tell_nothing(stage: Blog) -> None:
    stage.page = 100
    stage.add(at=NOW)
    mentions = [one.mention for one in read_all(stage, None)[0]]
    stage.page = 1
    for _ in range(21):
        stage.add(at=NOW)
    with pytest.raises(SourceUnavailable, match="more than 20 pages"):
        gone(stage, mentions)
    stage.page, stage.spoilt_tokens = 3, 1
    with pytest.raises(SourceUnavailable, match="lost its place"):
        gone(stage, mentions)


# --- how it stands -------------------------------------------------------------------------


def probed(stage: Blog, secret: str = KEY) -> Probed:
    source = stage.source(secret)
    assert isinstance(source, Probing)
    return source.probe(deadline=stage.soon)


def test_a_blog_that_can_be_read_lacks_nothing(stage: Blog) -> None:
    assert probed(stage) == Probed(works=("finds the blog Acme's blog", "reads its comments"))


def test_comments_that_only_the_owner_may_list_are_told(stage: Blog) -> None:
    stage.is_for_owners = True
    assert "sign in by a refresh token" in str(probed(stage).missing)
    assert probed(stage, ACCOUNT).missing == ()


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({}, True, "blog_id: missing"),
        ({"blog_id": "acme.blogspot.com"}, True, "use the number of the blog"),
        ({"blog_id": BLOG}, False, "secret: nothing can be read without one"),
        ({"blog_id": BLOG, "base_url": "http://x.example"}, True, "in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], has_secret: bool, problem: str) -> None:
    assert problem in str(check_options("blogger", options, has_secret=has_secret))


def test_right_options_have_no_problems() -> None:
    assert check_options("blogger", {"blog_id": BLOG}) == []
