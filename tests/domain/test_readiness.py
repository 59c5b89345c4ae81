"""What a readiness check finds, from facts alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.desk import EmailSettings, SmsSettings
from chalicelib.domain.escalation import During, EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.hours import BusinessHours, OpenSpan
from chalicelib.domain.readiness import (
    Facts,
    Finding,
    Gravity,
    PageCounts,
    SmsSpend,
    Unknown,
    checked,
    gaps_text,
    report_letter,
    report_text,
    uncovered_text,
)
from chalicelib.domain.responder import NotificationRule, Webhook
from chalicelib.domain.schedule import Override, ResponderId, Restriction, Rotation, Weekday
from chalicelib.domain.sms import parts
from tests import strategies
from tests.builders import (
    ANA,
    BEN,
    FAY,
    LEA,
    NOW,
    a_contact,
    a_desk,
    a_policy,
    a_responder,
    a_schedule,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LINK = "https://desk.example/api/"

ALL_VERIFIED = {(id, "sms"): a_contact(id, verified_at=NOW - DAY) for id in (ANA, BEN, FAY, LEA)}
TWO_WAY = SmsSettings(is_two_way=True, origination_number="+12025550110")


def facts(**over: Any) -> Facts:
    """A desk where all is well: Ana, then Ben; everybody's phone is verified."""
    desk = a_desk(sms=TWO_WAY)
    well: dict[str, Any] = {
        "now": NOW,
        "desk": desk,
        "contacts": ALL_VERIFIED,
        "opted_out": dict.fromkeys((ANA, BEN, FAY, LEA), False),
        "spend": SmsSpend(Decimal(1), Decimal(100)),
        "is_in_sandbox": False,
        "default_sms_type": "Transactional",
        "pages": PageCounts(sent=3, refused=0),
    }
    return Facts(**{**well, **over})


def desk(**over: Any) -> Any:
    return a_desk(sms=TWO_WAY, **over)


def one(findings: tuple[Finding, ...], words: str) -> Finding:
    """The finding that says `words`."""
    (found,) = [finding for finding in findings if words in finding.what]
    return found


def only_ana(**over: Any) -> EscalationPolicy:
    return a_policy(
        steps=(Step(delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, ANA),)),), **over
    )


def test_a_desk_that_is_ready_has_no_findings() -> None:
    report = checked(facts())
    assert report.findings == ()
    assert report.is_covered_tonight
    assert report.checked_at == NOW


# --- tonight -----------------------------------------------------------------------------


def test_tonight_is_covered_while_anybody_of_the_policy_can_be_reached() -> None:
    report = checked(facts(opted_out={ANA: True, BEN: False}))
    assert report.is_covered_tonight
    assert one(report.findings, "Ana cannot be reached by SMS").gravity is Gravity.SOON
    step = one(report.findings, "Step 1 of policy standard reaches nobody")
    assert step.gravity is Gravity.SOON
    assert "Ana (SMS: the number has opted out)" in step.what


def test_tonight_is_not_covered_when_nobody_of_a_policy_can_be_reached() -> None:
    report = checked(facts(opted_out={ANA: True, BEN: True, FAY: False, LEA: False}))
    assert not report.is_covered_tonight
    assert report.findings[0].gravity is Gravity.TONIGHT
    assert "Policy standard reaches nobody now and until" in report.findings[0].what
    assert "Ana (SMS: the number has opted out), Ben (SMS" in report.findings[0].what
    assert report.uncovered == report.findings[:1]


def test_what_happens_after_sixteen_hours_is_soon_and_not_tonight() -> None:
    late = NOW + 16 * HOUR
    ben_later = a_schedule(
        ANA,
        overrides=(Override(responder=BEN, starts_at=late, ends_at=late + 8 * HOUR),),
    )
    policy = a_policy(
        steps=(Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),)
    )
    for starts_at, gravity in (
        (late, Gravity.SOON),
        (late - HOUR, Gravity.TONIGHT),
    ):
        schedule = replace(
            ben_later, overrides=(replace(ben_later.overrides[0], starts_at=starts_at),)
        )
        report = checked(
            facts(desk=desk(schedules=(schedule,), policies=(policy,)), opted_out={BEN: True})
        )
        assert one(report.findings, "Policy standard reaches nobody from").gravity is gravity


def test_what_happens_after_fourteen_days_is_not_looked_for() -> None:
    far = NOW + 14 * DAY
    schedule = a_schedule(
        overrides=(Override(responder=BEN, starts_at=far, ends_at=far + DAY),),
    )
    policy = a_policy(
        steps=(Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),)
    )
    people = (a_responder(ANA), a_responder(BEN, phone=None), a_responder(FAY), a_responder(LEA))
    report = checked(facts(desk=desk(schedules=(schedule,), policies=(policy,), responders=people)))
    (found,) = report.findings
    assert found == Finding(
        gravity=Gravity.NOTE,
        what="Ben cannot be reached: no phone, e-mail or webhook is configured",
        remedy="Add a phone number and apply the configuration",
    )


def test_a_gap_is_covered_by_the_fallback_person_and_told() -> None:
    empty = replace(a_schedule(), rotations=())
    policy = a_policy(
        steps=(Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "primary"),)),)
    )
    on_gap = facts(desk=desk(schedules=(empty,), policies=(policy,)))
    report = checked(on_gap)
    assert report.is_covered_tonight
    assert "Fay stands in" in one(report.findings, "Nobody is on call in primary").what
    nobody = checked(replace(on_gap, opted_out={FAY: True}))
    assert not nobody.is_covered_tonight
    assert one(nobody.findings, "The fallback person cannot be reached").gravity is Gravity.SOON


def test_a_gap_at_which_no_step_asks_the_schedule_is_none() -> None:
    """Nights only, asked when closed only: by day nobody need be on call."""
    hours = BusinessHours(
        name="office",
        zone="Europe/Vienna",
        weekly={day: (OpenSpan(opens=time(8), closes=time(18)),) for day in Weekday},
    )
    nights = Rotation(
        responders=(ANA,),
        starts_on=date(2026, 1, 5),
        restrictions=(Restriction(starts=time(18), ends=time(8)),),
    )
    at_night = Step(
        delay=timedelta(0),
        targets=(Target(TargetKind.SCHEDULE, "primary"),),
        during=During.CLOSED,
    )
    by_day = Step(
        delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, "ben"),), during=During.OPEN
    )
    configured = desk(
        schedules=(replace(a_schedule(), rotations=(nights,)),),
        policies=(a_policy(steps=(at_night, by_day), hours="office"),),
        hours=(hours,),
    )
    assert checked(facts(desk=configured)).findings == ()
    always = replace(at_night, during=During.ALWAYS)
    asked = replace(configured, policies=(a_policy(steps=(always, by_day), hours="office"),))
    gap = one(checked(facts(desk=asked)).findings, "Nobody is on call in primary")
    assert "from Sun 22 Nov 08:00 to Sun 22 Nov 18:00 and 13 more times" in gap.what


def test_hours_at_which_no_step_is_taken_fall_to_the_fallback_people_and_are_no_alarm() -> None:
    hours = BusinessHours(
        name="office",
        zone="Europe/Vienna",
        weekly={Weekday.MONDAY: (OpenSpan(opens=time(8), closes=time(18)),)},
    )
    by_day = Step(
        delay=timedelta(0), targets=(Target(TargetKind.RESPONDER, "ana"),), during=During.OPEN
    )
    configured = desk(policies=(a_policy(steps=(by_day,), hours="office"),), hours=(hours,))
    assert checked(facts(desk=configured)).is_covered_tonight


def test_a_policy_that_no_brand_follows_covers_nothing() -> None:
    spare = only_ana(name="spare")
    report = checked(
        facts(desk=desk(policies=(a_policy(), spare)), opted_out={ANA: True, BEN: False})
    )
    assert report.is_covered_tonight


# --- what speaks against a contact -------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"opted_out": {ANA: True}}, "the number has opted out"),
        (
            {"is_in_sandbox": True, "in_sandbox": frozenset({BEN, FAY, LEA})},
            "the number is not verified in the SMS sandbox",
        ),
        ({"spend": SmsSpend(Decimal(100), Decimal(100))}, "this month's money for SMS is spent"),
        (
            {
                "contacts": {
                    **ALL_VERIFIED,
                    (ANA, "sms"): a_contact(ANA).failing("unknown subscriber", now=NOW),
                }
            },
            "it never worked, and the newest page failed",
        ),
    ],
)
def test_what_is_known_to_keep_sms_from_somebody_leaves_a_policy_without_others_uncovered(
    over: dict[str, Any], words: str
) -> None:
    report = checked(facts(desk=desk(policies=(only_ana(),)), **over))
    assert not report.is_covered_tonight
    assert words in report.findings[0].what


def test_one_failed_page_to_a_contact_that_once_worked_is_told_and_no_alarm() -> None:
    failing = a_contact(ANA, verified_at=NOW - DAY).failing("phone is off", now=NOW - HOUR)
    report = checked(
        facts(desk=desk(policies=(only_ana(),)), contacts={**ALL_VERIFIED, (ANA, "sms"): failing})
    )
    assert report.is_covered_tonight
    found = one(report.findings, "The newest page to Ana by SMS did not arrive")
    assert found.what.endswith("(19:30): phone is off")
    assert found.gravity is Gravity.SOON


def test_another_way_to_somebody_covers_the_one_that_fails() -> None:
    ana = a_responder(ANA, email="ana@acme.example", webhook=Webhook(secret="webhook-ana"))
    people = (ana, a_responder(BEN), a_responder(FAY), a_responder(LEA))
    configured = desk(
        policies=(only_ana(),), responders=people, email=EmailSettings(sender="n@acme.example")
    )
    base = facts(desk=configured, opted_out={ANA: True}, can_send_email=True)
    assert checked(base).is_covered_tonight
    no_mail = replace(base, can_send_email=False)
    assert checked(no_mail).is_covered_tonight  # by the webhook
    nothing = replace(no_mail, missing_webhooks=frozenset({ANA}))
    report = checked(nothing)
    assert not report.is_covered_tonight
    assert (
        "SMS: the number has opted out; e-mail: the sender of e-mail is not verified; "
        "webhook: no address is stored for it" in report.findings[0].what
    )


def test_in_the_sandbox_e_mail_reaches_only_who_is_verified() -> None:
    ana = a_responder(
        ANA, phone=None, email="ana@acme.example", notify=(NotificationRule("email"),)
    )
    configured = desk(
        policies=(only_ana(),),
        responders=(ana, *(a_responder(id) for id in (BEN, FAY, LEA))),
        email=EmailSettings(sender="n@acme.example"),
    )
    proven = {**ALL_VERIFIED, (ANA, "email"): a_contact(ANA, "email", verified_at=NOW)}
    inside = facts(desk=configured, can_send_email=True, contacts=proven, is_in_email_sandbox=True)
    report = checked(replace(inside, in_email_sandbox=frozenset()))
    assert not report.is_covered_tonight
    found = one(report.findings, "Ana cannot be reached by e-mail: the address is not verified in")
    assert (found.gravity, found.remedy[:18]) == (Gravity.SOON, "Verify the address")
    assert checked(replace(inside, in_email_sandbox=frozenset({ANA}))).is_covered_tonight
    assert checked(replace(inside, in_email_sandbox=Unknown("AccessDenied"))).is_covered_tonight


def test_what_is_not_known_speaks_against_nobody_and_is_said() -> None:
    unknown = Unknown("AccessDenied")
    report = checked(
        facts(
            opted_out=dict.fromkeys((ANA, BEN, FAY, LEA), unknown),
            spend=unknown,
            is_in_sandbox=unknown,
            default_sms_type=unknown,
            can_send_email=unknown,
            is_in_email_sandbox=unknown,
            pages=unknown,
            missing=unknown,
        )
    )
    assert report.is_covered_tonight
    assert [finding.what for finding in report.findings] == [
        f"Could not ask {what}: AccessDenied"
        for what in (
            "what SMS have cost and may cost",
            "whether the account is in the SMS sandbox",
            "how alarms are delivered",
            "whether the sender of e-mail is verified",
            "whether the account is in the SES sandbox",
            "how pages of the last day fared",
            "what the deployment lacks",
            "whether phones have opted out",
        )
    ]


def test_contacts_that_were_never_proven_are_named_those_of_tonight_first() -> None:
    carla = a_responder(ResponderId("carla"), phone="+436641000009")
    people = (*desk().responders, carla)
    report = checked(facts(desk=desk(responders=people), contacts={}))
    tonight, others = report.findings
    assert tonight.gravity is Gravity.SOON
    assert tonight.what.endswith("Ana (SMS), Ben (SMS), Fay (SMS), Lea (SMS)")
    assert (others.gravity, others.what[-11:]) == (Gravity.NOTE, "Carla (SMS)")
    assert report.is_covered_tonight


# --- the account -------------------------------------------------------------------------


def at(day: int, spent: str, limit: str = "10") -> tuple[str, ...]:
    now = datetime(2026, 11, day, 12, tzinfo=UTC)
    report = checked(
        facts(
            now=now,
            spend=SmsSpend(Decimal(spent), Decimal(limit)),
            contacts={key: replace(one, verified_at=now) for key, one in ALL_VERIFIED.items()},
        )
    )
    return tuple(finding.what for finding in report.findings if "USD" in finding.what)


def test_the_day_on_which_the_money_for_sms_ends_is_foretold() -> None:
    assert at(15, "6.44") == ("At this rate SMS stop on the 23rd: 6.44 of 10.00 USD are spent",)
    assert at(15, "1.00") == ()
    assert at(28, "8.50") == (
        "The month's money for SMS is nearly spent: 8.50 of 10.00 USD are spent",
    )
    assert at(28, "12") == ("No SMS leaves until the month is over: 12.00 of 10.00 USD are spent",)


def test_the_first_days_of_a_month_foretell_nothing_unless_half_is_gone() -> None:
    assert at(1, "1.00") == ()
    assert at(1, "5.00") == ("At this rate SMS stop on the 2nd: 5.00 of 10.00 USD are spent",)


@pytest.mark.parametrize(
    ("over", "words", "gravity"),
    [
        ({"is_in_sandbox": True}, "in the SMS sandbox", Gravity.SOON),
        ({"default_sms_type": ""}, "Alarms go out as Promotional SMS", Gravity.SOON),
        ({"can_send_email": False}, "The sender of e-mail is not verified", Gravity.SOON),
        ({"is_in_email_sandbox": True}, "in the SES sandbox", Gravity.SOON),
        ({"missing": ("the address of the page",)}, "lacks the address of the page", Gravity.SOON),
        ({"pages": PageCounts(sent=9, refused=1)}, "Of 10 pages in the last day 1", Gravity.NOTE),
        ({"pages": PageCounts(sent=1, refused=1)}, "Of 2 pages in the last day 1", Gravity.SOON),
        (
            {"desk": a_desk(sms=SmsSettings(is_two_way=True))},
            "no origination number is configured",
            Gravity.SOON,
        ),
    ],
)
def test_what_is_wrong_with_the_account_is_found(
    over: dict[str, Any], words: str, gravity: Gravity
) -> None:
    report = checked(facts(**over))
    assert one(report.findings, words).gravity is gravity
    assert report.is_covered_tonight


@pytest.mark.parametrize(
    ("until", "gravity"),
    [
        (date(2027, 1, 21), None),
        (date(2027, 1, 20), Gravity.NOTE),
        (date(2026, 12, 6), Gravity.NOTE),
        (date(2026, 12, 5), Gravity.SOON),
        (None, None),
    ],
)
def test_holidays_that_are_soon_unknown_are_told(
    until: date | None, gravity: Gravity | None
) -> None:
    hours = BusinessHours(name="office", zone="Europe/Vienna", known_until=until)
    report = checked(facts(desk=desk(hours=(hours,))))
    assert [finding.gravity for finding in report.findings] == ([gravity] if gravity else [])


# --- words -------------------------------------------------------------------------------


def test_the_report_comes_gravest_first_and_its_sms_names_the_gravest() -> None:
    report = checked(
        facts(
            opted_out={ANA: True, BEN: True},
            pages=PageCounts(sent=9, refused=1),
            is_in_sandbox=True,
        )
    )
    ranks = [finding.gravity.rank for finding in report.findings]
    assert ranks == sorted(ranks)
    text = report_text(report, link=LINK)
    assert text.startswith(
        f"Nightdesk readiness: {len(report.findings)} things need a look. Policy"
    )
    assert text.endswith(f"More: {LINK}")
    assert parts(text) <= 2


def test_the_letter_has_every_finding_with_its_remedy() -> None:
    report = checked(facts(opted_out={ANA: True, BEN: True}, contacts={}))
    letter = report_letter(report, zone="Europe/Vienna", link=LINK)
    for finding in report.findings:
        assert f"- {finding.what}.\n  {finding.remedy}." in letter
    assert letter.startswith("Nightdesk, checked at Sat 21 Nov 20:30 (Europe/Vienna).")
    assert "Tonight is not covered:" in letter
    assert letter.endswith(LINK)
    well = report_letter(checked(facts()), zone="Europe/Vienna", link="")
    assert "Checked at 20:30, all well." in well


@given(
    names=st.lists(st.text(max_size=200), min_size=1, max_size=9),
    link=st.sampled_from(["", LINK, "https://x.example/" + "a" * 120]),
)
def test_no_words_make_an_sms_longer_than_two_parts_or_lose_its_link(
    names: list[str], link: str
) -> None:
    findings = tuple(
        Finding(gravity=Gravity.TONIGHT, what=f"Policy {name} reaches nobody", remedy="x")
        for name in names
    )
    report = replace(checked(facts()), findings=findings, is_covered_tonight=False)
    for text in (
        report_text(report, link=link),
        uncovered_text(report, link=link),
        gaps_text(findings, link=link),
    ):
        assert parts(text) <= 2
        assert text.endswith(link)


# --- money -------------------------------------------------------------------------------


def test_books_that_have_stood_still_for_more_than_six_hours_wait_for_the_report() -> None:
    report = checked(facts(books_until=NOW - 7 * HOUR))
    (finding,) = report.findings
    assert finding.what == "The books have stood still since Sat 21 Nov 13:30"
    assert finding.gravity is Gravity.SOON
    assert finding.remedy.startswith("Runbook, the books stand still")
    assert report.is_covered_tonight
    (old,) = checked(facts(books_until=NOW - 3 * DAY)).findings
    assert old.what == "The books have stood still since Wed 18 Nov 20:30"


@pytest.mark.parametrize("until", [None, NOW, NOW - 6 * HOUR])
def test_books_that_are_kept_or_were_never_begun_are_not_spoken_of(until: datetime | None) -> None:
    assert checked(facts(books_until=until)).findings == ()


def test_that_nobody_says_until_when_the_books_are_kept_is_said() -> None:
    (finding,) = checked(facts(books_until=Unknown("AccessDenied"))).findings
    assert finding.what == "Could not ask until when the books are kept: AccessDenied"
    assert finding.gravity is Gravity.SOON


BY_MAIL = EmailSettings(sender="Nightdesk <night@acme.example>")


def with_mailboxes(*ids: ResponderId) -> Any:
    """The desk, its e-mail set up, with a mailbox for some."""
    people = tuple(
        replace(each, email=f"{each.id}@acme.example") if each.id in ids else each
        for each in desk().responders
    )
    return desk(responders=people, email=BY_MAIL)


def test_sms_that_a_budget_has_stopped_reach_nobody_and_cover_no_night() -> None:
    report = checked(facts(is_sms_stopped=True))
    assert not report.is_covered_tonight
    assert "Ana (SMS: a budget has stopped SMS)" in report.uncovered[0].what
    found = one(report.findings, "SMS are stopped by the budget")
    assert found.gravity is Gravity.SOON
    assert found.what == (
        "SMS are stopped by the budget until Tue 1 Dec 01:00; "
        "4 people can be reached by SMS only: Ana, Ben, Fay, Lea"
    )


def test_sms_that_a_budget_has_stopped_ring_nobody_while_everybody_has_another_way() -> None:
    verified = ALL_VERIFIED | {
        (id, "email"): a_contact(id, "email", verified_at=NOW - DAY) for id in (ANA, BEN, FAY, LEA)
    }
    report = checked(
        facts(desk=with_mailboxes(ANA, BEN, FAY, LEA), contacts=verified, is_sms_stopped=True)
    )
    assert report.is_covered_tonight
    (finding,) = report.findings
    assert finding.what == "SMS are stopped by the budget until Tue 1 Dec 01:00"
    assert finding.gravity is Gravity.SOON


def test_who_is_reached_by_sms_only_is_counted_by_what_works() -> None:
    """Ben has a mailbox; Fay's is not in the sandbox; Lea's phone has opted out anyway."""
    report = checked(
        facts(
            desk=with_mailboxes(BEN, FAY),
            is_in_email_sandbox=True,
            in_email_sandbox=frozenset({BEN}),
            opted_out={LEA: True},
            is_sms_stopped=True,
        )
    )
    assert report.is_covered_tonight, "Ben"
    found = one(report.findings, "SMS are stopped by the budget")
    assert found.what.endswith("; 2 people can be reached by SMS only: Ana, Fay")
    alone = one(
        checked(facts(desk=with_mailboxes(BEN, FAY, LEA), is_sms_stopped=True)).findings,
        "SMS are stopped by the budget",
    )
    assert alone.what.endswith("; 1 person can be reached by SMS only: Ana")


def test_in_december_the_budget_stops_sms_until_the_new_year() -> None:
    december = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    report = checked(facts(now=december, is_sms_stopped=True))
    assert "until Fri 1 Jan 01:00" in one(report.findings, "SMS are stopped").what


def test_that_nobody_says_whether_a_budget_has_stopped_sms_is_said_and_never_guessed() -> None:
    report = checked(facts(is_sms_stopped=Unknown("ReadTimeout")))
    (finding,) = report.findings
    assert finding.what == "Could not ask whether a budget has stopped SMS: ReadTimeout"
    assert report.is_covered_tonight


# --- properties --------------------------------------------------------------------------


@given(desk=strategies.desks())
def test_any_desk_can_be_checked_and_twice_gives_the_same(desk: Any) -> None:
    given_facts = Facts(now=NOW, desk=desk)
    report = checked(given_facts)
    assert report == checked(given_facts)
    assert report.is_covered_tonight == (not report.uncovered)


def test_no_address_is_in_a_report() -> None:
    people = tuple(replace(one, email="ana@acme.example") for one in desk().responders)
    everything_wrong = checked(
        facts(
            desk=desk(responders=people),
            opted_out=dict.fromkeys((ANA, BEN, FAY, LEA), True),
            contacts={(ANA, "email"): a_contact(ANA, "email").failing("bounced", now=NOW)},
            can_send_email=False,
        )
    )
    said = report_letter(everything_wrong, zone="UTC", link="")
    assert "ana@" not in said
    assert "+43" not in said
