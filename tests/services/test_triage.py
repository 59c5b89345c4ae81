"""What follows from a mention, however often and by whomever it is judged."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.domain.background import Background
from chalicelib.domain.desk import Desk
from chalicelib.domain.incident import JOIN_WINDOW, REFRESH, IncidentState
from chalicelib.domain.mention import Mention
from chalicelib.domain.page import PageState
from chalicelib.domain.rules import Rules
from chalicelib.domain.signal import Score, Topic, Urgency
from chalicelib.services.triage import JUDGED_WITHIN, SWEEP
from tests.builders import ANA, BEN, NOW
from tests.fakes import Crash
from tests.services.stage import SCORES, Interruption, Stage, after, at_once, interruptions

MOMENT = timedelta(microseconds=1)


def test_a_mention_that_cannot_wait_rings_at_once_and_becomes_a_ticket() -> None:
    stage = Stage()
    mention = stage.judged("the site is down")

    assert stage.rung() == [ANA]
    assert stage.incident.mention_id == mention.id
    (ticket,) = stage.tickets.all()
    assert ticket.urgency is Urgency.WAKE
    assert ticket.incident_id == stage.incident.id
    assert stage.mentions.score(mention.id) == SCORES["down"]
    assert stage.phones.pages()[0].loudness == 1
    assert stage.phones.pages()[0].brand_name == "Acme"


@pytest.mark.parametrize(
    ("text", "tickets"), [("it is slow", 1), ("where is it", 1), ("how nice", 0)]
)
def test_what_can_wait_rings_nobody(text: str, tickets: int) -> None:
    stage = Stage()
    mention = stage.judged(text)

    assert stage.rung() == []
    assert stage.incidents.all() == ()
    assert len(stage.tickets.all()) == tickets
    assert stage.mentions.score(mention.id) is not None


def test_judged_twice_is_judged_once() -> None:
    stage = Stage()
    mention = stage.judged("the site is down")
    kept = (stage.incident, stage.tickets.all(), stage.pages.all())

    assert stage.triage.judge(mention, now=after(1)) == stage.mentions.score(mention.id)
    assert (stage.incident, stage.tickets.all(), stage.pages.all()) == kept
    assert stage.rung() == [ANA]
    assert stage.meter.counts["MentionsJudged"] == 1


def test_a_mob_is_one_incident_and_one_ringing_phone() -> None:
    stage = Stage()
    for number in range(300):
        stage.judged(f"the site is down, says number {number}", number)

    assert stage.rung() == [ANA]
    assert stage.incidents.loudness(stage.incident.id) == 300
    assert len(stage.tickets.all()) == 300


def test_the_next_page_says_how_loud_it_has_become() -> None:
    stage = Stage()
    for number in range(40):
        stage.judged(f"the site is down, says number {number}", number)
    stage.tick(after(15))

    assert [page.loudness for page in stage.phones.pages()] == [1, 40]


def test_another_topic_and_another_brand_are_incidents_of_their_own() -> None:
    stage = Stage()
    stage.judged("the site is down", 1)
    stage.judged("they leak my data", 2)
    stage.judged("the site is down", 3, brand="other")

    assert {(one.brand, one.topic) for one in stage.incidents.all()} == {
        ("acme", Topic.OUTAGE),
        ("acme", Topic.SECURITY),
        ("other", Topic.OUTAGE),
    }
    assert stage.rung() == [ANA, ANA, ANA]


def test_a_copy_joins_the_incident_of_its_text_however_it_is_judged_itself() -> None:
    text = "attention all of you they leak everything"
    stage = Stage()
    opener = stage.judged(text, 1)
    stage.scorer.table = {"leak": SCORES["slow"]}

    copy = stage.judged("ATTENTION all of you: they leak everything! https://x.example", 2)

    assert set(stage.incidents.joins[stage.incident.id]) == {opener.id, copy.id}
    assert stage.mentions.incident_ids[copy.id] == stage.incident.id
    assert stage.rung() == [ANA]


def test_a_copy_of_another_brand_is_none() -> None:
    text = "attention all of you the site is down"
    stage = Stage()
    stage.judged(text, 1)
    stage.judged(text, 2, brand="other")

    assert len(stage.incidents.all()) == 2


def test_a_copy_that_joins_under_another_text_makes_that_text_known_too() -> None:
    stage = Stage()
    stage.judged("everything here is down again today", 1)
    stage.judged("nothing works any more it is down", 2)
    stage.scorer.table = {"any more": SCORES["slow"]}

    stage.judged("nothing works any more it is down", 3)

    assert stage.incidents.loudness(stage.incident.id) == 3


def test_a_short_text_is_nobodys_copy_and_a_mild_one_joins_nothing() -> None:
    stage = Stage()
    stage.judged("it is down", 1)
    stage.scorer.table = {"down": SCORES["slow"]}
    stage.judged("it is down", 2)

    assert stage.incidents.loudness(stage.incident.id) == 1


def test_what_joins_an_acknowledged_incident_rings_nobody() -> None:
    stage = Stage()
    stage.judged("the site is down", 1)
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(1))
    stage.judged("the site is down too", 2, now=after(30))
    stage.ticks(31, 60)

    assert stage.rung() == [ANA]
    assert stage.incidents.loudness(stage.incident.id) == 2


def test_a_mention_that_joins_just_when_somebody_acknowledges_rings_nobody() -> None:
    def rival() -> None:
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(15))

    interruption = Interruption(1, of="save", do=rival)
    stage = Stage(interruption=interruption)
    interruption.has_struck = True
    stage.judged("the site is down", 1)
    mention = stage.post("the site is down too", 2, now=after(15))
    interruption.has_struck = False
    stage.triage.judge(mention, now=after(15))

    assert interruption.has_struck
    assert stage.rung() == [ANA]
    assert stage.incident.acknowledged_by == ANA


def test_after_the_end_of_one_incident_the_next_mention_opens_another_that_rings() -> None:
    stage = Stage()
    stage.judged("the site is down again and again", 1)
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(5))
    stage.judged("the site is down again and again", 2, now=after(6))

    first, second = stage.incidents.all()
    assert first.state is IncidentState.RESOLVED
    assert second.state is IncidentState.TRIGGERED
    assert stage.rung() == [ANA, ANA]
    assert stage.incidents.loudness(second.id) == 1


def test_an_acknowledged_incident_that_went_quiet_for_half_a_day_takes_no_more() -> None:
    stage = Stage()
    stage.judged("the site is down", 1)
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=NOW)
    stage.judged("the site is down", 2, now=NOW + JOIN_WINDOW - MOMENT)
    assert len(stage.incidents.all()) == 1

    stage.judged("the site is down", 3, now=NOW + 2 * JOIN_WINDOW)

    assert len(stage.incidents.all()) == 2
    assert stage.rung() == [ANA, ANA]


def test_a_storm_marks_its_incident_as_alive_every_five_minutes_only() -> None:
    stage = Stage()
    stage.judged("the site is down", 0)
    versions = set()
    for number in range(1, 121):
        stage.judged(f"the site is down {number}", number, now=NOW + number * REFRESH / 60)
        versions.add((stage.incident.version, stage.incident.alive_at))

    assert {alive_at for _, alive_at in versions} == {NOW, NOW + REFRESH, NOW + 2 * REFRESH}
    assert len(versions) == 3


def test_an_incident_that_somebody_was_faster_to_open_is_joined() -> None:
    def rival() -> None:
        stages[-1].triage.judge(stages[-1].mentions.stream[1], now=NOW)

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = Stage(interruption=interruption)
        stages.append(stage)
        interruption.has_struck = True
        first, second = stage.post("the site is down", 1), stage.post("all is down here", 2)
        interruption.has_struck = False
        stage.triage.judge(first, now=NOW)
        interruption.end()
        stage.triage.judge(second, now=NOW)  # was the rival's, if there was one
        stage.ticks(1, 3)

        assert stage.rung() == [ANA], interruption.number
        assert set(stage.incidents.joins[stage.incident.id]) == {first.id, second.id}
        assert len(stage.tickets.all()) == 2
        assert stage.incident.position.step == 1


def test_many_who_race_to_open_open_one_and_ring_once() -> None:
    for _ in range(15):
        stage = Stage()
        mentions = [stage.post(f"the site is down {number}", number) for number in range(6)]
        judging = [partial(stage.triage.judge, mention, now=NOW) for mention in mentions]
        assert at_once(judging) == []
        stage.ticks(1, 3)

        assert stage.rung() == [ANA]
        assert set(stage.incidents.joins[stage.incident.id]) == {one.id for one in mentions}
        assert len(stage.tickets.all()) == len(mentions)


def _end(stage: Stage) -> object:
    """All that matters in the end, without instants and versions."""
    return (
        [
            (one.brand, one.topic, one.state, one.position.round, one.position.step)
            for one in stage.incidents.all()
        ],
        [set(stage.incidents.joins[one.id]) for one in stage.incidents.all()],
        {(one.id, one.urgency, one.incident_id is None) for one in stage.tickets.all()},
        stage.mentions.scores,
        {id: incident is None for id, incident in stage.mentions.incident_ids.items()},
        [(page.responder, page.state) for page in stage.pages.all()],
    )


def _before_nothing(stage: Stage) -> None:
    """The first mention of an incident."""


def _before_a_join(stage: Stage) -> None:
    stage.judged("something else is down here", 90)


def _before_a_copy(stage: Stage) -> None:
    stage.judged("attention everybody the whole site is down", 90)


def _after_the_end(stage: Stage) -> None:
    stage.judged("the whole site is down", 90)
    stage.acknowledging.resolve(stage.incident.id, "gus", now=NOW + MOMENT)


@pytest.mark.parametrize("text", ["attention everybody the whole site is down", "where is it"])
@pytest.mark.parametrize(
    "before", [_before_nothing, _before_a_join, _before_a_copy, _after_the_end]
)
@pytest.mark.parametrize("replayed_by", ["stream", "sweep"])
def test_a_crash_at_any_step_of_judging_loses_nothing_once_it_is_replayed(
    text: str, before: object, replayed_by: str
) -> None:
    def play(interruption: Interruption) -> Stage:
        stage = Stage(interruption=interruption)
        interruption.has_struck = True
        assert callable(before)
        before(stage)
        mention = stage.post(text, 1, now=after(1))
        interruption.has_struck = False
        try:
            stage.triage.judge(mention, now=after(1))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        if replayed_by == "stream":
            stage.triage.judge(mention, now=after(1) + timedelta(seconds=1))
        stage.ticks(2, 6)
        return stage

    undisturbed = play(Interruption(0))
    repeated = 0
    for interruption in interruptions():
        stage = play(interruption)
        assert _end(stage) == _end(undisturbed), (interruption.number, interruption.is_after)
        assert all(page.state is PageState.SENT for page in stage.pages.all())
        more = len(stage.rung()) - len(undisturbed.rung())
        assert more in (0, 1)
        repeated += more
    # The one window: the provider has taken the page, and it is not recorded yet.
    sends = len(undisturbed.rung()) - (0 if before is _before_nothing else 1)
    assert repeated == 2 * sends


def test_a_mention_whose_incident_was_resolved_before_its_replay_opens_no_other() -> None:
    resolved = 0
    for interruption in interruptions():
        stage = Stage(interruption=interruption)
        interruption.has_struck = True
        mention = stage.post("the site is down")
        interruption.has_struck = False
        try:
            stage.triage.judge(mention, now=NOW)
        except Crash:
            assert interruption.has_struck
        interruption.end()
        rung = stage.rung()
        if not stage.incidents.all():
            continue
        stage.acknowledging.resolve(stage.incident.id, "gus", now=after(1))
        resolved += 1

        stage.triage.judge(mention, now=after(2))
        stage.ticks(3, 6)

        assert stage.rung() == rung
        assert stage.incident.state is IncidentState.RESOLVED
        assert len(stage.tickets.all()) == 1
    assert resolved > 10


def test_what_lies_unjudged_for_two_minutes_is_judged_by_the_tick_which_tells_somebody() -> None:
    stage = Stage()
    mention = stage.post("the site is down")

    assert stage.triage.sweep(now=NOW + JUDGED_WITHIN) == 0
    assert stage.notices.told == []
    assert stage.triage.sweep(now=NOW + JUDGED_WITHIN + MOMENT) == 1
    assert stage.rung() == [ANA]
    assert stage.notices.kinds() == ["judged-late"]
    assert "1 mentions were judged" in stage.notices.told[0].text
    assert stage.triage.sweep(now=after(3)) == 0
    assert stage.mentions.score(mention.id) is not None


class _RefusingScorer:
    """Cannot judge one mention."""

    faults: tuple[str, ...] = ()

    def score(self, mention: Mention, desk: Desk, background: Background) -> Score:
        if "poison" in mention.text:
            raise RuntimeError("cannot be read")
        return SCORES["down"]


def test_a_mention_that_cannot_be_judged_holds_up_no_other_and_is_told() -> None:
    stage = Stage(scorer=_RefusingScorer())
    poison = stage.post("poison", 1)
    stage.post("the site is down", 2)

    assert stage.triage.sweep(now=after(3)) == 1
    assert stage.rung() == [ANA]
    assert "1 cannot be judged: people must read them" in stage.notices.told[0].text
    assert stage.mentions.score(poison.id) is None
    stage.ticks(4, 14)
    assert stage.meter.counts["MentionsNotJudged"] == 12
    assert stage.notices.kinds() == ["judged-late"]


def test_mentions_that_cannot_be_judged_become_tickets_and_block_the_others_only_for_minutes() -> (
    None
):
    stage = Stage(scorer=_RefusingScorer())
    for number in range(SWEEP):
        stage.post("poison", number)
    stage.post("the site is down", SWEEP, now=NOW + timedelta(seconds=1))
    stage.ticks(3, 14)
    assert stage.rung() == []

    stage.ticks(15, 16)

    assert stage.rung() == [ANA]
    handed_over = [one for one in stage.tickets.all() if one.mention.text == "poison"]
    assert len(handed_over) == SWEEP
    assert {one.reasons for one in handed_over} == {("could not be judged: read it yourself",)}
    assert {one.urgency for one in handed_over} == {Urgency.SOON}


def test_a_tick_judges_a_bounded_number_and_the_next_goes_on() -> None:
    stage = Stage()
    for number in range(SWEEP + 5):
        stage.post("where is it", number)

    assert stage.triage.sweep(now=after(3)) == SWEEP
    assert stage.triage.sweep(now=after(4)) == 5
    assert len(stage.tickets.all()) == SWEEP + 5


def test_a_mention_of_a_brand_that_was_removed_is_judged_by_the_first_policy() -> None:
    stage = Stage()
    stage.judged("the site is down", brand="forgotten")

    assert stage.incident.policy == "standard"
    stage.tick(after(15))
    assert stage.rung() == [ANA, BEN]


def test_a_sweep_that_has_no_time_left_leaves_the_rest_to_the_next_tick() -> None:
    stage = Stage()
    for number in range(5):
        stage.post("where is it", number)
    left = iter([True, True, False])

    assert stage.triage.sweep(now=after(3), has_time=lambda: next(left)) == 2
    assert stage.triage.sweep(now=after(4)) == 3


# --- the company's own rules --------------------------------------------------------------


def _by_own_rules(**rules: object) -> Stage:
    stage = Stage()
    desk = stage.desks.current()
    policies = tuple(replace(one, pages_soon=True) for one in desk.policies)
    stage.desks.put(replace(desk, policies=policies, rules=Rules(**rules)), now=NOW)  # type: ignore[arg-type]
    return stage


def test_a_quiet_topic_opens_no_incident_even_where_soon_does() -> None:
    stage = _by_own_rules(quiet_topics=frozenset({Topic.OUTAGE}))
    stage.judged("the site is down", 1)
    stage.judged("it is slow", 2)

    assert stage.rung() == []
    assert stage.incidents.all() == ()
    assert [ticket.urgency for ticket in stage.tickets.all()] == [Urgency.SOON, Urgency.SOON]

    stage.judged("they leak my data", 3)
    assert [one.topic for one in stage.incidents.all()] == [Topic.SECURITY]


def test_without_quiet_topics_what_is_soon_opens_one_where_the_policy_says_so() -> None:
    stage = _by_own_rules()
    stage.judged("it is slow", 1)
    assert len(stage.incidents.all()) == 1


def test_words_that_always_page_wake_even_in_a_quiet_topic() -> None:
    stage = _by_own_rules(quiet_topics=frozenset({Topic.OUTAGE}), page=("gas leak",))
    stage.judged("it is slow and there is a gas leak")
    assert stage.rung() == [ANA]
    (ticket,) = stage.tickets.all()
    assert "by your rules: you always page for 'gas leak'" in ticket.reasons


def test_what_own_staff_writes_makes_no_ticket() -> None:
    stage = _by_own_rules(ignored=("carla@social.example",))
    stage.judged("the site is down")
    assert (stage.rung(), stage.tickets.all()) == ([], ())
