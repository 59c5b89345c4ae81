"""The desk next door: a server on loopback that is told of changes by a signed webhook."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class NextDoor:
    """What has arrived, and how its sender proves who they are."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(24)
        self._lock = threading.Lock()
        self._messages: dict[str, dict[str, Any]] = {}
        self.strangers = 0
        """Requests whose signature is not ours."""
        self.address = ""

    @property
    def secret(self) -> str:
        """What is stored for the hook: where it leads, and the key it signs with."""
        return f"{self.address}/changes\nwhsec_{base64.b64encode(self._key).decode()}"

    def types_of(self, ticket: str) -> list[str]:
        """What was told of a ticket, each change once, in the order of its versions."""
        with self._lock:
            found = [one for one in self._messages.values() if one["data"]["id"] == ticket]
        return [str(one["type"]) for one in sorted(found, key=lambda one: one["data"]["version"])]

    def said(self) -> str:
        """All that has arrived, as text."""
        with self._lock:
            return json.dumps(list(self._messages.values()), ensure_ascii=False)

    def take(self, id: str, timestamp: str, signature: str, body: bytes) -> bool:
        """Keep a message that is signed as Standard Webhooks 1.0.0 has it; whether it is."""
        signed = f"{id}.{timestamp}.".encode() + body
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        ours = f"v1,{base64.b64encode(digest).decode()}"
        is_ours = any(hmac.compare_digest(ours, one) for one in signature.split(" "))
        with self._lock:
            if is_ours:
                self._messages[id] = json.loads(body)
            else:
                self.strangers += 1
        return is_ours


@contextmanager
def next_door() -> Iterator[NextDoor]:
    """A receiver that is up for as long as the block runs."""
    desk = NextDoor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            names = ("webhook-id", "webhook-timestamp", "webhook-signature")
            id, timestamp, signature = (self.headers.get(name, "") for name in names)
            self.send_response(204 if desk.take(id, timestamp, signature, body) else 401)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """What has arrived the story tells."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    desk.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
