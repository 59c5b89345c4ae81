"""The whole DynamoDB schema on one page.

Four tables, each with partition `pk`, sort `sk` and TTL on `expires_at`. A model names every
attribute that an item of its table may have; which item has which stands beside the store that
writes it. Keys, conditions and indexes have attributes of their own; whole domain values are
one JSON text each (see `values.py`).

Index entries are *sparse* (an item without the index's attributes is not in it) and
*eventually consistent*: a listing may show what has just left it, or miss for a moment what
has just come. Whoever acts on a listing does so by a conditional write.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, STREAM_NEW_IMAGE, STRING
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
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


# --- mentions ----------------------------------------------------------------------------


class Unjudged(GlobalSecondaryIndex[Any]):
    """Mentions without a verdict, oldest first."""

    class Meta:  # noqa: D106
        index_name = "unjudged"
        projection = AllProjection()

    unjudged = UnicodeAttribute(hash_key=True)
    pulled_at = InstantAttribute(range_key=True)


class MentionsTable(Model):
    """`<mention id>`: `mention` (the mention and, later, its verdict) and `raw` (its payload)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    mention = UnicodeAttribute(null=True)
    pulled_at = InstantAttribute(null=True)
    unjudged = UnicodeAttribute(null=True)
    score = UnicodeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    judged_at = InstantAttribute(null=True)

    raw = BinaryAttribute(null=True, legacy_encoding=False)
    cut_from = NumberAttribute(null=True)

    unjudged_index = Unjudged()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
        stream_view_type = STREAM_NEW_IMAGE


# --- incidents ---------------------------------------------------------------------------


class Due(GlobalSecondaryIndex[Any]):
    """Current incidents that are open, by when the escalation clock must look at them."""

    class Meta:  # noqa: D106
        index_name = "due"
        projection = AllProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = InstantAttribute(range_key=True)


class IncidentsTable(Model):
    """Incidents and all that hangs on them.

    `<brand>.<topic>`: `current`, `past#<incident id>`; `<incident id>`: `join#<mention id>`,
    `page#<page id>`; `-` of `key#<digest>`, `copy#<brand>#<fingerprint>`, `reply#<inbound id>`,
    `useless#<responder>`, `optout#<responder>`.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    incident = UnicodeAttribute(null=True)
    incident_id = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    due = UnicodeAttribute(null=True)
    due_at = InstantAttribute(null=True)

    page = UnicodeAttribute(null=True)
    page_state = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    key = UnicodeAttribute(null=True)

    count = NumberAttribute(null=True)  # type: ignore[assignment]
    since = InstantAttribute(null=True)
    is_out = BooleanAttribute(null=True)

    due_index = Due()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE


# --- tickets -----------------------------------------------------------------------------


class Queue(GlobalSecondaryIndex[Any]):
    """Tickets that wait, gravest first, then longest waiting."""

    class Meta:  # noqa: D106
        index_name = "queue"
        projection = AllProjection()

    queue = UnicodeAttribute(hash_key=True)
    order = UnicodeAttribute(range_key=True)


class Unsettled(GlobalSecondaryIndex[Any]):
    """Tickets with a reply whose fate is open, oldest approval first."""

    class Meta:  # noqa: D106
        index_name = "unsettled"
        projection = AllProjection()

    unsettled = UnicodeAttribute(hash_key=True)
    unsettled_at = InstantAttribute(range_key=True)


class TicketsTable(Model):
    """`<ticket id>`: `ticket`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    ticket = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    queue = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    unsettled = UnicodeAttribute(null=True)
    unsettled_at = InstantAttribute(null=True)

    queue_index = Queue()
    unsettled_index = Unsettled()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE


# --- desk --------------------------------------------------------------------------------


class DeskTable(Model):
    """`desk`: `current`, `version#<n>`; `source`: `<source name>`; `notice`: `<kind>`."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

    desk = UnicodeAttribute(null=True)
    applied_at = InstantAttribute(null=True)
    version = NumberAttribute(null=True)

    cursor = UnicodeAttribute(null=True)
    due_at = InstantAttribute(null=True)
    succeeded_at = InstantAttribute(null=True)
    failures = NumberAttribute(null=True)
    trouble = UnicodeAttribute(null=True)

    told_at = InstantAttribute(null=True)
    is_told = BooleanAttribute(null=True)

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE


TABLES: Mapping[str, type[Model]] = {
    "mentions": MentionsTable,
    "incidents": IncidentsTable,
    "tickets": TicketsTable,
    "desk": DeskTable,
}
"""By the last part of their names, `nightdesk-<stage>-<table>`."""

T = TypeVar("T", bound=Model)


@cache
def bound(model: type[T], table_name: str, region: str | None = None) -> type[T]:
    """The model of one deployment's table; `region` None means the environment's.

    pynamodb ties a model to one table, and opens a connection for each; here each deployment
    gets a model of its own, and all of a region share one connection, since making a client
    costs a cold start some 40 ms.
    """
    meta = {
        name: value for name, value in vars(model.Meta).items() if not name.startswith("__")
    } | {"table_name": table_name, "region": region}
    one = cast(type[T], type(model)(model.__name__, (model,), {"Meta": type("Meta", (), meta)}))
    connection = _connection(region)
    own = one._get_connection()
    connection.add_meta_table(own.get_meta_table())
    own.connection = connection
    return one


@cache
def _connection(region: str | None) -> Connection:
    return Connection(
        region=region, connect_timeout_seconds=2, read_timeout_seconds=5, max_retry_attempts=2
    )


def days_after(instant: datetime, days: int) -> datetime:
    """When an item written at `instant` expires; DynamoDB removes it within days after."""
    return instant + timedelta(days=days)
