"""What is used, and what a unit of it costs: dated prices, Decimal throughout."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.errors import BadInput

STALE_AFTER = timedelta(days=90)
"""A price that nobody has looked at for so long is shown as doubtful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A quantity of something that costs, as it was used at one call."""

    sku: str
    """What is paid for, such as `x.post-read`; a price book names its price."""
    quantity: int = 1
    of: tuple[str, ...] = field(default=(), repr=False)
    """Ids of what was read, where the seller charges each of them once a UTC day; else empty."""


class Per(StrEnum):
    """What a seller counts."""

    REQUEST = "request"
    MENTION = "mention"
    REPLY = "reply"
    PRIVATE_REPLY = "private reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a seller takes money for, whenever something happens."""

    sku: str
    """Begins with the kind of the source, such as `x.post-read`."""
    per: Per
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs from a day on."""

    sku: str
    amount: Decimal
    """Of one unit, never negative."""
    currency: str
    """ISO 4217, such as `USD`."""
    since: date
    """First day (UTC) on which it holds, until a later one of the same sku does."""
    seen_on: date
    """When somebody read it where `source` says."""
    source: str
    """Where it stands, for people."""

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount < 0:
            raise BadInput(f"{self.sku}: a price of {self.amount}; use a number that is 0 or more")

    def is_stale(self, *, on: date) -> bool:
        return on - self.seen_on > STALE_AFTER


class PriceBook:
    """Dated prices by sku."""

    def __init__(self, prices: Iterable[Price]) -> None:
        """Raises BadInput for two prices of one sku that begin on the same day, or differ in
        currency."""
        self._of: dict[str, list[Price]] = {}
        for price in sorted(prices, key=lambda one: (one.sku, one.since)):
            known = self._of.setdefault(price.sku, [])
            if known and known[-1].since == price.since:
                raise BadInput(f"{price.sku}: two prices from {price.since} on; keep one")
            if known and known[-1].currency != price.currency:
                raise BadInput(
                    f"{price.sku}: {price.currency} beside {known[-1].currency}; use one currency"
                )
            known.append(price)

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(self._of)

    def price(self, sku: str, *, on: date) -> Price | None:
        """The price that holds on a day (UTC); None when nobody knows one."""
        held = [one for one in self._of.get(sku, ()) if one.since <= on]
        return held[-1] if held else None
