"""Money as JSON: exact amounts as text, so that no reader rounds them by reading them.

month       a month: what it cost, by day and for what; what one of something cost
standing    forecast, budgets, how long SMS go on
comparison  what we metered beside what was charged
rows        what is behind a figure: quantity x price = amount, and where the price stands
what_if     a month that nobody has seen yet
amounts     numbers as text
"""

from chalicelib.web.views.costs.month import MonthView, month_view
from chalicelib.web.views.costs.rows import (
    AboutView,
    Row,
    RowsView,
    RowView,
    about_view,
    place_of_row,
    rows_of,
    rows_view,
)

__all__ = [
    "AboutView",
    "MonthView",
    "Row",
    "RowView",
    "RowsView",
    "about_view",
    "month_view",
    "place_of_row",
    "rows_of",
    "rows_view",
]
