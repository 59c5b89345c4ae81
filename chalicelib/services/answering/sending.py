"""The outbox: what was approved goes out once, whatever breaks.

A reply is taken by a conditional write, from `queued` to `sending`, before the platform is called;
its fate is written after. So of two senders one calls, an undo that was confirmed is never
followed by a call, and what a crash leaves behind is `sending`: nobody knows whether it is public.
Once its lease is over it is looked up at the platform, and sent again only when it is not there.

The queue `outbox` brings each reply at its time; what the queue loses the tick finds.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.cost import Done, Feature, Use
from chalicelib.domain.errors import (
    IllegalMove,
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
    with_reply,
)
from chalicelib.ports import Desks, Meter, Outbox, Published, Tickets
from chalicelib.services.answering.afterwards import enqueued, follow_up
from chalicelib.services.answering.changes import RACES, Changes
from chalicelib.services.answering.reaching import Reaching

log = logging.getLogger("nightdesk.answering")

SETTLED_AT_ONCE = 100
"""Tickets whose replies one tick sees to at most, longest due first."""

EARLY = timedelta(minutes=1)
"""A message that comes so much before its reply's time is put back into the queue."""

LONGEST_RETRY = timedelta(hours=1)
"""A platform that asks for more patience is tried all the same."""


class SendingReplies:
    """Sends approved replies and settles those whose fate is open."""

    def __init__(
        self,
        *,
        desks: Desks,
        tickets: Tickets,
        reaching: Reaching,
        outbox: Outbox,
        meter: Meter,
    ) -> None:
        self._desks = desks
        self._tickets = tickets
        self._changes = Changes(tickets)
        self._reaching = reaching
        self._outbox = outbox
        self._meter = meter

    def send(self, ticket_id: TicketId, reply_id: str, now: datetime) -> None:
        """The queue says that a reply's time has come; often repeated it does nothing more."""
        ticket = self._tickets.get(ticket_id)
        reply = ticket.reply(reply_id) if ticket else None
        if ticket is None or reply is None:
            log.warning("reply_gone", extra={"ticket": ticket_id})
            return
        if reply.is_due(now):
            try:
                self._settle(ticket, reply, now=now)
            except StaleWrite:
                log.info("reply_settled_elsewhere", extra={"ticket": ticket_id})
        elif reply.state is ReplyState.QUEUED and not reply.trouble:
            early = reply.settled_from - now
            if early <= EARLY:
                self._outbox.enqueue(ticket_id, reply_id, after=early)

    def settle(self, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        """See to every reply that is due and that nobody is at; how many are settled.

        Stops when `has_time` says no. A platform that could not be reached once is called for no
        other reply this time: when it hangs, each would take as long again.
        """
        settled = 0
        stuck: dict[str, str] = {}
        for ticket in self._tickets.unsettled(now=now, limit=SETTLED_AT_ONCE):
            for id in [one.id for one in ticket.replies if one.is_due(now)]:
                if not has_time():
                    return settled
                try:
                    settled += self._seen_to(ticket.id, id, stuck, now=now)
                except StaleWrite:
                    log.info("reply_settled_elsewhere", extra={"ticket": ticket.id})
                except Exception:
                    # One platform's surprise must not hold up the replies to the others.
                    log.exception("reply_not_settled", extra={"ticket": ticket.id})
        return settled

    def look_up(
        self, id: TicketId, by: AgentId, now: datetime, expected: int | None = None
    ) -> Ticket:
        """Ask the platform what became of a reply, or have one that waits tried again at once.

        Publishes nothing itself: what surely is not public goes into the queue. Raises
        IllegalMove when there is no such reply.
        """
        ticket = self._changes.get(id, expected=expected)
        reply = next((one for one in ticket.replies if one.can_be_settled(now)), None)
        if reply is None:
            raise IllegalMove("no reply of this ticket has to be looked up")
        log.info("reply_looked_up", extra={"ticket": id, "by": by})
        if reply.state is not ReplyState.QUEUED:
            taken = replace(reply, state=ReplyState.SENDING, tried_at=now)
            ticket = self._record(ticket, reply, taken, now=now)
            settled = self._found(ticket, taken, now=now)
            if settled is not None:
                return settled
            reply = taken
        waits = replace(reply, state=ReplyState.QUEUED, send_at=now)
        ticket = self._record(ticket, reply, waits, now=now)
        enqueued(self._outbox, ticket, waits, now=now)
        return ticket

    def _seen_to(
        self, id: TicketId, reply_id: str, stuck: dict[str, str], *, now: datetime
    ) -> bool:
        ticket = self._changes.get(id)
        reply = ticket.reply(reply_id)
        if reply is None or not reply.is_due(now):
            return False
        platform = ticket.answered_mention(reply).platform
        if platform in stuck and not _is_given_up(reply, now):
            self._put_off(ticket, reply, stuck[platform], now=now)
            return False
        after = self._settle(ticket, reply, now=now).reply(reply_id)
        if after is not None and after.state in (ReplyState.QUEUED, ReplyState.UNKNOWN):
            stuck[platform] = after.trouble
            return False
        return True

    def _settle(self, ticket: Ticket, reply: Reply, *, now: datetime) -> Ticket:
        """Take it, look whether it is public where that is not sure, then send it."""
        if reply.state is ReplyState.QUEUED and _is_given_up(reply, now):
            return self._refused(ticket, reply, _NOT_PUBLIC, now=now)
        taken = replace(reply, state=ReplyState.SENDING, tried_at=now)
        ticket = self._record(ticket, reply, taken, now=now)
        if reply.state is not ReplyState.QUEUED:
            settled = self._found(ticket, taken, now=now)
            if settled is not None:
                return settled
        brand = ticket.mention.brand
        paid_by = self._meter.within(Feature.ANSWERING, brand=brand, about=ticket.id)
        try:
            with paid_by:
                published = self._reaching.publish(ticket.answered_mention(taken), taken)
        except SourceRefused as error:
            return self._refused(ticket, taken, str(error), now=now)
        except OutcomeUnknown as error:
            return self._unknown(ticket, taken, error, now=now)
        except SourceUnavailable as error:
            return self._waits(ticket, taken, error, now=now)
        return self._sent(ticket, taken, published, now=now)

    def _found(self, ticket: Ticket, taken: Reply, *, now: datetime) -> Ticket | None:
        """What the platform says of a reply whose fate nobody knows; None: surely not public, and
        to be sent."""
        try:
            found = self._reaching.find(ticket.answered_mention(taken), taken)
        except (SourceUnavailable, OutcomeUnknown) as error:
            if _is_given_up(taken, now):
                return self._refused(ticket, taken, f"{_NOBODY_KNOWS}: {error}", now=now)
            return self._unknown(ticket, taken, error, now=now)
        except SourceRefused as error:
            return self._refused(ticket, taken, f"{_NOBODY_KNOWS}: {error}", now=now)
        if found is not None:
            return self._sent(ticket, taken, found, now=now)
        if _is_given_up(taken, now):
            return self._refused(ticket, taken, _NOT_PUBLIC, now=now)
        return None

    # --- fates ------------------------------------------------------------------------------

    def _sent(self, ticket: Ticket, reply: Reply, published: Published, *, now: datetime) -> Ticket:
        sent = replace(
            reply,
            state=ReplyState.SENT,
            platform_id=published.platform_id,
            url=published.url,
            trouble="",
        )
        ticket = self._record(ticket, reply, sent, now=now)
        self._meter.count("RepliesSent")
        brand = ticket.mention.brand
        with self._meter.within(Feature.ANSWERING, brand=brand, about=ticket.id):
            self._meter.used(Use(sku=Done.REPLY))
        log.info("reply_sent", extra={"ticket": ticket.id, "by": reply.by})
        for one in ticket.replies:
            if one.is_trace and one.state is ReplyState.QUEUED:
                enqueued(self._outbox, ticket, one, now=now)
        return ticket

    def _refused(self, ticket: Ticket, reply: Reply, why: str, *, now: datetime) -> Ticket:
        refused = replace(reply, state=ReplyState.REFUSED, refusal=why[:500], trouble="")
        ticket = self._record(ticket, reply, refused, now=now)
        self._meter.count("RepliesRefused")
        log.warning("reply_refused", extra={"ticket": ticket.id, "refusal": why[:500]})
        return ticket

    def _unknown(self, ticket: Ticket, reply: Reply, error: Exception, *, now: datetime) -> Ticket:
        log.warning("reply_unknown", extra={"ticket": ticket.id, "trouble": str(error)[:500]})
        return self._record(ticket, reply, _tried(reply, ReplyState.UNKNOWN, error, now), now=now)

    def _waits(
        self, ticket: Ticket, reply: Reply, error: SourceUnavailable, *, now: datetime
    ) -> Ticket:
        log.warning("reply_waits", extra={"ticket": ticket.id, "trouble": str(error)[:500]})
        return self._record(ticket, reply, _tried(reply, ReplyState.QUEUED, error, now), now=now)

    def _put_off(self, ticket: Ticket, reply: Reply, trouble: str, *, now: datetime) -> None:
        """Its platform could not be reached a moment ago: it waits without a call."""
        state = reply.state if reply.state is ReplyState.QUEUED else ReplyState.UNKNOWN
        later = replace(reply, state=state, trouble=trouble, send_at=reply.next_try(now))
        self._record(ticket, reply, later, now=now)

    def _record(self, ticket: Ticket, known: Reply, reply: Reply, *, now: datetime) -> Ticket:
        """Keep what is known of a reply now, whatever else happens to the ticket meanwhile.

        Raises StaleWrite when somebody else is at this very reply.
        """
        for _ in range(RACES):
            returns_at, returns_for = follow_up(self._desks, ticket, now)
            recorded = with_reply(
                ticket, reply, now=now, returns_at=returns_at, returns_for=returns_for
            )
            try:
                self._tickets.save(recorded)
            except StaleWrite:
                ticket = self._changes.get(ticket.id)
                if ticket.reply(reply.id) != known:
                    raise
                continue
            return recorded
        raise StaleWrite(f"ticket {ticket.id} changes too fast")


_NOT_PUBLIC = "not published within a day; it is not public"
_NOBODY_KNOWS = "nobody can tell whether it is public; look there before you write again"


def _tried(reply: Reply, state: ReplyState, error: Exception, now: datetime) -> Reply:
    """Tried in vain: when it is tried again, later where the platform said so."""
    send_at = reply.next_try(now)
    asked = error.retry_at if isinstance(error, SourceUnavailable) else None
    if asked is not None:
        send_at = max(send_at, min(asked, now + LONGEST_RETRY))
    return replace(reply, state=state, send_at=send_at, trouble=str(error)[:500])


def _is_given_up(reply: Reply, now: datetime) -> bool:
    return now - reply.approved_at >= TRIED_FOR
