"""Companies to show figures of, each with the command that gives them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from chalicelib.adapters.price_book import price_book
from chalicelib.adapters.usage_profile import usage_profile
from chalicelib.domain.cost.size import Size
from chalicelib.domain.cost.whatif import WhatIf, whatif
from chalicelib.sources.sizing import source_size

REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A company to show figures of."""

    name: str
    asked: str
    """The options of `nightdesk cost whatif` that give its figures."""
    size: Size
    responders: int


FREE = (
    source_size("hackernews", every=timedelta(minutes=5)),
    source_size("mastodon", every=timedelta(minutes=2)),
    source_size("feed", every=timedelta(minutes=15)),
)
X = source_size("x", every=timedelta(minutes=5), mentions_a_day=Decimal(200))

SAMPLES = (
    Sample(
        name="small",
        asked="--mentions 30 --agents 1 --hours 4 --country DE",
        size=Size(
            mentions_a_day=Decimal(30),
            agents=Decimal(1),
            hours_a_day=Decimal(4),
            countries=("DE",),
            sources=FREE,
        ),
        responders=2,
    ),
    Sample(
        name="middle",
        asked="--mentions 300 --agents 3 --country DE --storms 1",
        size=Size(
            mentions_a_day=Decimal(300),
            agents=Decimal(3),
            storms_a_month=Decimal(1),
            countries=("DE",),
            sources=FREE,
        ),
        responders=4,
    ),
    Sample(
        name="middle, 200 of 300 from X",
        asked="--mentions 300 --agents 3 --country DE --storms 1 "
        "--source x:5:200 --source mastodon:2 --source feed:15",
        size=Size(
            mentions_a_day=Decimal(300),
            agents=Decimal(3),
            storms_a_month=Decimal(1),
            countries=("DE",),
            sources=(X, *FREE[1:]),
        ),
        responders=4,
    ),
    Sample(
        name="large",
        asked="--mentions 10000 --agents 25 --storms 4 --storm-mentions 5000 --wake 0.0002 "
        "--country DE --country GB --country US",
        size=Size(
            mentions_a_day=Decimal(10_000),
            agents=Decimal(25),
            storms_a_month=Decimal(4),
            mentions_a_storm=Decimal(5_000),
            wake_share=Decimal("0.0002"),
            countries=("DE", "GB", "US"),
            sources=FREE,
        ),
        responders=8,
    ),
)


def found(sample: Sample) -> WhatIf:
    """What it would cost, as the command says it."""
    profile = usage_profile()
    return whatif(sample.size, profile, price_book(region=REGION), on=profile.measured_on)
