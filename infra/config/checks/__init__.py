"""What no single setting shows: gaps, shared phones, people who cannot be reached.

Each check looks at the entries that can be read, so that one fault does not hide another.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from infra.config.build import options_of
from infra.config.checks import answering, coverage, escalation, finance, judging, listening, people
from infra.config.checks.parts import Finding, Parts
from infra.config.shape import SourceSetting

__all__ = ["CheckOptions", "Finding", "Parts", "doubts", "faults"]


class CheckOptions(Protocol):
    """What is wrong with the options of a source of some kind: `<option>: ...` each."""

    def __call__(
        self, kind: str, options: Mapping[str, object], *, has_secret: bool, name: str
    ) -> Sequence[str]: ...


def faults(parts: Parts, *, check_options: CheckOptions) -> Iterator[Finding]:
    """What must be put right before the file can be in force."""
    yield from escalation.faults(parts)
    yield from people.faults(parts)
    for name in sorted({*parts.section("schedules")} & {*parts.section("responders")}):
        yield (
            ("schedules", name),
            "is the name of a responder too; steps could mean either: rename one",
        )
    yield from coverage.faults(parts)
    yield from answering.faults(parts)
    yield from finance.faults(parts)
    for name, raw in parts.section("sources").items():
        if isinstance(raw, dict):
            yield from _options(name, raw, parts, check_options)


def doubts(parts: Parts) -> Iterator[Finding]:
    """What is allowed and yet hardly meant; of a file without faults."""
    yield from escalation.doubts(parts)
    yield from people.doubts(parts, escalation.paged(parts))
    yield from coverage.doubts(parts)
    yield from judging.doubts(parts)
    yield from answering.doubts(parts)
    yield from finance.doubts(parts)
    if not parts.section("sources"):
        yield ("sources",), "is empty, so nothing is listened to"
        return
    yield from listening.doubts(parts)
    listened_for = {source.brand for source in parts.sources.values()}
    for name in parts.brands:
        if name not in listened_for:
            yield ("brands", name), "has no source, so nothing is heard of it"


def _options(
    name: str, raw: Mapping[str, object], parts: Parts, check_options: CheckOptions
) -> Iterator[Finding]:
    kind = raw.get("kind")
    if kind not in parts.kinds or not isinstance(kind, str):
        return  # told already
    options = options_of(raw)
    for wrong in check_options(kind, options, has_secret=bool(raw.get("secret")), name=name):
        option, _, message = wrong.partition(": ")
        if option not in options and not option.isidentifier():
            yield ("sources", name), wrong
            continue
        near = difflib.get_close_matches(option, SourceSetting.model_fields, n=1)
        meant = f" (did you mean {near[0]}?)" if near and option in options else ""
        yield ("sources", name, option), message + meant
