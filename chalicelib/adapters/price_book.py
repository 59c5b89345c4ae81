"""The price book: one file of dated prices for each seller, beside this module."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from chalicelib.domain.cost import Price, PriceBook
from chalicelib.domain.errors import BadInput

FOLDER = Path(__file__).parent / "prices"


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sku: str
    amount: Decimal
    currency: str
    since: date
    seen_on: date
    source: str


@cache
def price_book() -> PriceBook:
    """The prices that come with this release. Raises BadInput, naming the file."""
    prices: list[Price] = []
    for path in sorted(FOLDER.glob("*.json")):
        try:
            lines = msgspec.json.decode(path.read_bytes(), type=list[_Line])
            prices += [Price(**msgspec.structs.asdict(line)) for line in lines]
        except (msgspec.MsgspecError, BadInput) as error:
            raise BadInput(f"{path.name}: {error}") from None
    return PriceBook(prices)
