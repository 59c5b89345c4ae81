"""The table of incidents and of all that hangs on them."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, STREAM_NEW_AND_OLD_IMAGE
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.adapters.tables.base import InstantAttribute, Table


class Due(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Incidents that the escalation clock must look at, by when.

    Current ones that are open, and resolved ones of which somebody has yet to be told.
    """

    class Meta:  # noqa: D106
        index_name = "due"
        projection = AllProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class IncidentsTable(Table):
    """Incidents and all that hangs on them, what is known of phones, what judging remembers.

    `<brand>.<topic>`: `current`, `past#<incident id>`; `<incident id>`: `join#<mention id>`,
    `page#<page id>`; `rate#<responder>#<channel>` and `rate#all#<channel>#<hour>`:
    `<instant>#<chance>`; `contact#<responder>`: `<channel>`; `-` of `key#<digest>`,
    `copy#<brand>#<fingerprint>`, `reply#<inbound id>`, `useless#<responder>`, `told#<key>`,
    `author#<brand>#<digest>`, `text#<brand>#<hash>`, `post#<brand>#<digest>`;
    `crowd#<brand>`: `lane#<topic>#<n>`, `watched#<topic or *>`, `listening`.
    """

    incident = UnicodeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    due = UnicodeAttribute(null=True)
    due_at = InstantAttribute(null=True)

    page = UnicodeAttribute(null=True)
    page_state = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    key = UnicodeAttribute(null=True)

    useless = NumberAttribute(null=True)
    since = InstantAttribute(null=True)

    is_told = BooleanAttribute(null=True)
    contact = UnicodeAttribute(null=True)

    crowd = UnicodeAttribute(null=True)
    history = UnicodeAttribute(null=True)
    voices = UnicodeAttribute(null=True)

    due_index = Due()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE
