"""What one window shows: how many were heard, how many are normal, how rare that is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from math import exp

from chalicelib.domain.crowd.baseline import (
    LONG_AGO,
    MOST,
    REMEMBERED,
    WINDOWS,
    Baseline,
    Bucket,
)
from chalicelib.domain.crowd.normal import factor
from chalicelib.domain.crowd.rarity import deviation, rarity

PEAK_BUCKETS = 576.0
"""What has been seen is forgotten over two days: the same again is no news at first."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One window that ends with the bucket judged."""

    window: timedelta
    observed: float
    """Posts in the part of it in which somebody was listening."""
    normal: float
    """Posts that are normal in that part."""
    deviation: float
    """Standard deviations above an average hour, or above this one where it is busier."""
    rarity: float
    """Tenfold steps of rareness for this series: 3 is one window in 1,000."""

    @property
    def words(self) -> str:
        """What a tired person reads: "42 in 10 min, normally 1.4"."""
        return f"{self.observed:.0f} in {_length(self.window)}, normally {_amount(self.normal)}"


def is_old(baseline: Baseline, bucket: Bucket) -> bool:
    """Whether the bucket is not after the last one remembered."""
    return _missing(baseline, bucket) < 0


def received(baseline: Baseline, bucket: Bucket) -> Baseline:
    """The baseline with the bucket as the newest it remembers; nothing is learned from it.

    Buckets left out before it are unknown. The bucket must not be old.
    """
    missing = _missing(baseline, bucket)
    lost = min(missing, REMEMBERED)
    count = None if bucket.count is None else min(bucket.count, MOST)
    normal = baseline.level * factor(baseline, bucket.hour_of_week)
    return replace(
        baseline,
        until=int(bucket.start.timestamp()) + baseline.width,
        counts=(*baseline.counts, *(None,) * lost, count)[-REMEMBERED:],
        normals=(*baseline.normals, *(0.0,) * lost, normal)[-REMEMBERED:],
        peak=baseline.peak * exp(-(missing + 1) / PEAK_BUCKETS),
        rested=min(baseline.rested + missing + 1, LONG_AGO),
        calm=min(baseline.calm + missing + 1, LONG_AGO),
    )


def sightings(baseline: Baseline) -> Iterator[tuple[int, Sighting]]:
    """For each window that is known well enough, its number in `WINDOWS` and what it shows.

    A window of which half or more is unknown shows nothing, and none does when the newest bucket
    is unknown. An hour is held against an average hour when it is quieter than that: three posts
    at four in the morning are many times normal, and no mob.
    """
    if not baseline.counts or baseline.counts[-1] is None:
        return
    for number, buckets in enumerate(WINDOWS):
        counts = baseline.counts[-buckets:]
        known = [count for count in counts if count is not None]
        if 2 * len(known) <= buckets:
            continue
        normals = baseline.normals[-buckets:]
        if len(known) < len(counts):
            normals = tuple(
                normal for normal, count in zip(normals, counts, strict=True) if count is not None
            )
        observed, normal = sum(known), sum(normals)
        tail = baseline.tails[number]
        strays = deviation(
            observed,
            max(normal, baseline.level * len(known)),
            tail.dispersion + baseline.doubt,
        )
        window = timedelta(seconds=buckets * baseline.width)
        yield number, Sighting(window, observed, normal, strays, rarity(strays, tail))


def _missing(baseline: Baseline, bucket: Bucket) -> int:
    """How many buckets lie between the last one remembered and this one; below 0 for an old one."""
    if baseline.until is None:
        return 0
    return round((int(bucket.start.timestamp()) - baseline.until) / baseline.width)


def _length(window: timedelta) -> str:
    minutes = round(window.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"{minutes} min"


def _amount(posts: float) -> str:
    if posts < 0.05:
        return "none"
    return f"{posts:.0f}" if posts >= 10 else f"{posts:.1f}".removesuffix(".0")
