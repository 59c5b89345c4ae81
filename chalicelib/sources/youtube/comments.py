"""Comments on our channel and its videos, newest thread first.

`commentThreads.list` with `order=time` lists threads by when their first comment was written
(…/docs/commentThreads/list); a reply does not move its thread. So most rounds read the newest
threads alone, and every `replies_minutes` one goes back `replies_days`: what has come beneath
those threads, and what was edited, is seen then. Up to five replies come along with a thread;
where it has more, they are read when their number has changed.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.ports import Batch, Cursor, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.google import Refused
from chalicelib.sources.payload import each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.youtube.calls import MOST_IDS, Calls, TokenGone
from chalicelib.sources.youtube.posts import Comment, Reader, Thread, instants_of

PAGES = 5
"""Of threads in one fetch."""

LONGEST_LOOK = 20
"""Pages that a round reads below the mark for the sake of replies: 2,000 threads."""

LAST = 5
"""So many entries at the end of a page must stand below the mark: a single pinned, back-dated
or lifted thread among them does not end a round too early."""

REPLY_CALLS = 20
REPLY_PAGES = 10
MOST_COUNTS = 2_000
"""Threads with more replies than come along whose number is remembered: as many as a round goes
back over, else those beyond would be read again each time. About 40 KB."""

MOST_RESTARTS = 2
"""How often in a row a round begins at the top again because its place was not taken."""


@dataclass(frozen=True, slots=True)
class _Round:
    sweep: Sweep
    since: int
    """Where the very first round ended; what was written before is never given."""
    looked_at: int
    """When a round last went back for replies."""
    mark: int = 0
    """Where the round under way could end, were it not for the replies."""
    pages: int = 0
    restarts: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    """Threads whose replies are still to be read."""

    def begun(self, *, now: int, every: int, back: int) -> "_Round":
        """A new round, which goes back for replies when that is due."""
        mark = self.sweep.read_to
        if now - self.looked_at < every:
            return replace(self, mark=mark, pages=0)
        read_to = min(mark, max(self.since, now - back))
        return replace(self, sweep=Sweep(read_to=read_to), mark=mark, pages=0, looked_at=now)

    def counted(self, thread: Thread) -> "_Round":
        """Having seen a thread; one with other replies than last time is put off."""
        key = hashlib.sha256(thread.id.encode()).hexdigest()[:12]
        if thread.reply_count <= len(thread.shown) or self.counts.get(key) == thread.reply_count:
            return self
        counts = {**self.counts, key: thread.reply_count}
        kept = dict(list(counts.items())[-MOST_COUNTS:])
        pending = (*(one for one in self.pending if one != thread.id), thread.id)
        return replace(self, counts=kept, pending=pending)


class ChannelComments:
    """What is written on our channel and beneath its videos."""

    def __init__(self, opening: Opening, calls: Calls, reader: Reader) -> None:
        self._calls = calls
        self._reader = reader
        self._now = opening.now
        self._channel = opening.text("channel_id")
        self._of = f"{opening.text('base_url')} comments {self._channel}"
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._overlap = 60 * opening.number("overlap_minutes")
        self._every = 60 * opening.number("replies_minutes")
        self._back = 86_400 * opening.number("replies_days")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        known, gap = cursors.read(cursor, _Round, of=self._of)
        start = int((now - self._lookback).timestamp())
        state = known or _Round(Sweep(read_to=start), since=start, looked_at=int(now.timestamp()))
        found = _Found(self._reader, now, state.since)
        if not state.pending:
            state, missed = self._threads(state, found, now, deadline)
            gap = gap or missed
        state = self._replies(state, found, deadline)
        gap = gap or found.missed
        return Batch(
            pulled=found.pulled(self._calls.reach, deadline),
            cursor=cursors.written(state, of=self._of),
            is_caught_up=not (state.sweep.is_under_way or state.pending or state.restarts),
            refused=tuple(found.refused),
            gap=gap,
        )

    def _threads(
        self, state: _Round, found: "_Found", now: datetime, deadline: datetime
    ) -> tuple[_Round, str]:
        """Some pages of threads; what could not be read any more."""
        seconds = int(now.timestamp())
        if not state.sweep.is_under_way:
            state = state.begun(now=seconds, every=self._every, back=self._back)
        for number in range(PAGES):
            try:
                page = self._calls.listed(
                    "commentThreads",
                    ("part", "snippet,replies"),
                    ("allThreadsRelatedToChannelId", self._channel),
                    ("order", "time"),
                    ("textFormat", "plainText"),
                    token=state.sweep.token,
                    deadline=deadline,
                )
            except TokenGone:
                return self._given_up(state)
            except SourceUnavailable:
                if number == 0:
                    raise
                break
            threads, refused = each(page.items, Thread, lambda one, raw: one)
            found.refused += refused
            for thread in threads:
                found.add(thread)
                state = state.counted(thread)
            instants = instants_of([thread.snippet.top_level_comment for thread in threads])
            sweep = state.sweep
            for instant in instants:
                sweep = sweep.saw(instant, now=seconds)
            last = max(instants[-LAST:], default=seconds)
            sweep = sweep.turned((last,), page.next_page_token, now=seconds, overlap=self._overlap)
            state = replace(state, sweep=sweep, pages=state.pages + 1)
            if sweep.is_under_way and state.pages >= LONGEST_LOOK and last < state.mark:
                state = replace(state, sweep=sweep.closed(overlap=self._overlap))
            if not state.sweep.is_under_way:
                return replace(state, restarts=0), ""
            if self._now() >= deadline:
                break
        return state, ""

    def _given_up(self, state: _Round) -> tuple[_Round, str]:
        if state.restarts < MOST_RESTARTS:
            sweep = state.sweep.given_up()
            return replace(state, sweep=sweep, pages=0, restarts=state.restarts + 1), ""
        sweep = state.sweep.closed(overlap=self._overlap)
        gap = "YouTube lets nobody page back to where the comments were read last time"
        return replace(state, sweep=sweep, pages=0, restarts=0), gap

    def _replies(self, state: _Round, found: "_Found", deadline: datetime) -> _Round:
        """The replies of threads that were put off, as far as there is time."""
        calls = 0
        while state.pending and calls < REPLY_CALLS and self._now() < deadline:
            thread, *others = state.pending
            try:
                calls += self._replies_of(thread, found, deadline)
            except SourceUnavailable:
                if not found.entries:
                    raise
                break
            state = replace(state, pending=tuple(others))
        return state

    def _replies_of(self, thread: str, found: "_Found", deadline: datetime) -> int:
        """How many calls it took. A thread that is gone has none."""
        token = ""
        for number in range(1, REPLY_PAGES + 1):
            try:
                page = self._calls.listed(
                    "comments",
                    ("part", "snippet"),
                    ("parentId", thread),
                    ("textFormat", "plainText"),
                    token=token,
                    deadline=deadline,
                )
            except TokenGone:
                raise SourceUnavailable("YouTube lost its place among replies") from None
            except Refused as error:
                if error.status not in (403, 404):
                    raise
                if error.status == 403:  # of this thread: the listing itself was shown to us
                    found.refused.append(f"replies beneath {thread}: {error}")
                return number
            found.replies(page.items)
            token = page.next_page_token
            if not token:
                break
        else:
            found.missed = f"more replies beneath {thread} than {REPLY_PAGES} pages hold"
        return number


class _Found:
    """What a fetch has found so far, each comment once."""

    def __init__(self, reader: Reader, now: datetime, since: int) -> None:
        self._reader = reader
        self._now = now
        self._since = since
        self.entries: dict[str, tuple[Comment, bytes, str | None]] = {}
        self.refused: list[str] = []
        self.missed = ""
        """What cannot be read."""

    def add(self, thread: Thread) -> None:
        self.replies([thread.snippet.top_level_comment, *thread.shown], thread.snippet.video_id)

    def replies(self, items: list[msgspec.Raw], video: str | None = None) -> None:
        good, bad = each(items, Comment, lambda one, raw: (one, raw))
        for comment, raw in good:
            before = self.entries.get(comment.id)
            self.entries[comment.id] = (comment, raw, video or (before[2] if before else None))
        self.refused += bad

    def pulled(
        self, reach: Callable[..., dict[str, int]], deadline: datetime
    ) -> tuple[Pulled, ...]:
        """Oldest first, with the reach of those who wrote last."""
        authors = [
            comment.snippet.author_channel_id.value
            for comment, _, _ in self.entries.values()
            if comment.snippet.author_channel_id and comment.snippet.author_channel_id.value
        ]
        known = reach(tuple(dict.fromkeys(authors))[:MOST_IDS], deadline=deadline)
        made: list[Pulled] = []
        for comment, raw, video in self.entries.values():
            one = self._made(comment, raw, video, known)
            if one and one.mention.posted_at.timestamp() >= self._since:
                made.append(one)
        return tuple(sorted(made, key=lambda one: (one.mention.posted_at, one.mention.platform_id)))

    def _made(
        self, comment: Comment, raw: bytes, video: str | None, known: Mapping[str, int]
    ) -> Pulled | None:
        good, bad = each(
            [msgspec.Raw(raw)],
            Comment,
            lambda one, entry: self._reader.comment(
                one, entry, now=self._now, video=video, reach=known
            ),
        )
        self.refused += bad
        return good[0] if good else None
