"""Listening on Flickr: photos found by words or tags, or comments on our own photos."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.http import TooLarge
from chalicelib.ports import Batch, Checked, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.flickr.calling import NOT_FOUND, Caller, Failure, Keys
from chalicelib.sources.flickr.commented import OurPhotos, Round
from chalicelib.sources.flickr.found import Forward, Search
from chalicelib.sources.flickr.photos import (
    Comment,
    Identified,
    Photo,
    Reader,
    instant,
    is_comment,
    photo_of,
)
from chalicelib.sources.payload import each

PHOTOS_AT_ONCE = 20
"""Photos whose comments one fetch asks for."""


class _Anything(msgspec.Struct, frozen=True):
    stat: str = ""


class Flickr:
    """Photos that say something or carry a tag, or comments on our own photos."""

    checks_at_once = 10

    def __init__(self, opening: Opening, keys: Keys) -> None:
        self.name = opening.entry.name
        self._now = opening.now
        self._keys = keys
        self._base_url = opening.text("base_url").rstrip("/")
        self._call = Caller(http=opening.http, base_url=self._base_url, keys=keys, now=opening.now)
        asked = {"text": opening.text("search")} if opening.text("search") else {}
        if tags := opening.words("tags"):
            asked = {"tags": ",".join(tags), "tag_mode": "any"}
        self._of = f"{self._base_url} {sorted(asked.items())}"
        self._overlap = 60 * opening.number("overlap_minutes")
        self._search = (
            Search(self._call, asked, per_fetch=opening.number("per_fetch"), overlap=self._overlap)
            if asked
            else None
        )
        self._photos = OurPhotos(self._call, overlap=self._overlap)
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._reader = Reader(
            source=self.name, brand=opening.brand.id, handles=opening.brand.handles
        )

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        begun = int((now - self._lookback).timestamp())
        if self._search is None:
            return self._commented(cursor, begun, now, deadline)
        return self._found(self._search, cursor, begun, now, deadline)

    def delete_check(self, mentions: Sequence[Mention], *, deadline: datetime) -> Checked:
        """Photos one by one; comments by what stands on their photo."""
        ids = [mention.platform_id for mention in mentions[: self.checks_at_once]]
        on_photo: dict[str, frozenset[str]] = {}
        gone = set()
        for id in ids:
            photo = photo_of(id)
            if not is_comment(id):
                is_gone = not self._stands(photo, deadline)
            else:
                if photo not in on_photo:
                    on_photo[photo] = self._comment_ids(photo, deadline)
                is_gone = id not in on_photo[photo]
            if is_gone:
                gone.add(id)
        return Checked(gone=frozenset(gone))

    def probe(self, *, deadline: datetime) -> Probed:
        self._call.get("flickr.test.echo", {}, _Anything, deadline=deadline)
        missing = ["cannot reply: authorise our account with perms=write"]
        if self._search is None:
            missing.append("cannot read comments: authorise our account with perms=read or write")
        works = ("searches public photos",) if self._search else ()
        return Probed(works=works, missing=tuple(missing))

    def _found(
        self, search: Search, cursor: Cursor | None, begun: int, now: datetime, deadline: datetime
    ) -> Batch:
        known, gap = cursors.read(cursor, Forward, of=self._of)
        state = known or Forward(read_to=begun, position=begun)
        photos, state, missed = search.turn(state, now=int(now.timestamp()), deadline=deadline)
        pulled, refused = each(
            photos, Photo, lambda photo, raw: self._reader.of_photo(photo, raw, now=now)
        )
        return Batch(
            pulled=_oldest_first(pulled),
            cursor=cursors.written(state, of=self._of),
            is_caught_up=state.position == state.read_to,
            refused=tuple(refused),
            gap="; ".join(part for part in (gap, missed) if part),
        )

    def _commented(
        self, cursor: Cursor | None, begun: int, now: datetime, deadline: datetime
    ) -> Batch:
        known, gap = cursors.read(cursor, Round, of=self._of)
        state, missed = known or Round(read_to=begun), ""
        if not state.waiting:
            state, missed = self._photos.changed(state, now=int(now.timestamp()), deadline=deadline)
        pulled: list[Pulled] = []
        refused: list[str] = []
        for number in range(PHOTOS_AT_ONCE):
            if not state.waiting or self._now() >= deadline:
                break
            try:
                good, bad = self._comments(state.waiting[0], state, now, deadline)
            except SourceUnavailable:
                if number == 0:
                    raise
                break  # what was read is given; the next fetch meets the trouble again
            pulled += good
            refused += bad
            state = replace(state, waiting=state.waiting[1:])
        if not state.waiting:
            state = state.closed(overlap=self._overlap)
        return Batch(
            pulled=_oldest_first(pulled),
            cursor=cursors.written(state, of=self._of),
            is_caught_up=not state.waiting,
            refused=tuple(refused),
            gap="; ".join(part for part in (gap, missed) if part),
        )

    def _comments(
        self, photo: str, state: Round, now: datetime, deadline: datetime
    ) -> tuple[list[Pulled], list[str]]:
        """What was said on a photo since the watermark."""

        def made(comment: Comment, raw: bytes) -> Pulled | None:
            if int(instant(comment.datecreate).timestamp()) < state.read_to:
                return None
            return self._reader.of_comment(comment, raw, photo=photo, owner=state.owner, now=now)

        try:
            entries = self._photos.comments(
                photo, {"min_comment_date": str(state.read_to)}, deadline
            )
        except TooLarge as error:
            return [], [f"comments on photo {photo}: {error}"]
        return each(entries, Comment, made)

    def _comment_ids(self, photo: str, deadline: datetime) -> frozenset[str]:
        entries = self._photos.comments(photo, {}, deadline)
        return frozenset(each(entries, Identified, lambda comment, raw: comment.id)[0])

    def _stands(self, photo: str, deadline: datetime) -> bool:
        """Whether a photo is there for everybody, or at least for us."""
        asked = {"photo_id": photo}
        try:
            self._call.get("flickr.photos.getInfo", asked, _Anything, deadline=deadline)
        except Failure as failure:
            if failure.code != NOT_FOUND:
                raise
            return False
        return True


def _oldest_first(pulled: Sequence[Pulled]) -> tuple[Pulled, ...]:
    return tuple(sorted(pulled, key=lambda one: one.mention.posted_at))
