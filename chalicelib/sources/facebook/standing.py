"""Whether posts still stand, and how we stand with the page.

A node that is gone and one that may not be seen any more answer with the same error (code 100,
subcode 33; developers.facebook.com/docs/graph-api/guides/error-handling), so the same batch reads
something that needs the same permissions and is surely there; where even that is not shown,
nothing can be told. `GET /?ids=` is no more since v26.0 (graph-api/changelog/version26.0).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.domain.errors import SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.ports import Checked, Probed
from chalicelib.sources.facebook.answers import Answered, Listing
from chalicelib.sources.facebook.graph import MOST_IN_A_BATCH, Graph

Shape = TypeVar("Shape")

CHECKS_AT_ONCE = MOST_IN_A_BATCH - 1
"""One place of a batch is taken by what is surely there."""

NEEDED = {
    "pages_read_engagement": "cannot read what the page itself wrote",
    "pages_read_user_content": "cannot read what others write on the page",
    "pages_manage_engagement": "cannot reply in public",
    "pages_messaging": "cannot reply in private, nor read messages",
}
FOR_PUSHES = {"pages_manage_metadata": "cannot take pushes"}
PUSHED_FIELDS = {
    "feed": "comments and posts come by pull alone",
    "mention": "mentions in comments elsewhere are not heard",
    "messages": "messages are not heard",
}

_EDGES = {
    "tagged": "reads posts that tag the page",
    "feed": "reads posts on the page",
    "published_posts": "reads its own posts, beneath which comments stand",
}


class Me(msgspec.Struct, frozen=True):
    """Whoever a token speaks for."""

    id: str
    name: str = ""


class _Debugged(msgspec.Struct, frozen=True):
    scopes: list[str]


class _Token(msgspec.Struct, frozen=True):
    data: _Debugged


class _Application(msgspec.Struct, frozen=True):
    subscribed_fields: list[str] = []


class _Applications(msgspec.Struct, frozen=True):
    data: list[_Application]


def stands_on(page: str, mention: Mention) -> bool:
    """Whether a mention stands on the page, where it can be read by its id: a post of it, a
    comment beneath one, or the answer to such a comment. What others wrote elsewhere cannot be
    asked for, and would always look as if it were gone."""
    if mention.is_private:
        return False
    begin = f"{page}_"
    if mention.in_reply_to is None:
        return mention.platform_id.startswith(begin)
    post = mention.platform_id.rpartition("_")[0]
    return mention.in_reply_to.startswith(begin) or (
        bool(post) and mention.in_reply_to.rpartition("_")[0] == post
    )


def gone_among(
    graph: Graph, page: str, mentions: Sequence[Mention], *, now: datetime, deadline: datetime
) -> Checked:
    """Those that surely do not stand any more, by a batch that also reads what surely is there."""
    asked = [one.platform_id for one in mentions if stands_on(page, one)][:CHECKS_AT_ONCE]
    if not asked:
        return Checked(gone=frozenset())
    surely = f"{page}/feed?fields=id&limit=1"
    queries = [surely, *(f"{quote(id, safe='')}?fields=id" for id in asked)]
    there, *answers = graph.batch(queries, now=now, deadline=deadline)
    if there is None:
        raise SourceUnavailable("Facebook ran out of time for a batch")
    if there.trouble is not None:
        raise graph.error_of(there.trouble, now=now)
    shown = _read(there, Listing)
    if shown is None or not shown.data:
        raise SourceRefused("Facebook shows nothing on the page, so nobody knows what is gone")
    gone = {
        id
        for id, answer in zip(asked, answers, strict=True)
        if answer is not None and answer.trouble is not None and answer.trouble.is_gone
    }
    return Checked(gone=frozenset(gone))


def probed(
    graph: Graph, page: str, token: str, *, takes_pushes: bool, now: datetime, deadline: datetime
) -> tuple[Probed, Me]:
    """How we stand, and whom the token speaks for; one batch, of which each part is a call."""
    debug = "debug_token?" + urlencode({"input_token": token})
    edges = [f"{page}/{edge}?fields=id&limit=1" for edge in _EDGES]
    pushes = [f"{page}/subscribed_apps?fields=subscribed_fields"] if takes_pushes else []
    answers = graph.batch(["me?fields=id,name", debug, *edges, *pushes], now=now, deadline=deadline)
    me, debugged, *others = answers
    if me is None:
        raise SourceUnavailable("Facebook ran out of time for a batch")
    if me.trouble is not None:
        raise graph.error_of(me.trouble, now=now)
    known = _read(me, Me)
    if known is None:
        raise SourceUnavailable("Facebook did not say whom the token speaks for")
    works: list[str] = []
    missing: list[str] = []
    for (edge, says), answer in zip(_EDGES.items(), others, strict=False):
        if answer is not None and answer.trouble is None:
            works.append(says)
        elif answer is not None and answer.trouble is not None:
            missing.append(f"/{edge} cannot be read: {graph.error_of(answer.trouble, now=now)}")
    needed = NEEDED | FOR_PUSHES if takes_pushes else NEEDED
    scopes = _read(debugged, _Token)
    if scopes is not None:
        missing += [
            f"{lacking}: grant the permission {scope}"
            for scope, lacking in needed.items()
            if scope not in scopes.data.scopes
        ]
    if takes_pushes:
        missing += _unsubscribed(_read(others[-1], _Applications))
    return Probed(account=known.name, works=tuple(works), missing=tuple(missing)), known


def _unsubscribed(found: _Applications | None) -> list[str]:
    if found is None:
        return []
    fields = {name for one in found.data for name in one.subscribed_fields}
    return [
        f"{lacking}: subscribe the page to the field {name}"
        for name, lacking in PUSHED_FIELDS.items()
        if name not in fields
    ]


def _read(answer: Answered | None, shape: type[Shape]) -> Shape | None:
    """None for what was refused or cannot be read: of that, nothing is said."""
    if answer is None or answer.trouble is not None:
        return None
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
