"""Rows as CSV (RFC 4180), a piece at a time. Names stand as they are: a program reads them."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.adapters.focus.columns import COLUMNS, Cell, Row

CONTENT_TYPE = "text/csv; charset=utf-8"


def focus_csv(rows: Iterable[Row]) -> Iterator[str]:
    """A line for each row, after one with the names of the columns. Nothing is rounded."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line(_written(row[column]) for column in COLUMNS)


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _written(cell: Cell) -> str:
    """Null is an empty field; an instant as FOCUS wants it, such as `2026-11-01T00:00:00Z`."""
    match cell:
        case None:
            return ""
        case Decimal():
            return format(cell, "f")
        case datetime():
            return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case str():
            return cell
