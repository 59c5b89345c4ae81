"""X, against a server with the rules of its API.

Shapes and rules: X's own OpenAPI document (2.167) and docs.x.com (August 2026): search and
mentions are newest first in the order of ids, `since_id` and `until_id` exclude, a search knows
seven days, mentions are the latest 800.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.http.oauth1 import Signer
from chalicelib.ports import Batch, Checked, DeletionChecker, Probing, Source
from chalicelib.sources import check_options
from tests.builders import a_mention
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all
from tests.sources.hostile import PlatformContract

ACCOUNT = "2244994945"
"""The number of our account; the brand's handle is `alice`."""

SIGNED = json.dumps(
    {
        "api_key": "xvz1evFS4wEEPTGEFPHBog",
        "api_secret": "hush-app",
        "access_token": f"{ACCOUNT}-token",
        "access_token_secret": "hush-account",
    }
)
SIGNER = Signer(
    key="xvz1evFS4wEEPTGEFPHBog",
    secret="hush-app",
    token=f"{ACCOUNT}-token",
    token_secret="hush-account",
)

CARLA: dict[str, Any] = {
    "id": "1234567890",
    "name": "Carla",
    "username": "carla",
    "verified": False,
    "public_metrics": {
        "followers_count": 1200,
        "following_count": 3,
        "post_count": 7,
        "listed_count": 0,
    },
}
ALICE = CARLA | {"id": ACCOUNT, "name": "Acme", "username": "Alice"}

POST: dict[str, Any] = {
    "text": "Hey @XDevelopers, love the new API!",
    "author_id": CARLA["id"],
    "lang": "en",
    "public_metrics": {
        "repost_count": 5,
        "reply_count": 2,
        "like_count": 42,
        "quote_count": 1,
        "bookmark_count": 0,
        "impression_count": 900,
    },
}
"""As docs.x.com/x-api/posts/timelines/quickstart/user-mention-quickstart answers, with the field
names of the OpenAPI document."""


class Platform(Stage):
    """X, as far as we speak to it."""

    page = 15  # five pages of three

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.posts: list[dict[str, Any]] = []
        self.users: dict[str, dict[str, Any]] = {one["id"]: one for one in (CARLA, ALICE)}
        self.media: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, int] = {}
        self.errors: list[dict[str, Any]] = []
        self.private: set[str] = set()
        self.per_page = 3
        self.window = timedelta(days=7)
        self.access = "read-write-directmessages"
        self.sent: list[dict[str, Any]] = []
        self.is_failing = False
        self.server: Loopback

    # --- the platform -------------------------------------------------------------------

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<!DOCTYPE html><title>X is over capacity</title>")
        if not self.knows(asked):
            return problem(401, title="Unauthorized", detail="Unauthorized")
        if asked.path == "/2/tweets/search/recent":
            return self.listed(asked, self.searched(asked), "next_token")
        if asked.path == f"/2/users/{ACCOUNT}/mentions":
            mentions = [one for one in self.newest() if one["author_id"] != ACCOUNT or one["own"]]
            return self.listed(asked, mentions[:800], "pagination_token")
        if asked.path == "/2/tweets" and asked.method == "GET":
            return self.looked_up(asked)
        if asked.path == "/2/users/me":
            return answer_with({"data": ALICE}, **{"x-access-level": self.access})
        if asked.path == "/2/usage/tweets":
            return answer_with({"data": {"project_usage": "7"}})
        return self.answered(asked)

    def answered(self, asked: Asked) -> Answer:
        """Requests that test_x_answering has to do with."""
        raise AssertionError(asked.path)

    def knows(self, asked: Asked) -> bool:
        said = asked.headers["authorization"]
        if said == "Bearer token":
            return True
        own = {name: unquote(value) for name, value in re.findall(r'(oauth_\w+)="([^"]*)"', said)}
        if not own:
            return False
        params = [(name, value) for name, values in asked.query.items() for value in values]
        return said == SIGNER.authorization(
            asked.method,
            self.server.url + asked.path,
            params=params,
            now=datetime.fromtimestamp(int(own["oauth_timestamp"]), UTC),
            nonce=own["oauth_nonce"],
        )

    def newest(self) -> list[dict[str, Any]]:
        return sorted(self.posts, key=lambda one: -int(one["id"]))

    def searched(self, asked: Asked) -> list[dict[str, Any]]:
        words = re.findall(r'"([^"]*)"', asked.query["query"][0])
        return [one for one in self.newest() if any(word in one["text"] for word in words)]

    def listed(self, asked: Asked, found: list[dict[str, Any]], token: str) -> Answer:
        query = asked.query
        if "since_id" in query:
            if token == "next_token" and instant(query["since_id"][0]) < self.now - self.window:
                return invalid("since_id", query["since_id"][0], "must be a tweet id created after")
            found = [one for one in found if int(one["id"]) > int(query["since_id"][0])]
        if "until_id" in query:
            found = [one for one in found if int(one["id"]) < int(query["until_id"][0])]
        if token in query:
            if query[token][0] not in self.tokens:
                return invalid(token, query[token][0], "is not valid")
            below = self.tokens[query[token][0]]
            found = [one for one in found if int(one["id"]) < below]
        page = found[: min(self.per_page, int(query["max_results"][0]))]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(found) > len(page):
            meta["next_token"] = f"b26v{len(self.tokens)}"
            self.tokens[meta["next_token"]] = int(page[-1]["id"])
        return answer_with(self.whole(asked, page) | {"meta": meta})

    def whole(self, asked: Asked, page: list[dict[str, Any]]) -> dict[str, Any]:
        """The posts with what was asked to be beside them; no `data` where there are none."""
        expansions = asked.query.get("expansions", [""])[0].split(",")
        shown = [
            {
                name: value
                for name, value in one.items()
                if name != "own"
                and (name != "author_id" or "author_id" in expansions)
                and (name not in REFERENCES or "referenced_posts" in expansions)
            }
            for one in page
        ]
        keys = {key for one in page for key in one.get("attachments", {}).get("media_keys", ())}
        named = {
            reference["id"]
            for one in page
            for name in REFERENCES
            for reference in one.get(name, ())
        }
        authors = {one["author_id"]: None for one in page}
        includes: dict[str, list[dict[str, Any]]] = {
            "users": [self.users[id] for id in authors if id in self.users],
            "media": [self.media[key] for key in sorted(keys) if key in self.media],
        }
        if "referenced_posts" in expansions:
            includes["posts"] = [
                {name: value for name, value in one.items() if name != "own"}
                for one in self.posts
                if one["id"] in named
            ]
        filled = {name: value for name, value in includes.items() if value}
        return ({"data": shown} if shown else {}) | ({"includes": filled} if filled else {})

    def looked_up(self, asked: Asked) -> Answer:
        wanted = asked.query["ids"][0].split(",")
        standing = [one for one in self.posts if one["id"] in wanted]
        visible = [one for one in standing if one["id"] not in self.private]
        missing = set(wanted) - {one["id"] for one in standing}
        errors = [not_found(id) for id in sorted(missing)]
        errors += [not_authorized(one["id"]) for one in standing if one["id"] in self.private]
        errors += self.errors
        return answer_with(self.whole(asked, visible) | ({"errors": errors} if errors else {}))

    # --- the stage ----------------------------------------------------------------------

    def add(self, *, at: datetime, **over: Any) -> str:
        since = (at - datetime(2010, 11, 4, 1, 42, 54, 657_000, UTC)) // timedelta(milliseconds=1)
        latest = (self.now + timedelta(days=1)).timestamp() * 1000 - 1_288_834_974_657
        id = str((min(max(since, 10_000), int(latest)) << 22) + len(self.posts))
        date = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        history = {"edit_history_post_ids": [id]}
        self.posts.append(POST | {"id": id, "created_at": date, "own": False} | history | over)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, text=text)

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, **self.options}
        return SourceEntry(name="x-acme", kind="x", brand="acme", options=options, secret="x")

    def source(self, secret: str = SIGNED) -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.is_failing = True

    def params(self, path: str) -> list[dict[str, str]]:
        """The queries of requests to a path."""
        return [
            {name: values[0] for name, values in one.query.items()}
            for one in self.server.asked
            if one.path == path
        ]


REFERENCES = ("referenced_posts", "referenced_tweets")
SEARCH, MENTIONS = "/2/tweets/search/recent", f"/2/users/{ACCOUNT}/mentions"


def answer_with(value: object, **headers: str) -> Answer:
    return Answer(body=json.dumps(value).encode(), headers=headers)


def problem(status: int, **said: object) -> Answer:
    return Answer(status=status, body=json.dumps({"type": "about:blank", **said}).encode())


def invalid(name: str, value: str, why: str) -> Answer:
    """As X refuses a parameter (github.com/rooteco/tweetscape, issue 421)."""
    error = {"parameters": {name: [value]}, "message": f"'{name}' {why}"}
    said = "One or more parameters to your request was invalid."
    type = "https://api.twitter.com/2/problems/invalid-request"
    return problem(400, errors=[error], title="Invalid Request", detail=said, type=type)


def not_found(id: str) -> dict[str, Any]:
    """docs.x.com/x-api/fundamentals/response-codes-and-errors, "Partial errors"."""
    return {
        "resource_id": id,
        "resource_type": "tweet",
        "title": "Not Found Error",
        "detail": f"Could not find tweet with id: [{id}].",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }


def not_authorized(id: str) -> dict[str, Any]:
    return not_found(id) | {
        "title": "Authorization Error",
        "detail": f"Sorry, you are not authorized to see the Tweet with id: [{id}].",
        "type": "https://api.x.com/2/problems/not-authorized-for-resource",
    }


def instant(id: str) -> datetime:
    return datetime.fromtimestamp(((int(id) >> 22) + 1_288_834_974_657) / 1000, UTC)


@contextmanager
def staged(**options: Any) -> Iterator[Platform]:
    platform = Platform(**options)
    with serving(platform.answer) as server:
        platform.server = server
        yield platform


SEARCHED: dict[str, Any] = {"terms": ["acme"]}


class XContract(PlatformContract):
    """The suite, with what differs between the ways to listen left to the fixture `stage`."""

    options: ClassVar[dict[str, Any]]

    @pytest.fixture
    def stage(self) -> Iterator[Platform]:
        with staged(**self.options) as platform:
            yield platform

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Platform)
        return stage.add(at=stage.now, text="acme is us", author_id=ACCOUNT, own=True)


class TestMentions(XContract):
    options: ClassVar[dict[str, Any]] = {}

    def test_what_is_given_speaks_to_us(self, stage: Platform) -> None:
        stage.post("acme", at=NOW)
        assert all(one.mention.is_addressed for one in read_all(stage, None)[0])

    def test_more_than_x_lists_is_told_as_a_gap(self, stage: Platform) -> None:
        stage.per_page = 100
        for number in range(820):
            stage.add(at=NOW - timedelta(seconds=number), text="acme")
        batch = stage.source().fetch(None, deadline=stage.soon)
        batch = stage.source().fetch(batch.cursor, deadline=stage.soon)
        assert batch.is_caught_up
        assert "the latest 800" in batch.gap

    def test_an_app_only_token_reads_the_mentions_of_the_account_that_is_named(
        self, stage: Platform
    ) -> None:
        stage.options["account"] = ACCOUNT
        id = stage.post("acme", at=NOW)
        batch = stage.source("token").fetch(None, deadline=stage.soon)
        assert ids(batch.pulled) == {id}


class TestSearch(XContract):
    options: ClassVar[dict[str, Any]] = SEARCHED

    def test_it_asks_for_any_term_and_for_nothing_that_was_only_passed_on(
        self, stage: Platform
    ) -> None:
        stage.options["terms"] = ["acme", 'acme "shop" down', "@acme", "#acmefail"]
        read_all(stage, None)
        asked = stage.params(SEARCH)[0]["query"]
        assert asked == (
            f'("acme" OR "acme shop down" OR @acme OR #acmefail) -is:retweet -from:{ACCOUNT}'
        )

    def test_what_the_window_of_a_search_has_passed_is_told_and_reading_goes_on(
        self, stage: Platform
    ) -> None:
        _, cursor = read_all(stage, None)
        stage.post("acme unheard", at=stage.now)
        stage.now += timedelta(days=9)
        id = stage.post("acme again", at=stage.now)
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        assert "7 days" in batch.gap
        assert "in the 72 hours before" in batch.gap
        assert ids(batch.pulled) == {id}
        assert read_all(stage, batch.cursor)[0][0].mention.platform_id == id

    def test_where_nobody_speaks_of_us_for_long_no_gap_is_told(self, stage: Platform) -> None:
        _, cursor = read_all(stage, None)
        for _ in range(20):
            stage.now += timedelta(days=1)
            _, cursor = read_all(stage, cursor)

    def test_a_window_shorter_than_said_is_told_too(self, stage: Platform) -> None:
        _, cursor = read_all(stage, None)
        stage.window = timedelta(days=3)
        stage.now += timedelta(days=4)
        id = stage.post("acme again", at=stage.now)
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        assert "reaches back" in batch.gap
        assert ids(batch.pulled) == {id}

    def test_a_post_that_names_or_quotes_or_answers_us_speaks_to_us(self, stage: Platform) -> None:
        own = stage.add(at=NOW - timedelta(days=2), text="news", author_id=ACCOUNT)
        other = stage.add(at=NOW - timedelta(days=2), text="news of others")

        def said(**over: Any) -> str:
            return stage.add(at=NOW, text="acme", **over)

        addressed = {
            said(entities={"mentions": [{"start": 0, "end": 6, "username": "Alice"}]}),
            said(entities={"mentions": [{"start": 0, "end": 6, "id": ACCOUNT}]}),
            said(referenced_posts=[{"type": "quoted", "id": own}]),
            said(in_reply_to_user_id=ACCOUNT),
        }
        said(entities={"mentions": [{"start": 0, "end": 6, "username": "bob", "id": "7"}]})
        said(referenced_posts=[{"type": "quoted", "id": other}])
        found = read_all(stage, None)[0]
        assert {one.mention.platform_id for one in found if one.mention.is_addressed} == addressed

    def test_a_search_refused_for_another_reason_is_refused_with_it(self, stage: Platform) -> None:
        refused = invalid("query", "acme OR", "is a query that nobody understands")
        stage.server.answer = lambda asked: refused
        with pytest.raises(SourceRefused, match="400: 'query' is a query that nobody understands"):
            stage.source().fetch(None, deadline=stage.soon)


@pytest.fixture(params=[SEARCHED, {}], ids=["search", "mentions"])
def stage(request: pytest.FixtureRequest) -> Iterator[Platform]:
    with staged(**request.param) as platform:
        yield platform


def begun(stage: Platform, count: int = 40) -> tuple[set[str], Batch]:
    """A backlog of which one fetch was read: its ids, and what came."""
    posted = {stage.add(at=NOW - timedelta(seconds=number), text="acme") for number in range(count)}
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert not batch.is_caught_up
    return posted, batch


def test_a_token_that_x_does_not_know_any_more_costs_nothing(stage: Platform) -> None:
    posted, batch = begun(stage)
    stage.tokens.clear()
    rest, _ = read_all(stage, batch.cursor)
    assert ids(batch.pulled) | ids(rest) == posted
    assert not ids(batch.pulled) & ids(rest)


def test_what_cannot_be_gone_on_with_is_begun_anew_and_all_is_given(stage: Platform) -> None:
    posted, batch = begun(stage)
    stage.tokens.clear()
    usual = stage.server.answer
    stage.server.answer = lambda asked: (
        invalid("until_id", "1", "is too old") if "until_id" in asked.query else usual(asked)
    )
    rest, _ = read_all(stage, batch.cursor)
    assert ids(rest) == posted


def test_posts_deleted_between_pages_make_it_skip_none(stage: Platform) -> None:
    posted, batch = begun(stage)
    removed = {one["id"] for one in stage.newest()[:20]}
    stage.posts = [one for one in stage.posts if one["id"] not in removed]
    rest, _ = read_all(stage, batch.cursor)
    assert posted - removed <= ids(batch.pulled) | ids(rest)


def test_a_post_that_x_lists_late_is_given(stage: Platform) -> None:
    stage.post("acme", at=stage.now)
    _, cursor = read_all(stage, None)
    late = stage.post("acme, a minute ago", at=stage.now - timedelta(minutes=1))
    stage.now += timedelta(minutes=1)
    assert late in ids(read_all(stage, cursor)[0])


def test_the_first_pull_looks_back_as_far_as_configured(stage: Platform) -> None:
    stage.options["lookback_hours"] = 2
    older = stage.post("acme", at=NOW - timedelta(hours=3))
    newer = stage.post("acme", at=NOW - timedelta(hours=1))
    assert ids(read_all(stage, None)[0]) == {newer} != {older}


def test_a_post_of_the_very_second_where_reading_begins_is_given(stage: Platform) -> None:
    id = stage.post("acme", at=NOW - timedelta(hours=24))
    assert ids(read_all(stage, None)[0]) == {id}


@pytest.mark.parametrize(
    "body", [{"meta": {"result_count": 2}}, {"data": []}, {"data": [], "meta": {"result_count": 2}}]
)
def test_half_a_page_is_none(stage: Platform, body: dict[str, Any]) -> None:
    stage.server.answer = lambda asked: answer_with(body)
    with pytest.raises(SourceUnavailable, match="half a page"):
        stage.source().fetch(None, deadline=stage.soon)


def test_what_was_read_before_x_says_stop_is_given_and_the_rest_later(stage: Platform) -> None:
    posted = {stage.add(at=NOW - timedelta(seconds=number), text="acme") for number in range(9)}
    usual = stage.server.answer
    reset = str(int((NOW + timedelta(minutes=9)).timestamp()))
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    answers = iter(range(100))
    stage.server.answer = lambda asked: (
        Answer(status=429, headers=headers) if next(answers) >= 2 else usual(asked)
    )
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert (len(batch.pulled), batch.is_caught_up) == (6, False)
    with pytest.raises(SourceUnavailable) as unavailable:
        stage.source().fetch(batch.cursor, deadline=stage.soon)
    assert unavailable.value.retry_at == NOW + timedelta(minutes=9)
    stage.server.answer = usual
    assert ids(batch.pulled) | ids(read_all(stage, batch.cursor)[0]) == posted


def test_whoever_posts_huge_texts_does_not_blind_us(stage: Platform) -> None:
    stage.per_page = 100
    huge = {stage.post("acme " + "x" * 400_000, at=NOW) for _ in range(15)}
    assert huge == ids(read_all(stage, None)[0])


def test_a_place_that_lists_nothing_says_why(stage: Platform) -> None:
    stage.server.answer = lambda asked: answer_with(
        {"errors": [not_found(ACCOUNT) | {"detail": "Could not find user with id: [7]."}]}
    )
    with pytest.raises(SourceRefused, match="Could not find user"):
        stage.source().fetch(None, deadline=stage.soon)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (402, {"title": "CreditsDepleted", "detail": "Your account has no credits."}),
        (403, {"title": "Client Forbidden", "detail": "The app is attached to no project."}),
    ],
)
def test_a_refusal_says_what_x_says(stage: Platform, status: int, said: dict[str, str]) -> None:
    stage.server.answer = lambda asked: problem(status, **said)
    with pytest.raises(SourceRefused, match=f"{status}: {said['detail']}"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_signature_that_x_has_seen_already_is_made_anew(stage: Platform) -> None:
    """The client may have sent a request twice, and a nonce is good for one."""
    stage.post("acme", at=NOW)
    usual, turns = stage.server.answer, iter(range(10))
    stage.server.answer = lambda asked: (
        problem(401, title="Unauthorized") if next(turns) == 0 else usual(asked)
    )
    assert len(stage.source().fetch(None, deadline=stage.soon).pulled) == 1
    first, second = (one.headers["authorization"] for one in stage.server.asked)
    assert first != second


# --- what a post becomes -----------------------------------------------------------------


def read_one(stage: Platform, **over: Any) -> Mention:
    stage.add(at=NOW, **({"text": "acme"} | over))
    (found,) = read_all(stage, None)[0]
    return found.mention


def test_a_post_becomes_a_mention(stage: Platform) -> None:
    mention = read_one(stage, text="acme is down &amp; out &lt;3")
    assert mention.text == "acme is down & out <3"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("carla", "Carla")
    assert (mention.author.followers, mention.author.is_verified) == (1200, False)
    assert mention.author.url == "https://x.com/carla"
    assert mention.url == f"https://x.com/carla/status/{mention.platform_id}"
    assert (mention.posted_at, mention.language, mention.shares) == (NOW, "en", 5)
    assert mention.id == f"x.{mention.platform_id}"


@pytest.mark.parametrize("name", REFERENCES)
def test_what_it_answers_and_quotes_is_read_by_the_new_name_and_the_old(
    stage: Platform, name: str
) -> None:
    references = [{"type": "replied_to", "id": "7"}, {"type": "quoted", "id": "8"}]
    mention = read_one(stage, **{name: references})
    assert (mention.in_reply_to, mention.quotes_id) == ("7", "8")


def test_a_post_that_was_only_passed_on_is_no_mention(stage: Platform) -> None:
    stage.add(at=NOW, text="RT @bob: acme", referenced_posts=[{"type": "retweeted", "id": "7"}])
    assert read_all(stage, None)[0] == []


@pytest.mark.parametrize(
    ("over", "shares"),
    [
        ({}, 5),
        ({"public_metrics": {"retweet_count": 9}}, 9),
        ({"public_metrics": {"repost_count": 0, "retweet_count": 9}}, 0),
        ({"public_metrics": {"repost_count": "many"}}, None),
        ({"public_metrics": {"repost_count": True}}, None),
        ({"public_metrics": None}, None),
    ],
)
def test_how_often_it_was_passed_on(stage: Platform, over: dict[str, Any], shares: object) -> None:
    assert read_one(stage, **over).shares == shares


@pytest.mark.parametrize("name", ["note_post", "note_tweet"])
def test_a_long_post_is_read_whole_with_its_addresses_written_out(
    stage: Platform, name: str
) -> None:
    links = [{"start": 0, "end": 9, "url": "https://t.co/a", "expanded_url": "https://x.example/1"}]
    note = {"text": "acme " + "long " * 90 + "https://t.co/a", "entities": {"urls": links}}
    text = read_one(stage, text="acme long long https://t.co/b", **{name: note}).text
    assert text.endswith("long https://x.example/1")
    assert len(text) > 400


@pytest.mark.parametrize(
    ("lang", "language"),
    [
        ("en", "en"),
        ("zh-CN", "zh"),
        ("iw", "he"),
        ("in", "id"),
        ("und", None),
        ("qme", None),
        (7, None),
    ],
)
def test_the_language_is_what_x_says_where_it_is_one(
    stage: Platform, lang: object, language: str | None
) -> None:
    assert read_one(stage, lang=lang).language == language


@pytest.mark.parametrize(
    ("said", "is_verified"),
    [
        ({"verified": True, "verified_type": "business"}, True),
        ({"verified": True, "verified_type": "blue"}, False),
        ({"verified": True}, True),
        ({"verified": False, "verified_type": "none"}, False),
        ({"verified": "true"}, False),
    ],
)
def test_a_sign_that_was_bought_verifies_nobody(
    stage: Platform, said: dict[str, Any], is_verified: bool
) -> None:
    stage.users[CARLA["id"]] = CARLA | said
    author = read_one(stage).author
    assert author is not None
    assert author.is_verified is is_verified


def test_what_hangs_on_a_post_comes_with_its_words(stage: Platform) -> None:
    stage.media = {
        "3_1": {"media_key": "3_1", "url": "https://x.example/1.jpg", "alt_text": "a queue"},
        "7_2": {"media_key": "7_2", "preview_image_url": "https://x.example/2.jpg"},
        "3_3": {"media_key": "3_3", "url": "javascript:alert(1)", "alt_text": "x"},
    }
    mention = read_one(stage, attachments={"media_keys": ["3_1", "7_2", "3_3", "3_4"]})
    assert mention.media == (
        Media(url="https://x.example/1.jpg", alt="a queue"),
        Media(url="https://x.example/2.jpg"),
        Media(alt="x"),
    )


def test_a_post_of_which_only_the_id_is_known_is_a_mention(stage: Platform) -> None:
    bare = dict.fromkeys(("created_at", "lang", "public_metrics", "edit_history_post_ids"))
    mention = read_one(stage, author_id="404", **bare)
    assert (mention.author, mention.posted_at) == (None, NOW)
    assert mention.url.startswith("https://x.com/i/web/status/")


@pytest.mark.parametrize("name", ["edit_history_post_ids", "edit_history_tweet_ids"])
def test_an_edit_is_the_same_mention_with_the_time_of_the_edit(stage: Platform, name: str) -> None:
    first = stage.post("acme is donw", at=NOW - timedelta(minutes=9))
    _, cursor = read_all(stage, None)
    edited = stage.add(at=NOW, text="acme is down")
    stage.posts[-1] |= {"edit_history_post_ids": None, name: [first, edited]}
    (found,) = (one for one in read_all(stage, cursor)[0] if one.edited_at)
    assert (found.mention.platform_id, found.mention.text) == (first, "acme is down")
    assert found.mention.posted_at == NOW - timedelta(minutes=9)
    assert found.edited_at == NOW


# --- what it costs -----------------------------------------------------------------------


def costs(batch: Batch | Checked) -> dict[str, tuple[int | Decimal, tuple[str, ...]]]:
    return {use.sku: (use.quantity, use.of) for use in batch.uses}


def test_every_post_and_person_read_is_counted_once() -> None:
    with staged(**SEARCHED) as stage:
        above = stage.add(at=NOW - timedelta(days=3), text="something")
        references = [{"type": "replied_to", "id": above}]
        posted = [stage.add(at=NOW, text="acme", referenced_posts=references) for _ in range(4)]
        found = costs(stage.source().fetch(None, deadline=stage.soon))
    assert found["x.user-read"] == (1, (CARLA["id"],))
    assert found["x.post-read"][0] == 5
    assert set(found["x.post-read"][1]) == {above, *posted}


@pytest.mark.parametrize(
    ("options", "secret", "sku"),
    [
        ({}, SIGNED, "x.own-mention-read"),
        ({"is_own_app": False}, SIGNED, "x.post-read"),
        ({"account": ACCOUNT}, "token", "x.post-read"),
    ],
)
def test_mentions_cost_less_where_our_account_owns_the_app(
    options: dict[str, Any], secret: str, sku: str
) -> None:
    with staged(**options) as stage:
        id = stage.post("acme", at=NOW)
        found = costs(stage.source(secret).fetch(None, deadline=stage.soon))
    assert found == {sku: (1, (id,)), "x.user-read": (1, (CARLA["id"],))}


def test_what_was_only_passed_on_is_known_by_its_words_where_no_more_is_read() -> None:
    with staged(references=False) as stage:
        stage.add(at=NOW, text="RT @bob: acme", referenced_posts=[{"type": "retweeted", "id": "7"}])
        said = stage.add(at=NOW, text="RT if you hate acme")
        assert ids(read_all(stage, None)[0]) == {said}


def test_what_a_mention_answers_is_not_read_where_that_is_not_wanted() -> None:
    with staged(references=False) as stage:
        stage.add(at=NOW, text="acme", referenced_posts=[{"type": "replied_to", "id": "7"}])
        stage.source().fetch(None, deadline=stage.soon)
        assert "referenced_posts" not in stage.params(MENTIONS)[0]["expansions"]


# --- whether posts still stand -----------------------------------------------------------


def checked(stage: Platform, *posts: str, secret: str = SIGNED) -> Checked:
    source = stage.source(secret)
    assert isinstance(source, DeletionChecker)
    assert source.checks_at_once == 100
    mentions = [a_mention(platform="x", platform_id=id) for id in posts]
    return source.delete_check(mentions, deadline=stage.soon)


def test_deleted_and_private_posts_are_gone_and_the_others_are_paid_for(stage: Platform) -> None:
    standing, private = stage.post("acme", at=NOW), stage.post("acme", at=NOW)
    stage.private = {private}
    found = checked(stage, standing, private, "77", "no number")
    assert found.gone == {private, "77"}
    assert costs(found) == {"x.post-read": (1, (standing,))}


@pytest.mark.parametrize("secret", [SIGNED, "token"])
def test_that_all_are_private_is_believed_only_while_we_are_let_in(secret: str) -> None:
    with staged(**SEARCHED) as stage:
        stage.private = {stage.post("acme", at=NOW), stage.post("acme", at=NOW)}
        assert checked(stage, *stage.private, secret=secret).gone == stage.private
        usual = stage.server.answer
        stage.server.answer = lambda asked: (
            usual(asked) if asked.path == "/2/tweets" else problem(403, title="Forbidden")
        )
        with pytest.raises(SourceRefused):
            checked(stage, *stage.private, secret=secret)


def test_what_x_cannot_tell_now_stays(stage: Platform) -> None:
    stage.errors = [
        not_found("77") | {"type": "https://api.x.com/2/problems/resource-unavailable"},
        not_found("78") | {"type": "https://api.x.com/2/problems/internal-error"},
    ]
    stage.looked_up = lambda asked: answer_with({"errors": stage.errors})  # type: ignore[method-assign]
    assert checked(stage, "77", "78").gone == frozenset()


@pytest.mark.parametrize("status", [401, 403])
def test_without_access_nothing_is_said_to_be_gone(stage: Platform, status: int) -> None:
    stage.server.answer = lambda asked: problem(status, title="Forbidden")
    with pytest.raises(SourceRefused):
        checked(stage, "77")


def test_nothing_is_asked_where_there_is_nothing_to_ask(stage: Platform) -> None:
    assert checked(stage, "no number").gone == frozenset()
    assert stage.server.asked == []


# --- how it stands with its platform -----------------------------------------------------


@pytest.mark.parametrize(
    ("access", "lacks"),
    [
        ("read", "cannot reply: give the app"),
        ("read-write", "cannot reply in private: give the app"),
        ("read-write-directmessages", ""),
        ("", ""),
    ],
)
def test_a_probe_says_who_we_are_and_what_we_may_not(
    stage: Platform, access: str, lacks: str
) -> None:
    stage.access = access
    source = stage.source()
    assert isinstance(source, Probing)
    probed = source.probe(deadline=stage.soon)
    assert probed.account == "@Alice"
    assert [one[: len(lacks)] for one in probed.missing] == ([lacks] if lacks else [])
    assert [(use.sku, use.of) for use in probed.uses] == [("x.user-read", (ACCOUNT,))]
    assert len(stage.server.asked) == 1


def test_a_probe_of_an_app_only_token_costs_nothing() -> None:
    with staged(**SEARCHED) as stage:
        source = stage.source("token")
        assert isinstance(source, Probing)
        probed = source.probe(deadline=stage.soon)
    assert (probed.account, probed.uses, probed.missing) == ("", (), ())
    assert probed.works


def test_a_probe_with_tokens_that_x_does_not_know_is_refused(stage: Platform) -> None:
    source = stage.source(SIGNED.replace("hush-app", "wrong"))
    assert isinstance(source, Probing)
    with pytest.raises(SourceRefused, match="401"):
        source.probe(deadline=stage.soon)


# --- options and credentials -------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"account": "alice"}, "account: 'alice'; use its number"),
        ({"terms": ["!"]}, "terms: '!' has no letters"),
        ({"terms": [f"{number} " + "acme" * 20 for number in range(9)]}, "make two entries"),
        ({"base_url": "http://api.x.example"}, "in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, object], found: str) -> None:
    assert any(found in one for one in check_options("x", options))


def test_enterprise_access_may_search_for_more() -> None:
    terms = [f"{number} " + "acme" * 20 for number in range(9)]
    assert check_options("x", {"terms": terms, "is_enterprise": True}) == []


def test_nothing_is_read_without_a_secret() -> None:
    assert "secret" in str(check_options("x", {}, has_secret=False))
    assert check_options("x", {"terms": ["acme"], "account": ACCOUNT}) == []
