"""Rows of FOCUS as a Parquet file. Needs pyarrow, which functions on AWS do not carry."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from chalicelib.adapters.focus import COLUMNS, Kind, Row
from chalicelib.domain.cost.exact import ZERO, minus, plus

PLACES = 18
"""Of every number: what remains of 38 digits leaves room to add up months."""

_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.PAIRS: pa.string(),
    Kind.NUMBER: pa.decimal128(38, PLACES),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}
SCHEMA = pa.schema([pa.field(name, _TYPES[kind]) for name, kind in COLUMNS.items()])
_COSTS = (
    "BilledCost",
    "ContractedCost",
    "EffectiveCost",
    "ListCost",
    "PricingCurrencyEffectiveCost",
)
_ROWS = 5000
"""In one piece, so that a large month needs little memory."""
_LAST = Decimal(1).scaleb(-PLACES)
_ROUNDING = Context(prec=200, rounding=ROUND_HALF_EVEN)


def write_parquet(rows: Iterable[Row], path: Path) -> int:
    """Write rows to `path`; how many there were.

    What a number has beyond 18 places is rounded; of costs it is carried to the next row, so
    that the file adds up to what was given, rounded once.
    """
    count = 0
    left = iter(_fitted(rows))
    with parquet.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        while piece := list(islice(left, _ROWS)):
            file.write_table(pa.Table.from_pylist(piece, schema=SCHEMA))
            count += len(piece)
    return count


def _fitted(rows: Iterable[Row]) -> Iterator[dict[str, object]]:
    carried = dict.fromkeys(_COSTS, ZERO)
    for row in rows:
        fitted: dict[str, object] = dict(row)
        for name, cell in row.items():
            if not isinstance(cell, Decimal):
                continue
            due = plus(cell, carried.get(name, ZERO))
            fitted[name] = rounded = due.quantize(_LAST, context=_ROUNDING)
            if name in carried:
                carried[name] = minus(due, rounded)
        yield fitted
