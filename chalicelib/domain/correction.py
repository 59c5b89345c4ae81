"""What an agent says of a verdict: it should have been another one, or it was right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.signal import Mood, Topic, Urgency

MOST_CORRECTIONS = 20
"""Agents whose word on one ticket is kept; the oldest goes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What one agent says a verdict should have been."""

    by: str
    """Id of the agent."""
    at: datetime
    urgency: Urgency
    topic: Topic | None = None
    """None where the agent says nothing of it."""
    mood: Mood | None = None

    def says_the_same(self, other: "Correction") -> bool:
        """Whether it is the same word of the same agent, whenever it was said."""
        return (self.by, self.urgency, self.topic, self.mood) == (
            other.by,
            other.urgency,
            other.topic,
            other.mood,
        )


def with_correction(corrections: tuple[Correction, ...], new: Correction) -> tuple[Correction, ...]:
    """The corrections with a newer one, oldest first: of each agent the newest word counts."""
    others = tuple(one for one in corrections if one.by != new.by)
    return (*others, new)[-MOST_CORRECTIONS:]


def agreed(corrections: Iterable[Correction]) -> Urgency | None:
    """The urgency that more agents name than any other; None when they do not agree."""
    votes: dict[Urgency, int] = {}
    for one in corrections:
        votes[one.urgency] = votes.get(one.urgency, 0) + 1
    most = max(votes.values(), default=0)
    leading = [urgency for urgency, count in votes.items() if count == most]
    return leading[0] if len(leading) == 1 else None
