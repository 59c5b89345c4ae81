"""The platforms we listen to: one module each, none knows another.

To add a source:

1. Read `ports.Source` (and `ports.Replier` where it can answer) and `replay.py`, the example.
2. Find out, from the platform's documentation, what it lists, in which order, by which mark one
   goes on, and what it costs. Forward by ids: use `trail`. Newest first: use `sweep`.
3. Write `sources/<platform>.py`: shapes of the payload, the class, and its `MEMBER` with every
   option and its default; the base address is an option. Foreign errors and shapes stop there;
   speak through the `HttpClient` given, and keep client libraries out.
4. Add `MEMBER` to `SOURCES` below, and the module to "No source knows another" in
   `pyproject.toml`.
5. Write `tests/sources/test_<platform>.py`: a stage for the suite in `contract.py`, over real
   HTTP on this machine with answers recorded from the documentation, then what is its own.
6. Write `docs/sources/<platform>.md` (window, limits, blind spots, options, costs) and bring
   the table in `docs/sources/README.md` up to date; a test prints the row.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.domain.desk import Brand, SourceEntry
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.http import HttpClient
from chalicelib.ports import Source
from chalicelib.sources import feed, hackernews, mastodon, replay
from chalicelib.sources.family import Member, Opening

SOURCES: tuple[Member, ...] = (
    mastodon.MEMBER,
    feed.MEMBER,
    hackernews.MEMBER,
    replay.MEMBER,
)

KINDS: tuple[str, ...] = tuple(member.kind for member in SOURCES)


def check_options(
    kind: str, options: Mapping[str, object], *, has_secret: bool = True
) -> list[str]:
    """All that is wrong with the options of an entry, each as field, finding and remedy."""
    member = member_of(kind)
    if member is None:
        return [f"kind: {kind!r} is unknown; use one of {', '.join(KINDS)}"]
    return member.problems(options, has_secret=has_secret)


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
    if problems := member.problems(entry.options, has_secret=bool(secret)):
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
    """The member of that kind; None when there is none."""
    return next((member for member in SOURCES if member.kind == kind), None)
