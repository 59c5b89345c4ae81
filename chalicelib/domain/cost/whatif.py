"""What a month would cost a company of a given size: its usage, made of measured acts.

The sheet is priced, and shared among mentions, pages and replies, by what prices the real one.
No free allowance of an account is taken off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from chalicelib.domain.cost.account import UnitCost
from chalicelib.domain.cost.exact import ZERO, plus, total
from chalicelib.domain.cost.line import Priced, priced
from chalicelib.domain.cost.price import Price, PriceBook
from chalicelib.domain.cost.profile import Act, UsageProfile
from chalicelib.domain.cost.sharing import parts_of
from chalicelib.domain.cost.sheet import Entry, Sheet
from chalicelib.domain.cost.size import DAYS, MONTH, Size
from chalicelib.domain.cost.sms import SMS_PART
from chalicelib.domain.cost.unit_costs import unit_costs
from chalicelib.domain.cost.use import Feature, Per
from chalicelib.domain.errors import BadInput

MINUTES = MONTH // timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What such a month would cost."""

    size: Size
    on: date
    """The day (UTC) whose prices it was priced by."""
    sheet: Sheet
    priced: Priced
    unit_costs: tuple[UnitCost, ...]
    at_rest: Decimal
    """What it would cost if nobody said or did anything."""
    profile: UsageProfile
    stale: tuple[Price, ...]
    """Prices used that nobody has looked at for 90 days."""

    @property
    def amount(self) -> Decimal:
        """Exact; without what nobody knows a price of."""
        return self.priced.amount

    @property
    def by_price(self) -> Mapping[Price, tuple[Decimal, Decimal]]:
        """Quantity and amount of each price that is used, the dearest first."""
        found: dict[Price, tuple[Decimal, Decimal]] = {}
        for line in self.priced.lines:
            quantity, amount = found.get(line.price, (ZERO, ZERO))
            found[line.price] = plus(quantity, line.quantity), plus(amount, line.amount)
        return dict(sorted(found.items(), key=lambda one: (-one[1][1], one[0].sku)))

    @property
    def by_feature(self) -> Mapping[Feature, Decimal]:
        """Amounts, the greatest first."""
        found = dict.fromkeys((line.entry.feature for line in self.priced.lines), ZERO)
        for line in self.priced.lines:
            found[line.entry.feature] = plus(found[line.entry.feature], line.amount)
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def whatif(size: Size, profile: UsageProfile, book: PriceBook, *, on: date) -> WhatIf:
    """A month of that size, by the prices that hold on a day.

    Raises BadInput for a country to which nobody knows the price of an SMS.
    """
    for country in size.countries:
        if book.price(SMS_PART, on=on, country=country) is None:
            raise BadInput(
                f"countries: no price of an SMS to {country!r} is known; use another, or set "
                "finance.prices"
            )
    sheet = usage(size, profile)
    found = priced(sheet, book, on=on)
    used = dict.fromkeys(line.price for line in found.lines)
    return WhatIf(
        size=size,
        on=on,
        sheet=sheet,
        priced=found,
        unit_costs=unit_costs(found.lines, sheet, brand_of={}),
        at_rest=priced(usage(size.at_rest, profile), book, on=on).amount,
        profile=profile,
        stale=tuple(one for one in used if one.is_stale(on=on)),
    )


def usage(size: Size, profile: UsageProfile) -> Sheet:
    """What a month of that size uses."""
    return Sheet(
        pair
        for act, source, count in _counts(size)
        for entry, quantity in profile.acts[act].items()
        for pair in _placed(entry, source, quantity * count, size.countries)
    ) + Sheet(_taken_by_platforms(size))


def _placed(
    entry: Entry, source: str, quantity: Decimal, countries: tuple[str, ...]
) -> Iterator[tuple[Entry, Decimal]]:
    placed = replace(entry, source=source)
    if entry.sku != SMS_PART:
        yield placed, quantity
    elif quantity:
        for country, part in parts_of(quantity, dict.fromkeys(countries, Decimal(1))).items():
            yield replace(placed, country=country), part


def _counts(size: Size) -> Iterator[tuple[Act, str, Decimal]]:
    """How often each act is done in a month, and for which source."""
    yield Act.DAY, "", Decimal(DAYS)
    yield Act.MINUTE, "", Decimal(MINUTES)
    mentions = size.by_source
    tickets = size.tickets
    for one in size.sources:
        yield Act.PULL, one.name, Decimal(one.pulls)
        yield Act.MENTION, one.name, mentions[one.name]
        yield Act.TICKET, one.name, tickets[one.name]
        yield Act.REPLY, one.name, tickets[one.name] * size.replies_a_ticket
    incidents = size.incidents
    yield Act.OPENING, "", incidents
    yield Act.JOINING, "", size.storms_a_month * (size.mentions_a_storm - 1)
    yield Act.PAGE, "", incidents * (size.pages_an_incident - 1)
    yield Act.ACKNOWLEDGEMENT, "", incidents
    yield Act.AGENT_HOUR, "", size.agents * size.hours_a_day * size.days_a_month
    yield Act.MONTH_KEPT, "", total(mentions.values()) * size.months_kept


def _taken_by_platforms(size: Size) -> Iterator[tuple[Entry, Decimal]]:
    """What platforms charge, at most: what is read twice a day counts twice here."""
    mentions, tickets = size.by_source, size.tickets
    for one in size.sources:
        amounts = {
            Per.REQUEST: (Feature.LISTENING, Decimal(one.pulls * one.calls_a_pull)),
            Per.MENTION: (Feature.LISTENING, mentions[one.name]),
            Per.REPLY: (Feature.ANSWERING, tickets[one.name] * size.replies_a_ticket),
        }
        for charge in one.charges:
            if charge.per in amounts:
                feature, amount = amounts[charge.per]
                yield Entry(charge.sku, feature, one.name), amount * charge.quantity
