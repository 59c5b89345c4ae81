"""A ticket: a conversation with one customer, from their first word to *content*.

states     where a ticket stands, and where it may go from there
ticket     the value; what it looks like to a queue and to a clock
opening    how it begins
acts       the timeline: every move, by whom and when
reply      one answer of ours and its fate
holding    who has it: claim, release, hand over, take over, the lease of a claim
replying   our answers: written, approved, undone, and what becomes of them
trace      what is said in public of a private reply
talking    what is said besides: further posts of the customer, edits, notes, corrections
ending     put off, promise, come back, resolve, reopen
card       what a list shows of it

Every change gives a new value with the next `version`; a store writes it only over the
version it was made from, so two people can never both hold a ticket.
"""

from chalicelib.domain.ticket.acts import TicketAct, TicketActKind
from chalicelib.domain.ticket.card import Card, card_of, owed_place
from chalicelib.domain.ticket.ending import reopened, resolved, returned, snoozed, waiting
from chalicelib.domain.ticket.holding import (
    breached,
    claimed,
    given_back,
    handed_over,
    kept,
    last_sign,
    released,
    taken_over,
)
from chalicelib.domain.ticket.opening import FIRST_ANSWER, signed_mood, ticket_for
from chalicelib.domain.ticket.reply import (
    MAX_REPLY,
    PENDING,
    REPLY_LEASE,
    REPLY_MOVES,
    TRIED_FOR,
    UNDO_FOR,
    Reply,
    ReplyState,
)
from chalicelib.domain.ticket.replying import (
    answered_elsewhere,
    approved,
    replying,
    sent_back,
    undone,
    with_reply,
)
from chalicelib.domain.ticket.states import ENDED, LANES_IN_QUEUE, MOVES, Lane, TicketState
from chalicelib.domain.ticket.talking import corrected, edited, is_newer, joined, noted
from chalicelib.domain.ticket.ticket import (
    AgentId,
    CustomerId,
    MoodAt,
    Note,
    Post,
    Ticket,
    TicketId,
)
from chalicelib.domain.ticket.trace import TRACE_REPLY, trace_in

__all__ = [
    "ENDED",
    "FIRST_ANSWER",
    "LANES_IN_QUEUE",
    "MAX_REPLY",
    "MOVES",
    "PENDING",
    "REPLY_LEASE",
    "REPLY_MOVES",
    "TRACE_REPLY",
    "TRIED_FOR",
    "UNDO_FOR",
    "AgentId",
    "Card",
    "CustomerId",
    "Lane",
    "MoodAt",
    "Note",
    "Post",
    "Reply",
    "ReplyState",
    "Ticket",
    "TicketAct",
    "TicketActKind",
    "TicketId",
    "TicketState",
    "answered_elsewhere",
    "approved",
    "breached",
    "card_of",
    "claimed",
    "corrected",
    "edited",
    "given_back",
    "handed_over",
    "is_newer",
    "joined",
    "kept",
    "last_sign",
    "noted",
    "owed_place",
    "released",
    "reopened",
    "replying",
    "resolved",
    "returned",
    "sent_back",
    "signed_mood",
    "snoozed",
    "taken_over",
    "ticket_for",
    "trace_in",
    "undone",
    "waiting",
    "with_reply",
]
