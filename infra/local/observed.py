"""What AWS itself says of one local cloud: reports of Lambda, figures of CloudWatch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.clock import Clock
from infra.local.http import Behind
from infra.local.lambdas import Function
from infra.local.reports import Reports
from infra.local.traffic import Traffic


class Observed:
    """Hears of everything, and tells whoever reads logs and metrics on moto."""

    def __init__(self, *, clock: Clock, region: str) -> None:
        self.reports = Reports(clock=clock, region=region)
        self.traffic = Traffic(clock=clock, region=region)

    @contextmanager
    def told_when_asked(self) -> Iterator[None]:
        with self.reports.written_when_read(), self.traffic.written_when_read():
            yield

    def queues(self, backend: Any) -> None:
        """moto's SQS backend, whose messages are counted from now on."""
        self.traffic.watch_queues(backend)

    def ended(self, function: Function, request_id: str, seconds: float, has_failed: bool) -> None:
        """As `lambdas.Ended`."""
        self._note(function.physical_name, request_id, seconds, function.memory_mb, has_failed)

    def behind(self, function: str, *, memory_mb: int, api: str) -> Behind:
        """The function of this name on AWS, which answers requests to an API."""

        def ended(request_id: str, seconds: float) -> None:
            self.traffic.asked(api)
            self._note(function, request_id, seconds, memory_mb, has_failed=False)

        return Behind(memory_mb=memory_mb, ended=ended)

    def _note(
        self, function: str, request_id: str, seconds: float, memory_mb: int, has_failed: bool
    ) -> None:
        self.traffic.invoked(function)
        self.reports.note(
            function,
            request_id=request_id,
            seconds=seconds,
            memory_mb=memory_mb,
            has_failed=has_failed,
        )
