"""The price book: one file of dated prices for each seller, beside this module, and what a company
has set and was really charged on top of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from chalicelib.domain.cost import Price, PriceBook, PriceKind
from chalicelib.domain.errors import BadInput

FOLDER = Path(__file__).parent / "prices"

PROFILE = "profile.json"
"""Beside the prices, and none: see `usage_profile`."""

_Sku = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9.-]*\.[a-z0-9_.-]+$")]
_Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
_Country = Annotated[str, msgspec.Meta(pattern="^([A-Z]{2})?$")]
_Region = Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2}(-[a-z]+)+-\d)?$")]
_Told = Annotated[str, msgspec.Meta(min_length=1)]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    sku: _Sku
    amount: Decimal
    currency: _Currency
    since: date
    seen_on: date
    source: _Told
    per: int = 1
    unit: str = ""
    region: _Region = ""
    country: _Country = ""


def price_book(
    *, region: str = "", configured: Iterable[Price] = (), observed: Iterable[Price] = ()
) -> PriceBook:
    """The prices that come with this release, with those of the company and those it was charged.

    Without a region only what costs the same in every region has a price. A price of the company
    that names no region holds wherever it runs: it stands beside the listed price of its region.
    Raises BadInput that names file, sku and field of a broken list, and the sku of two prices of
    one thing and one day.
    """
    book = _listed(region)
    regional = {(one.sku, one.country) for one in book.prices if one.region}

    def placed(price: Price, kind: PriceKind) -> Price:
        is_regional = (price.sku, price.country) in regional
        where = price.region or (region if is_regional else "")
        return replace(price, kind=kind, region=where)

    more = [
        *(placed(one, PriceKind.CONFIGURED) for one in configured),
        *(placed(one, PriceKind.OBSERVED) for one in observed),
    ]
    return book.with_prices(more, region=region) if more else book


@cache
def _listed(region: str) -> PriceBook:
    return PriceBook(list_prices(), region=region)


@cache
def list_prices(folder: Path = FOLDER) -> tuple[Price, ...]:
    """Every price of the files of a folder, of all regions. Raises BadInput as `price_book`."""
    files = [one for one in sorted(folder.glob("*.json")) if one.name != PROFILE]
    return tuple(price for path in files for price in _prices_of(path))


def _prices_of(path: Path) -> Iterable[Price]:
    try:
        lines = msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path.name}: {error}; use a list of prices") from None
    for place, raw in enumerate(lines, 1):
        try:
            line = msgspec.json.decode(raw, type=_Line)
            yield Price(**msgspec.structs.asdict(line))
        except (msgspec.MsgspecError, BadInput) as error:
            raise BadInput(f"{path.name}: {_named(raw, place)}: {error}") from None


def _named(raw: msgspec.Raw, place: int) -> str:
    """How a broken line is found: by its sku where it has one."""
    try:
        told = msgspec.json.decode(raw, type=dict[str, object])
    except msgspec.MsgspecError:
        told = {}
    where = " ".join(str(told[name]) for name in ("sku", "region", "country") if told.get(name))
    return f"price {place} ({where})" if where else f"price {place}"
