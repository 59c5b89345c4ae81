"""Both themes, wide and narrow: nothing runs out of the page, nothing shuts anybody out."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState
from tests.browser.conftest import Visitors
from tests.builders import a_mention, a_reply, mention_number
from tests.web.office import Office

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def furnish(office: Office) -> str:
    """A desk on which everything is to be seen; the id of the ticket that Gus holds."""
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
    office.add_incident(loudness=37, quote=long, author="a" * 80)
    taken = office.add_incident(topic=Topic.SAFETY)
    office.acknowledging.acknowledge(taken.id, "ben", now=office.now)
    replies = (
        a_reply(id="reply-sent", state=ReplyState.SENT, url="https://social.example/1"),
        a_reply(id="reply-refused", state=ReplyState.REFUSED, refusal="the post is gone"),
        a_reply(id="reply-unknown", state=ReplyState.UNKNOWN, text=long),
    )
    mention = a_mention(text=long, author=Author(handle="b" * 90, name="c" * 90, followers=1))
    mine = office.add_ticket(
        mention, holder=AgentId("gus"), state=TicketState.CLAIMED, replies=replies
    )
    office.add_ticket(mention_number(2), urgency=Urgency.SOON)
    office.add_ticket(
        mention_number(3),
        urgency=Urgency.ANSWER,
        holder=AgentId("mia"),
        state=TicketState.CLAIMED,
    )
    return mine.id


def sign_in(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    page.goto(visitors.address)
    expect(page.get_by_label("Your token")).to_be_visible()
    return page


def queue(visitors: Visitors, width: int, theme: str) -> Page:
    furnish(visitors.office)
    page = visitors.agent(width=width, theme=theme)
    expect(page.locator(".ticket")).to_have_count(3)
    expect(page.locator(".incident")).to_have_count(2)
    return page


def ticket(visitors: Visitors, width: int, theme: str) -> Page:
    page = queue(visitors, width, theme)
    page.locator(".ticket").first.click()
    expect(page.locator(".reply")).to_have_count(3)
    page.get_by_label("Your public reply").fill("x" * 600)
    return page


def help_(visitors: Visitors, width: int, theme: str) -> Page:
    page = queue(visitors, width, theme)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def outcome(visitors: Visitors, width: int, theme: str) -> Page:
    visitors.office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent(width=width, theme=theme)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def refusal(visitors: Visitors, width: int, theme: str) -> Page:
    visitors.office.add_ticket(holder=AgentId("mia"), state=TicketState.CLAIMED)
    page = visitors.agent(width=width, theme=theme)
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def empty(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.agent(width=width, theme=theme)
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    return page


def link(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    incident = visitors.office.add_incident(loudness=37, author="a" * 80, quote="W" * 500)
    page.goto(visitors.address + visitors.office.add_link(incident)[1:])
    return page


def link_acknowledged(visitors: Visitors, width: int, theme: str) -> Page:
    page = link(visitors, width, theme)
    page.get_by_role("button").click()
    expect(page.locator(".state")).to_contain_text("You have it")
    return page


def link_forged(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    page.goto(f"{visitors.address}a/forged")
    return page


SCENES: list[Callable[[Visitors, int, str], Page]] = [
    sign_in,
    queue,
    ticket,
    help_,
    outcome,
    refusal,
    empty,
    link,
    link_acknowledged,
    link_forged,
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_nobody_is_shut_out(
    visitors: Visitors, scene: Callable[[Visitors, int, str], Page], theme: str
) -> None:
    page = scene(visitors, 1280, theme)
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scene", SCENES)
def test_a_phone_of_320_pixels_never_scrolls_sideways(
    visitors: Visitors, scene: Callable[[Visitors, int, str], Page]
) -> None:
    page = scene(visitors, 320, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scene", [queue, ticket, outcome])
def test_what_a_finger_must_hit_is_44_pixels_high(
    visitors: Visitors, scene: Callable[[Visitors, int, str], Page]
) -> None:
    page = scene(visitors, 360, "light")
    heights = page.locator("button:visible, .ticket:visible, .back:visible").evaluate_all(
        "(found) => found.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert heights
    assert [one for one in heights if one[1] < 44] == []
