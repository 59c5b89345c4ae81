"""Every SMS, and what was charged for it."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial

import pytest

from chalicelib.domain.cost.sms import SentSms
from tests.adapters.stores import Stores, before_call, calls, item, items, put, race

AT = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
DAY = date(2026, 11, 21)
SMS = SentSms(id="sms-1", at=AT, parts=2, country="DE", about="acme.outage.7f3a")
RECEIPT = replace(SMS, charged=Decimal("0.1484"), by="receipt")
REPORT = replace(SMS, charged=Decimal("0.15012"), charged_parts=3, by="report")


def test_an_sms_is_kept_once_and_found_by_its_id_and_its_day(stores: Stores) -> None:
    ledger = stores.sms_ledger
    assert ledger.get(SMS.id) is None
    ledger.put(SMS)
    ledger.put(replace(SMS, parts=9))

    assert ledger.get(SMS.id) == SMS
    assert ledger.of_day(DAY) == (SMS,)
    assert ledger.of_day(DAY + timedelta(days=1)) == ()
    assert ledger.get("sms-") is None


def test_the_day_of_an_sms_is_that_of_utc(stores: Stores) -> None:
    in_tokyo = replace(SMS, at=AT.astimezone(timezone(timedelta(hours=9))))
    stores.sms_ledger.put(in_tokyo)
    assert stores.sms_ledger.of_day(DAY) == (SMS,)


def test_what_was_charged_is_kept_with_it(stores: Stores) -> None:
    stores.sms_ledger.put(SMS)
    stores.sms_ledger.told(RECEIPT)
    assert stores.sms_ledger.get(SMS.id) == RECEIPT
    stores.sms_ledger.told(REPORT)
    assert stores.sms_ledger.get(SMS.id) == REPORT
    assert stores.sms_ledger.of_day(DAY) == (REPORT,)


def test_a_report_is_the_last_word_whenever_the_receipt_comes(stores: Stores) -> None:
    stores.sms_ledger.put(SMS)
    stores.sms_ledger.told(REPORT)
    stores.sms_ledger.told(RECEIPT)
    assert stores.sms_ledger.get(SMS.id) == REPORT


def test_what_is_told_of_an_sms_that_is_not_kept_is_left_out(stores: Stores) -> None:
    stores.sms_ledger.told(RECEIPT)
    assert stores.sms_ledger.get(SMS.id) is None
    assert stores.sms_ledger.of_day(DAY) == ()


def test_what_is_told_changes_nothing_but_what_was_charged(stores: Stores) -> None:
    """A report knows neither the incident nor when we counted how many parts."""
    stores.sms_ledger.put(SMS)
    of_report = SentSms(id=SMS.id, at=AT + timedelta(hours=5), parts=0, country="")
    stores.sms_ledger.told(replace(of_report, charged=REPORT.charged, charged_parts=3, by="report"))
    assert stores.sms_ledger.get(SMS.id) == REPORT


def test_an_sms_that_is_put_again_forgets_no_charge(stores: Stores) -> None:
    stores.sms_ledger.put(SMS)
    stores.sms_ledger.told(RECEIPT)
    stores.sms_ledger.put(SMS)
    assert stores.sms_ledger.get(SMS.id) == RECEIPT


def test_nobody_says_nothing_of_a_charge(stores: Stores) -> None:
    stores.sms_ledger.put(SMS)
    with pytest.raises((AssertionError, ValueError), match="nobody says what was charged"):
        stores.sms_ledger.told(SMS)


def test_a_receipt_and_a_report_at_once_leave_the_report(stores: Stores) -> None:
    for number in range(10):
        id = f"sms-{number}"
        stores.sms_ledger.put(replace(SMS, id=id))
        race(
            partial(stores.sms_ledger.told, replace(RECEIPT, id=id)),
            partial(stores.sms_ledger.told, replace(REPORT, id=id)),
        )
        assert stores.sms_ledger.get(id) == replace(REPORT, id=id)


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_report_that_comes_while_a_receipt_is_written_stays(dynamo: Stores) -> None:
    dynamo.sms_ledger.put(SMS)
    with before_call(dynamo, "PutItem", 1, lambda: dynamo.sms_ledger.told(REPORT)):
        dynamo.sms_ledger.told(RECEIPT)
    assert dynamo.sms_ledger.get(SMS.id) == REPORT


def test_an_sms_is_two_small_writes_that_go_after_400_days(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.sms_ledger.put(SMS)
    assert asked == ["PutItem", "PutItem"]
    for found in items(dynamo, "costs"):
        ends = datetime.fromtimestamp(int(found["expires_at"]["N"]), UTC)
        assert ends == AT + timedelta(days=400)
    of_day = item(dynamo, "costs", "sms-day#2026-11-21", "sms-1")
    assert json.loads(zlib.decompress(of_day["value"]["B"]))["country"] == "DE"
    assert item(dynamo, "costs", "sms", "sms-1")["day"] == {"S": "2026-11-21"}


def test_an_sms_that_cannot_be_read_hides_no_other(
    dynamo: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    dynamo.sms_ledger.put(SMS)
    put(dynamo, "costs", {"pk": {"S": "sms-day#2026-11-21"}, "sk": {"S": "sms-0"}})
    assert dynamo.sms_ledger.of_day(DAY) == (SMS,)
    assert "books_unreadable" in caplog.text
