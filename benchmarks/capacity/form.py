"""A call of DynamoDB, what was there before, and the request units that it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TABLE = "things"
KILOBYTE = 1024

Arguments = dict[str, Any]
Units = Mapping[str, float]
"""By `table` or name of the index; what took nothing is not in it."""

DEFINED: Arguments = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in ("pk", "sk", "due", "due_at", "lane", "order", "who")
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "whole",
            "KeySchema": [
                {"AttributeName": "due", "KeyType": "HASH"},
                {"AttributeName": "due_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        },
        {
            "IndexName": "cards",
            "KeySchema": [
                {"AttributeName": "lane", "KeyType": "HASH"},
                {"AttributeName": "order", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["card"]},
        },
        {
            "IndexName": "keys",
            "KeySchema": [{"AttributeName": "who", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One call: its operation, as boto3 names it, and its arguments."""

    operation: str
    arguments: Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call on a new table, what was put there before, and what the call took."""

    name: str
    act: Act
    units: Units
    given: tuple[Arguments, ...] = ()
    """Items."""
    said: Units | None = None
    """What DynamoDB Local says, where the documentation says otherwise (`units`)."""


def item(sk: str = "a", *, pk: str = "p", **attributes: Any) -> Arguments:
    """An item; text becomes a string, whole numbers become kilobytes of text."""
    values = {
        name: {"S": "x" * value}
        if isinstance(value, int)
        else ({"S": value} if isinstance(value, str) else value)
        for name, value in attributes.items()
    }
    return {"pk": {"S": pk}, "sk": {"S": sk}, **values}


def key(sk: str = "a") -> Arguments:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def act(operation: str, **arguments: Any) -> Act:
    return Act(operation=operation, arguments={"TableName": TABLE, **arguments})


def put(what: Arguments) -> Act:
    return act("put_item", Item=what)


def update(expression: str, sk: str = "a", **values: Any) -> Act:
    arguments: Arguments = {"Key": key(sk), "UpdateExpression": expression}
    if values:
        arguments["ExpressionAttributeValues"] = {
            f":{name}": {"S": "x" * value if isinstance(value, int) else value}
            for name, value in values.items()
        }
    if "#o" in expression:
        arguments["ExpressionAttributeNames"] = {"#o": "order"}
    return act("update_item", **arguments)


def query(condition: str = "pk = :k", key: str = "p", **more: Any) -> Act:
    values = {":k": {"S": key}, **more.pop("values", {})}
    return act("query", KeyConditionExpression=condition, ExpressionAttributeValues=values, **more)


def taken(client: Any, case: Case) -> Units:
    """What the call of a case takes on a new table of a DynamoDB."""
    client.create_table(**DEFINED)
    try:
        for one in case.given:
            client.put_item(TableName=TABLE, Item=one)
        call = getattr(client, case.act.operation)
        answer = call(**case.act.arguments, ReturnConsumedCapacity="INDEXES")
    finally:
        client.delete_table(TableName=TABLE)
    return units_in(answer)


def units_in(answer: Mapping[str, Any]) -> Units:
    """The units in an answer. Raises ValueError when the parts are not the sum."""
    said = answer["ConsumedCapacity"]
    told = said[0] if isinstance(said, list) else said
    found = {
        "table": told["Table"]["CapacityUnits"],
        **{
            name: one["CapacityUnits"]
            for name, one in told.get("GlobalSecondaryIndexes", {}).items()
        },
    }
    if sum(found.values()) != told["CapacityUnits"]:
        raise ValueError(f"{told['CapacityUnits']} units are said to be {found}")
    return {name: units for name, units in found.items() if units}
