"""By which way each person is called, and how few messages it takes."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.domain.desk import Desk
from chalicelib.domain.escalation import During, EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.hours import BusinessHours, OpenSpan
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import PageState
from chalicelib.domain.rate import PER_PHONE
from chalicelib.domain.responder import NotificationRule, Responder
from chalicelib.domain.schedule import Override, OverrideKind, ResponderId
from chalicelib.domain.schedule.names import Weekday
from chalicelib.domain.signal import Topic, Urgency
from tests.builders import (
    ANA,
    BEN,
    FAY,
    LEA,
    NOW,
    a_desk,
    a_policy,
    a_responder,
    a_schedule,
    an_incident,
)
from tests.fakes import Crash, Fate
from tests.services.stage import MINUTE, Stage, after, at_once, interruptions

HOUR = timedelta(hours=1)
BY_MAIL_TOO = (NotificationRule("sms"), NotificationRule("email", 5 * MINUTE))
OFFICE = BusinessHours(
    name="office",
    zone="UTC",
    weekly={day: (OpenSpan(opens=time(9), closes=time(17)),) for day in Weekday},
)
OPENING = datetime(2026, 11, 22, 9, tzinfo=UTC)
"""Of the office after `NOW`, a Saturday evening."""


def _desk(*people: Responder, **over: Any) -> Desk:
    """The usual desk, with some people otherwise."""
    other = {one.id: one for one in people}
    usual = (a_responder(id) for id in (ANA, BEN, FAY, LEA))
    return a_desk(responders=tuple(other.get(one.id, one) for one in usual), **over)


def _got(stage: Stage) -> list[tuple[str, str]]:
    """Who got a page by what, phones before mailboxes."""
    channels = (stage.phones, stage.mailboxes, stage.webhooks)
    return [(one.to, channel.name) for channel in channels for one in channel.pages()]


def _mails(stage: Stage) -> list[str]:
    return [one.to for one in stage.mailboxes.pages()]


# --- one person's rules ----------------------------------------------------------------------


def test_another_channel_follows_after_its_minutes_and_once() -> None:
    stage = Stage(_desk(a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)))
    stage.judged("the site is down")
    stage.ticks(1, 4)
    assert _got(stage) == [(ANA, "sms")]

    stage.ticks(5, 14)

    assert _got(stage) == [(ANA, "sms"), (ANA, "email")]


def test_after_an_acknowledgement_no_further_channel_is_used() -> None:
    stage = Stage(_desk(a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)))
    stage.judged("the site is down")
    stage.incidents.save(stage.incident.acknowledged(ANA, now=after(3), policy=a_policy()))

    stage.ticks(4, 60)

    assert _got(stage) == [(ANA, "sms")]


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.UNAVAILABLE])
def test_a_refused_page_moves_to_the_persons_next_channel_at_once(fate: Fate) -> None:
    stage = Stage(_desk(a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)))
    stage.phones.fates.append(fate)
    stage.judged("the site is down")

    assert _got(stage) == [(ANA, "email")]
    assert stage.incident.position.due_at == after(15)


def test_when_every_channel_refuses_the_next_step_follows_at_once() -> None:
    stage = Stage(_desk(a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)))
    stage.phones.refused.add(ANA)
    stage.mailboxes.refused.add(ANA)
    stage.judged("the site is down")

    assert _got(stage) == [(BEN, "sms")]


def test_when_the_only_channel_of_a_later_minute_is_refused_the_next_step_follows_then() -> None:
    patient = a_responder(ANA, notify=(NotificationRule("sms", 3 * MINUTE),))
    stage = Stage(_desk(patient))
    stage.phones.refused.add(ANA)
    stage.judged("the site is down")
    stage.ticks(1, 2)
    assert _got(stage) == []

    stage.ticks(3, 3)

    assert _got(stage) == [(BEN, "sms")]


def test_the_same_channel_may_be_tried_again_later() -> None:
    again = (NotificationRule("sms"), NotificationRule("sms", 5 * MINUTE))
    stage = Stage(_desk(a_responder(ANA, notify=again)))
    stage.judged("the site is down")
    stage.ticks(1, 14)

    assert stage.rung() == [ANA, ANA]


def test_somebody_with_an_address_and_no_rules_is_called_by_all_of_them_sms_first() -> None:
    stage = Stage(_desk(a_responder(ANA, email="ana@acme.example")))
    stage.judged("the site is down")
    assert _got(stage) == [(ANA, "sms")]

    stage.ticks(1, 14)

    assert _got(stage) == [(ANA, "sms"), (ANA, "email")]


def test_a_page_by_mail_carries_a_link_and_no_code() -> None:
    stage = Stage(_desk(a_responder(ANA, phone=None, email="ana@acme.example")))
    stage.judged("the site is down")

    (page,) = stage.mailboxes.pages()
    assert page.answerable is not None
    assert page.answerable.code == ""
    assert page.answerable.link


def test_who_is_swapped_out_between_two_rules_is_not_called_any_more() -> None:
    ana = a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)
    stage = Stage(_desk(ana))
    stage.judged("the site is down")
    swap = Override(
        kind=OverrideKind.REPLACE, responder=LEA, starts_at=after(2), ends_at=after(600)
    )
    schedule = a_schedule()
    desk = stage.desks.current()
    stage.desks.put(replace(desk, schedules=(replace(schedule, overrides=(swap,)),)), now=after(2))

    stage.ticks(3, 14)

    assert _got(stage) == [(ANA, "sms")]


def test_a_crash_anywhere_while_rules_are_carried_out_loses_no_page_and_repeats_at_most_one() -> (
    None
):
    ana = a_responder(ANA, email="ana@acme.example", notify=BY_MAIL_TOO)
    for interruption in interruptions():
        stage = Stage(_desk(ana), interruption=interruption)
        mention = stage.post("the site is down")
        for minute in range(15):
            with suppress(Crash):
                if minute:
                    stage.tick(after(minute))
                else:
                    stage.triage.judge(mention, now=NOW)
        assert (ANA, "sms") in _got(stage)
        assert (ANA, "email") in _got(stage)
        assert len(_got(stage)) <= 3


# --- whom a step means -----------------------------------------------------------------------


def _steps(*steps: Step, **over: Any) -> EscalationPolicy:
    return a_policy(steps=steps, **over)


def _to(*names: str, kind: TargetKind = TargetKind.RESPONDER, **over: Any) -> Step:
    targets = tuple(Target(kind, name) for name in names)
    return Step(**{"delay": timedelta(0), "targets": targets, **over})


def test_a_step_for_everyone_rings_every_responder_once() -> None:
    stage = Stage(a_desk(policies=(_steps(_to("", kind=TargetKind.EVERYONE)),)))
    stage.judged("the site is down")

    assert sorted(stage.rung()) == sorted([ANA, BEN, FAY, LEA])


def test_whoever_is_added_to_the_schedule_is_rung_too() -> None:
    beside = Override(
        kind=OverrideKind.ADD, responder=LEA, starts_at=NOW - HOUR, ends_at=NOW + HOUR
    )
    schedule = replace(a_schedule(), overrides=(beside,))
    stage = Stage(a_desk(schedules=(schedule,)))
    stage.judged("the site is down")

    assert stage.rung() == [ANA, LEA]


def test_out_of_hours_the_steps_of_the_day_are_passed_over_at_once() -> None:
    day = _to(ANA, during=During.OPEN)
    night = _to(BEN, during=During.CLOSED, delay=10 * MINUTE)
    stage = Stage(a_desk(policies=(_steps(day, night, hours="office"),), hours=(OFFICE,)))
    stage.judged("the site is down")

    assert stage.rung() == [BEN]
    assert stage.meter.counts["StepsReachingNobody"] == 0


def test_in_hours_the_steps_of_the_day_are_taken() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    day = _to(ANA, during=During.OPEN)
    night = _to(BEN, during=During.CLOSED, delay=10 * MINUTE)
    stage = Stage(a_desk(policies=(_steps(day, night, hours="office"),), hours=(OFFICE,)))
    stage.judged("the site is down", now=noon)
    stage.tick(noon + 14 * MINUTE)

    assert stage.rung() == [ANA]


# --- hand over, escalate, raise --------------------------------------------------------------


def _open(stage: Stage) -> Incident:
    stage.judged("the site is down")
    return stage.incident


def test_whoever_it_is_handed_to_is_rung_alone_and_then_the_policy_goes_on() -> None:
    stage = Stage()
    incident = _open(stage).handed_to(LEA, by=ANA, now=after(2), policy=a_policy())
    stage.incidents.save(incident)
    stage.ticks(2, 16)
    assert stage.rung() == [ANA, LEA]

    stage.ticks(17, 17)

    assert stage.rung() == [ANA, LEA, BEN]


def test_when_whoever_it_is_handed_to_cannot_be_reached_the_next_step_follows_at_once() -> None:
    stage = Stage()
    stage.phones.refused.add(LEA)
    stage.incidents.save(_open(stage).handed_to(LEA, by=ANA, now=after(2), policy=a_policy()))
    stage.ticks(2, 2)

    assert stage.rung() == [ANA, BEN]


def test_what_is_escalated_rings_the_next_step_at_once() -> None:
    stage = Stage()
    escalated = _open(stage).escalated(ANA, now=after(1))
    stage.incidents.save(escalated)
    stage.paging.escalate(escalated, now=after(1))

    assert stage.rung() == [ANA, BEN]


def test_whoever_passes_it_on_is_not_rung_by_a_step_that_means_others_too() -> None:
    steps = (_to(ANA), _to("", kind=TargetKind.EVERYONE, delay=15 * MINUTE))
    stage = Stage(a_desk(policies=(_steps(*steps),)))
    escalated = _open(stage).escalated(ANA, now=after(2))
    stage.incidents.save(escalated)
    stage.paging.escalate(escalated, now=after(2))

    assert sorted(stage.rung()[1:]) == sorted([BEN, FAY, LEA])


def test_whoever_passes_it_on_is_rung_where_the_step_means_nobody_else() -> None:
    stage = Stage(a_desk(policies=(_steps(_to(ANA), _to(ANA, delay=15 * MINUTE)),)))
    escalated = _open(stage).escalated(ANA, now=after(2))
    stage.incidents.save(escalated)
    stage.paging.escalate(escalated, now=after(2))

    assert stage.rung() == [ANA, ANA]


# --- one message for several incidents -------------------------------------------------------


def _two(stage: Stage) -> None:
    stage.judged("the site is down", 1)
    stage.judged("a leak of data", 2)


def test_two_incidents_due_for_one_phone_at_once_are_one_message() -> None:
    stage = Stage()
    _two(stage)
    assert [len(one.incidents) for one in stage.phones.pages(ANA)] == [1, 1]

    stage.ticks(1, 15)

    (page,) = stage.phones.pages(BEN)
    assert {incident.topic for incident in page.incidents} == {Topic.OUTAGE, Topic.SECURITY}
    pages = [one for one in stage.pages.all() if one.responder == BEN]
    assert [one.state for one in pages] == [PageState.SENT, PageState.SENT]
    assert len({one.provider_id for one in pages}) == 1


def test_the_answer_to_a_message_names_all_its_incidents() -> None:
    stage = Stage()
    _two(stage)
    stage.ticks(1, 15)

    keys = [key for key in stage.pages._keys.values() if key.responder == BEN]
    assert keys
    assert all(len(key.incident_ids) == len(key.page_ids) == 2 for key in keys)


def test_a_refused_bundle_moves_each_of_its_incidents_on() -> None:
    ben = a_responder(BEN, email="ben@acme.example", notify=BY_MAIL_TOO)
    stage = Stage(_desk(ben))
    _two(stage)
    stage.phones.refused.add(BEN)
    stage.ticks(1, 15)

    assert _mails(stage) == [BEN, BEN]


def test_a_crash_anywhere_in_a_tick_that_bundles_loses_no_page_and_repeats_at_most_one() -> None:
    for interruption in interruptions(most=400):
        stage = Stage(interruption=interruption)
        interruption.number, number = 0, interruption.number
        _two(stage)
        interruption.calls, interruption.number = 0, number
        for minute in range(15, 19):
            with suppress(Crash):
                stage.tick(after(minute))
        told = [incident.topic for one in stage.phones.pages(BEN) for incident in one.incidents]
        assert set(told) == {Topic.OUTAGE, Topic.SECURITY}
        assert len(stage.phones.pages(BEN)) <= 2


def test_two_ticks_at_once_send_one_message() -> None:
    stage = Stage()
    _two(stage)

    failures = at_once([lambda: stage.tick(after(15))] * 2)

    told = [incident.topic for one in stage.phones.pages(BEN) for incident in one.incidents]
    assert sorted(told) == [Topic.OUTAGE, Topic.SECURITY]
    assert not failures


# --- few rings -------------------------------------------------------------------------------


def _with_rung(stage: Stage, *instants: datetime) -> None:
    for at in instants:
        stage.rates.record(ANA, "sms", now=at)


def test_the_first_page_of_a_new_incident_is_never_held_back() -> None:
    stage = Stage()
    _with_rung(stage, *(NOW - number * MINUTE for number in range(20)))
    stage.judged("the site is down")

    assert stage.rung() == [ANA]


def test_a_repeat_waits_until_the_phone_is_free_and_holds_up_no_step() -> None:
    stage = Stage()
    stage.judged("the site is down")
    _with_rung(stage, *(after(40 + number) for number in range(5)))
    stage.ticks(1, 54)
    assert stage.rung() == [ANA, BEN, FAY, LEA]

    stage.ticks(55, 60)

    assert stage.rung() == [ANA, BEN, FAY, LEA, ANA, BEN]


def test_what_is_held_goes_out_as_one_message() -> None:
    stage = Stage()
    _two(stage)
    _with_rung(stage, *(after(40 + number) for number in range(5)))
    stage.ticks(1, 55)

    assert [len(one.incidents) for one in stage.phones.pages(ANA)] == [1, 1, 2]


def test_past_the_hours_limit_of_the_desk_repeats_wait_for_the_next_hour_and_it_is_told() -> None:
    desk = a_desk()
    stage = Stage(replace(desk, sms=replace(desk.sms, most_per_hour=4)))
    stage.judged("the site is down")
    for minute in (1, 20, 25, 29):
        stage.rates.record(LEA, "sms", now=after(minute))
    for _ in range(4):
        stage.rates.record(LEA, "sms", now=after(45))
    stage.ticks(1, 89)
    assert ANA not in stage.rung()[1:]
    assert any("repeats wait" in notice.text for notice in stage.notices.told)

    stage.ticks(90, 91)

    assert ANA in stage.rung()[1:]


def test_no_phone_rings_more_often_than_its_limits_allow_after_the_first_page() -> None:
    hasty = a_policy(repeat_after=timedelta(minutes=1))
    stage = Stage(a_desk(policies=(replace(hasty, steps=hasty.steps[:1]),)))
    stage.judged("the site is down")
    sent: list[datetime] = []
    for minute in range(1, 180):
        before = len(stage.phones.pages(ANA))
        stage.tick(after(minute))
        sent += [after(minute)] * (len(stage.phones.pages(ANA)) - before)

    for limit in PER_PHONE:
        for at in sent:
            assert len([one for one in sent if at - limit.within < one <= at]) <= limit.most


# --- only soon -------------------------------------------------------------------------------


def _soon_desk(*people: Responder) -> Desk:
    policy = a_policy(hours="office", pages_soon=True)
    return _desk(*people, policies=(policy,), hours=(OFFICE,))


def _tick_through(stage: Stage, begin: datetime, end: datetime) -> dict[datetime, list[str]]:
    found = {}
    at = begin
    while at <= end:
        before = len(stage.rung())
        stage.tick(at)
        if rung := stage.rung()[before:]:
            found[at] = rung
        at += 5 * MINUTE
    return found


def test_what_is_only_soon_pages_nobody_where_no_policy_asks_for_it() -> None:
    stage = Stage()
    stage.judged("it is slow")

    assert stage.rung() == []
    assert not stage.incidents.all()


def test_what_is_only_soon_is_held_until_opening_and_escalates_from_then() -> None:
    stage = Stage(_soon_desk())
    stage.judged("it is slow")

    rung = _tick_through(stage, NOW + 5 * MINUTE, OPENING + 20 * MINUTE)

    assert rung == {OPENING: [ANA], OPENING + 15 * MINUTE: [BEN]}


def test_in_business_hours_what_is_only_soon_rings_at_once() -> None:
    stage = Stage(_soon_desk())
    stage.judged("it is slow", now=OPENING + HOUR)

    assert stage.rung() == [ANA]


def test_at_closing_its_escalation_stops_until_opening() -> None:
    stage = Stage(_soon_desk())
    closing = OPENING + 8 * HOUR
    stage.judged("it is slow", now=closing - 10 * MINUTE)

    rung = _tick_through(stage, closing - 5 * MINUTE, closing + 16 * HOUR)

    assert rung == {closing + 16 * HOUR: [BEN]}


def test_who_wants_it_hourly_gets_one_message_at_the_full_hour_and_none_again_at_opening() -> None:
    stage = Stage(_soon_desk(a_responder(ANA, wants_soon_hourly=True)))
    stage.judged("it is slow", 1)
    stage.judged("it is slow to me as well", 2)

    rung = _tick_through(stage, NOW + 5 * MINUTE, OPENING + 10 * MINUTE)

    assert rung == {NOW.replace(hour=20, minute=0): [ANA]}


def test_the_grave_mention_of_a_held_incident_rings_at_once() -> None:
    stage = Stage(_soon_desk())
    stage.judged("it is slow")
    stage.judged("now it is down", 2, now=after(10))

    assert stage.rung() == [ANA]
    assert stage.incident.urgency is Urgency.WAKE


def test_what_is_raised_while_somebody_changes_it_rings_all_the_same() -> None:
    for interruption in interruptions(do=lambda: None):
        stage = Stage(_soon_desk(), interruption=interruption)
        stage.judged("it is slow")
        stage.judged("now it is down", 2, now=after(10))
        assert stage.rung() == [ANA]


# --- updates ---------------------------------------------------------------------------------


def _followed() -> Stage:
    stage = Stage(_desk(a_responder(ANA, wants_updates=True)))
    stage.judged("the site is down")
    stage.ticks(1, 15)
    return stage


def _take(stage: Stage, by: ResponderId) -> None:
    stage.incidents.save(
        stage.incident.acknowledged(by, now=after(16), policy=a_policy(), followers=(ANA,))
    )


def test_who_follows_hears_that_another_has_it_once() -> None:
    stage = _followed()
    _take(stage, BEN)
    stage.ticks(16, 30)

    (note,) = stage.phones.notes(ANA)
    assert "Ben" in note
    assert stage.incident.due_at == after(16) + a_policy().ack_timeout


def test_who_follows_hears_that_it_is_over_and_the_incident_is_never_due_again() -> None:
    stage = _followed()
    stage.incidents.save(stage.incident.resolved(BEN, now=after(16), followers=(ANA,)))
    stage.ticks(16, 30)

    assert len(stage.phones.notes(ANA)) == 1
    assert stage.incident.due_at is None


def test_an_update_never_rings_twice_wherever_a_crash_strikes() -> None:
    for interruption in interruptions():
        stage = Stage(_desk(a_responder(ANA, wants_updates=True)), interruption=interruption)
        interruption.number, number = 0, interruption.number
        stage.judged("the site is down")
        _take(stage, BEN)
        interruption.calls, interruption.number = 0, number
        for minute in range(16, 20):
            with suppress(Crash):
                stage.tick(after(minute))
        assert len(stage.phones.notes(ANA)) <= 1


def test_new_incidents_go_before_further_steps_and_both_before_updates() -> None:
    stage = Stage(_desk(a_responder(LEA, wants_updates=True)))
    taken = an_incident(topic=Topic.BILLING, paged=(LEA,))
    stage.incidents.open(taken, instead_of=None)
    stage.incidents.save(taken.acknowledged(BEN, now=NOW, policy=a_policy(), followers=(LEA,)))
    stage.judged("the site is down")
    new = an_incident(topic=Topic.SECURITY, opened_at=after(15))
    stage.incidents.open(new, instead_of=None)  # and a crash before its page

    stage.paging.tick(now=after(15))

    assert [one.to for one in stage.phones.sent] == [ANA, ANA, BEN, LEA]
    assert stage.phones.sent[1].incident == new
    assert stage.phones.sent[3].text


def test_an_incident_that_was_taken_keeps_its_state_while_it_is_told() -> None:
    stage = _followed()
    _take(stage, BEN)
    stage.ticks(16, 16)

    assert stage.incident.state is IncidentState.ACKNOWLEDGED
    assert stage.incident.acknowledged_by == BEN
