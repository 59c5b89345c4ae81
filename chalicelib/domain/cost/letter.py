"""The letter of the month: what it cost, for what, against what, and what is to come."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.domain.cost.account import BudgetStanding, MonthAccount, each_of
from chalicelib.domain.cost.exact import minus, shown, total
from chalicelib.domain.cost.reconciling import Reconciled, charged_of, unexplained_of
from chalicelib.domain.finance import SMS, WHOLE
from chalicelib.domain.wording import month_name

UNIT_PLACES = 4
"""A unit costs a hundredth of a cent, sometimes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; the first column is text, the others are figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a letter."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceLetter:
    """What is told to finance; each way to tell it lays it out in its own way."""

    subject: str
    sections: tuple[Section, ...]
    link: str = ""
    """Where all of it can be opened to its rows; empty where our address is not known."""


def month_letter(
    account: MonthAccount, *, before: MonthAccount, coming: MonthAccount, link: str
) -> FinanceLetter:
    """The letter on a month that is over; `before` is the month before, `coming` the new one."""
    name = month_name(account.month)
    return FinanceLetter(
        subject=f"What Nightdesk cost in {name}: {shown(account.amount)} {account.currency}",
        sections=(
            Section(paragraphs=tuple(_total(account, before))),
            _amounts("By what it was used for", "feature", account.by_feature, account.amount),
            _amounts("By source", "source", account.by_source, account.amount),
            _units(account),
            Section(title=month_name(coming.month), paragraphs=(_coming(coming),)),
            *_budgets(account.budgets),
            Section(
                title="Compared with the bill",
                paragraphs=tuple(_compared(account.reconciliation, account.currency)),
            ),
            *_doubts(account),
        ),
        link=link,
    )


def alert_letter(texts: Iterable[str], *, link: str) -> FinanceLetter:
    """What is to be told of budgets; the subject is the first sentence of the first text."""
    held = tuple(texts)
    return FinanceLetter(
        subject=held[0].partition(": ")[0].rstrip("."),
        sections=(Section(paragraphs=held),),
        link=link,
    )


def _total(account: MonthAccount, before: MonthAccount) -> Iterator[str]:
    yield f"{month_name(account.month)} cost {shown(account.amount)} {account.currency}."
    if not before.days:
        yield f"Of {month_name(before.month)} nothing is in the books to compare it with."
        return
    more = minus(account.amount, before.amount)
    share = each_of(more * 100, before.amount)
    by = f"{shown(abs(more))} {account.currency}"
    than = f"{month_name(before.month)} ({shown(before.amount)} {before.currency})"
    percent = f", {shown(abs(share), 1)} %" if share is not None else ""
    if more:
        yield f"That is {by}{percent} {'more' if more > 0 else 'less'} than {than}."
    else:
        yield f"That is as much as {than}."


def _amounts(title: str, head: str, amounts: Mapping[str, Decimal], whole: Decimal) -> Section:
    dearest = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Section(
        title=title,
        table=Table(
            head=(head, "USD", "share"),
            rows=tuple(
                (name or "shared by all", shown(amount), _percent(amount, whole))
                for name, amount in dearest
            ),
        ),
    )


def _units(account: MonthAccount) -> Section:
    rows = tuple(
        (
            f"{one.unit} {one.of}".strip() + (f" (each of {one.counted})" if one.counted else ""),
            f"{shown(one.count, 0)}",
            *(_unit(each) for each in (one.direct_each, one.shared_each, one.each)),
        )
        for one in account.unit_costs
    )
    reasons = {one.reason for one in account.unit_costs if one.reason}
    rules = dict.fromkeys(f"{_capital(one.unit)}: {one.rule}" for one in account.unit_costs)
    none = (f"Without a figure: {'; '.join(sorted(reasons))}.",) if reasons else ()
    return Section(
        title="What one of it cost (USD)",
        paragraphs=(*none, *rules),
        table=Table(head=("one", "count", "direct", "shared", "together"), rows=rows),
    )


def _unit(each: Decimal | None) -> str:
    return "-" if each is None else shown(each, UNIT_PLACES)


def _coming(coming: MonthAccount) -> str:
    found = coming.forecast
    if found is None:
        return f"Nothing can be foretold: {coming.no_forecast}."
    return (
        f"{month_name(coming.month)} is expected to cost {shown(found.amount)} {coming.currency} "
        f"({shown(found.low)} to {shown(found.high)} in 80 % of cases). {found.method}"
    )


def _budgets(budgets: tuple[BudgetStanding, ...]) -> Iterator[Section]:
    if not budgets:
        return
    rows = tuple(
        (
            _budget_name(one),
            shown(one.spent),
            shown(one.usd),
            f"{shown(one.share * 100, 0)} %",
        )
        for one in budgets
    )
    yield Section(title="Budgets", table=Table(head=("budget", "spent", "of", "used"), rows=rows))


def _budget_name(one: BudgetStanding) -> str:
    if one.is_of_reading:
        return f"reading {one.name}"
    return {WHOLE: "everything", SMS: "SMS"}.get(one.name, f"source {one.name}")


def _compared(lines: tuple[Reconciled, ...], currency: str) -> Iterator[str]:
    known = tuple(line for line in lines if line.charged is not None)
    if not known:
        yield "Nobody has said yet what was charged."
        return
    metered, charged = total(line.metered for line in known), charged_of(known)
    yield (
        f"Charged were {shown(charged)} {currency} where {shown(metered)} {currency} were metered; "
        f"{shown(unexplained_of(known))} {currency} of it are unexplained."
    )
    for group in sorted({line.group for line in known if line.is_flagged}):
        days = [line for line in known if line.group == group and line.is_flagged]
        reasons = "; ".join(sorted({line.reason for line in days if line.reason}))
        on = ", ".join(sorted(line.period for line in days)[:5])
        more = f" and {len(days) - 5} more" if len(days) > 5 else ""
        yield f"Over 5 % off: {group} on {on}{more}{f' ({reasons})' if reasons else ''}."
    waiting = len({line.period for line in lines} - {line.period for line in known})
    if waiting:
        days_of = "1 day" if waiting == 1 else f"{waiting} days"
        yield f"Of {days_of} nobody has said what was charged."


def _doubts(account: MonthAccount) -> Iterator[Section]:
    found = []
    if account.unpriced:
        skus = ", ".join(sorted({entry.sku for entry in account.unpriced}))
        found.append(f"Nobody knows a price of {skus}: it is not in these figures.")
    if account.stale:
        stale = ", ".join(
            dict.fromkeys(f"{one.sku} (seen {one.seen_on.isoformat()})" for one in account.stale)
        )
        found.append(f"Nobody has looked at these prices for 90 days: {stale}.")
    if found:
        yield Section(title="In doubt", paragraphs=tuple(found))


def _percent(amount: Decimal, whole: Decimal) -> str:
    share = each_of(amount * 100, whole)
    return "-" if share is None else f"{shown(share, 1)} %"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
