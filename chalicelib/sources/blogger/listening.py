"""Listening to a blog, looking whether comments still stand, and how the source stands itself.

`comments.listByBlog` lists them across all posts between two dates (developers.google.com/
blogger/docs/3.0/reference/comments/listByBlog). In which order it does not say, so each round
reads all there is since the mark, however it comes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.http import TooLarge
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.blogger.comments import (
    EMPTIED,
    Blog,
    Comment,
    Page,
    Post,
    Reader,
    Standing,
    by_time,
)
from chalicelib.sources.family import Opening
from chalicelib.sources.google import Access, Api, Refused
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep

SCOPE = "https://www.googleapis.com/auth/blogger.readonly"

SIZES = (50, 5, 1)
"""Comments in one answer: fewer where fifty do not fit."""

PAGES = 5
CHECK_PAGES = 20

CLOCKS = 300
"""Seconds by which Blogger's clock may run ahead of ours: what is from the future counts as from
when it was pulled."""

MOST_RESTARTS = 2
"""How often in a row a round begins anew because its place was not taken."""

MOST_ADDRESSES = 50
"""Posts whose address is remembered, those commented on last."""


@dataclass(frozen=True, slots=True)
class _Round:
    sweep: Sweep
    restarts: int = 0
    addresses: Mapping[str, str] = field(default_factory=dict)
    """By post: without them each round would ask for those of all it reads again."""


class _Crowd(SourceUnavailable):
    """There are more comments of one time than can be looked through."""


class Blogger:
    """What is written beneath the posts of one blog."""

    checks_at_once = 50

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._reader = Reader(
            source=self.name, brand=opening.brand.id, handles=opening.brand.handles
        )
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
        self._blog = "/v3/blogs/" + quote(opening.text("blog_id"), safe="")
        self._of = opening.text("base_url") + self._blog
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._overlap = 60 * opening.number("overlap_minutes")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, _Round, of=self._of)
        state = known or _Round(Sweep(read_to=int((now - self._lookback).timestamp())))
        state, entries, missed = self._pages(state, now, deadline)
        found, refused = each(entries, Comment, lambda one, raw: one)
        state = self._with_addresses(state, found, deadline)
        good, refused = each(
            entries,
            Comment,
            lambda one, raw: self._reader.pulled(
                one, raw, now=now, post_url=state.addresses.get(one.post_id, "")
            ),
        )
        pulled = {one.mention.platform_id: one for one in good}
        return Batch(
            pulled=tuple(sorted(pulled.values(), key=_age)),
            cursor=cursors.written(state, of=self._of),
            is_caught_up=not (state.sweep.is_under_way or state.restarts),
            refused=tuple(refused),
            gap=gap or missed,
            gone=tuple(one.id for one in found if one.status == EMPTIED),
        )

    def _pages(
        self, state: _Round, now: datetime, deadline: datetime
    ) -> tuple[_Round, list[msgspec.Raw], str]:
        """Some pages of a round, what stands on them, and what cannot be read any more."""
        entries: list[msgspec.Raw] = []
        seconds = int(now.timestamp())
        for number in range(PAGES):
            sweep = state.sweep
            try:
                page = self._page(sweep.read_to, None, sweep.token, deadline)
            except SourceUnavailable:
                if number == 0:
                    raise
                break
            if page is None:
                state, gap = self._given_up(state)
                return state, entries, gap
            entries += page.items
            for instant in _instants(page.items):
                sweep = sweep.saw(instant, now=seconds)
            # `startDate` ends the listing: no entry of it stands below the mark.
            sweep = sweep.turned((), page.next_page_token or "", now=seconds, overlap=self._overlap)
            state = replace(state, sweep=sweep)
            if not sweep.is_under_way:
                return replace(state, restarts=0), entries, ""
            if self._now() >= deadline:
                break
        return state, entries, ""

    def _given_up(self, state: _Round) -> tuple[_Round, str]:
        if state.restarts < MOST_RESTARTS:
            sweep = state.sweep.given_up()
            return replace(state, sweep=sweep, restarts=state.restarts + 1), ""
        gap = "Blogger lets nobody page back to where the comments were read last time"
        return replace(state, sweep=state.sweep.closed(overlap=self._overlap), restarts=0), gap

    def _page(self, since: int, until: int | None, token: str, deadline: datetime) -> Page | None:
        """A page of comments; None when the token is not taken any more."""
        params = [("startDate", _rfc3339(since)), ("fetchBodies", "true")]
        params += [("endDate", _rfc3339(until))] if until is not None else []
        # Only who manages the blog is told of comments whose text was removed.
        statuses = ("LIVE", EMPTIED) if self._access.is_account else ()
        params += [("status", status) for status in statuses]
        params += [("pageToken", token)] if token else []
        for size in SIZES:
            asked = (*params, ("maxResults", str(size)))
            path = f"{self._blog}/comments"
            try:
                response = self._api.request("GET", path, params=asked, deadline=deadline)
            except TooLarge as error:
                too_large = error
            except Refused as error:
                # Google does not say how it refuses a token; all else of ours was taken before.
                if token and error.status == 400:
                    return None
                raise
            else:
                return decoded(response, Page)
        raise too_large

    def _with_addresses(
        self, state: _Round, comments: Sequence[Comment], deadline: datetime
    ) -> _Round:
        """Where the posts are that were commented on; what cannot be told now is left out, since
        no mention is lost for it."""
        addresses = dict(state.addresses)
        for post in dict.fromkeys(one.post_id for one in comments if one.post_id):
            known = addresses.pop(post, None)
            path = f"{self._blog}/posts/{quote(post, safe='')}"
            params = (("fetchBody", "false"), ("fetchImages", "false"))
            if known is None:
                try:
                    response = self._api.request("GET", path, params=params, deadline=deadline)
                    known = decoded(response, Post).url
                except Refused:
                    known = ""  # it has none for us, now or at the next pull
                except SourceUnavailable:
                    continue
            addresses[post] = known
        return replace(state, addresses=dict(list(addresses.items())[-MOST_ADDRESSES:]))

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """By listing what stands of the times they are from: one comment alone can be asked for
        only by the post it stands beneath, which a mention does not keep."""
        gone: set[str] = set()
        told, crowd = 0, None
        for near in by_time(mentions):
            if self._now() >= deadline:
                break
            try:
                gone |= {one.platform_id for one in near} - self._standing(near, deadline)
                told += 1
            except _Crowd as error:
                crowd = error
        if crowd is not None and not told:
            raise crowd
        return Checked(gone=frozenset(gone))

    def _standing(self, near: Sequence[Mention], deadline: datetime) -> set[str]:
        """What stands of the time of some mentions, oldest first."""
        since = int(near[0].posted_at.timestamp()) - CLOCKS
        until = int(near[-1].posted_at.timestamp()) + CLOCKS
        standing: set[str] = set()
        token = ""
        for _ in range(CHECK_PAGES):
            page = self._page(since, until, token, deadline)
            if page is None:
                raise SourceUnavailable("Blogger lost its place among the comments")
            found, _bad = each(page.items, Standing, lambda one, raw: one)
            standing |= {one.id for one in found if one.status != EMPTIED}
            token = page.next_page_token or ""
            if not token:
                return standing
        raise _Crowd(f"more than {CHECK_PAGES} pages of comments to look through")

    def probe(self, *, deadline: datetime) -> Probed:
        """The blog itself, and one comment of it: whether the latter is open to an API key Google
        does not say."""
        blog = decoded(self._api.request("GET", self._blog, deadline=deadline), Blog)
        works = f"finds the blog {blog.name}"
        path, params = f"{self._blog}/comments", (("maxResults", "1"),)
        try:
            self._api.request("GET", path, params=params, deadline=deadline)
        except Refused as error:
            if error.status not in (401, 403):
                raise
            missing = f"cannot read comments: sign in by a refresh token with the scope {SCOPE}"
            return Probed(works=(works,), missing=(missing,))
        return Probed(works=(works, "reads its comments"))


def _instants(items: list[msgspec.Raw]) -> list[int]:
    found, _ = each(items, Comment, lambda one, raw: int(one.published.timestamp()))
    return found


def _rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _age(pulled: Pulled) -> tuple[datetime, str]:
    return pulled.mention.posted_at, pulled.mention.platform_id
