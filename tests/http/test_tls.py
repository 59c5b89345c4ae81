"""TLS goes to the vetted address and still checks the name."""

import ssl
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http import HttpClient
from chalicelib.http.client import system_tls
from tests.http.sealed import certificate_in, serving_tls


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_in(tmp_path_factory.mktemp("tls"))


def at_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def a_client(trusted: Path | None) -> HttpClient:
    return HttpClient(
        trust_loopback=True,
        resolve=at_loopback,
        sleep=lambda seconds: None,
        tls=ssl.create_default_context(cafile=trusted) if trusted else None,
    )


def test_the_name_is_checked_although_the_connection_goes_to_the_address(certificate: Path) -> None:
    with serving_tls(certificate) as port:
        response = a_client(certificate).request("GET", f"https://news.example:{port}/")
    assert response.body == f"news.example:{port}".encode()


def test_a_certificate_for_another_name_is_not_accepted(certificate: Path) -> None:
    with (
        serving_tls(certificate) as port,
        pytest.raises(SourceUnavailable, match="SSLCertVerificationError"),
    ):
        a_client(certificate).request("GET", f"https://other.example:{port}/")


def test_a_certificate_nobody_vouches_for_is_not_accepted(certificate: Path) -> None:
    with (
        serving_tls(certificate) as port,
        pytest.raises(SourceUnavailable, match="SSLCertVerificationError"),
    ):
        a_client(None).request("GET", f"https://news.example:{port}/")


def test_the_store_of_authorities_is_read_once_for_all_clients(certificate: Path) -> None:
    system_tls.cache_clear()
    with serving_tls(certificate) as port:
        for _ in range(2):
            with pytest.raises(SourceUnavailable):
                a_client(None).request("GET", f"https://news.example:{port}/")
    found = system_tls.cache_info()
    assert found.misses == 1
    assert found.hits > 0


def test_a_slow_drip_over_tls_ends_with_the_time_there_is(certificate: Path) -> None:
    seconds = count()
    client = HttpClient(
        trust_loopback=True,
        resolve=at_loopback,
        monotonic=lambda: float(next(seconds)),
        tls=ssl.create_default_context(cafile=certificate),
    )
    with (
        serving_tls(certificate) as port,
        pytest.raises(SourceUnavailable, match="no whole answer"),
    ):
        client.request("GET", f"https://news.example:{port}/drip")
    assert next(seconds) < 30
