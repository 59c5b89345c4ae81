"""Mastodon: the suite over a small server with its paging rules, all else over mastodon_mock."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from mastodon_mock.testing import MockServer

from chalicelib.domain.desk import Brand, SourceEntry
from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.domain.ticket import Reply
from chalicelib.http import HttpClient
from chalicelib.ports import Batch, Cursor, PrivateReplier, Replier, Source
from chalicelib.sources import open_source
from chalicelib.sources.mastodon.listening import PAGE
from tests.builders import a_mention, a_reply
from tests.http.loopback import Answer, Asked, Loopback, serving
from tests.sources.contract import NOW, Stage, ids, read_all
from tests.sources.hostile import PlatformContract

ACCOUNT = {
    "id": "23634",
    "username": "carla",
    "acct": "carla@social.example",
    "display_name": "Carla",
    "url": "https://social.example/@carla",
    "followers_count": 1200,
}

STATUS: dict[str, Any] = {
    "id": "103270115826048975",
    "created_at": "2019-12-08T03:48:33.901Z",
    "in_reply_to_id": None,
    "sensitive": False,
    "spoiler_text": "",
    "visibility": "public",
    "language": "en",
    "uri": "https://mastodon.social/users/Gargron/statuses/103254962155278888",
    "url": "https://mastodon.social/@Gargron/103254962155278888",
    "content": "<p>hello</p>",
    "reblog": None,
    "account": ACCOUNT,
    "mentions": [],
    "tags": [],
}
"""A status as docs.joinmastodon.org/entities/Status gives it, shortened."""


class Instance(Stage):
    """A server with the paging rules of Mastodon; dates and ids are the test's to choose."""

    page = PAGE

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.options = options
        self.statuses: list[dict[str, Any]] = []
        self.is_failing = False
        self.server: Loopback

    def answer(self, asked: Asked) -> Answer:
        if self.is_failing:
            return Answer(body=b"<!DOCTYPE html><title>502</title>")
        limit = int(asked.query["limit"][0])
        newest_first = sorted(self.statuses, key=lambda one: -int(one["id"]))
        if asked.path == "/api/v2/search":
            offset = int(asked.query["offset"][0])
            return reply_with({"statuses": newest_first[offset : offset + limit]})
        page = newest_first[:limit]
        if "min_id" in asked.query:
            after = int(asked.query["min_id"][0])
            page = [one for one in newest_first if int(one["id"]) > after][-limit:]
        if asked.path == "/api/v1/notifications":
            return reply_with([{"id": one["id"], "type": "mention", "status": one} for one in page])
        assert asked.path == "/api/v1/timelines/tag/acme"
        return reply_with(page)

    def add(self, *, at: datetime, **over: Any) -> str:
        """A status whose id is made from its date, as on a server that got it from another."""
        id = str((int(at.timestamp() * 1000) << 16) + len(self.statuses))
        date = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        self.statuses.append(STATUS | {"id": id, "created_at": date} | over)
        return id

    def post(self, text: str, *, at: datetime) -> str:
        return self.add(at=at, content=f"<p>{text}</p>")

    def entry(self) -> SourceEntry:
        options = {"base_url": self.server.url, **self.options}
        return SourceEntry(name="masto", kind="mastodon", brand="acme", options=options)

    def source(self, secret: str = "token") -> Source:
        return super().source(secret)

    def fail(self) -> None:
        self.is_failing = True


def reply_with(value: object) -> Answer:
    return Answer(body=json.dumps(value).encode())


@contextmanager
def staged(**options: Any) -> Iterator[Instance]:
    instance = Instance(**options)
    with serving(instance.answer) as server:
        instance.server = server
        yield instance


class MastodonContract(PlatformContract):
    """The suite, with what differs between the ways to listen left to the fixture `stage`."""

    options: ClassVar[dict[str, Any]]

    @pytest.fixture
    def stage(self) -> Iterator[Instance]:
        with staged(**self.options) as instance:
            yield instance

    def post_as_ourselves(self, stage: Stage) -> str:
        assert isinstance(stage, Instance)
        return stage.add(at=stage.now, account=ACCOUNT | {"acct": "Alice"})


class TestNotifications(MastodonContract):
    options: ClassVar[dict[str, Any]] = {}

    def test_what_is_given_speaks_to_us(self, stage: Instance) -> None:
        stage.post("acme", at=NOW)
        assert all(one.mention.is_addressed for one in read_all(stage, None)[0])


class TestHashtags(MastodonContract):
    options: ClassVar[dict[str, Any]] = {"hashtags": ["acme", "acmedown"]}

    def test_further_hashtags_are_asked_for_in_the_same_request(self, stage: Instance) -> None:
        read_all(stage, None)
        assert stage.server.asked[0].query["any[]"] == ["acmedown"]

    def test_a_post_from_another_server_that_arrives_late_is_given(self, stage: Instance) -> None:
        stage.post("acme", at=NOW)
        _, cursor = read_all(stage, None)
        stage.now += timedelta(minutes=2)
        stage.post("acme later", at=stage.now)
        _, cursor = read_all(stage, cursor)
        late = stage.post("acme, long under way", at=stage.now - timedelta(minutes=1))
        stage.now += timedelta(minutes=1)
        assert late in ids(read_all(stage, cursor)[0])

    def test_whoever_posts_huge_texts_does_not_blind_us(self, stage: Instance) -> None:
        _, cursor = read_all(stage, None)
        huge = {stage.post("acme " + "x" * 2_000_000, at=NOW) for _ in range(4)}
        assert huge <= ids(read_all(stage, cursor)[0])

    def test_a_post_that_names_our_handle_speaks_to_us(self, stage: Instance) -> None:
        named = stage.add(at=NOW, mentions=[{"acct": "alice"}])
        stage.add(at=NOW, mentions=[{"acct": "alice@elsewhere.example"}])
        found = read_all(stage, None)[0]
        assert [one.mention.platform_id for one in found if one.mention.is_addressed] == [named]

    def test_a_namesake_on_another_server_is_not_us(self, stage: Instance) -> None:
        id = stage.add(at=NOW, account=ACCOUNT | {"acct": "alice@elsewhere.example"})
        assert ids(read_all(stage, None)[0]) == {id}

    def test_a_status_becomes_a_mention(self, stage: Instance) -> None:
        stage.add(at=NOW, spoiler_text="outage", content="<p>acme<br>down</p>", in_reply_to_id="7")
        mention = read_all(stage, None)[0][0].mention
        assert mention.text == "outage\n\nacme\ndown"
        assert mention.author is not None
        assert (mention.author.handle, mention.author.followers) == ("carla@social.example", 1200)
        assert (mention.language, mention.in_reply_to) == ("en", "7")
        assert mention.url == STATUS["url"]
        assert mention.posted_at == NOW

    @pytest.mark.parametrize(
        ("over", "quotes_id", "shares"),
        [
            ({}, None, None),
            ({"reblogs_count": 12}, None, 12),
            ({"reblogs_count": -1}, None, None),
            ({"reblogs_count": "many"}, None, None),
            ({"reblogs_count": True}, None, None),
            ({"quote": None, "reblogs_count": 0}, None, 0),
            ({"quote": {"state": "accepted", "quoted_status": {"id": "7"}}}, "7", None),
            ({"quote": {"state": "accepted", "quoted_status_id": "8"}}, "8", None),
            ({"quote": {"state": "deleted", "quoted_status": None}}, None, None),
            ({"quote": "https://social.example/7"}, None, None),
            ({"quote": {"quoted_status": [1]}}, None, None),
        ],
    )
    def test_what_a_status_quotes_and_how_often_it_is_shared_is_told_where_it_is_known(
        self, stage: Instance, over: dict[str, Any], quotes_id: str | None, shares: int | None
    ) -> None:
        stage.add(at=NOW, **over)
        mention = read_all(stage, None)[0][0].mention
        assert (mention.quotes_id, mention.shares) == (quotes_id, shares)

    @pytest.mark.parametrize(
        "over",
        [
            {"account": None},
            {"edited_at": "2026-11-21T19:40:00.000Z"},
            {"language": None, "url": None, "mentions": None, "visibility": None},
            {"content": None},
        ],
    )
    def test_what_is_missing_or_edited_is_tolerated(
        self, stage: Instance, over: dict[str, Any]
    ) -> None:
        id = stage.add(at=NOW, **over)
        assert ids(read_all(stage, None)[0]) == {id}

    @pytest.mark.parametrize(
        "over", [{"created_at": "yesterday"}, {"created_at": "2026-11-21T19:30:00"}, {"content": 7}]
    )
    def test_a_status_that_cannot_be_read_is_told_and_the_others_are_given(
        self, stage: Instance, over: dict[str, Any]
    ) -> None:
        stage.add(at=NOW, **over)
        good = stage.post("acme", at=NOW)
        batch = stage.source().fetch(None, deadline=stage.soon)
        assert ids(batch.pulled) == {good}
        assert len(batch.refused) == 1

    @pytest.mark.parametrize(
        "body", [b"", b"{}", b'{"error": "x"}', b"[1", b'[{"id":', b"null", b"[" * 100_000]
    )
    def test_what_is_no_usable_json_is_unavailable(self, body: bytes) -> None:
        instance = Instance(hashtags=["acme"])
        with serving(Answer(body=body)) as server:
            instance.server = server
            with pytest.raises(SourceUnavailable, match="no usable JSON"):
                instance.source().fetch(None, deadline=instance.soon)


class TestSearch(MastodonContract):
    options: ClassVar[dict[str, Any]] = {"search": "acme"}

    def test_an_index_that_is_down_and_answers_nothing_loses_nothing(self, stage: Instance) -> None:
        stage.post("acme", at=NOW)
        _, cursor = read_all(stage, None)
        stage.now += timedelta(hours=1)
        unseen = {stage.post("acme unseen", at=stage.now) for _ in range(3 * PAGE)}
        kept, stage.statuses = stage.statuses, []
        _, cursor = read_all(stage, cursor)
        stage.statuses = kept
        assert unseen <= ids(read_all(stage, cursor)[0])

    def test_an_index_that_goes_down_in_the_middle_loses_nothing(self, stage: Instance) -> None:
        stage.post("acme", at=NOW)
        _, cursor = read_all(stage, None)
        stage.now += timedelta(hours=1)
        half_an_hour_ago = stage.now - timedelta(minutes=30)
        unseen = {stage.post("acme unseen", at=half_an_hour_ago) for _ in range(9 * PAGE)}
        unseen.add(stage.post("acme newest", at=stage.now))
        given: set[str] = set()
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        assert not batch.is_caught_up
        given |= ids(batch.pulled)
        kept, stage.statuses = stage.statuses, []
        batch = stage.source().fetch(batch.cursor, deadline=stage.soon)
        stage.statuses = kept
        given |= ids(read_all(stage, batch.cursor)[0])
        assert unseen <= given

    def test_a_server_that_does_not_page_is_told_as_a_gap(self) -> None:
        instance = Instance(search="acme")
        for number in range(PAGE):
            instance.post(f"acme {number}", at=NOW)
        page = reply_with({"statuses": instance.statuses})
        with serving(page) as server:
            instance.server = server
            batch = instance.source().fetch(None, deadline=instance.soon)
        assert batch.is_caught_up
        assert "does not reach back" in batch.gap


# --- over mastodon_mock ------------------------------------------------------------------


BRAND = Brand(id="acme", name="Acme", handles=("alice",))


class Town:
    """mastodon_mock, with alice (us), bob and carol; served on this machine."""

    def __init__(self, server: MockServer) -> None:
        self.url = server.base_url
        self._http = HttpClient(trust_loopback=True)

    def call(self, method: str, path: str, *, as_: str = "bob", **form: str) -> Any:
        body = urlencode(form).encode() if form else None
        headers = {
            "Authorization": f"Bearer {as_}_token",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        response = self._http.request(method, self.url + path, headers=headers, body=body)
        return json.loads(response.body)

    def toot(self, text: str, *, as_: str = "bob", **form: str) -> str:
        return str(self.call("POST", "/api/v1/statuses", as_=as_, status=text, **form)["id"])

    def fault(
        self, *, path: str, methods: tuple[str, ...] = (), count: int = 1, **effect: Any
    ) -> None:
        match: dict[str, Any] = {"path": path} | ({"methods": methods} if methods else {})
        rule = {"match": match, "effect": effect, "count": count}
        self._http.request(
            "POST",
            self.url + "/api/v1/_mock/faults",
            headers={"Content-Type": "application/json"},
            body=json.dumps(rule).encode(),
        )

    def source(self, secret: str = "alice_token", **options: Any) -> Source:
        entry = SourceEntry(
            name="masto", kind="mastodon", brand="acme", options={"base_url": self.url, **options}
        )
        http = HttpClient(trust_loopback=True, sleep=lambda seconds: None)
        return open_source(entry, BRAND, secret, http, lambda: datetime.now(UTC))

    def fetch(self, cursor: Cursor | None, secret: str = "alice_token", **options: Any) -> Batch:
        source = self.source(secret, **options)
        return source.fetch(cursor, deadline=datetime.now(UTC) + timedelta(seconds=30))

    def mention(self, text: str = "@alice the site is down", **form: str) -> Mention:
        """What bob writes to us, as it is pulled."""
        id = self.toot(text, **form)
        pulled = self.fetch(None).pulled
        return next(one.mention for one in pulled if one.mention.platform_id == id)

    def replier(self) -> Replier:
        source = self.source()
        assert isinstance(source, Replier)
        return source

    def children(self, mention: Mention) -> list[dict[str, Any]]:
        path = f"/api/v1/statuses/{mention.platform_id}/context"
        found: list[dict[str, Any]] = self.call("GET", path)["descendants"]
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def town(server: MockServer) -> Town:
    town = Town(server)
    town.call("POST", "/api/v1/_mock/reset")
    return town


def test_a_mention_of_our_account_is_pulled(town: Town) -> None:
    mention = town.mention("@alice the whole site is down")
    assert "the whole site is down" in mention.text
    assert mention.author is not None
    assert mention.author.handle == "bob"
    assert mention.is_addressed
    assert mention.url


def test_more_mentions_than_a_page_between_two_pulls_are_all_given(town: Town) -> None:
    batch = town.fetch(None)
    posted = {town.toot(f"@alice number {number}") for number in range(PAGE + 5)}
    given: set[str] = set()
    while not given >= posted:
        batch = town.fetch(batch.cursor)
        given |= ids(batch.pulled)
        if batch.is_caught_up:
            break
    assert given == posted


def test_a_mention_whose_post_is_deleted_is_told_and_the_others_are_given(town: Town) -> None:
    cursor = town.fetch(None).cursor
    gone, stays = town.toot("@alice never mind"), town.toot("@alice help")
    town.call("DELETE", f"/api/v1/statuses/{gone}")
    batch = town.fetch(cursor)
    assert ids(batch.pulled) == {stays}


def test_what_a_hashtag_has_heard_is_answered_with_the_token_of_the_account(town: Town) -> None:
    town.toot("the #acmedown site is down")
    (heard,) = town.fetch(None, "", hashtags=["acmedown"]).pulled

    published = town.replier().reply(heard.mention, a_reply())

    assert [child["id"] for child in town.children(heard.mention)] == [published.platform_id]


def test_a_public_hashtag_needs_no_credentials(town: Town) -> None:
    id = town.toot("my lights went out #acmedown")
    assert ids(town.fetch(None, "", hashtags=["acmedown"]).pulled) == {id}


def test_a_search_finds_what_does_not_tag_us(town: Town) -> None:
    id = town.toot("acme is down again")
    assert ids(town.fetch(None, search="acme is down").pulled) == {id}


def test_credentials_that_do_not_hold_are_refused(town: Town) -> None:
    with pytest.raises(SourceRefused, match="401"):
        town.fetch(None, "wrong")


def test_a_rate_limit_says_when_to_come_back(town: Town) -> None:
    town.fault(path="/api/v1/notifications", type="ratelimit")
    with pytest.raises(SourceUnavailable) as unavailable:
        town.fetch(None)
    assert unavailable.value.retry_at is not None
    assert unavailable.value.retry_at > datetime.now(UTC) + timedelta(minutes=4)


def test_a_hiccup_of_the_server_is_not_even_noticed(town: Town) -> None:
    id = town.toot("@alice help")
    town.fault(path="/api/v1/notifications", type="status", status=500)
    assert id in ids(town.fetch(None).pulled)


def test_half_a_json_is_unavailable_and_loses_nothing(town: Town) -> None:
    cursor = town.fetch(None).cursor
    id = town.toot("@alice help")
    town.fault(path="/api/v1/notifications", type="malformed")
    with pytest.raises(SourceUnavailable):
        town.fetch(cursor)
    assert id in ids(town.fetch(cursor).pulled)


# --- replying ----------------------------------------------------------------------------


def test_a_reply_stands_beneath_the_post_and_names_its_author(town: Town) -> None:
    mention = town.mention()
    published = town.replier().reply(mention, a_reply(text="We are on it. Ana"))
    (child,) = town.children(mention)
    assert child["id"] == published.platform_id
    assert child["in_reply_to_id"] == mention.platform_id
    assert child["account"]["username"] == "alice"
    assert "bob" in child["content"]
    assert "We are on it. Ana" in child["content"]
    assert published.url


def test_two_customers_are_both_answered_though_their_replies_have_one_id(town: Town) -> None:
    reply = a_reply()
    one = town.replier().reply(town.mention(), reply)
    other = town.replier().reply(town.mention(), reply)
    assert one.platform_id != other.platform_id


def test_the_same_reply_is_published_once_however_often_it_is_sent(town: Town) -> None:
    mention, reply = town.mention(), a_reply()
    first = town.replier().reply(mention, reply)
    assert town.replier().reply(mention, reply) == first
    assert len(town.children(mention)) == 1


@pytest.mark.parametrize("visibility", ["direct", "private", "unlisted", "public"])
def test_only_a_direct_post_is_private(town: Town, visibility: str) -> None:
    mention = town.mention("@alice my number is 0123", visibility=visibility)
    assert mention.is_private is (visibility == "direct")
    assert mention.is_addressed


@pytest.mark.parametrize("visibility", ["direct", "private", "unlisted", "public"])
def test_a_reply_is_seen_by_whoever_could_see_the_post(town: Town, visibility: str) -> None:
    mention = town.mention("@alice my number is 0123", visibility=visibility)
    published = town.replier().reply(mention, a_reply())
    found = town.call("GET", f"/api/v1/statuses/{published.platform_id}", as_="alice")
    assert found["visibility"] == visibility


def test_a_reply_that_the_server_does_not_take_is_refused_with_its_reason(town: Town) -> None:
    with pytest.raises(SourceRefused, match=r"422.*too long"):
        town.replier().reply(town.mention(), a_reply(text="x" * 4_000))


def test_a_reply_to_a_post_that_is_gone_is_refused(town: Town) -> None:
    mention = town.mention()
    town.call("DELETE", f"/api/v1/statuses/{mention.platform_id}")
    with pytest.raises(SourceRefused, match="404"):
        town.replier().reply(mention, a_reply())


def test_a_reply_is_not_begun_while_the_server_is_down(town: Town) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses/*", type="status", status=503, count=3)
    with pytest.raises(SourceUnavailable):
        town.replier().reply(mention, a_reply())
    assert town.children(mention) == []


def test_a_reply_whose_answer_is_lost_is_of_unknown_outcome(town: Town) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses", methods=("POST",), type="status", status=502, count=3)
    with pytest.raises(OutcomeUnknown):
        town.replier().reply(mention, a_reply())


def test_a_reply_whose_answer_cannot_be_read_is_of_unknown_outcome(town: Town) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses", methods=("POST",), type="malformed")
    with pytest.raises(OutcomeUnknown):
        town.replier().reply(mention, a_reply())


def test_a_hiccup_while_replying_does_not_publish_twice(town: Town) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses", methods=("POST",), type="status", status=502)
    town.replier().reply(mention, a_reply())
    assert len(town.children(mention)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "We are on it.\n\nSee https://status.example/a?b=1&c=2 \u2014 Ana",
        "@bob @carol \U0001f44d Fixed <now>",
        "\u0394\u03b5\u03bd \u03bb\u03b5\u03b9\u03c4\u03bf\u03c5\u03c1\u03b3\u03b5\u03af",
    ],
)
def test_a_published_reply_is_found_by_its_words(town: Town, text: str) -> None:
    mention, reply = town.mention(), a_reply(text=text)
    published = town.replier().reply(mention, reply)
    assert town.replier().find_reply(mention, reply) == published


def test_what_others_or_we_said_besides_is_not_taken_for_the_reply(town: Town) -> None:
    mention, reply = town.mention(), a_reply(text="We are on it")
    town.toot("@bob We are on it", as_="carol", in_reply_to_id=mention.platform_id)
    town.toot("@bob Sorry!", as_="alice", in_reply_to_id=mention.platform_id)
    assert town.replier().find_reply(mention, reply) is None


def test_a_reply_is_found_although_the_post_is_gone(town: Town) -> None:
    mention, reply = town.mention(), a_reply()
    published = town.replier().reply(mention, reply)
    town.call("DELETE", f"/api/v1/statuses/{mention.platform_id}")
    assert town.replier().find_reply(mention, reply) == published


@pytest.mark.parametrize(("status", "count"), [(401, 1), (403, 1), (500, 3)])
def test_what_cannot_be_looked_up_is_unavailable(town: Town, status: int, count: int) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses/*/context", type="status", status=status, count=count)
    with pytest.raises(SourceUnavailable):
        town.replier().find_reply(mention, a_reply())


# --- in private --------------------------------------------------------------------------


def a_private_reply(**over: Any) -> Reply:
    return a_reply(is_private=True, **over)


def private_replier(town: Town) -> PrivateReplier:
    source = town.source()
    assert isinstance(source, PrivateReplier)
    return source


def test_a_private_reply_is_read_by_the_author_alone(town: Town) -> None:
    mention = town.mention("@alice the site is down")
    reply = a_private_reply(text="Please send us your number. Ana")
    published = private_replier(town).reply_privately(mention, reply)

    found = town.call("GET", f"/api/v1/statuses/{published.platform_id}", as_="bob")
    assert found["visibility"] == "direct"
    assert found["in_reply_to_id"] == mention.platform_id
    assert [one["acct"] for one in found["mentions"]] == ["bob"]


def test_the_same_private_reply_is_sent_once_and_found_again(town: Town) -> None:
    mention, reply = town.mention(), a_private_reply()
    first = private_replier(town).reply_privately(mention, reply)
    assert private_replier(town).reply_privately(mention, reply) == first
    assert town.replier().find_reply(mention, reply) == first
    assert len(town.children(mention)) == 1


def test_the_same_words_in_public_are_not_taken_for_the_private_reply(town: Town) -> None:
    mention = town.mention()
    town.replier().reply(mention, a_reply(id="public"))
    assert town.replier().find_reply(mention, a_private_reply()) is None
    published = private_replier(town).reply_privately(mention, a_private_reply())
    assert town.replier().find_reply(mention, a_private_reply()) == published
    assert town.replier().find_reply(mention, a_reply()) != published


def test_a_private_reply_reaches_its_author_although_the_post_is_gone(town: Town) -> None:
    mention, reply = town.mention(), a_private_reply()
    town.call("DELETE", f"/api/v1/statuses/{mention.platform_id}")
    published = private_replier(town).reply_privately(mention, reply)
    found = town.call("GET", f"/api/v1/statuses/{published.platform_id}", as_="bob")
    assert (found["visibility"], found["in_reply_to_id"]) == ("direct", None)
    assert town.replier().find_reply(mention, reply) == published


def test_what_names_somebody_else_does_not_leave_in_private(town: Town) -> None:
    mention = town.mention()
    with pytest.raises(SourceRefused, match="take out @carol"):
        private_replier(town).reply_privately(mention, a_private_reply(text="like @carol said"))
    with pytest.raises(SourceRefused, match="take out @carol"):
        town.replier().reply(
            town.mention("@alice my number is 0123", visibility="direct"),
            a_reply(text="like @carol said"),
        )
    assert town.children(mention) == []


def test_nobody_is_written_to_where_nobody_knows_the_author(town: Town) -> None:
    mention = town.mention()
    town.call("DELETE", f"/api/v1/statuses/{mention.platform_id}")
    with pytest.raises(SourceRefused, match="nobody knows who wrote"):
        private_replier(town).reply_privately(replace(mention, author=None), a_private_reply())


def test_a_private_reply_whose_answer_is_lost_is_of_unknown_outcome(town: Town) -> None:
    mention = town.mention()
    town.fault(path="/api/v1/statuses", methods=("POST",), type="status", status=502, count=3)
    with pytest.raises(OutcomeUnknown):
        private_replier(town).reply_privately(mention, a_private_reply())


# --- how it will look --------------------------------------------------------------------


def test_a_preview_shows_and_counts_what_the_server_will(town: Town) -> None:
    mention = a_mention()
    text = "See https://status.example/a/very/long/address?with=everything&more=1, Carla."
    preview = town.replier().preview(mention, text, is_private=False)
    assert preview.text == f"@carla@social.example {text}"
    assert preview.length == len("@carla See , Carla.") + 23
    assert preview.limit == 500


def test_a_server_with_longer_posts_is_believed() -> None:
    instance = Instance(max_characters=5_000)
    with serving(Answer()) as server:
        instance.server = server
        source = instance.source()
        assert isinstance(source, Replier)
        assert source.preview(a_mention(), "hello", is_private=True).limit == 5_000


def test_a_text_as_long_as_the_preview_allows_is_taken_and_one_more_character_is_not(
    town: Town,
) -> None:
    mention = town.mention()
    room = 500 - town.replier().preview(mention, "", is_private=False).length
    town.replier().reply(mention, a_reply(id="fits", text="x" * room))
    with pytest.raises(SourceRefused):
        town.replier().reply(mention, a_reply(id="too-long", text="x" * (room + 1)))


# --- pictures ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attachments", "media"),
    [
        (None, ()),
        ([], ()),
        ("a picture", ()),
        ([7, {"url": 7}], ()),
        (
            [{"url": "https://x.example/1.jpg", "description": "a queue"}],
            (Media(url="https://x.example/1.jpg", alt="a queue"),),
        ),
        (
            [{"url": None, "remote_url": "https://x.example/2.mp4", "description": None}],
            (Media(url="https://x.example/2.mp4"),),
        ),
        ([{"url": "javascript:alert(1)", "description": "x"}], (Media(alt="x"),)),
    ],
)
def test_what_hangs_on_a_post_comes_with_its_words(attachments: object, media: object) -> None:
    instance = Instance(hashtags=["acme"])
    instance.add(at=NOW, media_attachments=attachments)
    with serving(instance.answer) as server:
        instance.server = server
        (found,) = read_all(instance, None)[0]
    assert found.mention.media == media
