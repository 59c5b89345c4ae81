"""Turns of hours, turns on some weekdays, and hours of the day at which a rotation is in force."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.schedule import (
    EVERY_DAY,
    OnCallSchedule,
    ResponderId,
    Restriction,
    Rotation,
    Weekday,
    handoff_at,
    shift_number,
)
from tests.builders import ANA, BEN, FAY
from tests.strategies import rotations

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORKDAYS = frozenset(Weekday) - {Weekday.SATURDAY, Weekday.SUNDAY}
MANY = tuple(ResponderId(f"turn-{number}") for number in range(1000))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _schedule(*turns: Rotation, zone: str = "UTC") -> OnCallSchedule:
    return OnCallSchedule(name="primary", zone=zone, rotations=turns)


def test_a_turn_on_workdays_goes_on_after_the_weekend_where_it_stopped() -> None:
    monday = date(2026, 11, 2)
    turns = Rotation(responders=(ANA, BEN, FAY), starts_on=monday, shift_days=1, weekdays=WORKDAYS)
    schedule = _schedule(turns)

    noons = [_utc("2026-11-02 12:00") + number * DAY for number in range(9)]

    assert [schedule.on_call(at) for at in noons] == [
        *(ANA, BEN, FAY, ANA, BEN),
        *(None, None),
        *(FAY, ANA),
    ]


def test_a_workday_lasts_until_the_next_morning_s_handoff() -> None:
    turns = Rotation(
        responders=(ANA,), starts_on=date(2026, 11, 2), handoff=time(9), weekdays=WORKDAYS
    )

    gaps = _schedule(turns).gaps(_utc("2026-11-03 00:00"), _utc("2026-11-10 00:00"))

    assert [(gap.starts_at, gap.ends_at) for gap in gaps] == [
        (_utc("2026-11-07 09:00"), _utc("2026-11-09 09:00"))
    ]


def test_a_turn_of_five_workdays_is_a_week() -> None:
    turns = Rotation(
        responders=(ANA, BEN), starts_on=date(2026, 11, 4), shift_days=5, weekdays=WORKDAYS
    )
    schedule = _schedule(turns)

    # From Wednesday on: five workdays are over on Tuesday evening.
    assert schedule.on_call(_utc("2026-11-10 12:00")) == ANA
    assert schedule.on_call(_utc("2026-11-11 12:00")) == BEN


def test_turns_of_hours_on_workdays_lose_no_hour_over_the_weekend() -> None:
    friday = date(2026, 11, 6)
    turns = Rotation(
        responders=MANY, starts_on=friday, handoff=time(8), shift_hours=9, weekdays=WORKDAYS
    )

    found = _schedule(turns).shifts(_utc("2026-11-06 08:00"), _utc("2026-11-09 20:00"))

    assert [(one.starts_at, one.responder) for one in found] == [
        (_utc("2026-11-06 08:00"), MANY[0]),
        (_utc("2026-11-06 17:00"), MANY[1]),
        (_utc("2026-11-07 02:00"), MANY[2]),
        (_utc("2026-11-07 08:00"), None),
        (_utc("2026-11-09 08:00"), MANY[2]),
        (_utc("2026-11-09 11:00"), MANY[3]),
    ]


@given(rotation=rotations(weekdays=frozenset(), restrictions=()), at=st.integers(0, 5000))
def test_every_day_named_is_the_same_as_none_named(rotation: Rotation, at: int) -> None:
    every = Rotation(
        responders=rotation.responders,
        starts_on=rotation.starts_on,
        handoff=rotation.handoff,
        shift_days=rotation.shift_days,
        weekdays=EVERY_DAY,
    )
    none = Rotation(
        responders=rotation.responders,
        starts_on=rotation.starts_on,
        handoff=rotation.handoff,
        shift_days=rotation.shift_days,
    )
    instant = _utc("2020-01-01 00:00") + at * HOUR

    zone = "America/St_Johns"
    assert shift_number(every, zone, instant) == shift_number(none, zone, instant)


def test_a_night_belongs_to_the_weekday_on_which_it_begins() -> None:
    nights = Restriction(weekdays=WORKDAYS, starts=time(18), ends=time(8))
    turns = Rotation(responders=(ANA,), starts_on=date(2026, 10, 1), restrictions=(nights,))
    schedule = _schedule(turns)

    on_call = [
        one
        for one in schedule.shifts(_utc("2026-11-05 12:00"), _utc("2026-11-10 12:00"))
        if one.responder
    ]

    assert [(one.starts_at, one.ends_at) for one in on_call] == [
        (_utc("2026-11-05 18:00"), _utc("2026-11-06 08:00")),
        (_utc("2026-11-06 18:00"), _utc("2026-11-07 08:00")),
        (_utc("2026-11-09 18:00"), _utc("2026-11-10 08:00")),
    ]


def test_restrictions_add_up_and_a_whole_day_is_from_midnight_to_midnight() -> None:
    nights = Restriction(weekdays=WORKDAYS, starts=time(18), ends=time(8))
    weekend = Restriction(
        weekdays=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}), starts=time(0), ends=time(0)
    )
    turns = Rotation(responders=(ANA,), starts_on=date(2026, 10, 1), restrictions=(nights, weekend))

    gaps = _schedule(turns).gaps(_utc("2026-11-06 12:00"), _utc("2026-11-09 20:00"))

    # Sunday's night is nobody's: Monday begins at midnight, and Sunday is no workday.
    assert [(gap.starts_at, gap.ends_at) for gap in gaps] == [
        (_utc("2026-11-06 12:00"), _utc("2026-11-06 18:00")),
        (_utc("2026-11-09 00:00"), _utc("2026-11-09 18:00")),
    ]


def test_turns_change_while_a_rotation_is_not_in_force() -> None:
    mornings = Restriction(starts=time(6), ends=time(8))
    turns = Rotation(
        responders=MANY,
        starts_on=date(2026, 11, 2),
        handoff=time(0),
        shift_hours=1,
        restrictions=(mornings,),
    )
    schedule = _schedule(turns)

    assert schedule.on_call(_utc("2026-11-02 06:30")) == MANY[6]
    assert schedule.on_call(_utc("2026-11-02 08:00")) is None
    assert schedule.on_call(_utc("2026-11-03 07:59")) == MANY[31]


def test_in_the_repeated_hour_a_restriction_ends_once_and_for_good() -> None:
    # 01:00 to 01:45 on the wall of New York, which shows these times twice.
    early = Restriction(starts=time(1), ends=time(1, 45))
    turns = Rotation(responders=(ANA,), starts_on=date(2020, 1, 1), restrictions=(early,))

    found = _schedule(turns, zone="America/New_York").shifts(
        _utc("2020-11-01 04:30"), _utc("2020-11-01 08:00")
    )

    assert [one.starts_at for one in found if one.responder] == [_utc("2020-11-01 05:00")]
    assert [one.ends_at for one in found if one.responder] == [_utc("2020-11-01 05:45")]


def test_a_night_whose_end_is_skipped_ends_as_if_the_clocks_had_not_been_set_yet() -> None:
    # The night ends at 23:30 on the next evening; Nuuk goes from 23:00 to midnight.
    long = Restriction(weekdays=frozenset({Weekday.FRIDAY}), starts=time(23, 30), ends=time(23, 30))
    turns = Rotation(responders=(ANA,), starts_on=date(2026, 1, 1), restrictions=(long,))

    found = _schedule(turns, zone="America/Nuuk").shifts(
        _utc("2026-03-27 00:00"), _utc("2026-03-31 00:00")
    )

    assert [(one.starts_at, one.ends_at) for one in found if one.responder] == [
        (_utc("2026-03-28 01:30"), _utc("2026-03-29 01:30"))
    ]


def test_a_rotation_of_hours_ends_at_the_handoff_of_its_last_day_within_a_turn() -> None:
    turns = Rotation(
        responders=(ANA, BEN),
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 11, 3),
        handoff=time(8),
        shift_hours=10,
    )

    found = _schedule(turns).shifts(_utc("2026-11-02 08:00"), _utc("2026-11-04 08:00"))

    assert [(one.starts_at, one.responder) for one in found] == [
        (_utc("2026-11-02 08:00"), ANA),
        (_utc("2026-11-02 18:00"), BEN),
        (_utc("2026-11-03 04:00"), ANA),
        (_utc("2026-11-03 08:00"), None),
    ]


def test_a_rotation_of_nobody_names_nobody() -> None:
    schedule = _schedule(Rotation(responders=(), starts_on=date(2026, 1, 1)))

    assert schedule.on_call(_utc("2026-06-01 00:00")) is None


def test_each_day_s_first_turn_of_hours_is_at_its_handoff() -> None:
    turns = Rotation(responders=MANY, starts_on=date(2026, 3, 1), handoff=time(8), shift_hours=12)

    for number in range(60):
        at = handoff_at(turns, "Europe/Vienna", turns.starts_on + number * DAY)
        assert shift_number(turns, "Europe/Vienna", at) == 2 * number
        before = shift_number(turns, "Europe/Vienna", at - MOMENT)
        assert before == (2 * number - 1 if number else None)
