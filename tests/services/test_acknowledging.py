"""Who may stop the ringing, by what, and what they are told."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import IllegalMove, NotFound, StaleWrite
from chalicelib.domain.incident import Incident, IncidentId, IncidentState
from chalicelib.domain.page import ANSWERABLE_FOR, KeyKind, PageKey, link_digest
from chalicelib.services.acknowledging import CODES_TRIED, RACES, USELESS_ANSWERED
from tests.builders import ANA, BEN, FAY, LEA, NOW, PHONES, a_desk, a_responder
from tests.fakes import Crash
from tests.services.stage import Interruption, Stage, after, at_once, interruptions

MOMENT = timedelta(microseconds=1)
NOTHING = "Nothing was acknowledged."


def _woken(interruption: Interruption | None = None) -> Stage:
    """Ana was woken; Ben was too, a quarter of an hour later."""
    stage = Stage(interruption=interruption)
    if interruption:
        interruption.has_struck = True
    stage.judged("the site is down")
    stage.tick(after(15))
    assert stage.rung() == [ANA, BEN]
    if interruption:
        interruption.has_struck = False
    return stage


# --- by reply ----------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["{}", " {} ", "ack {}!", "I have it ({}) 👍", "{}."])
def test_a_reply_with_the_code_acknowledges_and_is_confirmed(shape: str) -> None:
    stage = _woken()
    stage.sms(ANA, shape.format(stage.code(ANA).lower()), now=after(20))

    assert stage.incident.state is IncidentState.ACKNOWLEDGED
    assert stage.incident.acknowledged_by == ANA
    (note,) = stage.phones.notes(ANA)
    assert note.startswith("You have it: Acme outage. It rings again at 00:50")
    stage.ticks(21, 60)
    assert stage.rung() == [ANA, BEN]


def test_an_older_code_of_the_same_incident_acknowledges_too() -> None:
    stage = _woken()
    first = stage.code(ANA)
    stage.ticks(21, 45)
    assert stage.rung() == [ANA, BEN, FAY, LEA, ANA]
    stage.sms(ANA, first, now=after(46))

    assert stage.incident.acknowledged_by == ANA


def test_a_reply_from_an_unknown_phone_does_nothing_and_is_not_answered() -> None:
    stage = _woken()
    stage.acknowledging.receive("+4366499999999", stage.code(ANA), inbound_id="in-1", now=after(20))

    assert stage.is_ringing()
    assert stage.phones.notes() == []


@pytest.mark.parametrize("body", ["ZZZZZ", "ok", "", "👍", "x" * 1600])
def test_a_reply_without_a_good_code_acknowledges_nothing_and_is_told_so(body: str) -> None:
    stage = _woken()
    stage.sms(ANA, body, now=after(20))

    assert stage.is_ringing()
    (note,) = stage.phones.notes()
    assert note.startswith(NOTHING)


def test_another_persons_code_acknowledges_nothing() -> None:
    stage = _woken()
    stage.sms(BEN, stage.code(ANA), now=after(20))

    assert stage.is_ringing()
    assert stage.phones.notes(BEN)[0].startswith(NOTHING)


def test_a_key_of_a_link_is_no_code_and_a_code_no_key_of_a_link() -> None:
    stage = _woken()
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
    stage = _woken()
    stage.sms(ANA, f"ZZZZZ or {stage.code(ANA)}?", now=after(20))

    assert not stage.is_ringing()


def test_the_same_reply_delivered_twice_is_answered_once() -> None:
    stage = _woken()
    for minute in (20, 21):
        stage.sms(ANA, stage.code(ANA), now=after(minute), inbound_id="in-7")
        stage.sms(BEN, "what?", now=after(minute), inbound_id="in-8")

    assert len(stage.phones.notes(ANA)) == 1
    assert len(stage.phones.notes(BEN)) == 1
    assert stage.incident.acknowledged_at == after(20)


def test_who_replies_again_is_told_again_that_they_have_it() -> None:
    stage = _woken()
    stage.sms(ANA, stage.code(ANA), now=after(20), inbound_id="in-1")
    stage.sms(ANA, stage.code(ANA), now=after(21), inbound_id="in-2")

    first, second = stage.phones.notes(ANA)
    assert first == second
    assert stage.incident.acknowledged_at == after(20)


def test_who_comes_second_is_told_by_name_who_has_it() -> None:
    stage = _woken()
    stage.sms(ANA, stage.code(ANA), now=after(20), inbound_id="in-1")
    stage.sms(BEN, stage.code(BEN), now=after(21), inbound_id="in-2")

    assert stage.phones.notes(BEN) == ["Acme outage: Ana has it since 20:50. Nothing to do."]
    assert stage.incident.acknowledged_by == ANA


def test_a_reply_after_the_end_is_told_so_and_changes_nothing() -> None:
    stage = _woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(18))
    before = stage.incident
    stage.sms(ANA, stage.code(ANA), now=after(20))

    assert stage.phones.notes(ANA) == [
        "Acme outage: already resolved by gus at 20:48. Nothing to do."
    ]
    assert stage.incident == before


def test_an_acknowledgement_counts_even_when_its_confirmation_cannot_be_sent() -> None:
    stage = _woken()
    code = stage.code(ANA)
    stage.phones.is_down = True
    stage.sms(ANA, code, now=after(20))

    assert not stage.is_ringing()
    assert stage.phones.notes() == []


def test_after_five_useless_replies_a_phone_is_answered_no_more_that_day() -> None:
    stage = _woken()
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
    stage = _woken()
    for number in range(9):
        stage.sms(ANA, "what?", now=after(20), inbound_id=f"in-{number}")
    stage.sms(ANA, stage.code(ANA), now=after(21), inbound_id="in-good")

    assert not stage.is_ringing()
    assert stage.phones.notes(ANA)[-1].startswith("You have it")


def test_a_phone_that_answers_itself_without_end_is_not_answered_without_end() -> None:
    stage = _woken()
    code = stage.code(ANA)
    for number in range(50):
        stage.sms(ANA, f"automatic reply to {code}", now=after(20), inbound_id=f"in-{number}")

    assert len(stage.phones.notes(ANA)) <= 7


@pytest.mark.parametrize("word", ["STOP", "stop.", "Unsubscribe"])
def test_who_texts_stop_is_told_of_to_the_desk_and_whether_a_page_goes_out_is_the_carriers_word(
    word: str,
) -> None:
    stage = Stage()
    stage.sms(ANA, word)
    stage.judged("the site is down")

    # A forged STOP takes nobody off the desk: the channel asks the carrier before each page.
    assert stage.rung() == [ANA]
    assert stage.phones.notes() == []
    assert stage.notices.kinds() == [f"opted-out:{ANA}"]
    assert PHONES[ANA] not in stage.notices.told[0].text


def test_stop_is_no_acknowledgement() -> None:
    stage = _woken()
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
        stage = _woken(interruption)
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


# --- by link -----------------------------------------------------------------------------


def test_looking_at_a_link_shows_the_incident_and_changes_nothing() -> None:
    stage = _woken()
    before = stage.incident

    view = stage.acknowledging.look(stage.key(ANA), now=after(20))

    assert stage.incident == before
    assert view.incident == before
    assert view.responder.id == ANA
    assert view.brand_name == "Acme"
    assert view.loudness == 1
    assert not view.is_acknowledged
    assert not view.is_mine


def test_a_link_acknowledges_for_its_person_as_often_as_it_is_pressed() -> None:
    stage = _woken()
    views = [
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(minute))
        for minute in (20, 21)
    ]

    assert all(view.is_acknowledged and view.is_mine for view in views)
    assert views[0].holder_name == "Ana"
    assert stage.incident.acknowledged_at == after(20)
    assert stage.meter.counts["IncidentsAcknowledged"] == 1


def test_who_opens_a_link_late_sees_who_has_it() -> None:
    stage = _woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))

    view = stage.acknowledging.acknowledge_by_link(stage.key(BEN), now=after(21))

    assert view.is_acknowledged
    assert not view.is_mine
    assert view.holder_name == "Ana"
    assert stage.incident.acknowledged_by == ANA


def test_a_link_after_the_end_shows_that_it_is_over() -> None:
    stage = _woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(18))

    view = stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))

    assert view.incident.state is IncidentState.RESOLVED
    assert view.is_acknowledged
    assert not view.is_mine


def test_who_has_it_resolves_it_by_the_link_as_often_as_it_is_pressed() -> None:
    stage = _woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    views = [
        stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(minute))
        for minute in (30, 31)
    ]

    assert [view.incident for view in views] == [stage.incident] * 2
    assert stage.incident.state is IncidentState.RESOLVED
    assert (stage.incident.resolved_by, stage.incident.resolved_at) == (ANA, after(30))
    assert views[0].holder_name == "Ana"
    assert stage.meter.counts["IncidentsResolved"] == 1
    stage.ticks(31, 400)
    assert stage.rung() == [ANA, BEN]


def test_whoever_does_not_have_it_resolves_nothing_by_the_link() -> None:
    stage = _woken()
    before = stage.incident
    assert stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(16)).incident == before
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    before = stage.incident

    view = stage.acknowledging.resolve_by_link(stage.key(BEN), now=after(30))

    assert view.incident == before == stage.incident
    assert not view.is_mine


def test_whose_acknowledgement_has_run_out_resolves_nothing_by_the_link() -> None:
    stage = _woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    stage.ticks(260, 261)
    assert stage.is_ringing()

    stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(262))
    assert stage.is_ringing()


def test_resolving_by_the_link_what_is_over_shows_that_it_is_over() -> None:
    stage = _woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    resolved = stage.acknowledging.resolve(stage.incident.id, "gus", now=after(25))

    assert stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30)).incident == resolved
    assert stage.incident == resolved


def test_a_rival_at_any_step_of_resolving_by_the_link_leaves_one_end() -> None:
    def rival() -> None:
        with suppress(IllegalMove):
            stages[-1].acknowledging.resolve(stages[-1].incident.id, "gus", now=after(30))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = _woken(interruption)
        stages.append(stage)
        interruption.has_struck = True
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
        interruption.has_struck = False

        view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30))

        assert view.incident == stage.incident
        assert stage.incident.resolved_by in (ANA, "gus")
        assert stage.meter.counts["IncidentsResolved"] == 1


def test_a_crash_at_any_step_of_resolving_by_the_link_is_made_good_by_pressing_again() -> None:
    for interruption in interruptions():
        stage = _woken(interruption)
        interruption.has_struck = True
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
        interruption.has_struck = False
        with suppress(Crash):
            stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30))
        interruption.end()
        view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(31))

        assert view.incident.state is IncidentState.RESOLVED
        assert stage.incident.resolved_by == ANA


@given(secret=st.text(max_size=40))
@example(secret="")
@example(secret="\ud800")
@example(secret="key-000000000000000009")
@example(secret="../key-000000000000000001")
def test_a_forged_link_shows_and_acknowledges_nothing(secret: str) -> None:
    stage = Stage()
    stage.judged("the site is down")

    with pytest.raises(NotFound):
        stage.acknowledging.look(secret, now=after(1))
    with pytest.raises(NotFound):
        stage.acknowledging.acknowledge_by_link(secret, now=after(1))
    with pytest.raises(NotFound):
        stage.acknowledging.resolve_by_link(secret, now=after(1))
    assert stage.is_ringing()


def test_a_link_is_good_for_a_day_and_not_a_moment_longer() -> None:
    stage = _woken()
    key = stage.key(ANA)

    stage.acknowledging.look(key, now=NOW + ANSWERABLE_FOR - MOMENT)
    with pytest.raises(NotFound, match="24 hours"):
        stage.acknowledging.acknowledge_by_link(key, now=NOW + ANSWERABLE_FOR)
    assert stage.is_ringing()


def test_a_key_of_another_kind_is_no_link() -> None:
    stage = _woken()
    (ana, _) = stage.pages.all()
    stage.pages.add_keys(
        [
            PageKey(
                kind=KeyKind.CODE,
                digest=link_digest("AAAAAAAAAAAAAAAAAAAAAA"),
                page_id=ana.id,
                incident_id=ana.incident_id,
                responder=ANA,
                expires_at=after(500),
            )
        ]
    )

    with pytest.raises(NotFound):
        stage.acknowledging.look("AAAAAAAAAAAAAAAAAAAAAA", now=after(20))


def test_the_link_of_somebody_who_was_removed_is_good_no_more() -> None:
    stage = _woken()
    stage.desks.put(a_desk(responders=tuple(map(a_responder, (BEN, FAY, LEA)))), now=NOW)

    with pytest.raises(NotFound, match="not on the desk any more"):
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    assert stage.is_ringing()


# --- by sign-in, and all at once ---------------------------------------------------------


def test_a_signed_in_person_acknowledges_and_resolves() -> None:
    stage = _woken()
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

    assert [(one.topic.value, loudness) for one, loudness in listed] == [
        ("security", 1),
        ("outage", 2),
    ]


def test_of_many_who_acknowledge_at_once_one_has_it_and_all_are_told_who() -> None:
    for _ in range(15):
        stage = _woken()
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
        stage = _woken(interruption)
        stages.append(stage)
        stage.sms(ANA, stage.code(ANA), now=after(20))

        (note,) = stage.phones.notes(ANA)
        if stage.incident.acknowledged_by == ANA:
            assert note.startswith("You have it")
        else:
            assert note == "Acme outage: Ben has it since 20:50. Nothing to do."
        assert stage.meter.counts["IncidentsAcknowledged"] == 1


def test_an_incident_that_changes_without_end_is_given_up_with_an_error() -> None:
    stage = _woken()
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
    stage = _woken()
    for number in range(CODES_TRIED):
        stage.sms(ANA, "ZZZZZ", now=after(1), inbound_id=f"guess-{number}")
    assert stage.notices.kinds() == [f"guessing:{ANA}"]
    assert len(stage.phones.notes(ANA)) == USELESS_ANSWERED

    stage.sms(ANA, stage.code(ANA), now=after(2), inbound_id="right")
    assert stage.is_ringing()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(3))
    assert not stage.is_ringing()
