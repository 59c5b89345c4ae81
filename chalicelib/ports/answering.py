"""What answering needs: tickets, customers, who is there, the outbox, and sources that reply."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from chalicelib.domain.attendance import Attendance, Presence
from chalicelib.domain.cost import Use
from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.erasure import ErasedPost, Erasure
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import AgentId, Card, CustomerId, Lane, Reply, Ticket, TicketId


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A reply that is out."""

    platform_id: str
    url: str
    uses: tuple[Use, ...] = field(default=(), compare=False)
    """What the platform charges for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A text as the platform will show it."""

    text: str
    """With what the platform or its rules add, such as `@handle` in front."""
    length: int
    """As the platform counts."""
    limit: int


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

        Private ones too (by `reply.is_private`). Raises SourceUnavailable when that cannot be
        told now.
        """

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        """How `text` will look and count as an answer to `mention`; asks nobody."""


@runtime_checkable
class PrivateReplier(Protocol):
    """A source that can answer so that only the customer reads it."""

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        """As `Replier.reply`, but for the author of `mention` alone."""


class Tickets(Protocol):
    """Tickets and the queue they wait in.

    Lists are of cards, follow a write within moments, and are in the order named; `after` is the
    place (`Card.order`, or an instant) of the last one that was seen, empty for the beginning.
    """

    def add(self, ticket: Ticket) -> bool:
        """Store a ticket once; False when it was there already (it is left as it is)."""

    def get(self, id: TicketId) -> Ticket | None: ...

    def some(self, ids: Collection[TicketId]) -> tuple[Ticket, ...]:
        """Those of at most 100 that are there, in the order asked; for reading only."""

    def save(self, ticket: Ticket) -> None:
        """Write over version `ticket.version - 1`; StaleWrite when that is not what is there."""

    def lane(self, lane: Lane, *, after: str = "", limit: int) -> tuple[Card, ...]:
        """What stands in one lane, gravest first, then longest waiting; one query."""

    def held_by(self, agent: AgentId, *, after: str = "", limit: int) -> tuple[Card, ...]:
        """What an agent has (claimed, replied, waiting, snoozed), by `Card.order`; one query."""

    def owed_before(self, instant: datetime, *, after: str = "", limit: int) -> tuple[Card, ...]:
        """Whose answer was due before `instant`, longest overdue first; `after` is
        `<due_at>#<id>`, see `owed_place`. One query."""

    def unsettled(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        """Tickets with an approved reply whose fate is open and whose time has come (see
        `Ticket.unsettled_from`), longest due first: none starves."""

    def due(self, *, now: datetime, limit: int) -> tuple[Ticket, ...]:
        """Tickets whose `next_at` has come, longest due first."""

    def cards(self) -> Iterator[Card]:
        """Every card of the queue, thanks included, lane by lane: for counting."""

    def of_customer(self, customer: CustomerId, *, limit: int) -> tuple[TicketId, ...]:
        """Tickets of one person, newest first, ended ones included."""

    def erase(self, id: TicketId) -> bool:
        """Remove a ticket and what hangs on it; False when there was none."""


class Customers(Protocol):
    """People and their profiles."""

    def of(self, profile: Profile) -> Customer:
        """Who that is; a fresh customer (version 0) of that one profile when nobody is known."""

    def get(self, id: CustomerId) -> Customer | None:
        """Follows links: the id of a profile leads to the person it was linked to."""

    def save(self, customer: Customer) -> Customer:
        """Write over its version and point every profile at it; the stored value, one version
        on. Raises StaleWrite when that is not what is there."""

    def erase(self, id: CustomerId) -> None:
        """Remove the person and all pointers at them."""


class Erasures(Protocol):
    """The proof that people were forgotten and posts erased; kept for good."""

    def keep(self, erasure: Erasure) -> None: ...

    def all(self) -> tuple[Erasure, ...]:
        """People who were forgotten, oldest first; one query."""

    def keep_post(self, erased: ErasedPost) -> None:
        """One proof for each post, however often it is told."""

    def posts(self) -> tuple[ErasedPost, ...]:
        """Posts that were erased, oldest first; one query."""


class Attendances(Protocol):
    """Who is on duty."""

    def put(self, attendance: Attendance) -> None: ...

    def all(self) -> tuple[Attendance, ...]:
        """Everybody heard of within a day; one query."""

    def names(self) -> Mapping[str, str]:
        """What agents call themselves, by id: of all who came within 90 days; one query."""


class Presences(Protocol):
    """Who looks at a ticket, and their drafts (kept for 7 days)."""

    def put(self, id: TicketId, presence: Presence) -> None: ...

    def of(self, id: TicketId) -> tuple[Presence, ...]:
        """Newest first; one query."""


class Outbox(Protocol):
    """Where approved replies wait for their time; what is lost here the tick finds."""

    def enqueue(self, id: TicketId, reply_id: str, *, after: timedelta) -> None: ...


class Said(Protocol):
    """What was said to whom of late, so that no two customers get the same lines."""

    def claim(self, brand: str, sameness: str, id: TicketId, *, now: datetime) -> TicketId:
        """The ticket that has these words for a day: `id`, unless another was faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How much waits, counted at an instant."""

    counted_at: datetime
    lanes: dict[str, int]
    holders: dict[str, int]
    """Tickets by who has them, whatever their lane."""
    breached: int
    brands: dict[str, int]
    topics: dict[str, int]
    sources: dict[str, int]
    languages: dict[str, int]


class Tallies(Protocol):
    """The newest count of the queue, shared by all who look."""

    def latest(self) -> Tally | None: ...

    def begin(self, *, now: datetime, lease: timedelta) -> bool:
        """Whether the asker is to count: nobody else began within `lease`."""

    def put(self, tally: Tally) -> None: ...
