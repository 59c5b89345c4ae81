"""What reading a source takes is measured on what the source really gives."""

import pytest

from benchmarks.sources import read, staged
from chalicelib.sources import members
from chalicelib.sources.family import Member

PULLED = [one for one in members() if one.is_pulled and one.kind != "replay"]


@pytest.mark.parametrize("member", PULLED, ids=[one.kind for one in PULLED])
def test_every_post_is_read_and_counted(member: Member) -> None:
    with staged(member) as stage:
        found = read(member, stage, posts=12)
    assert found["mentions"] >= 12
    assert 1 <= found["calls"] <= 12
    assert found["per_second"] > 0
    assert bool(found["unpriced"]) == (found["usd"] is None)


def test_money_follows_the_price_book() -> None:
    (x,) = (one for one in PULLED if one.kind == "x")
    with staged(x) as stage:
        found = read(x, stage, posts=10)
    # $0.001 the mention of an app of our own, $0.010 its author, $0.005 what it answers
    assert found["usd"] == "0.160"
