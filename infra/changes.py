"""What another configuration changes, told without values: they may be phone numbers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.desk import Desk
from chalicelib.domain.escalation import Target, TargetKind

SECTIONS = {"rules": "judging", "second_reading": "judging.second_reader"}
"""What a part of the desk is called in the file, where that is another name."""


def handovers(before: Desk, after: Desk, *, now: datetime) -> Iterator[str]:
    """A line for each schedule of both desks that means other people at `now` than it did."""
    for schedule in after.schedules:
        known = before.schedule(schedule.name)
        if known is None:
            continue
        target = Target(TargetKind.SCHEDULE, schedule.name)
        old, new = (
            ", ".join(one.id for one in desk.targets(target, now)) for desk in (before, after)
        )
        if old != new:
            yield f"{schedule.name}: {new} from now on, instead of {old}"


def differences(before: Desk, after: Desk) -> Iterator[str]:
    """What distinguishes two desks, a line each, by name and field; shows no value."""
    for section in fields(Desk):
        old, new = getattr(before, section.name), getattr(after, section.name)
        if old == new:
            continue
        if not isinstance(new, tuple):
            name = SECTIONS.get(section.name, section.name)
            changed = ", ".join(_changed(old, new)) if is_dataclass(new) else ""
            yield f"~ {name}: {changed}" if changed else f"~ {name}"
            continue
        told = list(_entry_differences(section.name, _by_name(old), _by_name(new)))
        yield from told or [f"~ {section.name}: order"]


def _entry_differences(
    section: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[str]:
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old:
            yield f"+ {section}.{name}"
        elif name not in new:
            yield f"- {section}.{name}"
        elif old[name] != new[name]:
            yield f"~ {section}.{name}: {', '.join(_changed(old[name], new[name]))}"


def _changed(old: Any, new: Any) -> Iterator[str]:
    """The names of the fields that differ."""
    return (one.name for one in fields(new) if getattr(old, one.name) != getattr(new, one.name))


def _by_name(entries: Iterable[Any]) -> dict[str, Any]:
    """Entries of a desk by what names them: `name` of a source, `id` of a responder."""
    return {str(one.id if hasattr(one, "id") else one.name): one for one in entries}
