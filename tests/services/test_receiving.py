"""What a delivery receipt changes, and that it changes nothing else, however it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cost.sms import SentSms
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import StaleWrite
from chalicelib.domain.escalation import Step, Target, TargetKind
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import Page, PageState, message_digest
from chalicelib.domain.receipt import Receipt
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.signal import Topic
from tests.builders import (
    ANA,
    BEN,
    FAY,
    NOW,
    PHONES,
    a_contact,
    a_desk,
    a_message_key,
    a_page,
    a_page_key,
    a_policy,
    a_responder,
    an_incident,
)
from tests.fakes import Crash, FakeSmsLedger, Fate
from tests.services.stage import MINUTE, Interruption, Stage, after, at_once, interruptions

SOON = NOW + timedelta(seconds=5)
WORDS = "Phone is currently unreachable/unavailable"


def receipt(provider_id: str = "sms-1", *, is_delivered: bool = False, **over: Any) -> Receipt:
    words = "Message has been accepted by phone" if is_delivered else WORDS
    made = Receipt(provider_id=provider_id, is_delivered=is_delivered, words=words, at=SOON)
    return replace(made, **over)


def a_mailbox_desk(*, after_minutes: int = 10, **over: Any) -> Desk:
    """Ana is paged by SMS and, some minutes later, by e-mail."""
    ana = a_responder(
        ANA,
        email="ana@acme.example",
        notify=(
            NotificationRule("sms"),
            NotificationRule("email", timedelta(minutes=after_minutes)),
        ),
    )
    desk = a_desk(**over)
    return replace(desk, responders=(ana, *desk.responders[1:]))


def a_stage(desk: Desk | None = None, **over: Any) -> Stage:
    """Ana's phone has rung for an outage."""
    stage = Stage(desk, **over)
    stage.judged("the site is down")
    return stage


def the_page(stage: Stage, number: int = 0) -> Page:
    return stage.pages.all()[number]


# --- it arrived --------------------------------------------------------------------------


def test_a_page_that_arrived_is_marked_and_the_clock_runs_on() -> None:
    stage = a_stage()
    before = stage.incident
    assert stage.receiving.read([receipt(is_delivered=True)], now=SOON) == 1

    assert the_page(stage).state is PageState.DELIVERED
    assert the_page(stage).settled_at == SOON
    assert stage.incident == before
    stage.ticks(1, 15)
    assert stage.rung() == [ANA, BEN], "delivered is not acknowledged"


def test_no_receipt_at_all_changes_nothing() -> None:
    stage = a_stage()
    stage.ticks(1, 15)
    assert the_page(stage).state is PageState.SENT
    assert stage.rung() == [ANA, BEN]


# --- it failed ---------------------------------------------------------------------------


def test_an_sms_that_failed_moves_its_person_to_the_next_channel_at_once() -> None:
    stage = a_stage(a_mailbox_desk())
    assert stage.mailboxes.pages() == []
    stage.receiving.read([receipt()], now=SOON)

    assert [page.to for page in stage.mailboxes.pages()] == [ANA]
    assert (the_page(stage).state, the_page(stage).refusal) == (PageState.FAILED, WORDS)
    assert stage.rung() == [ANA], "nobody else yet: the e-mail has left"
    stage.ticks(1, 15)
    assert stage.rung() == [ANA, BEN]
    assert len(stage.mailboxes.pages()) == 1


def test_when_the_last_channel_of_everybody_of_the_step_failed_the_next_step_fires_at_once() -> (
    None
):
    stage = a_stage()
    stage.receiving.read([receipt()], now=SOON)
    assert stage.rung() == [ANA, BEN]
    stage.receiving.read([receipt("sms-2")], now=SOON)
    assert stage.rung()[:3] == [ANA, BEN, FAY], "and so on to the fallback people"


def test_while_another_of_the_step_may_be_reached_the_next_step_waits() -> None:
    both = Step(
        delay=timedelta(0),
        targets=(Target(TargetKind.RESPONDER, ANA), Target(TargetKind.RESPONDER, BEN)),
    )
    fay = Step(delay=15 * MINUTE, targets=(Target(TargetKind.RESPONDER, FAY),))
    stage = a_stage(a_desk(policies=(a_policy(steps=(both, fay)),)))
    assert stage.rung() == [ANA, BEN]

    stage.receiving.read([receipt("sms-1")], now=SOON)
    assert stage.rung() == [ANA, BEN]
    stage.receiving.read([receipt("sms-2")], now=SOON)
    assert stage.rung() == [ANA, BEN, FAY]


def test_while_another_may_be_reached_a_repeated_receipt_writes_nothing() -> None:
    everyone = Step(delay=timedelta(0), targets=(Target(TargetKind.EVERYONE),))
    stage = a_stage(a_desk(policies=(a_policy(steps=(everyone,)),)))
    stage.receiving.read([receipt("sms-1")], now=SOON)
    before = stage.incident
    stage.receiving.read([receipt("sms-1")], now=after(1))
    assert stage.incident == before


def test_when_an_sms_fails_after_an_e_mail_has_left_the_next_step_keeps_its_time() -> None:
    rules = (NotificationRule("email"), NotificationRule("sms", 5 * MINUTE))
    ana = a_responder(ANA, email="ana@acme.example", notify=rules)
    stage = a_stage(replace(a_desk(), responders=(ana, *a_desk().responders[1:])))
    stage.ticks(1, 5)
    assert stage.rung() == [ANA]

    stage.receiving.read([receipt()], now=after(6))
    stage.ticks(6, 14)
    assert stage.rung() == [ANA]
    stage.ticks(15, 15)
    assert stage.rung() == [ANA, BEN]


def test_incidents_of_one_failed_message_go_on_in_one_message() -> None:
    stage = Stage(a_mailbox_desk())
    stage.judged("the site is down", 1)
    stage.judged("my data leaked", 2)
    first, second = (page.incident_id for page in stage.pages.all())
    pages = [replace(page, provider_id="sms-both") for page in stage.pages.all()]
    for page in pages:
        stage.pages.save(page)
    stage.pages.add_keys([a_message_key(*pages, provider_id="sms-both")])

    stage.receiving.read([receipt("sms-both")], now=SOON)
    (mail,) = stage.mailboxes.pages()
    assert {one.id for one in mail.incidents} == {first, second}
    states = [stage.pages.get(page.id) for page in pages]
    assert [page and page.state for page in states] == [PageState.FAILED] * 2


@pytest.mark.parametrize("state", [IncidentState.ACKNOWLEDGED, IncidentState.RESOLVED])
def test_of_an_incident_that_somebody_has_only_the_page_is_marked(state: IncidentState) -> None:
    stage = a_stage(a_mailbox_desk())
    taken = stage.incident.acknowledged("gus", now=NOW, policy=a_policy())
    stage.incidents.save(taken)
    if state is IncidentState.RESOLVED:
        taken = taken.resolved("gus", now=NOW)
        stage.incidents.save(taken)

    stage.receiving.read([receipt()], now=SOON)
    assert the_page(stage).state is PageState.FAILED
    assert stage.incident == taken
    assert stage.mailboxes.pages() == []
    assert stage.rung() == [ANA]


# --- late, repeated, out of order, unknown -----------------------------------------------


def test_a_receipt_of_a_turn_that_is_long_over_changes_nothing_but_its_page() -> None:
    stage = a_stage()
    stage.ticks(1, 46)  # Ana rings in the second round
    assert stage.rung()[-1] == ANA
    before = stage.incident

    stage.receiving.read([receipt("sms-1")], now=after(46))
    assert the_page(stage).state is PageState.FAILED
    assert stage.incident == before
    assert len(stage.rung()) == 5


def test_the_same_receipt_again_rings_nobody_again() -> None:
    stage = a_stage()
    for seconds in range(5):
        now = SOON + timedelta(seconds=seconds)
        stage.receiving.read([receipt(), receipt()], now=now)
    assert stage.rung() == [ANA, BEN]
    assert the_page(stage).settled_at == SOON


def test_a_receipt_repeated_days_later_rings_nobody() -> None:
    stage = a_stage(a_mailbox_desk())
    stage.receiving.read([receipt()], now=SOON)
    stage.ticks(1, 44)
    before = (stage.incident, stage.rung())
    stage.receiving.read([receipt()], now=after(44))
    assert (stage.incident, stage.rung()) == before


@pytest.mark.parametrize("is_delivered_first", [True, False])
def test_of_receipts_that_say_both_the_first_counts(is_delivered_first: bool) -> None:
    stage = a_stage()
    both = [receipt(is_delivered=is_delivered_first), receipt(is_delivered=not is_delivered_first)]
    for one in both:
        stage.receiving.read([one], now=SOON)
    wanted = PageState.DELIVERED if is_delivered_first else PageState.FAILED
    assert the_page(stage).state is wanted
    assert stage.rung() == ([ANA] if is_delivered_first else [ANA, BEN])


def test_a_message_that_is_not_ours_is_passed_over() -> None:
    stage = a_stage()
    assert stage.receiving.read([receipt("another-app"), receipt("")], now=SOON) == 0
    assert the_page(stage).state is PageState.SENT


def test_a_link_that_happens_to_be_an_id_is_no_message() -> None:
    stage = a_stage()
    stage.pages.add_keys([a_page_key(the_page(stage), digest=message_digest("sms-1"))])
    assert stage.receiving.read([receipt()], now=SOON) == 0


def test_of_a_page_sent_twice_after_a_crash_only_the_last_sending_counts() -> None:
    stage = Stage()
    incident = an_incident()
    stage.incidents.open(incident, instead_of=None)
    again = a_page(incident).taken_again(NOW).sent("sms-2", now=NOW)
    stage.pages.claim(again)
    stage.pages.add_keys([a_message_key(again, provider_id=id) for id in ("sms-1", "sms-2")])

    stage.receiving.read([receipt("sms-1")], now=SOON)
    assert stage.pages.get(again.id) == again
    stage.receiving.read([receipt("sms-2", is_delivered=True)], now=SOON)
    assert stage.pages.get(again.id) == again.delivered(now=SOON)


def test_a_page_or_an_incident_that_has_expired_is_passed_over() -> None:
    stage = Stage()
    gone = a_page().sent("sms-1", now=NOW)
    stage.pages.add_keys([a_message_key(gone)])
    assert stage.receiving.read([receipt()], now=SOON) == 1
    stage.pages.claim(gone)
    assert stage.receiving.read([receipt()], now=SOON) == 1
    assert the_page(stage).state is PageState.FAILED


def test_a_receipt_from_the_future_is_of_now() -> None:
    stage = a_stage()
    stage.receiving.read([receipt(is_delivered=True, at=after(600))], now=SOON)
    assert the_page(stage).settled_at == SOON


@given(
    order=st.permutations(
        [receipt("sms-1"), receipt("sms-1"), receipt("sms-2"), receipt("sms-3"), receipt("x")]
    ),
    cuts=st.lists(st.integers(0, 5), max_size=3),
)
def test_receipts_of_every_order_and_batch_end_in_the_same_pages_each_rung_once(
    order: Sequence[Receipt], cuts: list[int]
) -> None:
    stage = a_stage()
    edges = [0, *sorted(cuts), len(order)]
    for begin, end in pairwise(edges):
        stage.receiving.read(order[begin:end], now=SOON)
    stage.receiving.read(order, now=SOON)  # and all of them again
    ids = [page.id for page in stage.pages.all()]
    assert len(ids) == len(set(ids)) == len(stage.rung())
    assert stage.rung()[:3] == [ANA, BEN, FAY]


# --- what is known of the contact --------------------------------------------------------


def test_a_contact_that_fails_is_known_until_it_works_again() -> None:
    stage = a_stage()
    stage.receiving.read([receipt()], now=SOON)
    assert stage.contacts.get(ANA, "sms") == a_contact().failing(WORDS, now=SOON)

    stage.pages.add_keys([a_message_key(provider_id="test")])
    later = after(5)
    stage.receiving.read([receipt("test", is_delivered=True, at=later)], now=later)
    assert stage.contacts.get(ANA, "sms") == a_contact()


def test_a_test_page_that_fails_marks_its_contact_and_nothing_else() -> None:
    stage = Stage()
    stage.pages.add_keys([a_message_key(provider_id="test", page_ids=(), incident_ids=())])
    assert stage.receiving.read([receipt("test")], now=SOON) == 1
    assert stage.contacts.get(ANA, "sms") == a_contact().failing(WORDS, now=SOON)


@pytest.mark.parametrize("known", ["failing", "verified"])
def test_what_is_newer_than_the_receipt_stays(known: str) -> None:
    newer = a_contact().verified(now=after(1))
    if known == "failing":
        newer = a_contact().failing("Phone has blocked SMS", now=after(1))
    stage = a_stage()
    stage.contacts.save(newer)
    stage.receiving.read([receipt(is_delivered=known == "failing")], now=after(2))
    assert stage.contacts.get(ANA, "sms") == newer


def test_of_a_contact_that_works_nothing_is_written() -> None:
    stage = a_stage()
    stage.receiving.read([receipt(is_delivered=True)], now=SOON)
    assert stage.contacts.of(ANA) == ()


def test_another_number_since_then_is_judged_anew() -> None:
    stage = a_stage()
    old = a_contact(address_digest="of the old number", verified_at=NOW)
    stage.contacts.save(old)
    stage.receiving.read([receipt()], now=SOON)
    assert stage.contacts.get(ANA, "sms") == a_contact().failing(WORDS, now=SOON)


@pytest.mark.parametrize("is_known", [True, False])
def test_of_somebody_without_a_phone_no_contact_is_marked(is_known: bool) -> None:
    stage = a_stage()
    people = (a_responder(ANA, phone=None),) if is_known else ()
    desk = stage.desks.current()
    stage.desks.put(replace(desk, responders=(*people, *desk.responders[1:])), now=NOW)
    stage.receiving.read([receipt()], now=SOON)
    assert stage.contacts.of(ANA) == ()
    assert the_page(stage).state is PageState.FAILED


def test_no_contact_holds_a_number() -> None:
    stage = a_stage()
    stage.receiving.read([receipt()], now=SOON)
    assert PHONES[ANA] not in repr(stage.contacts.of(ANA))


# --- interrupted, raced ------------------------------------------------------------------


def beside(stage: Stage, interruption: Interruption) -> Stage:
    """Another worker over the same records and phones, who is interrupted."""
    other = Stage(stage.desks.current(), interruption=interruption)
    other.incidents, other.pages, other.contacts = stage.incidents, stage.pages, stage.contacts
    other.phones, other.mailboxes = stage.phones, stage.mailboxes
    other._wire(other.scorer)
    return other


def test_a_crash_at_any_place_is_made_good_when_the_receipt_is_read_again() -> None:
    crashes = 0
    for interruption in interruptions():
        stage = a_stage(a_mailbox_desk())
        try:
            beside(stage, interruption).receiving.read([receipt()], now=SOON)
        except Crash:
            crashes += 1
        stage.receiving.read([receipt()], now=after(3))  # as Lambda does; the lease is over

        assert the_page(stage).state is PageState.FAILED
        mails = [page.to for page in stage.mailboxes.pages()]
        assert mails in ([ANA], [ANA, ANA]), "a page may be repeated, and is never lost"
        assert stage.rung() == [ANA]
        assert stage.contacts.get(ANA, "sms") == a_contact().failing(WORDS, now=SOON)
    assert crashes > 20


def test_somebody_who_acknowledges_meanwhile_is_not_disturbed() -> None:
    stage = a_stage(a_mailbox_desk())

    def taken() -> None:
        stage.incidents.save(stage.incident.acknowledged(BEN, now=NOW, policy=a_policy()))

    beside(stage, Interruption(1, of="save", do=taken)).receiving.read([receipt()], now=SOON)
    assert stage.incident.acknowledged_by == BEN
    assert stage.mailboxes.pages() == []


def test_a_change_by_somebody_else_is_seen_and_the_call_still_goes_on() -> None:
    stage = a_stage(a_mailbox_desk())

    def alive() -> None:
        stage.incidents.save(stage.incident.refreshed(NOW))

    beside(stage, Interruption(1, of="save", do=alive)).receiving.read([receipt()], now=SOON)
    assert [page.to for page in stage.mailboxes.pages()] == [ANA]


class _Changing:
    """Incidents that somebody else changes before every save."""

    def __init__(self, stage: Stage) -> None:
        self._incidents = stage.incidents
        self.get = stage.incidents.get

    def save(self, incident: Incident) -> None:
        there = self._incidents.get(incident.id)
        assert there is not None
        self._incidents.save(there.refreshed(NOW))
        self._incidents.save(incident)


def test_who_is_never_fast_enough_gives_up_loudly_and_the_receipt_is_read_again() -> None:
    stage = a_stage(a_mailbox_desk())
    stage.receiving._incidents = _Changing(stage)  # type: ignore[assignment]
    with pytest.raises(ExceptionGroup) as caught:
        stage.receiving.read([receipt()], now=SOON)
    assert [type(one) for one in caught.value.exceptions] == [StaleWrite]

    stage._wire(stage.scorer)
    stage.receiving.read([receipt()], now=SOON)
    assert [page.to for page in stage.mailboxes.pages()] == [ANA]


def test_a_receipt_that_stumbles_does_not_keep_the_others_back() -> None:
    def stumble() -> None:
        raise RuntimeError("throttled")

    stage = Stage(a_mailbox_desk(), interruption=Interruption(1, of="key", do=stumble))
    stage.judged("the site is down", 1)
    stage.judged("my data leaked", 2)
    with pytest.raises(ExceptionGroup, match="receipts were not read"):
        stage.receiving.read([receipt("sms-1"), receipt("sms-2")], now=SOON)
    states = [page.state for page in stage.pages.all() if page.channel == "sms"]
    assert states == [PageState.SENT, PageState.FAILED]
    assert [page.incident and page.incident.topic for page in stage.mailboxes.pages()] == [
        Topic.SECURITY
    ]


def test_two_functions_that_read_the_same_receipt_at_once_ring_once() -> None:
    for _ in range(10):
        stage = a_stage(a_mailbox_desk())
        failures = at_once([lambda: stage.receiving.read([receipt()], now=SOON)] * 4)  # noqa: B023
        assert failures == []
        assert [page.to for page in stage.mailboxes.pages()] == [ANA]
        assert stage.rung() == [ANA]


def test_a_mailbox_that_fails_as_well_leads_on_to_the_next_step() -> None:
    stage = a_stage(a_mailbox_desk())
    stage.mailboxes.fates.append(Fate.REFUSED)
    stage.receiving.read([receipt()], now=SOON)
    assert stage.rung() == [ANA, BEN]


def due(stage: Stage, now: datetime) -> tuple[Incident, ...]:
    return stage.incidents.due(now, limit=10)


def test_a_crash_before_the_next_rule_leaves_it_to_the_tick() -> None:
    stage = a_stage(a_mailbox_desk())
    stage.mailboxes.fates.append(Fate.CRASH_BEFORE)
    with pytest.raises(Crash):
        stage.receiving.read([receipt()], now=SOON)
    assert due(stage, SOON) == (stage.incident,)
    stage.ticks(1, 3)
    assert [page.to for page in stage.mailboxes.pages()] == [ANA]


# --- what it cost --------------------------------------------------------------------------


def an_sms(id: str = "sms-1", **over: Any) -> SentSms:
    return replace(SentSms(id=id, at=NOW, parts=2, country="AT", about="inc_1"), **over)


def test_the_price_on_a_receipt_is_told_to_the_ledger_once() -> None:
    stage = Stage()
    stage.sms_ledger.put(an_sms())
    told = receipt(is_delivered=True, price_usd=Decimal("0.1406"))
    for _ in range(2):
        stage.receiving.read((told,), now=SOON)
        found = stage.sms_ledger.get("sms-1")
        assert found == an_sms(charged=Decimal("0.1406"), by="receipt")


def test_a_receipt_of_a_note_that_is_no_page_tells_its_price_too() -> None:
    stage = Stage()
    stage.sms_ledger.put(an_sms("note-1", about=""))
    stage.receiving.read((receipt("note-1", price_usd=Decimal("0.07")),), now=SOON)
    found = stage.sms_ledger.get("note-1")
    assert found is not None
    assert found.charged == Decimal("0.07")


def test_a_receipt_never_takes_the_place_of_a_report() -> None:
    stage = Stage()
    stage.sms_ledger.put(an_sms(charged=Decimal("0.2"), charged_parts=3, by="report"))
    stage.receiving.read((receipt(price_usd=Decimal("0.14")),), now=SOON)
    assert stage.sms_ledger.get("sms-1") == an_sms(
        charged=Decimal("0.2"), charged_parts=3, by="report"
    )


def test_a_receipt_without_a_price_or_of_another_application_tells_nothing() -> None:
    stage = Stage()
    stage.sms_ledger.put(an_sms())
    stage.receiving.read(
        (receipt(is_delivered=True), receipt("strange", price_usd=Decimal(1))), now=SOON
    )
    assert stage.sms_ledger.get("sms-1") == an_sms()
    assert stage.sms_ledger.get("strange") is None


class _Broken(FakeSmsLedger):
    """Does not answer."""

    def get(self, id: str) -> SentSms | None:
        raise ConnectionError("the table does not answer")


def test_a_price_that_cannot_be_kept_is_not_in_the_way_of_the_next_call(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = a_stage(a_mailbox_desk())
    stage.receiving._ledger = _Broken()
    assert stage.receiving.read([receipt(price_usd=Decimal("0.07"))], now=SOON) == 1
    assert [page.to for page in stage.mailboxes.pages()] == [ANA]
    assert "sms_price_not_kept" in caplog.text
