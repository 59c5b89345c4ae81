"""Hacker News, by the search that Algolia runs for it.

`search_by_date` lists newest first (hn.algolia.com/api, October 2026; all parameters of
Algolia's search API are taken). It matches beginnings of words and forgives typos unless told
otherwise, so "acme" would bring "acmeism" and "acne"; we ask for the exact words. Whether an item
still stands is asked of Hacker News itself (github.com/HackerNews/API: `deleted`, `dead`), one by
one; an item that it knows nothing of is `null`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

import msgspec

from chalicelib.domain.mention import Author, Mention
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import (
    Member,
    Opening,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)
from chalicelib.sources.payload import NotReadable, decoded, each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.text import plain_text

MOST_HITS = 1_000
"""More than this the index gives for no query."""

OVERLAP_SECONDS = 300
"""An item may enter the index this long after it was posted."""


class _Page(msgspec.Struct, frozen=True):
    hits: list[msgspec.Raw]
    hits_per_page: int = msgspec.field(name="hitsPerPage", default=0)


class _Instant(msgspec.Struct, frozen=True):
    created_at_i: int


class _Hit(msgspec.Struct, frozen=True):
    object_id: str = msgspec.field(name="objectID")
    created_at_i: int
    author: str | None = None
    title: str | None = None
    story_text: str | None = None
    comment_text: str | None = None
    parent_id: int | None = None


class _Item(msgspec.Struct, frozen=True):
    """An item as Hacker News has it."""

    deleted: bool = False
    dead: bool = False


_Known: Any = _Item | None


@dataclass(frozen=True, slots=True)
class _State:
    sweeps: Mapping[str, Sweep] = field(default_factory=dict)
    """By the term that is searched for."""


class HackerNews:
    """Stories and comments that say one of some terms."""

    checks_at_once = 20

    def __init__(self, opening: Opening) -> None:
        brand = opening.brand
        self.name = opening.entry.name
        self._brand = brand.id
        self._own = frozenset(handle.casefold() for handle in brand.handles)
        self._http = opening.http
        self._now = opening.now
        self._url = opening.text("base_url").rstrip("/") + "/api/v1/search_by_date"
        self._items_url = opening.text("items_url").rstrip("/") + "/v0/item"
        self._terms = (opening.words("terms") or brand.terms or (brand.name,))[:MOST_TERMS]
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._per_fetch = opening.number("per_fetch")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, _State, of=self._url)
        begun = Sweep(read_to=int((now - self._lookback).timestamp()))
        state = {term: (known.sweeps.get(term, begun) if known else begun) for term in self._terms}
        going_on = [term for term in self._terms if state[term].resume] or list(self._terms)
        pulled: dict[str, Pulled] = {}
        refused: list[str] = []
        gaps = [gap] if gap else []
        for term in going_on:
            hits, state[term], missed = self._page(term, state[term], now, deadline)
            good, bad = each(hits, _Hit, lambda hit, raw: self._pulled(hit, raw, now))
            pulled.update((one.mention.platform_id, one) for one in good)
            refused += bad
            gaps += [missed] if missed else []
        return Batch(
            pulled=tuple(sorted(pulled.values(), key=_age)),
            cursor=cursors.written(_State(state), of=self._url),
            is_caught_up=not any(sweep.resume for sweep in state.values()),
            refused=tuple(refused),
            gap="; ".join(gaps),
        )

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """A request for each. An item that is not known there may be too new, and counts as there;
        so does what no time was left to ask for."""
        gone: set[str] = set()
        for mention in mentions:
            if self._now() >= deadline:
                break
            url = f"{self._items_url}/{quote(mention.platform_id, safe='')}.json"
            item = decoded(self._http.request("GET", url, deadline=deadline), _Known)
            if item is not None and (item.deleted or item.dead):
                gone.add(mention.platform_id)
        return Checked(gone=frozenset(gone))

    def probe(self, *, deadline: datetime) -> Probed:
        """By a search for the first term."""
        term = self._terms[0]
        since = int((self._now() - self._lookback).timestamp())
        self._hits(term, since, 0, 1, deadline)
        return Probed(works=(f"finds posts that say {term!r}",))

    def _page(
        self, term: str, sweep: Sweep, now: datetime, deadline: datetime
    ) -> tuple[list[msgspec.Raw], Sweep, str]:
        """The next hits of a sweep, the sweep after them, and what it could not read."""
        hits, is_last = self._hits(term, sweep.read_to, sweep.resume, self._per_fetch, deadline)
        gap = ""
        seconds = _seconds(hits)
        for second in seconds:
            sweep = sweep.saw(second, now=int(now.timestamp()))
        if is_last or not seconds:
            return hits, sweep.closed(overlap=OVERLAP_SECONDS), gap
        oldest = min(seconds)
        if oldest == max(seconds) and sweep.resume in (0, oldest):
            # A page within one second: going on "from that second" would bring the same again.
            hits, is_last = self._hits(term, oldest, oldest, MOST_HITS, deadline)
            if not is_last:
                gap = f"more than {MOST_HITS} hits for {term!r} in one second"
            oldest -= 1
            if oldest < sweep.read_to:
                return hits, sweep.closed(overlap=OVERLAP_SECONDS), gap
        return hits, sweep.going_on(oldest), gap

    def _hits(
        self, term: str, since: int, until: int, most: int, deadline: datetime
    ) -> tuple[list[msgspec.Raw], bool]:
        """Hits posted from `since` to `until` (0: now), newest first; whether these are all."""
        span = f"created_at_i>={since}" + (f",created_at_i<={until}" if until else "")
        response = self._http.request(
            "GET",
            self._url,
            params=(
                ("query", '"' + term.replace('"', " ") + '"'),
                ("tags", "(story,comment,poll)"),
                ("numericFilters", span),
                ("hitsPerPage", str(most)),
                ("advancedSyntax", "true"),
                ("typoTolerance", "false"),
                ("queryType", "prefixNone"),
                ("restrictSearchableAttributes", "title,story_text,comment_text,url"),
            ),
            deadline=deadline,
        )
        page = decoded(response, _Page)
        return page.hits, len(page.hits) < (page.hits_per_page or most)

    def _pulled(self, hit: _Hit, raw: bytes, now: datetime) -> Pulled | None:
        if hit.author and hit.author.casefold() in self._own:
            return None
        parts = (hit.title or "", plain_text(hit.story_text or hit.comment_text or ""))
        text = "\n\n".join(part for part in parts if part)
        if not text:
            raise NotReadable(f"{hit.object_id} has no text")
        url = "https://news.ycombinator.com/"
        mention = Mention(
            platform="hackernews",
            platform_id=hit.object_id,
            source=self.name,
            brand=self._brand,
            text=text,
            posted_at=datetime.fromtimestamp(hit.created_at_i, UTC),
            pulled_at=now,
            author=Author(handle=hit.author, url=f"{url}user?id={hit.author}")
            if hit.author
            else None,
            url=f"{url}item?id={hit.object_id}",
            in_reply_to=str(hit.parent_id) if hit.parent_id else None,
        )
        return Pulled(mention=mention, raw=raw)


def _seconds(hits: list[msgspec.Raw]) -> list[int]:
    """When the hits were posted; what has no such field is refused elsewhere."""
    found, _ = each(hits, _Instant, lambda hit, raw: hit.created_at_i)
    return found


def _age(pulled: Pulled) -> tuple[datetime, int, str]:
    id = pulled.mention.platform_id
    return pulled.mention.posted_at, len(id), id


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    return [
        *address_problem("base_url", options["base_url"], is_secret=False),
        *address_problem("items_url", options["items_url"], is_secret=False),
    ]


MOST_TERMS = 5

MEMBER = Member(
    kind="hackernews",
    listens="stories and comments that say a term",
    answers="no",
    answers_privately="no",
    credentials="none",
    window="everything ever posted",
    costs="free; 10,000 requests an hour",
    options=(
        Option(
            name="terms",
            says="exact words to search for; empty: the brand's terms",
            default=[],
            most=MOST_TERMS,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(name="per_fetch", says="most hits in one request", default=100, most=MOST_HITS),
        Option(name="base_url", says="where the search stands", default="https://hn.algolia.com"),
        Option(
            name="items_url",
            says="where it is seen whether a post still stands",
            default="https://hacker-news.firebaseio.com",
        ),
    ),
    open=HackerNews,
    opens=(HackerNews,),
    limits=(RateLimit(most=10_000, per=timedelta(hours=1)),),
    is_by_keyword=lambda options: True,
    calls_per_pull=lambda options: max(1, len(cast("list[str]", options["terms"]))),
    check=_check,
)
