"""The scenario format: what happens, each at its instant, one JSON object a line.

`post`, `down` and `up` belong to the platforms and are read by the sources of the kind
`replay`; the other events are acted here. `docs/scenarios.md` describes all of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from chalicelib.domain.errors import BadInput
from infra.local.phones import Line

QUIET = timedelta(hours=1)
"""How long a scenario without an `end` goes on after its last line."""

CODE = "<code>"
"""In a reply: the code of the newest page on that phone."""


class Event(BaseModel):
    """What every line has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime


class Author(BaseModel):
    """Who wrote a post."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    handle: str
    name: str = ""
    followers: int | None = None
    is_verified: bool = False


class Post(Event):
    """Somebody writes in public."""

    do: Literal["post"]
    id: str
    text: str
    platform: str = "replay"
    author: Author | None = None
    url: str = ""
    language: str | None = None
    is_addressed: bool = False
    in_reply_to: str | None = None
    posted_at: AwareDatetime | None = None


class Outage(Event):
    """A platform goes down, or comes back."""

    do: Literal["down", "up"]
    platform: str


class PhoneReply(Event):
    """A person answers an SMS."""

    do: Literal["phone_reply"]
    phone: str
    text: str = CODE


Button = Literal["acknowledge", "resolve", "escalate", "snooze", "hand-over", "worth", "not-worth"]
"""As the view of a link names what its buttons do."""


class OpenLink(Event):
    """A person opens the link of the newest page, and presses a button unless told not to."""

    do: Literal["open_link"]
    phone: str
    by: Literal["sms", "email"] = "sms"
    """Where the page came: the newest one there is meant."""
    press: Button | bool = True
    """True is `acknowledge`, False only looks."""
    minutes: int | None = None
    """How long to put it off, as the view offers it."""
    to: str = ""
    """Whom to hand it to."""

    @model_validator(mode="after")
    def _says_what_the_button_needs(self) -> Self:
        for field, button in (("minutes", "snooze"), ("to", "hand-over")):
            if bool(getattr(self, field)) != (self.press == button):
                raise ValueError(f"`{field}` and `press: {button}` belong together")
        return self


class TryOut(Event):
    """Somebody sends a person a test page, as `nightdesk test-page` does."""

    do: Literal["test_page"]
    phone: str
    by: Literal["sms", "email", "webhook"] | None = None
    """By default all that the person has."""


class PhoneLine(Event):
    """A phone goes silent, or the provider refuses it or fails, or all is well again."""

    do: Literal["phone_line"]
    phone: str
    line: Line


class AgentAct(Event):
    """An agent does something with the ticket of a post, over the API."""

    do: Literal["agent"]
    agent: str
    act: Literal["claim", "release", "reply", "resolve", "reopen"]
    platform: str
    id: str
    text: str = ""
    outcome: Literal["content", "not_content", "no_answer"] = "content"


class ResolveIncident(Event):
    """An agent or lead resolves the open incident that a post has opened or joined."""

    do: Literal["resolve_incident"]
    agent: str
    platform: str
    id: str


class End(Event):
    """The scenario ends."""

    do: Literal["end"]


Act = PhoneReply | OpenLink | TryOut | PhoneLine | AgentAct | ResolveIncident
_Line = TypeAdapter[Post | Outage | Act | End](
    Annotated[Post | Outage | Act | End, Field(discriminator="do")]
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event and the line it stands on."""

    line: int
    event: Post | Outage | Act | End


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
        """What people do, with its line; what platforms do the sources read themselves."""
        for one in self.events:
            if not isinstance(one.event, Post | Outage | End):
                yield one.line, one.event


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
    kinds = {"post", "down", "up", "phone_reply", "open_link", "test_page", "phone_line", "agent"}
    kinds |= {"resolve_incident", "end"}
    fields = [str(part) for part in location if part not in kinds]
    return f"{'.'.join(fields)}: {message}" if fields else message
