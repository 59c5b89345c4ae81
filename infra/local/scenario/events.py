"""What can happen in a scenario: a line each."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from infra.local.phones import Line

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


class Picture(BaseModel):
    """What is seen beside a post."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = ""
    alt: str = ""


class Post(Event):
    """Somebody writes, in public unless it says otherwise."""

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
    is_private: bool = False
    media: tuple[Picture, ...] = ()


class Edit(Event):
    """The author of a post changes its words."""

    do: Literal["edit"]
    platform: str
    id: str
    text: str


class Deletion(Event):
    """The author of a post deletes it."""

    do: Literal["delete"]
    platform: str
    id: str
    is_told: bool = False
    """Whether the platform says so by itself; else only when it is asked."""


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


TicketAct = Literal[
    "claim",
    "release",
    "reply",
    "undo",
    "note",
    "promise",
    "snooze",
    "hand-over",
    "take-over",
    "resolve",
    "reopen",
]

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "reply": ("text",),
    "note": ("text",),
    "promise": ("text", "until"),
    "snooze": ("until",),
    "hand-over": ("to",),
    "take-over": ("text",),
}
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "reply": ("is_private", "saved"),
    "hand-over": ("text",),
    "resolve": ("outcome",),
}


class AgentAct(Event):
    """An agent does something with the ticket of a post, over the API."""

    do: Literal["agent"]
    agent: str
    act: TicketAct
    platform: str
    id: str
    """Of any post of the ticket."""
    text: str = ""
    """The reply, the note, what is promised, or why."""
    is_private: bool = False
    saved: str = ""
    """Name of the saved reply that a reply was begun with."""
    until: AwareDatetime | None = None
    to: str = ""
    outcome: Literal["content", "not_content", "no_answer"] | None = None
    """None is `content`."""

    @model_validator(mode="after")
    def _says_what_the_act_needs(self) -> Self:
        needed, allowed = _NEEDED.get(self.act, ()), _ALLOWED.get(self.act, ())
        for field in ("text", "is_private", "saved", "until", "to", "outcome"):
            if field in needed and not getattr(self, field):
                raise ValueError(f"`act: {self.act}` needs `{field}`")
            if field not in (*needed, *allowed) and getattr(self, field):
                raise ValueError(f"`act: {self.act}` knows no `{field}`")
        return self


class Duty(Event):
    """An agent comes on duty, and stays as long as their page would say so; or goes."""

    do: Literal["duty"]
    agent: str
    is_on: bool = True


class Incidents(Event):
    """An agent does something with every incident it can be done with, be there any or none."""

    do: Literal["incidents"]
    agent: str
    act: Literal["acknowledge", "resolve"]
    """Whatever rings, or whatever is open."""


class ResolveIncident(Event):
    """An agent or lead resolves the open incident that a post has opened or joined."""

    do: Literal["resolve_incident"]
    agent: str
    platform: str
    id: str


class End(Event):
    """The scenario ends."""

    do: Literal["end"]


Act = PhoneReply | OpenLink | TryOut | PhoneLine | AgentAct | Duty | Incidents | ResolveIncident
Anything = Post | Edit | Deletion | Outage | Act | End
"""Whatever a line may say."""
