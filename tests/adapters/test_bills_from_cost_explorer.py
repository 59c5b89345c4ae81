"""The bill of Cost Explorer: asked once a day, in shapes of the AWS API reference."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.ce.models import ce_backends

from chalicelib.adapters.bills_from_cost_explorer import REGION, CostExplorerBills
from chalicelib.adapters.clients import client
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.errors import BadInput, Unanswered
from tests.fakes import FakeBills
from tests.fakes.cost_marks import FakeCostMarks

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
DAY = timedelta(days=1)
TAG = "nightdesk-stage=prod"
ACCOUNT = "123456789012"
"""Also the one that moto plays."""


def group(service: str, usage_type: str, amount: str, quantity: str, unit: str = "USD") -> Any:
    return {
        "Keys": [service, usage_type],
        "Metrics": {
            "UnblendedCost": {"Amount": amount, "Unit": unit},
            "UsageQuantity": {"Amount": quantity, "Unit": "N/A"},
        },
    }


def of_day(day: str, *groups: Any, is_estimated: bool = True) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": day, "End": f"{date.fromisoformat(day) + DAY}"},
        "Total": {},
        "Groups": list(groups),
        "Estimated": is_estimated,
    }


WRITES = group("Amazon DynamoDB", "EUC1-WriteRequestUnits", "0.6250000000", "1000000")


class Explorer:
    """Answers what it is given, page by page; `asked` are the questions."""

    def __init__(self, *pages: Mapping[str, Any] | Exception) -> None:
        self.pages = list(pages)
        self.asked: list[dict[str, Any]] = []

    def get_cost_and_usage(self, **asking: Any) -> Mapping[str, Any]:
        self.asked.append(asking)
        page = self.pages.pop(0)
        if isinstance(page, Exception):
            raise page
        return page


def page(*days: Any, token: str = "") -> dict[str, Any]:
    return {"ResultsByTime": list(days), **({"NextPageToken": token} if token else {})}


class Reading:
    """A reader over an explorer, with what it keeps."""

    def __init__(self, *pages: Mapping[str, Any] | Exception, **over: str) -> None:
        self.explorer, self.bills, self.marks = Explorer(*pages), FakeBills(), FakeCostMarks()
        self.reader = CostExplorerBills(
            explorer=self.explorer, bills=self.bills, marks=self.marks, **over
        )

    def read(self, month: str = "2026-11", now: datetime = NOW) -> Any:
        return self.reader.read(month, now=now)


def test_a_bill_is_by_service_usage_type_and_day() -> None:
    reading = Reading(
        page(
            of_day(
                "2026-11-20",
                WRITES,
                group("AWS Lambda", "EUC1-Lambda-GB-Second-ARM", "0.0000133334", "1"),
                group("Amazon Simple Notification Service", "EUC1-SMS-Price-DE", "0.9", "12"),
                group("AmazonCloudWatch", "EUC1-DataProcessing-Bytes", "0.25", "0.5"),
                group("Amazon Route 53", "DNS-Queries", "0.0004", "1000"),
                group("Tax", "NoUsageType", "0.12", "0"),
                group("AWS Glue", "EUC1-Nothing", "0", "0"),
            ),
            of_day("2026-11-21", WRITES),
        ),
        account="123456789012",
        tag=TAG,
    )
    bill = reading.read()
    assert (bill.source, bill.account, bill.currency) == (
        BillSource.COST_EXPLORER,
        "123456789012",
        "USD",
    )
    assert (bill.is_final, bill.read_at, bill.tag) == (False, NOW, TAG)
    found = {(one.group, one.sku, one.quantity, one.amount) for one in bill.lines}
    assert found == {
        ("dynamodb", "dynamodb.write-unit", Decimal(1000000), Decimal("0.625")),
        ("lambda", "lambda.gb-second.arm64", Decimal(1024000), Decimal("0.0000133334")),
        ("sms", "sns.sms-part", Decimal(12), Decimal("0.9")),
        ("logs", "logs.byte", Decimal(2**29), Decimal("0.25")),
        ("", "", Decimal(1000), Decimal("0.0004")),
        ("tax", "", Decimal(0), Decimal("0.12")),
    }
    first = bill.lines[0]
    assert (first.day, first.region) == (date(2026, 11, 20), "eu-central-1")
    assert first.named == "Amazon DynamoDB EUC1-WriteRequestUnits"
    assert [one.named for one in bill.lines if not one.group] == ["Amazon Route 53"]


def test_the_question_names_month_account_and_tag_and_leaves_credits_out() -> None:
    reading = Reading(page(of_day("2026-11-20", WRITES)), account="123456789012", tag=TAG)
    reading.read()
    (asked,) = reading.explorer.asked
    assert asked["TimePeriod"] == {"Start": "2026-11-01", "End": "2026-11-22"}
    assert asked["Granularity"] == "DAILY"
    assert [one["Key"] for one in asked["GroupBy"]] == ["SERVICE", "USAGE_TYPE"]
    assert asked["Filter"]["And"] == [
        {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund"]}}},
        {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["123456789012"]}},
        {"Tags": {"Key": "nightdesk-stage", "Values": ["prod"]}},
    ]


def test_a_month_that_is_over_is_asked_whole_and_december_too() -> None:
    reading = Reading(page(), page())
    reading.read("2026-10")
    reading.read("2025-12")
    assert [asked["TimePeriod"] for asked in reading.explorer.asked] == [
        {"Start": "2026-10-01", "End": "2026-11-01"},
        {"Start": "2025-12-01", "End": "2026-01-01"},
    ]


def test_it_is_asked_once_a_day() -> None:
    reading = Reading(page(of_day("2026-11-20", WRITES)), page(of_day("2026-11-21", WRITES)))
    first = reading.read()
    assert reading.read(now=NOW + timedelta(hours=20)) == first
    assert len(reading.explorer.asked) == 1
    assert reading.read(now=NOW + DAY) != first
    assert len(reading.explorer.asked) == 2


def test_pages_are_read_to_the_end() -> None:
    reading = Reading(
        page(of_day("2026-11-20", WRITES), token="more"), page(of_day("2026-11-21", WRITES))
    )
    assert len(reading.read().lines) == 2
    assert [asked.get("NextPageToken") for asked in reading.explorer.asked] == [None, "more"]


def test_pages_without_end_are_given_up() -> None:
    reading = Reading(*[page(of_day("2026-11-20", WRITES), token="more")] * 30)
    with pytest.raises(Unanswered, match="more than 20 pages"):
        reading.read()
    assert reading.bills.of("2026-11", BillSource.COST_EXPLORER) is None


def test_after_an_answer_that_did_not_come_it_is_asked_tomorrow() -> None:
    refused = ClientError({"Error": {"Code": "LimitExceededException"}}, "GetCostAndUsage")
    reading = Reading(refused, page(of_day("2026-11-20", WRITES)))
    with pytest.raises(Unanswered, match="LimitExceededException"):
        reading.read()
    with pytest.raises(Unanswered, match="asked once a day"):
        reading.read(now=NOW + timedelta(hours=1))
    assert len(reading.explorer.asked) == 1
    assert reading.read(now=NOW + DAY).lines


def test_a_month_is_final_when_no_day_of_it_is_estimated() -> None:
    days = of_day("2026-10-30", WRITES, is_estimated=False), of_day("2026-10-31", WRITES)
    assert not Reading(page(*days)).read("2026-10").is_final
    assert Reading(page(days[0])).read("2026-10").is_final
    assert not Reading(page()).read("2026-10").is_final


def test_a_bill_of_another_tag_is_no_answer() -> None:
    reading = Reading(page(of_day("2026-11-20", WRITES)), tag=TAG)
    kept = Reading(page(of_day("2026-11-20"))).read()
    reading.bills.put(replace(kept, tag="nightdesk-stage=other"))
    assert reading.read().tag == TAG


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (of_day("2026-11-20", group("X", "Y", "1", "1", "EUR")), "is in EUR; use USD"),
        (of_day("2026-11-20", group("X", "Y", "much", "1")), "UnblendedCost is 'much', no number"),
        (of_day("2026-11-20", group("X", "Y", "NaN", "1")), "UnblendedCost is NaN; no number"),
        (of_day("2026-11-20", {"Keys": ["X", "Y"], "Metrics": {}}), "X: it has no UnblendedCost"),
        (of_day("2026-10-31", WRITES), "Cost Explorer, 2026-10-31: it is not of 2026-11"),
        ({"TimePeriod": {}, "Groups": []}, "a day without a date: it is no day"),
    ],
)
def test_what_is_no_bill_is_said(day: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        Reading(page(day)).read()


# --- as AWS gives it -----------------------------------------------------------------------


@pytest.fixture
def seeded(cloud: None) -> Iterator[Any]:
    backend = ce_backends[ACCOUNT]["aws"]
    backend.cost_usage_results_queue.clear()
    yield backend.cost_usage_results_queue
    backend.cost_usage_results_queue.clear()
    backend.cost_usage_results.clear()


def test_the_client_of_boto_is_asked_in_us_east_1(seeded: Any) -> None:
    seeded.append({"ResultsByTime": [of_day("2026-11-20", WRITES)]})
    explorer = client("ce", REGION, attempts=1)
    reader = CostExplorerBills(
        explorer=explorer, bills=FakeBills(), marks=FakeCostMarks(), account="123456789012", tag=TAG
    )
    (line,) = reader.read("2026-11", now=NOW).lines
    assert (line.sku, line.amount) == ("dynamodb.write-unit", Decimal("0.625"))
    assert explorer.meta.endpoint_url == "https://ce.us-east-1.amazonaws.com"
