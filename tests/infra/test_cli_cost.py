"""`nightdesk cost`: what the books of a deployment say, shown and written."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from chalicelib.domain.cost import Done, Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.day import Day, DayState
from infra.acting import acting_as
from infra.cli import app
from infra.cli.account import money
from infra.cli.terminal import now
from tests.builders import a_desk
from tests.infra.staging import deployed

MONTH = "2026-10"
FIRST = date(2026, 10, 1)
BOOK = PriceBook(
    [
        Price(
            sku=sku,
            amount=Decimal(amount),
            per=per,
            unit=unit,
            country=country,
            currency="USD",
            since=date(2026, 1, 1),
            seen_on=seen_on,
            source=source,
            kind=kind,
        )
        for sku, amount, per, unit, country, seen_on, source, kind in (
            (
                *("dynamodb.write-unit", "0.625", 1_000_000, "write unit", ""),
                *(date(2026, 10, 1), "aws.amazon.com/dynamodb/pricing", PriceKind.LIST),
            ),
            (
                *("sns.sms-part", "0.1", 1, "part", "DE"),
                *(date(2026, 10, 1), "a usage report", PriceKind.OBSERVED),
            ),
            (
                *("x.post-read", "0.005", 1, "post", ""),
                *(date(2026, 2, 1), "docs.x.com", PriceKind.CONFIGURED),
            ),
        )
    ]
)
SHEET = Sheet(
    [
        (Entry("dynamodb.write-unit", Feature.LISTENING), 4_000_000),
        (Entry("sns.sms-part", Feature.WAKING, country="DE"), 12),
        (Entry("x.post-read", Feature.LISTENING, "x", "acme"), 100),
        (Entry("yelp.request", Feature.LISTENING, "yelp"), 7),
        (Entry(str(Done.MENTION_READ), Feature.LISTENING, "x", "acme"), 50),
    ]
)
"""4 million units at 0.625 a million, 12 parts at 0.1, 100 posts at 0.005: 4.20."""


@pytest.fixture(scope="module", autouse=True)
def _cloud() -> Iterator[None]:
    """One for all: the verbs only read, and what a test adds is in a month of its own."""
    with mock_aws():
        deployed("dev")
        with acting_as("dev") as wiring:
            wiring.parts.desks().put(a_desk(), now=now())
            for place in range(2):
                on = FIRST + timedelta(days=place)
                day = Day.priced_by(BOOK, on=on, sheet=SHEET, state=DayState.ESTIMATED)
                wiring.parts.books().put_day(day)
        yield


def cost(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cost", *arguments])


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_month_is_shown_with_what_it_was_for() -> None:
    shown = cost("show", "--month", MONTH)

    assert shown.exit_code == 0, shown.output
    text = one_line(shown.stdout)
    assert "dev, 2026-10: $8.40 (01 Oct to 02 Oct, UTC; 2 estimated)" in text
    assert "listening $6.00 71.4 %" in text
    assert "waking $2.40 28.6 %" in text
    assert "x $1.00 11.9 %" in text
    assert "(none) $7.40 88.1 %" in text
    assert "dynamodb.write-unit $5.00" in text


def test_what_has_no_price_or_a_stale_one_is_said_apart() -> None:
    shown = cost("show", "--month", MONTH)

    assert "yelp.request: 14 of it, and nobody knows a price; not in any amount" in shown.stderr
    assert "x.post-read: nobody has looked at its price since 2026-02-01" in shown.stderr


def test_a_program_gets_a_month_as_the_api_gives_it() -> None:
    told = json.loads(cost("show", "--month", MONTH, "--json").stdout)

    assert (told["month"], told["amount"]) == (MONTH, "8.4")
    assert {one["name"]: one["amount"] for one in told["features"]}["waking"] == "2.4"


def test_a_month_of_which_nothing_is_known_is_said_to_be_so() -> None:
    shown = cost("show", "--month", "2025-01")

    assert shown.exit_code == 0
    assert "nothing stands in the books of 2025-01" in shown.stderr


def test_a_month_that_is_none_is_refused() -> None:
    for verb in (("show",), ("rows",), ("export", "--out", "a.csv")):
        assert cost(*verb, "--month", "2026-13").exit_code == 2


def test_rows_stand_behind_a_figure_with_where_each_price_stands() -> None:
    shown = cost("rows", "--month", MONTH, "--feature", "waking")

    text = one_line(shown.stdout)
    assert "2026-10-02 sns.sms-part waking DE 12 $0.1 per part $1.20 observed 2026-01-01" in text
    assert "a usage report" in text
    assert text.endswith("2 rows, $2.40.")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (("--source", "x"), 2),
        (("--source", "-"), 4),
        (("--brand", "acme"), 2),
        (("--sku", "dynamodb"), 2),
        (("--sku", "sns.sms-part"), 2),
        (("--sku", "sms"), 2),
        (("--feature", "listening", "--source", "yelp"), 2),
        ((), 8),
    ],
)
def test_rows_are_chosen_by_what_they_are_for(asked: tuple[str, ...], count: int) -> None:
    told = json.loads(cost("rows", "--month", MONTH, *asked, "--json").stdout)

    assert told["count"] == len(told["rows"]) == count


def test_a_feature_that_is_none_is_refused_and_a_source_without_rows_is_said() -> None:
    refused = cost("rows", "--month", MONTH, "--feature", "sleeping")
    assert refused.exit_code == 2
    assert "listening" in refused.stderr

    nothing = cost("rows", "--month", MONTH, "--source", "nobody")
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "there is no such row in 2026-10" in nothing.stderr


@pytest.mark.parametrize("name", ["focus.parquet", "focus.csv"])
def test_a_month_is_exported_as_focus(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    shown = cost("export", "--format", "focus", "--month", MONTH, "--out", str(path))

    assert shown.exit_code == 0, shown.output
    assert shown.stdout == f"{path}: 6 rows of 2026-10.\n"
    assert "yelp.request: 14 of it, and nobody knows a price; not in the file" in shown.stderr
    if name.endswith(".csv"):
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        from pyarrow import parquet

        rows = parquet.read_table(path).to_pylist()
    assert sum(Decimal(row["BilledCost"]) for row in rows) == Decimal("8.4")
    assert {row["BillingAccountId"] for row in rows} == {"123456789012", "x"}


def test_a_plain_table_starts_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    evil = Sheet([(Entry("x.post-read", Feature.LISTENING, "x", "=cmd()"), 1)])
    with acting_as("dev") as wiring:
        wiring.parts.books().put_day(Day.priced_by(BOOK, on=date(2026, 9, 1), sheet=evil))
    path = tmp_path / "costs.csv"

    told = cost("export", "--format", "csv", "--month", "2026-09", "--out", str(path))
    assert told.exit_code == 0, told.output
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["brand"], row["amount"]) == ("'=cmd()", "0.005")
    assert "Not all of it is added up: 01 Sep" in told.stderr


def test_a_file_that_is_there_is_written_over_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "focus.csv"
    path.write_text("before")
    refused = cost("export", "--month", MONTH, "--out", str(path))
    assert refused.exit_code == 1
    assert "add --force" in refused.stderr
    assert path.read_text() == "before"

    assert cost("export", "--month", MONTH, "--out", str(path), "--force").exit_code == 0
    assert path.read_text().startswith("AvailabilityZone,")


def test_an_empty_month_is_said_and_writes_nothing(tmp_path: Path) -> None:
    refused = cost("export", "--month", "2025-01", "--out", str(tmp_path / "focus.parquet"))

    assert refused.exit_code == 1
    assert "2025-01: nothing stands in the books; no file was written" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_an_incident_took_is_told_the_dearest_first() -> None:
    at = datetime(2026, 8, 5, 12, tzinfo=UTC)
    sheet = Sheet(
        [
            (Entry("sns.sms-part", Feature.WAKING, about="inc_1", country="DE"), 3),
            (Entry("dynamodb.write-unit", Feature.WAKING, about="inc_1"), 8),
            (Entry("yelp.request", Feature.WAKING, about="inc_1"), 1),
        ]
    )
    with acting_as("dev") as wiring:
        wiring.parts.books().put_day(
            Day.priced_by(BOOK, on=at.date(), sheet=sheet.without_about(), state=DayState.FINAL)
        )
        wiring.parts.books().put_about("inc_1", at, sheet)

    text = one_line(cost("about", "inc_1").stdout)
    assert "sns.sms-part waking DE 3 $0.1 per part $0.30" in text
    assert "dynamodb.write-unit waking 8 $0.625 per 1,000,000 write units $0.00000500" in text
    assert text.index("sns.sms-part") < text.index("dynamodb.write-unit") < text.index("yelp")
    assert text.endswith("3 rows, $0.30.")
    assert json.loads(cost("about", "inc_1", "--json").stdout)["amount"] == "0.300005"


def test_what_nothing_is_known_of_is_said_to_be_so() -> None:
    shown = cost("about", "tkt_none")

    assert (shown.exit_code, shown.stdout) == (0, "")
    assert "nothing stands in the books of tkt_none" in shown.stderr


def test_prices_are_listed_with_their_date_and_where_they_stand() -> None:
    told = json.loads(cost("prices", "--json").stdout)["prices"]
    text = one_line(cost("prices").stdout)

    assert {one["sku"] for one in told} >= {"x.post-read", "dynamodb.write-unit"}
    assert "x.post-read $0.005" in text
    assert "https://docs.x.com/x-api/getting-started/pricing" in text


def test_stale_prices_alone_are_listed_on_request() -> None:
    told = json.loads(cost("prices", "--stale", "--json").stdout)["prices"]

    assert all(one["is_stale"] for one in told)


def test_a_stage_that_is_not_deployed_is_told() -> None:
    refused = cost("show", "--stage", "prod")
    assert refused.exit_code == 1
    assert "nightdesk deploy --stage prod" in refused.stderr


def test_amounts_are_cents_and_small_ones_three_digits() -> None:
    shown = {
        "1234.5": "$1,234.50",
        "1": "$1.00",
        "0": "$0.00",
        "0.3": "$0.30",
        "0.00012345": "$0.000123",
        "-0.5": "-$0.50",
    }
    assert {amount: money(Decimal(amount)) for amount in shown} == shown
    assert money(Decimal(2), "EUR") == "2.00 EUR"
    assert money(None) == "not known"
