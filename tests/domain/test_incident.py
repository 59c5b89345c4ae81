"""An incident from its first mention to its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calling import begun
from chalicelib.domain.errors import IllegalMove
from chalicelib.domain.escalation import Position
from chalicelib.domain.incident import (
    JOIN_WINDOW,
    REFRESH,
    Incident,
    IncidentState,
    brand_and_topic,
    faced,
    incident_id,
    opened,
)
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.timeline import MOST_ACTS, ActKind, Via
from tests.builders import ANA, BEN, NOW, a_mention, a_policy, a_score, an_incident
from tests.strategies import incidents, instants

MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(minutes=3)
POLICY = a_policy()

BY_SMS = (NotificationRule("sms"),)

ACTIONS: dict[str, Callable[[Incident], Incident]] = {
    "acknowledge": lambda incident: incident.acknowledged(ANA, now=LATER, policy=POLICY),
    "time out": lambda incident: incident.triggered_again(now=LATER, policy=POLICY),
    "resolve": lambda incident: incident.resolved("gus", now=LATER),
    "snooze": lambda incident: incident.snoozed(ANA, LATER + HOUR, now=LATER),
    "escalate": lambda incident: incident.escalated(ANA, now=LATER),
    "hand over": lambda incident: incident.handed_to(BEN, by=ANA, now=LATER, policy=POLICY),
    "grade": lambda incident: incident.graded(ANA, is_worth_it=True, now=LATER),
}

TRIGGERED, ACKNOWLEDGED, RESOLVED = IncidentState


def _in(state: IncidentState) -> Incident:
    if state is TRIGGERED:
        return an_incident()
    if state is ACKNOWLEDGED:
        return an_incident().acknowledged(BEN, now=NOW, policy=POLICY)
    return an_incident().resolved("gus", now=NOW)


@pytest.mark.parametrize(
    ("state", "action", "becomes"),
    [
        (TRIGGERED, "acknowledge", ACKNOWLEDGED),
        (TRIGGERED, "time out", None),
        (TRIGGERED, "resolve", RESOLVED),
        (ACKNOWLEDGED, "acknowledge", None),
        (ACKNOWLEDGED, "time out", TRIGGERED),
        (ACKNOWLEDGED, "resolve", RESOLVED),
        (RESOLVED, "acknowledge", None),
        (RESOLVED, "time out", None),
        (RESOLVED, "resolve", None),
        (TRIGGERED, "snooze", ACKNOWLEDGED),
        (TRIGGERED, "escalate", TRIGGERED),
        (TRIGGERED, "hand over", TRIGGERED),
        (TRIGGERED, "grade", None),
        (ACKNOWLEDGED, "snooze", ACKNOWLEDGED),
        (ACKNOWLEDGED, "escalate", TRIGGERED),
        (ACKNOWLEDGED, "hand over", TRIGGERED),
        (ACKNOWLEDGED, "grade", None),
        (RESOLVED, "snooze", None),
        (RESOLVED, "escalate", None),
        (RESOLVED, "hand over", None),
        (RESOLVED, "grade", RESOLVED),
    ],
)
def test_each_state_allows_its_moves_and_no_others(
    state: IncidentState, action: str, becomes: IncidentState | None
) -> None:
    before = _in(state)
    if becomes is None:
        with pytest.raises(IllegalMove):
            ACTIONS[action](before)
    else:
        after = ACTIONS[action](before)
        assert after.state is becomes
        assert after.version == before.version + 1
        assert after.id == before.id


def test_an_acknowledgement_says_who_has_it_and_for_how_long() -> None:
    incident = an_incident().acknowledged(ANA, now=LATER, policy=POLICY)

    assert incident.acknowledged_by == ANA
    assert incident.acknowledged_at == LATER
    assert incident.due_at == LATER + POLICY.ack_timeout
    assert incident.alive_at == LATER


def test_an_acknowledgement_that_timed_out_rings_anew_in_a_new_round() -> None:
    again = _in(ACKNOWLEDGED).triggered_again(now=LATER, policy=POLICY)

    assert again.position.round == 2
    assert again.position.step == 0
    assert again.due_at == LATER
    assert again.acknowledged_by is None
    assert again.acknowledged_at is None


def test_a_resolved_incident_is_never_due_again() -> None:
    assert _in(RESOLVED).due_at is None
    assert _in(ACKNOWLEDGED).resolved("gus", now=LATER).due_at is None
    assert not _in(RESOLVED).is_open


def test_a_triggered_incident_takes_mentions_however_old_it_is() -> None:
    assert an_incident().can_take(NOW + timedelta(days=300))


def test_an_acknowledged_incident_takes_mentions_within_its_window() -> None:
    incident = _in(ACKNOWLEDGED)

    assert incident.can_take(incident.alive_at + JOIN_WINDOW - MOMENT)
    assert not incident.can_take(incident.alive_at + JOIN_WINDOW)


def test_a_resolved_incident_takes_nothing() -> None:
    assert not _in(RESOLVED).can_take(NOW)


def test_a_sign_of_life_is_marked_at_most_every_five_minutes_and_never_goes_back() -> None:
    incident = an_incident()

    assert not incident.needs_refresh(NOW + REFRESH - MOMENT)
    assert incident.needs_refresh(NOW + REFRESH)
    assert incident.refreshed(NOW + REFRESH).alive_at == NOW + REFRESH
    assert incident.refreshed(NOW - REFRESH).alive_at == NOW


def test_it_opens_with_what_the_woken_person_must_know() -> None:
    mention = a_mention(text="x" * 2_000)
    incident = opened(mention, a_score(), policy=POLICY, now=NOW)

    assert incident.state is TRIGGERED
    assert incident.due_at == NOW
    assert incident.mention_id == mention.id
    assert incident.reasons == ("says the whole site is down",)
    assert incident.author == "carla@social.example"
    assert len(incident.quote) == 500


def test_what_was_written_to_us_alone_is_quoted_on_no_phone() -> None:
    mention = a_mention(text="my card is 4111 1111 1111 1111", is_private=True)
    incident = opened(mention, a_score(), policy=POLICY, now=NOW)
    assert (incident.quote, incident.url) == ("(a private message)", "")
    public = opened(a_mention(), a_score(), policy=POLICY, now=NOW)
    assert public.url
    raised = faced(public, mention, a_score())
    assert (raised.quote, raised.url) == ("(a private message)", "")


def test_it_opens_for_an_author_who_was_deleted() -> None:
    incident = opened(a_mention(author=None), a_score(), policy=POLICY, now=NOW)

    assert incident.author == ""


def test_the_first_step_of_a_new_incident_waits_when_the_policy_says_so() -> None:
    first, second = POLICY.steps
    patient = a_policy(steps=(second, first))

    incident = opened(a_mention(), a_score(), policy=patient, now=NOW)

    assert incident.due_at == NOW + second.delay


brands = st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=20)


@given(brand=brands, topic=st.sampled_from(Topic), at=instants())
def test_an_id_tells_brand_and_topic_even_of_a_brand_with_dots(
    brand: str, topic: Topic, at: object
) -> None:
    assert brand_and_topic(incident_id(brand, topic, at)) == (brand, topic)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "acme", "acme.outage", "acme.weather.20261121T193000000000"])
def test_what_is_no_incident_id_is_told_from_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        brand_and_topic(text)  # type: ignore[arg-type]


@given(incident=incidents())
def test_the_clock_looks_at_an_incident_when_its_next_step_or_call_is_due(
    incident: Incident,
) -> None:
    due = [incident.position.due_at, *(one.due_at for one in incident.calls if one.due_at)]
    if incident.state is TRIGGERED:
        assert incident.due_at == min(due)
    elif not incident.to_tell:
        assert incident.due_at == incident.ack_expires_at


@given(incident=incidents())
def test_only_a_triggered_incident_is_calling_anybody(incident: Incident) -> None:
    for act in ACTIONS.values():
        try:
            after = act(incident)
        except IllegalMove:
            continue
        assert after.state is TRIGGERED or not after.calls


def test_a_snooze_silences_until_its_end_and_rings_anew_then() -> None:
    snoozed = _called().snoozed(BEN, LATER + HOUR, now=LATER)

    assert snoozed.acknowledged_by == BEN
    assert snoozed.due_at == LATER + HOUR
    assert snoozed.triggered_again(now=LATER + HOUR, policy=POLICY).due_at == LATER + HOUR


def test_a_snooze_ends_in_the_future() -> None:
    with pytest.raises(IllegalMove):
        an_incident().snoozed(ANA, LATER, now=LATER)


def test_escalating_makes_the_next_step_due_at_once_and_stops_no_call() -> None:
    before = _called()
    before = before.moved_to(
        replace(before.position, step=1, due_at=NOW + HOUR), calls=before.calls
    )

    after = before.escalated(ANA, now=LATER)

    assert after.due_at == LATER
    assert after.position.step == 1
    assert after.calls == before.calls


def test_what_is_handed_over_calls_that_person_alone_and_later_goes_on_as_before() -> None:
    before = _called()
    before = before.moved_to(replace(before.position, step=1), calls=before.calls)

    after = before.handed_to(BEN, by=ANA, now=LATER, policy=POLICY)

    assert [(call.responder, call.due_at) for call in after.calls] == [(BEN, LATER)]
    assert after.position.due_at == LATER + POLICY.repeat_after
    assert after.position.step == 1


def test_two_hand_overs_to_the_same_person_are_two_calls() -> None:
    first = an_incident().handed_to(BEN, by=ANA, now=LATER, policy=POLICY)
    second = first.handed_to(BEN, by=ANA, now=LATER, policy=POLICY)

    assert first.calls[0].turn != second.calls[0].turn


def test_a_grave_mention_makes_a_soon_incident_ring_though_somebody_has_it() -> None:
    soon = replace(an_incident(urgency=Urgency.SOON), position=Position(due_at=NOW + 9 * HOUR))

    assert soon.raised(now=LATER, policy=POLICY).due_at == LATER
    taken = soon.acknowledged(ANA, now=NOW, policy=POLICY)
    raised = taken.raised(now=LATER, policy=POLICY)
    assert (raised.state, raised.urgency, raised.due_at) == (TRIGGERED, Urgency.WAKE, LATER)
    with pytest.raises(IllegalMove):
        raised.raised(now=LATER, policy=POLICY)


def test_it_remembers_everybody_who_was_paged_in_order() -> None:
    paged = _called()
    ben = begun(BEN, "r1.s1", now=LATER).after_page(BY_SMS, now=LATER, reached=True)
    waiting = begun(ResponderId("lea"), "r1.s1", now=LATER)

    assert paged.moved_to(paged.position, calls=(ben, waiting)).paged == (ANA, BEN)


def test_who_follows_and_was_paged_is_told_when_another_takes_or_ends_it() -> None:
    paged = _called()

    assert paged.acknowledged(BEN, now=LATER, policy=POLICY, followers=(ANA, BEN)).to_tell == (ANA,)
    assert paged.resolved("gus", now=LATER, followers=(ANA,)).due_at == LATER
    assert paged.resolved(ANA, now=LATER, followers=(ANA,)).due_at is None
    assert paged.resolved("gus", now=LATER).due_at is None
    assert paged.resolved("gus", now=LATER, followers=(ANA,)).told().due_at is None


def test_a_failed_page_brings_the_next_step_when_nobody_of_its_turn_is_left() -> None:
    paged = _called()
    paged = paged.moved_to(replace(paged.position, due_at=NOW + HOUR), calls=paged.calls)
    (call,) = paged.calls

    lost = replace(call, due_at=None, reached_by=())
    assert paged.page_failed(lost, now=LATER).due_at == LATER

    goes_on = replace(call, due_at=LATER, reached_by=())
    assert paged.page_failed(goes_on, now=LATER).position == paged.position


def test_while_another_of_the_same_turn_was_reached_the_next_step_keeps_its_time() -> None:
    incident = _called()
    ben = replace(incident.calls[0], responder=BEN)
    position = replace(incident.position, due_at=NOW + HOUR)
    incident = incident.moved_to(position, calls=(*incident.calls, ben))

    lost = replace(ben, due_at=None, reached_by=())
    assert incident.page_failed(lost, now=LATER).position == position


def test_the_newest_grade_of_each_person_counts() -> None:
    incident = _in(RESOLVED).graded(ANA, is_worth_it=True, now=NOW)
    incident = incident.graded(BEN, is_worth_it=False, now=NOW)
    incident = incident.graded(ANA, is_worth_it=False, now=LATER)

    assert incident.grades == {ANA: False, BEN: False}


def test_everything_done_to_it_stands_on_its_timeline() -> None:
    incident = opened(a_mention(), a_score(), policy=POLICY, now=NOW)
    incident = incident.acknowledged(ANA, now=LATER, policy=POLICY, via=Via.SMS)
    incident = incident.handed_to(BEN, by=ANA, now=LATER, policy=POLICY, via=Via.LINK)
    incident = incident.resolved(BEN, now=LATER)

    assert [(act.kind, act.by, act.via) for act in incident.acts] == [
        (ActKind.OPENED, "", Via.CLOCK),
        (ActKind.ACKNOWLEDGED, ANA, Via.SMS),
        (ActKind.HANDED_OVER, ANA, Via.LINK),
        (ActKind.RESOLVED, BEN, Via.DESK),
    ]


def test_a_long_timeline_keeps_how_it_began_and_the_newest() -> None:
    incident = opened(a_mention(), a_score(), policy=POLICY, now=NOW)
    for _ in range(2 * MOST_ACTS):
        incident = incident.escalated(ANA, now=LATER)

    assert len(incident.acts) == MOST_ACTS
    assert incident.acts[0].kind is ActKind.OPENED


def _called() -> Incident:
    """Ana was paged once."""
    call = begun(ANA, "r1.s0", now=NOW).after_page(BY_SMS, now=NOW, reached=True)
    return an_incident().moved_to(Position(due_at=NOW + HOUR), calls=(call,))


@given(incident=incidents(), now=instants(), actions=st.lists(st.sampled_from([*ACTIONS])))
def test_whatever_is_done_to_it_versions_rise_and_a_resolved_one_stays_resolved(
    incident: Incident, now: object, actions: list[str]
) -> None:
    for action in actions:
        try:
            after = ACTIONS[action](incident)
        except IllegalMove:
            continue
        assert after.version == incident.version + 1
        assert incident.is_open or after.state is RESOLVED
        assert (after.acknowledged_by is not None) or after.state is not ACKNOWLEDGED
        incident = after


def test_an_acknowledged_incident_takes_mentions_as_long_as_its_acknowledgement_lasts() -> None:
    long = a_policy(ack_timeout=timedelta(hours=24))
    incident = an_incident().acknowledged("ana", now=NOW, policy=long)

    assert incident.can_take(NOW + timedelta(hours=23))
    assert not incident.can_take(NOW + timedelta(hours=24))
