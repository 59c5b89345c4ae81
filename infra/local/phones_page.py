"""The page `/phones`: every phone of the desk, what it shows, and its answers."""

import json
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from infra.local.clock import Clock
from infra.local.http import Answer
from infra.local.phones import Phone, Phones, Text

_ROOT = Path(__file__).parent / "static"
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FILES = {
    "/phones": ("phones.html", "text/html; charset=utf-8"),
    "/phones/phones.css": ("phones.css", "text/css; charset=utf-8"),
    "/phones/phones.js": ("phones.js", "text/javascript; charset=utf-8"),
}

SHOWN = 30
"""Texts of a phone that the page shows at most, the newest ones."""


class PhonesPage:
    """Answers the routes of the page. Called from the server's threads."""

    def __init__(
        self, phones: Phones, *, clock: Clock, zone: str, title: str, wake: Callable[[], None]
    ) -> None:
        """`wake` is called when somebody replied; `zone` is that of the clock on the page."""
        self._phones = phones
        self._clock = clock
        self._zone = zone
        self._title = title
        self._wake = wake

    def answer(self, method: str, path: str, body: bytes) -> Answer | None:
        if method in ("GET", "HEAD"):
            if path in _FILES:
                name, kind = _FILES[path]
                return HTTPStatus.OK, {"Content-Type": kind}, (_ROOT / name).read_bytes()
            if path == "/local/state":
                return HTTPStatus.OK, _JSON, json.dumps(self._state()).encode()
        parts = path.split("/")
        if method == "POST" and len(parts) == 5 and parts[1:3] == ["local", "phones"]:
            return self._act(parts[3], parts[4], body)
        return None

    def _act(self, id: str, action: str, body: bytes) -> Answer | None:
        try:
            phone = self._phones.of(id)
        except KeyError:
            return None
        if action != "reply":
            return None
        try:
            text = str(json.loads(body)["text"]).strip()
        except (ValueError, KeyError, TypeError):
            text = ""
        if not text:
            return HTTPStatus.BAD_REQUEST, _JSON, b'{"error": "text: write what to reply"}'
        self._phones.reply(phone, text[:1600])
        self._wake()
        return HTTPStatus.ACCEPTED, _JSON, b"{}"

    def _state(self) -> dict[str, Any]:
        return {
            "title": self._title,
            "now": self._clock.now().isoformat(),
            "zone": self._zone,
            "speed": self._clock.speed,
            "phones": [_phone(phone) for phone in self._phones.all()],
        }


def _phone(phone: Phone) -> dict[str, Any]:
    texts = list(phone.texts)[-SHOWN:]
    page = phone.latest_page()
    return {
        "id": phone.id,
        "name": phone.name,
        "number": phone.number,
        "zone": phone.zone,
        "roles": list(phone.roles),
        "line": phone.line.value,
        "code": page.code if page else "",
        "link": page.link if page else "",
        "texts": [_text(text) for text in texts],
    }


def _text(text: Text) -> dict[str, Any]:
    return {
        "id": text.message_id,
        "at": text.at.isoformat(),
        "body": text.body,
        "is_ours": text.is_ours,
        "is_notice": text.is_notice,
    }
