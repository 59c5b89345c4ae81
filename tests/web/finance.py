"""Books of a made-up company, so that finance has something to look at.

Quantities follow from the day alone (a weekly rhythm, one storm on the 14th), amounts from
quantities and prices, as they do in the product.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chalicelib.adapters.focus import Deployment
from chalicelib.domain.cost import Done, Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.account import (
    AboutAccount,
    BudgetStanding,
    Forecast,
    MonthAccount,
    SmsOutlook,
)
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.domain.cost.line import CostLine, amount_of, priced
from chalicelib.domain.cost.reconciling import NO_REASON, UNEXPLAINED, Reconciled
from chalicelib.domain.cost.unit_costs import unit_costs
from tests.builders import NOW

MONTH = "2026-11"
STORM = date(2026, 11, 14)
AWS = "AWS price list, https://aws.amazon.com/pricing/"


def a_price(sku: str, amount: str, **over: object) -> Price:
    held: dict[str, object] = {
        "sku": sku,
        "amount": Decimal(amount),
        "currency": "USD",
        "since": date(2026, 1, 1),
        "seen_on": date(2026, 10, 30),
        "source": AWS,
    }
    return Price(**{**held, **over})  # type: ignore[arg-type]


PRICES = (
    a_price("lambda.request", "0.20", per=1_000_000, unit="request"),
    a_price("lambda.gb-second.arm64", "0.0000133334", per=1_024_000, unit="MB-millisecond"),
    a_price("dynamodb.read-unit", "0.125", per=1_000_000, unit="read unit"),
    a_price("dynamodb.write-unit", "0.625", per=1_000_000, unit="write unit"),
    a_price("api.request", "3.50", per=1_000_000, unit="request"),
    a_price("logs.byte", "0.50", per=2**30, unit="byte"),
    a_price("sqs.request", "0.40", per=1_000_000, unit="request", seen_on=date(2026, 6, 1)),
    a_price("sns.sms-part", "0.00645", country="US", unit="part"),
    a_price("sns.sms-part", "0.0982", country="AT", unit="part"),
    a_price(
        "sns.sms-part",
        "0.1051",
        country="AT",
        unit="part",
        kind=PriceKind.OBSERVED,
        since=date(2026, 11, 3),
        seen_on=date(2026, 11, 3),
        source="delivery receipt",
    ),
    a_price("cloudwatch.alarm-month", "0.10", unit="alarm"),
    a_price(
        "x.post-read",
        "0.005",
        unit="post",
        kind=PriceKind.CONFIGURED,
        since=date(2026, 11, 1),
        seen_on=date(2026, 11, 1),
        source="our contract with X",
    ),
)
BOOK = PriceBook(PRICES)
DEPLOYMENT = Deployment(stage="test", region="us-east-1", account="123456789012")


def a_sheet(on: date) -> Sheet:
    """What a day took: half as much at weekends, six times as much in the storm."""
    pace = 6 if on == STORM else 1 if on.weekday() >= 5 else 2
    read = 900 * pace + on.day
    pages = 4 * pace - 3
    made: list[tuple[Entry, int | Decimal]] = []

    def add(
        sku: str, feature: Feature, quantity: int | Decimal, *of: str, country: str = ""
    ) -> None:
        source, brand = (*of, "", "")[:2]
        entry = Entry(sku=sku, feature=feature, source=source, brand=brand, country=country)
        made.append((entry, quantity))

    social, paid = ("mastodon-acme", "acme"), ("x-acme", "acme")
    add("x.post-read", Feature.LISTENING, read // 4, *paid)
    add("lambda.gb-second.arm64", Feature.LISTENING, read * 2_900_000, *social)
    add("dynamodb.write-unit", Feature.LISTENING, read * 6, *social)
    add("dynamodb.write-unit", Feature.LISTENING, read * 3, *paid)
    add("dynamodb.write-unit", Feature.JUDGING, Decimal(read * 11) / 2, "", "acme")
    add("dynamodb.read-unit", Feature.JUDGING, read * 14, "", "acme")
    add("lambda.gb-second.arm64", Feature.JUDGING, read * 9_100_000, "", "acme")
    add("sns.sms-part", Feature.WAKING, pages, "", "acme", country="AT")
    add("sns.sms-part", Feature.WAKING, 1, "", "other", country="US")
    add("lambda.request", Feature.WAKING, 1_440)
    add("api.request", Feature.VIEWING, 34_000)
    add("dynamodb.read-unit", Feature.VIEWING, 210_000)
    add("dynamodb.write-unit", Feature.ANSWERING, 380 * pace, "", "acme")
    add("sqs.request", Feature.STANDING, 61_000)
    add("logs.byte", Feature.STANDING, 31_000_000 * pace)
    add("cloudwatch.alarm-month", Feature.STANDING, Decimal("0.833333"))
    add("lambda.request", Feature.ACCOUNTING, 24)
    add("yelp.request", Feature.LISTENING, 48, "yelp-acme", "acme")
    add(Done.MENTION_READ, Feature.LISTENING, read, *social)
    add(Done.MENTION_READ, Feature.LISTENING, read // 4, *paid)
    add(Done.MENTION_JUDGED, Feature.JUDGING, read, "", "acme")
    add(Done.PAGE, Feature.WAKING, pages)
    add(Done.ACKNOWLEDGED, Feature.WAKING, pages // 2)
    add(Done.REPLY, Feature.ANSWERING, 30 * pace)
    add(Done.POLL, Feature.VIEWING, 30_000)
    return Sheet(made)


def a_day(on: date, *, today: date) -> Day:
    age = (today - on).days
    state = DayState.RUNNING if age < 1 else DayState.ESTIMATED if age < 4 else DayState.FINAL
    return Day.priced_by(BOOK, on=on, sheet=a_sheet(on), state=state)


def split(lines: tuple[CostLine, ...], name: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        key = str(getattr(line.entry, name))
        found[key] = plus(found.get(key, ZERO), line.amount)
    return found


def an_account(days: tuple[Day, ...], *, month: str = MONTH, **over: object) -> MonthAccount:
    """The account of some days; nothing is known of forecasts and bills."""
    lines = tuple(line for day in days for line in day.lines)
    sheet = Sheet.total(day.sheet for day in days)
    held: dict[str, object] = {
        "month": month,
        "currency": "USD",
        "days": days,
        "lines": lines,
        "amount": amount_of(lines),
        "by_feature": split(lines, "feature"),
        "by_source": split(lines, "source"),
        "by_brand": split(lines, "brand"),
        "by_sku": split(lines, "sku"),
        "unpriced": Sheet.total(day.unpriced for day in days),
        "no_forecast": "fewer than two full days stand in the books",
        "unit_costs": unit_costs(lines, sheet, brand_of={}) if days else (),
    }
    return MonthAccount(**{**held, **over})  # type: ignore[arg-type]


def days_until(today: date) -> Iterator[Day]:
    on = today.replace(day=1)
    while on <= today:
        yield a_day(on, today=today)
        on += timedelta(days=1)


def a_forecast(to_date: Decimal, *, times: str = "1.42") -> Forecast:
    amount = to_date * Decimal(times)
    return Forecast(
        to_date=to_date,
        amount=amount,
        low=amount * Decimal("0.93"),
        high=amount * Decimal("1.11"),
        coverage=Decimal("0.8"),
        days=20,
        method="what each day of the week cost in the last 20 full days, for 9 days to come",
    )


def reconciled(days: tuple[Day, ...]) -> Iterator[Reconciled]:
    """Metered beside charged, for all days that are over; the newest is not charged yet."""
    for day in days[:-1]:
        metered = split(day.lines, "sku")
        is_new = day is days[-2]
        state = DayState.FINAL if day.state is DayState.FINAL else DayState.ESTIMATED
        sms = metered["sns.sms-part"]
        off = day.on == STORM
        database = plus(metered["dynamodb.read-unit"], metered["dynamodb.write-unit"])
        for group, amount, factor, reason in (
            ("dynamodb", database, Decimal("1.004"), "rounding of the bill"),
            (
                "sms",
                sms,
                Decimal("1.12") if off else Decimal(1),
                "the carrier counted two parts where we counted one" if off else "",
            ),
        ):
            yield Reconciled(
                period=day.on.isoformat(),
                group=group,
                metered=amount,
                charged=None if is_new else amount * factor,
                currency="USD",
                reason="" if is_new else reason,
                state=state,
                by="" if is_new else "cost-explorer",
            )
    yield Reconciled(
        period=days[2].on.isoformat(),
        group=UNEXPLAINED,
        named="Amazon Route 53",
        metered=ZERO,
        charged=Decimal("0.50"),
        currency="USD",
        reason=NO_REASON,
        by="cost-explorer",
    )


def a_month(now: datetime = NOW) -> MonthAccount:
    """A month that runs, with everything that can be said of one."""
    days = tuple(days_until(now.astimezone(UTC).date()))
    account = an_account(days)
    paid = account.by_source["x-acme"]
    forecast = a_forecast(account.amount)
    return replace(
        account,
        stale=tuple(one for one in PRICES if one.is_stale(on=now.date())),
        forecast=forecast,
        no_forecast="",
        budgets=(
            BudgetStanding(
                name="whole",
                usd=Decimal(75),
                spent=account.amount,
                forecast=forecast,
            ),
            BudgetStanding(
                name="sms",
                usd=Decimal(14),
                spent=account.by_sku["sns.sms-part"],
                forecast=a_forecast(account.by_sku["sns.sms-part"]),
                stops=True,
                confirmed_by="Lea Lang",
            ),
            BudgetStanding(
                name="x-acme", usd=Decimal(40), spent=paid, forecast=None, is_of_reading=True
            ),
        ),
        sms=SmsOutlook(
            spent=Decimal("15.20"),
            quota=Decimal(20),
            is_in_sandbox=False,
            per_day=Decimal("0.76"),
            runs_out_at=NOW + timedelta(days=6),
            says=(
                "at this rate SMS stop on the 27th: 15.20 of 20.00 USD that SMS may cost are spent"
            ),
        ),
        reconciliation=tuple(reconciled(days)),
    )


def about_a_ticket(id: str) -> AboutAccount:
    """A ticket that took a little."""
    sheet = Sheet(
        [
            (Entry("dynamodb.write-unit", Feature.ANSWERING, brand="acme"), 41),
            (Entry("lambda.gb-second.arm64", Feature.ANSWERING, brand="acme"), 9_400_000_000),
            (Entry("yelp.request", Feature.ANSWERING, source="yelp-acme"), 2),
        ]
    )
    found = priced(sheet, BOOK, on=NOW.date())
    return AboutAccount(
        about=id,
        currency="USD",
        lines=found.lines,
        amount=found.amount,
        unpriced=found.unpriced,
    )


@dataclass
class FakeAccounts:
    """Accounts of the months that somebody put here; of every other month nothing is booked."""

    months: dict[str, MonthAccount] = field(default_factory=dict)
    abouts: dict[str, AboutAccount] = field(default_factory=dict)

    def month(self, month: str, *, now: datetime) -> MonthAccount:
        assert now.tzinfo
        return self.months.get(month) or an_account((), month=month)

    def about(self, id: str) -> AboutAccount:
        nothing = AboutAccount(about=id, currency="USD", lines=(), amount=ZERO)
        return self.abouts.get(id, nothing)

    def run(self, now: datetime = NOW) -> MonthAccount:
        """From now on the month of `now` is full of what a company takes."""
        account = a_month(now)
        self.months[account.month] = account
        return account
