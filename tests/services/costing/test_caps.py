"""A budget that stops SMS: only a confirmed one that is used up does, and only as long."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.finance import Budget
from tests.services.costing.money import NOON, Money, sms

BUDGET = Budget(name="sms", usd=Decimal(30), stops=True, confirmed_by="Fiona Berg")


@pytest.fixture
def money() -> Money:
    """The SMS budget is used up."""
    money = Money()
    money.budget(BUDGET)
    money.book(date(2026, 11, 14), sms(31))
    money.watch()
    return money


def test_sms_are_refused_with_the_name_of_whoever_confirmed_it(money: Money) -> None:
    assert money.new_cap().refusal() == (
        "the SMS budget of 30.00 USD is used up, and Fiona Berg has confirmed that SMS stop then"
    )


@pytest.mark.parametrize(
    "budget",
    [
        replace(BUDGET, stops=False),
        replace(BUDGET, confirmed_by=""),
        replace(BUDGET, name="whole"),
        replace(BUDGET, usd=Decimal("31.01")),
    ],
)
def test_no_other_budget_stops_sms(budget: Budget) -> None:
    money = Money()
    money.budget(budget)
    money.book(date(2026, 11, 14), sms(31))
    money.watch()
    assert money.new_cap().refusal() == ""


def test_raising_the_budget_lets_sms_go_at_once(money: Money) -> None:
    cap = money.new_cap()
    assert cap.refusal()
    money.budget(replace(BUDGET, usd=Decimal(40)))
    assert cap.refusal() == "", "though accounting has not looked at it yet"
    money.watch(NOON + timedelta(hours=1))
    assert money.new_cap().refusal() == ""


def test_taking_the_budget_or_its_confirmation_out_lets_sms_go_at_once(money: Money) -> None:
    cap = money.new_cap()
    money.budget(replace(BUDGET, stops=False, confirmed_by=""))
    assert cap.refusal() == ""
    money.budget()
    assert cap.refusal() == ""


def test_a_raised_budget_that_is_used_up_too_stops_them_again(money: Money) -> None:
    money.budget(replace(BUDGET, usd=Decimal(40)))
    money.book(date(2026, 11, 15), sms(9))
    money.watch(NOON + timedelta(hours=1))
    assert "40.00 USD" in money.new_cap().refusal()


def test_in_a_new_month_sms_go_before_anybody_has_looked(money: Money) -> None:
    cap = money.new_cap()
    money.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    assert cap.refusal()
    money.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert cap.refusal() == ""


def test_where_no_budget_stops_sms_nothing_is_read() -> None:
    money = Money()
    assert money.cap.refusal() == ""
    assert money.marks.reads == 0


def test_it_is_read_once_a_minute(money: Money) -> None:
    cap, before = money.new_cap(), money.marks.reads
    for _ in range(5):
        assert cap.refusal()
    assert money.marks.reads == before + 1
    money.seconds += 60
    assert cap.refusal()
    assert money.marks.reads == before + 2


def test_a_cap_that_cannot_be_read_stops_no_page_and_is_asked_for_once_a_minute(
    money: Money,
) -> None:
    cap, before = money.new_cap(), money.marks.reads
    money.marks.is_silent = True
    assert cap.refusal() == ""
    assert cap.refusal() == ""
    assert money.marks.reads == before + 1
    money.marks.is_silent = False
    money.seconds += 60
    assert cap.refusal()


def test_whoever_looks_ahead_is_told_that_a_cap_cannot_be_read(money: Money) -> None:
    assert money.new_cap().is_in_force() is True
    money.marks.is_silent = True
    with pytest.raises(ConnectionError):
        money.new_cap().is_in_force()
    money.marks.is_silent = False
    money.budget()
    assert money.new_cap().is_in_force() is False


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"month": "2026-11"}', '{"month": 7}'])
def test_a_cap_that_nobody_understands_stops_no_page(money: Money, kept: str) -> None:
    money.marks.texts["cap#sms"] = kept
    assert money.new_cap().refusal() == ""


def test_a_desk_that_cannot_be_read_stops_no_page(money: Money) -> None:
    cap = money.new_cap()
    money.desks.versions.clear()
    assert cap.refusal() == ""
