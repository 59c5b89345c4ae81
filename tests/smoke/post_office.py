"""E-mail and webhooks of a world: letters in mailboxes, posts in rooms.

Both stages have the same: the client of SES is played (its requests are checked against the
real service's model in `tests/channels`), webhooks go over real sockets to a server here.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.http import HttpClient
from infra.local.clock import Clock
from tests.http.loopback import Answer, Asked, Loopback

SENDER = "Nightdesk <night@acme.example>"

_LINK = re.compile(r"https?://\S+?/a/[A-Za-z0-9_-]{22}")
_TYPED_CODE = re.compile(r"\b(?:Reply|Type) ([B-Z]{5})\b")

A_HANG = timedelta(milliseconds=300)
"""How long a webhook that never answers is really waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail in a mailbox."""

    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    html: str
    message_id: str

    @property
    def body(self) -> str:
        return f"{self.subject}\n{self.text}"

    @property
    def code(self) -> str:
        found = _TYPED_CODE.search(self.text)
        return found[1] if found else ""

    @property
    def link(self) -> str:
        found = _LINK.search(self.text)
        return found[0] if found else ""


class PostOffice:
    """The part of boto's SES client (v2) that is used, and what it has delivered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.letters: list[Letter] = []
        self.refused: set[str] = set()
        """Addresses on the account's suppression list."""
        self.is_down = False
        self.verified = {"night@acme.example"}
        """Senders that SES lets us use."""

    def get_suppressed_destination(self, *, EmailAddress: str) -> dict[str, Any]:  # noqa: N803
        if EmailAddress not in self.refused:
            raise _error("NotFoundException", 404, "GetSuppressedDestination")
        return {"SuppressedDestination": {"EmailAddress": EmailAddress, "Reason": "BOUNCE"}}

    def get_email_identity(self, *, EmailIdentity: str) -> dict[str, Any]:  # noqa: N803
        if EmailIdentity not in self.verified:
            raise _error("NotFoundException", 404, "GetEmailIdentity")
        return {"VerifiedForSendingStatus": True}

    def send_email(
        self,
        *,
        FromEmailAddress: str,  # noqa: N803
        Destination: Mapping[str, list[str]],  # noqa: N803
        Content: Mapping[str, Any],  # noqa: N803
    ) -> dict[str, str]:
        if self.is_down:
            raise _error("ServiceUnavailable", 503, "SendEmail")
        simple = Content["Simple"]
        (to,) = Destination["ToAddresses"]
        letter = Letter(
            at=self._clock.now(),
            to=to,
            sender=FromEmailAddress,
            subject=simple["Subject"]["Data"],
            text=simple["Body"]["Text"]["Data"],
            html=simple["Body"].get("Html", {}).get("Data", ""),
            message_id=f"letter-{len(self.letters) + 1}",
        )
        self.letters.append(letter)
        return {"MessageId": letter.message_id}


def _error(code: str, status: int, operation: str) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a webhook was sent."""

    at: datetime
    room: str
    headers: Mapping[str, str]
    raw: bytes
    message_id: str

    code = ""

    @property
    def said(self) -> dict[str, Any]:
        """The JSON."""
        said: dict[str, Any] = json.loads(self.raw)
        return said

    @property
    def body(self) -> str:
        """All its words."""
        return "\n".join(_texts(self.said))

    @property
    def link(self) -> str:
        found = _LINK.search(self.body)
        return found[0] if found else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one)]


@dataclass(slots=True)
class RoomDoor:
    """How the receiver of a room's webhook answers just now."""

    status: int = 200
    redirects_to: str = ""
    is_hanging: bool = False
    posts: list[Posted] = field(default_factory=list)
    """What it has taken."""
    tried: int = 0
    """How often it was asked, whatever it answered."""


class Rooms:
    """The receivers of all webhooks of a world: one server, a path for each room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._doors: dict[str, RoomDoor] = {}
        self._server: Loopback | None = None

    def door(self, id: str) -> RoomDoor:
        return self._doors.setdefault(id, RoomDoor())

    def all(self) -> Mapping[str, RoomDoor]:
        return self._doors

    def address(self, id: str) -> str:
        if self._server is None:
            self._server = Loopback(self._answer)
            self._server.start()
        return f"{self._server.url}/rooms/{id}"

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _answer(self, asked: Asked) -> Answer:
        id = asked.path.rsplit("/", 1)[-1]
        door = self.door(id)
        door.tried += 1
        if door.is_hanging:
            return Answer(wire=_never())
        if door.redirects_to:
            return Answer(status=307, headers={"Location": door.redirects_to})
        if 200 <= door.status < 300:
            door.posts.append(
                Posted(
                    at=self._clock.now(),
                    room=id,
                    headers=asked.headers,
                    raw=asked.body,
                    message_id=f"post-{id}-{len(door.posts) + 1}",
                )
            )
        return Answer(status=door.status)


def _never() -> Iterator[bytes]:
    """No answer, for longer than anybody waits."""
    threading.Event().wait(2 * A_HANG.total_seconds())
    yield b""


class HurriedHttp(HttpClient):
    """As the real one, but a tester does not wait: tries follow at once, hanging is soon known."""

    def __init__(self, clock: Clock, rooms: Rooms) -> None:
        super().__init__(
            trust_loopback=True, now=clock, sleep=lambda _seconds: None, jitter=lambda: 0.0
        )
        self._clock = clock
        self._rooms = rooms

    def request(self, method: str, url: str, **more: Any) -> Any:
        if self._rooms.door(url.rsplit("/", 1)[-1]).is_hanging:
            more["deadline"] = self._clock.now() + A_HANG
        return super().request(method, url, **more)
