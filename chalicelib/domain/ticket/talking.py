"""What is said besides our answers: further posts, edits of posts, notes, corrections."""

from datetime import datetime
from typing import Any

from chalicelib.domain.correction import Correction, with_correction
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Score, Urgency
from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.holding import MAX_NOTE
from chalicelib.domain.ticket.opening import signed_mood
from chalicelib.domain.ticket.states import ENDED, TicketState
from chalicelib.domain.ticket.ticket import AgentId, Note, Post, Ticket

MOST_NOTES = 100


def joined(
    ticket: Ticket, post: Post, score: Score, *, now: datetime, due_at: datetime, is_thanks: bool
) -> Ticket:
    """The customer wrote once more; itself when that post is part of it already.

    The graver urgency counts. What was answered, put off or ended is open again, and stays with
    its holder only while their claim is alive. Thanks make nobody wait, and leave alone what was
    put off or promised. What was promised stands.
    """
    if ticket.has(post.mention.id):
        return ticket
    posts = tuple(
        sorted((*ticket.posts, post), key=lambda one: (one.mention.posted_at, one.mention.id))
    )
    changes = _heard(ticket, post.mention, score, now=now, due_at=due_at, is_thanks=is_thanks)
    return ticket.changed(TicketAct(kind=TicketActKind.JOINED, at=now), posts=posts, **changes)


def edited(
    ticket: Ticket,
    mention: Mention,
    score: Score,
    *,
    now: datetime,
    due_at: datetime,
    is_thanks: bool,
) -> Ticket:
    """The customer changed the words of a post; itself when these words are known already.

    What is graver now than the conversation was is heard as if it had been written anew; anything
    else changes the words alone. What was taken back stays away.
    """
    known = next((one for one in ticket.mentions if one.id == mention.id), None)
    if known is None or known.withdrawn_at is not None or not is_newer(mention, known):
        return ticket
    changes: dict[str, Any] = {}
    if score.urgency.rank < ticket.urgency.rank:
        changes = _heard(ticket, mention, score, now=now, due_at=due_at, is_thanks=is_thanks)
    if known is ticket.mention:
        changes |= {"mention": mention, "mood": signed_mood(score), "language": score.language}
    else:
        new = Post(mention=mention, mood=signed_mood(score))
        posts = (new if one.mention is known else one for one in ticket.posts)
        changes["posts"] = tuple(posts)
    return ticket.changed(TicketAct(kind=TicketActKind.EDITED, at=now), **changes)


def is_newer(mention: Mention, known: Mention) -> bool:
    """Whether its author has changed it since it was as it is `known`."""
    return mention.edited_at is not None and (
        known.edited_at is None or known.edited_at < mention.edited_at
    )


def _heard(
    ticket: Ticket,
    mention: Mention,
    score: Score,
    *,
    now: datetime,
    due_at: datetime,
    is_thanks: bool,
) -> dict[str, Any]:
    """What changes by words of the customer that are new to us."""
    is_alive = ticket.holder is not None and (ticket.held_until or now) > now
    is_graver = score.urgency.rank < ticket.urgency.rank
    begins_to_wait = not is_thanks and not ticket.is_waiting
    urgency = score.urgency if is_graver or begins_to_wait else ticket.urgency
    changes: dict[str, Any] = {
        "is_thanks": ticket.is_thanks and is_thanks,
        "is_waiting": ticket.is_waiting or not is_thanks,
        "ended_at": None,
    }
    if urgency is not ticket.urgency and urgency is not Urgency.IGNORE:
        changes |= {"urgency": urgency, "topic": score.topic, "reasons": score.reasons}
    if begins_to_wait:
        changes |= {"waiting_since": mention.said_at, "due_at": due_at, "breached_at": None}
    elif not is_thanks:
        changes["due_at"] = min(ticket.due_at, due_at)
    is_put_off = ticket.state in (TicketState.WAITING, TicketState.SNOOZED)
    if ticket.state is not TicketState.CLAIMED and not (is_put_off and is_thanks):
        goes_on = is_alive and ticket.state not in ENDED
        changes |= ticket.promise
        changes["state"] = TicketState.CLAIMED if goes_on else TicketState.OPEN
        changes |= {} if goes_on else {"holder": None, "held_until": None}
    return changes


def noted(ticket: Ticket, by: AgentId, text: str, *, now: datetime) -> Ticket:
    """A word among agents. Raises BadInput for an empty or too long one, or one too many."""
    text = text.strip()
    if not text:
        raise BadInput("text: the note is empty")
    if len(text) > MAX_NOTE:
        raise BadInput(f"text: {len(text)} characters; at most {MAX_NOTE} are taken")
    if len(ticket.notes) >= MOST_NOTES or ticket.is_full:
        raise BadInput(f"text: this ticket has {len(ticket.notes)} notes; more are not taken")
    return ticket.changed(notes=(*ticket.notes, Note(by=by, at=now, text=text)))


def corrected(ticket: Ticket, correction: Correction) -> Ticket:
    """An agent, its holder or not, says what the verdict should have been; for learning alone.

    Nothing else of the ticket changes. Itself when that agent has said so already.
    """
    if any(correction.says_the_same(known) for known in ticket.corrections):
        return ticket
    return ticket.changed(corrections=with_correction(ticket.corrections, correction))
