"""What is remembered around mentions, and what becomes of it in a verdict, whatever goes wrong."""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import pytest

from chalicelib.domain.background import NOTHING_KNOWN, Background, Recalled, trail_of
from chalicelib.domain.copies import MOST_VOICES, Voices, sketched
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.history import History
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Topic, Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState, claimed, resolved
from chalicelib.ports import Backgrounds, Tickets
from chalicelib.services.background import Gathering
from chalicelib.services.conversing import Conversing
from tests.adapters.stores import Stores, calls, dynamo_stores
from tests.builders import (
    NOW,
    a_desk,
    a_mention,
    a_pulled,
    a_reply,
    a_score,
    a_ticket,
    mention_number,
)
from tests.fakes import FakeBackgrounds, FakeCustomers, FakeMeter, FakeTickets
from tests.services.stage import Interruption, Stage, after, at_once, interrupted

MINUTE = timedelta(minutes=1)
TEXT = "they have cancelled every flight from Vienna tonight and nobody tells us anything at all"
OTHER = "my parcel has been lying in their depot for two weeks and the hotline never answers me"
GUS = AgentId("gus")


class Counted:
    """Counts what a store is asked."""

    def __init__(self, store: object) -> None:
        self.calls: Counter[str] = Counter()
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)

        def call(*given: Any, **named: Any) -> Any:
            self.calls[name] += 1
            return found(*given, **named)

        return call


class Desk:
    """A memory and its stores; what was judged is remembered and has its ticket."""

    def __init__(self, backgrounds: Backgrounds | None = None) -> None:
        self.backgrounds = FakeBackgrounds()
        self.tickets = FakeTickets()
        self.asked = Counted(self.tickets)
        self.store = Counted(backgrounds or self.backgrounds)
        self.meter = FakeMeter()
        self.conversing = Conversing(tickets=cast(Tickets, self.asked), customers=FakeCustomers())
        self.gathering = Gathering(
            backgrounds=cast(Backgrounds, self.store),
            conversing=self.conversing,
            meter=self.meter,
        )

    def background(self, mention: Mention, at: float = 0) -> Background:
        return self.gathering.background(mention, now=after(at))

    def judged(
        self,
        mention: Mention,
        urgency: Urgency = Urgency.ANSWER,
        *,
        at: float = 0,
        mood: Mood = Mood.NEGATIVE,
        topic: Topic = Topic.OTHER,
    ) -> Background:
        known = self.background(mention, at)
        score = a_score(urgency, mood=mood, topic=topic)
        if urgency is not Urgency.IGNORE:
            self.tickets.add(a_ticket(mention, urgency=urgency))
        self.gathering.remember(mention, score, now=after(at))
        return known


def by(number: int, at: float = 0, *, who: str = "", text: str = TEXT, **over: Any) -> Mention:
    author = a_mention().author
    assert author is not None
    return mention_number(
        number,
        text=text,
        author=replace(author, handle=who or f"person{number}"),
        posted_at=after(at),
        **over,
    )


# --- copies and answers ------------------------------------------------------------------


def test_of_the_first_mention_nothing_is_known() -> None:
    assert Desk().judged(by(1)) == NOTHING_KNOWN


def test_a_mob_is_counted_by_its_people_and_its_minutes() -> None:
    desk = Desk()
    for number in range(13):
        desk.judged(by(number, at=number), at=number)
    known = desk.background(by(13, at=20), at=20)
    assert (known.copies, known.copy_authors) == (13, 14)
    assert known.copied_since == NOW


def test_reposts_comments_and_small_changes_are_copies_and_other_texts_are_not() -> None:
    desk = Desk()
    desk.judged(by(1))
    for number, text in enumerate(
        (
            f"RT @person1: {TEXT}",
            f"shame on you! {TEXT} #vienna",
            TEXT.replace("tonight", "today"),
            TEXT.upper(),
        ),
        start=2,
    ):
        assert desk.judged(by(number, text=text)).copies == number - 1, text
    assert desk.judged(by(9, text=OTHER)) == NOTHING_KNOWN


def test_another_brand_has_a_memory_of_its_own() -> None:
    desk = Desk()
    desk.judged(by(1, who="carla"))
    assert desk.background(replace(by(2, who="carla"), brand="other")) == NOTHING_KNOWN


def test_a_replay_counts_once() -> None:
    desk = Desk()
    for _ in range(3):
        desk.judged(by(1))
    writes = desk.store.calls["keep_voices"], desk.store.calls["keep_history"]
    assert writes == (2, 1)
    assert desk.background(by(2)).copies == 1
    assert desk.background(by(1)) == NOTHING_KNOWN, "no mention is its own copy"


def test_the_order_in_which_copies_are_judged_does_not_matter() -> None:
    forth, back = Desk(), Desk()
    for number in range(20):
        forth.judged(by(number, at=number), at=60)
        back.judged(by(19 - number, at=19 - number), at=60)
    assert forth.background(by(99, 60), 60) == back.background(by(99, 60), 60)


def test_a_day_later_nobody_speaks_of_it() -> None:
    desk = Desk()
    desk.judged(by(1))
    day = 24 * 60
    assert desk.background(by(2, at=day), day) == NOTHING_KNOWN


def test_a_storm_of_copies_is_written_down_until_it_is_many_and_then_no_more() -> None:
    desk = Desk()
    for number in range(MOST_VOICES):
        desk.judged(by(number))
    before = desk.store.calls["keep_voices"]
    for number in range(100, 200):
        desk.judged(by(number, 1), at=1)
    assert desk.store.calls["keep_voices"] == before
    assert desk.background(by(300, 1), 1).copies == MOST_VOICES


def test_a_text_whose_keys_are_taken_by_others_still_finds_its_copies() -> None:
    desk = Desk()
    trail = trail_of(by(1))
    sketch = sketched(OTHER)
    assert sketch is not None
    for name in trail.texts.values():
        desk.backgrounds.voices[name] = Voices(hashes=sketch.hashes, version=3)
    desk.judged(by(1))
    assert desk.background(by(2)).copies == 1


def test_answers_and_quotes_of_one_post_are_counted() -> None:
    desk = Desk()
    for number in range(5):
        desk.judged(by(number, text="shame", in_reply_to="root"))
    desk.judged(by(7, text="look at this", quotes_id="root"))
    known = desk.background(by(8, text="me too", in_reply_to="root"))
    assert (known.answers, known.answer_authors, known.answered_since) == (6, 6, NOW)
    root = replace(by(9, text="we are sorry"), platform_id="root")
    assert desk.background(root).answers == 6


# --- an author's past --------------------------------------------------------------------


def test_a_customer_who_waits_is_known_with_the_times_they_tried() -> None:
    desk = Desk()
    desk.judged(by(1, who="carla", text=OTHER))
    desk.judged(by(2, 60, who="carla", text="hello? my parcel?"), at=60)
    known = desk.background(by(3, 120, who="CARLA", text="is anybody there at all?"), 120)
    assert (known.unanswered, known.unanswered_since) == (2, NOW)
    assert (known.earlier, known.earlier_negative) == (2, 2)


def test_a_thread_of_five_posts_in_two_minutes_is_no_repeat() -> None:
    desk = Desk()
    for number in range(5):
        known = desk.judged(by(number, number / 2, who="carla", text=f"{number}/5"), at=number / 2)
        assert known.unanswered == 0
    assert desk.asked.calls.total() == 0
    assert desk.background(by(9, 60, who="carla", text="well?"), 60).unanswered == 1


@pytest.mark.parametrize("state", [ReplyState.SENT, ReplyState.SENDING, ReplyState.UNKNOWN])
def test_who_was_answered_since_does_not_wait(state: ReplyState) -> None:
    desk = Desk()
    for number in (1, 2):
        desk.judged(by(number, 20 * number, who="carla"), at=20 * number)
    (_, second) = desk.tickets.all()
    mine = claimed(second, GUS, now=NOW, until=after(60))
    desk.tickets.save(mine)
    desk.tickets.save(replace(mine, replies=(a_reply(state=state),), version=3))
    assert desk.background(by(3, 90, who="carla"), 90).unanswered == 0
    desk.judged(by(3, 90, who="carla"), at=90)
    assert desk.background(by(4, 120, who="carla"), 120).unanswered == 1


def test_what_a_person_has_ended_waits_no_more() -> None:
    desk = Desk()
    desk.judged(by(1, who="carla"))
    (ticket,) = desk.tickets.all()
    desk.tickets.save(mine := claimed(ticket, GUS, now=NOW, until=after(60)))
    desk.tickets.save(resolved(mine, GUS, TicketState.CONTENT, now=NOW))
    assert desk.background(by(2, 60, who="carla"), 60).unanswered == 0


def test_no_ticket_is_asked_for_who_never_had_one_and_five_at_most() -> None:
    desk = Desk()
    for number in range(4):
        desk.judged(by(number, 20 * number, who="ivo"), Urgency.IGNORE, at=20 * number)
    assert desk.background(by(9, 200, who="ivo"), 200).unanswered == 0
    assert desk.asked.calls.total() == 0

    for number in range(10, 19):
        desk.judged(by(number, 20 * number, who="carla"), at=20 * number)
    desk.asked.calls.clear()
    assert desk.background(by(20, 400, who="carla"), 400).unanswered == 5
    assert desk.asked.calls == {"some": 1}


def test_posts_that_are_one_conversation_are_attempts_of_their_own_until_we_answer() -> None:
    desk = Desk()

    def conversed(number: int, at: float) -> None:
        mention = by(number, at, who="carla", text=f"well? {number}")
        desk.background(mention, at)
        score = a_score(Urgency.ANSWER)
        desk.conversing.ticket_of(mention, score, incident_id=None, desk=a_desk(), now=after(at))
        desk.gathering.remember(mention, score, now=after(at))

    for number in range(3):
        conversed(number, 20 * number)
    (ticket,) = desk.tickets.all()
    assert len(ticket.mentions) == 3
    assert desk.background(by(8, 60, who="carla"), 60).unanswered == 3

    reply = a_reply(state=ReplyState.SENT, approved_at=after(61), tried_at=after(61))
    desk.tickets.save(ticket.changed(replies=(reply,)))
    conversed(3, 80)
    assert len(desk.tickets.all()) == 1
    known = desk.background(by(9, 100, who="carla"), 100)
    assert (known.unanswered, known.unanswered_since) == (1, after(80))


def test_a_mention_without_its_ticket_was_not_left_unanswered() -> None:
    desk = Desk()
    first = by(1, who="carla")
    desk.gathering.remember(first, a_score(Urgency.ANSWER), now=NOW)
    assert desk.background(by(2, 60, who="carla"), 60).unanswered == 0


def test_an_author_who_is_withheld_has_no_past() -> None:
    desk = Desk()
    desk.judged(replace(by(1, text="why"), author=None))
    known = desk.background(replace(by(2, 60, text="why"), author=None), 60)
    assert known == NOTHING_KNOWN
    assert desk.store.calls["keep_history"] == 0


# --- what it costs -----------------------------------------------------------------------


@pytest.fixture
def dynamo() -> Any:
    from moto import mock_aws

    with mock_aws():
        yield dynamo_stores("costs")


@pytest.mark.parametrize(
    ("mood", "topic", "urgency", "over", "requests"),
    [
        (Mood.POSITIVE, Topic.PRAISE, Urgency.IGNORE, {}, ["BatchGetItem", "PutItem"]),
        (Mood.NEGATIVE, Topic.SPAM, Urgency.IGNORE, {}, ["BatchGetItem", "PutItem"]),
        (Mood.NEUTRAL, Topic.OTHER, Urgency.ANSWER, {}, ["BatchGetItem", *["PutItem"] * 3]),
        (Mood.NEGATIVE, Topic.OUTAGE, Urgency.WAKE, {}, ["BatchGetItem", *["PutItem"] * 3]),
        (
            Mood.NEGATIVE,
            Topic.SERVICE,
            Urgency.SOON,
            {"in_reply_to": "root"},
            ["BatchGetItem", *["PutItem"] * 4],
        ),
        (
            Mood.NEGATIVE,
            Topic.SERVICE,
            Urgency.SOON,
            {"author": None, "text": "no"},
            ["BatchGetItem"],
        ),
    ],
)
def test_a_mention_costs_few_requests(
    dynamo: Stores, mood: Mood, topic: Topic, urgency: Urgency, over: Any, requests: list[str]
) -> None:
    gathering = Gathering(
        backgrounds=dynamo.backgrounds,
        conversing=Conversing(tickets=dynamo.tickets, customers=dynamo.customers),
        meter=FakeMeter(),
    )
    mention = replace(by(1), **over)
    with calls(dynamo) as asked:
        gathering.background(mention, now=NOW)
        gathering.remember(mention, a_score(urgency, mood=mood, topic=topic), now=NOW)
    assert asked == requests


def test_what_was_recalled_for_a_verdict_is_not_looked_up_again_nor_held_for_ever() -> None:
    desk = Desk()
    for number in range(250):
        desk.background(by(number))
    desk.gathering.remember(by(249), a_score(Urgency.ANSWER), now=NOW)
    assert desk.store.calls["recall"] == 250
    desk.gathering.remember(by(0), a_score(Urgency.ANSWER), now=NOW)
    assert desk.store.calls["recall"] == 251, "long forgotten, so it is looked up again"


# --- what may go wrong -------------------------------------------------------------------


class Broken(FakeBackgrounds):
    """A store that cannot be reached."""

    def recall(self, author: str | None, voices: Sequence[str]) -> Recalled:
        raise ConnectionError("no answer")


class Crowded(FakeBackgrounds):
    """A store where somebody else is always faster."""

    def keep_history(self, author: str, history: History, *, now: datetime) -> None:
        raise StaleWrite("too late")


def test_without_the_store_a_mention_is_judged_by_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(Broken())
    with caplog.at_level(logging.ERROR):
        assert desk.judged(by(1)) == NOTHING_KNOWN
    assert desk.meter.counts["BackgroundsMissed"] == 2
    assert [one.message for one in caplog.records] == ["background_missed", "background_not_kept"]


def test_where_others_are_always_faster_the_memory_is_given_up() -> None:
    desk = Desk(Crowded())
    desk.judged(by(1))
    assert desk.meter.counts["BackgroundsMissed"] == 1


def test_a_lost_store_neither_stops_a_page_nor_judges_twice() -> None:
    stage = Stage()
    stage.gathering._backgrounds = Broken()
    mention = stage.judged("the site is down")
    assert stage.rung() == ["ana"]
    assert stage.mentions.score(mention.id) is not None
    assert stage.meter.counts["BackgroundsMissed"] == 2


def test_what_another_worker_has_written_meanwhile_is_kept_too() -> None:
    rival = by(2, who="carla")
    interruption = Interruption(1, of="keep_history", do=lambda: desk.judged(rival))
    desk = Desk()
    gathering = Gathering(
        backgrounds=interrupted(desk.backgrounds, interruption),
        conversing=desk.conversing,
        meter=desk.meter,
    )
    gathering.background(by(1, who="carla"), now=NOW)
    gathering.remember(by(1, who="carla"), a_score(Urgency.ANSWER), now=NOW)
    assert interruption.has_struck
    known = desk.background(by(3, who="carla"))
    assert (known.copies, known.earlier) == (2, 2)
    assert desk.meter.counts["BackgroundsMissed"] == 0


def test_another_text_that_takes_the_place_meanwhile_is_left_there() -> None:
    sketch = sketched(OTHER)
    assert sketch is not None
    taken = Voices(hashes=sketch.hashes, version=1)

    def rival() -> None:
        for name in trail_of(by(1)).texts.values():
            desk.backgrounds.keep_voices(name, taken, now=NOW)

    interruption = Interruption(1, of="keep_voices", do=rival)
    desk = Desk()
    gathering = Gathering(
        backgrounds=interrupted(desk.backgrounds, interruption),
        conversing=desk.conversing,
        meter=desk.meter,
    )
    gathering.remember(by(1), a_score(Urgency.ANSWER), now=NOW)
    assert list(desk.backgrounds.voices.values()) == [taken] * 3


def test_copies_judged_at_once_are_all_counted() -> None:
    desk = Desk()
    failures = at_once([partial(desk.judged, by(number)) for number in range(4)])
    assert failures == []
    assert desk.background(by(9)).copies >= 4 - desk.meter.counts["BackgroundsMissed"]
    assert desk.meter.counts["BackgroundsMissed"] == 0


def test_a_mention_stored_by_a_pull_is_remembered_when_it_is_judged() -> None:
    stage = Stage()
    stage.mentions.add(a_pulled(by(1)))
    stage.triage.judge(by(1), now=NOW)
    assert stage.gathering.background(by(2), now=NOW).copies == 1
