"""The score of the Numenta Anomaly Benchmark, written from its published description.

A. Lavin and S. Ahmad, "Evaluating Real-time Anomaly Detection Algorithms - the Numenta Anomaly
Benchmark", ICMLA 2015 (arXiv:1510.03336), section "Scoring", with what version 1.1 of the public
benchmark made precise:

* the first 15 % of a series, at most 750 rows, are a probation: nothing there counts;
* a window earns by its earliest detection, by a sigmoid of where in the window it lies
  (1 at its first row, near 0 at its last), and loses the weight of a miss when it has none;
* every detected row outside all windows costs, nearly nothing right behind a window and the full
  weight far from one;
* the sum is set between silence (0) and the first row of every window alone (100).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

PROBATION_SHARE = 0.15
PROBATION_ROWS = 750
"""The share of 5,000 rows: a longer series has no longer probation."""

FAR = 3.0
"""Widths of a window behind it from which on a false row costs its full weight."""

STEEPNESS = 5.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a hit earns and what a false row and a missed window cost; all positive."""

    name: str
    hit: float
    false: float
    miss: float


STANDARD = Profile("standard", hit=1.0, false=0.11, miss=1.0)
LOW_FALSE_POSITIVES = Profile("reward_low_FP_rate", hit=1.0, false=0.22, miss=1.0)
LOW_FALSE_NEGATIVES = Profile("reward_low_FN_rate", hit=1.0, false=0.11, miss=2.0)
PROFILES = (STANDARD, LOW_FALSE_POSITIVES, LOW_FALSE_NEGATIVES)


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled window: its first and last row."""

    first: int
    last: int

    @property
    def width(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Points:
    """What the detections of one series earned under one profile."""

    raw: float
    silence: float
    perfect: float

    def __add__(self, other: "Points") -> "Points":
        return Points(
            self.raw + other.raw, self.silence + other.silence, self.perfect + other.perfect
        )

    @property
    def normalised(self) -> float | None:
        """0 for silence, 100 for perfect; None where there is no window to find."""
        reach = self.perfect - self.silence
        return 100 * (self.raw - self.silence) / reach if reach else None


NOTHING = Points(0.0, 0.0, 0.0)


def probation(rows: int) -> int:
    """How many rows at the start of a series of so many do not count."""
    return min(math.floor(PROBATION_SHARE * rows), PROBATION_ROWS)


def scaled_sigmoid(position: float) -> float:
    """From near 1 at -1 (a window's start) over 0 at 0 (its end) to -1 far behind it."""
    if position >= FAR:
        return -1.0
    return 2 / (1 + math.exp(STEEPNESS * position)) - 1


def worth(row: int, span: Span) -> float:
    """What a detection at this row of a window earns, as a share of what its first row earns."""
    position = -(span.last - row + 1) / span.width
    return scaled_sigmoid(position) / scaled_sigmoid(-1.0)


def cost(row: int, before: Span | None) -> float:
    """What a false row costs as a share of the full weight, given the last window before it."""
    if before is None or before.width == 1:
        return 1.0
    return -scaled_sigmoid((row - before.last) / (before.width - 1))


def score(rows: int, spans: Sequence[Span], detected: Sequence[int], profile: Profile) -> Points:
    """What detections at the rows `detected` (ascending) of one series of `rows` rows earn.

    `spans` are in order of time and do not overlap. A window that ends within the probation can
    neither be found nor missed.
    """
    start = probation(rows)
    counted = [span for span in spans if span.last >= start]
    raw = -profile.miss * len(counted)
    found: set[int] = set()
    for row in detected:
        if row < start:
            continue
        inside = next((i for i, s in enumerate(counted) if s.first <= row <= s.last), None)
        if inside is None:
            before = [span for span in spans if span.last < row]
            raw -= profile.false * cost(row, before[-1] if before else None)
        elif inside not in found:
            found.add(inside)
            raw += profile.miss + profile.hit * worth(row, counted[inside])
    return Points(raw, -profile.miss * len(counted), profile.hit * len(counted))
