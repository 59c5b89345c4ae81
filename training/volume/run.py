"""Runs the detector of the product over series as the benchmark demands: online, no look-ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.crowd import NEW, Alertness, Bucket, advance
from training.volume.series import Row

LISTENING = Alertness(deviation=3.5, posts=5, rest=288)
"""The benchmark's labels are a person's who looked at the chart: less of a deviation than what
should ring a phone, and one detection in a day, as its windows are a day or two long. The
threshold and all that is learned are the product's."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One row's score."""

    stamp: str
    score: float


def scored(rows: Sequence[Row], alertness: Alertness = LISTENING) -> Iterator[Scored]:
    """The anomaly score of each row, in [0, 1), told before the next row is seen.

    The first two rows tell the interval; the first score is 0 and the second waits for nothing.
    A row that repeats or goes back in time scores 0, as does one without a value.
    """
    baseline = NEW
    gauge = Gauge()
    for number, row in enumerate(rows):
        if number == 1:
            interval = int((row.at - rows[0].at).total_seconds())
            if interval > 0:
                baseline = replace(NEW, width=interval)
            baseline, _ = advance(baseline, Bucket(rows[0].at, gauge.reading(rows[0].value)))
        if number == 0:
            yield Scored(row.stamp, 0.0)
            continue
        baseline, surprise = advance(baseline, Bucket(row.at, gauge.reading(row.value)), alertness)
        yield Scored(row.stamp, surprise.score)


class Gauge:
    """Turns any measure into something that can be counted.

    Counts (whole numbers from 0 on) stay what they are. The first value that is none makes the
    series a measure, such as a temperature or a share of a processor: from then on it is read as
    the distance from its running mean, in tenths of its running mean distance, so that a fall is
    seen as well as a rise.
    """

    def __init__(self) -> None:
        self._seen = 0
        self._mean = 0.0
        self._distance = 0.0
        self._is_count = True

    def reading(self, value: float | None) -> float | None:
        """What to count for this value; None for none."""
        if value is None:
            return None
        if self._is_count and not (value >= 0 and value.is_integer()):
            self._is_count = False
        off = abs(value - self._mean)
        usual = self._distance
        reading = value if self._is_count else min(TENTHS * off / usual, FARTHEST) if usual else 0.0
        self._seen += 1
        gain = 1 / min(self._seen, MEMORY)
        limit = self._distance * 3 if self._seen > WARM else off
        step = max(-limit, min(limit, value - self._mean))
        self._mean += gain * step
        self._distance += gain * (min(off, limit) - self._distance)
        return reading


TENTHS = 10.0
FARTHEST = 1e4
MEMORY = 576
"""Rows: two days of five minutes."""
WARM = 24
"""Rows before a reading is clipped at three mean distances."""
