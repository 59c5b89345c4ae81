"""An incident from its first mention to its end."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import IllegalMove
from chalicelib.domain.incident import (
    JOIN_WINDOW,
    REFRESH,
    Incident,
    IncidentState,
    brand_and_topic,
    incident_id,
    opened,
)
from chalicelib.domain.signal import Topic
from tests.builders import ANA, BEN, NOW, a_mention, a_policy, a_score, an_incident
from tests.strategies import incidents, instants

MOMENT = timedelta(microseconds=1)
LATER = NOW + timedelta(minutes=3)
POLICY = a_policy()

ACTIONS: dict[str, Callable[[Incident], Incident]] = {
    "acknowledge": lambda incident: incident.acknowledged(ANA, now=LATER, policy=POLICY),
    "time out": lambda incident: incident.triggered_again(now=LATER, policy=POLICY),
    "resolve": lambda incident: incident.resolved("gus", now=LATER),
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
def test_of_any_incident_at_most_one_of_clock_and_timeout_is_due(incident: Incident) -> None:
    if incident.state is TRIGGERED:
        assert incident.due_at == incident.position.due_at
    else:
        assert incident.due_at == incident.ack_expires_at


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
        assert incident.is_open
        assert (after.acknowledged_by is not None) or after.state is not ACKNOWLEDGED
        incident = after


def test_an_acknowledged_incident_takes_mentions_as_long_as_its_acknowledgement_lasts() -> None:
    long = a_policy(ack_timeout=timedelta(hours=24))
    incident = an_incident().acknowledged("ana", now=NOW, policy=long)

    assert incident.can_take(NOW + timedelta(hours=23))
    assert not incident.can_take(NOW + timedelta(hours=24))
