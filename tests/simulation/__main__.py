"""The long version: so many days in which functions wake each minute, as on AWS.

`python -m tests.simulation 3` plays three days (some minutes each) and prints every sku as the
books and the count have it, those that differ marked.
"""

import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from chalicelib import wiring
from chalicelib.domain.cost.use import is_done
from tests.simulation.counting import days_of
from tests.simulation.month import a_month
from tests.simulation.test_costs import TINY


def main(days: int) -> int:
    """How many skus differ."""
    with tempfile.TemporaryDirectory() as folder, a_month(Path(folder), days=days) as month:
        month.play(each_minute=True)
        dates = days_of(month.begins_at, days)
        with month.desk.cloud.calls.paused():
            books = wiring.parts.books().days(dates[0], dates[-1])
        counted: dict[str, Decimal] = {}
        for date in dates:
            for sku, quantity in month.count.of_day(date).items():
                counted[sku] = counted.get(sku, Decimal(0)) + quantity
    metered: dict[str, Decimal] = {}
    for day in books:
        for entry, quantity in day.sheet.items():
            if not is_done(entry.sku) and entry.sku not in TINY:
                metered[entry.sku] = metered.get(entry.sku, Decimal(0)) + quantity
    differing = 0
    for sku in sorted({*metered, *counted}):
        both = metered.get(sku, Decimal(0)), counted.get(sku, Decimal(0))
        is_same = abs(both[0] - both[1]) < Decimal("0.001")
        differing += not is_same
        print(f"{sku:26}{both[0]:>20}{both[1]:>20}{'' if is_same else '  differs'}")
    print(f"the books: {sum(day.amount for day in books):.4f} USD")
    return differing


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
