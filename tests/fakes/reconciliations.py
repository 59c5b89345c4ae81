"""What was metered beside what was charged, in memory."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from chalicelib.domain.cost.reconciling import Reconciled


class FakeReconciliations:
    """Lines by day; `puts` counts how often any were kept."""

    def __init__(self) -> None:
        self._kept: dict[date, tuple[Reconciled, ...]] = {}
        self.puts = 0

    def put(self, day: date, lines: Sequence[Reconciled]) -> None:
        if any(line.day != day for line in lines):
            raise ValueError(f"these lines are not all of {day}")
        self.puts += 1
        self._kept[day] = tuple(lines)

    def of_month(self, month: str) -> tuple[Reconciled, ...]:
        days = sorted(day for day in self._kept if f"{day:%Y-%m}" == month)
        return tuple(line for day in days for line in self._kept[day])


if TYPE_CHECKING:
    from chalicelib import ports

    _: type[ports.Reconciliations] = FakeReconciliations
