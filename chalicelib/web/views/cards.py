"""Tickets as lists show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.ticket import Card
from chalicelib.web.views.basics import utc
from chalicelib.web.views.people import Naming
from chalicelib.web.views.sources import TroubleView


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadView:
    """What lists and whole tickets have in common; nothing said in private is in it."""

    id: str
    version: int
    """Counts its changes."""
    urgency: str
    topic: str
    state: str
    holder: str | None
    """Who has it; null while nobody does."""
    holder_name: str
    brand: str
    brand_name: str
    platform: str
    source: str
    language: str | None
    """ISO 639-1 code; null where nobody could tell."""
    author: str
    """Empty when the platform withholds it or the account is gone."""
    author_name: str
    reach: int
    """Followers of the author; 0 when unknown."""
    excerpt: str
    """The customer's newest public word, shortened, personal data masked."""
    reason: str
    """The first of the verdict's."""
    opened_at: datetime
    waiting_since: datetime
    """The wait by the clock on the wall counts from here."""
    due_at: datetime
    """When an answer is promised."""
    is_waiting: bool
    """Whether the customer waits for a word from us."""
    is_thanks: bool
    is_breached: bool
    held_until: datetime | None
    """When the claim ends by itself unless there is a sign of its holder."""
    returns_at: datetime | None
    """When it comes back to the queue."""
    returns_for: str
    """What is to be done then."""
    ended_at: datetime | None
    incident_id: str | None
    customer: str | None
    posts: int
    """How often the customer spoke."""
    is_under_way: bool
    """Whether a reply's fate is open."""
    wants_approval: bool
    order: str
    """Its place in any list of the queue; text order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView(HeadView):
    """A ticket as lists show it."""

    replies: int
    """How often we were heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePageView:
    """One page of a view of the queue, in its order."""

    cards: tuple[CardView, ...]
    next: str | None
    """What `after` has to be for the following page; null when this was the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsView:
    """How much waits, as of `counted_at`."""

    counted_at: datetime
    views: Mapping[str, int]
    """By the name of the view."""
    brands: Mapping[str, int]
    topics: Mapping[str, int]
    sources: Mapping[str, int]
    languages: Mapping[str, int]
    sources_in_trouble: tuple[TroubleView, ...]
    """Sources that are not heard as they should be, gravest first, at most ten; every screen
    shows them."""

    @property
    def steady(self) -> object:
        """What its ETag is of: who asks again learns of numbers, not of when they were counted."""
        numbers = (self.views, self.brands, self.topics, self.sources, self.languages)
        return (numbers, self.sources_in_trouble)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundView:
    """One page of what a search found, newest first."""

    cards: tuple[CardView, ...]
    next: str | None
    read: int
    """How many tickets were looked at for it; there may be more behind `next`, even when this
    page is empty."""


def card_view(card: Card, naming: Naming) -> CardView:
    return CardView(**head_fields(card, naming), replies=card.replies)


def card_views(cards: Iterable[Card], naming: Naming) -> tuple[CardView, ...]:
    return tuple(card_view(one, naming) for one in cards)


def head_fields(card: Card, naming: Naming) -> dict[str, Any]:
    """What a card and a whole ticket have in common."""
    return {
        "id": card.id,
        "version": card.version,
        "urgency": card.urgency,
        "topic": card.topic,
        "state": card.state,
        "holder": card.holder,
        "holder_name": naming.agent(card.holder),
        "brand": card.brand,
        "brand_name": naming.brand(card.brand),
        "platform": card.platform,
        "source": card.source,
        "language": card.language,
        "author": card.author,
        "author_name": card.author_name,
        "reach": card.reach,
        "excerpt": card.excerpt,
        "reason": card.reason,
        "opened_at": card.opened_at.astimezone(UTC),
        "waiting_since": card.waiting_since.astimezone(UTC),
        "due_at": card.due_at.astimezone(UTC),
        "is_waiting": card.is_waiting,
        "is_thanks": card.is_thanks,
        "is_breached": card.is_breached,
        "held_until": utc(card.held_until),
        "returns_at": utc(card.returns_at),
        "returns_for": card.returns_for,
        "ended_at": utc(card.ended_at),
        "incident_id": card.incident_id,
        "customer": card.customer,
        "posts": card.posts,
        "is_under_way": card.is_under_way,
        "wants_approval": card.wants_approval,
        "order": card.order,
    }
