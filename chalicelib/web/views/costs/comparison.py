"""What we metered beside what was charged, as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.cost.exact import minus, total
from chalicelib.domain.cost.reconciling import Reconciled, charged_of, unexplained_of
from chalicelib.web.views.costs.amounts import Amount, exact, exact_if


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledView:
    """A group of costs on a day: metered beside charged."""

    period: str
    group: str
    named: str
    metered: Amount
    charged: Amount | None
    """Null while nobody has said."""
    variance: Amount | None
    """Charged less metered."""
    share: float | None
    reason: str
    state: str
    by: str
    """Who says what was charged."""
    is_flagged: bool
    """Over 5 %."""
    is_within_goal: bool
    """Not over 1 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """What we metered beside what was charged, for what somebody has charged so far."""

    metered: Amount
    charged: Amount
    variance: Amount
    unexplained: Amount
    share: float | None
    """The variance as a part of what was charged; null while nothing was."""
    lines: tuple[ReconciledView, ...]


def comparison_view(lines: tuple[Reconciled, ...]) -> ComparisonView | None:
    if not lines:
        return None
    charged = charged_of(lines)
    metered = total(one.metered for one in lines if one.charged is not None)
    variance = minus(charged, metered)
    return ComparisonView(
        metered=exact(metered),
        charged=exact(charged),
        variance=exact(variance),
        unexplained=exact(unexplained_of(lines)),
        share=float(variance / charged) if charged else None,
        lines=tuple(_reconciled(one) for one in _newest_first(lines)),
    )


def _newest_first(lines: Iterable[Reconciled]) -> list[Reconciled]:
    by_group = sorted(lines, key=lambda one: (one.group, one.named))
    return sorted(by_group, key=lambda one: one.period, reverse=True)


def _reconciled(one: Reconciled) -> ReconciledView:
    return ReconciledView(
        period=one.period,
        group=one.group,
        named=one.named,
        metered=exact(one.metered),
        charged=exact_if(one.charged),
        variance=exact_if(one.variance),
        share=None if one.share is None else float(one.share),
        reason=one.reason,
        state=one.state,
        by=one.by,
        is_flagged=one.is_flagged,
        is_within_goal=one.is_within_goal,
    )
