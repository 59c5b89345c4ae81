"""Who may stop the ringing, by what, and what they are told."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import BadInput, IllegalMove, NotFound, StaleWrite
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import ANSWERABLE_FOR
from chalicelib.services.acknowledging import CODES_TRIED, RACES, USELESS_ANSWERED
from tests.builders import ANA, BEN, FAY, LEA, NOW, PHONES
from tests.fakes import Crash
from tests.services.scenes import everybody_with_mailbox, woken
from tests.services.stage import Stage, after, at_once, interruptions

MOMENT = timedelta(microseconds=1)
NOTHING = "Nothing was acknowledged."


# --- by reply ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["{}", " {} ", "ack {}!", "I have it ({}) 👍", "{}."])
def test_a_reply_with_the_code_acknowledges_and_is_confirmed(shape: str) -> None:
    stage = woken()
    stage.sms(ANA, shape.format(stage.code(ANA).lower()), now=after(20))

    assert stage.incident.state is IncidentState.ACKNOWLEDGED
    assert stage.incident.acknowledged_by == ANA
    (note,) = stage.phones.notes(ANA)
    assert note.startswith(
        "You have it: Acme outage. Resolve it by its link, or it rings again at 00:50"
    )
    stage.ticks(21, 60)
    assert stage.rung() == [ANA, BEN]


def test_an_older_code_of_the_same_incident_acknowledges_too() -> None:
    stage = woken()
    first = stage.code(ANA)
    stage.ticks(21, 45)
    assert stage.rung() == [ANA, BEN, FAY, LEA, ANA]
    stage.sms(ANA, first, now=after(46))

    assert stage.incident.acknowledged_by == ANA


def test_a_reply_from_an_unknown_phone_does_nothing_and_is_not_answered() -> None:
    stage = woken()
    stage.acknowledging.receive("+4366499999999", stage.code(ANA), inbound_id="in-1", now=after(20))

    assert stage.is_ringing()
    assert stage.phones.notes() == []


@pytest.mark.parametrize("body", ["ZZZZZ", "ok", "", "👍", "x" * 1600])
def test_a_reply_without_a_good_code_acknowledges_nothing_and_is_told_so(body: str) -> None:
    stage = woken()
    stage.sms(ANA, body, now=after(20))

    assert stage.is_ringing()
    (note,) = stage.phones.notes()
    assert note.startswith(NOTHING)


def test_another_persons_code_acknowledges_nothing() -> None:
    stage = woken()
    stage.sms(BEN, stage.code(ANA), now=after(20))

    assert stage.is_ringing()
    assert stage.phones.notes(BEN)[0].startswith(NOTHING)


def test_a_key_of_a_link_is_no_code_and_a_code_no_key_of_a_link() -> None:
    stage = woken()
    with pytest.raises(NotFound):
        stage.acknowledging.acknowledge_by_link(stage.code(ANA), now=after(20))
    stage.sms(ANA, stage.key(ANA), now=after(20))

    assert stage.is_ringing()


def test_a_code_is_good_for_a_day_and_not_a_moment_longer() -> None:
    for moment, is_good in ((ANSWERABLE_FOR - MOMENT, True), (ANSWERABLE_FOR, False)):
        stage = Stage()
        stage.judged("the site is down")
        stage.sms(ANA, stage.code(ANA), now=NOW + moment)
        assert stage.is_ringing() is not is_good


def test_of_several_codes_in_a_reply_the_good_one_counts() -> None:
    stage = woken()
    stage.sms(ANA, f"ZZZZZ or {stage.code(ANA)}?", now=after(20))

    assert not stage.is_ringing()


def test_the_same_reply_delivered_twice_is_answered_once() -> None:
    stage = woken()
    for minute in (20, 21):
        stage.sms(ANA, stage.code(ANA), now=after(minute), inbound_id="in-7")
        stage.sms(BEN, "what?", now=after(minute), inbound_id="in-8")

    assert len(stage.phones.notes(ANA)) == 1
    assert len(stage.phones.notes(BEN)) == 1
    assert stage.incident.acknowledged_at == after(20)


def test_who_replies_again_is_told_again_that_they_have_it() -> None:
    stage = woken()
    stage.sms(ANA, stage.code(ANA), now=after(20), inbound_id="in-1")
    stage.sms(ANA, stage.code(ANA), now=after(21), inbound_id="in-2")

    first, second = stage.phones.notes(ANA)
    assert first == second
    assert stage.incident.acknowledged_at == after(20)


def test_who_comes_second_is_told_by_name_who_has_it() -> None:
    stage = woken()
    stage.sms(ANA, stage.code(ANA), now=after(20), inbound_id="in-1")
    stage.sms(BEN, stage.code(BEN), now=after(21), inbound_id="in-2")

    assert stage.phones.notes(BEN) == ["Acme outage: Ana has it since 20:50. Nothing to do."]
    assert stage.incident.acknowledged_by == ANA


def test_a_reply_after_the_end_is_told_so_and_changes_nothing() -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(18))
    before = stage.incident
    stage.sms(ANA, stage.code(ANA), now=after(20))

    assert stage.phones.notes(ANA) == [
        "Acme outage: already resolved by gus at 20:48. Nothing to do."
    ]
    assert stage.incident == before


def test_an_acknowledgement_counts_even_when_its_confirmation_cannot_be_sent() -> None:
    stage = woken()
    code = stage.code(ANA)
    stage.phones.is_down = True
    stage.sms(ANA, code, now=after(20))

    assert not stage.is_ringing()
    assert stage.phones.notes() == []


def test_after_five_useless_replies_a_phone_is_answered_no_more_that_day() -> None:
    stage = woken()
    for number in range(12):
        stage.sms(ANA, "what?", now=after(20 + number), inbound_id=f"in-{number}")

    notes = stage.phones.notes(ANA)
    assert len(notes) == 5
    assert ["not answer further" in note for note in notes] == [False] * 4 + [True]
    stage.sms(BEN, "what?", now=after(40), inbound_id="in-40")
    assert len(stage.phones.notes(BEN)) == 1
    stage.sms(ANA, "what?", now=after(25 * 60), inbound_id="in-50")
    assert len(stage.phones.notes(ANA)) == 6


def test_a_good_code_counts_and_is_confirmed_however_many_useless_replies_came_before() -> None:
    stage = woken()
    for number in range(9):
        stage.sms(ANA, "what?", now=after(20), inbound_id=f"in-{number}")
    stage.sms(ANA, stage.code(ANA), now=after(21), inbound_id="in-good")

    assert not stage.is_ringing()
    assert stage.phones.notes(ANA)[-1].startswith("You have it")


def test_a_phone_that_answers_itself_without_end_is_not_answered_without_end() -> None:
    stage = woken()
    code = stage.code(ANA)
    for number in range(50):
        stage.sms(ANA, f"automatic reply to {code}", now=after(20), inbound_id=f"in-{number}")

    assert len(stage.phones.notes(ANA)) <= 7


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe"])
def test_who_texts_stop_is_marked_and_told_of_when_the_carrier_says_so_too(word: str) -> None:
    stage = Stage(desk=everybody_with_mailbox())
    stage.carrier.opted_out.add(PHONES[ANA])
    for inbound_id in ("in-1", "in-1", "in-2"):
        stage.sms(ANA, word, inbound_id=inbound_id)

    (contact,) = stage.contacts.of(ANA)
    assert contact.opted_out_at == NOW
    assert set(stage.notices.kinds()) == {f"opted-out:{ANA}"}
    assert PHONES[ANA] not in stage.notices.told[0].text
    assert stage.phones.notes() == []
    (told,) = stage.mailboxes.notes(ANA)
    assert "opted out" in told


def test_a_forged_stop_takes_nobody_off_the_desk() -> None:
    stage = Stage()
    stage.sms(ANA, "STOP")
    stage.judged("the site is down")

    assert stage.rung() == [ANA]
    assert stage.contacts.of(ANA) == ()
    assert stage.notices.kinds() == []


def test_who_texts_start_is_marked_as_reachable_again() -> None:
    stage = Stage()
    stage.carrier.opted_out.add(PHONES[ANA])
    stage.sms(ANA, "STOP")
    stage.carrier.opted_out.clear()
    stage.sms(ANA, "START", now=after(5), inbound_id="in-2")

    (contact,) = stage.contacts.of(ANA)
    assert contact.opted_out_at is None


def test_stop_is_no_acknowledgement() -> None:
    stage = woken()
    stage.sms(ANA, "STOP", now=after(20))

    assert stage.is_ringing()


@given(body=st.text(max_size=200))
@example(body="\ud800")
def test_whatever_a_phone_sends_nothing_breaks_and_nothing_is_acknowledged(body: str) -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.sms(ANA, body.replace(stage.code(ANA), ""), now=after(1))

    assert stage.is_ringing()
    assert len(stage.phones.notes()) <= 1


def test_a_crash_at_any_step_of_receiving_a_reply_is_made_good_by_its_redelivery() -> None:
    for interruption in interruptions():
        stage = woken(interruption)
        code = stage.code(ANA)
        try:
            stage.sms(ANA, code, now=after(20))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.sms(ANA, code, now=after(20) + timedelta(seconds=5))
        stage.ticks(21, 50)

        assert stage.incident.acknowledged_by == ANA
        assert stage.rung() == [ANA, BEN]
        assert len(stage.phones.notes(ANA)) <= 1


# --- by sign-in, and all at once ---------------------------------------------------------


def test_a_signed_in_person_acknowledges_and_resolves() -> None:
    stage = woken()
    acknowledged = stage.acknowledging.acknowledge(stage.incident.id, "gus", now=after(20))
    assert acknowledged.acknowledged_by == "gus"
    resolved = stage.acknowledging.resolve(stage.incident.id, "hal", now=after(30))

    assert resolved.resolved_by == "hal"
    with pytest.raises(IllegalMove):
        stage.acknowledging.resolve(stage.incident.id, "gus", now=after(31))
    assert stage.acknowledging.acknowledge(stage.incident.id, "gus", now=after(32)) == resolved


@pytest.mark.parametrize("id", ["", "acme.outage.20200101T000000000000", "no-such"])
def test_an_incident_that_does_not_exist_is_not_found(id: str) -> None:
    for act in (Stage().acknowledging.acknowledge, Stage().acknowledging.resolve):
        with pytest.raises(NotFound):
            act(IncidentId(id), "gus", now=NOW)


def test_open_incidents_are_listed_newest_first_with_their_loudness() -> None:
    stage = Stage()
    stage.judged("the site is down", 1)
    stage.judged("all is down", 2)
    stage.judged("they leak my data", 3, now=after(1))

    listed = stage.acknowledging.open_ones()

    assert [(one.incident.topic.value, one.loudness) for one in listed] == [
        ("security", 1),
        ("outage", 2),
    ]
    assert listed[0].called == listed[0].paged == ("Ana",)


def test_a_signed_in_person_does_everything_and_each_of_it_is_on_the_timeline() -> None:
    stage = woken()
    id, doors = stage.incident.id, stage.acknowledging
    doors.snooze(id, "gus", timedelta(minutes=30), now=after(16))
    doors.escalate(id, "gus", now=after(17))
    doors.hand_over(id, "gus", "lea", now=after(18))
    doors.acknowledge(id, "hal", now=after(19))
    doors.resolve(id, "hal", now=after(20))
    doors.grade(id, "hal", is_worth_it=False, now=after(21))

    acts = [(act.kind.value, act.by, act.via.value, act.at) for act in stage.incident.acts[1:]]
    assert acts == [
        ("snoozed", "gus", "desk", after(16)),
        ("escalated", "gus", "desk", after(17)),
        ("handed-over", "gus", "desk", after(18)),
        ("acknowledged", "hal", "desk", after(19)),
        ("resolved", "hal", "desk", after(20)),
        ("graded", "hal", "desk", after(21)),
    ]
    assert stage.rung() == [ANA, BEN, FAY, LEA, LEA]
    seen = doors.get(id)
    assert seen.grades == {"hal": False}
    assert (seen.resolver_name, seen.rings_next_at) == ("hal", None)
    assert len(seen.timeline) == 7 + 5


def test_what_a_signed_in_person_asks_for_twice_in_a_row_is_done_once() -> None:
    stage = woken()
    id, doors = stage.incident.id, stage.acknowledging
    for seconds in (0, 3):
        doors.escalate(id, "gus", now=after(16) + timedelta(seconds=seconds))
    assert stage.rung() == [ANA, BEN, FAY, LEA]
    for seconds in (0, 3):
        doors.hand_over(id, "gus", "ana", now=after(17) + timedelta(seconds=seconds))
        doors.hand_over(id, "gus", "ana", now=after(17) + timedelta(seconds=seconds))
    assert stage.rung() == [ANA, BEN, FAY, LEA, ANA]
    for seconds in (0, 3):
        length = timedelta(minutes=30)
        doors.snooze(id, "gus", length, now=after(18) + timedelta(seconds=seconds))
    assert [act.kind.value for act in stage.incident.acts].count("snoozed") == 1


def test_two_people_who_ask_for_the_next_person_at_once_are_both_heard() -> None:
    stage = woken()
    doors, id = stage.acknowledging, stage.incident.id
    assert at_once([partial(doors.escalate, id, by, now=after(16)) for by in ("gus", "hal")]) == []
    assert [act.by for act in stage.incident.acts if act.kind.value == "escalated"] in (
        ["gus", "hal"],
        ["hal", "gus"],
    )


def test_the_same_person_from_two_places_at_once_rings_one_further_person() -> None:
    for _ in range(10):
        stage = woken()
        doors, id = stage.acknowledging, stage.incident.id
        assert at_once([partial(doors.escalate, id, "gus", now=after(16))] * 3) == []
        assert sorted(stage.rung()) == sorted([ANA, BEN, FAY, LEA])


def test_what_may_not_be_done_is_an_illegal_move() -> None:
    stage = woken()
    id, doors = stage.incident.id, stage.acknowledging
    with pytest.raises(IllegalMove):
        doors.grade(id, "gus", is_worth_it=True, now=after(16))
    for minutes in (0, -1, 24 * 60 + 1):
        with pytest.raises(IllegalMove):
            doors.snooze(id, "gus", timedelta(minutes=minutes), now=after(16))
    with pytest.raises(BadInput, match=r"^to: 'nobody' cannot be paged; use one of ana, ben"):
        doors.hand_over(id, "gus", "nobody", now=after(16))
    doors.resolve(id, "gus", now=after(17))
    with pytest.raises(IllegalMove):
        doors.snooze(id, "gus", timedelta(minutes=5), now=after(18))
    with pytest.raises(IllegalMove):
        doors.escalate(id, "gus", now=after(18))
    with pytest.raises(IllegalMove):
        doors.hand_over(id, "gus", "ben", now=after(18))


def test_of_many_who_acknowledge_at_once_one_has_it_and_all_are_told_who() -> None:
    for _ in range(15):
        stage = woken()
        links = [
            partial(stage.acknowledging.acknowledge_by_link, stage.key(who), now=after(20))
            for who in (ANA, BEN)
        ]
        replies = [
            partial(stage.sms, who, stage.code(who), now=after(20), inbound_id=f"in-{who}")
            for who in (ANA, BEN)
        ]
        assert at_once([*links, *replies]) == []

        assert stage.incident.acknowledged_by in (ANA, BEN)
        assert stage.meter.counts["IncidentsAcknowledged"] == 1
        assert stage.incident.version == 4  # opened, two steps, one acknowledgement


def test_a_rival_at_any_step_of_an_acknowledgement_leaves_one_who_has_it() -> None:
    def rival() -> None:
        stage = stages[-1]
        stage.acknowledging.acknowledge_by_link(stage.key(BEN), now=after(20))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = woken(interruption)
        stages.append(stage)
        stage.sms(ANA, stage.code(ANA), now=after(20))

        (note,) = stage.phones.notes(ANA)
        if stage.incident.acknowledged_by == ANA:
            assert note.startswith("You have it")
        else:
            assert note == "Acme outage: Ben has it since 20:50. Nothing to do."
        assert stage.meter.counts["IncidentsAcknowledged"] == 1


def test_an_incident_that_changes_without_end_is_given_up_with_an_error() -> None:
    stage = woken()
    saved = stage.incidents.save

    def overtaken(incident: Incident) -> None:
        saved(replace(stage.incident, version=stage.incident.version + 1))
        saved(incident)

    stage.incidents.save = overtaken  # type: ignore[method-assign]
    with pytest.raises(StaleWrite, match="changes too fast"):
        stage.acknowledging.acknowledge(stage.incident.id, "gus", now=after(20))
    with pytest.raises(StaleWrite, match="changes too fast"):
        stage.acknowledging.resolve(stage.incident.id, "gus", now=after(20))
    assert stage.incident.version == 3 + 2 * RACES
    stage.incidents.save = saved  # type: ignore[method-assign]
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    stage.incidents.save = overtaken  # type: ignore[method-assign]
    with pytest.raises(StaleWrite, match="changes too fast"):
        stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(20))


def test_who_guesses_codes_is_told_of_and_in_the_end_no_code_is_tried() -> None:
    stage = woken()
    for number in range(CODES_TRIED):
        stage.sms(ANA, "ZZZZZ", now=after(1), inbound_id=f"guess-{number}")
    assert stage.notices.kinds() == [f"guessing:{ANA}"]
    assert len(stage.phones.notes(ANA)) == USELESS_ANSWERED

    stage.sms(ANA, stage.code(ANA), now=after(2), inbound_id="right")
    assert stage.is_ringing()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(3))
    assert not stage.is_ringing()
