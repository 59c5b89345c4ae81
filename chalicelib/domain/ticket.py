"""A ticket: a mention that waits for an answer, from open to content.

Every change gives a new value with the next `version`; a store writes it only over the
version it was made from, so two people can never both hold a ticket.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.correction import Correction, with_correction
from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score, Topic, Urgency

TicketId = NewType("TicketId", str)
AgentId = NewType("AgentId", str)

MAX_REPLY = 5_000


class TicketState(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    REPLIED = "replied"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NO_ANSWER = "no_answer"


ENDED = frozenset({TicketState.CONTENT, TicketState.NOT_CONTENT, TicketState.NO_ANSWER})

MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.OPEN: frozenset({TicketState.CLAIMED}),
    TicketState.CLAIMED: frozenset({TicketState.OPEN, TicketState.REPLIED, *ENDED}),
    TicketState.REPLIED: frozenset({TicketState.OPEN, TicketState.CLAIMED, *ENDED}),
    TicketState.WAITING: frozenset({TicketState.OPEN, TicketState.CLAIMED, *ENDED}),
    TicketState.SNOOZED: frozenset({TicketState.OPEN, TicketState.CLAIMED, *ENDED}),
    TicketState.CONTENT: frozenset({TicketState.OPEN}),
    TicketState.NOT_CONTENT: frozenset({TicketState.OPEN}),
    TicketState.NO_ANSWER: frozenset({TicketState.OPEN}),
}
"""From each state, where a ticket may go."""


class ReplyState(StrEnum):
    """What is known of a reply."""

    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    """Handed to the platform, no answer came back: looked up before any retry."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One public answer by a named agent."""

    id: str
    """Random; the platform's idempotency key."""
    by: AgentId
    text: str
    approved_at: datetime
    tried_at: datetime
    """When it was last handed to the platform."""
    state: ReplyState
    platform_id: str = ""
    url: str = ""
    refusal: str = ""

    def can_be_settled(self, now: datetime) -> bool:
        """Whether its fate is open and nobody is at it."""
        if self.state is ReplyState.SENDING:
            return now - self.tried_at >= REPLY_LEASE
        return self.state is ReplyState.UNKNOWN


REPLY_LEASE = timedelta(minutes=2)
"""A reply still `sending` after this was left by a crash; nobody else touches it before."""

TRIED_FOR = timedelta(hours=24)
"""A reply that could not be published for so long is given back to the agent."""

SLA: dict[Urgency, timedelta] = {
    Urgency.WAKE: timedelta(minutes=15),
    Urgency.SOON: timedelta(minutes=60),
    Urgency.ANSWER: timedelta(hours=24),
}
"""Promised time to the first reply, on the wall clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A mention that waits for an answer."""

    id: TicketId
    """Equal to the id of its mention."""
    mention: Mention
    urgency: Urgency
    topic: Topic
    reasons: tuple[str, ...]
    state: TicketState
    opened_at: datetime
    waiting_since: datetime
    """When the customer spoke: the wait on the wall clock counts from here."""
    due_at: datetime
    holder: AgentId | None = None
    replies: tuple[Reply, ...] = ()
    incident_id: IncidentId | None = None
    ended_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    """What agents say the verdict should have been, oldest first, one of each agent."""
    version: int = 1

    @property
    def is_in_queue(self) -> bool:
        return self.state not in ENDED

    @property
    def queue_place(self) -> tuple[int, datetime, str]:
        """Sorts the queue: who still waits for a word before who has one, gravest first, then
        longest waiting; the id makes it the same on every reading."""
        is_waiting = self.state in (TicketState.OPEN, TicketState.CLAIMED)
        rank = self.urgency.rank + (0 if is_waiting else len(Urgency))
        return rank, self.waiting_since, self.id

    @property
    def pending_reply(self) -> Reply | None:
        """The reply whose fate is not settled."""
        for reply in self.replies:
            if reply.state in (ReplyState.SENDING, ReplyState.UNKNOWN):
                return reply
        return None

    def claimed(self, by: AgentId) -> "Ticket":
        """`by` has it. Raises NotAllowed when somebody else does, IllegalMove when it ended."""
        if self.holder is not None and self.holder != by:
            raise NotAllowed(f"{self.holder} has this ticket")
        return self._to(TicketState.CLAIMED, holder=by)

    def released(self, by: AgentId) -> "Ticket":
        """Back to the queue. Raises NotAllowed for all but the holder, IllegalMove once ended."""
        self._check_holder(by)
        if self.state in ENDED:
            raise IllegalMove(f"a ticket that is {self.state.value} cannot be released; reopen it")
        return self._to(TicketState.OPEN, holder=None)

    def replying(self, by: AgentId, text: str, *, reply_id: str, now: datetime) -> "Ticket":
        """`by` approves `text`; it is to be sent once.

        Raises NotAllowed when `by` does not hold the ticket, IllegalMove while an earlier
        reply is under way, BadInput for an empty or too long text.
        """
        self._check_holder(by)
        if self.state in ENDED or self.state is TicketState.OPEN:
            raise IllegalMove(f"a ticket that is {self.state.value} takes no reply; claim it first")
        if self.pending_reply is not None:
            raise IllegalMove("an earlier reply is still under way; wait for it or look it up")
        text = text.strip()
        if not text:
            raise BadInput("text: the reply is empty; write what the customer shall read")
        if len(text) > MAX_REPLY:
            raise BadInput(f"text: {len(text)} characters; at most {MAX_REPLY} are taken")
        reply = Reply(
            id=reply_id,
            by=by,
            text=text,
            approved_at=now,
            tried_at=now,
            state=ReplyState.SENDING,
        )
        return replace(self, replies=(*self.replies, reply), version=self.version + 1)

    def with_reply(self, reply: Reply) -> "Ticket":
        """The fate of a reply is known; once it is public the ticket is replied."""
        replies = tuple(reply if old.id == reply.id else old for old in self.replies)
        changed = replace(self, replies=replies, version=self.version + 1)
        if reply.state is ReplyState.SENT and self.state is TicketState.CLAIMED:
            return replace(changed, state=TicketState.REPLIED)
        return changed

    def resolved(self, by: AgentId, outcome: TicketState, *, now: datetime) -> "Ticket":
        """It is over, as `outcome` (one of `ENDED`)."""
        self._check_holder(by)
        if outcome not in ENDED:
            raise BadInput(f"outcome: {outcome.value}; use one of {', '.join(sorted(ENDED))}")
        if self.pending_reply is not None:
            raise IllegalMove("a reply is still under way; wait for it or look it up")
        return self._to(outcome, holder=self.holder, ended_at=now)

    def reopened(self) -> "Ticket":
        """It is not over after all. Raises IllegalMove for a ticket that had not ended."""
        if self.state not in ENDED:
            raise IllegalMove(f"a ticket that is {self.state.value} cannot be reopened")
        return self._to(TicketState.OPEN, holder=None, ended_at=None)

    def corrected(self, correction: Correction) -> "Ticket":
        """An agent, its holder or not, says what the verdict should have been; for learning alone.

        Nothing else of the ticket changes. Itself when that agent has said so already.
        """
        if any(correction.says_the_same(known) for known in self.corrections):
            return self
        corrections = with_correction(self.corrections, correction)
        return replace(self, corrections=corrections, version=self.version + 1)

    def _check_holder(self, by: AgentId) -> None:
        if self.holder != by:
            raise NotAllowed(
                f"{self.holder} has this ticket" if self.holder else "claim this ticket first"
            )

    def _to(
        self, state: TicketState, *, holder: AgentId | None, ended_at: datetime | None = None
    ) -> "Ticket":
        if state is not self.state and state not in MOVES[self.state]:
            raise IllegalMove(f"a ticket that is {self.state.value} cannot become {state.value}")
        return replace(
            self, state=state, holder=holder, ended_at=ended_at, version=self.version + 1
        )


def ticket_for(
    mention: Mention, score: Score, *, incident_id: IncidentId | None, now: datetime
) -> Ticket:
    """The ticket of a mention that deserves an answer (any urgency but `ignore`)."""
    return Ticket(
        id=TicketId(mention.id),
        mention=mention,
        urgency=score.urgency,
        topic=score.topic,
        reasons=score.reasons,
        state=TicketState.OPEN,
        opened_at=now,
        waiting_since=mention.posted_at,
        due_at=mention.posted_at + SLA[score.urgency],
        incident_id=incident_id,
    )
