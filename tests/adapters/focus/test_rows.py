"""Days of the books become rows of FOCUS 1.2: every line is there, and nothing is rounded.

The validator (`make focus-check`) reads such rows too, but tries neither the products of prices
and quantities nor the lists of allowed words: those are held here.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.focus import COLUMNS, Deployment, Kind, Row, focus_csv, focus_rows
from chalicelib.adapters.focus.sellers import service_of
from chalicelib.adapters.price_book import price_book
from chalicelib.domain.cost import Done, Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.exact import amount_of, total
from chalicelib.domain.errors import BadInput
from tests.domain.cost.test_core import PERS, amounts, price, quantities

HERE = Deployment(stage="prod", region="eu-central-1", account="123456789012")
ON = date(2026, 11, 30)

# Source: FOCUS 1.2, "Service Subcategory", allowed values.
SUBCATEGORIES = {
    "AI and Machine Learning": (
        "AI Platforms",
        "Bots",
        "Generative AI",
        "Machine Learning",
        "Natural Language Processing",
        "Other (AI and Machine Learning)",
    ),
    "Analytics": (
        "Analytics Platforms",
        "Business Intelligence",
        "Data Processing",
        "Search",
        "Streaming Analytics",
        "Other (Analytics)",
    ),
    "Business Applications": ("Productivity and Collaboration", "Other (Business Applications)"),
    "Compute": (
        "Containers",
        "End User Computing",
        "Quantum Compute",
        "Serverless Compute",
        "Virtual Machines",
        "Other (Compute)",
    ),
    "Databases": (
        "Caching",
        "Data Warehouses",
        "Ledger Databases",
        "NoSQL Databases",
        "Relational Databases",
        "Time Series Databases",
        "Other (Databases)",
    ),
    "Developer Tools": (
        "Developer Platforms",
        "Continuous Integration and Deployment",
        "Development Environments",
        "Source Code Management",
        "Quality Assurance",
        "Other (Developer Tools)",
    ),
    "Identity": ("Identity and Access Management", "Other (Identity)"),
    "Integration": ("API Management", "Messaging", "Workflow Orchestration", "Other (Integration)"),
    "Internet of Things": ("IoT Analytics", "IoT Platforms", "Other (Internet of Things)"),
    "Management and Governance": (
        "Architecture",
        "Compliance",
        "Cost Management",
        "Data Governance",
        "Disaster Recovery",
        "Endpoint Management",
        "Observability",
        "Support",
        "Other (Management and Governance)",
    ),
    "Media": ("Content Creation", "Gaming", "Media Streaming", "Mixed Reality", "Other (Media)"),
    "Migration": ("Data Migration", "Resource Migration", "Other (Migration)"),
    "Mobile": ("Other (Mobile)",),
    "Multicloud": ("Multicloud Integration", "Other (Multicloud)"),
    "Networking": (
        "Application Networking",
        "Content Delivery",
        "Network Connectivity",
        "Network Infrastructure",
        "Network Routing",
        "Network Security",
        "Other (Networking)",
    ),
    "Security": (
        "Secret Management",
        "Security Posture Management",
        "Threat Detection and Response",
        "Other (Security)",
    ),
    "Storage": (
        "Backup Storage",
        "Block Storage",
        "File Storage",
        "Object Storage",
        "Storage Platforms",
        "Other (Storage)",
    ),
    "Web": ("Application Platforms", "Other (Web)"),
    "Other": ("Other (Other)",),
}

SKUS = (*PERS, "logs.byte", "yelp.request", "done.reply", "bedrock.amazon.nova-lite.input-token")
PER = {**PERS, "logs.byte": 2**30, "yelp.request": 10, "bedrock.amazon.nova-lite.input-token": 1000}

entries = st.builds(
    Entry,
    sku=st.sampled_from(SKUS),
    feature=st.sampled_from(Feature),
    source=st.sampled_from(("", "x", "mastodon")),
    brand=st.sampled_from(("", "acme")),
    about=st.just(""),
    country=st.sampled_from(("", "DE")),
)
sheets = st.lists(st.tuples(entries, quantities), max_size=30).map(Sheet)


@st.composite
def books(draw: st.DrawFn) -> PriceBook:
    """Of each sku any of the three kinds, with or without a country, per any number of units."""
    kinds = st.sampled_from(PriceKind)
    keys = draw(
        st.lists(st.tuples(st.sampled_from(SKUS), st.sampled_from(("", "DE")), kinds), unique=True)
    )
    return PriceBook(
        price(
            sku,
            str(draw(amounts)),
            country=country,
            kind=kind,
            per=draw(st.sampled_from((1, PER.get(sku, 1), 1000))),
        )
        for sku, country, kind in keys
    )


def rows_of(*pairs: tuple[Entry, int | Decimal], book: PriceBook, on: date = ON) -> list[Row]:
    day = Day.priced_by(book, on=on, sheet=Sheet(pairs))
    return list(focus_rows([day], book=book, deployment=HERE))


def number(row: Row, column: str) -> Decimal:
    found = row[column]
    assert isinstance(found, Decimal), column
    return found


@given(books(), st.lists(sheets, max_size=3))
def test_rows_add_up_to_the_amount_of_the_month(book: PriceBook, taken: list[Sheet]) -> None:
    days = [
        Day.priced_by(book, on=ON - timedelta(days=place), sheet=sheet)
        for place, sheet in enumerate(taken)
    ]

    rows = list(focus_rows(days, book=book, deployment=HERE))
    assert len(rows) == sum(len(day.lines) for day in days)
    amount = total(day.amount for day in days)
    for column in ("BilledCost", "EffectiveCost", "PricingCurrencyEffectiveCost"):
        assert total(number(row, column) for row in rows) == amount


@given(books(), sheets)
def test_every_cost_is_its_unit_price_times_the_quantity(book: PriceBook, taken: Sheet) -> None:
    for row in rows_of(*taken.items(), book=book):
        quantity = number(row, "PricingQuantity")
        for kind in ("List", "Contracted"):
            cost = amount_of(quantity, number(row, f"{kind}UnitPrice"), 1)
            assert cost == number(row, f"{kind}Cost")


@given(books(), sheets)
def test_every_row_has_every_column_and_each_of_its_type(book: PriceBook, taken: Sheet) -> None:
    types = {Kind.NUMBER: Decimal, Kind.INSTANT: datetime, Kind.TEXT: str, Kind.PAIRS: str}
    for row in rows_of(*taken.items(), book=book):
        assert list(row) == list(COLUMNS)
        for column, kind in COLUMNS.items():
            cell = row[column]
            assert cell is None or isinstance(cell, types[kind]), column
            assert cell != "", column
        pairs = (row["Tags"], row["SkuPriceDetails"])
        assert all(isinstance(json.loads(str(one)), dict) for one in pairs if one is not None)


def test_a_charged_price_stands_beside_the_agreed_and_the_listed_one() -> None:
    book = PriceBook(
        [
            price("sns.sms-part", "0.10", country="DE"),
            price("sns.sms-part", "0.08", country="DE", kind=PriceKind.CONFIGURED),
            price("sns.sms-part", "0.0912", country="DE", kind=PriceKind.OBSERVED),
        ]
    )
    (row,) = rows_of((Entry("sns.sms-part", Feature.WAKING, country="DE"), 10), book=book)

    costs = {name: number(row, f"{name}Cost") for name in ("List", "Contracted", "Billed")}
    assert costs == {
        "List": Decimal("1.0"),
        "Contracted": Decimal("0.80"),
        "Billed": Decimal("0.912"),
    }
    assert row["x_PriceVersion"] == "observed 2026-01-01"
    assert (row["x_Country"], row["SkuPriceId"]) == ("DE", "sns.sms-part/DE")
    assert row["SkuPriceDetails"] == '{"x_Country": "DE"}'


def test_an_agreed_price_is_billed_and_the_list_says_what_it_saves() -> None:
    listed = price("dynamodb.write-unit", "0.625", per=1_000_000)
    agreed = price("dynamodb.write-unit", "0.0005", per=1000, kind=PriceKind.CONFIGURED)
    entry = Entry("dynamodb.write-unit", Feature.LISTENING)
    (row,) = rows_of((entry, 2_000_000), book=PriceBook([listed, agreed]))

    assert row["PricingUnit"] == "1000000 Write Units"
    assert number(row, "PricingQuantity") == 2
    assert [number(row, f"{name}UnitPrice") for name in ("List", "Contracted")] == [
        Decimal("0.625"),
        Decimal("0.5"),
    ]
    assert number(row, "BilledCost") == number(row, "ContractedCost") == 1


@pytest.mark.parametrize("kind", PriceKind)
def test_where_one_price_alone_is_known_it_stands_for_the_others(kind: PriceKind) -> None:
    book = PriceBook([price("yelp.request", "0.25", kind=kind)])
    (row,) = rows_of((Entry("yelp.request", Feature.LISTENING, "yelp"), 4), book=book)

    assert {row[column] for column in ("ListCost", "ContractedCost", "BilledCost")} == {Decimal(1)}


def test_a_day_keeps_the_list_price_it_was_priced_by() -> None:
    entry, before = Entry("x.post-read", Feature.LISTENING, "x"), price("x.post-read", "0.005")
    day = Day.priced_by(PriceBook([before]), on=ON, sheet=Sheet([(entry, 1)]))
    later = PriceBook([replace(before, amount=Decimal("0.5"))])
    (row,) = focus_rows([day], book=later, deployment=HERE)

    assert row["ListCost"] == row["BilledCost"] == Decimal("0.005")


def test_a_period_is_a_day_of_utc_in_its_month() -> None:
    book = PriceBook([price("sqs.request")])
    for on, end in ((date(2026, 12, 31), (2027, 1, 1)), (date(2028, 2, 29), (2028, 3, 1))):
        (row,) = rows_of((Entry("sqs.request", Feature.STANDING), 1), book=book, on=on)
        midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
        assert row["ChargePeriodStart"] == midnight
        assert row["ChargePeriodEnd"] == midnight + timedelta(days=1)
        assert row["BillingPeriodStart"] == midnight.replace(day=1)
        assert row["BillingPeriodEnd"] == datetime(*end, tzinfo=UTC)


def test_what_aws_bills_is_told_from_what_a_platform_bills() -> None:
    book = PriceBook([price("lambda.request"), price("x.post-read")])
    ours, theirs = rows_of(
        (Entry("lambda.request", Feature.JUDGING), 1),
        (Entry("x.post-read", Feature.LISTENING, "x-support", "acme"), 1),
        book=book,
    )
    columns = ("ProviderName", "InvoiceIssuerName", "BillingAccountId", "RegionId", "RegionName")
    assert [ours[one] for one in columns] == [
        *("AWS", "AWS", "123456789012", "eu-central-1", "Europe (Frankfurt)"),
    ]
    assert [theirs[one] for one in columns] == ["X", "X", "x-support", None, None]
    assert [ours[one] for one in ("x_Feature", "x_Source", "x_Brand")] == ["judging", None, None]
    assert [theirs[one] for one in ("x_Feature", "x_Source", "x_Brand")] == [
        *("listening", "x-support", "acme"),
    ]
    assert ours["Tags"] == '{"feature": "judging", "stage": "prod"}'


def test_the_maker_of_a_model_publishes_what_aws_sells() -> None:
    for model, maker in (("amazon.nova-lite-v1:0", "AWS"), ("eu.anthropic.claude", "Anthropic")):
        service = service_of(f"bedrock.{model}.input-token")
        assert (service.provider, service.maker) == ("AWS", maker)


def test_time_of_functions_and_bytes_are_in_units_of_the_standard() -> None:
    book = PriceBook(
        [
            price("lambda.gb-second.arm64", "0.0000133334", per=1_024_000),
            price("dynamodb.byte-month", "0.25", per=2**30),
        ]
    )
    stored, ran = rows_of(
        (Entry("lambda.gb-second.arm64", Feature.JUDGING), 2_048_000),
        (Entry("dynamodb.byte-month", Feature.STANDING), 2**29),
        book=book,
    )
    columns = ("ConsumedQuantity", "ConsumedUnit", "PricingQuantity", "PricingUnit")
    assert [ran[one] for one in columns] == [2, "GiB-Seconds", 2, "GiB-Seconds"]
    assert [stored[one] for one in columns] == [2**29, "B-Months", Decimal("0.5"), "GiB-Months"]


def test_what_has_no_price_and_what_is_free_has_no_row() -> None:
    sheet = ((Entry(sku, Feature.LISTENING), 5) for sku in ("yelp.request", str(Done.REPLY)))
    assert rows_of(*sheet, book=PriceBook([])) == []


def every_sku() -> Iterator[str]:
    """All that is listed for any region."""
    from chalicelib.adapters.price_book import list_prices

    yield from dict.fromkeys(one.sku for one in list_prices())
    yield from ("yelp.request", "bedrock.amazon.nova-lite-v1:0.input-token")


@pytest.mark.parametrize("sku", tuple(every_sku()))
def test_every_sku_has_a_seller_and_a_category_of_the_standard(sku: str) -> None:
    service = service_of(sku)
    assert service.name != sku.partition(".")[0], "no seller in the table"
    assert service.subcategory in SUBCATEGORIES[service.category]


def test_a_sku_of_a_seller_that_nobody_has_named_is_other() -> None:
    service = service_of("carrier.minute")
    assert (service.provider, service.category) == ("carrier", "Other")


def test_the_account_is_read_from_an_arn() -> None:
    found = Deployment.of("prod", "arn:aws:sns:eu-central-1:123456789012:nightdesk-prod-notices")
    assert found == HERE
    with pytest.raises(BadInput, match="names no region and account"):
        Deployment.of("prod", "arn:aws:s3:::bucket")


def test_a_region_that_aws_has_only_just_opened_is_named_by_itself() -> None:
    assert replace(HERE, region="xx-north-9").region_name == "xx-north-9"


# --- as CSV -------------------------------------------------------------------------------


@given(books(), sheets)
def test_csv_keeps_every_digit(book: PriceBook, taken: Sheet) -> None:
    rows = rows_of(*taken.items(), book=book)
    read = list(csv.DictReader(io.StringIO("".join(focus_csv(rows)), newline="")))

    assert len(read) == len(rows)
    for row, found in zip(rows, read, strict=True):
        assert list(found) == list(COLUMNS)
        assert "E" not in found["BilledCost"]
        for column, kind in COLUMNS.items():
            if kind is Kind.NUMBER:
                told = found[column]
                assert (Decimal(told) if told else None) == row[column]
            elif kind is not Kind.INSTANT:
                assert found[column] == (row[column] or "")


def test_csv_writes_instants_as_the_standard_does_and_null_as_nothing() -> None:
    book = PriceBook([price("sqs.request")])
    rows = rows_of((Entry("sqs.request", Feature.STANDING), 1), book=book)
    (found,) = csv.DictReader(io.StringIO("".join(focus_csv(rows)), newline=""))

    assert found["ChargePeriodStart"] == "2026-11-30T00:00:00Z"
    assert found["InvoiceId"] == ""


def test_csv_of_nothing_is_its_head() -> None:
    assert list(focus_csv([])) == [",".join(COLUMNS) + "\r\n"]


def test_the_list_prices_of_this_release_make_rows() -> None:
    book = price_book(region=HERE.region)
    skus = [one for one in book.skus if book.price(one, on=ON)]
    rows = rows_of(*((Entry(sku, Feature.STANDING), 1) for sku in skus), book=book)

    assert {row["SkuId"] for row in rows} == set(skus)
    assert isinstance(rows[0]["x_PriceSource"], str)


def test_no_row_speaks_another_currency_than_its_price() -> None:
    euro = PriceBook(
        [
            Price(
                sku="sqs.request",
                amount=Decimal("0.5"),
                currency="EUR",
                since=date(2026, 1, 1),
                seen_on=date(2026, 1, 1),
                source="a page",
                kind=PriceKind.OBSERVED,
            )
        ],
        currency="EUR",
    )
    entry = Entry("sqs.request", Feature.STANDING)
    day = Day.priced_by(euro, on=ON, sheet=Sheet([(entry, 1)]))
    dollars = PriceBook([price("sqs.request", "0.9")])
    (row,) = focus_rows([day], book=dollars, deployment=HERE)

    assert row["BillingCurrency"] == "EUR"
    assert row["ListCost"] == row["BilledCost"]
