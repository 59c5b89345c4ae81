"""How far the listings of a page have been read.

Neither `/feed` nor `/tagged` is documented to be in any order, and comments may come "ranked"
whatever order was asked for (developers.facebook.com/docs/graph-api/reference/post/comments), so
a sweep goes down until there is no next page, or until a whole page tells that nothing newer can
follow. While one sweep is under way others come in above it: nothing from after its beginning
lifts the watermark.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from chalicelib.sources.sweep import Sweep

TAGGED = "tagged"
FEED = "feed"
COMMENTS = "comments"
LISTINGS = (TAGGED, FEED, COMMENTS)


@dataclass(frozen=True, slots=True)
class Thread:
    """Comments of one post that did not fit beside it, and where they go on."""

    post: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where the sweep over one listing stands; instants are seconds of the epoch."""

    sweep: Sweep
    begun: int = 0
    """When the sweep under way began; 0 when none is."""
    left: int = 0
    """Own posts whose comments are still to be asked for in this sweep."""
    threads: tuple[Thread, ...] = ()

    def started(self, *, now: int, posts: int = 0) -> "Reading":
        """The same, or the beginning of a sweep when none is under way."""
        return self if self.begun else replace(self, begun=now, left=posts)

    def saw(self, instants: Sequence[float]) -> "Reading":
        sweep = self.sweep
        for one in instants:
            sweep = sweep.saw(int(one), now=self.begun)
        return replace(self, sweep=sweep)

    def turned(self, token: str) -> "Reading":
        """On to the next page of the posts; empty: there is none that is wanted."""
        return replace(self, sweep=replace(self.sweep, token=token))

    def closed(self, *, overlap: int) -> "Reading":
        return Reading(sweep=self.sweep.closed(overlap=overlap))

    def begun_anew(self, *, now: int, posts: int = 0) -> "Reading":
        """The mark of the next page does not hold any more: from the top, down to the same."""
        return Reading(sweep=self.sweep.given_up()).started(now=now, posts=posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """All that is remembered between two fetches."""

    readings: dict[str, Reading] = field(default_factory=dict)
    """By listing."""
    first: str = ""
    """The listing whose turn comes first, since time ran out before it."""
    resting_until: int = 0
    """Facebook is left alone until then."""
    known_at: int = 0
    """When it was last seen that the token is the page's own."""

    def of(self, listing: str, *, read_to: int) -> Reading:
        return self.readings.get(listing) or Reading(sweep=Sweep(read_to=read_to))

    def order(self, listings: Sequence[str]) -> tuple[str, ...]:
        """Beginning with the one whose turn it is."""
        at = listings.index(self.first) if self.first in listings else 0
        return (*listings[at:], *listings[:at])


def is_newest_first(instants: Sequence[float]) -> bool:
    """Whether a page shows an order that allows to stop; one entry, or one instant, does not."""
    falling = all(one >= after for one, after in pairwise(instants))
    return falling and len(instants) > 1 and instants[0] > instants[-1]
