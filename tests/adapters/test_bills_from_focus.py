"""A FOCUS export of AWS Data Exports, laid out as its guide has it."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.bills_from_focus import FocusBills
from chalicelib.domain.cost.bill import Bill, BillSource
from chalicelib.domain.errors import BadInput, Unanswered
from tests.adapters.buckets import Bucket, bucket, packed

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
ACCOUNT = "123456789012"
COLUMNS = (
    "BilledCost",
    "BillingAccountId",
    "BillingCurrency",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "InvoiceId",
    "RegionId",
    "ServiceName",
    "SkuId",
    "SkuMeter",
    "SubAccountId",
    "Tags",
)
PREFIX = "exports/focus-desk"
DATA = f"{PREFIX}/data/BILLING_PERIOD=2026-11"
METADATA = f"{PREFIX}/metadata/BILLING_PERIOD=2026-11"
FILE = f"{DATA}/focus-desk-00001.csv.gz"


@pytest.fixture
def exports(cloud: None) -> Iterator[Bucket]:
    with bucket("nightdesk-exports") as made:
        yield made


def line(**over: str) -> dict[str, str]:
    return {
        "BilledCost": "0.625",
        "BillingAccountId": "999999999999",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeClass": "",
        "ChargeDescription": "$0.625 per million write request units",
        "ChargePeriodStart": "2026-11-20T00:00:00Z",
        "ConsumedQuantity": "1000000",
        "ConsumedUnit": "WriteRequestUnits",
        "InvoiceId": "",
        "RegionId": "eu-west-1",
        "ServiceName": "Amazon DynamoDB",
        "SkuId": "ABCDEFGHIJ",
        "SkuMeter": "EU-WriteRequestUnits",
        "SubAccountId": ACCOUNT,
        "Tags": '{"user:nightdesk-stage": "prod"}',
        **over,
    }


def manifest(*keys: str, bucket: str = "nightdesk-exports") -> str:
    files = [f"s3://{bucket}/{key}" for key in keys]
    return json.dumps(
        {"executionId": "e-1", "columns": [{"name": "BilledCost"}], "dataFiles": files}
    )


def export(exports: Bucket, *lines: dict[str, str], columns: Any = COLUMNS) -> None:
    exports.put(FILE, packed(columns, [{name: one[name] for name in columns} for one in lines]))
    exports.put(f"{METADATA}/focus-desk-Manifest.json", manifest(FILE))


def read(exports: Bucket, month: str = "2026-11", **over: str) -> Bill:
    named: dict[str, Any] = {"prefix": PREFIX, **over}
    return FocusBills(s3=exports.s3, bucket=exports.name, **named).read(month, now=NOW)


def test_lines_are_added_up_by_day_service_and_usage_type(exports: Bucket) -> None:
    export(
        exports,
        line(),
        line(BilledCost="0.3125", ConsumedQuantity="500000", SkuId="OTHER"),
        line(ChargePeriodStart="2026-11-20T13:00:00.000Z", BilledCost="0.0625"),
        line(ChargePeriodStart="2026-11-21 00:00:00", BilledCost="1"),
        line(
            ServiceName="AWS Lambda",
            SkuMeter="EU-Lambda-GB-Second-ARM",
            ConsumedQuantity="2",
            BilledCost="0.0000266668",
        ),
        line(ServiceName="Amazon Route 53", SkuMeter="DNS-Queries", RegionId=""),
        line(ServiceName="AWS Glue", BilledCost="0", ConsumedQuantity=""),
    )
    bill = read(exports, account=ACCOUNT)
    assert (bill.source, bill.account, bill.month) == (
        BillSource.FOCUS_EXPORT,
        ACCOUNT,
        "2026-11",
    )
    assert (bill.currency, bill.read_at, bill.is_final) == ("USD", NOW, False)
    found = [(one.day.day, one.group, one.sku, one.quantity, one.amount) for one in bill.lines]
    assert found == [
        (20, "dynamodb", "dynamodb.write-unit", Decimal(2500000), Decimal("1.0000")),
        (21, "dynamodb", "dynamodb.write-unit", Decimal(1000000), Decimal(1)),
        (20, "lambda", "lambda.gb-second.arm64", Decimal(2048000), Decimal("0.0000266668")),
        (20, "", "", Decimal(1000000), Decimal("0.625")),
    ]
    assert {one.region for one in bill.lines} == {"eu-west-1", ""}


def test_the_usage_type_of_focus_1_0_is_known_too(exports: Bucket) -> None:
    columns = [name for name in COLUMNS if name not in ("SkuMeter", "InvoiceId")]
    old = line()
    old["x_UsageType"] = old.pop("SkuMeter")
    export(exports, old, columns=[*columns, "x_UsageType"])
    assert read(exports).lines[0].sku == "dynamodb.write-unit"
    assert not read(exports).is_final


def test_credits_and_tax_stand_apart(exports: Bucket) -> None:
    export(
        exports,
        line(),
        line(ChargeCategory="Credit", BilledCost="-0.5", ConsumedQuantity=""),
        line(ChargeCategory="Credit", BilledCost="-2", ServiceName="AWS Glue", ConsumedQuantity=""),
        line(ChargeCategory="Tax", BilledCost="0.12", SkuMeter="", ConsumedQuantity=""),
        line(ChargeCategory="Purchase", BilledCost="9", ServiceName="AWS Support", SkuMeter=""),
    )
    found = [(one.group, one.named, one.amount) for one in read(exports).lines]
    assert found == [
        ("dynamodb", "Amazon DynamoDB EU-WriteRequestUnits", Decimal("0.625")),
        ("dynamodb", "Credit: Amazon DynamoDB", Decimal("-0.5")),
        ("credit", "Credit: AWS Glue", Decimal(-2)),
        ("tax", "Tax", Decimal("0.12")),
        ("", "Purchase: AWS Support", Decimal(9)),
    ]


def test_a_correction_of_another_month_is_named_and_not_one_of_a_day(exports: Bucket) -> None:
    export(exports, line(ChargeClass="Correction", ChargePeriodStart="2026-10-03T00:00:00Z"))
    (found,) = read(exports).lines
    assert (found.day, found.group) == (date(2026, 11, 1), "")
    assert found.named == "correction of 2026-10: Amazon DynamoDB"


def test_a_month_is_final_when_every_line_is_on_an_invoice(exports: Bucket) -> None:
    export(exports, line(InvoiceId="EUINAT26-1"), line(InvoiceId="EUINAT26-1"))
    assert read(exports).is_final
    export(exports, line(InvoiceId="EUINAT26-1"), line())
    assert not read(exports).is_final
    export(exports)
    assert not read(exports).is_final


def test_only_what_carries_the_tag_counts_where_one_is_set(exports: Bucket) -> None:
    export(
        exports,
        line(),
        line(Tags='{"user_nightdesk_stage": "prod"}'),
        line(Tags='{"nightdesk-stage": "prod", "aws:x": "y"}'),
        line(Tags='{"user:nightdesk-stage": "dev"}', BilledCost="5"),
        line(Tags="", BilledCost="7"),
        line(Tags="{}", BilledCost="9"),
    )
    bill = read(exports, tag="nightdesk-stage=prod")
    assert [one.amount for one in bill.lines] == [Decimal("1.875")]
    assert bill.tag == "nightdesk-stage=prod"


# --- which files ---------------------------------------------------------------------------


def test_the_manifest_names_the_files_that_belong_together(exports: Bucket) -> None:
    export(exports, line())
    two = f"{DATA}/focus-desk-00002.csv.gz"
    exports.put(two, packed(COLUMNS, [line(BilledCost="1")]))
    assert read(exports).lines[0].amount == Decimal("0.625")
    exports.put(f"{METADATA}/focus-desk-Manifest.json", manifest(FILE, two, FILE))
    assert read(exports).lines[0].amount == Decimal("1.625")


def test_of_versions_that_are_kept_the_newest_counts(exports: Bucket) -> None:
    for number, amount in (("1", "0.1"), ("2", "0.2")):
        key = f"{DATA}/2026-11-2{number}T00:00:00.000Z-id/focus-desk-00001.csv.gz"
        exports.put(key, packed(COLUMNS, [line(BilledCost=amount)]))
        folder = f"{METADATA}/2026-11-2{number}T00:00:00.000Z-id"
        exports.put(f"{folder}/focus-desk-Manifest.json", manifest(key))
    assert read(exports).lines[0].amount == Decimal("0.2")


def test_an_export_may_stand_at_the_top_of_its_bucket(exports: Bucket) -> None:
    key = "data/BILLING_PERIOD=2026-11/x-00001.csv.gz"
    exports.put(key, packed(COLUMNS, [line()]))
    exports.put("metadata/BILLING_PERIOD=2026-11/x-Manifest.json", manifest(key))
    assert len(read(exports, prefix="").lines) == 1
    assert len(read(exports, prefix="/").lines) == 1


def test_before_the_export_is_there_nobody_answers(exports: Bucket) -> None:
    export(exports, line())
    with pytest.raises(Unanswered, match="no manifest; the export of 2026-12 is not there yet"):
        read(exports, "2026-12")
    missing = FocusBills(s3=exports.s3, bucket="nightdesk-no-such", prefix=PREFIX)
    with pytest.raises(Unanswered, match="NoSuchBucket"):
        missing.read("2026-11", now=NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no manifest, or truncated"),
        ("[" * 100_000, "it is no manifest, or truncated"),
        ('{"dataFiles": []}', "it names no file that ends in .csv.gz"),
        (manifest(FILE.replace("csv.gz", "snappy.parquet")), "the export is Parquet; make one of"),
        (manifest(FILE, bucket="another"), "is in another bucket; use nightdesk-exports"),
        (manifest("exports/other/data/x.csv.gz"), "is not below exports/focus-desk/data/"),
        (manifest(f"{DATA}/gone.csv.gz"), "gone.csv.gz: it is not there; export it again"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_said(exports: Bucket, text: str, said: str) -> None:
    export(exports, line())
    exports.put(f"{METADATA}/focus-desk-Manifest.json", text)
    with pytest.raises(BadInput, match=said):
        read(exports)


# --- bills that are not what they should be --------------------------------------------------


def test_a_bill_of_another_account_is_refused_by_file_and_line(exports: Bucket) -> None:
    export(exports, line(SubAccountId="111111111111"))
    with pytest.raises(BadInput) as caught:
        read(exports, account=ACCOUNT)
    assert str(caught.value).startswith(
        f"s3://nightdesk-exports/{FILE}, line 2: it is of account 111111111111; use an export of "
        f"{ACCOUNT}"
    )


def test_an_export_of_a_whole_organisation_gives_the_account_that_is_set(exports: Bucket) -> None:
    export(exports, line(SubAccountId="111111111111", BilledCost="50"), line())
    bill = read(exports, account=ACCOUNT)
    assert [one.amount for one in bill.lines] == [Decimal("0.625")]
    with pytest.raises(BadInput, match=f"line 3: account {ACCOUNT} beside 111111111111; set"):
        read(exports)


def test_the_only_account_of_an_export_is_its_account(exports: Bucket) -> None:
    export(exports, line())
    assert read(exports).account == ACCOUNT


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"BillingCurrency": "EUR"}, "line 2: BillingCurrency is EUR; use USD"),
        ({"BillingCurrency": ""}, "line 2: BillingCurrency is nothing; use USD"),
        ({"BilledCost": "much"}, "line 2: BilledCost is 'much'; use a number"),
        ({"BilledCost": ""}, "line 2: BilledCost is ''; use a number"),
        ({"ConsumedQuantity": "x"}, "line 2: ConsumedQuantity is 'x'; use a number"),
        ({"BilledCost": "1e-999999"}, "line 2: BilledCost is '1e-999999'; use a number"),
        ({"ChargePeriodStart": "0001-01-01T00:00:00+05:00"}, "line 2: ChargePeriodStart is '0001"),
        ({"ChargePeriodStart": "soon"}, "line 2: ChargePeriodStart is 'soon'; use an instant"),
        (
            {"ChargePeriodStart": "2026-10-31T00:00:00Z"},
            "line 2: ChargePeriodStart is 2026-10-31; use a bill of 2026-11",
        ),
        ({"Tags": "{nightdesk"}, "line 2: Tags is no JSON"),
        ({"Tags": "[" * 100_000}, "line 2: Tags is no JSON"),
        ({"Tags": "[1]"}, "line 2: Tags is no JSON object"),
    ],
)
def test_a_broken_line_is_named(exports: Bucket, broken: dict[str, str], said: str) -> None:
    export(exports, line(**broken))
    with pytest.raises(BadInput, match=said):
        read(exports, tag="nightdesk-stage=prod")


def test_a_truncated_file_is_refused_whole(exports: Bucket) -> None:
    export(exports, *[line(SkuMeter=f"EU-Thing{number}") for number in range(2000)])
    whole = exports.s3.get_object(Bucket=exports.name, Key=FILE)["Body"].read()
    exports.put(FILE, whole[: len(whole) // 2])
    with pytest.raises(BadInput, match=f"s3://nightdesk-exports/{FILE}: it is truncated after"):
        read(exports)


def test_a_column_that_is_missing_is_named(exports: Bucket) -> None:
    export(exports, line(), columns=[name for name in COLUMNS if name != "BilledCost"])
    with pytest.raises(BadInput, match="line 1: no column BilledCost; export it with it"):
        read(exports)


def test_a_bill_of_too_many_different_things_says_what_to_set(exports: Bucket) -> None:
    export(exports, *[line(SkuMeter=f"EU-Thing{number}") for number in range(10_001)])
    with pytest.raises(BadInput, match="more than 10,000 different charges"):
        read(exports)


def test_a_large_export_is_read_a_line_at_a_time(exports: Bucket) -> None:
    columns = [*COLUMNS, "Filling"]
    text = ",".join(columns) + "\n"
    row = line(Tags="")
    one = ",".join([*(row[name] for name in COLUMNS), "x" * 1000]) + "\n"
    exports.put(FILE, gzip.compress((text + one * 20_000).encode()))
    exports.put(f"{METADATA}/focus-desk-Manifest.json", manifest(FILE))
    tracemalloc.start()
    bill = read(exports)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert bill.lines[0].quantity == 20_000 * 1_000_000
    assert most < 5_000_000, "of 23 MB that the file has"
