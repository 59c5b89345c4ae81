"""What reading took, and what was paid for on a day."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.ports import ReadUsage
from tests.adapters.stores import Stores, calls, item, items, memory_stores, race

MONTH = "2026-11"
DAY = date(2026, 11, 21)
ONE = ReadUsage(calls=2, posts=1, spent=Decimal("0.005"))


def test_a_month_adds_up_exactly_and_apart_from_others(stores: Stores) -> None:
    assert stores.usages.add("x", MONTH, ONE) == ONE
    total = stores.usages.add("x", MONTH, ReadUsage(calls=1, spent=Decimal("0.0000000001")))
    stores.usages.add("x", "2026-12", ONE)
    stores.usages.add("blog", MONTH, ONE)

    assert total == ReadUsage(calls=3, posts=1, spent=Decimal("0.0050000001"))
    assert stores.usages.of(MONTH) == {"x": total, "blog": ONE}
    assert stores.usages.of("2026-12") == {"x": ONE}


def test_to_add_nothing_is_to_look(stores: Stores) -> None:
    assert stores.usages.add("x", MONTH, ReadUsage()) == ReadUsage()
    assert stores.usages.of(MONTH) == {}
    stores.usages.add("x", MONTH, ONE)
    assert stores.usages.add("x", MONTH, ReadUsage()) == ONE


def test_a_name_that_begins_like_a_month_is_that_sources_alone(stores: Stores) -> None:
    stores.usages.add("2026-11", "2026-1", ONE)
    assert stores.usages.of(MONTH) == {}


def test_pulls_at_once_lose_no_cent(stores: Stores) -> None:
    race(*[lambda: stores.usages.add("x", MONTH, ONE)] * 8)
    assert stores.usages.of(MONTH)["x"] == ReadUsage(calls=16, posts=8, spent=Decimal("0.040"))


@settings(max_examples=30)
@given(st.lists(st.decimals(0, 1000, places=6), max_size=12), st.randoms())
def test_money_adds_up_in_any_order_and_split_anyhow(
    amounts: list[Decimal], chance: Random
) -> None:
    usages = memory_stores().usages
    for amount in amounts:
        usages.add("x", MONTH, ReadUsage(spent=amount))
    mixed = list(amounts)
    chance.shuffle(mixed)
    for amount in mixed:
        usages.add("y", MONTH, ReadUsage(spent=amount))

    sums = usages.of(MONTH)
    assert sums.get("x") == sums.get("y")
    assert sums.get("x", ReadUsage()).spent == sum(amounts, Decimal(0))


def test_what_was_paid_for_is_known_by_account_by_what_it_is_and_by_day(stores: Stores) -> None:
    paid = stores.paid
    assert paid.fresh("key", "x.post", ["1", "2", "1"], day=DAY) == ("1", "2")
    paid.remember("key", "x.post", ["1", "1", "3"], day=DAY)

    assert paid.fresh("key", "x.post", ["1", "2", "3"], day=DAY) == ("2",)
    assert paid.fresh("other", "x.post", ["1"], day=DAY) == ("1",)
    assert paid.fresh("key", "x.user", ["1"], day=DAY) == ("1",)
    assert paid.fresh("key", "x.post", ["1"], day=DAY + timedelta(days=1)) == ("1",)


def test_hundreds_are_looked_up_and_remembered_at_once(stores: Stores) -> None:
    ids = [f"post {number} \ud83d" for number in range(250)]
    stores.paid.remember("key", "x.post", ids[:230], day=DAY)

    assert stores.paid.fresh("key", "x.post", ids, day=DAY) == tuple(ids[230:])
    assert stores.paid.fresh("key", "x.post", [], day=DAY) == ()
    stores.paid.remember("key", "x.post", [], day=DAY)


# --- on DynamoDB -------------------------------------------------------------------------


def test_a_pull_costs_one_write_and_its_sum_stays(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.usages.add("x", MONTH, ONE)
    assert asked == ["UpdateItem"]
    found = item(dynamo, "desk", "reading", f"{MONTH}#x")
    assert {name: found[name] for name in ("calls", "posts", "spent")} == {
        "calls": {"N": "2"},
        "posts": {"N": "1"},
        "spent": {"N": "0.005"},
    }
    assert "expires_at" not in found


def test_what_was_paid_for_is_gone_in_days_and_names_no_post(dynamo: Stores) -> None:
    dynamo.paid.remember("key", "x.post", ["1846987139428634858"], day=DAY)
    (found,) = items(dynamo, "desk")

    assert found["pk"]["S"] == "paid"
    assert "1846987139428634858" not in found["sk"]["S"]
    assert set(found) == {"pk", "sk", "expires_at"}
