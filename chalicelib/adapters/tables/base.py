"""What every table has."""

from datetime import datetime
from decimal import Decimal

from pynamodb.attributes import Attribute, TTLAttribute, UnicodeAttribute
from pynamodb.constants import NUMBER, STRING
from pynamodb.models import Model

from chalicelib.adapters.values import instant_from_text, instant_to_text

LISTED = "1"
"""What the partition of a sparse index holds: everything listed stands in one partition."""


class InstantAttribute(Attribute[datetime]):
    """An aware instant as `2026-11-21T23:05:12.000000Z`: text order is time order."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return instant_to_text(value)

    def deserialize(self, value: str) -> datetime:
        return instant_from_text(value)


class DecimalAttribute(Attribute[Decimal]):
    """A number as exact as it was written, up to 38 digits (what DynamoDB keeps)."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        return f"{value:f}"

    def deserialize(self, value: str) -> Decimal:
        return Decimal(value)


class Table(Model):
    """What every item has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)  # see `items.put_if`
    expires_at = TTLAttribute(null=True)
