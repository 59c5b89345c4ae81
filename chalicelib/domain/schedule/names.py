"""What people and days are called in a schedule."""

from enum import IntEnum
from typing import NewType

ResponderId = NewType("ResponderId", str)


class Weekday(IntEnum):
    """A day of the week, with the number that `date.weekday()` gives it.

    Numbers and not words, since a set of words is stored in another order by each process.
    """

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


EVERY_DAY = frozenset(Weekday)
