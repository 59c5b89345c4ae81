"""The same surroundings for every test, whatever machine it runs on.

No credentials but fake ones, no setting of ours or of AWS from outside, a zone that is not UTC
(so that a forgotten zone shows), no network but loopback, and no deadline for Hypothesis.
"""

import ipaddress
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "TZ": "America/St_Johns",
}
"""`AWS_ACCOUNT_ID_ENDPOINT_MODE` lets in-process moto serve streams."""

FOREIGN = ("AWS_", "NIGHTDESK_", "POWERTOOLS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


WANTED = "NIGHTDESK_SPECS"
"""Where the platforms' own documents are; see tests/sources/prism.py."""


def _is_foreign(name: str) -> bool:
    return name.upper().startswith(FOREIGN) and name != WANTED


for name in [name for name in os.environ if _is_foreign(name)]:
    del os.environ[name]
os.environ.update(ENVIRONMENT)
time.tzset()

settings.register_profile("nightdesk", deadline=None, max_examples=50, print_blob=True)
settings.load_profile("nightdesk")


@pytest.fixture(autouse=True)
def _same_environment() -> Iterator[None]:
    """What a test sets in the environment is gone after it."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


class NetworkNotAllowed(RuntimeError):
    """A test has tried to speak to another machine."""


def _check(address: Any) -> None:
    """Raises NetworkNotAllowed unless an address as sockets take it is loopback or local."""
    if not isinstance(address, tuple):
        return
    host = str(address[0])
    if not (_is_loopback(host) if _is_literal(host) else host == "localhost"):
        raise NetworkNotAllowed(f"tests speak to loopback only, not to {host}")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host).is_loopback


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Sockets of this process reach nothing but loopback."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    class Guarded:
        def connect(self: Any, address: Any) -> None:
            _check(address)
            connect(self, address)

        def connect_ex(self: Any, address: Any) -> int:
            _check(address)
            return connect_ex(self, address)

    def look_up(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not _is_literal(name):  # an address needs no looking up
            _check((name,))
        return getaddrinfo(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", Guarded.connect)
        patch.setattr(socket.socket, "connect_ex", Guarded.connect_ex)
        patch.setattr(socket, "getaddrinfo", look_up)
        yield
