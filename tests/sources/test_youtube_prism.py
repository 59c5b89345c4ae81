"""What we ask of YouTube, against its own OpenAPI document: Prism refuses whatever is not in it.

The document knows an API key in the query alone; ours travels as a header, which Google takes of
every API. So Prism is asked by who is signed in, and reading is the same for both.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.mention import Author
from chalicelib.http import HttpClient
from chalicelib.ports import DeletionChecker, Probing, Replier, Source
from chalicelib.sources import open_source
from chalicelib.sources.google import Refused
from tests.builders import a_mention, a_reply
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import BRAND
from tests.sources.prism import prism_serving, spec
from tests.sources.tube import ACCOUNT, CHANNEL

NOW = datetime(2019, 8, 24, 20, tzinfo=UTC)
"""Prism's answers are of 14:15 that day."""


@pytest.fixture(scope="module")
def prism() -> Iterator[str]:
    with prism_serving(spec("youtube-swagger2.json")) as url:
        yield url


@pytest.fixture
def tokens() -> Iterator[str]:
    token = {"access_token": "ya29.x", "expires_in": 3599}
    with serving(Answer(body=json.dumps(token).encode())) as server:
        yield server.url


class Open:
    """Opens a source that speaks to Prism."""

    def __init__(self, prism: str, tokens: str) -> None:
        self._options = {"base_url": prism, "tokens_url": tokens, "channel_id": CHANNEL}

    def __call__(self, **options: Any) -> Source:
        entry = SourceEntry(
            name="tube", kind="youtube", brand="acme", options=self._options | options
        )
        http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None)
        return open_source(entry, BRAND, ACCOUNT, http, lambda: NOW)


@pytest.fixture
def open_(prism: str, tokens: str) -> Open:
    return Open(prism, tokens)


def a_youtube_mention(id: str, **over: Any) -> Any:
    return a_mention(platform="youtube", platform_id=id, author=Author(handle="carla"), **over)


SOON = NOW + timedelta(seconds=30)


@pytest.mark.parametrize("options", [{}, {"search": ["acme", "acme mobile"]}])
def test_what_a_pull_asks_is_in_the_document(open_: Open, options: dict[str, Any]) -> None:
    batch = open_(**options).fetch(None, deadline=SOON)
    assert batch.cursor is not None
    again = open_(**options).fetch(batch.cursor, deadline=SOON)  # by the token of the next page
    assert again.cursor is not None


@pytest.mark.parametrize("id", ["UgxISZhP_62DIrtv2r94AaABAg", "7ghhRHRP6t4"])
def test_what_a_reply_a_look_up_and_a_check_ask_is_in_the_document(open_: Open, id: str) -> None:
    source = open_()
    assert isinstance(source, Replier)
    assert source.reply(a_youtube_mention(id), a_reply()).platform_id == "string"
    assert isinstance(source, DeletionChecker)
    assert source.delete_check([a_youtube_mention(id)], deadline=SOON).gone == {id}
    with pytest.raises(SourceUnavailable, match="not among"):
        # Prism's one page names itself as the next one, so the end is never reached.
        source.find_reply(a_youtube_mention(id), a_reply(approved_at=NOW - timedelta(days=1)))


def test_what_a_probe_asks_is_in_the_document(open_: Open) -> None:
    source = open_()
    assert isinstance(source, Probing)
    assert source.probe(deadline=SOON).account == "string"


@pytest.mark.parametrize(
    "changed",
    [
        lambda asked: asked.query | {"order": ["newest"]},
        lambda asked: asked.query | {"maxResults": ["101"]},
        lambda asked: {name: value for name, value in asked.query.items() if name != "part"},
    ],
)
def test_prism_does_refuse_what_is_not_in_the_document(
    prism: str, tokens: str, changed: Callable[[Asked], dict[str, list[str]]]
) -> None:
    http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None)

    def forwarded(asked: Asked) -> Answer:
        params = [(name, one) for name, values in changed(asked).items() for one in values]
        headers = {"Authorization": asked.headers["authorization"]}
        found = http.request(
            asked.method,
            prism + asked.path,
            params=params,
            headers=headers,
            accept=range(200, 500),
        )
        return Answer(status=400 if found.status == 422 else found.status, body=found.body)

    with serving(forwarded) as door:
        assert isinstance(door, Loopback)
        with pytest.raises(Refused):
            Open(door.url, tokens)().fetch(None, deadline=SOON)
