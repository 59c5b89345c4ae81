"""What is wrong with a configuration, told so that it can be put right at once."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.errors import BadInput

Path = tuple[str | int, ...]
"""Where a setting stands: keys of mappings and indexes of lists, outermost first."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and its remedy. Holds no phone number in full."""

    line: int
    """1 for the first."""
    field: str
    """Such as `schedules.nights.zone`; empty where the whole file is meant."""
    message: str

    def located(self, file: str) -> str:
        """`nightdesk.yaml:12: schedules.nights.zone: ...`"""
        return ": ".join(part for part in (f"{file}:{self.line}", self.field, self.message) if part)


class ConfigRefused(BadInput):
    """The configuration cannot be put in force; `problems` are all of them, by line."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(problem.located(file) for problem in self.problems))


def field_name(path: Path) -> str:
    """`schedules.nights.rotations[0].zone` for a path; indexes count from 0."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f"{'.' if name else ''}{part}"
    return name


def suggest(found: str, known: Iterable[str]) -> str:
    """`did you mean vienna?` where something is close, else all that could be meant."""
    names = list(known)
    by_folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(found.casefold(), by_folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean {by_folded[near[0]]}?"
    return f"known: {', '.join(names)}" if names else "there is none yet"
