"""The platforms we listen to: one module each, none knows another.

To add a source, a day's work:

1. `python -m infra.sources.scaffold KIND` writes the module, its tests and its page, and enters the
   kind below and in `pyproject.toml`. The tests fail while a `SAY:` is left.
2. Find out, from the platform's documentation, what it lists, in which order, by which mark one
   goes on, what it costs and how often one may ask. Forward by ids: use `trail`. Newest first:
   use `sweep` (`turned` where pages are asked for by token, `resume` where by time). Page numbers
   shift when a post is deleted: page by time, or read an overlap again.
3. The module: shapes of the payload, the class, and its `MEMBER` with every option and its
   default; the base address is an option. Foreign errors and shapes stop there; speak through the
   `HttpClient` given, and keep client libraries out. What it can do beyond `fetch` is a method
   each: `receive`, `reply`, `reply_privately`, `delete_check`, `probe` (`ports/listening.py`,
   `ports/answering.py`). What the platform takes money for stands in `charges` and in what
   `fetch` gives as `uses`; the prices, with source and date, in `adapters/prices/KIND.json`.
4. Its tests: a stage over real HTTP on this machine, with the platform's rules and answers
   recorded from its documentation, for the suites in `tests/sources/contract.py` and
   `hostile.py`; then what is its own.
5. Its page: how to set it up, window, limits, blind spots, options, costs. Then
   `python -m infra.sources.table` writes the table of all sources anew.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module

from chalicelib.domain.desk import Brand, SourceEntry
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.http import HttpClient
from chalicelib.ports import Source
from chalicelib.sources.family import Member, Opening, OptionValue

KINDS = (
    "x",
    "mastodon",
    "bluesky",
    "facebook",
    "youtube",
    "googlebusiness",
    "yelp",
    "foursquare",
    "flickr",
    "blogger",
    "feed",
    "hackernews",
    "webhook",
    "replay",
)
"""Each the name of a module here that has a `MEMBER`."""


_OF_FEEDS = ("reddit", "appstore")
"""Networks that are no kind: feeds read them."""


def check_options(
    kind: str, options: Mapping[str, object], *, has_secret: bool = True, name: str = ""
) -> list[str]:
    """All that is wrong with the options of entry `name`, each as field, finding and remedy."""
    member = member_of(kind)
    if member is None:
        return [f"kind: {kind!r} is unknown; use one of {', '.join(KINDS)}"]
    found = member.problems(options, has_secret=has_secret)
    return found or _claims(member, name, member.complete(options))


def _claims(member: Member, name: str, options: Mapping[str, OptionValue]) -> list[str]:
    """What is wrong with the network whose posts an entry speaks of.

    A mention is known by its network and its id there. Who may name any of them could come before
    the posts that another kind of source reads, change their words and take them back.
    """
    entry = SourceEntry(name=name, kind=member.kind, brand="", options=options)
    network = member.platform_of(entry)
    owner = network if network in KINDS else "feed" if network in _OF_FEEDS else member.kind
    if owner == member.kind or member.kind == "replay":  # what is replayed is a recording of all
        return []
    return [f"platform: {network!r} is what {owner} sources read; use a name of your own"]


def open_source(
    entry: SourceEntry, brand: Brand, secret: str, http: HttpClient, now: Callable[[], datetime]
) -> Source:
    """The source of a configured entry.

    `secret` holds its credentials, empty when it has none. Raises NotFound for an unknown kind,
    BadInput for options that cannot be used; both name field, finding and remedy.
    """
    member = member_of(entry.kind)
    if member is None:
        raise NotFound(f"kind: {entry.kind!r} is unknown; use one of {', '.join(KINDS)}")
    if problems := check_options(
        entry.kind, entry.options, has_secret=bool(secret), name=entry.name
    ):
        raise BadInput("; ".join(problems))
    return member.open(
        Opening(
            entry=entry,
            brand=brand,
            secret=secret,
            http=http,
            now=now,
            options=member.complete(entry.options),
        )
    )


def member_of(kind: str) -> Member | None:
    """The member of that kind; None when there is none.

    Its module is imported now: nobody waits, at a cold start, for platforms that they do not use.
    """
    return _member(kind) if kind in KINDS else None


def members() -> tuple[Member, ...]:
    """All of the family, in the order of `KINDS`."""
    return tuple(_member(kind) for kind in KINDS)


def _member(kind: str) -> Member:
    member: Member = import_module(f"{__name__}.{kind}").MEMBER
    return member
