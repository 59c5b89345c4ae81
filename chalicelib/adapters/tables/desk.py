"""The table of the desk."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from chalicelib.adapters.tables.base import DecimalAttribute, InstantAttribute, Table


class DeskTable(Table):
    """What is in force; what is known of sources, notices, readiness, calendars and agents.

    `desk`: `current`, `version#<n>`; `source`: `<source name>`; `notice`: `<kind>`; `readiness`:
    `latest`; `calendar`: `<kind>#<name>`; `second-reading`: `<day in UTC>`; `attendance`:
    `<agent>`; `limit`: `<what>#<whose>#<beginning of the window>`; `queue`: `tally`, `counting`;
    `erasure`, `erased-post`: `<instant>#<digest>`;
    `allowance`: `<kind>#<server>#<credential>#<bucket>`; `reading`: `<month>#<source>`; `paid`:
    `<day>#<sku>#<account>#<digest>`.
    """

    desk = UnicodeAttribute(null=True)
    applied_at = InstantAttribute(null=True)
    version = NumberAttribute(null=True)

    cursor = UnicodeAttribute(null=True)
    due_at = InstantAttribute(null=True)
    succeeded_at = InstantAttribute(null=True)
    failures = NumberAttribute(null=True)
    trouble = UnicodeAttribute(null=True)
    asked_at = InstantAttribute(null=True)
    standing = UnicodeAttribute(null=True)
    rhythm = UnicodeAttribute(null=True)

    calls = NumberAttribute(null=True)
    posts = NumberAttribute(null=True)
    spent = DecimalAttribute(null=True)

    told_at = InstantAttribute(null=True)
    is_told = BooleanAttribute(null=True)

    report = UnicodeAttribute(null=True)
    checked_at = InstantAttribute(null=True)
    generation = NumberAttribute(null=True)
    readings = NumberAttribute(null=True)
    hits = NumberAttribute(null=True)
    used = NumberAttribute(null=True)
    ends_at = InstantAttribute(null=True)

    attendance = UnicodeAttribute(null=True)
    heard_at = InstantAttribute(null=True)
    tally = UnicodeAttribute(null=True)
    counted_at = InstantAttribute(null=True)
    begun_at = InstantAttribute(null=True)
    erasure = UnicodeAttribute(null=True)
    erased_post = UnicodeAttribute(null=True)

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
