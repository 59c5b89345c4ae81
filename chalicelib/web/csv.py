"""Tickets as a table that opens in a spreadsheet (RFC 4180), and starts nothing there."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.web.views.cards import CardView

CONTENT_TYPE = "text/csv; charset=utf-8"

COLUMNS = (
    "id",
    "brand_name",
    "platform",
    "source",
    "language",
    "topic",
    "urgency",
    "state",
    "author",
    "reach",
    "holder_name",
    "opened_at",
    "waiting_since",
    "due_at",
    "ended_at",
    "is_breached",
    "is_thanks",
    "posts",
    "replies",
    "incident_id",
    "excerpt",
)
"""Of `CardView`, in this order; nothing that was said in private is in any of them."""

_UNSEEN = r"[\s\x00-\x1f\u200b-\u200f\u2060\ufeff]"
"""What a spreadsheet may leave out before it looks at a cell."""

_FORMULA = re.compile(rf"(^|;)(?={_UNSEEN}*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])")
"""What a cell begins with when a spreadsheet takes it for a formula, fullwidth signs too; and what
follows a `;`, at which a spreadsheet of many countries divides a line whatever stands in quotes.
Source: OWASP, "CSV Injection"."""


def csv_text(cards: Iterable[CardView], *, has_head: bool = True) -> str:
    """A line for each card, after one with the names of the columns."""
    rows = ([getattr(card, column) for column in COLUMNS] for card in cards)
    return table_text(COLUMNS, rows, has_head=has_head)


def table_text(
    columns: Sequence[str], rows: Iterable[Iterable[object]], *, has_head: bool = True
) -> str:
    """A line for each row, after one with the names of the columns; cells as `cell` makes them."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    if has_head:
        table.writerow(columns)
    for row in rows:
        table.writerow([cell(value) for value in row])
    return text.getvalue()


def cell(value: object) -> str:
    """A value as a spreadsheet takes it: numbers as numbers, and no text as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return _FORMULA.sub(r"\1'", str(value))
