"""What an author has posted of late about a brand: a short memory, and what nobody answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.mention import MentionId
from chalicelib.domain.signal import Mood, Urgency
from chalicelib.domain.ticket import ReplyState, Ticket

MOST_REMEMBERED = 10
"""Mentions of one author that are remembered."""

REMEMBERED_FOR = timedelta(days=90)
"""After that an author is new to us."""

A_BREATH = timedelta(minutes=10)
"""Posts of one author less than this apart are one attempt: nobody could have answered between."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One mention as it was judged."""

    id: MentionId
    posted_at: datetime
    mood: Mood
    urgency: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The newest mentions of one author about one brand. Holds neither handle nor text."""

    judged: tuple[Judged, ...] = ()
    """Newest first, at most `MOST_REMEMBERED`."""
    version: int = 0
    """Counts its changes; 0: it is not stored yet."""

    def with_judged(self, one: Judged, *, now: datetime) -> "History":
        """With one more, and without what is too old; itself when that changes nothing.

        The same mentions in any order, however often, give the same.
        """
        known = {each.id: each for each in (one, *self.judged)}
        recent = [each for each in known.values() if each.posted_at > now - REMEMBERED_FOR]
        newest = sorted(recent, key=lambda each: (each.posted_at, each.id), reverse=True)
        kept = tuple(newest[:MOST_REMEMBERED])
        return self if kept == self.judged else replace(self, judged=kept)

    def without(self, id: MentionId) -> "History":
        """Without one mention; itself when it is not remembered."""
        kept = tuple(one for one in self.judged if one.id != id)
        return self if kept == self.judged else replace(self, judged=kept)

    def before(self, id: MentionId, *, now: datetime) -> tuple[Judged, ...]:
        """What is remembered but for that mention itself, newest first."""
        since = now - REMEMBERED_FOR
        return tuple(one for one in self.judged if one.id != id and one.posted_at > since)


def is_answered(ticket: Ticket, posted_at: datetime) -> bool:
    """Whether a person has answered what the customer posted then in this conversation, is about
    to, or has ended it otherwise."""
    if not ticket.is_in_queue or ticket.pending_replies:
        return True
    is_first = posted_at <= ticket.mention.posted_at  # whose clock runs ahead of ours, say
    return any(
        reply.state is ReplyState.SENT and (is_first or reply.approved_at >= posted_at)
        for reply in ticket.replies
    )


def attempts(posted: Sequence[datetime], *, before: datetime) -> int:
    """How often somebody tried, until well before that: posts in one breath are one attempt."""
    count = 0
    latest = before
    for at in sorted(posted, reverse=True):
        if latest - at >= A_BREATH:
            count += 1
            latest = at
    return count
