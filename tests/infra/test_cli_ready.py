"""The verbs that see to it that people can be woken, over a deployment on moto."""

import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib import wiring
from infra.acting import acting_as
from infra.cli.terminal import now
from tests.infra.desk_file import FULL
from tests.infra.staging import deployed
from tests.infra.test_cli import cells, nightdesk

ANA, BEN = "+12025550101", "+12025550102"


@pytest.fixture(autouse=True)
def _in_force(tmp_path: Path) -> Iterator[None]:
    """A deployment with every setting in force."""
    file = tmp_path / "nightdesk.yaml"
    file.write_text(FULL.replace("2026-11-02", "2020-01-06"))
    with mock_aws():
        deployed("dev")
        assert nightdesk("apply", str(file)).exit_code == 0
        yield


def texts(phone: str) -> list[str]:
    """What SMS a phone got, oldest first."""
    sent = sns_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sms_messages.values()
    return [text for to, text, *_ in sent if to == phone]


def code_of(text: str) -> str:
    found = re.search(r"Reply ([B-Z]{5})", text)
    assert found, text
    return found[1]


def asked(*arguments: str, code: int = 0) -> dict[str, Any]:
    shown = nightdesk(*arguments, "--json")
    assert shown.exit_code == code, shown.output
    return dict(json.loads(shown.stdout))


# --- test-page and verify ---------------------------------------------------------------------


def test_a_test_page_rings_the_phone_with_a_code_and_a_link() -> None:
    shown = nightdesk("test-page", "ana", "--channel", "sms")

    assert shown.exit_code == 0, shown.output
    assert shown.stdout == "ana, sms: a test page is on its way\n"
    (text,) = texts(ANA)
    assert "https://dev.nightdesk.example/api/a/" in text
    assert code_of(text) not in shown.output


def test_each_way_is_tried_when_none_is_named_and_what_was_refused_is_told() -> None:
    found = asked("test-page", "ana")["sent"]

    assert {one["channel"]: one["is_sent"] for one in found} == {
        "sms": True,
        "email": False,
        "webhook": False,
    }
    assert all(one["is_sent"] or one["refusal"] for one in found)
    assert "ana@acme.example" not in json.dumps(found)


def test_the_code_of_a_test_page_verifies_the_contact() -> None:
    nightdesk("test-page", "ben", "--channel", "sms")
    code = code_of(texts(BEN)[0])

    found = asked("verify", "ben", "--code", code.lower())
    assert (found["responder"], found["channel"]) == ("ben", "sms")
    assert found["verified_at"].startswith(f"{now():%Y-%m-%d}")
    with acting_as("dev"):
        contact = wiring.parts.contacts().get(
            wiring.parts.desks().current().responders[1].id, "sms"
        )
        assert contact is not None
        assert contact.is_verified
    assert nightdesk("verify", "ben", "--code", code).stdout == (
        "ben, sms: verified, this contact works.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("test-page", "zoe"), "there is no such responder"),
        (("test-page", "ben", "--channel", "email"), "ben has no 'email'; use one of sms"),
        (("verify", "ben", "--code", "BCDFG"), "this is not the code of a test page"),
        (("verify", "ben", "--code", "12"), "type the 5 letters"),
        (("verify", "zoe", "--code", "BCDFG"), "there is no such responder"),
    ],
)
def test_what_cannot_be_tried_is_told_in_a_line(arguments: tuple[str, ...], told: str) -> None:
    shown = nightdesk(*arguments)

    assert shown.exit_code == 1
    assert told in shown.stderr
    assert shown.stdout == ""


def test_a_test_page_that_nobody_gets_ends_with_one() -> None:
    shown = nightdesk("test-page", "ana", "--channel", "webhook")  # its secret is not stored

    assert shown.exit_code == 1
    assert shown.stdout.startswith("ana, webhook: not sent: ")


def test_a_second_test_page_at_once_is_not_sent() -> None:
    nightdesk("test-page", "ben")

    assert asked("test-page", "ben", code=1)["sent"][0]["refusal"]
    assert len(texts(BEN)) == 1


# --- ready ------------------------------------------------------------------------------------


def test_what_is_not_ready_is_told_with_its_remedy_and_rings_nobody() -> None:
    shown = nightdesk("ready")

    header, *rows, last = shown.stdout.splitlines()
    assert cells(header) == ["gravity", "what", "remedy"]
    assert all(len(cells(row)) == 3 for row in rows)
    assert last.startswith("dev: tonight is ")
    assert texts(ANA) == texts(BEN) == []


def test_a_program_gets_the_report() -> None:
    found = asked("ready", code=nightdesk("ready").exit_code)

    assert found["checked_at"].startswith(f"{now():%Y-%m-%d}")
    assert found["findings"]
    assert all({*one} == {"gravity", "what", "remedy"} for one in found["findings"])


def test_a_night_that_is_not_covered_ends_with_one() -> None:
    boto3.client("dynamodb").delete_item(
        TableName="nightdesk-dev-desk", Key={"pk": {"S": "desk"}, "sk": {"S": "current"}}
    )

    found = asked("ready", code=1)
    assert not found["is_covered_tonight"]
    assert "tonight is NOT covered" in nightdesk("ready").stdout


# --- calendar ---------------------------------------------------------------------------------


def test_every_person_and_schedule_has_a_calendar_of_its_own() -> None:
    found = asked("calendar")["calendars"]

    assert [(one["kind"], one["name"]) for one in found] == [
        ("person", "ana"),
        ("person", "ben"),
        ("person", "eva"),
        ("schedule", "nights"),
    ]
    base = "https://dev.nightdesk.example/api/calendar/person/ana/"
    assert re.fullmatch(re.escape(base) + r"[A-Za-z0-9_-]{22}", found[0]["url"])
    assert len({one["url"] for one in found}) == 4
    rows = [cells(line) for line in nightdesk("calendar").stdout.splitlines()[1:]]
    assert rows == [[one["kind"], one["name"], one["url"]] for one in found]


def test_an_address_can_be_renewed_and_the_others_stay() -> None:
    before = {one["name"]: one["url"] for one in asked("calendar")["calendars"]}

    (renewed,) = asked("calendar", "--renew", "person/ana")["calendars"]
    after = {one["name"]: one["url"] for one in asked("calendar")["calendars"]}
    assert renewed["url"] == after["ana"] != before["ana"]
    assert {**after, "ana": ""} == {**before, "ana": ""}


@pytest.mark.parametrize("what", ["person/zoe", "ana", "room/ana", "person/"])
def test_a_calendar_that_is_not_there_cannot_be_renewed(what: str) -> None:
    shown = nightdesk("calendar", "--renew", what)

    assert (shown.exit_code, "there is no such calendar" in shown.stderr) == (1, True)


# --- acting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb", [("ready",), ("test-page", "ana"), ("verify", "ana", "--code", "BCDFG"), ("calendar",)]
)
def test_a_stage_that_is_not_deployed_is_told_in_a_line(verb: tuple[str, ...]) -> None:
    shown = nightdesk(*verb, "--stage", "prod")

    assert shown.exit_code == 1
    assert "run `nightdesk deploy --stage prod` first" in shown.stderr


def test_what_services_log_meanwhile_stays_out_of_the_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with acting_as("dev"):
        logging.getLogger("nightdesk.paging").error("page_refused")

    assert caplog.records == []


def test_acting_for_a_deployment_leaves_nothing_behind() -> None:
    logger = logging.getLogger("nightdesk")
    before = dict(os.environ), logger.handlers, logger.propagate

    with acting_as("dev") as wired:
        assert wired.parts.desks().current().lead == "ana"
    assert (dict(os.environ), logger.handlers, logger.propagate) == before
    with pytest.raises(ValueError, match="NIGHTDESK_STAGE is not set"):
        wiring.parts.desks()
