"""How we stand with a server of Mastodon, and which posts still stand there.

What mastodon_mock can say is asked of it; the rest of a small server with the answers that
docs.joinmastodon.org gives (/methods/statuses, /methods/accounts, /methods/apps).
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from mastodon_mock.testing import MockServer

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import DeletionChecker, Probed, Probing
from tests.builders import a_mention
from tests.http.loopback import Answer, Asked, serving
from tests.sources.contract import NOW
from tests.sources.test_mastodon import ACCOUNT, STATUS, Instance, Town

OWN = ACCOUNT | {"acct": "alice", "username": "alice", "created_at": "2020-01-01T00:00:00.000Z"}
"""A CredentialAccount, shortened."""

APPLICATION = {
    "id": "563419",
    "name": "Test Application",
    "website": "https://app.example",
    "scopes": ["read", "write", "push"],
    "redirect_uri": "https://app.example/callback\nhttps://app.example/register",
    "redirect_uris": ["https://app.example/callback", "https://app.example/register"],
    "vapid_key": "BMAIjoaMYTDbJtfrfocuzO8pzDHI47dzmw0rha6Y=",
}
"""As docs.joinmastodon.org/methods/apps has it."""

OUTSIDE = Answer(status=403, body=b'{"error": "This action is outside the authorized scopes"}')
UNKNOWN = Answer(status=404, body=b'{"error": "Record not found"}')


class Server(Instance):
    """One that knows some posts; by path, other answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.known: set[str] = set()
        self.listed: set[str] | None = set()
        """None on a server that is older than 4.3."""
        self.instead: dict[str, Answer] = {}

    def answer(self, asked: Asked) -> Answer:
        if asked.path in self.instead:
            return self.instead[asked.path]
        if asked.path == "/api/v1/accounts/verify_credentials":
            return _json(OWN)
        if asked.path == "/api/v1/apps/verify_credentials":
            return _json(APPLICATION)
        if asked.path == "/api/v1/statuses":
            if self.listed is None:
                return UNKNOWN
            wanted = asked.query["id[]"]
            return _json([STATUS | {"id": id} for id in wanted if id in self.known & self.listed])
        if asked.path.startswith("/api/v1/statuses/"):
            id = asked.path.rpartition("/")[2]
            return _json(STATUS | {"id": id}) if id in self.known else UNKNOWN
        return super().answer(asked)

    def knows(self, *ids: str) -> None:
        self.known |= set(ids)
        if self.listed is not None:
            self.listed |= set(ids)

    def checked(self, *mentions: Mention, deadline: datetime | None = None) -> frozenset[str]:
        source = self.source()
        assert isinstance(source, DeletionChecker)
        assert len(mentions) <= source.checks_at_once
        return source.delete_check(mentions, deadline=deadline or self.soon).gone

    def probed(self, secret: str = "token") -> Probed:
        source = self.source(secret)
        assert isinstance(source, Probing)
        return source.probe(deadline=self.soon)

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.server.asked]


def _json(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode())


def a_post(id: str, **over: Any) -> Mention:
    return a_mention(platform="mastodon", platform_id=id, source="masto", **over)


@pytest.fixture
def stage() -> Iterator[Server]:
    stage = Server()
    with serving(stage.answer) as server:
        stage.server = server
        yield stage


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def town(server: MockServer) -> Town:
    town = Town(server)
    town.call("POST", "/api/v1/_mock/reset")
    return town


# --- which posts still stand ----------------------------------------------------------------


def test_a_post_that_its_author_deleted_is_gone_and_no_other(town: Town) -> None:
    kept, deleted = town.mention("@alice one"), town.mention("@alice two")
    town.call("DELETE", f"/api/v1/statuses/{deleted.platform_id}", as_="bob")
    source = town.source()
    assert isinstance(source, DeletionChecker)
    found = source.delete_check([kept, deleted], deadline=datetime.now().astimezone() + MINUTE)
    assert found.gone == {deleted.platform_id}


MINUTE = timedelta(minutes=1)


def test_posts_are_looked_at_together_and_only_the_missing_alone(stage: Server) -> None:
    stage.knows("1", "2")
    assert stage.checked(*map(a_post, ["1", "2", "3"])) == {"3"}
    assert stage.paths == [
        "/api/v1/accounts/verify_credentials",
        "/api/v1/statuses",
        "/api/v1/statuses/3",
    ]
    assert stage.server.asked[1].query["id[]"] == ["1", "2", "3"]


def test_a_post_that_the_listing_hides_from_us_is_not_gone(stage: Server) -> None:
    """It leaves out whom we have blocked or muted."""
    stage.knows("1", "2")
    stage.listed = {"1"}
    assert stage.checked(a_post("1"), a_post("2")) == frozenset()


@pytest.mark.parametrize("status", [400, 404, 405, 422])
def test_an_older_server_is_asked_for_one_after_another(stage: Server, status: int) -> None:
    stage.instead["/api/v1/statuses"] = Answer(status=status, body=b'{"error": "no"}')
    stage.known = {"1"}
    assert stage.checked(a_post("1"), a_post("2")) == {"2"}


def test_a_post_that_is_gone_for_good_is_gone(stage: Server) -> None:
    stage.instead["/api/v1/statuses/9"] = Answer(status=410, body=b'{"error": "Gone"}')
    assert stage.checked(a_post("9")) == {"9"}


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "path", ["/api/v1/accounts/verify_credentials", "/api/v1/statuses", "/api/v1/statuses/1"]
)
def test_that_we_were_locked_out_does_not_look_like_deletions(
    stage: Server, path: str, status: int
) -> None:
    stage.instead[path] = Answer(status=status, body=b'{"error": "The access token is invalid"}')
    with pytest.raises(SourceRefused):
        stage.checked(a_post("1"))


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"7", b'[{"id": '])
def test_an_outage_page_does_not_look_like_deletions(stage: Server, body: bytes) -> None:
    stage.instead["/api/v1/statuses"] = Answer(body=body)
    with pytest.raises(SourceUnavailable):
        stage.checked(a_post("1"))


def test_of_a_post_from_before_we_came_to_the_server_nothing_is_said(stage: Server) -> None:
    """The account moved, and the entry with it: the id is another server's."""
    moved = OWN | {"created_at": (NOW - timedelta(days=1)).isoformat()}
    stage.instead["/api/v1/accounts/verify_credentials"] = _json(moved)
    old = a_post("1", posted_at=NOW - timedelta(days=2))
    assert stage.checked(old) == frozenset()
    assert stage.paths == ["/api/v1/accounts/verify_credentials"]
    assert stage.checked(old, a_post("2", posted_at=NOW)) == {"2"}


@pytest.mark.parametrize("created_at", [None, "", "soon", 7, "2020-01-01T00:00:00"])
def test_a_server_that_does_not_tell_when_we_came_is_asked_all_the_same(
    stage: Server, created_at: object
) -> None:
    own = OWN | {"created_at": created_at}
    stage.instead["/api/v1/accounts/verify_credentials"] = _json(own)
    assert stage.checked(a_post("1")) == {"1"}


def test_what_no_time_is_left_for_stands(stage: Server) -> None:
    stage.now += timedelta(minutes=5)

    def slow(asked: Asked) -> Answer:
        if asked.path == "/api/v1/statuses":
            stage.now += timedelta(minutes=1)
        return Server.answer(stage, asked)

    with serving(slow) as server:
        stage.server = server
        assert stage.checked(a_post("1"), deadline=stage.soon) == frozenset()


def test_without_a_token_nothing_is_checked(stage: Server) -> None:
    stage.options["hashtags"] = ["acme"]
    assert not isinstance(stage.source(""), DeletionChecker)


# --- how we stand ----------------------------------------------------------------------------


def test_a_token_with_all_scopes_reads_and_replies(stage: Server) -> None:
    found = stage.probed()
    assert found.account == "@alice"
    assert found.works == ("reads what is written to us", "replies")
    assert found.missing == ()
    assert len(stage.paths) == 3


def test_a_server_as_it_is_says_who_we_are(town: Town) -> None:
    source = town.source()
    assert isinstance(source, Probing)
    found = source.probe(deadline=datetime.now().astimezone() + MINUTE)
    assert found.account == "@alice"
    assert "reads what is written to us" in found.works


@pytest.mark.parametrize(
    ("options", "path", "says", "scope"),
    [
        ({}, "/api/v1/notifications", "reads what is written to us", "read:notifications"),
        ({"hashtags": ["acme"]}, "/api/v1/timelines/tag/acme", "reads hashtags", "read:statuses"),
        ({"search": "acme"}, "/api/v2/search", "searches posts", "read:search"),
    ],
)
def test_a_scope_that_is_missing_for_reading_is_named(
    options: dict[str, Any], path: str, says: str, scope: str
) -> None:
    stage = Server(**options)
    stage.instead["/api/v2/search"] = _json({"statuses": []})
    with serving(stage.answer) as server:
        stage.server = server
        assert says in stage.probed().works
        stage.instead[path] = OUTSIDE
        assert stage.probed().missing == (f"cannot read: grant the scope {scope}",)


@pytest.mark.parametrize("scopes", [["read"], ["read", "write:media"], []])
def test_a_scope_that_is_missing_for_replying_is_named(stage: Server, scopes: list[str]) -> None:
    stage.instead["/api/v1/apps/verify_credentials"] = _json(APPLICATION | {"scopes": scopes})
    assert stage.probed().missing == ("cannot reply: grant the scope write:statuses",)


@pytest.mark.parametrize("scopes", [["write"], ["read", "write:statuses"]])
def test_either_scope_is_enough_to_reply(stage: Server, scopes: list[str]) -> None:
    stage.instead["/api/v1/apps/verify_credentials"] = _json(APPLICATION | {"scopes": scopes})
    assert "replies" in stage.probed().works


@pytest.mark.parametrize("answer", [_json({"id": "1", "name": "older than 4.3"}), UNKNOWN, OUTSIDE])
def test_a_server_that_does_not_tell_scopes_is_given_the_benefit(
    stage: Server, answer: Answer
) -> None:
    stage.instead["/api/v1/apps/verify_credentials"] = answer
    assert stage.probed().missing == ()


def test_that_we_may_not_see_who_we_are_is_named(stage: Server) -> None:
    stage.instead["/api/v1/accounts/verify_credentials"] = OUTSIDE
    found = stage.probed()
    assert (found.account, found.missing) == (
        "",
        ("cannot see who we are: grant the scope read:accounts",),
    )


def test_a_token_that_does_not_hold_is_refused(town: Town) -> None:
    source = town.source("nobodys_token")
    assert isinstance(source, Probing)
    with pytest.raises(SourceRefused):
        source.probe(deadline=datetime.now().astimezone() + MINUTE)


def test_without_a_token_one_look_at_the_hashtags_is_all(stage: Server) -> None:
    stage.options["hashtags"] = ["acme"]
    found = stage.probed("")
    assert (found.account, found.works) == ("", ("reads hashtags",))
    assert stage.paths == ["/api/v1/timelines/tag/acme"]
