"""Quantities add up and are priced exactly, whatever the order and however they are cut."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import (
    Entry,
    Feature,
    Price,
    PriceBook,
    PriceKind,
    Purpose,
    Sheet,
    Use,
)
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.domain.cost.exact import shown, total
from chalicelib.domain.cost.line import CostLine, amount_of, priced
from chalicelib.domain.cost.record import hour_of, hours_between
from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.cost.use import Done, is_done
from chalicelib.domain.errors import BadInput
from tests.strategies import instants

ON = date(2026, 11, 22)
SKUS = ("dynamodb.write-unit", "lambda.gb-second.arm64", "sns.sms-part", "x.post-read")
PERS = {SKUS[0]: 1_000_000, SKUS[1]: 1_024_000, SKUS[2]: 1, SKUS[3]: 1}

entries = st.builds(
    Entry,
    sku=st.sampled_from((*SKUS, str(Done.REPLY))),
    feature=st.sampled_from(Feature),
    source=st.sampled_from(("", "x", "mastodon")),
    brand=st.sampled_from(("", "acme")),
    about=st.sampled_from(("", "tkt_1", "inc_1")),
    country=st.sampled_from(("", "DE")),
)
quantities = st.decimals(min_value=0, max_value=10**12, places=1)
pairs = st.lists(st.tuples(entries, quantities), max_size=30)
amounts = st.decimals(min_value=0, max_value=1000, places=10)


def price(sku: str, amount: str = "0.5", **about: object) -> Price:
    fields: dict[str, object] = {
        "amount": Decimal(amount),
        "currency": "USD",
        "since": date(2026, 1, 1),
        "seen_on": date(2026, 11, 1),
        "source": "a page",
        "per": PERS.get(sku, 1),
    }
    return Price(sku=sku, **{**fields, **about})  # type: ignore[arg-type]


books = st.tuples(*(amounts for _ in SKUS)).map(
    lambda each: PriceBook(price(sku, str(amount)) for sku, amount in zip(SKUS, each, strict=True))
)


@given(pairs, st.randoms(use_true_random=False))
def test_a_sheet_does_not_depend_on_the_order(
    given_pairs: list[tuple[Entry, Decimal]], chance: random.Random
) -> None:
    mixed = list(given_pairs)
    chance.shuffle(mixed)
    assert dict(Sheet(mixed)) == dict(Sheet(given_pairs))
    assert list(Sheet(mixed)) == list(Sheet(given_pairs))


@given(st.lists(pairs, max_size=6), books)
def test_costs_of_disjoint_times_add_up_to_the_cost_of_all(
    times: list[list[tuple[Entry, Decimal]]], book: PriceBook
) -> None:
    apart = [priced(Sheet(one), book, on=ON).amount for one in times]
    together = Sheet.total(Sheet(one) for one in times)
    assert total(apart) == priced(together, book, on=ON).amount


@given(pairs, books)
def test_leaving_out_tickets_changes_no_amount(
    given_pairs: list[tuple[Entry, Decimal]], book: PriceBook
) -> None:
    sheet = Sheet(given_pairs)
    merged = sheet.without_about()
    assert not any(entry.about for entry in merged)
    assert priced(merged, book, on=ON).amount == priced(sheet, book, on=ON).amount
    parts = Sheet.total(sheet.by_about().values())
    rest = Sheet((entry, quantity) for entry, quantity in sheet.items() if not entry.about)
    assert dict(parts + rest) == dict(sheet)


@given(pairs, books, amounts)
def test_a_later_price_changes_no_day_that_was_priced(
    given_pairs: list[tuple[Entry, Decimal]], book: PriceBook, later: Decimal
) -> None:
    day = Day.priced_by(book, on=ON, sheet=Sheet(given_pairs), state=DayState.FINAL)
    book.with_prices([price(SKUS[0], str(later), since=ON, kind=PriceKind.OBSERVED)])
    assert day.amount == priced(Sheet(given_pairs), book, on=ON).amount
    assert day.lines == priced(Sheet(given_pairs), book, on=ON).lines


def test_what_nobody_knows_a_price_of_is_said_and_never_free() -> None:
    entry = Entry.of(Use(sku="yelp.request", quantity=3), Purpose(feature=Feature.LISTENING))
    found = priced(Sheet([(entry, 3)]), PriceBook([]), on=ON)
    assert (found.lines, dict(found.unpriced)) == ((), {entry: Decimal(3)})


def test_what_was_achieved_has_no_price_and_is_not_missed() -> None:
    entry = Entry(sku=Done.REPLY, feature=Feature.ANSWERING)
    found = priced(Sheet([(entry, 1)]), PriceBook([]), on=ON)
    assert not found.lines
    assert not found.unpriced
    assert is_done(Done.REPLY)
    assert not is_done("sns.publish")


def test_nothing_is_rounded_before_it_is_shown() -> None:
    tiny = price("dynamodb.write-unit", "0.625")
    assert tiny.of(Decimal("0.5")) == Decimal("0.0000003125")
    assert shown(total([Decimal("0.004")] * 2)) == "0.01"
    assert shown(Decimal("1234.5")) == "1,234.50"


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity"])
def test_a_price_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(BadInput, match=r"x\.post: a price of .*0 or more"):
        price("x.post", amount)


@pytest.mark.parametrize("per", [0, -5, 3, 720])
def test_a_price_that_could_not_be_divided_exactly_is_refused(per: int) -> None:
    with pytest.raises(BadInput, match="twos and fives"):
        price("x.post", per=per)


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(BadInput, match=r"x\.post: a price in EUR; use USD"):
        PriceBook([price("x.post", currency="EUR")])
    entry = Entry(sku="x.post", feature=Feature.ANSWERING)
    lines = [
        CostLine(day=ON, entry=entry, quantity=Decimal(1), price=price("x.post", currency=one))
        for one in ("EUR", "USD")
    ]
    with pytest.raises(ValueError, match="different currencies"):
        amount_of(lines)


def test_two_prices_for_the_same_days_are_refused() -> None:
    with pytest.raises(BadInput, match=r"sns\.sms-part \(DE\): two prices from 2026-01-01 on"):
        PriceBook([price("sns.sms-part", country="DE"), price("sns.sms-part", "1", country="DE")])


def test_the_newest_price_holds_and_of_one_day_what_was_charged() -> None:
    book = PriceBook(
        [
            price("sns.sms-part", "1"),
            price("sns.sms-part", "2", kind=PriceKind.CONFIGURED),
            price("sns.sms-part", "3", since=ON, kind=PriceKind.OBSERVED),
            price("sns.sms-part", "4", since=ON + timedelta(days=2)),
        ]
    )
    found = [book.price("sns.sms-part", on=ON + timedelta(days=day)) for day in (-1, 0, 1, 2)]
    assert [one.amount if one else None for one in found] == [2, 3, 3, 4]
    assert book.price("sns.sms-part", on=date(2025, 12, 31)) is None


def test_a_price_of_the_country_or_region_beats_one_of_everywhere() -> None:
    book = PriceBook(
        [
            price("sns.sms-part", "1"),
            price("sns.sms-part", "2", country="DE"),
            price("api.request", "3", region="eu-central-1"),
            price("api.request", "4", since=ON),
            price("api.request", "5", region="us-east-1"),
        ],
        region="eu-central-1",
    )
    where = [book.price("sns.sms-part", on=ON, country=one) for one in ("DE", "AT", "")]
    assert [one.amount if one else None for one in where] == [2, 1, 1]
    own = book.price("api.request", on=ON)
    assert own is not None
    assert own.amount == 3


@pytest.mark.parametrize("kind", [PriceKind.CONFIGURED, PriceKind.OBSERVED])
def test_what_the_company_pays_beats_the_list_of_its_region_though_it_names_none(
    kind: PriceKind,
) -> None:
    listed = [
        price("api.request", "1"),
        price("api.request", "3", region="eu-central-1"),
        price("api.request", "5", since=ON + timedelta(days=2), region="eu-central-1"),
    ]
    paid = price("api.request", "4", since=ON, kind=kind)
    for book in (
        PriceBook([paid, *listed], region="eu-central-1"),
        PriceBook(listed, region="eu-central-1").with_prices([paid]),
    ):
        found = [book.price("api.request", on=ON + timedelta(days=day)) for day in (-1, 0, 2)]
        assert [one.amount if one else None for one in found] == [3, 4, 5]


@given(instants())
def test_an_instant_is_in_its_hour(at: datetime) -> None:
    hour = hour_of(at)
    assert hour <= at < hour + timedelta(hours=1)
    assert hour_of(hour) == hour
    assert hours_between(hour, hour + timedelta(hours=2)) == (hour, hour + timedelta(hours=1))
    assert hours_between(hour, hour) == ()


def test_a_report_is_the_last_word_on_an_sms() -> None:
    at = datetime(2026, 11, 22, 3, tzinfo=UTC)
    sent = SentSms(id="m-1", at=at, parts=2, country="DE")
    receipt = sent.told(Decimal("0.15"), by="receipt")
    report = receipt.told(Decimal("0.16"), by="report", parts=3)
    assert (receipt.charged, receipt.charged_parts) == (Decimal("0.15"), None)
    assert (report.charged, report.charged_parts, report.parts) == (Decimal("0.16"), 3, 2)
    assert report.told(Decimal("0.15"), by="receipt") == report
    assert report.told(Decimal("0.16"), by="report", parts=3) == report
