"""What calls of DynamoDB take, in request units, told where moto lies (it says 1.0 of nearly all).

sizes    how many bytes an item has
units    what reading and writing so many bytes takes, indexes included

A query or scan takes what it has looked at, filtered out or not, rounded once; a batch of gets
each item rounded by itself; a transaction everything twice. A condition that fails is paid as the
write would have been, indexes aside ("DynamoDB read and write operations": by the greater of the
item that stands and the one that was to be put); DynamoDB tells nobody, so an answer does not
either. What a cancelled transaction takes is not counted: nothing here is written in one.

DynamoDB Local agrees on all of `benchmarks/capacity` but what is named there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from inspect import signature
from typing import Any

from moto.dynamodb.exceptions import ConditionalCheckFailed
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from infra.local.capacity.sizes import item_size
from infra.local.capacity.units import ITSELF, Held, Units, held, read_units, write_units, written
from infra.local.patching import replaced

Noted = Callable[[str, str, Units], None]
"""Is told of each call: `read` or `write`, name of the table, units of it and its indexes."""


@contextmanager
def told(noted: Noted) -> Iterator[None]:
    """While open, DynamoDB on moto answers with what a call took, where it is asked to, and
    `noted` is told of every call, asked or not. Calls must come one at a time."""
    scale = _Scale()
    acts = {name: _writing(name, times, noted) for name, times in _WRITES.items()}
    acts |= {name: _reading(name, reads_of, noted) for name, reads_of in _READS.items()}
    acts |= {name: _listing(name, scale, noted) for name in _LISTS}
    with ExitStack() as opening:
        for name, act in acts.items():
            opening.enter_context(replaced(DynamoHandler, name, act))
        for name in _LISTS:
            weighed = scale.weighing(getattr(Table, name))
            opening.enter_context(replaced(Table, name, weighed))
        yield


Act = Callable[[Any], Any]
"""A method of moto's that does a call; its `self` has the request as `body`."""


def _answered(handler: Any, answer: Any, kind: str, taken: dict[str, Units], noted: Noted) -> Any:
    for table, units in taken.items():
        noted(kind, table, units)
    asked = handler.body.get("ReturnConsumedCapacity", "NONE")
    answer.result.pop("ConsumedCapacity", None)
    if asked != "NONE":
        parts = [_said(table, units, asked) for table, units in taken.items()]
        if "TransactItems" in handler.body:
            for part in parts:
                part[f"{kind.title()}CapacityUnits"] = part["CapacityUnits"]
        answer.result["ConsumedCapacity"] = parts[0] if "TableName" in handler.body else parts
    return answer


def _said(table: str, units: Units, asked: str) -> dict[str, Any]:
    """A `ConsumedCapacity` (API reference of DynamoDB)."""
    said: dict[str, Any] = {"TableName": table, "CapacityUnits": sum(units.values())}
    if asked == "INDEXES":
        said["Table"] = {"CapacityUnits": units.get(ITSELF, 0.0)}
        indexes = {name: {"CapacityUnits": one} for name, one in units.items() if name != ITSELF}
        if indexes:
            said["GlobalSecondaryIndexes"] = indexes
    return said


def _added_up(taken: Iterable[tuple[str, Units]], times: int = 1) -> dict[str, Units]:
    found: dict[str, Units] = {}
    for table, units in taken:
        sums = found.setdefault(table, {})
        for where, number in units.items():
            sums[where] = sums.get(where, 0.0) + times * number
    return found


# --- writes ------------------------------------------------------------------------------------

_WRITES = {
    "put_item": 1,
    "update_item": 1,
    "delete_item": 1,
    "batch_write_item": 1,
    "transact_write_items": 2,
}
"""How often each is paid."""


@dataclass(frozen=True, slots=True)
class _Target:
    """An item that a call writes."""

    table: str
    key: Mapping[str, Any]
    put: Mapping[str, Any] | None = None
    """What is to be put there."""


def _writing(name: str, times: int, noted: Noted) -> Act:
    plain: Act = getattr(DynamoHandler, name)

    def act(self: Any) -> Any:
        backend = self.dynamodb_backend
        targets = list(_targets(name, self.body, backend))
        before = [_look(backend, one) for one in targets]
        try:
            answer = plain(self)
        except ConditionalCheckFailed:
            (target,), (old,) = targets, before
            units = write_units(max(old.size, _put_size(target)))
            noted("write", target.table, {ITSELF: units})
            raise
        taken = [
            (one.table, written(old, _look(backend, one)))
            for one, old in zip(targets, before, strict=True)
        ]
        return _answered(self, answer, "write", _added_up(taken, times), noted)

    return act


def _targets(name: str, body: Mapping[str, Any], backend: Any) -> Iterator[_Target]:
    if name == "batch_write_item":
        for table, requests in body["RequestItems"].items():
            for request in requests:
                (inside,) = request.values()
                yield _target(table, inside, backend)
    elif name == "transact_write_items":
        for one in body["TransactItems"]:
            (inside,) = one.values()
            yield _target(inside["TableName"], inside, backend)
    else:
        yield _target(body["TableName"], body, backend)


def _target(name: str, asked: Mapping[str, Any], backend: Any) -> _Target:
    if "Item" not in asked:
        return _Target(name, asked["Key"])
    table, item = backend.get_table(name), asked["Item"]
    keys = (table.hash_key_attr, table.range_key_attr)
    return _Target(name, {key: item[key] for key in keys if key in item}, item)


def _look(backend: Any, target: _Target) -> Held:
    return held(backend.get_table(target.table), backend.get_item(target.table, target.key))


def _put_size(target: _Target) -> int:
    if target.put is None:
        return 0
    return item_size({name: DynamoType(value) for name, value in target.put.items()})


# --- reads -------------------------------------------------------------------------------------

_LISTS = ("query", "scan")


def _reading(
    name: str, reads_of: Callable[[Any], Iterable[tuple[str, Units]]], noted: Noted
) -> Act:
    plain: Act = getattr(DynamoHandler, name)

    def act(self: Any) -> Any:
        answer = plain(self)
        return _answered(self, answer, "read", _added_up(reads_of(self)), noted)

    return act


def _one(handler: Any) -> Iterator[tuple[str, Units]]:
    yield _get(handler, handler.body["TableName"], handler.body)


def _batch(handler: Any) -> Iterator[tuple[str, Units]]:
    for name, asked in handler.body["RequestItems"].items():
        for key in asked["Keys"]:
            yield _get(handler, name, {**asked, "Key": key})


def _transaction(handler: Any) -> Iterator[tuple[str, Units]]:
    for one in handler.body["TransactItems"]:
        get = {**one["Get"], "ConsistentRead": True}
        for _ in range(2):
            yield _get(handler, get["TableName"], get)


_READS = {"get_item": _one, "batch_get_item": _batch, "transact_get_items": _transaction}


def _get(handler: Any, name: str, asked: Mapping[str, Any]) -> tuple[str, Units]:
    item = handler.dynamodb_backend.get_item(name, asked["Key"])
    size = item_size(item.attrs) if item is not None else 0
    return name, {ITSELF: read_units(size, is_consistent=bool(asked.get("ConsistentRead")))}


def _listing(name: str, scale: "_Scale", noted: Noted) -> Act:
    plain: Act = getattr(DynamoHandler, name)

    def act(self: Any) -> Any:
        scale.size = 0
        answer = plain(self)
        units = read_units(scale.size, is_consistent=bool(self.body.get("ConsistentRead")))
        where = self.body.get("IndexName") or ITSELF
        taken = {self.body["TableName"]: {where: units}}
        return _answered(self, answer, "read", taken, noted)

    return act


class _Scale:
    """Weighs what a query or scan looks at: moto asks its filter about each item of that."""

    def __init__(self) -> None:
        self.size = 0

    def weighing(self, plain: Any) -> Any:
        takes = signature(plain)

        def asked(*arguments: Any, **named: Any) -> Any:
            bound = takes.bind(*arguments, **named)
            wanted = bound.arguments.get("filter_expression")
            bound.arguments["filter_expression"] = _Filter(self, wanted)
            return plain(*bound.args, **bound.kwargs)

        return asked


@dataclass(frozen=True, slots=True)
class _Filter:
    scale: _Scale
    wanted: Any

    def expr(self, item: Any) -> bool:
        self.scale.size += item_size(item.attrs)
        return self.wanted is None or bool(self.wanted.expr(item))
