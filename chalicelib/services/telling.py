"""Telling: a short text to one person, by the first of their channels that takes it."""

import logging
from collections.abc import Mapping

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import ChannelError
from chalicelib.ports import Channel

log = logging.getLogger("nightdesk.telling")


class Telling:
    """Says things to responders that ask for no answer."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels

    def tell(self, responder: Responder, text: str, *, id: str, but: str = "") -> bool:
        """Whether a channel took it. `but` is a channel not to use, `id` is as in `Channel`.

        What nobody takes is only logged: no page hangs on it.
        """
        return any(
            self.tell_by(responder, channel, text, id=id)
            for channel in dict.fromkeys(rule.channel for rule in responder.rules)
            if channel != but
        )

    def tell_by_all(self, responder: Responder, text: str, *, id: str) -> bool:
        """The same by every channel that the person has an address for; whether any took it."""
        told = [self.tell_by(responder, one, text, id=id) for one in responder.channels]
        return any(told)

    def tell_by(self, responder: Responder, channel: str, text: str, *, id: str) -> bool:
        """The same by one channel."""
        extra = {"responder": responder.id, "channel": channel}
        if not responder.has(channel):
            return False
        try:
            self._channels[channel].send_note(responder, text, id=id)
        except ChannelError as error:
            log.warning("note_refused", extra={**extra, "refusal": str(error)})
        except Exception as error:
            # Its words stay out of the log: they may hold an address.
            log.error("note_failed", extra={**extra, "trouble": type(error).__name__})
        else:
            log.info("note_sent", extra=extra)
            return True
        return False
