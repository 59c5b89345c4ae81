"""What Amazon SNS says of the account's SMS, and CloudWatch of their cost.

Facts from the AWS documentation of SNS: `GetSMSAttributes` gives `MonthlySpendLimit` (USD; 1 in
a new account) and `DefaultSMSType` (missing until somebody sets it); the metric
`SMSMonthToDateSpentUSD` is what SMS have cost since the first of the month; in the SMS sandbox
(`GetSMSSandboxAccountStatus`) SMS go only to numbers whose status is `Verified`.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import SmsSpend

A_DAY = timedelta(days=1)
_CODE = re.compile(r"[A-Za-z.]{1,60}")

T = TypeVar("T")


class SnsAccount:
    """SMS of the account and region of the clients."""

    def __init__(self, *, sns: Any, cloudwatch: Any) -> None:
        """Clients of boto3 with bounded waiting."""
        self._sns = sns
        self._cloudwatch = cloudwatch

    def has_opted_out(self, phone: str) -> bool:
        answer = asked(lambda: self._sns.check_if_phone_number_is_opted_out(phoneNumber=phone))
        return bool(answer["isOptedOut"])

    def spend(self, *, now: datetime) -> SmsSpend:
        limit = self._attribute("MonthlySpendLimit")
        try:
            return SmsSpend(spent=self._spent(now), limit=Decimal(limit))
        except InvalidOperation:
            raise Unanswered("SNS names no monthly limit") from None

    def is_in_sandbox(self) -> bool:
        return bool(asked(lambda: self._sns.get_sms_sandbox_account_status())["IsInSandbox"])

    def sandbox_numbers(self) -> frozenset[str]:
        pages = self._sns.get_paginator("list_sms_sandbox_phone_numbers")
        numbers = asked(
            lambda: [one for page in pages.paginate() for one in page.get("PhoneNumbers", [])]
        )
        return frozenset(
            str(one["PhoneNumber"]) for one in numbers if one.get("Status") == "Verified"
        )

    def default_type(self) -> str:
        return self._attribute("DefaultSMSType")

    def _attribute(self, name: str) -> str:
        answer = asked(lambda: self._sns.get_sms_attributes(attributes=[name]))
        return str(answer.get("attributes", {}).get(name, ""))

    def _spent(self, now: datetime) -> Decimal:
        """In this month; nothing measured means that no SMS went out."""
        first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        points = asked(
            lambda: self._cloudwatch.get_metric_statistics(
                Namespace="AWS/SNS",
                MetricName="SMSMonthToDateSpentUSD",
                StartTime=first,
                EndTime=now,
                Period=int(A_DAY.total_seconds()),
                Statistics=["Maximum"],
            )
        ).get("Datapoints", [])
        newest = max(points, key=lambda point: point["Timestamp"], default={"Maximum": 0})
        return Decimal(str(newest["Maximum"]))


def asked(ask: Callable[[], T]) -> T:
    """What AWS answers. Raises Unanswered with its code alone: a message may hold an address."""
    try:
        return ask()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        raise Unanswered(code if _CODE.fullmatch(code) else "an error") from None
    except BotoCoreError as error:
        raise Unanswered(type(error).__name__) from None


if TYPE_CHECKING:
    from chalicelib.ports import SmsAccount

    _: type[SmsAccount] = SnsAccount
