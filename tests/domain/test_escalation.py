"""Which step is due and what follows it, for any policy and any luck with phones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.escalation import (
    FALLBACK_STEP,
    LONGEST_REPEAT,
    RETRY_WHEN_NOBODY_REACHED,
    During,
    EscalationPolicy,
    Position,
    Step,
    Target,
    TargetKind,
    advance,
    start,
)
from tests.builders import NOW, a_policy
from tests.strategies import policies

MINUTE = timedelta(minutes=1)
luck = st.lists(st.booleans(), min_size=1, max_size=40)
lateness = st.lists(st.timedeltas(timedelta(0), timedelta(minutes=90)), min_size=40, max_size=40)


def _policy(*delays: int, repeat_after: int = 15) -> EscalationPolicy:
    steps = tuple(
        Step(delay=timedelta(minutes=delay), targets=(Target(TargetKind.RESPONDER, f"r{number}"),))
        for number, delay in enumerate(delays)
    )
    return EscalationPolicy(name="any", steps=steps, repeat_after=timedelta(minutes=repeat_after))


def test_steps_follow_one_another_by_their_delays_and_begin_again() -> None:
    policy = _policy(0, 15, 10, repeat_after=20)
    position = start(policy, NOW)
    seen = []
    for _ in range(6):
        seen.append((position.round, position.step, position.due_at - NOW))
        position = advance(policy, position, now=position.due_at, reached=True)

    assert seen == [
        (1, 0, 0 * MINUTE),
        (1, 1, 15 * MINUTE),
        (1, 2, 25 * MINUTE),
        (1, 3, 45 * MINUTE),  # the fallback: nobody has acknowledged
        (2, 0, 65 * MINUTE),
        (2, 1, 80 * MINUTE),
    ]


def test_a_late_step_does_not_shorten_the_time_its_responder_has() -> None:
    policy = _policy(0, 15)

    position = advance(policy, start(policy, NOW), now=NOW + 7 * MINUTE, reached=True)

    assert position.due_at == NOW + 22 * MINUTE


def test_a_first_step_may_wait() -> None:
    position = start(_policy(5, 15), NOW)

    assert not position.is_due(NOW + 5 * MINUTE - timedelta(microseconds=1))
    assert position.is_due(NOW + 5 * MINUTE)


def test_a_round_that_nobody_acknowledged_falls_to_the_fallback_after_a_pause() -> None:
    policy = _policy(0, 15, 10)
    position = start(policy, NOW)
    for reached in (True, False, True):
        position = advance(policy, position, now=NOW, reached=reached)

    assert policy.step(position) == FALLBACK_STEP
    assert position.due_at == NOW + policy.repeat_after


def test_a_last_step_that_reached_nobody_falls_to_the_fallback_at_once() -> None:
    policy = _policy(0, 15)
    position = start(policy, NOW)
    for reached in (True, False):
        position = advance(policy, position, now=NOW, reached=reached)

    assert policy.step(position) == FALLBACK_STEP
    assert position.due_at == NOW


def test_when_the_fallback_answers_for_a_round_the_next_one_waits_its_time() -> None:
    policy = _policy(0)
    fallback = advance(policy, start(policy, NOW), now=NOW, reached=False)
    assert policy.step(fallback) == FALLBACK_STEP

    position = advance(policy, fallback, now=NOW, reached=True)

    assert (position.round, position.step) == (2, 0)
    assert position.due_at == NOW + policy.repeat_after
    assert not position.has_reached_somebody


def test_when_not_even_the_fallback_is_reached_the_next_round_begins_in_a_minute() -> None:
    policy = _policy(0, 15)
    position = start(policy, NOW)
    for _ in range(3):
        position = advance(policy, position, now=NOW, reached=False)

    assert (position.round, position.step) == (2, 0)
    assert position.due_at == NOW + RETRY_WHEN_NOBODY_REACHED


def test_a_policy_that_became_shorter_meanwhile_pages_the_fallback_and_begins_again() -> None:
    shorter = _policy(0)
    position = Position(due_at=NOW, round=3, step=2, has_reached_somebody=True)

    assert shorter.step(position) == FALLBACK_STEP
    following = advance(shorter, position, now=NOW, reached=True)
    assert (following.round, following.step) == (4, 0)


def test_a_policy_that_became_longer_meanwhile_goes_on_with_its_new_step() -> None:
    longer = _policy(0, 15, 10)
    position = Position(due_at=NOW, step=1)

    assert longer.step(position) == longer.steps[1]


@given(policy=policies(), reached=luck, late=lateness)
def test_what_follows_is_never_due_before_the_step_that_was_carried_out(
    policy: EscalationPolicy, reached: list[bool], late: list[timedelta]
) -> None:
    position = start(policy, NOW)
    now = NOW
    for was_reached, delay in zip(reached, late, strict=False):
        now = max(now, position.due_at) + delay
        following = advance(policy, position, now=now, reached=was_reached)
        assert following.due_at >= now >= position.due_at
        assert (following.round, following.step) > (position.round, position.step)
        position = following


@given(policy=policies(), reached=luck)
def test_a_step_that_reached_nobody_is_followed_at_once_while_the_round_has_steps(
    policy: EscalationPolicy, reached: list[bool]
) -> None:
    position = start(policy, NOW)
    for was_reached in reached:
        now = position.due_at
        following = advance(policy, position, now=now, reached=was_reached)
        if not was_reached and following.round == position.round:
            assert following.due_at == now
        position = following


@given(policy=policies(), reached=luck)
def test_each_round_has_every_step_once_and_ends_with_the_fallback(
    policy: EscalationPolicy, reached: list[bool]
) -> None:
    policy = replace(
        policy,
        repeats=None,
        steps=tuple(replace(step, during=During.ALWAYS) for step in policy.steps),
    )
    carried_out: dict[int, list[tuple[Step, bool]]] = {}
    position = start(policy, NOW)
    for was_reached in [*reached, *[False] * 10]:
        steps = carried_out.setdefault(position.round, [])
        steps.append((policy.step(position), was_reached))
        position = advance(policy, position, now=position.due_at, reached=was_reached)
    del carried_out[max(carried_out)]  # may have been cut short

    for steps in carried_out.values():
        assert [step for step, _ in steps] == [*policy.steps, FALLBACK_STEP]


@given(policy=policies(), reached=luck, begin_at=st.integers(0, 6))
def test_at_one_instant_no_more_steps_are_due_than_one_round_has(
    policy: EscalationPolicy, reached: list[bool], begin_at: int
) -> None:
    position = Position(due_at=NOW, step=begin_at)
    carried_out = 0
    while position.is_due(NOW):
        was_reached = reached[carried_out % len(reached)]
        position = advance(policy, position, now=NOW, reached=was_reached)
        carried_out += 1
        assert carried_out <= len(policy.steps) + 1


@pytest.mark.parametrize("reached", [True, False])
def test_a_policy_without_any_waits_does_not_ring_for_ever_at_one_instant(reached: bool) -> None:
    policy = _policy(0, 0, repeat_after=0)
    position = start(policy, NOW)
    for _ in range(3):
        position = advance(policy, position, now=NOW, reached=reached)
        if not position.is_due(NOW):
            break

    assert not position.is_due(NOW)


def test_it_rings_for_ever_until_somebody_acknowledges() -> None:
    policy = a_policy()
    position = start(policy, NOW)
    for number in range(1000):
        position = advance(policy, position, now=position.due_at, reached=number % 3 > 0)

    assert position.round > 300
    assert position.due_at < NOW + 1000 * LONGEST_REPEAT


def test_the_pause_between_rounds_grows_up_to_two_hours() -> None:
    policy = a_policy(repeat_after=15 * MINUTE)

    pauses = [policy.pause_after(round) // MINUTE for round in (1, 2, 3, 4, 5, 1_000_000)]

    assert pauses == [15, 30, 60, 120, 120, 120]
    assert a_policy(repeat_after=timedelta(hours=5)).pause_after(9) == timedelta(hours=5)


def test_after_its_repeats_the_fallback_alone_is_paged_until_somebody_acknowledges() -> None:
    policy = replace(_policy(0, 10), repeats=1)
    position = start(policy, NOW)
    steps = []
    for _ in range(10):
        steps.append((position.round, position.step))
        position = advance(policy, position, now=position.due_at, reached=True)

    assert steps == [
        (1, 0), (1, 1), (1, 2),
        (2, 0), (2, 1), (2, 2),
        (3, 2), (4, 2), (5, 2), (6, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("during", "open", "closed"),
    [(During.ALWAYS, True, True), (During.OPEN, True, False), (During.CLOSED, False, True)],
)
def test_a_step_is_taken_in_its_hours(during: During, open: bool, closed: bool) -> None:
    step = Step(delay=timedelta(0), targets=(), during=during)

    assert step.is_taken(is_open=True) is open
    assert step.is_taken(is_open=False) is closed


@given(policy=policies(), is_open=st.booleans())
def test_a_step_that_is_not_taken_counts_as_if_it_were_not_there(
    policy: EscalationPolicy, is_open: bool
) -> None:
    taken = tuple(step for step in policy.steps if step.is_taken(is_open=is_open))
    if not policy.steps[0].is_taken(is_open=is_open):
        return
    without = replace(policy, steps=taken)
    one = start(policy, NOW, is_open=is_open)
    other = start(without, NOW, is_open=is_open)
    for _ in range(8):
        assert policy.step(one) == without.step(other)
        assert one.due_at == other.due_at
        one = advance(policy, one, now=one.due_at, reached=True, is_open=is_open)
        other = advance(without, other, now=other.due_at, reached=True, is_open=is_open)
        if one.round > 1:
            break


def test_at_night_an_escalation_begins_at_once_with_the_step_of_the_night() -> None:
    day, night = _policy(30, 10).steps
    policy = replace(
        _policy(30, 10),
        steps=(replace(day, during=During.OPEN), replace(night, during=During.CLOSED)),
    )

    assert start(policy, NOW, is_open=False) == Position(due_at=NOW, step=1)
    assert start(policy, NOW, is_open=True) == Position(due_at=NOW + 30 * MINUTE, step=0)


def test_where_no_step_is_taken_the_fallback_is_paged_at_once() -> None:
    day = replace(_policy(30).steps[0], during=During.OPEN)
    policy = replace(_policy(30), steps=(day,))

    nobody = start(policy, NOW, is_open=False)

    assert nobody.due_at == NOW
    assert policy.step(nobody) == FALLBACK_STEP
