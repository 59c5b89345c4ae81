"""Whose phone rings at which instant: turns, layers, exceptions, and the nights clocks change."""

from datetime import date, datetime, time

import pytest

from chalicelib.domain.schedule import (
    OverrideKind,
    ResponderId,
    Restriction,
    TemporarySchedule,
    TemporaryShift,
    Weekday,
)
from tests.smoke.conftest import Begin
from tests.smoke.desks import an_override, rules, step, turns, wall
from tests.smoke.people import DOWN
from tests.smoke.world import World, days, hours, minutes

MON, TUE, WED, THU, FRI, SAT, SUN = Weekday
WORKDAYS = frozenset({MON, TUE, WED, THU, FRI})
SHORTLY = minutes(5)


def a_temporary_schedule(
    starts_at: datetime, ends_at: datetime, *shifts: tuple[str, datetime, datetime]
) -> TemporarySchedule:
    return TemporarySchedule(
        starts_at=starts_at,
        ends_at=ends_at,
        shifts=tuple(
            TemporaryShift(responder=ResponderId(name), starts_at=begin, ends_at=end)
            for name, begin, end in shifts
        ),
    )


def rings_on(world: World) -> None:
    """The only step is the schedule, again every quarter of an hour."""
    world.policy(step("@primary"), repeat_after=minutes(15))


# --- turns -----------------------------------------------------------------------------------


def test_an_hourly_rotation_hands_the_pager_over_on_its_hour(begin: Begin) -> None:
    handoff = wall("2026-11-21 21:00")
    world = begin(handoff - SHORTLY)
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 21), shift_hours=1))
    assert world.who_rings(handoff - minutes(1)) == ["ana"]
    assert world.who_rings(handoff) == ["ben"]


def test_a_daily_rotation_hands_the_pager_over_at_its_time_on_the_wall(begin: Begin) -> None:
    handoff = wall("2026-11-23 09:00")
    world = begin(handoff - SHORTLY)
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 21), shift_days=2, handoff=time(9)))
    assert world.who_rings(handoff - minutes(1)) == ["ana"]
    assert world.who_rings(handoff) == ["ben"]


def test_a_weekly_rotation_hands_the_pager_over_on_its_day(begin: Begin) -> None:
    handoff = wall("2026-11-23 09:00")
    world = begin(handoff - days(1))
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 16), handoff=time(9)))
    assert world.who_rings() == ["ana"]
    assert world.who_rings(handoff - minutes(1)) == ["ana"]
    assert world.who_rings(handoff + minutes(1)) == ["ben"]


def test_a_turn_may_last_any_number_of_days(begin: Begin) -> None:
    handoff = wall("2026-12-01 09:00")
    world = begin(handoff - days(1))
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 1), shift_days=30, handoff=time(9)))
    assert world.who_rings() == ["ana"]
    assert world.who_rings(handoff) == ["ben"]


def test_after_the_last_person_of_a_rotation_the_first_is_paged_again(begin: Begin) -> None:
    begins = wall("2026-11-21 18:00")
    world = begin(begins + hours(3) + minutes(50))
    world.schedule(
        turns("ana", "ben", starts_on=date(2026, 11, 21), shift_hours=2, handoff=time(18))
    )
    assert world.who_rings() == ["ben"]
    assert world.who_rings(begins + hours(4)) == ["ana"]


def test_a_rotation_that_has_not_begun_wakes_the_fallback_person(begin: Begin) -> None:
    begins = wall("2026-11-22 09:00")
    world = begin(begins - hours(1))
    world.schedule(turns("ana", starts_on=date(2026, 11, 22), handoff=time(9)))
    assert world.who_rings() == ["fay"]
    assert world.who_rings(begins) == ["ana"]


# --- the nights clocks change ----------------------------------------------------------------


def who_has_it(world: World, begins: datetime) -> str:
    """First letters of who rings at each half hour of two hours."""
    halves = (begins + number * minutes(30) for number in range(5))
    return "".join(name[0] for at in halves for name in world.who_rings(at))


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_on_the_night_clocks_change_the_pager_is_handed_over_once(
    begin: Begin, night: date
) -> None:
    """In March half past two does not exist in Vienna, in October it comes twice."""
    begins = wall(f"{night} 01:30")
    world = begin(begins - SHORTLY)
    world.schedule(
        turns("ana", "ben", starts_on=night - days(1), shift_days=1, handoff=time(2, 30))
    )
    assert who_has_it(world, begins) == "aabbb"


@pytest.mark.parametrize(
    ("zone", "begins", "handoff", "expected"),
    [
        # 2:00 is 2:30: a quarter past does not exist.
        ("Australia/Lord_Howe", "2026-10-04 01:00", time(2, 15), "aaabb"),
        # 2:00 is 1:30 again: a quarter to comes twice.
        ("Australia/Lord_Howe", "2026-04-05 01:00", time(1, 45), "aabbb"),
        # 24:00 is 1:00: midnight does not exist.
        ("America/Santiago", "2026-09-05 23:30", time(0), "abbbb"),
        # 24:00 is 23:00 again: midnight is an hour later than it seems.
        ("America/Santiago", "2026-04-04 23:30", time(0), "aaabb"),
    ],
)
def test_a_handoff_in_the_hour_that_is_skipped_or_comes_twice_happens_once(
    begin: Begin, zone: str, begins: str, handoff: time, expected: str
) -> None:
    first = wall(begins, zone)
    world = begin(first - SHORTLY)
    starts_on = date.fromisoformat(begins[:10]) - days(1)
    daily = turns("ana", "ben", starts_on=starts_on, shift_days=1, handoff=handoff)
    # In Santiago the handoff in question is the second one, in Lord Howe the first.
    if zone == "America/Santiago":
        daily = turns("ben", "ana", starts_on=starts_on, shift_days=1, handoff=handoff)
    world.schedule(daily, zone=zone)
    assert who_has_it(world, first) == expected


# --- what is changed while it rings ----------------------------------------------------------


def test_whoever_has_left_a_rotation_is_not_paged_any_more(world: World) -> None:
    """Neither by the next round nor by a rule of theirs that was still to come."""
    world.person("ana", notify=rules(("sms", 0), ("sms", 10)))
    world.schedule(turns("ana", "ben", starts_on=date(2026, 11, 21)))
    rings_on(world)
    world.post("mastodon", DOWN)
    world.phone("ana").expects_page("booking site is down")
    world.schedule(turns("ben"))
    world.fast_forward(minutes(15))
    for name in ("fay", "lea"):  # the round ends with them
        world.phone(name).expects_page("booking site is down")
    world.fast_forward(minutes(15))
    world.phone("ben").expects_page("booking site is down")


def test_what_is_changed_in_a_schedule_counts_from_the_next_page_on(memory_world: World) -> None:
    """Three rounds of it, which is why it is on one stage."""
    world = memory_world
    world.schedule(turns("ana"))
    rings_on(world)
    world.post("mastodon", DOWN)
    ana, ben = world.phone("ana"), world.phone("ben")
    ana.expects_page("booking site is down")
    begin, end = world.now, world.now + days(1)
    temporary = a_temporary_schedule(begin, end, ("ben", begin, end))
    world.schedule(turns("ana"), temporaries=(temporary,))
    world.nobody_rings()
    world.fast_forward(minutes(30))
    for name in ("fay", "lea", "ben"):
        world.phone(name).expects_page("booking site is down")
    world.schedule(turns("ana"))
    world.fast_forward(minutes(15))
    for name in ("fay", "lea"):
        world.phone(name).expects_page("booking site is down")
    world.fast_forward(minutes(30))
    ana.expects_page("booking site is down")
    ben.is_silent()


# --- layers and restrictions -----------------------------------------------------------------


def test_a_rotation_for_the_night_pages_its_person_at_night_alone(begin: Begin) -> None:
    evening, morning = wall("2026-11-21 18:00"), wall("2026-11-22 08:00")
    world = begin(evening - SHORTLY)
    night = Restriction(starts=time(18), ends=time(8))
    world.schedule(turns("ana", restrictions=(night,)), turns("ben"))
    assert world.who_rings(evening - minutes(1)) == ["ben"]
    assert world.who_rings(evening) == ["ana"]
    assert world.who_rings(morning - minutes(1)) == ["ana"]
    assert world.who_rings(morning) == ["ben"]


def test_a_friday_night_shift_reaches_into_saturday_morning(begin: Begin) -> None:
    world = begin(wall("2026-11-20 21:55"))
    friday = Restriction(weekdays=frozenset({FRI}), starts=time(22), ends=time(6))
    world.schedule(turns("ana", restrictions=(friday,)), turns("ben"))
    assert world.who_rings(wall("2026-11-20 21:59")) == ["ben"]
    assert world.who_rings(wall("2026-11-21 05:00")) == ["ana"]
    assert world.who_rings(wall("2026-11-21 06:00")) == ["ben"]
    assert world.who_rings(wall("2026-11-21 22:30")) == ["ben"]  # the night of Saturday


def test_a_rotation_of_weekdays_leaves_the_weekend_to_the_next_layer(begin: Begin) -> None:
    world = begin(wall("2026-11-20 12:00"))  # a Friday
    world.person("clara", phone="+436641000005")
    world.schedule(
        turns("ana", "ben", starts_on=date(2026, 11, 16), shift_days=1, weekdays=WORKDAYS),
        turns("clara"),
    )
    assert world.who_rings() == ["ana"]
    assert world.who_rings(wall("2026-11-21 12:00")) == ["clara"]
    assert world.who_rings(wall("2026-11-22 23:59")) == ["clara"]
    assert world.who_rings(wall("2026-11-23 00:00")) == ["ben"]


def test_of_two_layers_the_first_that_names_somebody_is_paged(begin: Begin) -> None:
    world = begin(wall("2026-11-21 11:00"))
    noon = Restriction(starts=time(12), ends=time(13))
    world.schedule(turns("ana", restrictions=(noon,)), turns("ben", restrictions=(noon,)))
    assert world.who_rings() == ["fay"]
    assert world.who_rings(wall("2026-11-21 12:30")) == ["ana"]
    world.schedule(
        turns("ana", restrictions=(noon,), ends_on=date(2026, 11, 21)),
        turns("ben", restrictions=(noon,)),
    )
    assert world.who_rings(wall("2026-11-21 12:45")) == ["ben"]


# --- overrides -------------------------------------------------------------------------------


def test_whoever_is_added_is_paged_beside_the_person_on_call(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(eight - SHORTLY)
    added = an_override("ben", eight, ten, kind=OverrideKind.ADD)
    world.schedule(turns("ana"), overrides=(added,))
    assert world.who_rings(eight - minutes(1)) == ["ana"]
    assert world.who_rings(eight) == ["ana", "ben"]
    assert world.who_rings(ten) == ["ana"]


def test_whoever_is_taken_out_is_not_paged_and_the_next_layer_is(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(eight - SHORTLY)
    removed = an_override("ana", eight, ten, kind=OverrideKind.REMOVE)
    world.schedule(turns("ana"), turns("ben"), overrides=(removed,))
    assert world.who_rings(eight) == ["ben"]
    assert world.who_rings(ten) == ["ana"]


def test_taking_the_only_person_out_wakes_the_fallback_person(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(eight - SHORTLY)
    removed = an_override("ana", eight, ten, kind=OverrideKind.REMOVE)
    world.schedule(turns("ana"), overrides=(removed,))
    assert world.who_rings(eight) == ["fay"]
    assert world.who_rings(ten) == ["ana"]


def test_whoever_stands_in_is_paged_and_the_person_they_replace_is_not(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(eight - SHORTLY)
    world.schedule(turns("ana"), overrides=(an_override("ben", eight, ten),))
    assert world.who_rings(eight - minutes(1)) == ["ana"]
    assert world.who_rings(eight) == ["ben"]


def test_a_stand_in_for_one_person_changes_nothing_while_another_is_on_call(begin: Begin) -> None:
    today, tomorrow = wall("2026-11-21 20:00"), wall("2026-11-22 20:00")
    world = begin(today)
    world.person("clara", phone="+436641000005")
    for_ben = an_override("clara", today - days(7), today + days(7), instead_of=ResponderId("ben"))
    daily = turns("ana", "ben", starts_on=date(2026, 11, 21), shift_days=1)
    world.schedule(daily, overrides=(for_ben,))
    assert world.who_rings() == ["ana"]
    assert world.who_rings(tomorrow) == ["clara"]


def test_when_an_override_ends_the_rotation_pages_its_own_person_again(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(ten - SHORTLY)
    world.schedule(turns("ana"), overrides=(an_override("ben", eight, ten),))
    assert world.who_rings(ten - minutes(1)) == ["ben"]
    assert world.who_rings(ten) == ["ana"]


def test_who_is_on_call_twice_over_is_paged_once(world: World) -> None:
    begin, end = world.now - hours(1), world.now + hours(1)
    twice = (
        an_override("ana", begin, end, kind=OverrideKind.ADD),
        an_override("ana", begin, end + hours(1), kind=OverrideKind.ADD),
        an_override("ana", begin, end),
    )
    world.schedule(turns("ana"), overrides=twice)
    assert world.who_rings() == ["ana"]


# --- temporary schedules ---------------------------------------------------------------------


def test_a_temporary_schedule_takes_the_place_of_the_rotations_for_its_time(begin: Begin) -> None:
    eight, ten = wall("2026-11-21 20:00"), wall("2026-11-21 22:00")
    world = begin(eight - SHORTLY)
    temporary = a_temporary_schedule(eight, ten, ("ben", eight, ten))
    world.schedule(turns("ana"), temporaries=(temporary,))
    assert world.who_rings(eight - minutes(1)) == ["ana"]
    assert world.who_rings(eight) == ["ben"]
    assert world.who_rings(ten) == ["ana"]


def test_between_the_shifts_of_a_temporary_schedule_the_fallback_person_is_paged(
    begin: Begin,
) -> None:
    eight, nine, ten = (wall(f"2026-11-21 {hour}:00") for hour in (20, 21, 22))
    world = begin(nine - SHORTLY)
    temporary = a_temporary_schedule(
        eight, ten, ("ben", eight, nine), ("ben", nine + minutes(30), ten)
    )
    world.schedule(turns("ana"), temporaries=(temporary,))
    assert world.who_rings(nine - minutes(1)) == ["ben"]
    assert world.who_rings(nine + minutes(10)) == ["fay"]
    assert world.who_rings(nine + minutes(30)) == ["ben"]
