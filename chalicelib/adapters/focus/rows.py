"""The rows of days of the books: one for each cost line, of that day, in the order of the books.

What is consumed and what it costs are those of the line. `BilledCost` and `EffectiveCost` are its
amount; `ContractedCost` is at what the company has agreed on, `ListCost` at what the seller's list
says. Where the list says nothing, the agreed price stands for it; where nothing is agreed, the
list stands for that; where there is neither, what was charged stands for both, as FOCUS wants no
unit price of usage to be empty.

What nobody knows a price of has no row: it is not free, and FOCUS has no word for it.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from chalicelib.adapters.focus.columns import COLUMNS, Cell, Row
from chalicelib.adapters.focus.deployment import Deployment
from chalicelib.adapters.focus.sellers import Service, service_of
from chalicelib.adapters.focus.units import Unit, consumed_unit, meter, priced_unit
from chalicelib.domain.cost import Price, PriceBook, PriceKind
from chalicelib.domain.cost.day import Day
from chalicelib.domain.cost.exact import amount_of
from chalicelib.domain.cost.line import CostLine


def focus_rows(days: Iterable[Day], *, book: PriceBook, deployment: Deployment) -> Iterator[Row]:
    """`book`: every price known, in which list and agreed prices of a charged one are found."""
    prices = _Prices(book, region=deployment.region)
    region_name = deployment.region_name
    for day in days:
        for line in day.lines:
            row = _row(line, prices, deployment, region_name)
            yield {column: row.get(column) for column in COLUMNS}


class _Prices:
    """What would have been paid by other kinds of prices than the one that was."""

    def __init__(self, book: PriceBook, *, region: str) -> None:
        def only(*kinds: PriceKind) -> PriceBook:
            kept = (one for one in book.prices if one.kind in kinds)
            return PriceBook(kept, currency=book.currency, region=region)

        self._list = only(PriceKind.LIST)
        self._agreed = only(PriceKind.LIST, PriceKind.CONFIGURED)

    def listed(self, line: CostLine) -> Price:
        return self._of(self._list, line, paid=PriceKind.LIST) or self.agreed(line)

    def agreed(self, line: CostLine) -> Price:
        return self._of(self._agreed, line, paid=PriceKind.CONFIGURED) or line.price

    def _of(self, book: PriceBook, line: CostLine, *, paid: PriceKind) -> Price | None:
        """The line's own price where it is of that kind: the day was priced by it for good."""
        if line.price.kind <= paid:
            return line.price
        found = book.price(line.entry.sku, on=line.day, country=line.entry.country)
        return found if found and found.currency == line.price.currency else None


def _row(
    line: CostLine, prices: _Prices, deployment: Deployment, region_name: str
) -> dict[str, Cell]:
    entry, sku = line.entry, line.entry.sku
    service = service_of(sku)
    listed, agreed = prices.listed(line), prices.agreed(line)
    unit, consumed = priced_unit(sku, listed.per), consumed_unit(sku)
    starts_at = datetime.combine(line.day, time(), UTC)
    month = starts_at.replace(day=1)
    details = {"x_Country": listed.country, "x_Region": listed.region}
    where = {key: value for key, value in details.items() if value}
    return {
        "BilledCost": line.amount,
        "BillingCurrency": line.price.currency,
        "BillingPeriodEnd": (month + timedelta(days=31)).replace(day=1),
        "BillingPeriodStart": month,
        "ChargeCategory": "Usage",
        "ChargeDescription": _described(line, service),
        "ChargeFrequency": "Usage-Based",
        "ChargePeriodEnd": starts_at + timedelta(days=1),
        "ChargePeriodStart": starts_at,
        "ConsumedQuantity": consumed.count(line.quantity),
        "ConsumedUnit": consumed.name,
        "ContractedCost": agreed.of(line.quantity),
        "ContractedUnitPrice": _per(unit, agreed),
        "EffectiveCost": line.amount,
        "InvoiceIssuerName": service.provider,
        "ListCost": listed.of(line.quantity),
        "ListUnitPrice": _per(unit, listed),
        "PricingCategory": "Standard",
        "PricingCurrency": line.price.currency,
        "PricingCurrencyContractedUnitPrice": _per(unit, agreed),
        "PricingCurrencyEffectiveCost": line.amount,
        "PricingCurrencyListUnitPrice": _per(unit, listed),
        "PricingQuantity": unit.count(line.quantity),
        "PricingUnit": unit.name,
        "ProviderName": service.provider,
        "PublisherName": service.maker,
        "ServiceCategory": service.category,
        "ServiceName": service.name,
        "ServiceSubcategory": service.subcategory,
        "SkuId": sku,
        "SkuMeter": meter(sku),
        "SkuPriceDetails": _pairs(where),
        "SkuPriceId": "/".join((sku, *where.values())),
        "Tags": _pairs({"feature": entry.feature.value, "stage": deployment.stage}),
        **_accounts(line, service, deployment, region_name),
        "x_Feature": entry.feature.value,
        "x_Source": entry.source or None,
        "x_Brand": entry.brand or None,
        "x_Country": entry.country or None,
        "x_PriceVersion": line.price.version,
        "x_PriceSource": line.price.source,
    }


def _accounts(
    line: CostLine, service: Service, deployment: Deployment, region_name: str
) -> dict[str, str]:
    """Who pays whom. No platform tells us the number of our account there, so the source that
    reads it, as it is configured, stands for it."""
    if service.is_of_aws:
        return {
            "BillingAccountId": deployment.account,
            "BillingAccountName": deployment.account,
            "BillingAccountType": "AWS Account",
            "RegionId": deployment.region,
            "RegionName": region_name,
            "SubAccountId": deployment.account,
            "SubAccountName": deployment.account,
            "SubAccountType": "AWS Account",
        }
    account = line.entry.source or line.entry.sku.partition(".")[0]
    return {
        "BillingAccountId": account,
        "BillingAccountName": account,
        "BillingAccountType": "Developer Account",
    }


def _per(unit: Unit, price: Price) -> Decimal:
    """A price for one of `unit`, exactly."""
    return amount_of(Decimal(unit.of), price.amount, price.per)


def _described(line: CostLine, service: Service) -> str:
    entry = line.entry
    said = (meter(entry.sku), entry.country, entry.feature.value, entry.source)
    return f"{service.name}: {', '.join(filter(None, said))}"


def _pairs(found: dict[str, str]) -> str | None:
    return json.dumps(found, ensure_ascii=False) if found else None
