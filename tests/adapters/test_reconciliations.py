"""What was metered beside what was charged, as it was compared last."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chalicelib.domain.cost.day import DayState
from chalicelib.domain.cost.reconciling import Reconciled
from tests.adapters.stores import Stores, items, put

ON = date(2026, 11, 20)
TABLES = Reconciled(
    period="2026-11-20",
    group="dynamodb",
    metered=Decimal("0.0000000125"),
    charged=Decimal("0.02"),
    currency="USD",
    reason="a reason",
    state=DayState.FINAL,
    by="cost-explorer",
)
STRANGE = replace(TABLES, group="unexplained", named="Amazon Route 53", charged=None)


def of(line: Reconciled, day: date) -> Reconciled:
    return replace(line, period=day.isoformat())


def test_the_lines_of_a_month_are_found_by_day(stores: Stores) -> None:
    later, other = date(2026, 11, 21), date(2026, 12, 1)
    stores.reconciliations.put(later, (of(TABLES, later),))
    stores.reconciliations.put(ON, (TABLES, STRANGE))
    stores.reconciliations.put(other, (of(TABLES, other),))
    assert stores.reconciliations.of_month("2026-11") == (TABLES, STRANGE, of(TABLES, later))
    assert stores.reconciliations.of_month("2026-10") == ()


def test_a_day_that_is_compared_again_takes_the_place_of_what_stood_there(stores: Stores) -> None:
    stores.reconciliations.put(ON, (TABLES, STRANGE))
    stores.reconciliations.put(ON, (TABLES,))
    stores.reconciliations.put(ON, (TABLES,))
    assert stores.reconciliations.of_month("2026-11") == (TABLES,)


def test_lines_of_another_day_are_refused(stores: Stores) -> None:
    with pytest.raises(ValueError, match="not all of 2026-11-21"):
        stores.reconciliations.put(date(2026, 11, 21), (TABLES,))


def test_a_day_stays(dynamo: Stores) -> None:
    dynamo.reconciliations.put(ON, (TABLES,))
    (found,) = items(dynamo, "costs")
    assert (found["pk"], found["sk"]) == ({"S": "reconciled"}, {"S": "2026-11-20"})
    assert "expires_at" not in found


def test_a_day_that_cannot_be_read_does_not_hide_the_others(
    dynamo: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    dynamo.reconciliations.put(ON, (TABLES,))
    put(dynamo, "costs", {"pk": {"S": "reconciled"}, "sk": {"S": "2026-11-19"}})
    assert dynamo.reconciliations.of_month("2026-11") == (TABLES,)
    assert "books_unreadable" in caplog.text
