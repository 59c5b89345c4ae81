"""Answers: preview, send, undo, a lead's word, and what became of them.

Nothing here speaks to a platform in order to publish: an approved reply waits in the outbox,
and goes out when it can no longer be undone. `look-up` asks a platform, and only asks.
"""

import re
from dataclasses import dataclass
from uuid import uuid4

from chalicelib import wiring
from chalicelib.domain.errors import BadInput
from chalicelib.web.access import DECIDING
from chalicelib.web.api.fields import (
    NoteText,
    PreviewText,
    ReplyId,
    ReplyText,
    SavedName,
    WebAddress,
)
from chalicelib.web.api.whole import ticket_id, whole
from chalicelib.web.blueprint import current_agent, endpoint
from chalicelib.web.views import web_address
from chalicelib.web.views.preview import PreviewView, preview_view
from chalicelib.web.views.ticket import TicketView

_REPLY_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBody:
    """An approved answer."""

    text: ReplyText
    reply_id: ReplyId
    is_private: bool = False
    saved: SavedName = ""
    """Name of the saved reply that it was begun with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichReplyBody:
    """Which reply is meant."""

    reply_id: ReplyId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBackBody:
    """Which reply is to be otherwise, and how."""

    reply_id: ReplyId
    note: NoteText


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereBody:
    """Where it was answered."""

    url: WebAddress = ""
    """Empty when there is no address of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewBody:
    """What somebody is about to say."""

    text: PreviewText
    is_private: bool = False
    saved: SavedName = ""


@endpoint("/api/v1/tickets/{id}/reply", method="POST")
def reply(id: str, body: ReplyBody, expected: int | None) -> TicketView:
    """Approve an answer: it goes out once for each `reply_id`, ten seconds from now.

    Where it needs a lead's word it waits for that. The reply's `state` tells its fate.
    """
    me = current_agent()
    return whole(
        wiring.talking().reply(
            ticket_id(id),
            me.id,
            me.first_name,
            body.text,
            reply_id=_reply_id(body.reply_id),
            is_private=body.is_private,
            saved=body.saved,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/undo", method="POST")
def undo(id: str, body: WhichReplyBody, expected: int | None) -> TicketView:
    """Take a reply back before it goes out."""
    return whole(
        wiring.talking().undo(
            ticket_id(id),
            current_agent().id,
            _reply_id(body.reply_id),
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/approve", method="POST", roles=DECIDING)
def approve(id: str, body: WhichReplyBody, expected: int | None) -> TicketView:
    """Give the word for a reply that somebody else wrote."""
    return whole(
        wiring.talking().approve(
            ticket_id(id),
            current_agent().id,
            _reply_id(body.reply_id),
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/send-back", method="POST", roles=DECIDING)
def send_back(id: str, body: SendBackBody, expected: int | None) -> TicketView:
    """Want a reply otherwise; the note says how."""
    return whole(
        wiring.talking().send_back(
            ticket_id(id),
            current_agent().id,
            _reply_id(body.reply_id),
            body.note,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/answered-elsewhere", method="POST")
def answered_elsewhere(id: str, body: ElsewhereBody, expected: int | None) -> TicketView:
    """I have answered on the platform itself."""
    url = body.url.strip()
    if url and not web_address(url):
        raise BadInput("url: no web address; give one with https, or leave it empty")
    return whole(
        wiring.talking().answered_elsewhere(
            ticket_id(id),
            current_agent().id,
            url,
            uuid4().hex,
            now=wiring.now(),
            expected=expected,
        )
    )


@endpoint("/api/v1/tickets/{id}/preview", method="POST")
def preview(id: str, body: PreviewBody) -> PreviewView:
    """How an answer would look and count there, and what to think of before it is sent.

    Variables of a saved reply are filled in. Nothing is stored.
    """
    me = current_agent()
    previewed = wiring.talking().preview(
        ticket_id(id),
        me.id,
        me.first_name,
        body.text,
        is_private=body.is_private,
        saved=body.saved,
        now=wiring.now(),
    )
    return preview_view(previewed)


@endpoint("/api/v1/tickets/{id}/look-up", method="POST")
def look_up(id: str, expected: int | None) -> TicketView:
    """Ask the platform what became of a reply whose fate is unknown."""
    by = current_agent().id
    return whole(wiring.sending().look_up(ticket_id(id), by, now=wiring.now(), expected=expected))


def _reply_id(text: str) -> str:
    if not _REPLY_ID.fullmatch(text):
        raise BadInput("reply_id: not in form; use 8 to 64 letters, digits or dashes, random")
    return text
