"""Yelp, against a server that shows the newest reviews of a business and no more.

Shapes: docs.developer.yelp.com/reference/v3_business_reviews and /docs/places-rate-limiting, and
the answer recorded in github.com/Yelp/yelp-fusion/issues/688 (November 2026).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.cost import Per
from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.ports import DeletionChecker, Probing, Replier, Source
from chalicelib.sources import check_options, yelp
from chalicelib.sources.family import Ability
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all
from tests.sources.hostile import PlatformContract

PACIFIC = ZoneInfo("America/Los_Angeles")

REVIEW: dict[str, Any] = {
    "id": "xAG4O7l-t1ubbwVAlPnDKg",
    "url": "https://www.yelp.com/biz/la-palma-mexicatessen-san-francisco?hrid=hp8hAJ-AnlpqxCCu7kyCWA"
    "&adjust_creative=0sidDfoTIHle5vvHEBvF0w&utm_campaign=yelp_api_v3",
    "text": "Went back again to this place since the last time i visited the bay area 5 months ago",
    "rating": 5,
    "time_created": "2016-08-29 00:41:13",
    "user": {
        "id": "W8UK02IDdRS2GL_66fuq6w",
        "profile_url": "https://www.yelp.com/user_details?userid=W8UK02IDdRS2GL_66fuq6w",
        "image_url": "https://s3-media3.fl.yelpcdn.com/photo/iwoAD12zkONZxJ94ChAaMg/o.jpg",
        "name": "Ella A.",
    },
}
"""A review as the documentation of the API gives it."""


class Business(Stage):
    """A business on Yelp: its newest reviews, three at most, and how many there are."""

    page = 1

    def __init__(self) -> None:
        super().__init__()
        self.reviews: list[dict[str, Any]] = []
        self.options: dict[str, Any] = {}
        self.most = 3
        self.others = 0
        """Reviews of long ago."""
        self.refusal: Answer | None = None
        self.extra: dict[str, Any] = {"possible_languages": ["en"]}
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        if self.refusal is not None:
            return self.refusal
        assert asked.path == "/v3/businesses/acme-wien/reviews"
        assert asked.headers["authorization"] == "Bearer hush-token"
        assert asked.query["sort_by"] == ["newest"]
        oldest = sorted(self.reviews, key=lambda one: str(one["time_created"]))
        shown = oldest[::-1][: min(int(asked.query["limit"][0]), self.most)]
        page = {"reviews": shown, "total": len(self.reviews) + self.others, **self.extra}
        return Answer(body=json.dumps(page).encode())

    def add(self, *, at: datetime, **over: Any) -> str:
        id = f"review-{len(self.reviews)}"
        date = at.astimezone(PACIFIC).strftime("%Y-%m-%d %H:%M:%S")
        self.reviews.append(REVIEW | {"id": id, "time_created": date} | over)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, text=text)

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, "business": "acme-wien", **self.options}
        return SourceEntry(name="yelp-acme", kind="yelp", brand="acme", options=options)

    def source(self, secret: str = "hush-token") -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.refusal = Answer(body=b"<html>503 Service Unavailable</html>")


@contextmanager
def staged() -> Iterator[Business]:
    business = Business()
    with serving(business.answer) as server:
        business.server = server
        yield business


@pytest.fixture
def stage() -> Iterator[Business]:
    with staged() as business:
        yield business


class TestYelp(PlatformContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Business)
        return stage.add(at=stage.now, user={"id": "Alice", "name": "Acme"})


def refuse(status: int, code: str = "", description: str = "", **headers: str) -> Answer:
    body = json.dumps({"error": {"code": code, "description": description}}).encode()
    return Answer(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
    )


def test_a_review_becomes_a_mention(stage: Business) -> None:
    stage.add(at=NOW)
    mention = read_all(stage, None)[0][0].mention
    assert mention.text.startswith("★★★★★ Went back again to this place")
    assert mention.author is not None
    assert (mention.author.handle, mention.author.name) == ("W8UK02IDdRS2GL_66fuq6w", "Ella A.")
    assert mention.author.url == REVIEW["user"]["profile_url"]
    assert mention.author.is_account
    assert (mention.url, mention.language, mention.is_addressed) == (REVIEW["url"], "en", True)
    assert mention.posted_at == NOW


@pytest.mark.parametrize(
    ("zone", "written", "posted_at"),
    [
        ("America/Los_Angeles", "2026-11-21 11:00:00", datetime(2026, 11, 21, 19, tzinfo=UTC)),
        ("America/Los_Angeles", "2026-07-01 12:00:00", datetime(2026, 7, 1, 19, tzinfo=UTC)),
        ("Europe/Vienna", "2026-11-21 20:00:00", datetime(2026, 11, 21, 19, tzinfo=UTC)),
        ("UTC", "2026-11-21 19:00:00", datetime(2026, 11, 21, 19, tzinfo=UTC)),
    ],
)
def test_a_date_without_a_zone_is_read_in_the_zone_that_is_said(
    stage: Business, zone: str, written: str, posted_at: datetime
) -> None:
    stage.options |= {"zone": zone, "lookback_hours": 24 * 365}
    stage.add(at=NOW, time_created=written)
    assert read_all(stage, None)[0][0].mention.posted_at == posted_at


def test_the_reviews_of_a_language_are_asked_for_where_it_is_said(stage: Business) -> None:
    read_all(stage, None)
    assert "locale" not in stage.server.asked[0].query
    stage.options["locale"] = "de_AT"
    read_all(stage, None)
    assert stage.server.asked[1].query["locale"] == ["de_AT"]


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({"text": ""}, "★★★★★"),
        ({"text": None, "rating": 1}, "★☆☆☆☆"),
        ({"rating": None, "text": "closed?"}, "closed?"),
        ({"user": None, "url": None, "text": "x"}, "★★★★★ x"),
        ({"user": {"name": "\u200b\U0001f525"}, "text": "x", "new_field": {}}, "★★★★★ x"),
        ({"url": "javascript:alert(1)", "text": "x"}, "★★★★★ x"),
    ],
)
def test_what_is_missing_is_tolerated(stage: Business, over: dict[str, Any], text: str) -> None:
    stage.add(at=NOW, **over)
    mention = read_all(stage, None)[0][0].mention
    assert mention.text == text
    assert not mention.url.startswith("javascript")


@pytest.mark.parametrize(
    "over",
    [
        {"time_created": "yesterday"},
        {"time_created": "9999-12-31 23:59:59"},
        {"time_created": 7},
        {"id": None},
        {"rating": "five"},
        {"text": " ", "rating": 0},
    ],
)
def test_a_review_that_cannot_be_read_is_told_once_and_the_others_are_given(
    stage: Business, over: dict[str, Any]
) -> None:
    good = stage.post("acme", at=NOW)
    stage.add(at=NOW, **over)
    first = stage.source().fetch(None, deadline=stage.soon)
    assert ids(first.pulled) == {good}
    assert len(first.refused) == 1
    assert stage.source().fetch(first.cursor, deadline=stage.soon).refused == ()


@pytest.mark.parametrize("languages", [None, [], ["en", "de"], "en", [7], ["\u200b"]])
def test_a_language_is_told_only_where_there_is_one(stage: Business, languages: object) -> None:
    stage.extra = {"possible_languages": languages}
    stage.add(at=NOW)
    assert read_all(stage, None)[0][0].mention.language is None


def test_what_was_written_before_the_first_pull_is_given_back_to_the_lookback(
    stage: Business,
) -> None:
    stage.add(at=NOW - timedelta(days=400))
    recent = stage.add(at=NOW - timedelta(days=6))
    assert ids(read_all(stage, None)[0]) == {recent}


def test_more_than_is_shown_is_told_as_a_gap(stage: Business) -> None:
    stage.others = 100
    stage.add(at=NOW - timedelta(days=30))
    _, cursor = read_all(stage, None)
    for _ in range(5):
        stage.add(at=NOW)
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert len(batch.pulled) == 3
    assert batch.gap == "2 more came in than are shown"
    assert stage.source().fetch(batch.cursor, deadline=stage.soon).gap == ""


def test_when_nobody_counts_and_all_are_new_that_is_told(stage: Business) -> None:
    stage.extra = {"total": None}
    _, cursor = read_all(stage, None)
    for _ in range(3):
        stage.add(at=NOW)
    assert "all that is shown is new" in stage.source().fetch(cursor, deadline=stage.soon).gap


def test_a_listing_that_is_not_newest_first_brings_what_is_new(stage: Business) -> None:
    """Yelp's own order, which `sort_by=newest` does not always change (its issue 705)."""
    stage.most = 10
    old = stage.add(at=NOW - timedelta(hours=3))
    _, cursor = read_all(stage, None)
    new = stage.add(at=NOW - timedelta(hours=9))
    found, _ = read_all(stage, cursor)
    assert ids(found) == {new}
    assert old not in ids(found)


def test_changed_words_are_given_as_an_edit(stage: Business) -> None:
    stage.add(at=NOW, text="fine")
    _, cursor = read_all(stage, None)
    stage.reviews[0]["rating"] = 1
    stage.now += timedelta(minutes=5)
    (found,) = read_all(stage, cursor)[0]
    assert (found.mention.text, found.edited_at) == ("★☆☆☆☆ fine", stage.now)


@pytest.mark.parametrize(
    ("answer", "retry_at"),
    [
        (
            refuse(429, "ACCESS_LIMIT_REACHED", RateLimit_ResetTime="2026-11-22T00:00:00+00:00"),
            datetime(2026, 11, 22, tzinfo=UTC),
        ),
        (refuse(429, "ACCESS_LIMIT_REACHED"), datetime(2026, 11, 22, tzinfo=UTC)),
        (
            refuse(
                429,
                "TOO_MANY_REQUESTS_PER_SECOND",
                RateLimit_ResetTime="2026-11-22T00:00:00+00:00",
            ),
            NOW + timedelta(minutes=1),
        ),
        (refuse(429, Retry_After="90"), NOW + timedelta(seconds=90)),
        (refuse(429, RateLimit_ResetTime="2027-11-22T00:00:00+00:00"), NOW + timedelta(days=1)),
        (refuse(429, RateLimit_ResetTime="soon"), None),
        (Answer(status=429, body=b"<html>"), None),
    ],
)
def test_a_limit_that_is_reached_says_until_when(
    stage: Business, answer: Answer, retry_at: datetime | None
) -> None:
    stage.refusal = answer
    with pytest.raises(SourceUnavailable) as held:
        stage.source().fetch(None, deadline=stage.soon)
    assert held.value.retry_at == retry_at


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuse(401, "TOKEN_INVALID", "Invalid API key."), "TOKEN_INVALID Invalid API key."),
        (refuse(403, "AUTHORIZATION_ERROR", "Not allowed"), "a plan that has review excerpts"),
        (refuse(404, "BUSINESS_NOT_FOUND", "Not found"), "'acme-wien' is not on Yelp"),
        (refuse(400, "VALIDATION_ERROR", "x" * 10_000 + "\x07"), "VALIDATION_ERROR xxx"),
        (refuse(401, "TOKEN_INVALID", "hush-token is no key"), "… is no key"),
        (Answer(status=403, body=b"<html>Forbidden"), "answered 403"),
        (Answer(status=409), "answered 409"),
    ],
)
def test_a_refusal_says_why_and_not_with_what(stage: Business, answer: Answer, said: str) -> None:
    stage.refusal = answer
    with pytest.raises(SourceRefused) as refused:
        stage.source().fetch(None, deadline=stage.soon)
    assert said in str(refused.value)
    assert "hush-token" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"reviews": 7}', b'{"reviews": [', b"null", b"[" * 100_000]
)
def test_what_is_no_usable_json_is_unavailable(stage: Business, body: bytes) -> None:
    stage.refusal = Answer(body=body)
    with pytest.raises(SourceUnavailable, match="no usable JSON"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_probe_says_what_it_reads_and_what_is_missing(stage: Business) -> None:
    source = stage.source()
    assert isinstance(source, Probing)
    stage.add(at=NOW)
    stage.others = 41
    assert source.probe(deadline=stage.soon).works == ("reads 1 of 42 reviews of acme-wien",)
    stage.refusal = refuse(403, "AUTHORIZATION_ERROR", "Not allowed")
    (missing,) = source.probe(deadline=stage.soon).missing
    assert missing.startswith("cannot read reviews: ")
    stage.refusal = refuse(404, "BUSINESS_NOT_FOUND")
    with pytest.raises(SourceRefused, match="is not on Yelp"):
        source.probe(deadline=stage.soon)


def test_it_can_read_and_nothing_else(stage: Business) -> None:
    assert yelp.MEMBER.abilities == (Ability.FETCH,)
    assert not isinstance(stage.source(), Replier | DeletionChecker)


def test_each_request_is_counted_and_300_are_allowed_a_day() -> None:
    assert [(one.sku, one.per) for one in yelp.MEMBER.charges] == [("yelp.request", Per.REQUEST)]
    assert [(one.most, one.per) for one in yelp.MEMBER.limits] == [(300, timedelta(days=1))]


def test_an_id_from_the_configuration_stays_within_its_place_in_the_address(
    stage: Business,
) -> None:
    stage.options["business"] = "../../v3/events?x=1#"
    stage.refusal = refuse(404, "NOT_FOUND")
    with pytest.raises(SourceRefused):
        stage.source().fetch(None, deadline=stage.soon)
    asked = stage.server.asked[0].path
    assert asked == "/v3/businesses/..%2F..%2Fv3%2Fevents%3Fx%3D1%23/reviews"


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({}, True, "business: missing"),
        ({"business": "acme"}, False, "secret: reviews cannot be read without an API key"),
        ({"business": "acme", "zone": "Mars/Olympus"}, True, "zone: 'Mars/Olympus' is no time"),
        ({"business": "acme", "base_url": "http://x.example"}, True, "in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], has_secret: bool, problem: str) -> None:
    assert problem in "; ".join(check_options("yelp", options, has_secret=has_secret))
