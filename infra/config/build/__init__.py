"""From settings that are right to the desk they describe."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.desk import (
    Brand,
    Desk,
    EmailSettings,
    SmsSettings,
    SourceEntry,
)
from chalicelib.domain.escalation import During, EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.domain.responder import NotificationRule, Responder, Webhook, WebhookForm
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic
from infra.config.build.answering import answering_of
from infra.config.build.finance import finance_of
from infra.config.build.hours import hours_of
from infra.config.build.rules import rules_of, second_reading_of
from infra.config.build.schedule import schedule_of
from infra.config.fields import EVERYONE
from infra.config.phone import country
from infra.config.policies import PolicySetting
from infra.config.responders import ResponderSetting
from infra.config.shape import BrandSetting, BudgetSetting, FileSettings, SourceSetting

__all__ = ["desk_of", "hours_of", "options_of", "responder_of", "schedule_of"]


def desk_of(settings: FileSettings, *, now: datetime) -> Desk:
    """The desk that a file describes, in the file's order; public holidays from `now` on."""
    return Desk(
        brands=tuple(_brand(id, one, settings) for id, one in settings.brands.items()),
        sources=tuple(_source(name, one) for name, one in settings.sources.items()),
        responders=tuple(responder_of(id, one) for id, one in settings.responders.items()),
        schedules=tuple(schedule_of(name, one) for name, one in settings.schedules.items()),
        policies=tuple(_policy(name, one, settings) for name, one in settings.policies.items()),
        fallback=ResponderId(settings.fallback),
        lead=ResponderId(settings.lead),
        sms=SmsSettings(
            sender_id=settings.sms.sender_id,
            origination_number=settings.sms.origination_number,
            is_two_way=settings.sms.two_way,
            takes_bare_letters=settings.sms.takes_bare_letters,
            most_per_hour=settings.sms.most_per_hour,
        ),
        hours=tuple(hours_of(name, one, now=now) for name, one in settings.hours.items()),
        email=EmailSettings(sender=settings.email.sender if settings.email else ""),
        rules=rules_of(settings.judging),
        second_reading=second_reading_of(settings.judging),
        answering=answering_of(settings.answering),
        finance=finance_of(settings.finance),
    )


def responder_of(id: str, setting: ResponderSetting) -> Responder:
    """The responder of one entry."""
    webhook = setting.webhook
    return Responder(
        id=ResponderId(id),
        name=setting.name,
        phone=setting.phone,
        country=country(setting.phone) if setting.phone else "",
        zone=setting.zone,
        email=setting.email,
        webhook=Webhook(secret=webhook.secret, form=WebhookForm(webhook.form)) if webhook else None,
        notify=tuple(
            NotificationRule(one.by, timedelta(minutes=one.after_minutes)) for one in setting.notify
        ),
        wants_soon_hourly=setting.soon == "hourly",
        wants_updates=setting.updates,
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
        every=timedelta(minutes=setting.usual_minutes),
        at_least_every=timedelta(minutes=setting.at_least_every_minutes)
        if setting.at_least_every_minutes
        else None,
        quickest=timedelta(minutes=setting.soonest_minutes),
        budget=_budget(setting.budget) if setting.budget else None,
        options=options_of(setting.model_extra or {}),
        secret=setting.secret or "",
    )


def _budget(setting: BudgetSetting) -> ReadBudget:
    return ReadBudget(calls=setting.calls, usd=setting.usd, stops=setting.stops)


def _policy(name: str, setting: PolicySetting, settings: FileSettings) -> EscalationPolicy:
    def target(of: str) -> Target:
        if of == EVERYONE:
            return Target(TargetKind.EVERYONE)
        kind = TargetKind.SCHEDULE if of in settings.schedules else TargetKind.RESPONDER
        return Target(kind, of)

    return EscalationPolicy(
        name=name,
        steps=tuple(
            Step(
                delay=timedelta(minutes=one.after_minutes),
                targets=tuple(map(target, one.page)),
                during=During(one.during),
            )
            for one in setting.steps
        ),
        repeat_after=timedelta(minutes=setting.repeat_after_minutes),
        ack_timeout=timedelta(minutes=setting.ack_timeout_minutes),
        repeats=setting.repeats,
        hours=setting.hours or "",
        pages_soon=setting.pages_soon,
    )
