"""One page after the other of a listing of X, from the newest post down to the watermark."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.cost import Use
from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.http import Response, TooLarge
from chalicelib.sources.payload import decoded, each
from chalicelib.sources.sweep import Sweep
from chalicelib.sources.x.calling import MENTIONS, SEARCH, Caller, problems, refusal
from chalicelib.sources.x.shapes import Beside, Identified, Post, id_before

PAGE, SMALL_PAGE = 100, 10
"""The most that X gives in one page, and the least that a search takes as a wish."""

WINDOW = timedelta(days=7) - timedelta(minutes=2)
"""How far back a search reaches, less what clocks may differ."""

QUIET = timedelta(days=1)
"""Where nobody speaks of us the watermark follows at this distance, else it would leave the
window; no index is late by so much."""

_WORTH_TELLING = 600
"""Seconds: what leaves the window between two pages is less."""

MENTIONS_LISTED = 800
"""The most that X lists of who named us (docs.x.com/x-api/posts/timelines/integrate)."""

POST_READ, OWN_MENTION_READ, USER_READ = "x.post-read", "x.own-mention-read", "x.user-read"

_FIELDS = (
    ("post.fields", "attachments,created_at,entities,lang,note_post,public_metrics"),
    ("user.fields", "public_metrics,verified,verified_type"),
    ("media.fields", "alt_text,preview_image_url,url"),
)


_EXPANSIONS = "author_id,attachments.media_keys"


class _Meta(msgspec.Struct, frozen=True):
    next_token: str | None = None
    result_count: int | None = None


class Page(msgspec.Struct, frozen=True):
    """Some posts, as the answer to a request for a list of them."""

    data: list[msgspec.Raw] | None = None
    includes: object = None
    errors: object = None
    meta: _Meta | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where reading stands."""

    sweep: Sweep
    """Its `resume` is the id of the oldest post that this round has seen."""
    given: int = 0
    """Posts of this round."""


class Listing:
    """A search, or who named an account."""

    def __init__(self, caller: Caller, *, query: str, with_references: bool, overlap: int) -> None:
        """`query` is empty for mentions; `overlap` in seconds."""
        self._caller = caller
        self._query = query
        self._expansions = _EXPANSIONS + ",referenced_posts" * with_references
        self._overlap = overlap

    def turned(
        self, path: str, progress: Progress, *, now: datetime, deadline: datetime
    ) -> tuple[Page, Progress, list[str]]:
        """The next page, where reading stands after it, and what could not be read."""
        sweep, gaps = progress.sweep, list[str]()
        floor = int((now - WINDOW).timestamp())
        if self._query and sweep.read_to < floor:
            if floor - sweep.read_to > _WORTH_TELLING:
                gaps = [_too_late(sweep.read_to, floor)]
            sweep = replace(sweep, read_to=floor)
        tries = [sweep]
        # X may not know a token any more, and a post be too old to ask for what is below it.
        if sweep.token and sweep.resume:
            tries.append(replace(sweep, token=""))
        if sweep.is_under_way:
            tries.append(sweep.given_up())
        for sweep in tries:
            response = self._page(path, sweep, deadline)
            if response.status == 200:
                break
        if response.status != 200 and refusal(response).concerns("since_id"):
            # Too long ago by X's own clock: without it X begins where it can.
            gaps = gaps or [_too_late(sweep.read_to, floor)]
            response = self._page(path, sweep, deadline, is_bounded=False)
        if response.status != 200:
            said = refusal(response).said
            raise SourceRefused(f"{response.host} answered {response.status}: {said}")
        page = decoded(response, Page)
        if page.meta is None:
            for problem in problems(page.errors):
                why = problem.detail or problem.title
                raise SourceRefused(f"{response.host} lists nothing: {why[:200]}")
        if page.meta is None or (page.meta.result_count or 0) > len(page.data or []):
            raise SourceUnavailable(f"{response.host} answered with half a page")
        given = len(page.data or []) + (progress.given if sweep.is_under_way else 0)
        sweep = self._after(page, sweep, now)
        if not self._query and not sweep.is_under_way and given > MENTIONS_LISTED - PAGE:
            gaps.append(
                f"X lists the latest {MENTIONS_LISTED} posts that name us, and {given} came in "
                "since the last round; older ones may be missing"
            )
        return page, Progress(sweep, given if sweep.is_under_way else 0), gaps

    def _after(self, page: Page, sweep: Sweep, now: datetime) -> Sweep:
        posts, _ = each(page.data or [], Post, lambda post, raw: post)
        instants = [int(at.timestamp()) for post in posts if (at := post.at)]
        token = (page.meta.next_token if page.meta else "") or ""
        moved = sweep.turned(instants, token, now=int(now.timestamp()), overlap=self._overlap)
        if not moved.is_under_way:
            return replace(moved, read_to=max(moved.read_to, int((now - QUIET).timestamp())))
        seen = [int(post.id) for post in posts if post.id.isascii() and post.id.isdigit()]
        return moved.going_on(min([*seen, sweep.resume] if sweep.resume else seen, default=0))

    def _page(
        self, path: str, sweep: Sweep, deadline: datetime, *, is_bounded: bool = True
    ) -> Response:
        """A page, of fewer posts where they are huge: nobody can blind us with some of them."""
        where = [("since_id", id_before(sweep.read_to))] if is_bounded else []
        if sweep.token:
            where.append(("next_token" if self._query else "pagination_token", sweep.token))
        elif sweep.resume:
            where.append(("until_id", str(sweep.resume)))
        if self._query:
            where.append(("query", self._query))
        for size in (PAGE, SMALL_PAGE):
            try:
                return self._caller.get(
                    path,
                    (
                        *where,
                        ("max_results", str(size)),
                        ("expansions", self._expansions),
                        *_FIELDS,
                    ),
                    bucket=SEARCH if self._query else MENTIONS,
                    deadline=deadline,
                    accept=(200, 400),
                )
            except TooLarge as error:
                too_large = error
        raise too_large


class Bill:
    """What the posts and people of some pages cost: X charges each of them once a UTC day."""

    def __init__(self, sku: str) -> None:
        """`sku` is that of the posts themselves."""
        self._sku = sku
        self._read: dict[str, dict[str, None]] = {}

    def add(self, data: Sequence[msgspec.Raw], beside: Beside) -> None:
        ids, _ = each(data, Identified, lambda one, raw: one.id)
        for sku, read in ((self._sku, ids), (POST_READ, beside.posts), (USER_READ, beside.users)):
            self._read.setdefault(sku, {}).update(dict.fromkeys(read))

    def uses(self) -> tuple[Use, ...]:
        return tuple(
            Use(sku=sku, quantity=len(ids), of=tuple(ids)) for sku, ids in self._read.items() if ids
        )


def _too_late(read_to: int, floor: int) -> str:
    hours = max(1, (floor - read_to) // 3600)
    return (
        f"a search of X reaches back 7 days; what was posted in the {hours} hours before "
        "cannot be read any more"
    )
