"""A count of our own: what reached moto's front door, by day and sku, and what it costs.

Nothing here is shared with the product's metering. Calls are read as they come over the wire;
units are those that the local cloud counted whether the product asked or not
(`infra/local/capacity`, which is held against DynamoDB Local); SMS are those that the carrier took;
time is that of the lines `platform.report`; the rest, and every price, is typed in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.logs.models import logs_backends

from infra.local.cloud import REGION
from infra.local.desk import LocalDesk
from infra.local.lambdas import Function
from infra.local.patching import replaced

PRICES: Mapping[str, Decimal] = {
    "lambda.request": Decimal("0.20") / 10**6,
    "lambda.gb-second.x86_64": Decimal("0.0000166667") / 1_024_000,
    "dynamodb.read-unit": Decimal("0.1525") / 10**6,
    "dynamodb.write-unit": Decimal("0.7625") / 10**6,
    "sqs.request": Decimal("0.40") / 10**6,
    "api.request": Decimal("3.70") / 10**6,
    "cloudwatch.alarm-month": Decimal("0.10"),
    "cloudwatch.request": Decimal("0.01") / 1000,
    "transfer.byte": Decimal("0.09") / 2**30,
    "logs.byte": Decimal("0.63") / 2**30,
}
"""US dollars of one unit in eu-central-1, of the lists of 2026."""

SMS_LISTED, SMS_CHARGED = Decimal("0.01195"), Decimal("0.01228")
"""US dollars of a part to a phone in the United States: by the list, on the first day, and as the
carrier's receipts of that day have it, from then on."""

SMS_PART = "sns.sms-part"

QUEUES = 3
"""That wake a function."""
ASKED_IN_VAIN = 21_600
"""How often Lambda asks each of them on a day: five connections, every 20 seconds."""

ALARM_METRICS = 44
HOURS_OF_MONTH = 31 * 24

LINES_OF_LAMBDA = 300
"""Bytes of log that the product takes Lambda's own lines for, at each invocation."""

Counted = dict[str, Decimal]
"""Quantities by sku."""


class Count:
    """Of one desk on the local cloud, from when it is opened."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._days: defaultdict[date, defaultdict[str, Decimal]] = defaultdict(
            lambda: defaultdict(Decimal)
        )
        self._began_at: datetime | None = None

    def add(self, sku: str, quantity: int | Decimal = 1) -> None:
        now = self._desk.clock.now()
        self._began_at = self._began_at or now
        self._days[now.date()][sku] += Decimal(quantity)

    def of_day(self, day: date) -> Counted:
        """Everything of a day that is over."""
        found = Counted(self._days[day])
        texts = [one for one in self._desk.phones.taken if one.at.date() == day and one.is_direct]
        found[SMS_PART] = Decimal(sum(sms_parts(one.body) for one in texts))
        found["sqs.request"] = found.pop("message", Decimal(0)) + QUEUES * ASKED_IN_VAIN
        reports = [one["metrics"] for one in self._reports(day)]
        found["lambda.request"] = Decimal(len(reports))
        found["lambda.gb-second.x86_64"] = Decimal(
            sum(one["billedDurationMs"] * one["memorySizeMB"] for one in reports)
        )
        found["logs.byte"] = Decimal(LINES_OF_LAMBDA * len(reports))
        found["cloudwatch.alarm-month"] = Decimal(ALARM_METRICS) * self._hours(day) / HOURS_OF_MONTH
        return {sku: quantity for sku, quantity in found.items() if quantity}

    def answered(self, answer: Mapping[str, Any]) -> None:
        """The API has answered: body and headers go out, not compressed, and some 400 bytes of the
        gateway's own, which the product estimates so."""
        headers = (f"{name}: {value}\r\n" for name, value in answer["headers"].items())
        self.add("api.request")
        self.add("transfer.byte", len((answer["body"] + "".join(headers)).encode()) + 400)

    @contextmanager
    def open(self) -> Iterator[None]:
        """While open, what comes to moto's front door is counted."""
        cloud = self._desk.cloud
        tell_units, plain = cloud.calls.tell_units, BaseResponse.call_action

        def units(kind: str, table: str, index: str, number: float) -> None:
            tell_units(kind, table, index, number)
            self.add(f"dynamodb.{kind}-unit", Decimal(number))

        def call(response: Any) -> Any:
            answer = plain(response)
            if answer[0] < 300:
                self._called(response.service_name, response._get_action(), response, answer[2])
            return answer

        cloud.calls.tell_units = units
        for function in cloud.functions.values():
            self._watch(function)
        with replaced(BaseResponse, "call_action", call):
            yield

    def _watch(self, function: Function) -> None:
        plain = function.handler

        def handle(event: dict[str, Any], context: Any) -> Any:
            for record in event.get("Records", ()):
                if record.get("eventSource") == "aws:sqs":
                    self.add("message", 2)  # received, and deleted when it is done
            return plain(event, context)

        function.handler = handle

    def _called(self, service: str, action: str, response: Any, answer: Any) -> None:
        match service, action:
            case "sqs", "SendMessage":
                self.add("message")
            case "sqs", "SendMessageBatch":
                self.add("message", len(response._get_param("Entries")))
            case "sns", "Publish" if not response._get_param("PhoneNumber"):
                self.add("sns.publish")
            case "sesv2", "SendEmail":
                self.add("ses.message")
            case "ssm", "GetParameter" if response._get_param("WithDecryption"):
                self.add("kms.request", str(answer).count('"SecureString"'))
            case "cloudwatch", "GetMetricData":
                self.add("cloudwatch.request", len(response._get_param("MetricDataQueries")))
            case "cloudwatch", "GetMetricStatistics":
                self.add("cloudwatch.request")

    def _reports(self, day: date) -> Iterator[Mapping[str, Any]]:
        self._desk.cloud.observed.reports.write()
        groups: Any = logs_backends[DEFAULT_ACCOUNT_ID][REGION].groups
        for name, group in groups.items():
            for event in group.streams["local"].events if name.startswith("/aws/lambda/") else ():
                line = json.loads(event.message)
                if line["type"] == "platform.report" and line["time"].startswith(f"{day}"):
                    yield line["record"]

    def _hours(self, day: date) -> int:
        """For which there are books: from the hour in which something was used first."""
        assert self._began_at is not None
        is_first = day == self._began_at.date()
        return 24 - self._began_at.hour if is_first else 24


def dollars(counted: Mapping[str, Decimal], *, sms: Decimal) -> dict[str, Decimal]:
    """What it costs, by sku, where that has a price; `sms` is that of a part."""
    prices = {**PRICES, SMS_PART: sms}
    return {sku: number * prices[sku] for sku, number in counted.items() if sku in prices}


def sms_parts(text: str) -> int:
    """Of a text of plain letters: 160, or 153 in each of several."""
    assert text.isascii(), text
    assert not set(text) & set("^{}\\[~]|`"), text
    return 1 if len(text) <= 160 else -(-len(text) // 153)


def days_of(begins_at: datetime, number: int) -> tuple[date, ...]:
    return tuple((begins_at + timedelta(days=place)).date() for place in range(number))
