"""Which conversation a mention belongs to, and whether it makes its author wait.

A mention belongs to a ticket of its author when it answers something in it, or was posted soon
after the last word of it. What asks nothing of us never opens a ticket by itself, but "thanks,
works now" is to be seen where it belongs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.gratitude import says_only_thanks
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import ANSWER_AT, Mood, Score, Signal, Topic, Urgency
from chalicelib.domain.ticket import ReplyState, Ticket

PRIVATE = "private"
"""Name of the signal by which a private message deserves an answer, however it was judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a mention belongs."""

    ticket: Ticket | None
    """The conversation it goes on in; None: it has none yet."""
    score: Score
    """As it counts there."""
    is_quiet: bool
    """Whether nobody waits because of it: praise, thanks, what asks nothing of us."""
    opens: bool
    """Whether it makes a ticket of its own where it has none."""


def place_of(
    mention: Mention, score: Score, tickets: Sequence[Ticket], *, joins_within: timedelta
) -> Place:
    """Where a mention belongs, by the newest `tickets` of its author.

    A ticket that is full is left for the author's newest, and that for one of its own.
    """
    newest_first = sorted(tickets, key=lambda one: (one.opened_at, one.id), reverse=True)
    thread = next((one for one in newest_first if answers(mention, one)), None)
    is_ignored = score.urgency is Urgency.IGNORE
    is_said_to_us = thread is not None or mention.is_private or mention.is_addressed
    joined = thread
    if thread is None or thread.is_full:
        joined = next((one for one in newest_first if one.mention.brand == mention.brand), None)
        if (
            joined is None
            or joined.is_full
            or not is_near(mention, joined, joins_within)
            or (is_ignored and thread is None and not joined.is_in_queue)
            or (is_ignored and not is_said_to_us and not joined.is_waiting)
        ):
            joined = None
    is_quiet = (is_ignored and not (is_said_to_us and not is_kind(score))) or (
        joined is not None and is_thanks_for(joined, mention, score)
    )
    return Place(
        ticket=joined,
        score=_counted(mention, score, joined, is_quiet=is_quiet),
        is_quiet=is_quiet,
        opens=not is_ignored
        or thread is not None
        or (mention.is_private and score.topic is not Topic.SPAM)
        or (mention.is_addressed and is_kind(score)),
    )


def is_kind(score: Score) -> bool:
    """Praise or thanks."""
    if score.topic is Topic.SPAM or score.mood is Mood.NEGATIVE:
        return False
    return score.mood is Mood.POSITIVE or score.topic is Topic.PRAISE


def is_thanks_for(ticket: Ticket, mention: Mention, score: Score) -> bool:
    """Whether it is the customer's thanks for our answer, such as "thanks, works now"."""
    if not ticket.is_answered or score.urgency.rank < Urgency.ANSWER.rank:
        return False
    return says_only_thanks(mention.text)


def answers(mention: Mention, ticket: Ticket) -> bool:
    """Whether it was posted beneath something of that conversation, ours or the customer's."""
    id, platform = mention.in_reply_to, mention.platform
    if not id:
        return False
    return any((one.platform, one.platform_id) == (platform, id) for one in ticket.mentions) or any(
        one.platform_id == id and ticket.answered_mention(one).platform == platform
        for one in ticket.replies
    )


def is_near(mention: Mention, ticket: Ticket, within: timedelta) -> bool:
    """Whether it was posted in the time of a conversation, or so much before or after it."""
    first = min(one.posted_at for one in ticket.mentions)
    return first - within <= mention.posted_at <= last_word_at(ticket) + within


def last_word_at(ticket: Ticket) -> datetime:
    """When one of both sides spoke last."""
    ours = (one.tried_at for one in ticket.replies if one.state is ReplyState.SENT)
    return max(*(one.posted_at for one in ticket.mentions), ticket.mention.posted_at, *ours)


def _counted(mention: Mention, score: Score, ticket: Ticket | None, *, is_quiet: bool) -> Score:
    """What asks nothing by itself is to be answered where somebody waits because of it, unless
    the conversation says already how grave it is."""
    if is_quiet:
        return replace(score, urgency=Urgency.IGNORE)
    if score.urgency is not Urgency.IGNORE:
        return score
    if ticket is not None and ticket.urgency is not Urgency.IGNORE:
        return score
    says = "wrote to us alone" if mention.is_private else "goes on in a conversation with us"
    signal = Signal(PRIVATE, max(0.0, ANSWER_AT - score.value), says)
    return replace(score.with_signal(signal), urgency=Urgency.ANSWER)
