"""What reading a platform takes, for the question what a month would cost."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cost import Per
from chalicelib.domain.errors import BadInput
from chalicelib.sources import KINDS, member_of
from chalicelib.sources.sizing import source_size


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_size_by_its_defaults(kind: str) -> None:
    member = member_of(kind)
    assert member is not None
    size = source_size(kind)
    assert (size.name, size.kind, size.mentions_a_day) == (kind, kind, None)
    assert (size.pulls > 0) is member.is_pulled
    assert set(member.charges) <= set(size.charges)


def test_what_is_said_stands_in_the_place_of_defaults() -> None:
    size = source_size(
        "x",
        name="press",
        every=timedelta(minutes=10),
        mentions_a_day=Decimal(7),
        options={"terms": ["acme"]},
    )
    assert (size.name, size.pulls, size.mentions_a_day) == ("press", 4320, Decimal(7))
    assert "x.post-read" in {one.sku for one in size.charges if one.per is Per.MENTION}


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="sources: 'fax' is unknown; use one of x, mastodon"):
        source_size("fax")
