"""The link of an SMS on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.domain.signal import Topic
from tests.browser.conftest import Visitors
from tests.browser.test_appearance import AXE
from tests.web.office import Office


def test_the_button_works_on_a_phone_without_scripts(office: Office, visitors: Visitors) -> None:
    incident = office.add_incident(loudness=12)
    page = visitors.page(width=320, height=640, scripts=False)
    page.goto(visitors.address + office.add_link(incident)[1:])
    button = page.get_by_role("button", name="I have it")
    expect(button).to_be_in_viewport()
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert office.incidents.get(incident.id) == incident
    button.click()
    expect(page.locator(".state")).to_contain_text("You have it, since 20:30.")
    over = page.get_by_role("button")
    expect(over).to_have_text("It is over")
    below = over.bounding_box()
    assert below is not None
    assert below["height"] >= 44
    assert below["y"] + below["height"] < box["y"]  # a second tap must not end it
    over.click()
    expect(page.locator(".state")).to_contain_text("It is over: you resolved it")
    expect(page.get_by_role("button")).to_have_text(["Yes", "No"])
    page.get_by_role("button", name="No").click()
    expect(page.locator(".state")).to_contain_text("it was not worth waking you")


def test_everything_but_the_first_button_is_folded_away_and_large_enough_for_a_thumb(
    office: Office, visitors: Visitors
) -> None:
    incident = office.add_incident()
    page = visitors.page(width=320, height=640, scripts=False)
    page.goto(visitors.address + office.add_link(incident)[1:])
    expect(page.get_by_role("button")).to_have_text(["I have it"])
    page.get_by_text("I cannot take it").click()
    page.get_by_label("Hand it to").select_option("Lea")
    for control in (*page.get_by_role("button").all(), page.get_by_label("Hand it to")):
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.get_by_role("button", name="Ring this person now").click()
    expect(page.locator(".state")).to_contain_text("We are ringing Lea.")
    assert [sent.to for sent in office.phones.pages()] == ["lea"]
    office.pass_time(minutes=1)
    page.get_by_role("button", name="I have it").click()
    page.get_by_text("Later, or somebody else").click()
    page.get_by_role("button", name="In 2 hours").click()
    expect(page.locator(".state")).to_contain_text("It rings again at 22:31")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_double_click_and_a_reload_ring_nobody_twice(office: Office, visitors: Visitors) -> None:
    page = visitors.page(scripts=False)
    page.goto(visitors.address + office.add_link(office.add_incident())[1:])
    page.get_by_text("I cannot take it").click()
    page.get_by_role("button", name="Ring the next person now").dblclick()
    expect(page.locator(".state")).to_contain_text("Nobody has it yet.")
    office.pass_time(minutes=5)
    page.reload()
    expect(page.locator(".state")).to_contain_text("Nobody has it yet.")
    assert len(office.phones.pages()) == 1


def test_one_button_takes_all_incidents_of_a_message(office: Office, visitors: Visitors) -> None:
    incidents = [office.add_incident(), office.add_incident(topic=Topic.SAFETY)]
    page = visitors.page(width=320, height=640, scripts=False)
    page.goto(visitors.address + office.add_link(*incidents)[1:])
    button = page.get_by_role("button", name="I have all 2")
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.get_by_role("button", name="It is over")).to_have_count(2)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_state_of_the_page_shuts_anybody_out(
    office: Office, visitors: Visitors, theme: str
) -> None:
    incident, other = office.add_incident(loudness=3), office.add_incident(topic=Topic.SAFETY)
    page = visitors.page(width=320, theme=theme)
    page.goto(visitors.address + office.add_link(incident)[1:])
    page.locator("summary").click()
    _everybody_can_use(page)
    page.get_by_role("button", name="I have it").click()
    page.locator("summary").click()
    _everybody_can_use(page)
    page.get_by_role("button", name="It is over").click()
    page.get_by_role("button", name="Yes").click()
    page.locator("summary").click()
    _everybody_can_use(page)
    page.goto(visitors.address + office.add_link(incident, other, secret="B" * 22)[1:])
    for summary in page.locator("summary").all():
        summary.click()
    _everybody_can_use(page)
    page.goto(visitors.address + office.add_link(secret="C" * 22)[1:])
    _everybody_can_use(page)


def _everybody_can_use(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_page_works_beneath_the_prefix_of_a_stage(office: Office, visitors: Visitors) -> None:
    """API Gateway serves the routes under `/api/`; nothing may point outside of it."""
    incident = office.add_incident()
    path = office.add_link(incident)
    page = visitors.page()
    asked: list[str] = []
    prefixed = f"{visitors.address}api/"
    page.on("request", lambda request: asked.append(request.url))
    page.route(
        f"{prefixed}**",
        lambda route: route.fulfill(
            response=route.fetch(
                url=route.request.url.replace(prefixed, visitors.address),
                # What the browser sends along and Playwright leaves out of its own request.
                headers={**route.request.headers, "sec-fetch-site": "same-origin"},
            )
        ),
    )
    page.goto(prefixed + path[1:])
    page.get_by_role("button", name="I have it").click()
    expect(page.locator(".state")).to_contain_text("You have it")
    visitors.enter(page, address=prefixed)
    expect(page.locator(".connection.live")).to_be_visible()
    assert [url for url in asked if not url.startswith(prefixed)] == []
    # The page may be asking just now, for what other views need or for news: not without the prefix
    # that only this test serves.
    page.close()
