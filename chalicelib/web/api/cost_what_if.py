"""What a month would cost a company of another size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib import wiring
from chalicelib.domain.cost.size import LIMITS, Size, SourceSize
from chalicelib.domain.cost.whatif import whatif
from chalicelib.domain.desk import Desk
from chalicelib.web.access import COUNTING
from chalicelib.web.blueprint import endpoint
from chalicelib.web.views.costs.what_if import WhatIfView, what_if_view

_PLACES = Decimal("0.000001")
"""Shares are taken to so many places: what is finer is nobody's number."""


def _number(name: str) -> msgspec.Meta:
    least, most = LIMITS[name]
    return msgspec.Meta(ge=float(least), le=float(most))


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfQuery:
    """A company, as far as costs depend on it."""

    mentions_a_day: Annotated[float, _number("mentions_a_day")]
    answer_share: Annotated[float, _number("answer_share")] = 0.3
    """Of mentions that become a ticket."""
    wake_share: Annotated[float, _number("wake_share")] = 0.002
    """Of mentions that open an incident."""
    replies_a_ticket: Annotated[float, _number("replies_a_ticket")] = 1
    storms_a_month: Annotated[float, _number("storms_a_month")] = 0
    mentions_a_storm: Annotated[float, _number("mentions_a_storm")] = 500
    pages_an_incident: Annotated[float, _number("pages_an_incident")] = 2
    agents: Annotated[float, _number("agents")] = 0
    hours_a_day: Annotated[float, _number("hours_a_day")] = 8
    """That each agent has the page open."""
    days_a_month: Annotated[float, _number("days_a_month")] = 22
    months_kept: Annotated[float, _number("months_kept")] = 13
    countries: Annotated[
        str,
        msgspec.Meta(
            max_length=200,
            description="Where the phones are that ring: `DE,AT`; those of the desk when none "
            "is named.",
        ),
    ] = ""
    sources: Annotated[
        str,
        msgspec.Meta(
            max_length=400,
            description="Kinds such as `mastodon,x`; the sources of the desk when none is named.",
        ),
    ] = ""


@endpoint("/api/v1/costs/what-if", roles=COUNTING)
def what_if(query: WhatIfQuery) -> WhatIfView:
    """What a month of 30 days would cost a company of that size, by the prices of today.

    Made of what each act was measured to take, by the code that makes the real figures. Nothing
    is stored.
    """
    from chalicelib.adapters.usage_profile import usage_profile  # here: hardly anybody asks

    desk = wiring.parts.desks().current()
    numbers = {name: Decimal(str(getattr(query, name))).quantize(_PLACES) for name in LIMITS}
    size = Size(
        **_plain(numbers),
        countries=_countries(query.countries, desk),
        sources=_sources(query.sources, desk),
    )
    prices = wiring.parts.price_book()
    on = wiring.now().astimezone(UTC).date()
    return what_if_view(whatif(size, usage_profile(), prices(), on=on))


def _plain(numbers: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Without the zeros behind the point, so that what is refused is said as it was given."""
    return {name: Decimal(f"{one.normalize():f}") for name, one in numbers.items()}


def _countries(told: str, desk: Desk) -> tuple[str, ...]:
    named = [one.strip().upper() for one in told.split(",") if one.strip()]
    return tuple(named or dict.fromkeys(one.country for one in desk.responders if one.country))


def _sources(told: str, desk: Desk) -> tuple[SourceSize, ...]:
    """Raises BadInput for an unknown kind."""
    from chalicelib.sources.sizing import source_size

    kinds = [one.strip() for one in told.split(",") if one.strip()]
    if kinds:
        names = [
            kind if kinds.count(kind) == 1 else f"{kind}-{at}" for at, kind in enumerate(kinds, 1)
        ]
        return tuple(source_size(kind, name=name) for kind, name in zip(kinds, names, strict=True))
    return tuple(
        source_size(one.kind, name=one.name, every=one.every, options=one.options)
        for one in desk.sources
    )
