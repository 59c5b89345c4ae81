"""Rows of FOCUS as Parquet: typed columns, and sums that hold though digits are cut."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from chalicelib.adapters.focus import COLUMNS, Row
from chalicelib.domain.cost.exact import total
from infra.focus.parquet import PLACES, SCHEMA, write_parquet
from infra.focus.sample import sample_book, sample_days
from tests.adapters.focus.test_rows import rows_of

EMPTY: Row = dict.fromkeys(COLUMNS)
costs = st.decimals(min_value=0, max_value=10**6, places=34)


def written(rows: Sequence[Row]) -> list[dict[str, object]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "focus.parquet"
        assert write_parquet(rows, path) == len(rows)
        table = parquet.read_table(path)
    assert table.schema.equals(SCHEMA)
    found: list[dict[str, object]] = table.to_pylist()
    return found


@given(st.lists(costs, max_size=20))
def test_costs_add_up_to_what_was_given_rounded_once(given_costs: list[Decimal]) -> None:
    rows = [{**EMPTY, "BilledCost": cost} for cost in given_costs]

    found = [row["BilledCost"] for row in written(rows)]
    assert all(isinstance(cost, Decimal) for cost in found)
    summed = total(cost for cost in found if isinstance(cost, Decimal))
    off = abs(summed - total(given_costs))
    assert off <= Decimal(1).scaleb(-PLACES) / 2


def test_what_is_too_small_for_one_row_is_not_lost() -> None:
    rows = [{**EMPTY, "BilledCost": Decimal("4e-19")}] * 5

    found = [row["BilledCost"] for row in written(rows)]
    assert found == [0, Decimal("1e-18"), 0, Decimal("1e-18"), 0]


def test_what_fits_is_kept_to_the_last_digit() -> None:
    kept = Decimal("0.000000000000000001")
    rows = [{**EMPTY, "BilledCost": kept}, {**EMPTY, "BilledCost": Decimal("12345678901234567890")}]

    assert [row["BilledCost"] for row in written(rows)] == [kept, Decimal("12345678901234567890")]


def test_columns_are_typed_and_instants_are_utc() -> None:
    first = sample_days()[0]
    entry, quantity = next(iter(first.sheet.items()))
    (row,) = rows_of((entry, quantity), book=sample_book(), on=first.on)
    (found,) = written([row])

    assert SCHEMA.field("ChargePeriodStart").type == pa.timestamp("us", tz="UTC")
    assert SCHEMA.field("ListUnitPrice").type == pa.decimal128(38, 18)
    assert SCHEMA.field("SubAccountId").type == pa.string()
    assert found["ChargePeriodStart"] == datetime(2026, 10, 1, tzinfo=UTC)
    assert found["InvoiceId"] is None
    assert found["ListUnitPrice"] == row["ListUnitPrice"]


def test_a_file_of_nothing_has_its_columns() -> None:
    assert written([]) == []
