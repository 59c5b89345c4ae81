"""A baseline as text and back: what a store keeps of one series.

JSON, at most `LONGEST` characters for the sparsest and the busiest series: what has a number per
hour or bucket is kept as multiples of the level, to four digits, which shifts a score by less than
one post does. The first field is the version of the form; a text of another form is refused, and
its series begins anew.
"""

import json
from typing import Any

from chalicelib.domain.crowd.baseline import (
    HOURS_OF_DAY,
    HOURS_OF_WEEK,
    REMEMBERED,
    WINDOWS,
    Baseline,
    Shape,
    Tail,
)

VERSION = 1

LONGEST = 4096


class UnreadableBaseline(ValueError):
    """A text that is no baseline of this version."""


def written(baseline: Baseline) -> str:
    """The text to keep."""
    level = baseline.level
    return json.dumps(
        {
            "v": VERSION,
            "until": baseline.until,
            "width": baseline.width,
            "age": baseline.age,
            "level": [_full(baseline.heard), _full(baseline.exposure)],
            "day": _hours(baseline.day, level),
            "week": _hours(baseline.week, level),
            "tails": [
                [_full(x) for x in (tail.spread, tail.seen, tail.edge, tail.excess, tail.exceeded)]
                for tail in baseline.tails
            ],
            "counts": [None if count is None else _round(count, 6) for count in baseline.counts],
            "normals": _multiples(baseline.normals, level),
            "peak": _full(baseline.peak),
            "rested": baseline.rested,
            "calm": baseline.calm,
        },
        separators=(",", ":"),
        allow_nan=False,
    )


def read(text: str) -> Baseline:
    """The baseline kept. Raises UnreadableBaseline."""
    try:
        kept: dict[str, Any] = json.loads(text, parse_constant=_refused)
        if kept["v"] != VERSION:
            raise UnreadableBaseline(f"is of version {kept['v']}, not {VERSION}")
        heard, exposure = map(float, kept["level"])
        if not (heard > 0 and exposure > 0):
            raise UnreadableBaseline("has no level")
        level = heard / exposure
        baseline = Baseline(
            until=None if kept["until"] is None else int(kept["until"]),
            width=int(kept["width"]),
            age=int(kept["age"]),
            heard=heard,
            exposure=exposure,
            day=_shape(kept["day"], HOURS_OF_DAY, level),
            week=_shape(kept["week"], HOURS_OF_WEEK, level),
            tails=tuple(Tail(*map(float, tail)) for tail in kept["tails"]),
            counts=tuple(None if one is None else float(one) for one in kept["counts"]),
            normals=tuple(level * float(one) for one in kept["normals"]),
            peak=float(kept["peak"]),
            rested=int(kept["rested"]),
            calm=int(kept["calm"]),
        )
    except UnreadableBaseline:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableBaseline(f"is no baseline: {error!r}") from None
    if (
        len(baseline.tails) != len(WINDOWS)
        or len(baseline.counts) != len(baseline.normals)
        or len(baseline.counts) > REMEMBERED
        or baseline.width <= 0
    ):
        raise UnreadableBaseline("has not the numbers a baseline has")
    return baseline


def _shape(kept: Any, hours: int, level: float) -> Shape:
    heard, expected = (tuple(level * float(one) for one in numbers) for numbers in kept)
    if len(heard) != hours or len(expected) != hours:
        raise UnreadableBaseline(f"has not {hours} hours")
    return Shape(heard, expected)


def _hours(shape: Shape, level: float) -> list[list[float | int]]:
    return [_multiples(shape.heard, level), _multiples(shape.expected, level)]


def _multiples(numbers: tuple[float, ...], level: float) -> list[float | int]:
    return [_round(round(number / level, 3), 4) for number in numbers]


def _full(number: float) -> float | int:
    return _round(number, 8)


def _round(number: float, digits: int) -> float | int:
    rounded = float(f"{number:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
