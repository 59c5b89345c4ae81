"""The command: what it prints where, and how it ends."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends
from typer.testing import CliRunner, Result

from chalicelib.adapters.parameters import SsmParameters
from infra.cli import app
from infra.cli.terminal import now
from tests.infra.desk_file import FULL, ROOT, VALID
from tests.infra.staging import deployed

VERBS = [
    ["local"],
    ["check"],
    ["doctor"],
    ["judge"],
    ["retrain"],
    ["apply"],
    ["oncall"],
    ["holidays"],
    ["ready"],
    ["test-page"],
    ["drill"],
    ["verify"],
    ["calendar"],
    ["forget"],
    ["reindex"],
    ["agent", "add"],
    ["agent", "list"],
    ["agent", "remove"],
    ["secret", "set"],
    ["cost", "show"],
    ["cost", "export"],
    ["cost", "rows"],
    ["cost", "about"],
    ["cost", "prices"],
    ["cost", "whatif"],
    ["package"],
    ["deploy"],
]


def nightdesk(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, arguments, input=typed)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "nightdesk.yaml"
    # Begun long ago, so that there is no gap on whichever day this runs.
    path.write_text(VALID.replace("2026-11-02", "2020-01-06"))
    return path


@pytest.fixture
def cloud() -> Iterator[None]:
    with mock_aws():
        deployed("dev")
        yield


# --- help ---------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_the_help_of_each_verb_shows_an_example(verb: list[str]) -> None:
    shown = nightdesk(*verb, "--help")

    assert shown.exit_code == 0
    assert f"Example: nightdesk {' '.join(verb)}" in shown.output


def test_every_verb_is_among_those_whose_help_is_checked() -> None:
    named = [one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands]
    groups = [
        (group.name, one.name)
        for group in app.registered_groups
        for one in (group.typer_instance.registered_commands if group.typer_instance else [])
    ]

    assert sorted([[one] for one in named] + [list(map(str, pair)) for pair in groups]) == sorted(
        VERBS
    )


def test_help_loads_nothing_heavy() -> None:
    heavy = ("boto3", "pydantic", "chalice", "moto", "yaml", "phonenumbers", "feedparser")
    asked = f"import sys, infra.cli; print([one for one in {heavy} if one in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]", loaded.stderr


# --- check --------------------------------------------------------------------------------


def test_a_file_that_is_right_is_summed_up(file: Path) -> None:
    shown = nightdesk("check", str(file))

    assert shown.exit_code == 0
    assert "1 brand, 1 source, 2 responders, 1 schedule, 1 policy" in shown.stdout


def test_saved_replies_and_hooks_are_summed_up_where_there_are_any(file: Path) -> None:
    saved = "saved: {a: {text: 'Hi {personal}'}, b: {text: 'Hello {personal}'}}"
    with file.open("a") as text:
        text.write(f"answering: {{{saved}, hooks: {{crm: {{secret: webhook-crm}}}}}}\n")

    assert "2 saved replies, 1 hook." in " ".join(nightdesk("check", str(file)).stdout.split())


def test_problems_are_told_a_line_each_and_end_with_one(file: Path) -> None:
    file.write_text(file.read_text().replace("lead: ana", "lead: x").replace("[ana, ben]", "[bob]"))

    shown = nightdesk("check", str(file))
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert shown.stderr.splitlines() == [
        "nightdesk.yaml:23: schedules.nights.rotations[0].responders[0]: 'bob' is not a responder "
        "in this file; known: ana, ben",
        "nightdesk.yaml:34: lead: 'x' is not a responder in this file; known: ana, ben",
    ]


def test_a_program_gets_the_problems_as_json(file: Path) -> None:
    file.write_text(file.read_text().replace("lead: ana", "lead: x"))

    shown = nightdesk("check", str(file), "--json")
    told = json.loads(shown.stdout)
    assert (shown.exit_code, told["ok"]) == (1, False)
    assert [(one["line"], one["field"]) for one in told["problems"]] == [(34, "lead")]


def test_warnings_go_to_stderr_and_let_it_pass(file: Path) -> None:
    file.write_text(file.read_text().replace("lead: ana", "lead: ben"))

    shown = nightdesk("check", str(file))
    assert shown.exit_code == 0
    assert "lead: is the fallback too" in shown.stderr
    assert json.loads(nightdesk("check", str(file), "--json").stdout)["warnings"]


def test_brackets_of_a_message_are_no_markup(file: Path) -> None:
    file.write_text(file.read_text().replace("name: Ana", "name: '[bold]'\n    nme: x"))

    assert "nme: is not a setting" in nightdesk("check", str(file)).stderr
    file.write_text(file.read_text().replace("    nme: x\n", "").replace("ben]", "'[red]']"))
    assert "'[red]' is not a responder" in nightdesk("check", str(file)).stderr


def test_a_file_that_is_not_there_ends_with_a_readable_line() -> None:
    shown = nightdesk("check", "nowhere.yaml")

    assert shown.exit_code == 1
    assert "there is no such file" in shown.stderr
    assert "Traceback" not in shown.output


def test_misuse_ends_with_two() -> None:
    assert nightdesk("check").exit_code == 2
    assert nightdesk("apply", "x.yaml", "--stage", "Not A Stage").exit_code == 2
    assert nightdesk("local", "--json").exit_code == 2
    assert nightdesk("deploy", "--parameter", "nonsense").exit_code == 2


# --- apply --------------------------------------------------------------------------------


def test_apply_says_what_changed_and_shows_no_phone(cloud: None, file: Path) -> None:
    shown = nightdesk("apply", str(file))

    assert shown.exit_code == 0, shown.output
    assert "dev: version 1 is in force." in shown.stdout
    assert "ben hears alarms from now on" in shown.stdout
    assert "2025550" not in shown.output
    assert "it was in force already" in nightdesk("apply", str(file)).stdout


def test_apply_tells_whose_letter_from_aws_waits_and_shows_no_address(
    cloud: None, file: Path
) -> None:
    text = file.read_text().replace("    name: Ana\n", "    name: Ana\n    email: a@acme.example\n")
    file.write_text(text + "email: {sender: night@acme.example}\n")
    nightdesk("apply", str(file))
    for one in sns_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].subscriptions.values():
        if one.protocol == "email":
            one.arn = "PendingConfirmation"  # moto takes every mailbox as confirmed

    shown = nightdesk("apply", str(file))
    assert "ana must confirm the letter from AWS" in shown.stderr
    assert "a@acme" not in shown.output
    assert json.loads(nightdesk("apply", str(file), "--json").stdout)["unconfirmed"] == ["ana"]


def test_apply_tells_how_many_addresses_no_longer_get_alarms(cloud: None, file: Path) -> None:
    text = file.read_text()
    file.write_text(
        text.replace("    name: Ana\n", "    name: Ana\n    email: a@acme.example\n")
        + "email: {sender: night@acme.example}\n"
    )
    nightdesk("apply", str(file))
    file.write_text(text)

    shown = nightdesk("apply", str(file)).stdout
    assert "1 e-mail address(es) no longer get alarms" in shown


def test_apply_tells_a_program_what_it_did(cloud: None, file: Path) -> None:
    told = json.loads(nightdesk("apply", str(file), "--json").stdout)

    assert (told["ok"], told["version"], told["subscribed"]) == (True, 1, ["ben", "ana"])
    file.write_text("brands: [")
    refused = nightdesk("apply", str(file), "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["ok"]) == (1, False)


def test_a_stage_that_is_not_deployed_is_told_in_a_line(cloud: None, file: Path) -> None:
    shown = nightdesk("apply", str(file), "--stage", "prod")

    assert shown.exit_code == 1
    assert "run `nightdesk deploy --stage prod` first" in shown.stderr


def test_a_missing_region_is_told_in_a_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.delenv("AWS_REGION")

    shown = nightdesk("apply", str(file))
    assert shown.exit_code == 1
    assert "Set AWS_PROFILE and AWS_DEFAULT_REGION" in shown.stderr


def test_a_cloud_that_does_not_answer_is_told_in_a_line(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    shown = nightdesk("apply", str(file))
    assert shown.exit_code == 1
    assert "AWS cannot be reached" in shown.stderr


# --- who is on call -------------------------------------------------------------------------


def cells(line: str) -> list[str]:
    """What stands in the columns of a table's line."""
    return re.split("  +", line.strip())


def oncall(*arguments: str) -> dict[str, Any]:
    """The one schedule that `oncall --json` tells of."""
    shown = nightdesk("oncall", *arguments, "--json")
    assert shown.exit_code == 0, shown.output
    (found,) = json.loads(shown.stdout)["schedules"]
    return dict(found)


def test_who_is_on_call_is_told_until_when_and_who_is_next(file: Path) -> None:
    # Daily turns from Monday 2020-01-06 18:00 in Vienna, ana first.
    shown = nightdesk("oncall", str(file), "--at", "2020-01-07 17:59")

    assert shown.exit_code == 0, shown.output
    assert cells(shown.stdout.splitlines()[1]) == [
        "nights", "Ana", "Tue 2020-01-07 18:00 CET", "Ben", "Europe/Vienna"
    ]  # fmt: skip
    then = nightdesk("oncall", str(file), "--at", "2020-01-07 18:00").stdout.splitlines()[1]
    assert cells(then)[1] == "Ben"


def test_an_instant_is_on_the_wall_of_the_schedule_or_of_the_zone_that_is_asked_for(
    file: Path,
) -> None:
    assert oncall(str(file), "--at", "2020-01-07 18:00")["at"] == "2020-01-07T17:00:00Z"
    assert oncall(str(file), "--at", "2020-01-07 18:00+05:00")["at"] == "2020-01-07T13:00:00Z"
    there = oncall(str(file), "--at", "2020-01-07 18:00", "--zone", "America/New_York")
    assert (there["at"], there["zone"]) == ("2020-01-07T23:00:00Z", "Europe/Vienna")


def test_times_are_told_in_the_zone_that_is_asked_for(file: Path) -> None:
    shown = nightdesk(
        "oncall", str(file), "--at", "2020-01-06 13:00", "--zone", "Asia/Kathmandu", "--weeks", "1"
    )

    assert shown.stdout.splitlines()[0].strip() == "nights, on the wall of Asia/Kathmandu"
    assert "Mon 2020-01-06 22:45 +0545  Tue 2020-01-07 22:45 +0545  Ana" in shown.stdout


def test_the_weeks_ahead_are_listed_without_a_hole_and_gaps_are_marked(file: Path) -> None:
    text = file.read_text().replace("shift_days: 1", "weekdays: [mon-fri]")
    file.write_text(text)

    shown = nightdesk("oncall", str(file), "--at", "2026-11-23 18:00", "--weeks", "2")
    lines = shown.stdout.splitlines()[2:]
    gap = "Sat 2026-11-28 18:00 CET  Mon 2026-11-30 18:00 CET  nobody: Ben (fallback) stands in"
    assert gap in [line.strip() for line in lines]
    told = oncall(str(file), "--at", "2026-11-23 18:00", "--weeks", "2")["shifts"]
    assert len(told) == len(lines)
    assert told[0]["starts_at"] == "2026-11-23T17:00:00Z"
    assert told[-1]["ends_at"] == "2026-12-07T17:00:00Z"
    assert all(one["ends_at"] == two["starts_at"] for one, two in pairwise(told))
    assert [one["is_gap"] for one in told] == [False, True, False, True, False][: len(told)]
    assert {one["name"] for one in told if one["is_gap"]} == {"Ben"}


def test_who_stands_in_for_a_gap_is_told_as_the_fallback(file: Path) -> None:
    file.write_text(file.read_text().replace("shift_days: 1", "only: {mon: [18:00-19:00]}"))

    found = oncall(str(file), "--at", "2026-11-24 18:00")
    assert found["now"] == {
        "responder": "ben",
        "name": "Ben",
        "also": [],
        "until": "2026-11-30T17:00:00Z",
        "is_fallback": True,
    }
    assert "nobody: Ben (fallback) stands in" in nightdesk(
        "oncall", str(file), "--at", "2026-11-24 18:00"
    ).stdout  # fmt: skip


def test_the_last_shift_of_the_weeks_is_told_to_its_end(file: Path) -> None:
    told = oncall(str(file), "--at", "2026-11-23 20:00", "--weeks", "1")["shifts"]

    assert told[-1]["starts_at"] == "2026-11-30T17:00:00Z"
    assert told[-1]["ends_at"] == "2026-12-01T17:00:00Z"


def test_whoever_is_on_call_besides_is_told_too(tmp_path: Path) -> None:
    full = tmp_path / "full.yaml"
    full.write_text(FULL.replace("2026-11-02", "2020-01-06"))

    found = oncall(str(full), "--at", "2026-12-05 23:00")
    assert found["now"]["also"] == ["Eva"]
    assert found["owner_name"] == "Eva"


def test_somebody_who_is_never_relieved_is_on_call_until_further_notice(file: Path) -> None:
    file.write_text(file.read_text().replace("[ana, ben]", "[ana]"))

    assert oncall(str(file))["now"]["until"] is None
    assert "further notice" in nightdesk("oncall", str(file)).stdout


def test_who_is_on_call_by_what_is_in_force_is_read_from_the_stage(cloud: None, file: Path) -> None:
    nightdesk("apply", str(file))

    asked = ("--at", "2020-01-07 17:59")
    assert oncall("--stage", "dev", *asked) == oncall(str(file), *asked) == oncall(*asked)


def test_a_stage_where_nothing_is_in_force_is_told_in_a_line(cloud: None) -> None:
    shown = nightdesk("oncall", "--stage", "dev")

    assert shown.exit_code == 1
    assert "no configuration is in force" in shown.stderr


def test_one_schedule_can_be_asked_for(file: Path) -> None:
    assert oncall(str(file), "--schedule", "nights")["name"] == "nights"
    shown = nightdesk("oncall", str(file), "--schedule", "night")
    assert (shown.exit_code, "did you mean nights?" in shown.stderr) == (2, True)


@pytest.mark.parametrize(
    "misuse",
    [
        ("--stage", "dev"),
        ("--at", "tomorrow"),
        ("--zone", "Vienna"),
        ("--weeks", "-1"),
        ("--weeks", "54"),
    ],
)
def test_who_is_on_call_is_not_told_of_what_cannot_be(file: Path, misuse: tuple[str, str]) -> None:
    assert nightdesk("oncall", str(file), *misuse).exit_code == 2


def test_a_desk_without_schedules_says_so(file: Path) -> None:
    text = file.read_text()
    schedules = text[text.index("schedules:") : text.index("policies:")]
    file.write_text(text.replace(schedules, "").replace("[nights", "[ana"))

    assert "There is no schedule" in nightdesk("oncall", str(file)).stdout
    assert json.loads(nightdesk("oncall", str(file), "--json").stdout) == {"schedules": []}


def test_a_file_with_a_mistake_tells_nobody_who_is_on_call(file: Path) -> None:
    file.write_text(file.read_text().replace("lead: ana", "lead: x"))

    shown = nightdesk("oncall", str(file))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "lead: 'x' is not a responder" in shown.stderr


def test_names_are_no_markup(file: Path) -> None:
    file.write_text(file.read_text().replace("name: Ana", "name: '[bold]'"))

    assert "[bold]" in nightdesk("oncall", str(file), "--weeks", "1").stdout


def test_a_wide_table_keeps_a_line_for_each_row(file: Path) -> None:
    name = "A" * 150
    file.write_text(file.read_text().replace("name: Ana", f"name: {name}"))

    assert name in nightdesk("oncall", str(file), "--at", "2020-01-07 17:59").stdout


# --- holidays -------------------------------------------------------------------------------


def test_the_days_that_are_taken_as_closed_are_told_with_why(tmp_path: Path) -> None:
    full = tmp_path / "full.yaml"
    special = f"{now().year + 1}-12-08"
    full.write_text(FULL.replace("2026-11-02", "2020-01-06").replace("2026-12-08", special))

    told = json.loads(nightdesk("holidays", str(full), "--json").stdout)["days"]
    by_day = {one["day"]: one for one in told}
    assert by_day[f"{now().year + 1}-12-25"] == {
        "hours": "office",
        "day": f"{now().year + 1}-12-25",
        "name": "Christmas Day",
        "open": [],
    }
    assert (by_day[special]["name"], by_day[special]["open"]) == (
        "Immaculate Conception",
        ["10:00-18:00"],
    )
    assert all(day >= f"{now():%Y-%m-%d}" for day in by_day)
    shown = nightdesk("holidays", str(full)).stdout
    assert f"office: public holidays are known until {now().year + 3}-12-31." in shown
    (line,) = [one for one in shown.splitlines() if special in one]
    assert cells(line)[2:] == ["10:00-18:00", "Immaculate Conception"]


def test_a_desk_without_business_hours_says_so(file: Path) -> None:
    assert "There are no business hours" in nightdesk("holidays", str(file)).stdout
    assert json.loads(nightdesk("holidays", str(file), "--json").stdout) == {"days": []}


# --- secrets -----------------------------------------------------------------------------


def test_a_secret_is_stored_encrypted_and_never_shown(cloud: None) -> None:
    shown = nightdesk("secret", "set", "mastodon", typed="s3cr3t-token\n")

    assert shown.exit_code == 0, shown.output
    assert "s3cr3t" not in shown.output
    path = "/nightdesk/dev/secrets/mastodon"
    stored = boto3.client("ssm").get_parameter(Name=path, WithDecryption=True)["Parameter"]
    assert (stored["Value"], stored["Type"]) == ("s3cr3t-token", "SecureString")


def test_the_address_of_a_webhook_is_stored_with_its_key(cloud: None) -> None:
    shown = nightdesk("secret", "set", "webhook-ana", typed="https://chat.example/x\nwhsec_a2V5\n")

    assert shown.exit_code == 0, shown.output
    parameters = SsmParameters("/nightdesk/dev", seconds=time.monotonic)
    assert parameters.secret("webhook-ana") == "https://chat.example/x\nwhsec_a2V5"
    refused = nightdesk("secret", "set", "webhook-ana", typed="chat.example/x")
    assert (refused.exit_code, "chat" in refused.output) == (1, False)


def test_a_secret_can_be_replaced(cloud: None) -> None:
    nightdesk("secret", "set", "mastodon", typed="old")
    nightdesk("secret", "set", "mastodon", typed="new")

    parameters = SsmParameters("/nightdesk/dev", seconds=time.monotonic)
    assert parameters.secret("mastodon") == "new"


@pytest.mark.parametrize("typed", ["", " \n", "x" * 4097])
def test_a_secret_that_cannot_be_one_is_refused(cloud: None, typed: str) -> None:
    shown = nightdesk("secret", "set", "mastodon", typed=typed)

    assert shown.exit_code == 1
    assert "secret mastodon" in shown.stderr


def test_a_secret_under_a_name_that_no_source_can_use_is_refused(cloud: None) -> None:
    assert nightdesk("secret", "set", "../token-key", typed="x").exit_code == 2


# --- packaging ------------------------------------------------------------------------------


def test_a_stage_that_cannot_be_packaged_is_told_in_a_line(tmp_path: Path) -> None:
    shown = nightdesk("package", "--stage", "nowhere", "--out", str(tmp_path))

    assert shown.exit_code == 1
    assert ".chalice/config.json" in shown.stderr


def test_what_was_packaged_with_the_deep_model_is_not_deployed_without_it_by_mistake(
    tmp_path: Path,
) -> None:
    shown = nightdesk("deploy", "--packaged", str(tmp_path), "--without-deep")
    assert shown.exit_code == 2
    assert "--parameter DeepModel=no" in " ".join(shown.stderr.split())


def test_deploying_a_folder_without_a_package_is_told_in_a_line(
    cloud: None, tmp_path: Path
) -> None:
    shown = nightdesk("deploy", "--packaged", str(tmp_path))

    assert shown.exit_code == 1
    assert "run `nightdesk package` first" in shown.stderr
