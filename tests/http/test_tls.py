"""TLS goes to the vetted address and still checks the name."""

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.domain.errors import SourceUnavailable
from chalicelib.http import HttpClient


class Hello(BaseHTTPRequestHandler):
    """Says which host it was asked for."""

    def do_GET(self) -> None:
        body = self.headers["Host"].encode()
        self.send_response(200)
        if self.path == "/drip":
            self.send_header("Content-Length", "100000000")
            self.end_headers()
            with suppress(OSError):
                while True:
                    self.wfile.write(b"x")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


class QuietServer(ThreadingHTTPServer):
    """A refused handshake is what some tests want; the server need not print it."""

    def handle_error(self, request: object, client_address: object) -> None: ...


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for news.example and its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "news.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@contextmanager
def serving_tls(certificate: Path) -> Iterator[int]:
    server = QuietServer(("127.0.0.1", 0), Hello)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


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
