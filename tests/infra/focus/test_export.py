"""A month as a file: whole or not at all, and never over one that is there."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from chalicelib.adapters.focus import COLUMNS
from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.line import amount_of
from chalicelib.domain.cost.sheet import Sheet
from chalicelib.domain.errors import BadInput
from infra.focus.export import check_target, write_focus, write_plain
from infra.focus.sample import DEPLOYMENT, sample_book, sample_days


def an_account(number: int = 2) -> MonthAccount:
    days = sample_days()[:number]
    lines = tuple(line for day in days for line in day.lines)
    return MonthAccount(
        month="2026-10",
        currency="USD",
        days=days,
        lines=lines,
        amount=amount_of(lines),
        by_feature={},
        by_source={},
        by_brand={},
        by_sku={},
        unpriced=Sheet.total(day.unpriced for day in days),
    )


def focus(account: MonthAccount, path: Path) -> int:
    return write_focus(account, path, book=sample_book(), deployment=DEPLOYMENT)


@pytest.mark.parametrize("name", ["focus.csv", "focus.parquet", "FOCUS.PARQUET"])
def test_the_ending_of_the_file_decides_how_focus_is_written(name: str, tmp_path: Path) -> None:
    path, account = tmp_path / name, an_account()

    assert focus(account, path) == len(account.lines)
    if name.endswith(".csv"):
        with path.open(newline="") as file:
            read = list(csv.DictReader(file))
        assert list(read[0]) == list(COLUMNS)
        assert total(Decimal(row["BilledCost"]) for row in read) == account.amount
    else:
        table = parquet.read_table(path)
        assert table.num_rows == len(account.lines)
        costs = total(table.column("BilledCost").to_pylist())
        assert abs(costs - account.amount) <= Decimal("5e-19")


def test_a_plain_table_has_what_has_no_price_too(tmp_path: Path) -> None:
    path, account = tmp_path / "costs.csv", an_account()

    count = write_plain(account, path)
    with path.open(newline="") as file:
        read = list(csv.DictReader(file))
    assert count == len(read) == len(account.lines) + sum(len(day.unpriced) for day in account.days)
    assert total(Decimal(row["amount"]) for row in read if row["amount"]) == account.amount


def test_nothing_is_written_of_a_month_without_rows(tmp_path: Path) -> None:
    for write in (focus, write_plain):
        with pytest.raises(BadInput, match="2026-10: nothing stands in the books"):
            write(an_account(0), tmp_path / "costs.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path, account = tmp_path / "focus.csv", an_account()
    path.write_text("before")
    # A name that UTF-8 cannot write, in the last day.
    last = account.days[-1].prices[-1]
    object.__setattr__(last, "source", "\ud800")
    with pytest.raises(UnicodeEncodeError):
        focus(account, path)

    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["focus.csv"]


def test_a_file_that_is_there_is_not_written_over_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "focus.parquet"
    check_target(path, is_focus=True, force=False)
    path.write_text("before")
    with pytest.raises(BadInput, match="is there already; name another, or add --force"):
        check_target(path, is_focus=True, force=False)
    check_target(path, is_focus=True, force=True)


def test_a_file_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"ends with \.parquet or \.csv"):
        check_target(tmp_path / "focus.xlsx", is_focus=True, force=False)
    with pytest.raises(BadInput, match=r"ends with \.csv"):
        check_target(tmp_path / "costs.parquet", is_focus=False, force=False)
    with pytest.raises(BadInput, match="there is no folder"):
        check_target(tmp_path / "none" / "focus.csv", is_focus=True, force=False)
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(BadInput, match="is there already"):
        check_target(folder, is_focus=True, force=True)
