"""Tickets as agents find them open, and what the tests of their view do again and again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.answering.rules import AnsweringRules, SavedReply
from chalicelib.domain.mention import Mention
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import AgentId, Ticket, TicketState
from chalicelib.domain.ticket.ticket import Post
from tests.browser.conftest import Visitors
from tests.builders import NOW, a_desk, a_mention
from tests.web.office import Office

SAVED = (
    SavedReply(name="delay", text="Hi {first_name}, {agent} here. {personal} More within an hour."),
    SavedReply(name="outage", text="Hi {first_name}, we are on it.", topics=(Topic.OUTAGE,)),
    SavedReply(name="solved-in-public", text="Hi {first_name}, glad it works again! {personal}"),
    SavedReply(name="elsewhere", text="Not for this brand.", brands=("other",)),
)


def decide(office: Office, **rules: Any) -> None:
    """What the company has decided about answering."""
    office.desks.put(replace(a_desk(), answering=AnsweringRules(**rules)), now=NOW)


def a_talk(office: Office, mention: Mention | None = None, **over: Any) -> Ticket:
    """A ticket that Gus is at."""
    held = {
        "holder": AgentId("gus"),
        "state": TicketState.CLAIMED,
        "held_until": NOW + timedelta(minutes=20),
    }
    return office.add_ticket(mention, **{**held, **over})


def a_post(number: int, text: str = "and now?", *, mood: float = 0.0, **over: Any) -> Post:
    """What the customer said further, `number` seconds after the first time."""
    at = NOW - timedelta(seconds=60 - number)
    mention = a_mention(platform_id=f"post-{number}", text=text, posted_at=at, **over)
    return Post(mention=mention, mood=mood)


def open_ticket(visitors: Visitors, ticket: Ticket, id: str = "gus", **over: Any) -> Page:
    """A page that shows one ticket to somebody who signed in."""
    page = visitors.agent(id, **over)
    show(page, ticket)
    return page


def show(page: Page, ticket: Ticket) -> None:
    page.evaluate("(id) => { location.hash = `#/ticket/${id}`; }", ticket.id)
    expect(page.locator("#ticket-heading")).to_be_focused()
    expect(page.locator(".thread > li").first).to_be_visible()


def box(page: Page) -> Locator:
    """Where the answer is written."""
    return page.locator("#reply-text")


def write(page: Page, text: str = "Hi Carla, so sorry. We are on it") -> None:
    """Write an answer that the house has nothing against."""
    box(page).fill(text)


def send(page: Page) -> None:
    page.locator(".composer [type=submit]").click()


def bar(page: Page, name: str) -> Locator:
    return page.locator(".bar").get_by_role("button", name=name)


def stored(office: Office, ticket: Ticket) -> Ticket:
    found = office.tickets.get(ticket.id)
    assert found is not None
    return found


def said(replies: Sequence[tuple[Mention, Any]]) -> list[str]:
    """What a platform was given to publish."""
    return [reply.text for _, reply in replies]


def hold_news(page: Page, ticket: Ticket) -> None:
    """The page learns nothing more of a ticket by itself, until it has tried to change it."""
    tried: list[str] = []
    page.on("request", lambda one: tried.append(one.url) if one.method == "POST" else None)
    page.route(
        f"**/api/v1/tickets/{ticket.id}",
        lambda route: route.continue_() if tried else route.fulfill(status=304),
    )


def customer_writes(office: Office, ticket: Ticket, text: str = "hello? anybody?") -> None:
    """The customer says more while somebody is at the ticket."""
    now = stored(office, ticket)
    post = replace(a_post(59, text), mood=-0.9)
    office.tickets.save(replace(now, posts=(*now.posts, post), version=now.version + 1))
