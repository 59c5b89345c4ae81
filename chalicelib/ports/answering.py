"""What answering needs: tickets, and sources that can reply."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply, Ticket, TicketId


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
        """Tickets with a reply whose fate is open, least lately tried first: none starves."""
