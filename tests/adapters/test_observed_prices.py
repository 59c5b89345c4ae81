"""Prices that were really charged."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Price, PriceKind
from tests.adapters.stores import Stores, items, put

PRICE = Price(
    sku="sns.sms-part",
    amount=Decimal("0.0742"),
    currency="USD",
    since=date(2026, 11, 21),
    seen_on=date(2026, 11, 22),
    source="SMS usage report",
    country="DE",
    kind=PriceKind.OBSERVED,
)


def test_prices_are_kept_by_sku_country_and_day(stores: Stores) -> None:
    others = (
        replace(PRICE, sku="x.post-read"),
        replace(PRICE, country="FR"),
        replace(PRICE, country=""),
        replace(PRICE, since=date(2026, 11, 22)),
    )
    assert stores.observed_prices.all() == ()
    for one in (PRICE, *others):
        stores.observed_prices.put(one)
    assert set(stores.observed_prices.all()) == {PRICE, *others}


def test_what_was_charged_last_holds(stores: Stores) -> None:
    stores.observed_prices.put(PRICE)
    later = replace(PRICE, amount=Decimal("0.08"), source="delivery receipt", per=10)
    stores.observed_prices.put(later)
    assert stores.observed_prices.all() == (later,)


def test_a_price_that_cannot_be_read_hides_no_other(
    dynamo: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    dynamo.observed_prices.put(PRICE)
    put(dynamo, "costs", {"pk": {"S": "price"}, "sk": {"S": "a"}, "text": {"S": "{}"}})
    assert dynamo.observed_prices.all() == (PRICE,)
    assert "books_unreadable" in caplog.text


def test_a_price_stays(dynamo: Stores) -> None:
    dynamo.observed_prices.put(PRICE)
    (found,) = items(dynamo, "costs")
    assert found["sk"] == {"S": "sns.sms-part#DE#2026-11-21"}
    assert "expires_at" not in found
