"""What is behind a figure: rows, each a quantity with its price, or with none."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chalicelib.domain.cost import Entry, Price
from chalicelib.domain.cost.account import AboutAccount, MonthAccount
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.line import CostLine
from chalicelib.domain.cost.use import is_done
from chalicelib.web.views.basics import web_address
from chalicelib.web.views.costs.amounts import Amount, exact, exact_if

_ADDRESS = re.compile(r"https?://[^\s,;()<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A quantity of a day; `price` is None where nobody knows one."""

    day: date | None
    entry: Entry
    quantity: Decimal
    price: Price | None

    @property
    def amount(self) -> Decimal | None:
        return None if self.price is None else self.price.of(self.quantity)

    @property
    def group(self) -> str:
        return group_of(self.entry.sku)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """What units cost from a day on."""

    amount: Amount
    """Of `per` units."""
    per: int
    currency: str
    version: str
    """Which price it is, such as `list 2026-08-22`."""
    kind: str
    """`list`, `configured` or `observed`."""
    country: str
    region: str
    since: date
    seen_on: date
    """When somebody last read it where `origin` says."""
    origin: str
    """Where it stands, for people."""
    url: str
    """The same as a web address; empty where it is none."""
    is_stale: bool
    """Nobody has looked at it for 90 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One quantity, and what it cost: quantity x price / per = amount."""

    day: date | None
    sku: str
    group: str
    feature: str
    source: str
    brand: str
    country: str
    quantity: Amount
    unit: str
    price: PriceView | None
    """Null where nobody knows a price; it is not free."""
    amount: Amount | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsView:
    """The rows behind a figure, newest day first."""

    currency: str
    amount: Amount
    """Of all rows that were asked for, not of this page alone."""
    count: int
    """Of all of them."""
    rows: tuple[RowView, ...]
    next: str | None
    """For `after`; null at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutView:
    """What a ticket or an incident has taken so far; hours that are over."""

    about: str
    currency: str
    amount: Amount
    rows: tuple[RowView, ...]
    """The dearest 200."""
    count: int


MOST_ABOUT = 200


def group_of(sku: str) -> str:
    """What it is compared with on a bill; SMS stand apart from what else SNS takes."""
    return "sms" if sku == "sns.sms-part" else sku.partition(".")[0]


def rows_of(account: MonthAccount) -> tuple[Row, ...]:
    """Every row of a month, priced or not: newest day first, in one order whatever comes."""
    found = [*_priced(account.lines)]
    for day in account.days:
        found += _unpriced(day.on, day.unpriced.items())
    return tuple(sorted(found, key=place_of_row))


def place_of_row(row: Row) -> tuple[int, Entry]:
    return (-row.day.toordinal() if row.day else 0, row.entry)


def rows_view(
    rows: Collection[Row],
    shown: Iterable[Row],
    *,
    currency: str,
    stale: Collection[Price],
    next: str | None,
) -> RowsView:
    """`rows`: all that were asked for; `shown`: those of this page."""
    return RowsView(
        currency=currency,
        amount=exact(total(row.amount for row in rows if row.amount is not None)),
        count=len(rows),
        rows=tuple(row_view(row, stale=stale) for row in shown),
        next=next,
    )


def about_view(account: AboutAccount, *, on: date) -> AboutView:
    rows = [*_priced(account.lines), *_unpriced(None, account.unpriced.items())]
    rows.sort(key=lambda row: (-(row.amount or Decimal(0)), place_of_row(row)))
    stale = {row.price for row in rows if row.price and row.price.is_stale(on=on)}
    return AboutView(
        about=account.about,
        currency=account.currency,
        amount=exact(account.amount),
        rows=tuple(row_view(row, stale=stale) for row in rows[:MOST_ABOUT]),
        count=len(rows),
    )


def row_view(row: Row, *, stale: Collection[Price]) -> RowView:
    return RowView(
        day=row.day,
        sku=row.entry.sku,
        group=row.group,
        feature=row.entry.feature,
        source=row.entry.source,
        brand=row.entry.brand,
        country=row.entry.country,
        quantity=exact(row.quantity),
        unit=row.price.unit if row.price else "",
        price=None if row.price is None else price_view(row.price, is_stale=row.price in stale),
        amount=exact_if(row.amount),
    )


def price_view(price: Price, *, is_stale: bool) -> PriceView:
    found = _ADDRESS.search(price.source)
    return PriceView(
        amount=exact(price.amount),
        per=price.per,
        currency=price.currency,
        version=price.version,
        kind=price.kind.name.lower(),
        country=price.country,
        region=price.region,
        since=price.since,
        seen_on=price.seen_on,
        origin=price.source,
        url=web_address(found[0].rstrip(".")) if found else "",
        is_stale=is_stale,
    )


def _priced(lines: Iterable[CostLine]) -> Iterator[Row]:
    for line in lines:
        yield Row(day=line.day, entry=line.entry, quantity=line.quantity, price=line.price)


def _unpriced(day: date | None, found: Iterable[tuple[Entry, Decimal]]) -> Iterator[Row]:
    for entry, quantity in found:
        if not is_done(entry.sku):
            yield Row(day=day, entry=entry, quantity=quantity, price=None)
