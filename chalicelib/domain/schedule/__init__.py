"""Who is on call, at an instant.

| module | what stands there |
| --- | --- |
| `wall` | between instants and what clocks on a wall show, through every change of the clocks |
| `rotation` | Rotation, Restriction: responders who take turns |
| `exceptions` | Override, TemporarySchedule: what differs from the turns for a time |
| `on_call` | OnCallSchedule: all of it put together; Shift, Gap |
"""

from chalicelib.domain.schedule.exceptions import (
    Override,
    OverrideKind,
    TemporarySchedule,
    TemporaryShift,
)
from chalicelib.domain.schedule.names import EVERY_DAY, ResponderId, Weekday
from chalicelib.domain.schedule.on_call import Gap, OnCallSchedule, Shift
from chalicelib.domain.schedule.rotation import (
    Restriction,
    Rotation,
    handoff_at,
    shift_number,
)

__all__ = (
    "EVERY_DAY",
    "Gap",
    "OnCallSchedule",
    "Override",
    "OverrideKind",
    "ResponderId",
    "Restriction",
    "Rotation",
    "Shift",
    "TemporarySchedule",
    "TemporaryShift",
    "Weekday",
    "handoff_at",
    "shift_number",
)
