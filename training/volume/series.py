"""Series and their labelled windows in files of the benchmark's form."""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training.posts import BadFile
from training.volume.nab import Span


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a series."""

    stamp: str
    """As written in the file."""
    at: datetime
    """Aware; a file tells no zone, so its clock is taken for UTC."""
    value: float | None
    """None where the file has no number: nothing is known."""


@dataclass(frozen=True, slots=True)
class Series:
    """One file, with its labelled windows."""

    name: str
    """Its path relative to the directory, as the windows file names it."""
    rows: tuple[Row, ...]
    spans: tuple[Span, ...]


def read_windows(path: Path) -> dict[str, list[tuple[datetime, datetime]]]:
    """First and last instant of each labelled window, per series. Raises BadFile."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): sorted((_instant(first), _instant(last)) for first, last in windows)
            for name, windows in found.items()
        }
    except (ValueError, TypeError, AttributeError) as error:
        raise BadFile(
            f"{path.name}: is not JSON of series names with lists of [first, last]: {error}"
        ) from None


def read_series(directory: Path, windows: Path) -> list[Series]:
    """Every series that `windows` names, by name.

    Raises BadFile when a file is missing or cannot be read: a series left out would go unseen.
    """
    spans = read_windows(windows)
    series = []
    for name in sorted(spans):
        path = directory / name
        if not path.is_file():
            raise BadFile(f"{windows.name} names {name}, which is not in {directory.name}")
        rows = read_rows(path)
        series.append(Series(name, rows, spans_of(rows, spans[name])))
    return series


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a `timestamp,value` file as they stand there. Raises BadFile.

    A clock set back for the winter repeats an hour in some files; its rows are kept.
    """
    rows: list[Row] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"timestamp", "value"} - set(reader.fieldnames or ())
        if missing:
            raise BadFile(f"{path.name}:1: the column {', '.join(sorted(missing))} is missing")
        for line, fields in enumerate(reader, start=2):
            try:
                row = Row(
                    fields["timestamp"], _instant(fields["timestamp"]), _number(fields["value"])
                )
            except (ValueError, TypeError) as error:
                raise BadFile(f"{path.name}:{line}: {error}") from None
            rows.append(row)
    return tuple(rows)


def spans_of(rows: Sequence[Row], windows: Sequence[tuple[datetime, datetime]]) -> tuple[Span, ...]:
    """The rows that each window covers, both ends included; a window without a row is dropped."""
    spans = []
    for first, last in windows:
        inside = [number for number, row in enumerate(rows) if first <= row.at <= last]
        if inside:
            spans.append(Span(inside[0], inside[-1]))
    return tuple(spans)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _number(text: str | None) -> float | None:
    if text is None:
        raise ValueError("has no value")
    value = float(text) if text.strip() else math.nan
    return value if math.isfinite(value) else None
