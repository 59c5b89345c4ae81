"""What this process has used and nobody has kept yet, each for its purpose.

Calls of AWS are heard at clients that are made once for all of a process; what they are for is
set around them (`within`), by thread and task, and so is the invocation that they belong to
(`collecting`). What belongs to none is on the tally of the process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from decimal import Decimal
from threading import Lock

from chalicelib.domain.cost import Entry, Feature, Purpose, Sheet, Use
from chalicelib.domain.cost.exact import plus

_purpose: ContextVar[Purpose | None] = ContextVar("purpose", default=None)

UNTOLD = Purpose(feature=Feature.STANDING)
"""Of what is used where no purpose is set: outside of any invocation."""


class Tally:
    """Adds up; safe to use from several threads."""

    def __init__(self) -> None:
        self._quantities: dict[Entry, Decimal] = {}
        self._lock = Lock()

    def add(self, *uses: Use) -> None:
        """For the purpose that is set around the call."""
        purpose = _purpose.get() or UNTOLD
        with self._lock:
            for use in uses:
                self._count(Entry.of(use, purpose), Decimal(use.quantity))

    def take(self) -> Sheet:
        """Everything since the last time; it is then no longer here."""
        with self._lock:
            taken, self._quantities = self._quantities, {}
        return Sheet(taken.items())

    def put_back(self, sheet: Sheet) -> None:
        """What was taken and could not be kept."""
        with self._lock:
            for entry, quantity in sheet.items():
                self._count(entry, quantity)

    def __len__(self) -> int:
        """Entries that are told apart."""
        return len(self._quantities)

    def _count(self, entry: Entry, quantity: Decimal) -> None:
        before = self._quantities.get(entry)
        self._quantities[entry] = quantity if before is None else plus(before, quantity)


tally = Tally()
"""That of this process."""

_collecting: ContextVar[Tally | None] = ContextVar("collecting", default=None)


def used(*uses: Use) -> None:
    """For the purpose that is set around the call, on the tally of its invocation."""
    own = _collecting.get()
    (tally if own is None else own).add(*uses)


@contextmanager
def collecting() -> Iterator[Tally]:
    """What is used inside goes on a tally of its own, and on no other."""
    own = Tally()
    token = _collecting.set(own)
    try:
        yield own
    finally:
        _collecting.reset(token)


@contextmanager
def within(
    feature: Feature | None = None, *, source: str = "", brand: str = "", about: str = ""
) -> Iterator[None]:
    """As `ports.Meter.within`."""
    around = _purpose.get() or UNTOLD
    inside = replace(
        around,
        feature=feature or around.feature,
        source=source or around.source,
        brand=brand or around.brand,
        about=about or around.about,
    )
    token = _purpose.set(inside)
    try:
        yield
    finally:
        _purpose.reset(token)
