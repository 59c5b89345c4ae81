"""Statuses and notifications as Mastodon's API writes them, and the mentions they are.

Shapes: docs.joinmastodon.org/entities/Status and /Notification (October 2026), read leniently,
since Pleroma, GoToSocial and others speak the same API with fields missing or null.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.text import plain_text

DIRECT = "direct"
"""Visibility of a post that only those read whom it names."""


class Account(msgspec.Struct, frozen=True):
    """Who wrote it."""

    acct: str
    """`user` on the server that was asked, `user@host` elsewhere."""
    id: str = ""
    display_name: str | None = None
    followers_count: int | None = None
    url: str | None = None


class Named(msgspec.Struct, frozen=True):
    """An account that a status names."""

    acct: str = ""


class Identified(msgspec.Struct, frozen=True):
    """Anything, as far as its id."""

    id: str


class Quote(msgspec.Struct, frozen=True):
    """The post that a status quotes, whole or by its id only (entities Quote and ShallowQuote)."""

    quoted_status: Identified | None = None
    quoted_status_id: str | None = None


class Attachment(msgspec.Struct, frozen=True):
    """A picture, film or sound (entity MediaAttachment)."""

    url: str | None = None
    remote_url: str | None = None
    preview_url: str | None = None
    description: str | None = None


class Status(msgspec.Struct, frozen=True):
    """A post."""

    id: str
    created_at: datetime
    account: Account | None = None
    content: str | None = None
    """HTML."""
    spoiler_text: str | None = None
    url: str | None = None
    uri: str | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    visibility: str | None = None
    mentions: list[Named] | None = None
    media_attachments: object = None
    """Read by itself: nobody loses a mention by a picture."""
    reblog: object = None
    reblogs_count: object = None
    quote: object = None
    """Since Mastodon 4.4; others write things of their own here, so it is read by itself."""


class Notification(msgspec.Struct, frozen=True):
    """Somebody did something that concerns our account."""

    id: str
    type: str = ""
    status: Status | None = None


class Reader:
    """What turns statuses into mentions of one brand, as one source."""

    def __init__(self, *, source: str, brand: str, handles: Iterable[str], base_url: str) -> None:
        self._source = source
        self._brand = brand
        self._host = urlsplit(base_url).hostname or ""
        self._own = frozenset(self._full(handle) for handle in handles)

    def pulled(
        self, status: Status, raw: bytes, *, now: datetime, is_addressed: bool
    ) -> Pulled | None:
        """The mention in a status; None for our own posts and for boosts of somebody's post."""
        if status.reblog is not None:
            return None
        if status.account and self._full(status.account.acct) in self._own:
            return None
        if status.created_at.tzinfo is None:
            raise NotReadable(f"{status.id} has a date without an offset")
        parts = (status.spoiler_text or "", status.content or "")
        names = {self._full(named.acct) for named in status.mentions or ()}
        mention = Mention(
            platform="mastodon",
            platform_id=status.id,
            source=self._source,
            brand=self._brand,
            text="\n\n".join(text for part in parts if (text := plain_text(part))),
            posted_at=status.created_at.astimezone(UTC),
            pulled_at=now,
            author=_author(status.account),
            url=_web_address(status.url) or _web_address(status.uri),
            language=(status.language or "")[:2].lower() or None,
            is_addressed=is_addressed or bool(names & self._own) or status.visibility == DIRECT,
            in_reply_to=status.in_reply_to_id,
            quotes_id=_quoted(status.quote),
            shares=_count(status.reblogs_count),
            is_private=status.visibility == DIRECT,
            media=_media(status.media_attachments),
        )
        return Pulled(mention=mention, raw=raw)

    def of_notification(self, found: Notification, raw: bytes, *, now: datetime) -> Pulled | None:
        """The mention that a notification tells of."""
        if found.type != "mention":
            return None
        if found.status is None:
            raise NotReadable(f"notification {found.id} is of a post that is gone")
        return self.pulled(found.status, raw, now=now, is_addressed=True)

    def _full(self, acct: str) -> str:
        name, _, host = acct.lstrip("@").casefold().partition("@")
        return f"{name}@{host or self._host}"


def _author(account: Account | None) -> Author | None:
    if account is None or not account.acct:
        return None
    return Author(
        handle=account.acct,
        name=account.display_name or "",
        followers=account.followers_count,
        url=_web_address(account.url),
    )


def _quoted(quote: object) -> str | None:
    """The id of the quoted post, where it is told: nobody loses a mention by a quote."""
    try:
        found = msgspec.convert(quote, Quote | None)
    except msgspec.ValidationError:
        return None
    if found is None:
        return None
    return found.quoted_status.id if found.quoted_status else found.quoted_status_id


def _media(found: object) -> tuple[Media, ...]:
    media: list[Media] = []
    for one in found if isinstance(found, list) else ():
        try:
            picture = msgspec.convert(one, Attachment)
        except msgspec.ValidationError:
            continue
        addresses = (picture.url, picture.remote_url, picture.preview_url)
        url = next((good for each in addresses if (good := _web_address(each))), "")
        media.append(Media(url=url, alt=picture.description or ""))
    return tuple(media)


def _count(number: object) -> int | None:
    return number if type(number) is int and number >= 0 else None


def _web_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""
