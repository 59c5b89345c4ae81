"""The local cloud takes as many request units as DynamoDB does.

What each case expects is what DynamoDB Local answered when it was asked the same; see
`benchmarks/capacity`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from benchmarks.capacity import CASES, DEFINED, TABLE, Case, item, taken
from infra.local.door import Calls, watched


@pytest.fixture(scope="module")
def cloud() -> Iterator[tuple[Calls, Any]]:
    with mock_aws(), watched(calls := Calls()):
        yield calls, boto3.client("dynamodb", region_name="us-east-1")


@pytest.fixture
def calls(cloud: tuple[Calls, Any]) -> Calls:
    cloud[0].clear()
    return cloud[0]


@pytest.fixture
def client(cloud: tuple[Calls, Any]) -> Any:
    return cloud[1]


@pytest.fixture
def table(calls: Calls, client: Any) -> Iterator[Any]:
    client.create_table(**DEFINED)
    yield client
    client.delete_table(TableName=TABLE)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_call_takes_what_it_takes_on_dynamodb(case: Case, client: Any) -> None:
    assert taken(client, case) == case.units


def test_who_does_not_ask_is_not_told(table: Any) -> None:
    key = {"pk": {"S": "p"}, "sk": {"S": "a"}}

    answers = [
        table.put_item(TableName=TABLE, Item=item()),
        table.update_item(
            TableName=TABLE,
            Key=key,
            UpdateExpression="SET note = :n",
            ExpressionAttributeValues={":n": {"S": "x"}},
        ),
        table.get_item(TableName=TABLE, Key=key),
        table.batch_get_item(RequestItems={TABLE: {"Keys": [key]}}),
    ]

    assert ["ConsumedCapacity" in answer for answer in answers] == [False] * 4


def test_the_total_is_told_without_its_parts(table: Any) -> None:
    answer = table.put_item(
        TableName=TABLE,
        Item=item(words=2500, lane="open", order="1", card="x"),
        ReturnConsumedCapacity="TOTAL",
    )

    assert answer["ConsumedCapacity"] == {"TableName": TABLE, "CapacityUnits": 4.0}


def test_units_are_counted_at_the_door_whether_asked_for_or_not(calls: Calls, table: Any) -> None:
    table.put_item(TableName=TABLE, Item=item(words=2500))
    table.get_item(TableName=TABLE, Key={"pk": {"S": "p"}, "sk": {"S": "a"}})

    assert calls.units("write") == {TABLE: Decimal(3)}
    assert calls.units("read") == {TABLE: Decimal("0.5")}


def test_nothing_is_counted_while_a_test_looks_at_its_tables(calls: Calls, table: Any) -> None:
    with calls.paused():
        table.put_item(TableName=TABLE, Item=item())

    assert calls.units("write") == {}


@pytest.mark.parametrize(("stands", "put", "units"), [(2500, 100, 3), (100, 2500, 3), (100, 1, 1)])
def test_a_put_whose_condition_fails_is_paid_by_the_greater_item(
    stands: int, put: int, units: int, calls: Calls, table: Any
) -> None:
    table.put_item(TableName=TABLE, Item=item(words=stands, due="1", due_at="2"))
    calls.clear()

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        table.put_item(
            TableName=TABLE,
            Item=item(words=put, due="1", due_at="3"),
            ConditionExpression="attribute_not_exists(pk)",
        )

    assert calls.units("write") == {TABLE: Decimal(units)}


def test_an_update_whose_condition_fails_is_paid_by_the_item_that_stands(
    calls: Calls, table: Any
) -> None:
    table.put_item(TableName=TABLE, Item=item(words=2500))
    calls.clear()

    for sk in ("a", "nothing"):
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            table.update_item(
                TableName=TABLE,
                Key={"pk": {"S": "p"}, "sk": {"S": sk}},
                UpdateExpression="SET note = :n",
                ConditionExpression="note = :n",
                ExpressionAttributeValues={":n": {"S": "x"}},
            )

    assert calls.units("write") == {TABLE: Decimal(3 + 1)}


def test_a_call_that_is_refused_takes_nothing(calls: Calls, table: Any) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        table.put_item(TableName=TABLE, Item={"pk": {"S": "p"}})

    assert calls.units("write") == {}
