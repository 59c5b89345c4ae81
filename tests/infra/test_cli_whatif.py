"""The verb `cost whatif`: what it shows, and what it refuses."""

import json
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.domain.cost.exact import total
from tests.infra.test_cli import nightdesk

ASKED = ("cost", "whatif", "--mentions", "300", "--agents", "3", "--country", "DE")


def asked(*arguments: str) -> dict[str, Any]:
    shown = nightdesk(*ASKED, *arguments, "--json")
    assert shown.exit_code == 0, shown.output
    return dict(json.loads(shown.stdout))


def refused(*arguments: str) -> str:
    shown = nightdesk("cost", "whatif", *arguments)
    assert shown.exit_code == 1, shown.output
    return shown.output


def test_it_shows_what_a_month_would_cost_and_of_which_day_each_price_is() -> None:
    shown = nightdesk(*ASKED, "--storms", "1")
    assert shown.exit_code == 0
    assert "A month of 30 days in us-east-1" in shown.output
    assert "sns.sms-part DE" in shown.output
    assert "2026-09-08" in shown.output
    assert "Together " in shown.output
    assert "when nobody says or does anything" in shown.output
    assert "agent-hour of polling" in shown.output
    assert "Taken for granted:" in shown.output


def test_programs_get_exact_amounts_that_add_up() -> None:
    found = asked("--storms", "1")
    lines = found["lines"]
    assert total(Decimal(one["amount"]) for one in lines) == Decimal(found["amount"])
    assert total(map(Decimal, found["by_feature"].values())) == Decimal(found["amount"])
    for one in lines:
        exact = Decimal(one["quantity"]) * Decimal(one["price"]) / one["per"]
        assert abs(exact - Decimal(one["amount"])) < Decimal("1e-20")
    (sms,) = [one for one in lines if one["sku"] == "sns.sms-part"]
    assert (sms["country"], sms["price"]) == ("DE", "0.10719")


def test_the_region_decides_the_prices() -> None:
    dear = {one["sku"]: one["price"] for one in asked("--region", "eu-central-1")["lines"]}
    cheap = {one["sku"]: one["price"] for one in asked()["lines"]}
    assert (cheap["api.request"], dear["api.request"]) == ("3.50", "3.70")


def test_sources_are_named_with_their_pace_and_share() -> None:
    found = asked("--source", "x:5:200", "--source", "mastodon", "--source", "mastodon:60")
    read = {one["of"]: one["count"] for one in found["unit_costs"] if one["unit"] == "source"}
    assert {name: Decimal(count) for name, count in read.items()} == {
        "x": 6000,
        "mastodon": 1500,
        "mastodon-2": 1500,
    }
    assert "x.user-read" in {one["sku"] for one in found["lines"]}


def test_a_price_that_nobody_knows_is_said() -> None:
    shown = nightdesk(*ASKED, "--source", "yelp")
    assert "Nobody knows a price of yelp.request: not in the sum." in shown.output
    assert "yelp.request" in asked("--source", "yelp")["no_price"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--mentions", "many"), "mentions: 'many'; use a number"),
        (("--mentions", "-5", "--country", "DE"), "mentions_a_day: -5; use 0 to 10,000,000"),
        (("--mentions", "5"), "countries: none; say where the phones are that ring"),
        (("--mentions", "5", "--country", "ZZ"), "no price of an SMS to 'ZZ' is known"),
        (("--mentions", "5", "--country", "Germany"), "countries: 'GERMANY'; use two letters"),
        (("--mentions", "5", "--hours", "25", "--country", "DE"), "hours_a_day: 25"),
        (("--mentions", "5", "--country", "DE", "--source", "fax"), "'fax' is unknown"),
        (("--mentions", "5", "--country", "DE", "--source", "x:0"), "use 1 to 1440 minutes"),
        (("--mentions", "5", "--country", "DE", "--source", "x:5:1:1"), "KIND[:MINUTES"),
        (
            ("--mentions", "5", "--country", "DE", "--source", "x:5:9"),
            "they bring 9 mentions a day, of 5",
        ),
        (
            ("--mentions", "5", "--country", "DE", "--region", "mars-1"),
            "no prices of 'mars-1' are known; use us-east-1",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(arguments: tuple[str, ...], says: str) -> None:
    assert says in refused(*arguments)


def test_mentions_must_be_said() -> None:
    assert nightdesk("cost", "whatif").exit_code == 2
