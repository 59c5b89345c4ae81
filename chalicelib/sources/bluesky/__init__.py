"""Bluesky, by the server on which our account lives.

session      signing in, and what the server's errors mean
posts        posts as the API writes them, and the mentions they are
listing      how notifications and searches are listed, and how one goes on
listening    what is listed, made into mentions with their reach; what still stands
answering    replies, in public and by direct message
wording      what a text of ours links to, how it counts, under which key it stands
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.sources.bluesky.answering import Bluesky
from chalicelib.sources.bluesky.session import SESSION, WRITE
from chalicelib.sources.family import (
    Member,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)

__all__ = ["MEMBER", "Bluesky"]


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    if not has_secret:
        found.append("secret: missing; name one that holds an app password of the account")
    if "." not in str(options["handle"]) and not str(options["handle"]).startswith("did:"):
        found.append(f"handle: {options['handle']!r}; write it whole, such as acme.bsky.social")
    return found


MEMBER = Member(
    kind="bluesky",
    listens="who mentions, answers or quotes our account; or a search",
    answers="in public",
    answers_privately="direct message, if the app password allows it and they take them",
    credentials="handle and app password",
    window="everything the service lists; at first a day",
    costs="free; 3,000 requests in 5 minutes",
    options=(
        Option(
            name="handle",
            says="the handle of our account, such as acme.bsky.social",
            default="",
            is_required=True,
        ),
        Option(name="search", says="words to search for, as in the search box", default=""),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for posts that are dated back",
            default=60,
            most=24 * 60,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(name="base_url", says="the server of our account", default="https://bsky.social"),
    ),
    open=Bluesky,
    opens=(Bluesky,),
    # A page, and how many follow those who wrote.
    calls_per_pull=lambda options: 2,
    limits=(
        RateLimit(most=3_000, per=timedelta(minutes=5)),
        RateLimit(most=30, per=timedelta(minutes=5), bucket=SESSION),
        RateLimit(most=1_666, per=timedelta(hours=1), bucket=WRITE),
    ),
    is_by_keyword=lambda options: bool(options["search"]),
    check=_check,
)
