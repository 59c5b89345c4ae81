"""How often a phone may ring with what it has heard before.

The limits of a phone are those of GoAlert, the best open pager, up to an hour (1 in a minute, 5
in 15 minutes, 11 in an hour). The first page of an incident to a person is never held back by any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many within so long."""

    most: int
    within: timedelta


PER_PHONE = (
    RateLimit(1, timedelta(minutes=1)),
    RateLimit(5, timedelta(minutes=15)),
    RateLimit(11, timedelta(hours=1)),
)

REMEMBERED = timedelta(hours=1)
"""Nothing older than the widest window counts."""


def free_at(sent: Sequence[datetime], limits: Sequence[RateLimit], *, now: datetime) -> datetime:
    """The first instant from `now` on at which one more breaks no limit.

    `sent` holds when earlier ones went out, in any order; those in the future (another worker's
    clock is ahead) count as now.
    """
    times = sorted(min(at, now) for at in sent)
    free = now
    for limit in limits:
        recent = [at for at in times if at > now - limit.within]
        if len(recent) >= limit.most:
            free = max(free, recent[-limit.most] + limit.within)
    return free
