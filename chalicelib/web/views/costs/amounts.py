"""Numbers as text."""

from decimal import Decimal
from typing import Annotated

import msgspec

Amount = Annotated[
    str,
    msgspec.Meta(
        description="Exact, as decimal digits.",
        extra_json_schema={"pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    ),
]


def exact(number: Decimal) -> Amount:
    """All its digits and no exponent: `0.0000125`, `12.5`, `0`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact_if(number: Decimal | None) -> Amount | None:
    return None if number is None else exact(number)
