"""How long a second opinion is waited for."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.patience import (
    LEFT_ALONE,
    MOST_FAILURES,
    MOST_WAITING,
    REFUSED_FOR,
    Patience,
)
from tests.builders import NOW

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_somebody_who_answers_fast_is_asked_again_and_again() -> None:
    patience = Patience()
    for number in range(600):
        now = NOW + number * SECOND
        assert patience.allows(now)
        patience = patience.answered(0.05, now=now)


def test_somebody_who_fails_several_times_in_a_row_is_left_alone_for_a_while() -> None:
    patience = Patience()
    for _ in range(MOST_FAILURES):
        assert patience.allows(NOW)
        patience = patience.failed(0.01, now=NOW)
    assert not patience.allows(NOW + LEFT_ALONE - SECOND)
    assert patience.allows(NOW + LEFT_ALONE)

    patience = patience.failed(0.01, now=NOW + LEFT_ALONE)
    assert not patience.allows(NOW + LEFT_ALONE + MINUTE), "one failure more is enough then"
    assert patience.allows(NOW + 2 * LEFT_ALONE)


def test_an_answer_between_failures_begins_the_count_anew() -> None:
    patience = Patience()
    for _ in range(5):
        for _ in range(MOST_FAILURES - 1):
            patience = patience.failed(0.01, now=NOW)
        patience = patience.answered(0.01, now=NOW)
    assert patience.allows(NOW)


def test_whoever_refuses_is_left_alone_at_once_and_for_longer() -> None:
    patience = Patience().refused(0.1, now=NOW)
    assert not patience.allows(NOW + REFUSED_FOR - SECOND)
    assert patience.allows(NOW + REFUSED_FOR)


@given(st.lists(st.tuples(st.floats(0, 2), st.booleans(), st.integers(0, 9)), max_size=60))
def test_within_a_minute_nobody_waits_for_more_than_a_few_seconds_however_slow_it_is(
    answers: list[tuple[float, bool, int]],
) -> None:
    patience, now, waits = Patience(), NOW, []
    for seconds, has_failed, pause in answers:
        now += timedelta(seconds=pause)
        if not patience.allows(now):
            continue
        tell = patience.failed if has_failed else patience.answered
        patience = tell(seconds, now=now)
        waits.append((now, seconds))
    for start, _ in waits:
        within = [seconds for at, seconds in waits if start <= at < start + MINUTE]
        assert sum(within) <= MOST_WAITING + 2
