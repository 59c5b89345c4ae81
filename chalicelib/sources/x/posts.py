"""From posts to mentions."""

import re
from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.x.shapes import (
    Attached,
    Beside,
    Post,
    User,
    instant_of,
    lenient,
    web_address,
)

_PASSED_ON = re.compile(r"RT @\w+: ")
"""How X writes a post that was passed on, where it tells nothing else of it."""


class Reader:
    """What turns posts into mentions of one brand, as one source."""

    def __init__(
        self,
        *,
        source: str,
        brand: str,
        handles: Iterable[str],
        account: str,
        with_references: bool,
    ) -> None:
        """`account` is the number of our own account, empty where nobody knows it;
        `with_references` whether posts come with what they answer, quote or pass on."""
        self._source = source
        self._brand = brand
        self._own = frozenset(handle.lstrip("@").casefold() for handle in handles)
        self.account = account
        self._with_references = with_references

    def pulled(
        self, post: Post, raw: bytes, beside: Beside, *, now: datetime, is_addressed: bool
    ) -> Pulled | None:
        """The mention in a post; None for our own posts, and for those that were passed on."""
        user = beside.users.get(post.author_id or "")
        if self.is_own(post.author_id, user) or self._is_passed_on(post):
            return None
        at = instant_of(post.first_id) or post.at
        if at is None:
            raise NotReadable("it has no date")
        mention = Mention(
            platform="x",
            platform_id=post.first_id,
            source=self._source,
            brand=self._brand,
            text=post.whole_text(),
            posted_at=at,
            pulled_at=now,
            author=_author(user),
            url=f"https://x.com/{user.username if user else 'i/web'}/status/{post.first_id}",
            language=_language(post.lang),
            is_addressed=is_addressed
            or self.summons(post, beside)
            or bool(self.account and post.in_reply_to_user_id == self.account),
            in_reply_to=post.refers("replied_to"),
            quotes_id=post.refers("quoted"),
            shares=_shares(post.public_metrics),
            media=_media(post.attachments, beside),
        )
        edited_at = post.at if post.first_id != post.id else None
        return Pulled(mention=mention, raw=raw, edited_at=edited_at)

    def _is_passed_on(self, post: Post) -> bool:
        if self._with_references:
            return post.refers("retweeted") is not None
        return bool(_PASSED_ON.match(post.text or ""))

    def is_own(self, author_id: str | None, user: User | None) -> bool:
        return (bool(author_id) and author_id == self.account) or bool(
            user and user.username.casefold() in self._own
        )

    def summons(self, post: Post, beside: Beside) -> bool:
        """Whether it names us or quotes a post of ours: then X lets us answer it."""
        quoted = beside.posts.get(post.refers("quoted") or "")
        by = quoted.author_id if quoted else None
        return any(
            (one.username or "").casefold() in self._own or (one.id and one.id == self.account)
            for one in post.named()
        ) or self.is_own(by, beside.users.get(by or ""))


def _author(user: User | None) -> Author | None:
    """Nobody's sign of being verified counts that was bought (`verified_type` blue)."""
    if user is None or not user.username:
        return None
    return Author(
        handle=user.username,
        name=user.name or "",
        followers=_count(user.public_metrics, "followers_count"),
        is_verified=user.verified is True and user.verified_type != "blue",
        url=f"https://x.com/{user.username}",
    )


def _shares(metrics: object) -> int | None:
    found = _count(metrics, "repost_count")
    return _count(metrics, "retweet_count") if found is None else found


def _count(metrics: object, name: str) -> int | None:
    number = metrics.get(name) if isinstance(metrics, dict) else None
    return number if type(number) is int and number >= 0 else None


def _language(lang: object) -> str | None:
    """X has codes of its own for what is no language: `und`, `qme`, `zxx`."""
    code = lang.partition("-")[0].lower() if isinstance(lang, str) else ""
    old = {"in": "id", "iw": "he"}
    return old.get(code, code) if len(code) == 2 and code.isalpha() else None


def _media(attached: object, beside: Beside) -> tuple[Media, ...]:
    keys = (lenient(attached, Attached) or Attached()).media_keys or []
    found = [beside.media[key] for key in keys if key in beside.media]
    return tuple(
        Media(
            url=web_address(one.url) or web_address(one.preview_image_url),
            alt=one.alt_text or "",
        )
        for one in found
    )
