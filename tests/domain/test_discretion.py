"""A verdict on what was written to us alone quotes nothing of it."""

from chalicelib.domain.discretion import discreet
from chalicelib.domain.opinion import Opinion, moved
from chalicelib.domain.signal import Score, Signal, Topic, Urgency
from chalicelib.scoring.danger import found
from chalicelib.scoring.reasons import reads_like, speaks_of
from tests.builders import a_score


def told(score: Score) -> str:
    return "; ".join(discreet(score).reasons)


def saying(*reasons: str) -> Score:
    score = a_score(Urgency.ANSWER)
    for number, reason in enumerate(reasons):
        score = score.with_signal(Signal(f"said-{number}", 0.0, reason))
    return score


def test_the_words_that_a_model_goes_by_are_left_out_and_the_rest_stays() -> None:
    reason = reads_like(Topic.SAFETY, Urgency.WAKE, 0.93, ["trapped", "can't breathe"])
    assert "can't breathe" in reason

    said = told(saying(reason))
    assert "reads like danger to people, 93 % sure" in said
    assert "trapped" not in said
    assert "breathe" not in said


def test_words_of_danger_are_left_out_and_their_kind_stays() -> None:
    reason = speaks_of(found("people are trapped in the lift", ["en"]))
    assert "'" in reason

    said = told(saying(reason))
    assert "speaks of danger" in said
    assert "trapped" not in said


def test_what_a_second_reader_says_of_it_is_left_out() -> None:
    read = Opinion(urgency=Urgency.SOON, why="her card ends in 4242", reader="reader")

    said = told(moved(a_score(Urgency.ANSWER), read))
    assert "second reader raises it" in said
    assert "4242" not in said


def test_the_verdict_is_the_same() -> None:
    score = saying("cries out (SOS)", "verified author")
    other = discreet(score)

    assert (other.urgency, other.value, other.mood) == (score.urgency, score.value, score.mood)
    assert [one.name for one in other.signals] == [one.name for one in score.signals]
    assert "verified author" in other.reasons
    assert "SOS" not in str(other.reasons)
