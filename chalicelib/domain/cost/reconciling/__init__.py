"""What we metered beside what others say that it cost.

reconciled  one group of costs, metered and charged
groups      how finely a bill can be compared with our books
bills       a day of the books beside a day of the bill
messages    SMS by their message ids
reasons     why two amounts differ, as far as the numbers say
comparing   a day of the books beside everything that others say of it
observing   prices that were really charged
"""

from chalicelib.domain.cost.reconciling.reconciled import (
    FLAGGED_OVER,
    GOAL,
    NO_REASON,
    UNEXPLAINED,
    Reconciled,
    charged_of,
    unexplained_of,
)

__all__ = [
    "FLAGGED_OVER",
    "GOAL",
    "NO_REASON",
    "UNEXPLAINED",
    "Reconciled",
    "charged_of",
    "unexplained_of",
]
