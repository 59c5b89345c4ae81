"""Asynchronous invocations, by which schedules and topics wake a function.

Lambda tries an event again one minute and then two minutes after it failed, and hands it to
the function's failure destination or dead-letter queue when the last try fails too (AWS Lambda
developer guide, "Asynchronous invocation error handling", read 2026-11).
"""

import heapq
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from infra.local.clock import Clock
from infra.local.lambdas import Function

logger = logging.getLogger("nightdesk.local")

PAUSES = (timedelta(minutes=1), timedelta(minutes=2))
"""Before the second and before the third try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncSettings:
    """What the template says of a function's asynchronous invocations."""

    max_retries: int = 2
    destination: str = ""
    """ARN of the failure destination: it gets the event wrapped with what went wrong."""
    dead_letters: str = ""
    """ARN of the dead-letter queue: it gets the bare event."""


def async_settings(properties: Mapping[str, Any]) -> AsyncSettings:
    """What the template's properties of a function say."""
    invoke = properties.get("EventInvokeConfig", {})
    on_failure = invoke.get("DestinationConfig", {}).get("OnFailure", {})
    dead_letters = properties.get("DeadLetterQueue", properties.get("DeadLetterConfig", {}))
    return AsyncSettings(
        max_retries=int(invoke.get("MaximumRetryAttempts", 2)),
        destination=str(on_failure.get("Destination", "")),
        dead_letters=str(dead_letters.get("TargetArn", "")),
    )


@dataclass(order=True, slots=True)
class _Retry:
    due_at: datetime
    order: int
    function: Function = field(compare=False)
    event: dict[str, Any] = field(compare=False)
    failed: int = field(compare=False)


class AsyncInvoker:
    """Invokes functions for their events and keeps what is to be tried again."""

    def __init__(self, *, clock: Clock, give_up: Callable[[str, str], None]) -> None:
        """`give_up` is told (ARN of the queue, body)."""
        self._clock = clock
        self._give_up = give_up
        self._settings: dict[str, AsyncSettings] = {}
        self._retries: list[_Retry] = []
        self._order = count()

    def configure(self, function: Function, settings: AsyncSettings) -> None:
        self._settings[function.name] = settings

    @property
    def next_at(self) -> datetime | None:
        """When the next retry is due."""
        return self._retries[0].due_at if self._retries else None

    def invoke(self, function: Function, event: dict[str, Any]) -> None:
        self._attempt(function, event, failed=0)

    def retry_due(self) -> bool:
        """Try again what is due; False when nothing was."""
        did_anything = False
        while self._retries and self._retries[0].due_at <= self._clock.now():
            retry = heapq.heappop(self._retries)
            self._attempt(retry.function, retry.event, failed=retry.failed)
            did_anything = True
        return did_anything

    def _attempt(self, function: Function, event: dict[str, Any], *, failed: int) -> None:
        outcome = function.invoke(event)
        if not outcome.has_failed:
            return
        failed += 1
        settings = self._settings.get(function.name, AsyncSettings())
        if failed <= settings.max_retries:
            due_at = self._clock.now() + PAUSES[failed - 1]
            heapq.heappush(
                self._retries, _Retry(due_at, next(self._order), function, event, failed)
            )
            return
        logger.error("event_given_up", extra={"function": function.name, "tries": failed})
        if settings.dead_letters:
            self._give_up(settings.dead_letters, json.dumps(event))
        if settings.destination:
            wrapped = {
                "version": "1.0",
                "timestamp": self._clock.now().isoformat(),
                "requestContext": {
                    "requestId": outcome.request_id,
                    "functionArn": function.name,
                    "condition": "RetriesExhausted",
                    "approximateInvokeCount": failed,
                },
                "requestPayload": event,
                "responsePayload": {"errorMessage": str(outcome.error)},
            }
            self._give_up(settings.destination, json.dumps(wrapped))
