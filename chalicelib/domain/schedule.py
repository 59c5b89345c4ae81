"""Who is on call, at an instant.

A rotation hands the pager over at a wall-clock time of its zone. Which shift an instant
belongs to is decided by comparing *instants*: the day's handoff is turned into UTC first,
so that the hour that clocks repeat or skip never gives the pager back to yesterday's
responder.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NewType
from zoneinfo import ZoneInfo

ResponderId = NewType("ResponderId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Responders who take turns, each for `shift_days` days, from one handoff to another."""

    responders: tuple[ResponderId, ...]
    starts_on: date
    """Day of the first handoff, in the schedule's zone."""
    ends_on: date | None = None
    """Day of the last handoff, after which nobody is on call by this rotation."""
    handoff: time = time(9)
    """Wall-clock time of the handoff, in the schedule's zone."""
    shift_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person in another's place for `[starts_at, ends_at)`."""

    responder: ResponderId
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time `[starts_at, ends_at)` in which a schedule names nobody."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallSchedule:
    """Rotations and overrides in one zone; overrides win, then the rotation listed first."""

    name: str
    zone: str
    """IANA name, such as `Europe/Vienna`."""
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()

    def on_call(self, at: datetime) -> ResponderId | None:
        """The one responder at the instant `at` (aware), or None in a gap."""
        for override in self.overrides:
            if override.covers(at):
                return override.responder
        for rotation in self.rotations:
            if (number := shift_number(rotation, self.zone, at)) is not None:
                return rotation.responders[number % len(rotation.responders)]
        return None

    def changes(self, starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
        """Instants in `(starts_at, ends_at)` at which the answer of `on_call` may change."""
        instants: set[datetime] = set()
        for override in self.overrides:
            instants |= {override.starts_at.astimezone(UTC), override.ends_at.astimezone(UTC)}
        first = starts_at.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1)
        last = ends_at.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1)
        for rotation in self.rotations:
            day = first
            while day <= last:
                instants.add(handoff_at(rotation, self.zone, day))
                day += timedelta(days=1)
        yield from sorted(at for at in instants if starts_at < at < ends_at)

    def gaps(self, starts_at: datetime, ends_at: datetime) -> tuple[Gap, ...]:
        """Every stretch of `[starts_at, ends_at)` in which nobody is on call, oldest first."""
        found: list[Gap] = []
        edges = [starts_at, *self.changes(starts_at, ends_at), ends_at]
        for begin, end in pairwise(edges):
            if begin == end or self.on_call(begin) is not None:
                continue
            if found and found[-1].ends_at == begin:
                found[-1] = Gap(starts_at=found[-1].starts_at, ends_at=end)
            else:
                found.append(Gap(starts_at=begin, ends_at=end))
        return tuple(found)


def handoff_at(rotation: Rotation, zone: str, day: date) -> datetime:
    """The instant (UTC) of the handoff on `day`.

    A wall time that the clocks skip is read with the offset before the jump, one that they
    repeat is its first occurrence (PEP 495, fold=0): each day has exactly one handoff.
    """
    local = datetime.combine(day, rotation.handoff, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def shift_number(rotation: Rotation, zone: str, at: datetime) -> int | None:
    """How many shifts of `rotation` were complete at `at`; None where it names nobody."""
    # Begin a day ahead: where clocks go back across midnight, a date comes twice, and its
    # handoff may already have been.
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while at < handoff_at(rotation, zone, day):
        day -= timedelta(days=1)
    if day < rotation.starts_on:
        return None
    if rotation.ends_on is not None and day >= rotation.ends_on:
        return None
    return (day - rotation.starts_on).days // rotation.shift_days
