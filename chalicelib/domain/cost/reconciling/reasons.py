"""Why what was charged differs from what was metered, as far as the numbers say.

A difference is taken apart into causes that add up to it exactly. A cause either has a likely
reason, or is stated bare; nothing is said that the numbers do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.reconciling.reconciled import GOAL, NO_REASON

MOST = 3
"""Causes that a reason names, the greatest first."""

WORTH_A_WORD = Decimal("0.000001")
"""US dollars: a bill is told in so many places, and what is less is how it was rounded."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A part of a difference."""

    amount: Decimal
    """By how much more was charged; negative: less."""
    words: str
    is_likely: bool = True
    """Whether `words` name a reason; False: they only state what differs."""


def reason_of(causes: Iterable[Cause], *, charged: Decimal, metered: Decimal) -> str:
    """The causes that matter, in words; empty where nothing differs.

    It begins with `NO_REASON` where what has no likely reason is over 1 % of what was charged.
    """
    held = [cause for cause in causes if abs(cause.amount) >= WORTH_A_WORD]
    if not held:
        return ""
    named = sorted(held, key=lambda cause: -abs(cause.amount))[:MOST]
    bare = total(abs(cause.amount) for cause in held if not cause.is_likely)
    words = "; ".join(f"{cause.words} ({signed(cause.amount)} USD)" for cause in named)
    return words if bare <= GOAL * abs(charged or metered) else f"{NO_REASON}: {words}"


def signed(amount: Decimal) -> str:
    """For people: cents, or as many places as it takes to show two digits."""
    places = 2 if abs(amount) >= _CENT else max(2, 1 - amount.adjusted()) if amount else 2
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return f"{rounded:+,}"


def percent(part: Decimal, whole: Decimal) -> str:
    """For people: such as `12 %`."""
    if not whole:
        return "100 %"
    value = abs(part) / abs(whole) * 100
    return f"{value.quantize(Decimal('0.1') if value < 10 else Decimal(1), ROUND_HALF_EVEN)} %"


def near(one: Decimal, other: Decimal) -> bool:
    """Whether two quantities or prices are the same within our goal."""
    return abs(one - other) <= GOAL * max(abs(one), abs(other))


def without_zeros(number: Decimal) -> str:
    """For people: `0.625` rather than `0.62500`, and never `1E+2`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
