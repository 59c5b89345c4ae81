"""Who is there to answer: on duty, and who looks at which ticket."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.ticket import AgentId

HEARD_WITHIN = timedelta(minutes=15)
"""Somebody on duty whose page was not heard of for so long is not there any more."""

LOOKING_FOR = timedelta(seconds=45)
"""Somebody is looking at a ticket while their page said so within this; it says so each 15 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What an agent's page said last."""

    agent: AgentId
    name: str
    is_on_duty: bool
    """As the agent has chosen."""
    heard_at: datetime

    def is_there(self, now: datetime) -> bool:
        """On duty by their own word, and heard of."""
        return self.is_on_duty and now - self.heard_at <= HEARD_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody has a ticket open on their screen, and what they began to write there."""

    agent: AgentId
    name: str
    seen_at: datetime
    is_typing: bool = False
    draft: str = ""
    """At most `MAX_REPLY` characters; shown to nobody else."""

    def is_looking(self, now: datetime) -> bool:
        return now - self.seen_at <= LOOKING_FOR
