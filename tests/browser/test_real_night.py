"""The views of the night over the product's own routes, and that `Night` speaks as they do."""

import re
from typing import Any

from playwright.sync_api import expect

from chalicelib.domain.readiness import Finding, Gravity, report_of
from tests.browser.conftest import Visitors
from tests.browser.night import Night, a_contact, a_finding, a_person, a_schedule, a_shift
from tests.builders import ANA, BEN, NOW, a_desk
from tests.builders import a_schedule as a_real_schedule
from tests.web.office import Browser, Office
from tests.web.oncall import OnCall


def shape(value: Any) -> Any:
    """What an answer is made of: the names of its fields and what lists hold, not the values."""
    match value:
        case dict():
            return {name: shape(one) for name, one in value.items()}
        case [first, *_]:
            return [shape(first)]
    return type(value).__name__ if isinstance(value, list | bool) else ""


def test_the_night_of_these_tests_speaks_as_the_routes_do(office: Office, on_call: OnCall) -> None:
    finding = Finding(gravity=Gravity.NOTE, what="one thing", remedy="do it")
    on_call.reports.keep(report_of([finding], now=NOW))
    office.desks.put(a_desk(schedules=(a_real_schedule(ANA, BEN),)), now=NOW)
    shift = a_shift("Ana", NOW, NOW)
    night = Night(
        schedules=[a_schedule([shift])],
        calendars=[{"kind": "person", "name": "ana", "url": "https://desk.example/"}],
        responders=[a_person("Ana", a_contact())],
        findings=[a_finding("note", "one thing")],
    )
    gus = Browser(office.token("gus"))
    for what in ("on-call", "responders", "readiness"):
        real = gus.get(f"/api/v1/{what}").json_body
        assert shape(night.found(f"GET {what}")) == shape(real), what


def test_who_is_on_call_is_drawn_from_the_real_schedule(
    office: Office, on_call: OnCall, visitors: Visitors
) -> None:
    office.desks.put(a_desk(schedules=(a_real_schedule(ANA, BEN),)), now=NOW)
    on_call.reports.keep(report_of([], now=NOW))
    page = visitors.page()
    page.clock.set_fixed_time(NOW)
    visitors.enter(page)
    page.get_by_role("link", name="On call").click()
    expect(page.get_by_role("region", name="Readiness")).to_have_text("Checked 20:30, all well")
    schedule = page.get_by_role("region", name="primary")
    expect(schedule.locator(".current")).to_contain_text("until Mon 23 Nov, 09:00 (in 36 h 30 min)")
    expect(schedule.locator(".shift")).to_have_count(7)
    for _ in range(2):
        page.get_by_role("link", name="Later").click()
    expect(page.get_by_text("11 Jan to 7 Feb")).to_be_visible()
    expect(schedule.locator(".week").last.locator(".shift")).to_have_count(2)
    page.get_by_text("Subscribe in a calendar").click()
    expect(page.get_by_label("Ana, all shifts")).to_have_value(
        re.compile("^https://.+/calendar/person/ana/[A-Za-z0-9_-]+$")
    )


def test_a_test_page_is_answered_by_typing_the_code_it_brought(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    visitors.enter(page)
    page.get_by_role("link", name="Phones").click()
    page.get_by_role("button", name="Send a test to Ana by SMS").click()
    code = page.locator("#code-ana-sms")
    expect(code).to_be_focused()
    (note,) = office.phones.notes(ANA)
    found = re.search(r"\b[BCDFGHJKMNPQRSTVWXYZ]{5}\b", note)
    assert found is not None, note
    code.fill("ZZZZZ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="code")).to_be_visible()
    code.fill(found[0].lower())
    page.keyboard.press("Enter")
    expect(page.locator(".unseen[role=status]")).to_have_text("Verified: SMS of Ana.")
    (contact,) = office.contacts.of(ANA)
    assert contact.is_verified
    page.get_by_role("button", name="Send a test to Ana by SMS").click()
    expect(page.locator(".way .trouble").filter(has_text="minute")).to_be_visible()
    assert len(office.phones.notes(ANA)) == 1


def test_a_night_without_cover_is_told_by_the_real_report(
    office: Office, on_call: OnCall, visitors: Visitors
) -> None:
    finding = Finding(
        gravity=Gravity.TONIGHT, what="nobody of primary can be reached", remedy="add a phone"
    )
    on_call.reports.keep(report_of([finding], now=NOW))
    page = visitors.agent()
    expect(page.locator(".banner")).to_contain_text(
        "Tonight is not covered: nobody of primary can be reached."
    )
