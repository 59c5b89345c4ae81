"""What one series has taught us: an immutable value of constant size.

A series is the volume of negative mentions of one brand and topic, counted in buckets of five
minutes. Numbers are kept as sums with their evidence, so that "not known yet" is part of them:
a sum over little evidence leans on what stands above it (an hour of the week on the hour of the
day, that on the level of the whole series, that on a guess).
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

BUCKET = timedelta(minutes=5)

WINDOWS = (1, 2, 12, 72)
"""Buckets: 5 min, 10 min, 1 h, 6 h. Sudden growth shows in the first, slow burning in the last."""

REMEMBERED = WINDOWS[-1]

HOURS_OF_DAY = 24
HOURS_OF_WEEK = 168

GUESSED_POSTS = 0.5
GUESSED_BUCKETS = 2.0
"""A new series is taken for one with a post in four buckets, on the evidence of half a post."""

MOST = 1e9
"""Posts in a bucket: what is beyond counts as this."""

GUESSED_SPREAD = 0.5
GUESSED_SPREAD_BUCKETS = 20.0
GUESSED_EDGE = 2.0
GUESSED_EXCESS = 0.8
"""How far the crowd strays and how heavy its tail is, until the series has shown its own."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was heard in one bucket."""

    start: datetime
    """Aware, on the company's clock on the wall: it names the hour of the week. Daylight saving
    is thereby the caller's zone's affair; the order of buckets is that of the instants."""
    count: float | None
    """Posts; None when nobody was listening, which is not the same as 0."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None:
            raise ValueError("a bucket starts at an aware instant")
        if self.count is not None and not 0 <= self.count < math.inf:
            raise ValueError(f"a bucket holds 0 or more posts, not {self.count}")

    @property
    def hour_of_week(self) -> int:
        """0 for Monday 00:00 to 00:59 on the wall, 167 for Sunday 23:00."""
        return self.start.weekday() * HOURS_OF_DAY + self.start.hour


@dataclass(frozen=True, slots=True)
class Shape:
    """How hours differ from the level: posts heard and posts the level alone had expected."""

    heard: tuple[float, ...]
    expected: tuple[float, ...]

    @classmethod
    def flat(cls, hours: int) -> "Shape":
        return cls((0.0,) * hours, (0.0,) * hours)


@dataclass(frozen=True, slots=True)
class Tail:
    """How surprising this series usually is, in one window, in standard deviations."""

    spread: float
    """Sum of squared relative deviations; over `seen` it is the variance beyond Poisson's."""
    seen: float
    edge: float
    """What one bucket in fifty exceeds."""
    excess: float
    """By how much it is exceeded on average then."""
    exceeded: float
    """How often it was, up to a limit: the evidence for `excess`."""

    @property
    def dispersion(self) -> float:
        """Variance of a count beyond Poisson's, as a share of its mean squared."""
        return self.spread / self.seen


NEW_TAIL = Tail(
    spread=GUESSED_SPREAD * GUESSED_SPREAD_BUCKETS,
    seen=GUESSED_SPREAD_BUCKETS,
    edge=GUESSED_EDGE,
    excess=GUESSED_EXCESS,
    exceeded=20.0,
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All that is remembered of one series; `NEW` for one never heard."""

    until: int | None
    """Unix second at which the last settled bucket ended; None before the first."""
    width: int
    """Seconds of a bucket."""
    age: int
    """Buckets learned from since the start or since the sources changed."""
    heard: float
    """Posts, older ones fading; above 0. The fewer, the less sure is the level."""
    exposure: float
    """Buckets they were heard in, fading alike, busy hours counting for more; above 0."""
    day: Shape
    week: Shape
    tails: tuple[Tail, ...]
    """One per window."""
    counts: tuple[float | None, ...]
    """The last six hours, oldest first; None where nothing is known."""
    normals: tuple[float, ...]
    """What was expected of each of them."""
    peak: float
    """The greatest rarity of late, fading: what has just been seen surprises less."""
    rested: int
    """Buckets since the last rise, at most `LONG_AGO`."""
    calm: int
    """Buckets since something grave was last seen, rise or not, at most `LONG_AGO`."""

    @property
    def level(self) -> float:
        """Posts of an average bucket."""
        return self.heard / self.exposure

    @property
    def doubt(self) -> float:
        """How unsure the level is: the variance of its estimate as a share of its square."""
        return 1 / self.heard


LONG_AGO = 100_000

NEW = Baseline(
    until=None,
    width=int(BUCKET.total_seconds()),
    age=0,
    heard=GUESSED_POSTS,
    exposure=GUESSED_BUCKETS,
    day=Shape.flat(HOURS_OF_DAY),
    week=Shape.flat(HOURS_OF_WEEK),
    tails=(NEW_TAIL,) * len(WINDOWS),
    counts=(),
    normals=(),
    peak=0.0,
    rested=LONG_AGO,
    calm=LONG_AGO,
)
