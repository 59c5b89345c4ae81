"""A day that is over is compared with what the local cloud's CloudWatch, SNS and bill say of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.adapters.clients import client
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.sms import SMS_PART, SentSms
from chalicelib.domain.finance import BillSettings, Finance
from tests.adapters.buckets import packed
from tests.adapters.test_sms_reports import COLUMNS
from tests.smoke.test_least_privilege import (  # noqa: F401
    Write,
    allowed_of_costs,
    of_costs,
)
from tests.smoke.world import World

BUCKET = "acme-sms-reports"

UNTIL_MORNING = timedelta(hours=8, minutes=40)
"""Days are compared from three o'clock (UTC) on."""


def yesterday() -> date:
    return wiring.now().date() - timedelta(days=1)


def book_yesterday() -> None:
    """A day with two SMS, as if Nightdesk had run on it."""
    at = datetime.combine(yesterday(), datetime.min.time(), UTC) + timedelta(hours=22)
    for id in ("sms-a", "sms-b"):
        wiring.parts.sms_ledger().put(SentSms(id=id, at=at, parts=1, country="AT"))
    sheet = Sheet(
        [
            (Entry(SMS_PART, Feature.WAKING, country="AT"), 2),
            (Entry("x.post-read", Feature.LISTENING), 10),
        ]
    )
    book = wiring.parts.price_book()()
    day = Day.priced_by(book, on=yesterday(), sheet=sheet, state=DayState.ESTIMATED)
    wiring.parts.books().put_day(day)


def report(*ids: str) -> None:
    """What SNS writes into the bucket of the company."""
    s3, region = client("s3"), wiring.parts.region()
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
    lines = [
        {
            "PublishTimeUTC": f"{yesterday()}T22:00:00.000Z",
            "MessageId": id,
            "DestinationPhoneNumber": "436641000001",
            "MessageType": "Transactional",
            "DeliveryStatus": "Message has been accepted by phone carrier",
            "PriceInUSD": "0.2",
            "PartNumber": "1",
            "TotalParts": "1",
        }
        for id in ids
    ]
    key = f"SMSUsageReports/{region}/{yesterday():%Y/%m/%d}/001.csv.gz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=packed(COLUMNS, lines))


def test_a_day_is_compared_with_reports_and_bill_and_takes_no_more_than_is_allowed(
    cloud_world: World,
    of_costs: set[Write],  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    bill = BillSettings(source=BillSource.COST_EXPLORER)
    cloud_world.apply(finance=Finance(bill=bill, sms_reports_bucket=BUCKET))
    book_yesterday()
    report("sms-a", "sms-b", "somebody-else-s")
    on = yesterday()
    cloud_world.fast_forward(UNTIL_MORNING)

    lines = wiring.parts.reconciliations().of_month(f"{on:%Y-%m}")
    of_day = {line.group: line for line in lines if line.day == on}
    assert of_day["sms"].charged == Decimal("0.4")
    assert of_day["sms"].by == "sms-report"
    assert of_day["unexplained"].charged == Decimal("0.2")
    assert of_day["x"].charged is None
    told = wiring.parts.sms_ledger().get("sms-a")
    assert told is not None
    assert (told.charged, told.by) == (Decimal("0.2"), "report")
    (price,) = wiring.parts.observed_prices().all()
    assert (price.sku, price.country, price.amount) == (SMS_PART, "AT", Decimal("0.2"))
    assert wiring.parts.bills().of(f"{on:%Y-%m}", BillSource.COST_EXPLORER) is not None
    kinds = {partition.partition("#")[0] for name, _, partition in of_costs if name == "reckon"}
    assert kinds >= {"reconciled", "bill", "price", "sms-day", "fetched"}
    assert of_costs - allowed_of_costs(of_costs) == set()
    assert "costs_not_compared" not in caplog.text
    assert "not_seen_from_outside" not in caplog.text
