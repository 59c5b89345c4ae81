"""A mention: one public post that speaks of us, and the identity by which two copies are one."""

import hashlib
import re
import unicodedata
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NewType

MentionId = NewType("MentionId", str)

MAX_TEXT = 10_000
"""Characters of a post that are kept and judged; the whole stays in the raw payload."""

MAX_NAME = 200
"""Characters of an author's handle or name that are kept."""

MAX_ADDRESS = 2_000
"""A longer web address is left out: half an address leads nowhere."""

MAX_PLATFORM_ID = 1_000
MAX_COUNT = 2**40
"""More people there are not; a platform that says more is not believed."""

MOST_MEDIA = 4
"""Pictures and films of a post that are kept; most platforms take no more."""

MAX_ALT = 1_000
"""Characters of the words in a picture's place that are kept."""

MAX_LANGUAGE = 35
"""Letters; what a BCP 47 tag may have."""

_URL_SAFE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WEB_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w[\w.@-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a mention, as far as the platform tells."""

    handle: str
    """As the platform writes it, without a leading `@`; theirs, opaque."""
    name: str = ""
    followers: int | None = None
    """None where the platform does not tell."""
    is_verified: bool = False
    url: str = ""
    is_account: bool = True
    """Whether the handle is one person's alone. A name that anybody may write beneath a post, as
    in a feed, is not: two posts by "admin" are not by one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, film or sound beside a post."""

    url: str = ""
    """Where it can be seen; empty when that is not told."""
    alt: str = ""
    """What its author says is on it, at most `MAX_ALT` characters; not trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One public post that speaks of us."""

    platform: str
    """The network it stands on, lower case (`mastodon`, `hackernews`); normalised by us."""
    platform_id: str
    """The platform's own id; theirs, opaque."""
    source: str
    """Name of the configured source that pulled it."""
    brand: str
    text: str
    """Plain text without markup, at most `MAX_TEXT` characters; not trusted."""
    posted_at: datetime
    """Aware, UTC, never after `pulled_at`; normalised by us."""
    pulled_at: datetime
    author: Author | None = None
    """None when the author was deleted or is withheld."""
    url: str = ""
    """Public address of the post, empty when it has none."""
    language: str | None = None
    """ISO 639-1 code as the platform states it; often wrong, so only a hint."""
    is_addressed: bool = False
    """True when the post names our handle, False when a keyword found it."""
    in_reply_to: str | None = None
    """`platform_id` of the post it answers."""
    quotes_id: str | None = None
    """`platform_id` of the post it quotes."""
    shares: int | None = None
    """How often it had been passed on when it was pulled; None where the platform does not tell."""
    is_private: bool = False
    """Whether only we can read it, such as a direct message; shown to agents alone."""
    is_late: bool = False
    """Whether we heard it only after its source had been out of our sight."""
    media: tuple[Media, ...] = ()
    """What hangs on it, at most `MOST_MEDIA`, in the order of the platform."""
    edited_at: datetime | None = None
    """When its author changed it last, where the platform tells; never after `pulled_at`."""
    withdrawn_at: datetime | None = None
    """When we found that its author had deleted it or made it private: it is being erased here,
    and where it is still listed, no words, author, address or media are left of it."""

    @property
    def said_at(self) -> datetime:
        """When its words as they stand were written."""
        return max(self.posted_at, self.edited_at or self.posted_at)

    @property
    def id(self) -> MentionId:
        return mention_id(self.platform, self.platform_id)

    @property
    def reach(self) -> int:
        """Followers of the author; 0 when unknown."""
        return (self.author.followers or 0) if self.author else 0


def mention_id(platform: str, platform_id: str) -> MentionId:
    """The identity of a mention, safe in a URL path: equal for two copies, whoever pulled them.

    A foreign id that is not URL-safe (a feed's guid is often an address) is hashed.
    """
    if _URL_SAFE.fullmatch(platform_id):
        return MentionId(f"{platform}.{platform_id}")
    digest = hashlib.sha256(platform_id.encode("utf-8", "surrogatepass")).digest()[:16]
    return MentionId(f"{platform}.~{b32encode(digest).decode().rstrip('=').lower()}")


def id_of_post(platform: str, platform_id: str) -> MentionId:
    """The id that a mention has, or would have, once it is `admitted`."""
    return mention_id(platform, _bounded_id(platform_id))


def admitted(mention: Mention, *, now: datetime) -> Mention:
    """The mention as we keep it: no future date, no control characters, all bounded.

    A platform's clock may run ahead of ours; a post "from tomorrow" counts as of now,
    else it would look unanswered for a negative time and sort last in every queue.
    """
    text = _printable(mention.text[: 2 * MAX_TEXT])
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    author = mention.author
    return replace(
        mention,
        platform_id=_bounded_id(mention.platform_id),
        in_reply_to=_bounded_id(mention.in_reply_to) if mention.in_reply_to else None,
        quotes_id=_bounded_id(mention.quotes_id) if mention.quotes_id else None,
        shares=None if mention.shares is None else min(max(0, mention.shares), MAX_COUNT),
        language=_line(mention.language)[:MAX_LANGUAGE] if mention.language else None,
        text=text,
        author=replace(
            author, handle=_line(author.handle), name=_line(author.name), url=_address(author.url)
        )
        if author
        else None,
        url=_address(mention.url),
        media=tuple(found for one in mention.media[:MOST_MEDIA] if (found := _media(one))),
        posted_at=min(mention.posted_at, now).astimezone(UTC),
        edited_at=min(mention.edited_at, now).astimezone(UTC) if mention.edited_at else None,
        pulled_at=now,
    )


def _printable(text: str) -> str:
    """Without control characters, and without halves of characters, which cannot be stored."""
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    )


def _bounded_id(id: str) -> str:
    """A foreign id as it is, or by its digest where no platform would give one so long."""
    has_halves = any(unicodedata.category(character) == "Cs" for character in id[:MAX_PLATFORM_ID])
    if len(id) <= MAX_PLATFORM_ID and not has_halves:
        return id
    return "sha256:" + hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()


def _line(text: str) -> str:
    return " ".join(_printable(text[: 2 * MAX_NAME]).split())[:MAX_NAME]


def _media(found: Media) -> Media | None:
    """None when nothing is left to look at or to read."""
    alt = " ".join(_printable(found.alt[: 2 * MAX_ALT]).split())[:MAX_ALT]
    url = _address(found.url)
    url = url if url.startswith(("https://", "http://")) else ""
    return Media(url=url, alt=alt) if url or alt else None


def _address(url: str) -> str:
    return url if len(url) <= MAX_ADDRESS and url == "".join(_printable(url).split()) else ""


def fingerprint(text: str) -> str:
    """What is equal for copies of one text: case, spacing, handles and addresses do not count.

    Empty when nothing but those is left: such texts are nobody's copy.
    """
    bare = _HANDLE.sub(" ", _WEB_ADDRESS.sub(" ", unicodedata.normalize("NFKC", text)))
    words = re.findall(r"\w+", bare.casefold())
    if len(words) < 4:
        return ""
    return hashlib.sha256(" ".join(words).encode("utf-8", "ignore")).hexdigest()[:32]
