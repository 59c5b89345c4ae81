"""What the Graph API's errors and headers mean, and that Meta's own library reads the same.

`facebook-business` is Meta's library for Python (github.com/facebook/facebook-python-business-sdk,
26.0.3).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from facebook_business.adobjects.comment import Comment
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.sources.facebook.answers import Paging, Trouble
from chalicelib.sources.facebook.graph import Credentials, Graph, Throttled
from chalicelib.sources.facebook.posts import instant
from chalicelib.sources.facebook.usage import LONGEST_REST, SHORT_REST, rest_until
from chalicelib.sources.payload import NotReadable
from tests.http.loopback import Answer, serving
from tests.sources.contract import NOW, read_all
from tests.sources.test_facebook import APP_SECRET, PAGE, TOKEN, Wall, refusal, staged

CREDENTIALS = Credentials(page_token=TOKEN, app_secret=APP_SECRET)


def graph(url: str) -> Graph:
    http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None)
    return Graph(http, f"{url}/v26.0", CREDENTIALS)


def asked_of(*answers: Answer) -> Exception:
    """What comes of asking a server that answers so."""
    with serving(*answers) as server, pytest.raises(Exception) as caught:  # noqa: PT011
        graph(server.url).get("/me", {}, now=NOW, deadline=NOW + timedelta(seconds=30))
    return caught.value


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "over", "kind", "words"),
    [
        (190, {"error_subcode": 460}, SourceRefused, "the page token does not hold any more"),
        (102, {}, SourceRefused, "the page token does not hold any more"),
        (10, {}, SourceRefused, "a permission is missing"),
        (3, {}, SourceRefused, "a permission is missing"),
        (200, {}, SourceRefused, "a permission is missing"),
        (299, {}, SourceRefused, "a permission is missing"),
        (300, {}, SourceRefused, "it refused"),
        (100, {"error_subcode": 33}, SourceRefused, "it refused"),
        (12, {}, SourceRefused, "it refused"),
        (1, {}, SourceUnavailable, "in trouble"),
        (2, {}, SourceUnavailable, "in trouble"),
        (99, {"is_transient": True}, SourceUnavailable, "in trouble"),
        *((code, {}, Throttled, "no more for now") for code in (4, 17, 32, 341, 368, 613, 80001)),
    ],
)
def test_each_code_is_what_the_documentation_says(
    code: int, over: dict[str, Any], kind: type[Exception], words: str
) -> None:
    error = asked_of(refusal(code, "Message describing the error", **over))
    assert isinstance(error, kind)
    assert words in str(error)
    assert "Message describing the error" in str(error)
    assert f"({code})" in str(error)


@pytest.mark.parametrize(
    "message",
    [
        f"Malformed access token {TOKEN}",
        f"Error validating {TOKEN} and {APP_SECRET}",
        "Malformed access token EAABsbCS1iHgBAKZCZCZDZD",
        "x" * 190 + TOKEN,
    ],
)
def test_what_they_say_is_repeated_without_secrets_and_short(message: str) -> None:
    told = str(asked_of(refusal(190, message + "\u0007" + "y" * 5_000)))
    assert "hush" not in told
    assert "EAAB" not in told
    assert len(told) < 400
    assert told.isprintable()


def test_an_error_of_somebody_in_between_is_told_by_its_status() -> None:
    error = asked_of(Answer(status=403, body=b"<html>Forbidden</html>"))
    assert isinstance(error, SourceRefused)
    assert "answered 403" in str(error)


def test_a_hiccup_is_not_even_noticed() -> None:
    ok = Answer(body=b"{}")
    with serving(Answer(status=500), Answer(status=500), ok) as server:
        found = graph(server.url).get("/me", {}, now=NOW, deadline=NOW + timedelta(seconds=30))
    assert found.body == b"{}"


def test_where_too_much_was_asked_for_less_is() -> None:
    too_much = refusal(1, "Please reduce the amount of data you're asking for", status=500)
    with staged("comments") as wall:
        id = wall.post("acme", at=NOW)
        read_all(wall, None)
        usual, asked = wall.answer, []

        def answer(request: Any) -> Answer:
            asked.append(request.query.get("limit", [""])[0])
            return too_much if asked[-1] == "25" else usual(request)

        wall.server.answer = answer
        pulled, _ = read_all(wall, None)
    assert {one.mention.platform_id for one in pulled} == {id}
    assert asked[1:3] == ["25", "5"]


# --- usage -------------------------------------------------------------------------------------


def business(**over: Any) -> str:
    usage = {
        "type": "pages",
        "call_count": 28,
        "total_cputime": 25,
        "total_time": 25,
        "estimated_time_to_regain_access": 0,
    }
    return json.dumps({"1122334455": [usage | over]})


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({}, None),
        ({"X-App-Usage": '{"call_count":28,"total_time":25,"total_cputime":25}'}, None),
        ({"X-App-Usage": '{"call_count":100,"total_time":25,"total_cputime":25}'}, SHORT_REST),
        ({"X-App-Usage": '{"total_cputime":250.5}'}, SHORT_REST),
        ({"X-Business-Use-Case-Usage": business()}, None),
        ({"X-Business-Use-Case-Usage": business(total_time=99)}, None),
        ({"X-Business-Use-Case-Usage": business(total_time=100)}, SHORT_REST),
        (
            {"X-Business-Use-Case-Usage": business(estimated_time_to_regain_access=19)},
            timedelta(minutes=19),
        ),
        (
            {"X-Business-Use-Case-Usage": business(estimated_time_to_regain_access=10**12)},
            LONGEST_REST,
        ),
        ({"X-Business-Use-Case-Usage": business(call_count=100, type="messenger")}, None),
        ({"X-Business-Use-Case-Usage": "{"}, None),
        ({"X-Business-Use-Case-Usage": '{"1": 7, "2": ["x", {"call_count": "x"}]}'}, None),
        ({"X-App-Usage": "[" * 100_000}, None),
    ],
)
def test_the_headers_say_how_long_to_rest(headers: dict[str, str], rest: timedelta | None) -> None:
    found = rest_until(headers, now=NOW)
    assert (found - NOW if found else None) == rest


def test_what_messages_have_used_up_counts_where_a_request_was_refused() -> None:
    headers = {
        "X-Business-Use-Case-Usage": business(type="messenger", estimated_time_to_regain_access=2)
    }
    assert rest_until(headers, now=NOW, is_refused=True) == NOW + timedelta(minutes=2)


# --- pages and dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("next", "token"),
    [
        (None, ""),
        ("", ""),
        (
            "https://graph.facebook.com/v26.0/1/feed?limit=25&after=MTAx%3D&access_token=x",
            "after=MTAx%3D",
        ),
        ("https://evil.example/?after=abc&fields=x", "after=abc"),
        (
            "https://x.example/?until=1619389766&since&__paging_token=enc_A",
            "until=1619389766&__paging_token=enc_A",
        ),
        ("https://x.example/?access_token=x", "after=last"),
        ("no address", "after=last"),
    ],
)
def test_only_the_mark_is_taken_from_the_next_address(next: str | None, token: str) -> None:
    body = json.dumps({"cursors": {"before": "first", "after": "last"}, "next": next})
    assert msgspec.json.decode(body, type=Paging).token == token


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2017-03-20T08:31:32+0000", datetime(2017, 3, 20, 8, 31, 32, tzinfo=UTC)),
        ("2017-03-20T10:31:32+02:00", datetime(2017, 3, 20, 8, 31, 32, tzinfo=UTC)),
        (1489998692, datetime(2017, 3, 20, 8, 31, 32, tzinfo=UTC)),
        ("1489998692", datetime(2017, 3, 20, 8, 31, 32, tzinfo=UTC)),
        (1489998692000, datetime(2017, 3, 20, 8, 31, 32, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_they_are_written(value: object, at: datetime) -> None:
    assert instant(value) == at


@pytest.mark.parametrize("value", ["", "yesterday", "2017-03-20T08:31:32", None, True, 1.5, {}])
def test_what_is_no_date_is_not_guessed(value: object) -> None:
    with pytest.raises(NotReadable):
        instant(value)


def test_gone_is_told_by_code_and_subcode() -> None:
    assert Trouble(code=100, error_subcode=33).is_gone
    assert not Trouble(code=100).is_gone
    assert not Trouble(code=10, error_subcode=33).is_gone


# --- Meta's own library ------------------------------------------------------------------------


@pytest.fixture
def wall() -> Iterator[Wall]:
    with staged(reads=["tagged", "comments"]) as wall:
        yield wall


class Session(FacebookSession):  # type: ignore[misc]
    """The library's session, with a server on this machine."""

    def __init__(self, url: str) -> None:
        super().__init__(app_secret=APP_SECRET, access_token=TOKEN)
        self.GRAPH = url


def test_metas_library_reads_the_same_posts_and_comments(wall: Wall) -> None:
    for minutes in range(5):
        wall.add_post(at=NOW - timedelta(minutes=minutes), message=f"acme {minutes} \U0001f525")
        wall.add_comment(at=NOW - timedelta(minutes=minutes), message=f"below {minutes}")
    ours = {
        (
            one.mention.platform_id,
            one.mention.text,
            one.mention.author.handle if one.mention.author else "",
            one.mention.posted_at,
        )
        for one in read_all(wall, None)[0]
    }
    session = Session(wall.server.url)
    api = FacebookAdsApi(session)
    fields = ["id", "message", "created_time", "from"]
    posts = list(Page(PAGE, api=api).get_tagged(fields=fields))
    comments = list(
        PagePost(wall.posts["own"][0]["id"], api=api).get_comments(
            fields=fields,
            params={"filter": Comment.Filter.stream, "order": Comment.Order.reverse_chronological},
        )
    )
    theirs = {
        (
            one[Comment.Field.id],
            one[Comment.Field.message],
            one[Comment.Field.field_from]["id"],
            datetime.fromisoformat(one[Comment.Field.created_time]),
        )
        for one in (*posts, *comments)
    }
    session.requests.close()
    assert len(ours) == 10
    assert ours == theirs


def test_metas_library_proves_itself_with_the_same_words() -> None:
    assert FacebookSession(app_secret=APP_SECRET, access_token=TOKEN).appsecret_proof == (
        CREDENTIALS.proof
    )
