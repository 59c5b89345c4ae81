"""What a day took, with the prices it was priced by."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chalicelib.domain.cost.line import CostLine, Priced, amount_of, priced
from chalicelib.domain.cost.price import Price, PriceBook
from chalicelib.domain.cost.sheet import Sheet


class DayState(StrEnum):
    """How sure a day is."""

    RUNNING = "running"
    """It is not over, or its last hours are not added up."""
    ESTIMATED = "estimated"
    """All of it is metered; what others charge for it is not known yet."""
    FINAL = "final"
    """It was compared with what was charged, and will not change any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day (UTC) of the books: quantities without tickets and incidents, and their prices."""

    on: date
    sheet: Sheet
    prices: tuple[Price, ...] = field(default=(), repr=False)
    """Those that its quantities were priced by, so that a later price changes no past day."""
    state: DayState = DayState.RUNNING

    @classmethod
    def priced_by(
        cls, book: PriceBook, *, on: date, sheet: Sheet, state: DayState = DayState.RUNNING
    ) -> "Day":
        """A day with the prices of `book` that hold on it."""
        used = {line.price for line in priced(sheet, book, on=on).lines}
        prices = sorted(used, key=lambda one: (one.sku, one.country, one.region, one.since))
        return cls(on=on, sheet=sheet, prices=tuple(prices), state=state)

    @property
    def _priced(self) -> Priced:
        currency = self.prices[0].currency if self.prices else ""
        regions = {one.region for one in self.prices if one.region}
        book = PriceBook(self.prices, currency=currency, region=next(iter(regions), ""))
        return priced(self.sheet, book, on=self.on)

    @property
    def lines(self) -> tuple[CostLine, ...]:
        return self._priced.lines

    @property
    def unpriced(self) -> Sheet:
        return self._priced.unpriced

    @property
    def amount(self) -> Decimal:
        """Exact; without what nobody knows a price of."""
        return amount_of(self.lines)
