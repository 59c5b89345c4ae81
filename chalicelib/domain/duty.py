"""Duties: how long one person is on call without a break, whoever is beside them.

A schedule's shifts change whenever anybody does; who holds the phone asks only for their own.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from chalicelib.domain.schedule import OnCallSchedule, ResponderId

SHORTEST = timedelta(hours=2)
"""A duty, or a pause between two, that is shorter than this is not worth a word."""

DAY_BEGINS, DAY_ENDS, EVENING = time(8), time(21), time(20)
"""Notices that can wait are told by day; those of the night at `EVENING`, the day before."""

LONGEST_NIGHT = timedelta(hours=13)
"""From `EVENING` to `DAY_BEGINS`, and an hour for clocks that are set back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One person on call for `[starts_at, ends_at)`."""

    responder: ResponderId
    starts_at: datetime
    ends_at: datetime
    is_gap: bool = False
    """Whether nobody is named and it falls to them as the fallback."""


def duties(
    schedule: OnCallSchedule, fallback: ResponderId, starts_at: datetime, ends_at: datetime
) -> tuple[Duty, ...]:
    """Every duty within a time, cut at its ends, in the order in which they begin."""
    found: list[Duty] = []
    for shift in schedule.shifts(starts_at, ends_at):
        people = [one for one in (shift.responder, *shift.also) if one is not None]
        for id in people or [fallback]:
            found.append(
                Duty(
                    responder=id,
                    starts_at=shift.starts_at,
                    ends_at=shift.ends_at,
                    is_gap=not people,
                )
            )
    return _in_order(_joined(found, pause=timedelta(0)))


def worth_telling(found: Iterable[Duty]) -> tuple[Duty, ...]:
    """The same without short duties, and without short pauses between two of one person."""
    joined = _joined(found, pause=SHORTEST)
    return _in_order(one for one in joined if one.ends_at - one.starts_at >= SHORTEST)


def told_at(change_at: datetime, announce: timedelta, zone: str) -> datetime:
    """When somebody whose clock is in `zone` is told of a change: `announce` before it, by day.

    What would come at night comes the evening before: a shift that begins at four in the morning
    must not ring at three.
    """
    at = change_at - announce
    local = at.astimezone(ZoneInfo(zone))
    if DAY_BEGINS <= local.time() < DAY_ENDS:
        return at
    evening = local.date() - timedelta(days=local.time() < DAY_BEGINS)
    return datetime.combine(evening, EVENING, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _joined(found: Iterable[Duty], *, pause: timedelta) -> Iterator[Duty]:
    """Duties of one person put together when they touch, or are less than `pause` apart."""
    for _, group in groupby(sorted(found, key=_whose), key=lambda one: _whose(one)[:2]):
        whole: Duty | None = None
        for one in group:
            if whole is None:
                whole = one
            elif one.starts_at - whole.ends_at < pause or one.starts_at == whole.ends_at:
                whole = replace(whole, ends_at=max(whole.ends_at, one.ends_at))
            else:
                yield whole
                whole = one
        if whole is not None:
            yield whole


def _whose(one: Duty) -> tuple[ResponderId, bool, datetime]:
    return one.responder, one.is_gap, one.starts_at


def _in_order(found: Iterable[Duty]) -> tuple[Duty, ...]:
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.is_gap, one.responder)))
