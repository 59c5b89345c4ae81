"""How often the page asks: each request costs money."""

from playwright.sync_api import Page

from chalicelib.web.site import VERSION
from tests.browser.conftest import Visitors
from tests.builders import NOW
from tests.web.office import Office

START = """async (address) => {
  const { keepAsking } = await import(address);
  window.asked = 0;
  window.failing = false;
  keepAsking(async () => {
    window.asked += 1;
    if (window.failing) throw new Error("the desk fails");
  });
}"""
HIDE = """(is_hidden) => {
  Object.defineProperty(document, "hidden", { value: is_hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def begin(visitors: Visitors) -> Page:
    page = visitors.page()
    page.clock.install(time=NOW)
    page.goto(visitors.address)
    page.clock.pause_at(NOW.replace(hour=23))
    page.evaluate(START, f"{visitors.address}static/{VERSION}/rhythm.js")
    return page


def asked_within(page: Page, seconds: int) -> int:
    before = int(page.evaluate("window.asked"))
    page.clock.run_for(seconds * 1000)
    return int(page.evaluate("window.asked")) - before


def test_it_asks_every_5_seconds_and_every_30_when_nobody_is_there(
    office: Office, visitors: Visitors
) -> None:
    page = begin(visitors)
    assert page.evaluate("window.asked") == 1
    assert asked_within(page, 60) == 12
    asked_within(page, 61)
    assert asked_within(page, 120) == 4
    page.mouse.click(5, 5)
    assert asked_within(page, 60) == 12


def test_it_does_not_ask_while_nobody_can_see_it(office: Office, visitors: Visitors) -> None:
    page = begin(visitors)
    page.evaluate(HIDE, True)
    assert asked_within(page, 600) == 0
    page.mouse.move(1, 1)
    before = page.evaluate("window.asked")
    page.evaluate(HIDE, False)
    assert page.evaluate("window.asked") == before + 1


def test_it_asks_less_often_while_the_desk_fails(office: Office, visitors: Visitors) -> None:
    page = begin(visitors)
    page.evaluate("window.failing = true")
    assert asked_within(page, 60) <= 4
    page.evaluate("window.failing = false")
    page.evaluate("dispatchEvent(new Event('online'))")
    assert asked_within(page, 60) >= 12
