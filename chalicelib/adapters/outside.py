"""What functions cannot see of themselves: what Lambda and CloudWatch say of a day that is over.

Billed time: the report that Lambda writes into the function's log group at the end of each
invocation, as JSON (`platform.report`, with `billedDurationMs` and `memorySizeMB`, initialisation
included) or as text (`REPORT RequestId: …`), whichever the function is set to ("Lambda log formats"
and "Telemetry API Event schema reference", AWS Lambda guide, read 2026-11). `AWS/Lambda
Invocations` says whether the reports are all there.

Sums of CloudWatch, each metric of a day asked once (`GetMetricData`): `AWS/ApiGateway Count`;
`AWS/SQS NumberOfMessagesSent`, `NumberOfMessagesReceived`, `NumberOfMessagesDeleted` and
`NumberOfEmptyReceives`, each message taken for a request (where Lambda takes ten at once, that is
more than is charged); `AWS/DynamoDB ConsumedReadCapacityUnits` and `ConsumedWriteCapacityUnits` of
each table and index; `AWS/Logs IncomingBytes`. What has no figure is left out: it was not
measured, which is not nothing.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.sms_account import asked
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.errors import Unanswered

log = logging.getLogger("nightdesk.costing")

REQUESTS, COMPUTE = "lambda.request", "lambda.gb-second"
READS, WRITES = "dynamodb.read-unit", "dynamodb.write-unit"

PATTERNS = ('"platform.report"', '"REPORT RequestId"')
"""By which the reports are found; dots and blanks need the quotes."""

MOST_PAGES = 400
"""Of the log of one function: 10,000 events a page at most."""

READ_FOR = 30.0
"""Seconds that are given to the logs of a day: whoever asks has other things to do."""

MOST_METRICS = 500
"""In one request (GetMetricData, Amazon CloudWatch API reference)."""

ALL_BUT = Decimal("0.99")
"""Share of the invocations that must have a report."""

_TEXT = re.compile(r"^REPORT RequestId: \S+\s.*Billed Duration: (\d+) ms\s+Memory Size: (\d+) MB")
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What of a deployment is looked at, by its names."""

    functions: Sequence[str]
    """Of Lambda, such as `nightdesk-prod-tick`."""
    api: str
    queues: Sequence[str]
    tables: Mapping[str, Sequence[str]]
    """Tables, each with its indexes."""
    architecture: str
    """Of the functions: `arm64` or `x86_64`."""


@dataclass(frozen=True, slots=True)
class _Metric:
    sku: str
    """What it counts; the name of a function for its invocations."""
    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(hash=False)


class CloudWatchOutside:
    """One deployment, seen from outside."""

    def __init__(
        self, watched: Watched, *, logs: Any, cloudwatch: Any, seconds: Callable[[], float]
    ) -> None:
        """Clients of boto3 with bounded waiting; `seconds` counts up, from anywhere."""
        self._watched = watched
        self._logs = logs
        self._cloudwatch = cloudwatch
        self._seconds = seconds

    def of_day(self, day: date) -> Sheet:
        """Every sku that is known whole, under `STANDING`.

        A part that does not answer is logged and left out; Unanswered when none does.
        """
        found: list[tuple[str, Decimal]] = []
        failures: list[str] = []
        try:
            sums = self._sums(day)
        except Unanswered as error:
            sums = {}
            failures.append(f"CloudWatch: {error}")
        of_skus = {sku: number for sku, number in sums.items() if "." in sku}
        found += of_skus.items()
        try:
            found += self._invocations(day, sums).items()
        except Unanswered as error:
            failures.append(f"the reports of Lambda: {error}")
        if failures and not found:
            raise Unanswered("; ".join(failures))
        if failures:
            log.warning("not_seen_from_outside", extra={"day": str(day), "failures": failures})
        return Sheet((Entry(sku, Feature.STANDING), number) for sku, number in found)

    def _invocations(self, day: date, sums: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        """Requests and megabyte-milliseconds of every function together."""
        requests, compute = 0, 0
        until = self._seconds() + READ_FOR
        for function in self._watched.functions:
            number = 0
            for milliseconds, megabytes in self._reports(function, day, until=until):
                number += 1
                compute += milliseconds * megabytes
            invocations = sums.get(function, Decimal(0))
            if number < invocations * ALL_BUT:
                raise Unanswered(
                    f"{function} was invoked {invocations} times and has {number} reports"
                )
            requests += number
        if not requests:
            return {}
        sku = f"{COMPUTE}.{self._watched.architecture}"
        return {REQUESTS: Decimal(requests), sku: Decimal(compute)}

    def _reports(self, function: str, day: date, *, until: float) -> Iterator[tuple[int, int]]:
        """Billed milliseconds and megabytes of each invocation, in the format that there is."""
        for pattern in PATTERNS:
            is_found = False
            for text in self._events(f"/aws/lambda/{function}", day, pattern, until=until):
                report = _report(text)
                if report is not None:
                    is_found = True
                    yield report
            if is_found:
                return

    def _events(self, group: str, day: date, pattern: str, *, until: float) -> Iterator[str]:
        first, end = _bounds(day)
        asking: dict[str, Any] = {
            "logGroupName": group,
            "filterPattern": pattern,
            "startTime": int(first.timestamp() * 1000),
            "endTime": int(end.timestamp() * 1000) - 1,
        }
        for _ in range(MOST_PAGES):
            if self._seconds() >= until:
                raise Unanswered(f"not read through in {READ_FOR:.0f} seconds ({group})")
            try:
                answer = asked(lambda: self._logs.filter_log_events(**asking))
            except Unanswered as error:
                if "ResourceNotFound" in str(error):
                    return  # it has never run
                raise
            for event in answer.get("events", []):
                yield str(event.get("message", ""))
            token = answer.get("nextToken")
            if not token:
                return
            asking["nextToken"] = token
        raise Unanswered(f"{group} has more than {MOST_PAGES} pages of reports")

    def _sums(self, day: date) -> Mapping[str, Decimal]:
        """By sku, and invocations by function."""
        found: dict[str, Decimal] = {}
        metrics = tuple(self._metrics())
        for place in range(0, len(metrics), MOST_METRICS):
            for metric, number in self._values(metrics[place : place + MOST_METRICS], day):
                found[metric.sku] = found.get(metric.sku, Decimal(0)) + number
        return found

    def _values(self, metrics: Sequence[_Metric], day: date) -> Iterator[tuple[_Metric, Decimal]]:
        first, end = _bounds(day)
        asking: dict[str, Any] = {
            "StartTime": first,
            "EndTime": end,
            "MetricDataQueries": [
                {
                    "Id": f"m{number}",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": metric.namespace,
                            "MetricName": metric.name,
                            "Dimensions": [
                                {"Name": name, "Value": value}
                                for name, value in metric.dimensions.items()
                            ],
                        },
                        "Period": 86400,
                        "Stat": "Sum",
                    },
                }
                for number, metric in enumerate(metrics)
            ],
        }
        while True:
            answer = asked(lambda: self._cloudwatch.get_metric_data(**asking))
            for result in answer.get("MetricDataResults", []):
                if result.get("StatusCode") in ("InternalError", "Forbidden"):
                    raise Unanswered(f"a metric: {result['StatusCode']}")
                for value in result.get("Values", []):
                    # Sums of floats: units have one decimal place at most.
                    number = Decimal(str(value)).quantize(_TENTH)
                    yield metrics[int(result["Id"][1:])], number
            if not answer.get("NextToken"):
                return
            asking["NextToken"] = answer["NextToken"]

    def _metrics(self) -> Iterator[_Metric]:
        watched = self._watched
        yield _Metric("api.request", "AWS/ApiGateway", "Count", {"ApiName": watched.api})
        for queue in watched.queues:
            for name in (
                "NumberOfMessagesSent",
                "NumberOfMessagesReceived",
                "NumberOfMessagesDeleted",
                "NumberOfEmptyReceives",
            ):
                yield _Metric("sqs.request", "AWS/SQS", name, {"QueueName": queue})
        for table, indexes in watched.tables.items():
            of_table = {"TableName": table}
            of_indexes = [{**of_table, "GlobalSecondaryIndexName": index} for index in indexes]
            for dimensions in (of_table, *of_indexes):
                yield _Metric(READS, "AWS/DynamoDB", "ConsumedReadCapacityUnits", dimensions)
                yield _Metric(WRITES, "AWS/DynamoDB", "ConsumedWriteCapacityUnits", dimensions)
        for function in watched.functions:
            group = {"LogGroupName": f"/aws/lambda/{function}"}
            yield _Metric("logs.byte", "AWS/Logs", "IncomingBytes", group)
            of_function = {"FunctionName": function}
            yield _Metric(function, "AWS/Lambda", "Invocations", of_function)


def _bounds(day: date) -> tuple[datetime, datetime]:
    first = datetime.combine(day, time(), UTC)
    return first, first + timedelta(days=1)


def _report(text: str) -> tuple[int, int] | None:
    """Billed milliseconds and megabytes; None for a line that only speaks of reports."""
    if text.startswith("REPORT "):
        found = _TEXT.match(text)
        return (int(found[1]), int(found[2])) if found else None
    try:
        line = json.loads(text)
        if line["type"] != "platform.report":
            return None
        metrics = line["record"]["metrics"]
        return int(metrics["billedDurationMs"]), int(metrics["memorySizeMB"])
    except (ValueError, KeyError, TypeError):
        return None


if TYPE_CHECKING:
    from chalicelib.ports import Outside

    _: type[Outside] = CloudWatchOutside
