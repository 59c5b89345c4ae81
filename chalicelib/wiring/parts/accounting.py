"""Those who say what was used and charged: CloudWatch, usage reports of SMS, bills."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from chalicelib.wiring.parts.outside import lambda_time
from chalicelib.wiring.parts.stores import bills, cost_marks

if TYPE_CHECKING:
    from chalicelib import ports
    from chalicelib.domain.finance import BillSettings, Finance

READ_SECONDS = 20
"""A log is searched, an export read: both may take their time, since nobody waits."""


def region() -> str:
    """Where this deployment runs, as every ARN says."""
    return settings().notices_topic_arn.split(":")[3]


def seen_from_outside(functions: Sequence[str]) -> "ports.Outside":
    """`functions` are those of app.py, by their names there."""
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.outside import CloudWatchOutside, Watched
    from chalicelib.adapters.tables import TABLES

    known = settings()
    of_stage = f"nightdesk-{known.stage}"
    queues = (known.pulls_queue_url, known.outbox_queue_url, known.deliveries_queue_url)
    tables = {
        "mentions": known.mentions_table,
        "incidents": known.incidents_table,
        "conversations": known.tickets_table,
        "desk": known.desk_table,
        "search": known.search_table,
        "costs": known.costs_table,
    }
    watched = Watched(
        functions=[f"{of_stage}-{name.replace('_', '-')}" for name in functions],
        api=of_stage,
        queues=[url.rpartition("/")[2] for url in queues],
        tables={tables[name]: tuple(model._indexes) for name, model in TABLES.items()},
        architecture=lambda_time().sku.rpartition(".")[2],
    )
    logs = client("logs", read_seconds=READ_SECONDS)
    return CloudWatchOutside(
        watched, logs=logs, cloudwatch=client("cloudwatch"), seconds=time.monotonic
    )


def sms_reports(finance: "Finance") -> "ports.SmsReports | None":
    """None where no bucket is configured."""
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.sms_reports import S3SmsReports

    if not finance.sms_reports_bucket:
        return None
    return S3SmsReports(
        s3=client("s3", read_seconds=READ_SECONDS),
        bucket=finance.sms_reports_bucket,
        prefix=finance.sms_reports_prefix,
        region=region(),
    )


def bill_reader(bill: "BillSettings") -> "ports.BillReader":
    from chalicelib.adapters.clients import client
    from chalicelib.domain.cost.bill import BillSource

    if bill.source is BillSource.FOCUS_EXPORT:
        from chalicelib.adapters.bills_from_focus import FocusBills

        return FocusBills(
            s3=client("s3", read_seconds=READ_SECONDS),
            bucket=bill.bucket,
            prefix=bill.prefix,
            account=bill.account,
            tag=bill.tag,
        )
    from chalicelib.adapters.bills_from_cost_explorer import REGION, CostExplorerBills

    # Every question costs: it is not asked twice.
    explorer = client("ce", REGION, attempts=1, read_seconds=READ_SECONDS)
    return CostExplorerBills(
        explorer=explorer, bills=bills(), marks=cost_marks(), account=bill.account, tag=bill.tag
    )
