"""Reading a search of Flickr forward by the time of upload.

Pages are numbered, and shift when a photo is deleted, so the next page is asked for as the first
one from the last photo's second on. No query gives more than 4,000 photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from chalicelib.http import TooLarge
from chalicelib.sources.flickr.calling import Caller
from chalicelib.sources.flickr.photos import EXTRAS, Listing, Photo, instant, number
from chalicelib.sources.payload import each

MOST = 500
"""Photos that one request gives at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """How far a search has been read; instants are seconds of the epoch."""

    read_to: int
    """Whatever was uploaded before this has been given, as far as it was listed in time."""
    position: int
    """Where it goes on; `read_to` between rounds."""
    newest: int = 0

    def closed(self, *, overlap: int) -> "Forward":
        read_to = max(self.read_to, self.newest - overlap)
        return Forward(read_to=read_to, position=read_to)


class Search:
    """Photos with some words, or one of some tags."""

    def __init__(
        self, call: Caller, asked: dict[str, str], *, per_fetch: int, overlap: int
    ) -> None:
        """`asked` is what the method takes; `overlap` in seconds."""
        self._call = call
        self._asked = asked
        self._per_fetch = per_fetch
        self._overlap = overlap

    def turn(
        self, state: Forward, *, now: int, deadline: datetime
    ) -> tuple[list[msgspec.Raw], Forward, str]:
        """The next photos, where reading stands after them, and what could not be read.

        Between rounds `position` is `read_to`.
        """
        span = {"min_upload_date": str(state.position)}
        photos, is_last = self._photos(span, self._per_fetch, deadline)
        seconds, missed = _seconds(photos), ""
        if not is_last and seconds[-1] <= state.position:
            # A page within one second: going on "from that second" would bring the same again.
            span["max_upload_date"] = str(state.position)
            photos, is_whole = self._photos(span, MOST, deadline)
            missed = "" if is_whole else f"more than {MOST} photos of one second"
            state = replace(state, position=state.position + 1)
        newest = max([state.newest, *(min(one, now) for one in seconds)])
        state = replace(state, newest=newest)
        if is_last:
            return photos, state.closed(overlap=self._overlap), missed
        return photos, replace(state, position=max(state.position, seconds[-1])), missed

    def _photos(
        self, span: dict[str, str], most: int, deadline: datetime
    ) -> tuple[list[msgspec.Raw], bool]:
        """The first photos of a span of time, and whether these are all. Fewer at once where
        descriptions are huge, so that nobody can blind us with a few of them."""
        asked = {**self._asked, **span, "sort": "date-posted-asc", "extras": EXTRAS}
        for per_page in (most, most // 10 + 1, 2):
            try:
                told = self._call.get(
                    "flickr.photos.search",
                    {**asked, "per_page": str(per_page), "page": "1"},
                    Listing,
                    deadline=deadline,
                )
            except TooLarge as error:
                too_large = error
            else:
                photos = told.photos.photo
                return photos, not _seconds(photos) or number(told.photos.pages) <= 1
        raise too_large


def _seconds(photos: Sequence[msgspec.Raw]) -> list[int]:
    """When photos were uploaded; what has no such field is refused elsewhere."""
    return each(photos, Photo, lambda photo, raw: int(instant(photo.dateupload).timestamp()))[0]
