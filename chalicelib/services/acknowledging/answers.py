"""What is said back to a phone: once for each SMS, and not without end."""

import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.desk import Desk, Responder
from chalicelib.domain.errors import ChannelError
from chalicelib.domain.wording import useless_reply_text
from chalicelib.ports import Channel, Notices, Replies

log = logging.getLogger("nightdesk.acknowledging")

USELESS_ANSWERED = 5
"""After so many useless replies from one phone in a day it is answered no more."""

GUESSING_TOLD = 20
"""After so many the desk is told that somebody may be guessing."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a reply has done, as its sender is told."""

    text: str
    is_new: bool
    """Whether it has changed anything; what has not is answered a few times only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Who has sent what, and under which desk."""

    responder: Responder
    inbound_id: str
    desk: Desk
    now: datetime
    code: str = ""
    """Empty for a bare letter."""

    @property
    def mark(self) -> str:
        """By which an incident knows it when it comes in again."""
        return f"sms.{self.inbound_id}"


class Answers:
    """Answers phones by SMS."""

    def __init__(self, *, sms: Channel, replies: Replies, notices: Notices) -> None:
        self._sms = sms
        self._replies = replies
        self._notices = notices

    def confirm(self, done: Done, reply: Reply) -> None:
        """Tell what was done; what changed nothing may come from a phone that answers itself."""
        if not self._replies.is_first_answer(reply.inbound_id, now=reply.now):
            return
        if not done.is_new:
            count = self._replies.useless(reply.responder, now=reply.now)
            if count > USELESS_ANSWERED:
                return
        self._note(done.text, reply)

    def refuse(self, reply: Reply, *, text: str = "") -> None:
        """Tell that nothing was done, and what to do instead."""
        responder = reply.responder
        log.info("reply_useless", extra={"responder": responder.id})
        count = self._replies.useless(responder, now=reply.now)
        if count == GUESSING_TOLD:
            self._notices.tell(
                f"guessing:{responder.id}",
                f"{count} wrong replies today in the name of {responder.name}: somebody may be "
                "guessing codes.",
                now=reply.now,
            )
        if not self._replies.is_first_answer(reply.inbound_id, now=reply.now):
            return
        if count <= USELESS_ANSWERED:
            is_last = count == USELESS_ANSWERED
            is_two_way = reply.desk.sms.is_two_way
            usual = useless_reply_text(is_last=is_last, is_two_way=is_two_way)
            self._note(text if text and not is_last else usual, reply)

    def _note(self, text: str, reply: Reply) -> None:
        """A short answer by SMS; what cannot be answered is only logged."""
        extra = {"responder": reply.responder.id}
        try:
            self._sms.send_note(reply.responder, text, id=f"reply.{reply.inbound_id}")
        except ChannelError as error:
            log.warning("note_refused", extra={**extra, "refusal": str(error)})
        except Exception as error:
            # Its words stay out of the log: they may hold the number.
            log.error("note_failed", extra={**extra, "trouble": type(error).__name__})
