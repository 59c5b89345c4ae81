"""Figures of merit, against cases worked by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluate.metrics import (
    f1,
    macro,
    precision,
    recall,
    recall_at,
    recall_at_interval,
    wilson,
)

LABELS = ["a", "a", "a", "b", "b", "c"]
FOUND = ["a", "a", "b", "b", "c", "c"]


def test_recall_precision_and_f1_by_hand() -> None:
    assert recall(LABELS, FOUND, "a") == pytest.approx(2 / 3)
    assert precision(LABELS, FOUND, "a") == 1
    assert f1(LABELS, FOUND, "a") == pytest.approx(0.8)
    assert recall(LABELS, FOUND, "b") == pytest.approx(0.5)
    assert macro([recall(LABELS, FOUND, kind) for kind in "abc"]) == pytest.approx(13 / 18)


def test_what_does_not_occur_has_no_figure() -> None:
    assert recall(LABELS, FOUND, "d") is None
    assert f1(LABELS, FOUND, "d") is None
    assert macro([None, 1.0]) == 1
    assert macro([None]) is None
    assert wilson(0, 0) is None
    assert recall_at([1.0], [False], 5) is None


def test_wilsons_interval_as_published() -> None:
    # 81 of 263: 0.2553 to 0.3662 (R. G. Newcombe, Statistics in Medicine 17, 1998, table I)
    low, high = wilson(81, 263) or (0.0, 0.0)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_recall_at_allows_so_many_false_pages_and_no_more() -> None:
    others = [float(number) for number in range(1000)]
    urgent = [999.5, 996.5, 995.5, 990.0, 3.0]
    values = others + urgent
    marks = [False] * 1000 + [True] * 5
    assert recall_at(values, marks, 0) == pytest.approx(1 / 5)
    assert recall_at(values, marks, 5) == pytest.approx(3 / 5)
    assert recall_at(values, marks, 1000) == 1


def test_what_stands_on_the_line_is_not_woken_for() -> None:
    assert recall_at([5.0, 5.0, 4.0], [True, False, False], 0) == 0


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=60),
    st.floats(0, 100),
    st.floats(0, 100),
)
def test_more_false_pages_never_find_less(
    posts: list[tuple[float, bool]], one: float, other: float
) -> None:
    values, marks = [value for value, _ in posts], [mark for _, mark in posts]
    less = recall_at(values, marks, min(one, other))
    more = recall_at(values, marks, max(one, other))
    assert (less is None) == (more is None) == (True not in marks)
    assert less is None or more is None or less <= more


def test_an_interval_holds_its_figure_and_is_the_same_on_every_run() -> None:
    values = [math.sin(number) + (number % 7 == 0) for number in range(700)]
    marks = [number % 7 == 0 for number in range(700)]
    first, again = (recall_at_interval(values, marks, 20) for _ in range(2))
    assert first == again
    found = recall_at(values, marks, 20)
    assert first is not None
    assert found is not None
    assert first[0] <= found <= first[1]
