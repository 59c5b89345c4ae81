"""A quantity, its price and its amount: what every figure of finance is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.price import Price, PriceBook
from chalicelib.domain.cost.sheet import Entry, Sheet
from chalicelib.domain.cost.use import is_done


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What a quantity cost on a day."""

    day: date
    entry: Entry
    quantity: Decimal
    price: Price

    @property
    def amount(self) -> Decimal:
        """In the currency of the price, exact."""
        return self.price.of(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A sheet with prices put to it."""

    lines: tuple[CostLine, ...]
    unpriced: Sheet = field(default_factory=Sheet)
    """What nobody knows a price of; never counted as free."""

    @property
    def amount(self) -> Decimal:
        return amount_of(self.lines)


def priced(sheet: Sheet, book: PriceBook, *, on: date) -> Priced:
    """Every quantity of a day with the price that holds on it; achievements have none."""
    lines: list[CostLine] = []
    unpriced: list[tuple[Entry, Decimal]] = []
    for entry, quantity in sheet.items():
        if is_done(entry.sku):
            continue
        price = book.price(entry.sku, on=on, country=entry.country)
        if price is None:
            unpriced.append((entry, quantity))
        else:
            lines.append(CostLine(day=on, entry=entry, quantity=quantity, price=price))
    return Priced(lines=tuple(lines), unpriced=Sheet(unpriced))


def amount_of(lines: Iterable[CostLine]) -> Decimal:
    """What lines cost together, exact. Raises ValueError for lines in different currencies."""
    held = tuple(lines)
    if len({line.price.currency for line in held}) > 1:
        raise ValueError("amounts in different currencies cannot be added up")
    return total(line.amount for line in held)
