"""A month on the local cloud costs in the books what an independent count says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.domain.cost import Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.use import is_done
from tests.simulation.counting import (
    PRICES,
    SMS_CHARGED,
    SMS_LISTED,
    SMS_PART,
    Counted,
    days_of,
    dollars,
)
from tests.simulation.month import HOUR, Month, a_month

CENT = Decimal("0.01")

TINY = ("logs.byte-month",)
"""Counted by nobody here: what is kept of logs, less than a thousandth of a cent."""

ROUNDED = ("cloudwatch.alarm-month",)
"""An hour of a month has no last digit; the books round it at the ninth."""


@dataclass
class Played:
    """A month that was played, its books and the count."""

    month: Month
    books: dict[date, Day]
    seen: dict[date, Sheet]
    """What functions have seen by themselves, before CloudWatch was asked."""
    counted: dict[date, Counted]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with a_month(tmp_path_factory.mktemp("month")) as month:
        month.play()
        assert month.desk.cloud.failures == ()
        assert month.desk.cloud.dead_letters == ()
        days = days_of(month.begins_at, month.days)
        with month.desk.cloud.calls.paused():
            books = wiring.parts.books()
            seen = {day: Sheet.total(books.hours(day).values()) for day in days}
        yield Played(
            month=month,
            books=books_of(month),
            seen=seen,
            counted={day: month.count.of_day(day) for day in days},
        )


def books_of(month: Month) -> dict[date, Day]:
    days = days_of(month.begins_at, month.days)
    with month.desk.cloud.calls.paused():
        return {day.on: day for day in wiring.parts.books().days(days[0], days[-1])}


def metered(sheet: Sheet) -> Counted:
    """By sku, without what was achieved."""
    skus = {entry.sku for entry in sheet if not is_done(entry.sku)}
    return {sku: sheet.quantity(sku) for sku in skus}


def test_every_day_of_the_month_is_in_the_books_and_complete(played: Played) -> None:
    assert list(played.books) == list(played.counted)
    assert {day.state for day in played.books.values()} == {DayState.ESTIMATED}


def test_every_quantity_is_what_was_counted_to_the_unit(played: Played) -> None:
    left_out = (*TINY, *ROUNDED)
    for on, counted in played.counted.items():
        found = {k: v for k, v in metered(played.books[on].sheet).items() if k not in left_out}
        assert found == {k: v for k, v in counted.items() if k not in left_out}, on


def test_functions_see_by_themselves_all_but_time_and_vain_requests(played: Played) -> None:
    left_out = (*TINY, *ROUNDED, "lambda.gb-second.x86_64", "sqs.request")
    for on, counted in played.counted.items():
        found = {k: v for k, v in metered(played.seen[on]).items() if k not in left_out}
        assert found == {k: v for k, v in counted.items() if k not in left_out}, on


def test_the_month_costs_what_was_counted_to_the_cent(played: Played) -> None:
    first = next(on for on, counted in played.counted.items() if counted.get(SMS_PART))
    count = Decimal(0)
    for on, counted in played.counted.items():
        costs = dollars(counted, sms=SMS_LISTED if on == first else SMS_CHARGED)
        count += sum(costs.values(), Decimal(0))
        assert sum(costs.values(), Decimal(0)) == pytest.approx(
            played.books[on].amount, abs=Decimal("0.00001")
        ), on

    books = sum((day.amount for day in played.books.values()), Decimal(0))

    assert books.quantize(CENT) == count.quantize(CENT)
    assert books > 5


def test_what_has_no_price_is_said_and_not_guessed(played: Played) -> None:
    priced = {line.entry.sku for day in played.books.values() for line in day.lines}
    unpriced = {entry.sku for day in played.books.values() for entry in day.unpriced}

    assert priced == {*PRICES, SMS_PART, *TINY}
    assert unpriced == {"kms.request", "ses.message"}


def test_a_month_has_had_everything_that_costs(played: Played) -> None:
    done = {entry.sku for day in played.books.values() for entry in day.sheet if is_done(entry.sku)}

    assert done >= {
        "done.mention-read",
        "done.mention-judged",
        "done.incident",
        "done.page",
        "done.acknowledged",
        "done.ticket",
        "done.reply",
        "done.poll",
    }


def test_adding_up_again_changes_nothing(played: Played) -> None:
    month = played.month

    month.wake(month.desk.clock.now() + HOUR)

    assert books_of(month) == played.books
