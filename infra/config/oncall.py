"""The settings of who is on call, when; see `shape.py`."""

from datetime import time
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from infra.config import fields as form
from infra.config import times
from infra.config.fields import Setting, about

HOURS_AT_MOST = 366 * 24

From = Annotated[
    times.Instant,
    about(
        "From when, on the wall of the schedule's zone, or with an offset (18:00+01:00).",
        "2026-12-24 18:00",
    ),
]
Until = Annotated[times.End, about("Until when, this instant excluded.", "2026-12-27 09:00")]


class RotationSetting(Setting):
    """Responders who take turns."""

    responders: Annotated[
        tuple[form.ResponderName, ...],
        about("In the order of their turns.", "[ana, ben]", min_length=1),
    ]
    starts_on: Annotated[
        times.Day, about("Day of the first handoff, in the schedule's zone.", "2026-11-02")
    ]
    ends_on: Annotated[
        times.Day | None,
        about(
            "Day of the last handoff, after which it names nobody. By default never.", "2027-01-04"
        ),
    ] = None
    handoff: Annotated[times.WallTime, about("Wall-clock time of each handoff.", "09:00")] = time(9)
    shift_days: Annotated[
        form.Whole,
        about(
            "Length of a turn in days, at most 366. Only days of `weekdays` are counted; with "
            "those, the default is as many as they are: a week.",
            "7",
            ge=1,
            le=366,
        ),
    ] = 7
    shift_hours: Annotated[
        form.Whole | None,
        about(
            "Length of a turn in hours of the wall clock instead: turns of 12 hours change at "
            "8 and at 20 o'clock, summer and winter.",
            "12",
            ge=1,
            le=HOURS_AT_MOST,
        ),
    ] = None
    weekdays: Annotated[
        tuple[times.DayRange, ...],
        about(
            "Only these days count, each from its handoff to the next day's: on the others it "
            "names nobody, and the turns go on after them where they stopped. By default all.",
            "[mon-fri]",
        ),
    ] = ()
    only: Annotated[
        times.Week,
        about(
            "Only at these times is it in force, on the wall clock, by the day on which they "
            "begin; the turns change meanwhile as if it were. `18:00-08:00` ends on the next "
            "morning, `00:00-24:00` is a whole day. By default always.",
            "{mon-fri: [18:00-08:00], sat-sun: [08:00-20:00, 20:00-08:00]}",
        ),
    ] = Field(default_factory=dict)

    @field_validator("ends_on")
    @classmethod
    def _ends_after_it_starts(cls, ends_on: object, info: ValidationInfo) -> object:
        starts_on = info.data.get("starts_on")
        if ends_on and starts_on and str(ends_on) <= str(starts_on):
            raise ValueError(
                f"{ends_on} is not after starts_on ({starts_on}); choose a later day or remove it"
            )
        return ends_on

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if self.shift_hours and "shift_days" in self.model_fields_set:
            raise ValueError("has both shift_days and shift_hours; keep one of them")
        return self


class OverrideSetting(Setting):
    """A person in another's place for a time, off call, or on call too."""

    responder: Annotated[
        form.ResponderName | None,
        about("Who stands in for whoever is on call, or for `instead_of`.", "carla"),
    ] = None
    instead_of: Annotated[
        form.ResponderName | None,
        about("In whose place, so that nothing changes while another is on call.", "ana"),
    ] = None
    remove: Annotated[
        form.ResponderName | None,
        about(
            "Instead of `responder`: who is not on call, however the schedule would name them. "
            "The next rotation that names somebody else takes over, else there is a gap.",
            "ana",
        ),
    ] = None
    add: Annotated[
        form.ResponderName | None,
        about("Instead of `responder`: who is on call too, beside whoever is.", "carla"),
    ] = None
    starts_at: From
    ends_at: Until

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [name for name in ("responder", "remove", "add") if getattr(self, name)]
        if len(said) != 1:
            found = f"has both {' and '.join(said)}" if said else "names nobody"
            raise ValueError(
                f"{found}; write one of responder (who stands in), remove (who is not on call) "
                "and add (who is on call too)"
            )
        if self.instead_of and said != ["responder"]:
            raise ValueError(f"has instead_of beside {said[0]}; it goes with responder alone")
        if self.instead_of and self.instead_of == self.responder:
            raise ValueError(f"puts {self.responder} in the place of {self.responder}; name two")
        return self


class TemporaryShiftSetting(Setting):
    """One person on call for a time of a temporary schedule."""

    responder: Annotated[form.ResponderName, about("Who is on call.", "ben")]
    starts_at: From
    ends_at: Until


class TemporarySetting(Setting):
    """Shifts that alone count for a time, instead of all rotations; overrides still win."""

    starts_at: From
    ends_at: Until
    shifts: Annotated[
        tuple[TemporaryShiftSetting, ...],
        about(
            "Who is on call meanwhile; between them nobody, which is a gap.",
            "[{responder: ben, starts_at: 2026-12-24 18:00, ends_at: 2026-12-26 09:00}]",
            min_length=1,
        ),
    ]


class ScheduleSetting(Setting):
    """Who is on call, when. Overrides win, then temporary schedules, then the first rotation."""

    zone: Annotated[times.Zone, about("Time zone (IANA) of all its times.", "Europe/Vienna")]
    rotations: Annotated[
        tuple[RotationSetting, ...],
        about(
            "Turns; the one listed first that names somebody counts. Whenever nobody is named, "
            "the fallback is paged.",
            "[{responders: [ana, ben], starts_on: 2026-11-02}]",
        ),
    ] = ()
    overrides: Annotated[tuple[OverrideSetting, ...], about("Exceptions, such as holidays.")] = ()
    temporary: Annotated[
        tuple[TemporarySetting, ...],
        about("Whole stretches with shifts of their own, such as the days about New Year."),
    ] = ()
    owner: Annotated[
        form.ResponderName | None,
        about("Who is told of gaps ahead. By default the lead.", "dana"),
    ] = None
    announce_minutes: Annotated[
        form.Whole,
        about(
            "How long before a shift who comes on and who goes off are told; 0: not at all.",
            "60",
            ge=0,
            le=1440,
        ),
    ] = 60
