"""The crowd: counted once though delivered twice, and told once though looked at each minute."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.domain.desk import Brand
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.mention import Author, Mention
from chalicelib.domain.rules import Rules
from chalicelib.domain.signal import Mood, Score, Topic, Urgency
from chalicelib.domain.tally import together
from chalicelib.domain.ticket.card import TAKEN_BACK
from chalicelib.ports import LANES, Crowd, SourceState
from chalicelib.services.crowd_watch import RACES
from tests.builders import ANA, NOW, a_desk, a_score, mention_number
from tests.services.stage import Interruption, Stage, after, at_once

ANGRY = a_score(Urgency.ANSWER, mood=Mood.NEGATIVE, topic=Topic.BILLING)
PRESS = replace(ANGRY, topic=Topic.PRESS)
PLEASED = replace(ANGRY, mood=Mood.POSITIVE)

AUTHOR = Author(handle="carla")


def _stage(interruption: Interruption | None = None, **over: object) -> Stage:
    stage = Stage(a_desk(**over), interruption=interruption)
    stage.scorer.table = {"angry about press": PRESS, "angry": ANGRY, "pleased": PLEASED}
    name = stage.desks.current().sources[0].name
    stage.states.save(SourceState(name=name, succeeded_at=NOW + timedelta(days=9), version=1))
    return stage


def _batch(
    stage: Stage, first: int, posts: int, *, at: datetime, text: str = "angry"
) -> list[tuple[Mention, Score]]:
    """Posts of as many people, pulled and judged."""
    batch = []
    for number in range(first, first + posts):
        author = replace(AUTHOR, handle=f"person{number}", followers=number)
        mention = stage.post(f"{text} {number}", number, now=at, author=author)
        score = stage.triage.judge(mention, now=at)
        assert score is not None
        batch.append((mention, score))
    return batch


def _count(stage: Stage, *batch: tuple[Mention, Score], at: datetime) -> None:
    stage.crowd_watch.count(batch, now=at)


def _counted(stage: Stage, topic: Topic = Topic.BILLING) -> int:
    tallies = stage.crowds.of_brand("acme").tallies.get(topic, ())
    return sum(count.posts for count in together(tallies).values())


def _mob(stage: Stage, posts: int = 40, *, at: datetime = NOW, text: str = "angry") -> None:
    _count(stage, *_batch(stage, 1000, posts, at=at, text=text), at=at)


def test_a_mob_that_no_single_post_would_wake_for_rings_once() -> None:
    stage = _stage()
    _mob(stage)
    assert stage.rung() == []
    stage.tick(after(1))
    assert stage.rung() == [ANA]
    reasons = stage.incident.reasons
    assert reasons[0].startswith("40 angry posts in ")
    assert reasons[1] == "loudest: person1039, followed by 1,039"
    assert stage.incident.topic is Topic.BILLING
    assert "1039" in stage.incident.mention_id

    stage.sms(ANA, stage.code(ANA), now=after(2))
    stage.ticks(3, 30)
    assert stage.rung() == [ANA]


def test_what_a_crowd_was_shown_by_is_shown_no_more_once_its_author_has_taken_it_back() -> None:
    stage = _stage()
    _mob(stage)
    stage.tick(after(1))
    stage.follow(after(1))
    stage.mentions.withdraw(stage.incident.mention_id, now=after(2))
    stage.follow(after(2))
    assert (stage.incident.quote, stage.incident.author) == (TAKEN_BACK, "")
    assert "person1039" not in repr(stage.incident)


def test_what_is_taken_back_at_the_moment_at_which_the_crowd_is_told_is_not_shown_either() -> None:
    def take_back() -> None:
        stage.mentions.withdraw(mention_number(1039).id, now=after(1))
        stage.follow(after(1))

    stage = _stage(strike := Interruption(1, of="open", do=take_back))
    _mob(stage)
    stage.tick(after(1))
    assert strike.has_struck
    assert stage.incident.mention_id == mention_number(1039).id
    assert stage.incident.quote == TAKEN_BACK
    assert [one.incident.quote for one in stage.phones.pages() if one.incident] == [TAKEN_BACK]


def test_a_batch_delivered_twice_counts_once_and_is_written_once() -> None:
    stage = _stage()
    batch = _batch(stage, 1, 10, at=NOW)
    for _ in range(3):
        _count(stage, *batch, at=NOW)
    _count(stage, *batch[4:7], at=NOW)
    assert _counted(stage) == 10
    assert len(stage.crowds.writes) == 1


def test_a_batch_is_one_write_for_each_series() -> None:
    stage = _stage()
    batch = _batch(stage, 1, 6, at=NOW) + _batch(stage, 10, 4, at=NOW, text="angry about press")
    _count(stage, *batch, *_batch(stage, 20, 5, at=NOW, text="pleased"), at=NOW)
    assert len(stage.crowds.writes) == 2
    assert (_counted(stage), _counted(stage, Topic.PRESS)) == (6, 4)


def test_writers_that_meet_spread_over_lanes_and_lose_nothing() -> None:
    stage = _stage()
    batches = [_batch(stage, first, 5, at=NOW) for first in range(0, 40, 5)]
    failures = at_once([partial(_count, stage, *batch, at=NOW) for batch in batches])
    assert failures == []
    assert _counted(stage) == 40
    assert len(stage.crowds.lanes("acme", Topic.BILLING)) <= LANES


def test_when_every_lane_is_lost_the_batch_is_given_back() -> None:
    class _Contended:
        def lanes(self, brand: str, topic: Topic) -> dict[int, object]:
            return {}

        def save_lane(self, *_: object) -> None:
            self.tries = getattr(self, "tries", 0) + 1
            raise StaleWrite("somebody else")

    stage = _stage()
    contended = _Contended()
    stage.crowd_watch._crowds = contended  # type: ignore[assignment]
    with pytest.raises(StaleWrite, match=r"acme\.billing changes too fast"):
        _count(stage, *_batch(stage, 1, 1, at=NOW), at=NOW)
    assert contended.tries == RACES


def test_one_person_is_no_mob() -> None:
    stage = _stage()
    batch = [
        (replace(mention, author=AUTHOR), score) for mention, score in _batch(stage, 1, 60, at=NOW)
    ]
    _count(stage, *batch, at=NOW)
    stage.tick(after(1))
    assert stage.rung() == []


def test_a_quiet_topic_rings_for_no_crowd() -> None:
    stage = _stage(rules=Rules(quiet_topics=frozenset({Topic.BILLING})))
    _mob(stage)
    stage.tick(after(1))
    assert stage.rung() == []


def test_a_crowd_over_many_topics_is_found_though_none_of_them_is() -> None:
    stage = _stage()
    topics = [topic for topic in Topic if topic not in (Topic.PRAISE, Topic.SPAM)]
    for number, topic in enumerate(topics):
        stage.scorer.table = {"angry": replace(ANGRY, topic=topic)}
        _count(stage, *_batch(stage, 100 * number, 4, at=NOW), at=NOW)
    stage.scorer.table = {}
    stage.tick(after(1))
    assert stage.rung() == [ANA]
    assert "44 angry posts" in stage.incident.reasons[0]


def test_a_crowd_joins_what_is_open_already_and_rings_nobody_again() -> None:
    stage = _stage()
    stage.scorer.table = {"down": replace(a_score(), topic=Topic.BILLING), "angry": ANGRY}
    stage.judged("it is down", 1)
    assert stage.rung() == [ANA]
    _mob(stage)
    stage.tick(after(1))
    assert stage.rung() == [ANA]
    assert stage.meter.counts["Surges"] == 1


def test_a_crash_at_any_call_while_a_surge_is_told_neither_loses_nor_repeats_it() -> None:
    undisturbed = Interruption(0)
    stage = _stage(undisturbed)
    _mob(stage)
    calls = undisturbed.calls
    stage.crowd_watch.watch(now=after(1))
    for number in range(calls + 1, undisturbed.calls + 1):
        for is_after in (False, True):
            interruption = Interruption(number, is_after=is_after)
            stage = _stage(interruption)
            _mob(stage)
            try:
                stage.crowd_watch.watch(now=after(1))
            except BaseException:
                assert interruption.has_struck
            interruption.end()
            stage.tick(after(2))
            stage.tick(after(4))
            assert set(stage.rung()) == {ANA}, (number, is_after)
            assert len(stage.rung()) <= 2, (number, is_after)
            assert len(stage.incidents.all()) == 1


def test_when_the_loudest_was_erased_the_keepers_of_the_desk_are_told() -> None:
    stage = _stage()
    _mob(stage)
    stage.mentions.expire()
    stage.tick(after(1))
    assert stage.rung() == []
    assert "40 angry posts" in stage.notices.told[0].text


def test_a_mob_rings_though_its_loudest_post_had_an_incident_that_is_over() -> None:
    stage = _stage()
    star = replace(AUTHOR, handle="star", followers=2_900_000)
    stage.scorer.table = {"angry": replace(a_score(), topic=Topic.BILLING)}
    mention = stage.post("angry star", 1, author=star)
    score = stage.triage.judge(mention, now=NOW)
    assert score is not None
    assert stage.rung() == [ANA]
    incident = stage.incident
    stage.incidents.save(incident.resolved("ana", now=after(1)))

    stage.scorer.table = {"angry": ANGRY}
    _count(stage, (mention, score), *_batch(stage, 100, 40, at=after(2)), at=after(2))
    stage.tick(after(3))
    assert stage.rung() == [ANA, ANA]
    assert len(stage.incidents.all()) == 2


def test_a_quiet_topic_hides_no_mob_on_others() -> None:
    stage = _stage(rules=Rules(quiet_topics=frozenset({Topic.BILLING})))
    _mob(stage)
    loud = [topic for topic in Topic if topic not in (Topic.BILLING, Topic.SPAM)]
    for number, topic in enumerate(loud):
        stage.scorer.table = {"angry": replace(ANGRY, topic=topic)}
        _count(stage, *_batch(stage, 100 * number + 5, 4, at=NOW), at=NOW)
    stage.tick(after(1))
    assert stage.rung() == [ANA]
    assert stage.incident.topic is not Topic.BILLING


def test_what_fails_for_one_brand_keeps_no_other_from_being_looked_at() -> None:
    brands = (Brand(id="broken", name="Broken"), *a_desk().brands)
    stage = _stage(brands=brands)
    of_brand = stage.crowds.of_brand

    def failing(brand: str) -> Crowd:
        if brand == "broken":
            raise RuntimeError("cannot be read")
        return of_brand(brand)

    stage.crowds.of_brand = failing  # type: ignore[method-assign]
    _count(stage, *_batch(stage, 1000, 40, at=NOW), at=NOW)
    with pytest.raises(ExceptionGroup, match="some brands"):
        stage.crowd_watch.watch(now=after(1))
    assert stage.rung() == [ANA]


def test_a_watch_that_is_cut_short_is_told_by_its_metric() -> None:
    stage = _stage()
    _mob(stage)
    stage.crowd_watch.watch(now=after(1), has_time=lambda: False)
    assert stage.rung() == []
    assert stage.meter.counts["CrowdsNotWatched"] == 1


def test_a_crowd_that_names_another_topic_joins_what_is_going_on_and_rings_nobody_again() -> None:
    stage = _stage()
    stage.scorer.table = {"down": replace(a_score(), topic=Topic.OUTAGE), "angry": ANGRY}
    stage.judged("it is down", 1)
    stage.sms(ANA, stage.code(ANA), now=after(2))
    _count(stage, *_batch(stage, 1000, 40, at=after(20)), at=after(20))
    stage.tick(after(21))
    assert stage.rung() == [ANA]
    assert stage.incident.topic is Topic.OUTAGE

    _count(stage, *_batch(stage, 2000, 90, at=after(200)), at=after(200))
    stage.tick(after(201))
    assert stage.rung() == [ANA, ANA]
