"""Listening to a page on Facebook, against a server with the Graph API's rules for its listings.

Shapes and rules: developers.facebook.com/docs/graph-api/results (paging; a mark does not hold any
more once its post is gone), /guides/field-expansion, /reference/post/comments and
/guides/error-handling (v26.0, November 2026).
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media
from chalicelib.ports import Batch, Cursor, Source
from chalicelib.sources import check_options
from chalicelib.sources.facebook import MEMBER
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract

PAGE = "1122334455"
TOKEN = "EAABhushhushhushhushhush"
APP_SECRET = "hush-app-secret"
VERIFY_TOKEN = "hush-verify-me"
SECRET = json.dumps({"page_token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN})

GONE_ERROR = {
    "message": "Unsupported get request. Object with ID '7' does not exist, cannot be loaded due "
    "to missing permissions, or does not support this operation.",
    "type": "GraphMethodException",
    "code": 100,
    "error_subcode": 33,
    "fbtrace_id": "EJplcsCHuLu",
}
"""What the Graph API says of a node that is not there, and of one that may not be seen."""


def date_of(at: datetime) -> str:
    """As in graph-api/guides/field-expansion: `2021-04-30T01:37:07+0000`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def refusal(code: int, message: str = "no", *, status: int = 400, **over: Any) -> Answer:
    """An error in the shape of graph-api/guides/error-handling."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "EJplc"}
    return Answer(status=status, body=json.dumps({"error": error | over}).encode())


def reply_with(value: object, **headers: str) -> Answer:
    return Answer(headers=headers, body=json.dumps(value).encode())


class Wall(Stage):
    """A page, what stands on it and what tags it, three entries at a time."""

    page = 3

    def __init__(self, listing: str = "tagged", **options: Any) -> None:
        super().__init__()
        self.listing = listing
        self.options = options
        self.posts: dict[str, list[dict[str, Any]]] = {"tagged": [], "feed": [], "own": []}
        self.comments: dict[str, list[dict[str, Any]]] = {}
        self.speaks_for = PAGE
        self.is_failing = False
        self.is_ranked = False
        """Whether the listings are in no order."""
        self.order = "written"
        """By which its listings are ordered: `written`, `touched`, or `oldest` first."""
        self.heeds_since = True
        self.by_time = False
        """Whether listings are paged by time, as in graph-api/guides/field-expansion."""
        self.headers: dict[str, str] = {}
        self.refusals: dict[str, Answer] = {}
        """By how a path ends."""
        self.server: Loopback
        self._last = 1000
        self.own_post(at=self.now - timedelta(hours=20))

    # --- what is there ---

    def number(self) -> int:
        self._last += 1
        return self._last

    def own_post(self, *, at: datetime) -> str:
        id = f"{PAGE}_{self.number()}"
        self.posts["own"].append({"id": id, "created_time": date_of(at)})
        self.comments[id] = []
        return id

    def add_post(self, listing: str = "tagged", *, at: datetime, **over: Any) -> str:
        by = "998877" if listing == "tagged" else PAGE
        id = f"{by}_{self.number()}"
        post = {
            "id": id,
            "created_time": date_of(at),
            "updated_time": date_of(at),
            "message": "acme",
            "from": {"id": "998877", "name": "Carla"},
            "permalink_url": f"https://www.facebook.com/{id.replace('_', '/posts/')}",
        }
        found = {key: one for key, one in (post | over).items() if one is not None}
        self.posts[listing].append(found)
        return id

    def add_comment(self, *, at: datetime, beneath: Any = "", **over: Any) -> str:
        post = str(beneath) or str(self.posts["own"][-1]["id"])
        id = f"{post.rpartition('_')[2]}_{self.number()}"
        comment = {
            "id": id,
            "created_time": date_of(at),
            "message": "acme",
            "from": {"id": "998877", "name": "Carla"},
            "permalink_url": f"https://www.facebook.com/{post}?comment_id={id}",
        }
        found = {key: one for key, one in (comment | over).items() if one is not None}
        self.comments[post].append(found)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        if self.listing == "comments":
            return self.add_comment(at=at, message=text)
        return self.add_post(self.listing, at=at, message=text)

    def delete(self, id: str) -> None:
        for listing in (*self.posts.values(), *self.comments.values()):
            listing[:] = [one for one in listing if one["id"] != id]

    def stands(self, id: str) -> bool:
        listings = chain(self.posts.values(), self.comments.values())
        return id in self.comments or any(one["id"] == id for one in chain(*listings))

    def beneath(self, id: str) -> list[dict[str, Any]]:
        """Comments of a post, or answers to a comment."""
        said = chain(*self.comments.values())
        return self.comments.get(id) or [one for one in said if one.get("parent") == {"id": id}]

    # --- how it answers ---

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, "page": PAGE, "reads": [self.listing]}
        return SourceEntry(
            name="fb", kind="facebook", brand="acme", options=options | self.options, secret="fb"
        )

    def source(self, secret: str = SECRET) -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.is_failing = True

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<!DOCTYPE html><title>Sorry, something went wrong.</title>")
        given = asked.query if asked.method == "GET" else parse_qs(asked.body.decode())
        query = {name: values[0] for name, values in given.items()}
        return self.answered(asked.method, asked.path, query)

    def answered(self, method: str, path: str, query: dict[str, str]) -> Answer:
        proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if (query.get("access_token"), query.get("appsecret_proof")) != (TOKEN, proof):
            return refusal(190, f"Malformed access token {query.get('access_token')}")
        for end, answer in self.refusals.items():
            if path.endswith(end):
                return answer
        assert method == "GET"
        if path == "/v26.0/me":
            return reply_with({"id": self.speaks_for, "name": "Acme"}, **self.headers)
        found = re.fullmatch(r"/v26\.0/([0-9_]+)/(tagged|feed|published_posts|comments)", path)
        assert found, path
        node, edge = found.groups()
        if edge == "comments" and not self.stands(node):
            return Answer(status=404, body=json.dumps({"error": GONE_ERROR}).encode())
        entries = self.beneath(node) if edge == "comments" else self.entries(edge, query)
        if edge == "comments":
            assert (query["filter"], query["order"]) == ("stream", "reverse_chronological")
        since = int(query.get("since", 0)) if edge in ("comments", "feed") else 0
        listed = self.listed(entries, path, query, since=since)
        if listed is None:
            return refusal(100, "(#100) Invalid cursors values")
        return reply_with(listed, **self.headers)

    def entries(self, edge: str, query: dict[str, str]) -> list[dict[str, Any]]:
        if edge != "published_posts":
            return self.posts[edge]
        asked = re.fullmatch(
            r"id,created_time,comments\.filter\(stream\)\.order\(reverse_chronological\)"
            r"\.since\((\d+)\)\.limit\((\d+)\)\{id,.*\}",
            query["fields"],
        )
        assert asked
        found = []
        for post in self.posts["own"]:
            path = f"/v26.0/{post['id']}/comments"
            nested = {"limit": asked[2], "access_token": query["access_token"]}
            listed = self.listed(self.comments[post["id"]], path, nested, since=int(asked[1]))
            found.append(post | ({"comments": listed} if listed and listed["data"] else {}))
        return found

    def listed(
        self, entries: list[dict[str, Any]], path: str, query: dict[str, str], *, since: int
    ) -> dict[str, Any] | None:
        def touched(one: dict[str, Any]) -> str:
            return str(max(one["created_time"], one.get("updated_time") or ""))

        order = sorted(entries, key=lambda one: (one["created_time"], one["id"]))
        if self.order == "touched":
            order.sort(key=touched)
        if self.order != "oldest":
            order.reverse()
        if self.is_ranked:
            order.sort(key=lambda one: hashlib.md5(one["id"].encode()).hexdigest())
        if since and self.heeds_since:
            least = date_of(datetime.fromtimestamp(since, UTC))
            order = [one for one in order if touched(one) >= least]
        mark = query.get("after") or query.get("__paging_token")
        if mark:
            at = [one["id"] for one in order]
            if mark not in at:
                return None
            order = order[at.index(mark) + 1 :]
        size = min(int(query.get("limit", 25)), self.page)
        page, rest = order[:size], order[size:]
        paging: dict[str, Any] = {}
        if page:
            last = page[-1]["id"]
            paging["cursors"] = {"before": page[0]["id"], "after": last}
            if rest:
                more = {"until": "1619389766", "__paging_token": last} if self.by_time else {}
                more = more or {"after": last}
                token = {"access_token": query["access_token"], "limit": str(size)}
                address = f"https://graph.facebook.com{path}?{urlencode(token | more)}"
                paging["next"] = address
        return {"data": page, **({"paging": paging} if paging else {})}


@contextmanager
def staged(listing: str = "tagged", **options: Any) -> Iterator[Wall]:
    wall = Wall(listing, **options)
    with serving(wall.answer) as server:
        wall.server = server
        yield wall


@pytest.fixture
def wall() -> Iterator[Wall]:
    """A page of which all is read."""
    with staged(reads=["tagged", "feed", "comments"]) as wall:
        yield wall


def fetch(wall: Wall, cursor: Cursor | None = None) -> Batch:
    return wall.source().fetch(cursor, deadline=wall.soon)


class WallContract(PlatformContract):
    listing: ClassVar[str]

    @pytest.fixture
    def stage(self) -> Iterator[Wall]:
        with staged(self.listing) as wall:
            yield wall

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Wall)
        us = {"id": PAGE, "name": "Acme"}
        if stage.listing == "comments":
            return stage.add_comment(at=stage.now, **{"from": us})
        return stage.add_post(stage.listing, at=stage.now, **{"from": us})

    def test_a_post_that_is_deleted_between_two_pages_hides_none(self, stage: Wall) -> None:
        _, cursor = read_all(stage, None)
        stage.now += timedelta(hours=1)
        at = [stage.now - timedelta(seconds=one) for one in range(40)]
        posted = {stage.post(f"acme {number}", at=one) for number, one in enumerate(at)}
        given: set[str] = set()
        for number, batch in enumerate(read_on(stage, cursor)):
            given |= ids(batch.pulled)
            if number == 0:
                assert not batch.is_caught_up
                oldest = batch.pulled[0].mention.platform_id  # the mark of the next page
                stage.delete(oldest)
        assert posted <= given

    def test_listings_in_no_order_are_read_to_their_end(self, stage: Wall) -> None:
        _, cursor = read_all(stage, None)
        stage.is_ranked = True
        at = [stage.now - timedelta(seconds=one) for one in range(20)]
        posted = {stage.post(f"acme {number}", at=one) for number, one in enumerate(at)}
        assert posted <= ids(read_all(stage, cursor)[0])

    def test_listings_that_are_paged_by_time_are_read_on(self, stage: Wall) -> None:
        stage.by_time = True
        at = [stage.now - timedelta(minutes=one) for one in range(8)]
        posted = {stage.post(f"acme {number}", at=one) for number, one in enumerate(at)}
        assert posted <= ids(read_all(stage, None)[0])

    def test_what_was_read_long_ago_is_not_read_again(self, stage: Wall) -> None:
        stage.heeds_since = False
        for hours in range(20):
            stage.post("acme of old", at=stage.now - timedelta(hours=hours, minutes=30))
        stage.post("acme", at=stage.now)
        _, cursor = read_all(stage, None)
        stage.server.asked.clear()
        again, _ = read_all(stage, cursor)
        assert len(again) == 1
        assert len(stage.server.asked) <= 3

    def test_no_next_page_is_asked_for_elsewhere(self, stage: Wall) -> None:
        for minutes in range(8):
            stage.post("acme", at=stage.now - timedelta(minutes=minutes))
        read_all(stage, None)
        assert all(one.query["access_token"] == [TOKEN] for one in stage.server.asked)
        assert all("limit" in one.query for one in stage.server.asked if one.path != "/v26.0/me")


class TestTagged(WallContract):
    listing = "tagged"


class TestFeed(WallContract):
    listing = "feed"

    def test_a_listing_by_the_time_of_the_last_comment_hides_nothing(self, stage: Wall) -> None:
        _, cursor = read_all(stage, None)
        stage.order, stage.heeds_since = "touched", False
        stage.now += timedelta(hours=1)
        touched = date_of(stage.now)
        for number in range(7):
            old = stage.now - timedelta(days=40 + number)
            stage.add_post("feed", at=old, updated_time=touched)
        fresh = stage.post("acme", at=stage.now - timedelta(minutes=1))
        assert fresh in ids(read_all(stage, cursor)[0])


class TestComments(WallContract):
    listing = "comments"

    def test_comments_of_many_posts_come_with_the_posts(self, stage: Wall) -> None:
        posts = [stage.own_post(at=stage.now - timedelta(hours=hours)) for hours in (9, 5)]
        made = {stage.add_comment(at=stage.now, beneath=post) for post in posts}
        assert made <= ids(read_all(stage, None)[0])
        assert [one.path for one in stage.server.asked] == [
            "/v26.0/me",
            f"/v26.0/{PAGE}/published_posts",
        ]

    def test_a_comment_on_a_post_read_before_while_another_is_read_is_given(
        self, stage: Wall
    ) -> None:
        """The watermark never rises above what stood when the round began."""
        quiet = stage.own_post(at=stage.now - timedelta(hours=2))
        busy = stage.own_post(at=stage.now - timedelta(hours=1))
        for number in range(30):
            stage.add_comment(at=stage.now - timedelta(seconds=number), beneath=busy)
        batch = fetch(stage)
        assert not batch.is_caught_up
        stage.now += timedelta(minutes=1)
        unseen = stage.add_comment(at=stage.now, beneath=quiet)
        stage.now += timedelta(minutes=30)
        stage.add_comment(at=stage.now, beneath=stage.own_post(at=stage.now))
        given, cursor = read_all(stage, batch.cursor)
        stage.now += timedelta(minutes=30)
        again, _ = read_all(stage, cursor)
        assert unseen in ids(given) | ids(again)

    def test_comments_that_come_oldest_first_are_read_to_their_end(self, stage: Wall) -> None:
        for hours in range(1, 9):
            stage.post("acme of old", at=stage.now - timedelta(hours=hours))
        _, cursor = read_all(stage, None)
        stage.order, stage.heeds_since = "oldest", False
        id = stage.post("acme", at=stage.now)
        assert id in ids(read_all(stage, cursor)[0])

    def test_a_post_that_is_deleted_while_its_comments_are_read_is_passed_over(
        self, stage: Wall
    ) -> None:
        for number in range(30):
            stage.add_comment(at=stage.now - timedelta(seconds=number))
        batch = fetch(stage)
        del stage.comments[str(stage.posts["own"].pop()["id"])]
        last = list(read_on(stage, batch.cursor))[-1]
        assert (last.is_caught_up, last.gap) == (True, "")

    def test_only_the_latest_posts_are_looked_beneath(self) -> None:
        with staged("comments", recent_posts=2, post_days=10) as stage:
            for days in (9, 8, 7):
                post = stage.own_post(at=stage.now - timedelta(days=days))
                stage.add_comment(at=stage.now, beneath=post)
            stage.posts["own"].pop(0)
            assert len(read_all(stage, None)[0]) == 2

    def test_older_posts_are_not_turned_to(self) -> None:
        with staged("comments", recent_posts=100, post_days=1) as stage:
            for days in range(2, 12):
                stage.own_post(at=stage.now - timedelta(days=days))
            read_all(stage, None)
            paths = [one.path for one in stage.server.asked]
            assert paths.count(f"/v26.0/{PAGE}/published_posts") == 2

    def test_huge_comments_are_asked_for_in_smaller_numbers(self, stage: Wall) -> None:
        made = {
            stage.post("acme " + "x" * 2_500_000, at=stage.now - timedelta(seconds=number))
            for number in range(3)
        }
        assert made <= ids(read_all(stage, None)[0])


# --- what is read ------------------------------------------------------------------------------


def test_a_post_becomes_a_mention(wall: Wall) -> None:
    """With the post that graph-api/guides/field-expansion shows."""
    recorded = {
        "created_time": "2021-04-30T01:37:07+0000",
        "message": "I'll never forget it has a head.",
        "id": "10211998223264288_10222340566616408",
    }
    wall.now = datetime(2021, 4, 30, 2, tzinfo=UTC)
    wall.posts["tagged"].append(recorded)
    (pulled,) = read_all(wall, None)[0]
    mention = pulled.mention
    assert (mention.platform, mention.platform_id) == ("facebook", recorded["id"])
    assert mention.text == recorded["message"]
    assert mention.posted_at == datetime(2021, 4, 30, 1, 37, 7, tzinfo=UTC)
    assert (
        (mention.author, mention.url, mention.edited_at_known) == (None, "", False)
        if hasattr(mention, "edited_at_known")
        else mention.author is None
    )
    assert json.loads(pulled.raw) == recorded


def test_what_is_told_of_a_post_is_kept(wall: Wall) -> None:
    picture = {
        "description": "a queue",
        "media_type": "photo",
        "media": {"image": {"height": 1, "width": 1, "src": "https://scontent.example/1.jpg"}},
    }
    preview = {"media_type": "link", "media": {"image": {"src": "https://scontent.example/2.jpg"}}}
    wall.add_post(
        at=NOW,
        shares={"count": 12},
        parent_id="998877_5",
        attachments={"data": [picture, preview, 7]},
    )
    (pulled,) = read_all(wall, None)[0]
    mention = pulled.mention
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("998877", "Carla")
    assert (mention.shares, mention.quotes_id, mention.in_reply_to) == (12, "998877_5", None)
    assert mention.media == (Media(url="https://scontent.example/1.jpg", alt="a queue"),)
    assert mention.url.startswith("https://www.facebook.com/998877/posts/")
    assert mention.is_addressed
    assert not mention.is_private


@pytest.mark.parametrize("by", [None, {"id": "5"}, {"name": "Ana"}, {}])
def test_who_is_withheld_is_nobody(wall: Wall, by: object) -> None:
    wall.add_comment(at=NOW, **{"from": by})
    (pulled,) = read_all(wall, None)[0]
    author = pulled.mention.author
    assert (author.handle if author else None) == ("5" if by == {"id": "5"} else None)


def test_a_comment_knows_what_it_answers(wall: Wall) -> None:
    post = str(wall.posts["own"][0]["id"])
    above = wall.add_comment(at=NOW)
    below = wall.add_comment(at=NOW, parent={"id": above})
    found = {one.mention.platform_id: one.mention for one in read_all(wall, None)[0]}
    assert found[above].in_reply_to == post
    assert found[below].in_reply_to == above


def test_a_comment_told_without_its_post_has_the_same_id(wall: Wall) -> None:
    post = str(wall.posts["own"][0]["id"])
    wall.add_comment(at=NOW, id="98765", permalink_url=None)
    (pulled,) = read_all(wall, None)[0]
    assert pulled.mention.platform_id == f"{post.rpartition('_')[2]}_98765"
    assert pulled.mention.url == f"https://www.facebook.com/{post}?comment_id=98765"


def test_a_post_that_tags_the_page_and_stands_on_it_is_one_mention(wall: Wall) -> None:
    id = wall.add_post("feed", at=NOW)
    wall.posts["tagged"].append(wall.posts["feed"][0])
    batch = fetch(wall)
    assert [one.mention.platform_id for one in batch.pulled] == [id]


def test_an_old_post_that_is_made_to_tag_the_page_is_given(wall: Wall) -> None:
    _, cursor = read_all(wall, None)
    wall.now += timedelta(hours=1)
    id = wall.add_post(at=NOW - timedelta(days=90), updated_time=date_of(wall.now))
    assert id in ids(read_all(wall, cursor)[0])


def test_a_new_comment_does_not_make_its_post_look_edited(wall: Wall) -> None:
    """`updated_time` is also the time of the last comment."""
    wall.add_post("feed", at=NOW - timedelta(hours=2), updated_time=date_of(NOW))
    (pulled,) = read_all(wall, None)[0]
    assert pulled.edited_at is None


def test_an_entry_that_cannot_be_read_is_told_and_the_others_are_given(wall: Wall) -> None:
    wall.add_post(at=NOW, created_time="2026-11-21T19:30:00")
    wall.add_comment(at=NOW, message=7)
    good = wall.add_post("feed", at=NOW)
    batch = fetch(wall)
    assert ids(batch.pulled) == {good}
    assert len(batch.refused) == 2


# --- what goes wrong ---------------------------------------------------------------------------


def test_one_listing_that_may_not_be_read_does_not_hide_the_others(wall: Wall) -> None:
    wall.refusals["/tagged"] = refusal(
        10, "(#10) This endpoint requires the 'pages_read_engagement' permission", status=403
    )
    heard = {wall.add_post("feed", at=NOW), wall.add_comment(at=NOW)}
    batch = fetch(wall)
    assert ids(batch.pulled) == heard
    assert batch.is_caught_up
    assert "tagged cannot be read: Facebook: a permission is missing (10)" in batch.gap
    assert "pages_read_engagement" in batch.gap
    wall.refusals.clear()
    unheard = wall.add_post("tagged", at=NOW)
    assert unheard in ids(fetch(wall, batch.cursor).pulled)


def test_a_page_of_which_nothing_may_be_read_is_refused(wall: Wall) -> None:
    for edge in ("/tagged", "/feed", "/published_posts"):
        wall.refusals[edge] = refusal(200, "(#200) Missing pages_read_user_content")
    with pytest.raises(SourceRefused, match="pages_read_user_content"):
        fetch(wall)


def test_the_token_of_a_person_is_refused_since_it_would_see_nothing(wall: Wall) -> None:
    wall.speaks_for = "998877"
    with pytest.raises(SourceRefused, match="not for page 1122334455"):
        fetch(wall)


def test_whom_the_token_speaks_for_is_asked_once_a_day(wall: Wall) -> None:
    def looks() -> int:
        return [one.path for one in wall.server.asked].count("/v26.0/me")

    _, cursor = read_all(wall, None)
    wall.now += timedelta(hours=23)
    _, cursor = read_all(wall, cursor)
    assert looks() == 1
    wall.now += timedelta(hours=2)
    read_all(wall, cursor)
    assert looks() == 2


def test_a_token_that_does_not_hold_is_refused_and_never_repeated(wall: Wall) -> None:
    wrong = json.dumps({"page_token": "EAABwrong", "app_secret": APP_SECRET})
    with pytest.raises(SourceRefused, match="the page token does not hold any more") as refused:
        wall.source(wrong).fetch(None, deadline=wall.soon)
    assert "EAABwrong" not in str(refused.value)


def test_a_page_that_repeats_itself_is_told_and_left(wall: Wall) -> None:
    id = wall.add_post(at=NOW)
    stuck = {"data": wall.posts["tagged"], "paging": {"next": "https://x.example/?after=abc"}}
    wall.refusals["/tagged"] = reply_with(stuck)
    batch = fetch(wall)
    assert id in ids(batch.pulled)
    assert batch.is_caught_up
    assert "again and again" in batch.gap


# --- how much may be asked ---------------------------------------------------------------------

USED_UP = (
    '{"1122334455":[{"type":"pages","call_count":100,"total_cputime":25,"total_time":25,'
    '"estimated_time_to_regain_access":19}]}'
)
"""As graph-api/overview/rate-limiting shows the header."""


def test_when_all_calls_are_used_up_facebook_is_left_alone_for_as_long_as_it_says(
    wall: Wall,
) -> None:
    id = wall.add_post(at=NOW)
    fetch(wall)
    wall.headers = {"X-Business-Use-Case-Usage": USED_UP}
    first = fetch(wall)
    wall.server.asked.clear()
    with pytest.raises(SourceUnavailable) as unavailable:
        fetch(wall, first.cursor)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=19)
    assert wall.server.asked == []
    wall.headers = {}
    wall.now = NOW + timedelta(minutes=19)
    assert not first.is_caught_up
    assert id in ids(read_all(wall, first.cursor)[0])


def test_a_refusal_for_too_many_calls_says_when_to_come_back(wall: Wall) -> None:
    headers = {"X-Business-Use-Case-Usage": USED_UP}
    limited = refusal(4, "Application request limit reached")
    wall.refusals["/me"] = Answer(status=400, headers=headers, body=limited.body)
    with pytest.raises(SourceUnavailable, match="request limit reached") as unavailable:
        fetch(wall)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=19)


def test_what_was_read_before_the_limit_is_given(wall: Wall) -> None:
    heard = wall.add_post(at=NOW)
    wall.refusals["/feed"] = refusal(32, "Page request limit reached")
    batch = fetch(wall)
    assert ids(batch.pulled) == {heard}
    assert (batch.is_caught_up, batch.gap) == (False, "")
    with pytest.raises(SourceUnavailable) as unavailable:
        fetch(wall, batch.cursor)
    assert unavailable.value.retry_at is not None
    wall.refusals.clear()
    wall.now += timedelta(minutes=10)
    late = {wall.add_post("feed", at=NOW), wall.add_comment(at=NOW)}
    assert late <= ids(read_all(wall, batch.cursor)[0])


def test_whoever_runs_out_of_time_begins_with_what_was_not_read(wall: Wall) -> None:
    for listing in ("tagged", "feed"):
        wall.add_post(listing, at=NOW)
    comment = wall.add_comment(at=NOW)
    fetch_until(wall, "/feed")
    first = fetch_until(wall, "/feed")
    assert comment not in ids(first.pulled)
    wall.server.asked.clear()
    assert comment in ids(fetch(wall, first.cursor).pulled)
    assert wall.server.asked[0].path.endswith("/published_posts")


@pytest.mark.parametrize("reads", [["tagged", "feed", "comments"], ["feed"]])
def test_a_quiet_pull_takes_as_many_calls_as_are_foretold(reads: list[str]) -> None:
    with staged(reads=reads) as wall:
        first = fetch(wall)
        wall.server.asked.clear()
        fetch(wall, first.cursor)
        assert MEMBER.calls_per_pull(MEMBER.complete({"reads": reads})) == len(wall.server.asked)


def fetch_until(wall: Wall, end: str) -> Batch:
    """A fetch whose time is up once `end` was asked for."""
    usual = wall.answer

    def answer(asked: Asked) -> Answer:
        answered = usual(asked)
        if asked.path.endswith(end):
            wall.now += timedelta(seconds=30)
        return answered

    wall.server.answer = answer
    try:
        return fetch(wall)
    finally:
        wall.server.answer = usual
        wall.now = NOW


# --- how it is configured ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "page: missing; say the id of the page, a number"),
        ({"page": "acme"}, "page: 'acme'; use its id, which is a number, not its name"),
        ({"page": "1", "version": "26"}, "version: '26'; use one such as v26.0"),
        ({"page": "1", "reads": ["ratings"]}, "reads: 'ratings'; use tagged, feed, comments"),
        ({"page": "1", "reads": []}, "reads: [] leaves nothing"),
        ({"page": "1", "base_url": "http://graph.example"}, "would send the secret in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, object], problem: str) -> None:
    assert any(problem in found for found in check_options("facebook", options))


def test_a_page_is_not_read_without_a_token() -> None:
    problems = check_options("facebook", {"page": "1"}, has_secret=False)
    assert problems == ["secret: a page cannot be read without its token; name it"]
