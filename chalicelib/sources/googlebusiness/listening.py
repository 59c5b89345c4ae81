"""Reading the reviews of some locations, each a listing of its own, changed ones first.

`GET /v4/{location}/reviews` (developers.google.com/my-business/reference/rest/v4/
accounts.locations.reviews/list): at most 50 a page, `updateTime desc`, no date to begin from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.google import Access, Api, Refused
from chalicelib.sources.googlebusiness.reviews import Reader, Review, instant, location_of
from chalicelib.sources.googlebusiness.rounds import Listing, Round, State
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep

SCOPE = "https://www.googleapis.com/auth/business.manage"

PAGE = 50
"""The most that is given in one page."""


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    reviews: list[msgspec.Raw] = msgspec.field(default_factory=list)
    total_review_count: int | None = None
    """Left out where there is none."""
    next_page_token: str | None = None


class Listening:
    """Reviews of some locations of one account."""

    checks_at_once = 20

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._locations = tuple(dict.fromkeys(opening.words("locations")))
        self._access = Access(
            opening.secret, now=opening.now, tokens_url=opening.text("tokens_url")
        )
        self._api = Api(
            http=opening.http,
            access=self._access,
            now=opening.now,
            base_url=opening.text("base_url").rstrip("/"),
            scope=SCOPE,
        )
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._overlap = 3600 * opening.number("overlap_hours")
        self._reader = Reader(
            source=self.name,
            brand=opening.brand.id,
            own=frozenset(handle.casefold() for handle in opening.brand.handles),
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, State, of=self._api.base_url)
        round_ = Round(known or State(), self._locations, begun=self._begun(now))
        for location in round_.order:
            if self._now() >= deadline or (round_.is_read and location not in round_.pending):
                break
            listing = round_.listings[location]
            try:
                page = self._page(location, deadline, token=listing.sweep.token)
            except Refused as error:
                if listing.sweep.token and error.status == 400:  # a token they forgot
                    again, gap_of_it = listing.given_up(overlap=self._overlap)
                    round_.read(location, again, gap_of_it)
                else:
                    round_.fail(location, error)
            except SourceUnavailable as error:
                if error.retry_at is not None:  # of no use to ask for the others
                    if round_.is_read:
                        break
                    raise
                round_.fail(location, error)
            else:
                turned, gap_of_it = self._turned(listing, page, now=now)
                round_.read(location, turned, gap_of_it)
                pulled, refused = self._pulled(location, listing, page, now=now)
                round_.pulled.update((one.mention.platform_id, one) for one in pulled)
                round_.refused += refused
        if round_.failures and not round_.is_read:
            raise next(iter(round_.failures.values()))
        gaps = [f"{location}: {why}" for location, why in (*round_.gaps, *round_.failures.items())]
        return Batch(
            pulled=tuple(sorted(round_.pulled.values(), key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(
                State(round_.listings, tuple(round_.pending)), of=self._api.base_url
            ),
            is_caught_up=not round_.pending,
            refused=tuple(round_.refused),
            gap="; ".join([gap, *gaps] if gap else gaps),
        )

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """A review that is not found is gone if its location can still be read: a location that
        we lost would make all of its reviews look deleted. What stands in such a one cannot be
        told, and is no reason not to tell it of the others."""
        missing: dict[str, list[str]] = {}
        lost: dict[str, Refused] = {}
        for mention in mentions:
            location = location_of(mention.platform_id)
            if location is None or location in lost:
                continue
            if self._now() >= deadline:
                break
            found = missing.setdefault(location, [])
            try:
                if self._review(mention.platform_id, deadline) is None:
                    found.append(mention.platform_id)
            except Refused as error:
                lost[location] = error
        for location in [one for one, names in missing.items() if names and one not in lost]:
            try:
                self._page(location, deadline, most=1)
            except Refused as error:
                lost[location] = error
        if lost and lost.keys() == missing.keys():
            raise next(iter(lost.values()))
        told = [names for location, names in missing.items() if location not in lost]
        return Checked(gone=frozenset(name for names in told for name in names))

    def probe(self, *, deadline: datetime) -> Probed:
        """By one location: they share account and permission."""
        location = self._locations[0]
        try:
            page = self._page(location, deadline, most=1)
        except Refused as error:
            if error.status not in (403, 404):
                raise
            return Probed(missing=(f"cannot read the reviews of {location}: {error}",))
        return Probed(
            works=(f"reads and answers {page.total_review_count or 0} reviews of {location}",)
        )

    def _begun(self, now: datetime) -> Listing:
        return Listing(sweep=Sweep(read_to=int((now - self._lookback).timestamp())))

    def _page(
        self, location: str, deadline: datetime, *, token: str = "", most: int = PAGE
    ) -> _Page:
        self._see_that_somebody_is_signed_in()
        further = (("pageToken", token),) if token else ()
        response = self._api.request(
            "GET",
            f"/v4/{location}/reviews",
            params=(("pageSize", str(most)), ("orderBy", "updateTime desc"), *further),
            deadline=deadline,
        )
        return decoded(response, _Page)

    def _review(self, name: str, deadline: datetime) -> Review | None:
        """A review as it stands; None when it does not stand any more."""
        self._see_that_somebody_is_signed_in()
        try:
            return decoded(self._api.request("GET", f"/v4/{name}", deadline=deadline), Review)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def _see_that_somebody_is_signed_in(self) -> None:
        if not self._access.is_account:
            raise SourceRefused(
                "reviews need an account; the secret must be JSON with client_id, client_secret "
                "and refresh_token"
            )

    def _turned(self, listing: Listing, page: _Page, *, now: datetime) -> tuple[Listing, str]:
        """The listing after a page of it, and what may be missing."""
        found, _ = each(page.reviews, Review, lambda review, raw: instant(review))
        return listing.turned(
            found,
            page.next_page_token or "",
            total=page.total_review_count,
            now=int(now.timestamp()),
            overlap=self._overlap,
        )

    def _pulled(
        self, location: str, listing: Listing, page: _Page, *, now: datetime
    ) -> tuple[list[Pulled], list[str]]:
        """The mentions of a page, without what lies below the watermark."""

        def made(review: Review, raw: bytes) -> Pulled | None:
            at = instant(review)
            if at is not None and at < listing.sweep.read_to:
                return None
            return self._reader.pulled(review, raw, location=location, now=now)

        return each(page.reviews, Review, made)
