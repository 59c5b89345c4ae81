"""The play bill, as the product reads Cost Explorer."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest

from infra.local.bill import PlayBill
from infra.local.clock import SteppedClock
from infra.local.cloud import REGION, Cloud
from infra.local.phones import Taken
from tests.infra.local.toy import MINUTE, STARTS_AT, put, send

FRIDAY = STARTS_AT.date()
SATURDAY = FRIDAY + timedelta(days=1)
SUNDAY = FRIDAY + timedelta(days=2)


@pytest.fixture
def taken() -> list[Taken]:
    return []


@pytest.fixture
def billed(cloud: Cloud, taken: list[Taken]) -> Iterator[Cloud]:
    bill = PlayBill(cloud.observed, taken, alarms=10, clock=cloud.clock, region=REGION)
    with bill.open():
        yield cloud


def skip(cloud: Cloud, length: timedelta) -> None:
    """So much time passes, in which only what is due at its end happens."""
    assert isinstance(cloud.clock, SteppedClock)
    cloud.clock.move_to(cloud.clock.now() + length)
    cloud.run_due()


def asked(first: Any, end: Any) -> dict[str, dict[str, Any]]:
    """By day and usage type: quantity and US dollars."""
    answer = boto3.client("ce", region_name="us-east-1").get_cost_and_usage(
        TimePeriod={"Start": f"{first}", "End": f"{end}"},
        Granularity="DAILY",
        Metrics=["UnblendedCost", "UsageQuantity"],
    )
    return {
        day["TimePeriod"]["Start"]: {
            group["Keys"][1]: tuple(
                Decimal(group["Metrics"][name]["Amount"])
                for name in ("UsageQuantity", "UnblendedCost")
            )
            for group in day["Groups"]
        }
        for day in answer["ResultsByTime"]
    }


def test_a_bill_has_what_was_counted_at_list_prices(billed: Cloud) -> None:
    put("one", "two", "three")
    billed.step(2 * MINUTE)
    skip(billed, timedelta(hours=8))

    lines = asked(FRIDAY, SATURDAY)[f"{FRIDAY}"]

    assert lines["EUC1-WriteRequestUnits"] == (3, 3 * Decimal("0.0000007625"))
    # Three beats, and the stream of the table once.
    assert lines["EUC1-Request"] == (4, 4 * Decimal("0.0000002"))
    assert lines["EUC1-CW:AlarmMonitorUsage"][0] == pytest.approx(
        Decimal("0.097222"), abs=Decimal("0.000001")
    )
    assert lines["EUC1-Lambda-GB-Second"][1] > 0


def test_messages_cost_what_the_carrier_charges_those_of_others_too(
    billed: Cloud, taken: list[Taken]
) -> None:
    taken.append(Taken(at=STARTS_AT, message_id="m", number="+12025550111", body="x" * 161))
    skip(billed, timedelta(hours=8))

    lines = asked(FRIDAY, SATURDAY)[f"{FRIDAY}"]

    assert lines["EUC1-SMSMessageCount"] == (2, 3 * Decimal("0.01228"))


def test_a_day_that_is_not_over_is_not_on_it(billed: Cloud) -> None:
    skip(billed, timedelta(hours=8))

    assert list(asked(FRIDAY, SUNDAY)) == [f"{FRIDAY}"]


def test_the_same_question_is_answered_anew_when_more_is_known(billed: Cloud) -> None:
    skip(billed, timedelta(hours=8))
    before = asked(FRIDAY, SUNDAY)
    send(billed, "order")
    skip(billed, timedelta(days=1))

    after = asked(FRIDAY, SUNDAY)

    assert list(before) == [f"{FRIDAY}"]
    assert list(after) == [f"{FRIDAY}", f"{SATURDAY}"]


def test_asking_is_on_the_bill_itself(billed: Cloud) -> None:
    billed.step(MINUTE)
    asked(FRIDAY, SATURDAY)
    skip(billed, timedelta(days=1))

    assert asked(FRIDAY, SATURDAY)[f"{FRIDAY}"]["EUC1-APIRequest"] == (1, Decimal("0.01"))
