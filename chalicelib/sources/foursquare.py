"""Foursquare: the newest tips that were left at one place.

`GET /places/{fsq_place_id}/tips` of the Places API in its version of 2025-06-17
(docs.foursquare.com/fsq-developers-places/reference/place-tips, July 2026): at most 50, newest
first, no page to turn, nobody told as their author. The same page calls `created_at` seconds of
the epoch in one place and a date in another, so both are read. A tip cannot be answered.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import msgspec

from chalicelib.domain.cost import Charge, Per
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Media, Mention
from chalicelib.http import Response
from chalicelib.http.waiting import retry_at
from chalicelib.ports import Batch, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import (
    Member,
    Opening,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)
from chalicelib.sources.glimpse import Glimpse, look
from chalicelib.sources.payload import NotReadable, decoded, each

MOST_TIPS = 50
"""More than this is shown of no place."""

API_VERSION = "2025-06-17"

_FIELDS = "fsq_tip_id,created_at,text,url,lang,photo"

_TOLD = (200, 400, 401, 402, 403, 404, 429)
"""Statuses whose answers say why."""


class _Tip(msgspec.Struct, frozen=True):
    fsq_tip_id: str
    created_at: str | int | float
    text: str
    url: str | None = None
    lang: str | None = None
    photo: object = None
    """Read by itself: nobody loses a tip by a picture."""


class _Photo(msgspec.Struct, frozen=True):
    prefix: str
    suffix: str


class _Answer(msgspec.Struct, frozen=True):
    message: str = ""


class _NotAllowed(SourceRefused):
    """The service key, or the plan it stands for, does not reach that far."""


class Foursquare:
    """The newest tips of one place."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._brand = opening.brand.id
        self._http = opening.http
        self._now = opening.now
        self._token = opening.secret.strip()
        self._place = opening.text("place")
        self._url = (
            opening.text("base_url").rstrip("/") + f"/places/{quote(self._place, safe='')}/tips"
        )
        self._lookback = timedelta(hours=opening.number("lookback_hours"))

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, Glimpse, of=self._url)
        tips = self._tips(MOST_TIPS, deadline)
        shown, refused = each(tips, _Tip, lambda tip, raw: self._pulled(tip, raw, now))
        seen = look(
            known or Glimpse(since=int((now - self._lookback).timestamp())),
            shown,
            refused,
            now=now,
            is_all=len(tips) < MOST_TIPS,
        )
        return Batch(
            pulled=seen.pulled,
            cursor=cursors.written(seen.glimpse, of=self._url),
            is_caught_up=True,
            refused=seen.refused,
            gap="; ".join(one for one in (gap, seen.gap) if one),
        )

    def probe(self, *, deadline: datetime) -> Probed:
        try:
            self._tips(1, deadline)
        except _NotAllowed as error:
            return Probed(missing=(f"cannot read tips: {error}",))
        return Probed(works=(f"reads the tips of {self._place}",))

    def _tips(self, most: int, deadline: datetime) -> list[msgspec.Raw]:
        response = self._http.request(
            "GET",
            self._url,
            params=(("sort", "NEWEST"), ("limit", str(most)), ("fields", _FIELDS)),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Accept": "application/json",
                "X-Places-Api-Version": API_VERSION,
            },
            accept=_TOLD,
            deadline=deadline,
        )
        if response.status != 200:
            raise self._refusal(response)
        return decoded(response, list[msgspec.Raw])

    def _refusal(self, response: Response) -> Exception:
        """What an answer means that is none."""
        try:
            said = msgspec.json.decode(response.body, type=_Answer).message
        except (msgspec.MsgspecError, RecursionError, ValueError):
            said = ""
        said = " ".join(said.split()).replace(self._token, "…")
        said = "".join(one for one in said if one.isprintable())[:200]
        text = f"{response.host} answered {response.status}" + (f": {said}" if said else "")
        if response.status == 429:
            asked_for = retry_at(response.headers, now=self._now())
            return SourceUnavailable(text, retry_at=asked_for)
        if response.status in (401, 402, 403):
            return _NotAllowed(f"{text}; give a service key of a project that has credits")
        if response.status == 404:
            return SourceRefused(f"{text}; place: {self._place!r} is no place of Foursquare's")
        return SourceRefused(text)

    def _pulled(self, tip: _Tip, raw: bytes, now: datetime) -> Pulled:
        if not tip.text.strip():
            raise NotReadable(f"{tip.fsq_tip_id} has no text")
        mention = Mention(
            platform="foursquare",
            platform_id=tip.fsq_tip_id,
            source=self.name,
            brand=self._brand,
            text=tip.text.strip(),
            posted_at=_instant(tip),
            pulled_at=now,
            url=_permalink(tip.url),
            language=(tip.lang or "")[:2].lower() or None,
            is_addressed=True,
            media=_media(tip.photo),
        )
        return Pulled(mention=mention, raw=raw)


def _instant(tip: _Tip) -> datetime:
    if not isinstance(tip.created_at, str):
        return datetime.fromtimestamp(tip.created_at, UTC)
    try:
        found = datetime.fromisoformat(tip.created_at)
    except ValueError:
        raise NotReadable(f"{tip.fsq_tip_id} has a date of another form") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _permalink(address: str | None) -> str:
    """`url` where it leads to Foursquare; authors put addresses of their own beside a tip too."""
    try:
        parts = urlsplit(address or "")
        host = parts.hostname or ""
    except ValueError:
        return ""
    is_theirs = host == "foursquare.com" or host.endswith(".foursquare.com")
    return address or "" if is_theirs and parts.scheme in ("http", "https") else ""


def _media(photo: object) -> tuple[Media, ...]:
    """A photo stands at its prefix, a size and its suffix (Places Photos Guide)."""
    try:
        found = msgspec.convert(photo, _Photo)
    except msgspec.ValidationError:
        return ()
    url = f"{found.prefix}original{found.suffix}"
    return (Media(url=url),) if url.startswith(("https://", "http://")) else ()


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=True)
    if not has_secret:
        found.append("secret: tips cannot be read without a service key; name it")
    return found


MEMBER = Member(
    kind="foursquare",
    listens="the newest tips at a place",
    answers="no",
    answers_privately="no",
    credentials="service key",
    window="what is shown: 50 tips",
    costs="$18.75 for 1,000 requests; 50 requests a second",
    options=(
        Option(
            name="place",
            says="the place's `fsq_place_id`",
            default="",
            is_required=True,
        ),
        Option(
            name="lookback_hours",
            says="how old a tip may be at the first pull",
            default=24 * 7,
            most=24 * 365,
        ),
        Option(
            name="base_url",
            says="where the API stands",
            default="https://places-api.foursquare.com",
        ),
    ),
    open=Foursquare,
    opens=(Foursquare,),
    every=timedelta(minutes=60),
    quickest=timedelta(minutes=15),
    charges=(Charge(sku="foursquare.premium-request", per=Per.REQUEST),),
    limits=(RateLimit(most=50, per=timedelta(seconds=1)),),
    check=_check,
)
