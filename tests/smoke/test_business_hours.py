"""Policies that go by business hours: other people by day than by night."""

from datetime import date

from chalicelib.domain.escalation import During
from chalicelib.domain.hours import BusinessHours, Holiday
from tests.smoke.conftest import Begin
from tests.smoke.desks import business_hours, step, wall
from tests.smoke.world import World, minutes


def by_day_and_by_night(world: World, hours: BusinessHours) -> None:
    """Ana while the office is open, Ben while it is not."""
    world.apply(hours=(hours,))
    world.policy(step("ana", during=During.OPEN), step("ben", during=During.CLOSED), hours="office")


def test_out_of_hours_the_steps_of_the_night_are_taken(begin: Begin) -> None:
    """At once: what is passed over costs no time, and neither wakes the fallback person early."""
    world = begin(wall("2026-11-23 11:58"))  # a Monday
    by_day_and_by_night(world, business_hours("09:00-17:00"))
    assert world.who_rings(wall("2026-11-23 12:00")) == ["ana"]
    assert world.who_rings(wall("2026-11-23 16:59")) == ["ana"]
    assert world.who_rings(wall("2026-11-23 17:00")) == ["ben"]
    assert world.who_rings(wall("2026-11-24 00:00")) == ["ben"]
    assert world.who_rings(wall("2026-11-28 12:00")) == ["ben"]  # a Saturday


def test_on_a_public_holiday_the_desk_is_closed(begin: Begin) -> None:
    """1 January 2027 is a Friday; the eve is a day like any other."""
    world = begin(wall("2026-12-31 11:58"))
    new_year = Holiday(day=date(2027, 1, 1), name="Neujahr")
    by_day_and_by_night(world, business_hours("09:00-17:00", closed_on=(new_year,)))
    assert world.who_rings(wall("2026-12-31 12:00")) == ["ana"]
    assert world.who_rings(wall("2027-01-01 12:00")) == ["ben"]
    assert world.who_rings(wall("2027-01-04 12:00")) == ["ana"]


def test_between_split_shifts_the_desk_is_closed(begin: Begin) -> None:
    world = begin(wall("2026-11-23 11:58"))
    by_day_and_by_night(world, business_hours("09:00-12:00", "13:00-17:00"))
    assert world.who_rings(wall("2026-11-23 12:00")) == ["ben"]
    assert world.who_rings(wall("2026-11-23 12:59")) == ["ben"]
    assert world.who_rings(wall("2026-11-23 13:00")) == ["ana"]


def test_who_was_rung_by_day_is_followed_by_the_steps_of_the_night(begin: Begin) -> None:
    """It opens before closing time and goes on after it: each step by the hours it falls in."""
    world = begin(wall("2026-11-23 16:49"))
    world.apply(hours=(business_hours("09:00-17:00"),))
    world.policy(
        step("ana", during=During.OPEN),
        step("ben", after=minutes(15), during=During.OPEN),
        step("clara", after=minutes(15), during=During.CLOSED),
        hours="office",
    )
    world.person("clara", phone="+436641000005")
    world.post("forum", "@acme the whole booking site is down, nobody can pay")
    world.phone("ana").expects_page("booking site is down")
    world.fast_forward(minutes(14))
    world.nobody_rings()
    world.fast_forward(minutes(1))  # five past five
    world.phone("clara").expects_page("booking site is down")
