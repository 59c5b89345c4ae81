"""Comments and videos as the YouTube Data API writes them, and the mentions they are.

Fields as of November 2026: developers.google.com/youtube/v3/docs/comments, …/commentThreads,
…/videos.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable, each
from chalicelib.sources.text import says_any

SITE = "https://www.youtube.com"


class Page(msgspec.Struct, frozen=True):
    """A page of any listing."""

    items: list[msgspec.Raw]
    given_token: str | None = msgspec.field(name="nextPageToken", default=None)

    @property
    def next_page_token(self) -> str:
        return self.given_token or ""


class Identified(msgspec.Struct, frozen=True):
    """Whatever has an id."""

    id: str


class ChannelId(msgspec.Struct, frozen=True):
    """Who somebody is."""

    value: str = ""


class CommentSnippet(msgspec.Struct, frozen=True, rename="camel"):
    """What a comment says, and who wrote it."""

    published_at: datetime
    updated_at: datetime | None = None
    text_display: str | None = None
    text_original: str | None = None
    author_display_name: str | None = None
    author_channel_id: ChannelId | None = None
    channel_id: str | None = None
    video_id: str | None = None
    parent_id: str | None = None
    image_url: object = None


class Comment(msgspec.Struct, frozen=True):
    """One comment, first of its thread or beneath it."""

    id: str
    snippet: CommentSnippet


class ThreadSnippet(msgspec.Struct, frozen=True, rename="camel"):
    """The first comment of a thread, and how many stand beneath it."""

    top_level_comment: msgspec.Raw
    total_reply_count: object = 0
    video_id: str | None = None


class ThreadReplies(msgspec.Struct, frozen=True):
    """Some of the replies of a thread."""

    comments: list[msgspec.Raw] = msgspec.field(default_factory=list)


class Thread(msgspec.Struct, frozen=True):
    """A comment on a video or channel, and some of the replies beneath it."""

    id: str
    snippet: ThreadSnippet
    replies: ThreadReplies | None = None

    @property
    def shown(self) -> list[msgspec.Raw]:
        """The replies that came along; which ones those are YouTube does not say."""
        return self.replies.comments if self.replies else []

    @property
    def reply_count(self) -> int:
        count = self.snippet.total_reply_count
        return count if type(count) is int and count >= 0 else 0


class _Published(msgspec.Struct, frozen=True, rename="camel"):
    """When something was published."""

    published_at: datetime


class _Dated(msgspec.Struct, frozen=True):
    """A comment or video, of which only the date counts."""

    snippet: _Published


class VideoSnippet(msgspec.Struct, frozen=True, rename="camel"):
    """What a video says of itself."""

    published_at: datetime
    title: str | None = None
    description: str | None = None
    channel_id: str | None = None
    channel_title: str | None = None
    default_language: str | None = None
    default_audio_language: str | None = None
    tags: object = None


class Video(msgspec.Struct, frozen=True):
    """A video."""

    id: str
    snippet: VideoSnippet


class Reader:
    """What turns comments and videos into mentions of one brand, as one source."""

    def __init__(
        self, *, source: str, brand: str, handles: Iterable[str], channel: str, terms: Iterable[str]
    ) -> None:
        self._source = source
        self._brand = brand
        self._handles = frozenset(bare(handle) for handle in handles)
        self._channel = channel
        self._terms = tuple(terms)

    def comment(
        self,
        found: Comment,
        raw: bytes,
        *,
        now: datetime,
        video: str | None = None,
        reach: Mapping[str, int] | None = None,
    ) -> Pulled | None:
        """The mention in a comment on our channel or its videos; None for what we wrote.

        `video` is the one its thread belongs to: what is told once is not always repeated.
        """
        snippet = found.snippet
        channel = snippet.author_channel_id.value if snippet.author_channel_id else ""
        name = snippet.author_display_name or ""
        if self._is_own(channel, name):
            return None
        posted_at = _utc(snippet.published_at, found.id)
        picture = snippet.image_url if isinstance(snippet.image_url, str) else ""
        mention = Mention(
            platform="youtube",
            platform_id=found.id,
            source=self._source,
            brand=self._brand,
            # The text as it was written is told to its author alone; the other is for all.
            text=(snippet.text_original or snippet.text_display or "").strip(),
            posted_at=posted_at,
            pulled_at=now,
            author=_author(channel, name, reach or {}),
            url=address(found.id, snippet.video_id or video, snippet.channel_id or self._channel),
            is_addressed=True,
            in_reply_to=snippet.parent_id or None,
            media=(Media(url=picture),) if picture else (),
        )
        updated_at = snippet.updated_at and _utc(snippet.updated_at, found.id)
        edited_at = updated_at if updated_at and updated_at > posted_at else None
        return Pulled(mention=mention, raw=raw, edited_at=edited_at)

    def video(
        self,
        found: Video,
        raw: bytes,
        *,
        now: datetime,
        reach: Mapping[str, int] | None = None,
    ) -> Pulled | None:
        """The mention in a video; None for our own, and for one that says none of the terms:
        the search is for what people may want to see, not for what they have written."""
        snippet = found.snippet
        channel = snippet.channel_id or ""
        name = snippet.channel_title or ""
        if self._is_own(channel, name):
            return None
        parts = (snippet.title or "", snippet.description or "")
        text = "\n\n".join(part.strip() for part in parts if part.strip())
        tags = snippet.tags if isinstance(snippet.tags, list) else []
        if not says_any(" \n ".join([text, *(str(tag) for tag in tags)]), self._terms):
            return None
        mention = Mention(
            platform="youtube",
            platform_id=found.id,
            source=self._source,
            brand=self._brand,
            text=text,
            posted_at=_utc(snippet.published_at, found.id),
            pulled_at=now,
            author=_author(channel, name, reach or {}),
            url=f"{SITE}/watch?v={quote(found.id, safe='')}",
            language=_language(snippet.default_audio_language or snippet.default_language),
            is_addressed=says_any(text, [f"@{handle}" for handle in self._handles]),
        )
        return Pulled(mention=mention, raw=raw)

    def _is_own(self, channel: str, name: str) -> bool:
        return (bool(channel) and channel == self._channel) or bare(name) in self._handles


def bare(handle: str) -> str:
    return handle.lstrip("@").casefold()


def address(id: str, video: str | None, channel: str | None) -> str:
    """Where a comment can be seen; of one that stands on a channel only the channel is known."""
    if video:
        return f"{SITE}/watch?v={quote(video, safe='')}&lc={quote(id, safe='')}"
    return f"{SITE}/channel/{quote(channel, safe='')}" if channel else ""


def instants_of(items: list[msgspec.Raw]) -> list[int]:
    """When entries were published (seconds of the epoch), in their order; those that do not tell
    are refused elsewhere."""
    found, _ = each(items, _Dated, lambda one, raw: int(one.snippet.published_at.timestamp()))
    return found


def _author(channel: str, name: str, reach: Mapping[str, int]) -> Author | None:
    """By handle where there is one (since 2023 the display name of a commenter is theirs)."""
    if not channel and not name:
        return None
    handle = name[1:] if name.startswith("@") and len(name) > 1 else channel or name
    return Author(
        handle=handle,
        name=name,
        followers=reach.get(channel),
        url=f"{SITE}/channel/{quote(channel, safe='')}" if channel else "",
        is_account=bool(channel) or name.startswith("@"),
    )


def _language(tag: str | None) -> str | None:
    return (tag or "").partition("-")[0].lower() or None


def _utc(at: datetime, id: str) -> datetime:
    if at.tzinfo is None:
        raise NotReadable(f"{id} has a date without an offset")
    return at.astimezone(UTC)
