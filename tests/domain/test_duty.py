"""Duties: one person's time on call without a break."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.duty import LONGEST_NIGHT, SHORTEST, Duty, duties, told_at, worth_telling
from chalicelib.domain.schedule import OnCallSchedule, Override, OverrideKind, ResponderId, Rotation
from tests import strategies
from tests.builders import ANA, BEN, FAY, NOW, a_schedule

HOUR = timedelta(hours=1)
CARLA = ResponderId("carla")

START = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
"""A Monday's handoff in Vienna."""


def spans(found: tuple[Duty, ...]) -> list[tuple[str, timedelta, timedelta]]:
    return [(one.responder, one.starts_at - START, one.ends_at - START) for one in found]


def test_a_turn_lasts_while_others_come_and_go_beside_it() -> None:
    beside = Override(
        responder=BEN, kind=OverrideKind.ADD, starts_at=START + HOUR, ends_at=START + 4 * HOUR
    )
    schedule = a_schedule(ANA, CARLA, overrides=(beside,))
    assert spans(duties(schedule, FAY, START, START + 6 * HOUR)) == [
        (schedule.on_call(START), 0 * HOUR, 6 * HOUR),
        (BEN, HOUR, 4 * HOUR),
    ]


def test_a_gap_falls_to_the_fallback_person_as_a_turn_of_its_own_kind() -> None:
    removed = Override(
        responder=ANA, kind=OverrideKind.REMOVE, starts_at=START, ends_at=START + 3 * HOUR
    )
    found = duties(a_schedule(ANA, overrides=(removed,)), FAY, START - HOUR, START + 5 * HOUR)
    assert [(one.responder, one.is_gap) for one in found] == [
        (ANA, False),
        (FAY, True),
        (ANA, False),
    ]


def test_a_short_stand_in_is_not_worth_a_word_and_does_not_break_a_turn() -> None:
    stands_in = Override(responder=BEN, starts_at=START + HOUR, ends_at=START + 2.5 * HOUR)
    schedule = a_schedule(ANA, overrides=(stands_in,))
    found = duties(schedule, FAY, START, START + 9 * HOUR)
    assert len(found) == 3
    assert spans(worth_telling(found)) == [(ANA, 0 * HOUR, 9 * HOUR)]
    longer = replace(stands_in, ends_at=START + 3 * HOUR)
    told = worth_telling(
        duties(replace(schedule, overrides=(longer,)), FAY, START - HOUR, START + 9 * HOUR)
    )
    assert [one.responder for one in told] == [ANA, BEN, ANA]


def test_two_who_take_turns_by_the_hour_are_both_on_call_for_good() -> None:
    hourly = Rotation(responders=(ANA, BEN), starts_on=date(2026, 11, 1), shift_hours=1)
    schedule = a_schedule(rotations=(replace(hourly, handoff=time(0)),))
    found = worth_telling(duties(schedule, FAY, START, START + 12 * HOUR))
    assert {one.responder for one in found} == {ANA, BEN}
    assert [one.ends_at - one.starts_at >= 11 * HOUR for one in found] == [True, True]


@given(schedule=strategies.schedules())
def test_at_every_instant_exactly_those_on_call_have_a_duty(schedule: OnCallSchedule) -> None:
    until = NOW + timedelta(days=3)
    found = duties(schedule, FAY, NOW, until)
    at = NOW
    while at < until:
        on_duty = {one.responder for one in found if one.starts_at <= at < one.ends_at}
        assert on_duty == set(schedule.everyone_on_call(at) or (FAY,))
        at += timedelta(minutes=47)
    for one in found:
        assert one.starts_at < one.ends_at
    for one in worth_telling(found):
        assert one.ends_at - one.starts_at >= SHORTEST


@pytest.mark.parametrize(
    ("handoff", "told"),
    [
        ("2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00+01:00"),
        ("2026-11-23T22:00:00+01:00", "2026-11-23T20:00:00+01:00"),
        ("2026-11-23T21:59:00+01:00", "2026-11-23T20:59:00+01:00"),
        ("2026-11-23T04:00:00+01:00", "2026-11-22T20:00:00+01:00"),
        ("2026-11-23T08:30:00+01:00", "2026-11-22T20:00:00+01:00"),
    ],
)
def test_a_change_is_told_by_day_and_one_of_the_night_the_evening_before(
    handoff: str, told: str
) -> None:
    at = told_at(datetime.fromisoformat(handoff), HOUR, "Europe/Vienna")

    assert at == datetime.fromisoformat(told)


@given(
    strategies.instants(),
    st.sampled_from(
        ["Europe/Vienna", "Australia/Lord_Howe", "Pacific/Chatham", "America/Santiago"]
    ),
)
@example(datetime.fromisoformat("2026-10-25T08:30:00+01:00"), "Europe/Vienna")
@example(datetime.fromisoformat("2026-04-05T08:30:00+10:30"), "Australia/Lord_Howe")
def test_nobody_is_told_of_a_change_at_night_nor_too_long_before(at: datetime, zone: str) -> None:
    told = told_at(at, HOUR, zone)

    assert 8 <= told.astimezone(ZoneInfo(zone)).hour < 21
    assert HOUR <= at - told <= HOUR + LONGEST_NIGHT
