"""Accounts: a month, and what one ticket or incident took, made from the books."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.cost import Price, PriceBook, Sheet
from chalicelib.domain.cost.account import AboutAccount, MonthAccount, SmsOutlook
from chalicelib.domain.cost.budget import is_of_sms, standings
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.domain.cost.forecast import NotForetold, foretold, month_bounds
from chalicelib.domain.cost.line import CostLine, amount_of
from chalicelib.domain.cost.outlook import sms_outlook
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.cost.run_rate import LOOKED_BACK, Booked, spent_on
from chalicelib.domain.cost.unit_costs import unit_costs
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput
from chalicelib.ports import Books, Desks, Reconciliations
from chalicelib.services.costing.quota import SmsQuota


class Accounts:
    """Reads the books; changes nothing."""

    def __init__(
        self,
        *,
        desks: Desks,
        books: Books,
        reconciliations: Reconciliations,
        quota: SmsQuota,
        prices: Callable[[], PriceBook],
    ) -> None:
        """`prices` gives the price book, for days that are not added up yet."""
        self._desks = desks
        self._books = books
        self._reconciliations = reconciliations
        self._quota = quota
        self._prices = prices

    def month(self, month: str, *, now: datetime) -> MonthAccount:
        """A month such as `2026-11`. Raises BadInput for what is no month."""
        desk = self._desks.current()
        booked = self.booked(month, now=now)
        first, end = _bounds(month)
        of_month = [one for one in booked if first <= one.day.on < end]
        lines = tuple(line for one in of_month for line in one.lines)
        days = tuple(one.day for one in of_month)
        forecast = foretold(spent_on(booked), month=month, now=now)
        is_present = first <= now.astimezone(UTC).date() < end
        return MonthAccount(
            month=month,
            currency=lines[0].price.currency if lines else CURRENCY,
            days=days,
            lines=lines,
            amount=amount_of(lines),
            by_feature=_by(lines, lambda line: line.entry.feature.value),
            by_source=_by(lines, lambda line: line.entry.source),
            by_brand=_by(lines, lambda line: line.entry.brand),
            by_sku=_by(lines, lambda line: line.entry.sku),
            unpriced=Sheet.total(day.unpriced for day in days),
            stale=_stale(lines, on=min(now.astimezone(UTC).date(), end)),
            unit_costs=unit_costs(
                lines, Sheet.total(day.sheet for day in days), brand_of=_brands(desk)
            ),
            forecast=None if isinstance(forecast, NotForetold) else forecast,
            no_forecast=forecast.why if isinstance(forecast, NotForetold) else "",
            budgets=standings(booked, desk, month=month, now=now),
            sms=self._outlook(booked, now=now) if is_present else None,
            reconciliation=self._reconciliations.of_month(month),
        )

    def about(self, id: str) -> AboutAccount:
        """What a ticket or incident took so far, by the prices of each day; nothing for an id
        that nothing is known of."""
        hours = self._books.about(id)
        sheets: dict[date, list[Sheet]] = {}
        for hour, sheet in hours.items():
            sheets.setdefault(hour.date(), []).append(sheet)
        days = [self._priced(on, Sheet.total(sheets[on])) for on in sorted(sheets)]
        lines = tuple(line for day in days for line in day.lines)
        return AboutAccount(
            about=id,
            currency=lines[0].price.currency if lines else CURRENCY,
            lines=lines,
            amount=amount_of(lines),
            unpriced=Sheet.total(day.unpriced for day in days),
        )

    def booked(self, month: str, *, now: datetime) -> tuple[Booked, ...]:
        """The days of a month, and of the eight weeks before now where it is not over.

        Raises BadInput for what is no month.
        """
        first, end = _bounds(month)
        today = now.astimezone(UTC).date()
        if today < end:
            first = min(first, today - timedelta(days=LOOKED_BACK))
        days = self._books.days(first, end - timedelta(days=1))
        return tuple(Booked.of(day) for day in days)

    def _outlook(self, booked: Iterable[Booked], *, now: datetime) -> SmsOutlook:
        spend, sandbox = self._quota.known(now=now)
        spent = spent_on(booked, of=is_of_sms)
        return sms_outlook(spend, is_in_sandbox=sandbox, spent=spent, now=now)

    def _priced(self, on: date, sheet: Sheet) -> Day:
        day = self._books.day(on)
        if day is None or day.state is DayState.RUNNING:
            return Day.priced_by(self._prices(), on=on, sheet=sheet)
        return Day(on=on, sheet=sheet, prices=day.prices, state=day.state)


def _bounds(month: str) -> tuple[date, date]:
    try:
        return month_bounds(month)
    except ValueError:
        raise BadInput(f"month: {month[:40]!r}; give one such as 2026-11") from None


def _brands(desk: Desk) -> Mapping[str, str]:
    return {entry.name: entry.brand for entry in desk.sources}


def _by(lines: Iterable[CostLine], name: Callable[[CostLine], str]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[name(line)] = plus(found.get(name(line), ZERO), line.amount)
    return dict(sorted(found.items()))


def _stale(lines: Iterable[CostLine], *, on: date) -> tuple[Price, ...]:
    """Prices of the lines that nobody had looked at for 90 days."""
    used = {line.price for line in lines}
    return tuple(
        sorted(
            (price for price in used if price.is_stale(on=on)),
            key=lambda price: (price.sku, price.country, price.since),
        )
    )
