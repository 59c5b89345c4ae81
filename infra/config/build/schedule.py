"""From the settings of who is on call to a schedule."""

from datetime import timedelta

from chalicelib.domain.schedule import (
    OnCallSchedule,
    Override,
    OverrideKind,
    ResponderId,
    Restriction,
    Rotation,
    TemporarySchedule,
    TemporaryShift,
    Weekday,
)
from infra.config.oncall import (
    OverrideSetting,
    RotationSetting,
    ScheduleSetting,
    TemporarySetting,
)
from infra.config.times import at


def schedule_of(name: str, setting: ScheduleSetting) -> OnCallSchedule:
    """The schedule of one entry."""
    return OnCallSchedule(
        name=name,
        zone=setting.zone,
        rotations=tuple(map(_rotation, setting.rotations)),
        overrides=tuple(_override(one, setting.zone) for one in setting.overrides),
        temporaries=tuple(_temporary(one, setting.zone) for one in setting.temporary),
        owner=ResponderId(setting.owner) if setting.owner else None,
        announce=timedelta(minutes=setting.announce_minutes),
    )


def shift_days_of(setting: RotationSetting) -> int:
    """Days of a turn: a week where the file does not say."""
    weekdays = _weekdays(setting)
    says = "shift_days" in setting.model_fields_set
    return setting.shift_days if says or not weekdays else len(weekdays)


def _rotation(setting: RotationSetting) -> Rotation:
    return Rotation(
        responders=tuple(map(ResponderId, setting.responders)),
        starts_on=setting.starts_on,
        ends_on=setting.ends_on,
        handoff=setting.handoff,
        shift_days=shift_days_of(setting),
        shift_hours=setting.shift_hours,
        weekdays=_weekdays(setting),
        restrictions=tuple(
            Restriction(weekdays=frozenset(days), starts=span.opens, ends=span.closes)
            for days, spans in setting.only.items()
            for span in spans
        ),
    )


def _weekdays(setting: RotationSetting) -> frozenset[Weekday]:
    return frozenset(day for days in setting.weekdays for day in days)


def _override(setting: OverrideSetting, zone: str) -> Override:
    named = {
        OverrideKind.REPLACE: setting.responder,
        OverrideKind.REMOVE: setting.remove,
        OverrideKind.ADD: setting.add,
    }
    kind, name = next((kind, name) for kind, name in named.items() if name)
    return Override(
        responder=ResponderId(name),
        starts_at=at(setting.starts_at, zone),
        ends_at=at(setting.ends_at, zone),
        kind=kind,
        instead_of=ResponderId(setting.instead_of) if setting.instead_of else None,
    )


def _temporary(setting: TemporarySetting, zone: str) -> TemporarySchedule:
    return TemporarySchedule(
        starts_at=at(setting.starts_at, zone),
        ends_at=at(setting.ends_at, zone),
        shifts=tuple(
            TemporaryShift(
                responder=ResponderId(one.responder),
                starts_at=at(one.starts_at, zone),
                ends_at=at(one.ends_at, zone),
            )
            for one in setting.shifts
        ),
    )
