"""Request units: what reading and writing so many bytes takes, indexes included.

Amazon DynamoDB developer guide, "DynamoDB read and write operations" and "Using global secondary
indexes": reads by 4 KB, half when not consistent, a miss the least there is; writes by 1 KB of
the greater of before and after; an index by what is put into it or changed there, and by what is
taken out as well when its key changes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.capacity.sizes import item_size

READ_BYTES, WRITE_BYTES = 4096, 1024

ITSELF = ""
"""A table, beside the names of its indexes."""

Units = dict[str, float]
"""By index; `ITSELF` is the table. Halves occur, and nothing finer."""


def read_units(size: int, *, is_consistent: bool) -> float:
    """What reading so many bytes takes; reading nothing takes the least there is."""
    units = max(1, math.ceil(size / READ_BYTES))
    return float(units) if is_consistent else units / 2


def write_units(size: int) -> float:
    """What writing so many bytes takes; at least one."""
    return float(max(1, math.ceil(size / WRITE_BYTES)))


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as it stands in an index."""

    key: tuple[Any, ...]
    values: Mapping[str, Any]
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """An item as it stands in a table and in its indexes, at an instant."""

    size: int
    entries: Mapping[str, Entry]


NOTHING = Held(0, {})


def held(table: Any, item: Any) -> Held:
    """What stands there of an item of moto's; None is nothing."""
    if item is None:
        return NOTHING
    attributes: Mapping[str, Any] = item.attrs
    entries: dict[str, Entry] = {}
    for index in table.all_indexes():
        keys = index.schema_key_attrs
        if not all(key in attributes for key in keys):
            continue
        projected = attributes
        if index.projection.get("ProjectionType") != "ALL":
            names = {*index.table_key_attrs, *keys, *index.projection.get("NonKeyAttributes", ())}
            projected = {name: attributes[name] for name in names if name in attributes}
        values = {name: _kept(value) for name, value in projected.items()}
        key = tuple(values[name] for name in keys)
        entries[index.name] = Entry(key, values, item_size(projected))
    return Held(item_size(attributes), entries)


def written(before: Held, after: Held) -> Units:
    """What a write takes that has made one out of the other."""
    units = {ITSELF: write_units(max(before.size, after.size))}
    for name in {**before.entries, **after.entries}:
        old, new = before.entries.get(name), after.entries.get(name)
        if old is not None and new is not None:
            if old.key != new.key:
                units[name] = write_units(old.size) + write_units(new.size)
            elif old.values != new.values:
                units[name] = write_units(max(old.size, new.size))
        elif one := old or new:
            units[name] = write_units(one.size)
    return units


def _kept(value: Any) -> Any:
    """A value that does not change when moto's does."""
    kind, inside = value.type, value.value
    if kind == "L":
        return kind, [_kept(one) for one in inside]
    if kind == "M":
        return kind, {name: _kept(one) for name, one in inside.items()}
    return (kind, sorted(inside)) if isinstance(inside, list) else (kind, inside)
