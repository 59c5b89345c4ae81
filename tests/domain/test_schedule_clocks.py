"""Turns through every change of the clocks, walked, and compared with a list of all handoffs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.schedule import (
    EVERY_DAY,
    OnCallSchedule,
    ResponderId,
    Rotation,
    Weekday,
    shift_number,
)
from chalicelib.domain.schedule.wall import FAR, instant_of, reading, span_on, zone_named
from tests.builders import ANA, BEN
from tests.strategies import CLOCK_CHANGES, rotations

STEP = timedelta(seconds=30)
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORKDAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}
MANY = tuple(ResponderId(f"turn-{number}") for number in range(1000))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _schedule(*turns: Rotation, zone: str = "UTC") -> OnCallSchedule:
    return OnCallSchedule(name="primary", zone=zone, rotations=turns)


@pytest.mark.parametrize(
    ("zone", "first", "length", "walked", "expected"),
    [
        pytest.param(
            "America/New_York",
            "2020-11-01 00:30",
            {"shift_hours": 1},
            ("2020-11-01 05:00", "2020-11-01 09:00"),
            {"2020-11-01 05:30": 1, "2020-11-01 07:30": 2, "2020-11-01 08:30": 3},
            id="hourly: New York repeats an hour, one turn lasts two",
        ),
        pytest.param(
            "America/New_York",
            "2026-03-08 00:30",
            {"shift_hours": 1},
            ("2026-03-08 06:00", "2026-03-08 09:00"),
            {"2026-03-08 06:30": 1, "2026-03-08 07:30": 3, "2026-03-08 08:30": 4},
            id="hourly: New York skips an hour, its turn falls out",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-10-04 00:15",
            {"shift_hours": 1},
            ("2026-10-03 14:00", "2026-10-03 18:00"),
            {
                "2026-10-03 14:45": 1,
                "2026-10-03 15:45": 2,
                "2026-10-03 16:15": 3,
                "2026-10-03 17:15": 4,
            },
            id="hourly: Lord Howe skips half an hour, one turn lasts half",
        ),
        pytest.param(
            "Pacific/Chatham",
            "2026-04-05 01:00",
            {"shift_hours": 1},
            ("2026-04-04 12:00", "2026-04-04 16:00"),
            {"2026-04-04 12:15": 1, "2026-04-04 13:15": 2, "2026-04-04 15:15": 3},
            id="hourly: Chatham repeats an hour",
        ),
        pytest.param(
            "America/Santiago",
            "2026-04-04 21:30",
            {"shift_hours": 1},
            ("2026-04-05 01:00", "2026-04-05 05:00"),
            {"2026-04-05 01:30": 1, "2026-04-05 02:30": 2, "2026-04-05 04:30": 3},
            id="hourly: Santiago repeats the hour before midnight",
        ),
        pytest.param(
            "America/Santiago",
            "2026-09-05 22:30",
            {"shift_hours": 1},
            ("2026-09-06 03:00", "2026-09-06 06:00"),
            {"2026-09-06 03:30": 1, "2026-09-06 04:30": 3, "2026-09-06 05:30": 4},
            id="hourly: Santiago skips the hour after midnight",
        ),
        pytest.param(
            "Africa/Casablanca",
            "2026-02-15 00:30",
            {"shift_hours": 1},
            ("2026-02-15 00:00", "2026-02-15 04:00"),
            {"2026-02-15 00:30": 1, "2026-02-15 01:30": 2, "2026-02-15 03:30": 3},
            id="hourly: Casablanca repeats an hour for Ramadan",
        ),
        pytest.param(
            "Africa/Casablanca",
            "2026-03-22 00:30",
            {"shift_hours": 1},
            ("2026-03-22 01:00", "2026-03-22 04:00"),
            {"2026-03-22 01:30": 1, "2026-03-22 02:30": 3, "2026-03-22 03:30": 4},
            id="hourly: Casablanca skips an hour after Ramadan",
        ),
        pytest.param(
            "Antarctica/Troll",
            "2026-03-29 00:30",
            {"shift_hours": 1},
            ("2026-03-29 01:00", "2026-03-29 04:00"),
            {"2026-03-29 01:30": 3, "2026-03-29 02:30": 4, "2026-03-29 03:30": 5},
            id="hourly: Troll skips two hours, handoffs in them come after later ones",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-03 08:00",
            {"shift_hours": 12},
            ("2026-04-03 12:00", "2026-04-06 00:00"),
            {
                "2026-04-03 21:00": 2,
                "2026-04-04 09:00": 3,
                "2026-04-04 21:30": 4,
                "2026-04-05 09:30": 5,
                "2026-04-05 21:30": 6,
            },
            id="12 hours: Lord Howe, 8 and 20 o'clock on the wall",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            "2026-04-04 01:45",
            {"shift_hours": 12},
            ("2026-04-03 20:00", "2026-04-05 20:00"),
            {
                "2026-04-04 02:45": 1,
                "2026-04-04 14:45": 2,
                "2026-04-05 03:15": 3,
                "2026-04-05 15:15": 4,
            },
            id="12 hours: Lord Howe, in the half hour that comes twice",
        ),
        pytest.param(
            "America/New_York",
            "2026-03-07 02:30",
            {"shift_hours": 12},
            ("2026-03-07 12:00", "2026-03-09 12:00"),
            {
                "2026-03-07 19:30": 1,
                "2026-03-08 07:30": 2,
                "2026-03-08 18:30": 3,
                "2026-03-09 06:30": 4,
            },
            id="12 hours: New York, in the hour that is missing",
        ),
        pytest.param(
            "America/New_York",
            "2020-10-30 01:30",
            {"shift_days": 1},
            ("2020-10-31 00:00", "2020-11-02 12:00"),
            {"2020-10-31 05:30": 1, "2020-11-01 05:30": 2, "2020-11-02 06:30": 3},
            id="daily: New York, in the hour that comes twice",
        ),
        pytest.param(
            "Pacific/Chatham",
            "2026-09-25 03:00",
            {"shift_days": 1},
            ("2026-09-25 00:00", "2026-09-28 00:00"),
            {"2026-09-25 14:15": 1, "2026-09-26 14:15": 2, "2026-09-27 13:15": 3},
            id="daily: Chatham, in the hour that is missing",
        ),
        pytest.param(
            "America/New_York",
            "2020-10-25 01:30",
            {"shift_days": 7},
            ("2020-10-30 12:00", "2020-11-02 12:00"),
            {"2020-11-01 05:30": 1},
            id="weekly: New York, in the hour that comes twice",
        ),
        pytest.param(
            "America/Santiago",
            "2026-08-30 00:00",
            {"shift_days": 7},
            ("2026-09-04 12:00", "2026-09-07 12:00"),
            {"2026-09-06 04:00": 1},
            id="weekly: Santiago, at the midnight that is missing",
        ),
    ],
)
def test_through_a_change_of_the_clocks_turns_change_exactly_as_listed(
    zone: str,
    first: str,
    length: dict[str, Any],
    walked: tuple[str, str],
    expected: dict[str, int],
) -> None:
    start = datetime.fromisoformat(first)
    turns = Rotation(responders=MANY, starts_on=start.date(), handoff=start.time(), **length)
    schedule = _schedule(turns, zone=zone)
    begin, end = map(_utc, walked)

    found = dict(_walk(schedule, begin, end))

    assert found == {_utc(at): MANY[number] for at, number in expected.items()}
    shifts = schedule.shifts(begin, end)
    assert {one.starts_at: one.responder for one in shifts[1:]} == found


def _walk(
    schedule: OnCallSchedule, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, ResponderId | None]]:
    """Every change that shows when the schedule is asked each half minute."""
    before = schedule.on_call(begin)
    at = begin
    while at < end:
        if (now := schedule.on_call(at)) != before:
            yield at, now
            before = now
        at += STEP


@st.composite
def _turns_near_a_change(draw: st.DrawFn) -> tuple[Rotation, str, datetime]:
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    middle = _utc(draw(st.sampled_from(CLOCK_CHANGES[zone])))
    turns = draw(
        rotations(
            starts_on=middle.date() - draw(st.integers(-1, 20)) * DAY,
            ends_on=middle.date() + 2 * DAY if draw(st.booleans()) else None,
            shift_hours=draw(st.none() | st.integers(1, 40)),
            shift_days=draw(st.integers(1, 9)),
        )
    )
    return turns, zone, middle


def _number_by_the_list(turns: Rotation, zone: str, at: datetime) -> int | None:
    """What `shift_number` says, by writing down each hour of the rotation, day by day."""
    begin = datetime.combine(turns.starts_on, turns.handoff)

    def has_come(wall: datetime) -> bool:
        return instant_of(wall, zone_named(zone)) <= at

    if not has_come(begin):
        return None
    if turns.ends_on and has_come(datetime.combine(turns.ends_on, turns.handoff)):
        return None
    days = [at.replace(tzinfo=None) + number * DAY for number in range(-4, 4)]
    spans = [
        span_on(day.date(), one.starts, one.ends)
        for one in turns.restrictions
        for day in days
        if not one.weekdays or day.weekday() in one.weekdays
    ]
    if turns.restrictions and not any(has_come(a) and not has_come(b) for a, b in spans):
        return None
    length = turns.shift_hours or 24 * turns.shift_days
    some_days_only = turns.weekdays not in (frozenset(), EVERY_DAY)
    hours, found = 0, None
    day = begin
    while day <= at.replace(tzinfo=None) + 3 * DAY:
        is_counted = not some_days_only or day.weekday() in turns.weekdays
        for hour in range(24):
            is_listed = (some_days_only and hour == 0) or (is_counted and hours % length == 0)
            if is_listed and has_come(day + hour * HOUR):
                found = hours // length if is_counted else None
            hours += is_counted
        day += DAY
    return found


@given(case=_turns_near_a_change(), minutes=st.lists(st.integers(-4000, 4000), max_size=6))
@example(
    case=(
        Rotation(
            responders=(ANA,),
            starts_on=date(2026, 3, 27),
            handoff=time(2, 30),
            shift_hours=1,
            weekdays=WORKDAYS | {Weekday.SATURDAY},
        ),
        "Antarctica/Troll",
        _utc("2026-03-29 01:00"),
    ),
    minutes=[15, 45, 75, 105, 135],
)
def test_a_turn_is_the_latest_on_the_list_whose_handoff_has_come(
    case: tuple[Rotation, str, datetime], minutes: list[int]
) -> None:
    turns, zone, middle = case

    for offset in (0, *minutes):
        at = middle + timedelta(minutes=offset)
        assert shift_number(turns, zone, at) == _number_by_the_list(turns, zone, at), at


@given(case=_turns_near_a_change(), minutes=st.lists(st.integers(-4000, 4000), max_size=30))
@example(
    case=(
        Rotation(
            responders=(ANA, BEN), starts_on=date(2020, 10, 26), handoff=time(1, 45), shift_hours=1
        ),
        "America/New_York",
        _utc("2020-11-01 06:35"),
    ),
    minutes=[-45, -40, 10, 30],
)
@example(
    case=(
        Rotation(
            responders=(ANA, BEN), starts_on=date(2026, 3, 28), handoff=time(0, 30), shift_hours=1
        ),
        "Antarctica/Troll",
        _utc("2026-03-29 01:00"),
    ),
    minutes=[29, 30, 89, 90, 149, 150],
)
def test_a_turn_never_goes_back(case: tuple[Rotation, str, datetime], minutes: list[int]) -> None:
    turns, zone, middle = case
    instants = sorted({middle + timedelta(minutes=one) for one in minutes})

    numbers = [shift_number(turns, zone, at) for at in instants]

    told = [number for number in numbers if number is not None]
    assert told == sorted(told)


@given(case=_turns_near_a_change())
def test_who_is_on_call_changes_at_no_instant_that_is_not_told(
    case: tuple[Rotation, str, datetime],
) -> None:
    turns, zone, middle = case
    schedule = _schedule(turns, zone=zone)
    begin, end = middle - 2 * DAY, middle + 2 * DAY

    edges = [begin, *schedule.changes(begin, end), end]

    assert edges == sorted(set(edges))
    for one, other in pairwise(edges):
        between = {schedule.on_call(one + (other - one) * share // 7) for share in range(7)}
        assert between == {schedule.on_call(other - MOMENT)}


@pytest.mark.parametrize("zone", sorted(CLOCK_CHANGES))
def test_no_zone_sets_its_clocks_twice_within_days_or_by_more_than_a_day(zone: str) -> None:
    half_days = [_utc("2000-01-01 00:00") + number * DAY / 2 for number in range(2 * 366 * 40)]
    offsets = [at.astimezone(zone_named(zone)).utcoffset() or timedelta(0) for at in half_days]

    changes = [
        (at, abs(after - before))
        for (before, after), at in zip(pairwise(offsets), half_days, strict=False)
        if before != after
    ]

    assert all(by <= DAY for _, by in changes)
    assert all(later - earlier > 2 * FAR for (earlier, _), (later, _) in pairwise(changes))


@given(
    zone=st.sampled_from(sorted(CLOCK_CHANGES)),
    offset=st.integers(-4320, 4320),
    ahead=st.integers(-4320, 4320),
    number=st.integers(0, 1),
)
def test_a_wall_time_has_come_when_its_instant_has(
    zone: str, offset: int, ahead: int, number: int
) -> None:
    changes = CLOCK_CHANGES[zone]
    at = _utc(changes[number % len(changes)]) + timedelta(minutes=offset)
    now = reading(at, zone_named(zone))
    wall = now.wall + timedelta(minutes=ahead)

    assert now.has_come(wall) == (instant_of(wall, zone_named(zone)) <= at)
    assert now.latest >= now.wall
    assert wall <= now.latest or not now.has_come(wall)
