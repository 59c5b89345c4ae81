"""What pydantic found, in words that carry the remedy."""

from types import UnionType
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from infra.config.fields import settings_of
from infra.config.problem import Path, suggest
from infra.config.shape import FileSettings

_HIDDEN = {"phone", "email", "origination_number", "secret", "tell"}
"""Settings whose value is told by its form only."""

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "dict_type": "names, each with its settings beneath",
    "model_type": "settings, one a line",
}


def told(error: ValidationError) -> list[ErrorDetails]:
    """What is worth telling: a list whose every entry is wrong is not "empty" besides."""
    return [
        one
        for one in error.errors(include_url=False)
        if not (one["type"] == "too_short" and one["input"])
    ]


def path_of(error: ErrorDetails) -> Path:
    """Where the fault is; a faulty key of a mapping stands for its entry."""
    return tuple(part for part in error["loc"] if part != "[key]")


def explain(error: ErrorDetails) -> str:
    """What was found and what to write instead."""
    path, kind, limits = path_of(error), error["type"], error.get("ctx", {})
    match kind:
        case "missing":
            return f"is missing; add it{_example(path, ', such as ')}"
        case "extra_forbidden":
            return f"is not a setting; {suggest(str(path[-1]), _settings_at(path[:-1]))}"
        case "value_error":
            return str(limits["error"])
        case "greater_than_equal":
            return f"{error['input']} is too small; use {limits['ge']} or more"
        case "less_than_equal":
            return f"{error['input']} is too large; use {limits['le']} or less"
        case "too_long":
            return f"has {len(error['input'])} entries; use {limits['max_length']} or less"
        case "too_short":
            return f"is empty; {_remedy_for_empty(path)}"
        case _ if kind in _WANTED and error["input"] is None:
            return f"is empty; {_remedy_for_empty(path)}"
        case _ if kind in _WANTED:
            return f"{_found(error)} is not {_WANTED[kind]}{_example(path, '; write ')}"
        case _:
            return f"{error['msg']}{_example(path, '; write ')}"


def _found(error: ErrorDetails) -> str:
    value = error["input"]
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if path_of(error)[-1] in _HIDDEN:
        return "what stands there"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)[:60]


def _remedy_for_empty(path: Path) -> str:
    if path == ("sources",):
        return "add at least one entry, or write sources: {} to stop listening"
    return f"write {example}" if (example := _example(path)) else "add at least one entry"


def _example(path: Path, before: str = "") -> str:
    field = _field_at(path)
    if field is None or not field.examples:
        return ""
    return f"{before}{path[-1]}: {field.examples[0]}"


def _settings_at(path: Path) -> list[str]:
    shape = _shape_at(path)
    return list(settings_of(shape)) if shape else []


def _field_at(path: Path) -> FieldInfo | None:
    shape = _shape_at(path[:-1])
    return settings_of(shape).get(str(path[-1])) if shape and path else None


def _shape_at(path: Path) -> type[BaseModel] | None:
    """The model that describes what stands at a path of the file, where there is one."""
    shape: type[BaseModel] | None = FileSettings
    inside: object = None
    for part in path:
        if shape is not None:
            field = settings_of(shape).get(str(part))
            inside = field.annotation if field else None
            shape = _model_in((inside,)) or _optional(inside)
        else:
            shape = None if isinstance(inside, UnionType) else _model_in(get_args(inside))
    return shape


def _optional(annotation: object) -> type[BaseModel] | None:
    """`Model` for `Model | None`."""
    return _model_in(get_args(annotation)) if isinstance(annotation, UnionType) else None


def _model_in(annotations: tuple[object, ...]) -> type[BaseModel] | None:
    """`Model` for what stands in `dict[Name, Model]` and `tuple[Model, ...]`."""
    models = (one for one in annotations if isinstance(one, type))
    # Not a class: `tuple[Model, ...]`, which Python takes for an instance of `type` all the same.
    return next((one for one in models if not get_args(one) and issubclass(one, BaseModel)), None)
