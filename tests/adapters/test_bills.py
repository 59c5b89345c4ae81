"""Bills as they were read last."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chalicelib.domain.cost.bill import Bill, BillLine, BillSource
from chalicelib.domain.errors import BadInput
from tests.adapters.stores import Stores, items, put

BILL = Bill(
    month="2026-11",
    source=BillSource.COST_EXPLORER,
    account="123456789012",
    currency="USD",
    read_at=datetime(2026, 11, 22, 3, 15, tzinfo=UTC),
    is_final=False,
    lines=(
        BillLine(
            day=date(2026, 11, 21),
            group="dynamodb",
            named="Amazon DynamoDB",
            amount=Decimal("0.0000012500"),
        ),
        BillLine(
            day=date(2026, 11, 21),
            group="lambda",
            named="AWS Lambda",
            amount=Decimal("-0.02"),
            quantity=Decimal(12),
        ),
    ),
)


def test_a_bill_is_found_by_its_month_and_who_says_it(stores: Stores) -> None:
    other = replace(BILL, source=BillSource.FOCUS_EXPORT, lines=())
    assert stores.bills.of("2026-11", BillSource.COST_EXPLORER) is None
    stores.bills.put(BILL)
    stores.bills.put(other)

    assert stores.bills.of("2026-11", BillSource.COST_EXPLORER) == BILL
    assert stores.bills.of("2026-11", BillSource.FOCUS_EXPORT) == other
    assert stores.bills.of("2026-12", BillSource.COST_EXPLORER) is None


def test_a_bill_that_comes_again_takes_the_place_of_the_one_before(stores: Stores) -> None:
    stores.bills.put(BILL)
    final = replace(BILL, is_final=True, lines=BILL.lines[:1])
    stores.bills.put(final)
    stores.bills.put(final)
    assert stores.bills.of("2026-11", BillSource.COST_EXPLORER) == final


def test_a_bill_stays(dynamo: Stores) -> None:
    dynamo.bills.put(BILL)
    (found,) = items(dynamo, "costs")
    assert found["sk"] == {"S": "2026-11#cost-explorer"}
    assert "expires_at" not in found


def test_a_bill_that_cannot_be_read_is_said(dynamo: Stores) -> None:
    put(dynamo, "costs", {"pk": {"S": "bill"}, "sk": {"S": "2026-11#cost-explorer"}})
    with pytest.raises(BadInput, match="bill 2026-11#cost-explorer"):
        dynamo.bills.of("2026-11", BillSource.COST_EXPLORER)
