"""What it may cost, who is told, prices of one's own and the bill, as the file says it."""

from datetime import date
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Price, PriceKind
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.finance import BillSettings, Budget, Finance
from chalicelib.domain.schedule import ResponderId
from infra.config.phone import country
from tests.infra.desk_file import VALID, checked, desk, line_of, the_problem

SMS_STOPS = "sms: {usd: 50, stops: true, confirmed_by: Fiona Berg}"


def money(*lines: str, text: str = VALID) -> str:
    return text + "finance:\n" + "".join(f"  {line}\n" for line in lines)


def finance(*lines: str) -> Finance:
    return desk(money(*lines)).finance


def test_without_a_word_nothing_is_budgeted_and_the_letter_goes_to_nobody() -> None:
    assert desk(VALID).finance == Finance()
    assert Finance().is_monthly


def test_budgets_are_of_everything_of_sms_and_of_sources() -> None:
    found = finance("budgets:", "  whole: {usd: 300}", f"  {SMS_STOPS}", "  news: {usd: 49.90}")
    assert found.budgets == (
        Budget(name="whole", usd=Decimal(300)),
        Budget(name="sms", usd=Decimal(50), stops=True, confirmed_by="Fiona Berg"),
        Budget(name="news", usd=Decimal("49.90")),
    )


def test_whoever_is_told_is_told_once() -> None:
    found = finance(
        "tell: [fin@acme.example, fae@acme.example, fin@acme.example]", "monthly: false"
    )
    assert found.tell == ("fin@acme.example", "fae@acme.example")
    assert not found.is_monthly


def test_a_price_of_ones_own_is_exact_and_dated() -> None:
    found = finance(
        "prices:",
        "  - {sku: sns.sms-part, amount: 0.0612, since: 2026-11-01, country: AT,",
        "     seen_on: 2026-11-20, source: our contract}",
        "  - {sku: lambda.request, amount: 0, per: 1000000, since: 2026-11-01, region: eu-west-1}",
    )
    assert found.prices == (
        Price(
            sku="sns.sms-part",
            amount=Decimal("0.0612"),
            currency="USD",
            since=date(2026, 11, 1),
            seen_on=date(2026, 11, 20),
            source="our contract",
            country="AT",
            kind=PriceKind.CONFIGURED,
        ),
        Price(
            sku="lambda.request",
            amount=Decimal(0),
            per=1_000_000,
            currency="USD",
            since=date(2026, 11, 1),
            seen_on=date(2026, 11, 1),
            source="the configuration of this desk",
            region="eu-west-1",
            kind=PriceKind.CONFIGURED,
        ),
    )


def test_the_bill_stands_in_cost_explorer_or_in_an_export() -> None:
    assert finance("bill: {from: cost-explorer, tag: stage=prod}").bill == BillSettings(
        source=BillSource.COST_EXPLORER, tag="stage=prod"
    )
    export = "bill: {from: focus-export, account: 123456789012, bucket: acme-bills, prefix: x/y}"
    assert finance(export).bill == BillSettings(
        source=BillSource.FOCUS_EXPORT, account="123456789012", bucket="acme-bills", prefix="x/y"
    )


def test_reports_of_sms_stand_in_a_bucket() -> None:
    found = finance("sms_reports: {bucket: acme-sms, prefix: desk/}")
    assert (found.sms_reports_bucket, found.sms_reports_prefix) == ("acme-sms", "desk/")


@pytest.mark.parametrize(
    ("lines", "field", "remedy"),
    [
        (["budgets: {sms: {usd: 5, stops: true}}"], "budgets.sms", "would silence pages"),
        (["budgets: {sms: {usd: 5, stops: true}}"], "budgets.sms", "add confirmed_by:"),
        (
            ["budgets: {whole: {usd: 5, stops: true, confirmed_by: Fin}}"],
            "budgets.whole.stops",
            "can be of sms alone; take it out",
        ),
        (
            ["budgets: {news: {usd: 5, stops: true, confirmed_by: Fin}}"],
            "budgets.news.stops",
            "see sources.news.budget.stops",
        ),
        (["budgets: {nwes: {usd: 5}}"], "budgets.nwes", "did you mean news?"),
        (["budgets: {all: {usd: 5}}"], "budgets.all", "known: whole, sms, news"),
        (["budgets: {whole: {usd: -5}}"], "budgets.whole.usd", "use 0.01 to 1,000,000"),
        (["budgets: {whole: {usd: 0}}"], "budgets.whole.usd", "use 0.01 to 1,000,000"),
        (["budgets: {whole: {eur: 5, usd: 5}}"], "budgets.whole.eur", "is not a setting"),
        (["budgets: {whole: {}}"], "budgets.whole.usd", "is missing; add it"),
        (["tell: [nobody]"], "tell[0]", "is not an e-mail address"),
        (["tell: fin@acme.example"], "tell", "what stands there is not a list"),
        (["monthly: maybe"], "monthly", "true or false"),
        (
            ["prices: [{sku: x.post-read, amount: -1, since: 2026-11-01}]"],
            "prices[0].amount",
            "0 or",
        ),
        (
            ["prices: [{sku: x.post-read, amount: nan, since: 2026-11-01}]"],
            "prices[0].amount",
            "0.004",
        ),
        (
            ["prices: [{sku: x.post-read, amount: true, since: 2026-11-01}]"],
            "prices[0].amount",
            "0.0",
        ),
        (["prices: [{sku: x.post-read, amount: 1, since: soon}]"], "prices[0].since", "2026-11-02"),
        (["prices: [{sku: x.post-read, amount: 1}]"], "prices[0].since", "is missing"),
        (["prices: [{sku: posts, amount: 1, since: 2026-11-01}]"], "prices[0].sku", "x.post-read"),
        (
            ["prices: [{sku: x.post-read, amount: 1, per: 3, since: 2026-11-01}]"],
            "prices[0].per",
            "write the price of 1, 1000 or 1000000 units",
        ),
        (
            ["prices: [{sku: x.post-read, amount: 1, per: 0, since: 2026-11-01}]"],
            "prices[0].per",
            "use 1 or more",
        ),
        (
            ["prices: [{sku: x.post-read, amount: 1, currency: EUR, since: 2026-11-01}]"],
            "prices[0].currency",
            "write the price in USD",
        ),
        (
            ["prices: [{sku: x.post-read, amount: 1, country: Austria, since: 2026-11-01}]"],
            "prices[0].country",
            "write one such as AT",
        ),
        (
            ["prices: [{sku: x.post-read, amount: 1, region: Vienna, since: 2026-11-01}]"],
            "prices[0].region",
            "write one such as eu-central-1",
        ),
        (["bill: {}"], "bill.from", "is missing; add it, such as from: cost-explorer"),
        (["bill: {from: cost-exploder}"], "bill.from", "did you mean cost-explorer?"),
        (["bill: {form: cost-explorer, from: cost-explorer}"], "bill.form", "did you mean from?"),
        (["bill: {from: focus-export}"], "bill", "add bucket: acme-billing"),
        (["bill: {from: cost-explorer, bucket: acme}"], "bill", "write from: focus-export"),
        (["bill: {from: cost-explorer, account: 123}"], "bill.account", "12 digits"),
        (["bill: {from: cost-explorer, tag: prod}"], "bill.tag", "stage=prod"),
        (["bill: {from: focus-export, bucket: Acme}"], "bill.bucket", "name of an S3 bucket"),
        (["sms_reports: {prefix: x}"], "sms_reports.bucket", "is missing"),
        (["budget: {whole: {usd: 5}}"], "budget", "did you mean budgets?"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_remedy(
    lines: list[str], field: str, remedy: str
) -> None:
    found = the_problem(money(*lines))
    assert f": finance.{field}: " in found
    assert remedy in found
    assert "fin@acme.example" not in found


def test_two_prices_of_one_thing_from_one_day_on_are_refused_on_the_line_of_the_second() -> None:
    text = money(
        "prices:",
        "  - {sku: x.post-read, amount: 1, since: 2026-11-01}",
        "  - {sku: x.post-read, amount: 1, since: 2026-12-01}",
        "  - {sku: x.post-read, amount: 2, since: 2026-11-01, source: another}",
    )
    found = the_problem(text)
    assert f":{line_of(text, 'source: another')}: finance.prices[2]: " in found
    assert "as prices[0] is; keep one of them" in found
    other = text.replace("source: another", "country: AT")
    assert len(desk(other).finance.prices) == 3


def doubts(text: str) -> dict[str, str]:
    return {one.field: one.message for one in checked(text).warnings}


def test_what_is_hardly_meant_is_doubted() -> None:
    assert "gets nothing" in doubts(money("tell: [fin@acme.example]"))["finance.tell"]
    lazy = doubts(money("budgets: {sms: {usd: 5, confirmed_by: Fin}}"))
    assert "confirms nothing" in lazy["finance.budgets.sms.confirmed_by"]
    odd = doubts(money("prices: [{sku: x.post-raed, amount: 1, since: 2026-11-01}]"))
    assert "did you mean x.post-read?" in odd["finance.prices[0].sku"]
    named = doubts(money("budgets: {sms: {usd: 5}}", text=VALID.replace("news:", "sms:")))
    assert "is not the budget of your source sms" in named["finance.budgets.sms"]


def test_whoever_has_nothing_but_sms_is_named_where_a_budget_may_stop_them() -> None:
    text = money("budgets:", f"  {SMS_STOPS}")
    assert "no way to page ana, ben once" in doubts(text)["finance.budgets.sms.stops"]
    mail = "  ana:\n    name: Ana\n    email: ana@acme.example\n"
    reached = text.replace("  ana:\n    name: Ana\n", mail) + "email: {sender: n@acme.example}\n"
    assert "no way to page ben once" in doubts(reached)["finance.budgets.sms.stops"]


def test_what_is_right_is_not_doubted() -> None:
    text = money(
        "budgets: {whole: {usd: 300}, news: {usd: 5}}",
        "tell: [fin@acme.example]",
        "prices:",
        "  - {sku: yelp.request, amount: 1, since: 2026-11-01}",
        "  - {sku: bedrock.nova-micro.input-token, amount: 1, per: 1000000, since: 2026-11-01}",
    )
    assert not doubts(text + "email: {sender: n@acme.example}\n")


def test_the_country_of_a_phone_is_known_by_its_number() -> None:
    ana = desk(VALID).responder(ResponderId("ana"))
    assert ana is not None
    assert ana.country == "US"


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+436641234567", "AT"),
        ("+12025550143", "US"),
        ("+16135550143", "CA"),
        ("+447400123456", "GB"),
        ("+870773111632", ""),
        ("nonsense", ""),
    ],
)
def test_a_number_of_no_country_has_none(phone: str, expected: str) -> None:
    assert country(phone) == expected
