"""The check of the export fails when the export is wrong, and when the validator sees nothing."""

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from chalicelib.adapters.focus import COLUMNS
from chalicelib.domain.errors import BadInput
from infra.focus.check import BREAKS, check, check_with, sample_rows
from infra.focus.python import VERSION, candidates, environment, runs
from infra.focus.sample import sample_book, sample_days
from infra.focus.verdict import LEAST_PASSED, LEGS, Verdict

ALWAYS = LEGS[1]


def saying(of_sample: Verdict, of_broken: Verdict) -> Callable[[Path], Verdict]:
    return lambda file: of_broken if file.name.startswith("broken") else of_sample


def a_verdict(*failed: str) -> Verdict:
    return Verdict(passed=LEAST_PASSED, skipped=0, failed=dict.fromkeys((ALWAYS, *failed), "x"))


def test_all_is_well_when_the_sample_passes_and_every_fault_is_found(tmp_path: Path) -> None:
    told: list[str] = []

    assert check(saying(a_verdict(), a_verdict(*BREAKS)), tmp_path, told.append)
    assert told[0].startswith("focus-validator: ")
    assert f"{LEAST_PASSED} rules hold" in told[0]


def test_a_sample_with_a_fault_fails_the_check(tmp_path: Path) -> None:
    told: list[str] = []

    assert not check(saying(a_verdict("Tags-C-001-M"), a_verdict(*BREAKS)), tmp_path, told.append)
    assert "  Tags-C-001-M: x" in told


@pytest.mark.parametrize("missed", BREAKS)
def test_a_validator_that_overlooks_a_fault_fails_the_check(missed: str, tmp_path: Path) -> None:
    told: list[str] = []
    found = a_verdict(*(rule for rule in BREAKS if rule != missed))

    assert not check(saying(a_verdict(), found), tmp_path, told.append)
    assert told[-1] == f"  {missed}: a copy that breaks it was let through"


def test_the_broken_copy_differs_by_one_row_for_each_fault(tmp_path: Path) -> None:
    check(saying(a_verdict(), a_verdict(*BREAKS)), tmp_path, print)
    whole, broken = (
        parquet.read_table(tmp_path / f"{name}.parquet").to_pylist()
        for name in ("sample", "broken")
    )

    assert len(whole) == len(broken)
    wrong = [one for one, other in zip(whole, broken, strict=True) if one != other]
    assert len(wrong) == len(BREAKS)


def test_without_a_python_for_it_the_check_says_so() -> None:
    told: list[str] = []

    assert check_with((), told.append)
    assert told[0].startswith(f"focus-check: skipped. The FOCUS validator needs Python {VERSION}")


def test_a_python_that_cannot_make_the_environment_fails_the_check(tmp_path: Path) -> None:
    told: list[str] = []
    tmp_path.joinpath("requirements-focus.txt").write_text("")

    assert not check_with(("/bin/false",), told.append, project=tmp_path)
    assert "cannot be built" in told[0]


# --- where the Python is found ------------------------------------------------------------


def a_program(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


def test_it_is_looked_for_on_the_path_and_among_the_versions_of_pyenv(tmp_path: Path) -> None:
    shim = a_program(tmp_path / "bin/python3.12", "exit 127")
    older = a_program(tmp_path / ".pyenv/versions/3.12.1/bin/python", "echo 3.12")
    a_program(tmp_path / ".pyenv/versions/3.11.7/bin/python", "echo 3.11")

    assert list(candidates(str(shim.parent), tmp_path)) == [str(shim), str(older)]
    assert list(candidates("", tmp_path / "nobody")) == []


def test_a_shim_that_does_not_run_and_another_version_do_not_count(tmp_path: Path) -> None:
    assert not runs(str(a_program(tmp_path / "python3.12", "exit 127")))
    assert not runs(str(a_program(tmp_path / "other", "echo 3.11")))
    assert not runs(str(tmp_path / "none"))
    assert runs(str(a_program(tmp_path / "python", "echo 3.12")))
    assert runs(sys.executable) == (f"{sys.version_info[0]}.{sys.version_info[1]}" == VERSION)


def test_an_environment_is_built_anew_only_when_what_it_needs_has_changed(tmp_path: Path) -> None:
    """`python` stands for one whose environments have a pip that installs nothing."""
    pip = 'echo "$@" >> "$(dirname "$0")/../../installed"'
    python = a_program(
        tmp_path / "python",
        'mkdir -p "$3/bin"',
        f"printf '%s\\n' '#!/bin/sh' '{pip}' > \"$3/bin/python\"",
        'chmod +x "$3/bin/python"',
    )
    wanted, installed = tmp_path / "requirements-focus.txt", tmp_path / "installed"
    wanted.write_text("focus-validator==2.2.1\n")
    for _ in range(2):
        home = environment(str(python), tmp_path)
        assert home == tmp_path / ".venv-focus"
        assert len(installed.read_text().splitlines()) == 1
    wanted.write_text("focus-validator==2.2.2\n")
    environment(str(python), tmp_path)
    assert len(installed.read_text().splitlines()) == 2


def test_what_pip_says_is_told_and_the_environment_is_not_taken_for_built(tmp_path: Path) -> None:
    python = a_program(
        tmp_path / "python",
        'mkdir -p "$3/bin"',
        "printf '%s\\n' '#!/bin/sh' 'echo no such release >&2; exit 1' > \"$3/bin/python\"",
        'chmod +x "$3/bin/python"',
    )
    tmp_path.joinpath("requirements-focus.txt").write_text("focus-validator==0\n")
    for _ in range(2):
        with pytest.raises(BadInput, match="no such release"):
            environment(str(python), tmp_path)


def test_every_requirement_of_the_validator_is_pinned() -> None:
    lines = Path(__file__).parents[3].joinpath("requirements-focus.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert pins["focus-validator"] == "2.2.1"
    assert int(pins["pyarrow"].split(".")[0]) < 22


# --- the sample ---------------------------------------------------------------------------


def test_the_sample_is_the_same_each_time_and_holds_every_kind_of_price() -> None:
    days = sample_days()
    assert days == sample_days()
    lines = [line for day in days for line in day.lines]
    assert {line.price.kind.name for line in lines} == {"LIST", "CONFIGURED", "OBSERVED"}
    assert {line.entry.sku for line in lines} == set(sample_book().skus)
    assert any(day.unpriced for day in days)


def test_the_sample_has_every_sku_of_the_price_lists() -> None:
    from chalicelib.adapters.price_book import list_prices

    assert {one.sku for one in list_prices()} <= set(sample_book().skus)


def test_every_column_that_can_say_something_says_it_in_the_sample() -> None:
    said = {column for row in sample_rows() for column, cell in row.items() if cell is not None}
    silent = set(COLUMNS) - said
    assert all(
        one.startswith(("Capacity", "Commitment", "Resource"))
        or one in {"AvailabilityZone", "ChargeClass", "InvoiceId"}
        for one in silent
    )
    assert any(isinstance(row["BilledCost"], Decimal) for row in sample_rows())
