"""What a month will have cost at its end.

The method: what was booked in the month, and for the time that is left of it

* what a day of that weekday costs on average, by the full days of the last eight weeks (by fewer
  than 14 full days: what any day costs on average). Of today the part that is still to come;
* what is charged by the month whatever happens (alarms, metrics, storage), as it was on the
  newest day: it does not depend on what happens, so it is no rate.

The band holds the true amount in 80 % of all months, if days scatter as they did: it adds the
scatter of the days to come and the doubt of the averages, by Student's t for as many days as
there are. On fewer than 14 days it is at least as wide as the rest of the month divided by the
root of the days, since a week that was not seen yet may be like none before.

A mean, not a median: a storm costs, and storms come again. Nothing is foretold by fewer than two
full days.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

from chalicelib.domain.cost.account import Forecast
from chalicelib.domain.cost.exact import ZERO, minus, plus, total
from chalicelib.domain.cost.run_rate import BY_WEEKDAY_FROM, ESTIMATE, LEAST, RunRate, Spent

COVERAGE = Decimal("0.8")

_CENT_PARTS = Decimal("1e-9")
"""An estimate is kept to so many decimals."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NotForetold:
    """Why there is no forecast."""

    why: str


def foretold(spent: Iterable[Spent], *, month: str, now: datetime) -> Forecast | NotForetold:
    """What `month`, such as `2026-11`, will have cost.

    `spent` has its days and those of the eight weeks before it, in any order, each once.
    """
    at = now.astimezone(UTC)
    first, end = month_bounds(month)
    if at.date() >= end:
        return NotForetold("the month is over")
    days = tuple(spent)
    rate = RunRate.of(days, before=at.date())
    if rate is None:
        return NotForetold(
            f"fewer than {LEAST} full days are in the books; nothing can be foretold by them"
        )
    booked = [one for one in days if first <= one.on < end]
    to_date = total(plus(one.running, one.standing) for one in booked)
    with localcontext(ESTIMATE):
        running, number = _running_left(rate, first, end, at)
        rest = (running + _standing_left(days, first, end, at)).quantize(_CENT_PARTS)
        off = _half_band(rate, running, number).quantize(_CENT_PARTS)
    amount = plus(to_date, rest)
    return Forecast(
        to_date=to_date,
        amount=amount,
        low=max(to_date, minus(amount, off)),
        high=plus(amount, off),
        coverage=COVERAGE,
        days=rate.days,
        method=_method(rate),
    )


def month_bounds(month: str) -> tuple[date, date]:
    """The first day of a month and of the next. Raises ValueError for what is no month."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1)


def part_left(at: datetime) -> Decimal:
    """The part of the day (UTC) of an instant that is still to come."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return 1 - Decimal((at - midnight) // timedelta(microseconds=1)) / (
        _DAY // timedelta(microseconds=1)
    )


def days_left(first: date, end: date, at: datetime) -> Iterable[tuple[date, Decimal]]:
    """The days of `[first, end)` that are not over, and the part of each that is to come."""
    today = at.astimezone(UTC).date()
    if first <= today < end:
        yield today, part_left(at)
    on = max(first, today + _DAY)
    while on < end:
        yield on, Decimal(1)
        on += _DAY


def _running_left(rate: RunRate, first: date, end: date, at: datetime) -> tuple[Decimal, Decimal]:
    """What is expected of the time that is left, and how many days it is."""
    left = tuple(days_left(first, end, at))
    return (
        sum((rate.expected(on) * part for on, part in left), ZERO),
        sum((part for _, part in left), ZERO),
    )


def _standing_left(days: tuple[Spent, ...], first: date, end: date, at: datetime) -> Decimal:
    """As much a day as on the newest one; of today what was not charged yet."""
    today = at.date()
    booked = sum((one.standing for one in days if one.on == today), ZERO)
    full = [one for one in days if one.is_full and one.on < today]
    newest = max(full, key=lambda one: one.on).standing if full else ZERO
    each = max(newest, booked)
    left = ZERO
    for on, _ in days_left(first, end, at):
        left += each - booked if on == today else each
    return left


def _half_band(rate: RunRate, running: Decimal, number: Decimal) -> Decimal:
    """How far the rest of the month may be off, to either side."""
    scatter = (number + number**2 / rate.days).sqrt() * rate.spread
    off = scatter * _quantile(rate.freedom)
    if rate.days < BY_WEEKDAY_FROM:
        off = max(off, running / Decimal(rate.days).sqrt())
    return off


_QUANTILES = (
    *(3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372),
    *(1.363, 1.356, 1.350, 1.345, 1.341, 1.337, 1.333, 1.330, 1.328, 1.325),
)
"""Of Student's t at 90 %, by degrees of freedom from 1 on (NIST/SEMATECH e-Handbook of Statistical
Methods, 1.3.6.7.2): between -t and t lie 80 %."""


def _quantile(freedom: int) -> Decimal:
    if freedom <= len(_QUANTILES):
        return Decimal(str(_QUANTILES[freedom - 1]))
    return Decimal(str(round(1.2816 + 0.87 / math.floor(freedom), 4)))


def _method(rate: RunRate) -> str:
    if rate.of_weekday:
        by = f"what each day of the week cost on average over {rate.days} full days"
    else:
        by = f"what a day cost on average over {rate.days} full days, too few to tell days apart"
    return (
        f"What was booked, and for the time that is left {by}; what is charged by the month as on "
        "the newest day. The band holds 80 % of months, if days scatter as they did."
    )
