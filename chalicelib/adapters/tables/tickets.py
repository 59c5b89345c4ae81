"""The table of conversations: tickets, and who takes part in them."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE, STREAM_NEW_AND_OLD_IMAGE
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.adapters.tables.base import InstantAttribute, Table


class Queue(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards by the lane of the queue in which they stand, gravest first, then longest waiting."""

    class Meta:  # noqa: D106
        index_name = "queue"
        projection = IncludeProjection(["card"])

    lane = UnicodeAttribute(hash_key=True)
    order = UnicodeAttribute(range_key=True)


class Held(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards by who has the ticket."""

    class Meta:  # noqa: D106
        index_name = "held"
        projection = IncludeProjection(["card"])

    held = UnicodeAttribute(hash_key=True)
    order = UnicodeAttribute(range_key=True)


class Owed(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Cards of those to whom an answer is owed, by when it is due."""

    class Meta:  # noqa: D106
        index_name = "owed"
        projection = IncludeProjection(["card"])

    owed = UnicodeAttribute(hash_key=True)
    owed_place = UnicodeAttribute(range_key=True)


class OfCustomer(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """One person's tickets, ended ones included, by when they were opened: keys alone, which
    never change, so that only the first write of a ticket costs anything here."""

    class Meta:  # noqa: D106
        index_name = "customer"
        projection = KeysOnlyProjection()

    customer = UnicodeAttribute(hash_key=True)
    opened_at = InstantAttribute(range_key=True)


class Clocked(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Tickets that the clock must look at, by when; keys alone, since it reads them anew."""

    class Meta:  # noqa: D106
        index_name = "due"
        projection = KeysOnlyProjection()

    due = UnicodeAttribute(hash_key=True)
    next_at = InstantAttribute(range_key=True)


class Unsettled(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Tickets with an approved reply whose fate is open, by when somebody is to see to it."""

    class Meta:  # noqa: D106
        index_name = "unsettled"
        projection = KeysOnlyProjection()

    unsettled = UnicodeAttribute(hash_key=True)
    unsettled_from = InstantAttribute(range_key=True)


class TicketsTable(Table):
    """Tickets, who looks at them, customers, and what was said of late.

    `<ticket id>`: `ticket`, `looking#<agent>`; `customer#<profile key>`: `customer`;
    `said#<brand>#<digest>`: `-`.
    """

    ticket = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    card = UnicodeAttribute(null=True)
    lane = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    held = UnicodeAttribute(null=True)
    owed = UnicodeAttribute(null=True)
    owed_place = UnicodeAttribute(null=True)
    customer = UnicodeAttribute(null=True)
    opened_at = InstantAttribute(null=True)
    due = UnicodeAttribute(null=True)
    next_at = InstantAttribute(null=True)
    unsettled = UnicodeAttribute(null=True)
    unsettled_from = InstantAttribute(null=True)

    presence = UnicodeAttribute(null=True)
    seen_at = InstantAttribute(null=True)
    person = UnicodeAttribute(null=True)
    leads_to = UnicodeAttribute(null=True)
    said_in = UnicodeAttribute(null=True)
    said_at = InstantAttribute(null=True)

    queue_index = Queue()
    held_index = Held()
    owed_index = Owed()
    customer_index = OfCustomer()
    due_index = Clocked()
    unsettled_index = Unsettled()

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
        stream_view_type = STREAM_NEW_AND_OLD_IMAGE
