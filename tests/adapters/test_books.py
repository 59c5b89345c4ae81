"""The books: hours, days, and what tickets and incidents took."""

import random
import secrets
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings

from chalicelib.adapters.sheets import sheet_from_bytes, sheet_to_bytes
from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, PriceKind, Sheet
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.errors import BadInput
from tests.adapters.stores import (
    RETENTION_DAYS,
    Stores,
    before_call,
    calls,
    delete,
    item,
    items,
    put,
    race,
)
from tests.strategies import sheets

ON = date(2026, 11, 21)
HOUR = datetime(2026, 11, 21, 23, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
TICKET, INCIDENT = "tkt_1", "inc_1"

WRITES, READS = "dynamodb.write-unit", "dynamodb.read-unit"
SHARED = Entry(WRITES, Feature.ACCOUNTING)
MINE = Entry(WRITES, Feature.ANSWERING, "x", "acme", TICKET)
THEIRS = Entry(READS, Feature.WAKING, "", "acme", INCIDENT)
SHEET = Sheet([(SHARED, 3), (MINE, Decimal("1.5")), (THEIRS, Decimal("0.000000001"))])

A_PRICE = Price(
    sku=WRITES,
    amount=Decimal("0.625"),
    per=1_000_000,
    currency="USD",
    since=date(2024, 11, 1),
    seen_on=date(2026, 11, 20),
    source="https://aws.amazon.com/dynamodb/pricing/on-demand/",
    unit="write unit",
    region="us-east-1",
    kind=PriceKind.CONFIGURED,
)
BOOK = PriceBook([A_PRICE], region="us-east-1")


def day(on: date = ON, *, sheet: Sheet = SHEET, state: DayState = DayState.RUNNING) -> Day:
    return Day.priced_by(BOOK, on=on, sheet=sheet.without_about(), state=state)


def test_an_hour_is_what_was_put_last(stores: Stores) -> None:
    assert stores.books.hour(HOUR) is None
    stores.books.put_hour(HOUR, SHEET)
    assert stores.books.hour(HOUR) == SHEET
    less = Sheet([(SHARED, 1)])
    stores.books.put_hour(HOUR, less)
    assert stores.books.hour(HOUR) == less
    assert stores.books.about_in(HOUR) == ()


def test_an_hour_in_which_nothing_was_used_was_added_up_all_the_same(stores: Stores) -> None:
    stores.books.put_hour(HOUR, Sheet())
    assert stores.books.hour(HOUR) == Sheet()
    assert stores.books.hours(ON) == {HOUR: Sheet()}


def test_the_hours_of_a_day_tell_no_tickets_apart(stores: Stores) -> None:
    first = HOUR.replace(hour=0)
    stores.books.put_hour(HOUR, SHEET)
    stores.books.put_hour(first, SHEET)
    stores.books.put_hour(HOUR + AN_HOUR, SHEET)

    assert stores.books.hours(ON) == {first: SHEET.without_about(), HOUR: SHEET.without_about()}
    assert list(stores.books.hours(ON)) == [first, HOUR]
    assert stores.books.hours(ON - timedelta(days=1)) == {}


def test_an_hour_knows_who_took_something_in_it(stores: Stores) -> None:
    assert stores.books.about_in(HOUR) == ()
    stores.books.put_hour(HOUR, SHEET)
    assert stores.books.about_in(HOUR) == (INCIDENT, TICKET)


def test_the_last_hour_before_an_instant_is_found(stores: Stores) -> None:
    books = stores.books
    assert books.last_hour(before=HOUR) is None
    books.put_hour(HOUR, SHEET)
    books.put_hour(HOUR - 30 * AN_HOUR, SHEET)

    assert books.last_hour(before=HOUR) == HOUR - 30 * AN_HOUR
    assert books.last_hour(before=HOUR + timedelta(microseconds=1)) == HOUR
    assert books.last_hour(before=HOUR + timedelta(days=9)) == HOUR
    assert books.last_hour(before=HOUR - 30 * AN_HOUR) is None
    in_madrid = HOUR.astimezone(timezone(AN_HOUR))
    assert books.last_hour(before=in_madrid) == HOUR - 30 * AN_HOUR


def test_an_hour_is_a_full_one(stores: Stores) -> None:
    for wrong in (HOUR + timedelta(minutes=1), HOUR.replace(tzinfo=None)):
        with pytest.raises((AssertionError, ValueError), match="beginning of an hour"):
            stores.books.put_hour(wrong, SHEET)


def test_a_day_is_what_was_put_last_with_its_prices(stores: Stores) -> None:
    assert stores.books.day(ON) is None
    stores.books.put_day(day())
    stores.books.put_day(day(state=DayState.ESTIMATED))

    there = stores.books.day(ON)
    assert there == day(state=DayState.ESTIMATED)
    assert there is not None
    assert there.prices == (A_PRICE,)
    assert there.amount == Decimal("0.625") / 1_000_000 * Decimal("4.5")


def test_a_final_day_gives_way_to_a_final_one_alone(stores: Stores) -> None:
    final = day(state=DayState.FINAL)
    stores.books.put_day(final)
    for state in (DayState.RUNNING, DayState.ESTIMATED):
        stores.books.put_day(day(sheet=Sheet(), state=state))
        assert stores.books.day(ON) == final
    corrected = day(sheet=Sheet([(SHARED, 9)]), state=DayState.FINAL)
    stores.books.put_day(corrected)
    assert stores.books.day(ON) == corrected


def test_days_come_in_order_without_those_that_are_missing(stores: Stores) -> None:
    held = [day(ON + timedelta(days=number)) for number in (12, 0, 3, 9)]
    for one in held:
        stores.books.put_day(one)
    first = ON + timedelta(days=1)

    assert stores.books.days(first, ON + timedelta(days=9)) == (held[2], held[3])
    assert stores.books.days(first, first) == ()
    assert stores.books.days(ON, ON) == (held[1],)
    assert stores.books.days(ON + timedelta(days=1), ON) == ()


def test_a_ticket_has_its_hours_apart_from_others(stores: Stores) -> None:
    books, sheet = stores.books, SHEET.by_about()[TICKET]
    assert books.about(TICKET) == {}
    books.put_about(TICKET, HOUR, Sheet([(MINE, 9)]))
    books.put_about(TICKET, HOUR, sheet)
    books.put_about(TICKET, HOUR - AN_HOUR, sheet)
    books.put_abouts(HOUR, {INCIDENT: SHEET.by_about()[INCIDENT]})

    assert books.about(TICKET) == {HOUR - AN_HOUR: sheet, HOUR: sheet}
    assert list(books.about(TICKET)) == [HOUR - AN_HOUR, HOUR]
    assert books.about(INCIDENT) == {HOUR: SHEET.by_about()[INCIDENT]}
    assert books.about("tkt_") == {}


def test_many_tickets_of_an_hour_are_put_at_once(stores: Stores) -> None:
    many = {
        f"tkt_{number}": Sheet([(Entry(WRITES, Feature.ANSWERING, about=f"tkt_{number}"), number)])
        for number in range(1, 61)
    }
    stores.books.put_abouts(HOUR, many)
    stores.books.put_abouts(HOUR, {})
    assert all(stores.books.about(about) == {HOUR: sheet} for about, sheet in many.items())


def test_a_day_that_becomes_final_meanwhile_stays_so(stores: Stores) -> None:
    """The hourly sum and the comparison with the bill, whichever comes first."""
    for _ in range(10):
        race(
            lambda: stores.books.put_day(day(state=DayState.FINAL)),
            lambda: stores.books.put_day(day(sheet=Sheet(), state=DayState.ESTIMATED)),
        )
        assert stores.books.day(ON) == day(state=DayState.FINAL)


# --- on DynamoDB -------------------------------------------------------------------------


@settings(max_examples=60)
@given(sheets())
def test_a_sheet_is_stored_exactly(sheet: Sheet) -> None:
    assert sheet_from_bytes(sheet_to_bytes(sheet), "here") == sheet


def test_what_is_no_sheet_is_said() -> None:
    for wrong in (None, b"", b"no zlib", sheet_to_bytes(SHEET)[:-3]):
        with pytest.raises(BadInput, match="day 2026-11-21: what is stored is no"):
            sheet_from_bytes(wrong, "day 2026-11-21")


def test_hours_and_tickets_go_in_time_and_days_stay(dynamo: Stores) -> None:
    dynamo.books.put_hour(HOUR, SHEET)
    dynamo.books.put_about(TICKET, HOUR, SHEET.by_about()[TICKET])
    dynamo.books.put_day(day(state=DayState.ESTIMATED))

    def kept_for(pk: str, sk: str) -> timedelta:
        found = item(dynamo, "costs", pk, sk)["expires_at"]["N"]
        return datetime.fromtimestamp(int(found), UTC) - HOUR

    assert kept_for("hour", "2026-11-21T23") == timedelta(days=40)
    assert kept_for("hour-about#2026-11-21T23", "0001") == timedelta(days=40)
    assert kept_for(f"about#{TICKET}", "2026-11-21T23") == timedelta(days=RETENTION_DAYS)
    of_day = item(dynamo, "costs", "day", "2026-11-21")
    assert "expires_at" not in of_day
    assert of_day["state"] == {"S": "estimated"}


def test_an_hour_in_which_no_ticket_moved_is_one_write(dynamo: Stores) -> None:
    with calls(dynamo) as asked:
        dynamo.books.put_hour(HOUR, Sheet([(SHARED, 3)]))
        dynamo.books.hour(HOUR)
    assert asked == ["PutItem", "GetItem"]


def test_an_hour_half_written_is_not_taken_for_what_was_put(dynamo: Stores) -> None:
    dynamo.books.put_hour(HOUR, Sheet([(SHARED, 3)]))

    def crash() -> None:
        raise RuntimeError("the function was stopped")

    with pytest.raises(RuntimeError), before_call(dynamo, "PutItem", 2, crash):
        dynamo.books.put_hour(HOUR, SHEET)
    assert dynamo.books.hour(HOUR) not in (None, SHEET)
    with pytest.raises(RuntimeError), before_call(dynamo, "PutItem", 2, crash):
        dynamo.books.put_hour(HOUR, SHEET)
    dynamo.books.put_hour(HOUR, SHEET)
    assert dynamo.books.hour(HOUR) == SHEET


def test_an_hour_half_written_anew_is_not_taken_for_what_was_put(dynamo: Stores) -> None:
    more = SHEET + Sheet([(MINE, 7), (Entry(WRITES, Feature.ANSWERING, about="tkt_2"), 1)])
    dynamo.books.put_hour(HOUR, SHEET)
    old = item(dynamo, "costs", "hour", "2026-11-21T23")
    dynamo.books.put_hour(HOUR, more)
    put(dynamo, "costs", old)
    assert dynamo.books.hour(HOUR) not in (SHEET, more)


def test_a_day_that_cannot_be_read_hides_no_other(
    dynamo: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        dynamo.books.put_day(day(ON + timedelta(days=number)))
    delete(dynamo, "costs", "day", "2026-11-22")
    put(dynamo, "costs", {"pk": {"S": "day"}, "sk": {"S": "2026-11-22"}})

    found = dynamo.books.days(ON, ON + timedelta(days=2))
    assert [one.on for one in found] == [ON, ON + timedelta(days=2)]
    assert "books_unreadable" in caplog.text
    with pytest.raises(BadInput, match="day 2026-11-22"):
        dynamo.books.day(ON + timedelta(days=1))


MOST = 400 * 1024
"""Bytes of an item. Source: "Quotas", Amazon DynamoDB guide."""


def a_big_hour(*, tickets: int, rows: int) -> Sheet:
    """20 brands, 30 sources, so many tickets touched, each with so many things used."""
    chance = random.Random(7)
    skus = [WRITES, READS, "lambda.request", "lambda.gb-second.arm64", "sqs.request", "api.request"]
    things = [(sku, feature) for sku in skus for feature in Feature]

    def quantity() -> Decimal:
        return Decimal(chance.randrange(1, 10**7)) / 2

    pairs = [
        (Entry(*thing, f"source-{source}", f"brand-{brand}"), quantity())
        for source in range(30)
        for brand in range(20)
        for thing in chance.sample(things, 8)
    ]
    for _ in range(tickets):
        of = (f"source-{chance.randrange(30)}", f"brand-{chance.randrange(20)}")
        about = f"tkt_{secrets.token_hex(16)}"
        pairs += [(Entry(*one, *of, about), quantity()) for one in chance.sample(things, rows)]
    return Sheet(pairs)


@pytest.mark.parametrize(("tickets", "rows"), [(2_000, 16), (12_000, 1)])
def test_the_hour_of_a_big_company_in_a_storm_can_be_stored(
    dynamo: Stores, tickets: int, rows: int
) -> None:
    sheet = a_big_hour(tickets=tickets, rows=rows)
    dynamo.books.put_hour(HOUR, sheet)
    dynamo.books.put_day(day(sheet=sheet, state=DayState.ESTIMATED))

    weights = {(one["pk"]["S"], one["sk"]["S"]): weight(one) for one in items(dynamo, "costs")}
    assert len(weights) >= 4, "pieces, the hour, the day"
    assert max(weights.values()) < MOST * 0.8
    assert dynamo.books.hour(HOUR) == sheet
    assert len(dynamo.books.about_in(HOUR)) == tickets


def weight(one: dict[str, dict[str, object]]) -> int:
    """Bytes of an item, as DynamoDB counts them, to within some."""
    values = [value for kinds in one.values() for value in kinds.values()]
    sizes = [len(value) for value in values if isinstance(value, (str, bytes))]
    return sum(map(len, one)) + sum(sizes)
