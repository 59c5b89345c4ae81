"""The letter of the month: when it goes, to whom, what stands in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Entry, Feature, PriceBook
from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.letter import FinanceLetter, Section
from chalicelib.domain.cost.reconciling import UNEXPLAINED, Reconciled
from chalicelib.domain.cost.use import Done
from chalicelib.domain.errors import ChannelUnavailable
from chalicelib.domain.finance import Budget, Finance
from tests.builders import a_schedule
from tests.services.costing.money import (
    FAE,
    FIN,
    LINK,
    READ,
    WRITE,
    Money,
    price,
    sms,
    writes,
)

HOUR = timedelta(hours=1)
FIRST = datetime(2026, 12, 1, 7, tzinfo=UTC)
"""Eight o'clock in Vienna."""


@pytest.fixture
def money() -> Money:
    money = Money()
    money.book_days(date(2026, 10, 1), date(2026, 11, 1), lambda _: [writes(2)])
    money.book_days(
        date(2026, 11, 1),
        date(2026, 12, 1),
        lambda _: [
            writes(2, source="mastodon-acme"),
            sms(1),
            (Entry(Done.MENTION_READ, Feature.LISTENING, "mastodon-acme"), 4),
        ],
    )
    return money


def sent(money: Money) -> FinanceLetter:
    money.letters.send(now=FIRST)
    return money.post.sent[0][1]


def part(letter: FinanceLetter, title: str) -> Section:
    (found,) = [one for one in letter.sections if one.title == title]
    return found


def test_it_goes_out_at_eight_on_the_first_by_the_wall_once_to_each(money: Money) -> None:
    assert money.letters.send(now=FIRST - timedelta(minutes=1)) == 0
    assert money.letters.send(now=FIRST) == 2
    assert [to for to, _ in money.post.sent] == [FIN, FAE]
    for hours in (1, 24, 48):
        assert money.letters.send(now=FIRST + hours * HOUR) == 0


def test_it_says_what_the_month_cost_and_how_that_compares(money: Money) -> None:
    letter = sent(money)
    assert letter.subject == "What Nightdesk cost in November 2026: 90.00 USD"
    assert letter.sections[0].paragraphs == (
        "November 2026 cost 90.00 USD.",
        "That is 28.00 USD, 45.2 % more than October 2026 (62.00 USD).",
    )
    assert letter.link == LINK


def test_it_splits_the_month_by_feature_and_source(money: Money) -> None:
    letter = sent(money)
    by_feature = part(letter, "By what it was used for").table
    assert by_feature is not None
    assert by_feature.rows == (("listening", "60.00", "66.7 %"), ("waking", "30.00", "33.3 %"))
    by_source = part(letter, "By source").table
    assert by_source is not None
    assert by_source.rows[1] == ("shared by all", "30.00", "33.3 %")


def test_it_has_unit_costs_with_their_rules_and_the_reasons_of_those_without(
    money: Money,
) -> None:
    units = part(sent(money), "What one of it cost (USD)")
    assert units.table is not None
    assert units.table.rows[0] == ("mention read", "120", "0.5000", "0.0000", "0.5000")
    page = next(row for row in units.table.rows if row[0] == "page")
    assert page == ("page", "0", "-", "-", "-")
    assert "nobody was paged" in units.paragraphs[0]
    assert any("by the direct amounts" in one for one in units.paragraphs)


def test_it_foretells_the_new_month(money: Money) -> None:
    (said,) = part(sent(money), "December 2026").paragraphs
    assert said.startswith("December 2026 is expected to cost ")
    assert "in 80 % of cases" in said


def test_it_says_why_nothing_is_foretold() -> None:
    money = Money()
    money.book(date(2026, 11, 30), writes())
    (said,) = part(sent(money), "December 2026").paragraphs
    assert said.startswith("Nothing can be foretold: fewer than 2 full days")


def test_it_shows_budgets(money: Money) -> None:
    money.budget(Budget(name="whole", usd=Decimal(120)), Budget(name="sms", usd=Decimal(20)))
    table = part(sent(money), "Budgets").table
    assert table is not None
    assert table.rows == (
        ("everything", "90.00", "120.00", "75 %"),
        ("SMS", "30.00", "20.00", "150 %"),
    )


def a_line(
    period: str, group: str, metered: str, charged: str | None, reason: str = ""
) -> Reconciled:
    return Reconciled(
        period=period,
        group=group,
        metered=Decimal(metered),
        charged=None if charged is None else Decimal(charged),
        currency="USD",
        reason=reason,
    )


def test_it_says_how_it_compares_with_the_bill(money: Money) -> None:
    money.reconciliations.lines = (
        a_line("2026-11-01", "dynamodb", "10", "10.05", "rounding"),
        a_line("2026-11-02", "sms", "10", "12", "a price has changed"),
        a_line("2026-11-03", "dynamodb", "10", None),
        a_line("2026-11-02", UNEXPLAINED, "0", "1"),
    )
    said = part(sent(money), "Compared with the bill").paragraphs
    assert said[0] == (
        "Charged were 23.05 USD where 20.00 USD were metered; 1.00 USD of it are unexplained."
    )
    assert "Over 5 % off: sms on 2026-11-02 (a price has changed)." in said
    assert said[-1] == "Of 1 day nobody has said what was charged."


def test_it_says_when_nothing_was_compared(money: Money) -> None:
    said = part(sent(money), "Compared with the bill").paragraphs
    assert said == ("Nobody has said yet what was charged.",)


def test_it_says_what_is_in_doubt(money: Money) -> None:
    old = price(WRITE, seen_on=date(2026, 6, 1))
    money.book(
        date(2026, 11, 9), writes(), (Entry(READ, Feature.LISTENING), 1), book=PriceBook([old])
    )
    said = part(sent(money), "In doubt").paragraphs
    assert said == (
        f"Nobody knows a price of {READ}: it is not in these figures.",
        f"Nobody has looked at these prices for 90 days: {WRITE} (seen 2026-06-01).",
    )


def test_a_month_before_without_books_is_compared_with_nothing() -> None:
    money = Money()
    money.book(date(2026, 11, 30), writes())
    assert "nothing is in the books" in sent(money).sections[0].paragraphs[1]


def test_it_waits_for_the_last_day_to_be_added_up_but_not_for_ever(money: Money) -> None:
    money.book(date(2026, 11, 30), writes(2), state=DayState.RUNNING)
    assert money.letters.send(now=FIRST) == 0
    money.book(date(2026, 11, 30), writes(2))
    assert money.letters.send(now=FIRST + HOUR) == 2
    late = Money()
    late.book(date(2026, 11, 29), writes(2))
    assert late.letters.send(now=FIRST) == 0
    assert late.letters.send(now=FIRST + 17 * HOUR) == 2


def test_east_of_greenwich_it_waits_until_the_month_is_over_there_too() -> None:
    money = Money(schedules=(a_schedule(zone="Pacific/Auckland"),))
    money.book_days(date(2026, 11, 1), date(2026, 12, 1), lambda _: [writes()])
    morning = datetime(2026, 11, 30, 19, tzinfo=UTC)
    assert morning.astimezone(money.desks.current().zone).hour == 8
    assert money.letters.send(now=morning) == 0
    assert money.letters.send(now=datetime(2026, 12, 1, 0, 30, tzinfo=UTC)) == 2


def test_west_of_greenwich_too_it_goes_on_the_first_of_the_wall() -> None:
    money = Money(schedules=(a_schedule(zone="America/Los_Angeles"),))
    money.book_days(date(2026, 11, 1), date(2026, 12, 1), lambda _: [writes()])
    assert money.letters.send(now=datetime(2026, 12, 1, 7, tzinfo=UTC)) == 0
    assert money.letters.send(now=datetime(2026, 12, 1, 16, tzinfo=UTC)) == 2
    assert "November 2026" in money.post.subjects[0]


def test_a_letter_that_could_not_be_sent_is_tried_again_for_a_week(money: Money) -> None:
    for address in (FIN, FAE):
        money.post.trouble[address] = ChannelUnavailable("SES is failing")
    assert money.letters.send(now=FIRST) == 0
    del money.post.trouble[FIN]
    assert money.letters.send(now=FIRST + HOUR) == 1
    del money.post.trouble[FAE]
    assert money.letters.send(now=FIRST + 2 * HOUR) == 1
    assert [to for to, _ in money.post.sent] == [FIN, FAE]
    late = Money()
    late.book(date(2026, 11, 30), writes())
    assert late.letters.send(now=FIRST + timedelta(days=7)) == 0


def test_of_a_month_without_books_there_is_no_letter() -> None:
    assert Money().letters.send(now=FIRST + 30 * HOUR) == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda finance: replace(finance, is_monthly=False),
        lambda finance: replace(finance, tell=()),
    ],
)
def test_whoever_wants_none_gets_none(money: Money, change: Callable[[Finance], Finance]) -> None:
    desk = money.desks.current()
    money.desks.put(replace(desk, finance=change(desk.finance)), now=FIRST)
    assert money.letters.send(now=FIRST) == 0


def test_without_a_sender_nothing_is_tried(money: Money) -> None:
    desk = money.desks.current()
    money.desks.put(replace(desk, email=replace(desk.email, sender="")), now=FIRST)
    assert money.letters.send(now=FIRST) == 0
