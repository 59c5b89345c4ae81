"""How long Lambda ran, in whole milliseconds, by a timer that tests move."""

from chalicelib.adapters.metering.lambda_time import LambdaTime, process_seconds
from chalicelib.domain.cost import Use


class Timer:
    """Counts up when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def timed(timer: Timer, *, started: float = 0.0, machine: str = "x86_64") -> LambdaTime:
    return LambdaTime(seconds=timer, since_start=lambda: started, machine=machine)


def test_a_millisecond_that_has_begun_counts_whole() -> None:
    timer = Timer()
    measuring = timed(timer)
    for seconds, milliseconds in ((0.0071, 8), (0.007, 7), (0.0, 1), (12.3456, 12_346)):
        began = measuring.begin()
        timer.seconds += seconds
        took = measuring.took(began, memory_mb=512)
        assert took == Use(sku="lambda.gb-second.x86_64", quantity=milliseconds * 512)


def test_the_first_invocation_of_a_process_pays_for_its_beginning_and_no_other() -> None:
    timer = Timer()
    measuring = timed(timer, started=0.61)
    for milliseconds in (620, 10, 10):
        began = measuring.begin()
        timer.seconds += 0.010
        assert measuring.took(began, memory_mb=1).quantity == milliseconds


def test_a_process_that_was_made_ready_long_ago_did_not_work_all_that_time() -> None:
    timer = Timer()
    measuring = timed(timer, started=3_600.0)
    assert measuring.took(measuring.begin(), memory_mb=1).quantity == 10_000


def test_a_clock_that_says_nonsense_takes_nothing_away() -> None:
    timer = Timer()
    measuring = timed(timer, started=-5.0)
    assert measuring.took(measuring.begin(), memory_mb=1).quantity == 1


def test_arm_has_a_sku_of_its_own() -> None:
    assert timed(Timer(), machine="aarch64").sku == "lambda.gb-second.arm64"


def test_what_came_after_measuring_is_told_with_the_next_invocation_once() -> None:
    timer = Timer()
    measuring = timed(timer)
    assert measuring.owed(memory_mb=256).quantity == 0
    measured = measuring.now()
    timer.seconds += 0.0124
    measuring.end(measured)
    assert measuring.owed(memory_mb=256).quantity == 12 * 256
    assert measuring.owed(memory_mb=256).quantity == 0


def test_the_kernel_knows_how_old_a_process_is() -> None:
    first = process_seconds()
    assert 0 < first <= process_seconds()
