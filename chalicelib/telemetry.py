"""Logs and metrics: Powertools in Lambda, one JSON object a line.

The core logs by the standard library (`logging.getLogger("nightdesk.…")`); its records come
out here. Neither secrets nor phone numbers are ever passed to a logger.
"""

import logging
import sys
from collections.abc import Callable
from typing import TextIO

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines, and tells how many bytes they have: whoever keeps them charges for that.

    To standard output as it is at that moment: Chalice silences a logger (below ERROR) whose
    handler has another one, as happens where standard output is captured.
    """

    tell: Callable[[int], None] | None = None

    def __init__(self, stream: TextIO | None = None) -> None:
        """`stream` None: standard output."""
        logging.Handler.__init__(self)
        self._given = stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return self._given or sys.stdout

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if self.tell is not None:
            size = len(text) if text.isascii() else len(text.encode(errors="replace"))
            self.tell(size + len(self.terminator))
        return text


lines = Lines()
logger = Logger(service="nightdesk", logger_handler=lines)
logging.getLogger("nightdesk").setLevel(logging.INFO)
copy_config_to_registered_loggers(logger, include={"nightdesk"})
