"""What people ask for by SMS beyond "I have it", and what they are told."""

import logging
from datetime import datetime
from typing import Any

import pytest

from chalicelib.domain.desk import Responder
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import ANSWERABLE_FOR, KeyKind, PageKey, code_digest
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.timeline import ActKind, Via
from chalicelib.services.acknowledging import Acknowledging
from chalicelib.services.contacting import Contacting
from chalicelib.services.paging import Paging
from tests.builders import ANA, BEN, FAY, LEA, NOW, PHONES, a_desk, a_page_key, a_responder
from tests.fakes import Crash, FakeChannel, FakeIncidents
from tests.services.scenes import BARE, code_in, everybody_with_mailbox, woken, woken_twice
from tests.services.stage import PEPPER, Stage, after, interruptions

NOTHING = "Nothing was acknowledged."


def down(**over: Any) -> Stage:
    """Ana was woken a moment ago."""
    stage = Stage(**over)
    stage.judged("the site is down")
    return stage


def kinds(incident: Incident) -> list[ActKind]:
    return [act.kind for act in incident.acts]


# --- escalate ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["{} e", "esc {}", "{}, next person please", "{} ESCALATE"])
def test_who_asks_for_the_next_person_has_them_rung_at_once_and_is_told_whom(shape: str) -> None:
    stage = down()
    stage.sms(ANA, shape.format(stage.code(ANA)), now=after(2))

    assert stage.rung() == [ANA, BEN]
    (note,) = stage.phones.notes(ANA)
    assert "Acme outage" in note
    assert "Ben" in note
    act = stage.incident.acts[-1]
    assert (act.kind, act.by, act.via) == (ActKind.ESCALATED, ANA, Via.SMS)


def test_the_same_reply_delivered_twice_escalates_once_however_late() -> None:
    for minutes in (2, 2.2, 30):
        stage = down()
        body = f"{stage.code(ANA)} e"
        for minute in (2, minutes):
            stage.sms(ANA, body, now=after(minute), inbound_id="in-1")
        assert stage.rung() == [ANA, BEN]
        assert len(stage.phones.notes(ANA)) == 1


def test_a_second_request_rings_a_further_person() -> None:
    stage = down()
    body = f"{stage.code(ANA)} e"
    stage.sms(ANA, body, now=after(2), inbound_id="in-1")
    stage.sms(ANA, body, now=after(4), inbound_id="in-2")
    assert stage.rung() == [ANA, BEN, FAY, LEA]


def test_who_has_it_and_cannot_go_on_has_the_next_person_rung() -> None:
    stage = down()
    code = stage.code(ANA)
    stage.sms(ANA, code, now=after(1), inbound_id="in-1")
    stage.sms(ANA, f"{code} e", now=after(2), inbound_id="in-2")
    assert stage.is_ringing()
    assert stage.rung() == [ANA, BEN]


def test_what_somebody_else_has_is_not_passed_on_by_sms() -> None:
    stage = woken()
    stage.sms(BEN, stage.code(BEN), now=after(16), inbound_id="in-1")
    stage.sms(ANA, f"{stage.code(ANA)} e", now=after(17), inbound_id="in-2")

    assert stage.incident.acknowledged_by == BEN
    assert stage.phones.notes(ANA) == ["Acme outage: Ben has it since 20:46. Nothing to do."]
    assert stage.rung() == [ANA, BEN]


def test_what_is_over_rings_nobody() -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(16))
    stage.sms(ANA, f"{stage.code(ANA)} e", now=after(17))

    assert "already resolved" in stage.phones.notes(ANA)[0]
    assert stage.rung() == [ANA, BEN]


def test_who_asks_while_nobody_can_be_reached_is_told_no_name() -> None:
    stage = down()
    stage.phones.refused = {BEN, FAY, LEA}
    stage.sms(ANA, f"{stage.code(ANA)} e", now=after(2))

    (note,) = stage.phones.notes(ANA)
    assert "the next person" in note
    assert stage.is_ringing()


def test_a_reply_that_comes_again_after_it_was_passed_on_silences_nothing() -> None:
    stage = down()
    code = stage.code(ANA)
    stage.sms(ANA, code, now=after(1), inbound_id="in-1")
    stage.sms(ANA, f"{code} e", now=after(2), inbound_id="in-2")
    stage.sms(ANA, code, now=after(3), inbound_id="in-1")
    assert stage.is_ringing()
    stage.sms(ANA, code, now=after(4), inbound_id="in-3")
    assert not stage.is_ringing()


def test_a_crash_at_any_step_of_an_escalation_is_made_good_by_its_redelivery() -> None:
    for interruption in interruptions():
        stage = Stage(interruption=interruption)
        interruption.has_struck = True
        stage.judged("the site is down")
        interruption.has_struck = False
        body = f"{stage.code(ANA)} e"
        try:
            stage.sms(ANA, body, now=after(2))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.sms(ANA, body, now=after(3))
        stage.ticks(3, 5)

        assert kinds(stage.incident).count(ActKind.ESCALATED) == 1
        assert set(stage.rung()) == {ANA, BEN}
        assert stage.rung().count(ANA) == 1
        assert len(stage.phones.notes(ANA)) <= 1


class NoPaging(Paging):
    """Paging with a fault."""

    def __init__(self) -> None:
        """It needs nothing to fail."""

    def escalate(self, incident: Incident, *, now: datetime) -> Incident:
        raise RuntimeError("no table")


class NoContacting(Contacting):
    """Contacts that cannot be recorded."""

    def __init__(self) -> None:
        """It needs nothing to fail."""

    def verify(self, key: PageKey, *, now: datetime) -> bool:
        raise RuntimeError("no table")


def doors(stage: Stage, **over: Any) -> Acknowledging:
    """Those of a stage, with something else in the place of a part."""
    given = {
        "desks": stage.desks,
        "incidents": stage.incidents,
        "pages": stage.pages,
        "paging": stage.paging,
        "contacting": stage.contacting,
        "sms": stage.phones,
        "replies": stage.replies,
        "meter": stage.meter,
        "notices": stage.notices,
        "pepper": lambda: PEPPER,
    }
    return Acknowledging(**{**given, **over})


def test_when_ringing_at_once_fails_the_tick_rings() -> None:
    stage = down()
    broken = doors(stage, paging=NoPaging())
    broken.receive(PHONES[ANA], f"{stage.code(ANA)} e", inbound_id="in-1", now=after(2))

    assert stage.rung() == [ANA]
    assert "the next person" in stage.phones.notes(ANA)[0]
    stage.tick(after(3))
    assert stage.rung() == [ANA, BEN]


# --- grades ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "is_worth_it"), [("y", True), ("worth it", True), ("N", False), ("bad", False)]
)
def test_after_the_end_a_reply_says_whether_it_was_worth_it(words: str, is_worth_it: bool) -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(16))
    for inbound_id in ("in-1", "in-1", "in-2"):
        stage.sms(ANA, f"{stage.code(ANA)} {words}", now=after(17), inbound_id=inbound_id)

    assert stage.incident.grades == {ANA: is_worth_it}
    assert kinds(stage.incident).count(ActKind.GRADED) == 1
    first, second = stage.phones.notes(ANA)
    assert first == second
    assert ("not worth waking you" in first) is not is_worth_it


def test_a_grade_can_be_changed() -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(16))
    stage.sms(ANA, f"{stage.code(ANA)} n", now=after(17), inbound_id="in-1")
    stage.sms(ANA, f"{stage.code(ANA)} y", now=after(18), inbound_id="in-2")
    assert stage.incident.grades == {ANA: True}


@pytest.mark.parametrize("words", ["y", "yes", "good"])
def test_before_the_end_a_yes_is_an_acknowledgement(words: str) -> None:
    stage = woken()
    stage.sms(ANA, f"{stage.code(ANA)} {words}", now=after(16))
    assert stage.incident.acknowledged_by == ANA
    assert stage.incident.grades == {}


@pytest.mark.parametrize("words", ["n", "no", "can't", "not me", "bad"])
def test_a_no_acknowledges_nothing_and_is_told_so(words: str) -> None:
    stage = woken()
    stage.sms(ANA, f"{stage.code(ANA)} {words}", now=after(16))
    assert stage.is_ringing()
    assert stage.phones.notes(ANA)[0].startswith(NOTHING)


def test_who_grades_what_they_have_is_asked_to_wait_for_its_end() -> None:
    stage = woken()
    code = stage.code(ANA)
    stage.sms(ANA, code, now=after(16), inbound_id="in-1")
    stage.sms(ANA, f"{code} n", now=after(17), inbound_id="in-2")
    stage.sms(BEN, f"{stage.code(BEN)} n", now=after(17), inbound_id="in-3")

    assert "when it is over" in stage.phones.notes(ANA)[1]
    assert "Ana has it" in stage.phones.notes(BEN)[0]
    assert stage.incident.acknowledged_by == ANA


# --- one code for several ----------------------------------------------------------------


def test_one_code_takes_all_incidents_of_its_message_and_is_confirmed_once() -> None:
    stage = woken_twice()
    stage.sms(BEN, stage.code(BEN), now=after(16))

    assert {one.acknowledged_by for one in stage.incidents.all()} == {BEN}
    (note,) = stage.phones.notes(BEN)
    assert "You have all 2" in note
    stage.ticks(17, 100)
    assert stage.rung() == [ANA, ANA, BEN]


def test_of_several_it_is_told_which_are_theirs_now_and_which_somebody_had() -> None:
    stage = woken_twice()
    outage, _ = stage.incidents.all()
    stage.acknowledging.acknowledge(outage.id, ANA, now=after(15))
    stage.sms(BEN, stage.code(BEN), now=after(16))

    (note,) = stage.phones.notes(BEN)
    assert note.startswith("You have: Acme security.")
    assert "Ana has: Acme outage." in note


def test_one_code_passes_on_what_nobody_has_and_leaves_others_theirs() -> None:
    stage = woken_twice()
    outage, security = stage.incidents.all()
    stage.acknowledging.acknowledge(outage.id, ANA, now=after(15))
    stage.sms(BEN, f"{stage.code(BEN)} e", now=after(16))

    assert stage.current(outage.id).acknowledged_by == ANA
    assert kinds(stage.current(security.id))[-1] is ActKind.ESCALATED
    assert stage.rung() == [ANA, ANA, BEN, FAY, LEA]


def test_what_is_passed_on_together_rings_the_next_person_once() -> None:
    stage = woken_twice()
    stage.sms(BEN, f"{stage.code(BEN)} e", now=after(16))

    assert stage.rung() == [ANA, ANA, BEN, FAY, LEA]
    assert [len(page.incidents) for page in stage.phones.pages()[-2:]] == [2, 2]
    (note,) = stage.phones.notes(BEN)
    assert "Fay, Lea" in note


def test_one_code_grades_what_is_over_and_takes_what_is_not() -> None:
    stage = woken_twice()
    outage, security = stage.incidents.all()
    stage.acknowledging.resolve(outage.id, "gus", now=after(15))
    stage.sms(BEN, f"{stage.code(BEN)} y", now=after(16))

    assert stage.current(outage.id).grades == {BEN: True}
    assert stage.current(security.id).acknowledged_by == BEN
    assert stage.phones.notes(BEN)[-1].startswith("You have: Acme security.")
    stage.sms(BEN, f"{stage.code(BEN)} n", now=after(17), inbound_id="in-2")
    assert stage.current(outage.id).grades == {BEN: False}
    assert stage.current(security.id).acknowledged_by == BEN


def test_a_crash_at_any_step_of_taking_several_is_made_good_by_its_redelivery() -> None:
    for interruption in interruptions():
        stage = woken_twice(interruption)
        code = stage.code(BEN)
        try:
            stage.sms(BEN, code, now=after(16))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.sms(BEN, code, now=after(17))

        assert {one.acknowledged_by for one in stage.incidents.all()} == {BEN}
        assert len(stage.phones.notes(BEN)) <= 1


def test_an_incident_that_changes_without_end_keeps_no_other_from_being_taken() -> None:
    stage = woken_twice()
    outage, security = (one.id for one in stage.incidents.all())
    busy = Busy(stage.incidents, outage)
    with pytest.raises(StaleWrite, match="changes too fast"):
        doors(stage, incidents=busy).receive(
            PHONES[BEN], stage.code(BEN), inbound_id="in-1", now=after(16)
        )
    assert stage.current(security).acknowledged_by == BEN
    assert stage.phones.notes(BEN) == []
    stage.sms(BEN, stage.code(BEN), now=after(17))
    assert stage.current(outage).acknowledged_by == BEN
    assert len(stage.phones.notes(BEN)) == 1


class Busy(FakeIncidents):
    """A store in which one incident changes whenever it is written."""

    def __init__(self, store: FakeIncidents, id: IncidentId) -> None:
        self._store = store
        self._id = id

    def get(self, id: IncidentId) -> Incident | None:
        return self._store.get(id)

    def save(self, incident: Incident) -> None:
        if incident.id == self._id:
            raise StaleWrite("somebody was first")
        self._store.save(incident)


# --- letters without a code --------------------------------------------------------------


@pytest.mark.parametrize("body", ["a", "ok", "e", "yes", "👍", "I have it"])
def test_a_letter_without_a_code_does_nothing_unless_the_owner_allows_it(body: str) -> None:
    stage = down()
    before = stage.incident
    stage.sms(ANA, body, now=after(1))
    assert stage.incident == before
    assert stage.phones.notes(ANA)[0].startswith(NOTHING)


@pytest.mark.parametrize("body", ["a", "OK!", "yes", "👍", "I have it"])
def test_where_allowed_it_takes_the_only_incident_that_is_open_for_the_phone(body: str) -> None:
    stage = down(desk=a_desk(sms=BARE))
    stage.judged("they leak my data", 2, now=NOW)
    stage.acknowledging.resolve(stage.incidents.all()[1].id, "gus", now=NOW)
    stage.sms(ANA, body, now=after(1))

    assert stage.incidents.all()[0].acknowledged_by == ANA
    assert stage.phones.notes(ANA)[0].startswith("You have it")


def test_where_allowed_a_letter_passes_it_on() -> None:
    stage = down(desk=a_desk(sms=BARE))
    stage.sms(ANA, "e", now=after(1))
    assert stage.rung() == [ANA, BEN]


def test_a_letter_of_somebody_who_was_not_paged_takes_nothing() -> None:
    stage = down(desk=a_desk(sms=BARE))
    stage.sms(BEN, "a", now=after(1))
    assert stage.is_ringing()
    assert "Nothing is open for this phone" in stage.phones.notes(BEN)[0]


def test_while_several_are_open_a_letter_is_answered_by_asking_for_a_code() -> None:
    stage = woken_twice(desk=a_desk(sms=BARE))
    for number in range(7):
        stage.sms(BEN, "a", now=after(16), inbound_id=f"in-{number}")

    assert {one.state for one in stage.incidents.all()} == {IncidentState.TRIGGERED}
    notes = stage.phones.notes(BEN)
    assert len(notes) == 5
    assert notes[0].startswith("2 incidents are open for you")
    assert "not answer further" in notes[4]


@pytest.mark.parametrize("body", ["n", "no", "what?"])
def test_where_letters_count_a_no_still_takes_nothing(body: str) -> None:
    stage = down(desk=a_desk(sms=BARE))
    stage.sms(ANA, body, now=after(1))
    assert stage.is_ringing()
    assert stage.phones.notes(ANA)[0].startswith(NOTHING)


# --- contacts ----------------------------------------------------------------------------


def test_answering_a_test_page_verifies_the_phone() -> None:
    stage = Stage()
    stage.contacting.test(ANA, now=NOW)
    assert not stage.contacts.of(ANA)[0].is_verified
    stage.sms(ANA, code_in(stage.phones.notes(ANA)[0]), now=after(1))

    (contact,) = stage.contacts.of(ANA)
    assert contact.verified_at == after(1)
    assert "this works" in stage.phones.notes(ANA)[-1]


def test_a_key_of_another_kind_is_no_code() -> None:
    stage = down()
    page = stage.pages.all()[0]
    digest = code_digest("BCDFG", ANA, PEPPER)
    for kind in (KeyKind.LINK, KeyKind.MESSAGE):
        stage.pages.add_keys([a_page_key(page, kind=kind, digest=digest)])
        stage.sms(ANA, "BCDFG", now=after(1), inbound_id=f"in-{kind}")
        assert stage.is_ringing()


def test_a_test_page_is_good_for_a_day() -> None:
    stage = Stage()
    stage.contacting.test(ANA, now=NOW)
    stage.sms(ANA, code_in(stage.phones.notes(ANA)[0]), now=NOW + ANSWERABLE_FOR)
    assert not stage.contacts.of(ANA)[0].is_verified


def test_whoever_answers_a_page_has_shown_that_the_phone_works() -> None:
    stage = down()
    stage.sms(ANA, stage.code(ANA), now=after(1))
    (contact,) = stage.contacts.of(ANA)
    assert (contact.channel, contact.verified_at) == ("sms", after(1))
    stage.sms(ANA, stage.code(ANA), now=after(9), inbound_id="in-2")
    assert stage.contacts.of(ANA) == (contact,)


def test_that_a_contact_cannot_be_recorded_undoes_no_acknowledgement() -> None:
    stage = down()
    broken = doors(stage, contacting=NoContacting())
    broken.receive(PHONES[ANA], stage.code(ANA), inbound_id="in-1", now=after(1))
    assert not stage.is_ringing()
    assert stage.phones.notes(ANA)[0].startswith("You have it")


def test_a_channel_that_stumbles_over_an_answer_undoes_nothing_and_leaks_no_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Stumbling(FakeChannel):
        def send_note(self, responder: Responder, text: str, *, id: str) -> str:
            raise RuntimeError(f"cannot reach {responder.phone}")

    stage = down(channel=Stumbling())
    with caplog.at_level(logging.DEBUG):
        stage.sms(ANA, stage.code(ANA), now=after(1), inbound_id="in-1")
        stage.sms(ANA, "what?", now=after(2), inbound_id="in-2")
    assert not stage.is_ringing()
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert "RuntimeError" in said
    assert PHONES[ANA] not in said


# --- who follows -------------------------------------------------------------------------


def followers(*who: ResponderId) -> tuple[Responder, ...]:
    return tuple(a_responder(id, wants_updates=id in who) for id in (ANA, BEN, FAY, LEA))


@pytest.mark.parametrize("how", ["sms", "link", "desk"])
def test_who_follows_and_was_paged_hears_that_somebody_else_took_it(how: str) -> None:
    stage = woken(desk=a_desk(responders=followers(ANA, BEN, LEA)))
    if how == "sms":
        stage.sms(BEN, stage.code(BEN), now=after(16))
    elif how == "link":
        stage.acknowledging.acknowledge_by_link(stage.key(BEN), now=after(16))
    else:
        stage.acknowledging.acknowledge(stage.incident.id, BEN, now=after(16))
    assert stage.incident.to_tell == (ANA,)
    stage.tick(after(17))
    assert "Ben has it" in stage.phones.notes(ANA)[-1]
    assert stage.phones.notes(LEA) == []


def test_who_follows_hears_that_it_was_put_off_and_that_it_is_over() -> None:
    stage = woken(desk=a_desk(responders=followers(ANA, BEN)))
    id = stage.incident.id
    stage.acknowledging.snooze(id, "gus", after(60) - after(16), now=after(16))
    assert stage.incident.to_tell == (ANA, BEN)
    stage.acknowledging.resolve(id, "gus", now=after(17))
    assert stage.incident.to_tell == (ANA, BEN)
    stage.tick(after(18))
    assert "is over" in stage.phones.notes(ANA)[-1]


def test_replies_of_mailboxes_people_are_answered_by_sms_alone() -> None:
    stage = down(desk=everybody_with_mailbox())
    stage.sms(ANA, stage.code(ANA), now=after(1))
    assert stage.mailboxes.notes(ANA) == []
