"""Who is on call, as a drawing and as a list; and whether all is ready for the night."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitors
from tests.browser.night import Night, a_finding, a_problem, a_schedule, a_shift
from tests.builders import NOW
from tests.web.office import Office

MONDAY = NOW.replace(day=23, hour=8, minute=0)
"""9:00 in Vienna."""

HAIR = 0.03
"""Of a day: a shift is drawn this exactly."""


def weekly() -> list[dict[str, object]]:
    """Ana until Monday, a week of Ben with a gap at its weekend, then Ana and Dana for a month."""
    week = timedelta(days=7)
    weekend = MONDAY + timedelta(days=4, hours=9)
    return [
        a_shift("Ana", NOW - timedelta(hours=20), MONDAY),
        a_shift("Ben", MONDAY, weekend),
        a_shift("Fay", weekend, MONDAY + timedelta(days=6), is_gap=True),
        a_shift("Ben", MONDAY + timedelta(days=6), MONDAY + week),
        a_shift("Ana", MONDAY + week, MONDAY + 12 * week, also=["Dana"]),
    ]


@pytest.fixture
def night() -> Night:
    return Night(schedules=[a_schedule(weekly())])


def opened(visitors: Visitors, night: Night, *, width: int = 1280, where: str = "#on-call") -> Page:
    """The view of who is on call."""
    page = visitors.page(width=width)
    page.clock.set_fixed_time(NOW)
    night.answer_to(page)
    visitors.enter(page)
    expect(page.locator(".connection.live")).to_be_visible()
    page.evaluate("(where) => { location.hash = where; }", where)
    expect(page.get_by_role("heading", name="On call", exact=True)).to_be_focused()
    expect(page.locator(".schedule, .trouble:not(:empty)").first).to_be_visible()
    return page


def shifts(page: Page, week: int) -> list[str]:
    """What the shifts of a week say, to whoever reads or hears them."""
    texts = page.locator(".week").nth(week).locator(".shift").all_text_contents()
    return [" ".join(text.split()) for text in texts]


def span(shift: Locator, days: Locator) -> tuple[float, float]:
    """From where to where a shift is drawn, in days of its week."""
    bar, week = shift.bounding_box(), days.bounding_box()
    assert bar is not None
    assert week is not None
    day = week["width"] / 7
    from_ = (bar["x"] - week["x"]) / day
    return from_, from_ + bar["width"] / day


def test_it_says_who_is_on_call_now_and_until_when(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    schedule = page.get_by_role("region", name="nights")
    expect(schedule.locator(".current")).to_have_text(
        "Ana on call until Mon 23 Nov, 09:00 (in 36 h 30 min)"
    )
    expect(schedule).to_contain_text("Lea is told of gaps.")


def test_each_week_reads_as_a_list_of_its_shifts(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    expect(page.locator(".week h4")).to_have_text(
        ["This week", "Week of 23 Nov", "Week of 30 Nov", "Week of 7 Dec"]
    )
    assert shifts(page, 0) == ["Ana the rest of the week"]
    assert shifts(page, 1) == [
        "Ana until Mon 09:00",
        "Ben Mon 09:00 to Fri 18:00",
        "gap: Fay stands in Fri 18:00 to Sun 09:00",
        "Ben from Sun 09:00",
    ]
    assert shifts(page, 2) == ["Ben until Mon 09:00", "Ana and Dana from Mon 09:00"]
    assert shifts(page, 3) == ["Ana and Dana all week"]


def test_a_shift_is_drawn_where_it_lies_in_the_week(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    week = page.locator(".week").nth(1)
    spans = [span(one, week.locator(".days")) for one in week.locator(".shift").all()]
    edges = [(0, 9 / 24), (9 / 24, 4.75), (4.75, 6 + 9 / 24), (6 + 9 / 24, 7)]
    assert spans == [pytest.approx(one, abs=HAIR) for one in edges]
    expect(week.locator(".shift.gap")).to_have_css(
        "background-image", re.compile("repeating-linear-gradient")
    )


def test_today_is_marked_and_so_is_this_hour(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    expect(page.locator(".days .today")).to_have_text("Sat 21")
    expect(page.locator(".now")).to_have_count(1)
    at, _ = span(page.locator(".now"), page.locator(".days").first)
    assert at == pytest.approx(5 + 20.5 / 24, abs=HAIR)  # Saturday, 20:30


def test_a_day_of_23_hours_is_drawn_as_wide_as_the_others(visitors: Visitors, night: Night) -> None:
    """Clocks go forward on 28 March 2027; noon stays in the middle of that Sunday."""
    night.now = NOW.replace(year=2027, month=3, day=22)
    noon = night.now.replace(day=28, hour=10, minute=0)
    night.schedules = [
        a_schedule(
            [a_shift("Ana", night.now, noon), a_shift("Ben", noon, noon + timedelta(days=9))]
        )
    ]
    visitors.office.now = night.now
    page = visitors.page()
    page.clock.set_fixed_time(night.now)
    night.answer_to(page)
    visitors.enter(page)
    page.evaluate("() => { location.hash = '#/on-call'; }")
    expect(page.locator(".week")).to_have_count(4)
    week = page.locator(".week").first
    # 12:00 on a wall that was put forward at 2:00 is the eleventh of 23 hours.
    from_, _ = span(week.locator(".shift").last, week.locator(".days"))
    assert from_ == pytest.approx(6 + 11 / 23, abs=HAIR / 3)
    assert shifts(page, 0) == ["Ana until Sun 12:00", "Ben from Sun 12:00"]


def test_times_are_the_viewers_and_the_zone_of_another_schedule_is_named(
    visitors: Visitors, night: Night
) -> None:
    night.schedules.append(a_schedule(weekly(), name="it", zone="America/New_York"))
    page = opened(visitors, night)
    expect(page.get_by_text("Times are yours: Europe/Vienna")).to_be_visible()
    other = page.get_by_role("region", name="it", exact=True)
    expect(other).to_contain_text("Hands over by the clock of America/New_York.")
    expect(page.get_by_role("region", name="nights")).not_to_contain_text("Hands over")


def test_nobody_by_the_schedule_is_said_with_who_stands_in(
    visitors: Visitors, night: Night
) -> None:
    until = NOW + timedelta(hours=2)
    night.schedules = [
        a_schedule([a_shift("Fay", NOW, until, is_gap=True), a_shift("Ana", until, MONDAY)])
    ]
    page = opened(visitors, night)
    expect(page.locator(".current.gap")).to_have_text(
        "Nobody by the schedule: Fay stands in until 22:30 (in 2 h)"
    )


def test_weeks_are_turned_and_stand_in_the_address(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    expect(page.get_by_text("16 Nov to 13 Dec")).to_be_visible()
    expect(page.get_by_text("‹ Earlier")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_text("14 Dec to 10 Jan")).to_be_visible()
    assert page.url.endswith("#/on-call/2026-12-14")
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_text("11 Jan to 7 Feb")).to_be_visible()
    expect(page.get_by_text("Later ›")).to_have_attribute("aria-disabled", "true")
    page.go_back()
    expect(page.get_by_text("14 Dec to 10 Jan")).to_be_visible()
    page.get_by_role("link", name="Earlier").click()
    expect(page.locator(".days .today")).to_be_visible()
    assert [one for one in night.asked if "on-call" in one] == [
        "GET on-call?weeks=4",
        "GET on-call?weeks=8",
        "GET on-call?weeks=12",
        "GET on-call?weeks=12",
        "GET on-call?weeks=12",
    ]


@pytest.mark.parametrize("where", ["#/on-call/2020-01-01", "#/on-call/never", "#/on-call/%zz"])
def test_an_address_of_no_week_to_come_shows_something_sensible(
    visitors: Visitors, night: Night, where: str
) -> None:
    if "%" in where:
        page = visitors.agent()
        page.evaluate("(where) => { location.hash = where; }", where)
        expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        return
    page = opened(visitors, night, where=where)
    expect(page.locator(".days .today")).to_be_visible()


def test_on_a_phone_shifts_stand_beneath_each_other_for_two_weeks(
    visitors: Visitors, night: Night
) -> None:
    page = opened(visitors, night, width=360)
    expect(page.locator(".week")).to_have_count(2)
    expect(page.locator(".days").first).to_be_hidden()
    boxes = [one.bounding_box() for one in page.locator(".week").nth(1).locator(".shift").all()]
    tops = [box["y"] for box in boxes if box]
    assert len(tops) == 4
    assert tops == sorted(set(tops))
    assert {box["width"] for box in boxes if box} == {boxes[0] and boxes[0]["width"]}


def test_schedules_that_cannot_be_had_are_said_to_and_tried_again(
    visitors: Visitors, night: Night
) -> None:
    night.refusals = [a_problem("something failed here; it has been noted", status=500)] * 3
    page = opened(visitors, night)
    expect(page.get_by_role("alert")).to_contain_text(
        "The schedules could not be loaded: something failed here"
    )
    night.refusals = []
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".schedule")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_calendar_address_is_copied(visitors: Visitors, night: Night) -> None:
    url = "https://desk.example/api/calendar/person/ana/AbCdEfGhIjKlMnOpQrStUv"
    night.calendars = [{"kind": "person", "name": "ana", "url": url}]
    page = opened(visitors, night)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_label("Ana, all shifts")).to_be_hidden()
    page.get_by_text("Subscribe in a calendar").click()
    expect(page.get_by_label("Ana, all shifts")).to_have_value(url)
    page.get_by_role("button", name="Copy the address of Ana").click()
    expect(page.locator(".unseen[role=status]")).to_have_text("The address is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == url


def test_an_address_that_may_not_be_copied_is_selected(visitors: Visitors, night: Night) -> None:
    night.calendars = [{"kind": "schedule", "name": "nights", "url": "https://desk.example/c"}]
    page = opened(visitors, night)
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    page.get_by_text("Subscribe in a calendar").click()
    page.get_by_role("button", name="Copy the address of nights").click()
    expect(page.get_by_label("Schedule nights")).to_be_focused()
    expect(page.locator(".unseen[role=status]")).to_contain_text("press Ctrl or ⌘ + C")
    assert page.evaluate("String(getSelection())") == "https://desk.example/c"


# --- readiness ---------------------------------------------------------------------------


def test_when_all_is_well_one_line_says_so(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    expect(page.get_by_role("region", name="Readiness")).to_have_text("Checked 20:00, all well")
    expect(page.locator(".banner")).to_be_hidden()


def test_findings_stand_with_their_gravity_and_their_remedy(
    visitors: Visitors, night: Night
) -> None:
    night.findings = [
        a_finding("soon", "nights has a gap on Friday.", "Add somebody."),
        a_finding("note", "Ben's e-mail was never verified."),
    ]
    page = opened(visitors, night)
    readiness = page.get_by_role("region", name="Readiness")
    expect(readiness).to_contain_text("Checked 20:00, 2 things to see to")
    expect(readiness.locator("li").first).to_have_text(
        "Soonnights has a gap on Friday.Add somebody."
    )
    expect(page.locator(".banner")).to_be_hidden()


def test_a_night_that_is_not_covered_is_told_on_every_view(
    office: Office, visitors: Visitors, night: Night
) -> None:
    night.is_covered_tonight = False
    night.findings = [
        a_finding("note", "something small"),
        a_finding("tonight", "Ana has opted out", "Let her send START"),
    ]
    page = visitors.page()
    night.answer_to(page)
    visitors.enter(page)
    banner = page.locator(".banner")
    expect(banner).to_have_text("Tonight is not covered: Ana has opted out. What to do")
    banner.get_by_role("link", name="What to do").click()
    expect(page.get_by_role("region", name="Readiness")).to_contain_text("Let her send START")
    expect(banner).to_be_visible()


def test_a_report_that_is_missing_or_old_is_not_taken_for_well(
    visitors: Visitors, night: Night
) -> None:
    night.checked_at = None
    page = opened(visitors, night)
    readiness = page.get_by_role("region", name="Readiness")
    expect(readiness).to_contain_text("Not checked yet")
    night.checked_at = NOW - timedelta(hours=30)
    page.evaluate("() => { location.hash = '#/'; }")
    page.evaluate("() => { location.hash = '#/on-call'; }")
    expect(readiness).to_contain_text("too long ago to rely on")
    expect(readiness).to_have_class("readiness")


def test_who_is_on_call_and_readiness_are_asked_for_when_opened_and_not_every_5_seconds(
    office: Office, visitors: Visitors, night: Night
) -> None:
    page = visitors.page()
    page.clock.install(time=NOW)
    night.answer_to(page)
    visitors.enter(page)
    expect(page.locator(".connection.live")).to_be_visible()
    assert night.asked == ["GET readiness"]
    page.evaluate("() => { location.hash = '#/on-call'; }")
    expect(page.locator(".schedule")).to_be_visible()
    page.clock.run_for(60_000)
    assert sorted(night.asked) == ["GET on-call?weeks=4", "GET readiness", "GET readiness"]
    with page.expect_response("**/api/v1/readiness"):
        page.clock.fast_forward(61 * 60_000)
        page.keyboard.press("Shift")  # somebody is back: it asks every 5 s again
    assert sorted(night.asked) == [
        "GET on-call?weeks=4",
        "GET readiness",
        "GET readiness",
        "GET readiness",
    ]
