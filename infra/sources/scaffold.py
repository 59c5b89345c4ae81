"""The first files of a new source: they run, and they fail until they say something.

`python -m infra.sources.scaffold KIND` writes the module, its tests and its page, and enters the
kind where the family is listed. Whatever is left to say stands there as `SAY:`; the tests of the
family fail while one is left.
"""

import re
import sys
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from string import Template

MARK = "SAY:"

_ROOT = Path(__file__).parents[2]
_TEMPLATES = Path(__file__).parent / "templates"
_KIND = re.compile(r"[a-z][a-z0-9]{1,30}")


class NotWritten(Exception):
    """Nothing was written; says why."""


def files_of(kind: str) -> dict[str, str]:
    """What stands at the beginning, by path from the root of the project."""
    names = {"kind": kind, "Class": kind.capitalize()}
    return {
        path: Template((_TEMPLATES / f"{name}.txt").read_text("utf-8")).safe_substitute(names)
        for path, name in (
            (f"chalicelib/sources/{kind}.py", "source"),
            (f"tests/sources/test_{kind}.py", "test"),
            (f"docs/sources/{kind}.md", "page"),
        )
    }


def write(kind: str, root: Path = _ROOT) -> tuple[str, ...]:
    """Write the files of a new kind and enter it; the paths. Raises NotWritten."""
    if not _KIND.fullmatch(kind):
        raise NotWritten(f"{kind!r} is no kind; use 2 to 31 small letters and digits")
    if iskeyword(kind):
        raise NotWritten(f"{kind!r} is a word of Python; its module could not be imported")
    files = files_of(kind)
    there = [path for path in files if (root / path).exists()]
    there += (
        [f"chalicelib/sources/{kind}/"] if (root / f"chalicelib/sources/{kind}").exists() else []
    )
    if there:
        raise NotWritten(f"{', '.join(there)}: there already; nothing was changed")
    entered = {path: enter(kind, (root / path).read_text("utf-8")) for path, enter in _ENTRIES}
    for path, text in (files | entered).items():
        (root / path).write_text(text, "utf-8")
    return (*files, *entered)


def left(*paths: Path) -> Iterator[str]:
    """Where something is left to say, as `path:line`."""
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if MARK in line:
                yield f"{path.name}:{number}"


def _in_the_family(kind: str, text: str) -> str:
    entry = '    "replay",\n'
    if entry not in text:
        raise NotWritten("chalicelib/sources/__init__.py: its list of kinds was not found")
    return text.replace(entry, f'    "{kind}",\n{entry}')


def _in_the_contract(kind: str, text: str) -> str:
    entry = '"chalicelib.sources.replay"'
    if entry not in text:
        raise NotWritten(f"pyproject.toml: {entry} was not found")
    return text.replace(entry, f'"chalicelib.sources.{kind}", {entry}')


_ENTRIES = (
    ("chalicelib/sources/__init__.py", _in_the_family),
    ("pyproject.toml", _in_the_contract),
)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("Say the kind of the new source: python -m infra.sources.scaffold mysource")
    try:
        written = write(sys.argv[1])
    except NotWritten as error:
        sys.exit(str(error))
    print("\n".join(("Written or changed:", *(f"  {path}" for path in written))))
    print(
        f"Now say what is left ({MARK}) and run: make unit\n"
        "docs/sources/README.md gets its row by: python -m infra.sources.table"
    )
