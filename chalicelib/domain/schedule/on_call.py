"""Rotations, temporary schedules and overrides put together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise

from chalicelib.domain.schedule.exceptions import Override, OverrideKind, TemporarySchedule
from chalicelib.domain.schedule.names import ResponderId
from chalicelib.domain.schedule.rotation import Rotation
from chalicelib.domain.schedule.wall import FAR, reading, zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time `[starts_at, ends_at)` in which a schedule names nobody."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A time `[starts_at, ends_at)` in which the same people are on call."""

    responder: ResponderId | None
    """The one; None in a gap."""
    starts_at: datetime
    ends_at: datetime
    also: tuple[ResponderId, ...] = ()
    """Who is on call beside the one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallSchedule:
    """Who is on call in one zone: overrides, then temporary schedules, then rotations.

    Of each the one listed first wins. In full, at an instant:

    1. Layers name people in this order: overrides that replace whoever is on call; the first
       temporary schedule that is in force, or else the rotations.
    2. Somebody in whose place an override puts another (`instead_of`) hands on to that one,
       who may hand on likewise. It ends before anybody comes a second time: two who have
       swapped stand in for each other.
    3. Who is removed is never named. If that leaves a place without anybody, the next layer's
       place is taken; if no layer is left, there is a gap.
    4. Who is added is on call beside the one, or alone in a gap. They too may have handed on.
    """

    name: str
    zone: str
    """IANA name, such as `Europe/Vienna`."""
    rotations: tuple[Rotation, ...] = ()
    overrides: tuple[Override, ...] = ()
    temporaries: tuple[TemporarySchedule, ...] = ()
    owner: ResponderId | None = None
    """Who hears of gaps; None: the lead."""
    announce: timedelta = timedelta(0)
    """How long before a shift who comes on and who goes off are told; zero: not at all."""

    def on_call(self, at: datetime) -> ResponderId | None:
        """The one responder at the instant `at` (aware), or None in a gap."""
        return next(iter(self.everyone_on_call(at)), None)

    def everyone_on_call(self, at: datetime) -> tuple[ResponderId, ...]:
        """The one at the instant `at` (aware), then those added; none twice, empty in a gap."""
        active = tuple(one for one in self.overrides if one.covers(at))
        if not active:
            return next(((name,) for name in self._layers(at)), ())
        for_whoever = (
            one.responder
            for one in active
            if one.kind is OverrideKind.REPLACE and one.instead_of is None
        )
        layers = chain(for_whoever, self._layers(at))
        first = next(filter(None, (_stand_in(name, active) for name in layers)), None)
        added = (_stand_in(one.responder, active) for one in active if one.kind is OverrideKind.ADD)
        return tuple(dict.fromkeys(filter(None, (first, *added))))

    def shifts(self, starts_at: datetime, ends_at: datetime) -> tuple[Shift, ...]:
        """Who is on call throughout `[starts_at, ends_at)`, oldest first, without a hole.

        Each is as long as it can be: neighbours differ.
        """
        if ends_at <= starts_at:
            return ()
        near = self._within(starts_at, ends_at)
        found: list[Shift] = []
        edges = [starts_at, *near.changes(starts_at, ends_at), ends_at]
        for begin, end in pairwise(edges):
            people = near.everyone_on_call(begin)
            one, also = next(iter(people), None), people[1:]
            if found and (found[-1].responder, found[-1].also) == (one, also):
                found[-1] = replace(found[-1], ends_at=end)
            else:
                found.append(Shift(responder=one, starts_at=begin, ends_at=end, also=also))
        return tuple(found)

    def gaps(self, starts_at: datetime, ends_at: datetime) -> tuple[Gap, ...]:
        """Every stretch of `[starts_at, ends_at)` in which nobody is on call, oldest first."""
        return tuple(
            Gap(starts_at=shift.starts_at, ends_at=shift.ends_at)
            for shift in self.shifts(starts_at, ends_at)
            if shift.responder is None
        )

    def changes(self, starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
        """Instants in `(starts_at, ends_at)` at which who is on call may change, in order."""
        zone = zone_named(self.zone)
        first = reading(starts_at, zone).wall - FAR
        last = reading(ends_at, zone).wall + FAR
        instants = {at for one in self.rotations for at in one.changes(first, last, zone)}
        spans = chain(
            self.overrides, self.temporaries, *(temporary.shifts for temporary in self.temporaries)
        )
        for one in spans:
            instants |= {one.starts_at.astimezone(UTC), one.ends_at.astimezone(UTC)}
        yield from sorted(at for at in instants if starts_at < at < ends_at)

    def people(self) -> tuple[ResponderId, ...]:
        """Everybody who may ever be named, each once, in the order of the configuration."""
        turns = (name for one in self.rotations for name in one.responders)
        temporary = (shift.responder for one in self.temporaries for shift in one.shifts)
        stand_ins = (one.responder for one in self.overrides if one.kind is not OverrideKind.REMOVE)
        return tuple(dict.fromkeys(chain(turns, temporary, stand_ins)))

    def _layers(self, at: datetime) -> Iterator[ResponderId]:
        """Whom temporary schedules or rotations name, the one that wins first."""
        for temporary in self.temporaries:
            if temporary.covers(at):
                yield from (one.responder for one in temporary.shifts if one.covers(at))
                return
        now = reading(at, zone_named(self.zone))
        for rotation in self.rotations:
            if (name := rotation.responder_at(now)) is not None:
                yield name

    def _within(self, starts_at: datetime, ends_at: datetime) -> "OnCallSchedule":
        """The same for this time, without the exceptions of other times."""
        return replace(
            self,
            overrides=tuple(one for one in self.overrides if one.touches(starts_at, ends_at)),
            temporaries=tuple(one for one in self.temporaries if one.touches(starts_at, ends_at)),
        )


def _stand_in(
    name: ResponderId, active: tuple[Override, ...], before: tuple[ResponderId, ...] = ()
) -> ResponderId | None:
    """Who is on call in the place of `name`; None when everybody for it is removed.

    `before` have handed the place on already.
    """
    passed = (*before, name)
    onward = [
        one.responder
        for one in active
        if one.kind is OverrideKind.REPLACE
        and one.instead_of == name
        and one.responder not in passed
    ]
    if onward:
        return next(filter(None, (_stand_in(one, active, passed) for one in onward)), None)
    is_removed = any(one.kind is OverrideKind.REMOVE and one.responder == name for one in active)
    return None if is_removed else name
