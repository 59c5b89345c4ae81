"""What the link of a page shows to its person, and what its buttons do."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.domain.errors import IllegalMove, NotFound
from chalicelib.domain.incident import IncidentId, IncidentState
from chalicelib.domain.page import ANSWERABLE_FOR, KeyKind, link_digest
from chalicelib.domain.schedule import ResponderId
from chalicelib.domain.timeline import ActKind, Via
from chalicelib.services.acknowledging import LinkAct, LinkActKind
from chalicelib.services.link_view import LinkView
from tests.builders import ANA, BEN, FAY, LEA, NOW, a_desk, a_page_key, a_responder
from tests.fakes import Crash
from tests.services.scenes import (
    everybody_with_mailbox,
    link_in,
    only,
    with_peace,
    woken,
    woken_twice,
)
from tests.services.stage import Stage, after, interruptions

MOMENT = timedelta(microseconds=1)

# --- by link -----------------------------------------------------------------------------


def test_looking_at_a_link_shows_the_incident_and_changes_nothing() -> None:
    stage = woken()
    before = stage.incident

    view = stage.acknowledging.look(stage.key(ANA), now=after(20))

    assert stage.incident == before
    assert view.responder.id == ANA
    assert [one.id for one in view.people] == [BEN, FAY, LEA]
    seen = only(view)
    assert seen.incident == before
    assert (seen.brand_name, seen.loudness) == ("Acme", 1)
    assert (seen.called, seen.paged) == (("Ben",), ("Ana", "Ben"))
    assert seen.can_be_taken
    assert not seen.is_of(view.responder)


def test_a_link_acknowledges_for_its_person_as_often_as_it_is_pressed() -> None:
    stage = woken()
    views = [
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(minute))
        for minute in (20, 21)
    ]

    assert all(only(view).is_of(view.responder) for view in views)
    assert only(views[0]).holder_name == "Ana"
    assert stage.incident.acknowledged_at == after(20)
    assert stage.meter.counts["IncidentsAcknowledged"] == 1


def test_who_opens_a_link_late_sees_who_has_it() -> None:
    stage = woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))

    view = stage.acknowledging.acknowledge_by_link(stage.key(BEN), now=after(21))

    assert not only(view).can_be_taken
    assert not only(view).is_of(view.responder)
    assert only(view).holder_name == "Ana"
    assert stage.incident.acknowledged_by == ANA


def test_a_link_after_the_end_shows_that_it_is_over() -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(18))

    view = stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))

    assert only(view).incident.state is IncidentState.RESOLVED
    assert not only(view).can_be_taken
    assert not only(view).is_of(view.responder)
    assert view.refusal == ""


def test_who_has_it_resolves_it_by_the_link_as_often_as_it_is_pressed() -> None:
    stage = woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    views = [
        stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(minute))
        for minute in (30, 31)
    ]

    assert [only(view).incident for view in views] == [stage.incident] * 2
    assert [view.refusal for view in views] == ["", ""]
    assert stage.incident.state is IncidentState.RESOLVED
    assert (stage.incident.resolved_by, stage.incident.resolved_at) == (ANA, after(30))
    assert only(views[0]).resolver_name == "Ana"
    assert stage.meter.counts["IncidentsResolved"] == 1
    stage.ticks(31, 400)
    assert stage.rung() == [ANA, BEN]


def test_whoever_does_not_have_it_resolves_nothing_by_the_link() -> None:
    stage = woken()
    before = stage.incident
    view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(16))
    assert only(view).incident == before
    assert "whoever has it" in view.refusal
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    before = stage.incident

    view = stage.acknowledging.resolve_by_link(stage.key(BEN), now=after(30))

    assert only(view).incident == before == stage.incident
    assert "whoever has it" in view.refusal


def test_whose_acknowledgement_has_run_out_resolves_nothing_by_the_link() -> None:
    stage = woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    stage.ticks(260, 261)
    assert stage.is_ringing()

    stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(262))
    assert stage.is_ringing()


def test_resolving_by_the_link_what_is_over_shows_that_it_is_over() -> None:
    stage = woken()
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    resolved = stage.acknowledging.resolve(stage.incident.id, "gus", now=after(25))

    view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30))
    assert only(view).incident == resolved
    assert stage.incident == resolved


def test_a_rival_at_any_step_of_resolving_by_the_link_leaves_one_end() -> None:
    def rival() -> None:
        with suppress(IllegalMove):
            stages[-1].acknowledging.resolve(stages[-1].incident.id, "gus", now=after(30))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = woken(interruption)
        stages.append(stage)
        with_peace(
            interruption,
            partial(stage.acknowledging.acknowledge_by_link, stage.key(ANA), now=after(20)),
        )

        view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30))

        assert only(view).incident == stage.incident
        assert stage.incident.resolved_by in (ANA, "gus")
        assert stage.meter.counts["IncidentsResolved"] == 1


def test_a_crash_at_any_step_of_resolving_by_the_link_is_made_good_by_pressing_again() -> None:
    for interruption in interruptions():
        stage = woken(interruption)
        with_peace(
            interruption,
            partial(stage.acknowledging.acknowledge_by_link, stage.key(ANA), now=after(20)),
        )
        with suppress(Crash):
            stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(30))
        interruption.end()
        view = stage.acknowledging.resolve_by_link(stage.key(ANA), now=after(31))

        assert only(view).incident.state is IncidentState.RESOLVED
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
    stage = woken()
    key = stage.key(ANA)

    stage.acknowledging.look(key, now=NOW + ANSWERABLE_FOR - MOMENT)
    with pytest.raises(NotFound, match="24 hours"):
        stage.acknowledging.acknowledge_by_link(key, now=NOW + ANSWERABLE_FOR)
    assert stage.is_ringing()


def test_a_key_of_another_kind_is_no_link() -> None:
    stage = woken()
    page = stage.pages.all()[0]
    stage.pages.add_keys([a_page_key(page, kind=KeyKind.CODE), a_page_key(page, secret="B" * 22)])
    stage.acknowledging.look("B" * 22, now=after(20))
    for kind in (KeyKind.CODE, KeyKind.MESSAGE):
        stage.pages.add_keys([a_page_key(page, kind=kind, digest=link_digest("A" * 22))])
        with pytest.raises(NotFound):
            stage.acknowledging.look("A" * 22, now=after(20))


def test_the_link_of_somebody_who_was_removed_is_good_no_more() -> None:
    stage = woken()
    stage.desks.put(a_desk(responders=tuple(map(a_responder, (BEN, FAY, LEA)))), now=NOW)

    with pytest.raises(NotFound, match="not on the desk any more"):
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(20))
    assert stage.is_ringing()


# --- more than "I have it" ---------------------------------------------------------------


def press(
    stage: Stage, who: ResponderId, kind: LinkActKind, now: datetime, **over: Any
) -> LinkView:
    """Somebody presses a button of their newest link."""
    return stage.acknowledging.act_by_link(stage.key(who), LinkAct(kind=kind, **over), now=now)


def test_whoever_cannot_take_it_has_the_next_person_rung_at_once() -> None:
    stage = Stage()
    stage.judged("the site is down")

    view = press(stage, ANA, LinkActKind.ESCALATE, after(2))

    assert stage.rung() == [ANA, BEN]
    assert only(view).called == ("Ben",)
    assert stage.incident.acts[-1].via is Via.LINK


def test_a_button_that_is_sent_twice_rings_one_further_person_however_late_the_second() -> None:
    for minutes in (2, 2.1, 5):
        stage = Stage()
        stage.judged("the site is down")
        key = stage.key(ANA)
        for minute in (2, minutes):
            asked = LinkAct(kind=LinkActKind.ESCALATE, mark="1")
            stage.acknowledging.act_by_link(key, asked, now=after(minute))
        assert stage.rung() == [ANA, BEN]


def test_another_button_of_a_view_that_one_goes_back_to_is_heard() -> None:
    stage = Stage()
    stage.judged("the site is down")
    for minute, kind in ((1, LinkActKind.ACKNOWLEDGE), (2, LinkActKind.ESCALATE)):
        press(stage, ANA, kind, after(minute), mark="1")
    assert stage.rung() == [ANA, BEN]


def test_two_presses_in_a_row_ring_one_further_person_even_from_two_views() -> None:
    stage = Stage()
    stage.judged("the site is down")
    for number, seconds in enumerate((0, 5, 10)):
        now = after(2) + timedelta(seconds=seconds)
        press(stage, ANA, LinkActKind.ESCALATE, now, mark=str(number))
    assert stage.rung() == [ANA, BEN]
    press(stage, ANA, LinkActKind.ESCALATE, after(3), mark="9")
    assert stage.rung() == [ANA, BEN, FAY, LEA]


def test_what_was_taken_and_then_passed_on_is_not_taken_again_by_the_same_form() -> None:
    stage = Stage()
    stage.judged("the site is down")
    key = stage.key(ANA)
    stage.acknowledging.act_by_link(key, LinkAct(mark="1"), now=after(1))
    press(stage, ANA, LinkActKind.ESCALATE, after(2), mark="2")
    stage.acknowledging.act_by_link(key, LinkAct(mark="1"), now=after(3))
    assert stage.is_ringing()
    stage.acknowledging.act_by_link(key, LinkAct(mark="3"), now=after(4))
    assert not stage.is_ringing()


def test_it_is_handed_to_somebody_who_is_rung_at_once_and_alone() -> None:
    stage = Stage()
    stage.judged("the site is down")
    for _ in range(2):
        view = press(stage, ANA, LinkActKind.HAND_OVER, after(2), to="lea")

    assert stage.rung() == [ANA, LEA]
    assert only(view).called == ("Lea",)
    assert view.refusal == ""


@pytest.mark.parametrize("to", ["nobody", "", "ANA"])
def test_handing_it_to_somebody_unknown_changes_nothing_and_says_so(to: str) -> None:
    stage = Stage()
    stage.judged("the site is down")
    before = stage.incident

    view = press(stage, ANA, LinkActKind.HAND_OVER, after(2), to=to)

    assert stage.incident == before
    assert "cannot be paged" in view.refusal


def test_nobody_is_offered_or_handed_it_who_cannot_be_reached() -> None:
    people = (*map(a_responder, (ANA, BEN, FAY)), a_responder(LEA, phone=None))
    stage = Stage(desk=a_desk(responders=people))
    stage.judged("the site is down")

    view = press(stage, ANA, LinkActKind.HAND_OVER, after(2), to="lea")

    assert [one.id for one in view.people] == [BEN, FAY]
    assert "cannot be paged" in view.refusal


def test_who_has_it_puts_it_off_and_is_rung_again_then() -> None:
    stage = Stage()
    stage.judged("the site is down")
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(1))
    for _ in range(2):
        view = press(stage, ANA, LinkActKind.SNOOZE, after(2), until=after(32))

    assert view.refusal == ""
    assert only(view).rings_next_at == after(32)
    assert [act.kind for act in stage.incident.acts].count(ActKind.SNOOZED) == 1
    stage.ticks(3, 31)
    assert stage.rung() == [ANA]
    stage.tick(after(32))
    assert stage.rung() == [ANA, ANA]


def test_another_length_of_a_snooze_counts_at_once() -> None:
    stage = Stage()
    stage.judged("the site is down")
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(1))
    press(stage, ANA, LinkActKind.SNOOZE, after(2), until=after(32))
    press(stage, ANA, LinkActKind.SNOOZE, after(2.05), until=after(122))
    assert stage.incident.ack_expires_at == after(122)


@pytest.mark.parametrize("minutes", [2, 1, -5, 2 + 24 * 60 + 1])
def test_a_snooze_that_is_over_or_too_long_changes_nothing_and_says_so(minutes: int) -> None:
    stage = Stage()
    stage.judged("the site is down")
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(1))
    before = stage.incident

    view = press(stage, ANA, LinkActKind.SNOOZE, after(2), until=after(minutes))

    assert stage.incident == before
    assert "cannot be done" in view.refusal


def test_nobody_else_puts_it_off() -> None:
    stage = woken()
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(16))
    before = stage.incident
    view = press(stage, BEN, LinkActKind.SNOOZE, after(17), until=after(60))
    assert stage.incident == before
    assert "whoever has it" in view.refusal


@pytest.mark.parametrize("kind", [LinkActKind.ESCALATE, LinkActKind.HAND_OVER])
def test_what_somebody_has_can_be_passed_on_by_whoever_has_a_link(kind: LinkActKind) -> None:
    stage = woken()
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(16))
    press(stage, BEN, kind, after(17), to="fay")
    assert stage.is_ringing()
    assert FAY in stage.rung()


@pytest.mark.parametrize("kind", [LinkActKind.ESCALATE, LinkActKind.HAND_OVER, LinkActKind.SNOOZE])
def test_what_is_over_rings_nobody(kind: LinkActKind) -> None:
    stage = woken()
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(16))
    before = stage.incident

    view = press(stage, ANA, kind, after(17), to="fay", until=after(60))

    assert stage.incident == before
    assert view.refusal
    stage.ticks(17, 60)
    assert stage.rung() == [ANA, BEN]


def test_after_the_end_each_says_whether_it_was_worth_it_and_may_change_that() -> None:
    stage = woken()
    early = press(stage, ANA, LinkActKind.WORTH, after(15))
    assert "cannot be done" in early.refusal
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(16))
    for minute, who, kind in (
        (17, ANA, LinkActKind.NOT_WORTH),
        (18, ANA, LinkActKind.NOT_WORTH),
        (19, BEN, LinkActKind.WORTH),
        (20, ANA, LinkActKind.WORTH),
    ):
        view = press(stage, who, kind, after(minute))
    assert only(view).grades == {"Ana": True, "Ben": True}
    assert [act.kind for act in stage.incident.acts].count(ActKind.GRADED) == 3


def test_the_timeline_tells_who_did_what_and_what_became_of_each_page() -> None:
    stage = woken()
    press(stage, ANA, LinkActKind.ACKNOWLEDGE, after(16))
    press(stage, ANA, LinkActKind.HAND_OVER, after(17), to="lea")
    first = stage.pages.all()[0]
    stage.pages.settle(first.failed("unreachable", now=after(1)))

    entries = only(stage.acknowledging.look(stage.key(ANA), now=after(20))).timeline

    assert [(entry.kind, entry.by_name or entry.responder_name) for entry in entries] == [
        ("opened", ""),
        ("page", "Ana"),
        ("page", "Ben"),
        ("acknowledged", "Ana"),
        ("handed-over", "Ana"),
        ("page", "Lea"),
    ]
    assert (entries[1].state, entries[1].refusal) == ("failed", "unreachable")
    assert entries[1].settled_at == after(1)
    assert (entries[4].to, entries[4].to_name, entries[4].via) == ("lea", "Lea", "link")


# --- one link for several ----------------------------------------------------------------


def test_one_link_takes_all_incidents_of_its_message() -> None:
    stage = woken_twice()

    view = press(stage, BEN, LinkActKind.ACKNOWLEDGE, after(16))

    assert [one.is_of(view.responder) for one in view.seen] == [True, True]
    assert {one.acknowledged_by for one in stage.incidents.all()} == {BEN}
    stage.ticks(17, 100)
    assert stage.rung() == [ANA, ANA, BEN]


def test_one_of_several_is_meant_where_it_is_named() -> None:
    stage = woken_twice()
    outage, security = (one.id for one in stage.incidents.all())
    press(stage, BEN, LinkActKind.ACKNOWLEDGE, after(16))
    press(stage, BEN, LinkActKind.RESOLVE, after(17), incident=security)

    assert stage.current(outage).state is IncidentState.ACKNOWLEDGED
    assert stage.current(security).state is IncidentState.RESOLVED
    before = stage.incidents.all()
    foreign = IncidentId("acme.billing.20261121T193000000000")
    press(stage, BEN, LinkActKind.RESOLVE, after(18), incident=foreign)
    assert stage.incidents.all() == before


def test_what_somebody_had_before_stays_theirs_when_all_are_taken() -> None:
    stage = woken_twice()
    outage, security = stage.incidents.all()
    stage.acknowledging.acknowledge(outage.id, ANA, now=after(16))

    view = press(stage, BEN, LinkActKind.ACKNOWLEDGE, after(17))

    holders = {one.incident.id: one.holder_name for one in view.seen}
    assert holders == {outage.id: "Ana", security.id: "Ben"}


def test_all_are_handed_over_by_one_message() -> None:
    stage = woken_twice()
    press(stage, BEN, LinkActKind.HAND_OVER, after(16), to="lea")
    assert stage.rung() == [ANA, ANA, BEN, LEA]
    assert len(stage.phones.pages(LEA)[0].incidents) == 2


def test_an_incident_that_is_gone_hides_no_other() -> None:
    stage = woken_twice()
    page = stage.pages.all()[-1]
    gone = IncidentId("acme.press.20200101T000000000000")
    stage.pages.add_keys(
        [
            a_page_key(page, secret="C" * 22, incident_ids=(gone, page.incident_id)),
            a_page_key(page, secret="D" * 22, incident_ids=(gone,)),
        ]
    )
    view = stage.acknowledging.acknowledge_by_link("C" * 22, now=after(16))
    assert only(view).is_of(view.responder)
    with pytest.raises(NotFound):
        stage.acknowledging.acknowledge_by_link("D" * 22, now=after(16))


# --- a test page -------------------------------------------------------------------------


def test_the_link_of_a_test_page_verifies_the_contact_it_was_sent_to() -> None:
    stage = Stage(desk=everybody_with_mailbox())
    (tried,) = stage.contacting.test(ANA, "email", now=NOW)
    assert tried.is_sent
    secret = link_in(stage.mailboxes.notes(ANA)[0])

    view = stage.acknowledging.look(secret, now=after(1))
    assert (view.is_test, view.channel, view.is_verified) == (True, "email", False)
    assert not stage.contacts.of(ANA)[0].is_verified
    for minute in (2, 3):
        view = stage.acknowledging.acknowledge_by_link(secret, now=after(minute))
        assert view.is_verified

    (contact,) = stage.contacts.of(ANA)
    assert (contact.channel, contact.is_verified) == ("email", True)


def test_a_test_page_to_an_address_that_was_changed_since_verifies_nothing() -> None:
    stage = Stage()
    stage.contacting.test(ANA, "sms", now=NOW)
    secret = link_in(stage.phones.notes(ANA)[0])
    people = (a_responder(ANA, phone="+436649999999"), *map(a_responder, (BEN, FAY, LEA)))
    stage.desks.put(a_desk(responders=people), now=after(1))

    view = stage.acknowledging.acknowledge_by_link(secret, now=after(2))

    assert not view.is_verified
    assert "another address" in view.refusal
