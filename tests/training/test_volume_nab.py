"""The benchmark's score: by hand, and against a second way of adding it up."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.volume.nab import (
    LOW_FALSE_NEGATIVES,
    LOW_FALSE_POSITIVES,
    NOTHING,
    PROFILES,
    STANDARD,
    Profile,
    Span,
    probation,
    scaled_sigmoid,
    score,
    worth,
)


def test_the_first_rows_do_not_count_and_are_at_most_750() -> None:
    assert probation(4032) == 604
    assert probation(5000) == 750
    assert probation(15902) == 750


def test_the_sigmoid_is_that_of_the_description() -> None:
    assert scaled_sigmoid(-1) == pytest.approx(0.98661, abs=1e-5)
    assert scaled_sigmoid(-0.5) == pytest.approx(0.84828, abs=1e-5)
    assert scaled_sigmoid(0) == 0
    assert scaled_sigmoid(1) == pytest.approx(-0.98661, abs=1e-5)
    assert scaled_sigmoid(3) == -1


def test_silence_is_0_and_the_first_row_of_each_window_alone_is_100() -> None:
    spans = (Span(300, 349), Span(600, 649))

    for profile in PROFILES:
        assert score(1000, spans, [], profile).normalised == 0
        assert score(1000, spans, [300, 600], profile).normalised == pytest.approx(100)


def test_a_series_without_windows_has_no_score_but_its_false_rows_cost() -> None:
    points = score(1000, (), [500, 700], STANDARD)

    assert points.normalised is None
    assert points.raw == pytest.approx(-0.22)


def test_one_window_found_halfway_one_missed_and_one_false_row() -> None:
    # By hand: of 100 rows, the 50th is 50 rows before the right edge's successor: -0.5.
    spans = (Span(200, 299), Span(600, 699))
    halfway = 0.8482836 / 0.9866143

    standard = score(1000, spans, [180, 250], STANDARD)
    low_fp = score(1000, spans, [180, 250], LOW_FALSE_POSITIVES)
    low_fn = score(1000, spans, [180, 250], LOW_FALSE_NEGATIVES)

    assert standard.raw == pytest.approx(halfway - 1 - 0.11)
    assert standard.normalised == pytest.approx(100 * (halfway + 1 - 0.11) / 4)
    assert low_fp.normalised == pytest.approx(100 * (halfway + 1 - 0.22) / 4)
    assert low_fn.normalised == pytest.approx(100 * (halfway + 2 - 0.11) / 6)


def test_only_the_earliest_detection_in_a_window_counts() -> None:
    spans = (Span(300, 399),)

    assert score(1000, spans, [320, 321, 390], STANDARD) == score(1000, spans, [320], STANDARD)


def test_a_false_row_right_behind_a_window_costs_little_and_far_behind_all() -> None:
    spans = (Span(300, 399),)

    near = score(2000, spans, [300, 401], STANDARD).raw
    far = score(2000, spans, [300, 1500], STANDARD).raw

    assert near == pytest.approx(1 + 0.11 * scaled_sigmoid(2 / 99))
    assert far == pytest.approx(1 - 0.11)
    assert far < near < 1


def test_what_is_detected_in_the_probation_neither_earns_nor_costs() -> None:
    assert score(1000, (Span(300, 349),), [10, 149], STANDARD).normalised == 0
    assert score(1000, (Span(100, 120),), [], STANDARD).normalised is None


def test_a_window_cut_by_the_probation_earns_by_where_it_is_found() -> None:
    points = score(1000, (Span(100, 199),), [120, 150], STANDARD)

    assert points.raw == pytest.approx(worth(150, Span(100, 199)))


def per_row(rows: int, spans: Sequence[Span], detected: Sequence[int], profile: Profile) -> float:
    """The same, the other way round: a worth for every row, then the best of each window."""
    worths = []
    for row in range(rows):
        own = [s for s in spans if s.first <= row <= s.last]
        if own:
            place = (row - own[0].last - 1) / (own[0].last - own[0].first + 1)
            worths.append(profile.hit * math.tanh(-2.5 * place) / math.tanh(2.5))
            continue
        ends = [s for s in spans if s.last < row]
        if not ends or ends[-1].last == ends[-1].first:
            worths.append(-profile.false)
            continue
        place = (row - ends[-1].last) / (ends[-1].last - ends[-1].first)
        worths.append(profile.false * (-1 if place >= 3 else math.tanh(-2.5 * place)))
    counted = {row for row in detected if row >= probation(rows)}
    total = sum(worths[row] for row in counted if not any(s.first <= row <= s.last for s in spans))
    for span in spans:
        if span.last < probation(rows):
            continue
        hits = [worths[row] for row in range(span.first, span.last + 1) if row in counted]
        total += max(hits, default=-profile.miss)
    return total


@given(data=st.data(), rows=st.integers(50, 400))
def test_a_second_way_of_adding_up_agrees(data: st.DataObject, rows: int) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, rows - 1), max_size=8)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    detected = sorted(data.draw(st.sets(st.integers(0, rows - 1), max_size=40)))

    for profile in PROFILES:
        assert score(rows, spans, detected, profile).raw == pytest.approx(
            per_row(rows, spans, detected, profile)
        )


def test_points_of_several_series_are_pooled_before_they_are_normalised() -> None:
    found = score(1000, (Span(300, 349),), [300], STANDARD)
    missed = score(1000, (Span(300, 349), Span(700, 749)), [], STANDARD)

    assert (NOTHING + found + missed).normalised == pytest.approx(100 / 3)
