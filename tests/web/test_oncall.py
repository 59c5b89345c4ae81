"""JSON about who is on call, whether they can be woken, and whether all is ready."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.readiness import Finding, Gravity, Report
from chalicelib.domain.schedule import Override, OverrideKind
from chalicelib.services.contacting import TRIES_A_DAY
from tests.builders import ANA, BEN, FAY, NOW, PHONES, a_desk, a_responder, a_schedule
from tests.web.office import Browser, Office
from tests.web.oncall import OnCall

MIDNIGHT = datetime(2026, 11, 20, 23, tzinfo=UTC)
"""The beginning of today in Vienna."""

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.fixture
def known(office: Office) -> Iterator[OnCall]:
    with OnCall(office).is_known() as on_call:
        yield on_call


def schedules(browser: Browser, path: str = "/api/v1/on-call") -> Any:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.json_body
    return answer.json_body["schedules"]


# --- on call -----------------------------------------------------------------------------


def test_who_is_on_call_now_and_for_weeks_from_today(known: OnCall, gus: Browser) -> None:
    known.office.desks.put(a_desk(schedules=(a_schedule(ANA, BEN),)), now=NOW)
    (primary,) = schedules(gus, "/api/v1/on-call?weeks=2")
    assert {key: primary[key] for key in ("name", "zone", "owner_name")} == {
        "name": "primary",
        "zone": "Europe/Vienna",
        "owner_name": "Lea",
    }
    first = known.office.desks.current().schedules[0].on_call(NOW)
    assert first is not None
    assert primary["now"] == {
        "responder": first,
        "name": first.title(),
        "also": [],
        "until": "2026-11-23T08:00:00Z",
        "is_fallback": False,
    }
    begins = [datetime.fromisoformat(one["starts_at"]) for one in primary["shifts"]]
    assert begins == [MIDNIGHT, MONDAY, MONDAY + WEEK]
    ends = [datetime.fromisoformat(one["ends_at"]) for one in primary["shifts"]]
    assert ends == [MONDAY, MONDAY + WEEK, MIDNIGHT + 2 * WEEK]
    assert {one["name"] for one in primary["shifts"]} == {"Ana", "Ben"}


def test_a_gap_names_who_stands_in_and_an_owner_is_named(known: OnCall, gus: Browser) -> None:
    removed = Override(
        responder=ANA,
        kind=OverrideKind.REMOVE,
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=1),
    )
    schedule = a_schedule(ANA, overrides=(removed,), owner=BEN)
    known.office.desks.put(a_desk(schedules=(schedule,)), now=NOW)
    (primary,) = schedules(gus)
    assert primary["owner_name"] == "Ben"
    assert (primary["now"]["name"], primary["now"]["is_fallback"]) == ("Fay", True)
    assert [(one["name"], one["is_gap"]) for one in primary["shifts"]] == [
        ("Ana", False),
        ("Fay", True),
        ("Ana", False),
    ]


def test_who_is_on_call_beside_the_one_is_named_too(known: OnCall, gus: Browser) -> None:
    beside = Override(
        responder=FAY, kind=OverrideKind.ADD, starts_at=NOW, ends_at=NOW + timedelta(hours=1)
    )
    known.office.desks.put(a_desk(schedules=(a_schedule(ANA, overrides=(beside,)),)), now=NOW)
    (primary,) = schedules(gus)
    assert (primary["now"]["name"], primary["now"]["also"]) == ("Ana", ["Fay"])
    assert [one["also"] for one in primary["shifts"]] == [[], ["Fay"], []]


def test_a_schedule_that_never_changes_has_no_until(known: OnCall, gus: Browser) -> None:
    (primary,) = schedules(gus)
    assert primary["now"]["until"] is None


@pytest.mark.parametrize("weeks", ["0", "13", "-1", "1.5", "", "four", "９", "1" * 5000])
def test_weeks_are_one_to_twelve(known: OnCall, gus: Browser, weeks: str) -> None:
    answer = gus.get(f"/api/v1/on-call?weeks={weeks}")
    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith("weeks: ")


def test_twelve_weeks_across_a_change_of_the_clocks_end_at_midnight_there(known: OnCall) -> None:
    known.office.now = datetime(2027, 2, 1, 12, tzinfo=UTC)
    gus = Browser(known.office.token("gus"))
    (primary,) = schedules(gus, "/api/v1/on-call?weeks=12")
    assert primary["shifts"][-1]["ends_at"] == "2027-04-25T22:00:00Z"


def test_every_person_and_schedule_has_a_calendar_whose_address_opens(
    known: OnCall, gus: Browser, nobody: Browser
) -> None:
    calendars = gus.get("/api/v1/on-call").json_body["calendars"]
    assert [(one["kind"], one["name"]) for one in calendars] == [
        ("person", "ana"),
        ("person", "ben"),
        ("person", "fay"),
        ("person", "lea"),
        ("schedule", "primary"),
    ]
    for one in calendars:
        assert one["url"].startswith("https://desk.example/api/calendar/")
        path = one["url"].removeprefix("https://desk.example/api")
        assert nobody.get(path).status_code == 200


# --- responders --------------------------------------------------------------------------


def test_contacts_are_shown_without_addresses(known: OnCall, gus: Browser) -> None:
    ana = a_responder(ANA, email="ana@acme.example")
    others = known.office.desks.current().responders[1:]
    known.office.desks.put(a_desk(responders=(ana, *others)), now=NOW)
    answer = gus.get("/api/v1/responders")
    first = answer.json_body["responders"][0]
    assert (first["id"], first["name"], first["zone"]) == ("ana", "Ana", "Europe/Vienna")
    assert [one["channel"] for one in first["contacts"]] == ["sms", "email"]
    assert first["contacts"][0] == {
        "channel": "sms",
        "is_verified": False,
        "verified_at": None,
        "tested_at": None,
        "opted_out_at": None,
        "failure": "",
    }
    for secret in (*PHONES.values(), "acme.example"):
        assert secret.encode() not in answer.body


def test_a_test_page_goes_out_and_typing_its_code_verifies(known: OnCall, gus: Browser) -> None:
    answer = gus.post("/api/v1/responders/ana/test-page", {"channel": "sms"})
    assert answer.status_code == 200
    assert answer.json_body == {"sent": [{"channel": "sms", "is_sent": True, "refusal": ""}]}
    (text,) = known.office.phones.notes(ANA)
    code = re.findall(r"\b[B-Z]{5}\b", text)[0]
    known.office.pass_time(minutes=1)
    verified = gus.post("/api/v1/responders/ana/verify", {"channel": "sms", "code": code.lower()})
    assert verified.status_code == 200
    assert verified.json_body["is_verified"] is True
    shown = gus.get("/api/v1/responders").json_body["responders"][0]["contacts"][0]
    assert shown["verified_at"] == "2026-11-21T19:31:00Z"
    assert shown["tested_at"] == "2026-11-21T19:30:00Z"


def test_a_test_page_without_a_channel_goes_by_all(known: OnCall, gus: Browser) -> None:
    answer = gus.post("/api/v1/responders/ana/test-page", {})
    assert [one["channel"] for one in answer.json_body["sent"]] == ["sms"]


def test_a_test_page_that_cannot_go_out_is_an_error_that_says_why(
    known: OnCall, gus: Browser
) -> None:
    known.office.phones.refused.add(ANA)
    answer = gus.post("/api/v1/responders/ana/test-page", {"channel": "sms"})
    assert (answer.status_code, answer.json_body["code"]) == (502, "ChannelRefused")
    assert answer.json_body["detail"] == "ana cannot be reached"
    again = gus.post("/api/v1/responders/ana/test-page", {"channel": "sms"})
    assert (again.status_code, again.json_body["code"]) == (409, "IllegalMove")
    assert "less than a minute ago" in again.json_body["detail"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nobody/test-page", {"channel": "sms"}, 404),
        ("%61na/test-page", {"channel": "sms"}, 404),
        ("ana/test-page", {"channel": "email"}, 400),
        ("ana/test-page", {"channel": 1}, 400),
        ("nobody/verify", {"channel": "sms", "code": "BCDFG"}, 404),
        ("ana/verify", {"channel": "sms", "code": "BCDFG"}, 400),
        ("ana/verify", {"channel": "email", "code": "BCDFG"}, 400),
        ("ana/verify", {"channel": "sms"}, 400),
    ],
)
def test_what_cannot_be_done_says_so(
    known: OnCall, gus: Browser, path: str, body: dict[str, Any], status: int
) -> None:
    assert gus.post(f"/api/v1/responders/{path}", body).status_code == status


def test_after_ten_wrong_codes_no_other_is_tried(known: OnCall, gus: Browser) -> None:
    body = {"channel": "sms", "code": "ZZZZZ"}
    codes = [gus.post("/api/v1/responders/ana/verify", body).status_code for _ in range(12)]
    assert codes == [400] * TRIES_A_DAY + [403] * 2


# --- readiness ---------------------------------------------------------------------------


def test_before_the_first_check_nothing_is_known(known: OnCall, gus: Browser) -> None:
    assert gus.get("/api/v1/readiness").json_body == {
        "checked_at": None,
        "is_covered_tonight": None,
        "findings": [],
    }


def test_the_newest_report_is_shown(known: OnCall, gus: Browser) -> None:
    finding = Finding(gravity=Gravity.SOON, what="Ana has no phone", remedy="Add one")
    report = Report(checked_at=NOW, is_covered_tonight=True, findings=(finding,))
    known.reports.keep(report)
    assert gus.get("/api/v1/readiness").json_body == {
        "checked_at": "2026-11-21T19:30:00Z",
        "is_covered_tonight": True,
        "findings": [{"gravity": "soon", "what": "Ana has no phone", "remedy": "Add one"}],
    }
    known.reports.keep(replace(report, findings=()))
    assert gus.get("/api/v1/readiness").json_body["findings"] == []
