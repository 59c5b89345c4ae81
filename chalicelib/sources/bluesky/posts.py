"""Posts as Bluesky's API writes them, and the mentions they are.

Shapes: the lexicons `app.bsky.feed.defs`, `app.bsky.notification.listNotifications`,
`app.bsky.feed.post` and `app.bsky.embed.*` of github.com/bluesky-social/atproto (August 2026).
A record is what its author's client wrote, so all of it is read leniently.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable

WEB = "https://bsky.app"

POST = "app.bsky.feed.post"
"""The collection in which posts stand."""

NO_HANDLE = "handle.invalid"
"""What stands for a handle that does not lead to its account any more."""

REASONS = ("mention", "reply", "quote")
"""Why a notification is one of somebody speaking to us."""


class Profile(msgspec.Struct, frozen=True, rename="camel"):
    """An account."""

    did: str
    handle: str = ""
    display_name: object = None
    followers_count: object = None
    """In `getProfiles` only."""
    verification: object = None


class Post(msgspec.Struct, frozen=True, rename="camel"):
    """A post as a search or `getPosts` shows it, or the notification of one."""

    uri: str
    author: Profile
    indexed_at: datetime
    """By this notifications are ordered: the earlier of when it was written, as its author says,
    and when it was seen."""
    cid: str = ""
    record: object = None
    embed: object = None
    repost_count: object = None
    viewer: object = None
    reason: str = ""
    """Of a notification only."""


class Reader:
    """What turns posts into mentions of one brand, as one source."""

    def __init__(self, *, source: str, brand: str, handles: Iterable[str]) -> None:
        self._source = source
        self._brand = brand
        self._own = frozenset(handle.lstrip("@").casefold() for handle in handles)

    def pulled(
        self, post: Post, raw: bytes, *, now: datetime, own: str, followers: Mapping[str, int]
    ) -> Pulled | None:
        """The mention in a post; None for our own, and for a notification of something else.

        `own` is the DID of our account, `followers` how many authors have, by DID.
        """
        if post.author.did == own or post.author.handle.casefold() in self._own:
            return None
        if post.reason and post.reason not in REASONS:
            return None
        if post.indexed_at.tzinfo is None:
            raise NotReadable(f"{post.uri[:100]} has a date without an offset")
        record = post.record
        text = inside(record, "text")
        langs = inside(record, "langs")
        mention = Mention(
            platform="bluesky",
            platform_id=post.uri,
            source=self._source,
            brand=self._brand,
            text=text if isinstance(text, str) else "",
            posted_at=posted_at(post),
            pulled_at=now,
            author=_author(post.author, followers.get(post.author.did)),
            url=permalink(post.uri),
            language=str(langs[0])[:2].lower() if isinstance(langs, list) and langs else None,
            is_addressed=post.reason in REASONS or _names(record, own),
            in_reply_to=_uri(inside(record, "reply", "parent")),
            quotes_id=_quoted(inside(record, "embed")),
            shares=_count(post.repost_count),
            media=_media(post.embed) or _media(inside(record, "embed")),
        )
        return Pulled(mention=mention, raw=raw)


def posted_at(post: Post) -> datetime:
    """When it was written, but not after it was seen: the `sortAt` of
    docs.bsky.app/docs/advanced-guides/timestamps."""
    return min(written_at(post), _utc(post.indexed_at))


def written_at(post: Post) -> datetime:
    """When it was written, by its author's word; when it was seen where that is no date."""
    try:
        written = msgspec.convert(inside(post.record, "createdAt"), datetime)
    except (msgspec.ValidationError, ValueError):
        return _utc(post.indexed_at)
    return _utc(written if written.tzinfo is not None else post.indexed_at)


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:  # within a day of the first or last year that there is
        return at.replace(tzinfo=UTC)


def did_of(uri: str) -> str:
    """Whose post an address such as `at://did:plc:…/app.bsky.feed.post/3k4…` is."""
    return uri.removeprefix("at://").partition("/")[0]


def key_of(uri: str) -> str:
    """The last part of a post's address."""
    return uri.rpartition("/")[2]


def permalink(uri: str) -> str:
    """By the DID: a handle may be given up, and taken by somebody else."""
    return f"{WEB}/profile/{did_of(uri)}/post/{key_of(uri)}" if f"/{POST}/" in uri else ""


def inside(value: object, *names: str) -> object:
    """What stands in objects within objects; None where one is something else."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _author(profile: Profile, followers: int | None) -> Author:
    is_named = bool(profile.handle) and profile.handle != NO_HANDLE
    name = profile.display_name
    return Author(
        handle=profile.handle if is_named else profile.did,
        name=name if isinstance(name, str) else "",
        followers=followers,
        is_verified=inside(profile.verification, "verifiedStatus") == "valid",
        url=f"{WEB}/profile/{profile.did}",
    )


def _names(record: object, own: str) -> bool:
    """Whether a post names our account, answers or quotes one of our posts."""
    spoken_to = (
        _uri(inside(record, "reply", "parent")),
        _uri(inside(record, "reply", "root")),
        _quoted(inside(record, "embed")),
    )
    return own in {did_of(uri) for uri in spoken_to if uri} or own in _mentioned(record)


def _mentioned(record: object) -> Iterator[object]:
    """DIDs of the accounts that a text names (`app.bsky.richtext.facet`)."""
    for facet in _list(inside(record, "facets")):
        for feature in _list(inside(facet, "features")):
            yield inside(feature, "did")


def _quoted(embed: object) -> str | None:
    """The address of the quoted post: `app.bsky.embed.record`, alone or with media."""
    uri = _uri(inside(embed, "record")) or _uri(inside(embed, "record", "record"))
    return uri if uri and f"/{POST}/" in uri else None


def _media(embed: object) -> tuple[Media, ...]:
    """Pictures and films of an embed; what the record has of them is without an address."""
    embed = inside(embed, "media") or embed
    found: list[Media] = []
    for one in (*_list(inside(embed, "images")), *_list(inside(embed, "items")), embed):
        url = inside(one, "fullsize") or inside(one, "playlist")
        alt = inside(one, "alt")
        if isinstance(url, str) or (isinstance(alt, str) and alt):
            found.append(Media(url=url if isinstance(url, str) else "", alt=str(alt or "")))
    return tuple(found)


def _uri(reference: object) -> str | None:
    uri = inside(reference, "uri")
    return uri if isinstance(uri, str) and uri.startswith("at://") else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _count(number: object) -> int | None:
    return number if type(number) is int and number >= 0 else None
