"""What one invocation took. A record is kept under the name of what it did: kept twice, it
counts once."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.cost.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRecord:
    """The sheet of one invocation."""

    id: str
    """Of the invocation, or of the batch of a stream that it has done; begins with the name of
    the function."""
    at: datetime
    """Aware; decides the hour it belongs to."""
    sheet: Sheet


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour (UTC) of an instant."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def hours_between(first: datetime, end: datetime) -> tuple[datetime, ...]:
    """The beginnings of the hours of `[first, end)`, both full hours."""
    number = max(0, (end - first) // timedelta(hours=1))
    return tuple(first + timedelta(hours=place) for place in range(number))
