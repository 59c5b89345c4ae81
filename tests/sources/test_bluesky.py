"""Bluesky: the suite over a small server with the rules of its own, and what it makes of posts.

Rules and shapes: github.com/bluesky-social/atproto (August 2026): `lexicons/`, the handlers in
`packages/pds/src/api` and `packages/bsky/src/api`, and, for the notification below,
`packages/bsky/tests/views/__snapshots__/notifications.test.ts.snap`.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from atproto_client import models

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.ports import Batch, DeletionChecker, Probing
from chalicelib.sources.bluesky import MEMBER, Bluesky
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract

OWN = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
DAN = "did:plc:u5cwb2mwiv2bfq53cjufe6yn"
CID = "bafyreig2fjxi3rptqdgylg7e5hmjl6mcke7rn2b6cugzlqq3i4zu6rq52q"

NOTIFICATION: dict[str, Any] = {
    "uri": f"at://{DAN}/app.bsky.feed.post/3k43tv4rft22g",
    "cid": CID,
    "author": {
        "did": DAN,
        "handle": "dan.test",
        "displayName": "Dan",
        "associated": {"activitySubscription": {"allowSubscriptions": "followers"}},
        "labels": [],
        "viewer": {"blockedBy": False, "muted": False},
    },
    "reason": "mention",
    "record": {
        "$type": "app.bsky.feed.post",
        "createdAt": "2026-11-21T19:00:00.000Z",
        "text": "@alice.bluesky.xyz is the best",
        "facets": [
            {
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OWN}],
                "index": {"byteStart": 0, "byteEnd": 18},
            }
        ],
    },
    "isRead": True,
    "indexedAt": "2026-11-21T19:00:00.000Z",
    "labels": [],
}

HEADERS = {"RateLimit-Limit": "3000", "RateLimit-Policy": "3000;w=300"}


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def said(value: object, status: int = 200) -> Answer:
    return Answer(status=status, headers=HEADERS, body=json.dumps(value).encode())


def error(name: str, message: str = "", status: int = 400) -> Answer:
    return said({"error": name, "message": message}, status)


def token(scope: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"scope": scope}).encode()).decode()
    return f"e30.{payload.rstrip('=')}.{uuid4().hex}"


class Town(Stage):
    """The server of our account, the service that lists posts, and the chat, as one."""

    page = 100

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = {"handle": "alice.test", **options}
        self.secret = f"app-{uuid4().hex}"
        self.posts: list[dict[str, Any]] = []
        self.hidden: set[str] = set()
        """Whose posts nobody is shown, though they stand."""
        self.deleted: set[str] = set()
        self.profiles: dict[str, dict[str, Any]] = {}
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.scope = "com.atproto.appPassPrivileged"
        self.instead: Callable[[Asked], Answer | None] = lambda asked: None
        """What is answered in place of the rules, and when."""
        self.is_failing = False
        self.server: Loopback

    # --- the server's side ---------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<!DOCTYPE html><title>502</title>")
        if (other := self.instead(asked)) is not None:
            return other
        method = asked.path.removeprefix("/xrpc/")
        if method == "com.atproto.server.createSession":
            told = json.loads(asked.body)
            if told != {"identifier": "alice.test", "password": self.secret}:
                return error("AuthenticationRequired", "Invalid identifier or password", 401)
            return self._session()
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if method == "com.atproto.server.refreshSession":
            assert asked.body == b""
            if bearer not in self.refresh:
                return error("ExpiredToken", "Token has been revoked")
            self.refresh.remove(bearer)
            return self._session()
        if bearer not in self.access:
            return error("ExpiredToken", "Token has expired")
        name = re.sub("[A-Z]", lambda one: "_" + one[0].lower(), method.rpartition(".")[2])
        answer: Answer = getattr(self, f"on_{name}")(asked)
        return answer

    def _session(self) -> Answer:
        access, refresh = token(self.scope), uuid4().hex
        self.access.add(access)
        self.refresh.add(refresh)
        who = {"did": OWN, "handle": "alice.test", "active": True}
        return said({"accessJwt": access, "refreshJwt": refresh, **who})

    def expire(self) -> None:
        self.access.clear()

    def on_get_session(self, asked: Asked) -> Answer:
        return said({"did": OWN, "handle": "alice.test", "active": True})

    def _shown(self) -> list[dict[str, Any]]:
        posts = [one for one in self.posts if one["uri"] not in self.deleted]
        posts = [one for one in posts if one["author"]["did"] not in self.hidden]
        return sorted(posts, key=lambda one: str(one["indexedAt"]), reverse=True)

    def on_list_notifications(self, asked: Asked) -> Answer:
        """`IsoSortAtKey` of the data plane: what stands before the cursor, and nothing at it."""
        assert asked.query["priority"] == ["false"]
        limit = int(asked.query["limit"][0])
        posts = self._shown()
        if cursor := asked.query.get("cursor", [""])[0]:
            posts = [one for one in posts if one["indexedAt"] < cursor]
        page, more = posts[:limit], posts[limit:]
        found = [one for one in page if one["reason"] in asked.query["reasons"]]
        return said({"notifications": found} | ({"cursor": page[-1]["indexedAt"]} if more else {}))

    def on_search_posts(self, asked: Asked) -> Answer:
        """By a number of posts to skip, as the older search does it."""
        assert asked.query["sort"] == ["latest"]
        limit, skip = int(asked.query["limit"][0]), int(asked.query.get("cursor", ["0"])[0])
        word = asked.query["q"][0].casefold()
        posts = [one for one in self._shown() if word in one["record"]["text"].casefold()]
        posts = [one for one in posts if one["indexedAt"] >= asked.query["since"][0]]
        if until := asked.query.get("until", [""])[0]:
            posts = [one for one in posts if one["indexedAt"] < until]
        if skip + limit > 10_000:
            return error("BadRequest", "too far")
        page = posts[skip : skip + limit]
        more = {"cursor": str(skip + limit)} if posts[skip + limit :] else {}
        return said({"posts": page, "hitsTotal": len(posts)} | more)

    def on_get_profiles(self, asked: Asked) -> Answer:
        actors = asked.query["actors"]
        assert len(actors) <= 25
        found = [self.profiles[did] for did in actors if did in self.profiles]
        return said({"profiles": found})

    def on_get_posts(self, asked: Asked) -> Answer:
        assert len(asked.query["uris"]) <= 25
        return said({"posts": [one for one in self._shown() if one["uri"] in asked.query["uris"]]})

    def on_get_record(self, asked: Asked) -> Answer:
        parts = [asked.query[name][0] for name in ("repo", "collection", "rkey")]
        uri = "at://" + "/".join(parts)
        for one in self.posts:
            if one["uri"] == uri and uri not in self.deleted:
                return said({"uri": uri, "cid": one["cid"], "value": one["record"]})
        return error("RecordNotFound", f"Could not locate record: {uri}")

    # --- the test's side -----------------------------------------------------------------

    def add(self, *, at: datetime, **over: Any) -> str:
        """A post. Three of them share each millisecond, so that a page ends within one."""
        number = len(self.posts)
        sorted_at = instant(at + timedelta(milliseconds=number // 3 % 900))
        record = NOTIFICATION["record"] | {"createdAt": sorted_at} | over.pop("record", {})
        did = over.get("author", NOTIFICATION["author"])["did"]
        uri = f"at://{did}/app.bsky.feed.post/3k{number:011d}"
        shown = NOTIFICATION | {"uri": uri, "record": record, "indexedAt": sorted_at} | over
        self.posts.append(shown)
        return uri

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, record={"text": text})

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, **self.options}
        return SourceEntry(name="sky", kind="bluesky", brand="acme", options=options)

    def source(self, secret: str = "") -> Bluesky:
        source = super().source(secret or self.secret)
        assert isinstance(source, Bluesky)
        return source

    def fail(self) -> None:
        self.is_failing = True

    def asked(self, method: str) -> list[Asked]:
        return [one for one in self.server.asked if one.path.endswith("." + method)]


@contextmanager
def staged(**options: Any) -> Iterator[Town]:
    town = Town(**options)
    with serving(town.answer) as server:
        town.server = server
        yield town


@pytest.fixture
def town() -> Iterator[Town]:
    with staged() as town:
        yield town


class BlueskyContract(PlatformContract):
    options: ClassVar[dict[str, Any]]

    @pytest.fixture
    def stage(self) -> Iterator[Town]:
        with staged(**self.options) as town:
            yield town

    def secret_of(self, stage: Stage) -> str:
        assert isinstance(stage, Town)
        return stage.secret

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Town)
        author = NOTIFICATION["author"] | {"did": OWN, "handle": "alice.test"}
        return stage.add(at=stage.now, author=author, record={"text": "acme is us"})

    def test_a_post_that_is_deleted_between_two_pages_hides_none(self, stage: Town) -> None:
        _, cursor = read_all(stage, None)
        posted = [stage.post(f"acme number {number}", at=stage.now) for number in range(250)]
        given: set[str] = set()
        for batch in read_on(stage, cursor):
            given |= ids(batch.pulled)
            if not stage.deleted:
                stage.deleted |= set(posted[-5:])
        assert set(posted) <= given

    def test_a_post_that_is_dated_back_an_hour_is_given(self, stage: Town) -> None:
        stage.post("acme", at=NOW)
        _, cursor = read_all(stage, None)
        late = stage.post("acme, dated back", at=NOW - timedelta(minutes=59))
        assert late in ids(read_all(stage, cursor)[0])

    def test_a_mark_that_the_server_has_forgotten_begins_at_the_top_again(
        self, stage: Town
    ) -> None:
        _, cursor = read_all(stage, None)
        posted = {stage.post(f"acme number {number}", at=stage.now) for number in range(250)}
        first = stage.source().fetch(cursor, deadline=stage.soon)
        assert not first.is_caught_up
        stage.instead = lambda asked: (
            error("InvalidRequest", "Malformed cursor")
            if "cursor" in asked.query or "until" in asked.query
            else None
        )
        if "search" not in stage.options:
            second = stage.source().fetch(first.cursor, deadline=stage.soon)
            assert (second.pulled, second.is_caught_up) == ((), True)
            first = second
        stage.instead = lambda asked: None
        assert posted <= ids(read_all(stage, first.cursor)[0]) | ids(first.pulled)


class TestNotifications(BlueskyContract):
    options: ClassVar[dict[str, Any]] = {}

    def test_what_is_given_speaks_to_us(self, stage: Town) -> None:
        stage.post("acme", at=NOW)
        assert all(one.mention.is_addressed for one in read_all(stage, None)[0])

    def test_who_only_likes_or_follows_says_nothing(self, stage: Town) -> None:
        """A server may not know the parameter that leaves them out."""
        for reason in ("like", "follow", "repost"):
            stage.add(at=NOW, reason=reason)
        id = stage.add(at=NOW, reason="quote")
        everything = said({"notifications": stage.posts})
        stage.instead = lambda asked: (
            everything if asked.path.endswith("listNotifications") else None
        )
        (batch,) = read_on(stage, None)
        assert ids(batch.pulled) == {id}

    def test_a_year_of_likes_is_not_read_for_one_mention(self, stage: Town) -> None:
        for days in range(300):
            stage.add(at=NOW - timedelta(days=days, hours=1), reason="like")
        id = stage.post("acme", at=NOW)
        assert ids(read_all(stage, None)[0]) == {id}
        assert len(stage.asked("listNotifications")) == 1

    def test_more_of_one_millisecond_than_a_page_is_told(self, stage: Town) -> None:
        older = stage.post("acme before", at=NOW - timedelta(minutes=1))
        for _ in range(101):
            stage.add(at=NOW, indexedAt=instant(NOW))
        batches = list(read_on(stage, None))
        assert any("of one millisecond" in batch.gap for batch in batches)
        assert any(older in ids(batch.pulled) for batch in batches)


class TestSearch(BlueskyContract):
    options: ClassVar[dict[str, Any]] = {"search": "acme"}

    def test_what_a_search_has_found_speaks_to_us_where_it_names_or_answers_us(
        self, stage: Town
    ) -> None:
        ours = {"uri": f"at://{OWN}/app.bsky.feed.post/3k1", "cid": CID}
        quote = {"$type": "app.bsky.embed.record", "record": ours}
        plain = {"text": "acme", "facets": []}
        speaks = {
            stage.add(at=NOW, record={"text": "acme"}),
            stage.add(at=NOW, record=plain | {"reply": {"root": ours, "parent": ours}}),
            stage.add(at=NOW, record=plain | {"embed": quote}),
        }
        for one in stage.posts:
            one["reason"] = ""
        stage.add(at=NOW, record=plain, reason="")
        found = read_all(stage, None)[0]
        assert {one.mention.platform_id for one in found if one.mention.is_addressed} == speaks
        assert len(found) == 4

    def test_more_than_the_search_pages_through_is_read_by_time(self, stage: Town) -> None:
        _, cursor = read_all(stage, None)
        posted = {stage.post("acme", at=NOW + timedelta(seconds=n / 5)) for n in range(520)}
        stage.now += timedelta(minutes=10)
        assert posted <= ids(read_all(stage, cursor)[0])
        assert not any("cursor" in asked.query for asked in stage.asked("searchPosts"))

    def test_whoever_dates_posts_into_the_future_hides_nobody(self, stage: Town) -> None:
        """Sorted by what their authors say, as the search was seen to do."""
        _, cursor = read_all(stage, None)
        first = stage.post("acme is down", at=NOW)
        stage.now += timedelta(hours=1)
        for _ in range(150):
            record = {"text": "acme acme", "createdAt": "2031-01-01T00:00:00.000Z"}
            stage.add(at=NOW - timedelta(minutes=10), record=record)
        shown = sorted(stage.posts, key=lambda one: str(one["record"]["createdAt"]), reverse=True)
        stage._shown = lambda: shown  # type: ignore[method-assign]
        for one in shown:
            one["indexedAt"] = (
                one["record"]["createdAt"] if one["uri"] == first else one["indexedAt"]
            )
        assert first in ids(read_all(stage, cursor)[0])

    def test_more_of_one_second_than_the_search_gives_is_told(self, stage: Town) -> None:
        older = stage.post("acme before", at=NOW - timedelta(minutes=1))
        for _ in range(150):
            stage.post("acme", at=NOW)
        stage.instead = lambda asked: (
            error("BadRequest", "no cursors today") if "cursor" in asked.query else None
        )
        batches = list(read_on(stage, None))
        assert any("of one second" in batch.gap for batch in batches)
        assert any(older in ids(batch.pulled) for batch in batches)


def only(batch: Batch) -> Mention:
    assert batch.refused == ()
    (found,) = batch.pulled
    return found.mention


def fetched(town: Town) -> Mention:
    return only(town.source().fetch(None, deadline=town.soon))


def test_a_notification_becomes_a_mention(town: Town) -> None:
    town.profiles[DAN] = {"did": DAN, "handle": "dan.test", "followersCount": 1200}
    uri = town.add(at=NOW, record={"langs": ["en-US", "de"]})
    mention = fetched(town)
    assert mention.text == "@alice.bluesky.xyz is the best"
    assert (mention.platform, mention.platform_id, mention.posted_at) == ("bluesky", uri, NOW)
    assert mention.url == f"https://bsky.app/profile/{DAN}/post/3k00000000000"
    assert mention.id.startswith("bluesky.~")
    assert (mention.language, mention.is_addressed, mention.is_private) == ("en", True, False)
    author = mention.author
    assert author is not None
    assert (author.handle, author.name, author.followers) == ("dan.test", "Dan", 1200)
    assert (author.is_verified, author.url) == (False, f"https://bsky.app/profile/{DAN}")


def test_a_verified_author_is_told(town: Town) -> None:
    verification = {"verifications": [], "verifiedStatus": "valid", "trustedVerifierStatus": "none"}
    town.add(at=NOW, author=NOTIFICATION["author"] | {"verification": verification})
    author = fetched(town).author
    assert author is not None
    assert author.is_verified


def test_an_author_whose_handle_leads_nowhere_is_called_by_the_did(town: Town) -> None:
    town.add(at=NOW, author={"did": DAN, "handle": "handle.invalid"})
    author = fetched(town).author
    assert author is not None
    assert author.handle == DAN


def test_a_pull_takes_a_listing_and_the_reach_of_those_who_wrote() -> None:
    assert MEMBER.calls_per_pull(MEMBER.complete({})) == 2


def test_a_mention_without_its_reach_is_better_than_none(town: Town) -> None:
    town.add(at=NOW)
    town.instead = lambda asked: Answer(status=500) if asked.path.endswith("getProfiles") else None
    author = fetched(town).author
    assert author is not None
    assert author.followers is None


def test_of_many_authors_a_few_requests_tell_the_reach(town: Town) -> None:
    for number in range(60):
        did = f"did:plc:{number:024d}"
        town.profiles[did] = {"did": did, "handle": "x.test", "followersCount": number}
        town.add(at=NOW, author={"did": did, "handle": "x.test"})
    batch = town.source().fetch(None, deadline=town.soon)
    assert {one.mention.reach for one in batch.pulled} == set(range(60))
    assert len(town.asked("getProfiles")) == 3


def test_what_a_post_answers_and_quotes_is_told(town: Town) -> None:
    parent = {"uri": f"at://{DAN}/app.bsky.feed.post/3kparent", "cid": CID}
    quoted = {"uri": f"at://{DAN}/app.bsky.feed.post/3kquoted", "cid": CID}
    with_media = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"$type": "app.bsky.embed.record", "record": quoted},
        "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "a queue", "image": {}}]},
    }
    town.add(at=NOW, record={"reply": {"root": parent, "parent": parent}, "embed": with_media})
    mention = fetched(town)
    assert (mention.in_reply_to, mention.quotes_id) == (parent["uri"], quoted["uri"])
    assert mention.media == (Media(alt="a queue"),)


def test_a_quoted_list_is_no_quoted_post(town: Town) -> None:
    record = {"uri": f"at://{DAN}/app.bsky.graph.list/3kl", "cid": CID}
    town.add(at=NOW, record={"embed": {"$type": "app.bsky.embed.record", "record": record}})
    assert fetched(town).quotes_id is None


IMAGE = {"thumb": "https://cdn.example/t", "fullsize": "https://cdn.example/1", "alt": "a queue"}


@pytest.mark.parametrize(
    ("embed", "media"),
    [
        (None, ()),
        ("a picture", ()),
        ({"images": "none"}, ()),
        ({"images": [7, {"fullsize": 7, "alt": None}]}, ()),
        ({"images": [IMAGE]}, (Media(url="https://cdn.example/1", alt="a queue"),)),
        ({"media": {"items": [IMAGE]}}, (Media(url="https://cdn.example/1", alt="a queue"),)),
        (
            {"cid": CID, "playlist": "https://video.example/1.m3u8", "alt": "smoke"},
            (Media(url="https://video.example/1.m3u8", alt="smoke"),),
        ),
        ({"external": {"uri": "https://x.example", "title": "x"}}, ()),
    ],
)
def test_what_hangs_on_a_post_comes_with_its_words(embed: object, media: object) -> None:
    with staged(search="best") as town:
        town.add(at=NOW, embed=embed)
        assert fetched(town).media == media


@pytest.mark.parametrize("count", [None, 0, 12, -1, "many", True])
def test_how_often_a_post_was_shared_is_told(count: object) -> None:
    with staged(search="best") as town:
        town.add(at=NOW, repostCount=count)
        assert fetched(town).shares == (count if type(count) is int and count >= 0 else None)


@pytest.mark.parametrize(
    ("created", "posted_at"),
    [
        ("2026-11-21T18:00:00.000Z", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("2026-11-21T20:00:00+02:00", datetime(2026, 11, 21, 18, tzinfo=UTC)),
        ("2023-08-07T05:31:12.156888123Z", datetime(2023, 8, 7, 5, 31, 12, 156888, tzinfo=UTC)),
        ("2031-01-01T00:00:00Z", NOW),
        ("2026-11-21T18:00:00", NOW),
        ("0001-01-01T00:00:00+14:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-14:00", NOW),
        ("yesterday", NOW),
        (7, NOW),
        (None, NOW),
    ],
)
def test_a_post_is_as_old_as_its_author_says_but_not_from_the_future(
    town: Town, created: object, posted_at: datetime
) -> None:
    town.add(at=NOW, record={"createdAt": created})
    assert fetched(town).posted_at == posted_at


@pytest.mark.parametrize(
    "over",
    [
        {"record": {"text": None}},
        {"record": {"text": 7, "langs": "en", "facets": [7, {"features": None}], "reply": []}},
        {"author": {"did": DAN}},
        {"author": {"did": DAN, "displayName": 7, "verification": 7, "handle": ""}},
        {"embed": [], "viewer": 7, "labels": None, "new": {"field": 1}},
        {"cid": "", "isRead": None},
    ],
)
def test_what_is_missing_or_strange_refuses_no_post(town: Town, over: dict[str, Any]) -> None:
    uri = town.add(at=NOW, **over)
    assert fetched(town).platform_id == uri


@pytest.mark.parametrize(
    "over",
    [
        {"uri": 7},
        {"author": None},
        {"author": {"handle": "dan.test"}},
        {"indexedAt": "noon"},
        {"indexedAt": "2026-11-21T19:30:00"},
    ],
)
def test_a_post_that_cannot_be_read_is_told_and_the_others_are_given(
    town: Town, over: dict[str, Any]
) -> None:
    uri = town.add(at=NOW)
    entries = [town.posts[0], NOTIFICATION | over]
    town.instead = lambda asked: (
        said({"notifications": entries}) if asked.path.endswith("listNotifications") else None
    )
    batch = town.source().fetch(None, deadline=town.soon)
    assert ids(batch.pulled) == {uri}
    assert len(batch.refused) == 1


def test_whoever_posts_huge_cards_does_not_blind_us(town: Town) -> None:
    card = {"$type": "app.bsky.embed.external", "external": {"description": "x" * 900_000}}
    huge = {town.add(at=NOW - timedelta(seconds=n), record={"embed": card}) for n in range(8)}
    assert huge == ids(read_all(town, None)[0])


# --- signing in --------------------------------------------------------------------------


def test_many_pulls_sign_in_once(town: Town) -> None:
    for _ in range(5):
        town.source().fetch(None, deadline=town.soon)
    assert len(town.asked("createSession")) == 1


def test_a_session_that_has_expired_is_renewed(town: Town) -> None:
    town.source().fetch(None, deadline=town.soon)
    town.expire()
    id = town.post("acme", at=NOW)
    assert ids(town.source().fetch(None, deadline=town.soon).pulled) == {id}
    assert (len(town.asked("createSession")), len(town.asked("refreshSession"))) == (1, 1)


def test_a_session_that_cannot_be_renewed_is_begun_anew(town: Town) -> None:
    town.source().fetch(None, deadline=town.soon)
    town.expire()
    town.refresh.clear()
    id = town.post("acme", at=NOW)
    assert ids(town.source().fetch(None, deadline=town.soon).pulled) == {id}
    assert len(town.asked("createSession")) == 2


def test_a_server_that_takes_no_session_is_asked_twice_and_no_more(town: Town) -> None:
    town.instead = lambda asked: (
        error("ExpiredToken", "Token has expired")
        if asked.path.endswith("listNotifications")
        else None
    )
    with pytest.raises(SourceRefused, match="ExpiredToken"):
        town.source().fetch(None, deadline=town.soon)
    assert len(town.asked("listNotifications")) == 2


def test_credentials_that_do_not_hold_are_refused_and_not_repeated(town: Town) -> None:
    with pytest.raises(SourceRefused, match=r"cannot sign in.*Invalid identifier") as refused:
        town.source("wrong-password").fetch(None, deadline=town.soon)
    assert "wrong-password" not in str(refused.value)


def test_the_password_of_the_account_itself_is_told(town: Town) -> None:
    town.instead = lambda asked: error("AuthFactorTokenRequired", "A sign in code", 401)
    with pytest.raises(SourceRefused, match="use an app password"):
        town.source().fetch(None, deadline=town.soon)


@pytest.mark.parametrize("broken", [Answer(is_reset=True), Answer(status=502), Answer(body=b"{")])
def test_a_sign_in_whose_answer_is_lost_is_unavailable(town: Town, broken: Answer) -> None:
    town.instead = lambda asked: broken if asked.path.endswith("createSession") else None
    with pytest.raises(SourceUnavailable):
        town.source().fetch(None, deadline=town.soon)


def test_too_many_sign_ins_say_when_to_come_back(town: Town) -> None:
    until = {"RateLimit-Reset": str(int((NOW + timedelta(minutes=4)).timestamp()))}
    town.instead = lambda asked: Answer(status=429, headers=until)
    with pytest.raises(SourceUnavailable) as unavailable:
        town.source().fetch(None, deadline=town.soon)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=4)


# --- what still stands -------------------------------------------------------------------


def checked(town: Town, *uris: str) -> frozenset[str]:
    source = town.source()
    assert isinstance(source, DeletionChecker)
    found = {one.mention.platform_id: one.mention for one in read_all(town, None)[0]}
    for uri in uris:
        town.deleted.add(uri)
    return source.delete_check(list(found.values()), deadline=town.soon).gone


def test_posts_that_were_deleted_are_told(town: Town) -> None:
    kept, gone = town.post("acme", at=NOW), town.post("acme, never mind", at=NOW)
    assert checked(town, gone) == {gone}
    assert kept not in town.deleted


def test_a_post_by_somebody_who_has_blocked_us_still_stands(town: Town) -> None:
    uri = town.post("acme", at=NOW)
    source, mention = town.source(), fetched(town)
    town.hidden.add(DAN)
    assert source.delete_check([mention], deadline=town.soon).gone == frozenset()
    town.deleted.add(uri)
    assert source.delete_check([mention], deadline=town.soon).gone == {uri}


@pytest.mark.parametrize(
    ("name", "message", "is_gone"),
    [
        ("InvalidRequest", f"Could not find repo: {DAN}", True),
        ("RepoDeactivated", "", True),
        ("RepoTakendown", "", True),
        ("InvalidRequest", "invalid rkey", False),
    ],
)
def test_the_posts_of_an_account_that_is_gone_are_gone(
    town: Town, name: str, message: str, is_gone: bool
) -> None:
    uri = town.post("acme", at=NOW)
    source, mention = town.source(), fetched(town)
    town.hidden.add(DAN)
    town.instead = lambda asked: error(name, message) if asked.path.endswith("getRecord") else None
    assert source.delete_check([mention], deadline=town.soon).gone == ({uri} if is_gone else set())


def test_when_we_cannot_see_at_all_nothing_is_gone(town: Town) -> None:
    town.post("acme", at=NOW)
    source, mention = town.source(), fetched(town)
    town.instead = lambda asked: error("AccountTakedown", "Account has been taken down", 401)
    with pytest.raises(SourceRefused, match="taken down"):
        source.delete_check([mention], deadline=town.soon)
    town.fail()
    with pytest.raises(SourceUnavailable):
        source.delete_check([mention], deadline=town.soon)


# --- how it stands with us ---------------------------------------------------------------


def test_a_probe_says_who_we_are_and_what_works(town: Town) -> None:
    source = town.source()
    assert isinstance(source, Probing)
    probed = source.probe(deadline=town.soon)
    assert probed.account == "@alice.test"
    assert probed.works == ("reads who writes to the account", "replies")
    assert probed.missing == ()


def test_a_probe_tells_that_the_password_may_not_send_messages(town: Town) -> None:
    town.scope = "com.atproto.appPass"
    (missing,) = town.source().probe(deadline=town.soon).missing
    assert "cannot reply privately" in missing


def test_a_probe_tells_that_the_account_is_deactivated(town: Town) -> None:
    own = {"did": OWN, "handle": "alice.test", "active": False, "status": "deactivated"}
    town.instead = lambda asked: said(own) if asked.path.endswith("getSession") else None
    probed = town.source().probe(deadline=town.soon)
    assert (probed.works, probed.missing) == ((), ("the account is deactivated",))


# --- a second opinion --------------------------------------------------------------------


@pytest.mark.parametrize("search", ["", "best"])
def test_the_usual_sdk_reads_the_same(search: str) -> None:
    with staged(search=search) as town:
        for number in range(3):
            town.add(at=NOW - timedelta(minutes=number), record={"langs": ["en"]})
        found = read_all(town, None)[0]
        listed = [json.loads(one.raw) for one in found]
    for one, raw in zip(found, listed, strict=True):
        if search:
            theirs: Any = models.AppBskyFeedDefs.PostView.model_validate(raw)
        else:
            theirs = models.AppBskyNotificationListNotifications.Notification.model_validate(raw)
        record = models.get_or_create(raw["record"], models.AppBskyFeedPost.Record)
        mention = one.mention
        assert mention.author is not None
        assert mention.platform_id == theirs.uri
        assert mention.text == record.text
        assert (mention.author.handle, mention.author.name) == (
            theirs.author.handle,
            theirs.author.display_name,
        )
        assert mention.posted_at == datetime.fromisoformat(record.created_at)
