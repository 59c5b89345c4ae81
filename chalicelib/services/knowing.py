"""The customer beside the ticket: who they are to us, over all that they have said."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chalicelib.domain.customer import Customer, Mark, Profile, mark_of, profile_of
from chalicelib.domain.errors import BadInput, NotFound, OutOfDate, StaleWrite
from chalicelib.domain.mention import MAX_NAME
from chalicelib.domain.ticket import (
    AgentId,
    Card,
    CustomerId,
    MoodAt,
    Note,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketId,
    card_of,
)
from chalicelib.domain.ticket.holding import MAX_NOTE
from chalicelib.ports import Customers, Tickets

log = logging.getLogger("nightdesk.knowing")

SHOWN = 25
"""Tickets of a customer that are read for the panel, newest first."""

RACES = 5
"""How often a change is tried anew when somebody else was faster."""

T = TypeVar("T")

_PLATFORM = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCustomer:
    """What is known of the author of a ticket."""

    customer: Customer
    """Without an id and profiles where nobody knows who wrote."""
    tickets: tuple[Card, ...]
    """The newest `SHOWN`, newest first, that one included; open ones of other profiles too."""
    moods: tuple[MoodAt, ...]
    """Over all of these tickets, oldest first."""
    mark: Mark | None
    reach: int
    """The most followers that any of their profiles had."""
    is_verified: bool


class Knowing:
    """Knows customers."""

    def __init__(self, *, tickets: Tickets, customers: Customers) -> None:
        self._tickets = tickets
        self._customers = customers

    def customer(self, ticket: Ticket) -> KnownCustomer:
        """What is known of the author of a ticket: two reads."""
        customer = self._of(ticket) or Customer(id=CustomerId(""), profiles=())
        ids = tuple(dict.fromkeys((ticket.id, *reversed(customer.tickets))))[:SHOWN]
        others = [one for one in self._tickets.some(ids) if one.id != ticket.id]
        tickets = sorted((ticket, *others), key=lambda one: (one.opened_at, one.id), reverse=True)
        moods = tuple(sorted((mood for one in tickets for mood in one.moods), key=lambda m: m.at))
        mentions = [mention for one in tickets for mention in one.mentions]
        return KnownCustomer(
            customer=customer,
            tickets=tuple(card_of(one) for one in tickets),
            moods=moods,
            mark=mark_of(moods),
            reach=max(one.reach for one in mentions),
            is_verified=any(one.author.is_verified for one in mentions if one.author),
        )

    def note(self, id: CustomerId, by: AgentId, text: str, *, now: datetime) -> Customer:
        """A word among agents that stays with the person. Raises NotFound, BadInput for an empty
        or too long one, or one too many."""
        text = text.strip()
        if not text:
            raise BadInput("text: the note is empty")
        if len(text) > MAX_NOTE:
            raise BadInput(f"text: {len(text)} characters; at most {MAX_NOTE} are taken")
        note = Note(by=by, at=now, text=text)

        def noted() -> Customer:
            customer = self._customers.get(id) if id else None
            if customer is None:
                raise NotFound(f"there is no customer {id}")
            return self._customers.save(customer.with_note(note))

        saved = _in_peace(noted)
        log.info("customer_noted", extra={"customer": saved.id, "by": by})
        return saved

    def link(
        self,
        id: TicketId,
        platform: str,
        handle: str,
        by: AgentId,
        *,
        now: datetime,
        expected: int | None = None,
    ) -> Ticket:
        """The author of a ticket is also `handle` on `platform`, whether or not they have ever
        written to us there. Both are one person from now on: what they write next joins their
        newest ticket. Open tickets of both stay as they are.

        Raises NotFound, OutOfDate, BadInput when nobody knows the author, or for what is no
        profile or the author's own.
        """
        profile = profile_named(platform, handle)
        ticket = self._ticket(id)
        if expected is not None and ticket.version != expected:
            raise OutOfDate(f"ticket {id} has changed since; look again")
        if (own := profile_of(ticket.mention)) is None:
            raise BadInput("handle: nobody knows who wrote this, so nobody can be linked")
        if own.key == profile.key:
            raise BadInput("handle: this is whom the ticket is of; name another profile")

        def linked() -> Customer:
            customer = self._of(ticket) or self._customers.of(own)
            if customer.has_profile(profile):
                return customer
            return self._customers.save(customer.linked(self._customers.of(profile)))

        customer = _in_peace(linked)

        def told() -> Ticket:
            fresh = self._ticket(id)
            says = f"{profile.handle} ({profile.platform})"
            if any(one.kind is TicketActKind.LINKED and one.text == says for one in fresh.acts):
                return fresh
            act = TicketAct(kind=TicketActKind.LINKED, at=now, by=by, text=says)
            changed = fresh.changed(act, customer=customer.id)
            self._tickets.save(changed)
            return changed

        told_ticket = _in_peace(told)
        log.info("customer_linked", extra={"customer": customer.id, "ticket": id, "by": by})
        return told_ticket

    def _ticket(self, id: TicketId) -> Ticket:
        ticket = self._tickets.get(id)
        if ticket is None:
            raise NotFound(f"there is no ticket {id}")
        return ticket

    def _of(self, ticket: Ticket) -> Customer | None:
        """The author, by the ticket's word or, where it is older than customers are, by name."""
        customer = self._customers.get(ticket.customer) if ticket.customer else None
        if customer is not None:
            return customer
        profile = profile_of(ticket.mention)
        return self._customers.of(profile) if profile else None


def profile_named(platform: str, handle: str) -> Profile:
    """A profile as a person has typed it. Raises BadInput."""
    platform, handle = platform.strip().lower(), handle.strip().removeprefix("@")
    if not _PLATFORM.fullmatch(platform):
        raise BadInput(f"platform: {platform[:40]!r}; use a name such as mastodon")
    if not handle or len(handle) > MAX_NAME or not handle.isprintable() or " " in handle:
        raise BadInput(f"handle: {handle[:40]!r}; write it as the platform does, without spaces")
    return Profile(platform=platform, handle=handle)


def _in_peace(change: Callable[[], T]) -> T:
    """The change, tried anew while others are faster."""
    for _ in range(RACES - 1):
        try:
            return change()
        except StaleWrite:
            continue
    return change()
