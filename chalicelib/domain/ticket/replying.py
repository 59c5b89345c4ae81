"""Our answers: written, approved, undone, and what becomes of them."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.errors import BadInput, IllegalMove, NotAllowed
from chalicelib.domain.mention import MAX_ADDRESS
from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.holding import MAX_NOTE
from chalicelib.domain.ticket.reply import (
    MAX_REPLY,
    PENDING,
    REPLY_MOVES,
    UNDO_FOR,
    Reply,
    ReplyState,
)
from chalicelib.domain.ticket.states import ENDED, TicketState
from chalicelib.domain.ticket.ticket import AgentId, Ticket


def replying(
    ticket: Ticket,
    by: AgentId,
    text: str,
    *,
    reply_id: str,
    now: datetime,
    needs_approval: bool = False,
    is_private: bool = False,
    to: str = "",
    trace: str = "",
) -> Ticket:
    """`by` approves `text`, as it goes out; it is sent once, `UNDO_FOR` from now.

    Where it needs a lead's word it waits for that instead. Raises NotAllowed when `by` does not
    hold the ticket, IllegalMove while an earlier reply of the same kind is under way, BadInput
    for an empty or too long text, one that has arrived already, or when the conversation is full.
    """
    if ticket.state in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} takes no reply; reopen it")
    ticket.check_holder(by)
    if any(one.is_private is is_private for one in ticket.pending_replies):
        raise IllegalMove("an earlier reply is still under way; wait for it or look it up")
    text = text.strip()
    if not text:
        raise BadInput("text: the reply is empty; write what the customer shall read")
    if len(text) > MAX_REPLY:
        raise BadInput(f"text: {len(text)} characters; at most {MAX_REPLY} are taken")
    if ticket.is_full:
        raise BadInput("text: this conversation is full; resolve it, what follows opens another")
    if any(_is_the_same(one, text, to, is_private) for one in ticket.replies):
        # Nor could the platform tell one from the other, were its fate unknown.
        raise BadInput("text: they have these very words from us already; say what is new")
    send_at = now + UNDO_FOR
    reply = Reply(
        id=reply_id,
        by=by,
        text=text,
        approved_at=now,
        tried_at=send_at,
        state=ReplyState.PROPOSED if needs_approval else ReplyState.QUEUED,
        is_private=is_private,
        to=to,
        send_at=None if needs_approval else send_at,
        trace=trace,
    )
    act = TicketAct(kind=TicketActKind.PROPOSED, at=now, by=by) if needs_approval else None
    return ticket.changed(act, replies=(*ticket.replies, reply))


def approved(ticket: Ticket, reply_id: str, by: AgentId, *, now: datetime) -> Ticket:
    """A lead gives the word: it goes out `UNDO_FOR` from now. Nobody approves their own."""
    reply = _proposed(ticket, reply_id)
    if reply.by == by:
        raise NotAllowed("somebody else has to approve what you wrote")
    send_at = now + UNDO_FOR
    queued = replace(
        reply,
        state=ReplyState.QUEUED,
        approved_by=by,
        approved_at=now,
        send_at=send_at,
        tried_at=send_at,
    )
    act = TicketAct(kind=TicketActKind.APPROVED, at=now, by=by, to=reply.by)
    return _replaced(ticket, queued, act)


def sent_back(ticket: Ticket, reply_id: str, by: AgentId, *, note: str, now: datetime) -> Ticket:
    """A lead wants it otherwise; the note says how."""
    reply = _proposed(ticket, reply_id)
    if not note.strip():
        raise BadInput("note: empty; say what should be otherwise")
    act = TicketAct(
        kind=TicketActKind.SENT_BACK, at=now, by=by, to=reply.by, text=note.strip()[:MAX_NOTE]
    )
    back = replace(reply, state=ReplyState.UNDONE, refusal=note.strip()[:500])
    return _replaced(ticket, back, act)


def undone(ticket: Ticket, reply_id: str, by: AgentId, *, now: datetime) -> Ticket:
    """It does not go out; for who wrote it, and for who has the ticket now.

    Itself when it was undone before. Raises IllegalMove once it is on its way, NotAllowed for
    others.
    """
    reply = _known(ticket, reply_id)
    if by not in (reply.by, ticket.holder):
        raise NotAllowed(f"{reply.by} wrote this reply")
    if reply.state is ReplyState.UNDONE:
        return ticket
    if reply.state is ReplyState.REFUSED:
        raise IllegalMove("there is nothing to undo: the reply was not published")
    if reply.state not in (ReplyState.QUEUED, ReplyState.PROPOSED):
        raise IllegalMove("it is too late: the reply is on its way or public")
    act = TicketAct(kind=TicketActKind.UNDONE, at=now, by=by)
    return _replaced(ticket, replace(reply, state=ReplyState.UNDONE), act)


def with_reply(
    ticket: Ticket,
    reply: Reply,
    *,
    now: datetime,
    returns_at: datetime | None = None,
    returns_for: str = "",
) -> Ticket:
    """More is known of the fate of a reply.

    Once it has arrived the customer waits no longer, unless they wrote once more after it was
    approved, and the ticket is replied: it comes back at `returns_at` if nothing is heard, or when
    something was promised. Thanks that were answered have ended well. What was refused is open
    again. A private one that has arrived is told in public by its `trace`.

    Itself when nothing more is known. Raises IllegalMove where `REPLY_MOVES` knows no such fate,
    BadInput for a reply that is not there.
    """
    before = _known(ticket, reply.id)
    if reply == before:
        return ticket
    is_over = before.state not in PENDING
    if is_over or (
        before.state is not reply.state and reply.state not in REPLY_MOVES[before.state]
    ):
        raise IllegalMove(f"a reply that is {before.state.value} cannot become {reply.state.value}")
    if reply.state is ReplyState.REFUSED:
        act = TicketAct(kind=TicketActKind.REFUSED, at=now, by=reply.by, text=reply.refusal)
        return _replaced(ticket, reply, act, **_given_up(ticket, reply))
    if reply.state is ReplyState.SENT:
        sent = _with(ticket.replies, reply)
        changes = _answered(ticket, reply, now=now, returns_at=returns_at, returns_for=returns_for)
        changes |= {"replies": (*sent, *_trace_of(ticket, reply, now=now))}
        return ticket.changed(TicketAct(kind=TicketActKind.REPLIED, at=now, by=reply.by), **changes)
    return _replaced(ticket, reply, None)


def answered_elsewhere(
    ticket: Ticket,
    by: AgentId,
    *,
    url: str,
    reply_id: str,
    now: datetime,
    returns_at: datetime | None = None,
    returns_for: str = "",
) -> Ticket:
    """An agent has answered on the platform itself.

    Raises NotAllowed for all but the holder, IllegalMove while a reply in public is under way,
    BadInput for an address that leads nowhere.
    """
    if ticket.state in ENDED:
        raise IllegalMove(f"a ticket that is {ticket.state.value} takes no reply; reopen it")
    ticket.check_holder(by)
    if any(not one.is_private for one in ticket.pending_replies):
        raise IllegalMove("a reply is still under way, and would be public too; undo it first")
    url = url.strip()
    if url and (not url.startswith(("https://", "http://")) or len(url) > MAX_ADDRESS):
        raise BadInput("url: not a web address; paste that of your answer, or leave it empty")
    if ticket.is_full:
        raise BadInput("url: this conversation is full; resolve it, what follows opens another")
    reply = Reply(
        id=reply_id,
        by=by,
        text="",
        approved_at=now,
        tried_at=now,
        state=ReplyState.SENT,
        url=url,
        is_elsewhere=True,
    )
    act = TicketAct(kind=TicketActKind.ANSWERED_ELSEWHERE, at=now, by=by)
    changes = _answered(ticket, reply, now=now, returns_at=returns_at, returns_for=returns_for)
    return ticket.changed(act, **(changes | {"replies": (*ticket.replies, reply)}))


def _answered(
    ticket: Ticket, reply: Reply, *, now: datetime, returns_at: datetime | None, returns_for: str
) -> dict[str, object]:
    """What changes by an answer that has arrived."""
    if reply.is_trace or ticket.state in ENDED:
        return {}
    joined = (one for one in ticket.acts if one.kind is TicketActKind.JOINED)
    unseen = sum(one.at > reply.approved_at for one in joined)
    if unseen and ticket.is_waiting:
        # The answer does not know of what was said since.
        first = ticket.posts[-unseen:][0].mention
        return {"waiting_since": max(ticket.waiting_since, first.posted_at)}
    changes: dict[str, object] = {"is_waiting": False, "breached_at": None}
    if ticket.state in (TicketState.WAITING, TicketState.SNOOZED):
        return changes
    changes["holder"] = ticket.holder or reply.by
    if ticket.is_thanks:
        ended = {"state": TicketState.CONTENT, "ended_at": now, "held_until": None}
        return changes | ended | {"returns_at": None, "returns_for": ""}
    if ticket.has_promise:
        return changes | {"state": TicketState.WAITING, "held_until": None}
    replied = {"state": TicketState.REPLIED, "returns_at": returns_at}
    return changes | replied | {"returns_for": returns_for if returns_at else ""}


def _given_up(ticket: Ticket, reply: Reply) -> dict[str, object]:
    """What changes by an answer that did not go out: somebody has to see to it."""
    if reply.is_trace or ticket.state in (TicketState.OPEN, TicketState.CLAIMED, *ENDED):
        return {}
    free = {"state": TicketState.OPEN, "holder": None, "held_until": None}
    return free | ticket.promise


def _trace_of(ticket: Ticket, reply: Reply, *, now: datetime) -> tuple[Reply, ...]:
    """What is said in public of a private reply that has arrived, beneath the newest post."""
    beneath = ticket.latest(is_private=False)
    if not reply.trace or beneath is None:
        return ()
    return (
        Reply(
            id=f"{reply.id}.trace",  # no id that a page may choose has a dot
            by=reply.by,
            text=reply.trace,
            approved_at=now,
            tried_at=now,
            state=ReplyState.QUEUED,
            to=beneath.id,
            send_at=now,
            is_trace=True,
        ),
    )


def _is_the_same(one: Reply, text: str, to: str, is_private: bool) -> bool:
    """Whether an answer that has arrived says the same to the same word of the customer."""
    is_heard = one.state is ReplyState.SENT and (one.to, one.is_private) == (to, is_private)
    return is_heard and one.text.casefold().split() == text.casefold().split()


def _replaced(ticket: Ticket, reply: Reply, act: TicketAct | None, **changes: object) -> Ticket:
    return ticket.changed(act, replies=_with(ticket.replies, reply), **changes)


def _with(replies: tuple[Reply, ...], reply: Reply) -> tuple[Reply, ...]:
    return tuple(reply if old.id == reply.id else old for old in replies)


def _known(ticket: Ticket, reply_id: str) -> Reply:
    reply = ticket.reply(reply_id)
    if reply is None:
        raise BadInput(f"reply_id: {reply_id[:40]!r} is no reply of this ticket")
    return reply


def _proposed(ticket: Ticket, reply_id: str) -> Reply:
    reply = _known(ticket, reply_id)
    if reply.state is not ReplyState.PROPOSED:
        raise IllegalMove(f"this reply waits for nobody's word: it is {reply.state.value}")
    return reply
