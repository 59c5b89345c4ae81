"""A month of comparisons, by group."""

from collections.abc import Iterable
from decimal import Decimal

from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.reconciling.reconciled import UNEXPLAINED, Reconciled


def of_month(lines: Iterable[Reconciled], month: str) -> tuple[Reconciled, ...]:
    """The days of a month by group: of days of which both sides are known.

    A group of which nobody has said anything yet has no charge, and what was metered of it.
    """
    held: dict[tuple[str, str], list[Reconciled]] = {}
    for line in lines:
        if line.month == month and line.day is not None:
            held.setdefault((line.group, line.named), []).append(line)
    found: list[Reconciled] = []
    for (group, named), days in held.items():
        known = [line for line in days if line.charged is not None]
        worst = max(known or days, key=lambda line: abs(line.variance or Decimal(0)))
        is_final = all(line.state is DayState.FINAL for line in days)
        found.append(
            Reconciled(
                period=month,
                group=group,
                metered=total(line.metered for line in known or days),
                charged=total(line.charged or Decimal(0) for line in known) if known else None,
                currency=worst.currency,
                reason=worst.reason,
                state=DayState.FINAL if is_final else DayState.ESTIMATED,
                named=named,
                by=worst.by,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.group == UNEXPLAINED, one.group, one.named)))
