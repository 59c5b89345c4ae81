"""Is this a rise? `advance` settles a bucket for good, `judged` looks at those still open.

A bucket is settled once late posts are no longer expected (`SETTLED_AFTER`); until then its count
may still grow, so it is looked at afresh each time and nothing is learned from it. Both answer by
the same figures, so a rise seen in open buckets is seen again when they are settled: it is one
rise, and whoever opens an incident for it joins the second to the first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp

from chalicelib.domain.crowd.baseline import (
    GUESSED_POSTS,
    GUESSED_SPREAD_BUCKETS,
    NEW_TAIL,
    WINDOWS,
    Baseline,
    Bucket,
)
from chalicelib.domain.crowd.normal import learned
from chalicelib.domain.crowd.rarity import strayed, surprised
from chalicelib.domain.crowd.sighting import (
    PEAK_BUCKETS,
    Sighting,
    is_old,
    received,
    sightings,
)

BAR = 2.6
"""The rarity that makes a rise: what one window in 400 shows."""

THRESHOLD = 0.5
"""The score of what is just a rise."""

PEAK_MOST = 2 * BAR
"""The most that is remembered of a rise that is over: the greatest mob deafens to no other."""

CALM_BUCKETS = 12
"""A rise is over when nothing grave has been seen for an hour."""

SETTLED_AFTER = timedelta(minutes=30)
"""After the end of a bucket; later posts still count as mentions, no longer for the baseline."""

WEIGHTS = (0.8, 1.0, 1.0, 1.0)
"""What the rarity of each window counts for towards a rise. One bucket alone, such as a joke passed
on for five minutes, counts for less than growth that lasts."""

NEARLY = 0.999
"""How near to the bar a rarity comes that nothing grave has."""


@dataclass(frozen=True, slots=True)
class Alertness:
    """What a rise must have besides its rarity. The threshold is not among it: there is one."""

    deviation: float
    """Standard deviations above normal: what chance alone does not do in years."""
    posts: float
    """A handful is no crowd, however unusual."""
    rest: int
    """Buckets after a rise in which, as long as it goes on, only what is `again` times as rare as
    all before is another."""
    again: float = 1.5


RINGING = Alertness(deviation=5.0, posts=5, rest=72)
"""For opening incidents."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """What one bucket shows, by itself and with those before it."""

    at: datetime
    """The start of the bucket."""
    score: float
    """0 to below 1; a rise from `THRESHOLD` on. More posts never lower it."""
    is_rise: bool
    """Whether it should open an incident or join one."""
    sightings: tuple[Sighting, ...]
    """Shortest window first; empty where nothing is known."""
    strongest: Sighting | None
    """The rarest of them, of those that are grave enough for a rise if any is."""


def advance(
    baseline: Baseline, bucket: Bucket, alertness: Alertness = RINGING
) -> tuple[Baseline, Surprise]:
    """What a settled bucket shows, and the baseline that has learned from it.

    Buckets come in order of time; those left out are unknown. One that is not after the last is
    not counted again. A bucket whose count is None moves the time on and teaches nothing.
    """
    if is_old(baseline, bucket):
        return baseline, _silence(bucket.start)
    after = received(baseline, bucket)
    seen = tuple(sightings(after))
    surprise, grave = _surprise(bucket.start, seen, after, alertness)
    count = after.counts[-1]
    if count is None:
        return after, surprise
    tails = list(after.tails)
    for number, shown in seen:
        dispersion = tails[number].dispersion + baseline.doubt
        tail = strayed(tails[number], shown.observed, shown.normal, dispersion)
        tails[number] = surprised(tail, shown.deviation, baseline.age, WINDOWS[number])
    after = replace(
        after,
        tails=tuple(tails),
        peak=max(after.peak, grave),
        rested=0 if surprise.is_rise else after.rested,
        calm=0 if surprise.is_rise or (grave >= BAR and _goes_on(after, alertness)) else after.calm,
    )
    return learned(after, bucket.hour_of_week, count), surprise


def settled(
    baseline: Baseline,
    buckets: Iterable[Bucket],
    now: datetime,
    alertness: Alertness = RINGING,
) -> tuple[Baseline, tuple[Surprise, ...]]:
    """The baseline advanced by every bucket that late posts no longer change, and what each showed.

    Buckets in any order; those settled before and those still open are passed over.
    """
    surprises = []
    for bucket in sorted(buckets, key=lambda one: one.start):
        end = bucket.start.timestamp() + baseline.width
        if end + SETTLED_AFTER.total_seconds() > now.timestamp() or is_old(baseline, bucket):
            continue
        baseline, surprise = advance(baseline, bucket, alertness)
        surprises.append(surprise)
    return baseline, tuple(surprises)


def judged(
    baseline: Baseline,
    recent: Iterable[Bucket],
    now: datetime,
    alertness: Alertness = RINGING,
) -> Surprise:
    """The greatest surprise among the buckets not settled yet, the latest of equals.

    `recent` may hold settled buckets too (they are passed over) and is in any order. A bucket that
    has not ended is held against a whole one: it can be told too late by that, never too early,
    and its score only grows. Nothing is learned.
    """
    greatest = _silence(now)
    for bucket in sorted(recent, key=lambda one: one.start):
        if bucket.start > now or is_old(baseline, bucket):
            continue
        baseline = received(baseline, bucket)
        seen = tuple(sightings(baseline))
        surprise, _ = _surprise(bucket.start, seen, baseline, alertness)
        if surprise.score >= greatest.score:
            greatest = surprise
    return greatest


def sources_changed(baseline: Baseline) -> Baseline:
    """The baseline after a source was added, removed or widened: the same figure, hardly trusted.

    The level keeps its value on the evidence of half a post, so the next few buckets set it; a
    rise has to be many times as high for an hour or so. The shape of the week is kept. Windows
    begin anew: posts of the old sources cannot be held against the new ones.
    """
    share = min(1.0, GUESSED_POSTS / baseline.heard)
    tails = tuple(
        replace(
            tail,
            spread=tail.dispersion * min(tail.seen, GUESSED_SPREAD_BUCKETS),
            seen=min(tail.seen, GUESSED_SPREAD_BUCKETS),
            exceeded=min(tail.exceeded, NEW_TAIL.exceeded),
        )
        for tail in baseline.tails
    )
    return replace(
        baseline,
        age=0,
        heard=baseline.heard * share,
        exposure=baseline.exposure * share,
        tails=tails,
        counts=(),
        normals=(),
    )


def _surprise(
    at: datetime,
    seen: tuple[tuple[int, Sighting], ...],
    baseline: Baseline,
    alertness: Alertness,
) -> tuple[Surprise, float]:
    """What the windows add up to, and the weighed rarity of the rarest that is grave enough."""
    shown = tuple(one for _, one in seen)
    if not shown:
        return _silence(at), 0.0
    weighed = tuple((one, WEIGHTS[number] * one.rarity) for number, one in seen)
    grave = tuple(
        (one, rarity)
        for one, rarity in weighed
        if one.deviation >= alertness.deviation and one.observed >= alertness.posts
    )
    # Said in the window that shows it best: a mob of one bucket is not told as one of two.
    strongest = max((one for one, _ in grave or weighed), key=lambda one: one.rarity)
    if _goes_on(baseline, alertness):
        bar = max(BAR, alertness.again * baseline.peak)
    else:
        remembered = PEAK_MOST * exp(-baseline.rested / PEAK_BUCKETS)
        bar = max(BAR, min(baseline.peak, remembered))
    rarest = max(rarity for _, rarity in grave) if grave else 0.0
    is_rise = rarest >= bar
    # What is not grave comes close to the threshold and never reaches it.
    nearly = min(max(rarity for _, rarity in weighed) / bar, NEARLY)
    height = max(rarest / bar, nearly)
    return Surprise(at, height / (height + 1), is_rise, shown, strongest), rarest


def _goes_on(baseline: Baseline, alertness: Alertness) -> bool:
    """Whether the last rise is not over."""
    return baseline.rested <= alertness.rest or baseline.calm <= CALM_BUCKETS


def _silence(at: datetime) -> Surprise:
    return Surprise(at, 0.0, False, (), None)
