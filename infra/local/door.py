"""moto's front door: every AWS call of the application is counted there, and DynamoDB's go in
one at a time, with what each takes in request units (`capacity`).

moto's conditional writes race: two threads that claim one item both won in 2 to 16 % of races,
and never in 400 with this lock (tried with moto 5.2.5).
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from moto.core.responses import BaseResponse
from moto.dynamodb.responses import DynamoHandler

from infra.local import capacity, partitions
from infra.local.patching import replaced


class Calls:
    """How often each operation of each service was called, and what DynamoDB's took."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._units: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._lock = threading.Lock()
        self._is_counting = True
        self.tell: Callable[[str, str], None] = lambda *_about: None
        """Is told of calls as they are counted: service, operation."""
        self.tell_units: Callable[[str, str, str, float], None] = lambda *_about: None
        """Is told of units as they are counted: kind, table, index (empty: the table itself)."""

    def note(self, service: str, operation: str) -> None:
        if self._is_counting:
            with self._lock:
                self._counted[f"{service}.{operation}"] += 1
            self.tell(service, operation)

    def note_units(self, kind: str, table: str, units: Mapping[str, float]) -> None:
        """`units` are by index; that of the table itself is empty."""
        if not self._is_counting:
            return
        for index, number in units.items():
            with self._lock:
                self._units[f"{table}.{kind}"] += Decimal(number)
            self.tell_units(kind, table, index, number)

    def by_kind(self) -> dict[str, int]:
        """Counts by `<service>.<Operation>`, such as `dynamodb.PutItem`, in order of name."""
        with self._lock:
            return dict(sorted(self._counted.items()))

    def units(self, kind: str) -> dict[str, Decimal]:
        """Request units of a kind, `read` or `write`, by table, its indexes included."""
        with self._lock:
            found = {key.rpartition("."): units for key, units in sorted(self._units.items())}
        return {table: units for (table, _, one), units in found.items() if one == kind}

    def clear(self) -> None:
        with self._lock:
            self._counted.clear()
            self._units.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Calls made inside are not the application's: a test or a report looks at its tables."""
        before, self._is_counting = self._is_counting, False
        try:
            yield
        finally:
            self._is_counting = before


@contextmanager
def watched(calls: Calls) -> Iterator[None]:
    """While open, calls that reach moto are counted in `calls`, and DynamoDB's are serialised
    and say what they took."""
    plain, dynamo = BaseResponse.call_action, DynamoHandler.call_action
    lock = threading.RLock()

    def counted(self: Any) -> Any:
        calls.note(self.service_name, self._get_action())
        return plain(self)

    def one_at_a_time(self: Any) -> Any:
        with lock:
            return dynamo(self)

    with (
        replaced(BaseResponse, "call_action", counted),
        replaced(DynamoHandler, "call_action", one_at_a_time),
        partitions.looked_up(),
        capacity.told(calls.note_units),
    ):
        yield
