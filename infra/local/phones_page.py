"""The page `/phones`: what everybody on the desk has got by SMS and e-mail, and their answers."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import Any

from infra.local.clock import Clock
from infra.local.events import Happening
from infra.local.http import Answer
from infra.local.mailboxes import Letter, Mailboxes
from infra.local.phones import Phone, Phones, Text

_ROOT = Path(__file__).parent / "static"
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FILES = {
    "/phones": ("phones.html", "text/html; charset=utf-8"),
    "/phones/phones.css": ("phones.css", "text/css; charset=utf-8"),
    "/phones/phones.js": ("phones.js", "text/javascript; charset=utf-8"),
}

SHOWN = 30
"""Texts and letters of a person that the page shows at most, the newest ones."""

_BY_LINK = {
    "incident_acknowledged": "I have it",
    "incident_snoozed": "Later",
    "incident_escalated": "The next person, please",
    "incident_handed_over": "Somebody else, please",
    "incident_resolved": "It is over",
    "incident_graded": "Worth waking me, or not",
}
"""What was said by pressing a button of a link, by the name of the event."""

_WAYS = {"sms": "This phone", "email": "This mailbox", "webhook": "The webhook"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Something that a person did which is no text."""

    id: str
    at: datetime
    words: str


class PhonesPage:
    """Answers the routes of the page. Called from the server's threads."""

    def __init__(
        self,
        phones: Phones,
        mailboxes: Mailboxes,
        *,
        clock: Clock,
        zone: str,
        title: str,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when somebody replied; `zone` is that of the clock on the page."""
        self._phones = phones
        self._mailboxes = mailboxes
        self._clock = clock
        self._zone = zone
        self._title = title
        self._wake = wake
        self._traces: defaultdict[str, list[Trace]] = defaultdict(list)
        self._ids = count(1)

    def note(self, happening: Happening) -> None:
        """Keep what somebody did by a link, which leaves no text on their phone."""
        about = happening.about
        if happening.name == "contact_verified":
            self._trace(about["responder"], f"{_WAYS[about['channel']]} works", happening.at)
        elif happening.name == "link_refused":
            self._trace(about["responder"], "Pressed a button in vain", happening.at)
        elif happening.name in _BY_LINK and about.get("via") == "link":
            words = f"{_BY_LINK[happening.name]} (by the link)"
            self._trace(about["by"], words, happening.at)

    def _trace(self, id: str, words: str, at: datetime) -> None:
        self._traces[str(id)].append(Trace(id=f"trace-{next(self._ids)}", at=at, words=words))

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
            "people": [*map(self._with_phone, self._phones.all()), *self._without_phone()],
        }

    def _with_phone(self, phone: Phone) -> dict[str, Any]:
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
            **self._got(phone.id, phone.texts),
        }

    def _without_phone(self) -> list[dict[str, Any]]:
        """People who have a mailbox alone."""
        have_phones = {phone.id for phone in self._phones.all()}
        return [
            {
                "id": one.id,
                "name": one.name,
                "number": "",
                "zone": one.zone,
                "roles": [],
                "line": "open",
                "code": "",
                "link": "",
                **self._got(one.id, ()),
            }
            for one in self._mailboxes.readers().values()
            if one.id not in have_phones
        ]

    def _got(self, id: str, texts: Sequence[Text]) -> dict[str, Any]:
        lines = [*map(_text, texts), *map(_trace, self._traces[id])]
        lines.sort(key=lambda line: str(line["at"]))
        return {
            "texts": lines[-SHOWN:],
            "letters": [_letter(one) for one in self._mailboxes.of(id)[-SHOWN:]],
        }


def _text(text: Text) -> dict[str, Any]:
    kind = "notice" if text.is_notice else "ours" if text.is_ours else "theirs"
    return {"id": text.message_id, "at": text.at.isoformat(), "body": text.body, "kind": kind}


def _trace(trace: Trace) -> dict[str, Any]:
    return {"id": trace.id, "at": trace.at.isoformat(), "body": trace.words, "kind": "trace"}


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.message_id,
        "at": letter.at.isoformat(),
        "to": letter.to,
        "subject": letter.subject,
        "body": letter.body,
        "link": letter.link,
    }
