"""Yelp: what is said of a business of ours. Only partners of Yelp may answer through an API.

reviews      reviews as the API writes them, and the mentions they are
listening    the newest ones of one business, as far as they are shown
"""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import available_timezones

from chalicelib.domain.cost import Charge, Per
from chalicelib.ports import Source
from chalicelib.sources.family import (
    Member,
    Opening,
    Option,
    OptionValue,
    RateLimit,
    address_problem,
)
from chalicelib.sources.yelp.listening import Yelp

__all__ = ["MEMBER", "Yelp"]


def _open(opening: Opening) -> Source:
    return Yelp(opening)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=True)
    if not has_secret:
        found.append("secret: reviews cannot be read without an API key; name it")
    if options["zone"] not in available_timezones():
        found.append(f"zone: {options['zone']!r} is no time zone; use one such as Europe/Vienna")
    return found


MEMBER = Member(
    kind="yelp",
    listens="the newest review excerpts of a business",
    answers="no",
    answers_privately="no",
    credentials="API key",
    window="what is shown: 3 reviews, 7 on the largest plan",
    costs="by Yelp's plan, not priced here; 300 requests a day on the smallest",
    options=(
        Option(
            name="business",
            says="the business's id or alias on Yelp, as in the address of its page",
            default="",
            is_required=True,
        ),
        Option(
            name="locale",
            says="language and country whose reviews are shown, such as de_AT; empty: Yelp's own",
            default="",
        ),
        Option(
            name="zone",
            says="the time zone in which Yelp writes dates",
            default="America/Los_Angeles",
        ),
        Option(
            name="lookback_hours",
            says="how old a review may be at the first pull",
            default=24 * 7,
            most=24 * 365,
        ),
        Option(name="base_url", says="where the API stands", default="https://api.yelp.com"),
    ),
    open=_open,
    opens=(Yelp,),
    every=timedelta(minutes=10),
    quickest=timedelta(minutes=5),
    charges=(Charge(sku="yelp.request", per=Per.REQUEST),),
    limits=(RateLimit(most=300, per=timedelta(days=1)),),
    check=_check,
)
