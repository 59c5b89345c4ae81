"""Listening on Mastodon: notifications of our account, hashtags, search.

Notifications and hashtags are paged forward with `min_id`; `since_id` would bring the newest
and skip what is between. Search lists newest first and is paged by `offset`; an index that is
down makes it answer with nothing at all (`app/services/statuses_search_service.rb`), so an
empty page ends a sweep only when the page before it, a moment ago, was not empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from chalicelib.http import TooLarge
from chalicelib.ports import Batch, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.mastodon.posts import Identified, Notification, Reader, Status
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.trail import BEGINNING, Trail

PAGE = 40
"""The most that every server gives in one page."""

REREAD = 3 * PAGE
"""The most posts a round reads again for the sake of late ones: a storm must not spend the
rate limit (300 requests in 5 minutes) on what it has already seen."""

SEARCH_STEP = PAGE - 10
"""How far the search moves on: pages overlap, since a post that is deleted moves all up."""

SEARCH_PAGES = 5
SEARCH_END = 9_000
"""Elasticsearch gives no more than 10,000 results of a query."""

MOST_HASHTAGS = 5
"""One, and the four that a server takes besides (`TagFeed::LIMIT_PER_MODE`)."""


class _Found(msgspec.Struct, frozen=True):
    statuses: list[msgspec.Raw]


class _Posted(msgspec.Struct, frozen=True):
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Listing:
    """What we listen to: where it is read, in words, and which scope opens it."""

    path: str
    params: tuple[tuple[str, str], ...]
    says: str
    scope: str


class Mastodon:
    """What is written to us, or under hashtags, or with some words."""

    def __init__(self, opening: Opening, token: str = "") -> None:
        self.name = opening.entry.name
        self._http = opening.http
        self._now = opening.now
        self._base_url = opening.text("base_url").rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._hashtags = opening.words("hashtags")
        self._search = opening.text("search")
        self._overlap = 60 * opening.number("overlap_minutes")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._reader = Reader(
            source=self.name,
            brand=opening.brand.id,
            handles=opening.brand.handles,
            base_url=self._base_url,
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        if self._now() >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        if self._search:
            return self._searched(cursor, deadline)
        listing = self._listing()
        read = self._statuses if self._hashtags else self._notified
        return self._forward(cursor, deadline, listing.path, listing.params, read)

    def probe(self, *, deadline: datetime) -> Probed:
        """By one small look at what we listen to."""
        works, missing = self._may_read(deadline)
        return Probed(works=works, missing=missing)

    def _may_read(self, deadline: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What works, and what is missing."""
        listing = self._listing()
        response = self._http.request(
            "GET",
            self._base_url + listing.path,
            params=(*listing.params, ("limit", "1")),
            headers=self._headers,
            accept=(200, 403),
            deadline=deadline,
        )
        if response.status == 403:
            return (), (f"cannot read: grant the scope {listing.scope}",)
        return (listing.says,), ()

    def _listing(self) -> _Listing:
        if self._search:
            words = (("q", self._search), ("type", "statuses"))
            return _Listing("/api/v2/search", words, "searches posts", "read:search")
        if self._hashtags:
            path = f"/api/v1/timelines/tag/{quote(self._hashtags[0], safe='')}"
            more = tuple(("any[]", tag) for tag in self._hashtags[1:])
            return _Listing(path, more, "reads hashtags", "read:statuses")
        ours = (("types[]", "mention"),)
        scope = "read:notifications"
        return _Listing("/api/v1/notifications", ours, "reads what is written to us", scope)

    def _forward(
        self,
        cursor: Cursor | None,
        deadline: datetime,
        path: str,
        params: tuple[tuple[str, str], ...],
        read: Callable[[list[msgspec.Raw]], tuple[list[Pulled], list[str]]],
    ) -> Batch:
        """One page of a listing that can be read forward by ids."""
        of = " ".join([self._base_url, path, *(value for _, value in params)])
        trail, gap = cursors.read(cursor, Trail, of=of)
        now = int(self._now().timestamp())
        at = (
            ()
            if trail is None
            else (("min_id", trail.start(now=now, overlap=self._overlap, most=REREAD)),)
        )
        page, limit = self._page(path, (*params, *at), deadline)
        ids, _ = each(page, Identified, lambda entry, raw: entry.id)
        is_full = len(page) >= limit and bool(ids)
        pulled, refused = read(page[::-1])
        moved = (trail or Trail(newest=BEGINNING)).read(
            ids, is_full=is_full, now=now, overlap=self._overlap
        )
        return Batch(
            pulled=tuple(pulled),
            cursor=cursors.written(moved, of=of),
            is_caught_up=not is_full,
            refused=tuple(refused),
            gap=gap,
        )

    def _page(
        self, path: str, params: tuple[tuple[str, str], ...], deadline: datetime
    ) -> tuple[list[msgspec.Raw], int]:
        """A page and how many entries were asked for: fewer where posts are huge, so that
        nobody can blind us with a handful of them."""
        for limit in (PAGE, 5, 1):
            try:
                response = self._http.request(
                    "GET",
                    self._base_url + path,
                    params=(*params, ("limit", str(limit))),
                    headers=self._headers,
                    deadline=deadline,
                )
            except TooLarge as error:
                too_large = error
            else:
                return decoded(response, list[msgspec.Raw]), limit
        raise too_large

    def _searched(self, cursor: Cursor | None, deadline: datetime) -> Batch:
        """Some pages of a listing that is newest first."""
        of = f"{self._base_url} search {self._search}"
        known, gap = cursors.read(cursor, Sweep, of=of)
        now = self._now()
        sweep = known or Sweep(read_to=int((now - self._lookback).timestamp()))
        found: dict[str, Pulled] = {}
        refused: list[str] = []
        before: list[bytes] = []
        for _ in range(SEARCH_PAGES):
            page = self._results(sweep.resume, deadline)
            raws = [bytes(one) for one in page]
            seconds = self._seconds(page)
            good, bad = self._statuses(page)
            found.update((one.mention.platform_id, one) for one in good)
            refused += [one for one in bad if one not in refused]
            for second in seconds:
                sweep = sweep.saw(second, now=int(now.timestamp()))
            if any(second < sweep.read_to for second in seconds) or (before and not page):
                sweep = sweep.closed(overlap=self._overlap)
                break
            if not page:
                sweep = sweep.given_up()
                break
            if raws == before or sweep.resume >= SEARCH_END:
                gap = "the search does not reach back to where it was read last time"
                sweep = sweep.closed(overlap=self._overlap)
                break
            before = raws
            sweep = sweep.going_on(sweep.resume + SEARCH_STEP)
            if self._now() >= deadline:
                break
        return Batch(
            pulled=tuple(sorted(found.values(), key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(sweep, of=of),
            is_caught_up=not sweep.resume,
            refused=tuple(refused),
            gap=gap,
        )

    def _results(self, offset: int, deadline: datetime) -> list[msgspec.Raw]:
        response = self._http.request(
            "GET",
            self._base_url + "/api/v2/search",
            params=(
                ("q", self._search),
                ("type", "statuses"),
                ("limit", str(PAGE)),
                ("offset", str(offset)),
            ),
            headers=self._headers,
            deadline=deadline,
        )
        return decoded(response, _Found).statuses

    def _seconds(self, page: list[msgspec.Raw]) -> list[int]:
        found, _ = each(page, _Posted, lambda one, raw: int(one.created_at.timestamp()))
        return found

    def _statuses(self, page: list[msgspec.Raw]) -> tuple[list[Pulled], list[str]]:
        now = self._now()
        return each(
            page,
            Status,
            lambda status, raw: self._reader.pulled(status, raw, now=now, is_addressed=False),
        )

    def _notified(self, page: list[msgspec.Raw]) -> tuple[list[Pulled], list[str]]:
        now = self._now()
        return each(
            page,
            Notification,
            lambda notification, raw: self._reader.of_notification(notification, raw, now=now),
        )
