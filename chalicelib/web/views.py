"""How tickets look as JSON: frozen shapes, so that the page can rely on them.

Instants are ISO 8601 in UTC. Text is as the platform gave it and not trusted: whoever shows
it shows it as text.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from chalicelib.domain.correction import Correction
from chalicelib.domain.ticket import Reply, Ticket
from chalicelib.web.tokens import Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """One answer and its fate."""

    id: str
    by: str
    text: str
    approved_at: datetime
    state: str
    url: str
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """What an agent says the verdict should have been."""

    by: str
    at: datetime
    urgency: str
    topic: str | None
    mood: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """A ticket as agents see it."""

    id: str
    version: int
    urgency: str
    topic: str
    reasons: tuple[str, ...]
    state: str
    holder: str | None
    brand: str
    platform: str
    text: str
    author: str
    """Empty when the platform withholds it or the account is gone."""
    author_name: str
    followers: int | None
    url: str
    """Only `http` and `https`, else empty."""
    waiting_since: datetime
    due_at: datetime
    ended_at: datetime | None
    incident_id: str | None
    replies: tuple[ReplyView, ...]
    corrections: tuple[CorrectionView, ...]
    """One of each agent at most, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """What waits, gravest first, then longest waiting."""

    tickets: tuple[TicketView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentView:
    """Who is signed in."""

    id: str
    name: str
    roles: tuple[str, ...]
    expires_at: datetime


def ticket_view(ticket: Ticket) -> TicketView:
    mention = ticket.mention
    return TicketView(
        id=ticket.id,
        version=ticket.version,
        urgency=ticket.urgency.value,
        topic=ticket.topic.value,
        reasons=ticket.reasons,
        state=ticket.state.value,
        holder=ticket.holder,
        brand=mention.brand,
        platform=mention.platform,
        text=mention.text,
        author=mention.author.handle if mention.author else "",
        author_name=mention.author.name if mention.author else "",
        followers=mention.author.followers if mention.author else None,
        url=web_address(mention.url),
        waiting_since=ticket.waiting_since.astimezone(UTC),
        due_at=ticket.due_at.astimezone(UTC),
        ended_at=utc(ticket.ended_at),
        incident_id=ticket.incident_id,
        replies=tuple(reply_view(reply) for reply in ticket.replies),
        corrections=tuple(correction_view(one) for one in ticket.corrections),
    )


def reply_view(reply: Reply) -> ReplyView:
    return ReplyView(
        id=reply.id,
        by=reply.by,
        text=reply.text,
        approved_at=reply.approved_at.astimezone(UTC),
        state=reply.state.value,
        url=web_address(reply.url),
        refusal=reply.refusal,
    )


def correction_view(correction: Correction) -> CorrectionView:
    return CorrectionView(
        by=correction.by,
        at=correction.at.astimezone(UTC),
        urgency=correction.urgency.value,
        topic=correction.topic.value if correction.topic else None,
        mood=correction.mood.value if correction.mood else None,
    )


def agent_view(agent: Agent) -> AgentView:
    return AgentView(id=agent.id, name=agent.name, roles=agent.roles, expires_at=agent.expires_at)


def web_address(url: str) -> str:
    """`url` when a browser may follow it (`http`, `https`), else nothing: never `javascript:`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def utc(instant: datetime | None) -> datetime | None:
    """The same instant, as JSON shows it."""
    return None if instant is None else instant.astimezone(UTC)
