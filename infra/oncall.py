"""Who is on call by a desk: at an instant, and in the weeks ahead."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.desk import Desk
from chalicelib.domain.schedule import OnCallSchedule
from chalicelib.services.upcoming import NamedShift, named_shift

FORESEEN = timedelta(days=60)
"""How far beyond what was asked for the next change is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A schedule at an instant, and after it."""

    schedule: str
    zone: str
    owner_name: str
    at: datetime
    now: NamedShift
    """Begins at `at`."""
    until: datetime | None
    """When it changes; None when it does not in all that is foreseen."""
    then: NamedShift | None
    shifts: tuple[NamedShift, ...]
    """Those that begin in the time that was asked for, oldest first, each to its end."""


def duty_of(
    desk: Desk, schedule: OnCallSchedule, *, at: datetime, ahead: timedelta = timedelta(0)
) -> Duty:
    """Who is paged by a schedule at `at` (aware) and for the time `ahead` of it."""
    shifts = schedule.shifts(at, at + ahead + FORESEEN)
    first, *later = (named_shift(shift, desk) for shift in shifts)
    owner = desk.responder(schedule.owner or desk.lead)
    return Duty(
        schedule=schedule.name,
        zone=schedule.zone,
        owner_name=owner.name if owner else "",
        at=at,
        now=first,
        until=first.ends_at if later else None,
        then=later[0] if later else None,
        shifts=tuple(one for one in (first, *later) if one.starts_at < at + ahead),
    )
