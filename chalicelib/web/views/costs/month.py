"""A month of the books as JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.domain.cost.account import MonthAccount, UnitCost
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.web.views.costs.amounts import Amount, exact, exact_if
from chalicelib.web.views.costs.comparison import ComparisonView, comparison_view
from chalicelib.web.views.costs.rows import PriceView, group_of, price_view
from chalicelib.web.views.costs.standing import (
    BudgetView,
    ForecastView,
    SmsView,
    budget_view,
    forecast_view,
    sms_view,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """What one of several took."""

    name: str
    """Empty for what belongs to none of them."""
    title: str
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Of one kind of thing, as bills group it, with its skus."""

    group: str
    amount: Amount
    skus: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day (UTC)."""

    day: date
    amount: Amount
    state: str
    """`running`: not over or not added up yet; `estimated`: all is metered; `final`: compared
    with what was charged."""
    is_partly_unpriced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCostView:
    """What one of something costs."""

    unit: str
    of: str
    title: str
    """Of the brand, where `of` is one; else as `of`."""
    counted: str
    count: Amount
    direct: Amount
    shared: Amount
    amount: Amount
    """Of all of them."""
    each: Amount | None
    """Of one, to 28 digits; null where there were none, as `reason` says."""
    direct_each: Amount | None
    shared_each: Amount | None
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpricedView:
    """A quantity that nobody knows a price of; it is in no amount."""

    sku: str
    country: str
    quantity: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePriceView:
    """A price that nobody has looked at for 90 days."""

    sku: str
    price: PriceView


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month (UTC) of the books. Each split adds up to `amount`."""

    month: str
    currency: str
    amount: Amount
    """Exact; without what nobody knows a price of."""
    state: str
    """`running`, `estimated` or `final`, as the least sure of its days."""
    days: tuple[DayView, ...]
    features: tuple[FigureView, ...]
    sources: tuple[FigureView, ...]
    brands: tuple[FigureView, ...]
    groups: tuple[GroupView, ...]
    unit_costs: tuple[UnitCostView, ...]
    forecast: ForecastView | None
    no_forecast: str
    """Why there is none."""
    budgets: tuple[BudgetView, ...]
    sms: SmsView | None
    comparison: ComparisonView | None
    """Null while nothing was compared."""
    unpriced: tuple[UnpricedView, ...]
    stale: tuple[StalePriceView, ...]


def month_view(account: MonthAccount, *, brand: Callable[[str], str], today: date) -> MonthView:
    """`brand`: what one is called; `today` (UTC) tells whether the month still runs."""
    return MonthView(
        month=account.month,
        currency=account.currency,
        amount=exact(account.amount),
        state=_state(account, today),
        days=tuple(_day(one) for one in account.days),
        features=figures(account.by_feature),
        sources=figures(account.by_source),
        brands=figures(account.by_brand, brand),
        groups=_groups(account.by_sku),
        unit_costs=tuple(unit_cost_view(one, brand) for one in account.unit_costs),
        forecast=forecast_view(account.forecast),
        no_forecast=account.no_forecast,
        budgets=tuple(budget_view(one) for one in account.budgets),
        sms=sms_view(account.sms),
        comparison=comparison_view(account.reconciliation),
        unpriced=_unpriced(account),
        stale=tuple(
            StalePriceView(sku=one.sku, price=price_view(one, is_stale=True))
            for one in account.stale
        ),
    )


def _state(account: MonthAccount, today: date) -> str:
    states = {one.state for one in account.days}
    if account.month >= f"{today:%Y-%m}" or DayState.RUNNING in states or not states:
        return DayState.RUNNING
    return DayState.FINAL if states == {DayState.FINAL} else DayState.ESTIMATED


def _day(day: Day) -> DayView:
    return DayView(
        day=day.on,
        amount=exact(day.amount),
        state=day.state,
        is_partly_unpriced=bool(day.unpriced),
    )


def figures(
    amounts: Mapping[str, Decimal], title: Callable[[str], str] = str
) -> tuple[FigureView, ...]:
    """The dearest first; what belongs to none comes last."""
    ordered = sorted(amounts.items(), key=lambda one: (one[0] == "", -one[1], one[0]))
    return tuple(
        FigureView(name=name, title=title(name) if name else "", amount=exact(amount))
        for name, amount in ordered
    )


def _groups(by_sku: Mapping[str, Decimal]) -> tuple[GroupView, ...]:
    amounts: dict[str, Decimal] = {}
    for sku, amount in by_sku.items():
        amounts[group_of(sku)] = plus(amounts.get(group_of(sku), ZERO), amount)
    return tuple(
        GroupView(
            group=one.name,
            amount=one.amount,
            skus=figures({sku: by_sku[sku] for sku in by_sku if group_of(sku) == one.name}),
        )
        for one in figures(amounts)
    )


def unit_cost_view(cost: UnitCost, brand: Callable[[str], str]) -> UnitCostView:
    return UnitCostView(
        unit=cost.unit,
        of=cost.of,
        title=brand(cost.of) if cost.unit == "brand" and cost.of else cost.of,
        counted=cost.counted,
        count=exact(cost.count),
        direct=exact(cost.direct),
        shared=exact(cost.shared),
        amount=exact(cost.amount),
        each=exact_if(cost.each),
        direct_each=exact_if(cost.direct_each),
        shared_each=exact_if(cost.shared_each),
        rule=cost.rule,
        reason=cost.reason,
    )


def _unpriced(account: MonthAccount) -> tuple[UnpricedView, ...]:
    found: dict[tuple[str, str], Decimal] = {}
    for entry, quantity in account.unpriced.items():
        key = (entry.sku, entry.country)
        found[key] = plus(found.get(key, ZERO), quantity)
    return tuple(
        UnpricedView(sku=sku, country=country, quantity=exact(quantity))
        for (sku, country), quantity in sorted(found.items())
    )
