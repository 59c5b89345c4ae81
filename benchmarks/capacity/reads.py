"""Cases of reads, and of transactions."""

from benchmarks.capacity.form import TABLE, Act, Case, act, item, key, query

DUE = item(words=2500, due="1", due_at="08:00")
_BIG = item(words=2500)

_MANY = tuple(
    item(f"{number:02}", words=1000, lane="open", order=f"{number:02}") for number in range(10)
)

READS = (
    Case(name="a get", given=(_BIG,), act=act("get_item", Key=key()), units={"table": 0.5}),
    Case(
        name="a consistent get",
        given=(item(words=5000),),
        act=act("get_item", Key=key(), ConsistentRead=True),
        units={"table": 2.0},
    ),
    Case(
        name="a get of one attribute of a great item",
        given=(item(words=5000, note="x"),),
        act=act("get_item", Key=key(), ProjectionExpression="note"),
        units={"table": 1.0},
    ),
    Case(name="a get of nothing", act=act("get_item", Key=key()), units={"table": 0.5}),
    Case(
        name="a consistent get of nothing",
        act=act("get_item", Key=key(), ConsistentRead=True),
        units={"table": 1.0},
    ),
    Case(
        name="a batch of gets, each rounded, one in vain",
        given=(item("a", words=100), item("b", words=5000)),
        act=Act(
            operation="batch_get_item",
            arguments={"RequestItems": {TABLE: {"Keys": [key("a"), key("b"), key("c")]}}},
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
                    TABLE: {"Keys": [key("a"), key("b"), key("c")], "ConsistentRead": True}
                }
            },
        ),
        units={"table": 4.0},
        said={"table": 3.0},
    ),
    Case(name="a query, rounded once", given=_MANY, act=query(), units={"table": 1.5}),
    Case(
        name="a consistent query",
        given=_MANY,
        act=query(ConsistentRead=True),
        units={"table": 3.0},
    ),
    # "If you perform a read operation on an item that does not exist, DynamoDB still consumes"
    # (developer guide, "DynamoDB read and write operations").
    Case(name="a query that finds nothing", act=query(), units={"table": 0.5}, said={}),
    Case(
        name="a consistent query that finds nothing",
        act=query(ConsistentRead=True),
        units={"table": 1.0},
        said={},
    ),
    Case(
        name="a query of a part",
        given=_MANY,
        act=query("pk = :k AND sk < :s", values={":s": {"S": "03"}}),
        units={"table": 0.5},
    ),
    Case(
        name="a query with a limit",
        given=_MANY,
        act=query(Limit=5),
        units={"table": 1.0},
    ),
    Case(
        name="a query that is filtered pays for what it has looked at",
        given=_MANY,
        act=query(FilterExpression="note = :n", values={":n": {"S": "x"}}),
        units={"table": 1.5},
    ),
    Case(
        name="a query of one attribute pays for whole items",
        given=_MANY,
        act=query(ProjectionExpression="lane"),
        units={"table": 1.5},
    ),
    Case(name="a count", given=_MANY, act=query(Select="COUNT"), units={"table": 1.5}),
    Case(
        name="a query of an index pays for its entries",
        given=_MANY,
        act=query("lane = :k", "open", IndexName="cards"),
        units={"cards": 0.5},
    ),
    Case(
        name="a query of a whole index",
        given=tuple(
            item(f"{number:02}", words=1000, due="1", due_at=f"{number:02}") for number in range(10)
        ),
        act=query("due = :k", "1", IndexName="whole"),
        units={"whole": 1.5},
    ),
    Case(
        name="a scan that is filtered",
        given=_MANY,
        act=act("scan", FilterExpression="note = :n", ExpressionAttributeValues={":n": {"S": "x"}}),
        units={"table": 1.5},
    ),
)

TRANSACTIONS = (
    Case(
        name="a transaction of writes",
        given=(item("b", words=2500), item("c", words=100)),
        act=Act(
            operation="transact_write_items",
            arguments={
                "TransactItems": [
                    {"Put": {"TableName": TABLE, "Item": DUE}},
                    {"Delete": {"TableName": TABLE, "Key": key("b")}},
                    {
                        "ConditionCheck": {
                            "TableName": TABLE,
                            "Key": key("c"),
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
                    {"Get": {"TableName": TABLE, "Key": key("a")}},
                    {"Get": {"TableName": TABLE, "Key": key("nothing")}},
                ]
            },
        ),
        units={"table": 6.0},
    ),
)
