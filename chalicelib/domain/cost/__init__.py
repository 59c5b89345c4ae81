"""What is used, what it costs, and for whom: quantities, dated prices, exact amounts.

use      what was used at one call, and what for
exact    sums and products without rounding
price    dated prices, by region and country
sheet    quantities added up: the same whatever the order, and however they are cut
line     a quantity, its price and its amount
day      what a day took, with the prices it was priced by
record   what one invocation took
sms      one SMS and what became of its price
bill     what somebody else says that it cost
"""

from chalicelib.domain.cost.price import STALE_AFTER, Price, PriceBook, PriceKind
from chalicelib.domain.cost.sheet import Entry, Sheet
from chalicelib.domain.cost.use import Charge, Done, Feature, Per, Purpose, Use

__all__ = [
    "STALE_AFTER",
    "Charge",
    "Done",
    "Entry",
    "Feature",
    "Per",
    "Price",
    "PriceBook",
    "PriceKind",
    "Purpose",
    "Sheet",
    "Use",
]
