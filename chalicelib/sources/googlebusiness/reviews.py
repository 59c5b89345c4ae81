"""Reviews as the Business Profile API writes them, and the mentions they are.

Shapes: developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews (July
2026). Google wraps the words of a foreign review into a translation of its own, in the same field
and undocumented: `(Translated by Google) … (Original) …`, or the words and then the translation.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib.domain.mention import Author, Media, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.stars import starred

_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}

_NAME = re.compile(r"(accounts/[\w-]+/locations/[\w-]+)/reviews/[\w=~-]+", re.ASCII)

_TRANSLATED = "(Translated by Google)"
_ORIGINAL = "(Original)"

EDITED_AFTER = timedelta(seconds=1)
"""Two clocks of Google's write the two dates of one review."""


class Reviewer(msgspec.Struct, frozen=True, rename="camel"):
    """Who wrote it; Google tells a name and no account."""

    display_name: str | None = None
    is_anonymous: bool | None = None


class ReviewReply(msgspec.Struct, frozen=True, rename="camel"):
    """What the business answered."""

    comment: str | None = None
    review_reply_state: str | None = None
    """`PENDING` while Google looks at it, `REJECTED` when nobody will see it."""
    policy_violation: object = None

    @property
    def is_standing(self) -> bool:
        return bool(self.comment) and self.review_reply_state != "REJECTED"


class Review(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody says of a location."""

    name: str | None = None
    review_id: str | None = None
    reviewer: Reviewer | None = None
    star_rating: str | None = None
    comment: str | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    review_reply: ReviewReply | None = None
    review_reply_url: str | None = None
    review_media_items: object = None
    """Read by itself: nobody loses a review by a picture."""


class _MediaItem(msgspec.Struct, frozen=True, rename="camel"):
    video_url: str | None = None
    thumbnail_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What turns reviews into mentions of one brand, as one source."""

    source: str
    brand: str
    own: frozenset[str]
    """The brand's handles, folded."""

    def pulled(self, review: Review, raw: bytes, *, location: str, now: datetime) -> Pulled | None:
        """The mention in a review of `location`; None for one of our own."""
        name = review.name or f"{location}/reviews/{review.review_id or ''}"
        if location_of(name) is None:
            raise NotReadable("a review without a name")
        written = review.create_time or review.update_time
        if written is None or written.tzinfo is None:
            raise NotReadable(f"{name} has no date")
        author = _author(review.reviewer)
        if author and author.handle.casefold() in self.own:
            return None
        stars = _STARS.get(review.star_rating or "")
        text = starred(stars, words(review.comment or ""))
        if not text:
            raise NotReadable(f"{name} has neither words nor stars")
        mention = Mention(
            platform="googlebusiness",
            platform_id=name,
            source=self.source,
            brand=self.brand,
            text=text,
            posted_at=written.astimezone(UTC),
            pulled_at=now,
            author=author,
            url=_web_address(review.review_reply_url),
            is_addressed=True,
            media=_media(review.review_media_items),
        )
        return Pulled(mention=mention, raw=raw, edited_at=_edited_at(review, written))


def location_of(name: str) -> str | None:
    """`accounts/…/locations/…` of a review's name; None where that is no such name."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None


def instant(review: Review) -> int | None:
    """By what the listing is ordered: when a review was written or changed last, in seconds of
    the epoch; None where that is not told."""
    at = review.update_time or review.create_time
    return int(at.timestamp()) if at and at.tzinfo else None


def words(comment: str) -> str:
    """What the reviewer wrote, without Google's translation."""
    before, is_translated, translation = comment.partition(_TRANSLATED)
    if not is_translated:
        return comment.strip()
    original = translation.partition(_ORIGINAL)[2] or before
    return original.strip() or comment.strip()


def _author(reviewer: Reviewer | None) -> Author | None:
    if reviewer is None or reviewer.is_anonymous or not reviewer.display_name:
        return None
    # Two of that name are two people.
    return Author(handle=reviewer.display_name, name=reviewer.display_name, is_account=False)


def _edited_at(review: Review, written: datetime) -> datetime | None:
    changed = review.update_time
    if changed is None or changed.tzinfo is None or changed - written <= EDITED_AFTER:
        return None
    return changed.astimezone(UTC)


def _media(found: object) -> tuple[Media, ...]:
    media: list[Media] = []
    for one in found if isinstance(found, list) else ():
        try:
            item = msgspec.convert(one, _MediaItem)
        except msgspec.ValidationError:
            continue
        if url := _web_address(item.video_url) or _web_address(item.thumbnail_url):
            media.append(Media(url=url))
    return tuple(media)


def _web_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""
