"""The delivery log of SNS, and the functions that CloudWatch Logs wakes with what is written.

Which function that is, and by which log groups, says the template: in the permission that
CloudWatch Logs has to invoke it. The lines are those of the Amazon SNS developer guide ("SMS
delivery monitoring with CloudWatch metrics and logs"), the envelope that of the CloudWatch Logs
user guide ("Subscription filters with AWS Lambda"; both read 2026-11).
"""

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from infra.deploy.receipts import log_groups
from infra.local.asynchronous import AsyncInvoker
from infra.local.clock import Clock
from infra.local.lambdas import Function
from infra.local.phones import Fate
from infra.local.sms_reports import price_of_part

AFTER = timedelta(seconds=5)
"""How long the carrier takes to say what became of an SMS. AWS promises nothing below 72 hours."""


class DeliveryLog:
    """Both log groups: what was delivered, and what was not."""

    def __init__(
        self,
        subscribed: Iterable[tuple[str, Function]],
        *,
        clock: Clock,
        invoker: AsyncInvoker,
        region: str,
        account: str,
    ) -> None:
        """`subscribed` are functions with a pattern of the ARNs of groups that wake each."""
        self._subscribed = tuple(subscribed)
        self._clock = clock
        self._invoker = invoker
        self._account = account
        self._groups = log_groups(region, account)
        self._arn = f"arn:aws:logs:{region}:{account}:log-group:"
        self._waiting: list[tuple[datetime, Fate]] = []
        self._ids = count(1)

    @property
    def next_at(self) -> datetime | None:
        """When the next line is written."""
        return min((at for at, _ in self._waiting), default=None)

    def write(self, fate: Fate) -> None:
        """The carrier will say so in a moment."""
        self._waiting.append((self._clock.now() + AFTER, fate))

    def deliver(self) -> bool:
        """Write what is due and wake who is subscribed; False when nothing is."""
        now = self._clock.now()
        due = [fate for at, fate in self._waiting if at <= now]
        self._waiting = [(at, fate) for at, fate in self._waiting if at > now]
        for group, is_delivered in zip(self._groups, (True, False), strict=True):
            lines = [fate for fate in due if fate.is_delivered is is_delivered]
            for pattern, function in self._subscribed:
                if lines and fnmatchcase(f"{self._arn}{group}:*", pattern):
                    self._invoker.invoke(function, self._event(group, lines, now))
        return bool(due)

    def _event(self, group: str, lines: Sequence[Fate], now: datetime) -> dict[str, Any]:
        log = {
            "messageType": "DATA_MESSAGE",
            "owner": self._account,
            "logGroup": group,
            "logStream": "local",
            "subscriptionFilters": ["nightdesk-local"],
            "logEvents": [
                {
                    "id": f"{next(self._ids):056d}",
                    "timestamp": int(now.timestamp() * 1000),
                    "message": json.dumps(_line(fate, now)),
                }
                for fate in lines
            ],
        }
        data = base64.b64encode(gzip.compress(json.dumps(log).encode())).decode()
        return {"awslogs": {"data": data}}


def _line(fate: Fate, now: datetime) -> dict[str, Any]:
    took = AFTER // timedelta(milliseconds=1)
    return {
        "notification": {
            "messageId": fate.message_id,
            "timestamp": f"{now - AFTER:%Y-%m-%d %H:%M:%S.000}",
        },
        "delivery": {
            "numberOfMessageParts": fate.parts,
            "destination": fate.number,
            "priceInUSD": float(fate.parts * price_of_part(fate.number)),
            "smsType": "Transactional",
            "providerResponse": fate.words,
            "dwellTimeMs": took,
            "dwellTimeMsUntilDeviceAck": took,
        },
        "status": "SUCCESS" if fate.is_delivered else "FAILURE",
    }
