"""A year of who is on call: fifty people, ten layers of turns, swaps and holidays."""

import time as timing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

from chalicelib.domain.schedule import (
    EVERY_DAY,
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Restriction,
    Rotation,
    TemporarySchedule,
    TemporaryShift,
    Weekday,
)

YEAR = timedelta(days=365)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = tuple(ResponderId(f"responder-{number:02d}") for number in range(50))
ZONES = ("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
RUNS = 3

_MONDAY = date(2025, 12, 1)
_WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
_WORKDAYS = EVERY_DAY - _WEEKEND
_NIGHTS = Restriction(weekdays=_WORKDAYS, starts=time(18), ends=time(8))
_LUNCH = Restriction(weekdays=_WORKDAYS, starts=time(12), ends=time(13, 30))
_WEEKENDS = Restriction(weekdays=_WEEKEND, starts=time(0), ends=time(0))


def measure(length: timedelta = YEAR, instants: int = 10_000) -> dict[str, Any]:
    """Seconds for all shifts of `length`, by kind of schedule; microseconds for one instant.

    Medians of three runs; the instants are spread over the time.
    """
    asked = [BEGIN + length * number / instants for number in range(instants)]
    found = {}
    for name, schedules in _desks().items():
        runs = [_timed(schedules, length, asked) for _ in range(RUNS)]
        found[name] = {
            "people": len({one for schedule in schedules for one in schedule.people()}),
            "layers": sum(len(schedule.rotations) for schedule in schedules),
            "schedules": len(schedules),
            "shifts": runs[0][0],
            "seconds": round(median(seconds for _, seconds, _ in runs), 3),
            "microseconds_for_an_instant": round(
                1e6 * median(seconds for _, _, seconds in runs) / instants / len(schedules), 1
            ),
        }
    return found


def _timed(
    schedules: tuple[OnCallSchedule, ...], length: timedelta, asked: list[datetime]
) -> tuple[int, float, float]:
    """How many shifts there are, the seconds for them, and the seconds for all instants."""
    began = timing.perf_counter()
    number = sum(len(one.shifts(BEGIN, BEGIN + length)) for one in schedules)
    told = timing.perf_counter()
    for schedule in schedules:
        for at in asked:
            schedule.on_call(at)
    return number, told - began, timing.perf_counter() - told


def _desks() -> dict[str, tuple[OnCallSchedule, ...]]:
    """What is measured, by what it is called in the table."""
    plain = _schedule(ZONES[0])
    return {
        "ten layers, one zone": (plain,),
        "the same with 200 exceptions": (_with_exceptions(plain),),
        "ten hourly layers, each in force at times": (_hourly(),),
        "ten layers in each of four zones": tuple(map(_schedule, ZONES)),
    }


def _schedule(zone: str) -> OnCallSchedule:
    """Restricted layers first, so that lower ones are asked; everyone takes turns somewhere."""
    layers: tuple[dict[str, Any], ...] = (
        {"shift_hours": 1, "restrictions": (_LUNCH,)},
        {"shift_hours": 12, "handoff": time(8), "restrictions": (_NIGHTS,)},
        {"shift_hours": 1, "handoff": time(8, 30), "weekdays": frozenset({Weekday.MONDAY})},
        {"shift_days": 1, "weekdays": frozenset({Weekday.TUESDAY, Weekday.THURSDAY})},
        {"shift_hours": 8, "handoff": time(6), "restrictions": (_WEEKENDS,)},
        {"shift_days": 5, "weekdays": frozenset({Weekday.WEDNESDAY})},
        {"shift_days": 1, "ends_on": date(2026, 7, 1), "restrictions": (_NIGHTS, _WEEKENDS)},
        {"shift_days": 7, "weekdays": _WORKDAYS},
        {"shift_days": 3, "handoff": time(2, 30)},
        {"shift_days": 7},
    )
    return OnCallSchedule(
        name=zone,
        zone=zone,
        rotations=tuple(
            Rotation(
                responders=PEOPLE[5 * number :] + PEOPLE[: 5 * number], starts_on=_MONDAY, **one
            )
            for number, one in enumerate(layers)
        ),
    )


def _hourly() -> OnCallSchedule:
    """The most changes that there can be: each layer hands over at minutes of its own."""
    return OnCallSchedule(
        name="hourly",
        zone=ZONES[0],
        rotations=tuple(
            Rotation(
                responders=PEOPLE,
                starts_on=_MONDAY,
                handoff=time(0, 6 * number),
                shift_hours=1,
                restrictions=(Restriction(starts=time(2 * number), ends=time(2 * number + 4)),),
            )
            for number in range(10)
        ),
    )


def _with_exceptions(schedule: OnCallSchedule) -> OnCallSchedule:
    """Swaps, absences and helpers all the year, and a week of holidays each quarter."""
    day = timedelta(days=1)
    overrides = tuple(
        Override(
            responder=PEOPLE[number % 50],
            starts_at=BEGIN + number * YEAR / 196,
            ends_at=BEGIN + number * YEAR / 196 + (1 + number % 14) * day,
            kind=tuple(OverrideKind)[number % 3],
            instead_of=PEOPLE[(number + 7) % 50] if number % 2 else None,
        )
        for number in range(196)
    )
    begins = [BEGIN + quarter * YEAR / 4 for quarter in range(4)]
    temporaries = tuple(
        TemporarySchedule(
            starts_at=begin,
            ends_at=begin + 7 * day,
            shifts=tuple(
                TemporaryShift(
                    responder=PEOPLE[number],
                    starts_at=begin + number * day / 2,
                    ends_at=begin + (number + 1) * day / 2,
                )
                for number in range(14)
            ),
        )
        for begin in begins
    )
    return replace(schedule, overrides=overrides, temporaries=temporaries)
