"""What one of something costs: direct and shared apart, and together exactly what there was."""

import random
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import Entry, Feature, Price, PriceBook, Sheet
from chalicelib.domain.cost.account import UnitCost
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.line import priced
from chalicelib.domain.cost.sharing import SMALLEST, parts_of
from chalicelib.domain.cost.unit_costs import by_feature_shared, unit_costs
from chalicelib.domain.cost.use import Done

ON = date(2026, 11, 22)
SKUS = ("dynamodb.write-unit", "sns.sms-part", "x.post-read")
BOOK = PriceBook(
    Price(
        sku=sku,
        amount=Decimal("0.0731") * (number + 1),
        currency="USD",
        since=date(2026, 1, 1),
        seen_on=date(2026, 11, 1),
        source="a page",
    )
    for number, sku in enumerate(SKUS)
)
ONE = BOOK.price("dynamodb.write-unit", on=ON)
assert ONE is not None
UNIT = ONE.amount
"""What one write unit costs."""

SOURCES = {"x-acme": "acme", "rss-bobs": "bobs", "mastodon": "acme"}

amounts = st.decimals(min_value=0, max_value=10**9, places=18)
weights = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.decimals(min_value=0, max_value=10**9, places=6),
    min_size=1,
    max_size=8,
)
entries = st.builds(
    Entry,
    sku=st.sampled_from((*SKUS, *map(str, Done))),
    feature=st.sampled_from(Feature),
    source=st.sampled_from(("", *SOURCES, "gone")),
    brand=st.sampled_from(("", "acme", "bobs")),
)
sheets = st.lists(
    st.tuples(entries, st.decimals(min_value=0, max_value=10**7, places=1)), max_size=40
).map(Sheet)


def sheet(*uses: tuple[str | Feature | int, ...]) -> Sheet:
    """Of uses, each: sku, feature, quantity, and source and brand where they are known."""
    return Sheet((Entry(sku, feature, *more), count) for sku, feature, count, *more in uses)  # type: ignore[misc, arg-type]


def costs(what: Sheet) -> tuple[UnitCost, ...]:
    return unit_costs(priced(what, BOOK, on=ON).lines, what, brand_of=SOURCES)


def cost(what: Sheet, unit: str, of: str = "") -> UnitCost:
    (found,) = [one for one in costs(what) if (one.unit, one.of) == (unit, of)]
    return found


WRITE = "dynamodb.write-unit"
SMS = "sns.sms-part"


@given(amounts, weights)
def test_parts_add_up_to_the_whole_exactly(amount: Decimal, by: dict[str, Decimal]) -> None:
    parts = parts_of(amount, by)
    assert total(parts.values()) == amount
    assert set(parts) == set(by)
    assert all(one >= 0 for one in parts.values())


@given(amounts, weights, st.randoms(use_true_random=False))
def test_parts_do_not_depend_on_the_order(
    amount: Decimal, by: dict[str, Decimal], chance: random.Random
) -> None:
    mixed = list(by.items())
    chance.shuffle(mixed)
    assert parts_of(amount, dict(mixed)) == parts_of(amount, by)


@given(amounts, weights)
def test_a_greater_weight_never_gets_less(amount: Decimal, by: dict[str, Decimal]) -> None:
    parts = parts_of(amount, by)
    ordered = sorted(by, key=lambda name: by[name])
    for less, more in pairwise(ordered):
        assert parts[less] <= parts[more] + SMALLEST * len(by)


def test_a_third_is_cut_and_the_greatest_takes_what_is_left() -> None:
    parts = parts_of(Decimal(1), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)})
    assert parts["b"] == parts["c"] == Decimal("0." + "3" * 18)
    assert parts["a"] == Decimal("0." + "3" * 17 + "4")


def test_without_any_weight_parts_are_equal() -> None:
    parts = parts_of(Decimal(1), {"a": Decimal(0), "b": Decimal(0)})
    assert parts == {"a": Decimal("0.5"), "b": Decimal("0.5")}


def test_nothing_is_shared_among_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        parts_of(Decimal(1), {})


@pytest.mark.parametrize("unit", ["brand", "source"])
@given(what=sheets)
def test_all_brands_and_all_sources_cost_what_everything_costs(unit: str, what: Sheet) -> None:
    whole = priced(what, BOOK, on=ON).amount
    assert total(one.amount for one in costs(what) if one.unit == unit) == whole


@given(sheets)
def test_all_features_with_their_shares_cost_what_everything_costs(what: Sheet) -> None:
    lines = priced(what, BOOK, on=ON).lines
    parts = by_feature_shared(lines)
    assert total(one for pair in parts.values() for one in pair) == total(
        line.amount for line in lines
    )


@given(sheets)
def test_every_unit_has_a_cost_or_the_reason_why_not(what: Sheet) -> None:
    for one in costs(what):
        assert (one.each is None) == bool(one.reason)
        assert (one.count > 0) != bool(one.reason)
        assert one.rule
        assert one.direct >= 0
        assert one.shared >= 0


@given(sheets, st.randoms(use_true_random=False))
def test_unit_costs_do_not_depend_on_the_order(what: Sheet, chance: random.Random) -> None:
    lines = list(priced(what, BOOK, on=ON).lines)
    chance.shuffle(lines)
    assert unit_costs(lines, what, brand_of=SOURCES) == costs(what)


def test_standing_costs_are_shared_by_the_direct_amounts_of_the_features() -> None:
    what = sheet(
        (WRITE, Feature.LISTENING, 30),
        (WRITE, Feature.ANSWERING, 10),
        (WRITE, Feature.STANDING, 4),
        (WRITE, Feature.ACCOUNTING, 2),
        (WRITE, Feature.WATCHING, 2),
        (Done.MENTION_READ, Feature.LISTENING, 6),
        (Done.REPLY, Feature.ANSWERING, 4),
    )
    read, reply = cost(what, "mention read"), cost(what, "reply")
    assert (read.direct, read.shared) == (30 * UNIT, 6 * UNIT)
    assert read.each == 6 * UNIT
    assert (read.direct_each, read.shared_each) == (5 * UNIT, UNIT)
    assert (reply.direct, reply.shared) == (10 * UNIT, 2 * UNIT)
    assert "shared by the direct amounts" in read.rule


def test_what_pulls_of_all_sources_take_together_is_shared_by_mentions_read() -> None:
    what = sheet(
        (WRITE, Feature.LISTENING, 12),
        (WRITE, Feature.LISTENING, 1, "x-acme"),
        (Done.MENTION_READ, Feature.LISTENING, 3, "x-acme"),
        (Done.MENTION_READ, Feature.LISTENING, 1, "mastodon"),
    )
    one, other = cost(what, "source", "x-acme"), cost(what, "source", "mastodon")
    assert (one.direct, one.shared) == (UNIT, 9 * UNIT)
    assert (other.direct, other.shared) == (Decimal(0), 3 * UNIT)
    assert other.each == 3 * UNIT
    assert one.counted == "mentions read"
    assert "by mentions read" in one.rule


def test_a_brand_has_what_its_sources_took() -> None:
    what = sheet(
        (WRITE, Feature.LISTENING, 5, "x-acme"),
        (WRITE, Feature.ANSWERING, 3, "", "acme"),
        (WRITE, Feature.JUDGING, 8),
        (WRITE, Feature.LISTENING, 2, "rss-bobs"),
        (Done.MENTION_READ, Feature.LISTENING, 1, "x-acme"),
    )
    acme, bobs = cost(what, "brand", "acme"), cost(what, "brand", "bobs")
    assert acme.direct == 8 * UNIT
    assert bobs.direct == 2 * UNIT
    assert acme.shared == Decimal("6.4") * UNIT
    assert bobs.shared == Decimal("1.6") * UNIT
    assert bobs.each is None
    assert bobs.reason == "no mention of it was read"


def test_without_any_mention_pulls_are_shared_by_direct_amounts_and_it_is_said() -> None:
    what = sheet(
        (WRITE, Feature.LISTENING, 8),
        (WRITE, Feature.LISTENING, 3, "x-acme"),
        (WRITE, Feature.LISTENING, 1, "mastodon"),
    )
    one = cost(what, "source", "x-acme")
    assert one.shared == 6 * UNIT
    assert "(none was: by direct amounts)" in one.rule


def test_what_no_source_shares_is_shown_as_such() -> None:
    what = sheet((WRITE, Feature.STANDING, 3))
    nobody = cost(what, "source")
    assert nobody.shared == 3 * UNIT
    assert nobody.each is None
    assert "no source" in nobody.reason


def test_a_page_is_its_message_and_a_share_of_the_clock_that_never_sleeps() -> None:
    what = sheet(
        (WRITE, Feature.WAKING, 10),
        (SMS, Feature.WAKING, 2),
        (SMS, Feature.WATCHING, 1),
        (Done.PAGE, Feature.WAKING, 2),
    )
    page = cost(what, "page")
    assert page.direct == 2 * 2 * UNIT
    assert page.shared == 10 * UNIT + 2 * UNIT, "the rest of waking, and the note of the watch"
    assert page.direct_each == 2 * UNIT
    incident = cost(what, "acknowledged incident")
    assert incident.amount == page.amount
    assert incident.reason == "no incident was acknowledged"


def test_a_content_customer_carries_the_whole_desk() -> None:
    what = sheet(
        (WRITE, Feature.ANSWERING, 4),
        (WRITE, Feature.VIEWING, 2),
        (WRITE, Feature.LISTENING, 9),
        (Done.CONTENT, Feature.ANSWERING, 3),
    )
    content = cost(what, "content customer")
    assert (content.direct, content.shared) == (6 * UNIT, 9 * UNIT)
    assert content.each == 5 * UNIT


def test_an_agent_hour_is_720_polls() -> None:
    what = sheet((WRITE, Feature.VIEWING, 720), (Done.POLL, Feature.VIEWING, 1080))
    hour = cost(what, "agent-hour of polling")
    assert hour.count == Decimal("1.5")
    assert hour.each == 480 * UNIT


def test_with_nothing_achieved_there_is_no_division_by_zero() -> None:
    what = sheet((WRITE, Feature.WAKING, 7), (WRITE, Feature.VIEWING, 1))
    page = cost(what, "page")
    assert page.each is page.direct_each is page.shared_each is None
    assert page.reason == "nobody was paged"
    assert cost(Sheet(), "mention read").reason == "no mention was read"
