"""`HttpClient`: redirects, tries, time, and what an error means."""

import json
import random
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol
from urllib.parse import urlencode, urljoin

from chalicelib.domain.errors import (
    OutcomeUnknown,
    SourceError,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.http.connection import Budget, Line, Resolve, resolve
from chalicelib.http.exchange import (
    Flood,
    Lost,
    NotSent,
    Request,
    Response,
    checked,
    exchange,
    origin,
    stays_with,
)
from chalicelib.http.waiting import retry_after, retry_at

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


class Gate(Protocol):
    """Whoever may hold requests back and sees what came of them."""

    def before(self, bucket: str) -> None:
        """Before each try. Raises SourceUnavailable, with `retry_at`, to hold it back."""

    def after(self, bucket: str, status: int, headers: Mapping[str, str]) -> None:
        """After each answer, of any status."""


class TooLarge(SourceUnavailable):
    """An answer held more than was allowed; asking for less of it may help."""


@cache
def system_tls() -> ssl.SSLContext:
    """What verifies by the system's store of authorities, which takes 20 ms to read: one for all
    clients, since every source that is opened has a client of its own."""
    return ssl.create_default_context()


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
        gate: Gate | None = None,
    ) -> None:
        self._trust_loopback = trust_loopback
        self._now = now
        self._monotonic = monotonic
        self._sleep = sleep
        self._jitter = jitter
        self._resolve = resolve
        self._given_tls = tls
        self._gate = gate

    def behind(self, gate: Gate) -> "HttpClient":
        """The same client, with a gate before its requests."""
        gated = copy(self)
        gated._gate = gate
        return gated

    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or system_tls()

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
        bucket: str = "",
        may_leave: bool = False,
    ) -> Response:
        """The answer to a request, whose status is one of `accept`.

        GET and HEAD follow redirects and are tried again; so is any request that carries an
        `Idempotency-Key`. Ends before `deadline` (aware) and within `LONGEST_REQUEST`. `bucket`
        names the rate limit that it counts against, where the platform has several. With
        `may_leave` a redirect to another host is followed (without credentials), else refused.

        Raises SourceUnavailable when trying later can help and nothing was changed over there,
        SourceRefused when it cannot help (status 4xx, an address that is not public), and
        OutcomeUnknown when a request that changes something may have been carried out.
        """
        request = Request(
            method=method,
            url=checked(url + ("?" + urlencode(params) if params else "")),
            headers={"User-Agent": "nightdesk", "Accept-Encoding": "gzip", **(headers or {})},
            body=body,
            max_bytes=max_bytes,
            may_leave=may_leave,
        )
        budget = self._budget(deadline)
        is_unknown = False
        for attempt in range(1, TRIES + 1):
            wait = self._jitter() * 0.5 * 2**attempt
            try:
                if self._gate is not None:
                    self._gate.before(bucket)
            except SourceUnavailable as held:
                error: SourceError = held
                break
            try:
                response = self._follow(request, budget)
            except NotSent as failure:
                error = SourceUnavailable(f"{request.url.host}: {failure}")
            except Lost as failure:
                is_unknown = True
                error = SourceUnavailable(f"{request.url.host}: {failure}")
            except Flood:
                is_unknown = True
                error = TooLarge(f"{request.url.host}: an answer of more than {max_bytes} bytes")
                break
            else:
                if self._gate is not None:
                    self._gate.after(bucket, response.status, response.headers)
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

    def _follow(self, request: Request, budget: Budget) -> Response:
        line = Line(self._resolve, self._trust_loopback, budget)
        for _ in range(MAX_REDIRECTS + 1):
            response = exchange(request, line, self._tls)
            target = response.headers.get("Location", "")
            is_followed = response.status in _REDIRECTS and request.method in ("GET", "HEAD")
            if not (is_followed and target):
                return response
            url = checked(urljoin(request.url.url, target))
            headers = request.headers
            if not (request.may_leave or stays_with(request.url, url)):
                raise SourceRefused(
                    f"{request.url.host} sends us on to {url.host}; if that is its new address, "
                    "say so in the configuration"
                )
            if origin(url) != origin(request.url):
                headers = {
                    name: headers[name] for name in headers if name.lower() in _TELLS_NOTHING
                } | {"Accept-Encoding": "gzip"}
            request = replace(request, url=url, headers=headers)
        raise SourceRefused(f"{request.url.host}: more than {MAX_REDIRECTS} redirects")

    def _error_of(self, response: Response) -> SourceError:
        text = f"{response.host} answered {response.status}{_said(response)}"
        if response.status in _PASSING or response.status >= 500:
            asked = retry_at if response.status == 429 else retry_after
            asked_for = asked(response.headers, now=self._now())
            return SourceUnavailable(text, retry_at=asked_for)
        return SourceRefused(text)


def _said(response: Response) -> str:
    """What a JSON answer gives as its error, shortened; empty when it gives none."""
    try:
        answer = json.loads(response.body[:65_536])
    except (ValueError, RecursionError):
        return ""
    return next(
        (
            ": " + "".join(letter for letter in said[:200] if letter.isprintable())
            for said in _sentences(answer)
            if isinstance(said, str) and said
        ),
        "",
    )


def _sentences(answer: object) -> Iterator[object]:
    """Where platforms say in JSON what went wrong, the longest words first."""
    if not isinstance(answer, dict):
        return
    error, errors = answer.get("error"), answer.get("errors")
    if isinstance(error, dict):
        yield from (error.get("message"), error.get("description"))
    yield from (answer.get("detail"), answer.get("message"), answer.get("error_description"))
    yield error
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        yield from (errors[0].get("message"), errors[0].get("detail"))
    yield answer.get("title")
