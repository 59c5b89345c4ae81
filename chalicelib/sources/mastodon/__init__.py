"""Mastodon, and what speaks its API.

posts        statuses and notifications as the API writes them, and the mentions they are
listening    notifications of our account, hashtags, search
standing     how we stand with the server, and which posts still stand there
answering    replies, in public and to one person alone
wording      whom a text of ours names, and how it counts
"""

import json
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
from chalicelib.sources.mastodon.answering import AnsweringMastodon
from chalicelib.sources.mastodon.listening import MOST_HASHTAGS, Mastodon

__all__ = ["MEMBER", "AnsweringMastodon", "Mastodon"]


def _open(opening: Opening) -> Source:
    token = _token(opening.secret)
    return AnsweringMastodon(opening, token) if token else Mastodon(opening)


def _token(secret: str) -> str:
    """The access token: the secret itself, or `access_token` where the secret is JSON."""
    if not secret.lstrip().startswith("{"):
        return secret.strip()
    try:
        found = json.loads(secret).get("access_token", "")
    except (ValueError, RecursionError):
        return ""
    return found if isinstance(found, str) else ""


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    if options["hashtags"] and options["search"]:
        found.append("search: cannot go with hashtags; make an entry for each")
    if not options["hashtags"] and not has_secret:
        what = "search" if options["search"] else "notifications"
        found.append(f"secret: {what} cannot be read without one; name it, or give hashtags")
    hashtags = options["hashtags"]
    for tag in hashtags if isinstance(hashtags, list) else ():
        if not tag.replace("_", "").isalnum():
            found.append(f"hashtags: {tag!r}; write a hashtag without #, such as acme")
    return found


MEMBER = Member(
    kind="mastodon",
    listens="who writes to our account; or hashtags; or a search",
    answers="in public, and as privately as the post was",
    answers_privately="direct message",
    credentials="access token; hashtags also without",
    window="everything the server holds; at first the latest 40",
    costs="free; 300 requests in 5 minutes",
    options=(
        Option(
            name="base_url", says="the server of our account", default="https://mastodon.social"
        ),
        Option(
            name="hashtags",
            says="hashtags to listen to, without #",
            default=[],
            most=MOST_HASHTAGS,
        ),
        Option(name="search", says="words to search for, as in the search box", default=""),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for posts that arrive late",
            default=5,
            most=60,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first search reads",
            default=24,
            most=24 * 365,
        ),
        Option(
            name="max_characters",
            says="how long a post may be on that server",
            default=500,
            least=100,
            most=100_000,
        ),
    ),
    open=_open,
    opens=(Mastodon, AnsweringMastodon),
    limits=(RateLimit(most=300, per=timedelta(minutes=5)),),
    is_by_keyword=lambda options: bool(options["hashtags"] or options["search"]),
    check=_check,
)
