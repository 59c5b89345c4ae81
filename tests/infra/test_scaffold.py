"""A new source begins with three files that run, and fail until they say something."""

import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from chalicelib.sources import members
from infra.sources.scaffold import MARK, NotWritten, files_of, left, write

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the family as it is."""
    for name in ("chalicelib", "tests/sources", "docs/sources"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("weights"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_module_tests_page_and_both_entries_are_written(root: Path) -> None:
    written = write("pixelfed", root)
    assert written[:3] == (
        "chalicelib/sources/pixelfed.py",
        "tests/sources/test_pixelfed.py",
        "docs/sources/pixelfed.md",
    )
    layers = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert "chalicelib.sources.pixelfed" in str(layers)
    family = (root / "chalicelib/sources/__init__.py").read_text()
    assert '    "pixelfed",\n    "replay",\n' in family


def test_the_new_member_is_one_of_the_family_and_can_be_told_its_options(root: Path) -> None:
    write("pixelfed", root)
    says = "from chalicelib.sources import KINDS, check_options as check\n"
    says += "print('pixelfed' in KINDS, check('pixelfed', {}), check('pixelfed', {'every': 1}))"
    told = subprocess.run(
        [sys.executable, "-c", says], cwd=root, capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("True [] ['every: unknown; pixelfed takes lookback_hours")


def test_what_is_written_is_in_form() -> None:
    for path, text in files_of("pixelfed").items():
        if path.endswith(".py"):
            for verb in (["format", "--check"], ["check"]):
                subprocess.run(
                    [sys.executable, "-m", "ruff", *verb, "--stdin-filename", path, "-"],
                    input=text,
                    text=True,
                    cwd=ROOT,
                    check=True,
                    capture_output=True,
                )


def test_its_own_tests_fail_until_they_say_something(root: Path) -> None:
    write("pixelfed", root)
    names = runpy.run_path(str(root / "tests/sources/test_pixelfed.py"))
    with pytest.raises(AssertionError, match=MARK):
        names["test_a_post_becomes_a_mention"](None)
    with pytest.raises(NotImplementedError, match=MARK):
        names["Platform"]().answer(None)


def test_each_of_the_files_has_something_left_to_say(root: Path) -> None:
    for path in write("pixelfed", root)[:3]:
        assert list(left(root / path))


@pytest.mark.parametrize(
    "kind", ["", "x", "Pixel", "pixel-fed", "../etc", "7up", "a" * 32, "pixelfed\n"]
)
def test_what_is_no_kind_is_refused(root: Path, kind: str) -> None:
    with pytest.raises(NotWritten, match="small letters"):
        write(kind, root)


@pytest.mark.parametrize("kind", ["class", "import", "lambda"])
def test_what_python_keeps_for_itself_is_no_kind(root: Path, kind: str) -> None:
    with pytest.raises(NotWritten, match="a word of Python"):
        write(kind, root)


@pytest.mark.parametrize("kind", ["feed", "mastodon"])
def test_what_is_there_is_left_as_it_is(root: Path, kind: str) -> None:
    with pytest.raises(NotWritten, match="there already"):
        write(kind, root)
    page = f"docs/sources/{kind}.md"
    assert (root / page).read_text() == (ROOT / page).read_text()


def test_no_member_has_anything_left_to_say() -> None:
    files = [
        path
        for member in members()
        for path in (
            *ROOT.glob(f"chalicelib/sources/{member.kind}.py"),
            *ROOT.glob(f"chalicelib/sources/{member.kind}/*.py"),
            *ROOT.glob(f"tests/sources/test_{member.kind}*.py"),
            ROOT / f"docs/sources/{member.kind}.md",
        )
    ]
    assert len(files) > 3 * len(members()) - 1
    assert [place for path in files for place in left(path)] == []
