"""The settings of who is on call and whom an incident pages; see `shape.py`."""

from datetime import datetime, time
from typing import Annotated

from pydantic import ValidationInfo, field_validator

from infra.config import fields as form
from infra.config.fields import Setting, about


class RotationSetting(Setting):
    """Responders who take turns."""

    responders: Annotated[
        tuple[form.ResponderName, ...],
        about("In the order of their turns.", "[ana, ben]", min_length=1),
    ]
    starts_on: Annotated[
        form.Day, about("Day of the first handoff, in the schedule's zone.", "2026-11-02")
    ]
    ends_on: Annotated[
        form.Day | None,
        about(
            "Day of the last handoff, after which it names nobody. By default never.", "2027-01-04"
        ),
    ] = None
    handoff: Annotated[form.WallTime, about("Wall-clock time of each handoff.", "09:00")] = time(9)
    shift_days: Annotated[
        form.Whole, about("Length of a turn in days, at most 366.", "7", ge=1, le=366)
    ] = 7

    @field_validator("ends_on")
    @classmethod
    def _ends_after_it_starts(cls, ends_on: object, info: ValidationInfo) -> object:
        starts_on = info.data.get("starts_on")
        if ends_on and starts_on and str(ends_on) <= str(starts_on):
            raise ValueError(
                f"{ends_on} is not after starts_on ({starts_on}); choose a later day or remove it"
            )
        return ends_on


class OverrideSetting(Setting):
    """A person in another's place for a time."""

    responder: Annotated[form.ResponderName, about("Who stands in.", "carla")]
    starts_at: Annotated[
        form.Instant,
        about(
            "From when, on the wall of the schedule's zone, or with an offset (18:00+01:00).",
            "2026-12-24 18:00",
        ),
    ]
    ends_at: Annotated[
        form.Instant, about("Until when, this instant excluded.", "2026-12-27 09:00")
    ]

    @field_validator("ends_at")
    @classmethod
    def _ends_after_it_starts(cls, ends_at: datetime, info: ValidationInfo) -> datetime:
        starts_at = info.data.get("starts_at")
        if not isinstance(starts_at, datetime):
            return ends_at
        if (starts_at.tzinfo is None) != (ends_at.tzinfo is None):
            raise ValueError("one instant has an offset and the other none; write both alike")
        if ends_at <= starts_at:
            raise ValueError(f"{ends_at} is not after starts_at ({starts_at}); choose a later one")
        return ends_at


class ScheduleSetting(Setting):
    """Who is on call, when. Overrides win, then the rotation listed first."""

    zone: Annotated[form.Zone, about("Time zone (IANA) of all its times.", "Europe/Vienna")]
    rotations: Annotated[
        tuple[RotationSetting, ...],
        about(
            "Turns. With the overrides they must name somebody at every instant of the next "
            "14 days.",
            "[{responders: [ana, ben], starts_on: 2026-11-02}]",
        ),
    ] = ()
    overrides: Annotated[tuple[OverrideSetting, ...], about("Exceptions, such as holidays.")] = ()


class StepSetting(Setting):
    """Whom to page, and when."""

    page: Annotated[
        tuple[form.TargetName, ...],
        about(
            "Schedules (whoever is on call then) and responders, by name.",
            "[nights, carla]",
            min_length=1,
        ),
    ]
    after_minutes: Annotated[
        form.Whole,
        about(
            "Minutes since the step before without an acknowledgement. Every step but the "
            "first must say.",
            "10",
            ge=0,
            le=10_080,
        ),
    ] = 0


class PolicySetting(Setting):
    """Whom to page in which order until somebody acknowledges."""

    steps: Annotated[
        tuple[StepSetting, ...], about("In order.", "[{page: [nights]}]", min_length=1)
    ]
    repeat_after_minutes: Annotated[
        form.Minutes,
        about(
            "The first pause: from a round's last step to the fallback and the lead, and from "
            "them to the second round. The pause before each further round is twice as long, "
            "up to two hours.",
            "15",
        ),
    ] = 15
    ack_timeout_minutes: Annotated[
        form.Minutes,
        about("How long an acknowledgement silences an incident that nobody resolves.", "240"),
    ] = 240
