"""Who is on call, walked through weekends on which clocks change, and for any schedule."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.schedule import (
    Gap,
    OnCallSchedule,
    Override,
    ResponderId,
    Rotation,
    handoff_at,
    shift_number,
)
from tests.builders import ANA, BEN, FAY, NOW, a_schedule
from tests.strategies import instants, overrides, rotations, schedules

STEP = timedelta(seconds=30)
MOMENT = timedelta(microseconds=1)
DAYS = tuple(ResponderId(f"day-{number}") for number in range(9))

ZONES = (
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "America/St_Johns",
    "America/Santiago",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Antarctica/Casey",
)
"""Half-hour shifts, gaps at midnight, Ramadan, a skipped day, and dates that come twice."""


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _daily(zone: str, first: date, handoff: time) -> OnCallSchedule:
    """Somebody else each day, so that the name on call tells the day's shift."""
    turns = Rotation(responders=DAYS, starts_on=first, handoff=handoff, shift_days=1)
    return OnCallSchedule(name="daily", zone=zone, rotations=(turns,))


def _walk(
    schedule: OnCallSchedule, begin: datetime, end: datetime
) -> list[tuple[datetime, ResponderId | None]]:
    """Every change that shows when the schedule is asked each half minute."""
    found: list[tuple[datetime, ResponderId | None]] = []
    at = begin
    before = schedule.on_call(begin - STEP)
    while at < end:
        now = schedule.on_call(at)
        if now != before:
            found.append((at, now))
            before = now
        at += STEP
    return found


@pytest.mark.parametrize(
    ("zone", "handoff", "expected"),
    [
        pytest.param(
            "America/New_York",
            time(1, 30),
            ("2020-10-31 05:30", "2020-11-01 05:30", "2020-11-02 06:30"),
            id="New York goes back, handoff in the hour that comes twice",
        ),
        pytest.param(
            "America/New_York",
            time(9),
            ("2020-10-31 13:00", "2020-11-01 14:00", "2020-11-02 14:00"),
            id="New York goes back, handoff in the morning",
        ),
        pytest.param(
            "America/New_York",
            time(2, 30),
            ("2026-03-07 07:30", "2026-03-08 07:30", "2026-03-09 06:30"),
            id="New York goes forward, handoff in the hour that is missing",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            time(1, 45),
            ("2026-04-03 14:45", "2026-04-04 14:45", "2026-04-05 15:15"),
            id="Lord Howe goes back half an hour, handoff in what comes twice",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            time(2, 15),
            ("2026-10-02 15:45", "2026-10-03 15:45", "2026-10-04 15:15"),
            id="Lord Howe goes forward half an hour, handoff in what is missing",
        ),
        pytest.param(
            "Pacific/Chatham",
            time(3),
            ("2026-04-03 13:15", "2026-04-04 13:15", "2026-04-05 14:15"),
            id="Chatham goes back, handoff in the hour that comes twice",
        ),
        pytest.param(
            "Pacific/Chatham",
            time(3),
            ("2026-09-25 14:15", "2026-09-26 14:15", "2026-09-27 13:15"),
            id="Chatham goes forward, handoff in the hour that is missing",
        ),
        pytest.param(
            "America/Santiago",
            time(23, 30),
            ("2026-04-04 02:30", "2026-04-05 02:30", "2026-04-06 03:30"),
            id="Santiago goes back at midnight, handoff in the hour that comes twice",
        ),
        pytest.param(
            "America/Santiago",
            time(0),
            ("2026-09-05 04:00", "2026-09-06 04:00", "2026-09-07 03:00"),
            id="Santiago goes forward at midnight, handoff at the midnight that is missing",
        ),
        pytest.param(
            "America/Santiago",
            time(0, 30),
            ("2026-09-05 04:30", "2026-09-06 04:30", "2026-09-07 03:30"),
            id="Santiago goes forward at midnight, handoff within the gap",
        ),
        pytest.param(
            "Africa/Casablanca",
            time(2, 30),
            ("2026-02-14 01:30", "2026-02-15 01:30", "2026-02-16 02:30"),
            id="Casablanca goes back for Ramadan, handoff in the hour that comes twice",
        ),
        pytest.param(
            "Africa/Casablanca",
            time(2, 30),
            ("2026-03-21 02:30", "2026-03-22 02:30", "2026-03-23 01:30"),
            id="Casablanca goes forward after Ramadan, handoff in the hour that is missing",
        ),
        pytest.param(
            "America/St_Johns",
            time(0),
            ("2010-11-06 02:30", "2010-11-07 02:30", "2010-11-08 03:30"),
            id="St John's goes back across midnight, the date of the handoff comes twice",
        ),
    ],
)
def test_on_a_weekend_when_clocks_change_the_pager_is_handed_over_exactly_as_listed(
    zone: str, handoff: time, expected: tuple[str, ...]
) -> None:
    listed = [_utc(text) for text in expected]
    schedule = _daily(zone, listed[0].date() - timedelta(days=3), handoff)

    walked = _walk(schedule, listed[0] - timedelta(hours=12), listed[-1] + timedelta(hours=12))

    assert [at for at, _ in walked] == listed
    days = [DAYS.index(one) for _, one in walked if one]
    assert days == [days[0], days[0] + 1, days[0] + 2]


def test_a_week_ends_at_its_handoff_on_the_wall_although_the_week_is_an_hour_longer() -> None:
    turns = Rotation(responders=(ANA, BEN), starts_on=date(2026, 10, 19), handoff=time(9))
    schedule = OnCallSchedule(name="primary", zone="Europe/Vienna", rotations=(turns,))

    assert schedule.on_call(_utc("2026-10-19 06:59:59")) is None
    assert schedule.on_call(_utc("2026-10-19 07:00")) == ANA
    assert schedule.on_call(_utc("2026-10-26 07:59:59")) == ANA
    assert schedule.on_call(_utc("2026-10-26 08:00")) == BEN


def test_a_rotation_ends_at_the_handoff_of_its_last_day() -> None:
    turns = Rotation(
        responders=(ANA,), starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 7), handoff=time(9)
    )
    schedule = OnCallSchedule(name="primary", zone="UTC", rotations=(turns,))

    assert schedule.on_call(_utc("2026-01-07 08:59:59")) == ANA
    assert schedule.on_call(_utc("2026-01-07 09:00")) is None
    assert schedule.gaps(_utc("2026-01-05 00:00"), _utc("2026-01-08 00:00")) == (
        Gap(starts_at=_utc("2026-01-05 00:00"), ends_at=_utc("2026-01-05 09:00")),
        Gap(starts_at=_utc("2026-01-07 09:00"), ends_at=_utc("2026-01-08 00:00")),
    )


def test_an_override_wins_for_its_window_and_not_a_moment_longer() -> None:
    begin, end = NOW, NOW + timedelta(hours=2)
    schedule = a_schedule(ANA, overrides=(Override(responder=FAY, starts_at=begin, ends_at=end),))

    names = [schedule.on_call(at) for at in (begin - MOMENT, begin, end - MOMENT, end)]

    assert names == [ANA, FAY, FAY, ANA]


def test_of_two_overrides_and_of_two_rotations_the_one_listed_first_wins() -> None:
    both: dict[str, Any] = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
    turns = tuple(Rotation(responders=(one,), starts_on=date(2026, 1, 5)) for one in (ANA, BEN))
    schedule = OnCallSchedule(
        name="primary",
        zone="UTC",
        rotations=turns,
        overrides=(Override(responder=FAY, **both), Override(responder=BEN, **both)),
    )

    assert schedule.on_call(NOW) == FAY
    assert schedule.on_call(NOW - MOMENT) == ANA


def test_a_schedule_without_rotations_is_one_single_gap() -> None:
    schedule = OnCallSchedule(name="nobody", zone="Europe/Vienna")

    assert schedule.gaps(NOW, NOW + timedelta(days=30)) == (
        Gap(starts_at=NOW, ends_at=NOW + timedelta(days=30)),
    )


def test_no_time_has_no_gaps() -> None:
    assert OnCallSchedule(name="nobody", zone="UTC").gaps(NOW, NOW) == ()


@given(
    rotation=rotations(weekdays=frozenset(), restrictions=()),
    zone=st.sampled_from(ZONES),
    earlier=instants(),
    later=st.timedeltas(timedelta(0), timedelta(days=3)),
)
@example(
    rotation=Rotation(
        responders=(ANA, BEN), starts_on=date(2020, 10, 26), handoff=time(1, 45), shift_days=1
    ),
    zone="America/New_York",
    earlier=_utc("2020-11-01 05:50"),
    later=_utc("2020-11-01 06:35") - _utc("2020-11-01 05:50"),
)
@example(
    rotation=Rotation(
        responders=(ANA, BEN), starts_on=date(2010, 11, 1), handoff=time(0), shift_days=1
    ),
    zone="America/St_Johns",
    earlier=_utc("2010-11-07 02:30:30"),
    later=timedelta(minutes=5),
)
def test_a_shift_never_goes_back(
    rotation: Rotation, zone: str, earlier: datetime, later: timedelta
) -> None:
    before = shift_number(rotation, zone, earlier)
    after = shift_number(rotation, zone, earlier + later)

    if before is None:
        starts_at = handoff_at(rotation, zone, rotation.starts_on)
        has_ended = rotation.ends_on and earlier >= handoff_at(rotation, zone, rotation.ends_on)
        assert earlier < starts_at or (has_ended and after is None)
    elif after is None:
        assert rotation.ends_on is not None
        assert earlier + later >= handoff_at(rotation, zone, rotation.ends_on)
    else:
        assert after >= before


@given(
    rotation=rotations(),
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2008, 1, 1), date(2032, 1, 1)),
)
def test_each_day_has_one_handoff_and_they_are_in_order(
    rotation: Rotation, zone: str, day: date
) -> None:
    assert handoff_at(rotation, zone, day) <= handoff_at(rotation, zone, day + timedelta(days=1))


@st.composite
def _windows(draw: st.DrawFn) -> tuple[datetime, datetime]:
    begin = draw(
        st.datetimes(datetime(2019, 12, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    )
    return begin, begin + draw(st.timedeltas(timedelta(minutes=1), timedelta(days=40)))


@given(schedule=schedules(), window=_windows(), shares=st.lists(st.floats(0, 1), max_size=8))
def test_at_every_instant_there_is_one_responder_or_a_reported_gap(
    schedule: OnCallSchedule, window: tuple[datetime, datetime], shares: list[float]
) -> None:
    begin, end = window
    gaps = schedule.gaps(begin, end)
    edges = [begin, *schedule.changes(begin, end), end]
    instants = {begin + (end - begin) * share for share in shares}
    instants |= {edge + moment for edge in edges for moment in (-MOMENT, timedelta(0), MOMENT)}

    for at in sorted(instants):
        if not begin <= at < end:
            continue
        is_gap = any(gap.starts_at <= at < gap.ends_at for gap in gaps)
        assert (schedule.on_call(at) is None) is is_gap, at


@given(schedule=schedules(), window=_windows())
def test_reported_gaps_are_apart_in_order_and_as_long_as_they_can_be(
    schedule: OnCallSchedule, window: tuple[datetime, datetime]
) -> None:
    begin, end = window

    gaps = schedule.gaps(begin, end)

    assert all(begin <= gap.starts_at < gap.ends_at <= end for gap in gaps)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(gaps))
    for gap in gaps:
        if gap.starts_at > begin:
            assert schedule.on_call(gap.starts_at - MOMENT) is not None
        if gap.ends_at < end:
            assert schedule.on_call(gap.ends_at) is not None


@given(schedule=schedules(), override=overrides(), at=instants())
def test_an_override_changes_nothing_outside_its_window(
    schedule: OnCallSchedule, override: Override, at: datetime
) -> None:
    more = replace(schedule, overrides=(override, *schedule.overrides))

    for one in (at, override.starts_at - MOMENT, override.ends_at):
        if not override.covers(one):
            assert more.everyone_on_call(one) == schedule.everyone_on_call(one)


@given(schedule=schedules(), at=instants(), hours=st.integers(-12, 14))
def test_an_instant_is_the_same_in_whatever_zone_it_is_written(
    schedule: OnCallSchedule, at: datetime, hours: int
) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=hours)))

    assert schedule.on_call(elsewhere) == schedule.on_call(at)
