"""Sums, products and quotients of money without rounding: whatever would be inexact is an error.

A price is per a number of units whose only prime factors are 2 and 5, so every amount has a
finite decimal expansion. Rounding happens where an amount is shown, and nowhere else.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, Inexact, InvalidOperation

ZERO = Decimal(0)

_EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero])


_MOST_PLACES = 50


def is_number(amount: Decimal) -> bool:
    """Whether it is one that can be added up exactly: it is finite, and has no more than fifty
    places before and behind its point."""
    if not amount.is_finite():
        return False
    last = amount.as_tuple().exponent
    return isinstance(last, int) and last >= -_MOST_PLACES and amount.adjusted() <= _MOST_PLACES


def plus(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.add(one, other)


def minus(one: Decimal, other: Decimal) -> Decimal:
    return _EXACT.subtract(one, other)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, the same in whatever order."""
    result = ZERO
    for amount in amounts:
        result = _EXACT.add(result, amount)
    return result


def amount_of(quantity: Decimal, price: Decimal, per: int) -> Decimal:
    """What `quantity` units cost where `per` units cost `price`."""
    return _EXACT.divide(_EXACT.multiply(quantity, price), Decimal(per))


def shown(amount: Decimal, places: int = 2) -> str:
    """For people: rounded half to even, with thousands set apart, such as `1,234.50`."""
    return f"{amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):,}"
