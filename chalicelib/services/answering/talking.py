"""Replies, from a draft to the outbox; notes and corrections."""

from datetime import datetime

from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import BadInput, IllegalMove, NightdeskError
from chalicelib.domain.ticket import (
    AgentId,
    Reply,
    ReplyState,
    Ticket,
    TicketId,
    answered_elsewhere,
    approved,
    corrected,
    noted,
    replying,
    sent_back,
    undone,
)
from chalicelib.ports import Desks, Meter, Outbox, Said, Tickets
from chalicelib.services.answering.afterwards import enqueued, follow_up
from chalicelib.services.answering.changes import Changes, check_seen
from chalicelib.services.answering.reaching import Reaching, Ways
from chalicelib.services.answering.writing import Previewed, Writing, Written


class Talking:
    """What agents say: to customers, and to each other."""

    def __init__(
        self,
        *,
        desks: Desks,
        tickets: Tickets,
        reaching: Reaching,
        said: Said,
        outbox: Outbox,
        meter: Meter,
    ) -> None:
        self._desks = desks
        self._changes = Changes(tickets)
        self._reaching = reaching
        self._writing = Writing(desks=desks, reaching=reaching)
        self._said = said
        self._outbox = outbox
        self._meter = meter

    def ways(self, ticket: Ticket) -> Ways:
        """How a ticket can be answered; asks no platform."""
        return self._reaching.ways(ticket)

    def preview(
        self,
        id: TicketId,
        by: AgentId,
        first_name: str,
        text: str,
        is_private: bool,
        saved: str,
        now: datetime,
    ) -> Previewed:
        """How a reply would look; changes nothing. Raises NotFound, or BadInput for a saved reply
        that does not exist or cannot be filled in."""
        ticket = self._changes.get(id)
        written = self._writing.written(
            ticket, first_name, text, is_private=is_private, saved=saved
        )
        why_not = next(iter(written.problems), "")
        try:
            self._decided(ticket, by, written, reply_id="preview", now=now)
        except NightdeskError as error:
            why_not = str(error)
        return Previewed(
            text=written.shown.text,
            length=written.shown.length,
            limit=written.shown.limit,
            problems=written.problems,
            hints=written.hints,
            can_send=not why_not,
            why_not=why_not,
            needs_approval=self._needs_approval(ticket),
        )

    def reply(
        self,
        id: TicketId,
        by: AgentId,
        first_name: str,
        text: str,
        *,
        reply_id: str,
        is_private: bool = False,
        saved: str = "",
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """Approve a reply; it goes out by itself once it cannot be undone any more.

        `reply_id` names this approval: called again with the same one, nothing more happens.
        Raises BadInput for what must be put right first, NotAllowed for all but the holder,
        IllegalMove where no reply is taken, or when that `reply_id` stands for another reply.
        """
        ticket = self._changes.get(id)
        known = ticket.reply(reply_id)
        if known is not None:
            is_other = known.by != by or known.is_private is not is_private
            # A saved reply was filled in, so its words are not those that were sent.
            if is_other or (not saved and text.strip() not in known.text):
                raise IllegalMove("this reply_id stands for another reply; choose a new one")
            return self._in_outbox(ticket, known, now=now)
        check_seen(ticket, expected)
        written = self._writing.written(
            ticket, first_name, text, is_private=is_private, saved=saved
        )
        self._decided(ticket, by, written, reply_id=reply_id, now=now)
        if written.problems:
            raise BadInput(f"text: {written.problems[0]}")
        self._claim_words(ticket, written, now=now)
        ticket = self._changes.make(
            id,
            lambda ticket: self._decided(ticket, by, written, reply_id=reply_id, now=now),
            event="reply_approved",
            by=by,
            expected=expected,
        )
        return self._in_outbox(ticket, ticket.reply(reply_id), now=now)

    def undo(
        self,
        id: TicketId,
        by: AgentId,
        reply_id: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """Take a reply back; once this returns it never goes out. Raises IllegalMove too late."""
        return self._changes.make(
            id,
            lambda ticket: undone(ticket, reply_id, by, now=now),
            event="reply_undone",
            by=by,
            expected=expected,
        )

    def approve(
        self,
        id: TicketId,
        by: AgentId,
        reply_id: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """A lead's word; the caller has seen to it that `by` is one."""

        def decide(ticket: Ticket) -> Ticket:
            known = ticket.reply(reply_id)
            if known is not None and known.approved_by == by:
                return ticket
            return approved(ticket, reply_id, by, now=now)

        ticket = self._changes.make(
            id, decide, event="reply_approved_by_lead", by=by, expected=expected
        )
        return self._in_outbox(ticket, ticket.reply(reply_id), now=now)

    def send_back(
        self,
        id: TicketId,
        by: AgentId,
        reply_id: str,
        note: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """A lead wants a reply otherwise."""
        return self._changes.make(
            id,
            lambda ticket: sent_back(ticket, reply_id, by, note=note, now=now),
            event="reply_sent_back",
            by=by,
            expected=expected,
        )

    def answered_elsewhere(
        self,
        id: TicketId,
        by: AgentId,
        url: str,
        reply_id: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """An agent has answered on the platform itself, where we may not; said again, nothing more
        happens."""

        def decide(ticket: Ticket) -> Ticket:
            is_said = ticket.replies[-1:] and ticket.replies[-1].is_elsewhere
            if is_said and ticket.has_our_word_last and ticket.replies[-1].url == url.strip():
                return ticket
            returns_at, returns_for = follow_up(self._desks, ticket, now)
            return answered_elsewhere(
                ticket,
                by,
                url=url,
                reply_id=reply_id,
                now=now,
                returns_at=returns_at,
                returns_for=returns_for,
            )

        return self._changes.make(
            id, decide, event="ticket_answered_elsewhere", by=by, expected=expected
        )

    def note(
        self,
        id: TicketId,
        by: AgentId,
        text: str,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """A word among agents."""
        return self._changes.make(
            id,
            lambda ticket: noted(ticket, by, text, now=now),
            event="ticket_noted",
            by=by,
            expected=expected,
        )

    def correct(
        self, id: TicketId, correction: Correction, *, expected: int | None = None
    ) -> Ticket:
        """Keep what an agent says the verdict should have been; said twice, it is kept once."""
        is_new = False

        def decide(ticket: Ticket) -> Ticket:
            nonlocal is_new
            changed = corrected(ticket, correction)
            is_new = changed is not ticket
            return changed

        ticket = self._changes.make(
            id, decide, event="verdict_corrected", by=correction.by, expected=expected
        )
        if is_new:
            self._meter.count("VerdictsCorrected")
        return ticket

    # --- replying ---------------------------------------------------------------------------

    def _decided(
        self, ticket: Ticket, by: AgentId, written: Written, *, reply_id: str, now: datetime
    ) -> Ticket:
        """The ticket with the reply. Raises what stands against it, but for the text's faults."""
        if ticket.reply(reply_id) is not None:
            return ticket
        changed = replying(
            ticket,
            by,
            written.text,
            reply_id=reply_id,
            now=now,
            needs_approval=self._needs_approval(ticket),
            is_private=written.is_private,
            to=written.beneath.id,
            trace=written.trace,
        )
        if written.why_not:
            raise IllegalMove(written.why_not)
        return changed

    def _needs_approval(self, ticket: Ticket) -> bool:
        approval = self._desks.current().answering.approval
        return approval.is_needed(ticket.urgency, ticket.topic)

    def _claim_words(self, ticket: Ticket, written: Written, *, now: datetime) -> None:
        """Raises BadInput when another customer has got the same lines of late."""
        if not written.sameness:
            return
        of = self._said.claim(ticket.mention.brand, written.sameness, ticket.id, now=now)
        if of != ticket.id:
            raise BadInput(
                "text: another customer got the same lines today; say what is particular to this "
                "one"
            )

    def _in_outbox(self, ticket: Ticket, reply: Reply | None, *, now: datetime) -> Ticket:
        if reply is not None and reply.state is ReplyState.QUEUED:
            enqueued(self._outbox, ticket, reply, now=now)
        return ticket
