"""Budgets: how they stand, and what is to be told of them.

Each mark is told once a month, and again when the budget was changed: what was 80 % of the old
one may be 40 % of the new one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.cost.account import BudgetStanding, SmsOutlook
from chalicelib.domain.cost.exact import plus, shown, total
from chalicelib.domain.cost.forecast import NotForetold, foretold, month_bounds
from chalicelib.domain.cost.line import CostLine
from chalicelib.domain.cost.outlook import stops_at
from chalicelib.domain.cost.run_rate import Booked, RunRate, spent_on
from chalicelib.domain.cost.sms import SMS_PART
from chalicelib.domain.cost.use import Feature
from chalicelib.domain.desk import Desk, SourceEntry
from chalicelib.domain.finance import SMS, WHOLE
from chalicelib.domain.readiness import SmsSpend
from chalicelib.domain.wording import month_name, ordinal

WARNED_AT = (50, 80, 100)
"""Percent of a budget at which it is told."""

SOON = timedelta(hours=48)
"""SMS that stop within so long are told to the people who keep the desk running, by day or
night: who is on call may have to be reached by other ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to be told once."""

    key: str
    """What it is about, with the budget it is about; told once a month."""
    also: tuple[str, ...] = ()
    """Keys of lesser marks that are told by it."""
    text: str
    """Sentences; the first says it all."""
    is_urgent: bool = False
    """Whether SMS are about to stop, or have."""


def standings(
    booked: Sequence[Booked], desk: Desk, *, month: str, now: datetime
) -> tuple[BudgetStanding, ...]:
    """How every budget stands; `booked` has the days of the month and of eight weeks before."""

    def standing(
        name: str, usd: Decimal, of: Callable[[CostLine], bool], **about: object
    ) -> BudgetStanding:
        spent = spent_on(booked, of=of)
        forecast = foretold(spent, month=month, now=now)
        first, end = month_bounds(month)
        return BudgetStanding(
            name=name,
            usd=usd,
            spent=total(plus(one.running, one.standing) for one in spent if first <= one.on < end),
            forecast=None if isinstance(forecast, NotForetold) else forecast,
            **about,  # type: ignore[arg-type]
        )

    own = tuple(
        standing(
            one.name,
            one.usd,
            _lines_of(one.name),
            stops=one.stops,
            confirmed_by=one.confirmed_by,
        )
        for one in desk.finance.budgets
    )
    reading = tuple(
        standing(
            entry.name,
            entry.budget.usd,
            _reading(entry),
            stops=entry.budget.stops,
            is_of_reading=True,
        )
        for entry in desk.sources
        if entry.budget is not None and entry.budget.usd is not None
    )
    return own + reading


def is_of_sms(line: CostLine) -> bool:
    """Whether it is what SMS cost."""
    return line.entry.sku == SMS_PART


def _lines_of(name: str) -> Callable[[CostLine], bool]:
    if name == WHOLE:
        return bool
    if name == SMS:
        return is_of_sms
    return lambda line: line.entry.source == name


def _reading(entry: SourceEntry) -> Callable[[CostLine], bool]:
    """What its platform charges for reading it, which is what its own budget is about."""

    def is_reading(line: CostLine) -> bool:
        of = line.entry
        is_its_own = of.source == entry.name and of.feature is Feature.LISTENING
        return is_its_own and of.sku.startswith(f"{entry.kind}.")

    return is_reading


def alerts(
    budgets: Iterable[BudgetStanding],
    sms: SmsOutlook | None,
    booked: Sequence[Booked],
    *,
    month: str,
    now: datetime,
) -> tuple[Alert, ...]:
    """What is to be told now.

    Budgets of reading are left out: they are told as they change what is read (see
    `services/source_news`).
    """
    found: list[Alert] = []
    for one in budgets:
        if not one.is_of_reading:
            found += [*_used(one, month), *_foretold(one, month), *_stopping(one, booked, now)]
    return (*found, *(_of_provider(sms, now) if sms else ()))


def _used(one: BudgetStanding, month: str) -> Iterable[Alert]:
    reached = [percent for percent in WARNED_AT if one.share * 100 >= percent]
    if not reached:
        return
    *lesser, most = (f"{one.name}-{percent}@{one.usd.normalize():f}" for percent in reached)
    what = f"The budget {_named(one)} of {month_name(month)}"
    said = "is used up" if reached[-1] == WARNED_AT[-1] else f"is used to {reached[-1]} %"
    stops = ""
    if one.is_used_up and one.stops:
        stops = (
            f" No more SMS leave until the month is over or the budget is raised, as "
            f"{one.confirmed_by} has confirmed; pages go by their next way."
        )
    text = f"{what} {said}: {_figures(one)}.{stops}"
    yield Alert(key=most, also=tuple(lesser), text=text, is_urgent=bool(stops))


def _foretold(one: BudgetStanding, month: str) -> Iterable[Alert]:
    if one.is_foretold_over and not one.is_used_up:
        what = f"The budget {_named(one)} will not last through {month_name(month)}"
        key = f"{one.name}-foretold@{one.usd.normalize():f}"
        yield Alert(key=key, text=f"{what}: {_figures(one)}.")


def _stopping(one: BudgetStanding, booked: Sequence[Booked], now: datetime) -> Iterable[Alert]:
    """SMS that a budget is about to stop."""
    if not one.stops or one.is_used_up:
        return
    rate = RunRate.of(spent_on(booked, of=is_of_sms), before=now.astimezone(UTC).date())
    spend = SmsSpend(spent=one.spent, limit=one.usd)
    stops = stops_at(spend, rate, now) if rate else None
    if stops is not None and stops - now <= SOON:
        text = (
            f"At this rate SMS stop on the {ordinal(stops.day)}, when their budget is used up, "
            f"as {one.confirmed_by} has confirmed: {_figures(one)}. Raise it, or see that people "
            "can be paged by other ways."
        )
        yield Alert(key=f"{one.name}-soon@{one.usd.normalize():f}", text=text, is_urgent=True)


def _of_provider(sms: SmsOutlook, now: datetime) -> Iterable[Alert]:
    remedy = "Raise the account's spend limit for SMS (Service Quotas, SNS)."
    if sms.runs_out_at is not None and sms.quota is not None:
        quota = f"{sms.quota.normalize():f}"
        said = f"{sms.says[0].upper()}{sms.says[1:]}."
        yield Alert(key=f"quota@{quota}", text=f"{said} {remedy}")
        if sms.runs_out_at - now <= SOON:
            yield Alert(key=f"quota-soon@{quota}", text=f"{said} {remedy}")
    if sms.is_in_sandbox:
        yield Alert(
            key="sandbox",
            text="The account is in the SMS sandbox: SMS go only to numbers that were verified. "
            "Ask for production access in the SNS console, Text messaging.",
        )


def _named(one: BudgetStanding) -> str:
    match one.name:
        case "whole":
            return "of everything"
        case "sms":
            return "of SMS"
        case name:
            return f"of source {name}"


def _figures(one: BudgetStanding) -> str:
    used = f"{shown(one.spent)} of {shown(one.usd)} USD"
    if one.forecast is None:
        return f"{used} are spent"
    return (
        f"{used} are spent, {shown(one.forecast.amount)} expected by the end of the month "
        f"({shown(one.forecast.low)} to {shown(one.forecast.high)} in 80 % of cases)"
    )
