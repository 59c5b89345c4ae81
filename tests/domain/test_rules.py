"""The company's own rules, applied last."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.rules import Rules, ruled, sureness, unruled
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency, total, urgency_of
from tests.builders import a_mention, a_score
from tests.strategies import signals

AUTHOR = a_mention().author


def _scored(points: float, **over: object) -> Score:
    evidence = (Signal("model", points, "reads like an outage"),)
    score = a_score(signals=evidence, value=total(evidence), urgency=urgency_of(evidence))
    return replace(score, **over)  # type: ignore[arg-type]


def _by(handle: str, text: str = "hello") -> object:
    assert AUTHOR is not None
    return a_mention(text=text, author=replace(AUTHOR, handle=handle))


def _ruled(score: Score, rules: Rules, text: str = "hello", handle: str = "carla") -> Score:
    return ruled(score, _by(handle, text), rules)  # type: ignore[arg-type]


def test_without_rules_nothing_changes() -> None:
    score = _scored(7.0)
    assert _ruled(score, Rules()) == score


@pytest.mark.parametrize("text", ["there is a GAS  LEAK here", "gas leak", "“gas leak”!"])
def test_words_that_always_page_wake_in_any_case_and_spacing(text: str) -> None:
    found = _ruled(_scored(0.0), Rules(page=("Gas leak",)), text)
    assert found.urgency is Urgency.WAKE
    assert "by your rules: you always page for 'gas leak'" in found.reasons


def test_words_are_found_whole_only() -> None:
    assert _ruled(_scored(0.0), Rules(page=("leak",)), "leaky tap").urgency is Urgency.IGNORE


def test_words_that_never_page_leave_a_mention_soon() -> None:
    found = _ruled(_scored(14.0), Rules(never_page=("acme records",)), "Acme Records is on fire")
    assert found.urgency is Urgency.SOON


def test_what_always_pages_wins_over_what_never_does() -> None:
    rules = Rules(page=("fire",), never_page=("acme records",))
    assert _ruled(_scored(3.0), rules, "fire at acme records").urgency is Urgency.WAKE


def test_own_staff_and_partners_are_ignored_whatever_they_say() -> None:
    rules = Rules(ignored=("@Carla",), page=("fire",), vips=("carla",))
    found = _ruled(_scored(20.0), rules, "fire!", handle="carla")
    assert found.urgency is Urgency.IGNORE
    assert found.value == 0


def test_a_vip_is_soon_at_least_and_wakes_when_angry() -> None:
    rules = Rules(vips=("carla",))
    assert _ruled(_scored(0.0, mood=Mood.NEUTRAL), rules).urgency is Urgency.SOON
    assert _ruled(_scored(2.0), rules).urgency is Urgency.WAKE
    assert _ruled(_scored(2.0), rules, handle="clara").urgency is Urgency.ANSWER


def test_a_quiet_topic_never_pages() -> None:
    rules = Rules(quiet_topics=frozenset({Topic.OUTAGE}))
    assert _ruled(_scored(15.0), rules).urgency is Urgency.SOON
    assert _ruled(_scored(15.0, topic=Topic.SAFETY), rules).urgency is Urgency.WAKE


def test_a_topic_may_be_stricter_or_easier_than_shipped() -> None:
    strict = Rules(wake_at={Topic.OUTAGE: 0.9})
    assert _ruled(_scored(11.0), strict).urgency is Urgency.SOON
    assert _ruled(_scored(13.0), strict).urgency is Urgency.WAKE
    easy = Rules(wake_at_else=0.2)
    assert _ruled(_scored(9.0), easy).urgency is Urgency.WAKE
    assert _ruled(_scored(8.0), easy).urgency is Urgency.SOON
    never = Rules(wake_at={Topic.OUTAGE: 1.0})
    assert _ruled(_scored(60.0), never).urgency is Urgency.SOON


@given(st.lists(signals(), max_size=5), st.floats(0.01, 1.0))
def test_a_line_moves_waking_alone(evidence: list[Signal], least: float) -> None:
    value = total(evidence)
    score = _scored(value)
    found = _ruled(score, Rules(wake_at_else=least))
    assert (found.urgency is Urgency.WAKE) == (sureness(value) >= least and least < 1)
    if Urgency.WAKE not in (found.urgency, score.urgency):
        assert found == score
    assert found.value == total(found.signals)


@given(
    st.floats(-50, 50),
    st.sampled_from(("fire", "acme records", "nothing", "fire at acme records")),
    st.sampled_from(("carla", "staff", "vip")),
    st.sampled_from(Mood),
    st.sampled_from(Topic),
)
def test_rules_applied_twice_are_rules_applied_once_and_can_be_taken_off(
    points: float, text: str, handle: str, mood: Mood, topic: Topic
) -> None:
    rules = Rules(
        page=("fire",),
        never_page=("acme records",),
        vips=("vip",),
        ignored=("staff",),
        wake_at={Topic.BILLING: 0.95},
        quiet_topics=frozenset({Topic.PRAISE}),
    )
    score = _scored(points, mood=mood, topic=topic)
    once = _ruled(score, rules, text, handle)
    assert _ruled(once, rules, text, handle) == once
    assert unruled(once) == score
    assert once.urgency is urgency_of(once.signals)
