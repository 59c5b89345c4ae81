"""Answering: one ticket, one holder, one public reply for each approval."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.correction import Correction
from chalicelib.domain.errors import (
    IllegalMove,
    NotFound,
    OutcomeUnknown,
    SourceRefused,
    SourceUnavailable,
    StaleWrite,
)
from chalicelib.domain.ticket import (
    TRIED_FOR,
    AgentId,
    Reply,
    ReplyState,
    Ticket,
    TicketId,
    TicketState,
)
from chalicelib.ports import Desks, Meter, Published, Replier, Sources, Tickets

log = logging.getLogger("nightdesk.answering")

SETTLED_AT_ONCE = 25
"""Replies that one tick looks up at most, least lately tried first."""

RACES = 5
"""How often what goes with any other change is tried anew when there was one meanwhile."""


class Answering:
    """What agents do with tickets."""

    def __init__(self, *, desks: Desks, tickets: Tickets, sources: Sources, meter: Meter) -> None:
        self._desks = desks
        self._tickets = tickets
        self._sources = sources
        self._meter = meter

    def queue(self, *, limit: int = 100) -> tuple[Ticket, ...]:
        """What waits: gravest first, then longest waiting."""
        return self._tickets.queue(limit=limit)

    def get(self, id: TicketId) -> Ticket:
        """Raises NotFound."""
        ticket = self._tickets.get(id)
        if ticket is None:
            raise NotFound(f"there is no ticket {id}")
        return ticket

    def claim(self, id: TicketId, by: AgentId, *, now: datetime) -> Ticket:
        """Raises NotAllowed when somebody else has it, StaleWrite when somebody was faster."""
        return self._change(id, "ticket_claimed", by, lambda ticket: ticket.claimed(by))

    def release(self, id: TicketId, by: AgentId, *, now: datetime) -> Ticket:
        """Give it back to the queue."""
        return self._change(id, "ticket_released", by, lambda ticket: ticket.released(by))

    def resolve(self, id: TicketId, by: AgentId, outcome: TicketState, *, now: datetime) -> Ticket:
        """End it as content, not content, or no answer."""
        return self._change(
            id, "ticket_resolved", by, lambda ticket: ticket.resolved(by, outcome, now=now)
        )

    def reopen(self, id: TicketId, by: AgentId, *, now: datetime) -> Ticket:
        """Put an ended ticket back into the queue."""
        return self._change(id, "ticket_reopened", by, lambda ticket: ticket.reopened())

    def correct(self, id: TicketId, correction: Correction) -> Ticket:
        """Keep what an agent says the verdict should have been; said twice, it is kept once.

        It goes with whatever else happens to the ticket meanwhile, so it is tried anew then.
        """
        for _ in range(RACES):
            ticket = self.get(id)
            corrected = ticket.corrected(correction)
            if corrected is ticket:
                return ticket
            try:
                self._tickets.save(corrected)
            except StaleWrite:
                continue
            self._meter.count("VerdictsCorrected")
            log.info(
                "verdict_corrected",
                extra={"ticket": id, "by": correction.by, "urgency": correction.urgency.value},
            )
            return corrected
        raise StaleWrite(f"ticket {id} changes too fast")

    def reply(
        self, id: TicketId, by: AgentId, text: str, *, reply_id: str, now: datetime
    ) -> Ticket:
        """Publish `text` once; the ticket's last reply tells what became of it.

        `reply_id` names this approval: called again with the same one, nothing is sent.
        """
        ticket = self.get(id)
        if any(reply.id == reply_id for reply in ticket.replies):
            return ticket
        replying = ticket.replying(by, text, reply_id=reply_id, now=now)
        self._tickets.save(replying)
        return self._send(replying, replying.replies[-1])

    def look_up(self, id: TicketId, by: AgentId, *, now: datetime) -> Ticket:
        """Settle a reply whose fate is unknown. Raises IllegalMove when there is none to settle."""
        ticket = self.get(id)
        reply = ticket.pending_reply
        if reply is None or not reply.can_be_settled(now):
            raise IllegalMove("no reply of this ticket has to be looked up")
        return self._settle(ticket, reply, now=now)

    def settle(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """Look up every reply whose fate is open, and send again what surely is not public.

        Stops when `has_time` says no. A platform that could not settle one reply is asked for
        no other this time: when it hangs, each would take as long again.
        """
        settled = 0
        stuck: set[str] = set()
        for ticket in self._tickets.unsettled(limit=SETTLED_AT_ONCE):
            reply, platform = ticket.pending_reply, ticket.mention.platform
            if reply is None or not reply.can_be_settled(now) or platform in stuck:
                continue
            if not has_time():
                break
            try:
                done = self._settle(ticket, reply, now=now)
                settled += done.pending_reply is None
                if done.pending_reply is not None:
                    stuck.add(platform)
            except StaleWrite:
                log.info("reply_settled_elsewhere", extra={"ticket": ticket.id})
            except Exception:
                # One platform's surprise must not hold up the replies to the others.
                log.exception("reply_not_settled", extra={"ticket": ticket.id})
        return settled

    def _settle(self, ticket: Ticket, reply: Reply, *, now: datetime) -> Ticket:
        """Look first, then retry: the lease is a conditional write, so only one does it."""
        trying = replace(reply, state=ReplyState.SENDING, tried_at=now)
        ticket = ticket.with_reply(trying)
        self._tickets.save(ticket)
        try:
            found = self._replier(ticket).find_reply(ticket.mention, trying)
        except (SourceUnavailable, OutcomeUnknown) as error:
            if now - reply.approved_at >= TRIED_FOR:
                return self._refused(ticket, trying, f"not published within a day: {error}")
            return self._record(ticket, replace(trying, state=ReplyState.UNKNOWN))
        except SourceRefused as error:
            return self._refused(ticket, trying, str(error))
        if found is not None:
            return self._sent(ticket, trying, found)
        if now - reply.approved_at >= TRIED_FOR:
            return self._refused(ticket, trying, "not published within a day; it is not public")
        return self._send(ticket, trying)

    def _send(self, ticket: Ticket, reply: Reply) -> Ticket:
        try:
            published = self._replier(ticket).reply(ticket.mention, reply)
        except SourceRefused as error:
            return self._refused(ticket, reply, str(error))
        except (SourceUnavailable, OutcomeUnknown) as error:
            log.warning("reply_unknown", extra={"ticket": ticket.id, "trouble": str(error)})
            return self._record(ticket, replace(reply, state=ReplyState.UNKNOWN))
        return self._sent(ticket, reply, published)

    def _replier(self, ticket: Ticket) -> Replier:
        """The source that can answer this ticket: the one that heard it, else one beside it.

        Raises SourceRefused when none can.
        """
        desk, mention = self._desks.current(), ticket.mention
        trouble = SourceRefused(
            f"{mention.platform} takes no replies from us; answer there, then resolve"
        )
        try:
            names = self._sources.reaching(desk, mention)
        except NotFound as error:
            raise SourceRefused(f"the source is not configured any more: {error}") from error
        for name in names:
            try:
                source = self._sources.open(desk, name)
            except SourceRefused as error:
                trouble = error
                continue
            if isinstance(source, Replier):
                return source
        raise trouble

    def _sent(self, ticket: Ticket, reply: Reply, published: Published) -> Ticket:
        self._meter.count("RepliesSent")
        log.info("reply_sent", extra={"ticket": ticket.id, "by": reply.by})
        return self._record(
            ticket,
            replace(
                reply,
                state=ReplyState.SENT,
                platform_id=published.platform_id,
                url=published.url,
            ),
        )

    def _refused(self, ticket: Ticket, reply: Reply, why: str) -> Ticket:
        self._meter.count("RepliesRefused")
        log.warning("reply_refused", extra={"ticket": ticket.id, "refusal": why})
        return self._record(ticket, replace(reply, state=ReplyState.REFUSED, refusal=why[:500]))

    def _record(self, ticket: Ticket, reply: Reply) -> Ticket:
        """Keep a reply's fate, even when an agent has corrected the verdict meanwhile."""
        for _ in range(RACES):
            recorded = ticket.with_reply(reply)
            try:
                self._tickets.save(recorded)
            except StaleWrite:
                fresh = self.get(ticket.id)
                if _known(fresh, reply.id) != _known(ticket, reply.id):
                    raise  # somebody else is at this very reply
                ticket = fresh
                continue
            return recorded
        raise StaleWrite(f"ticket {ticket.id} changes too fast")

    def _change(
        self, id: TicketId, event: str, by: AgentId, change: Callable[[Ticket], Ticket]
    ) -> Ticket:
        changed = change(self.get(id))
        self._tickets.save(changed)
        log.info(event, extra={"ticket": id, "by": by})
        return changed


def _known(ticket: Ticket, reply_id: str) -> Reply | None:
    return next((one for one in ticket.replies if one.id == reply_id), None)
