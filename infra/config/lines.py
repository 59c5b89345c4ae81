"""YAML text to plain values, with the line on which each of them stands.

Plain words are read as the YAML 1.2 core schema reads them, so that `18:00` is not a number
in base 60, `no` is not false and `+436641234567` keeps its plus.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from infra.config.problem import ConfigRefused, Path, Problem, field_name

_STANDARD_TAGS = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document: its values and where they stand."""

    value: object
    """Mappings with text as keys, lists, text, whole numbers, booleans, None."""
    lines: Mapping[Path, int] = field(repr=False)
    problems: tuple[Problem, ...] = ()
    """What could be read around: a key written twice, a tag."""

    def line(self, path: Path) -> int:
        """The line of a setting; of what it would stand in where it is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class _Loader(yaml.BaseLoader):
    """Reads structure only; refuses aliases, which can be endless or grow without bound."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="aliases (*name) are not read; write the value out",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


def read(text: str, file: str) -> Document:
    """The document in `text`. Raises ConfigRefused when it is not YAML."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise ConfigRefused(file, [_unreadable(error)]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"holds the character U+{ord(text[error.position]):04X}; remove it"
        raise ConfigRefused(file, [Problem(line, "", message)]) from error
    except RecursionError as error:
        message = "is nested too deep to be read; a desk needs six levels at most"
        raise ConfigRefused(file, [Problem(1, "", message)]) from error
    reading = _Reading()
    value = reading.value(node, ()) if node is not None else None
    return Document(value=value, lines=reading.lines, problems=tuple(reading.problems))


def _unreadable(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    found = error.problem or error.context or "it is not YAML"
    if "aliases" in found:
        remedy = ""
    elif r"'\t'" in found:
        remedy = "; indent with spaces, not with tabs"
    elif "single document" in str(error.context):
        remedy = "; keep one document, without a line of ---"
    else:
        remedy = "; look at the indentation, colons and quotes of this line and the one above"
    return Problem(mark.line + 1 if mark else 1, "", f"cannot be read: {found}{remedy}")


class _Reading:
    """One walk over the nodes of a document."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Path) -> object:
        self.lines.setdefault(path, _line(node))
        if node.tag != _STANDARD_TAGS[type(node)]:
            self._tell(node, path, f"has the tag {node.tag}, which is not read; remove it")
        match node:
            case yaml.MappingNode():
                return self._mapping(node, path)
            case yaml.SequenceNode():
                return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
            case yaml.ScalarNode(style=None):
                return _plain(node.value)
            case _:
                return str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._tell(key, path, "has a list or mapping as a key; write a name")
                continue
            name = str(key.value)
            inner = (*path, name)
            if name in found:
                first = self.lines[inner]
                self._tell(key, inner, f"stands twice, first in line {first}; keep one of them")
                continue
            self.lines[inner] = _line(key)
            found[name] = self.value(value, inner)
        return found

    def _tell(self, node: yaml.Node, path: Path, message: str) -> None:
        self.problems.append(Problem(_line(node), field_name(path), message))


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _plain(word: str) -> str | int | bool | None:
    """An unquoted word by the YAML 1.2 core schema; what has no use here (1.5) stays text."""
    if word in ("", "~", "null", "Null", "NULL"):
        return None
    if word in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return word.lower() == "true"
    return int(word) if _WHOLE_NUMBER.fullmatch(word) else word
