"""Whose phone rings when, whatever goes wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.domain.desk import Responder
from chalicelib.domain.escalation import Step, Target, TargetKind
from chalicelib.domain.incident import IncidentState
from chalicelib.domain.page import LEASE, PageKey, PageState
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.signal import Topic
from chalicelib.ports import Answerable, Message
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
from tests.fakes import Crash, FakeChannel, FakePages, Fate
from tests.services.stage import MINUTE, Interruption, Stage, after, at_once, interruptions


def _rung_by_minute(stage: Stage, minutes: int) -> dict[int, list[str]]:
    """Whose phone rang in which minute, with a tick in each."""
    found: dict[int, list[str]] = {}
    if stage.rung():
        found[0] = stage.rung()
    for minute in range(1, minutes + 1):
        before = len(stage.rung())
        stage.tick(after(minute))
        if rung := stage.rung()[before:]:
            found[minute] = rung
    return found


def test_nobody_acknowledges_and_it_rings_step_by_step_round_by_round_and_never_between() -> None:
    stage = Stage()
    stage.judged("the site is down")

    assert _rung_by_minute(stage, 106) == {
        0: [ANA], 15: [BEN], 30: [FAY, LEA],
        45: [ANA], 60: [BEN], 75: [FAY, LEA],
        105: [ANA],
    }  # fmt: skip


def test_each_page_can_be_answered_by_a_code_and_a_link_of_its_own() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.ticks(1, 30)

    pages = [one.answerable for one in stage.phones.pages()]
    assert len({page.code for page in pages if page}) == 4
    assert len({page.link for page in pages if page}) == 4
    assert all(page and page.link.startswith("https://desk.example/api/a/") for page in pages)


def test_where_replies_cannot_reach_us_a_page_carries_a_link_alone() -> None:
    stage = Stage(a_desk(sms=replace(a_desk().sms, is_two_way=False)))
    stage.judged("the site is down")

    (page,) = stage.phones.pages()
    assert page.answerable is not None
    assert page.answerable.code == ""


def test_neither_code_nor_link_is_stored() -> None:
    stage = Stage()
    stage.judged("the site is down")

    kept = repr(stage.pages.all()) + repr(vars(stage.pages))
    assert stage.code(ANA) not in kept
    assert stage.key(ANA) not in kept


def test_whoever_opted_out_is_passed_over_at_once() -> None:
    stage = Stage()
    stage.phones.refused.add(ANA)  # the carrier knows
    stage.judged("the site is down")

    assert stage.rung() == [BEN]


@pytest.mark.parametrize("fate", [Fate.REFUSED, Fate.UNAVAILABLE])
def test_a_refused_page_is_followed_by_the_next_step_at_once(fate: Fate) -> None:
    stage = Stage()
    stage.phones.fates.append(fate)
    stage.judged("the site is down")

    assert stage.rung() == [BEN]
    assert stage.meter.counts["PagesRefused"] == 1
    assert stage.meter.counts["StepsReachingNobody"] == 1
    assert _rung_by_minute(stage, 35) == {0: [BEN], 15: [FAY, LEA], 30: [ANA]}


def test_a_responder_without_a_phone_is_passed_over_at_once() -> None:
    people = (a_responder(ANA, phone=None), a_responder(BEN), a_responder(FAY), a_responder(LEA))
    stage = Stage(a_desk(responders=people))
    stage.judged("the site is down")

    assert stage.rung() == [BEN]


class _StumblingChannel(FakeChannel):
    """A channel that breaks on one responder in a way nobody thought of."""

    def send_page(self, message: Message, responder: Responder) -> str:
        if responder.id == ANA:
            raise KeyError("No time zone found with key Mars/Olympus")
        return super().send_page(message, responder)


def test_a_page_that_breaks_in_an_unforeseen_way_does_not_hold_up_the_next_step() -> None:
    stage = Stage(channel=_StumblingChannel())
    stage.judged("the site is down")

    assert stage.rung() == [BEN]


def test_of_two_targets_of_one_step_one_that_fails_does_not_silence_the_other() -> None:
    both = Step(
        delay=timedelta(0),
        targets=(Target(TargetKind.RESPONDER, "ana"), Target(TargetKind.RESPONDER, "ben")),
    )
    stage = Stage(a_desk(policies=(a_policy(steps=(both,)),)), channel=_StumblingChannel())
    stage.judged("the site is down")

    assert stage.rung() == [BEN]
    assert stage.incident.due_at == after(15)


def test_in_a_gap_of_the_schedule_the_fallback_person_is_rung() -> None:
    stage = Stage(a_desk(schedules=(a_schedule(rotations=()),)))
    stage.judged("the site is down")

    assert stage.rung() == [FAY]


def test_a_person_who_is_two_targets_of_a_step_is_rung_once() -> None:
    twice = Step(
        delay=timedelta(0),
        targets=(Target(TargetKind.SCHEDULE, "primary"), Target(TargetKind.RESPONDER, "ana")),
    )
    stage = Stage(a_desk(policies=(a_policy(steps=(twice,)),)))
    stage.judged("the site is down")

    assert stage.rung() == [ANA]


def test_when_a_round_reached_nobody_fallback_and_lead_are_rung_at_once() -> None:
    stage = Stage()
    stage.phones.refused = {ANA, BEN}
    stage.judged("the site is down")

    assert stage.rung() == [FAY, LEA]
    assert _rung_by_minute(stage, 46) == {0: [FAY, LEA], 15: [FAY, LEA], 45: [FAY, LEA]}


def test_when_nobody_at_all_is_reached_it_is_tried_again_each_minute_until_somebody_is() -> None:
    stage = Stage()
    stage.phones.is_down = True
    stage.judged("the site is down")
    stage.ticks(1, 7)
    assert stage.rung() == []
    assert stage.meter.counts["StepsReachingNobody"] == 3 * 8  # two steps and the fallback

    stage.phones.is_down = False

    # However often it failed, the pause is that after a first round.
    assert _rung_by_minute(stage, 54) == {8: [ANA], 23: [BEN], 38: [FAY, LEA], 53: [ANA]}


@pytest.mark.parametrize("fate", [Fate.CRASH_BEFORE, Fate.CRASH_AFTER])
def test_a_page_left_by_a_crash_is_sent_again_once_when_its_lease_is_over(fate: Fate) -> None:
    stage = Stage()
    stage.phones.fates.append(fate)
    mention = stage.post("the site is down")
    with pytest.raises(Crash):
        stage.triage.judge(mention, now=NOW)
    was_sent = len(stage.rung())

    stage.tick(NOW + LEASE - timedelta(seconds=1))
    assert len(stage.rung()) == was_sent
    stage.tick(NOW + LEASE)
    assert len(stage.rung()) == was_sent + 1
    stage.ticks(2, 14)

    assert stage.rung() == [ANA] * (was_sent + 1)
    (page,) = stage.pages.all()
    assert page.state is PageState.SENT
    assert page.attempts == 2


def test_a_step_of_which_half_was_sent_before_a_crash_sends_only_the_other_half() -> None:
    both = Step(
        delay=timedelta(0),
        targets=(Target(TargetKind.RESPONDER, "ana"), Target(TargetKind.RESPONDER, "ben")),
    )
    stage = Stage(a_desk(policies=(a_policy(steps=(both,)),)))
    stage.phones.fates.extend([Fate.SENT, Fate.CRASH_BEFORE])
    mention = stage.post("the site is down")
    with pytest.raises(Crash):
        stage.triage.judge(mention, now=NOW)

    stage.ticks(1, 3)

    assert stage.rung() == [ANA, BEN]


@pytest.mark.parametrize("times", [2, 5])
def test_a_tick_delivered_several_times_rings_once(times: int) -> None:
    stage = Stage()
    stage.judged("the site is down")
    for _ in range(times):
        stage.tick(after(15))

    assert stage.rung() == [ANA, BEN]


def test_lost_ticks_delay_a_step_and_skip_none() -> None:
    stage = Stage()
    stage.judged("the site is down")

    stage.tick(after(40))
    assert stage.rung() == [ANA, BEN]
    stage.tick(after(54))
    assert stage.rung() == [ANA, BEN]
    stage.tick(after(55))
    assert stage.rung() == [ANA, BEN, FAY, LEA]


def test_ticks_that_race_ring_once() -> None:
    for _ in range(20):
        stage = Stage()
        stage.judged("the site is down")
        tick = partial(stage.paging.tick, now=after(15))
        assert at_once([tick] * 4) == []
        assert stage.rung() == [ANA, BEN]
        stage.tick(after(16))
        assert stage.rung() == [ANA, BEN]
        assert stage.incident.due_at in (after(30), after(31))


def test_a_second_tick_anywhere_within_the_first_rings_nobody_twice() -> None:
    def rival() -> None:
        stages[-1].paging.tick(now=after(15))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stages.append(_judged(interruption))
        stages[-1].paging.tick(now=after(15))
        interruption.end()
        stages[-1].ticks(16, 18)

        assert stages[-1].rung() == [ANA, BEN], interruption.number
        assert stages[-1].incident.position.step == 2
        assert stages[-1].incident.position.round == 1


def _judged(interruption: Interruption) -> Stage:
    """A stage whose first page went out undisturbed, and that is interrupted from then on."""
    stage = Stage(interruption=interruption)
    interruption.has_struck = True
    stage.judged("the site is down")
    interruption.has_struck = False
    return stage


def test_an_acknowledgement_anywhere_within_a_tick_is_kept_and_silences_all_that_follows() -> None:
    def rival() -> None:
        stage = stages[-1]
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(15))

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = _judged(interruption)
        stages.append(stage)
        stage.paging.tick(now=after(15))
        interruption.end()
        if not interruption.has_struck:
            continue
        rung = stage.rung()
        assert rung in ([ANA], [ANA, BEN])  # Ben's page may have been on its way
        stage.ticks(16, 120)

        assert stage.rung() == rung, interruption.number
        assert stage.incident.state is IncidentState.ACKNOWLEDGED
        assert stage.incident.acknowledged_by == ANA


def test_a_crash_anywhere_within_a_tick_loses_no_page_and_repeats_at_most_one() -> None:
    repeated = 0
    for interruption in interruptions():
        stage = _judged(interruption)
        try:
            stage.paging.tick(now=after(15))
        except Crash:
            assert interruption.has_struck
        interruption.end()
        stage.ticks(16, 20)

        assert stage.rung()[:2] == [ANA, BEN], interruption.number
        assert stage.rung() in ([ANA, BEN], [ANA, BEN, BEN])
        repeated += len(stage.rung()) - 2
        assert stage.incident.position.step == 2
        (_, bens) = stage.pages.all()
        assert bens.state is PageState.SENT
    assert repeated == 2  # after the provider took it, before it was recorded


def test_whoever_acknowledged_a_moment_ago_is_not_rung_because_the_list_of_due_ones_lags() -> None:
    def rival() -> None:
        stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(15))

    interruption = Interruption(1, of="due", is_after=True, do=rival)
    stage = _judged(interruption)
    stage.paging.tick(now=after(15))

    assert interruption.has_struck
    assert stage.rung() == [ANA]


def test_of_two_who_find_a_page_left_by_a_crash_one_sends_it() -> None:
    def rival() -> None:
        stages[-1].paging.tick(now=NOW + LEASE)

    stages: list[Stage] = []
    for interruption in interruptions(rival):
        stage = Stage(interruption=interruption)
        stages.append(stage)
        interruption.has_struck = True
        stage.phones.fates.append(Fate.CRASH_BEFORE)
        mention = stage.post("the site is down")
        with pytest.raises(Crash):
            stage.triage.judge(mention, now=NOW)
        interruption.has_struck = False
        stage.paging.tick(now=NOW + LEASE)
        interruption.end()
        stage.ticks(2, 6)

        assert stage.rung() == [ANA], interruption.number


def test_after_an_acknowledgement_nobody_is_woken_until_it_times_out() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(3))
    first = stage.code(ANA)

    assert _rung_by_minute(stage, 4 * 60 + 2) == {0: [ANA]}
    assert _rung_by_minute(stage, 4 * 60 + 20) == {0: [ANA], 243: [ANA], 258: [BEN]}
    assert stage.code(ANA) != first
    assert stage.is_ringing()


def test_after_it_is_resolved_it_never_rings_again() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.acknowledging.resolve(stage.incident.id, "gus", now=after(1))
    stage.ticks(2, 60)
    stage.tick(NOW + timedelta(days=2))

    assert stage.rung() == [ANA]


class _BreakingPages(Exception):
    """A store that fails for one incident."""


def test_an_incident_that_cannot_be_escalated_holds_up_no_other_and_is_told() -> None:
    stage = Stage()
    stage.judged("the site is down", 1, brand="acme")
    stage.judged("they leak my data", 2, brand="acme")
    claim = stage.pages.claim

    def breaking(page: object) -> object:
        if ".outage." in str(getattr(page, "id", "")):
            raise _BreakingPages
        return claim(page)  # type: ignore[arg-type]

    stage.pages.claim = breaking  # type: ignore[assignment, method-assign]
    handled = stage.paging.tick(now=after(15))

    assert handled == 2
    assert stage.rung() == [ANA, ANA, BEN]
    assert stage.notices.kinds() == ["escalation-failed"]
    assert stage.meter.counts["EscalationsFailed"] == 1


def test_an_incident_whose_policy_was_removed_follows_the_first_one() -> None:
    stage = Stage()
    stage.judged("the site is down")
    to_lea = Step(delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, "lea"),))
    stage.desks.put(a_desk(policies=(a_policy("other", steps=(to_lea, to_lea)),)), now=NOW)
    stage.tick(after(15))

    assert stage.rung() == [ANA, LEA]


def test_an_incident_of_a_brand_that_was_removed_still_rings() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.desks.put(a_desk(brands=()), now=NOW)
    stage.tick(after(15))

    assert stage.rung() == [ANA, BEN]
    assert stage.phones.pages()[-1].brand_name == "acme"


def test_the_pager_is_handed_over_between_two_rounds() -> None:
    schedule = a_schedule(ANA, BEN)
    first = schedule.on_call(NOW)
    ahead = schedule.changes(NOW, NOW + timedelta(days=8))
    monday = next(at for at in ahead if schedule.on_call(at) != first)
    only = Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),))
    stage = Stage(a_desk(schedules=(schedule,), policies=(a_policy(steps=(only,)),)))
    stage.judged("the site is down", now=monday - 20 * MINUTE)
    for minutes in (-5, 10):
        stage.tick(monday + minutes * MINUTE)

    assert stage.rung() == [first, FAY, LEA, schedule.on_call(monday)]


def test_an_incident_that_is_not_due_is_left_as_it_is() -> None:
    stage = Stage()
    stage.judged("the site is down")
    before = stage.incident

    assert stage.paging.tick(now=after(14)) == 0
    assert stage.paging.escalate(before, now=after(14)) == before
    assert stage.incident == before


def test_no_log_line_holds_a_phone_number_a_code_or_a_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    stage = Stage(channel=_StumblingChannel())
    stage.phones.fates.append(Fate.REFUSED)
    stage.judged("the site is down")
    stage.ticks(1, 40)

    told = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "page_sent" in told
    for responder in stage.desks.current().responders:
        assert str(responder.phone) not in told
    for page in stage.phones.pages():
        assert page.answerable is not None
        assert page.answerable.code not in told
        assert page.answerable.link.rpartition("/")[2] not in told


def test_when_the_public_address_cannot_be_had_the_page_goes_out_without_its_link() -> None:
    stage = Stage()

    def unknown() -> str:
        raise TimeoutError("SSM does not answer")

    stage.ways._public_url = unknown
    stage.judged("the site is down")

    (page,) = stage.phones.pages()
    assert page.answerable is not None
    assert page.answerable.link == ""
    assert page.answerable.code


def test_when_the_key_of_codes_cannot_be_had_the_page_goes_out_with_its_link_alone() -> None:
    stage = Stage()

    def unknown() -> bytes:
        raise TimeoutError("SSM does not answer")

    stage.ways._pepper = unknown
    stage.judged("the site is down")

    (page,) = stage.phones.pages()
    assert page.answerable is not None
    assert page.answerable.code == ""
    stage.acknowledging.acknowledge_by_link(stage.key(ANA), now=after(1))
    assert not stage.is_ringing()


def test_when_no_key_can_be_stored_the_page_still_wakes() -> None:
    class Full(FakePages):
        def add_keys(self, keys: Sequence[PageKey]) -> None:
            raise TimeoutError("DynamoDB does not answer")

    stage = Stage()
    stage.ways._pages = Full()
    stage.judged("the site is down")

    (page,) = stage.phones.pages()
    assert page.answerable == Answerable(code="", link="")


def _everyone_with_mail(stage: Stage) -> None:
    desk = stage.desks.current()
    rules = (NotificationRule("sms"), NotificationRule("email", 5 * MINUTE))
    people = tuple(
        replace(one, email=f"{one.id}@acme.example", notify=rules) for one in desk.responders
    )
    everyone = Step(delay=timedelta(0), targets=(Target(TargetKind.EVERYONE),))
    policies = (a_policy(steps=(everyone,)),)
    stage.desks.put(replace(desk, responders=people, policies=policies), now=NOW)


@pytest.mark.parametrize("incidents", [1, 2])
def test_a_provider_that_fails_twice_in_a_row_holds_up_nobodys_next_channel(
    incidents: int,
) -> None:
    class Counted(FakeChannel):
        tried = 0

        def send_page(self, message: Message, responder: Responder) -> str:
            self.tried += 1
            return super().send_page(message, responder)

    phones = Counted()
    stage = Stage(channel=phones)
    _everyone_with_mail(stage)
    phones.is_down = True
    for number in range(incidents):
        topic = (Topic.OUTAGE, Topic.SECURITY)[number]
        stage.incidents.open(an_incident(topic=topic), instead_of=None)

    stage.paging.tick(now=NOW)

    assert phones.tried == 2
    assert sorted({one.to for one in stage.mailboxes.pages()}) == sorted([ANA, BEN, FAY, LEA])


def test_a_provider_that_failed_is_asked_again_by_the_next_run() -> None:
    stage = Stage()
    _everyone_with_mail(stage)
    stage.phones.is_down = True
    stage.judged("the site is down")
    stage.phones.is_down = False

    stage.judged("a leak of data", 2, now=after(1))

    assert sorted(stage.rung()) == sorted([ANA, BEN, FAY, LEA])


def test_whoever_acknowledges_while_a_tick_pages_for_others_is_not_rung_by_it() -> None:
    class Slow(FakeChannel):
        def send_page(self, message: Message, responder: Responder) -> str:
            taken = stage.incidents.get(second.id)
            assert taken is not None
            if taken.state is IncidentState.TRIGGERED:
                policy = a_policy("other")
                stage.incidents.save(taken.acknowledged(LEA, now=NOW, policy=policy))
            return super().send_page(message, responder)

    lea_alone = Step(delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, "lea"),))
    desk = a_desk(policies=(a_policy(), a_policy("other", steps=(lea_alone,))))
    stage = Stage(desk, channel=Slow())
    stage.incidents.open(an_incident(), instead_of=None)
    second = an_incident(topic=Topic.SECURITY, policy="other")
    stage.incidents.open(second, instead_of=None)

    stage.paging.tick(now=NOW)

    assert stage.rung() == [ANA]


def test_a_ticket_is_made_even_when_nobody_can_be_paged_for_an_error_of_ours() -> None:
    stage = Stage()
    stage.ways._randomness = None  # type: ignore[assignment]
    mention = stage.post("the site is down")

    with pytest.raises(AttributeError):
        stage.triage.judge(mention, now=NOW)

    assert [ticket.mention for ticket in stage.tickets.all()] == [mention]


def test_a_tick_that_has_no_time_left_leaves_the_step_due_for_the_next() -> None:
    stage = Stage()
    stage.judged("the site is down")
    stage.paging.tick(now=after(15), has_time=lambda: False)
    assert stage.rung() == [ANA]

    stage.tick(after(16))
    assert stage.rung() == [ANA, BEN]
