"""Flickr.

calling      the key or the signature, and what its errors mean
photos       photos and comments as the API writes them, and the mentions they are
found        a search for photos, read forward
commented    what was said on our own photos
listening    both, made into mentions; what still stands
answering    comments of ours
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.ports import Source
from chalicelib.sources.family import (
    Member,
    Opening,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)
from chalicelib.sources.flickr.answering import AnsweringFlickr
from chalicelib.sources.flickr.calling import Keys
from chalicelib.sources.flickr.found import MOST
from chalicelib.sources.flickr.listening import Flickr

__all__ = ["MEMBER", "AnsweringFlickr", "Flickr"]


def _open(opening: Opening) -> Source:
    keys = Keys.read(opening.secret)
    return AnsweringFlickr(opening, keys) if keys.signer else Flickr(opening, keys)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    if options["tags"] and options["search"]:
        found.append("search: cannot go with tags; make an entry for each")
    if not has_secret:
        found.append("secret: missing; name one that holds an API key, or key and tokens")
    tags = options["tags"]
    for tag in tags if isinstance(tags, list) else ():
        if "," in tag or tag.startswith(("-", "#")):
            found.append(f"tags: {tag!r}; write a tag without # or -, one in each line")
    return found


MEMBER = Member(
    kind="flickr",
    listens="comments on our photos; or photos with a tag; or a search for photos",
    answers="in public, as a comment",
    answers_privately="no",
    credentials="API key; OAuth tokens for comments and to reply",
    window="every photo that can be found; at first a day",
    costs="free; 3,600 requests an hour",
    options=(
        Option(name="tags", says="tags of photos to listen to, without #", default=[], most=20),
        Option(name="search", says="words to search titles, texts and tags for", default=""),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for what is listed late",
            default=60,
            most=24 * 60,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(name="per_fetch", says="most photos in one request", default=250, most=MOST),
        Option(name="base_url", says="where the API stands", default="https://api.flickr.com"),
    ),
    open=_open,
    opens=(Flickr, AnsweringFlickr),
    # Which of our photos changed, and what is said on one of them.
    calls_per_pull=lambda options: 1 if options["tags"] or options["search"] else 2,
    limits=(RateLimit(most=3_600, per=timedelta(hours=1)),),
    is_by_keyword=lambda options: bool(options["tags"] or options["search"]),
    check=_check,
)
