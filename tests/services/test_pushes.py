"""What platforms push is stored once, whoever says it how often; what is not understood is kept."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, NightdeskError, NotAllowed, NotFound
from chalicelib.ports import Pulled, Push, Received, Traits
from chalicelib.services.ingest import Keeping, Pushes
from tests.builders import NOW, a_desk, a_mention, a_pulled, a_source_entry, mention_number
from tests.fakes import (
    FakeDesks,
    FakeMentions,
    FakeMeter,
    FakeNotices,
    FakeSource,
    FakeSources,
    FakeUnreadPushes,
)

FORUM = "our-forum"
PUSH = Push(method="POST", query={}, headers={}, body=b'{"posts": ["secret words"]}')
RECEIVES = Traits(
    is_by_keyword=False, is_pulled=False, can_receive=True, can_check_deletions=False, charges=()
)


class FakeReceiver(FakeSource):
    """A platform whose pushes say `received`, or fail by `refusal`."""

    def __init__(self, name: str = FORUM) -> None:
        super().__init__(name)
        self.received = Received(pulled=(a_pulled(),), answer="EVENT_RECEIVED")
        self.refusal: Exception | None = None
        self.heard: list[Push] = []

    def receive(self, push: Push) -> Received:
        self.heard.append(push)
        if self.refusal is not None:
            raise self.refusal
        return self.received


class Door:
    """The service over fakes."""

    def __init__(self) -> None:
        self.forum = FakeReceiver()
        self.desks = FakeDesks(a_desk(sources=(a_source_entry(), a_source_entry(FORUM))))
        self.sources = FakeSources(FakeSource(), self.forum)
        self.sources.traits_of[FORUM] = RECEIVES
        self.mentions = FakeMentions()
        self.unread = FakeUnreadPushes()
        self.meter, self.notices = FakeMeter(), FakeNotices()
        self.pushes = Pushes(
            desks=self.desks,
            sources=self.sources,
            keeping=Keeping(
                desks=self.desks,
                sources=self.sources,
                mentions=self.mentions,
                meter=self.meter,
                notices=self.notices,
            ),
            unread=self.unread,
            meter=self.meter,
            notices=self.notices,
        )

    def push(self, name: str = FORUM) -> str:
        return self.pushes.receive(name, PUSH, now=NOW)

    def told(self) -> list[str]:
        return [notice.text for notice in self.notices.told]


@pytest.fixture
def door() -> Door:
    return Door()


def _posts(count: int) -> tuple[Pulled, ...]:
    return tuple(a_pulled(mention_number(number)) for number in range(1, count + 1))


def test_what_a_push_says_is_stored_and_its_platform_hears_what_it_wants(door: Door) -> None:
    door.forum.received = Received(pulled=_posts(3), answer="1158201444")
    assert door.push() == "1158201444"
    assert len(door.mentions.stream) == 3
    assert door.forum.heard == [PUSH]
    assert door.told() == []
    assert door.unread.kept == {}


def test_a_push_that_comes_twice_stores_nothing_twice(door: Door) -> None:
    assert door.push() == door.push()
    assert len(door.mentions.stream) == 1


def test_a_post_that_was_pulled_and_is_pushed_is_one_mention(door: Door) -> None:
    door.mentions.add(a_pulled())
    door.push()
    assert len(door.mentions.stream) == 1


def test_a_post_from_the_future_counts_as_of_now(door: Door) -> None:
    ahead = a_pulled(mention_number(1, posted_at=NOW + timedelta(days=2)))
    door.forum.received = Received(pulled=(ahead,))
    door.push()
    assert door.mentions.stream[0].posted_at == NOW


def test_a_post_that_its_author_took_back_is_withdrawn_on_the_network_it_stands_on(
    door: Door,
) -> None:
    post = a_pulled(mention_number(1, platform="board"))
    door.sources.traits_of[FORUM] = replace(RECEIVES, platform="board")
    door.forum.received = Received(pulled=(post,))
    door.push()
    door.forum.received = Received(gone=(post.mention.platform_id,))
    door.push()
    kept = door.mentions.get(post.mention.id)
    assert kept is None or kept.withdrawn_at == NOW


def test_a_push_of_an_edit_takes_the_place_of_the_post(door: Door) -> None:
    door.push()
    edited = replace(a_pulled(a_mention(text="mended")), edited_at=NOW)
    door.forum.received = Received(pulled=(edited,))
    door.push()
    kept = door.mentions.get(edited.mention.id)
    assert kept is not None
    assert kept.text == "mended"


def test_posts_that_cannot_be_read_are_told_and_the_push_is_kept(door: Door) -> None:
    door.forum.received = Received(pulled=_posts(1), refused=("entry 7: has no text",))
    door.push()
    assert len(door.mentions.stream) == 1
    assert list(door.unread.kept.values()) == [PUSH.body]
    assert door.told() == ["1 posts of source our-forum could not be read; see the log."]


def test_a_push_that_cannot_be_understood_is_kept_and_told_and_its_sender_hears_why(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.forum.refusal = BadInput("body: not JSON; send an object")
    with caplog.at_level(logging.INFO), pytest.raises(BadInput, match="not JSON"):
        door.push()
    ((name, digest),) = door.unread.kept
    assert name == FORUM
    assert door.told() == [
        "A push to source our-forum could not be understood; it is kept, see the log."
    ]
    assert digest in [getattr(record, "body_sha256", "") for record in caplog.records]
    assert "secret words" not in str([record.__dict__ for record in caplog.records])
    assert door.meter.counts["EntriesRefused"] == 1


@pytest.mark.parametrize("refusal", [None, BadInput("body: not JSON; send an object")])
def test_what_cannot_be_put_aside_is_not_answered_as_heard(
    door: Door, refusal: Exception | None
) -> None:
    door.forum.refusal = refusal
    door.forum.received = Received(refused=("entry 1: has no text",))
    door.unread.trouble = OSError("the table does not answer")
    with pytest.raises(OSError, match="does not answer"):
        door.push()


def _unknown(door: Door) -> str:
    return "nobody"


def _pulled_only(door: Door) -> str:
    return "mastodon-acme"


def _not_a_receiver(door: Door) -> str:
    door.sources.traits_of["mastodon-acme"] = RECEIVES
    return "mastodon-acme"


def _without_its_secret(door: Door) -> str:
    del door.sources.by_name[FORUM]
    return FORUM


def _removed(door: Door) -> str:
    door.desks.put(a_desk(sources=()), now=NOW)
    return FORUM


def _before_the_first_configuration(door: Door) -> str:
    door.pushes._desks = FakeDesks()
    return FORUM


@pytest.mark.parametrize(
    "case",
    [
        *(_unknown, _pulled_only, _not_a_receiver, _without_its_secret, _removed),
        _before_the_first_configuration,
    ],
)
def test_what_nobody_receives_is_not_found(door: Door, case: Callable[[Door], str]) -> None:
    with pytest.raises(NotFound):
        door.push(case(door))
    assert not door.mentions.stream
    assert door.unread.kept == {}


def test_that_a_source_takes_no_push_for_want_of_its_secret_is_told(door: Door) -> None:
    with pytest.raises(NotFound):
        door.push(_without_its_secret(door))
    assert door.told() == [
        "Source our-forum takes no push: the secret of source our-forum is missing"
    ]


def test_no_secret_is_looked_up_for_a_source_that_cannot_receive(door: Door) -> None:
    opened: list[str] = []

    class Watched(FakeSources):
        def open(
            self, desk: Desk, name: str, *, on_request: Callable[[], None] | None = None
        ) -> FakeSource:
            opened.append(name)
            raise NightdeskError("opened")

    door.pushes._sources = Watched()
    with pytest.raises(NotFound):
        door.push("mastodon-acme")
    assert opened == []


def test_what_proves_nothing_is_neither_kept_nor_told(door: Door) -> None:
    door.forum.refusal = NotAllowed("not signed with our key")
    with pytest.raises(NotAllowed):
        door.push()
    assert door.unread.kept == {}
    assert door.told() == []
