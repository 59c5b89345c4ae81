"""YouTube, by its Data API v3.

posts        comments and videos as the API writes them, and the mentions they are
calls        the calls we make, and what each counts of the day's quota
comments     listening to our channel: threads and the replies beneath them
videos       listening by words: videos that name us
listening    the source: one of the two, whether posts still stand, how it stands itself
answering    replies beneath comments and videos
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
from chalicelib.sources.google import TOKEN_LIMIT, TOKENS_URL, Access
from chalicelib.sources.youtube.answering import AnsweringYouTube
from chalicelib.sources.youtube.calls import INSERT, SEARCH
from chalicelib.sources.youtube.listening import YouTube

__all__ = ["MEMBER", "AnsweringYouTube", "YouTube"]

MOST_TERMS = 5

DAY = timedelta(days=1)


def _open(opening: Opening) -> Source:
    access = Access(opening.secret, now=opening.now, tokens_url=opening.text("tokens_url"))
    return (AnsweringYouTube if access.is_account else YouTube)(opening, access)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    found += address_problem("tokens_url", options["tokens_url"], is_secret=has_secret)
    if not has_secret:
        found.append("secret: nothing can be read without one; name an API key or refresh token")
    channel = str(options["channel_id"])
    if not channel and not options["search"]:
        found.append("channel_id: missing; say our channel, or give words to search for")
    if channel and not (channel.startswith("UC") and channel.isascii()):
        found.append(f"channel_id: {channel!r}; use the id that begins with UC, not the handle")
    return found


MEMBER = Member(
    kind="youtube",
    listens="comments on our channel and its videos; or a search for videos that name us",
    answers="in public, beneath the comment or video",
    answers_privately="no",
    credentials="API key to read; refresh token to reply also",
    window="all comments that stand; at first the last day",
    costs="free; 10,000 units a day, 100 searches a day",
    options=(
        Option(
            name="channel_id",
            says="our channel (`UC…`); its comments are read unless there is a search",
            default="",
        ),
        Option(
            name="search",
            says="words that videos of others are searched for, one of which they must say",
            default=[],
            most=MOST_TERMS,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for comments that appear late",
            default=60,
            most=24 * 60,
        ),
        Option(
            name="replies_minutes",
            says="how often a round goes back for replies beneath older comments, and for edits",
            default=30,
            least=5,
            most=24 * 60,
        ),
        Option(
            name="replies_days",
            says="how far back it goes then",
            default=7,
            most=90,
        ),
        Option(
            name="search_minutes",
            says="least time between two searches; 0 searches at each pull",
            default=20,
            least=0,
            most=24 * 60,
        ),
        Option(
            name="overlap_hours",
            says="how far each search looks back for videos that are found late",
            default=24,
            most=24 * 7,
        ),
        Option(
            name="base_url",
            says="where the API stands",
            default="https://youtube.googleapis.com",
        ),
        Option(
            name="tokens_url",
            says="where a refresh token is exchanged",
            default=TOKENS_URL,
        ),
    ),
    open=_open,
    opens=(YouTube, AnsweringYouTube),
    # The newest threads, and who wrote them; most pulls of a search ask nobody.
    calls_per_pull=lambda options: 1 if options["search"] else 2,
    # 5,000 listings of 1 unit and 100 replies of 50 are the 10,000 units of a day.
    limits=(
        RateLimit(most=5_000, per=DAY),
        RateLimit(most=100, per=DAY, bucket=INSERT),
        RateLimit(most=100, per=DAY, bucket=SEARCH),
        TOKEN_LIMIT,
    ),
    is_by_keyword=lambda options: bool(options["search"]),
    check=_check,
)
