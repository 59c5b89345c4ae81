"""What a list of the queue shows: views, filters, and how much waits."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.ticket import LANES_IN_QUEUE, Card, Lane


class QueueView(StrEnum):
    """What an agent looks at."""

    MINE = "mine"
    """What I have, put off and answered ones included."""
    UNCLAIMED = "unclaimed"
    TEAM = "team"
    """What somebody is at."""
    WAITING = "waiting"
    """What is answered, or promised for a later time."""
    SNOOZED = "snoozed"
    BREACHED = "breached"
    """What should have had its answer by now."""
    THANKS = "thanks"
    ALL = "all"
    """All of the above but thanks."""


LANES_OF: dict[QueueView, tuple[Lane, ...]] = {
    QueueView.UNCLAIMED: (Lane.OPEN,),
    QueueView.TEAM: (Lane.CLAIMED,),
    QueueView.WAITING: (Lane.REPLIED, Lane.WAITING),
    QueueView.SNOOZED: (Lane.SNOOZED,),
    QueueView.THANKS: (Lane.THANKS,),
    QueueView.ALL: LANES_IN_QUEUE,
}
"""Views that are whole lanes; the other two are lists of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a view is narrowed down to; an empty one lets everything pass."""

    brand: str = ""
    topic: str = ""
    source: str = ""
    language: str = ""

    def let_pass(self, card: Card) -> bool:
        asked = (self.brand, self.topic, self.source, self.language)
        found = (card.brand, card.topic, card.source, card.language)
        return all(not one or one == other for one, other in zip(asked, found, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much waits, for one agent."""

    counted_at: datetime
    views: dict[QueueView, int]
    brands: dict[str, int] = field(default_factory=dict)
    """As the three that follow: of the view `all`."""
    topics: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
