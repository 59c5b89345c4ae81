"""A page on Facebook, by the Graph API v26.

answers      what it answers with: listings, errors, batches
graph        how it is asked, and what it means when it does not give
usage        how much of what it allows is used up
posts        posts and comments as it writes them, and the mentions they are
reading      how far each listing was read
walking      down the listings, a request at a time
listening    posts that tag the page or stand on it, comments beneath its own
answering    replies, in public and to one person alone
finding      a reply of ours, found again by its words
standing     whether posts still stand, and how we stand with the page
happenings   what a push tells of
pushes       pushes, verified before they are read
"""

import re
from collections.abc import Mapping
from typing import cast

import msgspec

from chalicelib.domain.errors import BadInput
from chalicelib.ports import Source
from chalicelib.sources.facebook.answering import AnsweringFacebook
from chalicelib.sources.facebook.graph import Credentials
from chalicelib.sources.facebook.pushes import PushedFacebook
from chalicelib.sources.facebook.reading import LISTINGS
from chalicelib.sources.family import Member, Opening, Option, OptionValue, address_problem

__all__ = ["MEMBER", "AnsweringFacebook", "PushedFacebook"]


class _Secret(msgspec.Struct, frozen=True):
    page_token: str = ""
    app_secret: str = ""
    verify_token: str = ""


def _open(opening: Opening) -> Source:
    credentials = _credentials(opening.secret)
    if credentials.app_secret and credentials.verify_token:
        return PushedFacebook(opening, credentials)
    return AnsweringFacebook(opening, credentials)


def _credentials(secret: str) -> Credentials:
    """The page token alone, or JSON with `app_secret` and `verify_token` beside it."""
    found = _Secret(page_token=secret.strip())
    if secret.lstrip().startswith("{"):
        try:
            found = msgspec.json.decode(secret, type=_Secret)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            found = _Secret()
    if not found.page_token:
        raise BadInput(
            'secret: holds no page token; use the token, or {"page_token": "...", '
            '"app_secret": "...", "verify_token": "..."}'
        )
    return Credentials(
        page_token=found.page_token,
        app_secret=found.app_secret,
        verify_token=found.verify_token,
    )


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    page, version, reads = options["page"], options["version"], options["reads"]
    if not re.fullmatch(r"[0-9]{1,30}", str(page)):
        found.append(f"page: {page!r}; use its id, which is a number, not its name")
    if not re.fullmatch(r"v[0-9]{1,3}\.[0-9]{1,2}", str(version)):
        found.append(f"version: {version!r}; use one such as v26.0")
    wanted = reads if isinstance(reads, list) else []
    found += [f"reads: {one!r}; use {', '.join(LISTINGS)}" for one in wanted if one not in LISTINGS]
    if not wanted:
        found.append(f"reads: [] leaves nothing; use {', '.join(LISTINGS)}")
    if not has_secret:
        found.append("secret: a page cannot be read without its token; name it")
    return found


MEMBER = Member(
    kind="facebook",
    listens="posts that tag a page or stand on it, comments beneath its posts; messages by push",
    answers="as a comment of the page",
    answers_privately="Messenger: once within 7 days of a comment, or within 24 hours of a message",
    credentials="page token; for pushes also app secret and verify token",
    window="some 600 posts a year, comments of the latest posts",
    costs="free; calls by how busy the page is",
    options=(
        Option(
            name="base_url", says="where the Graph API is", default="https://graph.facebook.com"
        ),
        Option(name="version", says="the version of the Graph API", default="v26.0"),
        Option(name="page", says="the id of the page, a number", default="", is_required=True),
        Option(
            name="reads",
            says="what is read: posts that tag the page, posts on it, comments on its own posts",
            default=list(LISTINGS),
            most=len(LISTINGS),
        ),
        Option(
            name="recent_posts",
            says="of how many of its own latest posts the comments are read",
            default=25,
            most=100,
        ),
        Option(
            name="post_days",
            says="how old a post may be whose comments are read",
            default=30,
            most=365,
        ),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for what is listed late",
            default=5,
            most=60,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first round reads",
            default=24,
            most=24 * 30,
        ),
    ),
    open=_open,
    opens=(AnsweringFacebook, PushedFacebook),
    calls_per_pull=lambda options: len(cast("list[str]", options["reads"])),
    check=_check,
)
