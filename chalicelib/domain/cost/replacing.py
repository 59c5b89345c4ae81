"""What was seen from outside, in the place of what was metered.

What it was used for stays as it was metered, in proportion. More units of tables, requests to
queues and log bytes than were metered are not anybody's: Lambda asks queues in vain, and writes
lines of its own. They stand beside the rest as `STANDING`.
"""

from decimal import Decimal

from chalicelib.domain.cost.exact import minus, total
from chalicelib.domain.cost.sheet import Entry, Sheet
from chalicelib.domain.cost.use import Feature

NOBODYS = frozenset({"dynamodb.read-unit", "dynamodb.write-unit", "logs.byte", "sqs.request"})
"""Skus of which more than was metered belongs to nobody."""

_UNIT = Decimal("0.1")
"""Units are shared out by tenths: capacity has halves, everything else is whole."""


def replaced(metered: Sheet, outside: Sheet) -> Sheet:
    """`metered`, with the quantities of `outside` for every sku that `outside` has.

    The sum of each such sku is then exactly that of `outside`; done twice is done once.
    """
    skus = {entry.sku for entry in outside}
    kept = [(entry, quantity) for entry, quantity in metered.items() if entry.sku not in skus]
    for sku in sorted(skus):
        held = {entry: quantity for entry, quantity in metered.items() if entry.sku == sku}
        kept += _shared(sku, held, total(q for entry, q in outside.items() if entry.sku == sku))
    return Sheet(kept)


def _shared(sku: str, held: dict[Entry, Decimal], whole: Decimal) -> list[tuple[Entry, Decimal]]:
    metered = total(held.values())
    rest = minus(whole, metered)
    if not rest:
        return list(held.items())
    if metered <= 0 or (rest > 0 and sku in NOBODYS):
        return [*held.items(), (Entry(sku, Feature.STANDING), rest)]
    shares = {
        entry: (quantity * whole / metered // _UNIT) * _UNIT for entry, quantity in held.items()
    }
    greatest = max(held, key=lambda entry: (held[entry], entry))
    left = minus(whole, total(shares.values()))
    return [*shares.items(), (greatest, left)]
