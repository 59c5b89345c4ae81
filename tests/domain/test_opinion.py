"""How far the word of a second reader counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.opinion import (
    RAISERS,
    READ_BELOW,
    READ_FROM,
    Opinion,
    is_worth_reading,
    moved,
)
from chalicelib.domain.rules import Rules, ruled
from chalicelib.domain.signal import Score, Signal, Topic, Urgency, total, urgency_of
from tests.builders import a_mention, a_score


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


@pytest.mark.parametrize("name", sorted(RAISERS))
def test_a_raiser_that_had_nothing_left_to_add_still_holds_what_it_stands_for(name: str) -> None:
    score = _scored(12.0).with_signal(Signal(name, 0.0, "says people are trapped"))
    assert moved(score, _opinion(Urgency.IGNORE)) == score


@given(st.floats(-20, 30), st.sampled_from(sorted(RAISERS)), st.floats(0, 12))
def test_whatever_it_says_it_never_lowers_what_was_raised(
    points: float, name: str, raised: float
) -> None:
    score = _scored(points).with_signal(Signal(name, raised, "says people are trapped"))
    for urgency in Urgency:
        assert moved(score, _opinion(urgency)).urgency.rank <= score.urgency.rank


def test_who_agreed_is_told_too() -> None:
    found = moved(_scored(12.0), _opinion(Urgency.WAKE))
    assert (found.value, found.urgency) == (12.0, Urgency.WAKE)
    assert found.signals[-1].reason == "second reader agrees: a child is alone"
    assert found.scorer == "table-1+reader-1"


@pytest.mark.parametrize(
    ("value", "is_read"),
    [
        (READ_FROM - 0.01, False),
        (READ_FROM, True),
        (9.99, True),
        (10.0, True),
        (READ_BELOW - 0.01, True),
        (READ_BELOW, False),
    ],
)
def test_what_nearly_wakes_and_what_hardly_wakes_is_read_again(value: float, is_read: bool) -> None:
    assert is_worth_reading(_scored(value), a_mention(), Rules()) == is_read


def test_words_of_danger_that_wake_need_no_second_opinion_and_those_that_do_not_get_one() -> None:
    danger = Signal("danger", 1.0, "says people are trapped")
    assert not is_worth_reading(_scored(10.5).with_signal(danger), a_mention(), Rules())
    assert is_worth_reading(_scored(6.5).with_signal(danger), a_mention(), Rules())


@pytest.mark.parametrize(
    "rules",
    [
        Rules(never_page=("site is down",)),
        Rules(page=("site is down",)),
        Rules(ignored=("carla@social.example",)),
        Rules(vips=("carla@social.example",)),
        Rules(quiet_topics=frozenset({Topic.OUTAGE})),
        Rules(wake_at_else=0.9),
    ],
)
@pytest.mark.parametrize("value", [7.0, 11.0])
def test_nobody_is_asked_where_the_companys_own_rules_decide_anyhow(
    rules: Rules, value: float
) -> None:
    assert not is_worth_reading(_scored(value), a_mention(), rules)


@given(st.floats(6, 13), st.sampled_from(Urgency))
def test_the_companys_own_rules_have_the_last_word(value: float, urgency: Urgency) -> None:
    found = moved(_scored(value), _opinion(urgency))
    always, never = Rules(page=("site is down",)), Rules(never_page=("site is down",))
    assert ruled(found, a_mention(), always).urgency is Urgency.WAKE
    assert ruled(found, a_mention(), never).urgency is not Urgency.WAKE
