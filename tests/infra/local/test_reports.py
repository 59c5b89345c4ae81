"""What Lambda and CloudWatch say of functions, said by the local cloud."""

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from infra.local.clock import SteppedClock
from infra.local.cloud import Cloud
from infra.local.http import Gateway
from infra.local.reports import INIT_MS, Report
from tests.infra.local.toy import MINUTE, STARTS_AT, Toy, put, send

REPORTED = '"platform.report"'


def reports(function: str) -> list[dict[str, Any]]:
    events = boto3.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/{function}", filterPattern=REPORTED
    )["events"]
    return [json.loads(event["message"]) for event in events]


def summed(namespace: str, name: str, dimensions: dict[str, str], day: datetime) -> float:
    answer = boto3.client("cloudwatch").get_metric_data(
        StartTime=day,
        EndTime=day + timedelta(days=1),
        MetricDataQueries=[
            {
                "Id": "m0",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": name,
                        "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
            }
        ],
    )
    return float(sum(answer["MetricDataResults"][0]["Values"]))


TODAY = STARTS_AT.replace(hour=0, minute=0)


def test_every_invocation_leaves_a_report_in_the_log_of_its_function(
    cloud: Cloud, toy: Toy
) -> None:
    cloud.step(MINUTE)

    said = reports("beat")

    assert [one["type"] for one in said] == ["platform.report"] * 2
    assert [one["record"]["requestId"] for one in said] == [
        one.aws_request_id for one in toy.contexts
    ]
    assert [one["time"] for one in said] == ["2026-11-20T16:30:00.000Z", "2026-11-20T16:31:00.000Z"]
    assert {one["record"]["status"] for one in said} == {"success"}


def test_what_fails_is_reported_as_that(cloud: Cloud, toy: Toy) -> None:
    toy.fails_on = {"16:30"}
    cloud.run_due()

    assert [one["record"]["status"] for one in reports("beat")] == ["error"]


def test_only_the_first_invocation_of_a_function_is_a_cold_start(cloud: Cloud) -> None:
    cloud.step(2 * MINUTE)
    send(cloud, "order")
    cloud.settle()

    metrics = [one["record"]["metrics"] for one in reports("beat")]
    assert [one.get("initDurationMs") for one in metrics] == [INIT_MS, None, None]
    assert metrics[0]["billedDurationMs"] >= metrics[0]["durationMs"] + INIT_MS
    assert reports("work")[0]["record"]["metrics"]["initDurationMs"] == INIT_MS


@pytest.mark.parametrize(
    ("duration", "init", "billed"), [(7.0, 0.0, 7), (7.01, 0.0, 8), (0.2, 620.0, 621)]
)
def test_whole_milliseconds_are_billed(duration: float, init: float, billed: int) -> None:
    report = Report(at=STARTS_AT, request_id="r", duration_ms=duration, memory_mb=512, init_ms=init)

    assert report.billed_ms == billed
    assert json.loads(report.line)["record"]["metrics"]["memorySizeMB"] == 512


def test_a_report_is_found_once_however_often_somebody_reads(cloud: Cloud) -> None:
    cloud.run_due()

    assert len(reports("beat")) == 1
    assert len(reports("beat")) == 1


def test_invocations_are_counted_by_day(cloud: Cloud) -> None:
    assert isinstance(cloud.clock, SteppedClock)
    cloud.step(MINUTE)
    cloud.clock.move_to(TODAY + timedelta(days=1))
    cloud.step(MINUTE)

    dimensions = {"FunctionName": "beat"}
    yesterday = summed("AWS/Lambda", "Invocations", dimensions, TODAY)
    today = summed("AWS/Lambda", "Invocations", dimensions, TODAY + timedelta(days=1))
    assert (yesterday, today) == (2.0, 2.0)


def test_messages_of_a_queue_are_counted_and_what_it_was_asked_in_vain(cloud: Cloud) -> None:
    send(cloud, "one", "two")
    cloud.step(10 * MINUTE)

    queue = {"QueueName": cloud.stack.physical_ids["Orders"].rsplit("/", 1)[-1]}
    names = ("MessagesSent", "MessagesReceived", "MessagesDeleted", "EmptyReceives")
    counted = [summed("AWS/SQS", f"NumberOf{name}", queue, TODAY) for name in names]
    assert counted == [2.0, 2.0, 2.0, 5 * 3 * 10.0]


def test_units_of_tables_are_counted(cloud: Cloud) -> None:
    put("one", "two")

    table = {"TableName": "toy-test-things"}
    assert summed("AWS/DynamoDB", "ConsumedWriteCapacityUnits", table, TODAY) == 2.0


def test_a_request_is_counted_and_reported(cloud: Cloud) -> None:
    @cloud.app.route("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "you"}

    gateway = Gateway(cloud.app, behind=cloud.behind_api("api_handler"))

    assert gateway.request("GET", "/hello")[0] == 200
    assert gateway.request("GET", "/nowhere")[0] == 404

    assert summed("AWS/ApiGateway", "Count", {"ApiName": "toy"}, TODAY) == 1.0
    assert len(reports("api_handler")) == 1
