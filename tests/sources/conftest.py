"""What more than one member's tests need."""

from collections.abc import Iterator

import pytest

from chalicelib.sources.bluesky import session
from chalicelib.sources.google import access
from tests.http.sealed import certificate_in, serving_tls


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    with serving_tls(certificate_in(tmp_path_factory.mktemp("tls"))) as port:
        yield f"https://127.0.0.1:{port}"


@pytest.fixture(autouse=True)
def _nobody_is_signed_in() -> None:
    """What a process keeps of Google and Bluesky: the next server may stand on the same port."""
    access._HELD.clear()
    session._kept.clear()
