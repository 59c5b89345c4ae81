"""An open office, and who looks at it."""

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from tests.fakes.costing import FakeUsageRecords
from tests.web.office import Browser, Office


@pytest.fixture(autouse=True)
def records() -> Iterator[FakeUsageRecords]:
    """What requests took: every one of them is metered."""
    records = FakeUsageRecords()
    with wiring.override(usage_records=records):
        yield records


@pytest.fixture
def office() -> Iterator[Office]:
    with Office().is_open() as office:
        yield office


@pytest.fixture
def gus(office: Office) -> Browser:
    """An agent who is signed in."""
    return Browser(office.token("gus"))


@pytest.fixture
def mia(office: Office) -> Browser:
    """Another one."""
    return Browser(office.token("mia"))


@pytest.fixture
def nobody(office: Office) -> Browser:
    """Somebody without a token."""
    return Browser(None)
