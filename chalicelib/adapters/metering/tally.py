"""What this process has used and nobody has kept yet, each for its purpose.

There is one for each process, since calls of AWS are heard at clients that are made once for
all of it; what they are for is set around them (`within`), by thread and task.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from decimal import Decimal
from threading import Lock

from chalicelib.domain.cost import Entry, Feature, Purpose, Sheet, Use

_purpose: ContextVar[Purpose | None] = ContextVar("purpose", default=None)

UNTOLD = Purpose(feature=Feature.STANDING)
"""Of what is used where no purpose is set: outside of any invocation."""


class Tally:
    """Adds up; safe to use from several threads."""

    def __init__(self) -> None:
        self._sheet: list[tuple[Entry, int | Decimal]] = []
        self._lock = Lock()

    def add(self, *uses: Use) -> None:
        """For the purpose that is set around the call."""
        purpose = _purpose.get() or UNTOLD
        with self._lock:
            self._sheet += [(Entry.of(use, purpose), use.quantity) for use in uses]

    def take(self) -> Sheet:
        """Everything since the last time; it is then no longer here."""
        with self._lock:
            taken, self._sheet = self._sheet, []
        return Sheet(taken)

    def put_back(self, sheet: Sheet) -> None:
        """What was taken and could not be kept."""
        with self._lock:
            self._sheet += sheet.items()


tally = Tally()
"""That of this process."""


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
