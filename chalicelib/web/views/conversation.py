"""What was said and done in a ticket, as JSON."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.correction import Correction
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import MoodAt, Note, Reply, Ticket, TicketAct, TicketActKind
from chalicelib.web.views.basics import utc, web_address
from chalicelib.web.views.people import Naming


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """A picture or film that the customer added; a link, never shown by itself."""

    url: str
    """Only `http` and `https`, else empty."""
    alt: str
    """What the customer says is to be seen; often empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """One thing that the customer said."""

    id: str
    text: str
    author: str
    author_name: str
    platform: str
    url: str
    """Only `http` and `https`, else empty."""
    at: datetime
    language: str | None
    mood: float
    """-1 (angry) to 1 (delighted)."""
    is_private: bool
    """Whether we alone can read it."""
    media: tuple[MediaView, ...]
    is_late: bool
    """Whether we heard it only after its source had been out of our sight."""
    edited_at: datetime | None
    """When its author changed these words last, where the platform tells."""
    withdrawn_at: datetime | None
    """When we found that its author had removed it: nothing that it said is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodView:
    """How the customer felt at an instant."""

    at: datetime
    mood: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyView:
    """One answer of ours and its fate."""

    id: str
    by: str
    by_name: str
    text: str
    """As it goes out; empty for an answer that was given elsewhere."""
    approved_at: datetime
    approved_by: str
    """The lead who gave the word; empty where none was needed."""
    approved_by_name: str
    state: str
    send_at: datetime | None
    """When it goes out, or is tried again; until then it can be undone."""
    trouble: str
    """Why the last try failed, while it waits for another."""
    url: str
    refusal: str
    is_private: bool
    is_elsewhere: bool
    """An agent answered on the platform itself and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """What agents tell each other."""

    by: str
    by_name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    """One line of the timeline."""

    kind: str
    at: datetime
    by: str
    """Empty for the clock and the customer."""
    by_name: str
    to: str
    """To whom it was handed over, from whom it was taken, or as what it was resolved."""
    to_name: str
    text: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """What an agent says the verdict should have been."""

    by: str
    by_name: str
    at: datetime
    urgency: str
    topic: str | None
    mood: str | None


def post_views(ticket: Ticket) -> tuple[PostView, ...]:
    """All that the customer said, oldest first."""
    return tuple(
        _post_view(mention, mood)
        for mention, mood in zip(ticket.mentions, ticket.moods, strict=True)
    )


def mood_view(one: MoodAt) -> MoodView:
    return MoodView(at=one.at.astimezone(UTC), mood=one.mood)


def reply_view(reply: Reply, naming: Naming) -> ReplyView:
    return ReplyView(
        id=reply.id,
        by=reply.by,
        by_name=naming.agent(reply.by),
        text=reply.text,
        approved_at=reply.approved_at.astimezone(UTC),
        approved_by=reply.approved_by,
        approved_by_name=naming.agent(reply.approved_by),
        state=reply.state.value,
        send_at=utc(reply.send_at),
        trouble=reply.trouble,
        url=web_address(reply.url),
        refusal=reply.refusal,
        is_private=reply.is_private,
        is_elsewhere=reply.is_elsewhere,
    )


def note_view(note: Note, naming: Naming) -> NoteView:
    return NoteView(
        by=note.by, by_name=naming.agent(note.by), at=note.at.astimezone(UTC), text=note.text
    )


def act_view(act: TicketAct, naming: Naming) -> ActView:
    is_outcome = act.kind is TicketActKind.RESOLVED
    return ActView(
        kind=act.kind.value,
        at=act.at.astimezone(UTC),
        by=act.by,
        by_name=naming.agent(act.by),
        to=act.to,
        to_name="" if is_outcome else naming.agent(act.to),
        text=act.text,
        until=utc(act.until),
    )


def correction_view(correction: Correction, naming: Naming) -> CorrectionView:
    return CorrectionView(
        by=correction.by,
        by_name=naming.agent(correction.by),
        at=correction.at.astimezone(UTC),
        urgency=correction.urgency.value,
        topic=correction.topic.value if correction.topic else None,
        mood=correction.mood.value if correction.mood else None,
    )


def _post_view(mention: Mention, mood: MoodAt) -> PostView:
    return PostView(
        id=mention.id,
        text=mention.text,
        author=mention.author.handle if mention.author else "",
        author_name=mention.author.name if mention.author else "",
        platform=mention.platform,
        url=web_address(mention.url),
        at=mention.posted_at.astimezone(UTC),
        language=mention.language,
        mood=mood.mood,
        is_private=mention.is_private,
        media=tuple(MediaView(url=web_address(one.url), alt=one.alt) for one in mention.media),
        is_late=mention.is_late,
        edited_at=utc(mention.edited_at),
        withdrawn_at=utc(mention.withdrawn_at),
    )
