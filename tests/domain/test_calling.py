"""How one person is called: rule after rule, no rule twice, none after the end."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calling import begun, next_due, step_of, turn_of, with_step
from chalicelib.domain.escalation import Position
from chalicelib.domain.responder import NotificationRule
from tests.builders import ANA, BEN, NOW, a_responder

MINUTE = timedelta(minutes=1)
RULES = (
    NotificationRule("sms"),
    NotificationRule("email", 5 * MINUTE),
    NotificationRule("webhook", 15 * MINUTE),
)
FIRST_STEP = Position(due_at=NOW)


def test_each_rule_is_due_at_its_delay_from_the_beginning_of_the_call() -> None:
    call = begun(ANA, "r1.s0", now=NOW)
    assert call.is_due(NOW)

    call = call.after_page(RULES, now=NOW, reached=True)
    assert call.due_at == NOW + 5 * MINUTE

    call = call.after_page(RULES, now=NOW + 6 * MINUTE, reached=True)
    assert call.due_at == NOW + 15 * MINUTE

    assert call.after_page(RULES, now=NOW + 15 * MINUTE, reached=True).due_at is None


def test_a_refused_page_makes_the_next_rule_due_at_once() -> None:
    call = begun(ANA, "r1.s0", now=NOW).after_page(RULES, now=NOW, reached=False)

    assert call.is_due(NOW)
    assert not call.has_reached
    assert not call.is_lost


def test_of_rules_by_one_channel_that_fell_due_together_the_last_is_carried_out() -> None:
    rules = tuple(
        NotificationRule(*rule)
        for rule in (
            ("sms", MINUTE),
            ("email", 2 * MINUTE),
            ("sms", 3 * MINUTE),
            ("sms", 9 * MINUTE),
        )
    )
    call = begun(ANA, "r1.s0", now=NOW)

    assert call.caught_up(rules, now=NOW + 2 * MINUTE).rule == 0
    assert call.caught_up(rules, now=NOW + 3 * MINUTE).rule == 1  # the SMS comes as rule 2
    assert replace(call, rule=2).caught_up(rules, now=NOW + 8 * MINUTE).rule == 2
    assert replace(call, rule=4).caught_up(rules, now=NOW + 9 * MINUTE).rule == 4


def test_a_call_whose_rules_were_all_refused_is_lost() -> None:
    call = begun(ANA, "r1.s0", now=NOW)
    for _ in RULES:
        call = call.after_page(RULES, now=NOW, reached=False)

    assert call.is_lost


def test_a_receipt_of_failure_makes_the_next_rule_due_at_once() -> None:
    call = begun(ANA, "r1.s0", now=NOW).after_page(RULES, now=NOW, reached=True)

    failed = call.failed("sms", RULES, now=NOW + MINUTE)

    assert failed.due_at == NOW + MINUTE
    assert not failed.has_reached


def test_a_late_receipt_about_an_earlier_rule_changes_nothing() -> None:
    call = begun(ANA, "r1.s0", now=NOW).after_page(RULES, now=NOW, reached=True)
    call = call.after_page(RULES, now=NOW + 5 * MINUTE, reached=True)

    assert call.failed("sms", RULES, now=NOW + 6 * MINUTE) == call


def test_what_reached_the_person_by_another_channel_stays_when_one_fails() -> None:
    call = begun(ANA, "r1.s0", now=NOW).after_page(RULES, now=NOW, reached=True)
    call = call.after_page(RULES[:2], now=NOW + 5 * MINUTE, reached=True)

    failed = call.failed("email", RULES[:2], now=NOW + 6 * MINUTE)

    assert failed.reached_by == ("sms",)
    assert not failed.is_lost
    assert failed.failed("email", RULES[:2], now=NOW + 7 * MINUTE) == failed


def test_when_the_last_rule_failed_by_receipt_the_call_is_lost() -> None:
    only = RULES[:1]
    call = begun(ANA, "r1.s0", now=NOW).after_page(only, now=NOW, reached=True)

    assert call.failed("sms", only, now=NOW + MINUTE).is_lost


def test_what_must_wait_is_not_lost_until_it_is_refused() -> None:
    call = begun(ANA, "r2.s0", now=NOW).held_until(NOW + MINUTE)

    assert call.due_at == NOW + MINUTE
    assert call.rule == 0
    assert not call.is_lost
    assert call.after_page(RULES[:1], now=NOW + MINUTE, reached=False).is_lost


def test_a_step_begins_a_call_to_each_of_its_people() -> None:
    calls = with_step((), (a_responder(ANA), a_responder(BEN)), FIRST_STEP, now=NOW)

    assert [(call.responder, call.turn, call.due_at) for call in calls] == [
        (ANA, "r1.s0", NOW),
        (BEN, "r1.s0", NOW),
    ]


def test_a_person_whose_first_rule_waits_is_called_after_that_wait() -> None:
    later = a_responder(ANA, notify=(NotificationRule("sms", 3 * MINUTE),))

    (call,) = with_step((), (later,), FIRST_STEP, now=NOW)

    assert call.due_at == NOW + 3 * MINUTE


def test_an_earlier_call_goes_on_beside_the_next_step() -> None:
    (ana,) = with_step((), (a_responder(ANA),), FIRST_STEP, now=NOW)
    ana = ana.after_page(RULES, now=NOW, reached=True)

    both = with_step((ana,), (a_responder(BEN),), replace(FIRST_STEP, step=1), now=NOW + MINUTE)

    assert [call.responder for call in both] == [ANA, BEN]
    assert both[0] == ana


def test_who_is_meant_by_the_next_step_too_is_called_anew() -> None:
    (ana,) = with_step((), (a_responder(ANA),), FIRST_STEP, now=NOW)
    ana = ana.after_page(RULES, now=NOW, reached=True)

    (again,) = with_step((ana,), (a_responder(ANA),), replace(FIRST_STEP, step=1), now=NOW)

    assert (again.turn, again.rule) == ("r1.s1", 0)


def test_finished_calls_of_earlier_steps_are_forgotten() -> None:
    ana = begun(ANA, "r1.s0", now=NOW).ended()

    calls = with_step((ana,), (a_responder(BEN),), replace(FIRST_STEP, step=1), now=NOW)

    assert [call.responder for call in calls] == [BEN]


def test_a_turn_tells_its_step_and_a_hand_over_has_none() -> None:
    assert turn_of(Position(due_at=NOW, round=3, step=12)) == "r3.s12"
    assert step_of("r3.s12") == 12
    assert step_of("h7") is None


def test_nothing_is_due_of_no_calls() -> None:
    assert next_due(()) is None
    assert next_due((begun(ANA, "h2", now=NOW).ended(),)) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=6))
def test_every_call_comes_to_an_end_and_no_rule_is_carried_out_twice(
    story: list[tuple[bool, int]],
) -> None:
    call = begun(ANA, "r1.s0", now=NOW)
    now = NOW
    carried_out = []
    for reached, minutes in [*story, *[(True, 20)] * len(RULES)]:
        if call.due_at is None:
            break
        now = max(now + minutes * MINUTE, call.due_at)
        carried_out.append(call.rule)
        call = call.after_page(RULES, now=now, reached=reached)
        assert call.due_at is None or call.due_at >= now

    assert carried_out == list(range(len(RULES)))
    assert call.due_at is None
