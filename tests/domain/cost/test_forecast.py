"""What a month will have cost, and how long SMS go out."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, Sheet
from chalicelib.domain.cost.account import Forecast
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.forecast import NotForetold, foretold, part_left
from chalicelib.domain.cost.outlook import sms_outlook
from chalicelib.domain.cost.run_rate import Booked, RunRate, Spent, spent_on
from chalicelib.domain.readiness import SmsSpend, Unknown

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""A Monday noon: 14.5 days of November are left."""
MONTH = "2026-11"
DAY = timedelta(days=1)


def days(
    amount: object,
    *,
    first: date = date(2026, 9, 21),
    end: date = date(2026, 11, 16),
    standing: str = "0",
) -> list[Spent]:
    """Full days of `[first, end)`, each at `amount`, or at what it says of the day."""
    of = amount if callable(amount) else lambda _: amount
    return [
        Spent(on=on, running=Decimal(str(of(on))), standing=Decimal(standing))
        for on in (first + number * DAY for number in range((end - first).days))
    ]


def today(amount: str, *, standing: str = "0") -> Spent:
    return Spent(on=NOW.date(), running=Decimal(amount), standing=Decimal(standing), is_full=False)


def forecast(spent: Iterable[Spent], *, now: datetime = NOW, month: str = MONTH) -> Forecast:
    found = foretold(spent, month=month, now=now)
    assert isinstance(found, Forecast)
    return found


def test_a_steady_desk_goes_on_as_it_does() -> None:
    found = forecast([*days(2), today("1")])
    assert found.to_date == 31
    assert found.amount == 60
    assert found.low == found.high == 60, "days that never differ leave no doubt"
    assert found.days == 56


def test_each_day_of_the_week_is_foretold_by_its_own_kind() -> None:
    """Weekends cost ten times as much, and four of the fourteen days left are of a weekend."""
    found = forecast(days(lambda on: 10 if on.weekday() >= 5 else 1))
    left = Decimal("0.5") + 10 + 4 * 10  # noon of Monday; ten weekdays and two weekends
    assert found.amount == found.to_date + left


@pytest.mark.parametrize(
    ("month", "length"), [("2026-11", 30), ("2026-12", 31), ("2027-02", 28), ("2028-02", 29)]
)
def test_a_month_is_as_long_as_it_is(month: str, length: int) -> None:
    first = date.fromisoformat(f"{month}-01")
    now = datetime(first.year, first.month, 1, tzinfo=UTC)
    found = forecast(days(3, first=first - 56 * DAY, end=first), month=month, now=now)
    assert found.to_date == 0
    assert found.amount == 3 * length


def test_a_month_that_has_not_begun_is_foretold_as_a_whole() -> None:
    assert forecast(days(2), month="2026-12").amount == 62


def test_what_is_charged_by_the_month_goes_on_as_on_the_newest_day() -> None:
    """Alarms were added a week ago: a mean over eight weeks would not see all of them."""
    before = days(0, end=date(2026, 11, 9), standing="1")
    since = days(0, first=date(2026, 11, 9), standing="3")
    found = forecast([*before, *since])
    assert found.to_date == 8 * 1 + 7 * 3
    assert found.amount == found.to_date + 15 * 3
    assert found.low == found.high, "it does not depend on what happens"


def test_what_today_was_charged_for_the_month_is_not_expected_again() -> None:
    spent = days(0, standing="3")
    assert forecast([*spent, today("0", standing="3")]).amount == forecast(spent).amount


def test_on_the_last_evening_nearly_all_is_known() -> None:
    now = datetime(2026, 11, 30, 18, tzinfo=UTC)
    last = Spent(on=now.date(), running=Decimal("1.5"), is_full=False)
    found = forecast([*days(2, end=date(2026, 11, 30)), last], now=now)
    assert found.to_date == Decimal("59.5")
    assert found.amount == 60


def test_a_month_that_is_over_is_not_foretold() -> None:
    found = foretold(days(2), month="2026-10", now=NOW)
    assert found == NotForetold("the month is over")


@pytest.mark.parametrize("number", [0, 1])
def test_fewer_than_two_full_days_foretell_nothing_and_it_is_said(number: int) -> None:
    spent = days(2, first=date(2026, 11, 16) - number * DAY)
    found = foretold([*spent, today("1")], month=MONTH, now=NOW)
    assert isinstance(found, NotForetold)
    assert "fewer than 2 full days" in found.why


def test_days_that_are_not_added_up_yet_are_no_full_days() -> None:
    running = [replace(one, is_full=False) for one in days(2)]
    assert isinstance(foretold(running, month=MONTH, now=NOW), NotForetold)


def test_fewer_than_fourteen_days_give_a_mean_and_a_wider_band() -> None:
    def weekly(on: date) -> int:
        return 10 if on.weekday() >= 5 else 1

    few = forecast(days(weekly, first=date(2026, 11, 3)))
    many = forecast(days(weekly))
    assert few.days == 13
    assert "too few to tell days apart" in few.method
    assert few.high - few.low > many.high - many.low
    steady = forecast(days(2, first=date(2026, 11, 3)))
    assert steady.high > steady.amount, "days that never differed so far still may"


def test_what_was_longer_ago_than_eight_weeks_does_not_count() -> None:
    dear = days(1000, first=date(2026, 7, 1), end=date(2026, 9, 21))
    assert forecast([*dear, *days(2)]) == forecast(days(2))


def test_the_part_of_a_day_that_is_left_is_exact() -> None:
    assert part_left(NOW) == Decimal("0.5")
    assert part_left(datetime(2026, 11, 16, tzinfo=UTC)) == 1
    assert part_left(datetime(2026, 11, 16, 1, tzinfo=UTC) - 1.5 * DAY) == Decimal(11) / 24


histories = st.lists(
    st.decimals(min_value=0, max_value=10_000, places=6), min_size=3, max_size=70
).map(
    lambda each: [
        Spent(
            on=NOW.date() - number * DAY,
            running=amount,
            standing=each[0] / 64,
            is_full=number > 0,
        )
        for number, amount in enumerate(each)
    ]
)


@given(histories)
@example(days(0))
def test_a_forecast_is_never_below_what_is_booked_and_lies_in_its_band(
    spent: list[Spent],
) -> None:
    found = forecast(spent)
    assert found.to_date <= found.low <= found.amount <= found.high


@given(histories, st.data())
def test_whoever_spent_more_is_foretold_no_less(spent: list[Spent], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(spent) - 1))
    more = data.draw(st.decimals(min_value=0, max_value=1000, places=3))
    dearer = list(spent)
    dearer[place] = replace(spent[place], running=spent[place].running + more)
    assert forecast(dearer).amount >= forecast(spent).amount - Decimal("2e-9")


@given(histories, st.randoms(use_true_random=False))
def test_a_forecast_does_not_depend_on_the_order(spent: list[Spent], chance: random.Random) -> None:
    mixed = list(spent)
    chance.shuffle(mixed)
    assert forecast(mixed) == forecast(spent)


def test_the_band_holds_about_four_of_five_months() -> None:
    """Months of a desk with busier weekends, quiet days and storms, each from its own seed."""
    held = 0
    for seed in range(200):
        chance = random.Random(seed)

        def amount(on: date, chance: random.Random = chance) -> float:
            storm = 4 if chance.random() < 0.04 else 1
            return (3 if on.weekday() >= 5 else 2) * storm * chance.lognormvariate(0, 0.3)

        all_days = days(amount, end=date(2026, 12, 1))
        known = [one for one in all_days if one.on < NOW.date()]
        truth = total(one.running for one in all_days if one.on >= date(2026, 11, 1))
        found = forecast(known, now=datetime(2026, 11, 16, tzinfo=UTC))
        held += found.low <= truth <= found.high
    assert 0.7 <= held / 200 <= 0.92


# --- from the books ----------------------------------------------------------------------


def a_day(on: date, *, state: DayState = DayState.ESTIMATED) -> Day:
    book = PriceBook(
        Price(
            sku=sku,
            amount=Decimal(2),
            currency="USD",
            since=date(2026, 1, 1),
            seen_on=date(2026, 11, 1),
            source="a page",
        )
        for sku in ("sns.sms-part", "cloudwatch.alarm-month")
    )
    sheet = Sheet(
        [
            (Entry("sns.sms-part", Feature.WAKING), 3),
            (Entry("cloudwatch.alarm-month", Feature.STANDING), Decimal("0.5")),
        ]
    )
    return Day.priced_by(book, on=on, sheet=sheet, state=state)


def test_days_of_the_books_are_told_apart_into_running_and_standing() -> None:
    on = date(2026, 11, 3)
    assert spent_on([Booked.of(a_day(on))]) == (
        Spent(on=on, running=Decimal(6), standing=Decimal(1)),
    )
    assert not spent_on([Booked.of(a_day(on, state=DayState.RUNNING))])[0].is_full
    (sms,) = spent_on([Booked.of(a_day(on))], of=lambda line: line.entry.sku == "sns.sms-part")
    assert sms.running == 6
    assert sms.standing == 0


def test_a_weekday_that_was_seen_once_is_as_any_day() -> None:
    spent = [one for one in days(2, first=date(2026, 10, 19)) if one.on.weekday() != 2]
    rate = RunRate.of(
        [*spent, Spent(on=date(2026, 11, 11), running=Decimal(50))], before=NOW.date()
    )
    assert rate is not None
    assert rate.expected(date(2026, 11, 18)) == rate.overall
    assert rate.expected(date(2026, 11, 17)) == 2


# --- SMS ---------------------------------------------------------------------------------


def spend(spent: str, limit: str) -> SmsSpend:
    return SmsSpend(spent=Decimal(spent), limit=Decimal(limit))


def test_at_this_rate_sms_stop_on_a_day_that_is_named() -> None:
    found = sms_outlook(spend("31", "44"), is_in_sandbox=False, spent=days(2), now=NOW)
    assert found.runs_out_at == datetime(2026, 11, 23, tzinfo=UTC) - timedelta(seconds=0)
    assert found.says == (
        "at this rate SMS stop on the 23rd: 31.00 of 44.00 USD that SMS may cost are spent"
    )
    assert found.per_day == 2
    assert found.runs_out_on == date(2026, 11, 23)


def test_a_dear_weekend_makes_sms_stop_sooner() -> None:
    def weekly(on: date) -> int:
        return 12 if on.weekday() == 5 else 0

    found = sms_outlook(spend("0", "6"), is_in_sandbox=False, spent=days(weekly), now=NOW)
    assert found.runs_out_at == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_sms_that_last_are_said_to() -> None:
    found = sms_outlook(spend("31", "100"), is_in_sandbox=False, spent=days(2), now=NOW)
    assert found.runs_out_on is None
    assert found.says.startswith("at this rate SMS last through the month")


def test_without_any_sms_they_never_run_out() -> None:
    found = sms_outlook(spend("0", "1"), is_in_sandbox=False, spent=days(0), now=NOW)
    assert found.runs_out_on is None


def test_a_quota_that_is_used_up_is_used_up_now() -> None:
    found = sms_outlook(spend("1", "1"), is_in_sandbox=False, spent=days(2), now=NOW)
    assert found.runs_out_at == NOW
    assert found.says.startswith("no SMS leaves until the month is over")


def test_before_the_books_can_say_the_providers_own_sum_does() -> None:
    found = sms_outlook(spend("75", "100"), is_in_sandbox=False, spent=(), now=NOW)
    assert found.runs_out_on == date(2026, 11, 21)
    assert found.per_day is None


def test_the_sandbox_is_part_of_it() -> None:
    found = sms_outlook(spend("0", "1"), is_in_sandbox=True, spent=days(0), now=NOW)
    assert "SMS go only to verified numbers" in found.says


def test_what_the_provider_does_not_say_is_not_guessed() -> None:
    why = Unknown("AccessDenied")
    found = sms_outlook(why, is_in_sandbox=why, spent=days(2), now=NOW)
    assert (found.spent, found.quota, found.is_in_sandbox, found.runs_out_on) == (None,) * 4
    assert found.says == "what SMS have cost and may cost could not be asked: AccessDenied"
