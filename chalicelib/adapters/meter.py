"""Metrics as lines of the log that CloudWatch reads (embedded metric format, by Powertools)."""

from collections import Counter
from contextlib import AbstractContextManager
from threading import Lock
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

from chalicelib.adapters.metering.tally import tally, within
from chalicelib.domain.cost import Feature, Use

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
        tally.add(*uses)

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
        """Write what was counted since the last time; nothing when nothing was."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return
        metrics = AmazonCloudWatchEMFProvider(
            namespace=NAMESPACE, service=SERVICE, default_dimensions={"stage": self._stage}
        )
        for name, amount in counts.items():
            metrics.add_metric(name, MetricUnit.Count, amount)
        metrics.flush_metrics()


if TYPE_CHECKING:
    from chalicelib.ports import Meter

    _: type[Meter] = PowertoolsMeter
