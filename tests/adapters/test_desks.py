from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from chalicelib.adapters.desks import DynamoDesks
from chalicelib.domain.cost import Price, PriceKind
from chalicelib.domain.cost.bill import BillSource
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import BadInput, NotFound
from chalicelib.domain.finance import BillSettings, Budget, Finance
from tests import strategies
from tests.adapters.stores import Stores, delete, item, items, put, race, table_name
from tests.builders import ANA, NOW, PHONES, a_desk, a_responder


@given(desk=strategies.desks())
@settings(max_examples=25)
def test_a_desk_comes_back_as_it_was(new_stores: Callable[[], Stores], desk: Desk) -> None:
    desks = new_stores().desks
    assert desks.put(desk, now=NOW) == 1
    assert desks.current() == desk


def test_before_the_first_apply_there_is_none(stores: Stores) -> None:
    with pytest.raises(NotFound):
        stores.desks.current()


def test_the_latest_desk_is_in_force(stores: Stores) -> None:
    assert stores.desks.put(a_desk(lead="ana"), now=NOW) == 1
    assert stores.desks.put(a_desk(lead="ben"), now=NOW) == 2
    assert stores.desks.current() == a_desk(lead="ben")
    assert stores.desks.put(a_desk(lead="ana"), now=NOW) == 3
    assert stores.desks.current() == a_desk(lead="ana")


def test_desks_put_in_force_at_once_get_versions_of_their_own(stores: Stores) -> None:
    versions = race(
        *[lambda name=name: stores.desks.put(a_desk(lead=name), now=NOW) for name in "abcd"]
    )
    assert sorted(map(str, versions)) == ["1", "2", "3", "4"]
    assert stores.desks.current() == a_desk(lead="abcd"[versions.index(4)])


def test_every_version_is_kept(dynamo: Stores) -> None:
    dynamo.desks.put(a_desk(lead="ana"), now=NOW)
    dynamo.desks.put(a_desk(lead="ben"), now=NOW + timedelta(days=1))
    kept = {one["sk"]["S"]: one["version"]["N"] for one in items(dynamo, "desk")}
    assert kept == {"current": "2", "version#1": "1", "version#2": "2"}


def test_an_apply_that_crashed_between_its_writes_leaves_the_old_desk_in_force(
    dynamo: Stores,
) -> None:
    dynamo.desks.put(a_desk(lead="ana"), now=NOW)
    before = item(dynamo, "desk", "desk", "current")
    dynamo.desks.put(a_desk(lead="ben"), now=NOW)
    put(dynamo, "desk", before)

    assert dynamo.desks.current() == a_desk(lead="ana")
    assert dynamo.desks.put(a_desk(lead="fay"), now=NOW) == 3
    assert dynamo.desks.current() == a_desk(lead="fay")


def test_a_warm_reader_sees_what_another_has_put_in_force(dynamo: Stores) -> None:
    dynamo.desks.put(a_desk(lead="ana"), now=NOW)
    reader = DynamoDesks(table_name(dynamo.stage, "desk"))
    assert reader.current() == a_desk(lead="ana")
    assert reader.current() is reader.current(), "read again, not decoded again"
    dynamo.desks.put(a_desk(lead="ben"), now=NOW)
    assert reader.current() == a_desk(lead="ben")
    delete(dynamo, "desk", "desk", "current")
    with pytest.raises(NotFound):
        reader.current()


def test_a_desk_that_cannot_be_read_is_an_error_that_says_what_but_no_phone(
    dynamo: Stores,
) -> None:
    dynamo.desks.put(a_desk(), now=NOW)
    stored = item(dynamo, "desk", "desk", "current")
    text = stored["desk"]["S"].replace('"fallback":"fay"', '"fallback":7')
    put(dynamo, "desk", {**stored, "desk": {"S": text}})
    with pytest.raises(BadInput, match=r"the desk in force.*Expected `str`.*fallback") as caught:
        dynamo.desks.current()
    assert not any(phone in str(caught.value) for phone in PHONES.values())


def test_a_warm_function_reads_the_desk_anew_after_three_seconds(dynamo: Stores) -> None:
    elapsed = [0.0]
    kept = DynamoDesks(table_name(dynamo.stage, "desk"), seconds=lambda: elapsed[0])
    dynamo.desks.put(a_desk(lead="ana"), now=NOW)
    assert kept.current() == a_desk(lead="ana")

    dynamo.desks.put(a_desk(lead="ben"), now=NOW)
    elapsed[0] = 2.9
    assert kept.current() == a_desk(lead="ana")
    elapsed[0] = 3.0
    assert kept.current() == a_desk(lead="ben")


def test_who_puts_a_desk_in_force_sees_it_at_once(dynamo: Stores) -> None:
    kept = DynamoDesks(table_name(dynamo.stage, "desk"), seconds=lambda: 0.0)
    kept.put(a_desk(lead="ana"), now=NOW)
    assert kept.current() == a_desk(lead="ana")
    kept.put(a_desk(lead="ben"), now=NOW)
    assert kept.current() == a_desk(lead="ben")


def test_what_a_company_configures_of_its_finances_comes_back_exactly(stores: Stores) -> None:
    price = Price(
        sku="sns.sms-part",
        amount=Decimal("0.06120"),
        currency="USD",
        since=date(2026, 11, 1),
        seen_on=date(2026, 11, 20),
        source="our contract",
        country="AT",
        kind=PriceKind.CONFIGURED,
    )
    finance = Finance(
        budgets=(Budget(name="sms", usd=Decimal("49.90"), stops=True, confirmed_by="Fiona Berg"),),
        tell=("fin@acme.example",),
        is_monthly=False,
        prices=(price,),
        bill=BillSettings(source=BillSource.FOCUS_EXPORT, bucket="acme-bills"),
        sms_reports_bucket="acme-sms",
    )
    ana = replace(a_responder(ANA), country="AT")
    stores.desks.put(a_desk(finance=finance, responders=(ana,)), now=NOW)
    found = stores.desks.current()
    assert found.finance == finance
    assert str(found.finance.prices[0].amount) == "0.06120"
    assert found.responders[0].country == "AT"
