"""From settings that are right to the desk they describe."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain.desk import Brand, Desk, Responder, SmsSettings, SourceEntry
from chalicelib.domain.escalation import EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.schedule import OnCallSchedule, Override, ResponderId, Rotation
from chalicelib.domain.signal import Topic
from infra.config.fields import at
from infra.config.oncall import PolicySetting, ScheduleSetting
from infra.config.shape import BrandSetting, FileSettings, SourceSetting


def desk_of(settings: FileSettings) -> Desk:
    """The desk that a file describes, in the file's order."""
    return Desk(
        brands=tuple(_brand(id, one, settings) for id, one in settings.brands.items()),
        sources=tuple(_source(name, one) for name, one in settings.sources.items()),
        responders=tuple(
            Responder(id=ResponderId(id), name=one.name, phone=one.phone, zone=one.zone)
            for id, one in settings.responders.items()
        ),
        schedules=tuple(schedule_of(name, one) for name, one in settings.schedules.items()),
        policies=tuple(_policy(name, one, settings) for name, one in settings.policies.items()),
        fallback=ResponderId(settings.fallback),
        lead=ResponderId(settings.lead),
        sms=SmsSettings(
            sender_id=settings.sms.sender_id,
            origination_number=settings.sms.origination_number,
            is_two_way=settings.sms.two_way,
        ),
    )


def schedule_of(name: str, setting: ScheduleSetting) -> OnCallSchedule:
    """The schedule of one entry."""
    return OnCallSchedule(
        name=name,
        zone=setting.zone,
        rotations=tuple(
            Rotation(
                responders=tuple(map(ResponderId, one.responders)),
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                handoff=one.handoff,
                shift_days=one.shift_days,
            )
            for one in setting.rotations
        ),
        overrides=tuple(
            Override(
                responder=ResponderId(one.responder),
                starts_at=at(one.starts_at, setting.zone),
                ends_at=at(one.ends_at, setting.zone),
            )
            for one in setting.overrides
        ),
    )


def options_of(entry: Mapping[str, object]) -> dict[str, Any]:
    """What a source's entry says to its kind: all but the settings that every source has.

    A whole number in a list of texts is meant as text: `terms: [112]`.
    """
    return {
        name: [str(one) if type(one) is int else one for one in value]
        if isinstance(value, list)
        else value
        for name, value in entry.items()
        if name not in SourceSetting.model_fields
    }


def _brand(id: str, setting: BrandSetting, settings: FileSettings) -> Brand:
    return Brand(
        id=id,
        name=setting.name,
        terms=setting.terms,
        handles=setting.handles,
        policy=setting.policy or next(iter(settings.policies)),
        policies={Topic(topic): policy for topic, policy in setting.policies.items()},
    )


def _source(name: str, setting: SourceSetting) -> SourceEntry:
    return SourceEntry(
        name=name,
        kind=setting.kind,
        brand=setting.brand,
        every=timedelta(minutes=setting.every_minutes),
        options=options_of(setting.model_extra or {}),
        secret=setting.secret or "",
    )


def _policy(name: str, setting: PolicySetting, settings: FileSettings) -> EscalationPolicy:
    def target(of: str) -> Target:
        kind = TargetKind.SCHEDULE if of in settings.schedules else TargetKind.RESPONDER
        return Target(kind, of)

    return EscalationPolicy(
        name=name,
        steps=tuple(
            Step(delay=timedelta(minutes=one.after_minutes), targets=tuple(map(target, one.page)))
            for one in setting.steps
        ),
        repeat_after=timedelta(minutes=setting.repeat_after_minutes),
        ack_timeout=timedelta(minutes=setting.ack_timeout_minutes),
    )
