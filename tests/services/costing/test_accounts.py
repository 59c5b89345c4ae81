"""A month, and a ticket, as whoever looks at money sees them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Entry, Feature, PriceBook, Sheet
from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.reconciling import Reconciled
from chalicelib.domain.cost.use import Done
from chalicelib.domain.errors import BadInput
from chalicelib.domain.finance import Budget
from chalicelib.domain.read_budget import ReadBudget
from tests.builders import a_source_entry
from tests.services.costing.money import (
    BOOK,
    NOON,
    READ,
    WRITE,
    Money,
    price,
    sms,
    writes,
)

MONTH = "2026-11"


def test_a_month_adds_up_and_is_split_by_everything() -> None:
    money = Money()
    money.book(date(2026, 11, 2), writes(3, source="x-acme", brand="acme"), sms(2))
    money.book(date(2026, 11, 3), writes(4), (Entry(Done.MENTION_READ, Feature.LISTENING), 7))
    money.book(date(2026, 10, 31), writes(100))
    found = money.accounts.month(MONTH, now=NOON)
    assert found.amount == 9
    assert found.by_feature == {"listening": 7, "waking": 2}
    assert found.by_source == {"": 6, "x-acme": 3}
    assert found.by_brand == {"": 6, "acme": 3}
    assert found.by_sku == {WRITE: 7, "sns.sms-part": 2}
    assert [day.on.day for day in found.days] == [2, 3]
    assert total(line.amount for line in found.lines) == found.amount
    (read,) = [one for one in found.unit_costs if one.unit == "mention read"]
    assert read.count == 7
    assert read.each == 1


def test_a_month_without_books_is_empty_and_says_why_nothing_is_foretold() -> None:
    found = Money().accounts.month(MONTH, now=NOON)
    assert found.amount == 0
    assert found.currency == "USD"
    assert not found.days
    assert found.forecast is None
    assert "fewer than 2 full days" in found.no_forecast


def test_the_forecast_stands_on_months_before_too() -> None:
    money = Money()
    money.book_days(date(2026, 10, 1), date(2026, 11, 1), lambda _: [writes(2)])
    found = money.accounts.month(MONTH, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert found.forecast is not None
    assert found.forecast.amount == 60
    over = money.accounts.month("2026-10", now=NOON)
    assert (over.forecast, over.no_forecast, over.sms) == (None, "the month is over", None)
    assert over.amount == 62


def test_what_nobody_knows_a_price_of_is_told_apart_and_never_free() -> None:
    money = Money()
    money.book(date(2026, 11, 2), writes(), (Entry("yelp.request", Feature.LISTENING), 5))
    found = money.accounts.month(MONTH, now=NOON)
    assert found.amount == 1
    assert found.unpriced.quantity("yelp.request") == 5


def test_a_price_that_nobody_looked_at_for_90_days_is_told() -> None:
    money = Money()
    old = price(WRITE, seen_on=NOON.date() - timedelta(days=91))
    money.book(date(2026, 11, 2), writes(), sms(), book=PriceBook([old, price("sns.sms-part")]))
    assert money.accounts.month(MONTH, now=NOON).stale == (old,)
    assert money.accounts.month(MONTH, now=NOON - timedelta(days=2)).stale == ()


def test_budgets_stand_beside_what_was_spent_on_what_they_are_for() -> None:
    reader = a_source_entry("x-acme", kind="x", budget=ReadBudget(usd=Decimal(50), stops=True))
    money = Money(sources=(reader,))
    money.budget(
        Budget(name="whole", usd=Decimal(100)),
        Budget(name="sms", usd=Decimal(10), stops=True, confirmed_by="Fin"),
        Budget(name="x-acme", usd=Decimal(20)),
    )
    money.book(
        date(2026, 11, 2),
        sms(4),
        writes(1, source="x-acme"),
        (Entry(READ, Feature.LISTENING, "x-acme"), 8),
        (Entry("x.reply", Feature.ANSWERING, "x-acme"), 8),
        book=BOOK.with_prices([price("x.reply")]),
    )
    found = money.accounts.month(MONTH, now=NOON).budgets
    assert [(one.name, int(one.spent), one.is_of_reading) for one in found] == [
        ("whole", 21, False),
        ("sms", 4, False),
        ("x-acme", 17, False),
        ("x-acme", 8, True),
    ]
    assert (found[1].stops, found[1].confirmed_by) == (True, "Fin")
    assert found[1].share == Decimal("0.4")


def test_the_outlook_of_sms_is_what_the_provider_was_heard_to_say() -> None:
    money = Money()
    assert money.accounts.month(MONTH, now=NOON).sms is not None
    before = money.accounts.month(MONTH, now=NOON).sms
    assert before is not None
    assert "not asked yet" in before.says
    assert not money.sms_account.asked, "whoever looks at a page waits for no provider"
    money.quota.look(now=NOON)
    after = money.accounts.month(MONTH, now=NOON).sms
    assert after is not None
    assert after.spent == 1
    assert after.quota == 100
    assert after.is_in_sandbox is False
    money.sms_account.silent |= {"spend", "sandbox"}
    money.quota.look(now=NOON)
    silent = money.accounts.month(MONTH, now=NOON).sms
    assert silent is not None
    assert (silent.quota, silent.is_in_sandbox) == (None, None)
    assert "AccessDenied" in silent.says


def test_what_was_heard_last_month_says_nothing_of_this_one() -> None:
    money = Money()
    money.quota.look(now=NOON)
    found = money.accounts.month("2026-12", now=NOON + timedelta(days=16)).sms
    assert found is not None
    assert found.quota is None


def test_what_was_compared_stands_beside_it() -> None:
    money = Money()
    line = Reconciled(
        period="2026-11-02",
        group="dynamodb",
        metered=Decimal(1),
        charged=Decimal(2),
        currency="USD",
    )
    money.reconciliations.lines = (line,)
    assert money.accounts.month(MONTH, now=NOON).reconciliation == (line,)
    assert money.accounts.month("2026-10", now=NOON).reconciliation == ()


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-11-02", "x" * 100])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(BadInput, match="give one such as 2026-11"):
        Money().accounts.month(month, now=NOON)


def test_a_ticket_costs_what_it_took_by_the_prices_of_each_day() -> None:
    money = Money()
    on, next_day = date(2026, 11, 2), date(2026, 11, 3)
    took = Entry(WRITE, Feature.ANSWERING, about="tkt_1")
    money.book(on, writes(9), book=PriceBook([price(WRITE, "5")]))
    money.book(next_day, writes(9), book=PriceBook([price(WRITE, "7")]), state=DayState.RUNNING)
    for hour in (
        datetime(2026, 11, 2, 9, tzinfo=UTC),
        datetime(2026, 11, 2, 10, tzinfo=UTC),
        datetime(2026, 11, 3, 1, tzinfo=UTC),
    ):
        money.books.put_about("tkt_1", hour, Sheet([(took, 1)]))
    found = money.accounts.about("tkt_1")
    assert [(line.day, int(line.amount)) for line in found.lines] == [(on, 10), (next_day, 1)]
    assert found.amount == 11, "a day that is not over goes by the prices of now"


def test_of_an_unknown_ticket_nothing_is_known() -> None:
    found = Money().accounts.about("tkt_none")
    assert not found.lines
    assert found.amount == 0
