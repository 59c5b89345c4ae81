"""What CloudWatch counts of what happens around functions: invocations, requests to the API,
messages of queues, units of tables. Sums by day (UTC), told when somebody asks.

Names: "Lambda function metrics", "Amazon API Gateway metrics", "Available CloudWatch metrics for
Amazon SQS" and "DynamoDB metrics and dimensions" (AWS documentation, read 2026-11). Bytes of logs
are not counted: what functions log here goes to whoever watches, in another form.

Lambda asks a queue without a pause, over five connections that wait 20 seconds each ("Using Lambda
with Amazon SQS"), so a queue that is empty all day is asked 21,600 times in vain: that is told for
every queue that wakes a function, for the time that has passed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.models import DEFAULT_ACCOUNT_ID

from infra.local.clock import Clock
from infra.local.patching import replaced

CONNECTIONS, WAITS = 5, timedelta(seconds=20)
"""Of Lambda's pollers, and how long each waits for a message."""

UNTOLD = "calls"
"""Namespace of what CloudWatch does not count."""

Metric = tuple[str, str, tuple[tuple[str, str], ...]]
"""Namespace, name, dimensions."""


class Traffic:
    """Sums of one local cloud."""

    def __init__(self, *, clock: Clock, region: str) -> None:
        self._clock = clock
        self._region = region
        self._sums: defaultdict[tuple[date, Metric], Decimal] = defaultdict(Decimal)
        self._told: dict[tuple[date, Metric], Decimal] = {}
        self._polled: list[str] = []
        self._polled_until = clock.now()
        self._lock = Lock()

    def invoked(self, function: str) -> None:
        self._add("AWS/Lambda", "Invocations", {"FunctionName": function})

    def asked(self, api: str) -> None:
        """A request has come to an API."""
        self._add("AWS/ApiGateway", "Count", {"ApiName": api})

    def took(self, kind: str, table: str, index: str, units: float) -> None:
        """A call of DynamoDB, a `read` or a `write`; `index` is empty for the table itself."""
        dimensions = {"TableName": table}
        if index:
            dimensions["GlobalSecondaryIndexName"] = index
        name = f"Consumed{kind.title()}CapacityUnits"
        self._add("AWS/DynamoDB", name, dimensions, Decimal(units))

    def called(self, service: str, operation: str) -> None:
        """An operation of AWS; of this CloudWatch says nothing."""
        self._add(UNTOLD, f"{service}.{operation}", {})

    def of_day(self, day: date) -> dict[tuple[str, str], Decimal]:
        """Sums of a day by namespace and name, dimensions not told apart."""
        with self._lock:
            self._ask_in_vain()
            found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for (on, (namespace, name, _)), number in self._sums.items():
                if on == day:
                    found[namespace, name] += number
        return dict(found)

    def messages(self, queue: str, what: str, number: int = 1) -> None:
        """Messages of a queue were `Sent`, `Received` or `Deleted`."""
        self._add("AWS/SQS", f"NumberOfMessages{what}", {"QueueName": queue}, Decimal(number))

    def polled(self, queue: str) -> None:
        """Lambda asks a queue from now on."""
        self._polled.append(queue)

    def watch_queues(self, backend: Any) -> None:
        """Count what is sent, received and deleted on moto's SQS backend, whoever does it."""
        for name, what, number in (
            ("send_message", "Sent", lambda _answer: 1),
            ("receive_message", "Received", len),
            ("delete_message", "Deleted", lambda _answer: 1),
        ):
            setattr(backend, name, self._watched(getattr(backend, name), what, number))

    def _watched(
        self, plain: Callable[..., Any], what: str, number: Callable[[Any], int]
    ) -> Callable[..., Any]:
        def act(queue: str, *arguments: Any, **named: Any) -> Any:
            answer = plain(queue, *arguments, **named)
            if messages := number(answer):
                self.messages(queue, what, messages)
            return answer

        return act

    def _add(
        self, namespace: str, name: str, dimensions: Mapping[str, str], number: Decimal = Decimal(1)
    ) -> None:
        metric = (namespace, name, tuple(dimensions.items()))
        with self._lock:
            self._sums[self._clock.now().date(), metric] += number

    def _ask_in_vain(self) -> None:
        """For the time since it was told last, day by day."""
        now = self._clock.now()
        while self._polled_until < now:
            midnight = datetime.combine(self._polled_until.date(), time(), UTC) + timedelta(days=1)
            until = min(now, midnight)
            times = CONNECTIONS * ((until - self._polled_until) // WAITS)
            for queue in self._polled if times else ():
                metric = ("AWS/SQS", "NumberOfEmptyReceives", (("QueueName", queue),))
                self._sums[self._polled_until.date(), metric] += times
            if until < midnight:
                self._polled_until += (until - self._polled_until) // WAITS * WAITS
                return
            self._polled_until = until

    def write(self) -> None:
        """Into moto, what was counted since the last time."""
        with self._lock:
            self._ask_in_vain()
            new = {
                key: number - self._told.get(key, 0)
                for key, number in self._sums.items()
                if key[1][0] != UNTOLD and number != self._told.get(key)
            }
            self._told = dict(self._sums)
        backend: Any = cloudwatch_backends[DEFAULT_ACCOUNT_ID][self._region]
        for (day, (namespace, name, dimensions)), number in new.items():
            backend.put_metric_data(
                namespace,
                [
                    {
                        "MetricName": name,
                        "Value": float(number),
                        "Timestamp": datetime.combine(day, time(12)),  # moto knows no zones
                        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions],
                    }
                ],
            )

    @contextmanager
    def written_when_read(self) -> Iterator[None]:
        """While open, whoever asks CloudWatch on moto is told."""
        plain = CloudWatchResponse.get_metric_data

        def get_metric_data(response: Any) -> Any:
            self.write()
            return plain(response)

        with replaced(CloudWatchResponse, "get_metric_data", get_metric_data):
            yield
