"""The newest readiness report, in memory and in DynamoDB."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import BadInput
from chalicelib.domain.readiness import Finding, Gravity, Report
from tests.adapters.stores import Stores, item, put
from tests.builders import NOW

REPORT = Report(
    checked_at=NOW,
    is_covered_tonight=False,
    findings=(
        Finding(gravity=Gravity.TONIGHT, what="Policy a reaches nobody", remedy="Mend it"),
        Finding(gravity=Gravity.NOTE, what="Grüße", remedy="None"),
    ),
)


def test_before_the_first_check_there_is_none(stores: Stores) -> None:
    assert stores.reports.latest() is None


def test_a_report_comes_back_as_it_was(stores: Stores) -> None:
    stores.reports.keep(REPORT)
    assert stores.reports.latest() == REPORT


def test_the_newest_report_counts_whoever_writes_last(stores: Stores) -> None:
    newer = replace(REPORT, checked_at=NOW + timedelta(hours=1), findings=())
    stores.reports.keep(newer)
    stores.reports.keep(REPORT)
    assert stores.reports.latest() == newer


def test_a_report_that_cannot_be_read_is_an_error_and_not_all_well(dynamo: Stores) -> None:
    dynamo.reports.keep(REPORT)
    there = item(dynamo, "desk", "readiness", "latest")
    put(dynamo, "desk", {**there, "report": {"S": "{}"}})
    with pytest.raises(BadInput):
        dynamo.reports.latest()
