"""An open office, and who looks at it."""

from collections.abc import Iterator

import pytest

from tests.web.office import Browser, Office


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
