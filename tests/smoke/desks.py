"""The desk of a world as it begins, and short ways to write parts of one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.desk import Desk, EmailSettings, SmsSettings
from chalicelib.domain.escalation import EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.hours import BusinessHours, OpenSpan
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.schedule import (
    OnCallSchedule,
    Override,
    ResponderId,
    Rotation,
    Weekday,
)
from tests.builders import NOW, a_desk, a_source_entry
from tests.smoke.post_office import SENDER

VIENNA = "Europe/Vienna"

A_WEEK_AGO = NOW.date() - timedelta(days=7)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def the_desk(recording: Path) -> Desk:
    """Ana, then Ben; Fay is the fallback, Lea the lead; two platforms, read each minute."""
    sources = tuple(
        a_source_entry(
            platform,
            kind="replay",
            secret="",
            options={
                "path": str(recording),
                "platform": platform,
                "replies_path": f"{recording}.replies",
            },
        )
        for platform in ("mastodon", "forum")
    )
    return replace(
        a_desk(),
        sources=sources,
        schedules=(always("ana"),),
        policies=(a_policy(step("@primary"), step("ben", after=minutes(15))),),
        sms=SmsSettings(sender_id="Nightdesk", origination_number="+12025550110", is_two_way=True),
        email=EmailSettings(sender=SENDER),
    )


def always(responder: str, *, name: str = "primary", zone: str = VIENNA) -> OnCallSchedule:
    """A schedule that always names the same person."""
    return a_schedule(turns(responder, starts_on=date(2020, 1, 6)), name=name, zone=zone)


def a_schedule(
    *rotations: Rotation, name: str = "primary", zone: str = VIENNA, **more: Any
) -> OnCallSchedule:
    """Layers, the first that names somebody counts; `more` are its other fields."""
    return OnCallSchedule(name=name, zone=zone, rotations=rotations, **more)


def turns(*people: str, starts_on: date = A_WEEK_AGO, **more: Any) -> Rotation:
    """People in turns: `handoff` (midnight), `shift_days` (7), `shift_hours` and the rest."""
    given = {"handoff": time(0), **more}
    return Rotation(responders=tuple(map(ResponderId, people)), starts_on=starts_on, **given)


def an_override(responder: str, starts_at: datetime, ends_at: datetime, **more: Any) -> Override:
    return Override(responder=ResponderId(responder), starts_at=starts_at, ends_at=ends_at, **more)


def step(*targets: str, after: timedelta = timedelta(0), **more: Any) -> Step:
    """`@primary` is the schedule of that name, `everyone` is everyone, others are responders."""
    return Step(delay=after, targets=tuple(map(target, targets)), **more)


def target(name: str) -> Target:
    if name == "everyone":
        return Target(TargetKind.EVERYONE)
    if name.startswith("@"):
        return Target(TargetKind.SCHEDULE, name[1:])
    return Target(TargetKind.RESPONDER, name)


def a_policy(*steps: Step, name: str = "standard", **more: Any) -> EscalationPolicy:
    return EscalationPolicy(name=name, steps=steps, **more)


def business_hours(*spans: str, name: str = "office", **more: Any) -> BusinessHours:
    """Open Monday to Friday at `spans`, such as `09:00-12:00`, in Vienna; `more` are its fields."""
    pairs = (span.split("-") for span in spans)
    each_day = tuple(
        OpenSpan(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        for opens, closes in pairs
    )
    weekly = dict.fromkeys((Weekday(day) for day in range(5)), each_day)
    return BusinessHours(name=name, zone=VIENNA, weekly=weekly, **more)


def wall(text: str, zone: str = VIENNA) -> datetime:
    """The instant at which the clock on the wall of `zone` shows this for the first time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rules(*ways: tuple[str, float]) -> tuple[NotificationRule, ...]:
    """`rules(("sms", 0), ("email", 10))`: channels and after how many minutes."""
    return tuple(NotificationRule(channel, minutes(after)) for channel, after in ways)
