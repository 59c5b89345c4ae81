"""What Lambda and CloudWatch say of a day: moto's logs and metrics, and answers that go wrong."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from chalicelib.adapters.clients import client
from chalicelib.adapters.outside import CloudWatchOutside, Watched
from chalicelib.domain.cost import Feature, Sheet
from chalicelib.domain.errors import Unanswered

ON = datetime.now(UTC).date() - timedelta(days=2)
"""The log takes no events of long ago."""
NOON = datetime.combine(ON, datetime.min.time(), UTC) + timedelta(hours=12)
TICK, API = "nightdesk-test-tick", "nightdesk-test-api-handler"
WATCHED = Watched(
    functions=(TICK, API),
    api="nightdesk-test",
    queues=("nightdesk-test-pulls", "nightdesk-test-outbox"),
    tables={"nightdesk-test-mentions": ("unjudged",), "nightdesk-test-desk": ()},
    architecture="arm64",
)


def a_report(milliseconds: int, megabytes: int = 256, **metrics: float) -> str:
    """As Lambda writes it where its log format is JSON (AWS Lambda guide)."""
    return json.dumps(
        {
            "time": "2026-11-20T12:00:00.123Z",
            "type": "platform.report",
            "record": {
                "requestId": "3f1b6c0a-0000-4000-8000-000000000000",
                "metrics": {
                    "durationMs": milliseconds - 0.37,
                    "billedDurationMs": milliseconds,
                    "memorySizeMB": megabytes,
                    "maxMemoryUsedMB": 101,
                    **metrics,
                },
                "status": "success",
            },
        }
    )


def a_text_report(milliseconds: int, megabytes: int = 256) -> str:
    return (
        "REPORT RequestId: 3604209a-e9a3-11e6-939a-754dd98c7be3\tDuration: 12.34 ms\t"
        f"Billed Duration: {milliseconds} ms\tMemory Size: {megabytes} MB\t"
        "Max Memory Used: 18 MB\tInit Duration: 111.11 ms\t\n"
    )


def outside(
    logs: Any, metrics: Any, seconds: Callable[[], float] = lambda: 0.0
) -> CloudWatchOutside:
    return CloudWatchOutside(WATCHED, logs=logs, cloudwatch=metrics, seconds=seconds)


class Account:
    """Logs and metrics of one test."""

    def __init__(self) -> None:
        self.logs, self.cloudwatch = client("logs"), client("cloudwatch")
        self.outside = outside(self.logs, self.cloudwatch)

    def write(self, function: str, *lines: str, at: datetime = NOON) -> None:
        group, stream = f"/aws/lambda/{function}", f"{at:%Y/%m/%d}/{at.timestamp()}"
        logs = boto3.client("logs")
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        at_ms = int(at.timestamp() * 1000)
        events = [{"timestamp": at_ms, "message": line} for line in lines]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)

    def measure(self, space: str, name: str, value: float, at: Any = NOON, **of: str) -> None:
        dimensions = [{"Name": key, "Value": one} for key, one in of.items()]
        one = {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
        boto3.client("cloudwatch").put_metric_data(Namespace=space, MetricData=[one])


@pytest.fixture
def account(cloud: None) -> Iterator[Account]:
    def forget() -> None:
        for backends in (cloudwatch_backends, logs_backends):
            for regions in backends.values():
                for backend in regions.values():
                    backend.reset()

    forget()
    yield Account()
    forget()


def quantities(sheet: Sheet) -> Mapping[str, Decimal]:
    assert {entry.feature for entry in sheet} <= {Feature.STANDING}
    return {entry.sku: quantity for entry, quantity in sheet.items()}


def test_billed_time_is_that_of_every_report_of_the_day(account: Account) -> None:
    account.write(TICK, a_report(100), a_report(35, initDurationMs=116.67), '{"message": "hello"}')
    account.write(TICK, a_report(9000), at=NOON - timedelta(days=1))
    account.write(TICK, a_report(9000), at=NOON + timedelta(hours=12))
    account.write(API, a_report(7, 512))
    found = quantities(account.outside.of_day(ON))
    assert found == {"lambda.request": 3, "lambda.gb-second.arm64": 135 * 256 + 7 * 512}


def test_reports_as_text_are_read_too(account: Account) -> None:
    account.write(TICK, "START RequestId: 3604209a", a_text_report(20), a_text_report(30, 128))
    found = quantities(account.outside.of_day(ON))
    assert found == {"lambda.request": 2, "lambda.gb-second.arm64": 20 * 256 + 30 * 128}


@pytest.mark.parametrize(
    "line",
    [
        '{"message": "platform.report was read"}',
        '{"type": "platform.report", "record": {"metrics": {}}}',
        '{"type": "platform.report", "record": null}',
        "no JSON, though it says platform.report",
        "[1]",
    ],
)
def test_a_line_that_only_speaks_of_reports_is_none(account: Account, line: str) -> None:
    account.write(TICK, line, a_report(10))
    assert quantities(account.outside.of_day(ON))["lambda.request"] == 1


def test_sums_of_cloudwatch_become_skus(account: Account) -> None:
    account.measure("AWS/ApiGateway", "Count", 120, ApiName="nightdesk-test")
    account.measure(
        "AWS/ApiGateway", "Count", 30, NOON + timedelta(hours=3), ApiName="nightdesk-test"
    )
    account.measure("AWS/ApiGateway", "Count", 999, ApiName="nightdesk-other")
    account.measure(
        "AWS/ApiGateway", "Count", 999, NOON - timedelta(days=1), ApiName="nightdesk-test"
    )
    for queue, number in (("nightdesk-test-pulls", 1), ("nightdesk-test-outbox", 1000)):
        for name in ("Sent", "Received", "Deleted"):
            account.measure("AWS/SQS", f"NumberOfMessages{name}", number, QueueName=queue)
        account.measure("AWS/SQS", "NumberOfEmptyReceives", 10 * number, QueueName=queue)
    mentions = {"TableName": "nightdesk-test-mentions"}
    account.measure("AWS/DynamoDB", "ConsumedReadCapacityUnits", 12.5, **mentions)
    account.measure("AWS/DynamoDB", "ConsumedWriteCapacityUnits", 100, **mentions)
    account.measure(
        "AWS/DynamoDB",
        "ConsumedWriteCapacityUnits",
        20,
        **mentions,
        GlobalSecondaryIndexName="unjudged",
    )
    account.measure(
        "AWS/DynamoDB", "ConsumedReadCapacityUnits", 0.5, TableName="nightdesk-test-desk"
    )
    account.measure("AWS/Logs", "IncomingBytes", 5000, LogGroupName=f"/aws/lambda/{TICK}")
    account.measure("AWS/Logs", "IncomingBytes", 70, LogGroupName=f"/aws/lambda/{API}")
    assert quantities(account.outside.of_day(ON)) == {
        "api.request": 150,
        "sqs.request": 13 * 1001,
        "dynamodb.read-unit": 13,
        "dynamodb.write-unit": 120,
        "logs.byte": 5070,
    }


def test_what_was_not_measured_is_left_out(account: Account) -> None:
    assert quantities(account.outside.of_day(ON)) == {}


def test_reports_that_are_not_all_there_are_not_used(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.write(TICK, a_report(10))
    account.measure("AWS/Lambda", "Invocations", 50, FunctionName=TICK)
    account.measure("AWS/ApiGateway", "Count", 120, ApiName="nightdesk-test")
    assert quantities(account.outside.of_day(ON)) == {"api.request": 120}
    assert "not_seen_from_outside" in caplog.text


# --- answers that go wrong -----------------------------------------------------------------


def refused(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "+43664"}}, operation)


class Logs:
    """Gives `pages`, one after the other, of every function; then nothing."""

    def __init__(self, *pages: Any) -> None:
        self.pages = list(pages)
        self.asked: list[Mapping[str, Any]] = []

    def filter_log_events(self, **asking: Any) -> Any:
        self.asked.append(asking)
        page = self.pages.pop(0) if self.pages else {"events": []}
        if isinstance(page, Exception):
            raise page
        return page


class Metrics:
    def __init__(self, *pages: Any) -> None:
        self.pages = list(pages)
        self.asked: list[Mapping[str, Any]] = []

    def get_metric_data(self, **asking: Any) -> Any:
        self.asked.append(asking)
        page = self.pages.pop(0) if self.pages else {"MetricDataResults": []}
        if isinstance(page, Exception):
            raise page
        return page


def events(*lines: str, token: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"events": [{"message": line} for line in lines]}
    return {**found, "nextToken": token} if token else found


def test_pages_of_a_log_are_read_to_the_end_empty_ones_too() -> None:
    logs = Logs(
        events(a_report(1), token="2"), events(token="3"), events(a_report(2)), events(a_report(4))
    )
    found = quantities(outside(logs, Metrics()).of_day(ON))
    assert found == {"lambda.request": 3, "lambda.gb-second.arm64": 7 * 256}
    assert [asked.get("nextToken") for asked in logs.asked] == [None, "2", "3", None]
    assert {asked["filterPattern"] for asked in logs.asked} == {'"platform.report"'}
    first = logs.asked[0]
    assert first["logGroupName"] == f"/aws/lambda/{TICK}"
    assert first["endTime"] - first["startTime"] == 24 * 3600 * 1000 - 1


def test_a_log_without_end_is_given_up() -> None:
    logs = Logs(*[events(a_report(1), token="more")] * 500)
    with pytest.raises(Unanswered, match="more than 400 pages of reports"):
        outside(logs, Metrics()).of_day(ON)


def test_logs_that_take_too_long_leave_the_other_half(caplog: pytest.LogCaptureFixture) -> None:
    logs = Logs(*[events(a_report(1), token="more")] * 50)
    count = Metrics({"MetricDataResults": [{"Id": "m0", "Values": [5.0]}]})
    found = outside(logs, count, seconds=lambda: 10.0 * len(logs.asked)).of_day(ON)
    assert quantities(found) == {"api.request": 5}
    assert len(logs.asked) == 3
    assert "not_seen_from_outside" in caplog.text


def test_metrics_are_asked_in_one_request_and_to_the_last_page() -> None:
    one = {"Id": "m0", "Values": [5.0], "StatusCode": "PartialData"}
    more = {"Id": "m0", "Values": [7.0], "StatusCode": "Complete"}
    metrics = Metrics({"MetricDataResults": [one], "NextToken": "2"}, {"MetricDataResults": [more]})
    assert quantities(outside(Logs(), metrics).of_day(ON)) == {"api.request": 12}
    assert [asked.get("NextToken") for asked in metrics.asked] == [None, "2"]
    queries = metrics.asked[0]["MetricDataQueries"]
    assert len(queries) == 1 + 2 * 4 + 3 * 2 + 2 * 2
    assert {one["MetricStat"]["Period"] for one in queries} == {86400}


def test_who_does_not_answer_leaves_the_other_half(caplog: pytest.LogCaptureFixture) -> None:
    count = Metrics({"MetricDataResults": [{"Id": "m0", "Values": [5.0]}]})
    assert quantities(outside(Logs(refused("FilterLogEvents")), count).of_day(ON)) == {
        "api.request": 5
    }
    only_logs = outside(Logs(events(a_report(1))), Metrics(refused("GetMetricData"))).of_day(ON)
    assert quantities(only_logs)["lambda.request"] == 1
    assert "+43664" not in caplog.text


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_a_metric_that_fails_is_no_zero(status: str) -> None:
    metrics = Metrics({"MetricDataResults": [{"Id": "m0", "Values": [], "StatusCode": status}]})
    with pytest.raises(Unanswered, match=f"CloudWatch: a metric: {status}"):
        outside(Logs(), metrics).of_day(ON)


def test_where_nobody_answers_both_are_named() -> None:
    silent = outside(Logs(refused("FilterLogEvents")), Metrics(refused("GetMetricData")))
    with pytest.raises(Unanswered) as caught:
        silent.of_day(date(2026, 11, 20))
    assert str(caught.value) == (
        "CloudWatch: ThrottlingException; the reports of Lambda: ThrottlingException"
    )
