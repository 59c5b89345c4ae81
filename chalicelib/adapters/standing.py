"""What a deployment costs though nothing happens: alarms, and what is stored.

Sizes are asked once a day (UTC), by whichever invocation comes first, and kept for the day, so
that an hour that is summed again costs the same: `standing`/`<day>` of the table of costs has
`text` (the sizes, JSON). DynamoDB says itself how big a table is some four times a day
(DescribeTable, `TableSizeBytes`), CloudWatch how much of a log it keeps (`storedBytes`).

Not here: metrics, which cost only in hours in which somebody writes to them
(`domain.cost.standing`); topics, queues, parameters and schedules, which cost nothing by standing.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.cost import Use
from chalicelib.domain.cost.standing import share_of
from chalicelib.domain.errors import BadInput
from chalicelib.ports import CostMarks

ALARM_METRICS = 44
"""Metrics that the alarms of `infra/alarms.yaml` watch; each is billed like an alarm. Source:
"Amazon CloudWatch pricing", alarms."""

log = logging.getLogger("nightdesk.adapters")


class _Sizes(msgspec.Struct, frozen=True):
    tables: int
    """Bytes of tables and their indexes."""
    backed_up: int
    """Bytes of tables alone, all of which can be restored to any instant."""
    logs: int


class StandingCharges:
    """Of one deployment."""

    def __init__(
        self, *, tables: Sequence[str], log_groups: str, dynamodb: Any, logs: Any, marks: CostMarks
    ) -> None:
        """`log_groups` is the beginning of their names; `dynamodb` and `logs` are boto3 clients."""
        self._tables = tables
        self._log_groups = log_groups
        self._dynamodb = dynamodb
        self._logs = logs
        self._marks = marks
        self._known: dict[date, _Sizes] = {}

    def of_hour(self, hour: datetime) -> Sequence[Use]:
        """What an hour costs. When nobody says how much is stored, it is as much as on the day
        before; when that is not known either, storage is left out for now, which is logged."""
        uses = [Use(sku="cloudwatch.alarm-month", quantity=share_of(ALARM_METRICS, hour))]
        if (sizes := self._sizes(hour.astimezone(UTC).date())) is not None:
            uses += [
                Use(sku=sku, quantity=share_of(size, hour))
                for sku, size in (
                    ("dynamodb.byte-month", sizes.tables),
                    ("dynamodb.pitr-byte-month", sizes.backed_up),
                    ("logs.byte-month", sizes.logs),
                )
            ]
        return uses

    def _sizes(self, day: date) -> _Sizes | None:
        if day in self._known:
            return self._known[day]
        sizes = self._kept(day)
        if sizes is None:
            try:
                sizes = self._asked()
            except (ClientError, BotoCoreError) as error:
                log.warning("sizes_unknown", extra={"trouble": type(error).__name__})
                return self._kept(day - timedelta(days=1))
            self._marks.keep(_key(day), to_text(sizes))
        self._known[day] = sizes
        return sizes

    def _kept(self, day: date) -> _Sizes | None:
        if (text := self._marks.kept(_key(day))) is None:
            return None
        try:
            return from_text(_Sizes, text, f"sizes of {day}")
        except BadInput:
            log.exception("sizes_unreadable", extra={"day": str(day)})
            return None

    def _asked(self) -> _Sizes:
        described = [self._dynamodb.describe_table(TableName=one)["Table"] for one in self._tables]
        backed_up = sum(one.get("TableSizeBytes", 0) for one in described)
        indexes = [index for one in described for index in one.get("GlobalSecondaryIndexes", ())]
        pages = self._logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=self._log_groups
        )
        return _Sizes(
            tables=backed_up + sum(one.get("IndexSizeBytes", 0) for one in indexes),
            backed_up=backed_up,
            logs=sum(one.get("storedBytes", 0) for page in pages for one in page["logGroups"]),
        )


def _key(day: date) -> str:
    return f"standing#{day.isoformat()}"
