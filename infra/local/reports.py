"""What Lambda writes at the end of each invocation: a line `platform.report` in the log group of
the function, with what is charged for.

Shape: "Lambda Telemetry API Event schema reference", `platform.report`, as Lambda writes it where
the format of a function's log is JSON (AWS Lambda developer guide, read 2026-11). Milliseconds are
those that the handler really took here, on the machine's clock and with moto in the same process;
the first invocation of a function is a cold start, which takes `INIT_MS` more. Memory in use is
not measured: it is told as half of what there is.

Lines wait and are written when somebody reads the group: a weekend has thousands of them, and
nobody may ever look.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends
from moto.logs.responses import LogsResponse

from infra.local.clock import Clock
from infra.local.patching import replaced

INIT_MS = 620.0
"""What a cold start takes: about what importing the app does (`make bench ONLY=weight`)."""

STREAM = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one invocation took."""

    at: datetime
    """When it ended, on the clock of the local cloud."""
    request_id: str
    duration_ms: float
    memory_mb: int
    init_ms: float = 0.0
    """0 unless it was a cold start."""
    has_failed: bool = False

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds, initialisation included (AWS Lambda pricing, since August 2025)."""
        return math.ceil(round(self.duration_ms + self.init_ms, 3))

    @property
    def line(self) -> str:
        metrics: dict[str, float] = {
            "durationMs": self.duration_ms,
            "billedDurationMs": self.billed_ms,
            "memorySizeMB": self.memory_mb,
            "maxMemoryUsedMB": self.memory_mb // 2,
        }
        if self.init_ms:
            metrics["initDurationMs"] = self.init_ms
        record = {
            "requestId": self.request_id,
            "metrics": metrics,
            "status": "error" if self.has_failed else "success",
        }
        at = f"{self.at:%Y-%m-%dT%H:%M:%S}.{self.at.microsecond // 1000:03}Z"
        return json.dumps({"time": at, "type": "platform.report", "record": record})


class Reports:
    """Those of every function of one local cloud."""

    def __init__(self, *, clock: Clock, region: str) -> None:
        self._clock = clock
        self._region = region
        self._waiting: defaultdict[str, list[Report]] = defaultdict(list)
        self._warm: set[str] = set()
        self._lock = Lock()
        self._requests: Counter[date] = Counter()
        self._compute: Counter[date] = Counter()

    def note(
        self,
        function: str,
        *,
        request_id: str,
        seconds: float,
        memory_mb: int,
        has_failed: bool = False,
    ) -> None:
        """An invocation of a function (its name on AWS) has ended."""
        with self._lock:
            is_cold = function not in self._warm
            self._warm.add(function)
            report = Report(
                at=self._clock.now(),
                request_id=request_id,
                duration_ms=round(seconds * 1000, 2),
                memory_mb=memory_mb,
                init_ms=INIT_MS if is_cold else 0.0,
                has_failed=has_failed,
            )
            self._waiting[function].append(report)
            self._requests[report.at.date()] += 1
            self._compute[report.at.date()] += report.billed_ms * memory_mb

    def of_day(self, day: date) -> tuple[int, int]:
        """Invocations of a day (UTC), and what is billed of them in milliseconds x megabytes."""
        return self._requests[day], self._compute[day]

    def write(self) -> None:
        """Into moto, what waits; around its door, since it looks at the machine's clock there."""
        with self._lock:
            waiting, self._waiting = self._waiting, defaultdict(list)
        groups: Any = logs_backends[DEFAULT_ACCOUNT_ID][self._region]
        for function, reports in waiting.items():
            name = f"/aws/lambda/{function}"
            if name not in groups.groups:
                groups.create_log_group(name, {})
            groups.ensure_log_stream(name, STREAM)
            groups.groups[name].put_log_events(
                STREAM,
                [
                    {"timestamp": int(one.at.timestamp() * 1000), "message": one.line}
                    for one in reports
                ],
            )

    @contextmanager
    def written_when_read(self) -> Iterator[None]:
        """While open, whoever reads a log group on moto finds them."""

        def after_writing(name: str) -> Any:
            plain = getattr(LogsResponse, name)

            def act(response: Any) -> Any:
                self.write()
                return plain(response)

            return replaced(LogsResponse, name, act)

        with after_writing("filter_log_events"), after_writing("describe_log_groups"):
            yield
