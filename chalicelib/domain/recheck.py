"""When a post is looked at again, to see whether its author has taken it back.

| post                             | looked at after                                    |
| ---                              | ---                                                |
| where looking costs nothing      | 1 hour, 1 day, 7 days, 30 days, then each 30 days  |
| where the platform charges for it | 1 day, 30 days, then each 180 days                |
| of an open ticket or incident    | each day                                           |

as long as it is kept. A change of its words begins anew. The looks happen hourly: each is at most
an hour late while its platform can be asked.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.cost import Charge, Per

LOOKED_AT = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""How long after it was read (or read anew, once edited)."""

THEN_EACH = timedelta(days=30)

CHARGED_LOOKED_AT = (timedelta(days=1), timedelta(days=30))
"""Where the platform takes money for each post that is read: a look costs what reading it did."""

CHARGED_THEN_EACH = timedelta(days=180)

OPEN_EACH = timedelta(days=1)
"""What people are at must not show what its author has taken back."""

LEAST_BETWEEN = timedelta(minutes=50)
"""A look that came late is not followed by the next one at once."""

AGAIN_AFTER = timedelta(minutes=50)
"""When a doubtful answer is asked for again; the trigger comes hourly."""

FEWEST_DOUBTFUL = 10
"""Posts below which it is no wonder that many of them are gone."""


def costs_a_look(charges: Iterable[Charge]) -> bool:
    """Whether a platform takes money for looking at a post once more."""
    return any(one.per in (Per.MENTION, Per.REQUEST) for one in charges)


def first_look(read_at: datetime, *, is_charged: bool) -> datetime:
    """When a post is looked at first that was read at `read_at`."""
    return read_at + (CHARGED_LOOKED_AT if is_charged else LOOKED_AT)[0]


def next_look(read_at: datetime, *, now: datetime, is_charged: bool, is_open: bool) -> datetime:
    """When a post that still stands `now` is looked at again.

    `is_open`: whether it belongs to a ticket or an incident that is not over.
    """
    ages: Sequence[timedelta] = CHARGED_LOOKED_AT if is_charged else LOOKED_AT
    each = CHARGED_THEN_EACH if is_charged else THEN_EACH
    planned = (read_at + age for age in ages)
    at = next((one for one in planned if one - now >= LEAST_BETWEEN), now + each)
    return min(at, now + OPEN_EACH) if is_open else at


def is_doubtful(gone: int, asked: int) -> bool:
    """Whether so many are gone at once that our own account may have lost its sight of them.

    Erasing cannot be undone: then only those are believed to be gone that were gone at the look
    before too.
    """
    return asked >= FEWEST_DOUBTFUL and 2 * gone > asked
