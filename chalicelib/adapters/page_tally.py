"""How pages fare, from the metrics that our own functions count (`adapters/meter.py`)."""

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.meter import NAMESPACE, SERVICE
from chalicelib.adapters.sms_account import asked
from chalicelib.domain.readiness import PageCounts

A_MINUTE = 60
"""Seconds; CloudWatch takes periods that are multiples of it."""


class CloudWatchPageTally:
    """Metrics of one deployment."""

    def __init__(self, *, cloudwatch: Any, stage: str) -> None:
        """A client of boto3 with bounded waiting."""
        self._cloudwatch = cloudwatch
        self._stage = stage

    def since(self, starts_at: datetime, *, now: datetime) -> PageCounts:
        return PageCounts(
            sent=self._sum("PagesSent", starts_at, now),
            refused=self._sum("PagesRefused", starts_at, now),
        )

    def _sum(self, metric: str, starts_at: datetime, now: datetime) -> int:
        seconds = (now - starts_at).total_seconds()
        answer = asked(
            lambda: self._cloudwatch.get_metric_statistics(
                Namespace=NAMESPACE,
                MetricName=metric,
                Dimensions=[
                    {"Name": "service", "Value": SERVICE},
                    {"Name": "stage", "Value": self._stage},
                ],
                StartTime=starts_at,
                EndTime=now,
                Period=ceil(seconds / A_MINUTE) * A_MINUTE,
                Statistics=["Sum"],
            )
        )
        return sum(round(point["Sum"]) for point in answer.get("Datapoints", []))


if TYPE_CHECKING:
    from chalicelib.ports import PageTally

    _: type[PageTally] = CloudWatchPageTally
