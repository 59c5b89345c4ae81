"""How long Lambda ran for an invocation, as well as the function itself can see.

Lambda charges from the beginning of the process (initialisation included, of the first
invocation) to the end of the handler, in whole milliseconds, by memory. A function sees neither the
end of what it is doing now nor what Lambda does around it: this is an estimate, a little low, which
the figures of `platform.report` take the place of a day later.
"""

import math
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from chalicelib.domain.cost import Use

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}

INITIALISED_WITHIN = 10.0
"""Seconds: Lambda ends an initialisation that takes longer ("Lambda runtime environment"). A
process may have been made ready long before its first invocation, and then waited."""

Seconds = Callable[[], float]
"""Counts up from anywhere."""


def process_seconds() -> float:
    """Seconds since this process began, as the kernel has it; 0 where it does not tell."""
    try:
        told = Path("/proc/self/stat").read_text(encoding="utf-8")
        # The second field, in brackets, may hold spaces; the beginning is the 22nd (proc(5)).
        began = int(told.rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0


class LambdaTime:
    """Measures invocations of one process."""

    def __init__(
        self,
        *,
        seconds: Seconds = time.monotonic,
        since_start: Seconds = process_seconds,
        machine: str = "",
    ) -> None:
        """`since_start` gives the seconds since the process began; `machine` is what runs it."""
        self._seconds = seconds
        self._since_start = since_start
        kind = ARCHITECTURES.get(machine or platform.machine(), "x86_64")
        self.sku = f"lambda.gb-second.{kind}"
        self._is_cold = True
        self._owed = 0
        self._lock = Lock()

    def begin(self) -> float:
        """When an invocation begins, for `took`: the first began with the process."""
        now = self._seconds()
        with self._lock:
            was_cold, self._is_cold = self._is_cold, False
        if not was_cold:
            return now
        return now - min(max(self._since_start(), 0.0), INITIALISED_WITHIN)

    def took(self, began: float, *, memory_mb: int) -> Use:
        """What it took up to now: milliseconds, the last one begun counts whole, times MB."""
        return self._use(max(1, math.ceil(self._milliseconds(began))), memory_mb)

    def end(self, measured: float) -> None:
        """An invocation ends, some time after it was measured: that is told with the next one."""
        with self._lock:
            self._owed += round(self._milliseconds(measured))

    def owed(self, *, memory_mb: int) -> Use:
        """What invocations took after they were measured."""
        with self._lock:
            owed, self._owed = self._owed, 0
        return self._use(owed, memory_mb)

    def now(self) -> float:
        return self._seconds()

    def _milliseconds(self, began: float) -> float:
        # Rounded to a microsecond first: 7 ms must not become 8 by what a float adds.
        return round((self._seconds() - began) * 1000, 3)

    def _use(self, milliseconds: int, memory_mb: int) -> Use:
        return Use(sku=self.sku, quantity=milliseconds * memory_mb)
