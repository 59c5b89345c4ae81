"""The bill as a FOCUS export of AWS Data Exports has it, in S3.

Set up as "FOCUS 1.2 with AWS columns" (or 1.0), as *gzip CSV* (Parquet cannot be read in Lambda
without 60 MB of libraries). It stands in `<prefix>/data/BILLING_PERIOD=YYYY-MM/`, and in
`<prefix>/metadata/BILLING_PERIOD=YYYY-MM/` a manifest names the files that belong together, which
is to be read to know them; where versions are kept, each has a folder with a manifest of its own
("Understanding export delivery", AWS Data Exports guide, read 2026-11; it does not say under which
name the manifest lists the files, so that every path in it which ends like one counts). Columns:
"FOCUS 1.2 with AWS columns", same guide; 1.0 has the usage type as `x_UsageType`, 1.2 as
`SkuMeter`. `BilledCost` is what the invoice will say.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.bill_names import Named, named
from chalicelib.adapters.exported_tables import Row, rows
from chalicelib.adapters.sms_account import asked
from chalicelib.domain.cost.bill import Bill, BillLine, BillSource
from chalicelib.domain.cost.exact import plus
from chalicelib.domain.cost.price import CURRENCY
from chalicelib.domain.errors import BadInput, Unanswered

NEEDED = (
    "BilledCost",
    "BillingCurrency",
    "ChargeCategory",
    "ChargePeriodStart",
    "ServiceName",
    "SubAccountId",
)
WANTED = (
    "ChargeClass",
    "ConsumedQuantity",
    "InvoiceId",
    "RegionId",
    "SkuMeter",
    "Tags",
    "x_UsageType",
)

MOST_LINES = 10_000
"""Different things that a bill may have in a month: the bill is kept as one item of 400 KB."""

LARGEST_MANIFEST = 1_000_000


@dataclass
class _Sums:
    """What was read so far."""

    lines: dict[tuple[object, ...], BillLine] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    """Accounts, each with where it was seen first."""
    is_invoiced: bool = True
    """Whether every line is on an invoice."""
    rows: int = 0


class FocusBills:
    """Bills of one export."""

    source = BillSource.FOCUS_EXPORT

    def __init__(
        self, *, s3: Any, bucket: str, prefix: str = "", account: str = "", tag: str = ""
    ) -> None:
        """`prefix` is all that stands before `/data/`; `account` empty: the only one that comes.

        `tag` is a cost-allocation tag such as `nightdesk-stage=prod`; empty: whatever runs there.
        """
        self._s3 = s3
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._account = account
        self._tag = tag

    def read(self, month: str, *, now: datetime) -> Bill:
        """Every file of the newest version, a line at a time."""
        sums = _Sums()
        for key in self._files(month):
            for row in rows(self._s3, self._bucket, key, needed=NEEDED, wanted=WANTED):
                self._add(row, month, sums)
        account = self._one_account(sums)
        return Bill(
            month=month,
            source=self.source,
            account=account,
            currency=CURRENCY,
            read_at=now.astimezone(UTC),
            is_final=sums.is_invoiced and sums.rows > 0,
            lines=tuple(sums.lines.values()),
            tag=self._tag,
        )

    def _files(self, month: str) -> tuple[str, ...]:
        folder = f"{self._prefix}metadata/BILLING_PERIOD={month}/"
        place = f"s3://{self._bucket}/{folder}"
        manifest = asked(lambda: self._newest_manifest(folder))
        if manifest is None:
            raise Unanswered(f"{place}: no manifest; the export of {month} is not there yet")
        name = f"s3://{self._bucket}/{manifest}"
        answer = asked(lambda: self._s3.get_object(Bucket=self._bucket, Key=manifest))
        try:
            paths = list(_texts(json.loads(answer["Body"].read(LARGEST_MANIFEST))))
        except (ValueError, RecursionError):
            raise BadInput(f"{name}: it is no manifest, or truncated; export it again") from None
        if any(path.endswith(".parquet") for path in paths):
            raise BadInput(
                f"{name}: the export is Parquet; make one of type CSV, compressed by GZIP"
            )
        files = [path for path in paths if path.endswith(".csv.gz")]
        if not files:
            raise BadInput(f"{name}: it names no file that ends in .csv.gz; export as CSV, GZIP")
        return tuple(dict.fromkeys(self._key(path, name) for path in files))

    def _newest_manifest(self, folder: str) -> str | None:
        pages = self._s3.get_paginator("list_objects_v2")
        found = [
            (one["LastModified"], str(one["Key"]))
            for page in pages.paginate(Bucket=self._bucket, Prefix=folder)
            for one in page.get("Contents", [])
            if str(one["Key"]).endswith("Manifest.json")
        ]
        return max(found)[1] if found else None

    def _key(self, path: str, manifest: str) -> str:
        """Of a path in the manifest, which must be of this export."""
        key = path
        if path.startswith("s3://"):
            bucket, _, key = path.removeprefix("s3://").partition("/")
            if bucket != self._bucket:
                raise BadInput(f"{manifest}: {path} is in another bucket; use {self._bucket}")
        if not key.startswith(f"{self._prefix}data/"):
            raise BadInput(f"{manifest}: {path} is not below {self._prefix}data/; set the prefix")
        return key

    def _add(self, row: Row, month: str, sums: _Sums) -> None:
        sums.rows += 1
        sums.is_invoiced = sums.is_invoiced and bool(row["InvoiceId"])
        sums.accounts.setdefault(row["SubAccountId"], row.where)
        if self._account and row["SubAccountId"] != self._account:
            return
        if row["BillingCurrency"] != CURRENCY:
            found = row["BillingCurrency"][:10] or "nothing"
            raise BadInput(f"{row.where}: BillingCurrency is {found}; use {CURRENCY}")
        if self._tag and not _carries(row, self._tag):
            return
        amount = row.number("BilledCost")
        line = _line(row, month, amount)
        if not amount and not line.quantity:
            return
        kind = (row["ChargeCategory"], amount < 0)
        key = (line.day, line.group, line.named, line.sku, line.region, *kind)
        there = sums.lines.get(key)
        if there is not None:
            line = replace(
                there,
                amount=plus(there.amount, line.amount),
                quantity=_sum(there.quantity, line.quantity),
            )
        elif len(sums.lines) >= MOST_LINES:
            raise BadInput(
                f"{row.where}: more than {MOST_LINES:,} different charges in a month; set "
                "finance.bill.account or finance.bill.tag"
            )
        sums.lines[key] = line

    def _one_account(self, sums: _Sums) -> str:
        if not self._account and len(sums.accounts) > 1:
            two = list(sums.accounts)[:2]
            raise BadInput(
                f"{sums.accounts[two[1]]}: account {two[1]} beside {two[0]}; set "
                "finance.bill.account to the one that is meant"
            )
        if self._account and sums.accounts and self._account not in sums.accounts:
            other, where = next(iter(sums.accounts.items()))
            raise BadInput(
                f"{where}: it is of account {other}; use an export of {self._account}, or change "
                "finance.bill.account"
            )
        return self._account or next(iter(sums.accounts), "")


def _line(row: Row, month: str, amount: Decimal) -> BillLine:
    service, category = row["ServiceName"], row["ChargeCategory"]
    usage_type = row["SkuMeter"] or row["x_UsageType"]
    day = row.instant("ChargePeriodStart").date()
    first = date.fromisoformat(f"{month}-01")
    if f"{day:%Y-%m}" != month:
        if row["ChargeClass"] != "Correction":
            raise BadInput(f"{row.where}: ChargePeriodStart is {day}; use a bill of {month}")
        what, words = Named(group=""), f"correction of {day:%Y-%m}: {service}"
        day = first
    elif category == "Tax":
        what, words = Named(group="tax"), "Tax"
    elif category == "Usage":
        what = named(service, usage_type, region=row["RegionId"])
        words = f"{service} {usage_type}".strip() if what.group else service
    elif amount < 0:
        what = named(service, region=row["RegionId"])
        what = Named(group=what.group or "credit", region=what.region)
        words = f"{category}: {service}"
    else:
        what, words = Named(group=""), f"{category}: {service}"
    quantity = row.number("ConsumedQuantity") if row["ConsumedQuantity"].strip() else None
    return BillLine(
        day=day,
        group=what.group,
        named=words,
        amount=amount,
        quantity=what.quantity(quantity),
        sku=what.sku,
        region=what.region,
    )


def _carries(row: Row, tag: str) -> bool:
    """Whether a line has a tag. AWS puts `user:` or `user_` before those that people made."""
    key, _, value = tag.partition("=")
    text = row["Tags"].strip()
    if not text:
        return False
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput(f"{row.where}: Tags is no JSON; export it again") from None
    if not isinstance(tags, dict):
        raise BadInput(f"{row.where}: Tags is no JSON object; export it again")
    return any(_bare(name) == _bare(key) and found == value for name, found in tags.items())


def _bare(name: str) -> str:
    return name.removeprefix("user:").removeprefix("user_").replace("-", "_")


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else plus(one, other)


def _texts(found: object) -> Iterator[str]:
    """Every text of a JSON value, wherever it stands."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)


if TYPE_CHECKING:
    from chalicelib.ports import BillReader

    _: type[BillReader] = FocusBills
