"""X's own SDK for Python reads the same answers as we do, and its requests count as signed here."""

import json
from datetime import timedelta

import pytest
from xdk.oauth1_auth import OAuth1
from xdk.schemas import GetUsersMentionsResponse, SearchPostsRecentResponse

from chalicelib.ports import Pulled
from tests.sources.contract import NOW
from tests.sources.test_x import ACCOUNT, CARLA, MENTIONS, SEARCH, SIGNER, Platform, staged


def filled(stage: Platform) -> list[Pulled]:
    above = stage.add(at=NOW - timedelta(days=2), text="something")
    references = [{"type": "replied_to", "id": above}, {"type": "quoted", "id": "7"}]
    stage.add(at=NOW, text="acme, an answer", referenced_posts=references, lang="de")
    note = {"text": "acme " + "very " * 70 + "long"}
    stage.add(at=NOW - timedelta(seconds=1), text="acme very very", note_post=note)
    stage.users["8"] = CARLA | {"id": "8", "username": "bob", "verified": True}
    stage.add(at=NOW - timedelta(seconds=2), text="acme", author_id="8")
    pulled = stage.source().fetch(None, deadline=stage.soon).pulled
    assert len(pulled) == 3
    return list(pulled)


@pytest.mark.parametrize(
    ("options", "path", "shape"),
    [
        ({}, MENTIONS, GetUsersMentionsResponse),
        ({"terms": ["acme"]}, SEARCH, SearchPostsRecentResponse),
    ],
)
def test_the_sdk_reads_the_same(
    options: dict[str, list[str]],
    path: str,
    shape: type[GetUsersMentionsResponse | SearchPostsRecentResponse],
) -> None:
    with staged(**options) as stage:
        stage.per_page = 100
        ours = {one.mention.platform_id: one.mention for one in filled(stage)}
        (asked,) = (one for one in stage.server.asked if one.path == path)
        answer = shape.model_validate(json.loads(stage.answer(asked).body))
    assert answer.data is not None
    assert answer.includes is not None
    users = {user.id: user for user in answer.includes.users or ()}
    assert {post.id for post in answer.data} == ours.keys()
    for post in answer.data:
        mention, user = ours[str(post.id)], users[post.author_id]
        references = {one.type: one.id for one in post.referenced_posts or ()}
        assert mention.text == (post.note_post.text if post.note_post else post.text)
        assert mention.posted_at.isoformat(timespec="seconds") == str(post.created_at).replace(
            ".000Z", "+00:00"
        )
        assert mention.author is not None
        assert mention.author.handle == user.username
        assert mention.author.followers == user.public_metrics.followers_count
        assert mention.author.is_verified is user.verified
        assert (mention.language, mention.shares) == (post.lang, post.public_metrics.repost_count)
        assert mention.in_reply_to == references.get("replied_to")
        assert mention.quotes_id == references.get("quoted")


def test_the_sdk_signs_as_we_do() -> None:
    theirs = OAuth1(
        api_key=SIGNER.key,
        api_secret=SIGNER.secret,
        access_token=SIGNER.token,
        access_token_secret=SIGNER.token_secret,
        callback="oob",
    )
    url = f"https://api.x.com/2/users/{ACCOUNT}/mentions?max_results=100&expansions=a%2Cb"
    header = theirs.build_request_header("GET", url)
    own = dict(part.split("=", 1) for part in header.removeprefix("OAuth ").split(", "))
    assert header == SIGNER.authorization(
        "GET",
        url,
        now=NOW.fromtimestamp(int(own["oauth_timestamp"].strip('"')), NOW.tzinfo),
        nonce=own["oauth_nonce"].strip('"'),
    )
