"""Usage reports of SMS, in the format of the Amazon SNS developer guide."""

import gzip
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.sms_reports import S3SmsReports
from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.errors import BadInput, Unanswered
from tests.adapters.buckets import REGION, Bucket, bucket, packed

ON = date(2026, 11, 20)
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
OF_DAY = f"SMSUsageReports/{REGION}/2026/11/20"
OF_NEXT = f"SMSUsageReports/{REGION}/2026/11/21"


@pytest.fixture
def reports(cloud: None) -> Iterator[Bucket]:
    with bucket("nightdesk-sms-reports") as made:
        yield made


def line(id: str, price: str = "0.07", part: str = "1", of: str = "1", **over: str) -> Any:
    return {
        "PublishTimeUTC": "2026-11-20T03:00:29.476Z",
        "MessageId": id,
        "DestinationPhoneNumber": "+436641000001",
        "MessageType": "Transactional",
        "DeliveryStatus": "Message has been accepted by phone carrier",
        "PriceInUSD": price,
        "PartNumber": part,
        "TotalParts": of,
        **over,
    }


def read(reports: Bucket, day: date = ON, **over: str) -> tuple[SentSms, ...]:
    named: dict[str, Any] = {"region": REGION, **over}
    return tuple(S3SmsReports(s3=reports.s3, bucket=reports.name, **named).of_day(day))


def test_parts_are_added_up_by_message(reports: Bucket) -> None:
    lines = [line("a"), line("b", "0.05", "1", "2"), line("b", "0.06", "2", "2")]
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, lines))
    one, two = read(reports)
    assert one == SentSms(
        id="a",
        at=datetime(2026, 11, 20, 3, 0, 29, 476000, tzinfo=UTC),
        parts=1,
        country="",
        charged=Decimal("0.07"),
        charged_parts=1,
        by="report",
    )
    assert (two.charged, two.charged_parts) == (Decimal("0.11"), 2)


def test_a_day_of_many_sms_has_several_files(reports: Bucket) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a")]))
    reports.put(f"{OF_DAY}/002.csv.gz", packed(COLUMNS, [line("b"), line("a")]))
    assert [(one.id, one.charged) for one in read(reports)] == [
        ("a", Decimal("0.07")),
        ("b", Decimal("0.07")),
    ]


def test_before_the_report_is_there_nothing_is(reports: Bucket) -> None:
    assert read(reports) == ()


def test_a_message_is_of_the_day_on_which_it_was_published(reports: Bucket) -> None:
    late = line("late", PublishTimeUTC="2026-11-20T23:59:59.999Z")
    early = line("early", PublishTimeUTC="2026-11-21T00:00:00.000Z")
    reports.put(f"{OF_NEXT}/001.csv.gz", packed(COLUMNS, [late, early]))
    assert [one.id for one in read(reports)] == ["late"]
    assert [one.id for one in read(reports, date(2026, 11, 21))] == ["early"]


def test_parts_that_sns_does_not_know_are_counted_by_their_lines(reports: Bucket) -> None:
    lines = [line("a", part="0", of="0"), line("a", part="0", of="0")]
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, lines))
    (found,) = read(reports)
    assert (found.charged, found.charged_parts) == (Decimal("0.14"), 2)


def test_what_did_not_cost_anything_is_charged_with_nothing(reports: Bucket) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a", price="")]))
    (found,) = read(reports)
    assert found.charged == 0


def test_another_prefix_and_another_region_are_other_reports(reports: Bucket) -> None:
    reports.put(f"sms/{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a")]))
    assert read(reports) == ()
    for prefix in ("sms", "sms/", "/sms/"):
        assert len(read(reports, prefix=prefix)) == 1
    assert read(reports, prefix="sms/", region="us-east-1") == ()


def test_no_phone_number_comes_out_of_a_report(reports: Bucket) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a"), line("b", "0.1", "2", "2")]))
    for found in read(reports):
        assert not any("436641" in str(getattr(found, one.name)) for one in fields(found))


def test_what_is_wrong_names_no_phone_number_either(reports: Bucket) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a"), line("b", price="free")]))
    with pytest.raises(BadInput) as caught:
        read(reports)
    assert str(caught.value) == (
        f"s3://nightdesk-sms-reports/{OF_DAY}/001.csv.gz, line 3: PriceInUSD is 'free'; "
        "use a number"
    )


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"PublishTimeUTC": "yesterday"}, "line 2: PublishTimeUTC is 'yesterday'; use an instant"),
        ({"MessageId": " "}, "line 2: MessageId is empty"),
        ({"PriceInUSD": "-1"}, "line 2: PriceInUSD is -1; a price is 0 or more"),
        ({"PriceInUSD": "NaN"}, "line 2: PriceInUSD is 'NaN'; use a number"),
        ({"PriceInUSD": "1e999999"}, "line 2: PriceInUSD is '1e999999'; use a number"),
        ({"PublishTimeUTC": "9999-12-31T23:59:59-05:00"}, "line 2: PublishTimeUTC is '9999"),
        ({"TotalParts": "1.5"}, "line 2: TotalParts is 1.5; use a number of parts"),
        ({"TotalParts": "1e30"}, r"line 2: TotalParts is 1E\+30; use a number of parts"),
    ],
)
def test_a_broken_line_is_named(reports: Bucket, broken: dict[str, str], said: str) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", packed(COLUMNS, [line("a", **broken)]))
    with pytest.raises(BadInput, match=said):
        read(reports)


WHOLE = packed(COLUMNS, [line(f"m{number}") for number in range(500)])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (WHOLE[:-30], "it is truncated after line"),
        (WHOLE[:40], "it is truncated after line 0"),
        (b"PublishTimeUTC,MessageId\n", "it is no gzip after line 0"),
        (b"", "it is empty"),
        (gzip.compress(b""), "it is empty"),
        (gzip.compress(b"\xff\xfe,x\n"), "can't decode byte"),
        (gzip.compress(b'PublishTimeUTC,"Mess'), "unexpected end of data"),
        (packed(COLUMNS[:2], []), "line 1: no column PriceInUSD, PartNumber, TotalParts"),
        (gzip.compress(f"{','.join(COLUMNS)}\na,b\n".encode()), "line 2: 2 columns, not 8"),
        (gzip.compress(b"x" * 1_000_001), "a line of over 1,000,000 characters"),
    ],
    ids=[
        "cut",
        "cut early",
        "plain",
        "nothing",
        "empty",
        "bytes",
        "quote",
        "columns",
        "short",
        "bomb",
    ],
)
def test_a_broken_file_is_named(reports: Bucket, body: bytes, said: str) -> None:
    reports.put(f"{OF_DAY}/001.csv.gz", body)
    with pytest.raises(BadInput, match=said) as caught:
        read(reports)
    assert f"s3://nightdesk-sms-reports/{OF_DAY}/001.csv.gz" in str(caught.value)


def test_a_bucket_that_is_not_there_does_not_answer(reports: Bucket) -> None:
    reader = S3SmsReports(s3=reports.s3, bucket="nightdesk-no-such", region=REGION)
    with pytest.raises(Unanswered, match="NoSuchBucket"):
        reader.of_day(ON)
