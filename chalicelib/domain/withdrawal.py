"""What is left here of a post that its author deleted or made private.

Of the **mention**: a tombstone (`Tombstone`), by which it is known when a source shows it once
more. Of the **ticket**:

* that there was a post, on which platform, when, and when it was found to be gone;
* urgency, topic, mood and language as they were judged; the reasons without what they quote;
* our replies, notes, promises and the timeline, and what the customer said besides: other public
  posts that still stand, and all that was said in private, which was written to us alone.

A private message is nobody's post: one that its author deletes stays here.

Gone are its words, its author, its address, its media and what it answered. A reply that waits to
be published beneath it is taken back. A ticket of which nothing stands any more and that nobody
has touched ends by itself: no answer is owed. One that was answered, noted in, promised in, or
that goes on in private stays as it is, for a person to end.

An **incident** goes on; where it showed the post it shows `TAKEN_BACK` in its place.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.discretion import unquoted
from chalicelib.domain.incident import Incident, IncidentId, shows
from chalicelib.domain.mention import Mention, MentionId
from chalicelib.domain.signal import Mood, Score, Topic, Urgency
from chalicelib.domain.ticket import (
    ENDED,
    PENDING,
    Post,
    Reply,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketState,
)
from chalicelib.domain.ticket.card import TAKEN_BACK

NOT_SENT = "its author has removed the post"
"""Why a reply beneath it did not go out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is kept of a mention, for as long as it would have been kept itself."""

    id: MentionId
    platform: str
    brand: str
    source: str
    posted_at: datetime
    withdrawn_at: datetime
    """When we found that it was gone."""
    erased_at: datetime
    urgency: Urgency | None = None
    """As judged; None where it was gone before that, as with all below."""
    topic: Topic | None = None
    mood: Mood | None = None
    mood_strength: float | None = None
    incident_id: IncidentId | None = None


def tombstone_of(
    mention: Mention, score: Score | None, incident_id: IncidentId | None, *, now: datetime
) -> Tombstone:
    """Of a mention whose `withdrawn_at` is set."""
    if mention.withdrawn_at is None:
        raise ValueError(f"{mention.id} still stands")
    return Tombstone(
        id=mention.id,
        platform=mention.platform,
        brand=mention.brand,
        source=mention.source,
        posted_at=mention.posted_at,
        withdrawn_at=mention.withdrawn_at,
        erased_at=now,
        urgency=score.urgency if score else None,
        topic=score.topic if score else None,
        mood=score.mood if score else None,
        mood_strength=score.mood_strength if score else None,
        incident_id=incident_id,
    )


def without_words(mention: Mention, *, withdrawn_at: datetime) -> Mention:
    """The mention as a ticket keeps it."""
    return replace(
        mention,
        text="",
        author=None,
        url="",
        in_reply_to=None,
        quotes_id=None,
        shares=None,
        media=(),
        withdrawn_at=withdrawn_at,
    )


def without_post(ticket: Ticket, id: MentionId, *, withdrawn_at: datetime, now: datetime) -> Ticket:
    """The ticket without what a post of it said; itself when it is not in it, or gone already."""
    if not any(one.id == id for one in ticket.standing):
        return ticket

    def bare(one: Mention) -> Mention:
        return without_words(one, withdrawn_at=withdrawn_at) if one.id == id else one

    changes: dict[str, object] = {
        "mention": bare(ticket.mention),
        "posts": tuple(Post(mention=bare(one.mention), mood=one.mood) for one in ticket.posts),
        "reasons": tuple(unquoted(one) for one in ticket.reasons),
        "replies": tuple(_taken_back(ticket, one, id) for one in ticket.replies),
    }
    act = TicketAct(kind=TicketActKind.WITHDRAWN, at=now)
    changed = ticket.changed(act, **changes)
    if changed.standing or changed.state in ENDED or is_touched(changed):
        return changed
    over = TicketAct(kind=TicketActKind.RESOLVED, at=now, to=TicketState.NO_ANSWER.value)
    ended = changed.changed(
        over,
        state=TicketState.NO_ANSWER,
        ended_at=now,
        is_waiting=False,
        held_until=None,
        returns_at=None,
        returns_for="",
        customer=None,
    )
    return replace(ended, version=ticket.version + 1)  # both are one change


def is_touched(ticket: Ticket) -> bool:
    """Whether somebody of ours has it, or has done more with it than look, or it goes on in
    private."""
    is_heard = any(one.state in PENDING or one.state is ReplyState.SENT for one in ticket.replies)
    is_private = any(one.is_private for one in ticket.mentions)
    is_claimed = ticket.state is TicketState.CLAIMED
    return is_claimed or is_heard or is_private or bool(ticket.notes) or ticket.has_promise


def without_quote(incident: Incident, mention: Mention) -> Incident:
    """The incident without what a mention said; itself where it does not show that one."""
    if not shows(incident, mention) or incident.quote == TAKEN_BACK:
        return incident
    return replace(
        incident,
        quote=TAKEN_BACK,
        author="",
        url="",
        reasons=tuple(unquoted(one) for one in incident.reasons),
        version=incident.version + 1,
    )


def _taken_back(ticket: Ticket, reply: Reply, id: MentionId) -> Reply:
    """What waits to go out beneath the post does not: it would stand there without it."""
    is_waiting = reply.state in (ReplyState.QUEUED, ReplyState.PROPOSED)
    if not is_waiting or ticket.answered_mention(reply).id != id:
        return reply
    return replace(reply, state=ReplyState.UNDONE, refusal=NOT_SENT)
