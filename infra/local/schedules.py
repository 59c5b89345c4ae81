"""Schedules: `rate(...)` rules that wake a function on the scenario's clock."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from infra.local.asynchronous import AsyncInvoker
from infra.local.clock import Clock
from infra.local.lambdas import Function

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")


def interval(expression: str) -> timedelta:
    """The interval of a rate. Raises ValueError for a cron expression, which nothing uses yet."""
    found = _RATE.fullmatch(expression)
    if found is None:
        raise ValueError(f"the local cloud knows rate(...) schedules only, not {expression!r}")
    return timedelta(**{f"{found[2]}s": int(found[1])})


@dataclass(slots=True, kw_only=True)
class Schedule:
    """One rule and when it fires next."""

    function: Function
    every: timedelta
    next_at: datetime


class Schedules:
    """Every rule of the app, fired in the order of their instants, then of the app."""

    def __init__(
        self,
        functions: Sequence[tuple[Function, timedelta]],
        *,
        clock: Clock,
        invoker: AsyncInvoker,
    ) -> None:
        """The rules and their intervals; each fires for the first time now."""
        now = clock.now()
        self._clock = clock
        self._invoker = invoker
        self._rules = [
            Schedule(function=function, every=every, next_at=now) for function, every in functions
        ]

    @property
    def next_at(self) -> datetime | None:
        """When the next rule fires; None without rules."""
        return min((rule.next_at for rule in self._rules), default=None)

    def fire_due(self) -> bool:
        """Fire what is due now, each rule once however late; False when nothing was.

        EventBridge does not catch up either: a minute that was missed is gone.
        """
        did_anything = False
        now = self._clock.now()
        for rule in self._rules:
            if rule.next_at > now:
                continue
            missed = (now - rule.next_at) // rule.every
            fired_at = rule.next_at + missed * rule.every
            rule.next_at = fired_at + rule.every
            self._invoker.invoke(rule.function, _event(rule.function.name, fired_at))
            did_anything = True
        return did_anything


def _event(name: str, at: datetime) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:123456789012:rule/{name}"],
        "detail": {},
    }
