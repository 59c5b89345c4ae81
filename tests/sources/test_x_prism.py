"""X's own OpenAPI document, served by Prism: every kind of request that we make is one that it
allows, and what it answers can be read."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author
from chalicelib.http import HttpClient
from chalicelib.ports import Cursor
from chalicelib.sources import open_source
from chalicelib.sources.x import AnsweringX, X
from chalicelib.sources.x.shapes import id_before
from tests.builders import a_mention, a_reply
from tests.sources.contract import BRAND, NOW
from tests.sources.prism import prism_serving, spec
from tests.sources.test_x import CARLA, SIGNED

POST = id_before(int((NOW - timedelta(hours=1)).timestamp()))
"""A post of an hour ago."""

MENTION = a_mention(platform="x", platform_id=POST, author=Author(handle="carla"))


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The document as it is, but for two things. It has no examples for ids in answers, which would
    all be "string" and could not be asked for again, and its post would be a repost. And Prism
    knows no scheme `OAuth` of HTTP: that the header is there is all that it can see to."""
    document: dict[str, Any] = json.loads(spec("x-openapi.json").read_text(encoding="utf-8"))
    schemas = document["components"]["schemas"]
    schemas["Post"]["properties"]["id"]["example"] = POST
    schemas["Post"]["properties"]["author_id"]["example"] = CARLA["id"]
    schemas["Post"]["properties"]["edit_history_post_ids"]["example"] = [POST]
    schemas["PostReferencedPosts"]["example"] = [{"type": "replied_to", "id": "7"}]
    schemas["CreatePostsResponseData"]["properties"]["id"]["example"] = POST
    schemas["User"]["properties"]["id"]["example"] = CARLA["id"]
    signed = {"type": "apiKey", "in": "header", "name": "Authorization"}
    document["components"]["securitySchemes"]["UserToken"] = signed
    path = Path(tmp_path_factory.mktemp("prism"), "x-openapi.json")
    path.write_text(json.dumps(document), encoding="utf-8")
    with prism_serving(path) as url:
        yield url


def source(url: str, secret: str = SIGNED, **options: Any) -> X:
    entry = SourceEntry(
        name="x-acme", kind="x", brand="acme", options={"base_url": url, **options}, secret="x"
    )
    http = HttpClient(trust_loopback=True, now=lambda: NOW, sleep=lambda seconds: None)
    found = open_source(entry, BRAND, secret, http, lambda: NOW)
    assert isinstance(found, X)
    return found


def answering(url: str) -> AnsweringX:
    found = source(url, is_enterprise=True)
    assert isinstance(found, AnsweringX)
    return found


SOON = NOW + timedelta(seconds=20)


@pytest.mark.parametrize(
    ("secret", "options"),
    [
        (SIGNED, {"terms": ["acme", "acme shop", "@acme", "#acme"]}),
        (SIGNED, {}),
        ("bearer", {"terms": ["acme"]}),
        ("bearer", {"account": "2244994946"}),
        (SIGNED, {"references": False}),
    ],
)
def test_listings_are_allowed_page_after_page_and_read(
    prism: str, secret: str, options: dict[str, Any]
) -> None:
    reader = source(prism, secret, **options)
    batch = reader.fetch(None, deadline=SOON)
    assert (batch.refused, batch.is_caught_up) == ((), False)
    assert batch.pulled
    assert batch.uses
    again = reader.fetch(batch.cursor, deadline=SOON)
    assert again.refused == ()


def test_below_the_oldest_post_is_allowed_to_be_asked_for(prism: str) -> None:
    reader = source(prism, terms=["acme"])
    cursor = reader.fetch(None, deadline=SOON).cursor
    assert cursor is not None
    without = Cursor(cursor.replace('"token":"string"', '"token":""'))
    assert without != cursor
    assert reader.fetch(without, deadline=SOON).refused == ()


def test_a_post_of_the_document_becomes_a_mention(prism: str) -> None:
    batch = source(prism, "bearer", terms=["acme"]).fetch(None, deadline=SOON)
    (found,) = batch.pulled
    assert found.mention.platform_id == POST
    assert (found.mention.text, found.mention.in_reply_to) == ("string", "7")
    assert found.mention.author is not None
    assert found.mention.author.handle == "string"


def test_looking_whether_posts_stand_is_allowed(prism: str) -> None:
    asked = [a_mention(platform="x", platform_id=str(int(POST) - n)) for n in range(100)]
    assert source(prism).delete_check(asked, deadline=SOON).gone == frozenset()


def test_probes_are_allowed(prism: str) -> None:
    assert source(prism).probe(deadline=SOON).account == "@string"
    assert source(prism, "bearer", terms=["acme"]).probe(deadline=SOON).works


def test_replying_and_finding_the_reply_are_allowed(prism: str) -> None:
    replier = answering(prism)
    assert replier.reply(MENTION, a_reply()).platform_id.isdigit()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)  # before the posts of the document
    with pytest.raises(SourceUnavailable, match="more posts of ours"):  # each page has a next one
        replier.find_reply(MENTION, a_reply(approved_at=long_ago))


def test_messages_and_finding_them_are_allowed(prism: str) -> None:
    replier = answering(prism)
    sent = replier.reply_privately(MENTION, a_reply(is_private=True))
    assert sent.platform_id
    with pytest.raises(SourceUnavailable, match="more posts of ours"):
        replier.find_reply(MENTION, a_reply(is_private=True))


def test_what_the_document_does_not_allow_is_refused(prism: str) -> None:
    """Else nothing above would say anything."""
    with pytest.raises(SourceRefused, match="422"):
        source(prism).delete_check(
            [a_mention(platform="x", platform_id=str(id)) for id in range(101)], deadline=SOON
        )
