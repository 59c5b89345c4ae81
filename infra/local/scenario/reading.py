"""Reading a scenario: as a whole, or refused by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from chalicelib.domain.errors import BadInput
from infra.local.scenario.events import Act, Anything, Deletion, Duty, Edit, End, Outage, Post

QUIET = timedelta(hours=1)
"""How long a scenario without an `end` goes on after its last line."""

SAID_EVERY = timedelta(minutes=5)
"""How often the page of somebody on duty says so."""

_Line = TypeAdapter[Anything](Annotated[Anything, Field(discriminator="do")])


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event and the line it stands on."""

    line: int
    event: Anything


class ScenarioRefused(BadInput):
    """A scenario cannot be played; the message names file, line, field and finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A file of events, checked."""

    path: Path
    events: tuple[Numbered, ...]
    """In the order of their instants, those of one instant in the order of the file."""

    @property
    def starts_at(self) -> datetime:
        """The first line's instant."""
        return self.events[0].event.at

    @property
    def ends_at(self) -> datetime:
        last = self.events[-1].event
        return last.at if isinstance(last, End) else last.at + QUIET

    @property
    def posts(self) -> tuple[Post, ...]:
        return tuple(one.event for one in self.events if isinstance(one.event, Post))

    def acts(self) -> Iterator[tuple[int, Act]]:
        """What people do, with its line, by its instant; what platforms do the sources read
        themselves. Who is on duty says so again and again."""
        found: list[tuple[int, Act]] = []
        for one in self.events:
            if isinstance(one.event, Duty):
                found += ((one.line, said) for said in self._said_again(one.line, one.event))
            elif not isinstance(one.event, Post | Edit | Deletion | Outage | End):
                found.append((one.line, one.event))
        yield from sorted(found, key=lambda act: (act[1].at, act[0]))

    def _said_again(self, line: int, duty: Duty) -> Iterator[Duty]:
        """Until they say something else, or the scenario ends."""
        others = (
            (one.event.at, one.line)
            for one in self.events
            if isinstance(one.event, Duty) and one.event.agent == duty.agent
        )
        until = min((at for at, other in others if (at, other) > (duty.at, line)), default=None)
        at = duty.at
        while at == duty.at or (duty.is_on and at < (until or self.ends_at)):
            yield duty.model_copy(update={"at": at})
            at += SAID_EVERY


def load(path: Path) -> Scenario:
    """Read and check a scenario. Raises ScenarioRefused with every line that cannot be played."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioRefused(f"{path}: cannot be read: {error}") from error
    events: list[Numbered] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            events.append(Numbered(number, _Line.validate_json(line)))
        except ValidationError as error:
            problems += [
                f"{path.name}:{number}: {_explained(one['loc'], one['msg'])}"
                for one in error.errors()
            ]
    events.sort(key=lambda one: (one.event.at, one.line))
    problems += _misplaced_ends(path, events)
    if not events and not problems:
        problems.append(f"{path.name}:1: holds no events; see docs/scenarios.md")
    if problems:
        raise ScenarioRefused("\n".join(problems))
    return Scenario(path=path, events=tuple(events))


def _misplaced_ends(path: Path, events: list[Numbered]) -> list[str]:
    return [
        f"{path.name}:{one.line}: do: `end` must be the last instant of the scenario"
        for one in events[:-1]
        if isinstance(one.event, End)
    ]


def _explained(location: tuple[int | str, ...], message: str) -> str:
    """`at: Input should have timezone info`; the union's tag says nothing to a reader."""
    fields = [str(part) for part in location[1:]]
    return f"{'.'.join(fields)}: {message}" if fields else message
