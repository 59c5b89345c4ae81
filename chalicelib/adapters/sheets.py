"""Sheets as they are stored: rows as JSON, packed.

A row is `[sku, quantity, feature, source, brand, about, country]`, without the empty texts at its
end. Quantities are texts, since they are exact. Rows stand by ticket and incident, so that the
long ids, which repeat, are near each other and weigh little once packed.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from chalicelib.adapters.values import from_packed, to_packed
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.exact import is_number

UNREADABLE = "books_unreadable"
"""What the log has of a record of money that cannot be read. No phone rings for it."""


class Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An entry and its quantity."""

    sku: str
    quantity: Decimal
    feature: Feature
    source: str = ""
    brand: str = ""
    about: str = ""
    country: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError, of which msgspec makes its own, for what would spoil every sum."""
        if not is_number(self.quantity):
            raise ValueError(f"{self.sku}: a quantity of {str(self.quantity)[:20]}")


class _Rows(msgspec.Struct, frozen=True, array_like=True):
    rows: tuple[Row, ...]


def rows_of(sheet: Sheet) -> tuple[tuple[str, ...], ...]:
    """Ready to be written as JSON."""
    return tuple(_row(entry, sheet[entry]) for entry in _by_about(sheet))


def sheet_of(rows: Iterable[Row]) -> Sheet:
    return Sheet(
        (Entry(row.sku, row.feature, row.source, row.brand, row.about, row.country), row.quantity)
        for row in rows
    )


def sheet_to_bytes(sheet: Sheet) -> bytes:
    return to_packed([rows_of(sheet)])


def sheet_from_bytes(packed: bytes | None, where: str) -> Sheet:
    """What `sheet_to_bytes` wrote. Raises BadInput, naming `where`, for anything else."""
    return sheet_of(from_packed(_Rows, packed, where).rows)


def pieces(sheet: Sheet, *, rows: int) -> Iterator[Sheet]:
    """The sheet in pieces of at most so many rows each."""
    entries = _by_about(sheet)
    for place in range(0, len(entries), rows):
        yield Sheet((entry, sheet[entry]) for entry in entries[place : place + rows])


def _by_about(sheet: Sheet) -> list[Entry]:
    return sorted(sheet, key=lambda entry: (entry.about, entry))


def _row(entry: Entry, quantity: Decimal) -> tuple[str, ...]:
    tail = (entry.source, entry.brand, entry.about, entry.country)
    used = max((place + 1 for place, text in enumerate(tail) if text), default=0)
    return (entry.sku, f"{quantity:f}", str(entry.feature), *tail[:used])
