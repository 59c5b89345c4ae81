"""What a unit costs: dated prices by region and country, from what is known best."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum

from chalicelib.domain.cost.exact import amount_of
from chalicelib.domain.errors import BadInput

STALE_AFTER = timedelta(days=90)
"""A price that nobody has looked at for so long is shown as doubtful."""

CURRENCY = "USD"
"""What AWS bills in, and what budgets are in, unless a price book says otherwise."""


class PriceKind(IntEnum):
    """How a price is known; a greater one is believed sooner."""

    LIST = 0
    """It comes with this release."""
    CONFIGURED = 1
    """The company has set it."""
    OBSERVED = 2
    """It was charged: a delivery receipt, a usage report or the bill says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What units cost from a day on."""

    sku: str
    amount: Decimal
    """Of `per` units, never negative."""
    currency: str
    """ISO 4217, such as `USD`."""
    since: date
    """First day (UTC) on which it holds, until a later one of the same kind of thing does."""
    seen_on: date
    """When somebody read it where `source` says."""
    source: str
    """Where it stands, for people."""
    per: int = 1
    """Units that `amount` buys; its only prime factors are 2 and 5, so that division is exact."""
    unit: str = ""
    """One of the units, such as `write unit`; empty where the sku says it."""
    region: str = ""
    """AWS region where it holds; empty: everywhere."""
    country: str = ""
    """ISO 3166 country where it holds; empty: wherever no other is known."""
    kind: PriceKind = PriceKind.LIST

    def __post_init__(self) -> None:
        """Raises BadInput that names the sku and what would be right."""
        if not self.amount.is_finite() or self.amount < 0:
            raise BadInput(f"{self.sku}: a price of {self.amount}; use a number that is 0 or more")
        if self.per < 1 or not _is_exact(self.per):
            raise BadInput(
                f"{self.sku}: a price per {self.per}; use a number of units made of twos and fives"
            )

    def is_stale(self, *, on: date) -> bool:
        return on - self.seen_on > STALE_AFTER

    def of(self, quantity: Decimal) -> Decimal:
        """What so many units cost, exactly."""
        return amount_of(quantity, self.amount, self.per)

    @property
    def version(self) -> str:
        """Which price it is, such as `list 2026-08-22`."""
        return f"{self.kind.name.lower()} {self.since.isoformat()}"


class PriceBook:
    """Dated prices by sku and country, in one currency and for one region."""

    def __init__(
        self, prices: Iterable[Price], *, currency: str = CURRENCY, region: str = ""
    ) -> None:
        """Keeps prices of `region` and of everywhere; listed ones of a region beat listed others.

        Raises BadInput for a price in another currency, and for two prices of one thing and one
        kind that begin on the same day.
        """
        self.currency = currency
        self.region = region
        found: dict[tuple[str, str, str, date, PriceKind], Price] = {}
        for one in prices:
            if one.currency != currency:
                raise BadInput(f"{one.sku}: a price in {one.currency}; use {currency}")
            if one.region not in ("", region):
                continue
            key = (one.sku, one.country, one.region, one.since, one.kind)
            if key in found:
                raise BadInput(f"{_named(one)}: two prices from {one.since} on; keep one")
            found[key] = one
        of: dict[tuple[str, str], list[Price]] = {}
        for one in found.values():
            of.setdefault((one.sku, one.country), []).append(one)
        self._of = {thing: _in_order(held) for thing, held in of.items()}

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sku for sku, _ in self._of))

    @property
    def prices(self) -> tuple[Price, ...]:
        """Every price, the one believed last coming last of its sku and country."""
        return tuple(one for held in self._of.values() for one in held)

    def price(self, sku: str, *, on: date, country: str = "") -> Price | None:
        """The price that holds on a day (UTC); None when nobody knows one.

        One of the country before one of every country; of the region before one that is listed
        for every region; then the newest; of one day what was charged before what was set or
        listed. What the company has set or was charged holds in its region, named or not.
        """
        for where in dict.fromkeys((country, "")):
            held = [one for one in self._of.get((sku, where), ()) if one.since <= on]
            if held:
                return held[-1]
        return None

    def holding(self, *, on: date) -> tuple[Price, ...]:
        """The price of each sku and country that holds on a day (UTC)."""
        known = ([one for one in held if one.since <= on] for held in self._of.values())
        return tuple(held[-1] for held in known if held)

    def stale(self, *, on: date) -> tuple[Price, ...]:
        """Those of them that nobody has looked at for 90 days."""
        return tuple(one for one in self.holding(on=on) if one.is_stale(on=on))

    def with_prices(self, more: Iterable[Price], *, region: str = "") -> "PriceBook":
        """With what is known beyond it; `region` empty: its own. Raises as making one does."""
        prices = (*self.prices, *more)
        return PriceBook(prices, currency=self.currency, region=region or self.region)


def _in_order(held: list[Price]) -> list[Price]:
    """Prices of a sku and country, the one believed first coming last."""
    is_regional = any(one.region for one in held)

    def belief(one: Price) -> tuple[bool, date, PriceKind, bool]:
        is_own = is_regional and one.kind is not PriceKind.LIST
        return is_own or one.region != "", one.since, one.kind, one.region != ""

    return sorted(held, key=belief)


def _is_exact(per: int) -> bool:
    for prime in (2, 5):
        while per % prime == 0:
            per //= prime
    return per == 1


def _named(price: Price) -> str:
    where = " ".join(filter(None, (price.country, price.region)))
    return f"{price.sku} ({where})" if where else price.sku
