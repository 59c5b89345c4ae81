"""What was said on our own photos of late.

`photos.recentlyUpdated` lists which of our photos changed, newest change first (a comment is a
change), each of which is then asked for its comments since. `activity.userPhotos` would tell in
one request, but may not be asked more than once an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from chalicelib.sources.flickr.calling import NOT_FOUND, Caller, Failure
from chalicelib.sources.flickr.photos import EXTRAS, Listing, Photo, number
from chalicelib.sources.payload import each

MOST = 500
"""Photos that one request gives at most."""

MOST_PAGES = 8
"""Of our own photos that changed between two pulls; no query gives more."""


SETTLING = 120
"""Seconds for which a photo that changed is asked for at every pull: what is said twice in one
second is one change."""


class _Said(msgspec.Struct, frozen=True):
    comment: list[msgspec.Raw] = []


class _Comments(msgspec.Struct, frozen=True):
    comments: _Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Which of our photos are still to be asked for their comments."""

    read_to: int
    newest: int = 0
    owner: str = ""
    waiting: tuple[str, ...] = ()
    asked: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By photo: when it changed last, and when it was then asked for."""

    def over(self, changed: dict[str, int], *, now: int, overlap: int) -> "Round":
        """Over photos (newest change first) and when each was changed last.

        One that has not changed since it was asked for is asked for once more, when comments that
        are listed late have had their time: else all photos of a busy hour would be asked for at
        each pull until the next one changes.
        """
        asked = {
            id: known
            for id, at in changed.items()
            if (known := self.asked.get(id))
            and known[0] == at > 0
            and known[1] >= at + SETTLING
            and (known[1] >= at + overlap or now < at + overlap)
        }
        waiting = tuple(id for id in reversed(changed) if id not in asked)
        return replace(
            self, waiting=waiting, asked=asked | {id: (changed[id], now) for id in waiting}
        )

    def closed(self, *, overlap: int) -> "Round":
        return Round(read_to=max(self.read_to, self.newest - overlap), asked=self.asked)


class OurPhotos:
    """The photos of the account that signs, and what is said on photos."""

    def __init__(self, call: Caller, *, overlap: int) -> None:
        """`overlap` in seconds."""
        self._call = call
        self._overlap = overlap

    def changed(self, state: Round, *, now: int, deadline: datetime) -> tuple[Round, str]:
        """The round after asking which of our photos changed, and what that could not tell."""
        photos, total, is_whole = self._listed(state.read_to, deadline)
        if len(photos) < total and is_whole:
            # Pages are numbered: a photo deleted in between has moved another one away from us.
            photos, total, is_whole = self._listed(state.read_to, deadline)
        found, _ = each(photos, Photo, lambda photo, raw: photo)
        changed = {one.id: number(one.lastupdate) for one in found}
        newest = max((min(one, now) for one in changed.values()), default=0)
        owner = next((one.owner for one in found if one.owner), "")
        gap = "" if is_whole else f"more than {MOST * MOST_PAGES} of our photos changed"
        begun = replace(state, newest=newest, owner=owner)
        return begun.over(changed, now=now, overlap=self._overlap), gap

    def _listed(self, since: int, deadline: datetime) -> tuple[list[msgspec.Raw], int, bool]:
        """Those that changed, how many there were at first, and whether these are all."""
        photos: list[msgspec.Raw] = []
        total = 0
        for page in range(1, MOST_PAGES + 1):
            asked = {"min_date": str(since), "extras": EXTRAS, "per_page": str(MOST)}
            told = self._call.get(
                "flickr.photos.recentlyUpdated",
                {**asked, "page": str(page)},
                Listing,
                deadline=deadline,
            ).photos
            total = total or number(told.total)
            photos += told.photo
            if page >= number(told.pages):
                return photos, total, True
        return photos, total, False

    def comments(self, photo: str, span: dict[str, str], deadline: datetime) -> list[msgspec.Raw]:
        """The comments on a photo; none when it is gone."""
        asked = {"photo_id": photo, **span}
        try:
            method = "flickr.photos.comments.getList"
            return self._call.get(method, asked, _Comments, deadline=deadline).comments.comment
        except Failure as failure:
            if failure.code != NOT_FOUND:
                raise
            return []
