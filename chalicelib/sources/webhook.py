"""Webhook: whatever system pushes posts to us, signed. The door for what has no member yet.

A push is one post, or some, or the ids of some that are gone (docs/sources/webhook.md):

    {"posts": [{"id": "1", "text": "the whole site is down", "posted_at": "2026-11-21T19:29:00Z",
                "author": {"handle": "carla", "followers": 1200}}], "gone": ["7"]}

It is signed as Standard Webhooks 1.0.0 has it, or by a plain `X-Hub-Signature-256`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.domain.desk import SourceEntry
from chalicelib.domain.errors import BadInput, NotAllowed
from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.http.signing import is_hub_signed, is_signed, signing_keys
from chalicelib.ports import Batch, Cursor, Probed, Pulled, Push, Received
from chalicelib.sources.family import Member, Opening, Option, OptionValue
from chalicelib.sources.payload import NotReadable, each
from chalicelib.sources.stars import starred

STANDARD = "standard"
HUB = "hub"

_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class _Author(msgspec.Struct, frozen=True):
    handle: str | None = None
    name: str | None = None
    followers: int | None = None
    is_verified: bool | None = None
    url: str | None = None


class _Picture(msgspec.Struct, frozen=True):
    url: str | None = None
    alt: str | None = None


class _Post(msgspec.Struct, frozen=True):
    id: str | int
    text: str | None = None
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    url: str | None = None
    author: _Author | None = None
    stars: float | None = None
    language: str | None = None
    in_reply_to: str | int | None = None
    quotes: str | int | None = None
    shares: int | None = None
    is_addressed: bool | None = None
    is_private: bool | None = None
    media: list[_Picture] | None = None


_Gone: Any = str | int
"""The id of a post that its author took back."""


class _Pushed(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw] | None = None
    gone: list[msgspec.Raw] | None = None
    id: str | int | None = None
    """Of a push that is one post."""


class Webhook:
    """A system that pushes. Nothing can be asked of it."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._brand = opening.brand.id
        self._own = frozenset(handle.casefold() for handle in opening.brand.handles)
        self._now = opening.now
        self._platform = _platform_of(opening.entry)
        self._is_hub = opening.text("signature") == HUB
        try:
            self._keys = signing_keys(opening.secret)
        except ValueError as error:
            raise BadInput(f"secret: {error}; store one key a line") from None

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        """Nothing: there is nobody to ask."""
        return Batch(pulled=(), cursor=cursor, is_caught_up=True)

    def receive(self, push: Push) -> Received:
        now = self._now()
        if not self._is_proven(push, now):
            raise NotAllowed("the push is not signed with our key, or not of late")
        pushed = _read(push.body)
        raws = [msgspec.Raw(push.body)] if pushed.id is not None else pushed.posts or []
        pulled, refused = each(raws, _Post, lambda post, raw: self._pulled(post, raw, now))
        gone, not_ids = each(pushed.gone or [], _Gone, lambda one, raw: str(one))
        return Received(
            pulled=tuple(sorted(pulled, key=lambda one: one.mention.posted_at)),
            refused=tuple(refused + not_ids),
            gone=tuple(gone),
        )

    def probe(self, *, deadline: datetime) -> Probed:
        """Whether it is heard from shows only when it pushes."""
        return Probed(works=(f"takes signed pushes at /push/{self.name}",))

    def _is_proven(self, push: Push, now: datetime) -> bool:
        if push.method != "POST":
            return False
        if self._is_hub:
            return is_hub_signed(push.headers, push.body, self._keys)
        return is_signed(push.headers, push.body, self._keys, now=now)

    def _pulled(self, post: _Post, raw: bytes, now: datetime) -> Pulled | None:
        author = _author(post.author)
        if author is not None and author.handle.casefold() in self._own:
            return None
        text = starred(post.stars, post.text or "")
        if not text or post.id == "":
            raise NotReadable("has no text" if not text else "id is empty")
        mention = Mention(
            platform=self._platform,
            platform_id=str(post.id),
            source=self.name,
            brand=self._brand,
            text=text,
            posted_at=_instant("posted_at", post.posted_at) or now,
            pulled_at=now,
            author=author,
            url=_web_address(post.url),
            language=(post.language or "")[:2].lower() or None,
            is_addressed=bool(post.is_addressed or post.is_private),
            in_reply_to=_id(post.in_reply_to),
            quotes_id=_id(post.quotes),
            shares=post.shares,
            is_private=bool(post.is_private),
            media=tuple(
                Media(url=_web_address(one.url), alt=one.alt or "") for one in post.media or ()
            ),
        )
        return Pulled(mention=mention, raw=raw, edited_at=_instant("edited_at", post.edited_at))


def _read(body: bytes) -> _Pushed:
    """Raises BadInput that says what to send, and nothing of what was sent."""
    try:
        pushed = msgspec.json.decode(body, type=_Pushed)
    except msgspec.ValidationError as error:
        raise BadInput(f"body: {str(error)[:200]}; send posts, gone, or one post") from None
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise BadInput("body: not JSON; send an object with posts, gone, or one post") from None
    if pushed.id is None and pushed.posts is None and pushed.gone is None:
        raise BadInput("body: has no posts, no gone and no id; send one of them")
    if pushed.id is not None and pushed.posts is not None:
        raise BadInput("body: has an id and posts; send either one post or posts")
    return pushed


def _author(found: _Author | None) -> Author | None:
    """A name without a handle is nobody's account."""
    if found is None or not (handle := (found.handle or "").lstrip("@") or found.name):
        return None
    return Author(
        handle=handle,
        name=found.name or "",
        followers=found.followers if (found.followers or 0) >= 0 else None,
        is_verified=bool(found.is_verified),
        url=_web_address(found.url),
        is_account=bool(found.handle),
    )


def _instant(name: str, found: datetime | None) -> datetime | None:
    if found is not None and found.tzinfo is None:
        raise NotReadable(f"{name} has no offset; write it like 2026-11-21T19:30:00Z")
    return found.astimezone(UTC) if found else None


def _id(found: str | int | None) -> str | None:
    return None if found in (None, "") else str(found)


def _web_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""


def _platform_of(entry: SourceEntry) -> str:
    return str(entry.options.get("platform") or entry.name)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = []
    if not has_secret:
        found.append("secret: a webhook without a signing key is anybody's; name one")
    platform = str(options["platform"])
    if platform and not _PLATFORM.fullmatch(platform):
        found.append(f"platform: {platform!r}; use small letters, digits, - and _, 40 at most")
    if options["signature"] not in (STANDARD, HUB):
        found.append(f"signature: {options['signature']!r}; use {STANDARD} or {HUB}")
    return found


MEMBER = Member(
    kind="webhook",
    listens="what any system pushes to us, signed",
    answers="no",
    answers_privately="no",
    credentials="signing key",
    window="none: what its sender does not send again is lost",
    costs="free",
    options=(
        Option(
            name="platform",
            says="the network that the posts stand on; empty: the name of the source",
            default="",
        ),
        Option(
            name="signature",
            says="`standard` (Standard Webhooks) or `hub` (X-Hub-Signature-256)",
            default=STANDARD,
        ),
    ),
    open=Webhook,
    opens=(Webhook,),
    is_pulled=False,
    platform_of=_platform_of,
    check=_check,
)
