"""A month as a table, for whoever counts elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from chalice.app import Response

from chalicelib import wiring
from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.cost.day import DayState
from chalicelib.domain.errors import BadInput
from chalicelib.web.access import COUNTING
from chalicelib.web.api.costs import Month, month_of
from chalicelib.web.api.fields import told
from chalicelib.web.blueprint import endpoint
from chalicelib.web.csv import CONTENT_TYPE, table_text
from chalicelib.web.reading import Cursor, cursor_of, place_of
from chalicelib.web.views.costs import Row, rows_of

MOST_ROWS = 2_000
"""From so many rows on an answer ends with the day it is at; `Link` leads to the rest."""

PLAIN, FOCUS = "csv", "focus-csv"

COLUMNS = (
    "day",
    "state",
    "feature",
    "source",
    "brand",
    "sku",
    "country",
    "quantity",
    "unit",
    "price",
    "per",
    "amount",
    "currency",
    "price_version",
    "price_since",
    "price_seen_on",
    "price_source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostExportQuery:
    """Which month, and how it is written."""

    month: Month = ""
    format: Annotated[str, told(enum=[PLAIN, FOCUS])] = PLAIN
    after: Cursor = ""


@endpoint("/api/v1/costs/export", roles=COUNTING, kind="text/csv")
def export_costs(query: CostExportQuery) -> Response:
    """A month row by row, as plain CSV or as FOCUS 1.2; whole days, some 2,000 rows at most.

    Where there are more a header `Link` with `rel="next"` leads to them. In plain CSV amounts are
    exact, what nobody knows a price of has none, and text that a spreadsheet would take for a
    formula has a `'` in front.
    """
    if query.format not in (PLAIN, FOCUS):
        raise BadInput(f"format: {query.format[:40]!r}; use {PLAIN} or {FOCUS}")
    month = month_of(query.month)
    account = wiring.accounts().month(month, now=wiring.now())
    piece, last = _piece(account, place_of(query.after))
    text = plain_csv(piece) if query.format == PLAIN else _focus(piece)
    name = "costs" if query.format == PLAIN else "focus"
    headers: dict[str, str | list[str]] = {
        "Content-Type": CONTENT_TYPE,
        "Content-Disposition": f'attachment; filename="nightdesk-{name}-{month}.csv"',
    }
    if cursor := cursor_of(last):
        rest = urlencode({"month": month, "format": query.format, "after": cursor})
        headers["Link"] = f'<export?{rest}>; rel="next"'
    return Response(text, headers=headers)


def _piece(account: MonthAccount, after: str) -> tuple[MonthAccount, str]:
    """The account with some of its days, those after a day; and its last day, if more follow."""
    days = [day for day in account.days if day.on.isoformat() > after]
    taken, rows = 0, 0
    while taken < len(days) and rows < MOST_ROWS:
        rows += len(days[taken].sheet)
        taken += 1
    shown = tuple(days[:taken])
    lines = tuple(line for day in shown for line in day.lines)
    last = shown[-1].on.isoformat() if taken < len(days) else ""
    return replace(account, days=shown, lines=lines), last


def plain_csv(account: MonthAccount) -> str:
    """Every row, priced or not, oldest day first."""
    states = {day.on: day.state for day in account.days}
    rows = reversed(rows_of(account))
    return table_text(COLUMNS, _cells(rows, states, account.currency))


def _cells(
    rows: Iterable[Row], states: Mapping[date, DayState], currency: str
) -> Iterator[tuple[object, ...]]:
    for row in rows:
        price = row.price
        yield (
            row.day,
            states[row.day] if row.day else "",
            row.entry.feature,
            row.entry.source,
            row.entry.brand,
            row.entry.sku,
            row.entry.country,
            row.quantity,
            price.unit if price else "",
            price.amount if price else None,
            price.per if price else None,
            row.amount,
            currency if price else "",
            price.version if price else "",
            price.since if price else None,
            price.seen_on if price else None,
            price.source if price else "",
        )


def _focus(account: MonthAccount) -> str:
    from chalicelib.adapters.focus import focus_csv, focus_rows  # here: hardly anybody asks

    book, deployment = wiring.parts.price_book()(), wiring.parts.deployment()
    return "".join(focus_csv(focus_rows(account.days, book=book, deployment=deployment)))
