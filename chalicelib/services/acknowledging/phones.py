"""What a phone sent back: a good code does what it says, whatever the phone claims to be."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.desk import Responder
from chalicelib.domain.inbound import Asked, Command, OptIn, OptOut, read_reply
from chalicelib.domain.page import KeyKind, PageKey, code_digest
from chalicelib.domain.wording import verified_text, which_one_text
from chalicelib.ports import Desks, Incidents, Pages, Replies
from chalicelib.services.acknowledging.answers import Answers, Done, Reply
from chalicelib.services.acknowledging.commands import Commands
from chalicelib.services.contacting import Contacting

log = logging.getLogger("nightdesk.acknowledging")

CODES_TRIED = 200
"""After so many useless replies in a day no code of that phone is tried any more, since sender
numbers can be forged: 400 guesses at 3.2 million codes. The link still acknowledges."""


class Phones:
    """Reads the replies of phones.

    Everything is done before it is answered, and may be done again: a redelivered SMS finds it
    done. The answer itself goes out once at most.
    """

    def __init__(
        self,
        *,
        desks: Desks,
        incidents: Incidents,
        pages: Pages,
        replies: Replies,
        commands: Commands,
        answers: Answers,
        contacting: Contacting,
        pepper: Callable[[], bytes],
    ) -> None:
        self._desks = desks
        self._incidents = incidents
        self._pages = pages
        self._replies = replies
        self._commands = commands
        self._answers = answers
        self._contacting = contacting
        self._pepper = pepper

    def receive(self, phone: str, body: str, *, inbound_id: str, now: datetime) -> None:
        """An SMS came from `phone`.

        Sender numbers can be forged: the number only selects whose codes are tried.
        """
        desk = self._desks.current()
        responder = desk.responder_of_phone(phone)
        if responder is None:
            log.warning("reply_from_unknown_phone", extra={"inbound": inbound_id})
            return
        said = read_reply(body)
        if isinstance(said, OptOut):
            self._contacting.opted_out(responder, now=now)
            return
        if isinstance(said, OptIn):
            self._contacting.opted_in(responder, now=now)
            return
        if self._replies.useless_so_far(responder, now=now) >= CODES_TRIED:
            log.error("codes_not_tried_any_more", extra={"responder": responder.id})
            return
        reply = Reply(responder=responder, inbound_id=inbound_id, desk=desk, now=now)
        found = self._key_of(said.asked, responder, now=now)
        if found is not None:
            self._take(*found, reply)
        elif said.bare is not None and desk.sms.takes_bare_letters:
            self._take_bare(said.bare, reply)
        else:
            self._answers.refuse(reply)

    def _take(self, key: PageKey, asked: Asked, reply: Reply) -> None:
        if not key.incident_ids:
            is_verified = self._contacting.verify(key, now=reply.now)
            self._answer(Done(verified_text(), is_new=True) if is_verified else None, reply)
            return
        with_code = replace(reply, code=asked.code)
        done = self._commands.carry_out(asked.command, key.incident_ids, with_code)
        self._note_that_it_works(key, reply)
        self._answer(done, reply)

    def _take_bare(self, command: Command, reply: Reply) -> None:
        """A letter without a code, which counts while one incident alone is open for the phone."""
        their = [one for one in self._incidents.open_ones() if reply.responder.id in one.paged]
        if len(their) == 1:
            self._answer(self._commands.carry_out(command, [their[0].id], reply), reply)
        else:
            self._answers.refuse(reply, text=which_one_text(len(their)))

    def _answer(self, done: Done | None, reply: Reply) -> None:
        if done is None:
            self._answers.refuse(reply)
        else:
            self._answers.confirm(done, reply)

    def _note_that_it_works(self, key: PageKey, reply: Reply) -> None:
        """Whoever has answered can be reached there; no acknowledgement hangs on knowing that."""
        try:
            self._contacting.verify(key, now=reply.now)
        except Exception as error:
            extra = {"responder": reply.responder.id, "trouble": type(error).__name__}
            log.error("contact_not_verified", extra=extra)

    def _key_of(
        self, asked: Sequence[Asked], responder: Responder, *, now: datetime
    ) -> tuple[PageKey, Asked] | None:
        for one in asked:
            key = self._pages.key(code_digest(one.code, responder.id, self._pepper()))
            if key is not None and key.kind is KeyKind.CODE and key.is_valid(now):
                return key, one
        return None
