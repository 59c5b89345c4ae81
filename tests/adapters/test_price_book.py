"""The price book: what its files say, what a company sets on top, and what a broken file says."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.price_book import FOLDER, PROFILE, list_prices, price_book
from chalicelib.domain.cost import Price, PriceKind
from chalicelib.domain.cost.skus import NO_PRICE, SKUS, has_no_price
from chalicelib.domain.errors import BadInput
from chalicelib.sources import members

ON = date(2026, 11, 22)
LISTED = date(2026, 10, 9)
"""No price that comes with this release was read after it."""

GOOD = {
    "sku": "lambda.request",
    "amount": "0.20",
    "per": 1_000_000,
    "currency": "USD",
    "region": "us-east-1",
    "since": "2026-01-01",
    "seen_on": "2026-10-01",
    "source": "a page",
}


def price(sku: str, amount: str, **about: Any) -> Price:
    fields: dict[str, Any] = {
        "currency": "USD",
        "since": ON,
        "seen_on": ON,
        "source": "our contract",
        "kind": PriceKind.CONFIGURED,
    }
    return Price(sku=sku, amount=Decimal(amount), **{**fields, **about})


def amount(sku: str, region: str = "us-east-1", **about: Any) -> Decimal | None:
    found = price_book(region=region, **about).price(sku, on=ON)
    return None if found is None else found.amount


# --- what comes with this release -------------------------------------------------------------


@pytest.mark.parametrize("sku", SKUS, ids=lambda one: one.name)
def test_everything_metered_has_a_list_price_where_most_are_known(sku: Any) -> None:
    held = [one for one in list_prices() if one.sku == sku.name]
    if sku.is_by_country:
        assert {one.country for one in held} >= {"DE", "AT", "CH", "US", "GB", "FR", "IN"}
    elif sku.name != "sns.email":
        book = price_book(region="us-east-1")
        assert book.price(sku.name, on=ON) is not None
    assert {one.per for one in held} == {sku.per}


def test_everything_platforms_charge_for_has_a_price_or_is_known_to_have_none() -> None:
    book = price_book()
    for member in members():
        for charge in (*member.charges, *member.per_mention(member.complete({}))):
            known = book.price(charge.sku, on=ON) is not None
            assert known is not has_no_price(charge.sku), charge.sku


def test_no_list_has_a_price_of_what_is_said_to_have_none() -> None:
    assert not [one.sku for one in list_prices() if one.sku.startswith(tuple(NO_PRICE))]


def test_every_price_says_what_it_is_of_where_it_was_read_and_no_day_to_come() -> None:
    for one in list_prices():
        assert one.kind is PriceKind.LIST
        assert one.unit, one
        assert one.since <= ON, one
        assert one.seen_on <= LISTED, one
        assert len(one.source) > 20, one


def test_every_region_has_what_a_desk_takes_most_of() -> None:
    for region in {one.region for one in list_prices()} - {""}:
        for sku in ("dynamodb.read-unit", "dynamodb.write-unit", "logs.byte", "lambda.request"):
            assert amount(sku, region) is not None, (region, sku)


def test_prices_differ_by_region_and_country() -> None:
    assert amount("dynamodb.write-unit", "us-east-1") == Decimal("0.625")
    assert amount("dynamodb.write-unit", "eu-central-1") == Decimal("0.7625")
    book = price_book(region="eu-central-1")
    german = book.price("sns.sms-part", on=ON, country="DE")
    assert german is not None
    assert german.amount == Decimal("0.10719")
    assert book.price("sns.sms-part", on=ON, country="ZZ") is None
    assert book.price("sns.sms-part", on=ON) is None


def test_without_a_region_only_what_costs_the_same_everywhere_has_a_price() -> None:
    assert amount("dynamodb.write-unit", "") is None
    assert amount("x.post-read", "") == Decimal("0.005")


def test_a_gb_second_is_priced_by_megabytes_and_milliseconds_without_rounding() -> None:
    found = price_book(region="us-east-1").price("lambda.gb-second.x86_64", on=ON)
    assert found is not None
    assert found.of(Decimal(1024 * 1000)) == Decimal("0.0000166667")
    assert found.of(Decimal(512 * 100)) == Decimal("0.0000166667") / 20


def test_prices_that_nobody_has_looked_at_for_90_days_are_listed_on_that_day() -> None:
    read_in_september = date(2026, 9, 25)
    book = price_book(region="us-east-1")
    assert "s3.read" not in {one.sku for one in book.stale(on=date(2026, 12, 24))}
    stale = {one.sku for one in book.stale(on=date(2026, 12, 25))}
    assert {"s3.read", "kms.request"} <= stale
    assert {one.seen_on for one in book.holding(on=ON) if one.sku == "s3.read"} == {
        read_in_september
    }


# --- what a company has set, and was charged --------------------------------------------------


def test_a_price_the_company_has_set_holds_in_its_region() -> None:
    ours = price("dynamodb.write-unit", "0.5", per=1_000_000)
    assert amount("dynamodb.write-unit", "eu-west-1", configured=[ours]) == Decimal("0.5")
    before = price_book(region="eu-west-1", configured=[ours])
    listed = before.price("dynamodb.write-unit", on=date(2026, 11, 21))
    assert listed is not None
    assert listed.kind is PriceKind.LIST


def test_a_price_set_for_another_region_does_not_hold() -> None:
    ours = price("dynamodb.write-unit", "0.5", per=1_000_000, region="us-east-1")
    assert amount("dynamodb.write-unit", "eu-west-1", configured=[ours]) == Decimal("0.705")


def test_of_one_day_what_was_charged_beats_what_was_set() -> None:
    ours = price("sns.sms-part", "0.09", country="DE")
    charged = price("sns.sms-part", "0.11", country="DE", kind=PriceKind.LIST)
    book = price_book(region="eu-west-1", configured=[ours], observed=[charged])
    found = book.price("sns.sms-part", on=ON, country="DE")
    assert found is not None
    assert (found.amount, found.kind) == (Decimal("0.11"), PriceKind.OBSERVED)


def test_a_newer_list_beats_what_was_charged_before() -> None:
    charged = price("sns.sms-part", "0.04", country="FR", since=date(2026, 2, 1))
    found = price_book(region="eu-west-1", observed=[charged]).price(
        "sns.sms-part", on=ON, country="FR"
    )
    assert found is not None
    assert found.kind is PriceKind.LIST


def test_what_no_list_has_gets_the_price_that_the_company_sets() -> None:
    assert amount("yelp.request") is None
    assert amount("yelp.request", configured=[price("yelp.request", "0.01")]) == Decimal("0.01")


def test_what_one_company_sets_is_not_in_the_book_of_the_next() -> None:
    amount("yelp.request", configured=[price("yelp.request", "0.01")])
    assert amount("yelp.request") is None


def test_two_prices_of_one_day_are_refused() -> None:
    ours = price("yelp.request", "0.01")
    with pytest.raises(BadInput, match=r"yelp\.request: two prices from 2026-11-22 on"):
        price_book(configured=[ours, replace(ours, amount=Decimal("0.02"))])


def test_a_price_in_another_currency_is_refused() -> None:
    with pytest.raises(BadInput, match=r"yelp\.request: a price in EUR; use USD"):
        price_book(configured=[price("yelp.request", "0.01", currency="EUR")])


# --- files ------------------------------------------------------------------------------------


def listed(folder: Path, *lines: Any) -> tuple[Price, ...]:
    (folder / "aws.json").write_text(json.dumps(list(lines)))
    return list_prices(folder)


def test_a_file_gives_its_prices_and_the_profile_beside_them_is_none(tmp_path: Path) -> None:
    (tmp_path / PROFILE).write_text("{}")
    (found,) = listed(tmp_path, GOOD)
    assert (found.per, found.region, found.country, found.unit) == (1_000_000, "us-east-1", "", "")
    assert (FOLDER / PROFILE).exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"amount": "dear"}, r"\$\.amount"),
        ({"amount": "-1"}, r"a price of -1; use a number that is 0 or more"),
        ({"amount": "NaN"}, r"a price of NaN"),
        ({"per": 3}, r"a price per 3; use a number of units made of twos and fives"),
        ({"per": 0}, r"a price per 0"),
        ({"per": "many"}, r"\$\.per"),
        ({"since": "soon"}, r"\$\.since"),
        ({"seen_on": None}, r"\$\.seen_on"),
        ({"source": ""}, r"\$\.source"),
        ({"country": "Germany"}, r"\$\.country"),
        ({"region": "Frankfurt"}, r"\$\.region"),
        ({"currency": "$"}, r"\$\.currency"),
        ({"sku": "lambda request"}, r"\$\.sku"),
        ({"pirce": "1"}, r"unknown field `pirce`"),
    ],
    ids=lambda one: str(one) if isinstance(one, dict) else None,
)
def test_a_broken_price_names_file_sku_and_field(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        listed(tmp_path, GOOD, {**GOOD, **change})
    assert str(refused.value).startswith("aws.json: price 2 (lambda")


def test_a_field_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"price 1 \(lambda\.request us-east-1\): .*`amount`"):
        listed(tmp_path, {name: one for name, one in GOOD.items() if name != "amount"})


@pytest.mark.parametrize("text", ["{", '{"sku": "x.post"}', "", "[1"])
def test_a_file_that_is_no_list_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "aws.json").write_text(text)
    with pytest.raises(BadInput, match=r"^aws\.json: "):
        list_prices(tmp_path)


def test_a_line_that_is_no_price_is_found_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"aws\.json: price 2: "):
        listed(tmp_path, GOOD, 7)
