"""A month as FOCUS 1.2 (Cost and Usage), the FinOps format of costs: a row for each cost line.

Source: https://focus.finops.org/focus-specification/v1-2/

columns     what a row says, and of what type each column is
sellers     who sells, bills and makes what a sku names
units       how FOCUS writes the units of our quantities and prices
deployment  whose account pays, and where
rows        the rows of days of the books
text        rows as CSV
"""

from chalicelib.adapters.focus.columns import COLUMNS, Cell, Kind, Row
from chalicelib.adapters.focus.deployment import Deployment
from chalicelib.adapters.focus.rows import focus_rows
from chalicelib.adapters.focus.text import CONTENT_TYPE, focus_csv

__all__ = [
    "COLUMNS",
    "CONTENT_TYPE",
    "Cell",
    "Deployment",
    "Kind",
    "Row",
    "focus_csv",
    "focus_rows",
]
