"""What more than one member's tests need."""

from collections.abc import Iterator

import pytest

from tests.http.sealed import certificate_in, serving_tls


@pytest.fixture(scope="session")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    with serving_tls(certificate_in(tmp_path_factory.mktemp("tls"))) as port:
        yield f"https://127.0.0.1:{port}"
