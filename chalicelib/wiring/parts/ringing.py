"""What reaches a responder: the channels."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from chalicelib.settings import settings
from chalicelib.wiring.clock import now
from chalicelib.wiring.parts.outside import meter, parameters
from chalicelib.wiring.parts.stores import desks
from chalicelib.wiring.warm import once

if TYPE_CHECKING:
    from chalicelib import ports
    from chalicelib.channels.email import EmailChannel
    from chalicelib.services.costing.caps import SmsCap


@once
def sms() -> "ports.Channel":
    from chalicelib.adapters.clients import client
    from chalicelib.adapters.sms_ledger import DynamoSmsLedger
    from chalicelib.channels.sms import SmsChannel

    return SmsChannel(
        desks=desks(),
        sns=client("sns", attempts=2),
        meter=meter(),
        ledger=DynamoSmsLedger(settings().costs_table, is_brief=True),
        now=now,
        asking=client("sns", attempts=1, read_seconds=2),
        stopped=sms_cap().refusal,
    )


@once
def sms_cap() -> "SmsCap":
    from chalicelib.adapters.cost_marks import DynamoCostMarks
    from chalicelib.services.costing.caps import SmsCap

    marks = DynamoCostMarks(settings().costs_table, is_brief=True)
    return SmsCap(desks=desks(), marks=marks, now=now, seconds=time.monotonic)


@once
def email() -> "EmailChannel":
    from chalicelib.adapters.clients import client
    from chalicelib.channels.email import EmailChannel

    return EmailChannel(desks=desks(), ses=client("sesv2"))


def letter_post() -> "ports.LetterPost":
    """What takes letters to finance."""
    return email()


@once
def webhook() -> "ports.Channel":
    from chalicelib.channels.webhook import WebhookChannel
    from chalicelib.http import HttpClient

    http = HttpClient(trust_loopback=settings().trust_loopback, now=now)
    return WebhookChannel(secret=parameters().secret, http=http, now=now)


class _Channels(Mapping[str, "ports.Channel"]):
    """Every channel by its name; one is made when it is first used."""

    def __init__(self, makers: Mapping[str, Callable[[], "ports.Channel"]]) -> None:
        self._makers = makers

    def __getitem__(self, name: str) -> "ports.Channel":
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@once
def channels() -> "Mapping[str, ports.Channel]":
    return _Channels({"sms": sms, "email": email, "webhook": webhook})
