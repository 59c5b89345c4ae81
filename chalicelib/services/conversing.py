"""Bringing mentions into conversations: each is in exactly one ticket, or in none.

A customer's record lists the tickets that were opened for them. A ticket is listed there, by a
conditional write, before it is stored. So of two mentions of one author at the same moment only
one opens a ticket, and the other finds it listed: it waits for it, as `StaleWrite` says, until it
is there or until `OPENING_LASTS` shows that whoever listed it has died. A repeated call finds the
mention listed (and opens its ticket), or in a ticket (and does nothing).
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.conversation import Place, place_of
from chalicelib.domain.customer import Customer, profile_of
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import IncidentId
from chalicelib.domain.mention import Mention, mention_id
from chalicelib.domain.signal import Score, Urgency
from chalicelib.domain.ticket import (
    Post,
    Ticket,
    TicketId,
    edited,
    is_newer,
    joined,
    signed_mood,
    ticket_for,
)
from chalicelib.ports import Customers, Tickets

log = logging.getLogger("nightdesk.conversing")

CONSIDERED = 10
"""Tickets of an author that are looked through, newest first."""

RACES = 6
"""How often a place is looked for anew when somebody else was faster."""


class Conversing:
    """Knows which conversation a mention belongs to."""

    def __init__(self, *, tickets: Tickets, customers: Customers) -> None:
        self._tickets = tickets
        self._customers = customers

    def ticket_of(
        self,
        mention: Mention,
        score: Score,
        *,
        incident_id: IncidentId | None,
        known: TicketId | None = None,
        desk: Desk,
        now: datetime,
    ) -> Ticket | None:
        """The ticket that a judged mention is part of from now on; None when it makes none.

        `known` is the ticket that an edited mention was part of before. Raises StaleWrite when the
        author's tickets change too fast, or one is just being opened.
        """
        for _ in range(RACES):
            try:
                if known is not None and (ticket := self._tickets.get(known)) is not None:
                    return self._reworded(ticket, mention, score, incident_id, desk, now)
                return self._placed(mention, score, incident_id, desk, now)
            except StaleWrite as stale:
                trouble = stale
        raise trouble

    def tickets_of(self, mention: Mention, also: Sequence[TicketId] = ()) -> tuple[Ticket, ...]:
        """The newest tickets of its author, and those of `also` that are there. To look at."""
        customer = self._customer(mention)
        listed = customer.tickets[-CONSIDERED:] if customer else ()
        ids = tuple(dict.fromkeys((*also, *reversed(listed))))
        return self._tickets.some(ids) if ids else ()

    def _placed(
        self,
        mention: Mention,
        score: Score,
        incident_id: IncidentId | None,
        desk: Desk,
        now: datetime,
    ) -> Ticket | None:
        customer = self._customer(mention)
        known, gone = self._known(mention, customer)
        there = next((one for one in known if one.has(mention.id)), None)
        if there is not None:
            return self._reworded(there, mention, score, incident_id, desk, now)
        own = TicketId(mention.id)
        if customer is not None and _is_opening(customer, gone - {own}, now):
            raise StaleWrite(f"a ticket of the author of {mention.id} is just being opened")
        place = self._place(mention, score, known, desk)
        if place.ticket is not None and place.ticket.has(mention.id):
            return place.ticket
        if place.ticket is not None and own not in gone:
            return self._joined(place.ticket, mention, place, incident_id, desk, now)
        if not place.opens:
            return None
        return self._opened(mention, place, customer, gone, incident_id, desk, now)

    def _reworded(
        self,
        ticket: Ticket,
        mention: Mention,
        score: Score,
        incident_id: IncidentId | None,
        desk: Desk,
        now: datetime,
    ) -> Ticket:
        """The ticket with the words of a mention as they are now; itself when it has them."""
        if not any(one.id == mention.id and is_newer(mention, one) for one in ticket.mentions):
            return ticket
        fresh = self._tickets.get(ticket.id) or ticket
        changed = edited(
            fresh,
            mention,
            score,
            now=now,
            due_at=desk.answering.due_at(mention.said_at, score.urgency, desk.answering_hours),
            is_thanks=score.urgency is Urgency.IGNORE,
        )
        if changed is fresh:
            return fresh
        if incident_id is not None:
            changed = replace(changed, incident_id=incident_id)
        self._tickets.save(changed)
        log.info("mention_reworded", extra={"mention": mention.id, "ticket": ticket.id})
        return changed

    def _place(self, mention: Mention, score: Score, known: Sequence[Ticket], desk: Desk) -> Place:
        """Where it belongs, by that ticket as it is at this instant: `known` may lag behind."""
        by_id = {one.id: one for one in known}
        looked_at: set[TicketId] = set()
        within = desk.answering.joins_within
        while True:
            place = place_of(mention, score, tuple(by_id.values()), joins_within=within)
            if place.ticket is None or (id := place.ticket.id) in looked_at:
                return place
            looked_at.add(id)
            fresh = self._tickets.get(id)
            if fresh is None:
                del by_id[id]
            else:
                by_id[id] = fresh

    def _customer(self, mention: Mention) -> Customer | None:
        """None where nobody can tell who wrote it."""
        profile = profile_of(mention)
        return self._customers.of(profile) if profile else None

    def _known(
        self, mention: Mention, customer: Customer | None
    ) -> tuple[tuple[Ticket, ...], frozenset[TicketId]]:
        """The author's tickets as they are now, and which of those listed are not there.

        Where nobody knows the author, what nobody known has written counts as theirs.
        """
        listed = customer.tickets[-CONSIDERED:] if customer else ()
        ids = [TicketId(mention.id), *reversed(listed)]
        if mention.in_reply_to:
            ids.append(TicketId(mention_id(mention.platform, mention.in_reply_to)))
        found = {one.id: one for one in self._tickets.some(tuple(dict.fromkeys(ids)))}
        # A listing may lag behind; what it leaves out decides, so it is asked for by itself.
        missing = (id for id in listed if id not in found)
        found |= {one.id: one for id in missing if (one := self._tickets.get(id)) is not None}
        known = tuple(
            one
            for one in found.values()
            if one.has(mention.id) or one.id in listed or _is_theirs(one, customer)
        )
        return known, frozenset(id for id in listed if id not in found)

    def _joined(
        self,
        ticket: Ticket,
        mention: Mention,
        place: Place,
        incident_id: IncidentId | None,
        desk: Desk,
        now: datetime,
    ) -> Ticket:
        urgency = place.score.urgency
        changed = joined(
            ticket,
            Post(mention=mention, mood=signed_mood(place.score)),
            place.score,
            now=now,
            due_at=desk.answering.due_at(
                mention.said_at,
                ticket.urgency if urgency is Urgency.IGNORE else urgency,
                desk.answering_hours,
            ),
            is_thanks=place.is_quiet,
        )
        if incident_id is not None:
            changed = replace(changed, incident_id=incident_id)
        self._tickets.save(changed)
        log.info("mention_joined", extra={"mention": mention.id, "ticket": ticket.id})
        return changed

    def _opened(
        self,
        mention: Mention,
        place: Place,
        customer: Customer | None,
        gone: frozenset[TicketId],
        incident_id: IncidentId | None,
        desk: Desk,
        now: datetime,
    ) -> Ticket:
        if customer is not None:
            listing = customer.without_tickets(gone).with_ticket(TicketId(mention.id), now=now)
            self._customers.save(listing)
        ticket = ticket_for(
            mention,
            place.score,
            incident_id=incident_id,
            now=now,
            due_at=desk.answering.due_at(
                mention.said_at, place.score.urgency, desk.answering_hours
            ),
            customer=customer.id if customer else None,
            is_thanks=place.is_quiet,
        )
        if not self._tickets.add(ticket):
            return self._tickets.get(ticket.id) or ticket
        log.info("ticket_opened", extra={"ticket": ticket.id, "is_thanks": ticket.is_thanks})
        return ticket


def _is_opening(customer: Customer, gone: Collection[TicketId], now: datetime) -> bool:
    """Whether the ticket that was listed last may be stored at this moment."""
    return any(id in gone for id in customer.tickets[-1:]) and customer.may_be_opening(now)


def _is_theirs(ticket: Ticket, customer: Customer | None) -> bool:
    profile = profile_of(ticket.mention)
    return profile is None if customer is None else customer.has_profile(profile)
