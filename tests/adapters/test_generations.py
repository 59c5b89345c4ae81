"""Generations of calendars, in memory and in DynamoDB."""

from tests.adapters.stores import Stores, race


def test_a_calendar_that_was_never_renewed_is_of_generation_zero(stores: Stores) -> None:
    assert stores.generations.of("person", "ana") == 0
    assert stores.generations.all() == {}


def test_each_renewal_is_a_generation_of_its_own_and_touches_no_other(stores: Stores) -> None:
    assert stores.generations.renew("person", "ana") == 1
    assert stores.generations.renew("person", "ana") == 2
    assert stores.generations.renew("schedule", "ana") == 1
    assert stores.generations.of("person", "ana") == 2
    assert stores.generations.of("person", "ben") == 0
    assert stores.generations.all() == {("person", "ana"): 2, ("schedule", "ana"): 1}


def test_of_two_renewals_at_once_none_is_lost(stores: Stores) -> None:
    numbers = race(*[lambda: stores.generations.renew("person", "ana")] * 4)
    assert sorted(map(str, numbers)) == ["1", "2", "3", "4"]
