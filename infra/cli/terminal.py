"""How every verb speaks: what a program may read goes to stdout, all else to stderr.

Exit codes: 0 done, 1 refused or failed, 2 misused.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from typer.core import TyperGroup

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
told = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


class Verbs(TyperGroup):
    """Ends what went wrong on purpose with one readable line and no traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not (line := _readable(error)):
                raise
            told.print(line, style="red")
            raise typer.Exit(1) from error


def _readable(error: Exception) -> str:
    """What to tell of an error that a person can act on; empty for a fault of ours."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        NoRegionError,
    )

    from chalicelib.domain.errors import NightdeskError
    from infra.deploy import DeployFailed
    from infra.package import PackagingFailed

    if isinstance(error, NightdeskError | PackagingFailed | DeployFailed):
        return str(error)
    if isinstance(error, NoCredentialsError | NoRegionError):
        return f"{error} Set AWS_PROFILE and AWS_DEFAULT_REGION, or run `aws configure`."
    if isinstance(error, ClientError):
        # Without its message, which may repeat a phone number.
        return f"AWS refused {error.operation_name}: {error.response['Error']['Code']}"
    return f"AWS cannot be reached: {error}" if isinstance(error, BotoCoreError) else ""


def now() -> datetime:
    return datetime.now(UTC)


def matching(pattern: str, wanted: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise typer.BadParameter(f"{value!r}; use {wanted}")
        return value

    return check


WIDEST = 1000
"""Columns that a table may take; what is wider is folded."""

SLUG = "lower-case letters, digits and -"
_stage = matching(r"[a-z][a-z0-9-]{0,15}", f"at most 16 {SLUG}, such as dev")


def stage_name(value: str | None) -> str | None:
    return None if value is None else _stage(value)


File = Annotated[Path, typer.Argument(metavar="FILE", help="The configuration (YAML).")]
Stage = Annotated[str, typer.Option(help="Which deployment.", callback=_stage)]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object to stdout.")]


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """What happens, as it happens: a spinner for a person, a line each for a log."""
    if not told.is_terminal:
        yield lambda what: told.print(what)
        return
    with told.status("") as status:

        def tell(what: str) -> None:
            told.print(what, style="dim")
            status.update(what)

        yield tell


@contextmanager
def bar(what: str) -> Iterator[Callable[[float], None]]:
    """How much of long work is done, as a share from 0 to 1; for a person only."""
    from rich.progress import Progress

    with Progress(console=told, transient=True, disable=not told.is_terminal) as shown:
        task = shown.add_task(what, total=1.0)
        yield lambda share: shown.update(task, completed=share)


def print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, default=_plain))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else list(cast(Iterable[object], value))


def print_table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[str]], *, has_prose: bool = False
) -> None:
    """A table as wide as it needs to be, a line for each row, for `grep` and `cut` too.

    One with prose is folded to fit a terminal that a person reads.
    """
    from rich.table import Table
    from rich.text import Text

    folds = has_prose and out.is_terminal
    table = Table(box=None, pad_edge=False, title=title or None, title_justify="left")
    for name in columns:
        table.add_column(name, no_wrap=not folds, header_style="bold")
    for row in rows:
        # As text: what people are called is no markup.
        table.add_row(*(Text(cell) for cell in row))
    if folds:
        out.print(table, soft_wrap=False)
        return
    needed = out.measure(table, options=out.options.update(max_width=WIDEST)).maximum
    # A console cannot print wider than itself.
    Console(file=out.file, width=max(out.width, needed), highlight=False).print(table)
