"""Phones: they show what SNS sent them and can reply.

A publish to a number is what the application does; what a carrier and a person make of it is
played here. A number that has opted out gets nothing although SNS takes the publish, and is
listed by SNS as opted out (AWS documentation of SNS, "Opting out").
"""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from moto.sns.exceptions import SNSException

from chalicelib.domain.desk import Responder
from chalicelib.domain.inbound import OptIn, OptOut, read_reply
from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH
from chalicelib.domain.sms import parts
from infra.local.clock import Clock

_CODE = re.compile(rf"Reply ([{CODE_ALPHABET}]{{{CODE_LENGTH}}})\b")
_LINK = re.compile(r"https?://\S+/a/[A-Za-z0-9_-]{22}")

_ACCEPTED = "Message has been accepted by phone"

DESK_NUMBER = "+447700900000"
"""Where replies go when the desk names no number of its own (Ofcom's range for drama)."""


class Line(StrEnum):
    """What happens to a text on its way to a phone."""

    OPEN = "open"
    SILENT = "silent"
    """The provider takes it, the phone never shows it, and nobody ever says what became of it."""
    OFF = "off"
    """The provider takes it, and the carrier says a moment later that it could not be delivered."""
    REFUSED = "refused"
    """The provider refuses the number."""
    FAILING = "failing"
    """The provider itself fails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text on a phone."""

    at: datetime
    body: str
    is_ours: bool
    """Whether the desk sent it; else the person did."""
    message_id: str
    is_notice: bool = False
    """Whether it came from the topic for notices and alarms."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Message attributes of the publish, such as `AWS.SNS.SMS.SMSType`."""
    handed_over: float = 0.0
    """`time.perf_counter()` when SNS took it."""

    @property
    def code(self) -> str:
        """The reply code in it, or nothing."""
        found = _CODE.search(self.body)
        return found[1] if found else ""

    @property
    def link(self) -> str:
        """The acknowledgement link in it, or nothing."""
        found = _LINK.search(self.body)
        return found[0] if found else ""


@dataclass(slots=True, kw_only=True)
class Phone:
    """One phone and what it shows, oldest first."""

    number: str
    id: str
    name: str
    zone: str
    roles: tuple[str, ...] = ()
    line: Line = Line.OPEN
    texts: list[Text] = field(default_factory=list)

    def latest(self) -> Text | None:
        """The newest text that the desk sent."""
        return next((text for text in reversed(self.texts) if text.is_ours), None)

    def latest_page(self) -> Text | None:
        """The newest text that can be answered."""
        ours = (text for text in reversed(self.texts) if text.is_ours)
        return next((text for text in ours if text.code or text.link), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What the carrier knows of one text."""

    message_id: str
    number: str
    is_delivered: bool
    words: str
    """As SNS quotes them (developer guide, "SMS delivery failure reasons")."""
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A text that SNS has taken, whatever became of it: it is charged for."""

    at: datetime
    message_id: str
    number: str
    body: str
    is_direct: bool = True
    """Whether it was published to the number; else a topic sent it to a subscriber."""


class Phones:
    """Every phone that the desk can reach, and any other that a number was sent to."""

    def __init__(self, *, clock: Clock, backend: Any, replies_topic: str) -> None:
        """`backend` is moto's SNS backend; its door for single numbers is taken over."""
        self._clock = clock
        self._backend = backend
        self._replies_topic = replies_topic
        self._publish: Callable[..., str] = backend.publish
        self._phones: dict[str, Phone] = {}
        self._opted_out: set[str] = set()
        self.taken: list[Taken] = []
        """Oldest first; also what a topic sent to its subscribers."""
        self.tell_fate: Callable[[Fate], None] = lambda _: None
        """Is told what the carrier knows of each text that was sent to a number."""
        self.desk_number = DESK_NUMBER
        self.has_provider = True
        backend.publish = self._taken_over
        backend.check_if_phone_number_is_opted_out = self._opted_out.__contains__

    def know(self, responders: Iterable[Responder], roles: dict[str, list[str]]) -> None:
        """Give names to the numbers of the people on the desk; texts stay where they are."""
        for one in responders:
            if one.phone:
                phone = self.at(one.phone)
                phone.id, phone.name, phone.zone = str(one.id), one.name, one.zone
                phone.roles = tuple(roles.get(str(one.id), []))

    def at(self, number: str) -> Phone:
        """The phone with this number."""
        if number not in self._phones:
            self._phones[number] = Phone(number=number, id=number, name=number, zone="UTC")
        return self._phones[number]

    def of(self, id: str) -> Phone:
        """The phone of a responder. Raises KeyError."""
        for phone in self._phones.values():
            if phone.id == id:
                return phone
        raise KeyError(f"there is no phone of {id!r}")

    def all(self) -> tuple[Phone, ...]:
        return tuple(self._phones.values())

    def deliver_notice(self, number: str, body: str) -> None:
        """A topic's message for one of its SMS subscribers."""
        message_id = str(uuid.uuid4())
        self._take(number, body, message_id, is_direct=False)
        self._show(self.at(number), body, message_id=message_id, is_notice=True)

    def reply(self, phone: Phone, body: str, *, inbound_id: str = "") -> str:
        """The person answers; the message reaches the replies topic as two-way SMS does.

        Payload: AWS End User Messaging SMS documentation, "Two-way SMS" (read 2026-11). Gives
        back the inbound id; the same one again is a repeated delivery.
        """
        inbound_id = inbound_id or str(uuid.uuid4())
        latest = phone.latest()
        words = read_reply(body)
        if isinstance(words, OptOut):
            self._opted_out.add(phone.number)
        elif isinstance(words, OptIn):
            self._opted_out.discard(phone.number)
        phone.texts.append(
            Text(at=self._clock.now(), body=body, is_ours=False, message_id=inbound_id)
        )
        payload = {
            "originationNumber": phone.number,
            "destinationNumber": self.desk_number,
            "messageKeyword": "KEYWORD_" + self.desk_number.lstrip("+"),
            "messageBody": body,
            "inboundMessageId": inbound_id,
        }
        if latest is not None:
            payload["previousPublishedMessageId"] = latest.message_id
        self._publish(json.dumps(payload), arn=self._replies_topic)
        return inbound_id

    def _taken_over(
        self, message: str, arn: str | None = None, phone_number: str | None = None, **rest: Any
    ) -> str:
        if not phone_number:
            return self._publish(message, arn=arn, phone_number=None, **rest)
        phone = self.at(phone_number)
        if not self.has_provider or phone.line is Line.FAILING:
            raise _ProviderFails("The SMS provider fails")
        if phone.line is Line.REFUSED:
            raise _NumberRefused("Invalid parameter: PhoneNumber Reason: cannot be reached")
        message_id = self._publish(message, arn=None, phone_number=phone_number, **rest)
        self._take(phone_number, message, message_id)
        attributes = rest.get("message_attributes") or {}
        self._show(
            phone,
            message,
            message_id=message_id,
            attributes={name: str(one.get("Value", "")) for name, one in attributes.items()},
        )
        if words := self._carrier_says(phone):
            is_delivered = words == _ACCEPTED
            self.tell_fate(
                Fate(
                    message_id=message_id,
                    number=phone_number,
                    is_delivered=is_delivered,
                    words=words,
                    parts=parts(message),
                )
            )
        return message_id

    def _take(self, number: str, body: str, message_id: str, *, is_direct: bool = True) -> None:
        self.taken.append(
            Taken(
                at=self._clock.now(),
                message_id=message_id,
                number=number,
                body=body,
                is_direct=is_direct,
            )
        )

    def _carrier_says(self, phone: Phone) -> str:
        """What became of a text to it; nothing when nobody will ever know."""
        if phone.number in self._opted_out:
            return "Phone number is opted out"
        return {
            Line.OPEN: _ACCEPTED,
            Line.OFF: "Phone is currently unreachable/unavailable",
        }.get(phone.line, "")

    def _show(
        self,
        phone: Phone,
        body: str,
        *,
        message_id: str,
        is_notice: bool = False,
        attributes: dict[str, str] | None = None,
    ) -> None:
        if phone.line is not Line.OPEN or phone.number in self._opted_out:
            return
        phone.texts.append(
            Text(
                at=self._clock.now(),
                body=body,
                is_ours=True,
                message_id=message_id,
                is_notice=is_notice,
                attributes=attributes or {},
                handed_over=time.perf_counter(),
            )
        )


class _NumberRefused(SNSException):
    code = "InvalidParameter"


class _ProviderFails(SNSException):
    code = "InternalError"
    status = 500
