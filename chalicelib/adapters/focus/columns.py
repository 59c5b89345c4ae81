"""What a row says: all 57 columns of FOCUS 1.2, then our own.

Those of commitment discounts, capacity reservations, availability zones, resources and invoices
are always null: what a function meters knows of none.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """Of what type a column is."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    PAIRS = "pairs"
    """A JSON object, as text."""


Cell = Decimal | datetime | str | None
Row = Mapping[str, Cell]
"""Every column of `COLUMNS`, in that order; None where there is no value."""

COLUMNS: Mapping[str, Kind] = MappingProxyType(
    {
        "AvailabilityZone": Kind.TEXT,
        "BilledCost": Kind.NUMBER,
        "BillingAccountId": Kind.TEXT,
        "BillingAccountName": Kind.TEXT,
        "BillingAccountType": Kind.TEXT,
        "BillingCurrency": Kind.TEXT,
        "BillingPeriodEnd": Kind.INSTANT,
        "BillingPeriodStart": Kind.INSTANT,
        "CapacityReservationId": Kind.TEXT,
        "CapacityReservationStatus": Kind.TEXT,
        "ChargeCategory": Kind.TEXT,
        "ChargeClass": Kind.TEXT,
        "ChargeDescription": Kind.TEXT,
        "ChargeFrequency": Kind.TEXT,
        "ChargePeriodEnd": Kind.INSTANT,
        "ChargePeriodStart": Kind.INSTANT,
        "CommitmentDiscountCategory": Kind.TEXT,
        "CommitmentDiscountId": Kind.TEXT,
        "CommitmentDiscountName": Kind.TEXT,
        "CommitmentDiscountQuantity": Kind.NUMBER,
        "CommitmentDiscountStatus": Kind.TEXT,
        "CommitmentDiscountType": Kind.TEXT,
        "CommitmentDiscountUnit": Kind.TEXT,
        "ConsumedQuantity": Kind.NUMBER,
        "ConsumedUnit": Kind.TEXT,
        "ContractedCost": Kind.NUMBER,
        "ContractedUnitPrice": Kind.NUMBER,
        "EffectiveCost": Kind.NUMBER,
        "InvoiceId": Kind.TEXT,
        "InvoiceIssuerName": Kind.TEXT,
        "ListCost": Kind.NUMBER,
        "ListUnitPrice": Kind.NUMBER,
        "PricingCategory": Kind.TEXT,
        "PricingCurrency": Kind.TEXT,
        "PricingCurrencyContractedUnitPrice": Kind.NUMBER,
        "PricingCurrencyEffectiveCost": Kind.NUMBER,
        "PricingCurrencyListUnitPrice": Kind.NUMBER,
        "PricingQuantity": Kind.NUMBER,
        "PricingUnit": Kind.TEXT,
        "ProviderName": Kind.TEXT,
        "PublisherName": Kind.TEXT,
        "RegionId": Kind.TEXT,
        "RegionName": Kind.TEXT,
        "ResourceId": Kind.TEXT,
        "ResourceName": Kind.TEXT,
        "ResourceType": Kind.TEXT,
        "ServiceCategory": Kind.TEXT,
        "ServiceName": Kind.TEXT,
        "ServiceSubcategory": Kind.TEXT,
        "SkuId": Kind.TEXT,
        "SkuMeter": Kind.TEXT,
        "SkuPriceDetails": Kind.PAIRS,
        "SkuPriceId": Kind.TEXT,
        "SubAccountId": Kind.TEXT,
        "SubAccountName": Kind.TEXT,
        "SubAccountType": Kind.TEXT,
        "Tags": Kind.PAIRS,
        "x_Feature": Kind.TEXT,
        "x_Source": Kind.TEXT,
        "x_Brand": Kind.TEXT,
        "x_Country": Kind.TEXT,
        "x_PriceVersion": Kind.TEXT,
        "x_PriceSource": Kind.TEXT,
    }
)
