"""The verb of whoever asks what a month would cost: `cost whatif`."""

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import Json, now, out, print_json, print_table

if TYPE_CHECKING:
    from chalicelib.domain.cost import Price
    from chalicelib.domain.cost.size import Size, SourceSize
    from chalicelib.domain.cost.whatif import WhatIf

SOURCES = ("hackernews:5", "mastodon:2", "feed:15")
"""Those of the example configuration."""


def whatif(
    mentions: Annotated[str, typer.Option(help="Mentions a day, of all sources together.")],
    agents: Annotated[str, typer.Option(help="Agents.")] = "0",
    hours: Annotated[
        str, typer.Option(help="Hours a day that each has the page open and looks at it.")
    ] = "8",
    days: Annotated[str, typer.Option(help="Days a month on which they work.")] = "22",
    country: Annotated[
        list[str] | None,
        typer.Option(help="Where a phone is that rings, such as DE. May be given several times."),
    ] = None,
    storms: Annotated[str, typer.Option(help="Storms a month.")] = "0",
    storm_mentions: Annotated[str, typer.Option(help="Mentions of a storm.")] = "500",
    pages: Annotated[str, typer.Option(help="Pages of an incident until somebody has it.")] = "2",
    answer: Annotated[str, typer.Option(help="Share of mentions that become a ticket.")] = "0.3",
    wake: Annotated[str, typer.Option(help="Share of mentions that open an incident.")] = "0.002",
    replies: Annotated[str, typer.Option(help="Replies to a ticket.")] = "1",
    kept: Annotated[str, typer.Option(help="Months that mentions are kept.")] = "13",
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="KIND[:MINUTES[:MENTIONS]]: a source, how often it is read, and how many of the "
            "mentions it brings a day; without MENTIONS an equal part of what is left. May be "
            f"given several times. Otherwise {', '.join(SOURCES)}.",
        ),
    ] = None,
    region: Annotated[str, typer.Option(help="AWS region.")] = "us-east-1",
    as_json: Json = False,
) -> None:
    """What a month of 30 days would cost a company of that size, by list prices.

    Prices come with this release, each with its date; free allowances of an account are not taken
    off.

    Example: `nightdesk cost whatif --mentions 300 --agents 3 --hours 8 --country DE --storms 1`
    """
    from chalicelib.domain.cost.size import Size

    size = Size(
        mentions_a_day=_number("mentions", mentions),
        answer_share=_number("answer", answer),
        wake_share=_number("wake", wake),
        replies_a_ticket=_number("replies", replies),
        storms_a_month=_number("storms", storms),
        mentions_a_storm=_number("storm-mentions", storm_mentions),
        pages_an_incident=_number("pages", pages),
        agents=_number("agents", agents),
        hours_a_day=_number("hours", hours),
        days_a_month=_number("days", days),
        months_kept=_number("kept", kept),
        countries=tuple(one.upper() for one in country or ()),
        sources=_sources(source or SOURCES),
    )
    found = _asked(size, region)
    if as_json:
        print_json(as_data(found, region))
    else:
        _print(found, region)


def _asked(size: "Size", region: str) -> "WhatIf":
    from chalicelib.adapters.price_book import list_prices, price_book
    from chalicelib.adapters.usage_profile import usage_profile
    from chalicelib.domain.cost.whatif import whatif as ask
    from chalicelib.domain.errors import BadInput

    regions = dict.fromkeys(one.region for one in list_prices() if one.region)
    if region not in regions:
        raise BadInput(f"region: no prices of {region!r} are known; use {', '.join(regions)}")
    return ask(size, usage_profile(), price_book(region=region), on=now().date())


def _number(name: str, told: str) -> Decimal:
    from chalicelib.domain.errors import BadInput

    try:
        return Decimal(told)
    except InvalidOperation:
        raise BadInput(f"{name}: {told!r}; use a number") from None


def _sources(told: "list[str] | tuple[str, ...]") -> "tuple[SourceSize, ...]":
    from chalicelib.domain.errors import BadInput
    from chalicelib.sources.sizing import source_size

    made: list[SourceSize] = []
    for one in told:
        kind, minutes, mentions, *more = (*one.split(":"), "", "", "")[: max(3, one.count(":") + 1)]
        if more:
            raise BadInput(f"source: {one!r}; use KIND[:MINUTES[:MENTIONS]]")
        pause = _number("source", minutes) if minutes else None
        if pause is not None and not (pause.is_finite() and 1 <= pause <= 1440):
            raise BadInput(f"source: {one!r}; use 1 to 1440 minutes")
        same = sum(other.kind == kind for other in made)
        made.append(
            source_size(
                kind,
                name=f"{kind}-{same + 1}" if same else kind,
                every=None if pause is None else timedelta(minutes=float(pause)),
                mentions_a_day=_number("source", mentions) if mentions else None,
            )
        )
    return tuple(made)


def as_data(found: "WhatIf", region: str) -> dict[str, Any]:
    """For programs: amounts and quantities as texts, exact."""
    return {
        "on": found.on,
        "region": region,
        "currency": "USD",
        "amount": str(found.amount),
        "at_rest": str(found.at_rest),
        "lines": [
            {
                "sku": price.sku,
                "country": price.country,
                "quantity": f"{quantity:f}",
                "price": str(price.amount),
                "per": price.per,
                "price_since": price.since,
                "price_seen_on": price.seen_on,
                "price_source": price.source,
                "is_stale": price.is_stale(on=found.on),
                "amount": f"{amount:f}",
            }
            for price, (quantity, amount) in found.by_price.items()
        ],
        "by_feature": {str(name): f"{amount:f}" for name, amount in found.by_feature.items()},
        "unit_costs": [
            {
                "unit": one.unit,
                "of": one.of,
                "count": f"{one.count:f}",
                "direct": f"{one.direct:f}",
                "shared": f"{one.shared:f}",
                "each": None if one.each is None else f"{one.each:f}",
                "rule": one.rule,
            }
            for one in found.unit_costs
        ],
        "no_price": {
            entry.sku: f"{quantity:f}" for entry, quantity in found.priced.unpriced.items()
        },
        "measured": {"command": found.profile.command, "on": found.profile.measured_on},
        "assumed": list(found.profile.assumed),
    }


def _counted_in(price: "Price") -> str:
    """What so many units are called as a price buys."""
    from chalicelib.domain.cost.skus import SKUS

    names = {one.name: one.priced_in for one in SKUS if one.per == price.per}
    return names.get(price.sku, price.unit)


def _print(found: "WhatIf", region: str) -> None:
    from chalicelib.domain.cost.exact import shown

    print_table(
        f"A month of 30 days in {region}, by prices known on {found.on}",
        ["what", "how many", "of", "USD each", "seen", "USD"],
        [
            [
                f"{price.sku} {price.country}".strip(),
                f"{quantity / price.per:,.3f}",
                _counted_in(price),
                f"{price.amount}",
                f"{price.seen_on}{' (old)' if price.is_stale(on=found.on) else ''}",
                shown(amount),
            ]
            for price, (quantity, amount) in found.by_price.items()
        ],
    )
    rest = shown(found.at_rest)
    out.print(f"Together {shown(found.amount)} USD; {rest} when nobody says or does anything.")
    out.print("")
    print_table(
        "For",
        ["feature", "USD"],
        [[str(name), shown(amount)] for name, amount in found.by_feature.items()],
    )
    out.print("")
    print_table(
        "Each",
        ["one", "of", "how many", "direct", "shared", "USD"],
        [
            [
                one.unit,
                one.of,
                f"{one.count:,.0f}",
                shown(one.direct_each or Decimal(0), 6),
                shown(one.shared_each or Decimal(0), 6),
                shown(one.each, 6),
            ]
            for one in found.unit_costs
            if one.each is not None
        ],
    )
    out.print("")
    if found.priced.unpriced:
        skus = dict.fromkeys(entry.sku for entry in found.priced.unpriced)
        out.print(f"Nobody knows a price of {', '.join(skus)}: not in the sum.")
    if found.stale:
        out.print(f"{len(found.stale)} of the prices were looked at more than 90 days ago (old).")
    out.print(f"Usage: {found.profile.command}, {found.profile.measured_on}. Taken for granted:")
    for line in found.profile.assumed:
        out.print(f"  {line}")
