"""The rhythm of a source: what it usually brings by the hour, and when its silence is strange.

Kept are 48 hours, those of a working day and those of a weekend day on the company's wall, each
with the posts heard and the time listened; older ones fade. Time is then measured in posts: a
silence is as long as the number of posts that the rhythm would have brought meanwhile, so that
a quiet night is short and a quiet noon is long. In this measure a source that speaks at random
is silent for longer than 12 once in 160,000 silences; since posts come in clumps, a silence must
also be three times as long as the longest the source itself has shown of late.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import exp

HOUR = timedelta(hours=1)
HOURS_OF_DAY = 24
SATURDAY = 5
SLOTS = 2 * HOURS_OF_DAY

FADES = timedelta(days=28)
"""What was heard so long ago counts 37 % of what is heard now."""

SILENCES_FADE = timedelta(days=56)

LEANS = 2.0
"""Hours: an hour of the week that was listened to for so long leans half on all of them."""

KNOWN_AFTER = timedelta(days=14)
KNOWN_POSTS = 30
"""Until then nothing is said of a source's rhythm."""

SILENCES_KNOWN_AFTER = timedelta(days=7)
"""Before, the hours are too little known to measure silences by."""

STRANGE = 12.0
TIMES_LONGEST = 3.0
SHORTEST = HOUR
"""A silence is strange from so many missing posts on, so many times the longest known one, and
never within the hour."""

MOB = 3.0
"""An hour teaches at most so many times what it usually brings, and three posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What one source usually brings."""

    of: str = ""
    """A digest of what was asked for: other words have another rhythm."""
    since: datetime | None = None
    """When it was first read; None before."""
    until: datetime | None = None
    """Until when it is known what it has brought."""
    spoke_at: datetime | None = None
    """When its newest post was written."""
    posts: tuple[float, ...] = (0.0,) * SLOTS
    hours: tuple[float, ...] = (0.0,) * SLOTS
    silence: float = 0.0
    """Posts that it would have brought since it last spoke, by its rhythm."""
    longest: float = 0.0
    """The longest silence of late in the same measure, fading."""
    hour: int = 0
    taught: float = 0.0
    """The hour (Unix time / 3600) in which it last brought something, and what that has taught."""

    @property
    def is_known(self) -> bool:
        """Whether two weeks and some posts have shown what is usual."""
        if self.since is None or self.until is None:
            return False
        return self.until - self.since >= KNOWN_AFTER and sum(self.posts) >= KNOWN_POSTS

    def rate(self, at: datetime, zone: tzinfo) -> float:
        """Posts an hour that are usual at an instant; 0 while nothing was heard."""
        return self._rate(_slot(at.astimezone(zone)), self._level)

    def expected(self, starts_at: datetime, ends_at: datetime, zone: tzinfo) -> float:
        """Posts that are usual between two instants."""
        level = self._level
        return sum(
            self._rate(slot, level) * hours for slot, hours in _pieces(starts_at, ends_at, zone)
        )

    def is_quiet(self, *, now: datetime) -> bool:
        """Whether it has been silent for longer than its rhythm makes believable."""
        if not self.is_known or self.spoke_at is None or now - self.spoke_at < SHORTEST:
            return False
        return self.silence >= max(STRANGE, TIMES_LONGEST * self.longest)

    @property
    def _level(self) -> float:
        """Posts an hour, all hours together."""
        listened = sum(self.hours)
        return sum(self.posts) / listened if listened else 0.0

    def _rate(self, slot: int, level: float) -> float:
        return (self.posts[slot] + LEANS * level) / (self.hours[slot] + LEANS)


NEW = Rhythm()


def learned(
    rhythm: Rhythm,
    posted: Iterable[datetime],
    *,
    of: str,
    zone: tzinfo,
    now: datetime,
    is_whole: bool = True,
    is_lost: bool = False,
) -> Rhythm:
    """The rhythm after one more reading that brought posts written at `posted`, repeated or not.

    `is_whole`: nothing is left to be read until `now`. `is_lost`: what was written since the
    reading before cannot be had any more, so that its absence says nothing. What was written
    before the first reading, or before the newest post known, teaches nothing.
    """
    if rhythm.since is None or rhythm.until is None or rhythm.of != of:
        return replace(NEW, of=of, since=now, until=now)
    after = max(rhythm.spoke_at or rhythm.since, rhythm.since)
    fresh = sorted(min(at.astimezone(UTC), now) for at in posted if at > after)
    begins = rhythm.until
    ends = max(begins, now if is_whole else max(fresh, default=begins))
    silence, longest = _silences(rhythm, fresh, begins, ends, zone, is_lost=is_lost)
    keep = exp((begins - ends) / FADES)
    posts, hours = [one * keep for one in rhythm.posts], [one * keep for one in rhythm.hours]
    if not is_lost:
        for slot, listened in _pieces(begins, ends, zone):
            hours[slot] += listened
    hour, taught = rhythm.hour, rhythm.taught
    for at in fresh:
        if int(at.timestamp()) // 3600 != hour:
            hour, taught = int(at.timestamp()) // 3600, 0.0
        if taught < MOB * rhythm.rate(at, zone) + MOB:
            posts[_slot(at.astimezone(zone))] += 1
            taught += 1
    return replace(
        rhythm,
        until=ends,
        spoke_at=fresh[-1] if fresh else rhythm.spoke_at,
        posts=tuple(map(_short, posts)),
        hours=tuple(map(_short, hours)),
        silence=_short(silence),
        longest=_short(longest * exp((begins - ends) / SILENCES_FADE)),
        hour=hour,
        taught=taught,
    )


def _silences(
    rhythm: Rhythm,
    fresh: list[datetime],
    begins: datetime,
    ends: datetime,
    zone: tzinfo,
    *,
    is_lost: bool,
) -> tuple[float, float]:
    """How long it is silent now, and the longest silence known, in posts."""
    at, silence, longest = begins, rhythm.silence, rhythm.longest
    for post in fresh:
        if not is_lost:
            silence += rhythm.expected(at, post, zone)
        if rhythm.since is not None and post - rhythm.since >= SILENCES_KNOWN_AFTER:
            longest = max(longest, silence)
        at, silence = max(at, post), 0.0
    return silence if is_lost else silence + rhythm.expected(at, ends, zone), longest


def _short(number: float) -> float:
    """Six digits are enough, and few bytes."""
    return float(f"{number:.6g}")


def _slot(local: datetime) -> int:
    return local.hour + (HOURS_OF_DAY if local.weekday() >= SATURDAY else 0)


def _pieces(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> Iterator[tuple[int, float]]:
    """Each hour on the wall between two instants: its slot and how much of it, in hours."""
    at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
    while at < ends_at:
        local = at.astimezone(zone)
        into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        until = min(ends_at, at + HOUR - into)
        yield _slot(local), (until - at) / HOUR
        at = until
