"""The page beside GoAlert is checked: every test that it names exists, its figures hold."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/comparison-goalert.md"

PAGED_AREAS = ("Schedules", "Escalation", "Notification", "Replies")
"""Where we promise at least as much as they do."""

OURS_ALONE = "ours alone"

_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_THEIR_FILE = re.compile(r"`(\w+_test\.go)`(?: \((\d+)\))?")
_FIGURES = re.compile(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One promise: whose file it stands beside, and the tests that hold it."""

    area: str
    theirs: str
    their_tests: int
    promise: str
    ours: tuple[str, ...]


def rows_of(page: str) -> list[Row]:
    """The rows of every table whose first column is a file of theirs or says that it is ours."""
    rows = []
    area = ""
    for line in page.splitlines():
        if line.startswith("## "):
            area = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        theirs = _THEIR_FILE.fullmatch(cells[0])
        if theirs is None and cells[0] != OURS_ALONE:
            continue
        assert len(cells) == 3, f"three columns: {line}"
        rows.append(
            Row(
                area=area,
                theirs=theirs[1] if theirs else "",
                their_tests=int(theirs[2] or 1) if theirs else 0,
                promise=cells[1],
                ours=tuple("::".join(found) for found in _TEST.findall(cells[2])),
            )
        )
    return rows


TEXT = PAGE.read_text(encoding="utf-8")
ROWS = rows_of(TEXT)
NAMED = tuple(dict.fromkeys("::".join(found) for found in _TEST.findall(TEXT)))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Names of the test functions of a module, without importing it; none where it is missing."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    module = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(
        one.name for one in module.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("name", NAMED, ids=NAMED)
def test_every_test_that_the_comparison_names_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert function in functions_of(path), f"docs/{PAGE.name} names {name}, which does not exist"


def test_the_tests_named_are_all_in_rows() -> None:
    assert set(NAMED) == {one for row in ROWS for one in row.ours}


def test_every_row_has_a_promise_or_reason_and_tests_or_none() -> None:
    for row in ROWS:
        assert row.promise.endswith("."), row
        assert row.ours or row.theirs, f"ours alone, and no test: {row.promise}"


def test_each_file_of_theirs_has_one_row() -> None:
    files = [row.theirs for row in ROWS if row.theirs]
    assert len(files) == len(set(files))
    counted = re.search(r"ends in `_test\.go` \((\d+)\)", TEXT)
    assert counted
    assert len(files) == int(counted[1])


def test_the_figures_of_the_comparison_are_those_of_its_tables() -> None:
    figures = {area: tuple(map(int, counts)) for area, *counts in _FIGURES.findall(TEXT)}
    assert figures == {area: _counted(area) for area in dict.fromkeys(row.area for row in ROWS)}


@pytest.mark.parametrize("area", PAGED_AREAS)
def test_we_promise_at_least_as_much_as_they_do(area: str) -> None:
    _, theirs, ours = _counted(area)
    assert theirs > 0
    assert ours >= theirs


def _counted(area: str) -> tuple[int, int, int]:
    """Files of theirs, tests of theirs, tests of ours."""
    rows = [row for row in ROWS if row.area == area]
    return (
        sum(bool(row.theirs) for row in rows),
        sum(row.their_tests for row in rows),
        len({one for row in rows for one in row.ours}),
    )
