"""Feeds: RSS and Atom, of a blog, a forum, a search alert; reviews of the App Store.

A feed has no position: it is one document with the latest entries, unchanged most of the time
(ETag, Last-Modified, 304). So the cursor holds what was in the document last time, and what is
new is what was not.

reading   the source
entries   what an entry says, by whose feed it is
document  from the bytes of a feed to its entries
reviews   the same for the App Store's reviews as JSON
"""

import re
from collections.abc import Mapping

from chalicelib.domain.desk import SourceEntry
from chalicelib.sources.family import Member, Option, OptionValue, address_problem
from chalicelib.sources.feed.entries import platform_of
from chalicelib.sources.feed.reading import Feed

__all__ = ["MEMBER", "Feed"]

_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def _platform_of(entry: SourceEntry) -> str:
    return str(entry.options.get("platform") or platform_of(str(entry.options.get("url"))))


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("url", options["url"], is_secret=False)
    platform, agent = str(options["platform"]), str(options["user_agent"])
    if platform and not _PLATFORM.fullmatch(platform):
        found.append(f"platform: {platform!r}; use small letters, digits, - and _, 40 at most")
    if not (agent.isascii() and agent.isprintable() and 0 < len(agent) <= 200):
        found.append("user_agent: use printable ASCII, 200 characters at most")
    return found


MEMBER = Member(
    kind="feed",
    listens="entries of an RSS or Atom feed, App Store reviews",
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
            name="platform",
            says="the network that the entries stand on; empty: by the address",
            default="",
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(name="per_fetch", says="most entries in one batch", default=200),
        Option(
            name="user_agent",
            says="as whom we ask for the document",
            default="nightdesk",
        ),
    ),
    open=Feed,
    opens=(Feed,),
    platform_of=_platform_of,
    check=_check,
)
