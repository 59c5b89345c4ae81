"""The table of costs."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from chalicelib.adapters.tables.base import InstantAttribute, Table


class CostsTable(Table):
    """What was used, and what became of it in the books.

    `use#<hour>`: `<function>#<identity>` (what one invocation took; eight days); `hour`,
    `about#<ticket or incident>`: `<hour>`; `day`: `<day>`; `sms`, `sms-day#<day>`:
    `<message id>`; `price`: `<sku>#<country>#<since>`; `bill`: `<month>#<source>`; `reconciled`:
    `<day>`; `told`: `<month>#<what>`; `cap`: `sms`; `fetched`: `<what>`. Hours are
    `2026-11-21T23`, days `2026-11-21`, months `2026-11`, all in UTC.
    """

    value = BinaryAttribute(null=True, legacy_encoding=False)  # JSON, zlib
    text = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    at = InstantAttribute(null=True)

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
