"""How an account of costs is shown in a terminal. Amounts are rounded here, and nowhere before."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from infra.cli.terminal import out, print_table, told

if TYPE_CHECKING:
    from chalicelib.domain.cost import Price
    from chalicelib.domain.cost.account import AboutAccount, MonthAccount
    from chalicelib.web.views.costs import Row

SHARED = "(none)"
"""What belongs to no source, or to no brand."""


def money(amount: Decimal | None, currency: str = "USD") -> str:
    """Whole cents; of less than ten cents three digits that say something, such as `$0.00123`."""
    from chalicelib.domain.cost.exact import shown

    if amount is None:
        return "not known"
    is_small = 0 < abs(amount) < Decimal("0.1")
    text = shown(abs(amount), 2 - amount.adjusted() if is_small else 2)
    sign = "-" if amount < 0 else ""
    return f"{sign}${text}" if currency == "USD" else f"{sign}{text} {currency}"


def print_account(stage: str, account: "MonthAccount") -> None:
    """A month: what it cost, what it will cost, for what, budgets, what one of something costs."""
    if not account.days:
        told.print(f"{stage}: nothing stands in the books of {account.month}.", style="yellow")
    else:
        first, last = account.days[0].on, account.days[-1].on
        out.print(
            f"{stage}, {account.month}: {money(account.amount, account.currency)} "
            f"({first:%d %b} to {last:%d %b}, UTC; {_states(account)})"
        )
    _print_outlook(account)
    _print_shares("feature", account.by_feature, account)
    _print_shares("source", account.by_source, account)
    _print_shares("brand", account.by_brand, account)
    _print_shares("what for", account.by_sku, account)
    if account.unit_costs:
        shown = [
            (
                f"{one.unit} ({one.of})" if one.of else one.unit,
                f"{one.count.normalize():,f}",
                money(one.each, account.currency) if one.each is not None else one.reason,
                money(one.direct_each, account.currency) if one.each is not None else "",
                money(one.shared_each, account.currency) if one.each is not None else "",
            )
            for one in account.unit_costs
        ]
        print_table("\nOne of each", ("one", "count", "costs", "of it direct", "shared"), shown)
    print_doubts(account)


def _states(account: "MonthAccount") -> str:
    counts: dict[str, int] = {}
    for day in account.days:
        counts[day.state.value] = counts.get(day.state.value, 0) + 1
    return ", ".join(f"{count} {state}" for state, count in counts.items())


def _print_outlook(account: "MonthAccount") -> None:
    if forecast := account.forecast:
        low, high = (money(one, account.currency) for one in (forecast.low, forecast.high))
        out.print(
            f"Forecast: {money(forecast.amount, account.currency)}, in "
            f"{forecast.coverage * 100:.0f} % of cases between {low} and {high}; {forecast.method}"
        )
    elif account.no_forecast:
        out.print(f"Forecast: none; {account.no_forecast}")
    if account.sms and account.sms.says:
        out.print(f"SMS: {account.sms.says}")
    if account.budgets:
        shown = [
            (
                f"{one.name} (reading)" if one.is_of_reading else one.name,
                money(one.usd),
                money(one.spent),
                f"{one.share * 100:.0f} %",
                money(one.forecast.amount) if one.forecast else "",
                "exceeded" if one.is_used_up else "will be" if one.is_foretold_over else "",
            )
            for one in account.budgets
        ]
        columns = ("budget", "a month", "spent", "share", "forecast", "exceeded")
        print_table("\nBudgets", columns, shown)


def _print_shares(what: str, amounts: Mapping[str, Decimal], account: "MonthAccount") -> None:
    """The dearest first."""
    if not amounts:
        return
    rows = sorted(amounts.items(), key=lambda one: (-one[1], one[0]))
    whole = account.amount or Decimal(1)
    print_table(
        "",
        (what, "costs", "share"),
        [
            (name or SHARED, money(amount, account.currency), f"{amount / whole * 100:.1f} %")
            for name, amount in rows
        ],
    )


def print_doubts(account: "MonthAccount", *, is_focus: bool = False) -> None:
    """What is not known, or was not looked at for long; to stderr."""
    from chalicelib.domain.cost.day import DayState

    quantities: dict[str, Decimal] = {}
    for entry, quantity in account.unpriced.items():
        name = f"{entry.sku} ({entry.country})" if entry.country else entry.sku
        quantities[name] = quantities.get(name, Decimal(0)) + quantity
    where = "not in the file" if is_focus else "not in any amount"
    for name, quantity in sorted(quantities.items()):
        told.print(
            f"{name}: {quantity:,f} of it, and nobody knows a price; {where}", style="yellow"
        )
    for price in account.stale:
        told.print(
            f"{price.sku}: nobody has looked at its price since {price.seen_on}", style="yellow"
        )
    running = [day.on for day in account.days if day.state is DayState.RUNNING]
    if running:
        told.print(
            f"Not all of it is added up: {', '.join(f'{one:%d %b}' for one in running)}",
            style="yellow",
        )


def rows_about(account: "AboutAccount") -> "list[Row]":
    """The dearest first; what nobody knows a price of at the end."""
    from chalicelib.web.views.costs import Row

    lines = sorted(account.lines, key=lambda one: (-one.amount, one.day, one.entry))
    priced = [
        Row(day=one.day, entry=one.entry, quantity=one.quantity, price=one.price) for one in lines
    ]
    unpriced = [
        Row(day=None, entry=entry, quantity=quantity, price=None)
        for entry, quantity in account.unpriced.items()
    ]
    return priced + unpriced


def print_rows(rows: "list[Row]", currency: str) -> None:
    """Each with quantity, price and where the price stands; then what they add up to."""
    from chalicelib.domain.cost.exact import total

    columns = (
        *("day", "what", "feature", "source", "brand", "country"),
        *("quantity", "price", "costs", "price of", "which stands in"),
    )
    print_table("", columns, (_cells(row, currency) for row in rows))
    amount = total(row.amount for row in rows if row.amount is not None)
    out.print(f"{len(rows)} rows, {money(amount, currency)}.")


def _cells(row: "Row", currency: str) -> tuple[str, ...]:
    entry, price = row.entry, row.price
    return (
        row.day.isoformat() if row.day else "",
        entry.sku,
        entry.feature.value,
        entry.source,
        entry.brand,
        entry.country,
        f"{row.quantity:,f}",
        _priced(price) if price else "",
        money(row.amount, currency),
        price.version if price else "",
        price.source if price else "",
    )


def _priced(price: "Price") -> str:
    """Exact, such as `$0.625 per 1,000,000 write units`."""
    amount = f"${price.amount:f}" if price.currency == "USD" else f"{price.amount:f}"
    unit = f" {price.unit}{'s' if price.per > 1 else ''}" if price.unit else ""
    of = f" per {price.per:,}{unit}" if price.per > 1 else f" per{unit}" if unit else ""
    return amount + of


def print_prices(prices: Iterable["Price"], *, on: date) -> None:
    """In the order of the book: of one thing the one that is believed comes last."""
    print_table(
        "",
        ("what", "country", "region", "price", "since", "known by", "seen on", "stands in"),
        [
            (
                one.sku,
                one.country,
                one.region,
                _priced(one),
                one.since.isoformat(),
                one.kind.name.lower(),
                f"{one.seen_on}{' (stale)' if one.is_stale(on=on) else ''}",
                one.source,
            )
            for one in prices
        ],
    )


def price_as_data(price: "Price", *, on: date) -> dict[str, object]:
    """For a program; the amount as text, since it is exact."""
    return {
        "sku": price.sku,
        "country": price.country,
        "region": price.region,
        "amount": f"{price.amount:f}",
        "per": price.per,
        "unit": price.unit,
        "currency": price.currency,
        "since": price.since,
        "kind": price.kind.name.lower(),
        "seen_on": price.seen_on,
        "source": price.source,
        "is_stale": price.is_stale(on=on),
    }
