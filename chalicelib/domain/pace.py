"""When a source is read next: more often while it matters, less while nothing is to be heard.

Never sooner than its quickest pace, nor than its platform asks us back; never later than its
floor, as long as it answers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.read_budget import Scope

LONGEST_WAIT = timedelta(minutes=15)
"""However often a source has failed, it is tried again after this, unless the platform itself
has named a later time."""

HARDLY = 0.1
"""Posts that are to be expected until the next reading: with fewer it may wait longer."""

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a source is read: as a rule, at most and at least."""

    every: timedelta
    floor: timedelta
    """Not below `every`."""
    quickest: timedelta
    """Not above `every`."""

    def __post_init__(self) -> None:
        if not timedelta(0) < self.quickest <= self.every <= self.floor:
            raise ValueError("a pace is quickest <= every <= floor, all above zero")

    def interval(
        self, *, is_hurried: bool = False, rate: float | None = None, scope: Scope = Scope.FULL
    ) -> timedelta:
        """How often it is read just now.

        `is_hurried`: it matters more than usual. `rate` is what it usually brings at this hour, in
        posts an hour; None while that is not known. `scope` is what its budget allows: one that
        must save does not hurry.
        """
        if scope >= Scope.FLOOR:
            return self.floor
        if is_hurried and scope is Scope.FULL:
            return self.quickest
        calm = self.every if rate is None else self._calm(rate)
        return min(2 * calm, self.floor) if scope is Scope.SLOWED else calm

    def _calm(self, rate: float) -> timedelta:
        """As long as hardly anything is to be expected, up to the floor."""
        if rate * (self.floor / HOUR) <= HARDLY:
            return self.floor
        return min(self.floor, max(self.every, HARDLY / rate * HOUR))

    def wait(self, failures: int) -> timedelta:
        """After so many failures in a row (at least one): longer each time, up to
        `LONGEST_WAIT`, or as usual where that is longer."""
        doubled = self.every * (1 << min(failures - 1, 10))
        return min(doubled, max(LONGEST_WAIT, self.every))


def next_due(
    interval: timedelta,
    *,
    asked_at: datetime | None,
    put_off_to: datetime | None,
    is_failing: bool = False,
    retry_at: datetime | None = None,
) -> datetime | None:
    """When a source is due; None: at once.

    `interval` after it was last asked, even where it was put off for longer when less was going
    on. While it fails it waits as long as it was put off, however it matters; and never less than
    its platform has asked for (`retry_at`).
    """
    usual = None if asked_at is None else asked_at + interval
    found = [at for at in (put_off_to, None if is_failing else usual) if at is not None]
    due = min(found, default=None)
    if retry_at is None:
        return due
    return retry_at if due is None else max(due, retry_at)
