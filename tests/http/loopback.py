"""Small real servers on 127.0.0.1 that answer as a test says, for as long as the test lasts."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wire: Iterator[bytes] | None = None
    """What to send instead, byte for byte, then hang up."""
    is_reset: bool = False
    """Whether the connection is reset instead of answered."""


class Loopback:
    """A server that is up; what it was asked, and what it answers next."""

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.asked: list[Asked] = []
        self.answer = answer
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                asked = Asked(
                    method=self.command,
                    path=parts.path,
                    query=parse_qs(parts.query),
                    headers={name.lower(): value for name, value in self.headers.items()},
                    body=self.rfile.read(length),
                )
                loopback.asked.append(asked)
                answer = loopback.answer(asked)
                if answer.is_reset:
                    self.close_connection = True
                    at_once = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                    self.connection.shutdown(socket.SHUT_RD)
                    return
                if answer.wire is not None:
                    self._send(answer.wire)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET  # noqa: N815
            do_PUT = do_GET  # noqa: N815

            def _send(self, wire: Iterator[bytes]) -> None:
                self.close_connection = True
                try:
                    for piece in wire:
                        self.wfile.write(piece)
                except OSError:
                    pass  # the client hung up, which is what such a test waits for

            def log_message(self, format: str, *args: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(*answers: Answer | Callable[[Asked], Answer]) -> Iterator[Loopback]:
    """A server that gives `answers` in turn and repeats the last one."""
    turns = list(answers)

    def next_answer(asked: Asked) -> Answer:
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        return turn(asked) if callable(turn) else turn

    server = Loopback(next_answer)
    server.start()
    try:
        yield server
    finally:
        server.stop()
