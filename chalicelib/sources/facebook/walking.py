"""Walking down the listings of a page, a request at a time.

Edges: developers.facebook.com/docs/graph-api/reference/page/tagged, /page/feed,
/page/published_posts and /post/comments (v26.0). The first comments of each own post come in the
same request as the post (graph-api/guides/field-expansion), since calls are counted. `since` goes
by the time of a post's last comment where it does not go by its own; both are wide enough.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import msgspec

from chalicelib.http import TooLarge
from chalicelib.ports import Pulled
from chalicelib.sources.facebook.answers import Listing
from chalicelib.sources.facebook.graph import Graph, GraphRefused
from chalicelib.sources.facebook.posts import (
    COMMENT_FIELDS,
    POST_FIELDS,
    Comment,
    Post,
    Reader,
    instant,
)
from chalicelib.sources.facebook.reading import COMMENTS, FEED, Reading, Thread, is_newest_first
from chalicelib.sources.payload import each

PAGE = 25
SIZES = (PAGE, 5, 1)
"""Entries asked for at once; fewer where they are huge, or where Facebook finds it too much."""

PAGES = 6
"""Of each listing in one fetch: none keeps the others waiting for long."""

_BAD_MARK = 100
"""The code for a parameter that cannot be used, such as the mark of a post that is gone."""

_ENDLESS = "Facebook gives the same page again and again"


class _Own(msgspec.Struct, frozen=True):
    """A post of our own, with the first of its comments."""

    id: str
    created_time: str | int
    comments: Listing | None = None


@dataclass(slots=True)
class Haul:
    """What a fetch brings in."""

    pulled: dict[str, Pulled] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    pages: int = 0

    def refuse(self, entries: list[str]) -> None:
        self.refused += [one for one in entries if one not in self.refused]

    def take(self, pulled: Pulled | None) -> None:
        if pulled is not None:
            self.pulled[pulled.mention.platform_id] = pulled


class Walk:
    """One fetch's way through the listings of a page."""

    def __init__(
        self,
        graph: Graph,
        reader: Reader,
        *,
        page: str,
        now: Callable[[], datetime],
        deadline: datetime,
        overlap: int,
        recent_posts: int,
        post_age: timedelta,
    ) -> None:
        self._graph = graph
        self._reader = reader
        self._page = page
        self._now = now
        self._deadline = deadline
        self._overlap = overlap
        self._recent_posts = recent_posts
        self._post_age = post_age
        self.haul = Haul()

    @property
    def must_stop(self) -> bool:
        rest = self._graph.resting_until
        return self._now() >= self._deadline or (rest is not None and self._now() < rest)

    @property
    def _seconds(self) -> int:
        return int(self._now().timestamp())

    def steps(self, listing: str, reading: Reading) -> Iterator[Reading]:
        """Where the reading stands after each of some pages."""
        for _ in range(PAGES):
            posts = self._recent_posts if listing == COMMENTS else 0
            reading = reading.started(now=self._seconds, posts=posts)
            if listing != COMMENTS:
                reading = self._posts(listing, reading)
            elif reading.left:
                reading = self._own_posts(reading)
            else:
                reading = self._thread(reading)
            if reading.begun and listing == COMMENTS and not (reading.left or reading.threads):
                reading = reading.closed(overlap=self._overlap)
            yield reading
            if not reading.begun or self.must_stop:
                return

    def _posts(self, listing: str, reading: Reading) -> Reading:
        """A page of posts by others. One that was neither written nor touched since the watermark
        was given before, and a page of such posts is the end."""
        read_to = reading.sweep.read_to
        params = {"fields": POST_FIELDS} | ({"since": str(read_to)} if listing == FEED else {})
        page = self._listing(f"/{self._page}/{listing}", params, reading.sweep.token)
        if page is None:
            return reading.begun_anew(now=self._seconds)
        now = self._now()

        def kept(post: Post, raw: bytes) -> tuple[float, float]:
            stirred = post.stirred_at
            if stirred >= read_to:
                self.haul.take(self._reader.post(post, raw, now=now))
            return instant(post.created_time).timestamp(), stirred

        found, bad = each(page.data, Post, kept)
        self.haul.refuse(bad)
        reading = reading.saw([written for written, _ in found])
        is_old = bool(found) and all(stirred < read_to for _, stirred in found)
        if page.token and page.token == reading.sweep.token:
            self.haul.gaps.append(_ENDLESS)
            return reading.closed(overlap=self._overlap)
        if is_old or not page.token:
            return reading.closed(overlap=self._overlap)
        return reading.turned(page.token)

    def _own_posts(self, reading: Reading) -> Reading:
        """A page of our own posts, each with its latest comments."""
        since = f"since({reading.sweep.read_to})"

        def params(size: int) -> dict[str, str]:
            comments = f"comments.filter(stream).order(reverse_chronological).{since}"
            return {
                "fields": f"id,created_time,{comments}.limit({size}){{{COMMENT_FIELDS}}}",
                "limit": str(min(size, reading.left)),
            }

        path = f"/{self._page}/published_posts"
        page = self._listing(path, params, reading.sweep.token)
        if page is None:
            return reading.begun_anew(now=self._seconds, posts=self._recent_posts)
        threads: list[Thread] = []
        instants: list[float] = []

        def read(own: _Own, raw: bytes) -> float:
            if own.comments is not None:
                seen, token = self._comments(own.comments, own.id, reading.sweep.read_to)
                instants.extend(seen)
                threads.extend([Thread(own.id, token)] if token else [])
            return instant(own.created_time).timestamp()

        written, bad = each(page.data, _Own, read)
        self.haul.refuse(bad)
        oldest = (self._now() - self._post_age).timestamp()
        is_old = bool(written) and all(one < oldest for one in written)
        is_endless = bool(page.token) and page.token == reading.sweep.token
        left = max(0, reading.left - len(page.data))
        if is_old or is_endless or not page.token:
            left = 0
        reading = replace(reading.saw(instants), left=left)
        reading = replace(reading, threads=(*reading.threads, *threads))
        return reading.turned(page.token if left else "")

    def _thread(self, reading: Reading) -> Reading:
        """A further page of the comments of one post."""
        thread, *others = reading.threads
        read_to = reading.sweep.read_to
        params = {
            "fields": COMMENT_FIELDS,
            "filter": "stream",
            "order": "reverse_chronological",
            "since": str(read_to),
        }
        try:
            page = self._listing(f"/{thread.post}/comments", params, thread.token)
        except GraphRefused as error:
            if not error.trouble.is_gone:
                raise
            return replace(reading, threads=tuple(others))  # the post, and its comments with it
        if page is None:
            return replace(reading, threads=(Thread(thread.post, ""), *others))
        instants, token = self._comments(page, thread.post, read_to)
        if token and token == thread.token:
            self.haul.gaps.append(_ENDLESS)
            token = ""
        more = (Thread(thread.post, token),) if token else ()
        return replace(reading.saw(instants), threads=(*more, *others))

    def _comments(self, page: Listing, post: str, read_to: int) -> tuple[list[float], str]:
        """When the comments of a page were written, and what asks for more, if more is wanted."""
        now = self._now()

        def kept(comment: Comment, raw: bytes) -> float:
            written = instant(comment.created_time).timestamp()
            if written >= read_to:
                self.haul.take(self._reader.comment(comment, raw, post, now=now))
            return written

        instants, bad = each(page.data, Comment, kept)
        self.haul.refuse(bad)
        is_old = is_newest_first(instants) and instants[0] < read_to
        return instants, "" if is_old else page.token

    def _listing(
        self,
        path: str,
        params: Mapping[str, str] | Callable[[int], Mapping[str, str]],
        token: str,
    ) -> Listing | None:
        """A page of a listing; None when the mark of where it goes on does not hold any more."""
        marks = dict(parse_qsl(token))
        for size in SIZES:
            asked = params(size) if callable(params) else {"limit": str(size), **params}
            try:
                page = self._graph.listing(
                    path, {**asked, **marks}, now=self._now(), deadline=self._deadline
                )
            except TooLarge as error:
                too_large = error
            except GraphRefused as error:
                if token and error.trouble.code == _BAD_MARK and not error.trouble.is_gone:
                    return None
                raise
            else:
                self.haul.pages += 1
                return page
        raise too_large
