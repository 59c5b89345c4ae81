"""Mailboxes: they show what SES sent.

moto keeps the HTML of a letter and nothing else of its body, knows no instant, and verifies no
identity by itself; it has no suppression list and no account (tried with moto 5.2.5). So what goes
through its door is read here, and both questions are answered: nobody is on the list, and the
account has left the sandbox.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from moto.ses.exceptions import NotFoundException
from moto.sesv2.responses import SESV2Response

from chalicelib.domain.desk import Responder
from infra.local.clock import Clock
from infra.local.patching import played

_LINK = re.compile(r"https?://\S+/a/[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter in a mailbox."""

    at: datetime
    to: str
    subject: str
    body: str
    """Its plain text."""
    message_id: str

    @property
    def link(self) -> str:
        """The acknowledgement link in it, or nothing."""
        found = _LINK.search(self.body)
        return found[0] if found else ""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Who reads a mailbox."""

    id: str
    name: str
    zone: str


class Mailboxes:
    """Every letter that SES has taken, oldest first, and who reads them."""

    def __init__(self, *, clock: Clock, backend: Any) -> None:
        """`backend` is moto's SES backend, of the API's version 2."""
        self._clock = clock
        self._identities = backend.core_backend
        self._readers: dict[str, Reader] = {}
        self.letters: list[Letter] = []

    def know(self, responders: Iterable[Responder]) -> None:
        """Give names to the addresses of the people on the desk; letters stay where they are."""
        for one in responders:
            if one.email:
                self._readers[one.email] = Reader(id=str(one.id), name=one.name, zone=one.zone)

    def verify(self, sender: str) -> None:
        """Let letters leave from the address of `sender`, as its owner does once in SES."""
        address = parseaddr(sender)[1]
        if address and address not in self._identities.email_identities:
            made = self._identities.create_email_identity_v2(address, None, None, None)
            made.verified_for_sending_status = True

    def readers(self) -> dict[str, Reader]:
        """By address."""
        return dict(self._readers)

    def of(self, id: str) -> tuple[Letter, ...]:
        """What a responder has got, at whatever address."""
        addresses = {address for address, one in self._readers.items() if one.id == id}
        return tuple(one for one in self.letters if one.to in addresses)

    @contextmanager
    def open(self) -> Iterator[None]:
        """While open, what SES takes is shown here."""
        plain = SESV2Response.send_email

        def send_email(response: Any) -> str:
            answer = plain(response)
            self._take(json.loads(response.body), json.loads(answer)["MessageId"])
            return answer

        def get_suppressed_destination(_response: Any) -> str:
            raise NotFoundException("the address is not on the suppression list")

        def get_account(_response: Any) -> str:
            return json.dumps({"ProductionAccessEnabled": True})

        with played(
            SESV2Response,
            get_account=get_account,
            send_email=send_email,
            get_suppressed_destination=get_suppressed_destination,
        ):
            yield

    def _take(self, sent: dict[str, Any], message_id: str) -> None:
        simple = sent["Content"]["Simple"]
        for address in sent["Destination"]["ToAddresses"]:
            self.letters.append(
                Letter(
                    at=self._clock.now(),
                    to=address,
                    subject=simple["Subject"]["Data"],
                    body=simple["Body"]["Text"]["Data"],
                    message_id=message_id,
                )
            )
