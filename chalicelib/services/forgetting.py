"""Forgetting a person: all that they wrote and all that is known of them, with a proof.

What finds the rest goes last, so that a call that died in the middle can be repeated.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.background import author_name
from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.erasure import Erasure, person_digest
from chalicelib.domain.errors import NotFound
from chalicelib.domain.incident import Incident, IncidentId
from chalicelib.domain.ticket import TicketId
from chalicelib.ports import (
    Backgrounds,
    Customers,
    Desks,
    Erasures,
    Incidents,
    Mentions,
    Tickets,
    Written,
)
from chalicelib.services.opening import changed_incident

log = logging.getLogger("nightdesk.forgetting")

TICKETS_AT_ONCE = 500
"""Tickets of one person that a call finds by its listing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What there is of a person."""

    customer: Customer
    tickets: tuple[TicketId, ...]
    written: tuple[Written, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.tickets or self.written or self.customer.version)


class Forgetting:
    """Finds all there is of a person, and removes it."""

    def __init__(
        self,
        *,
        desks: Desks,
        mentions: Mentions,
        tickets: Tickets,
        customers: Customers,
        incidents: Incidents,
        backgrounds: Backgrounds,
        erasures: Erasures,
        pepper: Callable[[], bytes],
    ) -> None:
        self._desks = desks
        self._mentions = mentions
        self._tickets = tickets
        self._customers = customers
        self._incidents = incidents
        self._backgrounds = backgrounds
        self._erasures = erasures
        self._pepper = pepper

    def remembered(self, profile: Profile) -> Remembered:
        """What there is of whoever has this profile, their linked profiles included."""
        customer = self._customers.of(profile)
        written = self._mentions.written_by(customer.profiles)
        known = {customer.id, *(one.key for one in customer.profiles)}
        listed = (
            ticket
            for id in sorted(known)
            for ticket in self._tickets.of_customer(id, limit=TICKETS_AT_ONCE)
        )
        opened = (TicketId(one.mention.id) for one in written)
        ids = dict.fromkeys((*customer.tickets, *listed, *opened))
        there = tuple(id for id in ids if self._tickets.get(id) is not None)
        return Remembered(customer=customer, tickets=there, written=written)

    def forget(self, profile: Profile, *, now: datetime) -> Erasure:
        """Remove all there is of whoever has this profile; repeated, it finds what is left.

        Raises NotFound when there is nothing of them.
        """
        found = self.remembered(profile)
        if found.is_nothing:
            raise NotFound(f"nothing is known of {profile.handle} on {profile.platform}")
        for id in found.tickets:
            self._tickets.erase(id)
        self._forget_histories(found)
        belongs_to = {id for one in found.written for id in one.incident_ids}
        taken_out = sum(self._took_out(id, found.customer) for id in sorted(belongs_to))
        for one in found.written:
            self._mentions.erase(one.mention.id)
        self._customers.erase(found.customer.id)
        erasure = Erasure(
            at=now,
            person=person_digest(profile, self._pepper()),
            profiles=len(found.customer.profiles),
            tickets=len(found.tickets),
            mentions=len(found.written),
            incidents=taken_out,
        )
        self._erasures.keep(erasure)
        log.info(
            "person_forgotten",
            extra={
                "person": erasure.person,
                "tickets": erasure.tickets,
                "mentions": erasure.mentions,
                "incidents": erasure.incidents,
            },
        )
        return erasure

    def _forget_histories(self, found: Remembered) -> None:
        brands = {one.id for one in self._desks.current().brands}
        brands |= {one.mention.brand for one in found.written}
        for profile in found.customer.profiles:
            for brand in sorted(brands):
                self._backgrounds.erase(author_name(brand, profile))

    def _took_out(self, id: IncidentId, customer: Customer) -> bool:
        """Whether the person was quoted in an incident, which then says so no more."""

        def bare(incident: Incident) -> Incident:
            quoted = Profile(platform=incident.platform, handle=incident.author)
            if not incident.author or not customer.has_profile(quoted):
                return incident
            version = incident.version + 1
            return replace(incident, quote="", author="", url="", version=version)

        return changed_incident(self._incidents, id, bare)
