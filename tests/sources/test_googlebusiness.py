"""Google Business Profile, against a server with the rules of its reviews.

Shapes: developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews and its
methods list, get and updateReply (July 2026). Page tokens of this server count places, which is
the hardest that Google's could do: they are opaque.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.ports import Cursor, DeletionChecker, PrivateReplier, Probing, Replier, Source
from chalicelib.sources import check_options, googlebusiness
from chalicelib.sources.family import Ability
from chalicelib.sources.googlebusiness import MOST_LOCATIONS
from tests.builders import a_mention, a_reply
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all, read_on
from tests.sources.hostile import PlatformContract

VIENNA = "accounts/11/locations/22"
GRAZ = "accounts/11/locations/33"

SECRET = json.dumps({"client_id": "us", "client_secret": "hush", "refresh_token": "lasting"})

REVIEW: dict[str, Any] = {
    "reviewer": {
        "profilePhotoUrl": "https://lh3.googleusercontent.com/a/x",
        "displayName": "Carla Rossi",
    },
    "starRating": "TWO",
    "comment": "Cold soup",
    "reviewReplyUrl": "https://business.google.com/reviews/reply?x=1",
}
"""A review in the shape of the API's document, as somebody wrote it."""


class Profile(Stage):
    """The reviews of some locations, and whoever gives access tokens."""

    page = 3

    def __init__(self) -> None:
        super().__init__()
        self.reviews: dict[str, dict[str, Any]] = {}
        """By name."""
        self.options: dict[str, Any] = {"locations": [VIENNA]}
        self.answers: dict[tuple[str, str], Answer] = {}
        """What is answered instead, by method and end of the path."""
        self.before: Callable[[Asked], None] = lambda asked: None
        self.tokens = ["short-1"]
        """The last one holds."""
        self.makes: dict[str, Any] = {}
        """What becomes of a reply that is written."""
        self.server: Loopback
        self._written = 0

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/token":
            assert b"refresh_token=lasting" in asked.body
            return said({"access_token": self.tokens[-1], "expires_in": 3599})
        self.before(asked)
        for (method, end), answer in self.answers.items():
            if asked.method == method and asked.path.endswith(end):
                return answer
        if asked.headers["authorization"] != f"Bearer {self.tokens[-1]}":
            return refuse(401, "UNAUTHENTICATED", "Request had invalid credentials.")
        path = asked.path.removeprefix("/v4/")
        if path.endswith("/reviews"):
            return self._listing(path.removesuffix("/reviews"), asked)
        name = path.removesuffix("/reply")
        if name not in self.reviews:
            return refuse(404, "NOT_FOUND", "Requested entity was not found.")
        if asked.method == "PUT":
            written = json.loads(asked.body)
            made = {"comment": written["comment"], "updateTime": dated(self.now), **self.makes}
            self.reviews[name]["reviewReply"] = made
            return said(made)
        return said(self.reviews[name])

    def _listing(self, location: str, asked: Asked) -> Answer:
        assert asked.query["orderBy"] == ["updateTime desc"]
        token = asked.query.get("pageToken", ["0"])[0]
        if not token.isdigit():
            return refuse(400, "INVALID_ARGUMENT", "Invalid page token.")
        found = [one for name, one in self.reviews.items() if name.startswith(location + "/")]
        found = sorted(found, key=lambda one: str(one.get("updateTime")))[::-1]
        start = int(token)
        end = start + min(int(asked.query["pageSize"][0]), self.page)
        page: dict[str, Any] = {"reviews": found[start:end], "totalReviewCount": len(found)}
        if end < len(found):
            page["nextPageToken"] = str(end)
        return said({name: value for name, value in page.items() if value})

    def add(self, *, at: datetime, location: str = VIENNA, **over: Any) -> str:
        self._written += 1
        name = f"{location}/reviews/AbFvOq{self._written}_nw"
        dates = {"createTime": dated(at), "updateTime": dated(at)}
        own = {"name": name, "reviewId": name.rpartition("/")[2]}
        review = REVIEW | own | dates | over
        self.reviews[name] = {field: value for field, value in review.items() if value is not ...}
        return name

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, comment=text)

    def entry(self) -> SourceEntry:
        urls = {"base_url": self.server.url, "tokens_url": self.server.url}
        return SourceEntry(
            name="google-acme", kind="googlebusiness", brand="acme", options=urls | self.options
        )

    def source(self, secret: str = SECRET) -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.answers["GET", "/reviews"] = Answer(body=b"<html><title>Error 502</title>")

    def replier(self) -> Replier:
        source = self.source()
        assert isinstance(source, Replier)
        return source

    def checker(self) -> DeletionChecker:
        source = self.source()
        assert isinstance(source, DeletionChecker)
        return source

    def asked(self, method: str = "GET", end: str = "") -> list[Asked]:
        return [
            one
            for one in self.server.asked
            if one.method == method and one.path.endswith(end) and one.path != "/token"
        ]


def said(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode())


def refuse(status: int, code: str, message: str, **headers: str) -> Answer:
    error = {"code": status, "message": message, "status": code}
    return Answer(status=status, headers=headers, body=json.dumps({"error": error}).encode())


def dated(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def mention_of(name: str, **over: Any) -> Mention:
    return a_mention(platform="googlebusiness", platform_id=name, source="google-acme", **over)


@contextmanager
def staged() -> Iterator[Profile]:
    profile = Profile()
    with serving(profile.answer) as server:
        profile.server = server
        yield profile


@pytest.fixture
def stage() -> Iterator[Profile]:
    with staged() as profile:
        yield profile


class TestGoogleBusiness(PlatformContract):
    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Profile)
        return stage.add(at=stage.now, reviewer={"displayName": "Alice"})


# --- what a review becomes ---------------------------------------------------------------


def test_a_review_becomes_a_mention(stage: Profile) -> None:
    items = [{"thumbnailUrl": "https://lh3.example/1"}, {"videoUrl": "https://v.example/2"}]
    name = stage.add(at=NOW, reviewMediaItems=items)
    (found,) = read_all(stage, None)[0]
    mention = found.mention
    assert (mention.platform, mention.platform_id) == ("googlebusiness", name)
    assert mention.text == "★★☆☆☆ Cold soup"
    assert mention.author is not None
    assert (mention.author.handle, mention.author.is_account) == ("Carla Rossi", False)
    assert (mention.url, mention.is_addressed) == (REVIEW["reviewReplyUrl"], True)
    assert (mention.posted_at, found.edited_at) == (NOW, None)
    assert mention.media == (
        Media(url="https://lh3.example/1"),
        Media(url="https://v.example/2"),
    )


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({"comment": ...}, "★★☆☆☆"),
        ({"starRating": "FIVE", "comment": ""}, "★★★★★"),
        ({"starRating": "STAR_RATING_UNSPECIFIED"}, "Cold soup"),
        ({"starRating": "SIX"}, "Cold soup"),
        ({"starRating": ...}, "Cold soup"),
        (
            {"comment": "(Translated by Google) Cold soup\n\n(Original)\nKalte Suppe"},
            "★★☆☆☆ Kalte Suppe",
        ),
        ({"comment": "Kalte Suppe\n\n(Translated by Google)\nCold soup"}, "★★☆☆☆ Kalte Suppe"),
        ({"comment": "(Translated by Google)"}, "★★☆☆☆ (Translated by Google)"),
        ({"comment": "\u200b\U0001f372 brr"}, "★★☆☆☆ \u200b\U0001f372 brr"),
    ],
)
def test_stars_and_words_are_told_without_translation(
    stage: Profile, over: dict[str, Any], text: str
) -> None:
    stage.add(at=NOW, **over)
    assert [one.mention.text for one in read_all(stage, None)[0]] == [text]


@pytest.mark.parametrize(
    "reviewer",
    [
        ...,
        None,
        {},
        {"displayName": ""},
        {"displayName": "A Google User", "isAnonymous": True},
    ],
)
def test_whoever_is_anonymous_has_no_author(stage: Profile, reviewer: object) -> None:
    stage.add(at=NOW, reviewer=reviewer)
    assert [one.mention.author for one in read_all(stage, None)[0]] == [None]


@pytest.mark.parametrize(
    ("over", "is_told"),
    [
        ({"name": ...}, True),
        ({"name": ..., "reviewId": ...}, False),
        ({"name": "accounts/11/locations/22/reviews/../../x"}, False),
        ({"createTime": ...}, True),
        ({"updateTime": ...}, True),
        ({"createTime": ..., "updateTime": ...}, False),
        ({"createTime": "yesterday"}, False),
        ({"createTime": "2026-11-21T19:29:59.123456789Z"}, True),
        ({"createTime": "2026-11-21T20:30:00+01:00"}, True),
        ({"createTime": "2026-11-21T19:30:00"}, False),
        ({"createTime": "1970-01-01T00:00:00Z"}, True),
        ({"updateTime": "2031-01-01T00:00:00Z"}, True),
        ({"comment": ..., "starRating": ...}, False),
        ({"comment": 7}, False),
        ({"reviewMediaItems": "a picture"}, True),
        ({"reviewMediaItems": [7, {"thumbnailUrl": "javascript:alert(1)"}]}, True),
        ({"reviewReplyUrl": "javascript:alert(1)"}, True),
        ({"somethingNew": {"a": [1]}}, True),
    ],
)
def test_what_is_missing_is_tolerated_and_what_cannot_be_read_is_told(
    stage: Profile, over: dict[str, Any], is_told: bool
) -> None:
    good = stage.post("acme", at=NOW)
    stage.add(at=NOW, **over)
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert good in ids(batch.pulled)
    assert (len(batch.pulled), len(batch.refused)) == ((2, 0) if is_told else (1, 1))
    assert not any("javascript" in repr(one.mention) for one in batch.pulled)


def test_a_review_that_was_changed_is_given_again_with_the_instant_of_the_change(
    stage: Profile,
) -> None:
    written = NOW - timedelta(days=5)
    name = stage.add(at=written)
    _, cursor = read_all(stage, None)
    changed = NOW - timedelta(minutes=1)
    stage.reviews[name] |= {"comment": "Soup was warm", "updateTime": dated(changed)}
    (found,) = read_all(stage, cursor)[0]
    assert found.mention.text == "★★☆☆☆ Soup was warm"
    assert (found.mention.posted_at, found.edited_at) == (written, changed)


# --- reading -----------------------------------------------------------------------------


def test_a_review_that_appears_late_is_given(stage: Profile) -> None:
    stage.add(at=NOW)
    _, cursor = read_all(stage, None)
    late = stage.add(at=NOW - timedelta(hours=70))
    assert late in ids(read_all(stage, cursor)[0])


def test_reading_stops_where_it_was_read_before(stage: Profile) -> None:
    for days in range(60):
        stage.add(at=NOW - timedelta(days=days))
    stage.options["lookback_hours"] = 24 * 10
    given, cursor = read_all(stage, None)
    assert len(given) == 11
    stage.server.asked.clear()
    read_all(stage, cursor)
    assert len(stage.asked(end="/reviews")) <= 2


@pytest.mark.parametrize("deleted", [0, 1, 2])
def test_a_review_that_is_deleted_between_pages_lets_none_slip_through(
    stage: Profile, deleted: int
) -> None:
    names = [stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(10)]
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert not batch.is_caught_up
    given = ids(batch.pulled)
    del stage.reviews[names[deleted]]
    given |= ids(read_all(stage, batch.cursor)[0])
    assert given == set(names)


def test_a_review_that_moves_to_the_top_between_pages_is_given(stage: Profile) -> None:
    names = [stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(1, 11)]
    batch = stage.source().fetch(None, deadline=stage.soon)
    stage.reviews[names[8]]["updateTime"] = dated(NOW)
    given = ids(batch.pulled) | ids(read_all(stage, batch.cursor)[0])
    given |= ids(read_all(stage, batch.cursor)[0])
    assert given >= {*names[:8], names[9]}
    _, cursor = read_all(stage, batch.cursor)
    assert names[8] in given | ids(read_all(stage, cursor)[0])


def test_a_page_token_that_google_forgot_begins_again_at_the_top(stage: Profile) -> None:
    names = {stage.add(at=NOW) for _ in range(7)}
    cursor = stage.source().fetch(None, deadline=stage.soon).cursor
    assert cursor is not None
    assert '"token":"3"' in cursor
    cursor = Cursor(cursor.replace('"token":"3"', '"token":"gone"'))
    batch = stage.source().fetch(cursor, deadline=stage.soon)
    assert (batch.pulled, batch.is_caught_up) == ((), False)
    assert ids(read_all(stage, batch.cursor)[0]) == names


def test_page_tokens_that_are_never_taken_are_told_as_a_gap_at_last(stage: Profile) -> None:
    for _ in range(7):
        stage.add(at=NOW)

    def spoilt(asked: Asked) -> None:
        bad = refuse(400, "INVALID_ARGUMENT", "Invalid page token.")
        stage.answers = {("GET", "/reviews"): bad} if "pageToken" in asked.query else {}

    stage.before = spoilt
    gaps = [batch.gap for batch in read_on(stage, None)]
    assert gaps[-1].startswith(f"{VIENNA}: ")
    assert "page back" in gaps[-1]
    assert not any(gaps[:-1])


def test_reviews_that_are_deleted_again_and_again_do_not_keep_it_at_the_top(
    stage: Profile,
) -> None:
    names = [stage.add(at=NOW - timedelta(minutes=minutes)) for minutes in range(40)]

    def censored(asked: Asked) -> None:
        if "pageToken" in asked.query:
            stage.reviews.pop(names.pop(0))

    stage.before = censored
    given: set[str] = set()
    for batch in read_on(stage, None):
        given |= ids(batch.pulled)
    assert "deleted while they were read" in batch.gap
    assert len(given & set(names)) >= len(names) - 10


def test_a_count_that_is_told_on_the_first_page_alone_is_no_deletion(stage: Profile) -> None:
    names = {stage.add(at=NOW) for _ in range(7)}
    usual = stage.answer

    def without_count(asked: Asked) -> Answer:
        answer = usual(asked)
        if "pageToken" not in asked.query:
            return answer
        page = json.loads(answer.body)
        page.pop("totalReviewCount", None)
        return replace(answer, body=json.dumps(page).encode())

    stage.server.answer = without_count
    assert ids(read_all(stage, None)[0]) == names
    assert len(stage.asked(end="/reviews")) == 3


def test_an_empty_listing_is_no_failure(stage: Profile) -> None:
    batch = stage.source().fetch(None, deadline=stage.soon)
    assert (batch.pulled, batch.is_caught_up, batch.gap) == ((), True, "")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"reviews": 7}', b'{"reviews": [', b"null", b"[" * 100_000]
)
def test_what_is_no_usable_json_is_unavailable(stage: Profile, body: bytes) -> None:
    stage.answers["GET", "/reviews"] = Answer(body=body)
    with pytest.raises(SourceUnavailable, match="no usable JSON"):
        stage.source().fetch(None, deadline=stage.soon)


def test_a_secret_that_is_no_account_is_refused_and_not_repeated(stage: Profile) -> None:
    with pytest.raises(SourceRefused, match="client_id, client_secret") as refused:
        stage.source("an-api-key").fetch(None, deadline=stage.soon)
    assert "an-api-key" not in str(refused.value)
    assert stage.server.asked == []


def test_an_access_token_that_is_not_taken_any_more_is_renewed(stage: Profile) -> None:
    source = stage.source()
    source.fetch(None, deadline=stage.soon)
    stage.tokens.append("short-2")
    name = stage.add(at=NOW)
    assert ids(source.fetch(None, deadline=stage.soon).pulled) == {name}


# --- several locations -------------------------------------------------------------------


@pytest.fixture
def chain(stage: Profile) -> Profile:
    stage.options["locations"] = [VIENNA, GRAZ]
    return stage


def test_each_location_is_read_down_to_its_own_mark(chain: Profile) -> None:
    names = {chain.add(at=NOW, location=VIENNA) for _ in range(8)}
    names |= {chain.add(at=NOW - timedelta(hours=5), location=GRAZ) for _ in range(2)}
    given, cursor = read_all(chain, None)
    assert ids(given) == names
    late = chain.add(at=NOW - timedelta(hours=4), location=GRAZ)
    assert late in ids(read_all(chain, cursor)[0])


def test_a_location_that_is_refused_is_told_and_the_others_are_read(chain: Profile) -> None:
    chain.answers["GET", f"{VIENNA}/reviews"] = refuse(403, "PERMISSION_DENIED", "No permission")
    name = chain.add(at=NOW, location=GRAZ)
    batch = chain.source().fetch(None, deadline=chain.soon)
    assert ids(batch.pulled) == {name}
    assert batch.is_caught_up
    assert batch.gap.startswith(f"{VIENNA}: ")
    assert "No permission" in batch.gap


def test_a_location_that_fails_in_the_middle_does_not_hold_up_the_others(chain: Profile) -> None:
    missed = {chain.add(at=NOW, location=VIENNA) for _ in range(7)}
    batch = chain.source().fetch(None, deadline=chain.soon)
    given = ids(batch.pulled)
    chain.answers["GET", f"{VIENNA}/reviews"] = Answer(status=500)
    name = chain.add(at=NOW, location=GRAZ)
    batch = chain.source().fetch(batch.cursor, deadline=chain.soon)
    assert name in ids(batch.pulled)
    assert VIENNA in batch.gap
    chain.answers.clear()
    assert missed <= given | ids(read_all(chain, batch.cursor)[0])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuse(403, "PERMISSION_DENIED", "No permission"), SourceRefused),
        (refuse(404, "NOT_FOUND", "Requested entity was not found."), SourceRefused),
        (refuse(409, "ABORTED", "Conflict"), SourceRefused),
        (refuse(400, "INVALID_ARGUMENT", "Bad"), SourceRefused),
        (Answer(status=503), SourceUnavailable),
    ],
)
def test_when_no_location_can_be_read_that_is_an_error(
    chain: Profile, answer: Answer, error: type[Exception]
) -> None:
    chain.answers["GET", "/reviews"] = answer
    with pytest.raises(error):
        chain.source().fetch(None, deadline=chain.soon)


def test_a_quota_that_is_used_up_stops_all_and_loses_nothing(chain: Profile) -> None:
    first = chain.add(at=NOW, location=VIENNA)
    second = chain.add(at=NOW, location=GRAZ)
    used_up = refuse(429, "RESOURCE_EXHAUSTED", "Quota exceeded", **{"Retry-After": "40"})
    chain.answers["GET", f"{GRAZ}/reviews"] = used_up
    batch = chain.source().fetch(None, deadline=chain.soon)
    assert (ids(batch.pulled), batch.is_caught_up, batch.gap) == ({first}, False, "")
    chain.answers["GET", "/reviews"] = used_up
    with pytest.raises(SourceUnavailable) as held:
        chain.source().fetch(batch.cursor, deadline=chain.soon)
    assert held.value.retry_at == NOW + timedelta(seconds=40)
    chain.answers.clear()
    assert second in ids(read_all(chain, batch.cursor)[0])


def test_what_there_was_no_time_for_is_read_by_the_next_fetch(chain: Profile) -> None:
    names = {chain.add(at=NOW, location=one) for one in (VIENNA, GRAZ)}
    deadline = chain.soon

    def slowly(asked: Asked) -> None:
        chain.now += timedelta(minutes=1)

    chain.before = slowly
    first = chain.source().fetch(None, deadline=deadline)
    assert (len(first.pulled), first.is_caught_up) == (1, False)
    chain.before = lambda asked: None
    assert ids(first.pulled) | ids(read_all(chain, first.cursor)[0]) == names


def test_a_location_that_is_taken_out_of_the_configuration_is_not_read_any_more(
    chain: Profile,
) -> None:
    for _ in range(7):
        chain.add(at=NOW, location=GRAZ)
    cursor = chain.source().fetch(None, deadline=chain.soon).cursor
    chain.options["locations"] = [VIENNA]
    chain.server.asked.clear()
    read_all(chain, cursor)
    assert {one.path for one in chain.asked()} == {f"/v4/{VIENNA}/reviews"}


# --- answering ---------------------------------------------------------------------------


def test_a_reply_stands_beneath_the_review_and_is_found_again(stage: Profile) -> None:
    name = stage.add(at=NOW)
    mention, reply = mention_of(name), a_reply(text="We are sorry.\nCome back! Ana")
    published = stage.replier().reply(mention, reply)
    assert published.platform_id == f"{name}/reply"
    assert published.url == mention.url
    assert stage.reviews[name]["reviewReply"]["comment"] == reply.text
    assert stage.replier().find_reply(mention, reply) == published
    assert stage.replier().find_reply(mention, a_reply(text="Something else")) is None


def test_the_same_reply_is_written_once(stage: Profile) -> None:
    mention, reply = mention_of(stage.add(at=NOW)), a_reply()
    first = stage.replier().reply(mention, reply)
    assert stage.replier().reply(mention, reply) == first
    assert len(stage.asked("PUT")) == 1


@pytest.mark.parametrize("state", [{}, {"reviewReplyState": "PENDING"}])
def test_what_a_colleague_answered_is_never_written_over(
    stage: Profile, state: dict[str, str]
) -> None:
    name = stage.add(at=NOW, reviewReply={"comment": "Thanks! The owner", **state})
    with pytest.raises(SourceRefused, match="has been answered already"):
        stage.replier().reply(mention_of(name), a_reply())
    assert stage.asked("PUT") == []
    assert stage.replier().find_reply(mention_of(name), a_reply()) is None


def test_a_reply_that_google_rejected_may_be_followed_by_another(stage: Profile) -> None:
    rejected = {"comment": a_reply().text, "reviewReplyState": "REJECTED"}
    name = stage.add(at=NOW, reviewReply=rejected)
    assert stage.replier().find_reply(mention_of(name), a_reply()) is None
    stage.replier().reply(mention_of(name), a_reply())
    assert len(stage.asked("PUT")) == 1


def test_a_reply_that_google_rejects_at_once_is_refused_with_the_reason(stage: Profile) -> None:
    stage.makes = {"reviewReplyState": "REJECTED", "policyViolation": "PROFANITY"}
    with pytest.raises(SourceRefused, match="does not show the reply: PROFANITY"):
        stage.replier().reply(mention_of(stage.add(at=NOW)), a_reply())


def test_a_review_that_is_gone_cannot_be_answered(stage: Profile) -> None:
    mention = mention_of(f"{VIENNA}/reviews/gone")
    with pytest.raises(SourceRefused, match="the review is gone"):
        stage.replier().reply(mention, a_reply())
    assert stage.replier().find_reply(mention, a_reply()) is None


def test_a_reply_that_is_too_long_does_not_leave(stage: Profile) -> None:
    mention = mention_of(stage.add(at=NOW))
    preview = stage.replier().preview(mention, "\U0001f372" * 1_024, is_private=False)
    assert (preview.length, preview.limit) == (4_096, 4_096)
    stage.replier().reply(mention, a_reply(text=preview.text))
    with pytest.raises(SourceRefused, match="4097 bytes"):
        stage.replier().reply(mention, a_reply(text=preview.text + "x"))
    assert len(stage.asked("PUT")) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuse(403, "PERMISSION_DENIED", "The caller does not have permission"), SourceRefused),
        (refuse(400, "INVALID_ARGUMENT", "Request contains an invalid argument"), SourceRefused),
        (refuse(429, "RESOURCE_EXHAUSTED", "Quota exceeded"), SourceUnavailable),
        (Answer(status=503), OutcomeUnknown),
        (Answer(is_reset=True), OutcomeUnknown),
        (Answer(body=b'{"comment": 7'), OutcomeUnknown),
        (Answer(body=b"<html>"), OutcomeUnknown),
    ],
)
def test_what_becomes_of_a_reply_is_told_apart(
    stage: Profile, answer: Answer, error: type[Exception]
) -> None:
    mention = mention_of(stage.add(at=NOW))
    stage.answers["PUT", "/reply"] = answer
    with pytest.raises(error):
        stage.replier().reply(mention, a_reply())
    assert len(stage.asked("PUT")) == 1


@pytest.mark.parametrize("status", [401, 403, 503])
def test_what_cannot_be_looked_up_is_unavailable(stage: Profile, status: int) -> None:
    name = stage.add(at=NOW)
    stage.answers["GET", name] = refuse(status, "X", "no")
    with pytest.raises(SourceUnavailable):
        stage.replier().find_reply(mention_of(name), a_reply())


@pytest.mark.parametrize("id", ["7", "accounts/1/locations/2/reviews/../../../x", "https://x.y/"])
def test_what_is_no_name_of_a_review_is_asked_for_nowhere(stage: Profile, id: str) -> None:
    with pytest.raises(SourceRefused, match="is no review"):
        stage.replier().reply(mention_of(id), a_reply())
    assert stage.replier().find_reply(mention_of(id), a_reply()) is None
    found = stage.checker().delete_check([mention_of(id)], deadline=stage.soon)
    assert found.gone == frozenset()
    assert stage.server.asked == []


def test_nothing_is_said_in_private(stage: Profile) -> None:
    mention = mention_of(stage.add(at=NOW))
    assert not isinstance(stage.source(), PrivateReplier)
    stage.replier().reply(mention, a_reply())
    assert stage.replier().find_reply(mention, replace(a_reply(), is_private=True)) is None


# --- deletions, probing, options ---------------------------------------------------------


def test_a_review_that_is_not_found_is_gone_while_its_location_can_be_read(
    stage: Profile,
) -> None:
    there, gone = stage.add(at=NOW), f"{VIENNA}/reviews/gone"
    checked = stage.checker().delete_check(
        [mention_of(there), mention_of(gone)], deadline=stage.soon
    )
    assert checked.gone == {gone}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_location_that_we_lost_does_not_make_its_reviews_look_deleted(
    stage: Profile, status: int
) -> None:
    stage.answers["GET", "/reviews"] = refuse(status, "X", "not yours")
    with pytest.raises(SourceRefused):
        stage.checker().delete_check([mention_of(f"{VIENNA}/reviews/gone")], deadline=stage.soon)


@pytest.mark.parametrize("is_of_the_listing", [True, False])
def test_a_location_that_we_lost_does_not_hide_what_is_gone_from_another(
    chain: Profile, is_of_the_listing: bool
) -> None:
    lost, gone = f"{VIENNA}/reviews/lost", f"{GRAZ}/reviews/gone"
    there = chain.add(at=NOW, location=GRAZ)
    refused = refuse(403, "PERMISSION_DENIED", "not yours")
    chain.answers["GET", f"{VIENNA}/reviews" if is_of_the_listing else lost] = refused
    mentions = [mention_of(one) for one in (lost, gone, there)]
    assert chain.checker().delete_check(mentions, deadline=chain.soon).gone == {gone}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refuse(403, "PERMISSION_DENIED", "no"), SourceRefused),
        (Answer(status=500), SourceUnavailable),
        (Answer(body=b"<html>"), SourceUnavailable),
    ],
)
def test_a_look_that_fails_is_no_deletion(
    stage: Profile, answer: Answer, error: type[Exception]
) -> None:
    name = stage.add(at=NOW)
    stage.answers["GET", name] = answer
    with pytest.raises(error):
        stage.checker().delete_check([mention_of(name)], deadline=stage.soon)


def test_nothing_is_looked_up_after_the_deadline(stage: Profile) -> None:
    gone = mention_of(f"{VIENNA}/reviews/gone")
    assert stage.checker().delete_check([gone], deadline=stage.now).gone == frozenset()
    assert stage.server.asked == []


def test_a_probe_says_what_works_and_which_permission_is_missing(stage: Profile) -> None:
    source = stage.source()
    assert isinstance(source, Probing)
    stage.add(at=NOW)
    assert source.probe(deadline=stage.soon).works == (f"reads and answers 1 reviews of {VIENNA}",)
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "domain": "googleapis.com",
        }
    ]
    error = {
        "code": 403,
        "message": "Request had insufficient authentication scopes.",
        "status": "PERMISSION_DENIED",
        "details": details,
    }
    stage.answers["GET", "/reviews"] = replace(said({"error": error}), status=403)
    (missing,) = source.probe(deadline=stage.soon).missing
    assert missing.startswith(f"cannot read the reviews of {VIENNA}: ")
    assert missing.endswith("grant the scope https://www.googleapis.com/auth/business.manage")
    stage.answers["GET", "/reviews"] = refuse(400, "X", "no")
    with pytest.raises(SourceRefused):
        source.probe(deadline=stage.soon)


def test_it_can_read_answer_in_public_and_tell_deletions() -> None:
    assert googlebusiness.MEMBER.abilities == (
        Ability.FETCH,
        Ability.REPLY,
        Ability.DELETE_CHECK,
    )
    assert googlebusiness.MEMBER.charges == ()


def test_each_location_and_the_access_token_take_a_request() -> None:
    member = googlebusiness.MEMBER
    assert member.calls_per_pull(member.complete({"locations": [VIENNA, GRAZ]})) == 3
    assert "tokens" in [limit.bucket for limit in member.limits]


@pytest.mark.parametrize(
    ("options", "has_secret", "problem"),
    [
        ({}, True, "locations: missing"),
        ({"locations": []}, True, "locations: [] is empty"),
        ({"locations": [VIENNA]}, False, "secret: reviews cannot be read without one"),
        ({"locations": ["22"]}, True, "locations: '22'; write each as accounts/123"),
        ({"locations": [VIENNA + "/reviews"]}, True, "write each as"),
        ({"locations": ["accounts/-/locations/../x"]}, True, "write each as"),
        ({"locations": [VIENNA] * (MOST_LOCATIONS + 1)}, True, "at most 20 are taken"),
        ({"locations": [VIENNA], "base_url": "http://x.example"}, True, "base_url: 'http://x"),
        ({"locations": [VIENNA], "tokens_url": "http://x.example"}, True, "tokens_url: 'http://x"),
    ],
)
def test_a_wrong_option_is_told(options: dict[str, Any], has_secret: bool, problem: str) -> None:
    found = check_options("googlebusiness", options, has_secret=has_secret)
    assert problem in "; ".join(found)
