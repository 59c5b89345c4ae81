"""One SMS, and what it really cost. Known by its message id; no phone number comes here."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

SMS_PART = "sns.sms-part"
"""The sku of a part of an SMS; its price depends on the country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSms:
    """An SMS that the provider has taken."""

    id: str
    """The provider's message id, which receipts and usage reports name."""
    at: datetime
    parts: int
    """As we counted them."""
    country: str
    """ISO 3166, of the number it went to; empty where that is not known."""
    about: str = ""
    """The incident; empty for a note."""
    charged: Decimal | None = None
    """US dollars of all parts together, as the receipt or the usage report says; None before."""
    charged_parts: int | None = None
    """Parts as the usage report counts them."""
    by: str = ""
    """Who said what was charged: `receipt` or `report`; a report is the later word."""

    def told(self, charged: Decimal, *, by: str, parts: int | None = None) -> "SentSms":
        """With what was charged; a receipt never overwrites a report."""
        if self.by == "report" and by == "receipt":
            return self
        return replace(
            self,
            charged=charged,
            by=by,
            charged_parts=self.charged_parts if parts is None else parts,
        )
