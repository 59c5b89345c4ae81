"""Foursquare, against a server that shows the newest 50 tips of a place and no more.

Shapes: docs.foursquare.com/fsq-developers-places/reference/place-tips (OpenAPI, July 2026).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.price_book import price_book
from chalicelib.domain.cost import Per
from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media
from chalicelib.ports import DeletionChecker, Probing, Replier, Source
from chalicelib.sources import check_options, foursquare
from chalicelib.sources.family import Ability
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all
from tests.sources.hostile import PlatformContract

PLACE = "5a187743ccad6b307315e6fe"

TIP: dict[str, Any] = {
    "fsq_tip_id": "5bf80b65c0f1fd002c5ab4a4",
    "created_at": "2018-11-23T14:15:49.000Z",
    "text": "Best slice in the Village",
    "lang": "en",
    "agree_count": 12,
    "disagree_count": 0,
}
"""A tip in the shape of the API's document."""


class Venue(Stage):
    """A place on Foursquare: its newest tips, 50 at most."""

    def __init__(self) -> None:
        super().__init__()
        self.tips: list[dict[str, Any]] = []
        self.options: dict[str, Any] = {}
        self.refusal: Answer | None = None
        self.server: Loopback
        self._written = 0

    def answer(self, asked: Asked) -> Answer:
        if self.refusal is not None:
            return self.refusal
        assert asked.path == f"/places/{PLACE}/tips"
        assert asked.headers["authorization"] == "Bearer hush-token"
        assert asked.headers["x-places-api-version"] == "2025-06-17"
        assert asked.query["sort"] == ["NEWEST"]
        most = int(asked.query["limit"][0])
        assert 1 <= most <= 50
        oldest = sorted(self.tips, key=lambda one: str(one["created_at"]))
        return Answer(body=json.dumps(oldest[::-1][:most]).encode())

    def add(self, *, at: datetime, **over: Any) -> str:
        self._written += 1
        id = f"{self._written:024x}"
        date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.tips.append(TIP | {"fsq_tip_id": id, "created_at": date} | over)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, text=text)

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, "place": PLACE, **self.options}
        return SourceEntry(name="fsq-acme", kind="foursquare", brand="acme", options=options)

    def source(self, secret: str = "hush-token") -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.refusal = Answer(body=b"<html>502 Bad Gateway</html>")


@contextmanager
def staged() -> Iterator[Venue]:
    venue = Venue()
    with serving(venue.answer) as server:
        venue.server = server
        yield venue


@pytest.fixture
def stage() -> Iterator[Venue]:
    with staged() as venue:
        yield venue


class TestFoursquare(PlatformContract):
    def test_posts_of_our_own_are_not_mentions(self, stage: Stage) -> None:
        """Foursquare tells nobody's name: what we left at our own place comes too."""
        stage.post("acme by whoever", at=stage.now)
        assert [one.mention.author for one in read_all(stage, None)[0]] == [None]


def refuse(status: int, message: str = "", **headers: str) -> Answer:
    return Answer(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=json.dumps({"message": message}).encode(),
    )


def test_a_tip_becomes_a_mention(stage: Venue) -> None:
    photo = {"id": "1", "prefix": "https://fastly.4sqi.net/img/general/", "suffix": "/1_x.jpg"}
    url = "https://foursquare.com/item/5bf80b65c0f1fd002c5ab4a4"
    stage.add(at=NOW, photo=photo, url=url)
    mention = read_all(stage, None)[0][0].mention
    assert mention.text == "Best slice in the Village"
    assert (mention.author, mention.language, mention.is_addressed) == (None, "en", True)
    assert (mention.url, mention.posted_at) == (url, NOW)
    assert mention.media == (Media(url="https://fastly.4sqi.net/img/general/original/1_x.jpg"),)


def test_what_is_not_told_unasked_is_asked_for(stage: Venue) -> None:
    read_all(stage, None)
    (fields,) = stage.server.asked[0].query["fields"]
    assert {"fsq_tip_id", "created_at", "text", "lang", "url", "photo"} == set(fields.split(","))


@pytest.mark.parametrize(
    "created_at",
    [
        1795375800,
        1795375800.0,
        "2026-11-22T19:30:00Z",
        "2026-11-22T19:30:00",
        "2026-11-22T20:30:00+01:00",
    ],
)
def test_a_date_is_read_in_each_of_the_forms_that_are_documented(
    stage: Venue, created_at: str | float
) -> None:
    stage.add(at=NOW, created_at=created_at)
    mention = read_all(stage, None)[0][0].mention
    assert mention.posted_at == datetime(2026, 11, 22, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "over",
    [
        {"url": "https://evil.example/foursquare.com"},
        {"url": "https://foursquare.com.evil.example/"},
        {"url": "javascript:alert('foursquare.com')"},
        {"url": "http://[::1"},
        {"url": None, "lang": None},
        {"photo": 7},
        {"photo": {"prefix": "javascript:", "suffix": "alert(1)"}},
        {"agree_count": None, "new": [1]},
    ],
)
def test_what_is_missing_or_leads_elsewhere_is_left_out(stage: Venue, over: dict[str, Any]) -> None:
    stage.add(at=NOW, **over)
    mention = read_all(stage, None)[0][0].mention
    assert (mention.url, mention.media) == ("", ())


@pytest.mark.parametrize(
    "over",
    [
        {"created_at": "yesterday"},
        {"created_at": 10**17},
        {"created_at": None},
        {"fsq_tip_id": None},
        {"text": 7},
        {"text": " "},
    ],
)
def test_a_tip_that_cannot_be_read_is_told_once_and_the_others_are_given(
    stage: Venue, over: dict[str, Any]
) -> None:
    good = stage.post("acme", at=NOW)
    stage.add(at=NOW, **over)
    first = stage.source().fetch(None, deadline=stage.soon)
    assert ids(first.pulled) == {good}
    assert len(first.refused) == 1
    assert stage.source().fetch(first.cursor, deadline=stage.soon).refused == ()


def test_a_tip_that_is_deleted_between_pulls_hides_no_other(stage: Venue) -> None:
    for hours in range(60, 0, -1):
        stage.add(at=NOW - timedelta(hours=hours))
    _, cursor = read_all(stage, stage.source().fetch(None, deadline=stage.soon).cursor)
    stage.tips = stage.tips[::2]
    new = stage.add(at=NOW)
    assert new in ids(read_all(stage, cursor)[0])


def test_more_than_50_new_ones_are_told_as_a_gap(stage: Venue) -> None:
    _, cursor = read_all(stage, None)
    for _ in range(51):
        stage.add(at=NOW)
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert len(batch.pulled) == 50
    assert "all that is shown is new" in batch.gap


def test_changed_words_are_given_as_an_edit(stage: Venue) -> None:
    stage.add(at=NOW, text="fine")
    _, cursor = read_all(stage, None)
    stage.tips[0]["text"] = "awful"
    (found,) = read_all(stage, cursor)[0]
    assert (found.mention.text, found.edited_at) == ("awful", NOW)


@pytest.mark.parametrize(
    ("answer", "said", "retry_at"),
    [
        (refuse(429, "No API credits remaining."), "No API credits remaining.", None),
        (refuse(429, Retry_After="60"), "answered 429", NOW + timedelta(minutes=1)),
        (Answer(status=503), "answered 503", None),
    ],
)
def test_what_passes_says_until_when(
    stage: Venue, answer: Answer, said: str, retry_at: datetime | None
) -> None:
    stage.refusal = answer
    with pytest.raises(SourceUnavailable, match=said) as held:
        stage.source().fetch(None, deadline=stage.soon)
    assert held.value.retry_at == retry_at


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refuse(401, "Invalid request token."), "Invalid request token.; give a service key"),
        (refuse(402, "Payment required"), "a project that has credits"),
        (refuse(404, "Not found"), f"'{PLACE}' is no place"),
        (refuse(400, "hush-token " + "x" * 10_000), "… xxx"),
        (Answer(status=403, body=b"<html>"), "answered 403"),
        (Answer(status=409), "answered 409"),
    ],
)
def test_a_refusal_says_why_and_not_with_what(stage: Venue, answer: Answer, said: str) -> None:
    stage.refusal = answer
    with pytest.raises(SourceRefused) as refused:
        stage.source().fetch(None, deadline=stage.soon)
    assert said in str(refused.value)
    assert "hush-token" not in str(refused.value)
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("body", [b"", b"{}", b"7", b'[{"fsq', b"null", b"[" * 100_000])
def test_what_is_no_usable_json_is_unavailable(stage: Venue, body: bytes) -> None:
    stage.refusal = Answer(body=body)
    with pytest.raises(SourceUnavailable, match="no usable JSON"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_probe_says_what_works_and_what_is_missing(stage: Venue) -> None:
    source = stage.source()
    assert isinstance(source, Probing)
    assert source.probe(deadline=stage.soon).works == (f"reads the tips of {PLACE}",)
    stage.refusal = refuse(401, "Invalid request token.")
    (missing,) = source.probe(deadline=stage.soon).missing
    assert missing.startswith("cannot read tips: ")
    stage.refusal = refuse(404)
    with pytest.raises(SourceRefused, match="is no place"):
        source.probe(deadline=stage.soon)


def test_it_can_read_and_nothing_else(stage: Venue) -> None:
    assert foursquare.MEMBER.abilities == (Ability.FETCH,)
    assert not isinstance(stage.source(), Replier | DeletionChecker)


def test_each_request_has_its_price() -> None:
    (charge,) = foursquare.MEMBER.charges
    assert charge.per is Per.REQUEST
    price = price_book().price(charge.sku, on=date(2026, 11, 21))
    assert price is not None
    assert (1_000 * price.amount, price.currency) == (Decimal("18.75"), "USD")


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({}, True, "place: missing"),
        ({"place": PLACE}, False, "secret: tips cannot be read without a service key"),
        ({"place": PLACE, "base_url": "http://x.example"}, True, "in the clear"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], has_secret: bool, problem: str) -> None:
    assert problem in "; ".join(check_options("foursquare", options, has_secret=has_secret))
