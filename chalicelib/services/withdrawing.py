"""Erasing what its author has deleted or made private (`domain/withdrawal.py` says what is left).

Whoever hears of it (`Keeping`, `Rechecking`) marks the mention by `Mentions.withdraw`: from then on
it counts as gone. The mark wakes whoever judges mentions, who carries out the rest here; what is
lost on the way the tick finds. What finds the rest goes last, so that a call that died in the
middle can be repeated.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.customer import profile_of
from chalicelib.domain.erasure import ErasedPost, post_digest
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, id_of_post
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import ENDED, Ticket, TicketId
from chalicelib.domain.withdrawal import tombstone_of, without_post, without_quote
from chalicelib.ports import Customers, Erasures, Incidents, Mentions, Meter, Stored, Tickets
from chalicelib.services.background import Gathering
from chalicelib.services.conversing import Conversing
from chalicelib.services.opening import changed_incident

log = logging.getLogger("nightdesk.withdrawing")

RACES = 6
"""How often a ticket is changed anew when somebody else was faster."""


class Withdrawing:
    """Erases what was taken back."""

    def __init__(
        self,
        *,
        mentions: Mentions,
        tickets: Tickets,
        customers: Customers,
        conversing: Conversing,
        incidents: Incidents,
        gathering: Gathering,
        erasures: Erasures,
        meter: Meter,
        pepper: Callable[[], bytes],
    ) -> None:
        self._mentions = mentions
        self._tickets = tickets
        self._customers = customers
        self._conversing = conversing
        self._incidents = incidents
        self._gathering = gathering
        self._erasures = erasures
        self._meter = meter
        self._pepper = pepper

    def withdraw(self, platform: str, platform_id: str, *, now: datetime) -> bool:
        """Mark a post as gone and erase it at once; False when it was marked before.

        One that never came is kept from coming.
        """
        id = id_of_post(platform, platform_id)
        is_news = self._mentions.withdraw(id, now=now)
        there = self._mentions.stored(id)
        if there is not None and there.mention is not None:
            self.carry_out(there.mention, now=now)
        return is_news

    def carry_out(
        self,
        mention: Mention,
        *,
        ticket_id: TicketId | None = None,
        incident_id: IncidentId | None = None,
        now: datetime,
    ) -> bool:
        """Erase a mention that is marked as gone; repeated, it finds what is left.

        `mention` may be of before it was marked, and its ticket and incident may be known to the
        caller alone. False when it is not marked: somebody was forgotten, or it still stands.
        """
        there = self._mentions.stored(mention.id)
        if there is None:
            return False
        if there.mention is None:
            tombstone = self._mentions.tombstone(mention.id)
            gone_at = tombstone.withdrawn_at if tombstone else None
        else:
            gone_at, mention = there.mention.withdrawn_at, there.mention
        if gone_at is None:
            return False
        ids = {*there.incident_ids, *((incident_id,) if incident_id else ())}
        if there.score is None:
            ids |= self._may_show(mention)  # a crash may have kept the verdict from being recorded
        ticket = self._ticket(mention, there, ticket_id)
        has_ticket = ticket is not None and self._out_of_ticket(ticket.id, mention, gone_at, now)
        incidents = sum(
            changed_incident(self._incidents, id, lambda one: without_quote(one, mention))
            for id in sorted(ids)
        )
        self._gathering.forget(mention, now=now)
        if there.mention is None:
            return True
        self._erasures.keep_post(
            ErasedPost(
                found_at=gone_at,
                erased_at=now,
                post=post_digest(mention.id, self._pepper()),
                platform=mention.platform,
                tickets=int(has_ticket),
                incidents=incidents,
            )
        )
        self._mentions.bury(tombstone_of(mention, there.score, there.incident_id, now=now))
        self._meter.count("PostsErased")
        log.info(
            "post_erased",
            extra={"mention": mention.id, "has_ticket": has_ticket, "incidents": incidents},
        )
        return True

    def _may_show(self, mention: Mention) -> set[IncidentId]:
        """The incidents that it may have opened unnoticed."""
        current = (self._incidents.current(mention.brand, topic) for topic in Topic)
        return {one.id for one in current if one is not None}

    def _ticket(self, mention: Mention, there: Stored, known: TicketId | None) -> Ticket | None:
        """The ticket that a mention is in, if any."""
        own = TicketId(mention.id)
        for id in dict.fromkeys(one for one in (known, there.ticket_id, own) if one is not None):
            ticket = self._tickets.get(id)
            if ticket is not None and ticket.has(mention.id):
                return ticket
        theirs = self._conversing.tickets_of(mention)
        return next((one for one in theirs if one.has(mention.id)), None)

    def _out_of_ticket(
        self, id: TicketId, mention: Mention, gone_at: datetime, now: datetime
    ) -> bool:
        """Whether it was taken out of its ticket, or had been before."""
        for _ in range(RACES):
            ticket = self._tickets.get(id)
            if ticket is None:
                return False
            changed = without_post(ticket, mention.id, withdrawn_at=gone_at, now=now)
            try:
                if changed is not ticket:
                    self._tickets.save(changed)
            except StaleWrite:
                continue
            self._out_of_customer(mention, changed)
            return True
        raise StaleWrite(f"ticket {id} changes too fast; try again")

    def _out_of_customer(self, mention: Mention, ticket: Ticket) -> None:
        """Nobody is kept as a customer for a post that is gone, and for nothing else."""
        profile = profile_of(mention)
        if profile is None or ticket.standing or ticket.state not in ENDED or ticket.customer:
            return
        customer = self._customers.of(profile)
        is_known_else = customer.notes or len(customer.profiles) > 1
        if not customer.version or is_known_else or set(customer.tickets) != {ticket.id}:
            return
        try:
            self._customers.save(replace(customer, profiles=(), tickets=()))
        except StaleWrite:
            log.info("customer_kept", extra={"ticket": ticket.id})  # they have just written again
