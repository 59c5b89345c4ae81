"""What functions would take on AWS, told from what they take here."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from chalicelib.adapters.metering.log_bytes import count_written
from chalicelib.telemetry import logger
from infra.local.patching import replaced

WHOLE_CPU_MB, MEMORY_MB = 1769, 512
"""Memory with which a function has one whole CPU ("Configure Lambda function memory"), and what
most functions here have."""

CALL_SECONDS = 0.006
"""What AWS takes to answer a call. Assumed: single digits of milliseconds, as DynamoDB and SQS
promise; nothing here can measure it."""


class OwnTime:
    """Seconds as a function on AWS would take them: the CPU that our code takes on this machine,
    moto not counted, at the share of one that 512 MB have; and for each call what AWS takes."""

    def __init__(self) -> None:
        self._began = time.process_time()
        self._seconds = 0.0
        self._calls = 0

    def __call__(self) -> float:
        own = time.process_time() - self._began - self._seconds
        return own * WHOLE_CPU_MB / MEMORY_MB + self._calls * CALL_SECONDS

    @contextmanager
    def without_moto(self) -> Iterator[None]:
        plain = BotocoreStubber.__call__

        def answer(stubber: Any, *arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return plain(stubber, *arguments, **named)
            finally:
                self._seconds += time.process_time() - began
                self._calls += 1

        with replaced(BotocoreStubber, "__call__", answer):
            yield


class Written(logging.Handler):
    """Counts the bytes of each line as Lambda's log would have it."""

    def emit(self, record: logging.LogRecord) -> None:
        count_written(len(logger.registered_formatter.format(record)) + 1)
