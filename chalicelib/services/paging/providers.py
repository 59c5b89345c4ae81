"""Providers: who has failed a moment ago is not waited for again."""

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelUnavailable
from chalicelib.ports import Channel, Message

TRUSTED = 2
"""Failures of a provider in a row, within one run, after which it is not asked again."""


class Providers:
    """Hands pages to channels."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._failures: dict[str, tuple[datetime, int]] = {}

    def send_page(
        self, message: Message, responder: Responder, channel: str, *, now: datetime
    ) -> str:
        """The provider's message id. Raises as `Channel.send_page`.

        A provider that has failed `TRUSTED` times in a row is asked no more by the same run (of
        the same `now`): each failure may take seconds, in which others wait for their next
        channel.
        """
        at, failures = self._failures.get(channel, (now, 0))
        if at == now and failures >= TRUSTED:
            raise ChannelUnavailable(f"{channel} failed {failures} times in a row just now")
        try:
            provider_id = self._channels[channel].send_page(message, responder)
        except ChannelUnavailable:
            self._failures[channel] = now, failures + 1 if at == now else 1
            raise
        self._failures.pop(channel, None)
        return provider_id
