"""Shifts ahead: they cover a time without a hole and say what is asked at each instant."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.schedule import (
    Gap,
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Rotation,
    Shift,
)
from tests.builders import ANA, BEN, FAY, NOW, a_schedule
from tests.strategies import crowded_weeks, schedules

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(microseconds=1)
ROOT = Path(__file__).parents[2]

Week = tuple[OnCallSchedule, datetime]


def _hourly(zone: str, first: str, at: str) -> Week:
    start = datetime.fromisoformat(first)
    turns = Rotation(
        responders=(ANA, BEN, FAY),
        starts_on=start.date(),
        handoff=start.time(),
        shift_hours=1,
    )
    schedule = OnCallSchedule(name="hourly", zone=zone, rotations=(turns,))
    return schedule, datetime.fromisoformat(at).replace(tzinfo=UTC)


def _told(shifts: tuple[Shift, ...], at: datetime) -> tuple[ResponderId, ...]:
    """Who is on call at an instant by the one shift that holds it."""
    (shift,) = (one for one in shifts if one.starts_at <= at < one.ends_at)
    return () if shift.responder is None else (shift.responder, *shift.also)


def _they_cover(shifts: tuple[Shift, ...], begin: datetime, end: datetime) -> bool:
    joined = all(one.ends_at == other.starts_at for one, other in pairwise(shifts))
    return joined and (shifts[0].starts_at, shifts[-1].ends_at) == (begin, end)


@given(week=crowded_weeks(), shares=st.lists(st.floats(0, 1, exclude_max=True), max_size=20))
@example(week=_hourly("America/New_York", "2020-10-31 01:45", "2020-11-01 06:35"), shares=[])
@example(week=_hourly("America/New_York", "2026-03-07 02:30", "2026-03-08 07:00"), shares=[])
@example(week=_hourly("Australia/Lord_Howe", "2026-04-03 01:45", "2026-04-04 15:00"), shares=[])
@example(week=_hourly("Australia/Lord_Howe", "2026-10-02 02:15", "2026-10-03 15:30"), shares=[])
@example(week=_hourly("Pacific/Chatham", "2026-04-03 03:00", "2026-04-04 14:00"), shares=[])
@example(week=_hourly("Pacific/Chatham", "2026-09-25 03:00", "2026-09-26 14:00"), shares=[])
@example(week=_hourly("America/Santiago", "2026-04-03 23:30", "2026-04-05 03:00"), shares=[])
@example(week=_hourly("America/Santiago", "2026-09-05 00:00", "2026-09-06 04:00"), shares=[])
@example(week=_hourly("Africa/Casablanca", "2026-02-14 02:30", "2026-02-15 02:00"), shares=[])
@example(week=_hourly("Africa/Casablanca", "2026-03-21 02:30", "2026-03-22 02:00"), shares=[])
@example(week=_hourly("Antarctica/Troll", "2026-03-28 00:30", "2026-03-29 01:00"), shares=[])
@example(week=_hourly("Pacific/Apia", "2011-12-28 09:00", "2011-12-30 10:00"), shares=[])
def test_shifts_cover_the_time_exactly_and_agree_with_who_is_on_call(
    week: Week, shares: list[float]
) -> None:
    schedule, middle = week
    begin, end = middle - 30 * HOUR, middle + 30 * HOUR

    shifts = schedule.shifts(begin, end)

    assert _they_cover(shifts, begin, end)
    asked = {begin + (end - begin) * share for share in shares}
    for edge in (begin, middle, *schedule.changes(begin, end), end):
        asked |= {edge + seconds * SECOND for seconds in range(-3, 4)}
        asked |= {edge - MOMENT, edge + MOMENT}
    for at in asked:
        if begin <= at < end:
            assert _told(shifts, at) == schedule.everyone_on_call(at), at


@given(week=crowded_weeks())
def test_neighbouring_shifts_differ_and_none_is_empty(week: Week) -> None:
    schedule, middle = week

    shifts = schedule.shifts(middle - 72 * HOUR, middle + 72 * HOUR)

    assert all(one.starts_at < one.ends_at for one in shifts)
    for one, other in pairwise(shifts):
        assert (one.responder, one.also) != (other.responder, other.also)
    assert all(one.also == () for one in shifts if one.responder is None)


@given(week=crowded_weeks())
def test_gaps_are_the_shifts_of_nobody(week: Week) -> None:
    schedule, middle = week
    begin, end = middle - 72 * HOUR, middle + 72 * HOUR

    assert schedule.gaps(begin, end) == tuple(
        Gap(starts_at=one.starts_at, ends_at=one.ends_at)
        for one in schedule.shifts(begin, end)
        if one.responder is None
    )


@given(week=crowded_weeks(), minutes=st.integers(-2000, 2000))
def test_a_time_told_in_two_parts_is_told_alike(week: Week, minutes: int) -> None:
    schedule, middle = week
    begin, cut, end = middle - 72 * HOUR, middle + timedelta(minutes=minutes), middle + 72 * HOUR

    whole = schedule.shifts(begin, end)

    for part in (schedule.shifts(begin, cut), schedule.shifts(cut, end)):
        for shift in part:
            for at in (shift.starts_at, shift.ends_at - MOMENT):
                expected = () if shift.responder is None else (shift.responder, *shift.also)
                assert _told(whole, at) == expected


@given(schedule=schedules(), days=st.integers(0, 4000))
def test_shifts_of_any_schedule_cover_the_time(schedule: OnCallSchedule, days: int) -> None:
    begin = datetime(2019, 12, 1, tzinfo=UTC) + timedelta(days=days)

    assert _they_cover(schedule.shifts(begin, begin + 48 * HOUR), begin, begin + 48 * HOUR)


@pytest.mark.parametrize("length", [timedelta(0), -HOUR])
def test_no_time_has_no_shifts(length: timedelta) -> None:
    assert a_schedule(ANA).shifts(NOW, NOW + length) == ()
    assert list(a_schedule(ANA).changes(NOW, NOW + length)) == []


def test_who_is_added_is_told_beside_the_one() -> None:
    added = Override(
        responder=FAY, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, kind=OverrideKind.ADD
    )
    schedule = a_schedule(ANA, overrides=(added,))

    assert schedule.shifts(NOW, NOW + 3 * HOUR) == (
        Shift(responder=ANA, starts_at=NOW, ends_at=NOW + HOUR),
        Shift(responder=ANA, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, also=(FAY,)),
        Shift(responder=ANA, starts_at=NOW + 2 * HOUR, ends_at=NOW + 3 * HOUR),
    )


def test_two_turns_of_one_person_in_a_row_are_one_shift() -> None:
    turns = Rotation(
        responders=(ANA, ANA, BEN), starts_on=date(2026, 11, 2), handoff=time(9), shift_days=1
    )
    schedule = OnCallSchedule(name="primary", zone="UTC", rotations=(turns,))
    monday = datetime(2026, 11, 2, 9, tzinfo=UTC)

    found = schedule.shifts(monday, monday + 72 * HOUR)

    assert [(one.responder, one.ends_at - one.starts_at) for one in found] == [
        (ANA, 48 * HOUR),
        (BEN, 24 * HOUR),
    ]


TELLS_SHIFTS = """
from datetime import UTC, date, datetime, time, timedelta
from chalicelib.domain.schedule import *

names = tuple(map(ResponderId, ("ana", "ben", "carla", "dora", "eva")))
workdays = EVERY_DAY - {Weekday.SATURDAY, Weekday.SUNDAY}
nights = Restriction(weekdays=workdays, starts=time(18), ends=time(8))
begin = datetime(2026, 10, 20, tzinfo=UTC)
week = {"starts_at": begin, "ends_at": begin + timedelta(days=7)}
schedule = OnCallSchedule(
    name="primary",
    zone="Europe/Vienna",
    rotations=(
        Rotation(responders=names, starts_on=date(2026, 1, 5), shift_hours=7, weekdays=workdays),
        Rotation(responders=names[::-1], starts_on=date(2026, 1, 5), restrictions=(nights,)),
    ),
    overrides=(
        Override(responder=names[0], kind=OverrideKind.ADD, **week),
        Override(responder=names[1], kind=OverrideKind.ADD, **week),
        Override(responder=names[2], kind=OverrideKind.REMOVE, **week),
        Override(responder=names[3], instead_of=names[4], **week),
    ),
)
print(schedule, schedule.people(), schedule.shifts(begin, begin + timedelta(days=14)))
"""


def test_no_two_processes_tell_different_shifts() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", TELLS_SHIFTS],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            text=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }

    assert len(told) == 1
    assert "also=(" in told.pop()
