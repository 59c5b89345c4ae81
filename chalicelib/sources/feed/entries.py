"""What an entry of a feed says, by whose feed it is.

The entries are those of feedparser, or made like them. What the feeds of Reddit, Google Alerts,
LiveJournal and the App Store look like is recorded in `tests/sources/test_feed_places.py`.
"""

import calendar
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.domain.mention import Author
from chalicelib.sources.stars import starred
from chalicelib.sources.text import plain_text

PLAIN = "feed"
"""The platform of a feed that is nobody's in particular."""
REDDIT = "reddit"
APP_STORE = "appstore"

_HOSTS = {"reddit.com": REDDIT, "itunes.apple.com": APP_STORE}

_FULLNAME = re.compile(r"t[13]_[0-9a-z]{1,13}")
"""What Reddit calls a post (t3) or comment (t1)."""
_REVIEW = re.compile(r"[0-9]{1,20}")
_SUBMITTED = re.compile(r"\s*submitted by\s+/?u/\S+.*\Z", re.DOTALL)
"""The last line that Reddit writes beneath each post."""
_GOOGLE = re.compile(r"(www\.)?google\.[a-z.]{2,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an entry says."""

    id: str
    """The same whenever it is read, and of no other entry of its platform."""
    text: str
    author: Author | None
    url: str
    posted_at: datetime | None
    """None where no date is told, or an impossible one."""
    updated_at: datetime | None
    language: str | None


def platform_of(url: str) -> str:
    """The network whose feed stands at an address."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return PLAIN
    found = (name for known, name in _HOSTS.items() if host == known or host.endswith(f".{known}"))
    return next(found, PLAIN)


def told(entry: Any, *, feed: str, platform: str) -> Told:
    """What an entry of the feed at address `feed` says."""
    return Told(
        id=id_of(entry, feed=feed, platform=platform),
        text=_text(entry, platform),
        author=_author(entry, platform),
        url=_address(entry),
        posted_at=posted_at(entry),
        updated_at=updated_at(entry),
        language=_language(entry),
    )


def id_of(entry: Any, *, feed: str, platform: str) -> str:
    """The same for an entry whenever it is read, and for no entry of another feed.

    A guid that is an address or URI is worldwide, and so are the ids of Reddit and the App Store
    in feeds of theirs; any other counts in its feed alone.
    """
    own = str(entry.get("id") or entry.get("link") or "")
    worldwide = {REDDIT: _FULLNAME, APP_STORE: _REVIEW}.get(platform)
    if ":" in own or (worldwide and worldwide.fullmatch(own)):
        return own
    said = "\0".join(str(entry.get(key)) for key in ("title", "summary", "published"))
    return f"{feed}#{own or hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}"


def posted_at(entry: Any) -> datetime | None:
    return _instant(entry, "published_parsed", "updated_parsed", "created_parsed")


def updated_at(entry: Any) -> datetime | None:
    return _instant(entry, "updated_parsed")


def _instant(entry: Any, *keys: str) -> datetime | None:
    for key in keys:
        # `dict.get`, since feedparser's own takes one date for another, with a warning.
        if parts := dict.get(entry, key):
            try:
                return datetime.fromtimestamp(calendar.timegm(parts), UTC)
            except (ValueError, ArithmeticError, OSError, TypeError):
                continue
    return None


def _text(entry: Any, platform: str) -> str:
    title = plain_text(str(entry.get("title") or ""))
    body = _body(entry)
    if platform == REDDIT:
        body = _SUBMITTED.sub("", body)
        if str(entry.get("id")).startswith("t1_"):
            title = ""  # "/u/carla on …": the words of whom the comment answers
    stars = _stars(entry.get("im_rating"))
    if stars:
        title = starred(stars, title)
    return "\n\n".join(part for part in (title, body) if part)


def _body(entry: Any) -> str:
    """The longest of what it holds. A review comes as text, and once more as a table around it."""
    contents = list(entry.get("content") or ())
    if entry.get("im_rating"):
        texts = [one for one in contents if one.get("type") == "text/plain"]
        return max((str(one.get("value") or "") for one in texts or contents), default="").strip()
    values = (str(one.get("value") or "") for one in contents)
    return plain_text(max([str(entry.get("summary") or ""), *values], key=len))


def _stars(rating: object) -> float | None:
    try:
        return float(str(rating))
    except ValueError:
        return None


def _author(entry: Any, platform: str) -> Author | None:
    name = plain_text(str(entry.get("author") or entry.get("lj_poster") or ""))[:100]
    url = _web_address((entry.get("author_detail") or {}).get("href"))
    if platform == REDDIT:
        handle = name.removeprefix("/u/").removeprefix("u/")
        return Author(handle=handle, url=url) if handle and handle != "[deleted]" else None
    return Author(handle=name, name=name, url=url, is_account=False) if name else None


def _address(entry: Any) -> str:
    """Where it can be seen; past the address by which Google counts who follows its alerts."""
    links: Iterable[Any] = entry.get("links") or ()
    addresses = (entry.get("link"), *(one.get("href") for one in links))
    found = next((good for one in addresses if (good := _web_address(one))), "")
    parts = urlsplit(found)
    if parts.path == "/url" and _GOOGLE.fullmatch(parts.hostname or ""):
        asked = parse_qs(parts.query)
        for one in (*asked.get("url", ()), *asked.get("q", ())):
            if good := _web_address(one):
                return good
    return found


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
