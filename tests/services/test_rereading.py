"""A second reading: only where it counts, within its budget, and never in the way of a page."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import SecondReading
from chalicelib.domain.errors import Unanswered, Unusable
from chalicelib.domain.patience import LEFT_ALONE, REFUSED_FOR
from chalicelib.domain.rules import Rules
from chalicelib.domain.signal import Score, Signal, Urgency, total, urgency_of
from chalicelib.ports import SecondReader
from chalicelib.services.rereading import Rereading
from tests.builders import ANA, NOW, a_desk, a_score
from tests.fakes import Crash, FakeScorer, FakeSecondReader
from tests.services.stage import Stage, after

MODEL = SecondReading(model="small-1", most_per_day=5)
SPENT, UNUSABLE = "second-reader-spent", "second-reader-unusable"


def scored(points: float, name: str = "model") -> Score:
    evidence = (Signal(name, points, "reads like an outage"),)
    return a_score(signals=evidence, value=total(evidence), urgency=urgency_of(evidence))


TABLE = {
    "nearly": scored(7.0),
    "hardly": scored(10.5),
    "burning": scored(10.5, "danger"),
    "surely": scored(14.0),
    "calm": scored(2.0),
}


def a_stage(
    *says: Urgency | BaseException,
    second: SecondReading = MODEL,
    seconds: float = 0.5,
    rules: Rules | None = None,
) -> Stage:
    """A stage on which verdicts follow from a word in the text."""
    desk = a_desk(second_reading=second, rules=rules or Rules())
    stage = Stage(desk=desk, scorer=FakeScorer(TABLE))
    stage.second_reader.says.clear()
    stage.second_reader.says.extend(says or (Urgency.WAKE,))
    stage.second_reader.seconds = seconds
    return stage


def counts(stage: Stage) -> tuple[int, int, int]:
    """Readings, failures and those left out."""
    names = ("SecondReadings", "SecondReadingsFailed", "SecondReadingsSkipped")
    asked, failed, skipped = (stage.meter.counts[name] for name in names)
    return asked, failed, skipped


def test_what_nearly_woke_wakes_when_the_second_reader_says_so_with_its_reason() -> None:
    stage = a_stage(Urgency.WAKE)
    mention = stage.judged("nearly down here")
    assert stage.rung() == [ANA]
    score = stage.mentions.score(mention.id)
    assert score is not None
    assert "second reader raises it: a child is alone" in score.reasons
    assert score.scorer.endswith("+small-1")


def test_what_hardly_woke_waits_in_the_queue_when_it_says_so() -> None:
    stage = a_stage(Urgency.IGNORE)
    mention = stage.judged("hardly down here")
    assert stage.rung() == []
    score = stage.mentions.score(mention.id)
    assert score is not None
    assert score.urgency is Urgency.SOON, "by one level, whatever it says"
    assert len(stage.tickets.all()) == 1


def test_words_of_danger_wake_whatever_it_would_say_and_it_is_not_asked() -> None:
    stage = a_stage(Urgency.IGNORE)
    stage.judged("burning down here")
    assert stage.rung() == [ANA]
    assert stage.second_reader.asked == []


@pytest.mark.parametrize("text", ["surely down", "calm here"])
def test_what_is_not_in_doubt_is_not_asked_about(text: str) -> None:
    stage = a_stage(Urgency.IGNORE)
    stage.judged(text)
    assert stage.second_reader.asked == []
    assert counts(stage) == (0, 0, 0)


def test_without_a_model_nobody_is_asked_and_no_reader_is_even_made() -> None:
    stage = a_stage(second=SecondReading())

    def none() -> SecondReader:
        raise AssertionError("nobody asked for one")

    rereading = Rereading(
        reader=none,
        readings=stage.readings,
        once=stage.once,
        notices=stage.notices,
        meter=stage.meter,
        seconds=lambda: 0.0,
    )
    mention = stage.post("nearly down")
    assert rereading.reread(TABLE["nearly"], mention, stage.desks.current(), now=NOW)
    assert not stage.readings.taken


def test_the_companys_own_rules_are_applied_after_it() -> None:
    stage = a_stage(Urgency.WAKE, rules=Rules(never_page=("nearly",)))
    stage.judged("nearly down here")
    assert stage.rung() == []
    assert stage.second_reader.asked == [], "nothing hung on it"


def test_a_record_that_comes_again_is_not_read_again_once_its_verdict_stands() -> None:
    stage = a_stage()
    mention = stage.judged("nearly down here")
    for _ in range(3):
        stage.triage.judge(mention, now=NOW)
    assert len(stage.second_reader.asked) == 1


def test_a_worker_that_dies_while_it_waits_loses_nothing() -> None:
    stage = a_stage(Crash(), Urgency.WAKE)
    mention = stage.post("nearly down here")
    with pytest.raises(Crash):
        stage.triage.judge(mention, now=NOW)
    stage.triage.judge(mention, now=NOW)
    assert stage.rung() == [ANA]
    assert stage.readings.taken.total() == 2, "counted before it is asked for: too many, never few"


# --- the budget --------------------------------------------------------------------------


def test_when_the_days_readings_are_spent_judging_goes_on_and_the_lead_is_told_once() -> None:
    stage = a_stage(Urgency.WAKE, seconds=0.0)
    for number in range(40):
        stage.judged(f"nearly down {number}", number, now=after(20 * number / 60))
    assert len(stage.second_reader.asked) == MODEL.most_per_day
    assert counts(stage) == (5, 0, 35)
    assert stage.notices.kinds() == [SPENT]
    assert "5 posts today" in stage.notices.told[0].text
    assert len(stage.mentions.scores) == 40


def test_it_is_told_again_on_the_next_day_only() -> None:
    stage = a_stage(seconds=0.0, second=SecondReading(model="small-1", most_per_day=1))
    for hour in range(30):
        stage.judged(f"nearly {hour}", hour, now=NOW + timedelta(hours=hour))
    assert stage.notices.kinds() == [SPENT, SPENT]
    assert len(stage.second_reader.asked) == 3, "one on each of three days"


def test_a_notice_that_did_not_go_out_goes_out_later() -> None:
    stage = a_stage(second=SecondReading(model="small-1", most_per_day=0))
    stage.notices.tell(SPENT, "somebody else's", now=NOW)
    stage.judged("nearly one", 1, now=after(1))
    stage.judged("nearly two", 2, now=after(61))
    assert [one.at for one in stage.notices.told] == [NOW, after(61)]


# --- in trouble --------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [Unanswered("ReadTimeoutError"), RuntimeError("secret post")])
def test_without_an_answer_the_verdict_stands_as_it_was(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    stage = a_stage(trouble)
    stage.judged("hardly down here", 1)
    stage.judged("nearly down here", 2)
    assert stage.rung() == [ANA]
    assert counts(stage) == (2, 2, 0)
    assert "secret" not in str([vars(one) for one in caplog.records])
    assert stage.notices.told == []


def test_a_counter_that_fails_leaves_the_verdict_and_nobody_is_asked() -> None:
    stage = a_stage()
    stage.readings.trouble = Unanswered("the counter of readings: Throttling")
    stage.judged("hardly down here")
    assert stage.rung() == [ANA]
    assert stage.second_reader.asked == []


def test_a_notice_that_fails_leaves_the_verdict() -> None:
    stage = a_stage(Unusable("AccessDeniedException"))

    class Silent:
        def tell(self, *_: Any, **__: Any) -> bool:
            raise RuntimeError("no topic")

    rereading = Rereading(
        reader=lambda: stage.second_reader,
        readings=stage.readings,
        once=stage.once,
        notices=Silent(),
        meter=stage.meter,
        seconds=stage.second_reader.watch,
    )
    desk, score = stage.desks.current(), TABLE["hardly"]
    noon = NOW.replace(hour=12)
    assert rereading.reread(score, stage.post("hardly"), desk, now=noon) == score


def test_a_slow_reader_delays_a_storm_by_a_few_seconds_in_all() -> None:
    stage = a_stage(Unanswered("ReadTimeoutError"), seconds=2.0)
    for number in range(300):
        stage.judged(f"nearly down {number}", number)
    assert stage.second_reader.watch() <= 6.0
    assert len(stage.mentions.scores) == 300


def test_one_that_answers_slowly_does_so_too() -> None:
    stage = a_stage(Urgency.SOON, seconds=1.9, second=SecondReading(model="m", most_per_day=1000))
    for number in range(300):
        stage.judged(f"nearly down {number}", number)
    assert stage.second_reader.watch() <= 6.0


def test_one_that_fails_again_and_again_is_left_alone_and_then_tried_again() -> None:
    stage = a_stage(
        *[Unanswered("ThrottlingException")] * 3,
        Urgency.WAKE,
        seconds=0.1,
        second=SecondReading(model="small-1", most_per_day=100),
    )
    for number in range(10):
        stage.judged(f"nearly {number}", number)
    assert counts(stage) == (3, 3, 7)
    stage.judged("nearly there", 11, now=NOW + LEFT_ALONE)
    assert stage.rung() == [ANA]


def test_another_model_has_a_name_to_lose_of_its_own() -> None:
    stage = a_stage(Unusable("AccessDeniedException"), Urgency.WAKE)
    stage.judged("nearly one", 1)
    stage.desks.put(a_desk(second_reading=SecondReading(model="small-2")), now=NOW)
    stage.judged("nearly two", 2)
    assert len(stage.second_reader.asked) == 2


def test_one_that_may_not_be_asked_is_told_by_day_where_the_lead_is_and_rings_nobody() -> None:
    """`NOW` is half past eight in the evening in Vienna."""
    stage = a_stage(
        Unusable("AccessDeniedException"), second=SecondReading(model="m", most_per_day=1000)
    )
    for number in range(48):
        stage.judged(f"nearly {number}", number, now=NOW + number * REFUSED_FOR)
    told = [(one.kind, one.at.isoformat()[:13]) for one in stage.notices.told]
    assert told == [(UNUSABLE, "2026-11-22T09")]  # ten o'clock there
    assert "AccessDeniedException" in stage.notices.told[0].text
    assert stage.phones.sent == []


def test_the_fake_reader_moves_its_own_clock() -> None:
    reader = FakeSecondReader(Urgency.WAKE, seconds=1.5)
    assert reader.watch() == 0
    stage = a_stage()
    reader.opinion(stage.post("nearly"), stage.desks.current(), TABLE["nearly"])
    assert reader.watch() == 1.5
