"""Google Business Profile: reviews on Google Maps and Search.

reviews      reviews as the API writes them, and the mentions they are
listening    reviews of some locations; which of them are gone
answering    the one reply to each
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from chalicelib.ports import Source
from chalicelib.sources.family import (
    Member,
    Opening,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)
from chalicelib.sources.google import TOKEN_LIMIT, TOKENS_URL
from chalicelib.sources.googlebusiness.answering import GoogleBusiness

__all__ = ["MEMBER", "GoogleBusiness"]

MOST_LOCATIONS = 20
"""Each is a request of its own in every pull."""

_LOCATION = re.compile(r"accounts/[\w-]+/locations/[\w-]+", re.ASCII)


def _open(opening: Opening) -> Source:
    return GoogleBusiness(opening)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = [
        problem
        for name in ("base_url", "tokens_url")
        for problem in address_problem(name, options[name], is_secret=True)
    ]
    if not has_secret:
        found.append("secret: reviews cannot be read without one; name it")
    locations = options["locations"]
    for one in locations if isinstance(locations, list) else ():
        if not _LOCATION.fullmatch(one):
            found.append(f"locations: {one!r}; write each as accounts/123/locations/456")
    return found


MEMBER = Member(
    kind="googlebusiness",
    listens="reviews of our locations on Google",
    answers="in public, one reply to each review",
    answers_privately="no",
    credentials="refresh token of an account that manages the locations",
    window="every review",
    costs="free; 300 requests a minute",
    options=(
        Option(
            name="locations",
            says="the locations, each as accounts/123/locations/456",
            default=[],
            is_required=True,
            most=MOST_LOCATIONS,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24 * 7,
            most=24 * 365,
        ),
        Option(
            name="overlap_hours",
            says="how far each pull looks back for reviews that appear late",
            default=72,
            most=24 * 30,
        ),
        Option(
            name="base_url",
            says="where the API stands",
            default="https://mybusiness.googleapis.com",
        ),
        Option(name="tokens_url", says="where access tokens are given", default=TOKENS_URL),
    ),
    open=_open,
    opens=(GoogleBusiness,),
    calls_per_pull=lambda options: 1 + len(cast("list[str]", options["locations"])),
    limits=(RateLimit(most=300, per=timedelta(minutes=1)), TOKEN_LIMIT),
    check=_check,
)
