"""A recorded file as a source, and as a place where replies are kept."""

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Batch, Checked, Cursor, Preview, Probed, Published, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.replay.recording import (
    Deletion,
    Post,
    Recorded,
    Recording,
    is_gone,
    recording_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """How many posts have been shown, the line of the last of them, and bad lines told."""

    shown: int = 0
    last_line: int = 0
    bad: int = 0


class Replay:
    """A recorded file as a source, and as a place where replies are kept."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._brand = opening.brand.id
        self._own = frozenset(handle.casefold() for handle in opening.brand.handles)
        self._now: Callable[[], datetime] = opening.now
        self._path = Path(opening.text("path"))
        self._platform = opening.text("platform")
        self._of = f"{self._path}#{self._platform}"
        self._per_fetch = opening.number("per_fetch")
        self._limit = opening.number("max_characters")
        replies = opening.text("replies_path")
        self._replies = Path(replies) if replies else Path(f"{self._path}.replies.jsonl")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        recording = self._read(now)
        known, gap = cursors.read(cursor, _State, of=self._of)
        state = known or _State()
        visible = bisect_right(recording.post_instants, now)
        begin = state.shown
        if begin and (begin > len(recording.posts) or _line(recording, begin) != state.last_line):
            begin = 0  # the file was changed behind us: rather all of it again than one post lost
        end = min(begin + self._per_fetch, max(visible, begin))
        moved = _State(
            shown=end,
            last_line=_line(recording, end) if end else 0,
            bad=len(recording.refused),
        )
        shown = recording.posts[begin:end]
        return Batch(
            pulled=tuple(
                Pulled(mention=self._mention(post, now), raw=raw, edited_at=post.edited_at)
                for _, raw, post in shown
                if isinstance(post, Post)
                and not is_gone(recording, post.id, now)
                and not (post.author and post.author.handle.casefold() in self._own)
            ),
            gone=tuple(one.id for _, _, one in shown if isinstance(one, Deletion)),
            cursor=cursors.written(moved, of=self._of),
            is_caught_up=end >= visible,
            refused=recording.refused[state.bad :],
            gap=gap,
        )

    def probe(self, *, deadline: datetime) -> Probed:
        recording = self._read(self._now())
        return Probed(works=(f"reads {len(recording.posts)} posts of {self._path.name}",))

    checks_at_once = 100

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        now = self._now()
        recording = self._read(now)
        ids = (one.platform_id for one in mentions)
        return Checked(gone=frozenset(id for id in ids if is_gone(recording, id, now)))

    def reply(self, mention: Mention, reply: Reply) -> Published:
        self._read(self._now())
        with _WRITING:
            if (there := self._published(mention, reply)) is not None:
                return there
            line = {
                "at": self._now().astimezone(UTC).isoformat(),
                "id": reply.id,
                "platform": mention.platform,
                "in_reply_to": mention.platform_id,
                "text": reply.text,
                "is_private": reply.is_private,
            }
            with self._replies.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return _as_published(mention, reply)

    def reply_privately(self, mention: Mention, reply: Reply) -> Published:
        return self.reply(mention, reply)

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        return Preview(text=text, length=len(text), limit=self._limit)

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        self._read(self._now())
        return self._published(mention, reply)

    def _published(self, mention: Mention, reply: Reply) -> Published | None:
        if not self._replies.exists():
            return None
        # Quotes inside a text are escaped, so this can only be the line's own id.
        own_id = json.dumps({"id": reply.id}, ensure_ascii=False)[1:-1]
        is_there = own_id in self._replies.read_text(encoding="utf-8")
        return _as_published(mention, reply) if is_there else None

    def _read(self, now: datetime) -> Recording:
        try:
            found = self._path.stat()
        except OSError:
            raise SourceRefused(f"there is no file {self._path.name} to replay") from None
        recording = recording_of(str(self._path), self._platform, found.st_mtime_ns, found.st_size)
        changes = bisect_right(recording.change_instants, now)
        if changes and recording.is_down[changes - 1]:
            raise SourceUnavailable(f"{self._platform or 'the platform'} is down in the recording")
        return recording

    def _mention(self, post: Post, now: datetime) -> Mention:
        return Mention(
            platform=post.platform,
            platform_id=post.id,
            source=self.name,
            brand=self._brand,
            text=post.text,
            posted_at=(post.posted_at or post.at).astimezone(UTC),
            pulled_at=now,
            author=_author(post.author),
            url=post.url,
            language=post.language,
            is_addressed=post.is_addressed,
            in_reply_to=post.in_reply_to,
            is_private=post.is_private,
            media=tuple(Media(url=one.url, alt=one.alt) for one in post.media),
        )


def _author(found: Recorded | None) -> Author | None:
    if found is None:
        return None
    return Author(
        handle=found.handle,
        name=found.name,
        followers=found.followers,
        is_verified=found.is_verified,
    )


_WRITING = threading.Lock()
"""Held from looking for a reply to writing it, so that two threads do not both write."""


def _line(recording: Recording, shown: int) -> int:
    return recording.posts[shown - 1][0]


def _as_published(mention: Mention, reply: Reply) -> Published:
    return Published(platform_id=f"reply-{reply.id}", url=f"{mention.url}#reply-{reply.id}")
