"""Posts and comments as the Graph API writes them, and the mentions they are.

Fields: developers.facebook.com/docs/graph-api/reference/page-post and /comment (v26.0). `from`
is withheld for most people. `updated_time` of a post is also the time of its last comment, and a
comment has none, so a listing does not tell of edits; pushes do.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable

PLATFORM = "facebook"
SITE = "https://www.facebook.com"

_ATTACHED = "{description,media,media_type,type,url}"
POST_FIELDS = (
    "id,created_time,updated_time,message,story,from{id,name},permalink_url,shares,parent_id,"
    f"attachments{_ATTACHED}"
)
COMMENT_FIELDS = (
    "id,created_time,message,from{id,name},permalink_url,parent{id},is_hidden,"
    f"attachment{_ATTACHED}"
)

_SHOWS = ("photo", "video", "album", "sticker", "animated")
"""Beginnings of the kinds of attachments that are pictures or films; the rest are previews."""

_MILLISECONDS_FROM = 100_000_000_000
"""A number from here on counts milliseconds, as in messages; below, seconds (until 5138)."""


class Person(msgspec.Struct, frozen=True):
    """Who wrote it: a page, or a person by the id they have for this page."""

    id: str | int = ""
    name: str | None = None


class Identified(msgspec.Struct, frozen=True):
    """Anything, as far as its id."""

    id: str = ""


class Post(msgspec.Struct, frozen=True):
    """A post that tags the page or stands on it (node PagePost)."""

    id: str
    created_time: str | int
    updated_time: object = None
    message: str | None = None
    story: str | None = None
    """What Facebook writes for somebody who wrote nothing, such as "Ana was with Acme"."""
    author: Person | None = msgspec.field(name="from", default=None)
    permalink_url: str | None = None
    parent_id: str | None = None
    """The post it passes on."""
    shares: object = None
    attachments: object = None
    """These two are read by themselves: nobody loses a mention by a picture."""

    @property
    def stirred_at(self) -> float:
        """Seconds of the epoch: the later one of when it was written and last touched, by
        whichever of the two the listing is ordered."""
        written = instant(self.created_time).timestamp()
        try:
            return max(written, instant(self.updated_time).timestamp())
        except NotReadable:
            return written


class Comment(msgspec.Struct, frozen=True):
    """A comment, at any depth (node Comment)."""

    id: str
    created_time: str | int
    message: str | None = None
    author: Person | None = msgspec.field(name="from", default=None)
    permalink_url: str | None = None
    parent: Identified | None = None
    """The comment it answers; None beneath the post itself."""
    attachment: object = None


class _Image(msgspec.Struct, frozen=True):
    src: str = ""


class _Medium(msgspec.Struct, frozen=True):
    image: _Image | None = None
    source: str | None = None


class _Attachment(msgspec.Struct, frozen=True):
    description: str | None = None
    media: _Medium | None = None
    media_type: str | None = None
    type: str | None = None


class _Shares(msgspec.Struct, frozen=True):
    count: int = 0


class Reader:
    """What turns posts, comments and messages into mentions of one brand, as one source."""

    def __init__(self, *, source: str, brand: str, page: str, handles: Iterable[str]) -> None:
        self._source = source
        self._brand = brand
        self._own = frozenset({page, *handles})

    def is_own(self, author: Person | None) -> bool:
        return author is not None and str(author.id) in self._own

    def post(self, post: Post, raw: bytes, *, now: datetime) -> Pulled | None:
        """None for a post of our own."""
        return self.pulled(
            raw,
            id=post.id,
            text=post.message or post.story or "",
            posted_at=instant(post.created_time),
            author=post.author,
            now=now,
            url=post.permalink_url,
            quotes_id=post.parent_id,
            shares=_count(post.shares),
            media=_all_media(post.attachments),
        )

    def comment(self, comment: Comment, raw: bytes, post: str, *, now: datetime) -> Pulled | None:
        """None for a comment of our own; `post` is the id of what it stands beneath."""
        return self.pulled(
            raw,
            id=comment_id(comment.id, post),
            text=comment.message or "",
            posted_at=instant(comment.created_time),
            author=comment.author,
            now=now,
            url=comment.permalink_url or comment_url(comment.id, post),
            in_reply_to=comment_id(comment.parent.id, post)
            if comment.parent and comment.parent.id
            else post,
            media=tuple(found for found in (_media(comment.attachment),) if found),
        )

    def pulled(
        self,
        raw: bytes,
        *,
        id: str,
        text: str,
        posted_at: datetime,
        author: Person | None,
        now: datetime,
        url: str | None = "",
        in_reply_to: str | None = None,
        quotes_id: str | None = None,
        shares: int | None = None,
        is_private: bool = False,
        media: tuple[Media, ...] = (),
        edited_at: datetime | None = None,
    ) -> Pulled | None:
        """The mention of somebody else; everything we read is said to the page."""
        if self.is_own(author):
            return None
        mention = Mention(
            platform=PLATFORM,
            platform_id=id,
            source=self._source,
            brand=self._brand,
            text=text,
            posted_at=posted_at,
            pulled_at=now,
            author=Author(handle=str(author.id), name=author.name or "")
            if author and author.id
            else None,
            url=web_address(url),
            is_addressed=True,
            in_reply_to=in_reply_to,
            quotes_id=quotes_id,
            shares=shares,
            is_private=is_private,
            media=media,
        )
        return Pulled(mention=mention, raw=raw, edited_at=edited_at)


def tail(id: str) -> str:
    """The part of an id that is its own: what follows the last underscore."""
    return id.rpartition("_")[2]


def comment_id(id: str, post: str) -> str:
    """`<post>_<comment>`, the same whether a listing or a push tells it: some tell only the
    latter half."""
    return id if "_" in id or not post else f"{tail(post)}_{id}"


def comment_url(id: str, post: str) -> str:
    """Where a comment is shown, for those that come without an address (unconfirmed)."""
    return f"{SITE}/{post}?comment_id={tail(id)}" if post else ""


def instant(value: object) -> datetime:
    """Aware, UTC, from `2017-03-20T08:31:32+0000` or a count of seconds or milliseconds.

    Raises NotReadable for anything else.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    if type(value) is int:
        seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
        return datetime.fromtimestamp(seconds, UTC)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NotReadable("its date cannot be read")
    return found.astimezone(UTC)


def web_address(address: object) -> str:
    is_one = isinstance(address, str) and address.startswith(("https://", "http://"))
    return str(address) if is_one else ""


def _count(shares: object) -> int | None:
    try:
        count = msgspec.convert(shares, _Shares | None)
    except msgspec.ValidationError:
        return None
    return count.count if count and count.count >= 0 else None


def _all_media(attachments: object) -> tuple[Media, ...]:
    found = attachments.get("data") if isinstance(attachments, dict) else None
    entries = found if isinstance(found, list) else ()
    return tuple(medium for one in entries if (medium := _media(one)))


def _media(attachment: object) -> Media | None:
    try:
        one = msgspec.convert(attachment, _Attachment | None)
    except msgspec.ValidationError:
        return None
    if one is None or not (one.media_type or one.type or "").startswith(_SHOWS):
        return None
    medium = one.media
    url = (medium.source or (medium.image.src if medium.image else "")) if medium else ""
    return Media(url=web_address(url), alt=one.description or "")
