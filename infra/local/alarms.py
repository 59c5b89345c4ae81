"""The template's alarms: what is ill tells somebody here as it does on AWS.

Played are those on queues, and those on metrics of the app's own that are added up over
periods: a clock that stands still rings. Not played are alarms on what AWS measures itself, and
those on an expression of several metrics.

How CloudWatch judges (its user guide, "Evaluating an alarm", read 2026-11): of the last
`EvaluationPeriods` so many as `DatapointsToAlarm` (all of them, when it says nothing) must be
breaching; of a period without data `TreatMissingData` decides. An alarm rings when it begins.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.clock import Clock

logger = logging.getLogger("nightdesk.local")

REMEMBERED = timedelta(days=1)
"""No alarm of CloudWatch looks further back."""

MINUTE = timedelta(minutes=1)

_COMPARED = {
    "LessThanThreshold": float.__lt__,
    "GreaterThanThreshold": float.__gt__,
    "GreaterThanOrEqualToThreshold": float.__ge__,
    "LessThanOrEqualToThreshold": float.__le__,
}

Metric = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name and dimensions."""


class Measured:
    """What functions have counted, minute by minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sums: defaultdict[Metric, dict[datetime, float]] = defaultdict(dict)

    def count(
        self, namespace: str, name: str, dimensions: Mapping[str, str], amount: float
    ) -> None:
        """Add to a metric, now."""
        sums = self._sums[namespace, name, frozenset(dimensions.items())]
        now = self._clock.now()
        minute = now.replace(second=0, microsecond=0)
        sums[minute] = sums.get(minute, 0.0) + amount
        for old in [one for one in sums if one < now - REMEMBERED - MINUTE]:
            del sums[old]

    def sum(self, metric: Metric, starts_at: datetime, ends_at: datetime) -> float | None:
        """What was counted in `[starts_at, ends_at)`; None when nothing was."""
        found = [amount for at, amount in self._sums[metric].items() if starts_at <= at < ends_at]
        return sum(found) if found else None


@dataclass(slots=True, kw_only=True)
class Alarm:
    """One alarm and whether it rings."""

    name: str
    description: str
    topics: tuple[str, ...]
    is_ringing: bool = False


@dataclass(slots=True, kw_only=True)
class DepthAlarm(Alarm):
    """Rings when a queue holds more messages than `threshold`."""

    queue: str
    threshold: float


@dataclass(slots=True, kw_only=True)
class MetricAlarm(Alarm):
    """Rings when sums of a metric are on the wrong side of a threshold."""

    metric: Metric
    period: timedelta
    periods: int
    """How many are looked at, the newest last."""
    needed: int
    """How many of them must be breaching."""
    comparison: str
    threshold: float
    is_missing_breaching: bool

    def is_breached(self, measured: Measured, now: datetime) -> bool:
        ends_at = now.replace(second=0, microsecond=0)
        breaching = 0
        for number in range(self.periods):
            until = ends_at - number * self.period
            amount = measured.sum(self.metric, until - self.period, until)
            if amount is None:
                breaching += self.is_missing_breaching
            else:
                breaching += _COMPARED[self.comparison](float(amount), self.threshold)
        return breaching >= self.needed


class Alarms:
    """Every alarm of the template that can be played here."""

    def __init__(
        self,
        properties: Iterable[Mapping[str, Any]],
        *,
        queues: Any,
        topics: Any,
        clock: Clock,
        has_metrics: bool = False,
    ) -> None:
        """`queues` and `topics` are moto's SQS and SNS backends.

        Without `has_metrics` only alarms on queues are played: on a clock that runs fast, or that
        a test moves on over hours, minutes pass in which nothing had time to happen.
        """
        self._queues = queues
        self._topics = topics
        self._clock = clock
        self._began_at = clock.now()
        self.measured = Measured(clock)
        given = list(properties)
        self._depths = [_depth_alarm(one) for one in given if _is_about_depth(one)]
        self._metrics = [_metric_alarm(one) for one in given if has_metrics and _is_ours(one)]

    def check(self) -> bool:
        """Ring what has begun to be wrong; False when nothing has."""
        now = self._clock.now()
        did_anything = False
        for depth in self._depths:
            held = len(self._queues.get_queue(depth.queue).messages)
            did_anything = self._judge(depth, held > depth.threshold) or did_anything
        for metric in self._metrics:
            is_known = now >= self._began_at + metric.periods * metric.period
            is_breached = is_known and metric.is_breached(self.measured, now)
            did_anything = self._judge(metric, is_breached) or did_anything
        return did_anything

    def _judge(self, alarm: Alarm, is_ringing: bool) -> bool:
        was_ringing, alarm.is_ringing = alarm.is_ringing, is_ringing
        if was_ringing or not is_ringing:
            return False
        logger.error("alarm_rang", extra={"alarm": alarm.name})
        for topic in alarm.topics:
            self._topics.publish(
                alarm.description, arn=topic, subject=f'ALARM: "{alarm.name}"'[:99]
            )
        return True


def _is_about_depth(properties: Mapping[str, Any]) -> bool:
    return properties.get("MetricName") == "ApproximateNumberOfMessagesVisible"


def _is_ours(properties: Mapping[str, Any]) -> bool:
    """Whether it is about one metric of the app's own, added up."""
    namespace = str(properties.get("Namespace", "AWS/"))
    return not namespace.startswith("AWS/") and properties.get("Statistic") == "Sum"


def _depth_alarm(properties: Mapping[str, Any]) -> DepthAlarm:
    return DepthAlarm(
        **_common(properties),
        queue=_dimensions(properties)["QueueName"],
        threshold=float(properties["Threshold"]),
    )


def _metric_alarm(properties: Mapping[str, Any]) -> MetricAlarm:
    periods = int(properties["EvaluationPeriods"])
    dimensions = frozenset(_dimensions(properties).items())
    return MetricAlarm(
        **_common(properties),
        metric=(properties["Namespace"], properties["MetricName"], dimensions),
        period=timedelta(seconds=int(properties["Period"])),
        periods=periods,
        needed=int(properties.get("DatapointsToAlarm", periods)),
        comparison=properties["ComparisonOperator"],
        threshold=float(properties["Threshold"]),
        is_missing_breaching=properties.get("TreatMissingData") == "breaching",
    )


def _common(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": properties["AlarmName"],
        "description": properties.get("AlarmDescription", ""),
        "topics": tuple(properties.get("AlarmActions", [])),
    }


def _dimensions(properties: Mapping[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in properties.get("Dimensions", ())}
