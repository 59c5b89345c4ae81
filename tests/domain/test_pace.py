"""Sources are read as often as matters, within what was set and what their platforms ask."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.pace import LONGEST_WAIT, Pace, next_due
from chalicelib.domain.read_budget import Scope
from tests.builders import NOW
from tests.strategies import instants

MINUTE = timedelta(minutes=1)
LONG = timedelta(days=400)


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    quickest, every, floor = sorted(draw(st.lists(st.integers(1, 1440), min_size=3, max_size=3)))
    return Pace(every * MINUTE, floor * MINUTE, quickest * MINUTE)


rates = st.none() | st.floats(0, 1e6, allow_subnormal=False)
scopes = st.sampled_from(Scope)


@given(paces(), st.booleans(), rates, scopes)
def test_it_is_never_read_more_often_than_its_quickest_pace_nor_less_than_its_floor(
    pace: Pace, is_hurried: bool, rate: float | None, scope: Scope
) -> None:
    every = pace.interval(is_hurried=is_hurried, rate=rate, scope=scope)

    assert pace.quickest <= every <= pace.floor


@given(paces(), rates, scopes)
def test_what_matters_more_is_never_read_less(pace: Pace, rate: float, scope: Scope) -> None:
    assert pace.interval(is_hurried=True, rate=rate, scope=scope) <= pace.interval(
        rate=rate, scope=scope
    )


@given(paces(), st.booleans(), rates, st.tuples(scopes, scopes))
def test_a_budget_that_allows_less_never_makes_it_read_more(
    pace: Pace, is_hurried: bool, rate: float | None, scopes: tuple[Scope, Scope]
) -> None:
    more, less = sorted(scopes)

    assert pace.interval(is_hurried=is_hurried, rate=rate, scope=more) <= pace.interval(
        is_hurried=is_hurried, rate=rate, scope=less
    )


@given(paces(), st.floats(0, 1e3), st.floats(0, 1e3))
def test_an_hour_that_brings_more_is_never_read_less(pace: Pace, one: float, two: float) -> None:
    low, high = sorted((one, two))

    assert pace.interval(rate=high) <= pace.interval(rate=low)


@given(
    paces(),
    instants(),
    st.booleans(),
    rates,
    scopes,
    st.integers(0, 40),
    st.none() | st.timedeltas(timedelta(0), LONG),
)
def test_due_times_keep_what_was_set_and_what_the_platform_asks(
    pace: Pace,
    asked_at: datetime,
    is_hurried: bool,
    rate: float | None,
    scope: Scope,
    failures: int,
    retry_after: timedelta | None,
) -> None:
    """As `Ingest` puts them together: put off by its pace when it was asked, or by a failure."""
    every = pace.interval(is_hurried=is_hurried, rate=rate, scope=scope)
    wait = pace.wait(failures) if failures else pace.interval(rate=rate, scope=scope)
    retry_at = asked_at + retry_after if retry_after is not None else None
    due = next_due(
        every,
        asked_at=asked_at,
        put_off_to=asked_at + wait,
        is_failing=failures > 0,
        retry_at=retry_at,
    )

    assert due is not None
    assert due >= asked_at + pace.quickest
    assert retry_at is None or due >= retry_at
    latest = asked_at + (max(LONGEST_WAIT, pace.every) if failures else pace.floor)
    assert due <= max(latest, retry_at or latest)


def test_without_more_it_is_read_as_was_set() -> None:
    assert Pace(5 * MINUTE, 5 * MINUTE, MINUTE).interval(rate=0.0) == 5 * MINUTE


def test_an_hour_that_hardly_ever_brings_anything_is_read_at_the_floor() -> None:
    pace = Pace(5 * MINUTE, 60 * MINUTE, MINUTE)

    assert pace.interval(rate=0.05) == 60 * MINUTE
    assert pace.interval(rate=0.5) == 12 * MINUTE  # a tenth of a post is to be expected in it
    assert pace.interval(rate=10) == 5 * MINUTE
    assert pace.interval(rate=None) == 5 * MINUTE


def test_while_it_matters_it_is_read_at_its_quickest_and_a_short_budget_forbids_that() -> None:
    pace = Pace(5 * MINUTE, 30 * MINUTE, 2 * MINUTE)

    assert pace.interval(is_hurried=True) == 2 * MINUTE
    assert pace.interval(is_hurried=True, scope=Scope.SLOWED) == 10 * MINUTE
    assert pace.interval(is_hurried=True, scope=Scope.FLOOR) == 30 * MINUTE


def test_one_that_was_put_off_for_long_is_read_at_once_when_it_begins_to_matter() -> None:
    slow = next_due(30 * MINUTE, asked_at=NOW, put_off_to=NOW + 30 * MINUTE)
    quick = next_due(MINUTE, asked_at=NOW, put_off_to=NOW + 30 * MINUTE)

    assert (slow, quick) == (NOW + 30 * MINUTE, NOW + MINUTE)


def test_one_that_fails_is_not_asked_sooner_because_it_matters() -> None:
    due = next_due(MINUTE, asked_at=NOW, put_off_to=NOW + 8 * MINUTE, is_failing=True)

    assert due == NOW + 8 * MINUTE


def test_one_that_was_never_asked_is_due_at_once() -> None:
    assert next_due(MINUTE, asked_at=None, put_off_to=None) is None


def test_a_pace_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="quickest"):
        Pace(5 * MINUTE, MINUTE, MINUTE)
