"""What is used for several things, shared among them: the parts add up to the whole exactly."""

from collections.abc import Mapping
from decimal import ROUND_DOWN, Context, Decimal, localcontext

from chalicelib.domain.cost.exact import ZERO, minus, plus, total

SMALLEST = Decimal("1e-18")
"""Parts are cut to so many decimals, since a third has no end; the greatest takes what is left."""

_WIDE = Context(prec=200, rounding=ROUND_DOWN)


def parts_of(amount: Decimal, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount in parts as great as their weights, equal ones where no weight is known.

    They add up to it exactly and do not depend on the order. Each is less than 10^-18 below its
    true share, but for the one of the greatest weight (of equals the first by name), which takes
    what the others were cut by. Raises ValueError when there is nobody to share it.
    """
    if not weights:
        raise ValueError("nobody shares it")
    whole = total(weights.values())
    if whole <= 0:
        weights, whole = dict.fromkeys(weights, Decimal(1)), Decimal(len(weights))
    parts: dict[str, Decimal] = {}
    with localcontext(_WIDE):
        for name in sorted(weights):
            parts[name] = (amount * weights[name] / whole).quantize(SMALLEST)
    greatest = max(sorted(weights), key=lambda name: weights[name])
    parts[greatest] = plus(parts[greatest], minus(amount, total(parts.values())))
    return parts


def first_known(*choices: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    """The first weights of which any is above zero; the last when none is."""
    return next((one for one in choices if any(each > ZERO for each in one.values())), choices[-1])
