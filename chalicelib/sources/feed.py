"""Feeds: RSS and Atom, of a blog, a forum, a search alert.

A feed has no position: it is one document with the latest entries, unchanged most of the time
(ETag, Last-Modified, 304). So the cursor holds what was in the document last time, and what is
new is what was not.
"""

import calendar
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.mention import Author, Mention
from chalicelib.ports import Batch, Cursor, Pulled
from chalicelib.sources import cursors
from chalicelib.sources.family import Member, Opening, Option, OptionValue, address_problem
from chalicelib.sources.feed_document import parsed
from chalicelib.sources.payload import LONGEST_ID
from chalicelib.sources.text import plain_text, says_any

REMEMBERED = 2_000
"""Entries of a document that are remembered; a cursor stays below 30 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    seen: tuple[str, ...]
    """Short digests of the entries that need not be given again."""
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
        self._terms = opening.words("terms")
        self._lookback = timedelta(hours=opening.number("lookback_hours"))
        self._per_fetch = opening.number("per_fetch")

    def fetch(self, cursor: Cursor | None, *, deadline: datetime) -> Batch:
        now = self._now()
        if now >= deadline:
            return Batch(pulled=(), cursor=cursor, is_caught_up=False)
        known, gap = cursors.read(cursor, _State, of=self._url)
        response = self._http.request(
            "GET",
            self._url,
            headers=_conditions(known),
            accept=(200, 304),
            deadline=deadline,
            may_leave=True,
        )
        if response.status == 304:
            return Batch(pulled=(), cursor=cursor, is_caught_up=True)
        document = parsed(response)
        entries = {_digest(self._id(entry)): entry for entry in _latest(document.entries, now)}
        seen = set(known.seen) if known else set()
        if known and known.seen and entries and not seen & set(entries):
            gap = "the feed holds none of the entries it held last time; some between may be lost"
        pulled, refused, given = self._new(entries, seen, known is None, now)
        is_caught_up = seen | given >= set(entries)
        # With entries left over, no ETag: the next fetch must get the document again.
        moved = _State(
            seen=tuple(digest for digest in entries if digest in seen | given),
            etag=response.headers.get("ETag", "") if is_caught_up else "",
            modified=response.headers.get("Last-Modified", "") if is_caught_up else "",
        )
        return Batch(
            pulled=tuple(sorted(pulled, key=lambda one: one.mention.posted_at)),
            cursor=cursors.written(moved, of=self._url),
            is_caught_up=is_caught_up,
            refused=tuple(refused),
            gap=gap,
        )

    def _new(
        self, entries: Mapping[str, Any], seen: set[str], is_first: bool, now: datetime
    ) -> tuple[list[Pulled], list[str], set[str]]:
        """Mentions not given before, entries that cannot be read, digests of all dealt with."""
        pulled: list[Pulled] = []
        refused: list[str] = []
        given: set[str] = set()
        unseen = [(digest, entry) for digest, entry in entries.items() if digest not in seen]
        for digest, entry in unseen:
            if len(pulled) == self._per_fetch:
                break
            given.add(digest)
            posted_at = _posted_at(entry)
            if is_first and posted_at and posted_at < now - self._lookback:
                continue
            if (mention := self._mention(entry, posted_at or now, now)) is None:
                refused.append(f"entry {self._id(entry)[:LONGEST_ID]}: has no text")
            elif self._is_for_us(mention):
                pulled.append(Pulled(mention=mention, raw=_raw(entry)))
        return pulled, refused, given

    def _is_for_us(self, mention: Mention) -> bool:
        if mention.author and mention.author.handle.casefold() in self._own:
            return False
        return not self._terms or says_any(mention.text, self._terms)

    def _mention(self, entry: Any, posted_at: datetime, now: datetime) -> Mention | None:
        contents = [str(one.get("value") or "") for one in entry.get("content") or ()]
        longest = max([str(entry.get("summary") or ""), *contents], key=len)
        title, body = plain_text(str(entry.get("title") or "")), plain_text(longest)
        text = "\n\n".join(part for part in (title, body) if part)
        if not text:
            return None
        author = plain_text(str(entry.get("author") or ""))[:100]
        return Mention(
            platform="feed",
            platform_id=self._id(entry),
            source=self.name,
            brand=self._brand.id,
            text=text,
            posted_at=posted_at,
            pulled_at=now,
            author=Author(handle=author, name=author, is_account=False) if author else None,
            url=_web_address(entry.get("link")),
            language=_language(entry),
            is_addressed=says_any(text, [f"@{handle}" for handle in self._brand.handles]),
        )

    def _id(self, entry: Any) -> str:
        """The same for an entry whenever it is read, and for no entry of another feed.

        A guid that is an address or URI is worldwide; any other counts in its feed alone.
        """
        own = str(entry.get("id") or entry.get("link") or "")
        if ":" in own:
            return own
        own = (
            own
            or hashlib.sha256(
                "\0".join(str(entry.get(key)) for key in ("title", "summary", "published")).encode(
                    "utf-8", "replace"
                )
            ).hexdigest()
        )
        return f"{self._url}#{own}"


def _conditions(known: _State | None) -> dict[str, str]:
    found = {
        "If-None-Match": known.etag if known else "",
        "If-Modified-Since": known.modified if known else "",
    }
    return {name: value for name, value in found.items() if value}


def _latest(entries: Sequence[Any], now: datetime) -> list[Any]:
    """As many entries as are remembered, oldest first; most feeds list the newest first."""
    found = list(entries)
    found.reverse()
    found.sort(key=lambda entry: _posted_at(entry) or now)
    return found[-REMEMBERED:]


def _posted_at(entry: Any) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # `dict.get`, since feedparser's own takes one date for another, with a warning.
        if parts := dict.get(entry, key):
            try:
                return datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, ArithmeticError, OSError, TypeError):
                continue
    return None


def _language(entry: Any) -> str | None:
    details = entry.get("title_detail") or {}
    code = str(details.get("language") or "")[:2].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _web_address(link: object) -> str:
    try:
        is_web = urlsplit(str(link or "")).scheme in ("http", "https")
    except ValueError:
        return ""
    return str(link) if is_web else ""


def _raw(entry: Any) -> bytes:
    """The entry as it was parsed, as JSON: a feed has no payload of its own for each entry."""
    return json.dumps(entry, default=str).encode()


def _digest(id: str) -> str:
    return hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:12]


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    return address_problem("url", options["url"], is_secret=False)


MEMBER = Member(
    kind="feed",
    listens="entries of an RSS or Atom feed",
    answers="no",
    answers_privately="no",
    credentials="none",
    window="what the document holds",
    costs="free",
    options=(
        Option(name="url", says="the address of the feed", default="", is_required=True),
        Option(
            name="terms",
            says="only entries that say one of these; empty: all",
            default=[],
            most=50,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(name="per_fetch", says="most entries in one batch", default=200),
    ),
    open=Feed,
    opens=(Feed,),
    check=_check,
)
