"""How a function of `app.py` is invoked: its context, its time, and what came of it."""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.local.clock import Clock

logger = logging.getLogger("nightdesk.local")

DEFAULT_TIMEOUT = timedelta(seconds=60)
DEFAULT_MEMORY_MB = 128
"""Chalice's own defaults for a function that sets none."""


class Context:
    """What Lambda hands to a handler beside the event."""

    function_version = "$LATEST"
    identity = None
    client_context = None

    def __init__(self, name: str, *, memory_mb: int, timeout: timedelta, speed: float) -> None:
        self.function_name = name
        self.memory_limit_in_mb = memory_mb
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
        self.aws_request_id = str(uuid.uuid4())
        self.log_group_name = f"/aws/lambda/{name}"
        self.log_stream_name = "local"
        self._timeout = timeout
        self._speed = speed
        self._began = time.monotonic()

    def get_remaining_time_in_millis(self) -> int:
        """Of the machine's time, told in milliseconds of the scenario's clock.

        On a fast clock the handler has its whole time-out of real seconds, as it would have
        on AWS; told in real milliseconds it would be spent in an instant.
        """
        left = self._timeout.total_seconds() - (time.monotonic() - self._began)
        return int(left * self._speed * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one invocation."""

    result: Any = None
    error: BaseException | None = None
    request_id: str = ""

    @property
    def has_failed(self) -> bool:
        return self.error is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One invocation that raised; kept to be shown, never swallowed."""

    function: str
    at: datetime
    error: str


Ended = Callable[["Function", str, float, bool], None]
"""Is told: function, id of the request, real seconds it took, whether it has failed."""


def _unheard(_function: "Function", _request_id: str, _seconds: float, _has_failed: bool) -> None:
    """Hears of nothing."""


@dataclass(slots=True, kw_only=True)
class Function:
    """One Lambda: a handler of the app with what the template says of it."""

    name: str
    handler: Callable[[dict[str, Any], Any], Any]
    clock: Clock
    timeout: timedelta = DEFAULT_TIMEOUT
    memory_mb: int = DEFAULT_MEMORY_MB
    physical_name: str = ""
    """On AWS; empty: it is not known."""
    ended: "Ended" = _unheard
    """Is told when an invocation has ended."""
    invocations: int = 0
    seconds: float = 0.0
    """Real seconds spent in the handler."""
    failures: list[Failure] = field(default_factory=list)

    def invoke(self, event: dict[str, Any]) -> Outcome:
        """Run the handler once. What it raises is the outcome's error, as for Lambda."""
        context = Context(
            self.name, memory_mb=self.memory_mb, timeout=self.timeout, speed=self.clock.speed
        )
        self.invocations += 1
        began, has_failed = time.perf_counter(), True
        try:
            result = self.handler(event, context)
            has_failed = False
        except Exception as error:
            self.failures.append(
                Failure(
                    function=self.name,
                    at=self.clock.now(),
                    error=f"{type(error).__name__}: {error}",
                )
            )
            logger.warning(
                "invocation_failed",
                extra={"function": self.name, "error": repr(error)},
                exc_info=error,
            )
            return Outcome(error=error, request_id=context.aws_request_id)
        finally:
            took = time.perf_counter() - began
            self.seconds += took
            self.ended(self, context.aws_request_id, took, has_failed)
        return Outcome(result=result, request_id=context.aws_request_id)
