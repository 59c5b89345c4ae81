"""Reviews as Yelp's API writes them, and the mentions they are.

Shapes: docs.developer.yelp.com/reference/v3_business_reviews (November 2026). `time_created`
carries no zone; Yelp's documentation says "created in PST".
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.mention import Author, Mention
from chalicelib.ports import Pulled
from chalicelib.sources.payload import NotReadable
from chalicelib.sources.stars import starred

_DATE = "%Y-%m-%d %H:%M:%S"


class User(msgspec.Struct, frozen=True):
    """Who wrote it."""

    id: str | None = None
    name: str | None = None
    profile_url: str | None = None


class Review(msgspec.Struct, frozen=True):
    """What somebody says of a business, as far as Yelp shows it."""

    id: str
    time_created: str
    text: str | None = None
    rating: float | None = None
    url: str | None = None
    user: User | None = None


class Page(msgspec.Struct, frozen=True):
    """The reviews of a business that are shown."""

    reviews: list[msgspec.Raw]
    total: int | None = None
    """Of all there are."""
    possible_languages: object = None

    @property
    def language(self) -> str | None:
        """That of the reviews, where they are all in one."""
        match self.possible_languages:
            case [str(one)] if one.isalpha():
                return one[:2].lower()
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What turns reviews into mentions of one brand, as one source."""

    source: str
    brand: str
    own: frozenset[str]
    """The brand's handles, folded."""
    zone: ZoneInfo

    def pulled(
        self, review: Review, raw: bytes, *, now: datetime, language: str | None
    ) -> Pulled | None:
        """The mention in a review; None for one of our own."""
        user = review.user or User()
        if {(user.id or "").casefold(), (user.name or "").casefold()} & self.own:
            return None
        text = starred(review.rating, review.text or "")
        if not text:
            raise NotReadable(f"{review.id} has neither words nor stars")
        mention = Mention(
            platform="yelp",
            platform_id=review.id,
            source=self.source,
            brand=self.brand,
            text=text,
            posted_at=self._posted_at(review),
            pulled_at=now,
            author=_author(user),
            url=_web_address(review.url),
            language=language,
            is_addressed=True,
        )
        return Pulled(mention=mention, raw=raw)

    def _posted_at(self, review: Review) -> datetime:
        try:
            local = datetime.strptime(review.time_created, _DATE).replace(tzinfo=self.zone)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            raise NotReadable(f"{review.id} has a date of another form") from None


def _author(user: User) -> Author | None:
    handle = user.id or user.name
    if not handle:
        return None
    return Author(
        handle=handle,
        name=user.name or "",
        url=_web_address(user.profile_url),
        is_account=bool(user.id),
    )


def _web_address(address: str | None) -> str:
    return address if address and address.startswith(("https://", "http://")) else ""
