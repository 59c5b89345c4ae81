"""What reading took, in memory."""

from collections.abc import Mapping, Sequence
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.ports import ReadUsage


class FakeReadUsages:
    """Sums by month and source."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, str], ReadUsage] = {}
        self._lock = RLock()

    def add(self, name: str, month: str, usage: ReadUsage) -> ReadUsage:
        with self._lock:
            there = self._sums.get((month, name), ReadUsage())
            total = ReadUsage(
                calls=there.calls + usage.calls,
                posts=there.posts + usage.posts,
                spent=there.spent + usage.spent,
            )
            if usage != ReadUsage():
                self._sums[month, name] = total
            return total

    def of(self, month: str) -> Mapping[str, ReadUsage]:
        return {name: total for (its, name), total in self._sums.items() if its == month}


class FakePaidReads:
    """What was remembered by account, day and what is charged."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str, date, str]] = set()

    def fresh(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> tuple[str, ...]:
        return tuple(id for id in dict.fromkeys(ids) if (account, sku, day, id) not in self._known)

    def remember(self, account: str, sku: str, ids: Sequence[str], *, day: date) -> None:
        self._known.update((account, sku, day, id) for id in ids)


if TYPE_CHECKING:
    from chalicelib.ports import PaidReads, ReadUsages

    _usages: type[ReadUsages] = FakeReadUsages
    _paid: type[PaidReads] = FakePaidReads
