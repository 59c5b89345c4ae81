"""People and their profiles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.customers import DynamoCustomers
from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.ticket import AgentId, CustomerId, Note, TicketId
from tests import strategies
from tests.adapters.stores import RETENTION_DAYS, Stores, calls, item, items, race, table_name
from tests.builders import NOW
from tests.fakes import Crash

CARLA = Profile(platform="mastodon", handle="carla@social.example")
CARLA_HN = Profile(platform="hackernews", handle="carla99")
CARLA_BLOG = Profile(platform="feed", handle="Carla")
ALL = (CARLA, CARLA_HN, CARLA_BLOG)


def note(text: str, at: datetime = NOW) -> Note:
    return Note(by=AgentId("gus"), at=at, text=text)


def known(stores: Stores, profile: Profile, *tickets: str) -> Customer:
    """Somebody who has had these tickets."""
    customer = stores.customers.of(profile)
    for ticket in tickets:
        customer = customer.with_ticket(TicketId(ticket), now=NOW)
    return stores.customers.save(customer)


def test_who_is_not_known_is_a_fresh_customer_of_that_profile(stores: Stores) -> None:
    found = stores.customers.of(CARLA)
    assert found == Customer(id=CARLA.key, profiles=(CARLA,))
    assert stores.customers.get(CARLA.key) is None


@given(tickets=strategies.tuples_of(strategies.names), notes=strategies.tuples_of(st.text()))
@settings(max_examples=15)
def test_a_customer_comes_back_as_stored(
    new_stores: Callable[[], Stores], tickets: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    customers = new_stores().customers
    customer = replace(
        customers.of(CARLA),
        tickets=tuple(TicketId(one) for one in tickets),
        notes=tuple(note(one) for one in notes),
    )
    saved = customers.save(customer)
    assert saved == replace(customer, version=1)
    assert customers.get(CARLA.key) == customers.of(CARLA) == saved


def test_every_spelling_of_a_handle_is_one_customer(stores: Stores) -> None:
    saved = known(stores, CARLA, "t-1")
    assert stores.customers.of(replace(CARLA, handle="CARLA@Social.example")) == saved


def test_of_many_who_save_at_once_one_does(stores: Stores) -> None:
    for tickets in ("a", "b"):
        there = stores.customers.of(CARLA)
        changes = [
            there.with_ticket(TicketId(f"{tickets}-{number}"), now=NOW) for number in range(4)
        ]
        results = race(*[lambda one=one: stores.customers.save(one) for one in changes])
        assert [type(result) for result in results].count(StaleWrite) == 3
        (saved,) = [result for result in results if isinstance(result, Customer)]
        assert stores.customers.of(CARLA) == saved


def test_what_was_linked_is_found_by_either_profile_with_all_that_is_known(
    stores: Stores,
) -> None:
    first, other = known(stores, CARLA, "t-1"), known(stores, CARLA_HN, "t-2")
    other = stores.customers.save(other.with_note(note("prefers mail")))
    linked = stores.customers.save(first.linked(other))
    assert set(linked.profiles) == {CARLA, CARLA_HN}
    assert set(linked.tickets) == {"t-1", "t-2"}
    assert linked.notes == (note("prefers mail"),)
    for profile in (CARLA, CARLA_HN):
        assert stores.customers.of(profile) == stores.customers.get(profile.key) == linked


def test_a_profile_that_nobody_knew_can_be_linked(stores: Stores) -> None:
    first = known(stores, CARLA, "t-1")
    linked = stores.customers.save(first.linked(stores.customers.of(CARLA_HN)))
    assert stores.customers.of(CARLA_HN) == linked


@pytest.mark.parametrize("order", list(permutations(ALL)))
def test_links_of_links_lead_to_one_person(stores: Stores, order: tuple[Profile, ...]) -> None:
    a, b, c = order
    for number, profile in enumerate(ALL):
        known(stores, profile, f"t-{number}")
    customers = stores.customers
    customers.save(customers.of(a).linked(customers.of(b)))
    customers.save(customers.of(c).linked(customers.of(b)))
    found = {customers.of(profile).id for profile in ALL}
    assert found == {c.key}
    assert set(customers.of(a).tickets) == {"t-0", "t-1", "t-2"}
    assert set(customers.of(a).profiles) == set(ALL)


def test_who_was_linked_meanwhile_is_not_written_over(stores: Stores) -> None:
    first, other = known(stores, CARLA, "t-1"), known(stores, CARLA_HN, "t-2")
    stores.customers.save(first.linked(other))
    with pytest.raises(StaleWrite):
        stores.customers.save(other.with_ticket(TicketId("t-3"), now=NOW))
    with pytest.raises(StaleWrite):
        stores.customers.save(Customer(id=CARLA_HN.key, profiles=(CARLA_HN,)))


def test_linked_to_each_other_at_once_they_are_one_person_and_nothing_is_lost(
    stores: Stores,
) -> None:
    for round_ in range(8):
        left, right = (
            Profile(platform="mastodon", handle=f"{name}{round_}") for name in ("left", "right")
        )
        one, other = known(stores, left, "t-left"), known(stores, right, "t-right")
        race(
            partial(stores.customers.save, one.linked(other)),
            partial(stores.customers.save, other.linked(one)),
        )
        # Whoever was told to look again does so.
        for first, second in ((left, right), (right, left)):
            there = stores.customers.of(first)
            if (linked := there.linked(stores.customers.of(second))) is not there:
                stores.customers.save(linked)
        found = stores.customers.of(left)
        assert found == stores.customers.of(right)
        assert set(found.tickets) == {"t-left", "t-right"}


def test_a_ticket_that_comes_while_two_are_linked_is_not_lost(stores: Stores) -> None:
    for round_ in range(8):
        left, right = (
            Profile(platform="mastodon", handle=f"{name}{round_}") for name in ("left", "right")
        )
        one, other = known(stores, left, "t-left"), known(stores, right, "t-right")
        late = TicketId("t-late")
        _, added = race(
            partial(stores.customers.save, one.linked(other)),
            partial(stores.customers.save, other.with_ticket(late, now=NOW)),
        )
        if isinstance(added, StaleWrite):
            stores.customers.save(stores.customers.of(right).with_ticket(late, now=NOW))
        found = stores.customers.of(left)
        assert found == stores.customers.of(right)
        assert set(found.tickets) == {"t-left", "t-right", "t-late"}


@pytest.mark.parametrize("asked", ALL)
def test_who_is_erased_is_a_stranger_by_every_profile(stores: Stores, asked: Profile) -> None:
    customers = stores.customers
    for profile in ALL:
        known(stores, profile, profile.handle)
    customers.save(customers.of(CARLA).linked(customers.of(CARLA_HN)))
    customers.save(customers.of(CARLA).linked(customers.of(CARLA_BLOG)))
    somebody = known(stores, Profile(platform="mastodon", handle="otto"), "t-9")

    customers.erase(asked.key)

    for profile in ALL:
        assert customers.of(profile) == Customer(id=profile.key, profiles=(profile,))
    assert customers.get(somebody.id) == somebody
    customers.erase(asked.key)
    customers.erase(CustomerId("c-nobody"))


def test_who_was_erased_begins_anew(stores: Stores) -> None:
    before = known(stores, CARLA, "t-1")
    stores.customers.erase(CARLA.key)
    with pytest.raises(StaleWrite):
        stores.customers.save(before.with_ticket(TicketId("t-2"), now=NOW))
    assert known(stores, CARLA, "t-3").tickets == ("t-3",)


# --- on DynamoDB -------------------------------------------------------------------------


def test_to_know_somebody_costs_one_reading_and_to_save_them_one_write(dynamo: Stores) -> None:
    known(dynamo, CARLA, "t-1")
    with calls(dynamo) as asked:
        dynamo.customers.save(dynamo.customers.of(CARLA).with_ticket(TicketId("t-2"), now=NOW))
    assert asked == ["GetItem", "PutItem"]


def test_no_handle_stands_in_a_key_and_what_is_not_heard_of_expires(dynamo: Stores) -> None:
    customer = known(dynamo, CARLA, "t-1")
    dynamo.customers.save(customer.linked(dynamo.customers.of(CARLA_HN)))
    found = items(dynamo, "conversations")
    ends_at = int((NOW + timedelta(days=RETENTION_DAYS)).timestamp())
    assert {one["pk"]["S"] for one in found} == {
        f"customer#{CARLA.key}",
        f"customer#{CARLA_HN.key}",
    }
    assert {one["expires_at"]["N"] for one in found} == {str(ends_at)}
    link = item(dynamo, "conversations", f"customer#{CARLA_HN.key}", "customer")
    assert link["leads_to"] == {"S": CARLA.key}
    assert "person" not in link


def test_a_link_lives_as_long_as_the_person_is_heard_of(dynamo: Stores) -> None:
    customer = known(dynamo, CARLA, "t-1")
    dynamo.customers.save(customer.linked(dynamo.customers.of(CARLA_HN)))
    later = NOW + timedelta(days=300)
    customers = DynamoCustomers(
        table_name(dynamo.stage, "conversations"), retention_days=RETENTION_DAYS, now=lambda: later
    )
    customers.save(customers.of(CARLA).with_ticket(TicketId("t-2"), now=NOW))
    link = item(dynamo, "conversations", f"customer#{CARLA_HN.key}", "customer")
    ends_at = later + timedelta(days=RETENTION_DAYS)
    assert link["expires_at"] == {"N": str(int(ends_at.timestamp()))}
    with calls(dynamo) as asked:
        customers.save(customers.of(CARLA).with_ticket(TicketId("t-3"), now=NOW))
    assert asked == ["GetItem", "PutItem", "GetItem"], "not with every change"


class Dying(DynamoCustomers):
    """Dies before its write of that number."""

    def __init__(self, stores: Stores, *, dies_at: int) -> None:
        super().__init__(
            table_name(stores.stage, "conversations"), retention_days=400, now=lambda: NOW
        )
        self._left = dies_at

    def _written(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise Crash

    def _put(self, customer: Customer) -> Customer:
        self._written()
        return super()._put(customer)

    def _link(self, *args: object, **kwargs: object) -> bool:
        self._written()
        return super()._link(*args, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_link_that_was_cut_off_loses_nothing_and_is_completed_by_the_next(
    dynamo: Stores, dies_at: int
) -> None:
    first, other = known(dynamo, CARLA, "t-1"), known(dynamo, CARLA_HN, "t-2")
    with pytest.raises(Crash):
        Dying(dynamo, dies_at=dies_at).save(first.linked(other))

    # Meanwhile both go on by themselves.
    customers = dynamo.customers
    customers.save(
        customers.of(CARLA_HN).with_ticket(TicketId("t-3"), now=NOW).with_note(note("n"))
    )
    customers.save(customers.of(CARLA).linked(customers.of(CARLA_HN)))

    found = customers.of(CARLA)
    assert found == customers.of(CARLA_HN)
    assert set(found.tickets) == {"t-1", "t-2", "t-3"}
    assert found.notes == (note("n"),)


class Interrupted(DynamoCustomers):
    """Lets somebody else act just before its first link is written."""

    def __init__(self, stores: Stores, meanwhile: Callable[[], object]) -> None:
        super().__init__(
            table_name(stores.stage, "conversations"), retention_days=400, now=lambda: NOW
        )
        self._meanwhile = [meanwhile]

    def _link(self, *args: object, **kwargs: object) -> bool:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super()._link(*args, **kwargs)  # type: ignore[arg-type]


def test_two_that_are_linked_to_each_other_do_not_both_become_links(dynamo: Stores) -> None:
    one, other = known(dynamo, CARLA, "t-1"), known(dynamo, CARLA_HN, "t-2")
    the_other_way = partial(dynamo.customers.save, other.linked(one))
    with pytest.raises(StaleWrite):
        Interrupted(dynamo, the_other_way).save(one.linked(other))
    found = dynamo.customers.of(CARLA)
    assert found == dynamo.customers.of(CARLA_HN)
    assert set(found.tickets) == {"t-1", "t-2"}


def test_who_was_emptied_is_known_again_by_the_profile_they_come_back_with(stores: Stores) -> None:
    """Nothing is kept of them but that somebody was there."""
    carla = known(stores, CARLA, "t")
    stores.customers.save(replace(carla, profiles=(), tickets=()))
    there = stores.customers.get(CARLA.key)
    assert there is not None
    assert "carla" not in repr(there)
    again = stores.customers.of(CARLA)
    assert (again.profiles, again.tickets) == ((CARLA,), ())
    assert again.version == there.version
