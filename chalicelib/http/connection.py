"""Connections to the address that was vetted, and to no other, that never outlast their time.

A name is resolved once, every address it has is vetted, and the socket goes to one of exactly
those: a name that changes its mind between check and connection gains nothing. Host header,
SNI and certificate check keep the name.
"""

import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from chalicelib.domain.errors import SourceRefused
from chalicelib.http.addresses import may_be_reached

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
"""Longest silence between two pieces of an answer."""

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host name, in the order to try; raises OSError when it has none."""


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


@dataclass(frozen=True, slots=True)
class Budget:
    """The time a request has, in seconds of a monotonic clock."""

    ends_at: float
    monotonic: Callable[[], float]

    def remaining(self) -> float:
        return self.ends_at - self.monotonic()

    def at_most(self, seconds: float) -> float:
        """A time-out within the budget. Raises TimeoutError when it is used up."""
        remaining = self.remaining()
        if remaining <= 0:
            raise TimeoutError("out of time")
        return min(seconds, remaining)


@dataclass(frozen=True, slots=True)
class Line:
    """How a connection is made: who resolves, what is trusted, until when."""

    resolve: Resolve
    trust_loopback: bool
    budget: Budget

    def open(self, host: str, port: int) -> "BoundSocket":
        """A socket to a vetted address of `host`.

        Raises SourceRefused when one of its addresses is not public, OSError when none answers.
        """
        addresses = self.resolve(host, port)
        for address in addresses:
            if not may_be_reached(address, trust_loopback=self.trust_loopback):
                raise SourceRefused(f"{host} is at {address}, which is not a public address")
        failure = OSError(f"{host} has no address")
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            bound = BoundSocket(family, socket.SOCK_STREAM)
            try:
                bound.settimeout(self.budget.at_most(CONNECT_SECONDS))
                bound.connect((address, port))
                bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                bound.close()
                failure = error
            else:
                bound.budget = self.budget
                return bound
        raise failure


class BoundSocket(socket.socket):
    """A socket whose every wait ends with the budget: a slow drip cannot stretch a request."""

    budget: Budget

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.budget.at_most(READ_SECONDS))
        return super().recv_into(*args, **kwargs)


class BoundTlsSocket(ssl.SSLSocket):
    """The same over TLS; the handshake itself is bounded by the time-out of its socket."""

    budget: Budget

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.budget.at_most(READ_SECONDS))
        return super().recv_into(*args, **kwargs)


class VettedConnection(HTTPConnection):
    """A plain connection along a `Line`."""

    def __init__(self, host: str, port: int, line: Line) -> None:
        super().__init__(host, port, timeout=READ_SECONDS)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.open(self._dns_host, self.port)


class VettedTlsConnection(HTTPSConnection):
    """The same over TLS; the certificate must be one for the host name."""

    def __init__(self, host: str, port: int, line: Line, context: ssl.SSLContext) -> None:
        context.sslsocket_class = BoundTlsSocket
        super().__init__(host, port, timeout=READ_SECONDS, ssl_context=context)
        self._line = line

    def _new_conn(self) -> socket.socket:
        return self._line.open(self._dns_host, self.port)

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, BoundTlsSocket):
            self.sock.budget = self._line.budget


def _carries_no_address(record: logging.LogRecord) -> bool:
    return "url=" not in str(record.msg)


# urllib3 warns of odd header lines and names the whole address with it, query and all.
logging.getLogger("urllib3.connection").addFilter(_carries_no_address)
