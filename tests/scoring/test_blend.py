"""How readings become points: exact at the lines, and never fewer for a graver reading."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.signal import ANSWER_AT, SOON_AT, WAKE_AT, Mood, Topic, Urgency
from chalicelib.scoring.blend import (
    UNMEASURED,
    Cuts,
    blended,
    mood_of,
    points_of,
    raised,
    sureness_of,
    topic_of,
    wants_deep,
)
from tests.fakes.models import a_reading

CUTS = Cuts(wake=0.3, soon=0.4, answer=0.6)
Urgencies = tuple[float, float, float, float]


def _shares(wake: float, soon: float, answer: float) -> Urgencies:
    return (wake, soon, answer, max(0.0, 1 - wake - soon - answer))


@st.composite
def urgencies(draw: st.DrawFn) -> Urgencies:
    parts = [draw(st.floats(0, 1)) for _ in range(4)]
    whole = sum(parts)
    assume(whole > 0.01)
    return (parts[0] / whole, parts[1] / whole, parts[2] / whole, parts[3] / whole)


cuts = st.builds(
    Cuts, wake=st.floats(0.01, 0.99), soon=st.floats(0.01, 0.99), answer=st.floats(0.01, 0.99)
)


def test_a_reading_at_a_cut_is_worth_exactly_the_line_of_its_verdict() -> None:
    assert points_of(_shares(0.3, 0.3, 0.3), CUTS) == WAKE_AT
    assert points_of(_shares(0.0, 0.4, 0.3), CUTS) == SOON_AT
    assert points_of(_shares(0.0, 0.0, 0.6), CUTS) == ANSWER_AT
    assert points_of(_shares(0.0, 0.0, 0.0), CUTS) == 0.0


@pytest.mark.parametrize("wake", [0.31, 0.5, 0.9])
def test_above_the_line_the_points_are_log_odds_so_that_they_tell_how_sure_it_is(
    wake: float,
) -> None:
    odds = math.log(wake / (1 - wake)) - math.log(0.3 / 0.7)
    assert points_of(_shares(wake, 0, 0), CUTS) == pytest.approx(WAKE_AT + odds)


def test_what_is_surely_soon_is_far_from_waking_unless_it_is_like_what_wakes() -> None:
    assert points_of(_shares(0.0001, 0.9998, 0.0), CUTS) == pytest.approx(6.5)
    assert 9 < points_of(_shares(0.29, 0.7, 0.0), CUTS) < WAKE_AT


@given(urgency=urgencies(), cuts=cuts)
def test_points_cross_a_line_just_where_the_reading_crosses_its_cut(
    urgency: Urgencies, cuts: Cuts
) -> None:
    level, sureness = sureness_of(urgency, cuts)
    points = points_of(urgency, cuts)

    assert points >= 0
    assert (points >= WAKE_AT) == (level is Urgency.WAKE)
    assert (points >= SOON_AT) == (level in (Urgency.WAKE, Urgency.SOON))
    assert (points >= ANSWER_AT) == (level is not Urgency.IGNORE)
    assert 0.5 <= sureness <= 1


@given(urgency=urgencies(), cuts=cuts, moved=st.floats(0, 1), steps=st.sampled_from([1, 2, 3]))
def test_a_graver_reading_never_has_fewer_points(
    urgency: Urgencies, cuts: Cuts, moved: float, steps: int
) -> None:
    graver = list(urgency)
    graver[0] += moved * graver[steps]
    graver[steps] -= moved * graver[steps]
    one, two = points_of(urgency, cuts), points_of(_shares(*graver[:3]), cuts)

    assert two >= one - 1e-6


def test_two_readings_are_averaged_by_their_weights() -> None:
    both = blended(a_reading(0.2, negative=0.2), a_reading(0.7, negative=0.8), UNMEASURED)

    share = UNMEASURED.deep_urgency
    assert both.urgency[0] == pytest.approx(0.2 * (1 - share) + 0.7 * share)
    assert both.mood[0] == pytest.approx(
        0.2 * (1 - UNMEASURED.deep_mood) + 0.8 * UNMEASURED.deep_mood
    )
    for group in (both.mood, both.urgency, both.topics):
        assert sum(group) == pytest.approx(1)


def test_the_deep_model_is_wanted_for_what_may_be_urgent_or_has_no_clear_mood() -> None:
    clear = UNMEASURED.deep_below + 0.01
    assert not wants_deep(a_reading(0.0, negative=clear, positive=0.0), UNMEASURED)
    assert wants_deep(a_reading(UNMEASURED.deep_from, negative=clear, positive=0.0), UNMEASURED)
    assert wants_deep(a_reading(0.0, negative=0.34, positive=0.33), UNMEASURED)


def test_the_mood_is_the_likeliest_and_as_strong_as_it_outweighs_its_opposite() -> None:
    for reading, mood in (((0.7, 0.2, 0.1), Mood.NEGATIVE), ((0.1, 0.2, 0.7), Mood.POSITIVE)):
        likeliest, strength = mood_of(reading, CUTS)
        assert likeliest is mood
        assert strength == pytest.approx(0.6)
    assert mood_of((0.3, 0.6, 0.1), CUTS) == (Mood.NEUTRAL, 0.0)


def test_a_mood_that_is_too_common_can_be_held_back() -> None:
    held = Cuts(wake=0.5, soon=0.5, answer=0.5, moods=(1.0, 0.5, 1.0))
    assert mood_of((0.4, 0.5, 0.1), held)[0] is Mood.NEGATIVE


def test_what_cannot_wait_has_a_topic_that_someone_can_act_on() -> None:
    topics = a_reading(topic=Topic.PRAISE).topics
    assert topic_of(topics, Urgency.ANSWER) is Topic.PRAISE
    assert topic_of(topics, Urgency.WAKE) is Topic.SAFETY


@pytest.mark.parametrize("level", [Urgency.WAKE, Urgency.SOON])
def test_words_of_danger_choose_the_topic_of_what_cannot_wait(level: Urgency) -> None:
    topics = [0.01] * len(Topic)
    topics[list(Topic).index(Topic.DELIVERY)] = 0.6
    topics[list(Topic).index(Topic.SAFETY)] = 0.15

    assert topic_of(topics, level) is Topic.DELIVERY
    assert topic_of(topics, level, [Topic.SAFETY]) is Topic.SAFETY


def test_words_of_danger_do_not_choose_a_topic_against_all_that_is_read() -> None:
    topics = [0.001] * len(Topic)
    topics[list(Topic).index(Topic.ACCOUNT)] = 0.98
    assert topic_of(topics, Urgency.SOON, [Topic.SECURITY]) is Topic.ACCOUNT


def test_what_can_wait_keeps_its_topic_whatever_it_warns_of() -> None:
    topics = a_reading(topic=Topic.PRAISE).topics
    assert topic_of(topics, Urgency.ANSWER, [Topic.SAFETY, Topic.OUTAGE]) is Topic.PRAISE


@given(urgency=urgencies(), odds=st.floats(0, 3))
def test_raising_makes_only_waking_likelier(urgency: Urgencies, odds: float) -> None:
    found = raised(urgency, odds)

    assert sum(found) == pytest.approx(1)
    assert found[0] >= urgency[0] - 1e-9
    assert found[1] * urgency[2] == pytest.approx(found[2] * urgency[1])
