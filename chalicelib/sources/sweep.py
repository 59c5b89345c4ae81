"""Reading a listing that is newest first without ever skipping: the sweep and its watermark.

A sweep starts at the top and goes back in time. Everything posted before the watermark
`read_to` was given long ago; everything above `resume` was given in this sweep; between the
two lies the gap that is still to be read. Only when it is closed does the watermark move, to
the newest post of the sweep less an overlap, because platforms list a post some time after it
was posted. Nothing here knows a platform.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Where a sweep stands; instants are seconds of the epoch."""

    read_to: int
    """Whatever was posted before this has been given."""
    newest: int = 0
    """The newest post of this sweep."""
    resume: int = 0
    """Where the platform is asked to go on, in the platform's own measure; 0 starts a sweep."""
    token: str = ""
    """The same, where the platform hands out a token for its next page."""

    @property
    def is_under_way(self) -> bool:
        return bool(self.resume or self.token)

    def saw(self, posted: int, *, now: int) -> "Sweep":
        """With a post of this sweep. One from the future must not lift the watermark past now."""
        return replace(self, newest=max(self.newest, min(posted, now)))

    def going_on(self, resume: int) -> "Sweep":
        """More is to be read, from `resume` on."""
        return replace(self, resume=resume)

    def turned(self, instants: Sequence[int], token: str, *, now: int, overlap: int) -> "Sweep":
        """After a page whose entries stand at `instants`, as the platform orders them, and whose
        successor is asked for with `token` (empty: there is none).

        The last one counts, not the oldest: the instants are those the listing is ordered by,
        and a pinned or back-dated entry further up says nothing about what follows.
        """
        seen = self
        for instant in instants:
            seen = seen.saw(instant, now=now)
        if not token or (instants and instants[-1] < self.read_to):
            return seen.closed(overlap=overlap)
        return replace(seen, token=token)

    def closed(self, *, overlap: int) -> "Sweep":
        """All down to the watermark has been given: it moves, never back."""
        return Sweep(read_to=max(self.read_to, self.newest - overlap))

    def given_up(self) -> "Sweep":
        """What was asked for did not come: the next sweep starts at the top, down to the same."""
        return Sweep(read_to=self.read_to)
