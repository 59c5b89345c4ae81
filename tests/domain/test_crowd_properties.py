"""What holds for every series, however it goes."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.crowd import (
    BUCKET,
    NEW,
    Baseline,
    Bucket,
    advance,
    judged,
    read,
    sources_changed,
    written,
)
from chalicelib.domain.crowd.record import LONGEST
from tests.domain.test_crowd import DAY, MONDAY, after, end_of, rises, steady, used_to

counts = st.one_of(
    st.none(), st.integers(0, 20), st.integers(0, 10**6), st.floats(0, 1e300, allow_nan=False)
)
buckets = st.builds(
    Bucket,
    start=st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
        lambda at: at.replace(tzinfo=MONDAY.tzinfo)
    ),
    count=counts,
)
histories = st.lists(st.one_of(st.none(), st.integers(0, 50)), max_size=100)
STEADY_RATES = st.floats(math.log(0.01), math.log(200)).map(math.exp)


def numbers(baseline: Baseline) -> int:
    """How many numbers are kept."""
    hours = (baseline.day, baseline.week)
    return (
        sum(len(shape.heard) + len(shape.expected) for shape in hours)
        + 5 * len(baseline.tails)
        + len(baseline.counts)
        + len(baseline.normals)
    )


@given(st.lists(buckets, max_size=30))
def test_no_history_raises_or_leaves_what_cannot_be_kept(history: list[Bucket]) -> None:
    baseline = NEW
    for bucket in history:
        baseline, surprise = advance(baseline, bucket)
        assert 0 <= surprise.score < 1
        assert 0 <= judged(baseline, [bucket], bucket.start).score < 1
        assert len(written(baseline)) <= LONGEST
        baseline = read(written(baseline))
    assert math.isfinite(sources_changed(baseline).level)


@settings(max_examples=10, deadline=None)
@given(rate=STEADY_RATES, more=st.integers(1, 2000))
def test_a_longer_history_needs_no_more_memory(rate: float, more: int) -> None:
    baseline = used_to(rate, 100)

    longer, _ = after(baseline, steady(rate, more))

    assert numbers(longer) == numbers(baseline)
    assert len(written(longer)) <= LONGEST


@given(history=histories, count=st.integers(0, 10**6), more=st.integers(0, 10**6))
def test_more_posts_never_lower_the_score(history: list[int | None], count: int, more: int) -> None:
    baseline, _ = after(NEW, history)
    at = MONDAY + len(history) * BUCKET

    _, fewer = advance(baseline, Bucket(at, count))
    _, greater = advance(baseline, Bucket(at, count + more))

    assert greater.score >= fewer.score
    assert greater.is_rise >= fewer.is_rise


@given(
    history=histories,
    recent=st.lists(st.integers(0, 1000), min_size=1, max_size=20),
    more=st.integers(0, 10**4),
    data=st.data(),
)
def test_late_posts_never_lower_the_score(
    history: list[int | None], recent: list[int], more: int, data: st.DataObject
) -> None:
    baseline, _ = after(NEW, history)
    start = MONDAY + len(history) * BUCKET
    now = start + len(recent) * BUCKET
    open_ones = [Bucket(start + step * BUCKET, count) for step, count in enumerate(recent)]
    late = data.draw(st.integers(0, len(recent) - 1))
    later = list(open_ones)
    later[late] = replace(open_ones[late], count=recent[late] + more)

    assert judged(baseline, later, now).score >= judged(baseline, open_ones, now).score


@given(history=histories, gap=st.integers(1, 500))
def test_a_gap_teaches_nothing_whether_told_or_left_out(
    history: list[int | None], gap: int
) -> None:
    baseline, _ = after(NEW, history)

    told, _ = after(baseline, [None] * gap, MONDAY + len(history) * BUCKET)
    left_out = baseline

    assert (told.heard, told.exposure, told.age) == (
        baseline.heard,
        baseline.exposure,
        baseline.age,
    )
    assert (told.day, told.week, told.tails) == (baseline.day, baseline.week, baseline.tails)
    at = MONDAY + (len(history) + gap) * BUCKET
    _, first = advance(told, Bucket(at, 9))
    _, second = advance(left_out, Bucket(at, 9))
    if baseline.until is not None:
        assert math.isclose(first.score, second.score, rel_tol=1e-9)


@settings(max_examples=12, deadline=None)
@given(rate=STEADY_RATES, seed=st.integers(0, 10**6))
def test_a_steady_crowd_rings_at_most_in_its_first_quarter_of_an_hour(
    rate: float, seed: int
) -> None:
    """A series whose first buckets are loud cannot be told from a mob; after them, two weeks."""
    _, surprises = after(NEW, steady(rate, 14 * DAY, seed))

    assert not [number for number in rises(surprises) if number >= 3]


@settings(max_examples=25, deadline=None)
@given(
    rate=st.floats(math.log(0.01), math.log(100)).map(math.exp),
    seed=st.integers(0, 10**6),
)
def test_a_mob_of_ten_times_the_usual_is_found_within_a_quarter_of_an_hour(
    rate: float, seed: int
) -> None:
    usual = used_to(rate, 3 * DAY, seed)

    _, surprises = after(usual, steady(10 * rate + 6, 3, seed))

    assert rises(surprises)


@settings(max_examples=12, deadline=None)
@given(rate=st.floats(math.log(1.0), math.log(100)).map(math.exp), seed=st.integers(0, 10**6))
def test_growth_to_four_times_over_six_hours_is_found_before_the_eighth(
    rate: float, seed: int
) -> None:
    usual = used_to(rate, 7 * DAY, seed)
    growing = [next(steady(rate * min(4, 1 + 3 * step / 72), 1, seed + step)) for step in range(96)]

    assert rises(after(usual, growing)[1])


@settings(max_examples=12, deadline=None)
@given(
    rate=st.floats(math.log(0.1), math.log(50)).map(math.exp),
    times=st.floats(5, 50),
    seed=st.integers(0, 10**6),
)
def test_a_mob_is_forgotten_after_two_days(rate: float, times: float, seed: int) -> None:
    usual = used_to(rate, 7 * DAY, seed)
    mobbed, _ = after(usual, steady(times * rate + 6, 24, seed))

    calm, quiet = after(mobbed, steady(rate, 2 * DAY, seed + 1))
    _, again = after(calm, steady(20 * rate + 10, 4, seed + 2))

    assert not rises(quiet[12:])
    assert rises(again)
    assert end_of(calm) - end_of(usual) == timedelta(days=2, hours=2)
