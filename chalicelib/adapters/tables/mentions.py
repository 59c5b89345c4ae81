"""The table of mentions."""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, STREAM_NEW_IMAGE
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.adapters.tables.base import InstantAttribute, Table


class Unjudged(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Mentions without a verdict, and those taken back and not erased yet; longest first."""

    class Meta:  # noqa: D106
        index_name = "unjudged"
        projection = AllProjection()

    unjudged = UnicodeAttribute(hash_key=True)
    pulled_at = InstantAttribute(range_key=True)


class Recheck(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Mentions by source, and when it is next to be seen whether they still stand."""

    class Meta:  # noqa: D106
        index_name = "recheck"
        projection = KeysOnlyProjection()

    recheck = UnicodeAttribute(hash_key=True)
    recheck_at = InstantAttribute(range_key=True)


class MentionsTable(Table):
    """`<mention id>`: `mention` (the mention and, later, its verdict) and `raw` (its payload)."""

    mention = UnicodeAttribute(null=True)
    pulled_at = InstantAttribute(null=True)
    unjudged = UnicodeAttribute(null=True)
    score = UnicodeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    incident_ids = UnicodeSetAttribute(null=True)
    ticket_id = UnicodeAttribute(null=True)
    judged_at = InstantAttribute(null=True)

    edited_at = InstantAttribute(null=True)
    recheck = UnicodeAttribute(null=True)
    recheck_at = InstantAttribute(null=True)
    was_missed = BooleanAttribute(null=True)
    withdrawn_at = InstantAttribute(null=True)
    tombstone = UnicodeAttribute(null=True)

    raw = BinaryAttribute(null=True, legacy_encoding=False)
    cut_from = NumberAttribute(null=True)

    unjudged_index = Unjudged()
    recheck_index = Recheck()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
        stream_view_type = STREAM_NEW_IMAGE
