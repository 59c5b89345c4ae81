"""What the carrier says a day later of each SMS, as the product reads it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.sms_reports import S3SmsReports
from infra.local.clock import SteppedClock
from infra.local.phones import Taken
from infra.local.sms_reports import STRANGER, SmsUsageReports, price_of_part

REGION = "eu-central-1"
EVENING = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
FRIDAY = EVENING.date()


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("s3", region_name=REGION)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(EVENING)


def reporting(taken: list[Taken], clock: SteppedClock, s3: Any) -> SmsUsageReports:
    return SmsUsageReports(taken, clock=clock, s3=s3, bucket="usage", prefix="sms/", region=REGION)


def text(
    id: str, body: str = "wake up", number: str = "+12025550111", at: datetime = EVENING
) -> Taken:
    return Taken(at=at, message_id=id, number=number, body=body)


def read(s3: Any, day: date) -> dict[str, tuple[int | None, Decimal | None]]:
    reports = S3SmsReports(s3=s3, bucket="usage", prefix="sms/", region=REGION)
    return {one.id: (one.charged_parts, one.charged) for one in reports.of_day(day)}


def test_a_report_comes_after_midnight_and_has_every_part(s3: Any, clock: SteppedClock) -> None:
    reports = reporting([text("short"), text("long", "x" * 161)], clock, s3)

    clock.move_to(reports.next_at - timedelta(seconds=1))
    assert not reports.deliver()
    assert read(s3, FRIDAY) == {}
    clock.move_to(reports.next_at)
    assert reports.deliver()

    us = Decimal("0.01228")
    assert read(s3, FRIDAY) == {
        "short": (1, us),
        "long": (2, 2 * us),
        STRANGER.message_id: (1, us),
    }


def test_somebody_else_sends_too_on_the_first_day_alone(s3: Any, clock: SteppedClock) -> None:
    saturday = EVENING + timedelta(days=1)
    reports = reporting([text("friday"), text("saturday", at=saturday)], clock, s3)

    clock.move_to(EVENING + timedelta(days=3))
    reports.deliver()

    assert set(read(s3, FRIDAY)) == {"friday", STRANGER.message_id}
    assert set(read(s3, saturday.date())) == {"saturday"}


def test_a_day_without_sms_has_no_report(s3: Any, clock: SteppedClock) -> None:
    reports = reporting([], clock, s3)

    clock.move_to(reports.next_at)
    reports.deliver()

    assert "Contents" not in s3.list_objects_v2(Bucket="usage")


def test_a_part_costs_by_country_and_somewhere_else_as_much_as_elsewhere() -> None:
    prices = [price_of_part(number) for number in ("+12025550111", "+436641234567", "+9999")]

    assert prices == [Decimal("0.01228"), Decimal("0.10842"), Decimal("0.09000")]
