"""The source that reads one feed."""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.mention import Mention
from chalicelib.http import Response
from chalicelib.ports import Batch, Cursor, Probed, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Opening
from chalicelib.sources.feed.document import entries_in
from chalicelib.sources.feed.entries import APP_STORE, id_of, platform_of, posted_at, told
from chalicelib.sources.feed.entries import updated_at as updated_at_of
from chalicelib.sources.payload import LONGEST_ID
from chalicelib.sources.text import says_any

REMEMBERED = 2_000
"""Entries of a document that are remembered; a cursor stays below 50 kB."""

_DIGEST = 12
_VERSION = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    seen: tuple[str, ...]
    """Of each entry that need not be given again a short digest of its id and, where it has a date
    of change, one of that date and of its words as they were when it was given."""
    etag: str = ""
    modified: str = ""


class Feed:
    """The entries of one feed, all or those that say a term."""

    def __init__(self, opening: Opening) -> None:
        self.name = opening.entry.name
        self._brand = opening.brand
        self._own = frozenset(handle.casefold() for handle in opening.brand.handles)
        self._http = opening.http
        self._now = opening.now
        self._url = opening.text("url")
        self._platform = opening.text("platform") or platform_of(self._url)
        self._user_agent = opening.text("user_agent")
        self._terms = opening.words("terms")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._per_fetch = opening.number("per_fetch")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, _State, of=self._url)
        response = self._document(_conditions(known), deadline)
        if response.status == 304:
            return Batch(pulled=(), cursor=cursor, is_caught_up=True)
        listed, unreadable = entries_in(response)
        entries = {self._digest(entry): entry for entry in _latest(listed, now)}
        seen = {one[:_DIGEST]: one[_DIGEST:] for one in known.seen} if known else {}
        if seen and entries and not set(seen) & set(entries):
            gap = "the feed holds none of the entries it held last time; some between may be lost"
        pulled, refused, given = self._new(entries, seen, known is None, now)
        is_caught_up = set(seen) | given >= set(entries)
        # Without entries, what was seen is not forgotten: the App Store serves such documents now
        # and then. With entries left over, no ETag: the next fetch must get the document again.
        moved = _State(
            seen=tuple(self._remembered(entries, seen, given)) if entries else _kept(known),
            etag=response.headers.get("ETag", "") if is_caught_up else "",
            modified=response.headers.get("Last-Modified", "") if is_caught_up else "",
        )
        return Batch(
            pulled=tuple(sorted(pulled, key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(moved, of=self._url),
            is_caught_up=is_caught_up,
            refused=(*unreadable, *refused),
            gap=gap,
        )

    def probe(self, *, deadline: datetime) -> Probed:
        """By reading the document once."""
        listed, _ = entries_in(self._document({}, deadline))
        return Probed(works=(f"reads the feed ({len(listed)} entries)",))

    def _document(self, conditions: Mapping[str, str], deadline: datetime) -> Response:
        return self._http.request(
            "GET",
            self._url,
            headers={"User-Agent": self._user_agent, **conditions},
            accept=(200, 304),
            deadline=deadline,
            may_leave=True,
        )

    def _new(
        self, entries: Mapping[str, Any], seen: Mapping[str, str], is_first: bool, now: datetime
    ) -> tuple[list[Pulled], list[str], set[str]]:
        """Mentions not given before or changed since, entries that cannot be read, digests of all
        dealt with."""
        pulled: list[Pulled] = []
        refused: list[str] = []
        given: set[str] = set()
        for digest, entry in entries.items():
            is_changed = digest in seen and _is_changed(seen[digest], _version(entry))
            if digest in seen and not is_changed:
                continue
            if len(pulled) == self._per_fetch:
                break
            given.add(digest)
            at = posted_at(entry)
            if is_first and at and at < now - self._lookback:
                continue
            if self._platform == APP_STORE and not entry.get("im_rating"):
                continue  # older documents begin with the app itself
            if (one := self._pulled(entry, now, is_changed=is_changed)) is None:
                refused.append(f"entry {self._id(entry)[:LONGEST_ID]}: has no text")
            elif self._is_for_us(one.mention):
                pulled.append(one)
        return pulled, refused, given

    def _remembered(
        self, entries: Mapping[str, Any], seen: Mapping[str, str], given: set[str]
    ) -> list[str]:
        """Of what was not given now, the words as they were when it was."""
        return [
            digest + (_version(entry) if digest in given or not seen[digest] else seen[digest])
            for digest, entry in entries.items()
            if digest in seen or digest in given
        ]

    def _is_for_us(self, mention: Mention) -> bool:
        if mention.author and mention.author.handle.casefold() in self._own:
            return False
        return not self._terms or says_any(mention.text, self._terms)

    def _pulled(self, entry: Any, now: datetime, *, is_changed: bool) -> Pulled | None:
        found = told(entry, feed=self._url, platform=self._platform)
        if not found.text:
            return None
        at = found.posted_at or now
        changed_at = found.updated_at
        mention = Mention(
            platform=self._platform,
            platform_id=found.id,
            source=self.name,
            brand=self._brand.id,
            text=found.text,
            posted_at=at,
            pulled_at=now,
            author=found.author,
            url=found.url,
            language=found.language,
            is_addressed=says_any(found.text, [f"@{handle}" for handle in self._brand.handles]),
        )
        is_edited = changed_at is not None and (is_changed or changed_at > at)
        return Pulled(mention=mention, raw=_raw(entry), edited_at=changed_at if is_edited else None)

    def _id(self, entry: Any) -> str:
        return id_of(entry, feed=self._url, platform=self._platform)

    def _digest(self, entry: Any) -> str:
        return _sha256(self._id(entry)).hex()[:_DIGEST]


def _version(entry: Any) -> str:
    """When an entry was changed and what it says, as two short digests; empty without the date."""
    if (at := updated_at_of(entry)) is None:
        return ""
    contents = [one.get("value") for one in entry.get("content") or ()]
    said = json.dumps([entry.get("title"), entry.get("summary"), entry.get("im_rating"), contents])
    return _short(at.isoformat()) + _short(said)


def _is_changed(before: str, after: str) -> bool:
    """A new date alone may be a new comment beneath it, new words alone a counter in them."""
    half = _VERSION // 2
    if len(before) != _VERSION or len(after) != _VERSION:
        return False
    return before[:half] != after[:half] and before[half:] != after[half:]


def _conditions(known: _State | None) -> dict[str, str]:
    found = {
        "If-None-Match": known.etag if known else "",
        "If-Modified-Since": known.modified if known else "",
    }
    return {name: value for name, value in found.items() if value}


def _kept(known: _State | None) -> tuple[str, ...]:
    return known.seen if known else ()


def _latest(entries: Sequence[Any], now: datetime) -> list[Any]:
    """As many entries as are remembered, oldest first; most feeds list the newest first."""
    found = list(entries)
    found.reverse()
    found.sort(key=lambda entry: posted_at(entry) or now)
    return found[-REMEMBERED:]


def _raw(entry: Any) -> bytes:
    """The entry as it was sent or, of XML, as it was parsed: that has no payload for each entry."""
    own = entry.get("as_sent")
    return own if isinstance(own, bytes) else json.dumps(entry, default=str).encode()


def _short(text: str) -> str:
    return urlsafe_b64encode(_sha256(text)[:3]).decode()


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
