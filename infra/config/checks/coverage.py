"""Checks of schedules and business hours: who is on call in the days ahead, and who never."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from chalicelib.domain.schedule import Gap, OnCallSchedule, OverrideKind
from infra.config.build import hours_of, schedule_of
from infra.config.build.schedule import shift_days_of
from infra.config.checks.parts import Finding, Parts
from infra.config.oncall import ScheduleSetting
from infra.config.opening import HoursSetting
from infra.config.times import by_day

AHEAD = timedelta(days=14)
"""How far ahead gaps are looked for."""


def faults(parts: Parts) -> Iterator[Finding]:
    """Schedules that name nobody at all."""
    for name, setting in parts.schedules.items():
        schedule = schedule_of(name, setting)
        shifts = schedule.shifts(parts.now, parts.now + AHEAD)
        if all(shift.responder is None for shift in shifts):
            gap = Gap(starts_at=parts.now, ends_at=parts.now + AHEAD)
            yield (
                ("schedules", name, "rotations"),
                f"nobody is on call in the next 14 days; {_remedy(schedule, gap, parts.now)}",
            )


def doubts(parts: Parts) -> Iterator[Finding]:
    """Gaps, which fall to the fallback, and exceptions without effect."""
    for name, setting in parts.schedules.items():
        schedule = schedule_of(name, setting)
        yield from _gaps(name, schedule, parts)
        yield from _exceptions(name, schedule)
        yield from _rotations(name, setting)
    used = {policy.hours for policy in parts.policies.values()}
    if parts.answering:
        used |= {parts.answering.hours}
    for name, hours in parts.hours.items():
        if name not in used:
            yield ("hours", name), "is in no policy, so nothing goes by it"
        yield from _hours(name, hours, parts.now)


def _gaps(name: str, schedule: OnCallSchedule, parts: Parts) -> Iterator[Finding]:
    gaps = schedule.gaps(parts.now, parts.now + AHEAD)
    if not gaps:
        return
    first = gaps[0]
    more = f" (and {len(gaps) - 1} more in the next 14 days)" if len(gaps) > 1 else ""
    yield (
        ("schedules", name, "rotations"),
        f"nobody is on call from {_wall(first.starts_at, schedule)} to "
        f"{_wall(first.ends_at, schedule)} {schedule.zone}{more}, so "
        f"{parts.role('fallback') or 'the fallback'} is paged then; "
        f"{_remedy(schedule, first, parts.now)}",
    )


def _remedy(schedule: OnCallSchedule, gap: Gap, now: datetime) -> str:
    earlier = gap.starts_at.astimezone(ZoneInfo(schedule.zone)).date() - timedelta(days=1)
    if not schedule.rotations:
        return f"add a rotation with starts_on: {earlier}"
    if gap.starts_at <= now and any(turn.starts_on > earlier for turn in schedule.rotations):
        return f"set starts_on to {earlier} or earlier, or add a rotation"
    if any(turn.ends_on for turn in schedule.rotations):
        return "move ends_on, or add a rotation that follows"
    return "add a rotation or an override"


def _exceptions(name: str, schedule: OnCallSchedule) -> Iterator[Finding]:
    known = schedule.people()
    for number, override in enumerate(schedule.overrides):
        is_removal = override.kind is OverrideKind.REMOVE
        meant = override.responder if is_removal else override.instead_of
        if meant is not None and meant not in known:
            setting = "remove" if is_removal else "instead_of"
            yield (
                ("schedules", name, "overrides", number, setting),
                f"is {meant}, whom this schedule never names, so nothing changes",
            )
    for number, temporary in enumerate(schedule.temporaries):
        for place, shift in enumerate(temporary.shifts):
            if shift.starts_at < temporary.starts_at or shift.ends_at > temporary.ends_at:
                yield (
                    ("schedules", name, "temporary", number, "shifts", place),
                    "is not wholly within the time around it; what is outside counts for nothing",
                )


def _rotations(name: str, setting: ScheduleSetting) -> Iterator[Finding]:
    for number, turn in enumerate(setting.rotations):
        counted = len({day for days in turn.weekdays for day in days}) or 7
        days = shift_days_of(turn)
        if turn.shift_hours is None and counted < 7 and counted < days and days % counted:
            yield (
                ("schedules", name, "rotations", number, "shift_days"),
                f"is {days}, and {counted} days of a week count, so handoffs wander through the "
                f"week; {counted} is a week",
            )


def _hours(name: str, setting: HoursSetting, now: datetime) -> Iterator[Finding]:
    hours = hours_of(name, setting, now=now)
    today = now.astimezone(ZoneInfo(setting.zone)).date()
    if setting.holidays and hours.known_until:
        where = ("hours", name, "holidays", "country")
        if not any(holiday.day >= today for holiday in hours.closed_on):
            yield (
                where,
                "has no public holidays in the years ahead, as far as is known; list them in "
                "closed_on",
            )
        elif hours.known_until < date(today.year + 1, 12, 31):
            yield (
                where,
                f"announces its holidays late: they are known until {hours.known_until}; apply "
                "the file again with a newer release by then, or list them in closed_on",
            )
    for day, spans in by_day(setting.open):
        times = sorted((span.opens, span.closes) for span in spans)
        for (_, closes), (opens, _) in pairwise(times):
            if opens < closes:
                short = day.name[:3].lower()
                yield (
                    ("hours", name, "open"),
                    f"opens {short} at {opens:%H:%M} before it has closed at {closes:%H:%M}",
                )


def _wall(moment: datetime, schedule: OnCallSchedule) -> str:
    return moment.astimezone(ZoneInfo(schedule.zone)).strftime("%a %Y-%m-%d %H:%M")
