"""Groups: how finely a bill can be compared with our books."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.domain.cost.price import Price
from chalicelib.domain.cost.sms import SMS_PART

SMS = "sms"
TAX, CREDIT = "tax", "credit"
"""Of a bill, and never metered."""

ON_THE_BILL = frozenset(
    {
        "api",
        "bedrock",
        "cloudwatch",
        "cost-explorer",
        "dynamodb",
        "kms",
        "lambda",
        "logs",
        "s3",
        "ses",
        SMS,
        "sns",
        "sqs",
        "transfer",
    }
)
"""Groups that AWS bills; every other is billed by somebody else, such as a platform."""


def group_of(sku: str) -> str:
    """`dynamodb` of `dynamodb.write-unit`; SMS are a group of their own."""
    return SMS if sku == SMS_PART else sku.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """What a day took of one sku, whatever for."""

    sku: str
    quantity: Decimal
    amount: Decimal
    price: Price | None
    """None where nobody knows one, and where there are several."""
    is_priced: bool = True


def metered(day: Day) -> Mapping[str, tuple[Metered, ...]]:
    """What a day took by group and, in each, by sku."""
    found: dict[str, Metered] = {}
    for line in day.lines:
        sku = line.entry.sku
        there = found.get(sku)
        if there is None:
            found[sku] = Metered(
                sku=sku, quantity=line.quantity, amount=line.amount, price=line.price
            )
        else:
            found[sku] = Metered(
                sku=sku,
                quantity=plus(there.quantity, line.quantity),
                amount=plus(there.amount, line.amount),
                price=line.price if line.price == there.price else None,
            )
    for entry, quantity in day.unpriced.items():
        there = found.get(entry.sku)
        found[entry.sku] = Metered(
            sku=entry.sku,
            quantity=plus(there.quantity if there else ZERO, quantity),
            amount=there.amount if there else ZERO,
            price=None,
            is_priced=False,
        )
    groups: dict[str, tuple[Metered, ...]] = {}
    for sku in sorted(found):
        group = group_of(sku)
        groups[group] = (*groups.get(group, ()), found[sku])
    return groups
