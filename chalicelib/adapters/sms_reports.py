"""What SNS says a day later of each SMS: its daily usage reports in S3.

`<prefix>SMSUsageReports/<region>/YYYY/MM/DD/00x.csv.gz` with `PublishTimeUTC, MessageId,
DestinationPhoneNumber, MessageType, DeliveryStatus, PriceInUSD, PartNumber, TotalParts`, at most
50,000 lines a file; a part number that SNS does not know is 0 ("Subscribing to Amazon SNS daily
SMS usage reports", Amazon SNS developer guide, read 2026-11). The guide does not say whether the
price is of a part or of the message: a line is taken for a part with its own price. A report takes
a day to come, and a day without SMS has none. Phone numbers are never taken out of a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.exported_tables import Row, keys, rows
from chalicelib.domain.cost.exact import ZERO, plus
from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.errors import BadInput

NEEDED = ("PublishTimeUTC", "MessageId", "PriceInUSD", "PartNumber", "TotalParts")

MOST_PARTS = 1_000
"""A longest SMS of 1,600 characters has some 24; whatever has more is no number of parts."""


@dataclass
class _Message:
    """The lines of one message."""

    at: datetime
    charged: Decimal = ZERO
    lines: int = 0
    total: int = 0
    seen: set[int] = field(default_factory=set)


class S3SmsReports:
    """Reports of one region in one bucket."""

    def __init__(self, *, s3: Any, bucket: str, prefix: str = "", region: str) -> None:
        """`s3` is a boto3 client; `prefix` is all that stands before `SMSUsageReports/`."""
        self._s3 = s3
        self._bucket = bucket
        before = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._folder = f"{before}SMSUsageReports/{region}/"

    def of_day(self, day: date) -> Sequence[SentSms]:
        """By the time of publication, whichever of the two next folders SNS has put it into."""
        found: dict[str, _Message] = {}
        for folder in (day, day + timedelta(days=1)):
            for key in keys(self._s3, self._bucket, f"{self._folder}{folder:%Y/%m/%d}/"):
                if key.endswith(".csv.gz"):
                    for row in rows(self._s3, self._bucket, key, needed=NEEDED):
                        _add(row, day, found)
        return tuple(_sms(id, message) for id, message in sorted(found.items()))


def _add(row: Row, day: date, found: dict[str, _Message]) -> None:
    at = row.instant("PublishTimeUTC")
    if at.date() != day:
        return
    id, price = row["MessageId"].strip(), row.number("PriceInUSD", or_else=ZERO)
    if not id:
        raise BadInput(f"{row.where}: MessageId is empty; a message has an id")
    if price < 0:
        raise BadInput(f"{row.where}: PriceInUSD is {price}; a price is 0 or more")
    part, total = _whole(row, "PartNumber"), _whole(row, "TotalParts")
    message = found.setdefault(id, _Message(at))
    if part and part in message.seen:
        return  # the same line in two files
    message.seen.add(part)
    message.charged = plus(message.charged, price)
    message.lines += 1
    message.total = max(message.total, total)


def _whole(row: Row, column: str) -> int:
    number = row.number(column, or_else=ZERO)
    if not 0 <= number <= MOST_PARTS or number != number.to_integral_value():
        raise BadInput(f"{row.where}: {column} is {number}; use a number of parts")
    return int(number)


def _sms(id: str, message: _Message) -> SentSms:
    parts = max(message.total, message.lines)
    return SentSms(
        id=id,
        at=message.at,
        parts=parts,
        country="",
        charged=message.charged,
        charged_parts=parts,
        by="report",
    )


if TYPE_CHECKING:
    from chalicelib.ports import SmsReports

    _: type[SmsReports] = S3SmsReports
