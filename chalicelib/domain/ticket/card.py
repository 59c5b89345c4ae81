"""A card: what a list shows of a ticket. Small, since lists are read every five seconds."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.answering.masking import masked
from chalicelib.domain.ticket.states import Lane, TicketState, lane_of
from chalicelib.domain.ticket.ticket import AgentId, CustomerId, Ticket, TicketId

TAKEN_BACK = "(its author has removed the post)"
"""What stands where the words stood, on phones and pages."""

EXCERPT = 160
"""Characters of the customer's newest public word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a list shows of a ticket; nothing that was said in private is in it."""

    id: TicketId
    version: int
    urgency: str
    topic: str
    state: str
    holder: AgentId | None
    brand: str
    platform: str
    source: str
    language: str | None
    author: str
    """Empty when the platform withholds it or the account is gone."""
    author_name: str
    reach: int
    excerpt: str
    """Personal data masked; not trusted."""
    reason: str
    """The first of the verdict's."""
    opened_at: datetime
    waiting_since: datetime
    due_at: datetime
    is_waiting: bool
    is_thanks: bool
    is_breached: bool
    held_until: datetime | None
    returns_at: datetime | None
    returns_for: str
    """Personal data masked: a promise is often to call a number."""
    ended_at: datetime | None
    incident_id: str | None
    customer: CustomerId | None
    posts: int
    """How often the customer spoke."""
    replies: int
    """How often we were heard."""
    is_under_way: bool
    """Whether a reply's fate is open."""
    wants_approval: bool
    order: str
    """Its place in any list of the queue; text order."""

    @property
    def lane(self) -> Lane | None:
        """Where in the queue it is listed; None once it has ended."""
        return lane_of(TicketState(self.state), is_thanks=self.is_thanks)

    @property
    def is_owed(self) -> bool:
        """Whether an answer is due by `due_at`."""
        return self.lane is not None and self.is_waiting and not self.is_thanks


def card_of(ticket: Ticket) -> Card:
    said = ticket.latest(is_private=False)
    author = ticket.mention.author
    return Card(
        id=ticket.id,
        version=ticket.version,
        urgency=ticket.urgency.value,
        topic=ticket.topic.value,
        state=ticket.state.value,
        holder=ticket.holder if ticket.state is not TicketState.OPEN else None,
        brand=ticket.mention.brand,
        platform=ticket.mention.platform,
        source=ticket.mention.source,
        language=ticket.language,
        author=author.handle if author else "",
        author_name=author.name if author else "",
        reach=ticket.mention.reach,
        excerpt=_excerpt(said.text) if said else _in_its_place(ticket),
        reason=masked(next(iter(ticket.reasons), "")),
        opened_at=ticket.opened_at,
        waiting_since=ticket.waiting_since,
        due_at=ticket.due_at,
        is_waiting=ticket.is_waiting,
        is_thanks=ticket.is_thanks,
        is_breached=ticket.breached_at is not None,
        held_until=ticket.held_until,
        returns_at=ticket.returns_at,
        returns_for=masked(ticket.returns_for),
        ended_at=ticket.ended_at,
        incident_id=ticket.incident_id,
        customer=ticket.customer,
        posts=len(ticket.mentions),
        replies=sum(one.state == "sent" for one in ticket.replies),
        is_under_way=bool(ticket.pending_replies),
        wants_approval=any(one.state == "proposed" for one in ticket.replies),
        order=order_of(ticket),
    )


def order_of(ticket: Ticket) -> str:
    """Text order is the order of the queue; a rank has one digit."""
    rank, waiting_since, id = ticket.queue_place
    return f"{rank}#{_instant(waiting_since)}#{id}"


def owed_place(one: Ticket | Card) -> str:
    """Its place among all to whom an answer is owed: text order is that of `due_at`."""
    return f"{_instant(one.due_at)}#{one.id}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _in_its_place(ticket: Ticket) -> str:
    """Where nothing that was said in public stands."""
    is_gone = any(one.withdrawn_at is not None for one in ticket.mentions)
    return TAKEN_BACK if is_gone else ""


def _excerpt(text: str) -> str:
    """On one line before anything is looked for: numbers that stood apart stand together there."""
    words = " ".join(text[: 8 * EXCERPT].split())
    if len(words) > 4 * EXCERPT:
        # No half of an address, which nothing would be seen in.
        words = words[: 4 * EXCERPT].rpartition(" ")[0] or words[: 4 * EXCERPT]
    line = masked(words)
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"
