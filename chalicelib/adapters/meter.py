"""Metrics as lines of the log that CloudWatch reads (embedded metric format, by Powertools)."""

import json
import sys
from collections import Counter
from contextlib import AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.functions import is_metrics_disabled
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from chalicelib.adapters.metering.log_bytes import count_written
from chalicelib.adapters.metering.tally import used, within
from chalicelib.domain.cost import Feature, Use
from chalicelib.domain.cost.standing import METRIC

NAMESPACE = "Nightdesk"
SERVICE = "nightdesk"


class PowertoolsMeter:
    """Adds up what an invocation counts and writes it as one line at its end.

    Every metric has the dimensions `service` and `stage`, which the alarms name too.
    """

    def __init__(self, *, stage: str) -> None:
        self._stage = stage
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def count(self, name: str, amount: int = 1) -> None:
        with self._lock:
            self._counts[name] += amount

    def used(self, *uses: Use) -> None:
        used(*uses)

    def within(
        self,
        feature: Feature | None = None,
        *,
        source: str = "",
        brand: str = "",
        about: str = "",
    ) -> AbstractContextManager[None]:
        return within(feature, source=source, brand=brand, about=about)

    def flush(self) -> None:
        """Write what was counted since the last time; nothing when nothing was.

        CloudWatch charges a metric for each hour in which it was written to.
        """
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        metrics = AmazonCloudWatchEMFProvider(
            namespace=NAMESPACE, service=SERVICE, default_dimensions={"stage": self._stage}
        )
        for name, amount in counts.items():
            metrics.add_metric(name, MetricUnit.Count, amount)
        if is_metrics_disabled():
            return
        line = json.dumps(metrics.serialize_metric_set(), separators=(",", ":")) + "\n"
        sys.stdout.write(line)
        count_written(len(line))
        with within(Feature.STANDING):
            used(*(Use(sku=f"{METRIC}{name}") for name in counts))


if TYPE_CHECKING:
    from chalicelib.ports import Meter

    _: type[Meter] = PowertoolsMeter
