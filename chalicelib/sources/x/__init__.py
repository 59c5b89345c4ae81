"""X, formerly Twitter, by its API v2.

calling      credentials, rate limits, and what a refusal says
shapes       posts and what comes with them, as X writes them
posts        from posts to mentions
listings     page after page, from the newest post down to the watermark
listening    who names us; a search; whether posts still stand
answering    replies to who named us, and direct messages
wording      how a text counts, what a search asks for
"""

from collections.abc import Mapping

from chalicelib.domain.cost import Charge, Per
from chalicelib.domain.errors import BadInput
from chalicelib.ports import Source
from chalicelib.sources.family import Member, Opening, Option, OptionValue, address_problem
from chalicelib.sources.x.answering import AnsweringX
from chalicelib.sources.x.calling import LIMITS, credentials
from chalicelib.sources.x.listening import X
from chalicelib.sources.x.listings import OWN_MENTION_READ, POST_READ, USER_READ
from chalicelib.sources.x.wording import (
    LIMIT,
    LONGEST_ENTERPRISE_QUERY,
    LONGEST_QUERY,
    query_of,
)

__all__ = ["MEMBER", "AnsweringX", "X"]

MOST_TERMS = 20


def _open(opening: Opening) -> Source:
    found = credentials(opening.secret)
    if found is None:
        raise BadInput(
            "secret: it is neither an app-only token nor JSON with api_key, api_secret, "
            "access_token and access_token_secret; store it anew"
        )
    if found.signer is not None:
        return AnsweringX(opening, found)
    if not opening.options["terms"] and not opening.options["account"]:
        raise BadInput("account: an app-only token does not tell whose mentions to read; give it")
    return X(opening, found)


def _check(options: Mapping[str, OptionValue], has_secret: bool) -> list[str]:
    found = address_problem("base_url", options["base_url"], is_secret=has_secret)
    if not has_secret:
        found.append("secret: X is read by nobody without one; name it")
    account = str(options["account"])
    if account and not (account.isascii() and account.isdigit() and len(account) <= 19):
        found.append(f"account: {account!r}; use its number, such as 2244994945")
    terms = options["terms"] if isinstance(options["terms"], list) else []
    found += [f"terms: {term!r} has no letters; use a word" for term in terms if not _says(term)]
    longest = LONGEST_ENTERPRISE_QUERY if options["is_enterprise"] else LONGEST_QUERY
    length = len(query_of(terms, account))
    if length > longest:
        found.append(
            f"terms: they make a search of {length} characters and X takes {longest}; "
            "make two entries of them"
        )
    return found


def _says(term: str) -> bool:
    return any(letter.isalnum() for letter in term)


def _per_mention(options: Mapping[str, OptionValue]) -> tuple[Charge, ...]:
    is_own = options["is_own_app"] and not options["terms"]
    post = Charge(sku=OWN_MENTION_READ if is_own else POST_READ, per=Per.MENTION)
    author = Charge(sku=USER_READ, per=Per.MENTION)
    answered = Charge(sku=POST_READ, per=Per.MENTION)
    return (post, author, answered) if options["references"] else (post, author)


MEMBER = Member(
    kind="x",
    listens="who names our account; or a search",
    answers="in public, to posts that name or quote us",
    answers_privately="direct message",
    credentials="tokens of an app and our account; an app-only token reads",
    window="search 7 days; mentions the latest 800",
    costs="by post and person read, by reply; 300 requests in 15 minutes",
    options=(
        Option(
            name="terms",
            says="words, phrases, @handles and #hashtags to search for; empty: mentions of our "
            "account",
            default=[],
            most=MOST_TERMS,
        ),
        Option(
            name="account",
            says="the number of our account, where the secret is an app-only token",
            default="",
        ),
        Option(
            name="references",
            says="whether to read also what a mention answers or quotes, which X charges for",
            default=True,
        ),
        Option(
            name="is_own_app",
            says="whether our account owns the app: its mentions cost less then",
            default=True,
        ),
        Option(
            name="is_enterprise",
            says="whether the app has Enterprise access: it may answer everybody",
            default=False,
        ),
        Option(
            name="overlap_minutes",
            says="how far each round looks back for posts that X lists late",
            default=2,
            most=60,
        ),
        Option(
            name="lookback_hours",
            says="how far back the first pull reads",
            default=24,
            most=24 * 7,
        ),
        Option(
            name="max_characters",
            says="how long a reply may be: more with X Premium",
            default=LIMIT,
            least=LIMIT,
            most=25_000,
        ),
        Option(name="base_url", says="where the API stands", default="https://api.x.com"),
    ),
    open=_open,
    opens=(X, AnsweringX),
    charges=(
        Charge(sku="x.post-summoned", per=Per.REPLY),
        Charge(sku=POST_READ, per=Per.REPLY),
        Charge(sku="x.message", per=Per.PRIVATE_REPLY),
        Charge(sku=POST_READ, per=Per.PRIVATE_REPLY),
    ),
    per_mention=_per_mention,
    limits=LIMITS,
    is_by_keyword=lambda options: bool(options["terms"]),
    check=_check,
)
