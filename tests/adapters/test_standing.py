"""What a deployment costs though nothing happens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.standing import ALARM_METRICS, StandingCharges
from chalicelib.domain.cost.standing import share_of
from tests.adapters.stores import Stores, item, table_name
from tests.fakes.cost_marks import FakeCostMarks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Account:
    """Says how big tables and logs are, as AWS does."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_silent = False
        self.bytes = 1_000_000

    def describe_table(self, *, TableName: str) -> dict[str, Any]:  # noqa: N803
        self._hear(TableName)
        size: dict[str, Any] = {"TableSizeBytes": self.bytes}
        if TableName == "indexed":
            size["GlobalSecondaryIndexes"] = [{"IndexSizeBytes": 7}, {"IndexSizeBytes": 70}, {}]
        return {"Table": size}

    def get_paginator(self, name: str) -> "Account":
        assert name == "describe_log_groups"
        return self

    def paginate(self, *, logGroupNamePrefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        self._hear(logGroupNamePrefix)
        yield {"logGroups": [{"storedBytes": 500}, {}]}
        yield {"logGroups": [{"storedBytes": 1}]}

    def _hear(self, what: str) -> None:
        self.asked.append(what)
        if self.is_silent:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "DescribeTable")


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def marks() -> FakeCostMarks:
    return FakeCostMarks()


def charges(account: Account, marks: FakeCostMarks) -> StandingCharges:
    return StandingCharges(
        tables=("plain", "indexed"), log_groups="/aws/", dynamodb=account, logs=account, marks=marks
    )


def quantities(charged: StandingCharges, hour: datetime = NOON) -> dict[str, Decimal]:
    return {use.sku: Decimal(use.quantity) for use in charged.of_hour(hour)}


def test_alarms_tables_indexes_restoring_and_logs_cost_by_the_hour(
    account: Account, marks: FakeCostMarks
) -> None:
    assert quantities(charges(account, marks)) == {
        "cloudwatch.alarm-month": share_of(ALARM_METRICS, NOON),
        "dynamodb.byte-month": share_of(2_000_077, NOON),
        "dynamodb.pitr-byte-month": share_of(2_000_000, NOON),
        "logs.byte-month": share_of(501, NOON),
    }


def test_sizes_are_asked_once_a_day_whoever_asks(account: Account, marks: FakeCostMarks) -> None:
    first = quantities(charges(account, marks))
    account.bytes = 5_000_000
    again = charges(account, marks)
    assert [quantities(again, NOON + hours * HOUR) for hours in range(12)] == [first] * 12
    assert account.asked == ["plain", "indexed", "/aws/"]
    assert quantities(again, NOON + 12 * HOUR) != first
    assert len(account.asked) == 6


def test_an_account_that_does_not_answer_is_as_big_as_the_day_before(
    account: Account, marks: FakeCostMarks, caplog: pytest.LogCaptureFixture
) -> None:
    charged = charges(account, marks)
    before = quantities(charged)
    account.is_silent = True
    assert quantities(charged, NOON + 24 * HOUR) == before
    assert "sizes_unknown" in caplog.text
    account.is_silent, account.bytes = False, 1
    assert quantities(charged, NOON + 25 * HOUR)["dynamodb.pitr-byte-month"] == share_of(2, NOON)


def test_what_nobody_has_ever_said_is_left_out(account: Account, marks: FakeCostMarks) -> None:
    account.is_silent = True
    assert list(quantities(charges(account, marks))) == ["cloudwatch.alarm-month"]


def test_sizes_that_cannot_be_read_are_asked_again(
    account: Account, marks: FakeCostMarks, caplog: pytest.LogCaptureFixture
) -> None:
    marks.keep("standing#2026-11-21", "[]")
    assert "logs.byte-month" in quantities(charges(account, marks))
    assert "sizes_unreadable" in caplog.text


def test_the_real_tables_and_logs_are_asked_and_what_they_say_is_kept(dynamo: Stores) -> None:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=f"/aws/lambda/nightdesk-{dynamo.stage}-tick")
    charged = StandingCharges(
        tables=[table_name(dynamo.stage, name) for name in ("mentions", "costs")],
        log_groups=f"/aws/lambda/nightdesk-{dynamo.stage}-",
        dynamodb=boto3.client("dynamodb"),
        logs=logs,
        marks=dynamo.cost_marks,
    )
    assert {use.sku for use in charged.of_hour(NOON)} >= {"dynamodb.byte-month", "logs.byte-month"}
    assert "tables" in item(dynamo, "costs", "standing", "2026-11-21")["text"]["S"]
