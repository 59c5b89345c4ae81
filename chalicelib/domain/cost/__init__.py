"""What is used, what it costs, and for whom: quantities, dated prices, exact amounts.

use      what was used at one call, and what for
exact    sums and products without rounding
price    dated prices, by region and country
sheet    quantities added up: the same whatever the order, and however they are cut
line     a quantity, its price and its amount
day      what a day took, with the prices it was priced by
record   what one invocation took
standing what costs though nothing happens, by the hour
sms      one SMS and what became of its price
bill     what somebody else says that it cost
skus     everything of AWS that is metered, and what nobody has published a price of
profile  what each act of a desk uses, as it was measured
size     how big a company is, as far as what it costs depends on it
whatif   what a month would cost a company of a given size
account  a month as finance sees it
sharing  what is used for several things, in parts that add up to it
among    what sources or brands took, each for itself and together
unit_costs  what one of something costs
run_rate    what a day costs of late
forecast    what a month will have cost
outlook  how long SMS go out
budget   how budgets stand, and what is to be told of them
letter   the letter of the month
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
