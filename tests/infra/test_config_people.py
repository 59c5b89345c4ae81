"""The user's file: responders and the ways to them, policies, SMS and e-mail."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.desk import EmailSettings, SmsSettings
from chalicelib.domain.escalation import During, EscalationPolicy, Step, Target, TargetKind
from chalicelib.domain.responder import NotificationRule, Responder, Webhook, WebhookForm
from chalicelib.domain.schedule import ResponderId
from tests.infra.desk_file import (
    FULL,
    VALID,
    desk,
    line_of,
    problems,
    the_problem,
    warnings,
    with_line,
)

ANA = 'name: Ana\n    phone: "+12025550101"\n'


def ana(*settings: str) -> str:
    """The valid file with more about ana, and a sender of e-mail."""
    more = "".join(f"    {one}\n" for one in settings)
    return with_line(ANA, ANA + more) + "email: {sender: night@acme.example}\n"


# --- responders -------------------------------------------------------------------------------


def test_every_setting_of_a_responder_reaches_the_desk() -> None:
    assert desk(FULL).responders[0] == Responder(
        id=ResponderId("ana"),
        name="Ana",
        phone="+12025550101",
        country="US",
        email="ana@acme.example",
        webhook=Webhook(secret="webhook-ana", form=WebhookForm.TEXT),
        notify=(
            NotificationRule("sms"),
            NotificationRule("webhook", timedelta(minutes=2)),
            NotificationRule("email", timedelta(minutes=5)),
        ),
        wants_soon_hourly=True,
        wants_updates=True,
    )


def test_a_file_of_before_means_what_it_meant() -> None:
    found = desk(VALID)

    assert found.responders[0] == Responder(
        id=ResponderId("ana"),
        name="Ana",
        phone="+12025550101",
        country="US",
        zone="America/New_York",
    )
    assert (found.sms, found.email, found.hours) == (SmsSettings(), EmailSettings(), ())
    assert [(one.repeats, one.hours, one.pages_soon) for one in found.policies] == [
        (None, "", False)
    ]


def test_all_settings_together_are_right_and_leave_no_doubt() -> None:
    assert warnings(FULL) == []


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("email: ana", "responders.ana.email: is not an e-mail address; write one such as"),
        ("email: ana@acme", "responders.ana.email: is not an e-mail address"),
        ("email: a b@acme.example", "is not an e-mail address"),
        ("email: Ana <ana@acme.example>", "is not an e-mail address"),
        ('email: "ana@acme.example\\nBcc: x@y.example"', "is not an e-mail address"),
        ("email: [ana@acme.example]", "email: a list is not text; write email: ana@acme.example"),
        ("webhook: {secret: ana}", "webhook.secret: is not the name of a webhook's secret; store"),
        ("webhook: {secret: 'https://x.example/Key'}", "is not the name of a webhook's secret"),
        ("webhook: {form: json}", "webhook.secret: is missing; add it, such as secret: webhook"),
        ("webhook: webhook-ana", "is not settings, one a line; write webhook: {secret: webhook"),
        ("webhook: {secret: webhook-ana, form: xml}", "'xml' is not a form; known: json, text"),
        ("notify: [{by: phone}]", "'phone' is not a way to reach somebody; known: sms, email"),
        ("notify: [{by: smss}]", "did you mean sms?"),
        ("notify: [sms]", "notify[0]: 'sms' is not settings, one a line"),
        ("notify: sms", "'sms' is not a list; write notify: [{by: sms}, {by: email"),
        ("notify: [{by: sms, after_minutes: -1}]", "-1 is too small"),
        ("notify: [{by: sms, after: 5}]", "after: is not a setting; known: by, after_minutes"),
        ("notify: [{by: email}]", "notify[0].by: is email, and ana has no email; add email or"),
        ("notify: [{by: webhook}]", "is webhook, and ana has no webhook"),
        (
            "notify: [{by: sms, after_minutes: 5}, {by: sms, after_minutes: 5}]",
            "notify[1].by: is sms in the same minute as notify[0]; give it other after_minutes",
        ),
        ("soon: never", "'never' is not what soon may do; known: hold, hourly"),
        ("updates: perhaps", "'perhaps' is not true or false; write updates: true"),
    ],
)  # fmt: skip
def test_a_way_that_leads_nowhere_is_refused_with_its_remedy(setting: str, told: str) -> None:
    text = ana(setting)

    found = the_problem(text)
    assert told in found
    assert found.startswith(f"nightdesk.yaml:{line_of(text, setting)}: responders.ana.")


def test_the_same_phone_may_be_tried_again_some_minutes_later() -> None:
    text = ana("notify: [{by: sms}, {by: sms, after_minutes: 5}, {by: sms, after_minutes: 15}]")

    assert desk(text).responders[0].rules == (
        NotificationRule("sms"),
        NotificationRule("sms", timedelta(minutes=5)),
        NotificationRule("sms", timedelta(minutes=15)),
    )
    assert warnings(text) == []


def test_two_ways_may_begin_in_the_same_minute() -> None:
    assert desk(ana("email: ana@acme.example", "notify: [{by: sms}, {by: email}]"))


def test_calling_by_email_needs_a_sender() -> None:
    text = ana("email: ana@acme.example", "notify: [{by: sms}, {by: email, after_minutes: 5}]")
    without = text[: text.index("email: {sender")]

    assert desk(text)
    assert "notify[1].by: is email, and no e-mail leaves without a sender; add email:" in (
        the_problem(without)
    )


@given(st.from_regex(r"[a-z]{3,8}@@?[a-z]{3,8}( \.|\.|,)[a-z]{2,5}", fullmatch=True))
def test_no_message_shows_an_email_address(address: str) -> None:
    try:
        told = warnings(ana(f"email: {address}"))
    except Exception as refused:
        told = [str(refused)]

    assert not any(address in one for one in told)


def test_fallback_and_lead_need_a_phone_whatever_else_they_have() -> None:
    text = ana("email: ana@acme.example").replace('    phone: "+12025550101"\n', "")

    assert the_problem(text).endswith(
        "lead: ana has no phone; add responders.ana.phone or name another"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            with_line(ANA, ANA + "    email: ana@acme.example\n"),
            "responders.ana.email: gets nothing, since no e-mail leaves without email.sender",
        ),
        (
            ana("notify: [{by: sms, after_minutes: 3}]"),
            "responders.ana.notify: lets the first 3 minutes of each call pass without a word",
        ),
        (
            with_line("    every_minutes: 5\n", "    secret: webhook-news\n"),
            "sources.news.secret: begins with webhook-, so functions that page may read it, too",
        ),
        (
            ana().replace("  ben:\n", "  eva:\n    name: Eva\n  ben:\n").replace(
                "[ana, ben]", "[ana, eva]"
            ),
            "responders.eva: is on call without a way to be reached, so is passed over; add",
        ),
    ],
)  # fmt: skip
def test_a_way_that_is_hardly_meant_is_told(text: str, told: str) -> None:
    assert any(told in warning for warning in warnings(text))


@pytest.mark.parametrize(
    "ways", ["email: eva@acme.example", "webhook: {secret: webhook-eva}", 'phone: "+12025550105"']
)
def test_any_way_is_enough_to_be_on_call(ways: str) -> None:
    text = (
        ana()
        .replace("  ben:\n", f"  eva:\n    name: Eva\n    {ways}\n  ben:\n")
        .replace("[ana, ben]", "[ana, eva]")
    )

    assert warnings(text) == []


def test_email_alone_reaches_nobody_while_none_leaves() -> None:
    text = with_line(
        "  ben:\n", "  eva:\n    name: Eva\n    email: eva@acme.example\n  ben:\n"
    ).replace("[ana, ben]", "[ana, eva]")

    assert any(
        warning.startswith("responders.eva: is on call without a way to be reached")
        for warning in warnings(text)
    )


# --- policies ---------------------------------------------------------------------------------


def test_every_setting_of_a_policy_reaches_the_desk() -> None:
    assert desk(FULL).policies[0] == EscalationPolicy(
        name="first-line",
        steps=(
            Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "nights"),)),
            Step(
                delay=timedelta(minutes=10),
                targets=(Target(TargetKind.EVERYONE),),
                during=During.CLOSED,
            ),
        ),
        repeats=3,
        hours="office",
        pages_soon=True,
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("during: closed", "during: night", "'night' is not a time; known: always, open, closed"),
        ("    hours: office\n    pages_soon: true\n", "",
         "steps[1].during: is closed, and the policy has no hours; add hours: office"),
        ("during: closed}\n    repeats: 3\n    hours: office\n", "during: always}\n",
         "pages_soon: is true without hours, and soon rings in business hours only; add hours: o"),
        ("    hours: office\n", "    hours: offce\n",
         "'offce' is not the name of business hours in this file; did you mean office?"),
        ("repeats: 3", "repeats: -1", "repeats: -1 is too small; use 0 or more"),
        ("repeats: 3", "repeats: true", "repeats: true is not a whole number; write repeats: 3"),
        ("pages_soon: true", "pages_soon: maybe", "'maybe' is not true or false"),
        ("[everyone]", "[everybody]", "is no schedule and no responder; did you mean everyone?"),
    ],
)  # fmt: skip
def test_a_setting_of_a_policy_is_refused_with_its_remedy(old: str, new: str, told: str) -> None:
    assert any(told in problem for problem in problems(with_line(old, new, FULL)))


@pytest.mark.parametrize("section", ["schedules", "responders"])
def test_nobody_and_nothing_else_can_be_called_everyone(section: str) -> None:
    name = {"schedules": "nights", "responders": "ben"}[section]

    found = problems(VALID.replace(name, "everyone"))
    assert any(f": {section}.everyone: is what steps call every responder" in one for one in found)


@pytest.mark.parametrize(
    ("during", "when"), [("open", "out of business hours"), ("closed", "in business hours")]
)
def test_a_policy_whose_steps_are_all_passed_over_at_times_is_told(during: str, when: str) -> None:
    text = FULL.replace("- page: [nights]", f"- {{page: [nights], during: {during}}}").replace(
        "during: closed", f"during: {during}"
    )

    assert any(
        f"policies.first-line.steps: are all passed over {when}" in warning
        for warning in warnings(text)
    )


def test_steps_for_both_times_leave_no_doubt() -> None:
    text = FULL.replace("- page: [nights]", "- {page: [nights], during: open}")

    assert warnings(text) == []


def test_a_step_that_can_reach_nobody_is_told() -> None:
    text = with_line("  ben:\n", "  eva:\n    name: Eva\n  ben:\n").replace(
        "        page: [nights, ben]", "        page: [eva]"
    )

    assert (
        "policies.first-line.steps[1].page: reaches nobody, since eva cannot be reached"
        in warnings(text)
    )


def test_a_step_of_a_schedule_in_a_gap_reaches_the_fallback() -> None:
    text = (
        with_line("  ben:\n", "  eva:\n    name: Eva\n  ben:\n")
        .replace("[ana, ben]", "[eva]")
        .replace("shift_days: 1", "only: {mon-fri: [18:00-08:00]}")
    )

    assert not any("reaches nobody" in warning for warning in warnings(text))


# --- how SMS and e-mail leave -----------------------------------------------------------------


def test_every_setting_of_sms_and_email_reaches_the_desk() -> None:
    text = with_line(
        "takes_bare_letters: true", "takes_bare_letters: true, most_per_hour: 50", FULL
    )

    assert desk(text).sms == SmsSettings(
        origination_number="+12025550100",
        is_two_way=True,
        takes_bare_letters=True,
        most_per_hour=50,
    )
    assert desk(text).email == EmailSettings(sender="Nightdesk <night@acme.example>")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("sms: {takes_bare_letters: true}", "takes_bare_letters: is true without two_way"),
        ("sms: {most_per_hour: 0}", "most_per_hour: 0 is too small; use 1 or more"),
        ("email: {}", "email.sender: is missing; add it, such as sender: Nightdesk <night@"),
        ("email: {sender: Nightdesk}", "email.sender: 'Nightdesk' is not a sender; write an addre"),
        ("email: {sender: 'Acme, Inc <n@acme.example>'}", "is not a sender"),
        ("email: {sender: 'Köln <n@acme.example>'}", "a name in plain letters and an address"),
        ('email: {sender: "N\\r\\nBcc: x <n@acme.example>"}', "is not a sender"),
        ("email: night@acme.example", "email: what stands there is not settings, one a line"),
    ],
)
def test_how_they_leave_is_refused_with_its_remedy(line: str, told: str) -> None:
    assert told in the_problem(f"{VALID}{line}\n")


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        ("night@acme.example", "night@acme.example"),
        ("<night@acme.example>", "night@acme.example"),
        ("Night Desk  <night@acme.example>", "Night Desk <night@acme.example>"),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(written: str, sender: str) -> None:
    assert desk(f"{VALID}email: {{sender: {written}}}\n").email.sender == sender
