"""Videos that name us, by `search.list`: newest first, 50 at once, 100 calls a day.

The search finds what people may want to see, so a video it finds is read whole (`videos.list`)
and given only when its title, description or tags say one of the terms. It enters the index
some time after it was published, so each round reaches back by `overlap_hours`; within one page
that takes no further call.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.ports import Batch, Cursor, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.youtube.calls import MOST_IDS, SEARCH, Calls, TokenGone
from chalicelib.sources.youtube.posts import Reader, Video, instants_of

PAGES = 3
"""In one fetch."""

MOST_PAGES = 10
"""Of one round: 500 videos, more than which the search is not known to give."""

MOST_RESTARTS = 2


class _Id(msgspec.Struct, frozen=True, rename="camel"):
    video_id: str


class _Hit(msgspec.Struct, frozen=True):
    id: _Id


@dataclass(frozen=True, slots=True)
class _Round:
    sweep: Sweep
    searched_at: int = 0
    """When the last round began."""
    pages: int = 0
    restarts: int = 0


class VideoSearch:
    """Videos of others that say one of some terms."""

    def __init__(
        self, opening: Opening, calls: Calls, reader: Reader, terms: tuple[str, ...]
    ) -> None:
        self._calls = calls
        self._reader = reader
        self._now = opening.now
        # "|" is its "or" (…/docs/search/list); one call finds them all.
        self._query = "|".join(f'"{_plain(term)}"' for term in terms)
        self._of = f"{opening.text('base_url')} search {self._query}"
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._overlap = 3_600 * opening.number("overlap_hours")
        self._every = 60 * opening.number("search_minutes")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        known, gap = cursors.read(cursor, _Round, of=self._of)
        state = known or _Round(Sweep(read_to=int((now - self._lookback).timestamp())))
        seconds = int(now.timestamp())
        if not state.sweep.is_under_way:
            if known and seconds - state.searched_at < self._every:
                return Batch(pulled=(), cursor=cursor, is_caught_up=True)
            state = replace(state, searched_at=seconds, pages=0)
        pulled: dict[str, Pulled] = {}
        refused: list[str] = []
        for number in range(PAGES):
            try:
                state, found, bad, missed = self._page(state, now, deadline)
            except SourceUnavailable:
                if number == 0:
                    raise
                break
            pulled.update((one.mention.platform_id, one) for one in found)
            refused += bad
            gap = gap or missed
            if not state.sweep.is_under_way or self._now() >= deadline:
                break
        return Batch(
            pulled=tuple(sorted(pulled.values(), key=_age)),
            cursor=cursors.written(state, of=self._of),
            is_caught_up=not (state.sweep.is_under_way or state.restarts),
            refused=tuple(refused),
            gap=gap,
        )

    def _page(
        self, state: _Round, now: datetime, deadline: datetime
    ) -> tuple[_Round, list[Pulled], list[str], str]:
        """The round after a page, its mentions, what was refused, and what cannot be read."""
        seconds, sweep = int(now.timestamp()), state.sweep
        try:
            page = self._calls.listed(
                "search",
                ("part", "snippet"),
                ("q", self._query),
                ("type", "video"),
                ("order", "date"),
                ("safeSearch", "none"),
                ("publishedAfter", _rfc3339(sweep.read_to)),
                token=sweep.token,
                most=MOST_IDS,
                deadline=deadline,
                bucket=SEARCH,
            )
        except TokenGone:
            if state.restarts < MOST_RESTARTS:
                begun = replace(
                    state, sweep=sweep.given_up(), restarts=state.restarts + 1, searched_at=0
                )
                return begun, [], [], ""
            closed = replace(state, sweep=sweep.closed(overlap=self._overlap), restarts=0)
            return closed, [], [], "the search lets nobody page back to where it was read last time"
        hits, refused = each(page.items, _Hit, lambda hit, raw: hit.id.video_id)
        for instant in instants_of(page.items):
            sweep = sweep.saw(instant, now=seconds)
        found, bad = self._videos(hits, now, deadline)
        # `publishedAfter` ends the listing: no page of it stands below the mark.
        sweep = sweep.turned((), page.next_page_token, now=seconds, overlap=self._overlap)
        state = replace(state, sweep=sweep, pages=state.pages + 1)
        if sweep.is_under_way and state.pages >= MOST_PAGES:
            gap = f"more than {MOST_PAGES * MOST_IDS} videos since the last search"
            closed = replace(state, sweep=sweep.closed(overlap=self._overlap), restarts=0)
            return closed, found, refused + bad, gap
        if not sweep.is_under_way:
            state = replace(state, restarts=0)
        return state, found, refused + bad, ""

    def _videos(
        self, ids: list[str], now: datetime, deadline: datetime
    ) -> tuple[list[Pulled], list[str]]:
        if not ids:
            return [], []
        items = self._calls.of_ids("videos", "snippet", ids, deadline=deadline)
        videos, _ = each(items, Video, lambda one, raw: one)
        channels = [one.snippet.channel_id for one in videos if one.snippet.channel_id]
        reach = self._calls.reach(tuple(dict.fromkeys(channels)), deadline=deadline)
        return each(
            items, Video, lambda one, raw: self._reader.video(one, raw, now=now, reach=reach)
        )


def _plain(term: str) -> str:
    return " ".join(term.replace('"', " ").replace("|", " ").split())


def _rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _age(pulled: Pulled) -> tuple[datetime, str]:
    return pulled.mention.posted_at, pulled.mention.platform_id
