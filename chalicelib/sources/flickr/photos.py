"""Photos and comments as Flickr's API writes them, and the mentions they are.

Shapes: flickr.com/services/api/flickr.photos.search.html and flickr.photos.comments.getList.html;
in JSON an element's text is `_content`, and numbers are often written as text.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.text import plain_text

WEB = "https://www.flickr.com"

EXTRAS = "description,date_upload,last_update,owner_name,path_alias,tags,url_m"


class Photo(msgspec.Struct, frozen=True):
    """A photo in a listing, with `EXTRAS`."""

    id: str
    owner: str = ""
    title: object = ""
    description: object = None
    dateupload: int | str = 0
    lastupdate: int | str = 0
    ownername: object = None
    pathalias: object = None
    tags: object = None
    url_m: object = None


class _Listed(msgspec.Struct, frozen=True):
    photo: list[msgspec.Raw]
    pages: int | str = 1
    total: int | str = 0


class Listing(msgspec.Struct, frozen=True):
    """A page of photos."""

    photos: _Listed


class Identified(msgspec.Struct, frozen=True):
    """Anything, as far as its id."""

    id: str


class Comment(msgspec.Struct, frozen=True):
    """A comment on a photo."""

    id: str
    datecreate: int | str
    author: str = ""
    authorname: object = None
    realname: object = None
    path_alias: object = None
    permalink: object = None
    content: object = msgspec.field(name="_content", default=None)


class Reader:
    """What turns photos and comments into mentions of one brand, as one source."""

    def __init__(self, *, source: str, brand: str, handles: Iterable[str]) -> None:
        self._source = source
        self._brand = brand
        self._own = frozenset(handle.lstrip("@").casefold() for handle in handles)

    def of_photo(self, photo: Photo, raw: bytes, *, now: datetime) -> Pulled | None:
        """The mention in a photo; None for our own."""
        alias, name = _text(photo.pathalias), _text(photo.ownername)
        if self._is_own(photo.owner, alias, name):
            return None
        written = (_text(photo.title), plain_text(_content(photo.description)), _tags(photo.tags))
        picture = _text(photo.url_m)
        mention = Mention(
            platform="flickr",
            platform_id=photo.id,
            source=self._source,
            brand=self._brand,
            text="\n\n".join(part for part in written if part),
            posted_at=instant(photo.dateupload),
            pulled_at=now,
            author=_author(photo.owner, name),
            url=f"{WEB}/photos/{alias or photo.owner}/{photo.id}/" if photo.owner else "",
            media=(Media(url=picture),) if picture else (),
        )
        return Pulled(mention=mention, raw=raw)

    def of_comment(
        self, comment: Comment, raw: bytes, *, photo: str, owner: str, now: datetime
    ) -> Pulled | None:
        """The mention in a comment on a `photo` of ours; None for what we said ourselves."""
        alias, name = _text(comment.path_alias), _text(comment.authorname)
        if comment.author == owner or self._is_own(comment.author, alias, name):
            return None
        mention = Mention(
            platform="flickr",
            platform_id=comment.id,
            source=self._source,
            brand=self._brand,
            text=plain_text(_text(comment.content)),
            posted_at=instant(comment.datecreate),
            pulled_at=now,
            author=_author(comment.author, _text(comment.realname) or name),
            url=_text(comment.permalink),
            is_addressed=True,
            in_reply_to=photo,
        )
        return Pulled(mention=mention, raw=raw)

    def _is_own(self, *names: str) -> bool:
        return any(name.casefold() in self._own for name in names if name)


def instant(second: int | str) -> datetime:
    """Raises NotReadable for what is no instant."""
    try:
        return datetime.fromtimestamp(int(second), UTC)
    except (ValueError, OverflowError, OSError):
        raise NotReadable("a date that is none") from None


def number(value: int | str) -> int:
    """What a count or an instant says; 0 where it says nothing."""
    return int(value) if str(value).isdecimal() else 0


def photo_of(platform_id: str) -> str:
    """The photo on which a comment stands, or the photo itself: a comment's id is
    `<account>-<photo>-<comment>`."""
    parts = platform_id.split("-")
    return parts[1] if len(parts) == 3 else platform_id


def is_comment(platform_id: str) -> bool:
    return photo_of(platform_id) != platform_id


def _author(nsid: str, name: str) -> Author | None:
    """By the account's own number, which stays when its names change."""
    return Author(handle=nsid, name=name, url=f"{WEB}/people/{nsid}/") if nsid else None


def _content(value: object) -> str:
    return _text(value.get("_content") if isinstance(value, dict) else value)


def _tags(value: object) -> str:
    return " ".join(f"#{tag}" for tag in _text(value).split())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
