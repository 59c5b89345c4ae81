"""What waking needs: incidents, pages, channels, and what phones sent back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.desk import Responder
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.page import Page, PageId, PageKey
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic


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

    def settle(self, page: Page) -> bool:
        """Record the fate that a receipt tells; False when it was not `sent` any more."""

    def add_keys(self, keys: Sequence[PageKey]) -> None: ...

    def key(self, digest: str) -> PageKey | None:
        """The key with this digest, expired or not."""


@dataclass(frozen=True, slots=True)
class Answerable:
    """What a page carries for answering it."""

    code: str = field(repr=False)
    """Empty where replies cannot reach us."""
    link: str = field(repr=False)
    """Empty when our address cannot be had just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """An incident as a page tells of it."""

    incident: Incident
    loudness: int
    brand_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one page says: one incident, or several that were due for the same phone at once."""

    id: str
    """The same when it is sent again, so that a receiver can drop the second copy."""
    soundings: tuple[Sounding, ...]
    """At least one, gravest first; `answerable` is for all of them."""
    answerable: Answerable


class Channel(Protocol):
    """One way to reach a responder.

    Made so that voice and push can join: a channel says things, and how an answer comes back
    (a code, a link, a key pressed) is in what it was given to say.
    """

    name: str
    """As notification rules name it: `sms`, `email`, `webhook`."""

    def send_page(self, message: Message, responder: Responder) -> str:
        """Hand a page to the provider; its message id, which delivery receipts name.

        Returns within seconds. Raises ChannelRefused when this responder cannot be reached by
        it, ChannelUnavailable when the provider fails; neither tells an address.
        """

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        """Hand a short text that asks for nothing to the provider; as `send_page`.

        `id` is the same when it is sent again.
        """


class Replies(Protocol):
    """What phones have sent us."""

    def is_first_answer(self, inbound_id: str, *, now: datetime) -> bool:
        """Whether this inbound message was not answered before; remembers that it is now."""

    def useless(self, responder: Responder, *, now: datetime) -> int:
        """Count one more useless reply within a day; how many there are now."""

    def useless_so_far(self, responder: Responder, *, now: datetime) -> int:
        """How many useless replies there were within the day that began with the first one."""


class Rates(Protocol):
    """What has gone out of late. Soft: two workers at once may count as one."""

    def sent(self, responder: ResponderId, channel: str, *, now: datetime) -> tuple[datetime, ...]:
        """When messages went to this person by this channel, within `REMEMBERED`."""

    def sent_by_all(self, channel: str, *, now: datetime) -> int:
        """How many messages have gone to all people by this channel in this clock hour (UTC)."""

    def record(self, responder: ResponderId, channel: str, *, now: datetime) -> None:
        """One more has gone out."""


class Once(Protocol):
    """What must be told once, and told again when whoever was telling it has vanished."""

    def begin(self, key: str, *, now: datetime) -> bool:
        """Whether it is ours to tell: nobody has told it, nor begun to within `LEASE`."""

    def done(self, key: str, *, now: datetime) -> None:
        """It was told; kept for 30 days."""

    def was_told(self, key: str, *, now: datetime) -> bool:
        """Whether it was told; what was only begun was not. Changes nothing."""


class Contacts(Protocol):
    """What is known of the ways to each person: tested, verified, opted out, failing."""

    def get(self, responder: ResponderId, channel: str) -> Contact | None: ...

    def of(self, responder: ResponderId) -> tuple[Contact, ...]:
        """All of one person, by channel."""

    def change(
        self,
        responder: ResponderId,
        channel: str,
        digest: str,
        change: Callable[[Contact], Contact | None],
    ) -> Contact:
        """Write what `change` makes of the contact of this address; the contact as it is now.

        It is given what is known of the address (see `contact_of`), and again when somebody else
        was first; None leaves all as it is. Raises StaleWrite when others are first each time.
        """
