"""A play bill: what AWS Cost Explorer would say of this local cloud, on moto.

It is no bill of AWS. Quantities are what the local cloud itself counted at its door (calls, units
of tables, messages, requests, reports of Lambda), prices those of the list that comes with this
release (of us-east-1 where it has none of the region), SMS aside, which cost what the carrier of
`sms_reports` charges. What AWS gives away each month is not taken off; what nobody counts here
(bytes that leave, are stored or logged, metrics, what S3, KMS and CloudWatch are asked) is not on
it. A day is on it when it is over,
and `Estimated` for as long as its month lasts, as the days of a real one are.

Names of services and usage types are those of AWS's bills (see `adapters/bill_names`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from moto.ce.models import ce_backends
from moto.ce.responses import CostExplorerResponse
from moto.core.models import DEFAULT_ACCOUNT_ID

from chalicelib.adapters.price_book import price_book
from chalicelib.domain.cost.standing import hours_of_month
from infra.local.clock import Clock
from infra.local.observed import Observed
from infra.local.patching import replaced
from infra.local.phones import Taken
from infra.local.sms_reports import charged, of_day

CODES = {"eu-central-1": "EUC1", "us-east-1": "USE1"}
"""How usage types name a region."""

LISTED_IN = "us-east-1"
"""Where the list has a price of everything; it stands in where a region has none."""

DAY = timedelta(days=1)

_FROM_CLOUDWATCH: Mapping[str, tuple[tuple[str, ...], str, str]] = {
    "dynamodb.read-unit": (
        ("AWS/DynamoDB ConsumedReadCapacityUnits",),
        "Amazon DynamoDB",
        "ReadRequestUnits",
    ),
    "dynamodb.write-unit": (
        ("AWS/DynamoDB ConsumedWriteCapacityUnits",),
        "Amazon DynamoDB",
        "WriteRequestUnits",
    ),
    "sqs.request": (
        (
            "AWS/SQS NumberOfMessagesSent",
            "AWS/SQS NumberOfMessagesReceived",
            "AWS/SQS NumberOfMessagesDeleted",
            "AWS/SQS NumberOfEmptyReceives",
        ),
        "Amazon Simple Queue Service",
        "Requests-Tier1",
    ),
    "api.request": (("AWS/ApiGateway Count",), "Amazon API Gateway", "ApiGatewayRequest"),
    "sns.publish": (
        ("calls sns.Publish",),
        "Amazon Simple Notification Service",
        "Requests-Tier1",
    ),
    "ses.message": (("calls sesv2.SendEmail",), "Amazon Simple Email Service", "Recipients"),
    "cost-explorer.request": (("calls ce.GetCostAndUsage",), "AWS Cost Explorer", "APIRequest"),
}
"""By sku: what is added up, the service and the usage type."""


class PlayBill:
    """Cost Explorer of one local cloud."""

    def __init__(
        self,
        observed: Observed,
        taken: Sequence[Taken],
        *,
        alarms: int,
        clock: Clock,
        region: str,
        architecture: str = "x86_64",
    ) -> None:
        """`taken` are texts that SNS has taken; `alarms` stand all the time."""
        self._observed = observed
        self._taken = taken
        self._alarms = alarms
        self._clock = clock
        self._code = CODES[region]
        self._books = (price_book(region=region), price_book(region=LISTED_IN))
        self._compute = f"lambda.gb-second.{architecture}"
        self._began_at = clock.now()

    @contextmanager
    def open(self) -> Iterator[None]:
        """While open, moto's Cost Explorer says what has been counted up to now."""
        plain = CostExplorerResponse.get_cost_and_usage

        def get_cost_and_usage(response: Any) -> Any:
            asked = json.loads(response.body)["TimePeriod"]
            first, end = (date.fromisoformat(asked[name]) for name in ("Start", "End"))
            # moto answers from a queue, and remembers what it answered.
            backend: Any = ce_backends[DEFAULT_ACCOUNT_ID][response.partition]
            backend.cost_usage_results.pop(response.body, None)
            backend.cost_usage_results_queue[:] = [self.answer(first, end)]
            return plain(response)

        with replaced(CostExplorerResponse, "get_cost_and_usage", get_cost_and_usage):
            yield

    def answer(self, first: date, end: date) -> dict[str, Any]:
        """Of the days `[first, end)` that are over, as `GetCostAndUsage` has it by service and
        usage type."""
        today = self._clock.now().date()
        days = [first + number * DAY for number in range((end - first).days)]
        return {
            "ResultsByTime": [self._of_day(day, today) for day in days if day < today],
            "DimensionValueAttributes": [],
        }

    def _of_day(self, day: date, today: date) -> dict[str, Any]:
        return {
            "TimePeriod": {"Start": day.isoformat(), "End": (day + DAY).isoformat()},
            "Total": {},
            "Groups": [
                {
                    "Keys": [service, usage_type],
                    "Metrics": {
                        "UnblendedCost": {"Amount": f"{amount:.10f}", "Unit": "USD"},
                        "UsageQuantity": {"Amount": f"{quantity:.10f}", "Unit": "N/A"},
                    },
                }
                for service, usage_type, quantity, amount in self._lines(day)
                if quantity
            ],
            "Estimated": (day.year, day.month) == (today.year, today.month),
        }

    def _lines(self, day: date) -> Iterator[tuple[str, str, Decimal, Decimal]]:
        """Service, usage type, quantity and US dollars."""
        counted = self._observed.traffic.of_day(day)
        sums = {f"{namespace} {name}": number for (namespace, name), number in counted.items()}
        texts = of_day(self._taken, day)
        for sku, (added, service, usage_type) in _FROM_CLOUDWATCH.items():
            quantity = sum((sums.get(one, Decimal(0)) for one in added), Decimal(0))
            if sku == "sns.publish":
                # Each SMS to a number is one too, and is charged as an SMS alone.
                numbers = [one for one in self._taken if one.at.date() == day and one.is_direct]
                quantity -= len(numbers)
            yield self._line(day, sku, quantity, service, usage_type)
        requests, compute = self._observed.reports.of_day(day)
        yield self._line(day, "lambda.request", Decimal(requests), "AWS Lambda", "Request")
        seconds = self._line(day, self._compute, Decimal(compute), "AWS Lambda", "Lambda-GB-Second")
        yield (*seconds[:2], seconds[2] / (1024 * 1000), seconds[3])
        alarms = Decimal(self._alarms) * self._hours(day) / hours_of_month(_midnight(day))
        usage_type = "CW:AlarmMonitorUsage"
        yield self._line(day, "cloudwatch.alarm-month", alarms, "AmazonCloudWatch", usage_type)
        sms = "Amazon Simple Notification Service", f"{self._code}-SMSMessageCount"
        yield (*sms, Decimal(len(texts)), charged(texts))

    def _line(
        self, day: date, sku: str, quantity: Decimal, service: str, usage_type: str
    ) -> tuple[str, str, Decimal, Decimal]:
        known = (book.price(sku, on=day) for book in self._books)
        price = next((one for one in known if one is not None), None)
        if price is None:
            raise ValueError(f"{sku} has no list price on {day}")
        amount = quantity * price.amount / price.per
        return service, f"{self._code}-{usage_type}", quantity, amount

    def _hours(self, day: date) -> int:
        """For which alarms stood: from when the local cloud was opened."""
        begins = max(_midnight(day), self._began_at)
        return int((_midnight(day) + DAY - begins) / timedelta(hours=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
