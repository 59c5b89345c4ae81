"""Counting negative mentions by series: each once, though a batch be delivered twice.

A series is a brand and a topic. Its counts stand in a few lanes, records that are written by
whoever brings a batch: one lane as long as nobody is in the way, others when two writers meet.
A mention is known in all of them, so that a repeated one counts once wherever it was counted.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.crowd.baseline import BUCKET
from chalicelib.domain.mention import Author, Mention, MentionId
from chalicelib.domain.rules import IGNORED
from chalicelib.domain.signal import Mood, Score, Topic

KEPT = timedelta(hours=8)
"""How long counts are kept: the longest window of the crowd, and time to settle."""

KNOWN = 400
"""Mentions that a lane still knows when they are delivered again."""

VOICES = 60
"""Authors of a bucket that a lane knows; beyond them every post is a voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What one bucket holds."""

    posts: int = 0
    """Voices: an author counts once while counts are kept, however often they post."""
    authors: tuple[str, ...] = ()
    """Digests of who was counted."""
    loudest: MentionId | None = None
    """The mention whose author has most followers."""
    reach: int = -1
    """Followers of that author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One lane of a series."""

    counts: Mapping[int, Count] = field(default_factory=dict)
    """By the Unix second at which a bucket starts."""
    known: tuple[str, ...] = ()
    """Digests of the mentions counted last, newest last."""
    version: int = 0

    def voices(self, *, now: datetime) -> frozenset[str]:
        """Digests of the authors who were counted of late."""
        oldest = bucket_of(now - KEPT)
        late = (count.authors for start, count in self.counts.items() if start >= oldest)
        return frozenset(author for authors in late for author in authors)

    def counted(
        self,
        mentions: Iterable[Mention],
        *,
        known: Collection[str],
        heard: Collection[str] = (),
        now: datetime,
    ) -> "Tally":
        """With these mentions; those in `known` (of any lane), or too old, change nothing.

        Authors in `heard` (of any lane) were counted of late: they may be the loudest, but are
        no further voices. The same value when there was nothing to count.
        """
        oldest = bucket_of(now - KEPT)
        counts, fresh = dict(self.counts), []
        seen = {*known, *self.known}
        voices = {*heard, *self.voices(now=now)}
        for mention in mentions:
            digest, start = _digest(mention.id), bucket_of(mention.posted_at)
            if digest in seen or start < oldest:
                continue
            seen.add(digest)
            fresh.append(digest)
            author = _voice(mention.author)
            count = counts.get(start, Count())
            counts[start] = _with(count, mention, author, is_heard=author in voices)
            if author:
                voices.add(author)
        if not fresh:
            return self
        return replace(
            self,
            counts={start: count for start, count in sorted(counts.items()) if start >= oldest},
            known=(*self.known, *fresh)[-KNOWN:],
            version=self.version + 1,
        )


def is_angry(score: Score) -> bool:
    """Whether a mention counts towards the crowd: negative, and not by one whom rules ignore.

    What asks for no answer counts too: many who only vent are a crowd all the same. So does what
    nobody could read, unless it is content: its mood is not known, and many at once are a crowd.
    """
    if score.topic is Topic.SPAM or any(one.name == IGNORED for one in score.signals):
        return False
    return score.mood is Mood.NEGATIVE or (_is_unread(score) and score.mood is not Mood.POSITIVE)


def _is_unread(score: Score) -> bool:
    """Whether no model speaks its language.

    `unread` also tells of a language that is read but unsure, and, with no points, of a post that
    has no words and does not speak to us, such as a bare link.
    """
    is_told = any(one.name == "unread" and one.points > 0 for one in score.signals)
    return is_told and score.language is None


def bucket_of(at: datetime) -> int:
    """Unix second at which the bucket of an instant starts."""
    width = int(BUCKET.total_seconds())
    return int(at.timestamp()) // width * width


def together(tallies: Iterable[Tally]) -> dict[int, Count]:
    """The counts of all lanes: voices add up, and the loudest of all is the loudest."""
    found: dict[int, Count] = {}
    for tally in tallies:
        for start, count in tally.counts.items():
            other = found.get(start, Count())
            louder = count if count.reach > other.reach else other
            found[start] = Count(
                posts=other.posts + count.posts, loudest=louder.loudest, reach=louder.reach
            )
    return found


def loudest(counts: Mapping[int, Count], *, since: datetime) -> tuple[MentionId, ...]:
    """The loudest mention of each bucket since an instant, that with the greatest reach first."""
    late = (count for start, count in counts.items() if start >= bucket_of(since))
    ranked = sorted(late, key=lambda count: -count.reach)
    return tuple(count.loudest for count in ranked if count.loudest is not None)


def instant_of(start: int) -> datetime:
    """The instant at which a bucket starts."""
    return datetime.fromtimestamp(start, UTC)


def _with(count: Count, mention: Mention, author: str, *, is_heard: bool) -> Count:
    if is_heard:
        posts, authors = count.posts, count.authors
    else:
        posts = count.posts + 1
        is_kept = bool(author) and len(count.authors) < VOICES
        authors = (*count.authors, author) if is_kept else count.authors
    is_louder = mention.reach > count.reach
    return Count(
        posts=posts,
        authors=authors,
        loudest=mention.id if is_louder else count.loudest,
        reach=max(mention.reach, count.reach),
    )


def _voice(author: Author | None) -> str:
    """Empty where nobody knows who spoke: each such post is a voice of its own."""
    return _digest(author.handle.casefold()) if author and author.handle else ""


def _digest(text: str) -> str:
    """48 bits: among some hundreds two are the same about once in a billion times."""
    return hashlib.blake2s(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


Series = tuple[str, Topic | None]
"""A brand and a topic; None for all its topics together."""
