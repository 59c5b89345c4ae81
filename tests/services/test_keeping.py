"""What is kept of what a source gave: new posts, newer words, and posts that are gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.cost import Charge, Per
from chalicelib.domain.desk import SourceEntry
from chalicelib.ports import Batch, Cursor, Pulled, Received, Stored
from chalicelib.services.ingest import Keeping
from tests.builders import NOW, a_desk, a_mention, a_pulled, a_score
from tests.fakes import FakeDesks, FakeMentions, FakeMeter, FakeNotices, FakeSource, FakeSources
from tests.fakes.platforms import FREE
from tests.services.stage import Interruption, interrupted

NAME = "mastodon-acme"
CAN_TELL = replace(FREE, can_check_deletions=True)
LATER = NOW + timedelta(minutes=7)


class Room:
    """The service over fakes."""

    def __init__(self) -> None:
        self.mentions, self.sources = FakeMentions(), FakeSources(FakeSource())
        self.asked = self.mentions
        self.notices = FakeNotices()
        self.desk = a_desk()

    @property
    def keeping(self) -> Keeping:
        return Keeping(
            desks=FakeDesks(self.desk),
            sources=self.sources,
            mentions=self.asked,
            meter=FakeMeter(),
            notices=self.notices,
        )

    def pulls(self, *pulled: Pulled, gone: tuple[str, ...] = (), name: str = NAME) -> int:
        batch = Batch(pulled=pulled, cursor=Cursor("1:1"), is_caught_up=True, gone=gone)
        return self.keeping.keep(name, batch, now=LATER)

    def count(self, of: str) -> Interruption:
        """Counts the calls of one method from now on."""
        counter = Interruption(0, of=of)
        self.asked = interrupted(self.mentions, counter)
        return counter

    def stored(self) -> Stored:
        there = self.mentions.stored(a_mention().id)
        assert there is not None
        return there

    def text(self) -> str:
        mention = self.mentions.get(a_mention().id)
        return mention.text if mention else ""


@pytest.fixture
def room() -> Room:
    return Room()


def changed(text: str, minutes: float = 5, **over: Any) -> Pulled:
    return replace(
        a_pulled(a_mention(text=text, **over)), edited_at=NOW + timedelta(minutes=minutes)
    )


def test_a_post_that_was_changed_takes_the_place_of_its_earlier_version(room: Room) -> None:
    assert room.pulls(a_pulled()) == 1
    assert room.pulls(changed("my data leaked")) == 0, "it is not new"
    assert room.text() == "my data leaked"
    assert not room.stored().is_judged
    assert len(room.mentions.stream) == 2, "it is to be judged anew"


def test_versions_in_any_order_end_as_the_newest(room: Room) -> None:
    room.pulls(a_pulled(), changed("third", 9), changed("second", 5))
    assert room.text() == "third"
    room.pulls(changed("second", 5), a_pulled())
    assert room.text() == "third"


def test_a_post_that_was_changed_before_we_read_it_first_is_one_post(room: Room) -> None:
    assert room.pulls(changed("as it is now")) == 1
    assert room.pulls(changed("as it is now")) == 0
    assert len(room.mentions.stream) == 1


def test_a_change_from_tomorrow_counts_as_of_now(room: Room) -> None:
    room.pulls(a_pulled(), changed("my data leaked", 60 * 24))
    mention = room.mentions.get(a_mention().id)
    assert mention is not None
    assert mention.edited_at == LATER


def test_what_a_listing_or_a_push_says_is_gone_counts_as_gone_at_once(room: Room) -> None:
    room.pulls(a_pulled())
    room.pulls(gone=(a_mention().platform_id,))
    assert room.mentions.get(a_mention().id) is None
    other = a_mention(platform_id="2")
    room.pulls(a_pulled(other))
    room.keeping.keep(NAME, Received(gone=("2", "2")), now=LATER)
    assert room.mentions.get(other.id) is None


def test_what_is_gone_before_it_came_never_comes(room: Room) -> None:
    room.pulls(gone=(a_mention().platform_id,))
    assert room.pulls(a_pulled(), changed("still here", 9)) == 0
    assert room.text() == ""
    assert not room.mentions.stream


def test_what_is_known_to_be_gone_is_looked_up_and_not_written_again(room: Room) -> None:
    """Listings that tell of deletions repeat them at each reading."""
    room.pulls(a_pulled())
    room.pulls(gone=(a_mention().platform_id, "never seen"))
    asked = room.count("withdraw")
    room.pulls(gone=(a_mention().platform_id, "never seen"))
    assert asked.calls == 0


def test_an_id_too_long_to_be_kept_is_found_all_the_same(room: Room) -> None:
    long = "a" * 5_000
    room.pulls(a_pulled(a_mention(platform_id=long)))
    room.pulls(gone=(long,))
    assert all(one.withdrawn_at for one in list(room.mentions.stream)[1:])
    assert len(room.mentions.stream) == 2


def test_another_source_neither_changes_nor_takes_back_what_it_did_not_read(room: Room) -> None:
    """Feeds and webhooks choose their own ids, and may meet another's."""
    room.pulls(a_pulled())
    room.desk = a_desk(
        sources=(
            *a_desk().sources,
            SourceEntry(name="crm", kind="webhook", brand="acme"),
            replace(a_desk().sources[0], name="mastodon-tag"),
        )
    )
    room.sources.traits_of["crm"] = replace(FREE, platform="mastodon")
    room.pulls(changed("buy at evil.example"), gone=(a_mention().platform_id,), name="crm")
    assert room.text() == a_mention().text
    room.pulls(changed("as it is now"), name="mastodon-tag")
    assert room.text() == "as it is now", "another entry for the same server may"


def test_a_private_message_that_is_deleted_there_stays_here(room: Room) -> None:
    room.sources.traits_of[NAME] = CAN_TELL
    room.pulls(a_pulled(a_mention(is_private=True)), gone=(a_mention().platform_id,))
    assert room.text() == a_mention().text
    assert room.mentions.looked_at == {}


def test_where_the_platform_can_tell_a_post_is_looked_at_again_after_an_hour(room: Room) -> None:
    room.pulls(a_pulled())
    assert room.mentions.looked_at == {}, "this platform cannot"
    room.sources.traits_of[NAME] = CAN_TELL
    other = a_mention(platform_id="2")
    room.pulls(a_pulled(other))
    assert room.mentions.looked_at == {other.id: LATER + timedelta(hours=1)}


def test_where_a_look_costs_money_it_is_after_a_day(room: Room) -> None:
    charges = (Charge(sku="x.post-read", per=Per.MENTION),)
    room.sources.traits_of[NAME] = replace(CAN_TELL, charges=charges)
    room.pulls(a_pulled())
    assert room.mentions.looked_at == {a_mention().id: LATER + timedelta(days=1)}


def test_what_a_source_gave_that_is_not_configured_any_more_is_kept(room: Room) -> None:
    assert room.pulls(a_pulled(), gone=("7",), name="gone-acme") == 1


def test_a_changed_post_begins_its_looks_anew(room: Room) -> None:
    room.sources.traits_of[NAME] = CAN_TELL
    room.pulls(a_pulled())
    room.mentions.record_score(a_mention().id, a_score(), incident_id=None, now=NOW)
    room.mentions.look_again(a_mention().id, at=NOW + timedelta(days=30))
    room.pulls(changed("my data leaked"))
    assert room.mentions.looked_at == {a_mention().id: LATER + timedelta(hours=1)}
