"""The template's alarms on queues: dead letters tell somebody here as they do on AWS.

Alarms on metrics of functions are not played: nothing here measures in CloudWatch's periods.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger("nightdesk.local")


@dataclass(slots=True, kw_only=True)
class DepthAlarm:
    """Rings when a queue holds more messages than `threshold`."""

    name: str
    description: str
    queue: str
    threshold: float
    topics: tuple[str, ...]
    is_ringing: bool = False


class Alarms:
    """Every alarm of the template that watches how many messages a queue holds."""

    def __init__(self, properties: Iterable[Mapping[str, Any]], *, queues: Any, topics: Any):
        """`queues` and `topics` are moto's SQS and SNS backends."""
        self._queues = queues
        self._topics = topics
        self._alarms = [
            _depth_alarm(one)
            for one in properties
            if one.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        ]

    def check(self) -> bool:
        """Ring what has begun to be wrong; False when nothing has."""
        did_anything = False
        for alarm in self._alarms:
            depth = len(self._queues.get_queue(alarm.queue).messages)
            was_ringing, alarm.is_ringing = alarm.is_ringing, depth > alarm.threshold
            if alarm.is_ringing and not was_ringing:
                did_anything = True
                logger.error("alarm_rang", extra={"alarm": alarm.name})
                for topic in alarm.topics:
                    self._topics.publish(
                        alarm.description, arn=topic, subject=f'ALARM: "{alarm.name}"'[:99]
                    )
        return did_anything


def _depth_alarm(properties: Mapping[str, Any]) -> DepthAlarm:
    dimensions = {one["Name"]: one["Value"] for one in properties["Dimensions"]}
    return DepthAlarm(
        name=properties["AlarmName"],
        description=properties.get("AlarmDescription", ""),
        queue=dimensions["QueueName"],
        threshold=float(properties["Threshold"]),
        topics=tuple(properties.get("AlarmActions", [])),
    )
