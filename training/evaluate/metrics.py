"""Figures of merit for labelled posts."""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

Z95 = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""

RESAMPLES = 1_000


def recall(labels: Sequence[T], found: Sequence[T], kind: T) -> float | None:
    """Share of what is `kind` that was found to be; None when nothing is."""
    of_kind = [given for label, given in zip(labels, found, strict=True) if label == kind]
    return sum(given == kind for given in of_kind) / len(of_kind) if of_kind else None


def precision(labels: Sequence[T], found: Sequence[T], kind: T) -> float | None:
    """Share of what was found to be `kind` that is; None when nothing was."""
    return recall(found, labels, kind)


def f1(labels: Sequence[T], found: Sequence[T], kind: T) -> float | None:
    """Harmonic mean of precision and recall; None when nothing is or was found to be `kind`."""
    both = sum(kind == a == b for a, b in zip(labels, found, strict=True))
    either = sum(a == kind for a in labels) + sum(b == kind for b in found)
    return 2 * both / either if either else None


def macro(values: Sequence[float | None]) -> float | None:
    """Plain mean over the kinds that occur; None when none does."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """95 % interval of a share, by Wilson's score (E. B. Wilson, 1927); None of nothing."""
    if not of:
        return None
    share, square = hits / of, Z95 * Z95
    centre = (share + square / (2 * of)) / (1 + square / of)
    spread = math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    half = Z95 / (1 + square / of) * spread
    return max(0.0, centre - half), min(1.0, centre + half)


def recall_at(values: Sequence[float], is_urgent: Sequence[bool], per_1000: float) -> float | None:
    """Share of the urgent posts above the line at which the others give so many false pages.

    The line is the lowest at which at most `per_1000` of a thousand posts that are not urgent
    are above it; posts that stand exactly on it are not counted. None without urgent posts.
    """
    urgent = [value for value, is_one in zip(values, is_urgent, strict=True) if is_one]
    others = sorted(
        (value for value, is_one in zip(values, is_urgent, strict=True) if not is_one), reverse=True
    )
    if not urgent:
        return None
    allowed = math.floor(per_1000 * len(others) / 1000 + 1e-9)
    line = others[allowed] if allowed < len(others) else -math.inf
    return sum(value > line for value in urgent) / len(urgent)


def recall_at_interval(
    values: Sequence[float], is_urgent: Sequence[bool], per_1000: float
) -> tuple[float, float] | None:
    """95 % interval of `recall_at`, by resampling the posts of each kind; None without urgent ones.

    The same on every run.
    """
    urgent = [value for value, is_one in zip(values, is_urgent, strict=True) if is_one]
    others = [value for value, is_one in zip(values, is_urgent, strict=True) if not is_one]
    if not urgent:
        return None
    chance = random.Random(20261122)  # noqa: S311 - no secret hangs on it
    marks = [True] * len(urgent) + [False] * len(others)
    found = sorted(
        recall_at(
            chance.choices(urgent, k=len(urgent)) + chance.choices(others or [0.0], k=len(others)),
            marks,
            per_1000,
        )
        or 0.0
        for _ in range(RESAMPLES)
    )
    return found[int(0.025 * RESAMPLES)], found[int(0.975 * RESAMPLES) - 1]
