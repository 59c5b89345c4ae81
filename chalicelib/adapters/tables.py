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
from datetime import datetime
from functools import cache
from threading import Lock
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


class Table(Model):
    """What every item has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    write_id = UnicodeAttribute(null=True)  # see `items.put_if`
    expires_at = TTLAttribute(null=True)


# --- mentions ----------------------------------------------------------------------------


class Unjudged(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Mentions without a verdict, oldest first."""

    class Meta:  # noqa: D106
        index_name = "unjudged"
        projection = AllProjection()

    unjudged = UnicodeAttribute(hash_key=True)
    pulled_at = InstantAttribute(range_key=True)


class MentionsTable(Table):
    """`<mention id>`: `mention` (the mention and, later, its verdict) and `raw` (its payload)."""

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


# --- tickets -----------------------------------------------------------------------------


class Queue(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Tickets that wait, gravest first, then longest waiting."""

    class Meta:  # noqa: D106
        index_name = "queue"
        projection = AllProjection()

    queue = UnicodeAttribute(hash_key=True)
    order = UnicodeAttribute(range_key=True)


class Unsettled(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Tickets with a reply whose fate is open, least lately tried first."""

    class Meta:  # noqa: D106
        index_name = "unsettled"
        projection = AllProjection()

    unsettled = UnicodeAttribute(hash_key=True)
    unsettled_at = InstantAttribute(range_key=True)


class TicketsTable(Table):
    """`<ticket id>`: `ticket`."""

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


class DeskTable(Table):
    """What is in force, and what is known of sources, notices, readiness and calendars.

    `desk`: `current`, `version#<n>`; `source`: `<source name>`; `notice`: `<kind>`; `readiness`:
    `latest`; `calendar`: `<kind>#<name>`; `second-reading`: `<day in UTC>`.
    """

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

    report = UnicodeAttribute(null=True)
    checked_at = InstantAttribute(null=True)
    generation = NumberAttribute(null=True)
    readings = NumberAttribute(null=True)

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE


TABLES: Mapping[str, type[Table]] = {
    "mentions": MentionsTable,
    "incidents": IncidentsTable,
    "tickets": TicketsTable,
    "desk": DeskTable,
}
"""By the last part of their names, `nightdesk-<stage>-<table>`."""

T = TypeVar("T", bound=Table)

_lock = Lock()


def bound(model: type[T], table_name: str, region: str | None = None) -> type[T]:
    """The model of one deployment's table; `region` None means the environment's.

    pynamodb ties a model to one table, and opens a connection for each. Here each deployment
    has models of its own, and all of a region share one connection, since making a client
    costs a cold start some 40 ms.
    """
    with _lock:
        return cast(type[T], _bound(model, table_name, region))


def forget() -> None:
    """Let go of every model and connection made so far."""
    with _lock:
        _bound.cache_clear()
        _connection.cache_clear()


@cache
def _bound(model: type[Table], table_name: str, region: str | None) -> type[Table]:
    meta = {name: value for name, value in vars(model.Meta).items() if name[0] != "_"}
    meta |= {"table_name": table_name, "region": region}
    named: Any = type(model)
    of_deployment: type[Table] = named(
        model.__name__, (model,), {"Meta": type("Meta", (), meta), "__module__": __name__}
    )
    own = of_deployment._get_connection()
    shared = _connection(region)
    shared.add_meta_table(own.get_meta_table())
    own.connection = shared
    return of_deployment


@cache
def _connection(region: str | None) -> Connection:
    """Two retries with jitter (botocore's standard mode), so that a call ends within 21 s."""
    return Connection(
        region=region, connect_timeout_seconds=2, read_timeout_seconds=5, max_retry_attempts=2
    )
