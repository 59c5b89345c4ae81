"""What other rules would have changed, counted as people would have felt it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.rules import Rules, ruled, unruled
from chalicelib.domain.signal import Mood, Score, Signal, Topic, Urgency
from chalicelib.ports import PastVerdict
from infra.judging import Effect, effect_of
from infra.judging.effect import MAX_TEXT
from infra.judging.replay import USUAL, Course, Lives, lives_of
from infra.judging.single import rules_of, singles
from tests import strategies
from tests.builders import NOW, a_desk, a_policy, an_incident
from tests.infra.judging.past import HOUR, Past, judged

NO_LIVES = Lives(ended_at={}, usual=USUAL)


def effect(past: Past, rules: Rules, *, in_force: Rules | None = None) -> Effect:
    desk = a_desk(rules=rules)
    return effect_of(past.history, desk, in_force=in_force or Rules(), now=NOW)


def course(*verdicts: PastVerdict, desk: Desk | None = None, lives: Lives = NO_LIVES) -> Course:
    return Course.of([(one, one.score) for one in verdicts], desk or a_desk(), lives)


# --- replaying ---------------------------------------------------------------------------


def test_a_mob_is_one_page() -> None:
    mob = [judged(number, at=NOW + number * timedelta(minutes=1)) for number in range(50)]
    assert (course(*mob).pages, course(*mob).incidents) == (1, 1)


def test_another_topic_is_a_page_of_its_own_and_so_is_what_comes_after_the_end() -> None:
    found = course(
        judged(1), judged(2, topic=Topic.SECURITY), judged(3, at=NOW + USUAL), judged(4, at=NOW)
    )
    assert found.pages == 3


def test_an_incident_that_really_was_ends_when_it_was_resolved() -> None:
    verdicts = [judged(1), judged(2, at=NOW + HOUR)]
    ended = Lives(ended_at={verdicts[0].mention.id: NOW + HOUR / 2}, usual=USUAL)
    assert course(*verdicts, lives=ended).pages == 2
    assert course(*verdicts).pages == 1


def test_one_that_never_was_lasts_as_long_as_the_real_ones_usually_did() -> None:
    lengths = [1, 2, 9]
    real = [
        an_incident(
            topic=topic, state=IncidentState.RESOLVED, resolved_at=NOW + hours * HOUR, version=2
        )
        for topic, hours in zip(list(Topic), lengths, strict=False)
    ]
    assert lives_of(real).usual == 2 * HOUR
    assert lives_of([an_incident()]).usual == USUAL
    assert lives_of([an_incident()]).ends_at(judged(0)) == NOW + USUAL


def test_what_is_soon_opens_one_only_where_the_policy_pages_for_it_and_it_may_be_raised() -> None:
    verdicts = [judged(1, 6.0), judged(2, 12.0, at=NOW + HOUR)]
    assert (course(verdicts[0]).pages, course(verdicts[0]).incidents) == (0, 0)
    soon = a_desk(policies=(a_policy(pages_soon=True),))
    assert (course(verdicts[0], desk=soon).pages, course(*verdicts, desk=soon).pages) == (0, 1)
    assert course(*verdicts, desk=soon).incidents == 1


def test_a_quiet_topic_opens_none_by_what_is_soon() -> None:
    quiet = Rules(quiet_topics=frozenset({Topic.OUTAGE}))
    desk = a_desk(policies=(a_policy(pages_soon=True),), rules=quiet)
    assert course(judged(1, 6.0), desk=desk).incidents == 0


def test_a_copy_joins_the_incident_of_its_text_whatever_its_topic() -> None:
    text = "attention all of you they leak everything"
    found = course(judged(1, text=text), judged(2, topic=Topic.SECURITY, text=text.upper()))
    assert found.pages == 1


# --- each rule ---------------------------------------------------------------------------


def test_a_word_that_always_pages_tells_whom_it_would_have_woken() -> None:
    past = Past(
        judged(1, 2.0, text="a gas\nleak here"),
        judged(2, 2.0, text="leaky tap"),
        judged(3, 2.0, text="gas leak again", at=NOW - HOUR),
    )
    found = effect(past, Rules(page=("gas leak", "flood")))

    leak, flood = found.changes
    assert (leak.setting, leak.what, leak.status) == ("page", "gas leak", "new")
    assert (leak.pages, leak.incidents, leak.raised, leak.lowered) == (1, 1, 2, 0)
    assert [(one.text, one.rings) for one in leak.examples] == [
        ("gas leak again", True),
        ("a gas leak here", False),
    ]
    assert (leak.examples[0].before, leak.examples[0].after) == (Urgency.ANSWER, Urgency.WAKE)
    assert leak.examples[0].at == NOW - HOUR
    assert (flood.pages, flood.does_anything, flood.examples) == (0, False, ())
    assert (found.before.pages, found.after.pages) == (0, 1)


@pytest.mark.parametrize(
    ("rules", "pages"),
    [
        (Rules(never_page=("acme records",)), -1),
        (Rules(ignored=("Carla",)), -1),
        (Rules(quiet_topics=frozenset({Topic.OUTAGE})), -1),
        (Rules(wake_at={Topic.OUTAGE: 0.95}), -1),
        (Rules(wake_at_else=0.95), -1),
        (Rules(wake_at={Topic.BILLING: 0.95}), 0),
        (Rules(vips=("clara",)), 0),
    ],
)
def test_each_kind_of_rule_is_told_by_itself(rules: Rules, pages: int) -> None:
    past = Past(judged(1, 12.0, text="acme records is down"))
    (change,) = effect(past, rules).changes
    assert change.pages == pages
    assert change.status == "new"


def test_a_vip_who_is_angry_wakes() -> None:
    past = Past(
        judged(1, 2.0, handle="big"),
        judged(2, 2.0, Topic.BILLING, handle="big", mood=Mood.POSITIVE),
    )
    (change,) = effect(past, Rules(vips=("@Big",))).changes
    assert (change.pages, change.raised) == (1, 2)


def test_a_rule_that_is_taken_out_is_told_too() -> None:
    past = Past(judged(1, 12.0, text="acme records is down"))
    (change,) = effect(past, Rules(), in_force=Rules(never_page=("acme records",))).changes
    assert (change.status, change.pages, change.lowered, change.raised) == ("removed", 1, 0, 1)


def test_a_changed_line_is_told_against_the_line_that_it_was() -> None:
    past = Past(judged(1, 12.0), judged(2, 14.0, Topic.BILLING))
    (change,) = effect(past, Rules(wake_at_else=0.95), in_force=Rules(wake_at_else=0.8)).changes
    assert (change.status, change.least, change.pages) == ("changed", 0.95, -1)


def test_what_is_in_force_already_is_told_for_what_it_does() -> None:
    past = Past(judged(1, 12.0, text="acme records is down"))
    rules = Rules(never_page=("acme records",))
    found = effect(past, rules, in_force=rules)
    (change,) = found.changes
    assert (change.status, change.pages) == ("in force", -1)
    assert (found.before, found.examples) == (found.after, ())


def test_recorded_rules_are_taken_off_before_others_are_applied() -> None:
    bare = judged(1, 12.0, text="acme records is down")
    old = Rules(never_page=("acme records",))
    recorded = replace(bare, score=ruled(bare.score, bare.mention, old))
    found = effect(Past(recorded), Rules(), in_force=Rules())
    assert (found.before.pages, found.after.pages) == (1, 1)


def test_what_could_not_be_judged_is_no_verdict() -> None:
    handed = judged(1)
    score = replace(
        handed.score, scorer="none", signals=(Signal("not-judged", 0.0, "read it yourself"),)
    )
    assert effect(Past(replace(handed, score=score)), Rules(page=("post",))).verdicts == 0


def test_without_a_history_there_is_nothing_to_tell() -> None:
    old = judged(1, at=NOW - timedelta(days=31))
    found = effect(Past(old), Rules(page=("post",)))
    assert (found.verdicts, found.first_at) == (0, None)
    assert (found.before.pages, found.after.pages) == (0, 0)


def test_examples_are_one_short_line_each_and_three_at_most() -> None:
    past = Past(*(judged(number, 2.0, text="gas leak " + "x\n" * 400) for number in range(9)))
    (change,) = effect(past, Rules(page=("gas leak",))).changes
    assert len(change.examples) == 3
    assert {len(one.text) for one in change.examples} == {MAX_TEXT}


@given(strategies.rules())
def test_rules_one_by_one_make_up_the_same_rules(rules: Rules) -> None:
    assert rules_of(singles(rules)) == replace(
        rules,
        page=_once(rules.page),
        never_page=_once(rules.never_page),
        vips=_once(rules.vips),
        ignored=_once(rules.ignored),
    )


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


_WORDS = st.sampled_from(("gas leak", "acme records", "gas leak at acme records", "fine"))
_HANDLES = st.sampled_from(("carla", "big", "staff"))


@st.composite
def _histories(draw: st.DrawFn) -> list[PastVerdict]:
    return [
        judged(
            number,
            draw(st.floats(-5, 20)),
            draw(st.sampled_from((Topic.BILLING, Topic.OUTAGE))),
            text=f"{draw(_WORDS)} {number}",
            handle=draw(_HANDLES),
            at=NOW - number * HOUR,
            mood=draw(st.sampled_from(Mood)),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


_SMALL_RULES = st.builds(
    Rules,
    page=st.sampled_from(((), ("gas leak",))),
    never_page=st.sampled_from(((), ("acme records",))),
    vips=st.sampled_from(((), ("big",))),
    ignored=st.sampled_from(((), ("staff",))),
    wake_at=st.dictionaries(st.sampled_from((Topic.BILLING,)), st.floats(0.1, 1)),
    wake_at_else=st.sampled_from((0.3, 0.5, 0.9)),
    quiet_topics=st.sampled_from((frozenset[Topic](), frozenset({Topic.OUTAGE}))),
)


@given(_histories(), _SMALL_RULES, _SMALL_RULES)
def test_what_one_rule_does_is_what_judging_all_without_it_says(
    verdicts: list[PastVerdict], rules: Rules, in_force: Rules
) -> None:
    """Only what a rule concerns is judged anew: the short way and the long one agree."""
    found = effect(Past(*verdicts), rules, in_force=in_force)
    old, new = singles(in_force), singles(rules)
    assert len(found.changes) == len({*old, *new})
    oldest_first = sorted(verdicts, key=lambda one: (one.judged_at, one.mention.id))

    def pages(by: Rules) -> int:
        scores: list[tuple[PastVerdict, Score]] = [
            (one, ruled(unruled(one.score), one.mention, by)) for one in oldest_first
        ]
        return Course.of(scores, a_desk(rules=by), NO_LIVES).pages

    for change in found.changes:
        rule = (change.setting, change.what)
        others = {one: least for one, least in new.items() if one != rule}
        if change.status in ("removed", "changed"):
            others[rule] = old[rule]
        assert change.pages == pages(rules) - pages(rules_of(others)), change
    assert found.after.pages == pages(rules)
    assert found.before.pages == pages(in_force)
