"""The verdict: what the scorer is told, and what is remembered of it, when."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.background import Background
from chalicelib.domain.circumstances import circumstances
from chalicelib.domain.desk import Desk
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import card_of
from tests.builders import NOW, a_mention, a_pulled, a_score, mention_number
from tests.fakes import Crash
from tests.services.stage import SCORES, Interruption, Stage, after, interruptions

TEXT = "the site is down for all of us here and nobody at acme says a single word about it"


class Considering:
    """Says the same of every text, and adds what counts beyond it."""

    faults: tuple[str, ...] = ()

    def __init__(self, score: Score) -> None:
        self.score_of_text = score
        self.told: list[Background] = []

    def score(self, mention: Mention, desk: Desk, background: Background) -> Score:
        self.told.append(background)
        score = self.score_of_text
        for signal in circumstances(mention, background, score.mood, value=score.value):
            score = score.with_signal(signal)
        return score


def by(number: int, at: float = 0, *, who: str = "") -> Mention:
    author = a_mention().author
    assert author is not None
    return mention_number(
        number,
        text=TEXT,
        posted_at=after(at),
        pulled_at=after(at),
        author=replace(author, handle=who or f"person{number}", followers=5),
    )


def judged(stage: Stage, mention: Mention, at: float = 0) -> Score:
    stage.mentions.add(a_pulled(mention))
    score = stage.triage.judge(mention, now=after(at))
    assert score is not None
    return score


def test_the_scorer_is_told_what_is_known() -> None:
    scorer = Considering(a_score(Urgency.ANSWER))
    stage = Stage(scorer=scorer)
    judged(stage, by(1, who="carla"))
    judged(stage, by(2, 60, who="carla"), at=60)
    assert scorer.told[0] == Background()
    assert (scorer.told[1].unanswered, scorer.told[1].copies) == (1, 1)


def test_an_angry_third_post_that_nobody_answered_is_first_in_the_queue() -> None:
    stage = Stage(scorer=Considering(a_score(Urgency.ANSWER)))
    verdicts = [judged(stage, by(n, 60 * n, who="carla"), at=60 * n) for n in range(3)]
    assert [one.urgency for one in verdicts] == [Urgency.ANSWER, Urgency.ANSWER, Urgency.SOON]
    assert "3rd unanswered post in 2 h" in verdicts[2].reasons
    assert stage.rung() == []


def test_a_mob_of_complaints_becomes_soon_and_wakes_nobody_by_itself() -> None:
    stage = Stage(scorer=Considering(a_score(Urgency.ANSWER)))
    verdicts = [judged(stage, by(number, number), at=number) for number in range(30)]
    assert verdicts[-1].urgency is Urgency.SOON
    assert "30 people say nearly the same in 29 min" in verdicts[-1].reasons
    assert Urgency.WAKE not in {one.urgency for one in verdicts}


def test_thirty_times_the_same_by_a_bot_changes_no_verdict() -> None:
    stage = Stage(scorer=Considering(a_score(Urgency.ANSWER, topic=Topic.OTHER)))
    verdicts = [judged(stage, by(number, 0.1 * number, who="bot")) for number in range(30)]
    assert {one.urgency for one in verdicts} == {Urgency.ANSWER}
    assert "same text 30 times by one author" in verdicts[-1].reasons


def test_praise_by_somebody_many_follow_is_told_as_an_ally_and_stays_what_it_is() -> None:
    praise = a_score(Urgency.IGNORE, mood=Mood.POSITIVE, topic=Topic.PRAISE)
    stage = Stage(scorer=Considering(praise))
    mention = by(1)
    assert mention.author is not None
    loud = replace(mention, author=replace(mention.author, followers=2_900_000))
    score = judged(stage, loud)
    assert score.urgency is Urgency.IGNORE
    assert "possible ally: followed by 2.9 M" in score.reasons


def test_a_verdict_is_remembered_once_it_is_recorded_and_not_before() -> None:
    strike = Interruption(1, of="record_score")
    stage = Stage(interruption=strike)
    with pytest.raises(Crash):
        judged(stage, by(1))
    assert stage.backgrounds.histories == {}
    assert stage.backgrounds.voices == {}
    stage.triage.judge(by(1), now=after(1))
    assert len(stage.backgrounds.histories) == 1


def test_a_crash_anywhere_loses_at_most_the_memory() -> None:
    for strike in interruptions():
        stage = Stage(interruption=strike)
        mention = stage.post("the site is down")
        try:
            stage.triage.judge(mention, now=NOW)
        except Crash:
            stage.triage.judge(mention, now=after(3))
        strike.end()
        assert stage.mentions.score(mention.id) == SCORES["down"]
        assert len(stage.tickets.all()) == 1
        assert len(stage.incidents.all()) == 1
        for voices in stage.backgrounds.voices.values():
            assert len(voices.voices) == 1


def test_what_somebody_else_has_judged_meanwhile_is_not_remembered_twice() -> None:
    def rival() -> None:
        stage.mentions.record_score(mention.id, SCORES["slow"], incident_id=None, now=NOW)

    strike = Interruption(1, of="record_score", do=rival)
    stage = Stage(interruption=strike)
    mention = stage.post(TEXT)
    stage.triage.judge(mention, now=NOW + timedelta(minutes=1))
    assert strike.has_struck
    assert stage.backgrounds.histories == {}


def test_what_was_written_to_us_alone_is_quoted_by_no_reason_wherever_that_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reason = "reads like a failure, 97 % sure: 'my flat in Elm Street'"
    wake = a_score(Urgency.WAKE)
    stage = Stage(scorer=Considering(replace(wake, signals=(Signal("model", wake.value, reason),))))
    caplog.set_level(logging.INFO)
    mention = replace(by(1), is_private=True)
    judged(stage, mention)

    (ticket,) = stage.tickets.all()
    logged = str([vars(record) for record in caplog.records])
    for told in (
        card_of(ticket).reason,
        str(stage.incident.reasons),
        str(stage.phones.pages()),
        logged,
    ):
        assert "Elm Street" not in told
        assert "97 % sure" in told


def test_what_everybody_can_read_is_quoted() -> None:
    wake = a_score(Urgency.WAKE)
    signal = Signal("model", wake.value, "reads like a failure, 97 % sure: 'site is down'")
    stage = Stage(scorer=Considering(replace(wake, signals=(signal,))))
    assert "'site is down'" in str(judged(stage, by(1)).reasons)
