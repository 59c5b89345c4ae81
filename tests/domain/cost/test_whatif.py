"""A month of a given size: made of acts, priced as the real one, and never less for more."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import Charge, Entry, Feature, Per, Price, PriceBook, Sheet
from chalicelib.domain.cost.profile import Act, UsageProfile
from chalicelib.domain.cost.size import LIMITS, Size, SourceSize
from chalicelib.domain.cost.unit_costs import unit_costs
from chalicelib.domain.cost.use import Done
from chalicelib.domain.cost.whatif import usage, whatif
from chalicelib.domain.errors import BadInput

ON = date(2026, 11, 22)
D = Decimal


def act(*quantities: tuple[str, Feature, int]) -> Sheet:
    return Sheet((Entry(sku, feature), number) for sku, feature, number in quantities)


PROFILE = UsageProfile(
    command="a test",
    measured_on=ON,
    acts={
        Act.DAY: act(("cloudwatch.alarm-month", Feature.STANDING, 2)),
        Act.MINUTE: act(("dynamodb.read-unit", Feature.WAKING, 9)),
        Act.PULL: act(("dynamodb.write-unit", Feature.LISTENING, 6)),
        Act.MENTION: act(
            ("dynamodb.write-unit", Feature.LISTENING, 3),
            (Done.MENTION_READ, Feature.LISTENING, 1),
        ),
        Act.TICKET: act(("dynamodb.write-unit", Feature.ANSWERING, 50)),
        Act.OPENING: act(
            ("dynamodb.write-unit", Feature.WAKING, 20),
            ("sns.sms-part", Feature.WAKING, 2),
            (Done.PAGE, Feature.WAKING, 1),
        ),
        Act.JOINING: act(("dynamodb.write-unit", Feature.WAKING, 4)),
        Act.PAGE: act(("sns.sms-part", Feature.WAKING, 2), (Done.PAGE, Feature.WAKING, 1)),
        Act.ACKNOWLEDGEMENT: act(("api.request", Feature.WAKING, 2)),
        Act.REPLY: act(("api.request", Feature.ANSWERING, 5)),
        Act.AGENT_HOUR: act(("api.request", Feature.VIEWING, 1200)),
        Act.MONTH_KEPT: act(("dynamodb.byte-month", Feature.STANDING, 8192)),
    },
)


def price(sku: str, amount: str, per: int = 1, **about: Any) -> Price:
    fields: dict[str, Any] = {"currency": "USD", "since": ON, "seen_on": ON, "source": "a page"}
    return Price(sku=sku, amount=D(amount), per=per, **{**fields, **about})


BOOK = PriceBook(
    (
        price("cloudwatch.alarm-month", "0.10"),
        price("dynamodb.read-unit", "0.125", 10**6),
        price("dynamodb.write-unit", "0.625", 10**6),
        price("dynamodb.byte-month", "0.25", 2**30),
        price("api.request", "3.5", 10**6),
        price("sns.sms-part", "0.1", country="DE"),
        price("sns.sms-part", "0.01", country="US"),
        price("x.post-read", "0.005"),
        price("x.post", "0.01"),
        price("yelp.request", "0.02"),
    )
)


def source(name: str = "mastodon", **about: Any) -> SourceSize:
    fields: dict[str, Any] = {"kind": name, "every": timedelta(minutes=5)}
    return SourceSize(name=name, **{**fields, **about})


def size(**about: Any) -> Size:
    fields: dict[str, Any] = {
        "mentions_a_day": D(100),
        "countries": ("DE",),
        "sources": (source(),),
    }
    return Size(**{**fields, **about})


def amount(of: Size) -> Decimal:
    return whatif(of, PROFILE, BOOK, on=ON).amount


REST = D("0.1") * 60 + D("0.125") * 9 * 43_200 / 10**6 + D("0.625") * 6 * 8_640 / 10**6


def test_a_desk_at_rest_costs_its_days_minutes_and_pulls_and_nothing_else() -> None:
    still = size(mentions_a_day=D(0))
    assert amount(still) == REST
    busy = whatif(size(storms_a_month=D(2), agents=D(3)), PROFILE, BOOK, on=ON)
    assert busy.at_rest == REST < busy.amount


def test_a_month_is_what_its_acts_take() -> None:
    sheet = usage(size(storms_a_month=D(2), agents=D(3)), PROFILE)
    tickets = 3000 * D("0.3") + 1000
    incidents = 3000 * D("0.002") + 2
    assert sheet.quantity(Done.MENTION_READ) == 4000
    assert sheet.quantity(Done.PAGE) == incidents * 2
    assert sheet.quantity("sns.sms-part") == incidents * 4
    assert sheet.quantity("api.request") == 3 * 8 * 22 * 1200 + incidents * 2 + tickets * 5
    assert sheet.quantity("dynamodb.byte-month") == 4000 * 13 * 8192
    assert sheet.quantity("dynamodb.write-unit") == (
        8_640 * 6 + 4000 * 3 + tickets * 50 + incidents * 20 + 998 * 4
    )


def test_sms_cost_what_the_countries_of_the_phones_cost() -> None:
    incidents = 3000 * D("0.002")
    one = amount(size(countries=("DE",)))
    other = amount(size(countries=("US",)))
    both = amount(size(countries=("DE", "US")))
    assert one - other == incidents * 4 * D("0.09")
    assert both * 2 == one + other


def test_sms_to_three_countries_are_as_many_as_to_one() -> None:
    book = BOOK.with_prices([price("sns.sms-part", "0.05", country="AT")])
    found = whatif(size(countries=("DE", "US", "AT")), PROFILE, book, on=ON)
    assert found.sheet.quantity("sns.sms-part") == 24


def test_platforms_take_money_for_requests_mentions_and_replies() -> None:
    x = source(
        "x",
        mentions_a_day=D(60),
        charges=(
            Charge(sku="x.post-read", per=Per.MENTION, quantity=2),
            Charge(sku="x.post", per=Per.REPLY),
            Charge(sku="x.post", per=Per.PRIVATE_REPLY),
        ),
    )
    yelp = source("yelp", calls_a_pull=3, charges=(Charge(sku="yelp.request", per=Per.REQUEST),))
    found = whatif(size(sources=(x, yelp)), PROFILE, BOOK, on=ON)
    assert found.sheet.quantity("x.post-read") == 60 * 30 * 2
    assert found.sheet.quantity("x.post") == 60 * 30 * D("0.3")
    assert found.sheet.quantity("yelp.request") == 8_640 * 3
    assert {one.of: one.count for one in found.unit_costs if one.unit == "source"} == {
        "x": 1800,
        "yelp": 1200,
    }


def test_what_is_pushed_is_never_asked_for() -> None:
    pushed = source("webhook", every=None)
    assert usage(size(sources=(pushed,)), PROFILE).quantity("dynamodb.write-unit") == (
        usage(size(), PROFILE).quantity("dynamodb.write-unit") - 8_640 * 6
    )


def test_what_nobody_knows_a_price_of_is_said_and_not_in_the_sum() -> None:
    book = PriceBook(one for one in BOOK.prices if one.sku != "api.request")
    found = whatif(size(agents=D(1)), PROFILE, book, on=ON)
    assert {entry.sku for entry in found.priced.unpriced} == {"api.request"}
    assert found.amount < amount(size(agents=D(1)))


def test_prices_used_that_are_old_are_named() -> None:
    old = replace(BOOK.prices[0], since=date(2026, 1, 1), seen_on=date(2026, 1, 1))
    unused = price("s3.read", "1", since=date(2026, 1, 1), seen_on=date(2026, 1, 1))
    book = PriceBook((old, unused, *BOOK.prices[1:]))
    assert whatif(size(), PROFILE, book, on=ON).stale == (old,)


def test_unit_costs_are_those_of_the_real_figures() -> None:
    found = whatif(size(), PROFILE, BOOK, on=ON)
    assert found.unit_costs == unit_costs(found.priced.lines, found.sheet, brand_of={})
    assert sum(found.by_feature.values()) == found.amount
    assert sum(usd for _, usd in found.by_price.values()) == found.amount


# --- properties -------------------------------------------------------------------------------

whole = st.integers(min_value=0, max_value=1000).map(Decimal)
shares = st.decimals(min_value=0, max_value=1, places=3)
sizes = st.builds(
    size,
    mentions_a_day=whole,
    answer_share=shares,
    wake_share=shares,
    storms_a_month=whole,
    agents=whole,
    hours_a_day=st.integers(0, 24).map(Decimal),
    days_a_month=st.integers(0, 30).map(Decimal),
    pages_an_incident=st.integers(1, 100).map(Decimal),
    sources=st.sampled_from([(source(),), (source(), source("x")), (source(every=None),)]),
)


@given(sizes, st.sampled_from(sorted(LIMITS)), shares)
def test_more_of_anything_never_costs_less(one: Size, name: str, share: Decimal) -> None:
    value = getattr(one, name)
    greater = value + (LIMITS[name][1] - value) * share
    assert amount(replace(one, **{name: greater})) >= amount(one)


@given(sizes, whole, whole)
def test_mentions_add_up(one: Size, first: Decimal, second: Decimal) -> None:
    def beyond_none(mentions: Decimal) -> Sheet:
        return usage(replace(one, mentions_a_day=mentions), PROFILE)

    for sku in ("dynamodb.write-unit", "dynamodb.byte-month", "sns.sms-part", Done.MENTION_READ):
        none = beyond_none(D(0)).quantity(sku)
        assert beyond_none(first + second).quantity(sku) - none == (
            beyond_none(first).quantity(sku) + beyond_none(second).quantity(sku) - 2 * none
        )


@given(sizes)
def test_nothing_costs_less_than_a_desk_at_rest(one: Size) -> None:
    found = whatif(one, PROFILE, BOOK, on=ON)
    assert found.amount >= found.at_rest == amount(one.at_rest)


# --- what cannot be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"mentions_a_day": D(-1)}, "mentions_a_day: -1; use 0 to 10,000,000"),
        ({"mentions_a_day": D("NaN")}, "mentions_a_day: NaN"),
        ({"mentions_a_day": D("Infinity")}, "mentions_a_day: Infinity"),
        ({"mentions_a_day": D(10_000_001)}, "mentions_a_day: 10000001"),
        ({"answer_share": D("1.1")}, "answer_share: 1.1; use 0 to 1"),
        ({"hours_a_day": D(25)}, "hours_a_day: 25; use 0 to 24"),
        ({"days_a_month": D(31)}, "days_a_month: 31; use 0 to 30"),
        ({"agents": D(10_001)}, "agents: 10001; use 0 to 10,000"),
        ({"pages_an_incident": D(0)}, "pages_an_incident: 0; use 1 to 100"),
        ({"sources": ()}, "sources: none; name at least one"),
        ({"sources": (source(), source())}, "sources: mastodon twice"),
        ({"sources": (source(every=timedelta(seconds=5)),)}, "use a minute or more"),
        ({"sources": (source(mentions_a_day=D(-5)), source("x"))}, "mastodon brings -5"),
        ({"sources": (source(mentions_a_day=D(99)),)}, "they bring 99 mentions a day, of 100"),
        (
            {"sources": (source(mentions_a_day=D(101)), source("x"))},
            "they bring 101 mentions a day, of 100",
        ),
        ({"countries": ()}, "countries: none; say where the phones are"),
        ({"countries": ("Germany",)}, "countries: 'Germany'; use two letters"),
        ({"countries": ("de",)}, "countries: 'de'; use two letters"),
        ({"countries": ("DE", "DE")}, "countries: one is named twice"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_a_size_that_cannot_be_is_refused_with_the_remedy(about: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput) as refused:
        size(**about)
    assert says in str(refused.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadInput, match=r"agents: -1; .*hours_a_day: 99; "):
        size(agents=D(-1), hours_a_day=D(99))


def test_a_country_to_which_nobody_knows_a_price_is_refused() -> None:
    with pytest.raises(BadInput, match="no price of an SMS to 'ZZ' is known"):
        amount(size(countries=("DE", "ZZ")))


def test_nobody_needs_a_country_where_nobody_is_woken() -> None:
    assert amount(size(countries=(), wake_share=D(0))) > 0
