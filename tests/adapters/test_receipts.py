"""Delivery receipts are read from what CloudWatch Logs hands over, and phone numbers stop there."""

import base64
import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.receipts import LARGEST, receipts_in
from chalicelib.domain.errors import BadInput
from chalicelib.domain.receipt import Receipt

NUMBER = "+12065550123"

DELIVERED = {
    "notification": {
        "messageId": "34d9b400-c6dd-5444-820d-fbeb0f1f54cf",
        "timestamp": "2016-06-28 00:40:34.558",
    },
    "delivery": {
        "phoneCarrier": "My Phone Carrier",
        "mnc": 270,
        "numberOfMessageParts": 1,
        "destination": NUMBER,
        "priceInUSD": 0.00645,
        "smsType": "Transactional",
        "mcc": 310,
        "providerResponse": "Message has been accepted by phone carrier",
        "dwellTimeMs": 599,
        "dwellTimeMsUntilDeviceAck": 1344,
    },
    "status": "SUCCESS",
}
"""The example of the Amazon SNS developer guide (read 2026-11)."""

FAILED = {
    "notification": {
        "messageId": "1077257a-92f3-5ca3-bc97-6a915b310625",
        "timestamp": "2016-06-28 00:40:34.559",
    },
    "delivery": {
        "mnc": 0,
        "destination": NUMBER,
        "priceInUSD": 0.00645,
        "smsType": "Transactional",
        "mcc": 0,
        "providerResponse": "Unknown error attempting to reach phone",
        "dwellTimeMs": 1420,
        "dwellTimeMsUntilDeviceAck": 1692,
    },
    "status": "FAILURE",
}
"""The guide's other example."""

WRITTEN = datetime(2016, 6, 28, 0, 40, 36, 250_000, tzinfo=UTC)


def packed(log: Any) -> dict[str, Any]:
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()}}


def event(*lines: object, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """What a subscription hands over; a line that is no text is written as JSON."""
    return packed(
        {
            "messageType": kind,
            "owner": "123456789012",
            "logGroup": "sns/eu-west-1/123456789012/DirectPublishToPhoneNumber",
            "logStream": "34d9b400",
            "subscriptionFilters": ["nightdesk-dev"],
            "logEvents": [
                {
                    "id": f"3195310660696698337880902507980421114328961542429EVENT{number}",
                    "timestamp": int(WRITTEN.timestamp() * 1000),
                    "message": line if isinstance(line, str) else json.dumps(line),
                }
                for number, line in enumerate(lines)
            ],
        }
    )


def changed(part: str, **over: object) -> dict[str, Any]:
    """The delivered receipt with other values in one of its parts; None takes one away."""
    inner = {**DELIVERED[part], **over}  # type: ignore[dict-item]
    return {**DELIVERED, part: {key: value for key, value in inner.items() if value is not None}}


def test_receipts_are_read_in_the_order_of_the_log() -> None:
    batch = receipts_in(event(DELIVERED, FAILED))
    assert batch.unreadable == ()
    assert batch.receipts == (
        Receipt(
            provider_id="34d9b400-c6dd-5444-820d-fbeb0f1f54cf",
            is_delivered=True,
            words="Message has been accepted by phone carrier",
            at=WRITTEN,
            price_usd=Decimal("0.00645"),
            dwell=timedelta(milliseconds=1344),
        ),
        Receipt(
            provider_id="1077257a-92f3-5ca3-bc97-6a915b310625",
            is_delivered=False,
            words="Unknown error attempting to reach phone",
            at=WRITTEN,
            price_usd=Decimal("0.00645"),
            dwell=timedelta(milliseconds=1692),
        ),
    )


def test_a_question_whether_we_can_be_reached_holds_no_receipts() -> None:
    batch = receipts_in(event("CWL CONTROL MESSAGE: Checking health", kind="CONTROL_MESSAGE"))
    assert (batch.receipts, batch.unreadable) == ((), ())


def test_what_a_provider_need_not_say_may_be_missing() -> None:
    bare = changed(
        "delivery",
        priceInUSD=None,
        dwellTimeMs=None,
        dwellTimeMsUntilDeviceAck=None,
        providerResponse=None,
    )
    (receipt,) = receipts_in(event(bare)).receipts
    assert (receipt.price_usd, receipt.dwell) == (None, None)
    assert receipt.words == "the provider does not say why"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f"call {NUMBER}", "not of the shape"),
        ("[]", "not of the shape"),
        ("", "not of the shape"),
        ({**DELIVERED, "status": f"UNKNOWN {NUMBER}"}, "no status that can be read"),
        ({"status": "SUCCESS", "delivery": {}}, "no notification that can be read"),
        (changed("notification", messageId=None), "no messageId that can be read"),
        (changed("notification", messageId=7), "no messageId that can be read"),
        (changed("delivery", dwellTimeMsUntilDeviceAck=NUMBER * 9), "not of the shape"),
        ({**DELIVERED, "delivery": NUMBER}, "not of the shape"),
    ],
    ids=str,
)
def test_what_is_no_receipt_is_named_without_its_text_and_the_others_are_read(
    line: object, what: str
) -> None:
    batch = receipts_in(event(DELIVERED, line, FAILED))
    assert [one.is_delivered for one in batch.receipts] == [True, False]
    (trouble,) = batch.unreadable
    assert "EVENT1" in trouble
    assert what in trouble
    assert NUMBER not in trouble


@pytest.mark.parametrize("at", [None, "yesterday", 10**30, [], {}])
def test_a_line_without_a_time_that_can_be_read_is_no_receipt(at: object) -> None:
    log = json.loads(gzip.decompress(base64.b64decode(event(DELIVERED)["awslogs"]["data"])))
    log["logEvents"][0]["timestamp"] = at
    batch = receipts_in(packed(log))
    assert batch.receipts == ()
    assert len(batch.unreadable) == 1


@pytest.mark.parametrize("line", ["text", None, 7, {}])
def test_a_log_event_of_another_shape_is_no_receipt(line: object) -> None:
    batch = receipts_in(packed({"messageType": "DATA_MESSAGE", "logEvents": [line]}))
    assert batch.receipts == ()
    assert "log event without id" in batch.unreadable[0]


@pytest.mark.parametrize(
    "whole",
    [
        {},
        {"awslogs": {}},
        {"awslogs": {"data": "?"}},
        {"awslogs": {"data": base64.b64encode(NUMBER.encode()).decode()}},
        {
            "awslogs": {
                "data": base64.b64encode(gzip.compress(NUMBER.encode() + b"{", mtime=0)).decode()
            }
        },
        {"awslogs": {"data": base64.b64encode(gzip.compress(b"[]", mtime=0)).decode()}},
        {"awslogs": None},
    ],
    ids=str,
)
def test_an_event_that_cannot_be_unpacked_is_refused_without_its_text(whole: Any) -> None:
    with pytest.raises(BadInput, match="delivery receipts") as refused:
        receipts_in(whole)
    assert NUMBER not in str(refused.value)


def test_an_event_that_is_cut_off_or_unpacks_without_end_is_refused() -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packing.compress(b" " * (LARGEST + 1)) + packing.flush()
    for data in (bomb, gzip.compress(b'{"a": "' + b"x" * 100, mtime=0)[:-9]):
        with pytest.raises(BadInput, match="cut off or too large"):
            receipts_in({"awslogs": {"data": base64.b64encode(data).decode()}})


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (f"No route to {NUMBER}", "No route to (a number)"),
        ("Blocked: 0664 123 45 67 is barred", "Blocked: (a number) is barred"),
        ("Carrier error 30008\n\nretry", "Carrier error 30008 retry"),
        ("x" * 500, "x" * 200),
    ],
)
def test_the_words_of_a_provider_are_short_and_hold_no_number(response: str, words: str) -> None:
    (receipt,) = receipts_in(event(changed("delivery", providerResponse=response))).receipts
    assert receipt.words == words


@given(
    lines=st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(("notification", "delivery", "status", "messageId")), inner
                )
            ),
        ),
        max_size=4,
    )
)
def test_nothing_that_stands_in_a_log_stops_the_reading(lines: list[Any]) -> None:
    batch = receipts_in(event(*(json.dumps(line) for line in lines), DELIVERED))
    assert len(batch.receipts) + len(batch.unreadable) == len(lines) + 1
    assert batch.receipts[-1].is_delivered
