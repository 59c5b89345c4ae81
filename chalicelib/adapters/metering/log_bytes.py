"""How many bytes of log are written, counted as lines go out."""

from chalicelib.adapters.metering.tally import used
from chalicelib.domain.cost import Use

LOG_BYTE = "logs.byte"

OWN_LINES = 300
"""Bytes of what Lambda itself writes of an invocation: START, END and REPORT, some 70, 50 and 180.
An estimate; CloudWatch says it to the byte."""


def count_written(size: int) -> None:
    """So many bytes were written to the log."""
    used(Use(sku=LOG_BYTE, quantity=size))
