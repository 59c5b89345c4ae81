"""A month that nobody has seen yet, as JSON."""

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.cost.whatif import WhatIf
from chalicelib.web.views.costs.amounts import Amount, exact
from chalicelib.web.views.costs.month import FigureView, UnitCostView, figures, unit_cost_view
from chalicelib.web.views.costs.rows import PriceView, price_view


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfLineView:
    """A price, how much is bought at it, and what that costs."""

    sku: str
    quantity: Amount
    unit: str
    price: PriceView
    amount: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfView:
    """What a month of 30 days would cost a company of a given size."""

    on: date
    """The day (UTC) whose prices it was priced by."""
    currency: str
    amount: Amount
    """Exact; without what nobody knows a price of."""
    at_rest: Amount
    """What it would cost if nobody said or did anything."""
    mentions: Amount
    incidents: Amount
    sources: tuple[str, ...]
    countries: tuple[str, ...]
    features: tuple[FigureView, ...]
    lines: tuple[WhatIfLineView, ...]
    """The dearest first."""
    unit_costs: tuple[UnitCostView, ...]
    unpriced: tuple[str, ...]
    """Skus that nobody knows a price of."""
    measured_on: date
    """When what each act takes was measured."""
    assumed: tuple[str, ...]
    """What could not be measured."""


def what_if_view(found: WhatIf) -> WhatIfView:
    size = found.size
    return WhatIfView(
        on=found.on,
        currency=CURRENCY,
        amount=exact(found.amount),
        at_rest=exact(found.at_rest),
        mentions=exact(total(size.by_source.values())),
        incidents=exact(size.incidents),
        sources=tuple(one.name for one in size.sources),
        countries=size.countries,
        features=figures({str(name): amount for name, amount in found.by_feature.items()}),
        lines=tuple(
            WhatIfLineView(
                sku=price.sku,
                quantity=exact(quantity),
                unit=price.unit,
                price=price_view(price, is_stale=price in found.stale),
                amount=exact(amount),
            )
            for price, (quantity, amount) in found.by_price.items()
        ),
        unit_costs=tuple(
            unit_cost_view(one, str)
            for one in found.unit_costs
            if one.each is not None and one.unit != "brand"
        ),
        unpriced=tuple(dict.fromkeys(entry.sku for entry in found.priced.unpriced)),
        measured_on=found.profile.measured_on,
        assumed=found.profile.assumed,
    )
