"""Hacker News, against a server with the rules of its search.

Shapes and rules: hn.algolia.com/api and the README of github.com/algolia/hn-search.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import DeletionChecker, Probing
from tests.builders import a_mention
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all
from tests.sources.hostile import PlatformContract

STORY = {
    "created_at": "2006-10-09T18:21:51Z",
    "title": "Y Combinator",
    "url": "http://ycombinator.com",
    "author": "pg",
    "points": 57,
    "story_text": None,
    "comment_text": None,
    "num_comments": 2,
    "story_id": None,
    "story_title": None,
    "story_url": None,
    "parent_id": None,
    "created_at_i": 1160418111,
    "_tags": ["story", "author_pg", "story_1"],
    "objectID": "1",
    "_highlightResult": {"title": {"value": "Y Combinator", "matchLevel": "none"}},
}
"""A hit as the API documents it."""

COMMENT = STORY | {
    "title": None,
    "url": None,
    "author": "sama",
    "points": None,
    "num_comments": None,
    "comment_text": "&#34;the rising star&#34;<p>acme&#x27;s site",
    "parent_id": 1,
    "objectID": "15",
    "_tags": ["comment", "author_sama", "story_1"],
}


class Search(Stage):
    """The index: newest first, numeric filters, at most 1,000 hits."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: list[dict[str, Any]] = []
        self.options: dict[str, Any] = {"per_fetch": self.page}
        self.is_failing = False
        self.items: dict[str, dict[str, Any]] = {}
        """What Hacker News itself says of an item; null of all others."""
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<html>503 backend fetch failed</html>")
        if asked.path.startswith("/v0/item/"):
            id = asked.path.removeprefix("/v0/item/").removesuffix(".json")
            return Answer(body=json.dumps(self.items.get(id)).encode())
        filters = asked.query["numericFilters"][0].split(",")
        bounds = [re.fullmatch(r"created_at_i([<>])=(\d+)", one) for one in filters]
        found = self.hits
        for bound in bounds:
            assert bound is not None, filters
            limit = int(bound[2])
            found = [
                hit
                for hit in found
                if (
                    hit["created_at_i"] >= limit
                    if bound[1] == ">"
                    else hit["created_at_i"] <= limit
                )
            ]
        word = asked.query["query"][0].strip('"').lower()
        found = [hit for hit in found if word in json.dumps(hit).lower()]
        found.sort(key=lambda hit: -hit["created_at_i"])
        most = min(int(asked.query["hitsPerPage"][0]), 1_000)
        page = {"hits": found[:most], "page": 0, "nbHits": len(found), "hitsPerPage": most}
        return Answer(body=json.dumps(page).encode())

    def add(self, hit: dict[str, Any], *, at: datetime, **over: Any) -> str:
        id = str(1000 + len(self.hits))
        self.hits.append(hit | {"created_at_i": int(at.timestamp()), "objectID": id} | over)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(COMMENT, at=at, comment_text=text)

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, "items_url": self.server.url, **self.options}
        return SourceEntry(name="hn", kind="hackernews", brand="acme", options=options)

    def fail(self) -> None:
        self.is_failing = True


@contextmanager
def staged() -> Iterator[Search]:
    search = Search()
    with serving(search.answer) as server:
        search.server = server
        yield search


@pytest.fixture
def stage() -> Iterator[Search]:
    with staged() as search:
        yield search


class TestHackerNews(PlatformContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Search)
        return stage.add(COMMENT, at=stage.now, author="Alice", comment_text="acme is us")


def test_a_comment_becomes_a_mention(stage: Search) -> None:
    id = stage.add(COMMENT, at=NOW)
    mention = read_all(stage, None)[0][0].mention
    assert mention.text == '"the rising star"\nacme\'s site'
    assert mention.author is not None
    assert mention.author.handle == "sama"
    assert mention.url == f"https://news.ycombinator.com/item?id={id}"
    assert (mention.in_reply_to, mention.posted_at) == ("1", NOW)
    assert mention.id == f"hackernews.{id}"


def test_a_story_becomes_a_mention_with_its_title(stage: Search) -> None:
    stage.add(STORY, at=NOW, title="Acme is down", story_text="<p>since noon", author=None)
    mention = read_all(stage, None)[0][0].mention
    assert (mention.text, mention.author) == ("Acme is down\n\nsince noon", None)


def test_it_asks_for_exact_words_since_the_watermark(stage: Search) -> None:
    read_all(stage, None)
    query = stage.server.asked[0].query
    assert query["query"] == ['"acme"']
    assert (query["typoTolerance"], query["queryType"]) == (["false"], ["prefixNone"])
    since = int((NOW - timedelta(hours=24)).timestamp())
    assert query["numericFilters"] == [f"created_at_i>={since}"]


def test_each_term_is_searched_and_a_hit_of_two_is_given_once(stage: Search) -> None:
    stage.options["terms"] = ["acme", "acme mobile"]
    both = stage.post("acme mobile", at=NOW)
    given, _ = read_all(stage, None)
    assert [one.mention.platform_id for one in given] == [both]
    assert [asked.query["query"] for asked in stage.server.asked] == [['"acme"'], ['"acme mobile"']]


def test_a_hit_that_enters_the_index_late_is_given(stage: Search) -> None:
    stage.post("acme", at=NOW)
    _, cursor = read_all(stage, None)
    late = stage.post("acme, indexed late", at=NOW - timedelta(minutes=4))
    assert late in ids(read_all(stage, cursor)[0])


def test_a_hit_from_the_future_does_not_hide_what_comes_before_it(stage: Search) -> None:
    stage.post("acme tomorrow", at=NOW + timedelta(days=1))
    _, cursor = read_all(stage, None)
    stage.now += timedelta(hours=1)
    soon = stage.post("acme in an hour", at=stage.now)
    assert soon in ids(read_all(stage, cursor)[0])


def test_more_of_one_second_than_the_index_gives_is_told(stage: Search) -> None:
    for _ in range(1_001):
        stage.post("acme storm", at=NOW)
    older = stage.post("acme before", at=NOW - timedelta(minutes=1))
    cursor, gaps, given = None, [], set()
    while True:
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        gaps.append(batch.gap)
        given |= ids(batch.pulled)
        cursor = batch.cursor
        if batch.is_caught_up:
            break
    assert any("in one second" in gap for gap in gaps)
    assert older in given


@pytest.mark.parametrize(
    "broken",
    [
        {"objectID": 7},
        {"created_at_i": "noon"},
        {"created_at_i": 10**15},
        {"created_at_i": 10**17},
        {"created_at_i": 10**40},
        {"created_at_i": -(10**17)},
        {"created_at_i": -(10**40)},
        {"comment_text": None},
    ],
)
def test_a_hit_that_cannot_be_read_is_told_and_the_others_are_given(broken: dict[str, Any]) -> None:
    hits = [
        COMMENT | {"objectID": "2", "created_at_i": int(NOW.timestamp())},
        COMMENT | broken,
    ]
    search = Search()
    with serving(Answer(body=json.dumps({"hits": hits, "hitsPerPage": 3}).encode())) as server:
        search.server = server
        batch = search.source().fetch(None, deadline=search.soon)
    assert ids(batch.pulled) == {"2"}
    assert len(batch.refused) == 1
    assert batch.pulled[0].mention.posted_at == datetime.fromtimestamp(NOW.timestamp(), UTC)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"hits": 7}', b'{"hits": [', b'{"hits": [{"objectID"', b"[" * 100_000]
)
def test_what_is_no_usable_json_is_unavailable(body: bytes) -> None:
    search = Search()
    with serving(Answer(body=body)) as server:
        search.server = server
        with pytest.raises(SourceUnavailable, match="no usable JSON"):
            search.source().fetch(None, deadline=search.soon)


def test_a_refusal_is_told() -> None:
    search = Search()
    with serving(Answer(status=403, body=b'{"error": "blocked"}')) as server:
        search.server = server
        with pytest.raises(SourceRefused, match="403: blocked"):
            search.source().fetch(None, deadline=search.soon)


def test_a_rate_limit_says_when_to_come_back() -> None:
    search = Search()
    with serving(Answer(status=429, headers={"Retry-After": "600"})) as server:
        search.server = server
        with pytest.raises(SourceUnavailable) as unavailable:
            search.source().fetch(None, deadline=search.soon)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=10)


# --- whether a post still stands -----------------------------------------------------------

ITEM = {
    "by": "norvig",
    "id": 2921983,
    "kids": [2922097],
    "parent": 2921506,
    "text": "Aw shucks, guys ... you make me blush with your compliments.",
    "time": 1314211127,
    "type": "comment",
}
"""An item as github.com/HackerNews/API documents it; one that is gone says so in `deleted`, one
that was killed in `dead`."""


def a_hit(id: str) -> Mention:
    return a_mention(platform="hackernews", platform_id=id, source="hn")


def checked(stage: Search, *ids: str, deadline: datetime | None = None) -> frozenset[str]:
    source = stage.source()
    assert isinstance(source, DeletionChecker)
    assert len(ids) <= source.checks_at_once
    mentions = [a_hit(id) for id in ids]
    return source.delete_check(mentions, deadline=deadline or stage.soon).gone


def test_a_post_that_was_deleted_or_killed_is_gone_and_no_other(stage: Search) -> None:
    stage.items = {
        "1": ITEM,
        "2": {"deleted": True, "id": 2, "time": 1314211127, "type": "comment"},
        "3": ITEM | {"dead": True},
        "4": ITEM | {"dead": False, "deleted": False},
    }
    assert checked(stage, "1", "2", "3", "4") == {"2", "3"}


def test_a_post_that_is_not_known_there_yet_stands(stage: Search) -> None:
    assert checked(stage, "1") == frozenset()


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"<html>", b'{"deleted": "yes"}'])
def test_an_answer_that_is_none_does_not_look_like_a_deletion(body: bytes) -> None:
    search = Search()
    with serving(Answer(body=body)) as server:
        search.server = server
        with pytest.raises(SourceUnavailable):
            checked(search, "1")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_does_not_look_like_a_deletion(status: int) -> None:
    search = Search()
    with serving(Answer(status=status)) as server:
        search.server = server
        with pytest.raises(SourceRefused):
            checked(search, "1")


def test_what_no_time_is_left_for_stands(stage: Search) -> None:
    stage.items = {"1": {"deleted": True}}
    assert checked(stage, "1", deadline=stage.now) == frozenset()
    assert stage.server.asked == []


def test_an_id_leads_nowhere_else(stage: Search) -> None:
    checked(stage, "../user/pg?x=")
    assert stage.server.asked[0].path == "/v0/item/..%2Fuser%2Fpg%3Fx%3D.json"


def test_a_probe_is_one_search(stage: Search) -> None:
    source = stage.source()
    assert isinstance(source, Probing)
    assert source.probe(deadline=stage.soon).works == ("finds posts that say 'acme'",)
    assert len(stage.server.asked) == 1
