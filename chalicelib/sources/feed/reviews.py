"""The App Store's customer reviews as JSON: entries like those that feedparser makes of the XML.

Shape: itunes.apple.com/us/rss/customerreviews/id=<app>/sortBy=mostRecent/json, where each value
is `{"label": …}`, a single review stands without a list around it, and `entry` is missing where
there is none.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.sources.payload import each


class _Label(msgspec.Struct, frozen=True):
    label: str = ""


class _Href(msgspec.Struct, frozen=True):
    href: str = ""


class _Link(msgspec.Struct, frozen=True):
    attributes: _Href = _Href()


class _By(msgspec.Struct, frozen=True):
    name: _Label = _Label()
    uri: _Label = _Label()


class _Review(msgspec.Struct, frozen=True):
    id: _Label
    title: _Label = _Label()
    content: _Label = _Label()
    updated: _Label = _Label()
    rating: _Label = msgspec.field(name="im:rating", default=_Label())
    author: _By = _By()
    link: _Link | list[_Link] | None = None


class _Feed(msgspec.Struct, frozen=True):
    id: _Label
    """The address of the feed: what tells it from any other JSON."""
    entry: msgspec.Raw = msgspec.Raw(b"[]")


class _Document(msgspec.Struct, frozen=True):
    feed: _Feed


def reviews_in(body: bytes) -> tuple[list[Any], list[str]] | None:
    """The reviews in a document, and those that cannot be read; None when it is another document.

    What is no review is passed over: older documents begin with the app itself.
    """
    try:
        found = bytes(msgspec.json.decode(body, type=_Document).feed.entry)
        listed = found if found.startswith(b"[") else b"[" + found + b"]"
        entries = msgspec.json.decode(listed, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    return each(entries, _Review, _entry)


def _entry(review: _Review, raw: bytes) -> Mapping[str, Any] | None:
    if not review.rating.label:
        return None
    links = review.link if isinstance(review.link, list) else [review.link or _Link()]
    return {
        "id": review.id.label,
        "title": review.title.label,
        "content": [{"type": "text/plain", "value": review.content.label}],
        "im_rating": review.rating.label,
        "updated_parsed": _parsed(review.updated.label),
        "author": review.author.name.label,
        "author_detail": {"href": review.author.uri.label},
        "links": [{"href": one.attributes.href} for one in links],
        "as_sent": raw,
    }


def _parsed(instant: str) -> tuple[int, ...] | None:
    try:
        return tuple(datetime.fromisoformat(instant).astimezone(UTC).utctimetuple())
    except (ValueError, OverflowError):
        return None
