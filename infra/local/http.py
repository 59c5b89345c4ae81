"""The app's routes over HTTP on this machine, and beside them what exists only here: `/phones`
and the pages on which people sign in.

Chalice's local server with six things put right (tried with chalice 1.34.0): answers are
written at once instead of waiting 40 ms for an acknowledgement, and compressed as the gateway
does it; each thread has its own request; a chunked body is refused instead of read as empty; an
address that leads nowhere is a problem like all others, where Chalice's answer repeats the token
it was asked with; and nobody pretends to look at tokens but the function itself.
"""

import errno
import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, cast
from urllib.parse import urlsplit

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import (
    ChaliceRequestHandler,
    LocalChalice,
    LocalDevServer,
    LocalGateway,
    LocalGatewayAuthorizer,
    LocalGatewayException,
    ThreadedHTTPServer,
)

from chalicelib.web.access import SECURITY_HEADERS
from chalicelib.web.problems import problem_of

HOST = "127.0.0.1"

Answer = tuple[HTTPStatus, dict[str, str], bytes]
Local = Callable[[str, str, bytes], Answer | None]
"""Answers (method, path, body) of a page that exists only here; None where it has none.

Where people sign in, the path is with its query.
"""

Heed = Callable[[str, str], None]
"""Hears of a request: method and path."""

SIGN_IN = "/local/identity/"

Ended = Callable[[str, float], None]
"""Is told of an invocation: id of the request, real seconds it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The function behind the routes."""

    memory_mb: int = 128
    ended: Ended = lambda _request_id, _seconds: None


NOTHING_KNOWN = Behind()

COMPRESSED_FROM = 1_024
"""Bytes; `minimum_compression_size` in `.chalice/config.json`."""


class Server:
    """The app at `http://127.0.0.1:<port>`, each request in a thread of its own."""

    def __init__(
        self,
        app: Chalice,
        *,
        port: int,
        local: Local,
        heed: Heed = lambda _method, _path: None,
        behind: Behind = NOTHING_KNOWN,
    ) -> None:
        """`port` 0, or one that is taken, gives another; `self.address` says which.

        `heed` is told of every request to the app, before it is answered.
        """
        with_own_requests(app)

        class Handler(_Handler):
            answer_locally = staticmethod(local)
            heed_request = staticmethod(heed)
            function = behind

        self._server = _bound(app, port, Handler)
        self.port: int = self._server.server.server_address[1]
        self.address = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._server.server.shutdown()
        self._server.server.server_close()
        self._thread.join()


class Gateway:
    """The same routes without a socket, for a scenario that is played through."""

    def __init__(self, app: Chalice, *, behind: Behind = NOTHING_KNOWN) -> None:
        with_own_requests(app)
        self._gateway = _OwnGateway(app, behind)

    def answer(
        self, method: str, path: str, *, headers: dict[str, str], body: bytes = b""
    ) -> dict[str, Any]:
        """The whole answer, as Lambda gives it to the gateway."""
        return self._gateway.handle_request(method, path, headers, body or None)

    def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: str = ""
    ) -> tuple[int, str]:
        """Status and body of the answer."""
        answer = self.answer(
            method, path, headers={"host": HOST, **(headers or {})}, body=body.encode()
        )
        return int(answer["statusCode"]), str(answer["body"])


def with_own_requests(app: Chalice) -> None:
    """Let each thread have a `current_request` of its own; once for each app."""
    if not isinstance(app, LocalChalice):
        app.__class__ = type("LocalApp", (LocalChalice, app.__class__), {})


class _OwnGateway(LocalGateway):
    """What API Gateway does with the deployed template, as far as an answer shows it."""

    def __init__(self, app: Chalice, behind: Behind) -> None:
        super().__init__(app, _config(behind.memory_mb))
        self._authorizer = _LetsThrough(app)
        self._ended = behind.ended
        self._invoked = threading.local()

    def _generate_lambda_context(self) -> Any:
        context = super()._generate_lambda_context()
        self._invoked.request_id = context.aws_request_id
        return context

    def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            answer: dict[str, Any] = super().handle_request(method, path, headers, body)
            self._ended(self._invoked.request_id, time.perf_counter() - began)
        except LocalGatewayException:
            nowhere = problem_of(HTTPStatus.NOT_FOUND, detail="there is nothing at this address")
            return {
                "statusCode": nowhere.status_code,
                "headers": {"Cache-Control": "no-store", **nowhere.headers, **SECURITY_HEADERS},
                "multiValueHeaders": {},
                "body": nowhere.body,
            }
        return answer


class _LetsThrough(LocalGatewayAuthorizer):
    """The gateway's look at tokens, which saves invocations: what comes through is looked at again.

    Chalice's own reads claims without a look at the signature, and stumbles over what is no token.
    """

    def authorize(self, raw_path: str, lambda_event: Any, lambda_context: Any) -> tuple[Any, Any]:
        return lambda_event, lambda_context


class _Handler(ChaliceRequestHandler):
    """One request."""

    wbufsize = -1
    disable_nagle_algorithm = True
    answer_locally: Local
    heed_request: Heed
    function: Behind

    def __init__(
        self, request: Any, address: Any, server: Any, app_object: Chalice, config: Config
    ) -> None:
        """Chalice names these; `config` is that of another function than `Behind` knows."""
        self.local_gateway = _OwnGateway(app_object, self.function)
        BaseHTTPRequestHandler.__init__(self, request, address, server)

    def _generic_handle(self) -> None:
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            self._answer((HTTPStatus.LENGTH_REQUIRED, {}, b""))
            return
        if not self._is_from_here():
            self._answer((HTTPStatus.FORBIDDEN, {}, b""))
            return
        path = urlsplit(self.path).path
        if path.startswith(("/phones", "/local/")):
            self._answer(self._locally(self.path if path.startswith(SIGN_IN) else path))
            return
        self.heed_request(self.command, path)
        super()._generic_handle()
        self.wfile.flush()

    do_GET = do_PUT = do_POST = do_HEAD = _generic_handle  # noqa: N815
    do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_QUERY = _generic_handle  # noqa: N815

    def _send_http_response_with_body(
        self, code: int, headers: dict[str, Any], body: str | bytes
    ) -> None:
        """As the gateway compresses what is worth it, for whoever takes it (API Gateway guide,
        "Payload compression")."""
        content = body if isinstance(body, bytes) else body.encode()
        takes = self.headers.get("accept-encoding", "")
        if "gzip" in takes and len(content) >= COMPRESSED_FROM:
            content = gzip.compress(content, mtime=0)
            headers = {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        super()._send_http_response_with_body(code, headers, content)

    def log_message(self, *_about: Any) -> None:
        """Nothing: the address of an acknowledgement link is a secret."""

    def _is_from_here(self) -> bool:
        """Whether a page of this very address asks, or nobody's: another site may send a browser.

        A link that is followed from elsewhere may open a page, and nothing more.
        """
        port = cast(Any, self.server).server_address[1]
        ours = {f"{HOST}:{port}", f"localhost:{port}"}
        if self.headers.get("host", "").lower() not in ours:
            return False
        site = self.headers.get("sec-fetch-site", "none")
        origin = self.headers.get("origin")
        # A page that sends no referrer, as ours do, is "null" even to itself.
        is_ours = origin in {f"http://{one}" for one in ours} or (origin, site) == (
            "null",
            "same-origin",
        )
        if origin is not None and not is_ours:
            return False
        if site in ("none", "same-origin"):
            return True
        is_link: bool = self.headers.get("sec-fetch-mode") == "navigate"
        return is_link and self.command in ("GET", "HEAD")

    def _locally(self, path: str) -> Answer:
        length = int(self.headers.get("content-length", "0") or 0)
        if length > 10_000:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {}, b""
        body = self.rfile.read(length) if length else b""
        if self.command == "POST" and self.headers.get_content_type() != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, {}, b""
        found = self.answer_locally(self.command, path, body)
        return found if found is not None else (HTTPStatus.NOT_FOUND, {}, b"")

    def _answer(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in {**_SECURITY, **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        if status >= 400:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()


_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " frame-ancestors 'none'; base-uri 'none'; form-action 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class _Quiet(ThreadedHTTPServer):
    """Without a stack trace for each browser that hangs up."""

    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Said by the functions' own logs, where it is an error of ours."""


def _bound(app: Chalice, port: int, handler: type[ChaliceRequestHandler]) -> LocalDevServer:
    try:
        return LocalDevServer(app, _config(), HOST, port, handler_cls=handler, server_cls=_Quiet)
    except OSError as error:
        if error.errno != errno.EADDRINUSE or port == 0:
            raise
        return _bound(app, 0, handler)


def _config(memory_mb: int = NOTHING_KNOWN.memory_mb) -> Config:
    return Config.create(
        chalice_stage="dev",
        function_name="api_handler",
        lambda_timeout=29,
        lambda_memory_size=memory_mb,
    )
