"""How far the word of a second reader counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.opinion import RAISERS, Opinion, moved
from chalicelib.domain.signal import Score, Signal, Urgency, total, urgency_of
from tests.builders import a_score


def _scored(points: float, name: str = "model") -> Score:
    evidence = (Signal(name, points, "reads like danger"),)
    return a_score(signals=evidence, value=total(evidence), urgency=urgency_of(evidence))


def _opinion(urgency: Urgency) -> Opinion:
    return Opinion(urgency=urgency, why="a child is alone", reader="reader-1")


@given(st.floats(-20, 30), st.sampled_from(Urgency))
def test_a_verdict_moves_by_one_level_at_most_and_towards_the_opinion(
    points: float, urgency: Urgency
) -> None:
    score = _scored(points)
    found = moved(score, _opinion(urgency))
    steps = found.urgency.rank - score.urgency.rank
    wanted = urgency.rank - score.urgency.rank
    assert steps == max(-1, min(1, wanted))
    assert found.value == total(found.signals)


@pytest.mark.parametrize("name", sorted(RAISERS))
def test_it_never_lowers_what_words_of_danger_the_crowd_or_a_rule_raised(name: str) -> None:
    score = _scored(12.0, name)
    assert moved(score, _opinion(Urgency.IGNORE)) == score
    assert moved(_scored(6.0, name), _opinion(Urgency.WAKE)).urgency is Urgency.WAKE


def test_its_reason_is_kept_short_and_its_name_is_told() -> None:
    opinion = Opinion(urgency=Urgency.WAKE, why="x" * 1000, reader="reader-1")
    found = moved(_scored(6.0), opinion)
    assert found.signals[-1].reason == "second reader raises it: " + "x" * 160
    assert found.scorer == "table-1+reader-1"
