"""How often a phone may ring with what it has heard before."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.rate import PER_PHONE, free_at
from tests.builders import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def test_a_phone_that_has_not_rung_is_free() -> None:
    assert free_at([], PER_PHONE, now=NOW) == NOW


def test_it_rings_at_most_once_in_a_minute() -> None:
    assert free_at([NOW - 20 * SECOND], PER_PHONE, now=NOW) == NOW + 40 * SECOND
    assert free_at([NOW - MINUTE], PER_PHONE, now=NOW) == NOW


def test_it_rings_at_most_five_times_in_a_quarter_of_an_hour() -> None:
    five = [NOW - number * 2 * MINUTE for number in range(1, 6)]

    assert free_at(five, PER_PHONE, now=NOW) == NOW + 5 * MINUTE


def test_it_rings_at_most_eleven_times_in_an_hour() -> None:
    eleven = [NOW - number * 5 * MINUTE for number in range(1, 12)]

    assert free_at(eleven, PER_PHONE, now=NOW) == NOW + 5 * MINUTE


def test_what_another_workers_clock_dates_ahead_counts_as_now() -> None:
    assert free_at([NOW + MINUTE], PER_PHONE, now=NOW) == NOW + MINUTE


@given(st.lists(st.integers(0, 4000), max_size=30))
def test_whoever_rings_only_when_free_never_breaks_a_limit(pauses: list[int]) -> None:
    sent: list[datetime] = []
    now = NOW
    for pause in pauses:
        now = free_at(sent, PER_PHONE, now=now + pause * SECOND)
        sent.append(now)

    for limit in PER_PHONE:
        for at in sent:
            within = [one for one in sent if at - limit.within < one <= at]
            assert len(within) <= limit.most
