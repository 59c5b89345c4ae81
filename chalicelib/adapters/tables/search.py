"""The table of search."""

from pynamodb.constants import PAY_PER_REQUEST_BILLING_MODE

from chalicelib.adapters.tables.base import Table


class SearchTable(Table):
    """`<word>`, and `*<year>-<month>` for every ticket: `<opened_at>#<ticket id>`.

    Nothing but keys: an item is rounded up to 1 KB when it is written, and a read unit has some
    hundred of them.
    """

    class Meta:  # noqa: D106
        billing_mode = PAY_PER_REQUEST_BILLING_MODE
