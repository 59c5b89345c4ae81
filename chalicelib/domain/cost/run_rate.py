"""What a day costs of late, by the day of the week."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext

from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import ZERO, total
from chalicelib.domain.cost.line import CostLine

LOOKED_BACK = 56
"""Days, eight weeks: long enough to know each day of the week, short enough to follow a change."""

LEAST, BY_WEEKDAY_FROM = 2, 14
"""Full days before anything is foretold, and before days of the week are told apart."""

ESTIMATE = Context(prec=34)
"""For what is estimated anyway: rates, spreads. No booked amount comes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a day (UTC) cost."""

    on: date
    running: Decimal
    """What depends on what happened."""
    standing: Decimal = ZERO
    """What is charged by the month whatever happens: alarms, metrics, storage."""
    is_full: bool = True
    """Whether the day is over and added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A day of the books with its lines, which take a while to make."""

    day: Day
    lines: tuple[CostLine, ...]

    @classmethod
    def of(cls, day: Day) -> "Booked":
        return cls(day=day, lines=day.lines)


def spent_on(
    booked: Iterable[Booked], *, of: Callable[[CostLine], bool] = bool
) -> tuple[Spent, ...]:
    """What days cost, by those lines that `of` says; all of them by default."""
    found = []
    for one in booked:
        lines = [line for line in one.lines if of(line)]
        found.append(
            Spent(
                on=one.day.on,
                running=total(line.amount for line in lines if not is_standing(line)),
                standing=total(line.amount for line in lines if is_standing(line)),
                is_full=one.day.state is not DayState.RUNNING,
            )
        )
    return tuple(found)


def is_standing(line: CostLine) -> bool:
    """Whether it is charged by the month, whatever happens."""
    return line.entry.sku.endswith("-month")


@dataclass(frozen=True, slots=True)
class RunRate:
    """What a full day costs, without what is charged by the month."""

    days: int
    """Full days that it stands on."""
    overall: Decimal
    """The mean of them."""
    of_weekday: Mapping[int, Decimal]
    """The mean of the Mondays (0), Tuesdays and so on, where there were two at least; empty
    before there were 14 days."""
    spread: Decimal
    """Standard deviation of a day around what would have been expected of it."""
    freedom: int
    """Degrees of freedom that the spread has."""

    @classmethod
    def of(cls, spent: Iterable[Spent], *, before: date) -> "RunRate | None":
        """By the full days of the eight weeks before a day; None when there are fewer than two."""
        first = before - timedelta(days=LOOKED_BACK)
        days = {one.on: one.running for one in spent if one.is_full and first <= one.on < before}
        if len(days) < LEAST:
            return None
        with localcontext(ESTIMATE):
            overall = _mean(days.values())
            of_weekday = _by_weekday(days) if len(days) >= BY_WEEKDAY_FROM else {}
            freedom = max(1, len(days) - max(1, len(of_weekday)))
            off = sum(
                ((amount - of_weekday.get(on.weekday(), overall)) ** 2)
                for on, amount in sorted(days.items())
            )
            return cls(len(days), overall, of_weekday, (Decimal(off) / freedom).sqrt(), freedom)

    def expected(self, on: date) -> Decimal:
        """What is expected of a full day."""
        return self.of_weekday.get(on.weekday(), self.overall)


def _by_weekday(days: Mapping[date, Decimal]) -> dict[int, Decimal]:
    found: defaultdict[int, list[Decimal]] = defaultdict(list)
    for on, amount in days.items():
        found[on.weekday()].append(amount)
    return {weekday: _mean(each) for weekday, each in found.items() if len(each) >= LEAST}


def _mean(amounts: Iterable[Decimal]) -> Decimal:
    held = tuple(amounts)
    return total(held) / len(held)
