"""All the core needs from the world. Adapters, sources and channels implement it; fakes too.

Every instant is aware. Every method may be called twice with the same arguments, since
every stream, queue, topic and schedule delivers at least once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol, runtime_checkable

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.page import Page, PageId, PageKey
from chalicelib.domain.signal import Score, Topic
from chalicelib.domain.ticket import Reply, Ticket, TicketId

Cursor = NewType("Cursor", str)
"""Opaque mark of how far a source has been read; begins with the version of its form, `1:`."""


# --- listening ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """A mention and the platform's own payload it was read from."""

    mention: Mention
    raw: bytes
    """As the platform sent it; opaque, kept for audits and for reading again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one fetch gives."""

    pulled: tuple[Pulled, ...]
    """Oldest first."""
    cursor: Cursor | None
    """Where the next fetch goes on; valid once `pulled` is stored."""
    is_caught_up: bool
    """False when more can be fetched at once."""
    refused: tuple[str, ...] = ()
    """Entries that could not be read, each as what was found and where; told, never dropped."""
    gap: str = ""
    """What could not be read any more (the platform's window has passed), empty when nothing."""


class Source(Protocol):
    """One platform we listen to."""

    name: str
    """The configured entry's name."""

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        """Mentions after `cursor`, oldest first within the batch; the recent past when None.

        May repeat mentions, never skips one: where a platform lists newest first, the
        cursor holds watermark, newest seen and resume token, and the watermark moves
        only when the gap between is closed; a gap that cannot be read is reported.
        Returns what it has before `deadline` (aware).
        Raises SourceUnavailable when trying later can help (with `retry_at` when the
        platform said so), SourceRefused when it cannot.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A reply that is public."""

    platform_id: str
    url: str


@runtime_checkable
class Replier(Protocol):
    """A source that can also answer in public."""

    def reply(self, mention: Mention, reply: Reply) -> Published:
        """Publish `reply` beneath `mention`, once for each `reply.id` where the platform allows.

        Raises SourceUnavailable when it surely was not published, SourceRefused when it never
        will be, OutcomeUnknown when it may have been.
        """

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        """The reply as it stands on the platform, or None when it surely is not there.

        Raises SourceUnavailable when that cannot be told now.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read and when it is due."""

    name: str
    cursor: Cursor | None = None
    due_at: datetime | None = None
    """None: at once."""
    succeeded_at: datetime | None = None
    failures: int = 0
    """In a row."""
    trouble: str = ""
    """What the last failure said, empty after a success."""
    version: int = 0


class Sources(Protocol):
    """The configured sources, made on demand."""

    def open(self, desk: Desk, name: str) -> Source:
        """Raises NotFound when no entry has that name, SourceRefused when its secret is missing."""


class SourceStates(Protocol):
    """How far each source has been read."""

    def all(self) -> Mapping[str, SourceState]:
        """The states of every source that was ever read or put off, by name; one query."""

    def get(self, name: str) -> SourceState:
        """The state of a source; a fresh one when it was never read."""

    def put_off(self, name: str, due_at: datetime) -> None:
        """Set when it is due next, and nothing else: a pull under way is not disturbed."""

    def save(self, state: SourceState) -> None:
        """Write all but `due_at` over version `state.version - 1`.

        Raises StaleWrite when that is not what is there: another pull was faster.
        """


class PullQueue(Protocol):
    """Where due sources wait to be pulled, each by an invocation of its own."""

    def enqueue(self, names: Sequence[str]) -> None: ...


class Mentions(Protocol):
    """Every mention, once, with its payload and its verdict."""

    def add(self, pulled: Pulled) -> bool:
        """Store a mention and its raw payload once; False when it was there already."""

    def get(self, id: MentionId) -> Mention | None: ...

    def raw(self, id: MentionId) -> bytes | None: ...

    def record_score(
        self, id: MentionId, score: Score, *, incident_id: IncidentId | None, now: datetime
    ) -> bool:
        """Keep the verdict; False when one was there already (it is left as it is)."""

    def score(self, id: MentionId) -> Score | None:
        """The verdict, or None while it is not judged."""

    def unjudged_before(self, instant: datetime, *, limit: int) -> tuple[Mention, ...]:
        """Mentions pulled before `instant` and not judged yet, oldest first."""


# --- judging -----------------------------------------------------------------------------


class Scorer(Protocol):
    """What judges a mention."""

    def score(self, mention: Mention, desk: Desk) -> Score:
        """The verdict with its reasons. Never raises for any text."""


# --- waking ------------------------------------------------------------------------------


class Incidents(Protocol):
    """Incidents, what joined them, and which are due."""

    def current(self, brand: str, topic: Topic) -> Incident | None:
        """The latest incident of a brand and topic, open or resolved; strongly consistent."""

    def get(self, id: IncidentId) -> Incident | None: ...

    def open(self, incident: Incident, *, instead_of: Incident | None) -> None:
        """Make it the current one of its brand and topic, and keep the one before for history.

        Raises StaleWrite when the current one is no longer `instead_of` (somebody was first).
        """

    def save(self, incident: Incident) -> None:
        """Write over version `incident.version - 1`; StaleWrite when that is not what is there."""

    def join(self, id: IncidentId, mention: Mention, *, now: datetime) -> bool:
        """Record that a mention belongs to it; False when it was recorded already."""

    def loudness(self, id: IncidentId) -> int:
        """How many mentions have joined, the one that opened it included."""

    def copied_in(self, brand: str, fingerprint: str) -> IncidentId | None:
        """The incident that a mention with this text has last joined."""

    def remember_copy(
        self, brand: str, fingerprint: str, id: IncidentId, *, now: datetime
    ) -> None: ...

    def due(self, now: datetime, *, limit: int) -> tuple[Incident, ...]:
        """Open incidents whose `due_at` has come, longest due first; reads no others."""

    def open_ones(self) -> tuple[Incident, ...]:
        """Triggered and acknowledged incidents, newest first, at most 100."""


class Pages(Protocol):
    """Pages and the keys that answer them."""

    def claim(self, page: Page) -> Page | None:
        """Store the page when there is none of its id; else give back the one that is there.

        None means: it is ours to send.
        """

    def take(self, page: Page, *, seen: Page) -> bool:
        """Take over a page whose worker vanished; False when it is no longer as `seen`."""

    def save(self, page: Page) -> None:
        """Record its fate."""

    def get(self, id: PageId) -> Page | None: ...

    def of_incident(self, id: IncidentId) -> tuple[Page, ...]:
        """Every page of an incident, in the order they were claimed."""

    def add_keys(self, keys: Sequence[PageKey]) -> None: ...

    def key(self, digest: str) -> PageKey | None:
        """The key with this digest, expired or not."""


@dataclass(frozen=True, slots=True)
class Answerable:
    """What a page carries for answering it."""

    code: str
    """Empty where replies cannot reach us."""
    link: str


class Channel(Protocol):
    """One way to reach a responder."""

    name: str

    def send_page(
        self,
        incident: Incident,
        responder: Responder,
        answerable: Answerable,
        *,
        loudness: int,
        brand_name: str,
    ) -> str:
        """Hand a page to the provider; its message id.

        Raises ChannelRefused when this responder cannot be reached by it, ChannelUnavailable
        when the provider fails.
        """

    def send_note(self, responder: Responder, text: str) -> str:
        """Hand a short answer or notice to the provider; its message id. Raises as `send_page`."""


class Replies(Protocol):
    """What phones have sent us."""

    def is_first_answer(self, inbound_id: str, *, now: datetime) -> bool:
        """Whether this inbound message was not answered before; remembers that it is now."""

    def useless(self, responder: Responder, *, now: datetime) -> int:
        """Count one more useless reply within a day; how many there are now."""

    def opt_out(self, responder: Responder, *, is_out: bool, now: datetime) -> None:
        """Keep that a responder's carrier will (not) deliver our SMS any more."""

    def has_opted_out(self, responder: Responder) -> bool: ...


class Notices(Protocol):
    """The line to the people who keep the desk running (fallback person and lead)."""

    def tell(self, kind: str, text: str, *, now: datetime) -> bool:
        """Tell them, at most once an hour for each `kind`; False when it was held back."""


# --- answering ---------------------------------------------------------------------------


class Tickets(Protocol):
    """Tickets and the queue they wait in."""

    def add(self, ticket: Ticket) -> bool:
        """Store a ticket once; False when it was there already (it is left as it is)."""

    def get(self, id: TicketId) -> Ticket | None: ...

    def save(self, ticket: Ticket) -> None:
        """Write over version `ticket.version - 1`; StaleWrite when that is not what is there."""

    def queue(self, *, limit: int) -> tuple[Ticket, ...]:
        """Tickets in the queue, gravest first, then longest waiting; one query."""

    def unsettled(self, *, limit: int) -> tuple[Ticket, ...]:
        """Tickets with a reply whose fate is not settled, oldest approval first."""


# --- running -----------------------------------------------------------------------------


class Desks(Protocol):
    """The configuration in force."""

    def current(self) -> Desk:
        """What is in force. Raises NotFound before the first `apply`."""

    def put(self, desk: Desk, *, now: datetime) -> int:
        """Put it in force as a whole; its version."""


class Meter(Protocol):
    """Where metrics go."""

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a metric, such as `MentionsPulled`."""


class Randomness(Protocol):
    """Where codes and keys come from: unguessable in the product, known in a test."""

    def code(self) -> str:
        """A reply code of `CODE_LENGTH` letters of `CODE_ALPHABET`."""

    def key(self) -> str:
        """128 random bits, URL-safe, 22 characters."""
