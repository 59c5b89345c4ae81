"""What a person sees of incidents, and of the link of a page that was sent to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.incident import Incident, IncidentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline: an act, or a page."""

    at: datetime
    kind: str
    """As `ActKind`, or `page`."""
    by: str = ""
    """Who did it, with their name; empty for the clock."""
    by_name: str = ""
    via: str = ""
    to: str = ""
    """To whom it was handed over."""
    to_name: str = ""
    until: datetime | None = None
    is_worth_it: bool | None = None
    channel: str = ""
    """By which channel a page went to which responder, and what became of it (`PageState`)."""
    responder: str = ""
    responder_name: str = ""
    state: str = ""
    refusal: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An incident, with the names that its ids stand for."""

    incident: Incident
    brand_name: str
    loudness: int
    """Mentions that have joined it."""
    holder_name: str = ""
    """Name of whoever has it, as the desk knows it; empty while nobody does."""
    resolver_name: str = ""
    """Likewise of whoever resolved it."""
    called: tuple[str, ...] = ()
    """Names of those who are being called."""
    paged: tuple[str, ...] = ()
    """Names of those who were ever paged for it."""
    rings_next_at: datetime | None = None
    grades: Mapping[str, bool] = field(default_factory=dict)
    """Whether it was worth being woken for, by name."""
    timeline: tuple[Entry, ...] = ()
    """Oldest first; empty where it was not asked for."""

    @property
    def can_be_taken(self) -> bool:
        return self.incident.state is IncidentState.TRIGGERED

    def is_of(self, responder: Responder) -> bool:
        """Whether this person has it."""
        return self.incident.is_open and self.incident.acknowledged_by == responder.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What somebody who opened the link of a page sees."""

    responder: Responder
    seen: tuple[Seen, ...] = ()
    """The incidents of its message; none in a test of the contact."""
    people: tuple[Responder, ...] = ()
    """To whom it can be handed over."""
    channel: str = ""
    """By which the link was sent."""
    is_verified: bool = False
    """Whether the person has just said that a test page came."""
    refusal: str = ""
    """Why what they asked for was not done."""

    @property
    def is_test(self) -> bool:
        return not self.seen


def name_of(who: str | None, desk: Desk) -> str:
    """A responder's name; what signed in otherwise, empty for nobody."""
    return next((one.name for one in desk.responders if one.id == who), who or "")
