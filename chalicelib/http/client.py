"""`HttpClient`: requests, redirects, bounds on size and time, and what an error means."""

import json
import logging
import random
import ssl
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.client import HTTPException
from urllib.parse import urlencode, urljoin

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from chalicelib.domain.errors import (
    OutcomeUnknown,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.http.connection import (
    Budget,
    Line,
    Resolve,
    VettedConnection,
    VettedTlsConnection,
    resolve,
)
from chalicelib.http.waiting import retry_at

log = logging.getLogger("nightdesk.http")

MAX_BYTES = 5_000_000
"""Most that an answer may hold once it is unpacked."""

TRIES = 3
LONGEST_REQUEST = timedelta(seconds=20)
"""A request with all its tries never takes longer, even where the deadline would allow it."""

PATIENCE_SECONDS = 5.0
"""A platform that asks for more than this is asked again by a later pull, not waited for."""

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_TELLS_NOTHING = frozenset({"accept", "user-agent", "if-none-match", "if-modified-since"})
"""Headers another host may see after a redirect; credentials stay behind."""

_CHUNK = 65_536


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
class _Request:
    method: str
    url: Url
    headers: Mapping[str, str]
    body: bytes | None
    max_bytes: int

    @property
    def may_repeat(self) -> bool:
        return self.method in ("GET", "HEAD") or any(
            name.lower() == "idempotency-key" for name in self.headers
        )


class TooLarge(SourceUnavailable):
    """An answer held more than was allowed; asking for less of it may help."""


class _NotSent(Exception):
    """No connection came about: the other side has not seen the request."""


class _Lost(Exception):
    """The request went out; no answer, or not a whole one, came back."""


class _Flood(Exception):
    """More came back than was allowed."""


class HttpClient:
    """Speaks HTTP(S) with hosts on the public Internet, bounded in time, size and address.

    Takes no proxy from the environment and logs neither paths, queries nor headers. The three
    clocks are arguments so that whoever owns time can own it here too: `now` (aware),
    `monotonic` and `sleep` (seconds). Safe to share between threads. Each request has a
    connection of its own, since a kept one does not survive a frozen Lambda.
    """

    def __init__(
        self,
        *,
        trust_loopback: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._trust_loopback = trust_loopback
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._jitter = jitter
        self._resolve = resolve
        self._given_tls = tls

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Verifies by the system's store of authorities."""
        return self._given_tls or ssl.create_default_context()

    def request(
        self,
        method: str,
        url: str,
        *,
        deadline: datetime | None = None,
        params: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        accept: Collection[int] = (200,),
        max_bytes: int = MAX_BYTES,
    ) -> Response:
        """The answer to a request, whose status is one of `accept`.

        GET and HEAD follow redirects and are tried again; so is any request that carries an
        `Idempotency-Key`. Ends before `deadline` (aware) and within `LONGEST_REQUEST`.

        Raises SourceUnavailable when trying later can help and nothing was changed over there,
        SourceRefused when it cannot help (status 4xx, an address that is not public), and
        OutcomeUnknown when a request that changes something may have been carried out.
        """
        request = _Request(
            method=method,
            url=_checked(url + ("?" + urlencode(params) if params else "")),
            headers={"User-Agent": "nightdesk", "Accept-Encoding": "gzip", **(headers or {})},
            body=body,
            max_bytes=max_bytes,
        )
        budget = self._budget(deadline)
        is_unknown = False
        for attempt in range(1, TRIES + 1):
            wait = self._jitter() * 0.5 * 2**attempt
            try:
                response = self._follow(request, budget)
            except _NotSent as failure:
                error: SourceError = SourceUnavailable(f"{request.url.host}: {failure}")
            except _Lost as failure:
                is_unknown = True
                error = SourceUnavailable(f"{request.url.host}: {failure}")
            except _Flood:
                is_unknown = True
                error = TooLarge(f"{request.url.host}: an answer of more than {max_bytes} bytes")
                break
            else:
                if response.status in accept:
                    return response
                error = self._error_of(response)
                is_unknown = is_unknown or response.status >= 500
                if response.status not in _PASSING:
                    break
                asked_for = error.retry_at if isinstance(error, SourceUnavailable) else None
                if asked_for is None and response.status == 429:
                    break
                if asked_for is not None:
                    wait = max(wait, (asked_for - self._now()).total_seconds())
            can_wait = wait < min(budget.remaining(), PATIENCE_SECONDS)
            if attempt == TRIES or not request.may_repeat or not can_wait:
                break
            self._sleep(wait)
        if is_unknown and method not in ("GET", "HEAD"):
            raise OutcomeUnknown(str(error))
        raise error

    def _budget(self, deadline: datetime | None) -> Budget:
        seconds = LONGEST_REQUEST.total_seconds()
        if deadline is not None:
            seconds = min(seconds, (deadline - self._now()).total_seconds())
        if seconds <= 0:
            raise SourceUnavailable("there was no time left to ask")
        return Budget(self._monotonic() + seconds, self._monotonic)

    def _follow(self, request: _Request, budget: Budget) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            response = self._once(request, budget)
            target = response.headers.get("Location", "")
            is_followed = response.status in _REDIRECTS and request.method in ("GET", "HEAD")
            if not (is_followed and target):
                return response
            url = _checked(urljoin(request.url.url, target))
            headers = request.headers
            if _origin(url) != _origin(request.url):
                headers = {
                    name: headers[name] for name in headers if name.lower() in _TELLS_NOTHING
                } | {"Accept-Encoding": "gzip"}
            request = replace(request, url=url, headers=headers)
        raise SourceRefused(f"{request.url.host}: more than {MAX_REDIRECTS} redirects")

    def _once(self, request: _Request, budget: Budget) -> Response:
        connection = self._connection(request.url, budget)
        # Errors are told by their kind only: their text may carry the address, query and all.
        try:
            try:
                connection.connect()
            except (HTTPError, OSError, UnicodeError) as error:
                raise _NotSent(f"cannot connect ({type(error).__name__})") from None
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
                raise _Lost(f"no whole answer ({type(error).__name__})") from None
        finally:
            connection.close()
        host = request.url.host or ""
        log.debug("http_answered", extra={"host": host, "status": answer.status})
        return Response(status=answer.status, headers=answer.headers, body=body, host=host)

    def _connection(self, url: Url, budget: Budget) -> VettedConnection | VettedTlsConnection:
        line = Line(self._resolve, self._trust_loopback, budget)
        host = (url.host or "").strip("[]")
        if url.scheme == "https":
            return VettedTlsConnection(host, url.port or 443, line, self._tls)
        return VettedConnection(host, url.port or 80, line)

    def _error_of(self, response: Response) -> SourceError:
        text = f"{response.host} answered {response.status}{_said(response)}"
        if response.status in _PASSING or response.status >= 500:
            asked_for = retry_at(response.headers, now=self._now())
            return SourceUnavailable(text, retry_at=asked_for)
        return SourceRefused(text)


def _checked(url: str) -> Url:
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


def _origin(url: Url) -> tuple[str | None, str | None, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _whole(answer: BaseHTTPResponse, max_bytes: int) -> bytes:
    body = bytearray()
    # read1: one wait a turn, which the socket bounds in time, and one piece, bounded here in size.
    while piece := answer.read1(_CHUNK, decode_content=True):
        body += piece
        if len(body) > max_bytes:
            raise _Flood
    return bytes(body)


def _said(response: Response) -> str:
    """What a JSON answer gives as its error, shortened; empty when it gives none."""
    try:
        answer = json.loads(response.body[:_CHUNK])
    except (ValueError, RecursionError):
        return ""
    said = answer.get("error") if isinstance(answer, dict) else None
    if not isinstance(said, str):
        return ""
    return ": " + "".join(letter for letter in said[:200] if letter.isprintable())
