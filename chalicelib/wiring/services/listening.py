"""How sources stand, what reading them takes, and what is told of it."""

from typing import TYPE_CHECKING

from chalicelib.services.ingest.spending import Spending
from chalicelib.wiring import parts
from chalicelib.wiring.services.waking import telling
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib.domain.cost import PriceBook
    from chalicelib.services.source_news import SourceNews
    from chalicelib.services.standing import Standing
    from chalicelib.services.troubles import Troubles


@once
def spending() -> Spending:
    return Spending(
        usages=parts.read_usages(), paid=parts.paid_reads(), prices=_prices, meter=parts.meter()
    )


@once
def standing() -> "Standing":
    from chalicelib.services.standing import Standing

    return Standing(
        desks=parts.desks(),
        sources=parts.sources(),
        states=parts.source_states(),
        usages=parts.read_usages(),
        incidents=parts.incidents(),
    )


@once
def troubles() -> "Troubles":
    from chalicelib.services.troubles import Troubles

    return Troubles(standing())


@once
def source_news() -> "SourceNews":
    from chalicelib.services.source_news import SourceNews

    return SourceNews(
        desks=parts.desks(),
        sources=parts.sources(),
        states=parts.source_states(),
        usages=parts.read_usages(),
        once=parts.once_told(),
        telling=telling(),
        notices=parts.notices(),
    )


def _prices() -> "PriceBook":
    from chalicelib.adapters.price_book import price_book

    return price_book()
