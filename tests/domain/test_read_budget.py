"""What reading may take in a month: words before handles, day before night, never silently."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.read_budget import (
    CALLS,
    USD,
    Limit,
    ReadBudget,
    Scope,
    allowed,
    calls_foretold,
    limits_of,
    money_foretold,
    month_around,
    month_of,
)
from tests.strategies import instants

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

amounts = st.decimals(0, 100_000, places=4)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    return Limit(
        unit=draw(st.sampled_from([CALLS, USD])),
        most=draw(amounts),
        used=draw(amounts),
        forecast=draw(st.none() | amounts),
    )


many = st.lists(limits(), max_size=3)


def scope(*found: Limit, by_keyword: bool, stops: bool = False, is_day: bool = True) -> Scope:
    return allowed(found, is_by_keyword=by_keyword, stops=stops, is_day=is_day).scope


def spent(percent: int, foretold: int | None = None) -> Limit:
    return Limit(
        unit=CALLS,
        most=Decimal(100),
        used=Decimal(percent),
        forecast=None if foretold is None else Decimal(foretold),
    )


@given(many, st.booleans(), st.booleans())
def test_what_is_said_to_us_is_never_given_up_before_what_is_found_by_words(
    found: list[Limit], stops: bool, is_day: bool
) -> None:
    to_us = scope(*found, by_keyword=False, stops=stops, is_day=is_day)

    assert to_us <= scope(*found, by_keyword=True, stops=stops, is_day=is_day)


@given(many, st.booleans(), st.booleans())
def test_by_day_never_more_is_read_than_by_night(
    found: list[Limit], by_keyword: bool, stops: bool
) -> None:
    by_night = scope(*found, by_keyword=by_keyword, stops=stops, is_day=False)

    assert by_night <= scope(*found, by_keyword=by_keyword, stops=stops, is_day=True)


@given(many, limits(), amounts, st.booleans(), st.booleans(), st.booleans())
def test_who_has_used_more_never_reads_more(
    others: list[Limit], one: Limit, more: Decimal, by_keyword: bool, stops: bool, is_day: bool
) -> None:
    worse = replace(one, used=one.used + more)
    how = {"by_keyword": by_keyword, "stops": stops, "is_day": is_day}

    assert scope(*others, one, **how) <= scope(*others, worse, **how)
    assert scope(*others, **how) <= scope(*others, one, **how)


@given(many, st.booleans(), st.booleans(), st.booleans())
def test_nothing_is_given_up_without_a_word(
    found: list[Limit], by_keyword: bool, stops: bool, is_day: bool
) -> None:
    result = allowed(found, is_by_keyword=by_keyword, stops=stops, is_day=is_day)

    assert bool(result.why) is (result.scope is not Scope.FULL)


@given(many, st.booleans())
def test_what_is_said_to_us_is_read_on_unless_somebody_wants_it_to_stop(
    found: list[Limit], is_day: bool
) -> None:
    assert scope(*found, by_keyword=False, is_day=is_day) is not Scope.STOPPED


@pytest.mark.parametrize(
    ("percent", "foretold", "by_day", "by_night", "to_us"),
    [
        (10, None, Scope.FULL, Scope.FULL, Scope.FULL),
        (10, 100, Scope.FULL, Scope.FULL, Scope.FULL),
        (10, 101, Scope.SLOWED, Scope.FULL, Scope.FULL),
        (80, 90, Scope.SLOWED, Scope.FULL, Scope.FULL),
        (95, 99, Scope.FLOOR, Scope.FLOOR, Scope.FULL),
        (100, 100, Scope.STOPPED, Scope.STOPPED, Scope.FLOOR),
        (130, 150, Scope.STOPPED, Scope.STOPPED, Scope.FLOOR),
    ],
)
def test_the_steps_are_those_that_are_stated(
    percent: int, foretold: int | None, by_day: Scope, by_night: Scope, to_us: Scope
) -> None:
    limit = spent(percent, foretold)

    assert scope(limit, by_keyword=True, is_day=True) is by_day
    assert scope(limit, by_keyword=True, is_day=False) is by_night
    assert scope(limit, by_keyword=False) is to_us
    stopped = Scope.STOPPED if percent >= 100 else to_us
    assert scope(limit, by_keyword=False, stops=True) is stopped


def test_the_limit_that_allows_least_decides() -> None:
    assert scope(spent(10), spent(96), by_keyword=True) is Scope.FLOOR


def test_without_a_budget_all_is_read() -> None:
    assert allowed((), is_by_keyword=True, stops=True, is_day=True).scope is Scope.FULL


def test_what_is_over_the_budget_is_said_with_its_amount() -> None:
    limit = Limit(unit=USD, most=Decimal(50), used=Decimal("53.205"), forecast=Decimal(61))
    why = allowed([limit], is_by_keyword=False, stops=False, is_day=True).why

    assert "$3.21 over its budget" in why
    assert "$53.21 of $50.00 used, $61.00 expected by the end of the month" in why


def test_a_budget_of_nothing_is_used_up() -> None:
    nothing = Limit(unit=CALLS, most=Decimal(0), used=Decimal(0), forecast=None)
    assert scope(nothing, by_keyword=True) is Scope.STOPPED


# --- the month, and what it will have taken ------------------------------------------------


@given(instants())
def test_an_instant_lies_in_its_month_of_utc(at: datetime) -> None:
    first, end = month_around(at)

    assert first <= at < end
    assert month_of(first) == month_of(at) != month_of(end)
    assert timedelta(days=28) <= end - first <= timedelta(days=31)


@given(st.integers(0, 10**6), st.integers(0, 10**5), instants(), st.integers(1, 1440))
def test_more_calls_foretell_more_and_never_fewer_than_there_were(
    used: int, more: int, now: datetime, every: int
) -> None:
    one, two = (
        calls_foretold(calls, planned=every * MINUTE, read_since=now - 10 * DAY, now=now)
        for calls in (used, used + more)
    )
    assert used <= one <= two


def test_at_first_the_set_pace_foretells_and_later_what_was_used() -> None:
    fresh = calls_foretold(0, planned=MINUTE, read_since=FIRST, now=FIRST)
    assert fresh == 30 * 1440

    busy = calls_foretold(28_800, planned=MINUTE, read_since=FIRST, now=FIRST + 10 * DAY)
    assert busy == pytest.approx(3 * 28_800, rel=0.05)


def test_a_source_added_in_the_middle_of_a_month_is_foretold_from_then_on() -> None:
    now = FIRST + 20 * DAY
    found = calls_foretold(1440, planned=MINUTE, read_since=now - DAY, now=now)

    assert found == 1440 + 10 * 1440


def test_at_the_end_of_the_month_the_forecast_is_what_was_used() -> None:
    now = FIRST + 30 * DAY - timedelta(seconds=1)
    assert calls_foretold(500, planned=MINUTE, read_since=FIRST, now=now) == 500
    money = money_foretold(Decimal(7), behind=720, ahead=0, read_since=FIRST, now=now)
    assert money == Decimal(7)


def test_money_is_foretold_by_what_is_still_to_come_and_not_on_the_first_day() -> None:
    early = money_foretold(
        Decimal(9), behind=1, ahead=700, read_since=FIRST, now=FIRST + DAY - MINUTE
    )
    assert early is None
    later = money_foretold(
        Decimal(9), behind=300, ahead=200, read_since=FIRST, now=FIRST + 10 * DAY
    )
    assert later == Decimal(15)


def test_a_budget_has_a_limit_for_each_of_what_it_names() -> None:
    found = limits_of(
        ReadBudget(calls=10_000, usd=Decimal(50)),
        calls=8_120,
        spent=Decimal("12.5"),
        planned=5 * MINUTE,
        behind=10,
        ahead=10,
        read_since=FIRST,
        now=FIRST + 15 * DAY,
    )
    assert [one.says for one in found] == [
        "8,120 of 10,000 calls used, 16,002 expected by the end of the month",
        "$12.50 of $50.00 used, $25.00 expected by the end of the month",
    ]
