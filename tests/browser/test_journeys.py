"""What agents do on the page, in a real browser."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.domain.incident import IncidentState
from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, TicketState
from tests.browser.conftest import Visitors
from tests.builders import NOW, a_mention, mention_number
from tests.fakes import ReplyFate
from tests.web.office import Office

HOSTILE = (
    "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'> "
    "\u202egnp.exe\u202d {{7*7}} ${harmed} " + "W" * 400
)


def row(page: Page, at: int = 0) -> str:
    return page.locator(".ticket").nth(at).inner_text()


# --- signing in --------------------------------------------------------------------------


def test_an_agent_signs_in_by_a_pasted_token_and_out_again(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    page.get_by_label("Your token").fill("not a token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not open this desk")
    page.get_by_label("Your token").fill(office.token())
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your token")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Your token")).to_be_visible()


def test_a_token_in_the_address_leaves_it_at_once(office: Office, visitors: Visitors) -> None:
    page = visitors.agent()
    assert "token" not in page.url
    assert page.evaluate("history.state") is None
    page.go_back()
    assert "token" not in page.url


def test_an_expired_token_leads_back_to_the_sign_in_and_says_so(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.agent()
    office.pass_time(hours=13)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("expired")


# --- answering ---------------------------------------------------------------------------


def test_a_ticket_is_claimed_answered_and_resolved_by_the_keyboard_alone(
    office: Office, visitors: Visitors
) -> None:
    first = office.add_ticket()
    second = office.add_ticket(mention_number(2), urgency=Urgency.ANSWER)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(2)
    keys = page.keyboard
    keys.press("j")
    expect(page.locator(".ticket").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#ticket-heading")).to_be_focused()
    keys.press("c")
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    keys.press("r")
    expect(page.get_by_label("Your public reply")).to_be_focused()
    keys.type("Hi Carla, we are on it. just a moment, Gus")
    keys.press("Control+Enter")
    expect(page.locator(".fate")).to_contain_text("Public")
    expect(page.get_by_role("link", name="see it")).to_have_attribute(
        "href", f"https://social.example/{office.platform.public[0][1].id}"
    )
    keys.press("Escape")
    keys.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(".ticket")).to_have_count(1)
    expect(page.locator(".ticket")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Resolved: content.")
    ended = office.tickets.get(first.id)
    assert ended is not None
    assert ended.state is TicketState.CONTENT
    assert [reply.text for _, reply in office.platform.public] == [
        "Hi Carla, we are on it. just a moment, Gus"
    ]
    assert office.tickets.get(second.id) == second


def test_r_on_a_free_ticket_claims_it_and_begins_the_reply(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_label("Your public reply")).to_be_focused()
    claimed = office.tickets.get(ticket.id)
    assert claimed is not None
    assert claimed.holder == "gus"


def test_of_two_agents_who_claim_at_once_one_is_told_who_has_it(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket()
    gus, mia = visitors.agent("gus"), visitors.agent("mia")
    for page in (gus, mia):
        page.locator(".ticket").click()
        # What the page knows stays old: only the write itself can tell who was first.
        page.route("**/api/v1/queue", lambda route: route.fulfill(status=304))
    mia.get_by_role("button", name="Claim").click()
    expect(mia.locator(".bar .holder")).to_have_text("You have it")
    gus.get_by_role("button", name="Claim").click()
    expect(gus.get_by_role("alert")).to_contain_text("Claiming did not work: mia has this ticket")
    expect(gus.locator(".bar .holder")).to_have_text("mia has it")
    expect(gus.get_by_label("Your public reply")).to_be_hidden()
    assert office.tickets.all()[0].holder == "mia"


def test_a_claim_shows_before_the_desk_has_answered_and_is_taken_back_when_it_refuses(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = visitors.agent()
    waiting: list[Route] = []
    page.route("**/claim", lambda route: waiting.append(route))
    page.locator(".ticket").click()
    with page.expect_request("**/claim"):
        page.keyboard.press("c")
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    assert office.tickets.get(ticket.id) == ticket
    office.tickets.save(
        replace(ticket, holder=AgentId("mia"), state=TicketState.CLAIMED, version=2)
    )
    waiting[0].continue_()
    expect(page.locator(".bar .holder")).to_have_text("mia has it")


def test_a_reply_whose_fate_is_unknown_is_looked_up(office: Office, visitors: Visitors) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    office.platform.fates.append(ReplyFate.LOST_ANSWER)
    page = visitors.agent()
    page.locator(".ticket").click()
    page.get_by_label("Your public reply").fill("We are on it")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fate.unknown")).to_contain_text("not known whether")
    expect(page.locator(".bar").get_by_role("button", name="Resolve")).to_be_disabled()
    office.pass_time(minutes=5)
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1


def test_a_refused_reply_says_why_and_gives_its_text_back(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    office.platform.fates.append(ReplyFate.REFUSED)
    page = visitors.agent()
    page.locator(".ticket").click()
    page.get_by_label("Your public reply").fill("We are on it")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fate.refused")).to_contain_text("the post is gone")
    page.get_by_role("button", name="Edit and try again").click()
    expect(page.get_by_label("Your public reply")).to_have_value("We are on it")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fate.sent")).to_be_visible()


def test_a_reply_whose_answer_is_lost_on_the_way_back_is_not_sent_twice(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/reply", lose)
    page.locator(".ticket").click()
    page.get_by_label("Your public reply").fill("We are on it")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fate.sent")).to_be_visible()
    expect(page.get_by_label("Your public reply")).to_have_value("")
    assert len(office.platform.public) == 1


def test_a_reply_that_never_left_stays_in_the_box_and_goes_out_once(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent()
    page.route("**/reply", lambda route: route.abort("connectionrefused"))
    page.locator(".ticket").click()
    page.get_by_label("Your public reply").fill("We are on it")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Sending did not work")
    expect(page.get_by_label("Your public reply")).to_have_value("We are on it")
    page.reload()
    expect(page.get_by_label("Your public reply")).to_have_value("We are on it")
    page.unroute("**/reply")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1


def test_the_length_is_counted_and_what_the_platform_will_not_take_is_said(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent()
    page.locator(".ticket").click()
    box = page.get_by_label("Your public reply")
    box.fill("Hi 👋")
    expect(page.locator(".count")).to_have_text("4 / 500")
    box.fill("x" * 501)
    expect(page.locator(".count")).to_contain_text("longer than the 500 characters")


def test_a_resolved_ticket_can_be_reopened_at_once(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent()
    page.locator(".ticket").click()
    page.keyboard.press("e")
    page.keyboard.press("3")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    page.locator(".notice").get_by_role("button", name="Reopen").click()
    expect(page.locator(".ticket")).to_have_count(1)
    reopened = office.tickets.get(ticket.id)
    assert reopened is not None
    assert reopened.state is TicketState.OPEN


# --- what is shown -----------------------------------------------------------------------


def test_the_gravest_stand_first_with_their_wait_their_due_time_and_their_holder(
    office: Office, visitors: Visitors
) -> None:
    late = mention_number(1, posted_at=NOW - timedelta(hours=26))
    office.add_ticket(late, urgency=Urgency.ANSWER)
    office.add_ticket(urgency=Urgency.WAKE)
    soon = mention_number(2, posted_at=NOW - timedelta(minutes=50))
    office.add_ticket(soon, urgency=Urgency.SOON, holder=AgentId("mia"), state=TicketState.CLAIMED)
    page = visitors.agent()
    expect(page.locator(".queue header p")).to_have_text("3 waiting, 2 unclaimed")
    expect(page.locator(".ticket").nth(0)).to_contain_text("Urgent")
    for words in ("waiting 1 min", "due in 14 min", "Nobody has it", "on mastodon"):
        assert words in row(page, 0)
    for words in ("Soon", "waiting 50 min", "due in 10 min", "mia has it"):
        assert words in row(page, 1)
    for words in ("Answer", "waiting 26 h", "2 h overdue"):
        assert words in row(page, 2)
    assert page.locator(".ticket .wait").first.get_attribute("title") == (
        "Saturday, 21 November 2026 at 20:29:00 CET (2026-11-21T19:29:00Z)"
    )


def test_the_wait_grows_while_one_looks(office: Office, visitors: Visitors) -> None:
    office.add_ticket(a_mention(posted_at=NOW - timedelta(minutes=59, seconds=57)))
    page = visitors.page()
    page.clock.install(time=NOW)
    page.goto(f"{visitors.address}#token={office.token()}")
    expect(page.locator(".ticket .wait")).to_have_text("waiting 59 min")
    office.pass_time(seconds=5)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket .wait")).to_have_text("waiting 1 h")


def test_what_others_do_shows_by_itself_and_is_announced(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    page.clock.install(time=NOW)
    page.goto(f"{visitors.address}#token={office.token()}")
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    office.add_ticket()
    page.clock.run_for(5_000)
    expect(page.locator(".ticket")).to_have_count(1)
    expect(page.locator(".unseen[role=status]")).to_have_text("1 new ticket, 1 urgent.")
    expect(page).to_have_title("(1) Nightdesk")


def test_a_hostile_mention_is_only_text(office: Office, visitors: Visitors) -> None:
    office.add_ticket(
        a_mention(
            text=HOSTILE,
            author=Author(handle="<b>\u202ex", name="<i>Eve"),
            url="javascript:window.harmed=1",
        ),
        reasons=("<u>because</u>",),
    )
    office.add_incident(quote=HOSTILE, author="<b>x", url="javascript:window.harmed=1")
    page = visitors.agent()
    page.locator(".ticket").click()
    assert page.locator("blockquote").inner_text() == HOSTILE
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main img, main b, main i, main u").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1280


def test_what_somebody_wrote_backwards_turns_nothing_else_around(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(a_mention(author=Author(handle="\u202eliam", name="\u202eevE")))
    page = visitors.agent()
    page.locator(".ticket").click()
    for selector in ("bdi", "blockquote", ".ticket .text", ".reasons li"):
        kinds = page.locator(selector).evaluate_all(
            "(found) => found.map((one) => getComputedStyle(one).unicodeBidi)"
        )
        assert kinds
        assert set(kinds) <= {"isolate", "plaintext"}


def test_being_offline_is_said_and_so_is_coming_back(office: Office, visitors: Visitors) -> None:
    office.add_ticket()
    page = visitors.agent()
    page.context.set_offline(True)
    expect(page.locator(".connection")).to_have_text("You are offline. What you see is from 20:30.")
    expect(page.locator(".ticket")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".connection")).to_have_text("Live")


def test_a_desk_that_fails_is_said_to_fail(office: Office, visitors: Visitors) -> None:
    page = visitors.page()
    page.clock.install(time=NOW)
    page.goto(f"{visitors.address}#token={office.token()}")
    expect(page.locator(".connection")).to_have_text("Live")
    page.route("**/api/v1/queue", lambda route: route.fulfill(status=502, body="<html>"))
    page.clock.run_for(5_000)
    expect(page.locator(".connection")).to_contain_text("unreadable. What you see is from 20:30")


def test_a_ticket_has_an_address_of_its_own(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket(state=TicketState.CONTENT, ended_at=NOW)
    page = visitors.agent()
    page.goto(f"{visitors.address}#/ticket/{ticket.id}")
    expect(page.locator(".bar .holder")).to_have_text("Resolved: content")
    page.goto(f"{visitors.address}#/ticket/mastodon.0")
    expect(page.get_by_role("alert")).to_contain_text("there is no ticket")


# --- incidents ---------------------------------------------------------------------------


def test_an_incident_shows_who_has_it_is_taken_and_ended(
    office: Office, visitors: Visitors
) -> None:
    outage = office.add_incident(loudness=37)
    office.add_incident(
        topic=Topic.SAFETY,
        state=IncidentState.ACKNOWLEDGED,
        acknowledged_by="ben",
        acknowledged_at=NOW,
        ack_expires_at=NOW + timedelta(hours=4),
    )
    page = visitors.agent()
    strip = page.get_by_role("region", name="Open incidents")
    expect(strip.locator("li")).to_have_count(2)
    expect(strip).to_contain_text("Ben has it since 20:30")
    expect(strip).to_contain_text("37 mentions since 20:30 · Nobody has it")
    page.get_by_role("button", name="I have it: acme: outage").click()
    expect(strip).to_contain_text("You have it since 20:30")
    page.get_by_role("button", name="It is over: acme: outage").click()
    page.get_by_role("button", name="Yes, it is over").click()
    expect(strip.locator("li")).to_have_count(1)
    ended = office.incidents.get(outage.id)
    assert ended is not None
    assert (ended.state, ended.resolved_by) == (IncidentState.RESOLVED, "gus")


def test_who_acknowledges_second_is_told_who_was_first(office: Office, visitors: Visitors) -> None:
    incident = office.add_incident()
    page = visitors.agent()
    button = page.get_by_role("button", name="I have it: acme: outage")
    expect(button).to_be_visible()
    page.route("**/api/v1/incidents", lambda route: route.fulfill(status=304))
    office.acknowledging.acknowledge(incident.id, "ben", now=office.now)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Ben had it before you.")


# --- keys --------------------------------------------------------------------------------


def test_keys_rest_while_somebody_types_and_can_be_switched_off(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    page = visitors.agent()
    page.locator(".ticket").click()
    page.get_by_label("Your public reply").focus()
    page.keyboard.type("jkue?cr")
    expect(page.get_by_label("Your public reply")).to_have_value("jkue?cr")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.locator("#ticket-heading")).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("key", ["u", "Escape"])
def test_back_leads_to_the_row_one_came_from(office: Office, visitors: Visitors, key: str) -> None:
    office.add_ticket()
    office.add_ticket(mention_number(2))
    page = visitors.agent(width=400)
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-heading")).to_be_focused()
    expect(page.locator(".queue")).to_be_hidden()
    page.keyboard.press(key)
    expect(page.locator(".ticket").nth(1)).to_be_focused()


def test_a_sign_in_link_may_be_pasted_into_the_form_or_into_an_open_tab(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.page()
    page.goto(visitors.address)
    page.get_by_label("token").fill(f"{visitors.address}#token={office.token()}")
    page.keyboard.press("Enter")
    expect(page.locator(".connection.live")).to_be_visible()

    other = visitors.page()
    other.goto(visitors.address)
    expect(other.get_by_label("token")).to_be_visible()
    other.evaluate(
        "link => { location.href = link; }", f"{visitors.address}#token={office.token()}"
    )
    expect(other.locator(".connection.live")).to_be_visible()


def test_who_has_had_a_word_does_not_count_as_waiting(office: Office, visitors: Visitors) -> None:
    office.add_ticket(mention_number(1))
    office.add_ticket(mention_number(2), holder=AgentId("mia"), state=TicketState.REPLIED)
    page = visitors.agent()
    expect(page.locator(".queue header p")).to_have_text("1 waiting, 1 unclaimed")


# --- the verdict -------------------------------------------------------------------------


def test_an_agent_says_by_the_keyboard_what_the_verdict_should_have_been(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(urgency=Urgency.SOON)
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    verdict = page.get_by_role("group", name="Judged “Soon”: wrong?")
    expect(verdict).to_be_visible()
    wake = verdict.get_by_role("button", name="Wake")
    expect(wake).to_have_attribute("aria-pressed", "false")
    wake.focus()
    page.keyboard.press("Enter")
    expect(wake).to_have_attribute("aria-pressed", "true")
    expect(wake).to_be_focused()
    expect(page.get_by_text("Kept: Wake.")).to_be_attached()
    verdict.get_by_label("Topic").select_option("safety")
    expect(verdict.get_by_role("listitem")).to_contain_text("You: wake")
    page.reload()
    expect(page.get_by_role("button", name="Wake")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Topic")).to_have_value("safety")
    kept = office.tickets.get(ticket.id)
    assert kept is not None
    said = [(one.by, one.urgency, one.topic, one.mood) for one in kept.corrections]
    assert said == [("gus", Urgency.WAKE, Topic.SAFETY, None)]
    assert kept.urgency is Urgency.SOON
    assert kept.state is TicketState.OPEN


def test_a_correction_that_did_not_arrive_is_told_and_not_shown(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(urgency=Urgency.SOON)
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.route("**/correct", lambda route: route.abort())
    page.get_by_role("button", name="Ignore").click()
    expect(page.get_by_role("alert").last).to_contain_text("Correcting did not work")
    expect(page.get_by_role("button", name="Ignore")).to_have_attribute("aria-pressed", "false")
