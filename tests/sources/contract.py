"""What every source promises, as one suite; each member brings a stage to try it on.

A stage is a platform of our own on this machine: it takes posts, can fail, and opens the
source that reads it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.desk import Brand, SourceEntry
from chalicelib.domain.errors import BadInput, NotAllowed, SourceUnavailable
from chalicelib.domain.mention import MAX_TEXT, admitted
from chalicelib.http import HttpClient, Response
from chalicelib.ports import Batch, Cursor, Pulled, Push, Received, Receiver, Source
from chalicelib.sources import open_source

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)

BRAND = Brand(id="acme", name="Acme", terms=("acme",), handles=("alice",))


class Stage(ABC):
    """A platform on this machine, and the clock of whoever reads it."""

    page = 3
    """About as many posts as one fetch gives; a fetch may give more."""

    def __init__(self) -> None:
        self.now = NOW

    @abstractmethod
    def post(self, text: str, *, at: datetime) -> str:
        """A post that appears now and shows the date `at`; its platform's id."""

    @abstractmethod
    def entry(self) -> SourceEntry:
        """The configured source."""

    @abstractmethod
    def fail(self) -> None:
        """From now on the platform answers with a page for people instead of data."""

    def source(self, secret: str = "") -> Source:
        http = HttpClient(trust_loopback=True, now=lambda: self.now, sleep=lambda seconds: None)
        return open_source(self.entry(), BRAND, secret, http, lambda: self.now)

    @property
    def soon(self) -> datetime:
        return self.now + timedelta(seconds=30)


def read_on(stage: Stage, cursor: Cursor | None) -> Iterator[Batch]:
    """Fetches until caught up, each by a source of its own, as Lambdas do."""
    for _ in range(60):
        batch = stage.source().fetch(cursor, deadline=stage.soon)
        yield batch
        cursor = batch.cursor
        if batch.is_caught_up:
            return
    raise AssertionError("it never says that it is caught up")


def read_all(stage: Stage, cursor: Cursor | None) -> tuple[list[Pulled], Cursor | None]:
    pulled: list[Pulled] = []
    for batch in read_on(stage, cursor):
        assert batch.refused == ()
        assert batch.gap == ""
        pulled += batch.pulled
        cursor = batch.cursor
    return pulled, cursor


def ids(pulled: list[Pulled] | tuple[Pulled, ...]) -> set[str]:
    return {one.mention.platform_id for one in pulled}


class SourceContract:
    """Inherited by the test class of each member, which defines the fixture `stage`."""

    def test_what_is_posted_is_given_with_text_date_and_payload(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        id = stage.post("acme is on fire", at=stage.now)
        pulled, _ = read_all(stage, cursor)
        found = [one for one in pulled if one.mention.platform_id == id]
        assert len(found) == 1
        mention = found[0].mention
        assert "acme is on fire" in mention.text
        assert (mention.brand, mention.source) == ("acme", stage.entry().name)
        assert mention.posted_at.tzinfo is not None
        assert id.encode() in found[0].raw

    def test_the_recent_past_is_given_when_there_is_no_cursor(self, stage: Stage) -> None:
        id = stage.post("acme an hour ago", at=stage.now - timedelta(hours=1))
        assert id in ids(read_all(stage, None)[0])

    def test_many_posts_of_one_second_are_all_given(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        posted = {
            stage.post(f"acme number {number}", at=stage.now)
            for number in range(2 * stage.page + 1)
        }
        assert posted <= ids(read_all(stage, cursor)[0])

    def test_what_is_posted_while_it_reads_is_given(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        posted, given = set(), set()
        for number in range(3 * stage.page):
            posted.add(stage.post(f"acme wave one, {number}", at=stage.now))
        for batch in read_on(stage, cursor):
            given |= ids(batch.pulled)
            cursor = batch.cursor
            if len(posted) < 4 * stage.page:
                posted.add(stage.post("acme in between", at=stage.now))
        posted.add(stage.post("acme at the end", at=stage.now))
        given |= ids(read_all(stage, cursor)[0])
        assert posted <= given

    def test_each_batch_is_oldest_first(self, stage: Stage) -> None:
        for hours in (5, 3, 4, 1, 2):
            stage.post(f"acme {hours} hours ago", at=stage.now - timedelta(hours=hours))
        for batch in read_on(stage, None):
            dates = [one.mention.posted_at for one in batch.pulled]
            assert dates == sorted(dates)

    def test_after_it_was_read_nothing_is_new(self, stage: Stage) -> None:
        posted = {stage.post("acme once", at=stage.now)}
        first, cursor = read_all(stage, None)
        again, _ = read_all(stage, cursor)
        assert posted <= ids(first)
        assert ids(again) <= ids(first)

    def test_nothing_is_read_after_the_deadline_and_the_cursor_stays(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        stage.post("acme too late", at=stage.now)
        batch = stage.source().fetch(cursor, deadline=stage.now)
        assert (batch.pulled, batch.cursor, batch.is_caught_up) == ((), cursor, False)

    def test_a_cursor_says_its_version(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        assert cursor is not None
        assert cursor.startswith("1:")

    @pytest.mark.parametrize("garbage", ["", "2:{}", "1:", "1:{", "1:[]", '1:{"of":1}', "\0"])
    def test_a_cursor_that_cannot_be_understood_is_told_and_reading_begins_anew(
        self, stage: Stage, garbage: str
    ) -> None:
        id = stage.post("acme is still heard", at=stage.now)
        batches = list(read_on(stage, Cursor(garbage)))
        assert "cannot be understood" in batches[0].gap
        assert any(id in ids(batch.pulled) for batch in batches)

    def test_an_outage_page_is_unavailable_and_loses_nothing(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        stage.post("acme unheard", at=stage.now)
        stage.fail()
        with pytest.raises(SourceUnavailable) as unavailable:
            stage.source().fetch(cursor, deadline=stage.soon)
        assert str(unavailable.value)

    def test_a_text_of_two_megabytes_is_taken_and_bounded(self, stage: Stage) -> None:
        id = stage.post("acme " + "x" * 2_000_000, at=stage.now)
        (mention,) = (
            one.mention for one in read_all(stage, None)[0] if one.mention.platform_id == id
        )
        assert len(admitted(mention, now=stage.now).text) <= MAX_TEXT

    def test_posts_of_our_own_are_not_mentions(self, stage: Stage) -> None:
        _, cursor = read_all(stage, None)
        own = self.post_as_ourselves(stage)
        other = stage.post("acme by somebody else", at=stage.now)
        assert ids(read_all(stage, cursor)[0]) & {own, other} == {other}

    def post_as_ourselves(self, stage: Stage) -> str:
        """A post by the brand's own handle; its id."""
        raise NotImplementedError


# --- what is pushed ------------------------------------------------------------------------


class Unspoken(HttpClient):
    """For a source that must not ask anybody."""

    def request(self, *args: object, **kwargs: object) -> Response:
        raise AssertionError("a push is understood without asking anybody")


class ReceiverStage(ABC):
    """A platform that pushes to us, and the clock of whoever hears it."""

    secret = ""
    """What the configured source has stored."""

    def __init__(self) -> None:
        self.now = NOW

    @abstractmethod
    def entry(self) -> SourceEntry:
        """The configured source."""

    @abstractmethod
    def push(self, posts: Sequence[tuple[str, datetime]], *, author: str = "carla") -> Push:
        """A signed push of posts by `author`, each with its text and date, in this order."""

    @abstractmethod
    def broken(self, good: str) -> Push:
        """A signed push of three posts: one that says `good`, one that nobody can read, and one
        more that says `good`."""

    @abstractmethod
    def signed(self, body: bytes) -> Push:
        """A push of these bytes, signed as the platform signs."""

    def source(self, secret: str | None = None) -> Source:
        http = Unspoken(now=lambda: self.now)
        own = self.secret if secret is None else secret
        return open_source(self.entry(), BRAND, own, http, lambda: self.now)

    def received(self, push: Push, secret: str | None = None) -> Received:
        source = self.source(secret)
        assert isinstance(source, Receiver)
        return source.receive(push)


class ReceiverContract:
    """What every source that is pushed to promises; defines the fixture `pushing`, and
    `another_secret`, which is as good as the stored one and is not it."""

    another_secret = "another key of sixteen bytes or more"

    def test_what_is_pushed_is_given_with_text_date_and_payload(
        self, pushing: ReceiverStage
    ) -> None:
        at = pushing.now - timedelta(minutes=1)
        received = pushing.received(pushing.push([("acme is on fire 🔥", at)]))
        (one,) = received.pulled
        assert "acme is on fire 🔥" in one.mention.text
        assert one.mention.posted_at == at
        assert one.mention.posted_at.utcoffset() == timedelta(0)
        assert (one.mention.brand, one.mention.source) == ("acme", pushing.entry().name)
        assert one.mention.author is None or "carla" in one.mention.author.handle.casefold()
        assert one.mention.platform_id.encode().rpartition(b"_")[2] in one.raw
        assert received.refused == ()

    def test_all_of_a_push_is_given_oldest_first(self, pushing: ReceiverStage) -> None:
        hours = (5, 3, 4, 1, 2, 2, 2)
        posts = [(f"acme {n}", pushing.now - timedelta(hours=h)) for n, h in enumerate(hours)]
        given = pushing.received(pushing.push(posts)).pulled
        dates = [one.mention.posted_at for one in given]
        assert dates == sorted(dates)
        assert {one.mention.text for one in given} == {text for text, _ in posts}
        assert len(ids(given)) == len(posts)

    def test_the_same_push_twice_gives_the_same_mentions(self, pushing: ReceiverStage) -> None:
        push = pushing.push([("acme", pushing.now), ("acme again", pushing.now)])
        first, again = pushing.received(push), pushing.received(push)
        assert [one.mention.id for one in first.pulled] == [one.mention.id for one in again.pulled]
        assert len(first.pulled) == 2

    @pytest.mark.parametrize("name", ["", "\u200b\u200d", "🦊" * 50, "مرحبا"])
    def test_names_and_dates_of_any_kind_are_taken(self, pushing: ReceiverStage, name: str) -> None:
        far = [datetime(1971, 1, 1, tzinfo=UTC), pushing.now + timedelta(days=4000)]
        posts = [(f"acme {number}", at) for number, at in enumerate(far)]
        received = pushing.received(pushing.push(posts, author=name))
        assert len(received.pulled) == 2
        for one in received.pulled:
            assert admitted(one.mention, now=pushing.now).posted_at <= pushing.now

    def test_one_post_that_cannot_be_read_is_told_and_the_others_are_given(
        self, pushing: ReceiverStage
    ) -> None:
        received = pushing.received(pushing.broken("acme is heard"))
        assert ["acme is heard" in one.mention.text for one in received.pulled] == [True, True]
        assert len(received.refused) == 1

    def test_posts_of_our_own_are_not_mentions(self, pushing: ReceiverStage) -> None:
        push = pushing.push([("acme says so", pushing.now)], author="Alice")
        assert pushing.received(push).pulled == ()

    def test_a_changed_byte_is_not_believed(self, pushing: ReceiverStage) -> None:
        push = pushing.push([("acme is fine", pushing.now)])
        for at in range(0, len(push.body), max(1, len(push.body) // 20)):
            changed = bytearray(push.body)
            changed[at] ^= 1
            for body in (bytes(changed), push.body[:at], push.body + b" "):
                with pytest.raises(NotAllowed):
                    pushing.received(replace(push, body=body))

    def test_a_push_without_what_proves_it_is_not_believed(self, pushing: ReceiverStage) -> None:
        push = pushing.push([("acme is fine", pushing.now)])
        proving = [name for name in push.headers if name not in ("content-type", "user-agent")]
        assert proving
        for name in proving:
            for value in (None, "", "v1,", "sha256=", "é\ud800", "=" * 9_000):
                kept = {key: had for key, had in push.headers.items() if key != name}
                given = kept if value is None else kept | {name: value}
                with pytest.raises(NotAllowed):
                    pushing.received(replace(push, headers=given))
        with pytest.raises(NotAllowed):
            pushing.received(replace(push, headers={}))

    def test_another_key_proves_nothing(self, pushing: ReceiverStage) -> None:
        push = pushing.push([("acme is fine", pushing.now)])
        with pytest.raises(NotAllowed):
            pushing.received(push, self.another_secret)

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", ""])
    def test_only_a_post_brings_posts(self, pushing: ReceiverStage, method: str) -> None:
        push = pushing.push([("acme is fine", pushing.now)])
        with pytest.raises(NotAllowed):
            pushing.received(replace(push, method=method))

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"x" * 10_000_000]
    )
    def test_what_is_not_proven_is_never_parsed(self, pushing: ReceiverStage, body: bytes) -> None:
        push = pushing.push([("acme is fine", pushing.now)])
        with pytest.raises(NotAllowed):
            pushing.received(replace(push, body=body))

    @pytest.mark.parametrize(
        "body",
        [
            *(b"", b"{", b"null", b"7", b'"acme"', b"{}", b"[" * 100_000, b'{"a":' * 100_000),
            *(b"\xff\xfe\x00", b"<html>acme</html>", b'{"posts": 7, "entry": 7}'),
            *(b'{"posts": {}, "entry": {}}', b'{"posts": "acme", "entry": "acme"}'),
            *(b'{"posts": [7], "entry": [7], "object": "page"}', b"x" * 10_000_000),
        ],
    )
    def test_what_is_proven_and_makes_no_sense_is_told(
        self, pushing: ReceiverStage, body: bytes
    ) -> None:
        try:
            received = pushing.received(pushing.signed(body))
        except BadInput as error:
            told = str(error)
        else:
            assert received.pulled == ()
            told = "; ".join(received.refused)
        assert 0 < len(told) < 400

    def test_a_text_of_two_megabytes_is_taken_and_bounded(self, pushing: ReceiverStage) -> None:
        received = pushing.received(pushing.push([("acme " + "x" * 2_000_000, pushing.now)]))
        (one,) = received.pulled
        assert len(admitted(one.mention, now=pushing.now).text) <= MAX_TEXT
