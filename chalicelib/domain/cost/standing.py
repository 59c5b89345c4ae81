"""What costs though nothing happens: so much a month, told by the hour.

AWS bills alarms, metrics and storage by the hour, at the price of a month: one hour takes a
share of it, 1/720 in a month of 30 days and 1/744 in one of 31. That has no last digit, so it is
rounded to nine places, which is less than a cent in a month.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from chalicelib.domain.cost.sheet import Entry, Sheet
from chalicelib.domain.cost.use import Feature

METRIC = "metric."
"""Begins the sku under which a function notes that it has written to a metric. It has no price
itself: however often it is written, a metric costs an hour (`as_charged`)."""

METRIC_MONTH = "cloudwatch.metric-month"

_PLACES = Decimal("1e-9")
_SHARE = Context(prec=50, rounding=ROUND_HALF_EVEN)


def hours_of_month(at: datetime) -> int:
    """Hours of the month (UTC) in which an hour lies: 672 to 744."""
    return 24 * monthrange(at.year, at.month)[1]


def share_of(quantity: int | Decimal, hour: datetime) -> Decimal:
    """What one hour of its month takes of a quantity that a month takes, to nine places."""
    share = _SHARE.divide(Decimal(quantity), Decimal(hours_of_month(hour)))
    return share.quantize(_PLACES, context=_SHARE)


def as_charged(pairs: Iterable[tuple[Entry, Decimal]], hour: datetime) -> Sheet:
    """What the records of an hour say, each metric in them counted once."""
    metrics: set[str] = set()
    charged: list[tuple[Entry, Decimal]] = []
    for entry, quantity in pairs:
        if entry.sku.startswith(METRIC):
            metrics.add(entry.sku)
        else:
            charged.append((entry, quantity))
    if metrics:
        charged.append((Entry(METRIC_MONTH, Feature.STANDING), share_of(len(metrics), hour)))
    return Sheet(charged)
