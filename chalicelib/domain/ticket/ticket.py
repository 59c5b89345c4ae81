"""The value: what a ticket is, and how it looks to a queue and to a clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NewType

from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import IllegalMove, NotAllowed
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket.acts import TicketAct, with_ticket_act
from chalicelib.domain.ticket.reply import PENDING, UNSETTLED, Reply, ReplyState
from chalicelib.domain.ticket.states import ENDED, MOVES, Lane, TicketState, lane_of

TicketId = NewType("TicketId", str)
AgentId = NewType("AgentId", str)
CustomerId = NewType("CustomerId", str)

FULL_AT = 200_000
"""Bytes; a conversation so long goes on in a ticket of its own (an item has 400 KB)."""

MOST_POSTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What the customer said after the first time."""

    mention: Mention
    mood: float = 0.0
    """-1 (angry) to 1 (delighted)."""


@dataclass(frozen=True, slots=True)
class MoodAt:
    """How the customer felt at an instant, -1 to 1."""

    at: datetime
    mood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What agents tell each other; customers never see it."""

    by: AgentId
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A conversation that waits for an answer, or has had one."""

    id: TicketId
    """Equal to the id of its first mention."""
    mention: Mention
    """What it began with."""
    urgency: Urgency
    topic: Topic
    reasons: tuple[str, ...]
    state: TicketState
    opened_at: datetime
    waiting_since: datetime
    """When the customer spoke: the wait on the wall clock counts from here. Once answered: when
    they last began to wait."""
    due_at: datetime
    holder: AgentId | None = None
    """Who has it, or was the last to have it while the customer is to speak."""
    replies: tuple[Reply, ...] = ()
    incident_id: IncidentId | None = None
    ended_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    """What agents say the verdict should have been, oldest first, one of each agent."""
    version: int = 1
    mood: float = 0.0
    """Of the first mention, -1 (angry) to 1 (delighted)."""
    language: str | None = None
    customer: CustomerId | None = None
    posts: tuple[Post, ...] = ()
    """What the customer said after the first time, oldest first."""
    notes: tuple[Note, ...] = ()
    acts: tuple[TicketAct, ...] = ()
    is_thanks: bool = False
    """Praise said to us: never counts as waiting, never breaches."""
    is_waiting: bool = True
    """Whether the customer waits for a word from us."""
    held_until: datetime | None = None
    """When the claim ends by itself unless there is a sign of its holder."""
    returns_at: datetime | None = None
    """When it comes back to the queue: the end of a snooze, or what was promised."""
    returns_for: str = ""
    """What is to be done then: "engineer on Tuesday evening: ask how it went"."""
    breached_at: datetime | None = None
    """When the promised time passed, for the wait that lasts."""

    @property
    def is_in_queue(self) -> bool:
        return self.state not in ENDED

    @property
    def lane(self) -> Lane | None:
        """Where in the queue it is listed; None once it has ended."""
        return lane_of(self.state, is_thanks=self.is_thanks)

    @property
    def is_owed(self) -> bool:
        """Whether an answer is due by `due_at`."""
        return self.is_in_queue and self.is_waiting and not self.is_thanks

    @property
    def queue_place(self) -> tuple[int, datetime, str]:
        """Sorts the queue: who still waits for a word before who has one, gravest first, then
        longest waiting; the id makes it the same on every reading."""
        rank = self.urgency.rank + (0 if self.is_waiting else len(Urgency))
        return rank, self.waiting_since, self.id

    @property
    def next_at(self) -> datetime | None:
        """When the clock has to look at it next: a claim that ends, a return, a breach."""
        if not self.is_in_queue:
            return None
        instants = []
        if self.state is TicketState.CLAIMED and self.held_until:
            instants.append(self.held_until)
        if self.returns_at:
            instants.append(self.returns_at)
        if self.is_owed and self.breached_at is None:
            instants.append(self.due_at)
        return min(instants, default=None)

    @property
    def has_promise(self) -> bool:
        """Whether `returns_for` was promised for `returns_at`; it stands until then, whatever
        is said and whoever takes the ticket meanwhile."""
        if self.state is TicketState.REPLIED:
            return False  # it comes back by a rule of ours; nobody was told so
        return self.returns_at is not None and bool(self.returns_for)

    @property
    def promise(self) -> dict[str, Any]:
        """The changes by which a move keeps what was promised and drops every other return."""
        if self.has_promise:
            return {"returns_at": self.returns_at, "returns_for": self.returns_for}
        return {"returns_at": None, "returns_for": ""}

    @property
    def pending_replies(self) -> tuple[Reply, ...]:
        """Those whose fate is open: at most one in public and one in private."""
        return tuple(one for one in self.replies if one.state in PENDING)

    @property
    def unsettled_from(self) -> datetime | None:
        """From when somebody is to see to an approved reply; None when none is open."""
        instants = [one.settled_from for one in self.replies if one.state in UNSETTLED]
        return min(instants, default=None)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All that the customer said, oldest first."""
        return (self.mention, *(post.mention for post in self.posts))

    @property
    def moods(self) -> tuple[MoodAt, ...]:
        """How the customer felt, oldest first: the mood before and after."""
        first = MoodAt(self.mention.posted_at, self.mood)
        return (first, *(MoodAt(one.mention.posted_at, one.mood) for one in self.posts))

    @property
    def is_answered(self) -> bool:
        """Whether it has had any answer."""
        return any(one.state is ReplyState.SENT for one in self.replies)

    @property
    def has_our_word_last(self) -> bool:
        """Whether the customer has said nothing since our last answer was approved."""
        newest = max(one.posted_at for one in self.mentions)
        sent = (one for one in self.replies if one.state is ReplyState.SENT and not one.is_trace)
        return any(one.approved_at >= newest for one in sent)

    @property
    def is_full(self) -> bool:
        """Whether what is said further belongs in a ticket of its own."""
        # Of all that is in it: addresses, names and notes can be long too. What is stored is
        # JSON, where a quotation mark takes two bytes.
        whole = repr(self)
        return len(whole.encode()) + whole.count('"') > FULL_AT or len(self.posts) >= MOST_POSTS

    def has(self, mention_id: MentionId) -> bool:
        """Whether a mention is part of the conversation."""
        return any(one.id == mention_id for one in self.mentions)

    def reply(self, id: str) -> Reply | None:
        return next((one for one in self.replies if one.id == id), None)

    def answered_mention(self, reply: Reply) -> Mention:
        """What of the customer's a reply stands beneath."""
        return next((one for one in self.mentions if one.id == reply.to), self.mention)

    @property
    def standing(self) -> tuple[Mention, ...]:
        """What the customer said and has not taken back, oldest first."""
        return tuple(one for one in self.mentions if one.withdrawn_at is None)

    def latest(self, *, is_private: bool) -> Mention | None:
        """The customer's newest word in public or in private that still stands, if any."""
        return next((one for one in reversed(self.standing) if one.is_private is is_private), None)

    def check_holder(self, by: AgentId) -> None:
        """Raises NotAllowed unless `by` has it."""
        if self.holder != by or self.state is TicketState.OPEN:
            raise NotAllowed(
                f"{self.holder} has this ticket"
                if self.holder and self.holder != by
                else "claim this ticket first"
            )

    def changed(self, act: TicketAct | None = None, **changes: Any) -> "Ticket":
        """The next version, with what was done on its timeline.

        Raises IllegalMove when `state` is among the changes and the table knows no such move.
        """
        state = changes.get("state", self.state)
        if state is not self.state and state not in MOVES[self.state]:
            raise IllegalMove(f"a ticket that is {self.state.value} cannot become {state.value}")
        if act is not None:
            changes["acts"] = with_ticket_act(self.acts, act)
        return replace(self, version=self.version + 1, **changes)
