"""The hourly reckoning: its parts do not fail each other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import wiring

AT = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)


class Part:
    """Any part of the reckoning."""

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.times: list[bool] = []

    def roll(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
        assert now == AT
        self.times.append(has_time())
        if self.trouble:
            raise ValueError(self.trouble)
        return 1

    reconcile = watch = send = roll


class Context:
    def __init__(self, seconds: int) -> None:
        self._left = timedelta(seconds=seconds)

    def get_remaining_time_in_millis(self) -> int:
        return self._left // timedelta(milliseconds=1)


def reckoned(rolling: Part, others: Part, *, seconds: int = 120) -> None:
    with wiring.override(
        now=lambda: AT, rolling=rolling, reconciling=others, budgets=others, letters=others
    ):
        wiring.reckon(Context(seconds))


def test_a_sum_that_fails_is_told_and_keeps_nothing_else_from_being_done() -> None:
    rolling, others = Part("a price in EUR"), Part()
    with pytest.raises(ExceptionGroup, match="parts of the reckoning failed") as raised:
        reckoned(rolling, others)
    assert [str(one) for one in raised.value.exceptions] == ["a price in EUR"]
    assert len(others.times) >= 2


def test_what_fails_afterwards_does_not_undo_the_sum() -> None:
    rolling, others = Part(), Part("no bill")
    with pytest.raises(ExceptionGroup) as raised:
        reckoned(rolling, others)
    assert rolling.times == [True]
    assert len(raised.value.exceptions) == len(others.times)


def test_a_bill_that_takes_all_the_time_keeps_no_budget_from_being_looked_at() -> None:
    done: list[str] = []

    class Named(Part):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def roll(self, *, now: datetime, has_time: Callable[[], bool] = lambda: True) -> int:
            done.append(self.name)
            return 1

        reconcile = watch = send = roll

    parts = {name: Named(name) for name in ("rolling", "reconciling", "budgets", "letters")}
    with wiring.override(now=lambda: AT, **parts):
        wiring.reckon(Context(120))
    assert done == ["rolling", "budgets", "letters", "reconciling"]


@pytest.mark.parametrize(("seconds", "has_time"), [(120, True), (51, True), (50, False)])
def test_no_hour_is_begun_that_could_not_be_summed_in_time(seconds: int, has_time: bool) -> None:
    rolling = Part()
    reckoned(rolling, Part(), seconds=seconds)
    assert rolling.times == [has_time]
