"""When what is only *soon* may ring: in business hours; outside them never at once."""

from datetime import UTC, datetime, timedelta

from chalicelib.domain.hours import BusinessHours

BUNDLE_TIME = timedelta(minutes=10)
"""A bundle goes out at the full hour; a tick that comes later than so waits for the next one."""

NEVER_OPEN = timedelta(days=1)
"""How long to wait before looking again at hours that do not open within a year."""


def is_bundle_time(now: datetime) -> bool:
    """Whether the hour has just begun."""
    return now - _hour(now) < BUNDLE_TIME


def held_until(hours: BusinessHours, now: datetime, *, is_hourly: bool) -> datetime:
    """When it may ring, at an instant outside `hours`: at opening, or at the next full hour."""
    opening = hours.next_opening(now) or now + NEVER_OPEN
    return min(opening, _hour(now) + timedelta(hours=1)) if is_hourly else opening


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
