"""What is to come, and against which budget, as JSON."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.cost.account import BudgetStanding, Forecast, SmsOutlook
from chalicelib.web.views.basics import utc
from chalicelib.web.views.costs.amounts import Amount, exact, exact_if


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastView:
    """What the month will have cost at its end."""

    amount: Amount
    low: Amount
    high: Amount
    coverage: float
    """It lies between `low` and `high` in so many of all cases, such as 0.8."""
    days: int
    """Full days that it stands on."""
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetView:
    """A budget, and how it stands."""

    name: str
    """`whole`, `sms`, or the name of a source."""
    most: Amount
    spent: Amount
    share: float
    left: Amount
    forecast: ForecastView | None
    is_used_up: bool
    is_foretold_over: bool
    stops: bool
    """Whether SMS stop when it is used up."""
    confirmed_by: str
    is_of_reading: bool
    """Whether the source is read less by it; else somebody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsView:
    """How long the provider goes on sending SMS."""

    spent: Amount | None
    quota: Amount | None
    is_in_sandbox: bool | None
    per_day: Amount | None
    runs_out_at: datetime | None
    """When the quota is used up at this rate; null: not in this month."""
    says: str


def forecast_view(forecast: Forecast | None) -> ForecastView | None:
    if forecast is None:
        return None
    return ForecastView(
        amount=exact(forecast.amount),
        low=exact(forecast.low),
        high=exact(forecast.high),
        coverage=float(forecast.coverage),
        days=forecast.days,
        method=forecast.method,
    )


def budget_view(budget: BudgetStanding) -> BudgetView:
    return BudgetView(
        name=budget.name,
        most=exact(budget.usd),
        spent=exact(budget.spent),
        share=float(budget.share),
        left=exact(budget.left),
        forecast=forecast_view(budget.forecast),
        is_used_up=budget.is_used_up,
        is_foretold_over=budget.is_foretold_over,
        stops=budget.stops,
        confirmed_by=budget.confirmed_by,
        is_of_reading=budget.is_of_reading,
    )


def sms_view(sms: SmsOutlook | None) -> SmsView | None:
    if sms is None:
        return None
    return SmsView(
        spent=exact_if(sms.spent),
        quota=exact_if(sms.quota),
        is_in_sandbox=sms.is_in_sandbox,
        per_day=exact_if(sms.per_day),
        runs_out_at=utc(sms.runs_out_at),
        says=sms.says,
    )
