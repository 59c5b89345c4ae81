"""Spending: what reading a source takes, counted as it is taken."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.domain.cost import Feature, Per, PriceBook, Use
from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.read_budget import month_of
from chalicelib.ports import Meter, PaidReads, ReadUsage, ReadUsages, Traits

log = logging.getLogger("nightdesk.ingest")

CURRENCY = "USD"
"""What budgets are in; a price in another is as good as unknown."""


@dataclass
class Tab:
    """What one pull has taken so far and was not counted yet."""

    entry: SourceEntry
    traits: Traits
    calls: int = 0
    unpriced: set[str] = field(default_factory=set)
    """What nobody knows a price of."""
    priced: set[str] = field(default_factory=set)

    @property
    def account(self) -> str:
        """Whose bill it is: entries with the same credentials share it."""
        return self.entry.secret or self.entry.name

    def asked(self) -> None:
        """A request goes out."""
        self.calls += 1


class Spending:
    """Counts requests, posts and money by source and month.

    What cannot be counted is logged and never stops the reading: to be deaf is worse than to be
    a few cents off.
    """

    def __init__(
        self,
        *,
        usages: ReadUsages,
        paid: PaidReads,
        prices: Callable[[], PriceBook],
        meter: Meter,
    ) -> None:
        """`prices` gives the price book; it is asked for only where something is charged."""
        self._usages = usages
        self._paid = paid
        self._prices = prices
        self._meter = meter

    def so_far(self, name: str, *, now: datetime) -> ReadUsage:
        """What a source has taken in this month; adds nothing."""
        return self._usages.add(name, month_of(now), ReadUsage())

    def count(
        self, tab: Tab, *, posts: int = 0, uses: Sequence[Use] = (), now: datetime
    ) -> ReadUsage | None:
        """Put what was taken since the last count to the month's sum; that sum.

        `posts` were stored; `uses` is what the platform charges for beyond requests. None when it
        could not be counted now: requests are then counted the next time, the rest is missing.
        """
        calls = tab.calls
        try:
            each = (one for one in tab.traits.charges if one.per is Per.REQUEST)
            paid = [Use(sku=one.sku, quantity=calls * one.quantity) for one in each]
            seen: list[tuple[str, tuple[str, ...]]] = []
            for use in uses:
                ids = self._fresh(tab, use, now=now)
                paid.append(replace(use, quantity=len(ids), of=()) if use.of else use)
                seen.append((use.sku, ids))
            spent = sum((self._price(tab, use, now=now) for use in paid), Decimal(0))
            usage = ReadUsage(calls=calls, posts=posts, spent=spent)
            total = self._usages.add(tab.entry.name, month_of(now), usage)
            tab.calls -= calls
            with self._meter.within(
                Feature.LISTENING, source=tab.entry.name, brand=tab.entry.brand
            ):
                self._meter.used(*(use for use in paid if use.quantity))
            # Remembered last: a crash between counts them twice rather than not at all.
            for sku, ids in seen:
                if ids:
                    self._paid.remember(tab.account, sku, ids, day=now.astimezone(UTC).date())
        except Exception:
            log.exception("reading_not_counted", extra={"source": tab.entry.name})
            self._meter.count("ReadingsNotCounted")
            return None
        return total

    def _fresh(self, tab: Tab, use: Use, *, now: datetime) -> tuple[str, ...]:
        """What of it is charged; all where it is not charged by the day."""
        if not use.of:
            return ()
        day = now.astimezone(UTC).date()
        return self._paid.fresh(tab.account, use.sku, use.of, day=day)

    def _price(self, tab: Tab, use: Use, *, now: datetime) -> Decimal:
        sku, quantity = use.sku, use.quantity
        if quantity <= 0:
            return Decimal(0)
        price = self._prices().price(sku, on=now.astimezone(UTC).date())
        if price is None or price.currency != CURRENCY:
            tab.unpriced.add(sku)
            log.error("price_unknown", extra={"source": tab.entry.name, "sku": sku})
            return Decimal(0)
        tab.priced.add(sku)
        return price.of(Decimal(quantity))
