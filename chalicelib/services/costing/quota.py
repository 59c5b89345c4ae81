"""Quota: what the provider says that SMS may cost, asked by the hour and kept for whoever looks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from chalicelib.domain.errors import Unanswered
from chalicelib.domain.readiness import SmsSpend, Unknown
from chalicelib.ports import CostMarks, SmsAccount

KEY = "fetched#sms-quota"

NOT_ASKED = Unknown("it was not asked yet in this month")

T = TypeVar("T")


class SmsQuota:
    """Asks the provider; what it said is one small item."""

    def __init__(self, *, account: SmsAccount, marks: CostMarks) -> None:
        self._account = account
        self._marks = marks

    def look(self, *, now: datetime) -> None:
        """Ask, and keep the answer, or why there is none."""
        spend = _asked(lambda: self._account.spend(now=now))
        sandbox = _asked(self._account.is_in_sandbox)
        known = {
            "month": _month(now),
            "spent": None if isinstance(spend, Unknown) else str(spend.spent),
            "limit": None if isinstance(spend, Unknown) else str(spend.limit),
            "why": spend.why if isinstance(spend, Unknown) else "",
            "sandbox": None if isinstance(sandbox, Unknown) else sandbox,
        }
        self._marks.keep(KEY, json.dumps(known))

    def known(self, *, now: datetime) -> tuple[SmsSpend | Unknown, bool | Unknown]:
        """What was kept: money, and whether the account is in the sandbox."""
        text = self._marks.kept(KEY)
        known = json.loads(text) if text else {}
        if known.get("month") != _month(now):
            return NOT_ASKED, NOT_ASKED
        spend: SmsSpend | Unknown = Unknown(known["why"])
        if known["limit"] is not None:
            spend = SmsSpend(spent=Decimal(known["spent"]), limit=Decimal(known["limit"]))
        sandbox = known["sandbox"]
        return spend, Unknown("it was not said") if sandbox is None else sandbox


def _asked(ask: Callable[[], T]) -> T | Unknown:
    try:
        return ask()
    except Unanswered as error:
        return Unknown(str(error))


def _month(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m}"
