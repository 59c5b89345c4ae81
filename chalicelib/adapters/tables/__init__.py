"""The whole DynamoDB schema, a page for each table.

Six tables, each with partition `pk`, sort `sk` and TTL on `expires_at`. A model names every
attribute that an item of its table may have; which item has which stands beside the store that
writes it. Keys, conditions and indexes have attributes of their own; whole domain values are
one JSON text each (see `values.py`).

Index entries are *sparse* (an item without the index's attributes is not in it) and
*eventually consistent*: a listing may show what has just left it, or miss for a moment what
has just come. Whoever acts on a listing does so by a conditional write.
"""

from collections.abc import Mapping

from chalicelib.adapters.tables.base import LISTED, InstantAttribute, Table
from chalicelib.adapters.tables.binding import bound, forget
from chalicelib.adapters.tables.costs import CostsTable
from chalicelib.adapters.tables.desk import DeskTable
from chalicelib.adapters.tables.incidents import IncidentsTable
from chalicelib.adapters.tables.mentions import MentionsTable
from chalicelib.adapters.tables.search import SearchTable
from chalicelib.adapters.tables.tickets import TicketsTable

__all__ = [
    "LISTED",
    "TABLES",
    "CostsTable",
    "DeskTable",
    "IncidentsTable",
    "InstantAttribute",
    "MentionsTable",
    "SearchTable",
    "Table",
    "TicketsTable",
    "bound",
    "forget",
]

TABLES: Mapping[str, type[Table]] = {
    "mentions": MentionsTable,
    "incidents": IncidentsTable,
    "conversations": TicketsTable,
    "desk": DeskTable,
    "search": SearchTable,
    "costs": CostsTable,
}
"""By the last part of their names, `nightdesk-<stage>-<table>`."""
