"""The fakes that no adapter's suite covers do what they say."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.domain.background import NOTHING_KNOWN
from chalicelib.domain.errors import (
    ChannelRefused,
    ChannelUnavailable,
    NotFound,
    OutcomeUnknown,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.domain.signal import Urgency
from chalicelib.ports import Answerable, Message, Sounding
from tests.adapters.stores import race
from tests.builders import (
    ANA,
    BEN,
    NOW,
    a_desk,
    a_mention,
    a_pulled,
    a_reply,
    a_responder,
    a_score,
    a_source_entry,
    an_incident,
    mention_number,
)
from tests.fakes import (
    Crash,
    FakeChannel,
    FakeParameters,
    FakeReplier,
    FakeScorer,
    FakeSource,
    FakeSources,
    Fate,
    ReplyFate,
)

DEADLINE = NOW + timedelta(minutes=1)
ANNA, BENNO = a_responder(ANA), a_responder(BEN)


def page(channel: FakeChannel) -> str:
    sounding = Sounding(incident=an_incident(), loudness=3, brand_name="Acme")
    answerable = Answerable("BCDFG", "https://x/a/1")
    return channel.send_page(Message(id="m1", soundings=(sounding,), answerable=answerable), ANNA)


def test_a_phone_keeps_its_pages_and_notes() -> None:
    channel = FakeChannel()
    assert page(channel) == "sms-1"
    assert channel.send_note(BENNO, "You have it.", id="n1") == "sms-2"
    (got,) = channel.pages()
    assert (got.to, got.loudness, got.brand_name) == (ANA, 3, "Acme")
    assert got.answerable is not None
    assert got.answerable.code == "BCDFG"
    assert channel.pages(BEN) == []
    assert channel.notes(BEN) == ["You have it."]


def test_a_phone_that_cannot_be_reached_gets_nothing() -> None:
    channel = FakeChannel()
    channel.refused.add(ANA)
    with pytest.raises(ChannelRefused):
        page(channel)
    with pytest.raises(ChannelRefused):
        channel.send_note(a_responder(BEN, phone=None), "hello", id="n1")
    channel.is_down = True
    with pytest.raises(ChannelUnavailable):
        channel.send_note(BENNO, "hello", id="n1")
    assert channel.sent == []


def test_fates_come_in_their_order_and_then_all_goes_well() -> None:
    channel = FakeChannel()
    channel.fates.extend([Fate.UNAVAILABLE, Fate.CRASH_BEFORE, Fate.CRASH_AFTER])
    with pytest.raises(ChannelUnavailable):
        page(channel)
    with pytest.raises(Crash):
        page(channel)
    assert channel.sent == []
    with pytest.raises(Crash):
        page(channel)
    assert len(channel.sent) == 1
    page(channel)
    assert len(channel.sent) == 2


def test_a_crash_is_caught_by_nobody() -> None:
    assert not issubclass(Crash, Exception)


def test_a_source_gives_its_posts_batch_by_batch() -> None:
    source = FakeSource(posts=[a_pulled(mention_number(one)) for one in range(5)], page_size=2)
    cursor, seen = None, []
    while True:
        batch = source.fetch(cursor, deadline=DEADLINE)
        seen += [pulled.mention for pulled in batch.pulled]
        cursor = batch.cursor
        if batch.is_caught_up:
            break
    assert seen == [mention_number(one) for one in range(5)]
    assert source.fetch(cursor, deadline=DEADLINE).pulled == ()
    source.posts.append(a_pulled(mention_number(5)))
    assert len(source.fetch(cursor, deadline=DEADLINE).pulled) == 1
    source.trouble = SourceUnavailable("down")
    with pytest.raises(SourceUnavailable):
        source.fetch(cursor, deadline=DEADLINE)


@pytest.mark.parametrize(
    ("fate", "error", "public"),
    [
        (ReplyFate.LOST_ANSWER, OutcomeUnknown, 1),
        (ReplyFate.LOST_REPLY, OutcomeUnknown, 0),
        (ReplyFate.UNAVAILABLE, SourceUnavailable, 0),
        (ReplyFate.REFUSED, SourceRefused, 0),
        (ReplyFate.CRASH_AFTER, Crash, 1),
    ],
)
def test_a_platform_may_lose_a_reply_or_its_answer(
    fate: ReplyFate, error: type[SourceError | Crash], public: int
) -> None:
    platform = FakeReplier()
    platform.fates.append(fate)
    with pytest.raises(error):
        platform.reply(a_mention(), a_reply())
    assert len(platform.public) == public
    assert (platform.find_reply(a_mention(), a_reply()) is not None) == bool(public)
    published = platform.reply(a_mention(), a_reply())
    assert platform.find_reply(a_mention(), a_reply()) == published
    assert len(platform.public) == public + 1, "a reply published twice shows"


def test_a_platform_may_hide_its_replies() -> None:
    platform = FakeReplier()
    platform.is_hiding = True
    with pytest.raises(SourceUnavailable):
        platform.find_reply(a_mention(), a_reply())


def test_only_sources_of_the_desk_are_opened() -> None:
    source = FakeSource("hn")
    sources = FakeSources(source)
    desk = a_desk(sources=(a_source_entry("hn"), a_source_entry("locked")))
    assert sources.open(desk, "hn") is source
    with pytest.raises(SourceRefused):
        sources.open(desk, "locked")
    with pytest.raises(NotFound):
        sources.open(desk, "unknown")


def test_sources_of_one_brand_and_server_reach_the_same_posts_whoever_stored_them_first() -> None:
    desk = a_desk(
        sources=(
            a_source_entry("account"),
            a_source_entry("hashtag"),
            a_source_entry("abroad", options={"base_url": "https://other.example"}),
            a_source_entry("umbra", brand="umbra"),
        )
    )
    sources = FakeSources()
    assert sources.reaching(desk, a_mention(source="hashtag")) == ("hashtag", "account")
    assert sources.reaching(desk, a_mention(source="abroad")) == ("abroad",)
    with pytest.raises(NotFound):
        sources.reaching(desk, a_mention(source="unknown"))


def test_the_scorer_follows_its_table() -> None:
    scorer = FakeScorer({"is down": a_score(), "down": a_score(Urgency.SOON)})
    verdicts = [
        scorer.score(a_mention(text=text), a_desk(), NOTHING_KNOWN).urgency
        for text in ("it is down", "slowing down", "lovely")
    ]
    assert verdicts == [Urgency.WAKE, Urgency.SOON, Urgency.ANSWER]


def test_secrets_are_those_that_were_given() -> None:
    parameters = FakeParameters({"mastodon": "s3cret"})
    assert parameters.secret("mastodon") == "s3cret"
    with pytest.raises(NotFound):
        parameters.secret("another")


def test_phones_may_be_raced() -> None:
    channel = FakeChannel()
    calls: list[Callable[[], str]] = [lambda: channel.send_note(ANNA, "hello", id="n1")] * 8
    assert len(set(map(str, race(*calls)))) == 8
    assert len(channel.sent) == 8
