"""The user's file: what is refused, where, with which remedy; and what desk comes of it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from chalicelib.domain.escalation import Step, Target, TargetKind
from chalicelib.domain.schedule import Rotation
from chalicelib.domain.signal import Topic
from infra.config import ConfigRefused, load, reference
from infra.config.lines import read
from infra.config.phone import masked
from tests.infra.desk_file import (
    FULL,
    NOW,
    ROOT,
    VALID,
    checked,
    desk,
    line_of,
    problems,
    the_problem,
    with_line,
)

# --- what comes of a file that is right ---------------------------------------------------


def test_a_file_becomes_the_desk_it_describes() -> None:
    found = desk()

    assert found.schedules[0].rotations == (
        Rotation(
            responders=("ana", "ben"),  # type: ignore[arg-type]
            starts_on=date(2026, 11, 2),
            handoff=time(18),
            shift_days=1,
        ),
    )
    assert found.policies[0].steps == (
        Step(delay=timedelta(0), targets=(Target(TargetKind.SCHEDULE, "nights"),)),
        Step(
            delay=timedelta(minutes=10),
            targets=(Target(TargetKind.SCHEDULE, "nights"), Target(TargetKind.RESPONDER, "ben")),
        ),
    )
    assert found.brands[0].terms == ("acme",)
    assert found.brands[0].policy == "first-line"
    assert found.sources[0].every == timedelta(minutes=5)
    assert (found.fallback, found.lead) == ("ben", "ana")


def test_the_example_that_users_copy_is_right_and_without_a_warning() -> None:
    checked = load(ROOT / "nightdesk.example.yaml", now=NOW)

    assert checked.warnings == ()
    assert checked.desk.policy_for("acme", Topic.PRESS).name == "press"


def test_the_example_stays_right_in_years_to_come() -> None:
    later = NOW + timedelta(days=3650)

    assert load(ROOT / "nightdesk.example.yaml", now=later).desk.schedules


def test_a_topic_can_have_a_policy_of_its_own() -> None:
    text = VALID.replace(
        "    terms: [Acme]\n", "    terms: [Acme]\n    policies: {press: loud}\n"
    ).replace("fallback:", "  loud:\n    steps: [{page: [ana]}]\nfallback:")

    assert desk(text).policy_for("acme", Topic.PRESS).name == "loud"
    assert desk(text).policy_for("acme", Topic.OUTAGE).name == "first-line"


def test_what_a_source_is_told_beyond_the_common_goes_to_its_kind() -> None:
    text = with_line("    every_minutes: 5\n", "    terms: [acme, '007']\n")

    assert desk(text).source("news").options == {"terms": ["acme", "007"]}  # type: ignore[union-attr]


def test_the_at_sign_of_a_handle_may_be_written() -> None:
    text = with_line("    terms: [Acme]\n", '    handles: ["@acmehelp"]\n')

    assert desk(text).brands[0].handles == ("acmehelp",)


def test_an_override_is_meant_on_the_wall_of_its_schedule() -> None:
    text = with_line(
        "policies:\n",
        "    overrides:\n"
        "      - {responder: ben, starts_at: 2026-12-24 18:00, ends_at: 2026-12-25T09:00}\n"
        "      - {responder: ben, starts_at: 2026-12-31 18:00Z, ends_at: 2027-01-01 09:00+00:00}\n"
        "policies:\n",
    )

    first, second = desk(text).schedules[0].overrides
    assert first.starts_at == datetime(2026, 12, 24, 17, tzinfo=UTC)
    assert second.starts_at == datetime(2026, 12, 31, 18, tzinfo=UTC)


def test_words_that_other_yaml_readers_turn_into_something_else_stay_words() -> None:
    text = with_line("name: Acme Mobile", "name: no").replace("terms: [Acme]", "terms: [on, 12, y]")

    brand = desk(text).brands[0]
    assert (brand.name, brand.terms) == ("no", ("on", "12", "y"))


# --- what is refused -----------------------------------------------------------------------


def test_an_unknown_zone_is_refused_with_the_closest() -> None:
    text = with_line(
        "    zone: Europe/Vienna\n    rotations", "    zone: Europe/Vienn\n    rotations"
    )

    assert the_problem(text) == (
        f"nightdesk.yaml:{line_of(text, 'zone: Europe/Vienn' + chr(10))}: schedules.nights.zone: "
        "'Europe/Vienn' is not a known time zone; did you mean Europe/Vienna?"
    )


@pytest.mark.parametrize(
    ("zone", "remedy"),
    [
        ("Vienna", "did you mean Europe/Vienna?"),
        ("new york", "did you mean America/New_York?"),
        ("europe/vienna", "did you mean Europe/Vienna?"),
        ("xq", "write an IANA name such as Europe/Vienna"),
        ("/etc/localtime", "write an IANA name"),
    ],
)
def test_a_zone_is_suggested_from_what_people_write(zone: str, remedy: str) -> None:
    assert remedy in the_problem(with_line("America/New_York", f'"{zone}"'))


@pytest.mark.parametrize(
    ("phone", "told"),
    [
        ('"06641234567"', "with the country of Europe/Vienna it would be +43… (+43********67)"),
        ('"0664 123 45 67"', "it would be +43…"),
        ("00436641234567", "it would be +43…"),
        ("436641234567", "it would be +43…"),
        ('"+43 664 1234567"', "remove spaces and signs: +43********67 (12 digits after the +)"),
        ('"+436641234567890123"', "is not E.164; write + and the country's code"),
        ('"+999123456789"', "has no country's code in front"),
        ('"+436641"', "is not E.164"),
        ('"+12025550"', "has too few or too many digits for its country"),
        ("call me", "is not E.164"),
        ('""', "is not E.164"),
        ("[1]", "a list is not text"),
    ],
)
def test_a_phone_that_is_not_e164_is_refused_with_what_it_would_be(phone: str, told: str) -> None:
    text = with_line('"+12025550102"', phone)

    found = the_problem(text)
    assert told in found
    assert found.startswith(f"nightdesk.yaml:{line_of(text, phone)}: responders.ben.phone: ")


def test_a_national_number_is_guessed_from_a_schedule_when_its_owner_has_no_zone() -> None:
    text = with_line('"+12025550102"\n    zone: Europe/Vienna', '"06641234567"')

    assert "with the country of Europe/Vienna it would be +43…" in the_problem(text)


@given(st.from_regex(r"\+?[0-9 ]{8,18}", fullmatch=True))
def test_no_message_shows_a_phone(phone: str) -> None:
    text = with_line('"+12025550102"', f'"{phone}"')
    digits = "".join(phone.split())
    try:
        told = [problem.message for problem in checked(text).warnings]
    except ConfigRefused as refused:
        told = [str(refused)]

    assert not any(phone in one or digits in one for one in told)


@given(st.text(min_size=1, max_size=20))
def test_what_is_masked_shows_at_most_five_characters_in_their_places(phone: str) -> None:
    hidden = masked(phone)

    assert len(hidden.replace("*", "")) <= 5
    assert len(phone) <= 7 or len(hidden) == len(phone)


def test_a_policy_without_steps_is_refused() -> None:
    text = VALID.replace(VALID[VALID.index("    steps:") : VALID.index("fallback:")], "")

    assert the_problem(text) == (
        f"nightdesk.yaml:{line_of(text, '  first-line:')}: policies.first-line: is empty; "
        "add at least one entry"
    )


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("steps: []", "policies.first-line.steps: is empty; write steps: [{page: [nights]}]"),
        (
            "repeat_after_minutes: 5",
            "policies.first-line.steps: is missing; add it, such as steps:",
        ),
        ("steps: [{page: []}]", "policies.first-line.steps[0].page: is empty; write page: [nights"),
        ("steps: [{after_minutes: 0}]", "policies.first-line.steps[0].page: is missing"),
        ("steps: [{page: nights}]", "steps[0].page: 'nights' is not a list; write page: [nights"),
        (
            "steps: [{page: [night]}]",
            "'night' is no schedule and no responder; did you mean nights?",
        ),
        ("steps: [{page: [ana]}, {page: [ben]}]", "steps[1]: has no after_minutes; say how long"),
        ("steps: [{page: [ana], after_minutes: -1}]", "-1 is too small; use 0 or more"),
        ("steps: [{page: [ana], after_minutes: 10m}]", "'10m' is not a whole number; write after_"),
        ("steps: [{page: [ana], after_minutes: true}]", "true is not a whole number"),
        ("steps: {page: [ana]}", "steps: a mapping is not a list"),
    ],
)
def test_a_step_that_would_wake_nobody_is_refused(steps: str, told: str) -> None:
    old = VALID[VALID.index("    steps:") : VALID.index("fallback:")]

    assert told in the_problem(VALID.replace(old, f"    {steps}\n"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[ana, ben]", "[ana, bne]", "'bne' is not a responder in this file; did you mean ben?"),
        ("[ana, ben]", "[]", "rotations[0].responders: is empty"),
        ("fallback: ben", "fallback: zoe", "fallback: 'zoe' is not a responder in this file"),
        ("lead: ana", "", "lead: is missing; add it, such as lead: dana"),
        ("    brand: acme", "    brand: acne", "'acne' is not a brand in this file; did you mean"),
        ("    kind: hackernews", "    kind: hackernew", "did you mean hackernews?"),
        ("    every_minutes: 5", "    every_minutes: 0", "0 is too small; use 1 or more"),
        ("    every_minutes: 5", "    every_minutes: 0.5", "'0.5' is not a whole number"),
        ("    brand: acme", "    brand:", "is empty; write brand: acme"),
        ("    terms: [Acme]\n", "", "brands.acme: has neither terms nor handles"),
        ("terms: [Acme]", "terms: ['']", "brands.acme.terms[0]: is empty text"),
        ("terms: [Acme]", "terms: Acme", "'Acme' is not a list; write terms: [acme, acme mobile]"),
        (
            "terms: [Acme]",
            "tems: [Acme]",
            "brands.acme.tems: is not a setting; did you mean terms?",
        ),
        ("terms: [Acme]", "terms: [Acme]\n    policies: {pres: first-line}", "did you mean press?"),
        ("terms: [Acme]", "terms: [Acme]\n    policy: first", "did you mean first-line?"),
        ("18:00", "9am", "'9am' is not a time of day; write HH:MM, such as 09:00"),
        ("18:00", "9", "9 is not a time of day"),
        ("18:00", "24:00", "'24:00' is not a time of day"),
        ("2026-11-02", "2026-02-30", "'2026-02-30' is not in the calendar"),
        ("2026-11-02", "20261102", "20261102 is not a day; write year-month-day"),
        ("shift_days: 1", "shift_days: 0", "0 is too small; use 1 or more"),
        ("shift_days: 1", "ends_on: 2026-11-02", "is not after starts_on (2026-11-02)"),
        ("  ana:\n    name", "  a.na:\n    name", "'a.na' cannot be a name"),
        ("  ana:\n    name", "  Ana K:\n    name", "such as ana-k"),
        ("name: Ana", "name: true", "true is not text; write name: Ana Novak"),
        ("name: Ana", "name:", "is empty; write name: Ana Novak"),
    ],
)
def test_each_setting_is_refused_with_its_remedy(old: str, new: str, told: str) -> None:
    assert any(told in problem for problem in problems(with_line(old, new)))


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ("starts_at: 2026-12-24 18:00, ends_at: 2026-12-24 18:00", "is not after starts_at"),
        ("starts_at: 2026-12-24 18:00, ends_at: 2026-12-25", "'2026-12-25' is not an instant"),
        ("starts_at: 2026-12-24 18:00, ends_at: 2026-12-25 09:00Z", "write both alike"),
    ],
)
def test_an_override_needs_a_time_it_is_for(times: str, told: str) -> None:
    override = f"    overrides: [{{responder: ben, {times}}}]\npolicies:\n"

    found = the_problem(with_line("policies:\n", override))
    assert "schedules.nights.overrides[0].ends_at: " in found
    assert told in found


@pytest.mark.parametrize(
    ("sms", "told"),
    [
        ("{sender_id: NIGHTDESK ACME}", "'NIGHTDESK ACME' (14 characters) cannot be a sender id"),
        ("{sender_id: ACMEMOBILE12}", "(12 characters) cannot be a sender id"),
        ('{sender_id: "12345"}', "at least one letter"),
        ("{two_way: true}", "sms.two_way: is true without an origination_number"),
        ("{origination_number: '0664 1234567'}", "is not E.164"),
        ("{two_ways: true}", "did you mean two_way?"),
        ("{two_way: perhaps}", "is not true or false"),
    ],
)
def test_how_sms_leave_and_come_back_is_checked(sms: str, told: str) -> None:
    assert told in the_problem(f"{VALID}sms: {sms}\n")


def test_a_sender_id_of_eleven_characters_and_a_number_to_answer_are_fine() -> None:
    sms = 'sms: {sender_id: ACMEMOBILE1, origination_number: "+12025550100", two_way: yes}\n'

    assert desk(VALID + sms).sms.is_two_way


def test_fallback_and_lead_need_a_phone() -> None:
    text = with_line('    phone: "+12025550102"\n', "")

    assert the_problem(text).endswith(
        "fallback: ben has no phone; add responders.ben.phone or name another"
    )


def test_one_phone_cannot_be_two_people() -> None:
    assert "responders.ben.phone: is the phone of ana too" in the_problem(
        with_line('"+12025550102"', '"+12025550101"')
    )


def test_nobody_can_have_the_number_that_sms_leave_from() -> None:
    text = VALID + 'sms: {origination_number: "+12025550101"}\n'

    assert "responders.ana.phone: is the origination_number too" in the_problem(text)


def test_a_schedule_and_a_responder_cannot_share_a_name() -> None:
    text = VALID.replace("nights", "ana")

    assert "schedules.ana: is the name of a responder too" in the_problem(text)


def test_a_name_written_twice_is_refused_and_both_lines_are_told() -> None:
    text = with_line("  ben:\n    name: Ben", "  ana:\n    name: Ben")

    assert (
        f"nightdesk.yaml:{line_of(text, '  ana:' + chr(10) + '    name: Ben')}: responders.ana: "
        f"stands twice, first in line {line_of(text, '  ana:')}; keep one of them"
    ) in problems(text)


@pytest.mark.parametrize("section", ["brands", "sources", "responders", "policies"])
def test_a_section_that_a_desk_cannot_be_without_is_asked_for(section: str) -> None:
    text = VALID.replace(f"{section}:\n", f"x-{section}:\n", 1)

    told = problems(text)
    assert any(f": {section}: is missing; add it" in one for one in told)
    assert any(f"x-{section}: is not a setting; did you mean {section}?" in one for one in told)


def test_options_that_a_source_does_not_take_are_refused_on_their_line() -> None:
    text = with_line("    every_minutes: 5\n", "    evry_minutes: 5\n")

    found = the_problem(text)
    assert found.startswith(f"nightdesk.yaml:{line_of(text, 'evry')}: sources.news.evry_minutes: ")
    assert "hackernews takes" in found


@pytest.mark.parametrize("value", ["{a: b}", "[[a]]", "", "7"])
def test_an_option_of_a_form_that_no_source_takes_is_refused(value: str) -> None:
    text = with_line("    every_minutes: 5\n", f"    terms: {value}\n")

    assert "sources.news.terms: " in the_problem(text)


def test_a_secret_pasted_in_the_place_of_its_name_is_not_repeated() -> None:
    text = with_line("    every_minutes: 5\n", "    secret: 'Sk-Very/Secret='\n")

    found = the_problem(text)
    assert "sources.news.secret: " in found
    assert "Very" not in found


# --- all at once, by line ------------------------------------------------------------------


def test_all_problems_come_at_once_in_the_order_of_their_lines() -> None:
    text = (
        VALID.replace("kind: hackernews", "kind: telegram")
        .replace('"+12025550102"', '"0664 1234567"')
        .replace("starts_on: 2026-11-02", "starts_on: 2027-01-01")
        .replace("after_minutes: 10", "after_minutes: -5")
        .replace("page: [nights]\n", "page: []\n")
        .replace("lead: ana", "lead: nobody\nextra: 1")
    )

    found = problems(text)
    fields = [line.split(": ")[1] for line in found]
    assert fields == [
        "sources.news.kind",
        "responders.ben.phone",
        "schedules.nights.rotations",
        "policies.first-line.steps[0].page",
        "policies.first-line.steps[1].after_minutes",
        "lead",
        "extra",
    ]
    lines = [int(line.split(":")[1]) for line in found]
    assert lines == sorted(lines)


@pytest.mark.parametrize("text", [VALID, FULL], ids=["valid", "full"])
@given(data=st.data())
def test_whatever_line_is_broken_the_problem_names_it(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    settings = [at for at, line in enumerate(lines) if line.startswith("    ") and ":" in line]
    at = data.draw(st.sampled_from(settings))
    before, _, _ = lines[at].partition(":")
    broken = [*lines[:at], f"{before}-x: [1, {{a: b}}]", *lines[at + 1 :]]

    told = problems("\n".join(broken))
    # What stood beneath the line may now hang in the air; options wait for their source's kind.
    assert any(
        one.startswith(f"nightdesk.yaml:{at + 1}: ")
        or "cannot be read" in one
        or f".{before.strip()}: is missing" in one
        for one in told
    )


# --- what is not YAML ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("brands:\n  acme: [a\nfallback: x\n", 3, "look at the indentation, colons and quotes"),
        ("brands:\n\tacme: 1\n", 2, "indent with spaces, not with tabs"),
        ("brands: &all\n  a: 1\nsources: *all\n", 3, "aliases (*name) are not read"),
        ("a: &x [*x]\n", 1, "aliases (*name) are not read"),
        ("a: 1\n---\nb: 2\n", 2, "keep one document"),
        ("a: 1\nb: \x07\n", 2, "holds the character U+0007; remove it"),
        ("brands: !!python/object/apply:os.system [x]\n", 1, "has the tag"),
        ("? [a]\n: b\n", 1, "has a list or mapping as a key"),
        ("", 1, "is empty; copy nightdesk.example.yaml"),
        ("# only a comment\n", 1, "is empty; copy nightdesk.example.yaml"),
        ("- a\n", 1, "is not a list of settings"),
        ("[" * 5000, 1, "is nested too deep"),
    ],
)
def test_what_is_not_yaml_is_refused_with_its_line(text: str, line: int, told: str) -> None:
    found = problems(text)

    assert any(told in one and one.startswith(f"nightdesk.yaml:{line}: ") for one in found), found


@given(st.text())
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    with pytest.raises(ConfigRefused) as refused:
        checked(text)
    assert refused.value.problems


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["ana", "", "x: y", "é"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "brands",
                        "acme",
                        "steps",
                        "page",
                        "zone",
                        "phone",
                        "kind",
                        "schedules",
                        "rotations",
                        "only",
                        "overrides",
                        "temporary",
                        "starts_at",
                        "hours",
                        "holidays",
                        "country",
                        "open",
                        "mon-fri",
                        "email",
                        "webhook",
                        "notify",
                        "by",
                        "policies",
                        "options",
                        "sources",
                        "responders",
                        "sms",
                        "lead",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_no_shape_whatever_breaks_the_checks(value: object) -> None:
    sections = dict.fromkeys(
        ("brands", "schedules", "sources", "responders", "hours", "policies", "email", "lead"),
        value,
    )

    assert problems(json.dumps(sections))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.integers(-(10**17), 10**17), max_size=8
    )
)
def test_every_value_has_the_line_it_stands_on(values: dict[str, int]) -> None:
    text = "".join(f"\n{name}:\n  {number}\n" for name, number in values.items())

    document = read(text, "any.yaml")
    assert (document.value or {}) == values
    for name in values:
        assert text.splitlines()[document.line((name,)) - 1] == f"{name}:"


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match=r"there is no such file; copy nightdesk.example.yaml"):
        load(tmp_path / "nightdesk.yaml", now=NOW)


def test_a_file_in_another_encoding_is_told_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "nightdesk.yaml"
    file.write_bytes(VALID.replace("Acme Mobile", "Müller").encode("latin-1"))

    with pytest.raises(ConfigRefused, match=r"nightdesk.yaml:3: is not UTF-8 text"):
        load(file, now=NOW)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "nightdesk.yaml"
    file.write_text(VALID, "utf-8-sig")

    assert load(file, now=NOW).desk == desk()


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match="cannot be opened"):
        load(tmp_path, now=NOW)


# --- warnings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("- page: [nights]\n", "- page: [nights]\n        after_minutes: 5\n", "first 5 minutes"),
        ('    phone: "+12025550101"\n', "", "is on call without a way to be reached"),
        ('"+12025550102"', '"+43155512345"', "looks like a landline, which gets no SMS"),
        ('"+12025550102"', '"+447700900123"', "is in no range of numbers known to be in use"),
        ("lead: ana", "lead: ben", "is the fallback too"),
        ("page: [nights", "page: [ben", "is in no step of a policy"),
    ],
)
def test_what_is_hardly_meant_is_told_and_allowed(old: str, new: str, told: str) -> None:
    text = VALID.replace(old, new)
    if "without a way" in told:
        text = text.replace("lead: ana", "lead: ben")

    assert any(told in warning.message for warning in checked(text).warnings)


def test_listening_can_be_stopped_and_that_is_told() -> None:
    before, _, rest = VALID.partition("sources:\n")
    text = before + "sources: {}\n" + rest[rest.index("responders:") :]

    found = checked(text)
    assert found.desk.sources == ()
    (warning,) = found.warnings
    assert str(warning.field) == "sources"
    assert warning.message == "is empty, so nothing is listened to"
    assert warning.line == line_of(text, "sources:")


def test_sources_left_empty_by_mistake_are_asked_for() -> None:
    before, _, rest = VALID.partition("sources:\n")
    text = f"{before}sources:\n{rest[rest.index('responders:') :]}"

    assert "sources: is empty; add at least one entry, or write sources: {} to stop" in the_problem(
        text
    )


def test_a_file_that_is_right_gives_no_warning() -> None:
    assert checked(VALID).warnings == ()


# --- the documentation ----------------------------------------------------------------------


def test_every_setting_has_its_line_in_the_documentation() -> None:
    document = reference.DOCUMENT.read_text("utf-8")

    assert document == reference.rewritten(document), "run python -m infra.config.reference"


def test_every_kind_of_entry_has_its_table_in_the_documentation() -> None:
    documented = {model for _, model in reference.TABLES}

    for model in documented:
        for field in model.model_fields.values():
            assert {*_models_in(field.annotation)} <= documented, (model, field)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for inner in get_args(annotation):
        yield from _models_in(inner)


def test_the_documentation_is_written_anew_when_a_line_is_lost() -> None:
    document = reference.DOCUMENT.read_text("utf-8")
    row = next(line for line in document.splitlines() if line.startswith("| `shift_days` |"))

    assert reference.rewritten(document.replace(f"{row}\n", "")) == document
