"""What was seen from outside takes the place of what was metered, to the last unit."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.exact import total
from chalicelib.domain.cost.replacing import NOBODYS, replaced

COMPUTE, QUEUES, API = "lambda.gb-second.arm64", "sqs.request", "api.request"


def seen(**quantities: int) -> Sheet:
    names = {"compute": COMPUTE, "queues": QUEUES, "api": API}
    return Sheet((Entry(names[one], Feature.STANDING), n) for one, n in quantities.items())


def test_what_it_was_used_for_stays_in_proportion() -> None:
    metered = Sheet(
        [(Entry(COMPUTE, Feature.WAKING, "x"), 100), (Entry(COMPUTE, Feature.JUDGING), 200)]
    )
    assert dict(replaced(metered, seen(compute=330))) == {
        Entry(COMPUTE, Feature.WAKING, "x"): 110,
        Entry(COMPUTE, Feature.JUDGING): 220,
    }


def test_what_does_not_divide_goes_to_the_greatest() -> None:
    metered = Sheet([(Entry(COMPUTE, Feature.WAKING), 1), (Entry(COMPUTE, Feature.JUDGING), 2)])
    assert dict(replaced(metered, seen(compute=10))) == {
        Entry(COMPUTE, Feature.WAKING): Decimal("3.3"),
        Entry(COMPUTE, Feature.JUDGING): Decimal("6.7"),
    }


def test_queues_asked_in_vain_are_nobody_s() -> None:
    metered = Sheet([(Entry(QUEUES, Feature.ANSWERING), 40)])
    assert dict(replaced(metered, seen(queues=100))) == {
        Entry(QUEUES, Feature.ANSWERING): 40,
        Entry(QUEUES, Feature.STANDING): 60,
    }
    assert dict(replaced(metered, seen(queues=10))) == {Entry(QUEUES, Feature.ANSWERING): 10}


def test_what_was_not_metered_at_all_stands() -> None:
    assert dict(replaced(Sheet(), seen(api=7))) == {Entry(API, Feature.STANDING): 7}


def test_what_nobody_saw_from_outside_stays_as_it_was_metered() -> None:
    metered = Sheet([(Entry(API, Feature.VIEWING), 5), (Entry("kms.request", Feature.WAKING), 1)])
    assert replaced(metered, Sheet()) == metered
    assert replaced(metered, seen(api=6)).quantity("kms.request") == 1


skus = st.sampled_from((COMPUTE, API, *sorted(NOBODYS)))
sheets = st.lists(
    st.tuples(
        st.builds(
            Entry,
            sku=skus,
            feature=st.sampled_from(Feature),
            source=st.sampled_from(("", "x")),
        ),
        st.decimals(min_value=0, max_value=10**12, places=1),
    ),
    max_size=12,
).map(Sheet)
outsides = st.lists(
    st.tuples(
        st.builds(Entry, sku=skus, feature=st.just(Feature.STANDING)),
        st.decimals(min_value=0, max_value=10**12, places=1),
    ),
    max_size=4,
).map(Sheet)


@given(sheets, outsides)
def test_each_sku_is_then_what_was_seen_and_done_twice_is_done_once(
    metered: Sheet, outside: Sheet
) -> None:
    found = replaced(metered, outside)
    for sku in {entry.sku for entry in (*metered, *outside)}:
        of = outside if any(entry.sku == sku for entry in outside) else metered
        assert total(q for entry, q in found.items() if entry.sku == sku) == of.quantity(sku)
    assert all(quantity > 0 for quantity in found.values())
    assert replaced(found, outside) == found
