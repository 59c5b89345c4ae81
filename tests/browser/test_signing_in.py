"""Signing in on another page, staying signed in, and signing out, in a real browser."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, expect

import app as product
from chalicelib import wiring
from chalicelib.domain.errors import SourceUnavailable
from chalicelib.domain.ticket import AgentId, TicketState
from chalicelib.ports import Issued
from infra.local.http import Server
from infra.local.identity import SIGNED_IN_FOR, LocalIdentity, Person
from tests.browser.conftest import Visitors
from tests.web.office import Office
from tests.web.oncall import OnCall

PEOPLE = (
    Person(id="gus", name="Gus Gruber", roles=("agent",)),
    Person(id="mia", name="Mia Moser", roles=("agent", "lead")),
    Person(id="new", name="Nele Neu", roles=()),
)


class Door(LocalIdentity):
    """The sign-in of this machine, in front of an office; `is_away` while it does not answer."""

    is_away = False

    def renew(self, refresh_token: str, *, now: datetime) -> Issued:
        if self.is_away:
            raise SourceUnavailable("the user pool does not answer")
        return super().renew(refresh_token, now=now)


@pytest.fixture
def door(office: Office) -> Door:
    return Door(now=lambda: office.now, people=lambda: PEOPLE)


@pytest.fixture
def address(office: Office, door: Door) -> Iterator[str]:
    """Where that office answers, with its sign-in."""
    with Server(product.app, port=0, local=door.answer) as server:
        office.parameters.address = server.address
        office.parameters.pool = door.pool(server.address)
        with wiring.override(key_sets=door, sessions=door, now=lambda: office.now):
            yield f"{server.address}/"


@pytest.fixture
def visitors(
    chromium: Browser, address: str, office: Office, on_call: OnCall
) -> Iterator[Visitors]:
    visitors = Visitors(chromium, address, office)
    yield visitors
    visitors.leave()
    assert visitors.troubles == []


def sign_in(page: Page, name: str = "Gus Gruber") -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=name).click()


def refreshes(page: Page) -> list[Request]:
    """The requests by which the page goes on with its session, from now on."""
    asked: list[Request] = []
    page.on("request", lambda one: asked.append(one) if "session/refresh" in one.url else None)
    return asked


def test_somebody_chooses_who_they_are_and_is_in_and_out_again(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page)
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    expect(page.locator(".me")).to_contain_text("Gus Gruber")
    page.reload()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    kept = page.evaluate("Object.keys(sessionStorage)")
    assert not {"nightdesk.session", "nightdesk.sign-in"} & set(kept)
    page.reload()
    sign_in(page, "Mia Moser")
    expect(page.locator(".me")).to_contain_text("Mia Moser")


def test_who_signed_out_cannot_go_on_with_what_they_had(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()
    kept = page.evaluate("sessionStorage.getItem('nightdesk.session')")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    office.pass_time(days=SIGNED_IN_FOR.days + 1)
    page.evaluate("kept => sessionStorage.setItem('nightdesk.session', kept)", kept)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("sign in again")


def test_the_code_leaves_the_address_at_once_and_the_view_is_what_it_was(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = visitors.page()
    page.goto(f"{visitors.address}#/ticket/{ticket.id}")
    sign_in(page)
    expect(page.locator("#ticket-heading")).to_be_visible()
    assert page.url == f"{visitors.address}#/ticket/{ticket.id}"
    page.reload()
    expect(page.locator("#ticket-heading")).to_be_visible()


def test_a_sign_in_that_was_begun_elsewhere_opens_nothing(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{visitors.address}?code=stolen&state=guessed")
    expect(page.get_by_role("alert")).to_contain_text("not begun in this tab")
    assert page.url == visitors.address
    assert not [url for url in asked if "/api/v1/session" in url]


def test_what_the_sign_in_page_says_is_not_repeated(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(f"{visitors.address}?error=x&error_description=Call%20555-0100%20to%20unlock")
    expect(page.get_by_role("alert")).to_contain_text("said no")
    assert "555" not in page.inner_text("body")


def test_who_has_no_role_hears_it_and_is_not_in(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page, "Nele Neu")
    expect(page.get_by_role("alert")).to_contain_text("ask your lead")


def test_a_token_that_runs_out_while_somebody_types_is_renewed_and_nothing_is_lost(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.page()
    page.goto(f"{visitors.address}#/ticket/{ticket.id}")
    sign_in(page)
    asked = refreshes(page)
    box = page.get_by_role("textbox").first
    box.fill("We are on it, and")
    office.pass_time(days=SIGNED_IN_FOR.days, minutes=1)
    with page.expect_response(lambda one: "session/refresh" in one.url):
        box.press_sequentially(" so is Ana")
    expect(page.locator(".connection.live")).to_be_visible()
    expect(box).to_have_value("We are on it, and so is Ana")
    assert len(asked) == 1


def test_a_session_is_renewed_before_it_runs_out(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()
    refused: list[int] = []
    page.on("response", lambda one: refused.append(one.status) if one.status == 401 else None)
    office.now += SIGNED_IN_FOR - timedelta(minutes=4)
    with page.expect_response(lambda one: "session/refresh" in one.url):
        page.reload()
    assert refused == []


def test_while_the_user_pool_is_away_nobody_is_signed_out(
    office: Office, visitors: Visitors, door: Door
) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()
    office.pass_time(days=SIGNED_IN_FOR.days, minutes=1)
    door.is_away = True
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    door.is_away = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".connection.live")).to_be_visible()


def test_a_session_that_is_over_leads_back_to_the_sign_in_and_says_so(
    office: Office, visitors: Visitors, door: Door
) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()
    kept = page.evaluate("JSON.parse(sessionStorage.getItem('nightdesk.session'))")
    door.end(kept["refresh_token"], now=office.now)
    office.pass_time(days=SIGNED_IN_FOR.days, minutes=1)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("expired")
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()


def test_no_script_of_the_page_asks_another_host(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(visitors.address)
    sign_in(page)
    expect(page.locator(".connection.live")).to_be_visible()
    assert not [url for url in asked if not url.startswith(visitors.address)]
