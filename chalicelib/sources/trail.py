"""Reading forward by ids, with a look back for what arrives late.

Mastodon lists what is newer than an id, oldest first: nothing is skipped by paging. But a post
from another server gets its id from the time it was written (`lib/mastodon/snowflake.rb`), so
one that travelled for a minute appears *below* the newest id we have seen, and two database
transactions may show themselves in the other order. So every round begins at an id that was
the newest some minutes ago, bounded in what it reads twice. Ids are opaque: they are compared
by length, then letters, which holds for numbers and for the ULIDs of other servers.
"""

from dataclasses import dataclass, replace

BEGINNING = "0"
"""An id below every other."""

MARK_EVERY = 30
"""Seconds between two marks."""


def order(id: str) -> tuple[int, str]:
    """By this ids sort from old to new."""
    return len(id), id


@dataclass(frozen=True, slots=True)
class Mark:
    """The newest id at an instant, and how many posts had been given then."""

    at: int
    id: str
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where reading stands; instants are seconds of the epoch."""

    newest: str
    position: str = ""
    """Where a round under way goes on; empty between rounds."""
    given: int = 0
    marks: tuple[Mark, ...] = ()
    """Oldest first; the first one is where a look back reaches to."""

    def start(self, *, now: int, overlap: int, most: int) -> str:
        """The id after which to read: goes on with a round or begins one.

        A round looks back `overlap` seconds, over at most `most` posts.
        """
        if self.position:
            return self.position
        kept = _reaching_back(self.marks, now - overlap)
        near = (mark.id for mark in kept if self.given - mark.given <= most)
        return next(near, self.newest)

    def read(self, ids: list[str], *, is_full: bool, now: int, overlap: int) -> "Trail":
        """After a page of `ids` (any order); a page that is not full ends the round."""
        newest = max([self.newest, *ids], key=order)
        given = self.given + sum(order(id) > order(self.newest) for id in ids)
        if is_full:
            position = max(ids, key=order)
            return replace(self, newest=newest, position=position, given=given)
        marks = _reaching_back(self.marks, now - overlap)
        if not marks or now - marks[-1].at >= MARK_EVERY:
            marks = (*marks, Mark(now, newest, given))
        return Trail(newest=newest, given=given, marks=marks)


def _reaching_back(marks: tuple[Mark, ...], instant: int) -> tuple[Mark, ...]:
    """The marks from the last one that is as old as `instant` on."""
    old = sum(mark.at <= instant for mark in marks)
    return marks[max(0, old - 1) :]
