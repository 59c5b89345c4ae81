"""One group of costs as we metered it beside what was charged for it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.exact import ZERO, minus, total

UNEXPLAINED = "unexplained"
"""Group of what was charged and is metered nowhere: services, or SMS, that are not ours."""

NO_REASON = "no likely reason found"
"""Begins the reason where the numbers say no more; what they do say follows."""

FLAGGED_OVER = Decimal("0.05")
"""Share of what was charged past which a difference is worth a look."""

GOAL = Decimal("0.01")
"""Share of what was charged within which we mean to be."""

_SHARE = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One group on one day. `metered + variance == charged`, exactly."""

    period: str
    """A day (UTC) such as `2026-11-21`."""
    group: str
    """Ours, such as `dynamodb` or `sms`; or `UNEXPLAINED`."""
    metered: Decimal
    """What our books say."""
    charged: Decimal | None
    """What the other side says; None while it says nothing."""
    currency: str
    reason: str = ""
    """Why the two differ, in words; empty where they do not. Begins with `NO_REASON` where none is
    found."""
    state: DayState = DayState.ESTIMATED
    """`ESTIMATED` or `FINAL`."""
    named: str = ""
    """How the bill calls it, where it is `UNEXPLAINED`, such as `Amazon Route 53`."""
    by: str = ""
    """Who says what was charged: `cost-explorer`, `focus-export`, `sms-report`, `receipt`."""

    @property
    def day(self) -> date:
        return date.fromisoformat(self.period)

    @property
    def month(self) -> str:
        return self.period[: len("2026-11")]

    @property
    def variance(self) -> Decimal | None:
        """Charged less metered, exact; None while nobody says what was charged."""
        return None if self.charged is None else minus(self.charged, self.metered)

    @property
    def share(self) -> Decimal | None:
        """The variance as a part of what was charged (of what was metered, where nothing was),
        to six places; None while nobody says what was charged."""
        if self.charged is None or self.variance is None:
            return None
        whole = abs(self.charged or self.metered)
        if not whole:
            return ZERO
        return (self.variance / whole).quantize(_SHARE, ROUND_HALF_EVEN)

    @property
    def is_flagged(self) -> bool:
        """Whether the difference is over 5 %."""
        return self._is_over(FLAGGED_OVER)

    @property
    def is_within_goal(self) -> bool:
        """Whether it is known and not over 1 %."""
        return self.charged is not None and not self._is_over(GOAL)

    @property
    def is_explained(self) -> bool:
        """Whether nothing differs, or a likely reason is known."""
        return self.group != UNEXPLAINED and not self.reason.startswith(NO_REASON)

    def _is_over(self, share: Decimal) -> bool:
        if self.charged is None or self.variance is None:
            return False
        return abs(self.variance) > share * abs(self.charged or self.metered)


def charged_of(lines: tuple[Reconciled, ...]) -> Decimal:
    """All that was charged, exact; what nobody has said yet is left out."""
    return total(line.charged for line in lines if line.charged is not None)


def unexplained_of(lines: tuple[Reconciled, ...]) -> Decimal:
    """What of it has no likely reason: services that are not metered, and bare differences."""
    return total(
        line.variance for line in lines if line.variance is not None and not line.is_explained
    )
