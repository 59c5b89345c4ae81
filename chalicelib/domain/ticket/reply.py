"""One answer of ours, and what is known of its fate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_REPLY = 5_000
"""Characters."""

UNDO_FOR = timedelta(seconds=10)
"""How long after approval a reply can still be taken back for certain."""

REPLY_LEASE = timedelta(minutes=2)
"""A reply still `sending` after this was left by a crash; nobody else touches it before."""

TRIED_FOR = timedelta(hours=24)
"""A reply that could not be published for so long is given back to the agent."""


class ReplyState(StrEnum):
    """What is known of a reply."""

    PROPOSED = "proposed"
    """Waits for a lead's word."""
    QUEUED = "queued"
    """Approved; goes out at `send_at`, and surely is not public."""
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    """Handed to the platform, no answer came back: looked up before any retry."""
    REFUSED = "refused"
    UNDONE = "undone"
    """Taken back before it went out, or not approved."""


PENDING = frozenset(
    {ReplyState.PROPOSED, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN}
)
"""Its fate is open."""

UNSETTLED = PENDING - {ReplyState.PROPOSED}
"""Approved, and its fate is open."""

REPLY_MOVES: dict[ReplyState, frozenset[ReplyState]] = {
    ReplyState.PROPOSED: frozenset({ReplyState.QUEUED, ReplyState.UNDONE}),
    ReplyState.QUEUED: frozenset({ReplyState.SENDING, ReplyState.UNDONE, ReplyState.REFUSED}),
    ReplyState.SENDING: frozenset(
        {ReplyState.SENT, ReplyState.QUEUED, ReplyState.UNKNOWN, ReplyState.REFUSED}
    ),
    ReplyState.UNKNOWN: frozenset({ReplyState.SENDING, ReplyState.REFUSED}),
    ReplyState.SENT: frozenset(),
    ReplyState.REFUSED: frozenset(),
    ReplyState.UNDONE: frozenset(),
}
"""From each state, what may become of a reply; what is open may also stay as it is, to be tried
again. From `sending` to `queued` only when it surely is not public."""

RETRIED_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))
"""From one try to the next; the last of them then again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer by a named agent."""

    id: str
    """Random; the platform's idempotency key."""
    by: str
    """The agent who wrote it."""
    text: str
    """As it goes out, signed; empty for an answer that was given elsewhere."""
    approved_at: datetime
    """When it was written, or approved where it needs a lead's word."""
    tried_at: datetime
    """When it was last handed to the platform; before that, when it is to go out."""
    state: ReplyState
    platform_id: str = ""
    url: str = ""
    refusal: str = ""
    is_private: bool = False
    """Read by the customer alone; left out of lists, search, exports and logs."""
    to: str = ""
    """Id of the customer's mention it answers; empty: the ticket's first."""
    send_at: datetime | None = None
    """When a `queued` reply goes out, or is tried again."""
    trouble: str = ""
    """Why the last try failed, while it waits for another."""
    approved_by: str = ""
    trace: str = ""
    """Of a private reply: what is said in public once it has arrived; empty: nothing."""
    is_trace: bool = False
    """Tells in public that something was sent in private; nobody is answered by it."""
    is_elsewhere: bool = False
    """An agent answered on the platform itself and says so; `url` leads there if given."""

    def is_due(self, now: datetime) -> bool:
        """Whether its fate is open, it is its time, and nobody is at it."""
        return self.state in UNSETTLED and self.settled_from <= now

    def can_be_settled(self, now: datetime) -> bool:
        """Whether somebody who asks for it may have it seen to now, ahead of the next try."""
        is_between_tries = self.state is ReplyState.UNKNOWN or (
            self.state is ReplyState.QUEUED and bool(self.trouble)
        )
        return is_between_tries or self.is_due(now)

    def next_try(self, now: datetime) -> datetime:
        """When to try again after a failure at `now`: 1, 2, 5, 10, 10, … minutes from one to the
        next, counted from the approval."""
        passed = now - self.approved_at
        for wait in RETRIED_AFTER:
            if passed < wait:
                return now + wait
            passed -= wait
        return now + RETRIED_AFTER[-1]

    @property
    def settled_from(self) -> datetime:
        """From when somebody is to see to it, while its fate is open."""
        if self.state is ReplyState.SENDING:
            return self.tried_at + REPLY_LEASE
        return self.send_at or self.tried_at
