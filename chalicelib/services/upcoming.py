"""Who is on call now and over the coming weeks, by name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Desk
from chalicelib.domain.schedule import OnCallSchedule, ResponderId, Shift
from chalicelib.ports import Desks

FORESEEN = timedelta(weeks=12)
"""So far ahead the end of the present shift is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedShift:
    """A shift, with whoever stands in for a gap."""

    responder: ResponderId
    name: str
    starts_at: datetime
    ends_at: datetime
    also: tuple[str, ...]
    """Names of those on call beside them."""
    is_gap: bool
    """Whether the schedule names nobody, so that the fallback person stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallNow:
    """Who is on call at this instant."""

    responder: ResponderId
    name: str
    also: tuple[str, ...]
    until: datetime | None
    """When that changes; None when not within the 12 weeks to come."""
    is_fallback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleAhead:
    """One schedule over the coming weeks."""

    name: str
    zone: str
    owner_name: str
    """Who hears of its gaps."""
    now: OnCallNow
    shifts: tuple[NamedShift, ...]
    """From the beginning of today in the schedule's zone, without a hole."""


class Upcoming:
    """Looks ahead."""

    def __init__(self, *, desks: Desks) -> None:
        self._desks = desks

    def weeks(self, count: int, *, now: datetime) -> tuple[ScheduleAhead, ...]:
        """Every schedule of the desk, for so many weeks from today."""
        desk = self._desks.current()
        return tuple(_ahead(schedule, desk, count, now) for schedule in desk.schedules)


def _ahead(schedule: OnCallSchedule, desk: Desk, weeks: int, now: datetime) -> ScheduleAhead:
    local = now.astimezone(ZoneInfo(schedule.zone))
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    until = today + timedelta(weeks=weeks)  # on the wall: midnight again, whatever clocks do
    shifts = schedule.shifts(_utc(today, now), _utc(until, now))
    return ScheduleAhead(
        name=schedule.name,
        zone=schedule.zone,
        owner_name=_name(schedule.owner or desk.lead, desk),
        now=_now(schedule, desk, now),
        shifts=tuple(named_shift(shift, desk) for shift in shifts),
    )


def _now(schedule: OnCallSchedule, desk: Desk, now: datetime) -> OnCallNow:
    shift = schedule.shifts(now, now + FORESEEN)[0]
    named = named_shift(shift, desk)
    return OnCallNow(
        responder=named.responder,
        name=named.name,
        also=named.also,
        until=shift.ends_at if shift.ends_at < now + FORESEEN else None,
        is_fallback=named.is_gap,
    )


def named_shift(shift: Shift, desk: Desk) -> NamedShift:
    """A shift with the names of its people, the fallback person's in a gap."""
    responder = shift.responder or desk.fallback
    return NamedShift(
        responder=responder,
        name=_name(responder, desk),
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        also=tuple(_name(one, desk) for one in shift.also),
        is_gap=shift.responder is None,
    )


def _name(id: ResponderId, desk: Desk) -> str:
    found = desk.responder(id)
    return found.name if found else id


def _utc(local: datetime, like: datetime) -> datetime:
    return local.astimezone(like.tzinfo)
