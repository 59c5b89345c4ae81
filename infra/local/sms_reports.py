"""What the carrier says a day later of each SMS: SNS's daily usage reports in a bucket.

`SMSUsageReports/<region>/YYYY/MM/DD/00x.csv.gz` with the columns of the Amazon SNS developer guide
("Subscribing to Amazon SNS daily SMS usage reports", read 2026-11), a line for each part, with its
own price. The folder is that of the day in which the messages went; it comes three hours after
midnight (UTC), and a day without SMS has none.

What is charged is a play price, a few percent beside the list (`PART_USD`), so that comparing has
something to say; and the first report has a message that the desk knows nothing of: somebody else
in the account sends SMS too. What topics send to their subscribers is in it as well, which the
desk does not count by itself.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.domain.sms import parts
from infra.local.clock import Clock
from infra.local.phones import Taken

COLUMNS = (
    "PublishTimeUTC",
    "MessageId",
    "DestinationPhoneNumber",
    "MessageType",
    "DeliveryStatus",
    "PriceInUSD",
    "PartNumber",
    "TotalParts",
)

PART_USD: Mapping[str, Decimal] = {
    "+1": Decimal("0.01228"),
    "+30": Decimal("0.08789"),
    "+33": Decimal("0.07512"),
    "+43": Decimal("0.10842"),
    "+44": Decimal("0.05115"),
    "+49": Decimal("0.10933"),
}
"""What a part is charged at, by the beginning of the number: 2 to 3 % over the list of 2026-09."""

ELSEWHERE_USD = Decimal("0.09000")

AFTER_MIDNIGHT = timedelta(hours=3)
DAY = timedelta(days=1)

STRANGER = Taken(
    at=datetime.min.replace(tzinfo=UTC),  # see `of_day`
    message_id="7d3f6f0e-0000-4000-8000-000000000199",
    number="+12025550199",
    body="Your parcel arrives between 9 and 11.",
)
"""A message that somebody else in the account has sent."""


def price_of_part(number: str) -> Decimal:
    """What the carrier charges for a part to a number (E.164)."""
    known = [start for start in PART_USD if number.startswith(start)]
    return PART_USD[max(known, key=len)] if known else ELSEWHERE_USD


class SmsUsageReports:
    """Writes the report of each day that is over."""

    def __init__(
        self,
        taken: Sequence[Taken],
        *,
        clock: Clock,
        s3: Any,
        bucket: str,
        prefix: str,
        region: str,
    ) -> None:
        """`taken` grows as SNS takes texts, oldest first; `s3` is a boto3 client; the bucket is
        made here. `prefix` as SNS was given it."""
        self._taken = taken
        self._clock = clock
        self._s3 = s3
        self._bucket = bucket
        self._folder = f"{prefix}SMSUsageReports/{region}/"
        self._day = clock.now().date()
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})

    @property
    def next_at(self) -> datetime:
        """When the next report comes."""
        return datetime.combine(self._day, time(), UTC) + DAY + AFTER_MIDNIGHT

    def deliver(self) -> bool:
        """Write what is due; False when nothing is."""
        is_due = self._clock.now() >= self.next_at
        while self._clock.now() >= self.next_at:
            self._write(self._day)
            self._day += DAY
        return is_due

    def _write(self, day: date) -> None:
        lines = [line for one in of_day(self._taken, day) for line in _lines(one)]
        if not lines:
            return
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerows([COLUMNS, *lines])
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"{self._folder}{day:%Y/%m/%d}/001.csv.gz",
            Body=gzip.compress(text.getvalue().encode(), mtime=0),
        )


def of_day(taken: Sequence[Taken], day: date) -> tuple[Taken, ...]:
    """What SNS took on a day (UTC), oldest first; the stranger's at noon of the first such day."""
    texts = [one for one in taken if one.at.date() == day]
    if texts and texts[0] is taken[0]:
        texts.append(replace(STRANGER, at=datetime.combine(day, time(12), UTC)))
    return tuple(texts)


def charged(taken: Iterable[Taken]) -> Decimal:
    """What the carrier charges for texts, all parts together."""
    return sum((parts(one.body) * price_of_part(one.number) for one in taken), Decimal(0))


def _lines(one: Taken) -> list[tuple[str, ...]]:
    number = parts(one.body)
    return [
        (
            f"{one.at:%Y-%m-%dT%H:%M:%S}.{one.at.microsecond // 1000:03}Z",
            one.message_id,
            one.number.lstrip("+"),
            "Transactional",
            "Message has been accepted by phone carrier",
            str(price_of_part(one.number)),
            str(part),
            str(number),
        )
        for part in range(1, number + 1)
    ]
