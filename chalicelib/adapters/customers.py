"""Customers in DynamoDB, beside their tickets: one item for each profile.

`customer#<profile key>`/`customer` has `version` and one of two: `person` (the customer of that
id) or `leads_to` (the id of the customer to whom that profile belongs). Since both stand in the
same place, whoever changes a person and whoever links them to another cannot both succeed.

No item has a handle in its key, only digests. An item expires when it has not been written for
as long as anything is kept.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.adapters.items import find, put_if
from chalicelib.adapters.tables import TicketsTable, bound
from chalicelib.adapters.values import from_text, to_text
from chalicelib.domain.customer import MOST_NOTES, MOST_TICKETS, Customer, Profile
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import CustomerId

MOST_STEPS = 10
"""Links that are followed, and tries of a link against others who write at once."""

REFRESHED_EACH = timedelta(days=30)
"""A link is written anew when so much of its time is over."""


class DynamoCustomers:
    """Customers in the table of the conversations."""

    def __init__(
        self,
        table: str,
        *,
        retention_days: int,
        now: Callable[[], datetime],
        region: str | None = None,
    ) -> None:
        """`now` tells from when retention counts."""
        self._items = bound(TicketsTable, table, region)
        self._retention = timedelta(days=retention_days)
        self._now = now

    def of(self, profile: Profile) -> Customer:
        customer = self.get(profile.key) or Customer(id=profile.key, profiles=())
        return customer.with_profile(profile)

    def get(self, id: CustomerId) -> Customer | None:
        for _ in range(MOST_STEPS):
            item = self._find(id)
            if item is None:
                return None
            if item.leads_to is None:
                return _customer(item)
            id = CustomerId(item.leads_to)
        raise StaleWrite(f"customer {id}: links without an end; link the profiles once more")

    def save(self, customer: Customer) -> Customer:
        """The person first, then whatever else is to lead to them.

        A crash in between leaves a profile that still has a person of its own. Nothing of that
        is lost: the next save of this customer takes in what has gathered there since, before
        the profile leads here.
        """
        saved = self._put(customer)
        for profile in customer.profiles:
            if profile.key != customer.id:
                saved = self._led_here(saved, profile.key)
        return saved

    def erase(self, id: CustomerId) -> None:
        """The person last: while they are there, their profiles are known."""
        customer = self.get(id)
        if customer is None:
            return
        for key in sorted({id, *(one.key for one in customer.profiles)} - {customer.id}):
            item = self._find(key)
            if item is not None and item.leads_to in (None, customer.id):
                item.delete()
        self._items(_place(customer.id), "customer").delete()

    def _led_here(self, customer: Customer, key: CustomerId) -> Customer:
        """The customer, to whom that profile leads now.

        Always in this order: read what is there, write the person, put the link. Of two people
        who are linked to each other at once, one then finds the other changed; without the
        write in between both could end as links, and nobody would be left.
        """
        for _ in range(MOST_STEPS):
            item = self._find(key)
            if item is not None and item.leads_to == customer.id:
                if item.expires_at < self._now() + self._retention - REFRESHED_EACH:
                    self._link(key, customer.id, instead_of=item)
                return customer
            if item is not None and item.leads_to is None:
                customer = _with_all_of(customer, _customer(item))
            customer = self._put(customer)
            if self._link(key, customer.id, instead_of=item):
                return customer
        raise StaleWrite(f"a profile of customer {customer.id} was changed by others at once")

    def _put(self, customer: Customer) -> Customer:
        """Over the version it was made from."""
        items, before = self._items, customer.version
        after = replace(customer, version=before + 1)
        item = items(
            _place(customer.id),
            "customer",
            person=to_text(after),
            version=after.version,
            expires_at=self._now() + self._retention,
        )
        is_it = items.person.exists() & (items.version == before)
        if not put_if(item, is_it if before else items.pk.does_not_exist()):
            raise StaleWrite(f"customer {customer.id} was changed by somebody else")
        return after

    def _link(self, key: CustomerId, id: CustomerId, *, instead_of: TicketsTable | None) -> bool:
        """Whether what stands there was still as it was read."""
        items = self._items
        before = int(instead_of.version) if instead_of else 0
        item = items(
            _place(key),
            "customer",
            leads_to=id,
            version=before + 1,
            expires_at=self._now() + self._retention,
        )
        return put_if(item, items.version == before if before else items.pk.does_not_exist())

    def _find(self, id: CustomerId) -> TicketsTable | None:
        return find(self._items, _place(id), "customer")


def _place(id: CustomerId) -> str:
    return f"customer#{id}"


def _customer(item: TicketsTable) -> Customer:
    return from_text(Customer, item.person, item.pk)


def _with_all_of(customer: Customer, other: Customer) -> Customer:
    """The customer with what is known of the other and not yet of them."""
    notes = dict.fromkeys((*customer.notes, *other.notes))
    further = tuple(id for id in other.tickets if id not in customer.tickets)
    further_profiles = (one for one in other.profiles if not customer.has_profile(one))
    listed = [one.listed_at for one in (customer, other) if one.listed_at is not None]
    return replace(
        customer,
        profiles=(*customer.profiles, *further_profiles),
        notes=tuple(sorted(notes, key=lambda note: note.at))[-MOST_NOTES:],
        tickets=(*further, *customer.tickets)[-MOST_TICKETS:],
        listed_at=max(listed, default=None),
    )


if TYPE_CHECKING:
    from chalicelib.ports import Customers

    _: type[Customers] = DynamoCustomers
