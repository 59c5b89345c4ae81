"""A month as finance sees it: what it cost, for what, against which budget, and what is to come.

Every figure opens to its lines; nothing is rounded here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Context, Decimal

from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.exact import plus
from chalicelib.domain.cost.line import CostLine
from chalicelib.domain.cost.price import Price
from chalicelib.domain.cost.reconciling import Reconciled
from chalicelib.domain.cost.sheet import Sheet

_QUOTIENT = Context(prec=28)
"""A quotient has no last digit in general: this is what is shown, and no sum is made of it."""


def each_of(amount: Decimal, count: Decimal) -> Decimal | None:
    """What one of `count` costs, to 28 digits; None when there are none."""
    return _QUOTIENT.divide(amount, count) if count > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What one of something costs in a month; direct and shared apart."""

    unit: str
    """One of it, such as `mention read` or `source`."""
    of: str = ""
    """Name of the source or brand; empty where there is one figure for all."""
    counted: str = ""
    """What `count` counts, where it is not the unit itself, such as `mentions read`."""
    count: Decimal
    """How many there were; hours need not be whole."""
    direct: Decimal
    """What was used for it alone, all of them together."""
    shared: Decimal
    """Its share of what is used for more than it, all of them together."""
    rule: str
    """What is direct, and by which rule the rest is shared, for people."""
    reason: str = ""
    """Why one of it has no cost (there were none); empty when it has."""

    @property
    def amount(self) -> Decimal:
        """Of all of them, exact."""
        return plus(self.direct, self.shared)

    @property
    def each(self) -> Decimal | None:
        """Of one; None when there were none, as `reason` says."""
        return each_of(self.amount, self.count)

    @property
    def direct_each(self) -> Decimal | None:
        return each_of(self.direct, self.count)

    @property
    def shared_each(self) -> Decimal | None:
        return each_of(self.shared, self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a month will have cost at its end."""

    to_date: Decimal
    """What it has cost up to now, exact."""
    amount: Decimal
    """What it will have cost, to the best of our knowledge."""
    low: Decimal
    high: Decimal
    """Between `low` and `high` it will lie in `coverage` of all cases."""
    coverage: Decimal
    """Such as 0.8."""
    days: int
    """Full days that it stands on."""
    method: str
    """How it was made, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStanding:
    """A budget, and how it stands."""

    name: str
    """`whole`, `sms`, or the name of a source."""
    usd: Decimal
    spent: Decimal
    """In the month up to now, exact."""
    forecast: Forecast | None
    stops: bool = False
    """Whether SMS stop when it is used up, as `confirmed_by` has confirmed."""
    confirmed_by: str = ""
    is_of_reading: bool = False
    """Whether it is the budget for reading a source (`sources.<name>.budget`), by which the
    source is read less; else one of `finance.budgets`, by which somebody is told."""

    @property
    def share(self) -> Decimal:
        """What was spent of it; 1 is all. A budget of nothing is used up from the start."""
        return _QUOTIENT.divide(self.spent, self.usd) if self.usd > 0 else Decimal(1)

    @property
    def left(self) -> Decimal:
        """Negative once it is exceeded."""
        return self.usd - self.spent

    @property
    def is_used_up(self) -> bool:
        return self.spent >= self.usd

    @property
    def is_foretold_over(self) -> bool:
        """Whether it is expected to be exceeded at the end of the month."""
        return self.forecast is not None and self.forecast.amount > self.usd


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsOutlook:
    """How long the provider goes on sending SMS."""

    spent: Decimal | None = None
    """In this month, as the provider counts; None when it did not say."""
    quota: Decimal | None = None
    """What it lets SMS cost in a month."""
    is_in_sandbox: bool | None = None
    """Whether SMS go only to verified numbers."""
    per_day: Decimal | None = None
    """What SMS cost on a day of late; None while nobody can say."""
    runs_out_at: datetime | None = None
    """When the quota is used up at this rate; None: not in this month, or nobody can say."""
    says: str = ""
    """All of it in words, such as `at this rate SMS stop on the 23rd: ...`."""

    @property
    def runs_out_on(self) -> date | None:
        """The day (UTC) of it."""
        return self.runs_out_at.astimezone(UTC).date() if self.runs_out_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAccount:
    """A month (UTC) of the books."""

    month: str
    """Such as `2026-11`."""
    currency: str
    days: tuple[Day, ...]
    """Those that stand in the books, in order."""
    lines: tuple[CostLine, ...]
    """Of all days; they add up to `amount`."""
    amount: Decimal
    """Exact; without what nobody knows a price of."""
    by_feature: Mapping[str, Decimal]
    by_source: Mapping[str, Decimal]
    by_brand: Mapping[str, Decimal]
    by_sku: Mapping[str, Decimal]
    """Direct amounts; what belongs to none stands under the empty name. Each adds up to
    `amount`."""
    unpriced: Sheet = field(default_factory=Sheet)
    """What nobody knows a price of; never counted as free."""
    stale: tuple[Price, ...] = ()
    """Prices it was priced by that nobody has looked at for 90 days."""
    unit_costs: tuple[UnitCost, ...] = ()
    forecast: Forecast | None = None
    """None for a month that is over, and while nobody can say; see `no_forecast`."""
    no_forecast: str = ""
    """Why there is none."""
    budgets: tuple[BudgetStanding, ...] = ()
    sms: SmsOutlook | None = None
    """None for a month that is over."""
    reconciliation: tuple[Reconciled, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutAccount:
    """What a ticket or incident took."""

    about: str
    currency: str
    lines: tuple[CostLine, ...]
    amount: Decimal
    """Exact; without what nobody knows a price of."""
    unpriced: Sheet = field(default_factory=Sheet)
