"""How far the reviews of each location have been read, and what a fetch has read of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.errors import SourceError
from chalicelib.ports import Pulled
from chalicelib.sources.sweep import Sweep

MOST_RESTARTS = 2
"""How often in a row the reviews of a location are read from the top again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where the reading of one location stands."""

    sweep: Sweep
    total: int = 0
    """Reviews of it, as the last page said."""
    restarts: int = 0

    @property
    def is_due(self) -> bool:
        """Whether more of it is to be read at once."""
        return self.sweep.is_under_way or bool(self.restarts)

    def turned(
        self, found: Sequence[int], token: str, *, total: int | None, now: int, overlap: int
    ) -> tuple["Listing", str]:
        """After a page whose reviews stand at `found`, and what may be missing.

        What a page token means is Google's: should it count places, a review deleted above would
        let one slip through, so a sweep during which there come to be fewer begins at the top.
        """
        if total is None:
            total = self.total if self.sweep.token else 0
        gap = ""
        if self.sweep.token and total < self.total:
            if self.restarts < MOST_RESTARTS:
                return replace(self._again(), total=total), ""
            gap = "reviews were deleted while they were read, so one may be missing"
        sweep = self.sweep.turned(found, token, now=now, overlap=overlap)
        restarts = self.restarts if sweep.is_under_way else 0
        return Listing(sweep=sweep, total=total, restarts=restarts), gap

    def given_up(self, *, overlap: int) -> tuple["Listing", str]:
        """After a token that Google forgot, and what cannot be read any more."""
        if self.restarts < MOST_RESTARTS:
            return self._again(), ""
        gap = "Google lets nobody page back to where its reviews were read last time"
        return Listing(sweep=self.sweep.closed(overlap=overlap), total=self.total), gap

    def _again(self) -> "Listing":
        return replace(self, sweep=self.sweep.given_up(), restarts=self.restarts + 1)


@dataclass(frozen=True, slots=True)
class State:
    """Where the reading of all locations stands."""

    listings: Mapping[str, Listing] = field(default_factory=dict)
    """By location."""
    pending: tuple[str, ...] = ()
    """What is still to be read in this round."""


class Round:
    """One fetch: what it has read, and what is still to be read."""

    def __init__(self, state: State, locations: tuple[str, ...], *, begun: Listing) -> None:
        self.listings = {one: state.listings.get(one, begun) for one in locations}
        self.pending = [one for one in state.pending if one in self.listings] or list(locations)
        self.order = (*self.pending, *(one for one in locations if one not in self.pending))
        """Those that are not pending only when no other can be read: else one location that
        fails in the middle of its reviews would hold up all."""
        self.pulled: dict[str, Pulled] = {}
        self.refused: list[str] = []
        self.failures: dict[str, SourceError] = {}
        self.gaps: list[tuple[str, str]] = []
        self.is_read = False

    def read(self, location: str, listing: Listing, gap: str) -> None:
        self.is_read = True
        self.listings[location] = listing
        self._set(location, listing.is_due)
        if gap:
            self.gaps.append((location, gap))

    def fail(self, location: str, error: SourceError) -> None:
        """It is left as it stands, for the next round."""
        self.failures[location] = error
        self._set(location, False)

    def _set(self, location: str, is_due: bool) -> None:
        rest = [one for one in self.pending if one != location]
        self.pending = [*rest, location] if is_due else rest
