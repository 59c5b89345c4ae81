"""`WebhookChannel`: where to, and what its answer means."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.channels.webhook.body import note_body, page_body
from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import (
    ChannelRefused,
    ChannelUnavailable,
    NotFound,
    OutcomeUnknown,
    SourceRefused,
    SourceUnavailable,
)
from chalicelib.domain.responder import Webhook
from chalicelib.http import HttpClient
from chalicelib.http.signing import Receiver, headers, receiver_in, webhook_id
from chalicelib.ports import Message

PATIENCE = timedelta(seconds=8)
"""For all tries together: somebody is to be woken, and this may be not the way."""

_PASSING = frozenset({408, 425, 429})
_TOLD = frozenset(range(200, 500)) - _PASSING
"""Statuses that are the receiver's last word. Others may pass, and are tried again."""


class WebhookChannel:
    """Pages and notes as signed HTTP POSTs."""

    name = "webhook"

    def __init__(
        self, *, secret: Callable[[str], str], http: HttpClient, now: Callable[[], datetime]
    ) -> None:
        """`secret` gives the stored secret of a name and raises NotFound when there is none.

        `http` refuses addresses that are not public; `now` stamps what is signed.
        """
        self._secret = secret
        self._http = http
        self._now = now

    def send_page(self, message: Message, responder: Responder) -> str:
        """Post a page; the id in its header `webhook-id`."""
        webhook = _webhook_of(responder)
        now = self._now()
        body = page_body(message, webhook.form, zone=responder.zone, now=now)
        return self._post(body, webhook, responder, id=message.id, now=now)

    def send_note(self, responder: Responder, text: str, *, id: str) -> str:
        """Post a short text; the id in its header `webhook-id`."""
        webhook = _webhook_of(responder)
        now = self._now()
        body = note_body(text, webhook.form, now=now)
        return self._post(body, webhook, responder, id=id, now=now)

    def _post(
        self, body: bytes, webhook: Webhook, responder: Responder, *, id: str, now: datetime
    ) -> str:
        receiver = self._receiver(webhook, responder)
        sent_id = webhook_id(id)
        # What went wrong is told in our own words alone: those of the client name the host, and
        # those of the receiver may repeat what it was sent.
        try:
            answer = self._http.request(
                "POST",
                receiver.url,
                deadline=now + PATIENCE,
                headers={
                    "Content-Type": "application/json",
                    "Idempotency-Key": sent_id,
                    **headers(sent_id, body, receiver.key, now=now),
                },
                body=body,
                accept=_TOLD,
            )
        except SourceRefused:
            raise ChannelRefused(
                f"the webhook of {responder.id} has an address that may not be reached"
            ) from None
        except (SourceUnavailable, OutcomeUnknown):
            raise ChannelUnavailable(
                f"the webhook of {responder.id} fails or does not answer"
            ) from None
        if not 200 <= answer.status < 300:
            raise ChannelRefused(f"the webhook of {responder.id} answered {answer.status}")
        return sent_id

    def _receiver(self, webhook: Webhook, responder: Responder) -> Receiver:
        try:
            stored = self._secret(webhook.secret)
        except NotFound:
            raise ChannelRefused(f"nobody has stored the secret {webhook.secret}") from None
        except Exception as error:
            raise ChannelUnavailable(
                f"the secret {webhook.secret} could not be read: {type(error).__name__}"
            ) from None
        try:
            return receiver_in(stored)
        except ValueError as error:
            raise ChannelRefused(f"the secret {webhook.secret} leads nowhere: {error}") from None


def _webhook_of(responder: Responder) -> Webhook:
    if responder.webhook is None:
        raise ChannelRefused(f"{responder.id} has no webhook")
    return responder.webhook


if TYPE_CHECKING:
    from chalicelib.ports import Channel

    _: type[Channel] = WebhookChannel
