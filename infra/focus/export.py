"""A month of the books as a file: whole or not at all."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chalicelib.adapters.focus import Deployment, focus_csv, focus_rows
from chalicelib.domain.cost import PriceBook
from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.errors import BadInput

PARQUET, CSV = ".parquet", ".csv"


def check_target(path: Path, *, is_focus: bool, force: bool) -> None:
    """Raises BadInput for a file that must not be written, before anything is asked of AWS."""
    endings = (PARQUET, CSV) if is_focus else (CSV,)
    if path.suffix.lower() not in endings:
        raise BadInput(f"{path}: name a file that ends with {' or '.join(endings)}")
    if not path.parent.is_dir():
        raise BadInput(f"{path}: there is no folder {path.parent}")
    if path.is_dir() or (path.exists() and not force):
        raise BadInput(f"{path}: is there already; name another, or add --force")


def write_focus(
    account: MonthAccount, path: Path, *, book: PriceBook, deployment: Deployment
) -> int:
    """How many rows were written. Raises BadInput for a month of which nothing has a price."""
    rows = focus_rows(account.days, book=book, deployment=deployment)
    _check_rows(len(account.lines), account.month)
    if path.suffix.lower() == PARQUET:
        from infra.focus.parquet import write_parquet

        return _whole(path, lambda draft: write_parquet(rows, draft))
    return _whole(path, lambda draft: _write_text(draft, focus_csv(rows))) - 1


def write_plain(account: MonthAccount, path: Path) -> int:
    """The same as a table for spreadsheets, what has no price included."""
    from chalicelib.web.api.cost_exports import plain_csv
    from chalicelib.web.views.costs import rows_of

    count = len(rows_of(account))
    _check_rows(count, account.month)
    _whole(path, lambda draft: _write_text(draft, [plain_csv(account)]))
    return count


def _check_rows(count: int, month: str) -> None:
    if not count:
        raise BadInput(f"{month}: nothing stands in the books; no file was written")


def _write_text(path: Path, pieces: Iterable[str]) -> int:
    """How many pieces there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for count, piece in enumerate(pieces, start=1):  # noqa: B007
            file.write(piece)
    return count


def _whole(path: Path, write: Callable[[Path], int]) -> int:
    """What is half written never stands under the name that was asked for."""
    draft = path.with_name(f".{path.name}.new")
    try:
        count = write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count
