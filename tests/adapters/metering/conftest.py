"""Other tests of the process may have left what they used, and a log whose lines are counted."""

from collections.abc import Iterator

import pytest

from chalicelib import telemetry
from chalicelib.adapters.metering.tally import tally


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    before, telemetry.lines.tell = telemetry.lines.tell, None
    tally.take()
    yield
    tally.take()
    telemetry.lines.tell = before
