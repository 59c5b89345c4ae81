"""Listening to a page: posts that tag it, posts on it, comments beneath its own latest posts.

`/page/ratings` is not read: since v22.0 whatever returns a recommendation answers with error 12
(developers.facebook.com/docs/graph-api/reference/recommendation, November 2026).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.errors import SourceError, SourceRefused
from chalicelib.ports import Batch, Cursor
from chalicelib.sources import cursors
from chalicelib.sources.facebook.graph import Credentials, Graph, Throttled
from chalicelib.sources.facebook.posts import Reader
from chalicelib.sources.facebook.reading import LISTINGS, Round
from chalicelib.sources.facebook.standing import Me
from chalicelib.sources.facebook.walking import Walk
from chalicelib.sources.family import Opening
from chalicelib.sources.payload import decoded

KNOWN_FOR = timedelta(days=1)
"""How long it is believed that the token is the page's own."""


class Facebook:
    """What is said to one page in public."""

    def __init__(self, opening: Opening, credentials: Credentials) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._page = opening.text("page")
        self._address = f"{opening.text('base_url').rstrip('/')}/{opening.text('version')}"
        self._graph = Graph(opening.http, self._address, credentials)
        self._reads = tuple(one for one in LISTINGS if one in opening.words("reads"))
        self._recent_posts = opening.number("recent_posts")
        self._post_age = timedelta(days=opening.number("post_days"))
        self._overlap = 60 * opening.number("overlap_minutes")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._reader = Reader(
            source=self.name,
            brand=opening.brand.id,
            page=self._page,
            handles=opening.brand.handles,
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        of = f"{self._address} {self._page}"
        known, gap = cursors.read(cursor, Round, of=of)
        round = self._known_as_the_page(known or Round(), now, deadline)
        walk = self._walk(deadline)
        round, troubles = self._walked(round, walk, now, deadline)
        if troubles and not walk.haul.pages:
            raise next(iter(troubles.values()))
        unsaid = [one for one in (gap, *walk.haul.gaps) if one]
        unsaid += [
            f"{listing} cannot be read: {error}"
            for listing, error in troubles.items()
            if not isinstance(error, Throttled) and listing != round.first
        ]
        return Batch(
            pulled=tuple(sorted(walk.haul.pulled.values(), key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(round, of=of),
            is_caught_up=not (
                round.first
                or round.resting_until
                or any(
                    one in round.readings and round.readings[one].begun
                    for one in self._reads
                    if one not in troubles
                )
            ),
            refused=tuple(walk.haul.refused),
            gap="; ".join(unsaid),
        )

    def _walked(
        self, round: Round, walk: Walk, now: datetime, deadline: datetime
    ) -> tuple[Round, dict[str, SourceError]]:
        """Some pages of each listing. One that fails does not keep the others from being read."""
        read_to = int((now - self._lookback).timestamp())
        readings = dict(round.readings)
        troubles: dict[str, SourceError] = {}
        rest, first = None, ""
        for listing in round.order(self._reads):
            if rest or walk.must_stop:
                first = first or listing
                continue
            try:
                for reading in walk.steps(listing, round.of(listing, read_to=read_to)):
                    readings[listing] = reading
            except Throttled as error:
                rest, troubles[listing] = error.retry_at, error
            except SourceError as error:
                troubles[listing] = error
                if self._now() >= deadline:
                    first = first or listing  # its time ran out; that alone is no trouble to tell
        rest = rest or self._graph.resting_until
        resting_until = int(rest.timestamp()) if rest and rest > self._now() else 0
        return replace(round, readings=readings, first=first, resting_until=resting_until), troubles

    def _walk(self, deadline: datetime) -> Walk:
        return Walk(
            self._graph,
            self._reader,
            page=self._page,
            now=self._now,
            deadline=deadline,
            overlap=self._overlap,
            recent_posts=self._recent_posts,
            post_age=self._post_age,
        )

    def _known_as_the_page(self, round: Round, now: datetime, deadline: datetime) -> Round:
        """Raises Throttled while Facebook wants to be left alone.

        Raises SourceRefused for the token of a person: to that, Facebook shows the comments of a
        page as an empty listing (graph-api/reference/object/comments), and we would be blind
        without a word.
        """
        if now.timestamp() < round.resting_until:
            until = datetime.fromtimestamp(round.resting_until, UTC)
            raise Throttled("Facebook lets us ask no more for now", retry_at=until)
        if now.timestamp() - round.known_at < KNOWN_FOR.total_seconds():
            return round
        found = self._graph.get("/me", {"fields": "id,name"}, now=now, deadline=deadline)
        self._see_that_it_is_the_page(decoded(found, Me))
        return replace(round, known_at=int(now.timestamp()))

    def _see_that_it_is_the_page(self, me: Me) -> None:
        if me.id != self._page:
            raise SourceRefused(
                f"the token speaks for {me.id[:40]!r} and not for page {self._page}; "
                "make a token of the page itself"
            )
