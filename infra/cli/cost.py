"""The verbs of whoever pays: cost show, cost export, cost rows, cost about, cost prices."""

from collections.abc import Callable, Iterable
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import (
    Json,
    Stage,
    matching,
    now,
    out,
    print_json,
    told,
)

if TYPE_CHECKING:
    from chalicelib.domain.cost.account import MonthAccount
    from chalicelib.web.views.costs import Row

_month = matching(r"20\d\d-(0[1-9]|1[0-2])", "a month such as 2026-11")
NONE = "-"
"""Asks for what belongs to no source, or to no brand."""


def _checked_month(value: str | None) -> str | None:
    return None if value is None else _month(value)


Month = Annotated[
    str | None,
    typer.Option(help="Such as 2026-11 (UTC). [default: the present one]", callback=_checked_month),
]


class Format(StrEnum):
    """How a month is written."""

    FOCUS = "focus"
    CSV = "csv"


def show(stage: Stage = "dev", month: Month = None, as_json: Json = False) -> None:
    """What a month has cost and will cost, for what, against which budget, and what one costs.

    Example: `nightdesk cost show --month 2026-11 --stage prod`
    """
    from infra.acting import acting_as
    from infra.cli.account import print_account

    with acting_as(stage) as wiring:
        account = _account(wiring, month)
        if as_json:
            from chalicelib.web.views.costs import month_view

            today = now().astimezone(UTC).date()
            _print_view(month_view(account, brand=str, today=today))
            return
    print_account(stage, account)


def export(
    month: Annotated[str, typer.Option(help="Such as 2026-11 (UTC).", callback=_month)],
    target: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="Where to; of FOCUS .parquet or .csv, as it ends."
        ),
    ],
    format: Annotated[
        Format, typer.Option(help="FOCUS 1.2, or a plain table for spreadsheets.")
    ] = Format.FOCUS,
    force: Annotated[bool, typer.Option("--force", help="Write over FILE.")] = False,
    stage: Stage = "dev",
) -> None:
    """Write a month, row by row, for tools of finance (FOCUS 1.2) or for a spreadsheet.

    Example: `nightdesk cost export --format focus --month 2026-11 --out focus.parquet`
    """
    from infra.acting import acting_as
    from infra.cli.account import print_doubts
    from infra.focus.export import check_target, write_focus, write_plain

    check_target(target, is_focus=format is Format.FOCUS, force=force)
    with acting_as(stage) as wiring:
        account = _account(wiring, month)
        if format is Format.CSV:
            count = write_plain(account, target)
        else:
            book, deployment = wiring.parts.price_book()(), wiring.parts.deployment()
            count = write_focus(account, target, book=book, deployment=deployment)
    print_doubts(account, is_focus=format is Format.FOCUS)
    out.print(f"{target}: {count} rows of {month}.")


def rows(
    stage: Stage = "dev",
    month: Month = None,
    feature: Annotated[str | None, typer.Option(help="Such as waking.")] = None,
    source: Annotated[str | None, typer.Option(help=f"Its name; {NONE} for none.")] = None,
    brand: Annotated[str | None, typer.Option(help=f"Its id; {NONE} for none.")] = None,
    sku: Annotated[str | None, typer.Option(help="Such as sns.sms-part, or dynamodb for all.")] = (
        None
    ),
    as_json: Json = False,
) -> None:
    """The rows behind a figure: quantity x price = amount, and where each price stands.

    Example: `nightdesk cost rows --feature waking --sku sns.sms-part --month 2026-11`
    """
    from chalicelib.domain.cost import Feature
    from infra.acting import acting_as
    from infra.cli.account import print_rows

    if feature is not None and feature not in list(Feature):
        raise typer.BadParameter(f"--feature {feature!r}; use one of {', '.join(Feature)}")
    with acting_as(stage) as wiring:
        account = _account(wiring, month)
        from chalicelib.web.views.costs import rows_of, rows_view

        found = _asked(rows_of(account), feature=feature, source=source, brand=brand, sku=sku)
    if as_json:
        stale = frozenset(account.stale)
        _print_view(rows_view(found, found, currency=account.currency, stale=stale, next=None))
        return
    if not found:
        told.print(f"{stage}: there is no such row in {account.month}.", style="yellow")
        return
    print_rows(found, account.currency)


def about(
    id: Annotated[str, typer.Argument(metavar="TICKET|INCIDENT", help="Its id.")],
    stage: Stage = "dev",
    as_json: Json = False,
) -> None:
    """What one ticket or incident has cost so far, up to the last full hour.

    Example: `nightdesk cost about inc_0f3a9c --stage prod`
    """
    from infra.acting import acting_as
    from infra.cli.account import print_rows, rows_about

    with acting_as(stage) as wiring:
        account = wiring.accounts().about(id)
        from chalicelib.web.views.costs import about_view
    if as_json:
        _print_view(about_view(account, on=now().astimezone(UTC).date()))
        return
    found = rows_about(account)
    if not found:
        told.print(
            f"{stage}: nothing stands in the books of {id}; hours come into them once they are "
            "over",
            style="yellow",
        )
        return
    print_rows(found, account.currency)


def prices(
    stage: Stage = "dev",
    stale: Annotated[
        bool, typer.Option("--stale", help="Those alone that nobody has looked at for 90 days.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Every price that is known: listed, set by the company, or charged; and since when.

    Example: `nightdesk cost prices --stale --stage prod`
    """
    from infra.acting import acting_as
    from infra.cli.account import price_as_data, print_prices

    today = now().astimezone(UTC).date()
    with acting_as(stage) as wiring:
        book = wiring.parts.price_book()()
    found = [one for one in book.prices if one.is_stale(on=today) or not stale]
    if as_json:
        print_json({"prices": [price_as_data(one, on=today) for one in found]})
        return
    if not found:
        out.print("No price is stale." if stale else "No price is known.")
        return
    print_prices(found, on=today)


def _account(wiring: Any, month: str | None) -> "MonthAccount":
    """The present month where none is named."""
    found: MonthAccount = wiring.accounts().month(month or f"{now():%Y-%m}", now=now())
    return found


def _asked(
    rows: "Iterable[Row]",
    *,
    feature: str | None,
    source: str | None,
    brand: str | None,
    sku: str | None,
) -> "list[Row]":
    asked: list[Callable[[Row], bool]] = []
    if feature is not None:
        asked.append(lambda row: row.entry.feature == feature)
    if source is not None:
        asked.append(lambda row: row.entry.source == source.removeprefix(NONE))
    if brand is not None:
        asked.append(lambda row: row.entry.brand == brand.removeprefix(NONE))
    if sku is not None:
        asked.append(lambda row: sku in (row.entry.sku, row.group))
    return [row for row in rows if all(holds(row) for holds in asked)]


def _print_view(view: object) -> None:
    """As the API answers it."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(view), indent=2).decode())
