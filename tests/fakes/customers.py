"""Customers in memory."""

from dataclasses import replace
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING

from chalicelib.domain.customer import MOST_NOTES, MOST_TICKETS, Customer, Profile
from chalicelib.domain.erasure import ErasedPost, Erasure
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import CustomerId


class FakeCustomers:
    """Keeps people, and under the key of each profile who it leads to."""

    def __init__(self) -> None:
        self._people: dict[CustomerId, Customer] = {}
        self._leads_to: dict[CustomerId, CustomerId] = {}
        self._lock = RLock()

    def all(self) -> tuple[Customer, ...]:
        return tuple(self._people.values())

    def of(self, profile: Profile) -> Customer:
        customer = self.get(profile.key) or Customer(id=profile.key, profiles=())
        return customer.with_profile(profile)

    def get(self, id: CustomerId) -> Customer | None:
        with self._lock:
            while id in self._leads_to:
                id = self._leads_to[id]
            return self._people.get(id)

    def save(self, customer: Customer) -> Customer:
        with self._lock:
            there = self._people.get(customer.id)
            if (there.version if there else 0) != customer.version:
                raise StaleWrite(f"customer {customer.id} was changed by somebody else")
            if customer.id in self._leads_to:
                raise StaleWrite(f"customer {customer.id} is known as another by now")
            for profile in customer.profiles:
                if profile.key == customer.id:
                    continue
                other = self._people.pop(profile.key, None)
                self._leads_to[profile.key] = customer.id
                customer = _with_all_of(customer, other) if other else customer
            saved = replace(customer, version=customer.version + 1)
            self._people[saved.id] = saved
            return saved

    def erase(self, id: CustomerId) -> None:
        with self._lock:
            if (customer := self.get(id)) is None:
                return
            del self._people[customer.id]
            for key in [key for key, to in self._leads_to.items() if to == customer.id]:
                del self._leads_to[key]


class FakeErasures:
    """Keeps who was forgotten when, and which posts were erased."""

    def __init__(self) -> None:
        self._kept: list[Erasure] = []
        self._posts: dict[tuple[datetime, str], ErasedPost] = {}

    def keep(self, erasure: Erasure) -> None:
        self._kept.append(erasure)

    def all(self) -> tuple[Erasure, ...]:
        return tuple(sorted(self._kept, key=lambda one: (one.at, one.person)))

    def keep_post(self, erased: ErasedPost) -> None:
        self._posts[erased.found_at, erased.post] = erased

    def posts(self) -> tuple[ErasedPost, ...]:
        return tuple(self._posts[place] for place in sorted(self._posts))


def _with_all_of(customer: Customer, other: Customer) -> Customer:
    further = tuple(id for id in other.tickets if id not in customer.tickets)
    notes = dict.fromkeys((*customer.notes, *other.notes))
    return replace(
        customer,
        profiles=tuple(dict.fromkeys((*customer.profiles, *other.profiles))),
        notes=tuple(sorted(notes, key=lambda note: note.at))[-MOST_NOTES:],
        tickets=(*further, *customer.tickets)[-MOST_TICKETS:],
    )


if TYPE_CHECKING:
    from chalicelib.ports import Customers, Erasures

    _customers: type[Customers] = FakeCustomers
    _erasures: type[Erasures] = FakeErasures
