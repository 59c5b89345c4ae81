"""From evidence to a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.signal import Signal, Urgency, urgency_of
from tests.builders import a_score


@pytest.mark.parametrize(
    ("points", "urgency"),
    [
        ((), Urgency.IGNORE),
        ((0.99,), Urgency.IGNORE),
        ((1.0,), Urgency.ANSWER),
        ((3.0, 1.99), Urgency.ANSWER),
        ((3.0, 2.0), Urgency.SOON),
        ((9.99,), Urgency.SOON),
        ((5.0, 5.0), Urgency.WAKE),
        ((12.0, -3.0), Urgency.SOON),
        ((-100.0,), Urgency.IGNORE),
    ],
)
def test_evidence_adds_up_to_a_verdict(points: tuple[float, ...], urgency: Urgency) -> None:
    assert urgency_of(Signal("any", one, "a reason") for one in points) is urgency


@given(points=st.lists(st.integers(-20, 20)), more=st.integers(0, 20))
def test_more_evidence_never_makes_a_verdict_milder(points: list[int], more: int) -> None:
    signals = [Signal("any", float(one), "a reason") for one in points]

    graver = urgency_of([*signals, Signal("more", float(more), "a reason")])

    assert graver.rank <= urgency_of(signals).rank


def test_reasons_come_weightiest_first_be_they_for_or_against() -> None:
    signals = tuple(
        Signal(name, points, name) for name, points in (("a", 1.0), ("b", -6.0), ("c", 5.0))
    )

    assert a_score(signals=signals).reasons == ("b", "c", "a")


def test_wake_is_the_gravest_verdict() -> None:
    assert [one.rank for one in Urgency] == [0, 1, 2, 3]
    assert Urgency.WAKE.rank == 0
