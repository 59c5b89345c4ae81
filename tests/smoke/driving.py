"""How the functions of a world are run: by a clock that can be wrong, twice, at once, or not."""

import sys
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from infra.local.clock import SteppedClock
from tests.fakes import Crash

T = TypeVar("T")

RIGHT = timedelta(0)


class WorldClock(SteppedClock):
    """Stands still until it is moved; a worker's may go wrong by `skew` while it runs."""

    skew = RIGHT

    def now(self) -> datetime:
        return super().now() + self.skew

    __call__ = now


class Workers:
    """Every invocation of every function passes here."""

    def __init__(self, clock: WorldClock) -> None:
        self._clock = clock
        self.ticks: tuple[timedelta, ...] = (RIGHT,)
        """One tick each minute for each of these, by a clock that is wrong by so much."""
        self.are_ticks_at_once = False
        self.asleep: Collection[str] = ("watch",)
        """Functions that nothing wakes: the report of the readiness check would be a text that
        nobody expected in every world that lives past ten in the morning."""
        self.is_anything_to_read: Callable[[], bool] = lambda: True
        """Asked before sources are read: most minutes of most worlds bring nothing, and reading
        nothing is most of what a minute takes on the cloud."""
        self.deliveries = 1
        """How often each batch of the stream is delivered."""
        self.crashes = 0
        """How many workers died."""

    def run(self, name: str, work: Callable[[], T]) -> T | None:
        """Do `work` as the function of that name is run in this world."""
        if name in self.asleep or (name == "pull_mentions" and not self.is_anything_to_read()):
            return None
        if name == "triage_mentions":
            for _ in range(self.deliveries - 1):
                self._once(work, RIGHT)
        if name != "tick":
            return self._once(work, RIGHT)
        if self.are_ticks_at_once:
            self.together([work] * len(self.ticks))
            return None
        result = None
        for skew in self.ticks:
            result = self._once(work, skew)
        return result

    def _once(self, work: Callable[[], T], skew: timedelta) -> T | None:
        before = self._clock.skew
        self._clock.skew = skew
        try:
            return work()
        except Crash:
            self.crashes += 1
            return None
        finally:
            self._clock.skew = before  # also of what a provider that hangs has taken

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        """Several workers at the same moment, each with its work."""
        barrier = threading.Barrier(len(works))
        failures: list[Exception] = []

        def run(work: Callable[[], object]) -> None:
            barrier.wait(timeout=20)
            try:
                work()
            except Crash:
                self.crashes += 1
            except Exception as error:
                failures.append(error)

        threads = [threading.Thread(target=run, args=(work,)) for work in works]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)  # so that they really meet in the middle
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        if failures:
            raise failures[0]
