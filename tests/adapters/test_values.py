from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.items import readable
from chalicelib.adapters.tables import MentionsTable
from chalicelib.adapters.values import from_text, instant_from_text, instant_to_text
from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from tests import strategies
from tests.builders import NOW

zones = st.sampled_from(
    [UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=8))]
)


@given(one=strategies.instants(), other=strategies.instants(), zone=zones)
def test_the_text_of_instants_orders_as_they_do(
    one: datetime, other: datetime, zone: timezone
) -> None:
    texts = instant_to_text(one.astimezone(zone)), instant_to_text(other)
    assert (texts[0] < texts[1]) == (one < other)
    assert instant_from_text(texts[0]) == one
    assert len(texts[0]) == len("2026-11-21T23:05:12.000000Z")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        instant_to_text(NOW.replace(tzinfo=None))


def test_text_of_another_shape_is_refused_with_its_place() -> None:
    with pytest.raises(BadInput, match="mention x: what is stored is no Mention"):
        from_text(Mention, '{"text": "only"}', "mention x")
    with pytest.raises(BadInput, match="mention x"):
        from_text(Mention, None, "mention x")


def test_when_nothing_of_a_listing_can_be_read_that_is_an_error_not_an_empty_list() -> None:
    items = [
        MentionsTable(pk, "mention", mention=text) for pk, text in {"a": "1", "b": "?"}.items()
    ]

    def read(item: MentionsTable) -> int:
        return from_text(int, item.mention, f"item {item.pk}")

    assert readable([], read) == ()
    assert readable(items, read) == (1,)
    with pytest.raises(BadInput, match="item b"):
        readable(items[1:], read)
