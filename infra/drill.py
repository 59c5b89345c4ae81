"""The drill: rings the alarm on the missing tick, so that people see once that it reaches them.

CloudWatch tells somebody only when an alarm's state changes, and a metric alarm that was set by
hand returns to its actual state by itself, often within seconds (CloudWatch API reference,
SetAlarmState). The reason stands in the e-mail of an alarm; its SMS has the alarm's name alone.
"""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import NightdeskError
from infra.apply import Stage
from infra.apply.hearing import EMAIL, SMS, hearing, hears

REASON = (
    "DRILL: rung by hand with `nightdesk drill`, to see that this reaches you. The clock was not "
    "looked at. Say that it came; nothing else needs to be done."
)


class DrillRefused(NightdeskError):
    """The alarm would ring nobody; says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A responder whom the alarm should reach."""

    responder: str
    name: str
    ways: tuple[str, ...]
    """`sms`, `email`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """An alarm that can be rung, and who should hear it."""

    alarm: str
    should_reach: tuple[Reached, ...]
    others: int
    """Further subscribers, whom the configuration does not know."""
    unconfirmed: tuple[Responder, ...]
    """Whose mailbox hears nothing yet: the letter from AWS waits for them."""
    missing: tuple[Responder, ...]
    """Fallback person or lead whose phone hears no alarm."""


def prepare(stage: Stage, name: str, *, cloudwatch: Any) -> Drill:
    """Look whether the alarm of the deployment `name` can ring, and whom it should reach.

    Raises DrillRefused, and NotFound when no configuration is in force.
    """
    alarm = f"nightdesk-{name} no tick completed"
    _see_that_it_can_ring(alarm, stage, name, cloudwatch)
    desk = stage.desks.current()
    subscribers = hearing(stage.sns, stage.notices_topic).there
    reached, missing, unconfirmed, known = [], [], [], set()
    for person in hears(desk):
        ways = []
        for way, endpoint in ((SMS, person.phone), (EMAIL, person.email)):
            there = subscribers.get((way, (endpoint or "").casefold()))
            if there is None:
                continue
            known.add(there.key)
            if there.is_confirmed:
                ways.append(way)
            else:
                unconfirmed.append(person)
        if ways:
            reached.append(Reached(responder=str(person.id), name=person.name, ways=tuple(ways)))
        if SMS not in ways:
            missing.append(person)
    others = [one for one in subscribers.values() if one.is_confirmed and one.key not in known]
    if not reached and not others:
        raise DrillRefused("nobody hears alarms; run `nightdesk apply` with your configuration")
    return Drill(
        alarm=alarm,
        should_reach=tuple(reached),
        others=len(others),
        unconfirmed=tuple(unconfirmed),
        missing=tuple(missing),
    )


def ring(drill: Drill, *, cloudwatch: Any) -> None:
    """Ring it: SMS and e-mail really go out."""
    cloudwatch.set_alarm_state(AlarmName=drill.alarm, StateValue="ALARM", StateReason=REASON)


def _see_that_it_can_ring(alarm: str, stage: Stage, name: str, cloudwatch: Any) -> None:
    found = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    if not found:
        raise DrillRefused(f"there is no alarm {alarm!r}; run `nightdesk deploy --stage {name}`")
    (there,) = found
    if stage.notices_topic not in there["AlarmActions"]:
        raise DrillRefused(
            f"the alarm {alarm!r} tells nobody, since it does not go to the topic of notices; "
            f"run `nightdesk deploy --stage {name}`"
        )
    if not there["ActionsEnabled"]:
        raise DrillRefused(
            f"the alarm {alarm!r} tells nobody, now and at night: its actions were switched off. "
            f"Switch them on: aws cloudwatch enable-alarm-actions --alarm-names {alarm!r}"
        )
    if there["StateValue"] == "ALARM":
        raise DrillRefused(
            f"the alarm {alarm!r} rings already, and tells somebody only when it begins. After "
            "another drill it returns within some minutes; else the clock stands still: see "
            "*no tick* in docs/runbook.md"
        )
