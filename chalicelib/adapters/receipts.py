"""Delivery receipts of SMS, as CloudWatch Logs hands them to a function.

The envelope: Amazon CloudWatch Logs user guide, "Subscription filters with AWS Lambda" (base64
of gzip of JSON; `CONTROL_MESSAGE` only asks whether we can be reached). The lines: Amazon SNS
developer guide, "SMS delivery monitoring with CloudWatch metrics and logs" (read 2026-11).
Phone numbers stop here.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.domain.errors import BadInput
from chalicelib.domain.receipt import Receipt

LARGEST = 16 * 1024 * 1024
"""Bytes that a batch may unpack to; Lambda takes 256 KB of it packed."""

LONGEST_WORDS = 200

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GZIP = 16 + zlib.MAX_WBITS
_A_NUMBER = re.compile(r"\+?\d(?:[\s().-]?\d){5,}")
"""What may be a phone number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The receipts of one event."""

    receipts: tuple[Receipt, ...]
    unreadable: tuple[str, ...] = ()
    """What was no receipt, each as the id of the log event and what is wrong with it."""


def receipts_in(event: Mapping[str, Any]) -> Batch:
    """The receipts in an event of a log group's subscription, in the order of the log.

    Raises BadInput when the event as a whole cannot be unpacked; says what, never what was in it.
    """
    log = _unpacked(event)
    if log.get("messageType") != "DATA_MESSAGE":
        return Batch(receipts=())
    receipts: list[Receipt] = []
    unreadable: list[str] = []
    for line in log.get("logEvents", []):
        try:
            receipts.append(_receipt(line))
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            where = line.get("id", "") if isinstance(line, dict) else ""
            unreadable.append(f"log event {where or 'without id'}: {_what_is_wrong(error)}")
    return Batch(receipts=tuple(receipts), unreadable=tuple(unreadable))


def _unpacked(event: Mapping[str, Any]) -> dict[str, Any]:
    try:
        packed = base64.b64decode(event["awslogs"]["data"], validate=True)
        unpacking = zlib.decompressobj(_GZIP)
        text = unpacking.decompress(packed, LARGEST)
        if not unpacking.eof:
            raise BadInput("delivery receipts: the log event is cut off or too large")
        log = json.loads(text)
    except (KeyError, TypeError, binascii.Error, zlib.error, ValueError) as error:
        trouble = f"delivery receipts: no event of a log group: {type(error).__name__}"
        raise BadInput(trouble) from None
    if not isinstance(log, dict):
        raise BadInput("delivery receipts: no event of a log group: no object")
    return log


def _receipt(line: Mapping[str, Any]) -> Receipt:
    says = json.loads(line["message"], parse_float=Decimal)
    delivery = says["delivery"]
    provider_id, status = says["notification"]["messageId"], says["status"]
    if not isinstance(provider_id, str) or not provider_id:
        raise KeyError("messageId")
    if status not in ("SUCCESS", "FAILURE"):
        raise KeyError("status")
    waited = delivery.get("dwellTimeMsUntilDeviceAck", delivery.get("dwellTimeMs"))
    return Receipt(
        provider_id=provider_id,
        is_delivered=status == "SUCCESS",
        words=_words(delivery.get("providerResponse")),
        at=_EPOCH + timedelta(milliseconds=line["timestamp"]),
        price_usd=_price(delivery.get("priceInUSD")),
        dwell=None if waited is None else timedelta(milliseconds=int(waited)),
    )


def _words(response: object) -> str:
    """The provider's words in one short line, without anything like a phone number."""
    words = " ".join(str(response or "the provider does not say why").split())
    return _A_NUMBER.sub("(a number)", words)[:LONGEST_WORDS]


def _price(price: object) -> Decimal | None:
    try:
        return None if price is None else Decimal(str(price))
    except InvalidOperation:
        return None


def _what_is_wrong(error: Exception) -> str:
    """Which part is missing, without any of what was there: the line holds a phone number."""
    if isinstance(error, KeyError):
        return f"no {error.args[0]} that can be read"
    return f"not of the shape that SNS writes ({type(error).__name__})"
