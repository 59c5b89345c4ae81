"""Reading the newest review excerpts of one business.

`GET /v3/businesses/{id or alias}/reviews` (docs.developer.yelp.com/reference/v3_business_reviews,
November 2026) shows up to 3 excerpts of some 160 characters (7 on the largest plan), has no page
to turn, and has at times ignored `sort_by=newest` (github.com/Yelp/yelp-fusion/issues/705).
"""

from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.http import Response
from chalicelib.http.waiting import LONGEST, retry_at
from chalicelib.ports import Batch, Cursor, Probed
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.glimpse import Glimpse, look
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.yelp.reviews import Page, Reader, Review

ASKED_FOR = "20"
"""More than any plan shows; each shows what it may."""

FEWEST_SHOWN = 3
"""A listing of fewer holds no more, where Yelp does not tell how many there are."""

WAIT = timedelta(minutes=1)
"""After too many requests in one second."""

_TOLD = (200, 400, 401, 403, 404, 413, 429)
"""Statuses whose answers say why."""


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    description: str = ""


class _Answer(msgspec.Struct, frozen=True):
    error: _Error


class _NotAllowed(SourceRefused):
    """The API key, or the plan it stands for, does not reach that far."""


class Yelp:
    """The newest reviews of one business, as far as Yelp shows them."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._http = opening.http
        self._now = opening.now
        self._token = opening.secret.strip()
        self._business = opening.text("business")
        self._url = (
            opening.text("base_url").rstrip("/")
            + f"/v3/businesses/{quote(self._business, safe='')}/reviews"
        )
        self._locale = opening.text("locale")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._reader = Reader(
            source=self.name,
            brand=opening.brand.id,
            own=frozenset(handle.casefold() for handle in opening.brand.handles),
            zone=ZoneInfo(opening.text("zone")),
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        of = f"{self._url} {self._locale}"
        known, gap = cursors.read(cursor, Glimpse, of=of)
        page = self._page(deadline)
        shown, refused = each(
            page.reviews,
            Review,
            lambda review, raw: self._reader.pulled(review, raw, now=now, language=page.language),
        )
        count = len(page.reviews)
        seen = look(
            known or Glimpse(since=int((now - self._lookback).timestamp())),
            shown,
            refused,
            now=now,
            is_all=count < FEWEST_SHOWN if page.total is None else count >= page.total,
            total=page.total,
        )
        return Batch(
            pulled=seen.pulled,
            cursor=cursors.written(seen.glimpse, of=of),
            is_caught_up=True,
            refused=seen.refused,
            gap="; ".join(one for one in (gap, seen.gap) if one),
        )

    def probe(self, *, deadline: datetime) -> Probed:
        try:
            page = self._page(deadline)
        except _NotAllowed as error:
            return Probed(missing=(f"cannot read reviews: {error}",))
        of = "" if page.total is None else f" of {page.total}"
        return Probed(works=(f"reads {len(page.reviews)}{of} reviews of {self._business}",))

    def _page(self, deadline: datetime) -> Page:
        locale = (("locale", self._locale),) if self._locale else ()
        response = self._http.request(
            "GET",
            self._url,
            params=(("limit", ASKED_FOR), ("sort_by", "newest"), *locale),
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json"},
            accept=_TOLD,
            deadline=deadline,
        )
        if response.status != 200:
            raise self._refusal(response)
        return decoded(response, Page)

    def _refusal(self, response: Response) -> Exception:
        """What an answer means that is none (docs.developer.yelp.com/docs/places-rate-limiting)."""
        try:
            error = msgspec.json.decode(response.body, type=_Answer).error
        except (msgspec.MsgspecError, RecursionError, ValueError):
            error = _Error()
        said = " ".join(f"{error.code} {error.description}".split()).replace(self._token, "…")
        said = "".join(one for one in said if one.isprintable())[:200]
        text = f"{response.host} answered {response.status}" + (f": {said}" if said else "")
        if response.status == 429:
            return SourceUnavailable(text, retry_at=self._retry_at(response, error.code))
        if response.status in (401, 403):
            return _NotAllowed(f"{text}; give an API key of a plan that has review excerpts")
        if response.status == 404:
            return SourceRefused(f"{text}; business: {self._business!r} is not on Yelp")
        return SourceRefused(text)

    def _retry_at(self, response: Response, code: str) -> datetime | None:
        """`RateLimit-ResetTime` is when the day's requests begin anew: no word on a second's."""
        now = self._now()
        if asked_for := retry_at(response.headers, now=now):
            return asked_for
        if code == "TOO_MANY_REQUESTS_PER_SECOND":
            return now + WAIT
        try:
            reset = datetime.fromisoformat(response.headers.get("RateLimit-ResetTime", ""))
        except ValueError:
            if code != "ACCESS_LIMIT_REACHED":
                return None
            reset = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time())
        reset = reset.replace(tzinfo=UTC) if reset.tzinfo is None else reset
        return min(max(reset, now), now + LONGEST)
