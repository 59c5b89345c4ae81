"""Replay: a recorded file of events, one JSON object a line. The reference member.

Every line has `at` (ISO 8601 with an offset) and `do`:

    {"at": "2026-11-21T19:30:00Z", "do": "post", "platform": "mastodon", "id": "1",
     "text": "the whole site is down", "url": "https://social.example/1", "language": "en",
     "author": {"handle": "carla", "name": "Carla", "followers": 1200, "is_verified": false},
     "is_addressed": true, "in_reply_to": null, "posted_at": "2026-11-21T19:29:00Z",
     "is_private": false, "media": [{"url": "https://social.example/1.jpg", "alt": "a queue"}]}
    {"at": "2026-11-21T20:00:00Z", "do": "down", "platform": "mastodon"}
    {"at": "2026-11-21T20:10:00Z", "do": "up", "platform": "mastodon"}

A post appears at `at`; `posted_at` is said only where the platform would show another date
(back-dated, or from the future). Of a post only `id` and `text` are needed besides; `author`
null is a deleted one. Between `down` and `up` nothing can be fetched or replied. Other events
(phones, agents: the scenario player's) are passed over. Lines are taken in the order of their
`at`, those of one instant in the order of the file.
"""

import json
import threading
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Batch, Cursor, Preview, Published, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Member, Opening, Option


class _Author(msgspec.Struct, frozen=True):
    handle: str
    name: str = ""
    followers: int | None = None
    is_verified: bool = False


class _Picture(msgspec.Struct, frozen=True):
    url: str = ""
    alt: str = ""


class _Event(msgspec.Struct, frozen=True):
    at: datetime
    do: str
    platform: str = ""


class _Post(msgspec.Struct, frozen=True):
    at: datetime
    id: str
    text: str
    platform: str = "replay"
    author: _Author | None = None
    url: str = ""
    language: str | None = None
    is_addressed: bool = False
    in_reply_to: str | None = None
    posted_at: datetime | None = None
    is_private: bool = False
    media: tuple[_Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class _Recording:
    """A file, read: everything sorted by instant, so that each question is a search in it."""

    post_instants: tuple[datetime, ...]
    posts: tuple[tuple[int, bytes, _Post], ...]
    """Line number, line, post."""
    change_instants: tuple[datetime, ...]
    is_down: tuple[bool, ...]
    """After each change."""
    refused: tuple[str, ...]


@lru_cache(maxsize=16)
def _recording(path: str, platform: str, modified_ns: int, size: int) -> _Recording:
    posts: list[tuple[int, bytes, _Post]] = []
    changes: list[tuple[datetime, bool]] = []
    refused: list[str] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            event = msgspec.json.decode(line, type=_Event)
            if event.at.tzinfo is None:
                raise ValueError("`at` has no offset; write it like 2026-11-21T19:30:00Z")
            if event.do == "post":
                post = msgspec.json.decode(line, type=_Post)
                if post.posted_at and post.posted_at.tzinfo is None:
                    raise ValueError("`posted_at` has no offset")
                if platform in ("", post.platform):
                    posts.append((number, line, post))
            elif event.do in ("down", "up") and (not platform or event.platform == platform):
                changes.append((event.at, event.do == "down"))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            refused.append(f"line {number} of {Path(path).name}: {error}")
    posts.sort(key=lambda one: (one[2].at, one[0]))
    changes.sort(key=lambda change: change[0])
    return _Recording(
        post_instants=tuple(post.at for _, _, post in posts),
        posts=tuple(posts),
        change_instants=tuple(at for at, _ in changes),
        is_down=tuple(is_down for _, is_down in changes),
        refused=tuple(refused),
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
        return Batch(
            pulled=tuple(
                Pulled(mention=self._mention(post, now), raw=raw)
                for _, raw, post in recording.posts[begin:end]
                if not (post.author and post.author.handle.casefold() in self._own)
            ),
            cursor=cursors.written(moved, of=self._of),
            is_caught_up=end >= visible,
            refused=recording.refused[state.bad :],
            gap=gap,
        )

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

    def _read(self, now: datetime) -> _Recording:
        try:
            found = self._path.stat()
        except OSError:
            raise SourceRefused(f"there is no file {self._path.name} to replay") from None
        recording = _recording(str(self._path), self._platform, found.st_mtime_ns, found.st_size)
        changes = bisect_right(recording.change_instants, now)
        if changes and recording.is_down[changes - 1]:
            raise SourceUnavailable(f"{self._platform or 'the platform'} is down in the recording")
        return recording

    def _mention(self, post: _Post, now: datetime) -> Mention:
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


def _author(found: _Author | None) -> Author | None:
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


def _line(recording: _Recording, shown: int) -> int:
    return recording.posts[shown - 1][0]


def _as_published(mention: Mention, reply: Reply) -> Published:
    return Published(platform_id=f"reply-{reply.id}", url=f"{mention.url}#reply-{reply.id}")


MEMBER = Member(
    kind="replay",
    listens="posts of a recorded file, as their instants come",
    answers="into a file",
    answers_privately="into that file, marked as private",
    credentials="none",
    window="the whole file",
    costs="nothing",
    options=(
        Option(name="path", says="the file of JSON lines to read", default="", is_required=True),
        Option(name="platform", says="only lines of this platform; empty: all", default=""),
        Option(name="per_fetch", says="most posts in one batch", default=100, most=10_000),
        Option(
            name="replies_path",
            says="where replies are written; empty: beside the file",
            default="",
        ),
        Option(
            name="max_characters",
            says="how long a reply may be",
            default=500,
            least=100,
            most=100_000,
        ),
    ),
    open=Replay,
    opens=(Replay,),
)
