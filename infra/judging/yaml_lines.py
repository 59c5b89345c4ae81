"""Other lines of waking written into the user's file, and nothing else of it touched.

The places are those at which the YAML parser found what stands there, so that comments, order
and form stay as they are; only values are replaced and entries added.
"""

from collections.abc import Mapping

import yaml

from chalicelib.domain.errors import BadInput
from chalicelib.domain.rules import Rules
from infra.config.judging import ELSE

Edit = tuple[int, int, str]
"""From where to where, in characters, and what stands there instead."""


def lines_of(rules: Rules) -> dict[str, float]:
    """What `wake_at` says, as the file has it."""
    named = {topic.value: least for topic, least in rules.wake_at.items()}
    return {**named, ELSE: rules.wake_at_else}


def as_yaml(rules: Rules) -> str:
    """The lines to put into the file."""
    return f"judging:\n  wake_at: {_flow(lines_of(rules))}\n"


def with_lines(text: str, rules: Rules) -> str:
    """The file's text with the lines of `rules`. Raises BadInput where it cannot be done safely."""
    wanted = lines_of(rules)
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    if not isinstance(root, yaml.MappingNode):
        raise BadInput("the file is not a list of settings")
    judging = _entry(root, "judging")
    if judging is None:
        ending = "" if text.endswith("\n") else "\n"
        return f"{text}{ending}\n{as_yaml(rules)}"
    if not isinstance(judging, yaml.MappingNode) or not judging.value:
        raise BadInput("judging: holds nothing that lines could stand beside; write them yourself")
    wake_at = _entry(judging, "wake_at")
    if wake_at is None:
        edits = [_added(judging, "wake_at", _flow(wanted))]
    elif isinstance(wake_at, yaml.MappingNode) and wake_at.value:
        edits = _edits(wake_at, wanted)
    else:
        edits = [(wake_at.start_mark.index, wake_at.end_mark.index, _flow(wanted))]
    for start, end, value in sorted(edits, reverse=True):
        text = text[:start] + value + text[end:]
    return text


def _edits(wake_at: yaml.MappingNode, wanted: Mapping[str, float]) -> list[Edit]:
    """Each line in its own place, new ones in front of them."""
    known = {str(key.value): value for key, value in wake_at.value}
    edits = [
        (value.start_mark.index, value.end_mark.index, f"{wanted[name]:g}")
        for name, value in known.items()
        if name in wanted and value.value != f"{wanted[name]:g}"
    ]
    added = {name: least for name, least in wanted.items() if name not in known}
    # In front of the first entry, where its indentation is known and no comment ends a line.
    first = wake_at.value[0][0].start_mark
    between = ", " if wake_at.flow_style else "\n" + " " * first.column
    new = "".join(f"{name}: {least:g}{between}" for name, least in added.items())
    return [*edits, (first.index, first.index, new)] if new else edits


def _added(mapping: yaml.MappingNode, name: str, value: str) -> Edit:
    """An entry in front of the first one of a mapping."""
    first = mapping.value[0][0].start_mark
    between = ", " if mapping.flow_style else "\n" + " " * first.column
    return first.index, first.index, f"{name}: {value}{between}"


def _entry(mapping: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in mapping.value if key.value == name), None)


def _flow(lines: Mapping[str, float]) -> str:
    if set(lines) == {ELSE}:
        return f"{lines[ELSE]:g}"
    return "{" + ", ".join(f"{name}: {least:g}" for name, least in lines.items()) + "}"
