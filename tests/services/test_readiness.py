"""The readiness check: what is asked, and who is told what, when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.cost import Sheet
from chalicelib.domain.escalation import Step, Target, TargetKind
from chalicelib.domain.readiness import PageCounts, Report, SmsSpend
from chalicelib.domain.responder import NotificationRule, Webhook
from chalicelib.domain.schedule import Override, ResponderId, Rotation
from chalicelib.domain.signal import Topic
from chalicelib.domain.sms import parts
from tests.builders import (
    ANA,
    BEN,
    CODE_KEY,
    FAY,
    LEA,
    NOW,
    PHONES,
    a_contact,
    a_policy,
    a_responder,
    a_schedule,
)
from tests.fakes import Crash, Fate
from tests.services.watchers import Watchers, a_ready_desk

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
VIENNA = ZoneInfo("Europe/Vienna")
CARLA = ResponderId("carla")

SUNDAY_TEN = datetime(2026, 11, 22, 9, tzinfo=UTC)
"""Ten o'clock in Vienna, where the lead is."""

EVERYBODY = tuple(a_responder(id) for id in (ANA, BEN, FAY, LEA))


def with_lead(**over: Any) -> tuple[Any, ...]:
    """Everybody, the lead as given."""
    return (*EVERYBODY[:3], a_responder(LEA, **over))


def hours_of(watch: Watchers, starts_at: datetime, count: int) -> None:
    """The checks of so many hours."""
    for number in range(count):
        watch.readiness.watch(now=starts_at + number * HOUR)


def one_is_uncovered(watch: Watchers) -> None:
    """Ana and Ben, who are the policy, have opted out (and were told so long ago)."""
    for id in (ANA, BEN):
        watch.sms_account.opted_out.add(PHONES[id])
        watch.contacts.save(a_contact(id, verified_at=NOW, opted_out_at=NOW - DAY))


# --- the check ---------------------------------------------------------------------------


def test_a_check_is_kept_counted_and_tells_nobody() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    report = watch.readiness.check(now=SUNDAY_TEN)
    assert not report.is_covered_tonight
    assert watch.readiness.latest() == report
    assert watch.meter.counts["ReadinessChecked"] == 1
    assert watch.phones.sent == []
    assert watch.notices.told == []


def test_what_the_providers_say_is_heeded() -> None:
    lea = with_lead(email="lea@acme.example")
    watch = Watchers(a_ready_desk(responders=lea))
    watch.contacts.save(watch.known.get(lea[3], "email").verified(now=NOW))
    assert watch.readiness.check(now=NOW).findings == ()
    watch.sms_account.money = SmsSpend(Decimal(95), Decimal(100))
    watch.sms_account.type = ""
    watch.sms_account.sandboxed = True
    watch.sms_account.verified = {PHONES[id] for id in (BEN, FAY, LEA)}
    watch.email_account.verified.clear()
    watch.email_account.sandboxed = True
    watch.page_tally.counts = PageCounts(sent=5, refused=2)
    watch.has_address = False
    said = " ".join(one.what for one in watch.readiness.check(now=NOW).findings)
    for words in (
        "At this rate SMS stop",
        "Promotional",
        "in the SMS sandbox",
        "Ana cannot be reached by SMS: the number is not verified",
        "The sender of e-mail is not verified",
        "in the SES sandbox",
        "Lea cannot be reached by e-mail: the address is not verified in the SES sandbox",
        "Of 7 pages in the last day 2",
        "lacks the address of the page",
    ):
        assert words in said


def test_what_cannot_be_asked_is_said_and_hides_nothing_else() -> None:
    watch = Watchers()
    watch.sms_account.silent |= {"spend", "sandbox", "type", "opted_out"}
    watch.email_account.is_silent = watch.page_tally.is_silent = True
    watch.contacts.save(a_contact(ANA))
    report = watch.readiness.check(now=NOW)
    asked = [one.what for one in report.findings if one.what.startswith("Could not ask")]
    assert len(asked) == 6
    assert all(what.endswith(": AccessDenied") for what in asked)
    assert "never proven to work: Ana (SMS)" in " ".join(one.what for one in report.findings)
    assert report.is_covered_tonight


def test_a_table_of_costs_that_does_not_answer_is_said_by_day_and_leaves_the_night_covered() -> (
    None
):
    watch = Watchers()
    watch.is_costs_table_silent = True
    report = watch.readiness.check(now=NOW)
    assert [one.what for one in report.findings] == [
        "Could not ask whether a budget has stopped SMS: AccessDenied",
        "Could not ask until when the books are kept: AccessDenied",
    ]
    assert report.is_covered_tonight


def test_books_that_stand_still_by_night_wait_for_ten_where_the_lead_is() -> None:
    watch = Watchers()
    watch.books.put_hour(SUNDAY_TEN - 14 * HOUR, Sheet())
    hours_of(watch, SUNDAY_TEN - 13 * HOUR, 13)
    latest = watch.readiness.latest()
    assert latest is not None
    assert "The books have stood still" in latest.findings[0].what
    assert (watch.phones.sent, watch.notices.told) == ([], [])
    watch.readiness.watch(now=SUNDAY_TEN)
    assert watch.notices.told == []
    ((who, text),) = [(sent.to, sent.text) for sent in watch.phones.sent]
    assert who == LEA
    assert "1 thing needs a look. The books have stood still since Sat 21 Nov 20:00" in text


def test_a_person_with_sms_alone_is_not_covered_while_a_budget_has_stopped_sms() -> None:
    watch = Watchers()
    watch.is_sms_stopped = True
    report = watch.readiness.check(now=NOW)
    assert not report.is_covered_tonight
    watch.is_sms_stopped = False
    assert watch.readiness.check(now=NOW).findings == ()


def test_a_carrier_that_does_not_answer_is_not_waited_for_once_for_each_phone() -> None:
    watch = Watchers()
    watch.readiness.check(now=NOW)
    assert watch.sms_account.asked["opted_out"] == 4
    watch.sms_account.silent.add("opted_out")
    watch.readiness.check(now=NOW)
    assert watch.sms_account.asked["opted_out"] == 5


def test_a_desk_without_phones_asks_nothing_of_the_provider_of_sms() -> None:
    people = tuple(replace(one, phone=None, email=f"{one.id}@acme.example") for one in EVERYBODY)
    watch = Watchers(a_ready_desk(responders=people), verified=False)
    for one in people:
        watch.contacts.save(
            watch.known.get(one, "email").verified(now=NOW),
        )
    watch.sms_account.silent |= {"spend", "sandbox", "type", "opted_out"}
    assert watch.readiness.check(now=NOW).findings == ()


def test_a_webhook_without_a_stored_address_is_missing_until_it_is_stored() -> None:
    ana = a_responder(ANA, webhook=Webhook(secret="webhook-ana"))
    watch = Watchers(a_ready_desk(responders=(ana, *EVERYBODY[1:])))
    watch.contacts.save(watch.known.get(ana, "webhook").verified(now=NOW))
    (finding,) = watch.readiness.check(now=NOW).findings
    assert finding.what == "Ana cannot be reached by webhook: no address is stored for it"
    watch.secrets["webhook-ana"] = "https://hooks.example/1"
    assert watch.readiness.check(now=NOW).findings == ()


def test_what_was_proven_of_another_address_proves_nothing() -> None:
    watch = Watchers()
    moved = a_responder(ANA, phone="+436641000077")
    watch.put_in_force(a_ready_desk(responders=(moved, *EVERYBODY[1:])))
    (finding,) = watch.readiness.check(now=NOW).findings
    assert "never proven to work: Ana (SMS)" in finding.what


def test_before_the_first_apply_nobody_can_be_woken() -> None:
    watch = Watchers()
    watch.desks.versions.clear()
    report = watch.readiness.watch(now=SUNDAY_TEN)
    assert not report.is_covered_tonight
    assert watch.meter.counts["ReadinessChecked"] == 1
    assert watch.readiness.latest() == report
    assert watch.notices.kinds() == ["not-covered"]
    hours_of(watch, SUNDAY_TEN + HOUR, 10)  # until nine in the evening
    assert len(watch.notices.told) == 2, "once more with the report of the day"


def test_a_desk_that_cannot_be_read_by_night_is_told_twice_and_not_every_hour() -> None:
    watch = Watchers()
    watch.desks.versions.clear()
    hours_of(watch, SUNDAY_TEN + 13 * HOUR, 8)
    assert len(watch.notices.told) == 2


def test_contacts_that_cannot_be_read_are_said_and_hide_nothing_else() -> None:
    watch = Watchers()
    watch.contacts.unreadable.add(ANA)
    a_worry(watch)
    report = watch.readiness.watch(now=SUNDAY_TEN)
    assert [one.what[:51] for one in report.findings] == [
        "Alarms go out as Promotional SMS, which carriers de",
        "Could not read what is known of Ana: BadInput",
    ]
    assert report.is_covered_tonight
    assert watch.notices.told == []


# --- tonight -----------------------------------------------------------------------------


def rung(watch: Watchers, starts_at: datetime, count: int, who: ResponderId = LEA) -> list[str]:
    """At which hours of the wall in Vienna the checks of so many hours rang somebody."""
    told: list[str] = []
    for number in range(count):
        before, at = len(loud(watch, who)), starts_at + number * HOUR
        watch.readiness.watch(now=at)
        told += [f"{at.astimezone(VIENNA):%H}"] * (len(loud(watch, who)) - before)
    return told


def loud(watch: Watchers, who: ResponderId) -> list[str]:
    return [text for text in watch.phones.notes(who) if text.startswith("NIGHTDESK: TONIGHT")]


def nobody_from(starts_at: datetime, *, until: datetime, **over: Any) -> Watchers:
    """Carla is the policy, and for that time Ana in her place, who is out of reach."""
    carla = a_responder(CARLA, phone="+436641000088")
    night = Override(responder=ANA, starts_at=starts_at, ends_at=until, instead_of=CARLA)
    rota = Rotation(responders=(CARLA,), starts_on=date(2026, 11, 1))
    schedule = replace(a_schedule(), rotations=(rota,), overrides=(night,))
    steps = (Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),)
    people = (*over.pop("responders", EVERYBODY), carla)
    desk = a_ready_desk(
        responders=people, schedules=(schedule,), policies=(a_policy(steps=steps),), **over
    )
    watch = Watchers(desk)
    watch.contacts.save(watch.known.get(carla, "sms").verified(now=NOW))
    one_is_uncovered(watch)
    return watch


def test_a_night_that_stands_uncovered_rings_twice_and_then_by_day_at_the_report() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 36) == ["22", "23", "10"]
    for text in loud(watch, FAY):
        assert text.startswith("NIGHTDESK: TONIGHT IS NOT COVERED. Policy standard reaches")
        assert text.endswith("More: https://desk.example/api/")
        assert parts(text) <= 2
    assert len(loud(watch, FAY)) == 3
    assert watch.notices.told == []


def test_who_is_rung_with_the_report_gets_its_letter_and_no_second_sms() -> None:
    watch = Watchers(a_ready_desk(responders=with_lead(email="lea@acme.example")))
    one_is_uncovered(watch)
    rung(watch, SUNDAY_TEN - 12 * HOUR, 12)
    sent = len(watch.phones.notes(LEA))
    watch.readiness.watch(now=SUNDAY_TEN)
    assert len(watch.phones.notes(LEA)) == sent + 1
    assert "Tonight is not covered:" in watch.mailboxes.notes(LEA)[-1]


def test_found_by_day_it_rings_at_once_and_again_when_two_hours_are_left() -> None:
    """From midnight to six; found at nine in the morning."""
    watch = nobody_from(SUNDAY_TEN + 14 * HOUR, until=SUNDAY_TEN + 20 * HOUR)
    assert rung(watch, SUNDAY_TEN - HOUR, 24) == ["09", "10", "22", "23"]
    assert watch.readiness.check(now=SUNDAY_TEN + 21 * HOUR).is_covered_tonight


def test_found_after_the_report_it_waits_for_that_of_the_next_day() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN + HOUR, 48) == ["11", "10"]


def test_found_by_night_what_begins_later_waits_for_the_last_two_hours() -> None:
    """From six to ten in the morning; found at ten in the evening."""
    watch = nobody_from(SUNDAY_TEN - 4 * HOUR, until=SUNDAY_TEN)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 13) == ["04", "05"]


def test_found_by_night_what_begins_by_day_waits_for_the_morning() -> None:
    watch = nobody_from(SUNDAY_TEN + HOUR, until=SUNDAY_TEN + 3 * HOUR)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 15) == ["08", "09", "10"]


def test_each_is_rung_by_their_own_wall() -> None:
    """Lea is in New York: it is four in the afternoon there when Fay sleeps."""
    watch = nobody_from(
        SUNDAY_TEN - 4 * HOUR,
        until=SUNDAY_TEN,
        responders=with_lead(zone="America/New_York"),
    )
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 1) == ["22"]
    assert len(loud(watch, LEA)) == 1
    assert loud(watch, FAY) == []


def test_what_was_covered_meanwhile_rings_anew() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 4) == ["22", "23"]
    watch.sms_account.opted_out.clear()
    assert rung(watch, SUNDAY_TEN - 8 * HOUR, 1) == []
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN - 7 * HOUR, 4) == ["03", "04"]


def test_another_policy_that_reaches_nobody_rings_though_one_was_told() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 4) == ["22", "23"]
    desk = watch.desks.current()
    other = replace(desk.policies[0], name="other")
    brands = (replace(desk.brands[0], policies={Topic("outage"): "other"}), *desk.brands[1:])
    watch.put_in_force(replace(desk, policies=(*desk.policies, other), brands=brands))
    assert rung(watch, SUNDAY_TEN - 8 * HOUR, 4) == ["02", "03"]


def test_after_hours_without_a_check_nothing_counts_as_told() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    assert rung(watch, SUNDAY_TEN - 12 * HOUR, 3) == ["22", "23"]
    assert rung(watch, SUNDAY_TEN - 6 * HOUR, 2) == ["04", "05"]


def test_checks_that_run_twice_in_an_hour_ring_once() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    for minutes in (0, 0, 1, 5, 29):
        watch.readiness.watch(now=NOW + HOUR + timedelta(minutes=minutes))  # 21:30 in Vienna
    assert len(watch.phones.notes()) == 2
    watch.readiness.watch(now=NOW + HOUR + timedelta(minutes=30))  # another hour
    assert len(watch.phones.notes()) == 4


def test_it_is_told_by_every_way_to_them() -> None:
    lead = a_responder(
        LEA, email="lea@acme.example", notify=(NotificationRule("email"),), zone="Asia/Tokyo"
    )
    watch = Watchers(a_ready_desk(responders=(*EVERYBODY[:3], lead)))
    one_is_uncovered(watch)
    watch.readiness.watch(now=NOW)
    assert len(watch.phones.notes(LEA)) == 1
    assert len(watch.mailboxes.notes(LEA)) == 1


def test_a_lead_who_is_the_fallback_too_is_told_once() -> None:
    watch = Watchers(a_ready_desk(fallback=LEA))
    one_is_uncovered(watch)
    watch.readiness.watch(now=NOW)
    assert [one.to for one in watch.phones.sent] == [LEA]


def test_when_neither_can_be_told_the_notices_topic_is() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    watch.phones.is_down = True
    hours_of(watch, NOW, 3)
    assert watch.notices.kinds() == ["not-covered", "not-covered"]


def test_a_crash_while_telling_may_repeat_it_once_and_never_loses_it() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    watch.phones.fates.extend([Fate.SENT, Fate.CRASH_BEFORE])
    with pytest.raises(Crash):
        watch.readiness.watch(now=NOW)
    watch.readiness.watch(now=NOW + timedelta(minutes=3))
    assert len(watch.phones.notes(LEA)) == 1, "it was known that she was told"
    assert len(watch.phones.notes(FAY)) == 1


# --- by day ------------------------------------------------------------------------------


def a_worry(watch: Watchers) -> None:
    """Something that needs a look and wakes nobody."""
    watch.sms_account.type = "Promotional"


def test_one_report_a_day_comes_at_ten_where_the_lead_is_and_by_day_only() -> None:
    watch = Watchers()
    a_worry(watch)
    hours_of(watch, SUNDAY_TEN - 14 * HOUR, 14)
    assert watch.phones.sent == [], "from 20 to 9 o'clock in Vienna"
    hours_of(watch, SUNDAY_TEN, 24)
    (text,) = watch.phones.notes(LEA)
    assert text.startswith("Nightdesk readiness: 1 thing needs a look. Alarms go out as")
    hours_of(watch, SUNDAY_TEN + DAY, 1)
    assert len(watch.phones.notes(LEA)) == 2
    assert [one.to for one in watch.phones.sent] == [LEA, LEA]


def test_the_hour_is_that_of_the_leads_own_zone() -> None:
    watch = Watchers(a_ready_desk(responders=with_lead(zone="Asia/Tokyo")))
    a_worry(watch)
    told = []
    for number in range(24):
        at = datetime(2026, 11, 22, tzinfo=UTC) + number * HOUR
        before = len(watch.phones.sent)
        watch.readiness.watch(now=at)
        told += [at] * (len(watch.phones.sent) - before)
    assert told == [datetime(2026, 11, 22, 1, tzinfo=UTC)]


def test_when_all_is_well_nobody_hears_of_it() -> None:
    watch = Watchers()
    hours_of(watch, SUNDAY_TEN - 5 * HOUR, 48)
    assert watch.phones.sent == []
    assert watch.mailboxes.sent == []
    report = watch.readiness.latest()
    assert report is not None
    assert report.findings == ()


def test_the_whole_report_comes_by_mail_beside_the_sms() -> None:
    watch = Watchers(a_ready_desk(responders=with_lead(email="lea@acme.example")))
    watch.contacts.save(
        watch.known.get(a_responder(LEA, email="lea@acme.example"), "email").verified(now=NOW)
    )
    a_worry(watch)
    watch.readiness.watch(now=SUNDAY_TEN)
    assert len(watch.phones.notes(LEA)) == 1
    (letter,) = watch.mailboxes.notes(LEA)
    assert "Alarms go out as Promotional SMS" in letter
    assert "Run `nightdesk deploy` again" in letter


def test_who_is_told_by_mail_first_gets_no_sms_beside_it() -> None:
    by_mail = {
        "email": "lea@acme.example",
        "notify": (NotificationRule("email"), NotificationRule("sms", timedelta(minutes=5))),
    }
    watch = Watchers(a_ready_desk(responders=with_lead(**by_mail)))
    a_worry(watch)
    watch.readiness.watch(now=SUNDAY_TEN)
    assert len(watch.mailboxes.notes(LEA)) == 1
    assert watch.phones.sent == []


def test_a_lead_who_cannot_be_told_lets_the_fallback_person_hear() -> None:
    watch = Watchers()
    a_worry(watch)
    watch.phones.refused.add(LEA)
    watch.readiness.watch(now=SUNDAY_TEN)
    assert len(watch.phones.notes(FAY)) == 1


def test_a_report_that_nobody_took_is_tried_again_within_the_day() -> None:
    watch = Watchers()
    a_worry(watch)
    watch.phones.is_down = True
    watch.readiness.watch(now=SUNDAY_TEN)
    watch.phones.is_down = False
    hours_of(watch, SUNDAY_TEN + HOUR, 3)
    assert len(watch.phones.notes(LEA)) == 1


# --- gaps --------------------------------------------------------------------------------


def with_gap(**over: Any) -> Watchers:
    """A schedule that names nobody for good; Fay stands in."""
    empty = replace(a_schedule(), rotations=(), **over)
    steps = (
        Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),
        Step(delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, "ben"),)),
    )
    return Watchers(a_ready_desk(schedules=(empty,), policies=(a_policy(steps=steps),)))


def test_gaps_are_told_to_the_owner_of_the_schedule_once_a_day() -> None:
    watch = with_gap(owner=BEN)
    hours_of(watch, SUNDAY_TEN, 30)
    texts = watch.phones.notes(BEN)
    assert len(texts) == 2
    assert texts[0].startswith("Nightdesk: Nobody is on call in primary from now to Sun 6 Dec")
    assert "Fay stands in" in texts[0]


@pytest.mark.parametrize("owner", [None, LEA])
def test_gaps_of_a_schedule_without_another_owner_are_in_the_leads_report_alone(
    owner: ResponderId | None,
) -> None:
    watch = with_gap(owner=owner)
    watch.readiness.watch(now=SUNDAY_TEN)
    (only,) = watch.phones.sent
    assert only.to == LEA
    assert "Nobody is on call in primary" in only.text


# --- opt-outs ----------------------------------------------------------------------------


def test_an_opt_out_that_no_sms_has_told_is_found_marked_and_told_once() -> None:
    watch = Watchers()
    watch.sms_account.opted_out.add(PHONES[ANA])
    hours_of(watch, NOW, 3)
    (notice,) = watch.notices.told
    assert notice.text == "Ana has opted out of SMS: no page reaches this phone until START."
    marked = watch.contacts.get(ANA, "sms")
    assert marked is not None
    assert marked.opted_out_at == NOW
    watch.sms_account.opted_out.clear()
    watch.readiness.watch(now=NOW + 4 * HOUR)
    again = watch.contacts.get(ANA, "sms")
    assert again is not None
    assert again.opted_out_at is None


def test_a_report_is_the_same_whoever_asks_twice() -> None:
    watch = Watchers()
    one_is_uncovered(watch)
    reports: list[Report] = [watch.readiness.check(now=NOW) for _ in range(2)]
    assert reports[0] == reports[1]
    assert CODE_KEY.decode() not in str(reports[0])
