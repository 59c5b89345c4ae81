"""SMS through Amazon SNS.

Facts from the AWS documentation of SNS mobile text messaging: an SMS is `Promotional` unless
the publish says `Transactional`; a publish to a number that has opted out is accepted and never
delivered, so the number is asked for first; sender id and origination number are attributes of
the message; there is no key by which SNS would know a message that it was sent before.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.failure import translated
from chalicelib.domain.cost import Use
from chalicelib.domain.cost.sms import SMS_PART, SentSms
from chalicelib.domain.desk import Responder, SmsSettings
from chalicelib.domain.errors import ChannelRefused
from chalicelib.domain.sms import MOST_SEPTETS, gsm7, parts, shortened
from chalicelib.domain.wording import page_text
from chalicelib.ports import Desks, Message, Meter, SmsLedger

log = logging.getLogger("nightdesk.sms")


class SmsChannel:
    """Pages and notes as transactional SMS."""

    name = "sms"

    def __init__(
        self,
        *,
        desks: Desks,
        sns: Any,
        meter: Meter,
        ledger: SmsLedger,
        now: Callable[[], datetime],
        asking: Any = None,
        stopped: Callable[[], str] = lambda: "",
    ) -> None:
        """`desks` tells the sender in force; `sns` is a boto3 client with bounded waiting.

        `asking` is one that waits less, for the question whether a number has opted out. `ledger`
        keeps each message by its id, and `now` says when it went. `stopped` says why no SMS may
        leave (a budget that stops them is used up), quickly; empty when they may.
        """
        self._desks = desks
        self._sns = sns
        self._meter = meter
        self._ledger = ledger
        self._now = now
        self._asking = asking or sns
        self._stopped = stopped

    def send_page(self, message: Message, responder: Responder) -> str:
        """Hand a page to SNS; its message id."""
        text = page_text(
            message.soundings,
            code=message.answerable.code,
            link=message.answerable.link,
            zone=responder.zone,
        )
        return self._send(responder, text, about=message.soundings[0].incident.id)

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        """Hand a short text to SNS, two parts of it at most; its message id."""
        return self._send(responder, shortened(gsm7(text), MOST_SEPTETS))

    def _send(self, responder: Responder, text: str, *, about: str = "") -> str:
        if not responder.phone:
            raise ChannelRefused(f"{responder.id} has no phone number")
        if why := self._stopped():
            raise ChannelRefused(why)
        if self._has_opted_out(responder.phone):
            raise ChannelRefused(f"{responder.id} has opted out of SMS at the carrier")
        try:
            answer = self._sns.publish(
                PhoneNumber=responder.phone,
                Message=text,
                MessageAttributes=_attributes(self._desks.current().sms),
            )
        except (ClientError, BotoCoreError) as error:
            what = f"the SMS to {responder.id}"
            raise translated(error, service="SNS", what=what) from None
        self._paid_for(id := str(answer["MessageId"]), text, responder, about=about)
        return id

    def _paid_for(self, id: str, text: str, responder: Responder, *, about: str) -> None:
        """What it costs; that this cannot be written down must not undo what was sent."""
        try:
            number = parts(text)
            self._meter.used(Use(sku=SMS_PART, quantity=number, country=responder.country))
            self._ledger.put(
                SentSms(id=id, at=self._now(), parts=number, country=responder.country, about=about)
            )
        except Exception:
            log.exception("sms_not_in_ledger")

    def _has_opted_out(self, phone: str) -> bool:
        """Whether the number is known to be opted out; a question that fails holds no page up."""
        try:
            answer = self._asking.check_if_phone_number_is_opted_out(phoneNumber=phone)
        except (ClientError, BotoCoreError) as error:
            log.warning("opt_out_unknown", extra={"trouble": type(error).__name__})
            return False
        return bool(answer["isOptedOut"])


def _attributes(settings: SmsSettings) -> dict[str, dict[str, str]]:
    values = {"AWS.SNS.SMS.SMSType": "Transactional"}
    if settings.sender_id:
        values["AWS.SNS.SMS.SenderID"] = settings.sender_id
    if settings.origination_number:
        values["AWS.MM.SMS.OriginationNumber"] = settings.origination_number
    return {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}


if TYPE_CHECKING:
    from chalicelib.ports import Channel

    _: type[Channel] = SmsChannel
