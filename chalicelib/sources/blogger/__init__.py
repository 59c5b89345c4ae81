"""Blogger, by its API v3. Nobody can write a comment by it, so it takes no replies.

comments     comments as the API writes them, and the mentions they are
listening    what is written beneath the posts of one blog
"""

from collections.abc import Mapping
from datetime import timedelta

from chalicelib.sources.blogger.listening import Blogger
from chalicelib.sources.family import Member, Option, OptionValue, RateLimit, address_problem
from chalicelib.sources.google import TOKEN_LIMIT, TOKENS_URL

__all__ = ["MEMBER", "Blogger"]


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    found += address_problem("tokens_url", options["tokens_url"], is_secret=has_secret)
    if not has_secret:
        found.append("secret: nothing can be read without one; name an API key or refresh token")
    blog = str(options["blog_id"])
    if not (blog.isascii() and blog.isdigit()):
        found.append(f"blog_id: {blog!r}; use the number of the blog, such as 2399953")
    return found


MEMBER = Member(
    kind="blogger",
    listens="comments on a blog",
    answers="no",
    answers_privately="no",
    credentials="API key; refresh token for removed comments and private blogs",
    window="all comments that stand; at first the last day",
    costs="free; 10,000 requests a day",
    options=(
        Option(
            name="blog_id",
            says="the number of the blog whose comments are read",
            default="",
            is_required=True,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 365,
        ),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for comments that appear late, and for edits",
            default=24 * 60,
            most=7 * 24 * 60,
        ),
        Option(
            name="base_url", says="where the API stands", default="https://blogger.googleapis.com"
        ),
        Option(name="tokens_url", says="where a refresh token is exchanged", default=TOKENS_URL),
    ),
    open=Blogger,
    opens=(Blogger,),
    limits=(RateLimit(most=10_000, per=timedelta(days=1)), TOKEN_LIMIT),
    check=_check,
)
