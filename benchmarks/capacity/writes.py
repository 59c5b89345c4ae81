"""Cases of writes, indexes included."""

from benchmarks.capacity.form import TABLE, Act, Case, act, item, key, put, update

_BIG, _SMALL = item(words=2500), item(words=100)
_DUE = item(words=2500, due="1", due_at="08:00")
_CARD = item(words=2500, lane="open", order="1", card=100)

WRITES = (
    Case(name="a put of a new item", act=put(_BIG), units={"table": 3.0}),
    Case(name="a put over a greater one", given=(_BIG,), act=put(_SMALL), units={"table": 3.0}),
    Case(name="a put over a smaller one", given=(_SMALL,), act=put(_BIG), units={"table": 3.0}),
    Case(name="a put of the same again", given=(_DUE,), act=put(_DUE), units={"table": 3.0}),
    Case(
        name="an update of a little of a great item",
        given=(_BIG,),
        act=update("SET note = :n", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update that makes an item smaller",
        given=(_BIG,),
        act=update("SET note = :n REMOVE words", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update of what is not there",
        act=update("SET note = :n", n=1500),
        units={"table": 2.0},
    ),
    Case(
        name="a delete",
        given=(_BIG,),
        act=act("delete_item", Key=key()),
        units={"table": 3.0},
    ),
    Case(name="a delete of nothing", act=act("delete_item", Key=key()), units={"table": 1.0}),
    Case(
        name="puts and deletes in a batch",
        given=(item("b", words=2500),),
        act=Act(
            operation="batch_write_item",
            arguments={
                "RequestItems": {
                    TABLE: [
                        {"PutRequest": {"Item": _DUE}},
                        {"DeleteRequest": {"Key": key("b")}},
                        {"DeleteRequest": {"Key": key("nothing")}},
                    ]
                }
            },
        ),
        # A delete of nothing is 1 as a call of its own, 2 in a batch of DynamoDB Local's.
        units={"table": 7.0, "whole": 3.0},
        said={"table": 8.0, "whole": 3.0},
    ),
)

INDEXES = (
    Case(name="a put into an index", act=put(_DUE), units={"table": 3.0, "whole": 3.0}),
    Case(
        name="a put with one of two keys of an index",
        act=put(item(words=2500, due="1")),
        units={"table": 3.0},
    ),
    Case(
        name="a put into an index of cards",
        act=put(_CARD),
        units={"table": 3.0, "cards": 1.0},
    ),
    Case(
        name="a put into two indexes",
        act=put({**_CARD, "who": {"S": "ana"}}),
        units={"table": 3.0, "cards": 1.0, "keys": 1.0},
    ),
    Case(
        name="an update of what an index has not",
        given=(_CARD,),
        act=update("SET note = :n", n="x"),
        units={"table": 3.0},
    ),
    Case(
        name="an update of what an index has",
        given=(_CARD,),
        act=update("SET card = :c", c=1500),
        units={"table": 4.0, "cards": 2.0},
    ),
    Case(
        name="an update that makes an entry smaller",
        given=(item(lane="open", order="1", card=2500),),
        act=update("SET card = :c", c="x"),
        units={"table": 3.0, "cards": 3.0},
    ),
    Case(
        name="an update of the key of an index",
        given=(item(lane="open", order="1", card=1500),),
        act=update("SET #o = :o", o="2"),
        units={"table": 2.0, "cards": 4.0},
    ),
    Case(
        name="an update of the key and of the rest of an entry",
        given=(item(lane="open", order="1", card=1500),),
        act=update("SET #o = :o, card = :c", o="2", c="x"),
        units={"table": 2.0, "cards": 3.0},
    ),
    Case(
        name="an update that takes an item out of an index",
        given=(item(lane="open", order="1", card=1500),),
        act=update("REMOVE lane"),
        units={"table": 2.0, "cards": 2.0},
    ),
    Case(
        name="an update that puts an item into an index",
        given=(item(order="1", card=1500),),
        act=update("SET lane = :l", l="open"),
        units={"table": 2.0, "cards": 2.0},
    ),
    Case(
        name="a delete of what stands in indexes",
        given=({**_DUE, "who": {"S": "ana"}},),
        act=act("delete_item", Key=key()),
        units={"table": 3.0, "whole": 3.0, "keys": 1.0},
    ),
)
