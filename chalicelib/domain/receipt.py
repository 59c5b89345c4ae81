"""A delivery receipt: what the carrier says became of a message. It may come late, or never."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The fate of one message. Holds no phone number."""

    provider_id: str
    """The message id that the provider gave when it took the message."""
    is_delivered: bool
    words: str
    """The provider's own, such as `Phone has blocked SMS`."""
    at: datetime
    """When the provider wrote it down."""
    price_usd: Decimal | None = None
    """Of all parts together; None where the provider does not say."""
    dwell: timedelta | None = None
    """From the publish to the phone's or the carrier's word."""
