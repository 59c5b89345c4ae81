"""How customers are answered, in the configuration: what is read, refused and doubted."""

from datetime import timedelta

import pytest

from chalicelib.domain.answering.rules import (
    PROMISES,
    AnsweringRules,
    Approval,
    Checklist,
    Hook,
    HookEvent,
    Promise,
    SavedReply,
)
from chalicelib.domain.signal import Topic, Urgency
from infra.changes import differences
from infra.config import load
from tests.infra.desk_file import (
    FULL,
    NOW,
    ROOT,
    VALID,
    desk,
    line_of,
    problems,
    the_problem,
    warnings,
)

LINES = VALID.count("\n")
HOURS = "hours: {office: {zone: UTC, open: {mon-fri: [09:00-17:00]}}}\n"


def answering(*settings: str, before: str = VALID) -> str:
    return before + "answering:\n" + "".join(f"  {one}\n" for one in settings)


def test_every_setting_of_answering_reaches_the_desk() -> None:
    found = desk(FULL)
    assert found.answering == AnsweringRules(
        promises={
            Urgency.WAKE: Promise(timedelta(minutes=10)),
            Urgency.SOON: Promise(timedelta(minutes=45)),
            Urgency.ANSWER: Promise(timedelta(hours=8), in_hours=True),
        },
        hours="office",
        claim_returns_after=timedelta(minutes=15),
        follow_up_after=timedelta(hours=72),
        joins_within=timedelta(days=7),
        approval=Approval(urgencies=frozenset({Urgency.WAKE}), topics=frozenset({Topic.PRESS})),
        signature="^{first_name}",
        signatures={"acme": "– {first_name}, {brand}"},
        saved=(
            SavedReply(
                name="delay",
                text="Hi {first_name}, {personal} – {agent}",
                brands=("acme",),
                topics=(Topic.DELIVERY,),
                language="en",
            ),
        ),
        checklists={
            "acme": Checklist(
                greetings=("servus",),
                banned=("per our policy",),
                blame=("wie gesagt",),
                apologies=("tut mir leid",),
                most_characters=280,
                wants_name=False,
                ours=("help@acme.example",),
                lines=("Would you say it to a face?",),
            )
        },
        hooks=(
            Hook(
                name="crm",
                secret="webhook-crm",
                events=(
                    *(one for one in HookEvent if one.startswith("ticket.")),
                    HookEvent.INCIDENT_TRIGGERED,
                ),
            ),
        ),
    )
    assert found.answering_hours == found.hours[0]


def test_without_the_section_answering_is_as_shipped() -> None:
    assert desk(VALID).answering == AnsweringRules()
    assert desk(VALID).answering_hours is None
    assert desk(answering("saved: {}")).answering == AnsweringRules()


@pytest.mark.parametrize(
    ("line", "promise"),
    [
        ("promises: {soon: 30}", Promise(timedelta(minutes=30))),
        ("promises: {soon: {within_minutes: 30}}", Promise(timedelta(minutes=30))),
        (
            "promises: {soon: {within_minutes: 30, in_hours: true}}",
            Promise(timedelta(minutes=30), in_hours=True),
        ),
        ("promises: {wake: 10}", PROMISES[Urgency.SOON]),
    ],
)
def test_a_promise_is_a_number_of_minutes_or_says_more(line: str, promise: Promise) -> None:
    assert desk(answering(line, before=VALID + HOURS)).answering.promises[Urgency.SOON] == promise


def test_a_ticket_need_not_return_by_itself() -> None:
    assert desk(answering("follow_up_hours: never")).answering.follow_up_after is None


def test_replies_need_not_be_signed() -> None:
    assert desk(answering('signature: ""')).answering.signature == ""


def test_a_hook_that_names_no_event_is_told_of_all() -> None:
    (hook,) = desk(answering("hooks: {crm: {secret: webhook-crm}}")).answering.hooks
    assert hook.events == ()
    assert all(hook.wants(event) for event in HookEvent)


def test_a_saved_reply_may_have_several_lines() -> None:
    text = answering("saved:", "  x:", "    text: |", "      Hi {name},", "", "      {personal}")
    (saved,) = desk(text).answering.saved
    assert saved.text == "Hi {name},\n\n{personal}"


@pytest.mark.parametrize(
    ("line", "field", "told"),
    [
        ("promises: {sooon: 3}", "promises.sooon", "is not an urgency; did you mean soon?"),
        ("promises: {ignore: 3}", "promises.ignore", "known: wake, soon, answer"),
        ("promises: {wake: soon}", "promises.wake", "'soon' is not a whole number; write 15"),
        ("promises: {wake: }", "promises.wake", "is empty; write 15"),
        ("promises: {wake: 0}", "promises.wake.within_minutes", "use 1 or more"),
        ("promises: {wake: 43201}", "promises.wake.within_minutes", "use 43200 or less"),
        ("promises: {wake: {in_hours: true}}", "promises.wake.within_minutes", "such as within"),
        (
            "promises: {soon: {within_minutes: 9, in_hours: true}}",
            "promises.soon.in_hours",
            "the file has no business hours; add hours",
        ),
        ("promise: {}", "promise", "is not a setting; did you mean promises?"),
        ("hours: office", "hours", "is not the name of business hours in this file; there is none"),
        ("claim_returns_minutes: 4", "claim_returns_minutes", "4 is too small; use 5 or more"),
        ("follow_up_hours: no", "follow_up_hours", "write hours, such as 48, or never"),
        ("follow_up_hours: 0", "follow_up_hours", "use 1 to 2160 hours, or never"),
        ("joins_within_days: 31", "joins_within_days", "31 is too large; use 30 or less"),
        ("approval: {topics: [legal]}", "approval.topics[0]", "'legal' is not a topic; known: saf"),
        ("approval: {urgencies: [ignore]}", "approval.urgencies[0]", "is not an urgency"),
        ("signature: '{name}'", "signature", "{name} is not a variable; known: first_name, agent"),
        (f"signature: {'x' * 61}", "signature", "has 61 characters; use 60 or less"),
        ("signatures: {acm: x}", "signatures.acm", "is not a brand in this file; did you mean ac"),
        ("saved: {x: {text: Hi {nam}}}", "", "cannot be read"),
        ("saved: {x: {text: 'Hi {nam}'}}", "saved.x.text", "not a variable; did you mean name?"),
        ("saved: {x: {text: 'Hi {}'}}", "saved.x.text", "{} is not a variable; write variables as"),
        ("saved: {x: {text: 'Hi {name'}}", "saved.x.text", "a brace stands alone; write variab"),
        ("saved: {x: {text: ' '}}", "saved.x.text", "is empty; write what agents begin with"),
        (f"saved: {{x: {{text: {'x' * 1001}}}}}", "saved.x.text", "has 1001 characters"),
        ("saved: {x: {}}", "saved.x.text", "is missing; add it, such as text: "),
        ("saved: {X: {text: a}}", "saved.X", "cannot be a name: use at most 40 lower-case"),
        ("saved: {x: {text: a, brands: [acm]}}", "saved.x.brands[0]", "did you mean acme?"),
        ("saved: {x: {text: a, topics: [bil]}}", "saved.x.topics[0]", "'bil' is not a topic"),
        ("saved: {x: {text: a, language: german}}", "saved.x.language", "write its ISO 639-1 code"),
        ("checklists: {acm: {}}", "checklists.acm", "did you mean acme?"),
        (
            "checklists: {acme: {most_characters: 9}}",
            "checklists.acme.most_characters",
            "use 20 or",
        ),
        (
            "checklists: {acme: {banned: x}}",
            "checklists.acme.banned",
            "is not a list; write banned",
        ),
        ("checklists: {acme: {band: [x]}}", "checklists.acme.band", "did you mean banned?"),
        ("hooks: {crm: {}}", "hooks.crm.secret", "is missing; add it, such as secret: webhook-crm"),
        ("hooks: {crm: {secret: 'https://x/y'}}", "hooks.crm.secret", "begins with webhook-"),
        ("hooks: {crm: {secret: webhook-a, events: [tickets]}}", "hooks.crm.events[0]", "ticket?"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_remedy(line: str, field: str, told: str) -> None:
    problem = the_problem(answering(line))
    where = f" answering.{field}:" if field else ""
    assert problem.startswith(f"nightdesk.yaml:{LINES + 2}:{where} ")
    assert told in problem


def test_a_secret_address_is_not_repeated() -> None:
    text = answering("hooks: {crm: {secret: 'https://hooks.example/T0/B0'}}")
    assert "hooks.example" not in the_problem(text)


def test_too_many_hooks_are_refused() -> None:
    hooks = ", ".join(f"h{n}: {{secret: webhook-h{n}}}" for n in range(11))
    assert "answering.hooks: has 11 entries; use 10 or less" in the_problem(
        answering(f"hooks: {{{hooks}}}")
    )


def test_each_wrong_saved_reply_is_told_in_its_own_line() -> None:
    text = answering(
        "saved:", "  one:", "    text: '{nam}'", "  two:", "    text: |", "      Hi {agen}"
    )
    assert [one.split(": ")[0] for one in problems(text)] == [
        f"nightdesk.yaml:{line_of(text, 'text: ' + chr(39))}",
        f"nightdesk.yaml:{line_of(text, 'text: |')}",
    ]


@pytest.mark.parametrize(
    ("lines", "field", "told"),
    [
        (["promises: {wake: 90}"], "promises.wake", "wake may wait longer (90 minutes) than soon"),
        (["promises: {answer: 30}"], "promises.answer", "soon may wait longer (60 minutes) than"),
        (["saved: {x: {text: Thanks.}}"], "saved.x.text", "has no {personal}, so agents do not"),
        (
            ["checklists: {acme: {greetings: [servus], banned: [Servus]}}"],
            "checklists.acme.banned[0]",
            "'Servus' is asked for as well",
        ),
        (
            ["hooks: {a: {secret: webhook-x}, b: {secret: webhook-x}}"],
            "hooks.b.secret",
            "is that of a too, so one receiver is told twice",
        ),
    ],
)
def test_what_is_hardly_meant_is_doubted(lines: list[str], field: str, told: str) -> None:
    (warning,) = warnings(answering(*lines))
    assert warning.startswith(f"answering.{field}: ")
    assert told in warning


def test_promises_on_the_wall_are_compared_beside_one_in_business_hours() -> None:
    line = "promises: {wake: 90, soon: 60, answer: {within_minutes: 480, in_hours: true}}"
    (warning,) = warnings(answering("hours: office", line, before=VALID + HOURS))
    assert warning.startswith("answering.promises.wake: ")
    assert "is it the wrong way round?" in warning


@pytest.mark.parametrize(
    "line",
    [
        "promises: {wake: 15, soon: 15, answer: 15}",
        "promises: {wake: 90, soon: {within_minutes: 30, in_hours: true}}",
        "saved: {x: {text: 'Hi {first_name}, {personal}'}}",
    ],
)
def test_what_is_meant_is_not_doubted(line: str) -> None:
    assert warnings(answering("hours: office", line, before=VALID + HOURS)) == []


def test_other_answering_is_a_difference_by_its_name_without_its_value() -> None:
    after = desk(answering("hooks: {crm: {secret: webhook-crm}}", "joins_within_days: 9"))
    assert list(differences(desk(VALID), after)) == ["~ answering: joins_within, hooks"]


def test_the_demo_shows_saved_replies_a_checklist_and_approval() -> None:
    found = load(ROOT / "infra/local/weekend.yaml", now=NOW)
    assert found.warnings == ()
    rules = found.desk.answering
    assert len(rules.saved) >= 3
    assert "norvia" in rules.checklists
    assert rules.approval.topics
    assert not rules.approval.urgencies


def test_the_section_in_the_example_is_right_once_it_is_no_comment() -> None:
    text = (ROOT / "nightdesk.example.yaml").read_text("utf-8")
    begin = text.index("# answering:\n")
    section = text[begin : text.index("\n\n", begin)]
    shown = "\n".join(line.removeprefix("# ") for line in section.splitlines())
    whole = text.replace(section, shown)
    assert desk(whole).answering.saved
    assert warnings(whole) == []
