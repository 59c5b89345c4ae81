"""Tickets as a table, for those who count."""

from dataclasses import dataclass
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.searching import Query, read_query
from chalicelib.domain.ticket import Card
from chalicelib.web.access import DECIDING
from chalicelib.web.api.searching import Day
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import endpoint
from chalicelib.web.csv import CONTENT_TYPE, csv_text
from chalicelib.web.reading import Cursor, cursor_of, place_of
from chalicelib.web.views.cards import card_views

MOST_ROWS = 2_000
"""In one answer; `Link` leads to the rest."""

_AT_ONCE = 100
_MOST_ASKED = 40
"""Times that the index is asked for one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportQuery:
    """Of which days; all that are kept when none is named."""

    since: Day = ""
    until: Day = ""
    after: Cursor = ""


@endpoint("/api/v1/export/tickets.csv", roles=DECIDING, kind="text/csv")
def export_tickets(query: ExportQuery) -> Response:
    """Tickets opened in a time, newest first, as CSV; 2,000 at most.

    Where there are more a header `Link` with `rel="next"` leads to them. Nothing that was said
    in private is in it. Text that a spreadsheet would take for a formula has a `'` in front.
    """
    dates = {"since": query.since, "until": query.until}
    asked = read_query(**dates) if any(dates.values()) else Query()
    cards, place = _rows(asked, place_of(query.after))
    headers: dict[str, str | list[str]] = {
        "Content-Type": CONTENT_TYPE,
        "Content-Disposition": 'attachment; filename="tickets.csv"',
    }
    if cursor := cursor_of(place):
        given = {name: value for name, value in dates.items() if value}
        headers["Link"] = f'<tickets.csv?{urlencode({**given, "after": cursor})}>; rel="next"'
    return Response(csv_text(card_views(cards, naming())), headers=headers)


def _rows(asked: Query, place: str) -> tuple[list[Card], str]:
    """At most `MOST_ROWS` cards behind a place, and the place of the last; empty at the end."""
    searching, now = wiring.searching(), wiring.now()
    cards: list[Card] = []
    for _ in range(_MOST_ASKED):
        limit = min(_AT_ONCE, MOST_ROWS - len(cards))
        found = searching.find(asked, place, limit, now)
        cards += found.cards
        place = found.next
        if not place or len(cards) >= MOST_ROWS:
            break
    return cards, place
