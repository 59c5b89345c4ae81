"""What is only *soon* waits for opening, or for the full hour."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given

from chalicelib.domain.hours import BusinessHours, OpenSpan
from chalicelib.domain.schedule.names import Weekday
from chalicelib.domain.soon import NEVER_OPEN, held_until, is_bundle_time
from tests.strategies import instants

OFFICE = BusinessHours(
    name="office",
    zone="UTC",
    weekly={day: (OpenSpan(opens=time(9), closes=time(17)),) for day in Weekday},
)
EVENING = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)


def test_it_is_held_until_opening() -> None:
    assert held_until(OFFICE, EVENING, is_hourly=False) == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_who_wants_it_hourly_has_it_at_the_next_full_hour() -> None:
    assert held_until(OFFICE, EVENING, is_hourly=True) == datetime(2026, 11, 21, 20, tzinfo=UTC)


def test_opening_comes_first_where_it_is_nearer_than_the_hour() -> None:
    early = BusinessHours(
        name="early",
        zone="UTC",
        weekly={day: (OpenSpan(opens=time(8, 45), closes=time(17)),) for day in Weekday},
    )
    before = datetime(2026, 11, 22, 8, 10, tzinfo=UTC)

    assert held_until(early, before, is_hourly=True) == datetime(2026, 11, 22, 8, 45, tzinfo=UTC)


def test_hours_that_never_open_are_looked_at_again_in_a_day() -> None:
    never = BusinessHours(name="never", zone="UTC")

    assert held_until(never, EVENING, is_hourly=False) == EVENING + NEVER_OPEN


def test_a_bundle_goes_out_in_the_first_minutes_of_an_hour() -> None:
    assert is_bundle_time(datetime(2026, 11, 21, 20, tzinfo=UTC))
    assert is_bundle_time(datetime(2026, 11, 21, 20, 9, 59, tzinfo=UTC))
    assert not is_bundle_time(datetime(2026, 11, 21, 20, 10, tzinfo=UTC))


@given(instants())
def test_what_is_held_is_never_due_at_once(now: datetime) -> None:
    if not OFFICE.is_open(now):
        for is_hourly in (False, True):
            assert held_until(OFFICE, now, is_hourly=is_hourly) > now
    assert held_until(OFFICE, now, is_hourly=True) <= now + timedelta(days=1)
