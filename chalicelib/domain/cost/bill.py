"""What somebody else says that it cost."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class BillSource(StrEnum):
    """Who says so."""

    COST_EXPLORER = "cost-explorer"
    """AWS Cost Explorer: by service and day."""
    FOCUS_EXPORT = "focus-export"
    """A FOCUS data export of AWS in S3: by sku and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """What was charged on a day for one kind of thing."""

    day: date
    group: str
    """What it is compared with: a group of our skus, such as `dynamodb` or `lambda`."""
    named: str
    """How the bill calls it, such as `Amazon DynamoDB`."""
    amount: Decimal
    """In the currency of the bill; negative for a credit."""
    quantity: Decimal | None = None
    """Where the bill says: in the unit of `sku`, or else in the bill's own."""
    sku: str = ""
    """Which of ours it is, where that is plain; else empty."""
    region: str = ""
    """AWS region, such as `eu-west-1`; empty where the bill does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What was charged in a month up to now."""

    month: str
    """Such as `2026-11`."""
    source: BillSource
    account: str
    """Twelve digits; empty where the bill does not say."""
    currency: str
    read_at: datetime
    is_final: bool
    """Whether the seller says that it will not change."""
    lines: tuple[BillLine, ...]
    tag: str = ""
    """Cost-allocation tag that everything on it carries, such as `nightdesk=prod`; empty: it is of
    the whole account."""
