"""Money: what was used is added up, compared with the bill, held against budgets.

rolling   adds up what was used: hours, days, tickets and incidents
accounts  a month, and what one ticket or incident took, for whoever looks
quota     what the provider says that SMS may cost
budgets   tells how budgets stand, once a mark
caps      a budget that stops SMS
letters   the letter of the month
telling   a letter to each address of finance, once
"""

from chalicelib.services.costing.rolling import Rolled, Rolling

__all__ = ["Rolled", "Rolling"]
