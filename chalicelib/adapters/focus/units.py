"""How FOCUS writes the units of our quantities and prices.

Capitalised, in the plural; a number of units stands before them (`1000000 Read Units`).
Source: https://focus.finops.org/focus-specification/v1-2/#unitformat
"""

from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.exact import amount_of

GIB = 2**30
_GIB_SECOND = 1024 * 1000
"""MB-milliseconds, in which functions are metered, that are a GiB-second."""
_PLURALS = {
    "list": "List Requests",
    "post-summoned": "Posts Summoned",
    "post-with-url": "Posts With URL",
    "publish": "Publishes",
    "read": "Read Requests",
    "sms-part": "SMS Parts",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of FOCUS."""

    name: str
    of: int = 1
    """Units of ours that are one of it; only twos and fives, so that division is exact."""

    def count(self, quantity: Decimal) -> Decimal:
        """So many of ours in this unit, exactly."""
        return amount_of(quantity, Decimal(1), self.of)


def consumed_unit(sku: str) -> Unit:
    """What is consumed of it."""
    if ".gb-second" in sku:
        return Unit("GiB-Seconds", _GIB_SECOND)
    last = sku.rpartition(".")[2]
    if last == "byte":
        return Unit("B")
    if last.endswith("byte-month"):
        return Unit("B-Months")
    if last.endswith("-month"):
        return Unit(f"{_words(last.removesuffix('-month'))}-Months")
    return Unit(_PLURALS.get(last) or f"{_words(last)}s")


def priced_unit(sku: str, per: int) -> Unit:
    """What a price is of, where it is per `per` units of ours."""
    unit = consumed_unit(sku)
    if unit.of == per:
        return unit
    if per == GIB and unit.name.startswith("B"):
        return Unit("GiB" + unit.name[1:], per)
    if unit.of > 1:
        # A price of something else than what FOCUS has a name for.
        return Unit(f"{per} MB Milliseconds", per)
    return unit if per == 1 else Unit(f"{per} {unit.name}", per)


def meter(sku: str) -> str:
    """What is counted, for people, such as `Write Unit` or `GB Second (arm64)`."""
    _, _, rest = sku.partition(".")
    kind, _, more = rest.partition(".")
    if sku.startswith("bedrock."):
        more, _, kind = rest.rpartition(".")
    return f"{_words(kind)} ({more})" if more else _words(kind)


def _words(kind: str) -> str:
    fixed = {"gb": "GB", "sms": "SMS", "url": "URL", "pitr": "PITR"}
    return " ".join(fixed.get(word, word.capitalize()) for word in kind.split("-"))
