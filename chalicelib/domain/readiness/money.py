"""Findings about our own money: SMS that a budget has stopped, and books that stand still."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from chalicelib.domain.readiness.facts import Facts
from chalicelib.domain.readiness.people import listed, zone_of_lead
from chalicelib.domain.readiness.reach import needs_sms
from chalicelib.domain.readiness.report import Finding, Gravity
from chalicelib.domain.wording import moment

BEHIND = timedelta(hours=6)
"""So much older than now the newest hour of the books may be: they are kept hourly."""


def stopped(facts: Facts) -> Iterator[Finding]:
    """SMS stopped by a budget; that somebody is out of reach by it, coverage tells."""
    if facts.is_sms_stopped is not True:
        return
    until = moment(_month_ends_at(facts.now), zone_of_lead(facts.desk), near=None)
    what = f"SMS are stopped by the budget until {until}"
    if names := [one.name for one in facts.desk.responders if needs_sms(facts, one)]:
        people = "1 person" if len(names) == 1 else f"{len(names)} people"
        what += f"; {people} can be reached by SMS only: {listed(names)}"
    yield Finding(
        gravity=Gravity.SOON,
        what=what,
        remedy="Raise the budget `sms`, or take its `stops` out, and apply: SMS leave at once",
    )


def books(facts: Facts) -> Iterator[Finding]:
    """Books that stand still; of a deployment that has none yet nothing is said."""
    until = facts.books_until
    if not isinstance(until, datetime) or facts.now - until <= BEHIND:
        return
    since = moment(until, zone_of_lead(facts.desk), near=None)
    yield Finding(
        gravity=Gravity.SOON,
        what=f"The books have stood still since {since}",
        remedy="Runbook, the books stand still: what was used is kept for eight days",
    )


def _month_ends_at(at: datetime) -> datetime:
    """A budget's month is one in UTC."""
    first = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=31)).replace(day=1)
