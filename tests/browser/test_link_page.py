"""The link of an SMS on a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitors
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
    expect(page.get_by_role("button")).to_have_count(0)


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
    page.goto(f"{prefixed}#token={office.token()}")
    expect(page.locator(".connection.live")).to_be_visible()
    assert [url for url in asked if not url.startswith(prefixed)] == []
