"""One request over one connection, and the whole answer."""

import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from chalicelib.domain.errors import SourceRefused
from chalicelib.http.connection import Line, VettedConnection, VettedTlsConnection

log = logging.getLogger("nightdesk.http")

CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer, whole and unpacked."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Their names in any case."""
    body: bytes = field(repr=False)
    host: str
    """Who gave it, after redirects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of one host; after a redirect it is another request."""

    method: str
    url: Url
    headers: Mapping[str, str]
    body: bytes | None
    max_bytes: int
    may_leave: bool = False

    @property
    def may_repeat(self) -> bool:
        return self.method in ("GET", "HEAD") or any(
            name.lower() == "idempotency-key" for name in self.headers
        )


class NotSent(Exception):
    """No connection came about: the other side has not seen the request."""


class Lost(Exception):
    """The request went out; no answer, or not a whole one, came back."""


class Flood(Exception):
    """More came back than was allowed."""


def exchange(request: Request, line: Line, tls: Callable[[], ssl.SSLContext]) -> Response:
    """The answer to a request, of any status; `tls` is asked only where the address is https.

    Raises NotSent, Lost or Flood, and SourceRefused for an address that may not be reached.
    """
    connection = _connection(request.url, line, tls)
    # Errors are told by their kind only: their text may carry the address, query and all.
    try:
        try:
            connection.connect()
        except (HTTPError, OSError, UnicodeError) as error:
            raise NotSent(f"cannot connect ({type(error).__name__})") from None
        try:
            connection.request(
                request.method,
                request.url.request_uri,
                body=request.body,
                headers=request.headers,
                preload_content=False,
            )
            answer = connection.getresponse()
            body = _whole(answer, request.max_bytes)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise Lost(f"no whole answer ({type(error).__name__})") from None
    finally:
        connection.close()
    host = request.url.host or ""
    log.debug("http_answered", extra={"host": host, "status": answer.status})
    return Response(status=answer.status, headers=answer.headers, body=body, host=host)


def _connection(
    url: Url, line: Line, tls: Callable[[], ssl.SSLContext]
) -> VettedConnection | VettedTlsConnection:
    host = (url.host or "").strip("[]")
    if url.scheme == "https":
        return VettedTlsConnection(host, url.port or 443, line, tls())
    return VettedConnection(host, url.port or 80, line)


def checked(url: str) -> Url:
    """The parts of an address. Raises SourceRefused for what is no plain web address."""
    try:
        parts = parse_url(url)
    except HTTPError:
        raise SourceRefused("an address that cannot be read") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise SourceRefused("an address that is not http or https")
    if parts.auth:
        raise SourceRefused(f"{parts.host}: an address that carries a password")
    return parts


def origin(url: Url) -> tuple[str | None, str | None, int]:
    """What must be equal for credentials to go along."""
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def stays_with(url: Url, target: Url) -> bool:
    """Whether a redirect stays with its host; to say "by https, please" is to stay."""
    is_sealed = target.scheme == "https" and target.port in (None, 443)
    return origin(url) == origin(target) or (url.host == target.host and is_sealed)


def _whole(answer: BaseHTTPResponse, max_bytes: int) -> bytes:
    body = bytearray()
    # read1: one wait a turn, which the socket bounds in time, and one piece, bounded here in size.
    while piece := answer.read1(CHUNK, decode_content=True):
        body += piece
        if len(body) > max_bytes:
            raise Flood
    return bytes(body)
