"""Comments as the Blogger API writes them, and the mentions they are.

Fields: developers.google.com/blogger/docs/3.0/reference/comments.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from chalicelib.domain.mention import Author, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.text import plain_text

EMPTIED = "EMPTIED"
"""The status of a comment whose text was removed; only who manages the blog is told."""


APART = timedelta(hours=1)
"""Comments less far from each other are looked up together."""


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """A page of comments."""

    kind: str
    """Never left out: what has none is no answer, so nothing is taken for deleted by it."""
    items: list[msgspec.Raw] = msgspec.field(default_factory=list)
    """Left out where there are none."""
    next_page_token: str | None = None


class Named(msgspec.Struct, frozen=True):
    """What something belongs to."""

    id: str = ""


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """Who wrote a comment."""

    id: str = ""
    display_name: str = ""
    url: str = ""


class Standing(msgspec.Struct, frozen=True):
    """A comment that is listed, whatever else can be read of it."""

    id: str
    status: object = None


class Comment(msgspec.Struct, frozen=True, rename="camel"):
    """One comment beneath a post."""

    id: str
    published: datetime
    updated: datetime | None = None
    content: str | None = None
    author: Person | None = None
    post: Named | None = None
    in_reply_to: Named | None = None
    status: str | None = None

    @property
    def post_id(self) -> str:
        return self.post.id if self.post else ""


class Post(msgspec.Struct, frozen=True):
    """A post, of which only the address counts."""

    url: str = ""


class Blog(msgspec.Struct, frozen=True):
    """A blog, of which only the name counts."""

    name: str = ""


class Reader:
    """What turns comments into mentions of one brand, as one source."""

    def __init__(self, *, source: str, brand: str, handles: Iterable[str]) -> None:
        self._source = source
        self._brand = brand
        self._own = frozenset(_bare(handle) for handle in handles)

    def pulled(self, one: Comment, raw: bytes, *, now: datetime, post_url: str) -> Pulled | None:
        """The mention in a comment; None for what we wrote, and for one without its text."""
        name = one.author.display_name if one.author else ""
        if one.status == EMPTIED or _bare(name) in self._own:
            return None
        if one.published.tzinfo is None:
            raise NotReadable(f"{one.id} has a date without an offset")
        posted_at = one.published.astimezone(UTC)
        mention = Mention(
            platform="blogger",
            platform_id=one.id,
            source=self._source,
            brand=self._brand,
            text=plain_text(one.content or ""),
            posted_at=posted_at,
            pulled_at=now,
            author=_author(one.author),
            url=_address(post_url, one.id),
            is_addressed=True,
            in_reply_to=one.in_reply_to.id or None if one.in_reply_to else None,
        )
        updated = one.updated if one.updated and one.updated.tzinfo else None
        edited_at = updated.astimezone(UTC) if updated and updated > posted_at else None
        return Pulled(mention=mention, raw=raw, edited_at=edited_at)


def by_time(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """By time, those together of which no two neighbours are more than `APART`."""
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda one: one.posted_at):
        if groups and mention.posted_at - groups[-1][-1].posted_at <= APART:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return groups


def _bare(name: str) -> str:
    return name.lstrip("@").casefold()


def _address(post_url: str, id: str) -> str:
    """Of a comment beneath its post, as Blogger's own pages have it."""
    if not post_url.startswith(("https://", "http://")):
        return ""
    return f"{post_url.partition('#')[0]}#c{quote(id, safe='')}"


def _author(found: Person | None) -> Author | None:
    """Anybody may write beneath a name of their choice; only who has an id has an account."""
    if found is None or not (found.id or found.display_name):
        return None
    return Author(
        handle=found.id or found.display_name,
        name=found.display_name,
        url=found.url if found.url.startswith(("https://", "http://")) else "",
        is_account=bool(found.id),
    )
