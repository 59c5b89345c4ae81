"""What reading a source may take in a month (UTC), and what is given up when it runs short.

What finds posts by words is given up before what is said to us, by stated steps (`allowed`):

| used of a limit | found by words | said to us |
| --- | --- | --- |
| up to 80 %, and up to 100 % expected | in full | in full |
| 80 %, or more than 100 % expected | half as often by day, in full by night | in full |
| 95 % | as seldom as its floor allows | in full |
| 100 % | not until the month ends | at its floor; with `stops` not at all |

By night nobody else listens, so that day goes first. Nothing is given up without a word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum

HOUR = timedelta(hours=1)

CALLS, USD = "calls", "USD"

SLOWED_AT, FLOOR_AT, USED_UP = Decimal("0.8"), Decimal("0.95"), Decimal(1)
"""Shares of a limit from which on less is read."""

WARNED_AT = (50, 80, 100)
"""Percent of a limit at which it is told, once each."""

PRIOR = timedelta(days=1)
"""A run rate counts half when it stands on so much reading; until then the set pace counts."""

FORETOLD_AFTER = timedelta(days=1)
"""What money reading takes is not foretold before it was read for so long."""


class Scope(IntEnum):
    """How much of a source is read; a greater one is less."""

    FULL = 0
    SLOWED = 1
    """Half as often."""
    FLOOR = 2
    """As seldom as its floor allows."""
    STOPPED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBudget:
    """What reading a source may take in a month."""

    calls: int | None = None
    """Requests; None: as many as it takes."""
    usd: Decimal | None = None
    """US dollars; None: as many as it takes."""
    stops: bool = False
    """Whether what is said to us is not read either once it is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of a budget, and how it stands."""

    unit: str
    """`calls` or `USD`."""
    most: Decimal
    used: Decimal
    forecast: Decimal | None
    """What will have been used at the end of the month; None while nobody can say."""

    @property
    def share(self) -> Decimal:
        """What was used of it; 1 is all. A limit of nothing is used up from the start."""
        return self.used / self.most if self.most > 0 else USED_UP

    @property
    def foretold(self) -> Decimal:
        """The share that will have been used at the end of the month, never less than now."""
        if self.forecast is None or self.most <= 0:
            return self.share
        return max(self.share, self.forecast / self.most)

    @property
    def is_short(self) -> bool:
        """Whether it is nearly used up, or not expected to last."""
        return self.share >= SLOWED_AT or self.foretold > USED_UP

    @property
    def says(self) -> str:
        """Such as `8,120 of 10,000 calls used, 12,400 expected by the end of the month`."""
        unit = "" if self.unit == USD else f" {self.unit}"
        used = f"{self._amount(self.used)} of {self._amount(self.most)}{unit} used"
        if self.forecast is None:
            return used
        return f"{used}, {self._amount(self.forecast)} expected by the end of the month"

    @property
    def over(self) -> str:
        """By how much it is exceeded; empty when it is not."""
        if self.used <= self.most:
            return ""
        unit = "" if self.unit == USD else f" {self.unit}"
        return f"{self._amount(self.used - self.most)}{unit}"

    def _amount(self, amount: Decimal) -> str:
        if self.unit == USD:
            return f"${amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
        return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """How much of a source is read under its budget."""

    scope: Scope
    why: str = ""
    """What is given up, and for which limit; empty only when nothing is."""


def month_of(at: datetime) -> str:
    """The month (UTC) of an instant, such as `2026-11`."""
    return f"{at.astimezone(UTC):%Y-%m}"


def month_around(at: datetime) -> tuple[datetime, datetime]:
    """Its first instant and that of the next (UTC)."""
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=31)).replace(day=1)


def calls_foretold(used: int, *, planned: timedelta, read_since: datetime, now: datetime) -> int:
    """Requests of the whole month, when it goes on as it has.

    `planned` is how often the source is asked (one request at least each time); it counts as much
    as a day of reading, so that the first hours of a month do not decide.
    """
    first, end = month_around(now)
    behind = max(timedelta(0), now - max(first, read_since))
    rate = (used + PRIOR / planned) / ((behind + PRIOR) / HOUR)
    return used + round(rate * ((end - now) / HOUR))


def money_foretold(
    used: Decimal, *, behind: float, ahead: float, read_since: datetime, now: datetime
) -> Decimal | None:
    """US dollars of the whole month, when posts go on costing what they have; None at first.

    `behind` and `ahead` are what was, and is still, to be read in this month: hours, or posts by
    the rhythm of the source.
    """
    first, _ = month_around(now)
    if now - max(first, read_since) < FORETOLD_AFTER or behind <= 0:
        return None
    return used + used * Decimal(str(ahead)) / Decimal(str(behind))


def limits_of(
    budget: ReadBudget,
    *,
    calls: int,
    spent: Decimal,
    planned: timedelta,
    behind: float,
    ahead: float,
    read_since: datetime,
    now: datetime,
) -> tuple[Limit, ...]:
    """Each limit of a budget; the arguments are those of `calls_foretold`, `money_foretold`."""
    found: list[Limit] = []
    if budget.calls is not None:
        foretold = calls_foretold(calls, planned=planned, read_since=read_since, now=now)
        found.append(
            Limit(
                unit=CALLS,
                most=Decimal(budget.calls),
                used=Decimal(calls),
                forecast=Decimal(foretold),
            )
        )
    if budget.usd is not None:
        money = money_foretold(spent, behind=behind, ahead=ahead, read_since=read_since, now=now)
        found.append(Limit(unit=USD, most=budget.usd, used=spent, forecast=money))
    return tuple(found)


def allowed(limits: Iterable[Limit], *, is_by_keyword: bool, stops: bool, is_day: bool) -> Allowed:
    """How much may be read, by the limit that allows least. Without limits everything.

    `stops` is the budget's, `is_day` whether somebody is at work who may see what is written.
    """
    each = (
        _allowed_by(one, is_by_keyword=is_by_keyword, stops=stops, is_day=is_day) for one in limits
    )
    return max(each, key=lambda one: one.scope, default=Allowed(scope=Scope.FULL))


def _allowed_by(limit: Limit, *, is_by_keyword: bool, stops: bool, is_day: bool) -> Allowed:
    if limit.share >= USED_UP and (is_by_keyword or stops):
        return Allowed(
            scope=Scope.STOPPED, why=f"not read until the month ends (UTC): {limit.says}"
        )
    if limit.share >= USED_UP or (is_by_keyword and limit.share >= FLOOR_AT):
        beyond = f", {limit.over} over its budget" if limit.over else ""
        return Allowed(
            scope=Scope.FLOOR, why=f"read as seldom as its floor allows{beyond}: {limit.says}"
        )
    if is_by_keyword and limit.is_short and is_day:
        return Allowed(scope=Scope.SLOWED, why=f"read half as often by day: {limit.says}")
    return Allowed(scope=Scope.FULL)
