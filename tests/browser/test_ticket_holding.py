"""Who has a ticket, who looks at it, when it comes back: on the page."""

from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Route, expect

from chalicelib import wiring
from chalicelib.domain.ticket import AgentId, TicketActKind, TicketState
from tests.browser.conftest import Visitors
from tests.browser.talks import (
    a_talk,
    bar,
    box,
    customer_writes,
    hold_news,
    open_ticket,
    show,
    stored,
    write,
)
from tests.builders import NOW
from tests.web.office import Office

MORNING = NOW.replace(hour=8, minute=0)
"""Nine o'clock in Vienna, on the day of NOW."""


# --- claim, release ----------------------------------------------------------------------


def test_a_ticket_is_claimed_and_given_back(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket()
    page = open_ticket(visitors, ticket)
    expect(page.get_by_text("Claim it to reply.")).to_be_visible()
    bar(page, "Claim").click()
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    expect(box(page)).to_be_visible()
    bar(page, "Release").click()
    expect(page.locator(".bar .holder")).to_have_text("Nobody has this ticket")
    expect(box(page)).to_be_hidden()
    assert stored(office, ticket).holder is None


def test_a_claim_shows_at_once_and_is_taken_back_when_the_desk_refuses(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = open_ticket(visitors, ticket)
    held: list[Route] = []
    page.route("**/claim", lambda route: held.append(route))
    with page.expect_request("**/claim"):
        page.keyboard.press("c")
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    office.tickets.save(
        replace(ticket, holder=AgentId("ana"), state=TicketState.CLAIMED, version=2)
    )
    held[0].continue_()
    expect(page.get_by_role("alert")).to_contain_text("Claiming did not work")
    expect(page.locator(".bar .holder")).to_have_text("Ana has it")


def test_a_claim_that_is_about_to_end_is_told_and_kept_by_a_sign(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office, held_until=NOW + timedelta(minutes=4))
    page = visitors.agent()
    page.route("**/presence", lambda route: route.abort())
    show(page, ticket)
    ending = page.locator(".ending")
    expect(ending).to_contain_text("Your claim returns to the queue in 4 min.")
    page.unroute("**/presence")
    ending.get_by_role("button", name="Keep it").click()
    expect(ending).to_be_hidden()
    office.pass_time(minutes=5)
    wiring.queue_clock().tick(office.now)
    assert stored(office, ticket).holder == "gus"


def test_a_page_that_nobody_touches_does_not_keep_a_claim(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = visitors.agent(at=NOW)
    page.evaluate("(id) => { location.hash = `#/ticket/${id}`; }", ticket.id)
    expect(box(page)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/presence" in one.url else None)
    page.clock.run_for(60_000)
    expect(box(page)).to_be_visible()
    while_used = len(asked)
    assert 3 <= while_used <= 6
    page.clock.fast_forward(10 * 60_000)
    expect(box(page)).to_be_visible()
    before = len(asked)
    page.clock.run_for(60_000)
    expect(box(page)).to_be_visible()
    assert len(asked) - before <= 1
    page.keyboard.press("Shift")
    with page.expect_request("**/presence"):
        page.clock.run_for(20_000)


# --- who looks ---------------------------------------------------------------------------


def test_who_looks_at_the_same_ticket_and_who_writes_is_shown(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    gus = open_ticket(visitors, ticket)
    ana = open_ticket(visitors, ticket, "ana")
    expect(ana.locator(".looking")).to_have_text("Gus looks at it too", timeout=30_000)
    write(gus)
    expect(ana.locator(".looking")).to_have_text("Gus is writing", timeout=30_000)


# --- hand over, take over ----------------------------------------------------------------


def test_a_ticket_is_handed_with_a_note_to_somebody_who_is_there(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("gus", "mia")
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    dialog.get_by_label("Mia").check()
    dialog.get_by_label("A note for them").fill("she speaks Spanish")
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.locator(".bar .holder")).to_have_text("Mia has it")
    page.get_by_text("Timeline").click()
    expect(page.locator(".course .handed-over")).to_contain_text(
        "You handed it to Mia: she speaks Spanish"
    )
    assert stored(office, ticket).holder == "mia"


def test_whoever_takes_a_ticket_from_somebody_says_why(office: Office, visitors: Visitors) -> None:
    office.come_on_duty("lea")
    ticket = a_talk(office, holder=AgentId("ana"))
    page = open_ticket(visitors, ticket, "lea")
    bar(page, "Take over").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Take it from Ana?")
    dialog.get_by_role("button", name="Take over").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say it in a few words.")
    dialog.get_by_label("Why").fill("Ana's shift is over")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    taken = stored(office, ticket)
    assert taken.holder == "lea"
    assert taken.acts[-1].text == "Ana's shift is over"


def test_a_ticket_that_somebody_took_meanwhile_is_not_handed_over(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("mia")
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    hold_news(page, ticket)
    bar(page, "Hand over").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Mia").check()
    office.tickets.save(replace(ticket, holder=AgentId("ana"), version=2))
    dialog.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("alert")).to_contain_text("Ana took it meanwhile")
    expect(page.locator(".bar .holder")).to_have_text("Ana has it")


# --- until the customer is content -------------------------------------------------------


def test_what_was_promised_comes_back_when_its_time_has_come(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    bar(page, "Promise").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Promise").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say it in a few words.")
    dialog.get_by_label("What is to be done then").fill("engineer was there: ask how it went")
    dialog.get_by_label("In 2 days, 9:00").check()
    dialog.get_by_role("button", name="Promise").click()
    expect(page.locator(".bar .holding")).to_contain_text("engineer was there: ask how it went")
    promised = stored(office, ticket)
    assert promised.state is TicketState.WAITING
    assert promised.returns_at == MORNING + timedelta(days=2)
    office.now = MORNING + timedelta(days=2)
    wiring.queue_clock().tick(office.now)
    page = open_ticket(visitors, ticket, "ana")
    expect(page.locator(".bar .holder")).to_have_text("Nobody has this ticket")
    page.get_by_text("Timeline").click()
    expect(page.locator(".course .came-back")).to_contain_text("engineer was there")


def test_an_instant_of_ones_own_is_in_ones_own_zone_and_still_to_come(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your time: Europe/Vienna")
    dialog.get_by_label("Day and time").fill("2026-11-20T10:00")
    dialog.get_by_role("button", name="Put off").click()
    expect(dialog.get_by_role("alert")).to_contain_text("still to come")
    dialog.get_by_label("Day and time").fill("2026-11-23T10:00")
    dialog.get_by_role("button", name="Put off").click()
    expect(page.locator(".bar .holding")).to_contain_text("Comes back Mon")
    snoozed = stored(office, ticket)
    assert snoozed.state is TicketState.SNOOZED
    assert snoozed.returns_at == MORNING + timedelta(days=2, hours=1)


def test_escape_leaves_a_dialog_and_nothing_has_happened(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    bar(page, "Put off").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(bar(page, "Put off")).to_be_focused()
    assert stored(office, ticket) == ticket


def test_nothing_is_resolved_over_a_word_that_came_meanwhile(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    hold_news(page, ticket)
    customer_writes(office, ticket)
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_role("alert")).to_contain_text("the customer wrote meanwhile")
    assert stored(office, ticket).state is TicketState.CLAIMED


def test_a_resolved_ticket_can_be_reopened_at_once(office: Office, visitors: Visitors) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page.locator(".notice").get_by_role("button", name="Reopen").click()
    expect(page.locator(".ticket")).to_have_count(1)
    reopened = stored(office, ticket)
    assert reopened.state is TicketState.OPEN
    assert reopened.acts[-1].kind is TicketActKind.REOPENED
