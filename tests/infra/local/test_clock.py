"""The clock of a scenario that one watches: fast, and real while somebody needs it."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.local.clock import FastClock

START = datetime(2026, 11, 21, 20, tzinfo=UTC)


class Stopwatch:
    """Real seconds, in the hands of the test."""

    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def started(speed: float) -> tuple[FastClock, Stopwatch]:
    real = Stopwatch()
    clock = FastClock(START, speed=speed, real=real)
    clock.start()
    return clock, real


def test_it_stands_until_it_is_started() -> None:
    real = Stopwatch()
    clock = FastClock(START, speed=60, real=real)
    real.seconds += 5
    clock.linger(20)
    assert clock.now() == START
    clock.start()
    real.seconds += 2
    assert clock.now() == START + timedelta(minutes=2)


def test_it_lingers_for_some_real_seconds_and_then_runs_as_before() -> None:
    clock, real = started(60)
    real.seconds += 1
    clock.linger(20)
    real.seconds += 10
    assert clock.now() == START + timedelta(seconds=60 + 10)
    clock.linger(20)
    real.seconds += 20
    assert clock.now() == START + timedelta(seconds=60 + 30)
    real.seconds += 1
    assert clock.now() == START + timedelta(seconds=60 + 30 + 60)


def test_it_does_not_linger_shorter_because_it_was_asked_again() -> None:
    clock, real = started(60)
    clock.linger(20)
    clock.linger(1)
    real.seconds += 20
    assert clock.now() == START + timedelta(seconds=20)


def test_a_clock_that_is_slower_than_real_time_stays_so() -> None:
    clock, real = started(0.5)
    clock.linger(20)
    real.seconds += 10
    assert clock.now() == START + timedelta(seconds=5)


@pytest.mark.parametrize("speed", [0, -1])
def test_it_never_stands_or_goes_back(speed: float) -> None:
    with pytest.raises(ValueError, match="use a number above 0"):
        FastClock(START, speed=speed)
