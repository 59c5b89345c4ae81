"""What it cost, why, and what it will cost. For finance, leads and admins."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date
from typing import Annotated

import msgspec

from chalicelib import wiring
from chalicelib.domain.cost import Feature
from chalicelib.domain.errors import BadInput
from chalicelib.web.access import COUNTING
from chalicelib.web.api.fields import Filter, one_of, told
from chalicelib.web.api.ids import checked
from chalicelib.web.api.whole import naming
from chalicelib.web.blueprint import endpoint
from chalicelib.web.reading import Cursor, Limit, cursor_of, place_of
from chalicelib.web.views.costs import (
    AboutView,
    MonthView,
    Row,
    RowsView,
    about_view,
    month_view,
    place_of_row,
    rows_of,
    rows_view,
)

NONE = "-"
"""Asks for what belongs to no source, or to no brand."""

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_DAY = re.compile(rf"{_MONTH.pattern}-(0[1-9]|[12][0-9]|3[01])")
_OF_NONE = f"Its name; `{NONE}` for what belongs to none."

Month = Annotated[
    str,
    msgspec.Meta(
        description="A month (UTC) such as `2026-11`; the present one when none is named.",
        extra_json_schema={"pattern": rf"^({_MONTH.pattern})?$"},
    ),
]
Name = Annotated[str, msgspec.Meta(max_length=100, description=_OF_NONE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthQuery:
    """Which month."""

    month: Month = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsQuery:
    """Which rows; all of it must be true of a row."""

    month: Month = ""
    day: Annotated[str, told(pattern=rf"^({_DAY.pattern})?$")] = ""
    feature: Annotated[str, told(enum=["", *Feature])] = ""
    source: Name = ""
    brand: Name = ""
    group: Filter = ""
    sku: Filter = ""
    after: Cursor = ""
    limit: Limit = 50


@endpoint("/api/v1/costs", roles=COUNTING)
def costs(query: MonthQuery) -> MonthView:
    """A month: what it cost and for what, forecast, budgets, unit costs, and the bill beside it.

    Amounts are exact and are text: round them where you show them, and nowhere before.
    """
    now = wiring.now()
    account = wiring.accounts().month(month_of(query.month), now=now)
    return month_view(account, brand=naming().brand, today=now.astimezone(UTC).date())


@endpoint("/api/v1/costs/rows", roles=COUNTING)
def cost_rows(query: RowsQuery) -> RowsView:
    """The rows behind a figure: quantity x price / per = amount, newest day first.

    A row without a price is one that nobody knows a price of.
    """
    account = wiring.accounts().month(month_of(query.month), now=wiring.now())
    asked = [row for row in rows_of(account) if all(holds(row) for holds in _conditions(query))]
    rest = _behind(asked, place_of(query.after))
    shown = rest[: query.limit]
    has_more = len(rest) > len(shown)
    return rows_view(
        asked,
        shown,
        currency=account.currency,
        stale=frozenset(account.stale),
        next=cursor_of(_place(shown[-1])) if has_more else None,
    )


@endpoint("/api/v1/costs/about/{id}", roles=COUNTING)
def cost_about(id: str) -> AboutView:
    """What a ticket or an incident has taken so far, up to the last full hour."""
    now = wiring.now()
    account = wiring.accounts().about(checked(id, "ticket or incident"))
    return about_view(account, on=now.astimezone(UTC).date())


def month_of(asked: str) -> str:
    """The month that is asked for. Raises BadInput for what is none."""
    if not asked:
        return f"{wiring.now().astimezone(UTC):%Y-%m}"
    if not _MONTH.fullmatch(asked):
        raise BadInput(f"month: {asked[:40]!r}; give one such as 2026-11")
    return asked


def _conditions(query: RowsQuery) -> list[Callable[[Row], bool]]:
    """What must be true of a row. Raises BadInput that names the field."""
    found: list[Callable[[Row], bool]] = []
    if query.day:
        day = _day(query.day)
        found.append(lambda row: row.day == day)
    if query.feature:
        feature = one_of(Feature, query.feature, "feature")
        found.append(lambda row: row.entry.feature is feature)
    if query.source:
        source = "" if query.source == NONE else query.source
        found.append(lambda row: row.entry.source == source)
    if query.brand:
        brand = "" if query.brand == NONE else query.brand
        found.append(lambda row: row.entry.brand == brand)
    if query.group:
        found.append(lambda row: row.group == query.group)
    if query.sku:
        found.append(lambda row: row.entry.sku == query.sku)
    return found


def _day(asked: str) -> date:
    try:
        if not _DAY.fullmatch(asked):
            raise ValueError
        return date.fromisoformat(asked)
    except ValueError:
        raise BadInput(f"day: {asked[:40]!r}; give one such as 2026-11-22") from None


def _place(row: Row) -> str:
    """A row's place in the order of rows, as text."""
    behind, entry = place_of_row(row)
    parts = (entry.sku, entry.feature, entry.source, entry.brand, entry.country)
    return json.dumps([behind, *parts])


def _behind(rows: list[Row], place: str) -> list[Row]:
    """Those behind a place. Raises BadInput for a cursor of another list."""
    if not place:
        return rows
    try:
        at, *parts = json.loads(place)
        if not isinstance(at, int) or [type(one) for one in parts] != [str] * 5:
            raise ValueError
    except (ValueError, TypeError):
        raise BadInput("after: no cursor of this list; leave it out to begin") from None
    found = (at, *parts)
    return [row for row in rows if tuple(json.loads(_place(row))) > found]
