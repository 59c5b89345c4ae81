"""Dataclasses as JSON Schema, with the words that stand beside their fields."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import msgspec

PLACE = "#/components/schemas/{name}"

Schema = dict[str, Any]


def schemas(kinds: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """A reference to each type, and what they refer to by name."""
    wanted = list(kinds)
    found, components = msgspec.json.schema_components(wanted, ref_template=PLACE)
    named = {kind.__name__: kind for one in wanted for kind in _classes_in(one, set())}
    for name, schema in components.items():
        kind = named.get(name)
        for field, says in (words_of(kind) if kind else {}).items():
            if field in schema.get("properties", {}):
                schema["properties"][field].setdefault("description", says)
    return list(found), components


def words_of(kind: type) -> dict[str, str]:
    """What stands below each field of a class, those it inherits included."""
    words: dict[str, str] = {}
    for one in reversed(kind.__mro__[:-1]):
        words |= _own_words(one)
    return words


def _own_words(kind: type) -> dict[str, str]:
    try:
        source = textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return {}
    (tree,) = ast.parse(source).body
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    words = {}
    for field, below in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            words[field.target.id] = " ".join(below.value.value.split())
    return words


def _classes_in(kind: Any, seen: set[type]) -> set[type]:
    """Every dataclass that a type leads to."""
    for one in getattr(kind, "__args__", ()):
        _classes_in(one, seen)
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__") and kind not in seen:
        seen.add(kind)
        fields: Mapping[str, Any] = kind.__dataclass_fields__
        for field in fields.values():
            _classes_in(field.type, seen)
    return seen
