"""When the crowd opens an incident: its baseline told from its counts, gaps and changes heeded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from chalicelib.domain.crowd import (
    BUCKET,
    NEW,
    RINGING,
    SETTLED_AFTER,
    Baseline,
    Bucket,
    Surprise,
    judged,
    read,
    settled,
    sources_changed,
    written,
)
from chalicelib.domain.tally import KEPT, Count, bucket_of, instant_of

MISSED = timedelta(minutes=15)
"""So long after the last successful pull of any of its sources nobody is listening to a brand."""

REST = RINGING.rest * BUCKET
"""So long after a surge was told another must be greater to be told."""

SAVED_EVERY = timedelta(hours=1)
"""How often a series is written though nothing happens."""

GAPS = 20
"""Stretches without listening that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which nobody was listening."""

    starts_at: datetime
    ends_at: datetime | None = None
    """None while it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """When nobody was listening to a brand, of late."""

    gaps: tuple[Gap, ...] = ()
    """Oldest first."""
    version: int = 0

    def heard(self, at: datetime) -> bool:
        """Whether somebody was listening at an instant."""
        return not any(
            gap.starts_at <= at and (gap.ends_at is None or at < gap.ends_at) for gap in self.gaps
        )

    def caught_up(self, posted: Iterable[datetime], *, now: datetime) -> "Listening":
        """With each gap that is over ending where the posts that came in for it begin."""
        known = sorted(posted)
        gaps = []
        for gap in self.gaps:
            over = gap.ends_at
            if over is not None and over <= now:
                over = next((at for at in known if gap.starts_at <= at < over), over)
            gaps.append(replace(gap, ends_at=over))
        return replace(self, gaps=tuple(gaps))

    def updated(self, heard_at: datetime | None, *, now: datetime) -> "Listening":
        """With what is known now; `heard_at` is the last successful pull of any source.

        The same value when nothing has changed.
        """
        is_deaf = heard_at is None or now - heard_at > MISSED
        was_deaf = bool(self.gaps) and self.gaps[-1].ends_at is None
        if is_deaf == was_deaf:
            return self
        if is_deaf:
            gaps = (*self.gaps, Gap(starts_at=heard_at or now))
        else:
            gaps = (*self.gaps[:-1], replace(self.gaps[-1], ends_at=heard_at))
        return replace(self, gaps=gaps[-GAPS:], version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is remembered of one series besides its counts."""

    baseline: str = ""
    """As `crowd.written` gives it; empty before the first."""
    sources: str = ""
    """What was listened to, as a digest: another one means that old volumes say little."""
    saved_at: datetime | None = None
    """When it was last written."""
    told_at: datetime | None = None
    """When its last surge was told."""
    rarity: float = 0.0
    """How rare that was."""
    version: int = 0

    def is_news(self, rarity: float, *, now: datetime) -> bool:
        """Whether a rise of that rarity is more than the one already told."""
        if self.told_at is None or now - self.told_at >= REST:
            return True
        return rarity >= self.rarity * RINGING.again


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """A rise that somebody must hear of."""

    words: str
    """What a tired person reads: "42 angry posts in 10 min, normally 1.4"."""
    since: datetime
    """When the window of the rise began."""
    rarity: float


def looked_at(
    watched: Watched,
    counts: Mapping[int, Count],
    listening: Listening,
    *,
    sources: str,
    zone: tzinfo,
    now: datetime,
) -> tuple[Watched, Surge | None]:
    """What a series shows now, and what is remembered of it from now on.

    `zone` is where the company lives: the baseline knows the hours of its week. The memory is the
    same value as long as nothing has happened that must be written: what settled since it was
    last written is settled again at the next look. What was posted while nobody listened is
    judged when it arrives, as long as counts are kept (`KEPT`). Raises UnreadableBaseline when
    the memory is of another release; `fresh` then begins anew.
    """
    baseline = read(watched.baseline) if watched.baseline else NEW
    is_changed = bool(watched.sources) and watched.sources != sources
    if is_changed:
        baseline = sources_changed(baseline)
    buckets = tuple(_buckets(baseline, counts, listening, zone=zone, now=now))
    held = _held_from(listening, watched.told_at, now=now)
    closed = (one for one in buckets if held is None or one.start.timestamp() < held)
    baseline, late = settled(baseline, closed, now)
    greatest = max((*late, judged(baseline, buckets, now)), key=lambda one: one.score)
    surge = _surge(greatest) if greatest.is_rise else None
    if surge is not None and not watched.is_news(surge.rarity, now=now):
        surge = None
    is_due = watched.saved_at is None or now - watched.saved_at >= SAVED_EVERY
    if not (surge or is_due or is_changed):
        return watched, None
    kept = replace(
        watched,
        baseline=written(baseline),
        sources=sources,
        saved_at=now,
        version=watched.version + 1,
    )
    if surge is not None:
        kept = replace(kept, told_at=now, rarity=surge.rarity)
    return kept, surge


def fresh(watched: Watched) -> Watched:
    """The same series with its memory lost."""
    return replace(watched, baseline="", sources="")


def _held_from(listening: Listening, told_at: datetime | None, *, now: datetime) -> int | None:
    """The Unix second from which on nothing settles yet; None when nothing is held.

    A backlog is read when listening returns, and what is settled by then could no longer ring. So
    a gap is held until it has been over for as long as late posts are waited for. Counts that are
    no longer kept are left out of it at its far end.
    """
    width = int(BUCKET.total_seconds())
    # A rise told while a gap lasts must settle: a held one would be news again once rest is over.
    told = bucket_of(told_at) + width if told_at else 0
    held = [
        max(bucket_of(gap.starts_at), told) if gap.ends_at is None else bucket_of(gap.starts_at)
        for gap in listening.gaps
        if gap.ends_at is None or now - gap.ends_at < SETTLED_AFTER
    ]
    return min(held, default=None)


def _buckets(
    baseline: Baseline,
    counts: Mapping[int, Count],
    listening: Listening,
    *,
    zone: tzinfo,
    now: datetime,
) -> Iterator[Bucket]:
    """Every bucket since the last settled one, the one that is still open included.

    Where a backlog has come in, the silence between its first post and the return is known: were
    only its posts known, usual volume would look like a rise over the long windows.
    """
    width = int(BUCKET.total_seconds())
    first = bucket_of(now - KEPT)
    if baseline.until is not None:
        first = max(first, baseline.until)
    elif counts:
        first = max(first, min(counts))
    else:
        return
    caught_up = listening.caught_up(map(instant_of, counts), now=now)
    for start in range(first, bucket_of(now) + 1, width):
        found = counts.get(start)
        at = instant_of(start)
        is_known = found is not None or caught_up.heard(at)
        posts = float(found.posts if found else 0) if is_known else None
        yield Bucket(at.astimezone(zone), posts)


def _surge(surprise: Surprise) -> Surge:
    strongest = surprise.strongest
    if strongest is None:
        raise ValueError("a rise shows in a window")
    number, _, rest = strongest.words.partition(" ")
    return Surge(
        words=f"{number} angry posts {rest}",
        since=(surprise.at + BUCKET - strongest.window).astimezone(UTC),
        rarity=strongest.rarity,
    )
