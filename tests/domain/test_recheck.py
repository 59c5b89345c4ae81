from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import Charge, Per
from chalicelib.domain.recheck import (
    LEAST_BETWEEN,
    costs_a_look,
    first_look,
    is_doubtful,
    next_look,
)
from tests.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def looks(*, is_charged: bool = False, is_open: bool = False, until: timedelta) -> list[timedelta]:
    """How long after it was read a post is looked at, when every look is on time."""
    at, found = first_look(NOW, is_charged=is_charged), []
    while at - NOW <= until:
        found.append(at - NOW)
        at = next_look(NOW, now=at, is_charged=is_charged, is_open=is_open)
    return found


def test_a_post_is_looked_at_after_an_hour_a_day_a_week_a_month_and_then_each_month() -> None:
    assert looks(until=timedelta(days=100)) == [HOUR, DAY, 7 * DAY, 30 * DAY, 60 * DAY, 90 * DAY]


def test_where_a_look_costs_money_there_are_few() -> None:
    assert looks(is_charged=True, until=timedelta(days=400)) == [
        DAY,
        30 * DAY,
        210 * DAY,
        390 * DAY,
    ]


def test_what_people_are_at_is_looked_at_each_day() -> None:
    assert looks(is_open=True, until=timedelta(days=3)) == [HOUR, DAY, 2 * DAY, 3 * DAY]
    assert looks(is_open=True, is_charged=True, until=timedelta(days=3)) == [DAY, 2 * DAY, 3 * DAY]


def test_a_look_that_came_late_is_not_followed_by_the_next_at_once() -> None:
    late = NOW + DAY - timedelta(minutes=5)
    assert next_look(NOW, now=late, is_charged=False, is_open=False) == NOW + 7 * DAY


@given(
    age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=800)),
    is_charged=st.booleans(),
    is_open=st.booleans(),
)
def test_there_is_always_a_next_look_neither_at_once_nor_never(
    age: timedelta, is_charged: bool, is_open: bool
) -> None:
    now = NOW + age
    at = next_look(NOW, now=now, is_charged=is_charged, is_open=is_open)
    assert LEAST_BETWEEN <= at - now <= (DAY if is_open else timedelta(days=180))


@pytest.mark.parametrize(
    ("gone", "asked", "doubtful"),
    [
        (9, 9, False),
        (1, 1, False),
        (5, 10, False),
        (6, 10, True),
        (100, 100, True),
        (0, 100, False),
    ],
)
def test_many_that_are_gone_at_once_are_doubted(gone: int, asked: int, doubtful: bool) -> None:
    assert is_doubtful(gone, asked) is doubtful


def test_a_look_costs_where_reading_does_and_not_where_only_answers_do() -> None:
    assert costs_a_look([Charge(sku="x.post-read", per=Per.MENTION)])
    assert costs_a_look([Charge(sku="places.call", per=Per.REQUEST)])
    assert not costs_a_look([Charge(sku="x.post", per=Per.REPLY)])
    assert not costs_a_look([])
