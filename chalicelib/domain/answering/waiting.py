"""How long a customer has waited, and until when a promise holds.

The wait on the wall clock is what the customer feels; the wait in business hours is shown
beside it and never in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.hours import AHEAD, BusinessHours

_NONE = timedelta(0)
_STRIDE = timedelta(days=14)
"""How far opening times are looked at in one go: most promises end within."""


@dataclass(frozen=True, slots=True)
class Waited:
    """How long somebody has waited."""

    wall: timedelta
    in_hours: timedelta
    """Of it, while we were open; the same as `wall` without business hours."""


def waited(since: datetime, now: datetime, hours: BusinessHours | None) -> Waited:
    """The wait from `since` until `now` (aware); nothing when `since` is ahead."""
    since, now = since.astimezone(UTC), now.astimezone(UTC)
    wall = max(_NONE, now - since)
    if hours is None or not wall:
        return Waited(wall, wall)
    opened = (ends - starts for starts, ends in _open_times(hours, since, now))
    return Waited(wall, sum(opened, _NONE))


def ends_after(since: datetime, within: timedelta, hours: BusinessHours | None) -> datetime:
    """The first instant (UTC) by which `within` has passed since `since` (aware).

    With `hours` only the time that we are open counts; where so much of it does not come within
    370 days, the wall clock counts.
    """
    since = since.astimezone(UTC)
    if hours is None:
        return since + within
    at, left = since, within
    while at < since + AHEAD:
        until = min(at + _STRIDE, since + AHEAD)
        for starts, ends in _open_times(hours, at, until):
            if ends - starts >= left:
                return starts + left
            left -= ends - starts
        at = until
    return since + within


def _open_times(
    hours: BusinessHours, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When it is open between two instants, in order; what meets or overlaps is one time."""
    at = since
    for starts, ends in sorted(hours.spans_between(since, until)):
        starts, ends = max(starts, at), min(ends, until)
        if starts < ends:
            yield starts, ends
            at = ends
