from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from chalicelib.adapters.incidents import DynamoIncidents
from chalicelib.domain.calling import begun
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.escalation import Position
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.signal import Topic
from tests import strategies
from tests.adapters.stores import (
    RETENTION_DAYS,
    Stores,
    item,
    items,
    put,
    race,
    table_name,
)
from tests.builders import ANA, BEN, NOW, a_policy, an_incident, mention_number

LATER = NOW + timedelta(hours=1)


@given(incident=strategies.incidents())
@settings(max_examples=25)
def test_an_incident_comes_back_as_it_was(
    new_stores: Callable[[], Stores], incident: Incident
) -> None:
    incidents = new_stores().incidents
    incidents.open(incident, instead_of=None)
    assert incidents.current(incident.brand, incident.topic) == incident
    assert incidents.get(incident.id) == incident


def test_there_is_none_at_first(stores: Stores) -> None:
    assert stores.incidents.current("acme", Topic.OUTAGE) is None
    assert stores.incidents.get(an_incident().id) is None
    assert stores.incidents.open_ones() == ()
    assert stores.incidents.due(NOW, limit=10) == ()


@pytest.mark.parametrize("id", ["", "acme", "acme.outage", "acme.nothing.1", "\x00.#.current"])
def test_what_is_no_incident_id_is_no_incident(stores: Stores, id: str) -> None:
    assert stores.incidents.get(IncidentId(id)) is None


def test_opening_takes_the_place_of_the_one_before_which_stays_to_be_read(stores: Stores) -> None:
    first = an_incident()
    second = an_incident(opened_at=LATER)
    stores.incidents.open(first, instead_of=None)
    resolved = first.resolved("gus", now=LATER)
    stores.incidents.save(resolved)
    stores.incidents.open(second, instead_of=resolved)

    assert stores.incidents.current("acme", Topic.OUTAGE) == second
    assert stores.incidents.get(first.id) == resolved
    assert stores.incidents.get(second.id) == second


def test_opening_where_somebody_was_first_is_refused(stores: Stores) -> None:
    first, second = an_incident(), an_incident(opened_at=LATER)
    stores.incidents.open(first, instead_of=None)
    with pytest.raises(StaleWrite):
        stores.incidents.open(second, instead_of=None)
    assert stores.incidents.current("acme", Topic.OUTAGE) == first


def test_opening_instead_of_one_that_has_changed_since_is_refused(stores: Stores) -> None:
    first, second = an_incident(), an_incident(opened_at=LATER)
    stores.incidents.open(first, instead_of=None)
    acknowledged = first.acknowledged("ana", now=NOW, policy=a_policy())
    stores.incidents.save(acknowledged)
    with pytest.raises(StaleWrite):
        stores.incidents.open(second, instead_of=first)
    assert stores.incidents.current("acme", Topic.OUTAGE) == acknowledged
    assert stores.incidents.get(first.id) == acknowledged


def test_of_two_that_open_at_once_one_wins_and_the_other_is_told(stores: Stores) -> None:
    for number, topic in enumerate(Topic):
        mine = [
            an_incident(topic=topic, mention_id=mention_number(number * 3 + one).id)
            for one in range(3)
        ]
        results = race(
            *[lambda one=one: stores.incidents.open(one, instead_of=None) for one in mine]
        )
        assert [type(result) for result in results].count(StaleWrite) == 2
        winner = mine[results.index(None)]
        assert stores.incidents.current("acme", topic) == winner


def test_incidents_of_other_brands_and_topics_are_others(stores: Stores) -> None:
    ours = an_incident()
    others = [an_incident(brand="bolt"), an_incident(topic=Topic.SAFETY)]
    for one in (ours, *others):
        stores.incidents.open(one, instead_of=None)
    assert stores.incidents.current("acme", Topic.OUTAGE) == ours
    assert stores.incidents.current("acme", Topic.PRESS) is None


def test_a_stale_write_overwrites_nothing(stores: Stores) -> None:
    incident = an_incident()
    stores.incidents.open(incident, instead_of=None)
    acknowledged = incident.acknowledged("ana", now=NOW, policy=a_policy())
    stores.incidents.save(acknowledged)
    with pytest.raises(StaleWrite):
        stores.incidents.save(incident.moved_to(Position(due_at=LATER, step=1)))
    assert stores.incidents.get(incident.id) == acknowledged


def test_an_incident_that_was_never_opened_cannot_be_saved(stores: Stores) -> None:
    with pytest.raises(StaleWrite):
        stores.incidents.save(an_incident(version=2))


def test_of_two_that_acknowledge_at_once_one_wins(stores: Stores) -> None:
    for number in range(10):
        incident = an_incident(brand=f"brand{number}")
        stores.incidents.open(incident, instead_of=None)
        mine = [
            incident.acknowledged(who, now=NOW, policy=a_policy()) for who in ("ana", "ben", "fay")
        ]
        results = race(*[lambda one=one: stores.incidents.save(one) for one in mine])
        assert [type(result) for result in results].count(StaleWrite) == 2
        assert stores.incidents.get(incident.id) == mine[results.index(None)]


def test_a_past_incident_can_still_be_changed_and_stays_past(stores: Stores) -> None:
    first = an_incident()
    second = an_incident(opened_at=LATER)
    stores.incidents.open(first, instead_of=None)
    acknowledged = first.acknowledged("ana", now=NOW, policy=a_policy())
    stores.incidents.save(acknowledged)
    stores.incidents.open(second, instead_of=acknowledged)

    resolved = acknowledged.resolved("gus", now=LATER)
    stores.incidents.save(resolved)
    assert stores.incidents.get(first.id) == resolved
    assert stores.incidents.current("acme", Topic.OUTAGE) == second
    with pytest.raises(StaleWrite):
        stores.incidents.save(resolved)


def test_joins_are_counted_once_each(stores: Stores) -> None:
    id, other = an_incident().id, an_incident(topic=Topic.SAFETY).id
    for number in range(5):
        assert stores.incidents.join(id, mention_number(number), now=NOW)
    assert not stores.incidents.join(id, mention_number(3), now=LATER)
    assert stores.incidents.join(other, mention_number(3), now=NOW)
    assert stores.incidents.loudness(id) == 5
    assert stores.incidents.loudness(other) == 1
    assert stores.incidents.loudness(an_incident(topic=Topic.PRESS).id) == 0


def test_of_two_that_join_a_mention_at_once_one_has_joined_it(stores: Stores) -> None:
    id = an_incident().id
    for number in range(10):
        mention = mention_number(number)
        results = race(
            *[lambda one=mention: stores.incidents.join(id, one, now=NOW) for _ in range(3)]
        )
        assert sorted(map(str, results)) == ["False", "False", "True"]
    assert stores.incidents.loudness(id) == 10


def test_a_copy_is_found_by_its_fingerprint_in_the_incident_it_joined_last(stores: Stores) -> None:
    first, last = an_incident().id, an_incident(topic=Topic.SAFETY).id
    assert stores.incidents.copied_in("acme", "f00d") is None
    stores.incidents.remember_copy("acme", "f00d", first, now=NOW)
    stores.incidents.remember_copy("acme", "f00d", last, now=LATER)
    assert stores.incidents.copied_in("acme", "f00d") == last
    assert stores.incidents.copied_in("bolt", "f00d") is None


def due_in(minutes: int, topic: Topic) -> Incident:
    return an_incident(topic=topic, position=Position(due_at=NOW + timedelta(minutes=minutes)))


def test_due_are_open_incidents_whose_time_has_come_longest_due_first(stores: Stores) -> None:
    waiting = due_in(1, Topic.PRESS)
    early, late = due_in(-9, Topic.OUTAGE), due_in(0, Topic.SAFETY)
    resolved = due_in(-5, Topic.BILLING)
    for one in (late, early, waiting, resolved):
        stores.incidents.open(one, instead_of=None)
    stores.incidents.save(resolved.resolved("gus", now=NOW))

    assert stores.incidents.due(NOW, limit=10) == (early, late)
    assert stores.incidents.due(NOW, limit=1) == (early,)


def test_an_acknowledged_incident_is_due_when_its_acknowledgement_times_out(
    stores: Stores,
) -> None:
    incident = an_incident()
    stores.incidents.open(incident, instead_of=None)
    policy = a_policy(ack_timeout=timedelta(hours=4))
    acknowledged = incident.acknowledged("ana", now=NOW, policy=policy)
    stores.incidents.save(acknowledged)
    assert stores.incidents.due(NOW + timedelta(hours=3), limit=10) == ()
    assert stores.incidents.due(NOW + timedelta(hours=4), limit=10) == (acknowledged,)


def test_a_past_incident_is_never_due(stores: Stores) -> None:
    first, second = due_in(-5, Topic.OUTAGE), an_incident(opened_at=LATER)
    stores.incidents.open(first, instead_of=None)
    acknowledged = first.acknowledged("ana", now=NOW, policy=a_policy())
    stores.incidents.save(acknowledged)
    stores.incidents.open(second, instead_of=acknowledged)
    assert stores.incidents.due(LATER + timedelta(days=2), limit=10) == (second,)
    assert stores.incidents.open_ones() == (second,)


def test_open_ones_are_triggered_or_acknowledged_newest_first(stores: Stores) -> None:
    older = an_incident(opened_at=NOW - timedelta(hours=2), topic=Topic.SAFETY)
    newer = an_incident(opened_at=NOW)
    over = an_incident(opened_at=NOW - timedelta(hours=1), topic=Topic.PRESS)
    for one in (newer, older, over):
        stores.incidents.open(one, instead_of=None)
    acknowledged = older.acknowledged("ana", now=NOW, policy=a_policy())
    stores.incidents.save(acknowledged)
    stores.incidents.save(over.resolved("gus", now=NOW))
    assert stores.incidents.open_ones() == (newer, acknowledged)


def test_a_resolved_incident_is_due_until_everybody_was_told_and_is_not_open(
    stores: Stores,
) -> None:
    incident = due_in(5, Topic.OUTAGE)
    stores.incidents.open(incident, instead_of=None)
    resolved = replace(incident, paged=(BEN,)).resolved(ANA, now=LATER, followers={BEN})
    stores.incidents.save(resolved)

    assert stores.incidents.due(NOW, limit=10) == ()
    assert stores.incidents.due(LATER, limit=10) == (resolved,)
    assert stores.incidents.open_ones() == ()
    stores.incidents.save(resolved.told())
    assert stores.incidents.due(LATER, limit=10) == ()


def test_a_resolved_incident_is_told_of_though_another_has_taken_its_place(
    stores: Stores,
) -> None:
    first = due_in(5, Topic.OUTAGE)
    second = replace(an_incident(opened_at=LATER), position=Position(due_at=LATER))
    stores.incidents.open(first, instead_of=None)
    resolved = replace(first, paged=(BEN,)).resolved(ANA, now=NOW, followers={BEN})
    stores.incidents.save(resolved)
    stores.incidents.open(second, instead_of=resolved)

    assert stores.incidents.due(LATER, limit=10) == (resolved, second)
    assert stores.incidents.open_ones() == (second,)
    stores.incidents.save(resolved.told())
    assert stores.incidents.due(LATER, limit=10) == (second,)


def test_a_call_that_goes_on_makes_its_incident_due(stores: Stores) -> None:
    incident = due_in(15, Topic.OUTAGE)
    called = replace(incident, calls=(begun(ANA, "r1.s0", now=NOW),))
    stores.incidents.open(called, instead_of=None)
    assert stores.incidents.due(NOW, limit=10) == (called,)


def test_open_ones_are_a_hundred_at_most(stores: Stores) -> None:
    for number in range(103):
        opened_at = NOW + timedelta(seconds=number)
        stores.incidents.open(
            an_incident(brand=f"brand{number}", opened_at=opened_at), instead_of=None
        )
    listed = stores.incidents.open_ones()
    assert len(listed) == 100
    assert listed[0].brand == "brand102"
    assert listed[-1].brand == "brand3"


# --- on DynamoDB -------------------------------------------------------------------------


def crash_after_the_copy(dynamo: Stores, first: Incident, second: Incident) -> None:
    """Leave what an opening of `second` leaves that died between its two writes."""
    before = item(dynamo, "incidents", "acme.outage", "current")
    dynamo.incidents.open(second, instead_of=first)
    put(dynamo, "incidents", before)


def test_an_opening_that_crashed_between_its_writes_has_changed_nothing_and_can_be_repeated(
    dynamo: Stores,
) -> None:
    first, second = an_incident(), an_incident(opened_at=LATER)
    dynamo.incidents.open(first, instead_of=None)
    crash_after_the_copy(dynamo, first, second)

    assert dynamo.incidents.current("acme", Topic.OUTAGE) == first
    acknowledged = first.acknowledged("ana", now=NOW, policy=a_policy())
    dynamo.incidents.save(acknowledged)
    assert dynamo.incidents.get(first.id) == acknowledged, "not the copy"

    dynamo.incidents.open(second, instead_of=acknowledged)
    assert dynamo.incidents.current("acme", Topic.OUTAGE) == second
    assert dynamo.incidents.get(first.id) == acknowledged, "the copy was brought up to date"


def test_a_stale_write_does_not_slip_into_the_copy_that_a_crash_left(dynamo: Stores) -> None:
    first = an_incident()
    dynamo.incidents.open(first, instead_of=None)
    crash_after_the_copy(dynamo, first, an_incident(opened_at=LATER))
    dynamo.incidents.save(first.acknowledged("ana", now=NOW, policy=a_policy()))
    with pytest.raises(StaleWrite):
        dynamo.incidents.save(first.acknowledged("ben", now=NOW, policy=a_policy()))


def test_a_late_copy_of_a_slow_opening_does_not_undo_a_change(dynamo: Stores) -> None:
    first, second = an_incident(), an_incident(opened_at=LATER)
    dynamo.incidents.open(first, instead_of=None)
    dynamo.incidents.open(second, instead_of=first)
    resolved = first.resolved("gus", now=LATER)
    dynamo.incidents.save(resolved)

    slow = an_incident(opened_at=LATER + timedelta(seconds=1))
    with pytest.raises(StaleWrite):
        dynamo.incidents.open(slow, instead_of=first)
    assert dynamo.incidents.get(first.id) == resolved


def test_only_an_open_current_incident_is_in_the_sparse_index(dynamo: Stores) -> None:
    incident = an_incident()
    dynamo.incidents.open(incident, instead_of=None)
    listed = item(dynamo, "incidents", "acme.outage", "current")
    assert listed["due"] == {"S": "1"}
    assert listed["due_at"] == {"S": "2026-11-21T19:30:00.000000Z"}

    resolved = incident.resolved("gus", now=NOW)
    dynamo.incidents.save(resolved)
    assert "due" not in item(dynamo, "incidents", "acme.outage", "current")
    dynamo.incidents.open(an_incident(opened_at=LATER), instead_of=resolved)
    assert "due" not in item(dynamo, "incidents", "acme.outage", f"past#{incident.id}")


def test_every_item_of_an_incident_expires(dynamo: Stores) -> None:
    incident = an_incident()
    dynamo.incidents.open(incident, instead_of=None)
    dynamo.incidents.join(incident.id, mention_number(1), now=NOW)
    dynamo.incidents.remember_copy("acme", "f00d", incident.id, now=NOW)
    resolved = incident.resolved("gus", now=LATER)
    dynamo.incidents.save(resolved)

    days = {
        one["pk"]["S"]: (int(one["expires_at"]["N"]) - NOW.timestamp()) / 86400
        for one in items(dynamo, "incidents")
    }
    assert days == {
        "acme.outage": pytest.approx(RETENTION_DAYS + 1 / 24),
        incident.id: RETENTION_DAYS,
        "copy#acme#f00d": 1,
    }


def test_loudness_counts_on_over_many_answers_of_dynamodb(dynamo: Stores) -> None:
    id = an_incident().id
    for number in range(6):  # an answer holds 1 MB at most
        put(
            dynamo,
            "incidents",
            {
                "pk": {"S": id},
                "sk": {"S": f"join#{number}"},
                "padding": {"S": "x" * 390_000},
            },
        )
    assert dynamo.incidents.loudness(id) == 6


def test_one_record_that_cannot_be_read_does_not_hide_the_others(dynamo: Stores) -> None:
    broken, whole = due_in(-9, Topic.SAFETY), due_in(-1, Topic.OUTAGE)
    dynamo.incidents.open(broken, instead_of=None)
    dynamo.incidents.open(whole, instead_of=None)
    stored = item(dynamo, "incidents", "acme.safety", "current")
    put(dynamo, "incidents", {**stored, "incident": {"S": '{"id": "acme.safety"}'}})

    assert dynamo.incidents.due(NOW, limit=10) == (whole,)
    assert dynamo.incidents.open_ones() == (whole,)


def test_stages_in_one_process_keep_apart(
    dynamo: Stores, new_dynamo_stores: Callable[[], Stores]
) -> None:
    other = new_dynamo_stores()
    dynamo.incidents.open(an_incident(), instead_of=None)
    assert other.incidents.current("acme", Topic.OUTAGE) is None
    again = DynamoIncidents(table_name(dynamo.stage, "incidents"), retention_days=RETENTION_DAYS)
    assert again.current("acme", Topic.OUTAGE) == an_incident()


def test_a_newer_field_is_ignored_and_a_missing_one_takes_its_default(dynamo: Stores) -> None:
    incident = an_incident()
    dynamo.incidents.open(incident, instead_of=None)
    stored = item(dynamo, "incidents", "acme.outage", "current")
    text = stored["incident"]["S"].replace('"version":1', '"of_a_later_release":true')
    put(dynamo, "incidents", {**stored, "incident": {"S": text}})
    assert dynamo.incidents.get(incident.id) == replace(incident, version=1)
    assert incident.state is IncidentState.TRIGGERED
