"""Search over everything that was ever said and answered."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from chalicelib import wiring
from chalicelib.domain.searching import read_query
from chalicelib.domain.searching.query import LONGEST_ASKED
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import TicketState
from chalicelib.web.api.fields import told
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import endpoint
from chalicelib.web.reading import Cursor, Limit, cursor_of, place_of
from chalicelib.web.views.cards import FoundView, card_views

_DAY = "A day such as `2026-11-22` (UTC), or an instant with an offset."

Text = Annotated[str, told(maxLength=LONGEST_ASKED)]
Day = Annotated[str, msgspec.Meta(description=_DAY, extra_json_schema={"maxLength": 64})]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is asked for; all of it must be true of a ticket. At least one thing is asked."""

    q: Annotated[
        str,
        msgspec.Meta(
            description='Words and `"phrases"`; `brand:acme` and the like work in it too.',
            extra_json_schema={"maxLength": LONGEST_ASKED},
        ),
    ] = ""
    author: Text = ""
    brand: Text = ""
    source: Text = ""
    topic: Annotated[str, told(enum=["", *Topic])] = ""
    state: Annotated[str, told(enum=["", *TicketState])] = ""
    since: Day = ""
    until: Day = ""
    after: Cursor = ""
    limit: Limit = 50


@endpoint("/api/v1/search")
def search(query: SearchQuery) -> FoundView:
    """Tickets by what was said in them, newest first.

    A request looks at 300 tickets at most: a page may be short, even empty, and not the last;
    only `next` tells. What was said in private is not found.
    """
    asked = read_query(
        query.q,
        author=query.author,
        brand=query.brand,
        source=query.source,
        topic=query.topic,
        state=query.state,
        since=query.since,
        until=query.until,
    )
    found = wiring.searching().find(asked, place_of(query.after), query.limit, wiring.now())
    return FoundView(
        cards=card_views(found.cards, naming()), next=cursor_of(found.next), read=found.read
    )
