"""What is normal at an hour of the week, and how it is learned."""

from dataclasses import replace
from math import sqrt

from chalicelib.domain.crowd.baseline import HOURS_OF_DAY, Baseline, Shape

LEVEL_BUCKETS = 1008.0
"""The level forgets over half a week: slow drift is followed, a mob of an evening is not."""

DAY_BUCKETS = 4.0 * 7 * 12
WEEK_BUCKETS = 6.0 * 12
"""An hour of the day forgets over four weeks, an hour of the week over six."""

DOUBT_BUCKETS = 24.0
DOUBT_POSTS = 4.0
"""An hour's own figure counts half when it stands on so much evidence."""

CLIP = 3.0
"""Standard deviations above normal up to which a bucket teaches: a mob teaches nearly nothing."""

LEAST_HEARD = 1e-3


def factor(baseline: Baseline, hour_of_week: int) -> float:
    """How many times the level is normal at this hour."""
    doubt = DOUBT_BUCKETS * baseline.level + DOUBT_POSTS
    day = _leaning(baseline.day, hour_of_week % HOURS_OF_DAY, 1.0, doubt)
    # Sums of older, lower levels would otherwise pass the drift on to the shape, for weeks.
    drift = _leaning_all(baseline.day, doubt)
    return _leaning(baseline.week, hour_of_week, day, doubt) / drift


def learned(baseline: Baseline, hour_of_week: int, count: float) -> Baseline:
    """The level and the shape of the week after one more known bucket."""
    level = baseline.level
    times = factor(baseline, hour_of_week)
    normal = level * times
    dispersion = baseline.tails[0].dispersion + baseline.doubt
    count = min(count, normal + CLIP * sqrt(normal + dispersion * normal * normal) + 1)
    keep = 1 - 1 / LEVEL_BUCKETS
    return replace(
        baseline,
        age=baseline.age + 1,
        heard=max(baseline.heard * keep + count, LEAST_HEARD),
        exposure=baseline.exposure * keep + times,
        day=_with(baseline.day, hour_of_week % HOURS_OF_DAY, count, level, DAY_BUCKETS),
        week=_with(baseline.week, hour_of_week, count, level, WEEK_BUCKETS),
    )


def _leaning(shape: Shape, hour: int, parent: float, doubt: float) -> float:
    return (shape.heard[hour] + doubt * parent) / (shape.expected[hour] + doubt)


def _leaning_all(shape: Shape, doubt: float) -> float:
    doubts = len(shape.heard) * doubt
    return (sum(shape.heard) + doubts) / (sum(shape.expected) + doubts)


def _with(shape: Shape, hour: int, count: float, level: float, memory: float) -> Shape:
    keep = 1 - 1 / memory
    heard, expected = shape.heard, shape.expected
    return Shape(
        (*heard[:hour], heard[hour] * keep + count, *heard[hour + 1 :]),
        (*expected[:hour], expected[hour] * keep + level, *expected[hour + 1 :]),
    )
