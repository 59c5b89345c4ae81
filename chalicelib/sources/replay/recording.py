"""The recorded file, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec


class Recorded(msgspec.Struct, frozen=True):
    """Who wrote a post."""

    handle: str
    name: str = ""
    followers: int | None = None
    is_verified: bool = False


class Picture(msgspec.Struct, frozen=True):
    """What hangs on a post."""

    url: str = ""
    alt: str = ""


class Event(msgspec.Struct, frozen=True):
    """Any line."""

    at: datetime
    do: str
    platform: str = ""


class Post(msgspec.Struct, frozen=True):
    """A line of `do: post`, or the post as an edit has left it."""

    at: datetime
    id: str
    text: str
    edited_at: datetime | None = None
    platform: str = "replay"
    author: Recorded | None = None
    url: str = ""
    language: str | None = None
    is_addressed: bool = False
    in_reply_to: str | None = None
    posted_at: datetime | None = None
    is_private: bool = False
    media: tuple[Picture, ...] = ()


class Edit(msgspec.Struct, frozen=True):
    """A line of `do: edit`."""

    at: datetime
    id: str
    text: str
    platform: str = "replay"


class Deletion(msgspec.Struct, frozen=True):
    """A line of `do: delete`."""

    at: datetime
    id: str
    platform: str = "replay"
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """A file, read: everything sorted by instant, so that each question is a search in it."""

    post_instants: tuple[datetime, ...]
    posts: tuple[tuple[int, bytes, Post | Deletion], ...]
    """Line number, line, and a post as it was then, or what is told of its end."""
    deleted_at: Mapping[str, datetime]
    """By id."""
    change_instants: tuple[datetime, ...]
    is_down: tuple[bool, ...]
    """After each change."""
    refused: tuple[str, ...]


@lru_cache(maxsize=16)
def recording_of(path: str, platform: str, modified_ns: int, size: int) -> Recording:
    """The file as it is at that time and size; lines that cannot be read are among `refused`."""
    posts: list[tuple[int, bytes, Post | Deletion]] = []
    edits: list[tuple[int, bytes, Edit]] = []
    deleted_at: dict[str, datetime] = {}
    changes: list[tuple[datetime, bool]] = []
    refused: list[str] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            event = msgspec.json.decode(line, type=Event)
            if event.at.tzinfo is None:
                raise ValueError("`at` has no offset; write it like 2026-11-21T19:30:00Z")
            if event.do == "post":
                post = msgspec.json.decode(line, type=Post)
                if post.posted_at and post.posted_at.tzinfo is None:
                    raise ValueError("`posted_at` has no offset")
                if platform in ("", post.platform):
                    posts.append((number, line, post))
            elif event.do == "edit":
                edit = msgspec.json.decode(line, type=Edit)
                edits.append((number, line, edit))
            elif event.do == "delete":
                deletion = msgspec.json.decode(line, type=Deletion)
                if platform in ("", deletion.platform):
                    deleted_at[deletion.id] = deletion.at
                    if deletion.is_told:
                        posts.append((number, line, deletion))
            elif event.do in ("down", "up") and (not platform or event.platform == platform):
                changes.append((event.at, event.do == "down"))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            refused.append(f"line {number} of {Path(path).name}: {error}")
    first = {one.id: one for _, _, one in posts if isinstance(one, Post)}
    for number, line, edit in sorted(edits, key=lambda one: (one[2].at, one[0])):
        before = first.get(edit.id)
        if before is None:
            continue  # of another platform
        posted_at = before.posted_at or before.at
        changed = {"at": edit.at, "text": edit.text, "posted_at": posted_at}
        after = msgspec.structs.replace(before, edited_at=edit.at, **changed)
        posts.append((number, line, after))
    posts.sort(key=lambda one: (one[2].at, one[0]))
    changes.sort(key=lambda change: change[0])
    return Recording(
        post_instants=tuple(post.at for _, _, post in posts),
        posts=tuple(posts),
        deleted_at=deleted_at,
        change_instants=tuple(at for at, _ in changes),
        is_down=tuple(is_down for _, is_down in changes),
        refused=tuple(refused),
    )


def is_gone(recording: Recording, id: str, now: datetime) -> bool:
    """Whether a post was deleted by now."""
    return (at := recording.deleted_at.get(id)) is not None and at <= now
