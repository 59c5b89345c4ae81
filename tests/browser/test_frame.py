"""What stands around every view: duty, the team, keys, the thumb, progress, being offline."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from chalicelib.domain.incident import IncidentState
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, TicketState
from tests.browser.conftest import Visitors
from tests.builders import NOW, mention_number
from tests.web.office import Office

GUS, MIA = AgentId("gus"), AgentId("mia")
HIDE = """(is_hidden) => {
  Object.defineProperty(document, "hidden", { value: is_hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def switch(page: Page) -> Page:
    """The page, once the desk has said whether one is on duty."""
    expect(page.get_by_role("switch", name="On duty")).to_be_enabled()
    return page


def is_on_duty(office: Office, agent: str = "gus") -> bool:
    return any(one.agent == agent and one.is_there(office.now) for one in office.attendances.all())


def asked(page: Page) -> list[str]:
    """What the page asks from here on, as `GET queue/counts`."""
    found: list[str] = []

    def note(one: Request) -> None:
        _, is_asked, path = one.url.partition("/api/v1/")  # else a file of a view fetched ahead
        if is_asked:
            found.append(f"{one.method} {path.partition('?')[0]}")

    page.on("request", note)
    return found


# --- duty and team -----------------------------------------------------------------------


def test_an_agent_goes_on_duty_and_off_again(office: Office, visitors: Visitors) -> None:
    page = switch(visitors.agent())
    duty = page.get_by_role("switch", name="On duty")
    expect(duty).not_to_be_checked()
    duty.click()
    expect(duty).to_be_checked()
    expect(page.locator(".unseen[role=status]")).to_contain_text("You are on duty.")
    assert is_on_duty(office)
    page.reload()
    expect(duty).to_be_checked()
    duty.click()
    expect(page.locator(".notice")).to_contain_text("You are off duty.")
    assert not is_on_duty(office)
    with page.expect_response("**/me/duty"):
        page.locator(".notice").get_by_role("button", name="On duty again").click()
    expect(duty).to_be_checked()
    assert is_on_duty(office)


def test_duty_that_the_desk_refuses_is_taken_back(office: Office, visitors: Visitors) -> None:
    page = switch(visitors.agent())
    page.route("**/me/duty", lambda route: route.abort())
    page.get_by_role("switch", name="On duty").click()
    expect(page.get_by_role("alert")).to_contain_text("The desk cannot be reached.")
    expect(page.get_by_role("switch", name="On duty")).not_to_be_checked()


def test_whoever_is_on_duty_says_so_every_five_minutes_while_they_can_see_the_page(
    office: Office, visitors: Visitors
) -> None:
    page = switch(visitors.agent(at=NOW))
    said = asked(page)
    page.clock.fast_forward(301_000)
    assert said.count("PUT me/duty") == 0
    with page.expect_response("**/me/duty"):
        page.get_by_role("switch", name="On duty").click()
    page.clock.fast_forward(290_000)
    assert said.count("PUT me/duty") == 1
    with page.expect_response("**/me/duty"):
        page.clock.fast_forward(11_000)
    page.evaluate(HIDE, True)
    page.clock.fast_forward(1_200_000)
    assert said.count("PUT me/duty") == 2
    with page.expect_response("**/me/duty"):
        page.evaluate(HIDE, False)
        page.clock.run_for(1_000)
    assert said.count("PUT me/duty") == 3


def test_whoever_signs_out_is_off_duty_and_their_tickets_are_free(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(
        holder=GUS, state=TicketState.CLAIMED, held_until=NOW + timedelta(hours=1)
    )
    page = switch(visitors.agent())
    page.context.route("**/logout?**", lambda route: route.fulfill(body="signed out"))
    page.get_by_role("switch", name="On duty").click()
    expect(page.get_by_role("switch", name="On duty")).to_be_checked()
    with page.expect_response("**/me/duty"):
        page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("switch", name="On duty")).to_have_count(0)
    assert not is_on_duty(office)
    freed = office.tickets.get(ticket.id)
    assert freed is not None
    assert freed.state is TicketState.OPEN


def test_the_team_shows_who_is_there_and_who_has_how_much(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("gus", "mia")
    office.add_ticket(mention_number(1), holder=MIA, state=TicketState.CLAIMED)
    page = visitors.agent(at=NOW)
    page.get_by_role("link", name="Team", exact=True).click()
    expect(page.get_by_role("heading", name="Team")).to_be_focused()
    people = page.locator(".team .person")
    expect(people.filter(has_text="Mia")).to_contain_text("1 ticket")
    expect(people.filter(has_text="Gus (you)")).to_contain_text("here now")
    expect(people.filter(has_text="Ana")).to_contain_text("by the schedule primary")
    assert page.url.endswith("#/team")
    office.pass_time(minutes=8)
    page.clock.run_for(20_000)
    expect(people.filter(has_text="Mia")).to_contain_text("seen 8 min ago")


def test_a_lead_takes_the_tickets_of_some_days_as_one_table(
    office: Office, visitors: Visitors
) -> None:
    for number in (1, 2):
        office.add_ticket(mention_number(number, text=f"=late train {number}"))
    office.index()
    page = visitors.agent("lea", roles=("lead",))
    pieces = {
        "": ("col,text\r\n1,one\r\n", "tickets.csv?after=two"),
        "two": ("col,text\r\n2,two\r\n", ""),
    }

    def answer(route: Route) -> None:
        text, link = pieces[route.request.url.partition("after=")[2]]
        headers = {"Link": f'<{link}>; rel="next"'} if link else {}
        route.fulfill(body=text, headers=headers, content_type="text/csv")

    page.evaluate("location.hash = '#/team'")
    with page.expect_download() as real:
        page.get_by_role("button", name="Take the table").click()
    table = Path(real.value.path()).read_text("utf-8")
    assert table.count("'=late train") == 2
    assert real.value.suggested_filename == "tickets.csv"

    page.route("**/api/v1/export/tickets.csv**", answer)
    with page.expect_download() as pieced:
        page.get_by_role("button", name="Take the table").click()
    assert Path(pieced.value.path()).read_text("utf-8") == "col,text\n1,one\n2,two\n"


def test_only_a_lead_is_offered_the_table(visitors: Visitors) -> None:
    page = visitors.agent()
    page.evaluate("location.hash = '#/team'")
    expect(page.get_by_role("heading", name="On call")).to_be_visible()
    expect(page.get_by_role("button", name="Take the table")).to_have_count(0)


def test_a_team_that_cannot_be_loaded_can_be_tried_again(
    office: Office, visitors: Visitors
) -> None:
    page = switch(visitors.agent())
    page.route("**/api/v1/team", lambda route: route.abort())
    page.get_by_role("link", name="Team", exact=True).click()
    expect(page.locator(".trouble")).to_have_text(
        "The team could not be loaded: The desk cannot be reached."
    )
    page.unroute("**/api/v1/team")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Nobody is on duty.")).to_be_visible()


# --- the thumb ---------------------------------------------------------------------------


def test_on_a_phone_an_incident_is_had_by_one_thumb(office: Office, visitors: Visitors) -> None:
    incident = office.add_incident(loudness=37)
    page = visitors.agent(width=320)
    button = page.get_by_role("button", name="I have it Acme: outage")
    expect(button).to_be_in_viewport()
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 280
    assert box["y"] + box["height"] > 800  # of 900: where the thumb is
    with page.expect_response("**/acknowledge"):  # it shows at once, and is stored then
        button.click()
    expect(page.locator(".incident")).to_contain_text("You have it since")
    expect(page.locator(".thumb")).to_be_hidden()
    had = office.incidents.get(incident.id)
    assert had is not None
    assert had.acknowledged_by == "gus"


def test_the_thumb_follows_the_incident_that_is_open(office: Office, visitors: Visitors) -> None:
    office.add_incident()
    taken = office.add_incident(
        topic=Topic.SAFETY,
        state=IncidentState.ACKNOWLEDGED,
        acknowledged_by="gus",
        acknowledged_at=NOW,
        ack_expires_at=NOW + timedelta(hours=4),
    )
    page = visitors.agent(width=320)
    thumb = page.locator(".thumb button")
    expect(thumb).to_have_text("I have itAcme: outage")
    page.get_by_role("link", name="Acme: safety").click()
    expect(thumb).to_have_text("It is over…Acme: safety")
    thumb.click()
    page.get_by_role("button", name="Yes, it is over").click()
    expect(thumb).to_have_text("I have itAcme: outage")
    ended = office.incidents.get(taken.id)
    assert ended is not None
    assert ended.state is IncidentState.RESOLVED


def test_where_there_is_a_keyboard_there_is_no_bar_for_the_thumb(
    office: Office, visitors: Visitors
) -> None:
    office.add_incident()
    page = visitors.agent()
    expect(page.locator(".incident")).to_be_visible()
    expect(page.locator(".thumb")).to_be_hidden()


def test_at_320_pixels_the_header_takes_two_rows(office: Office, visitors: Visitors) -> None:
    office.add_ticket(due_at=NOW - timedelta(hours=1))
    page = switch(visitors.agent(width=320))
    expect(page.get_by_role("link", name="1 overdue")).to_be_visible()
    out = page.get_by_role("button", name="Sign out").bounding_box()
    duty = page.get_by_role("switch", name="On duty").bounding_box()
    header = page.locator("header.top").bounding_box()
    assert out
    assert duty
    assert header
    assert out["y"] == duty["y"]
    assert header["height"] < 3 * 44
    assert page.get_by_role("heading", level=1).inner_text() == "Nightdesk"


# --- keys --------------------------------------------------------------------------------


def test_keys_rest_while_somebody_types_and_can_be_switched_off(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket()
    page = visitors.agent()
    box = page.get_by_role("searchbox", name="Search tickets")
    box.focus()
    page.keyboard.type("jkue?cr/")
    expect(box).to_have_value("jkue?cr/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    expect(page.locator(".ticket")).to_be_visible()
    for key in ("j", "?", "/"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".ticket")).not_to_be_focused()
    expect(box).not_to_be_focused()
    page.get_by_role("button", name="Shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_key_with_ctrl_belongs_to_the_browser(office: Office, visitors: Visitors) -> None:
    office.add_ticket()
    page = visitors.agent()
    page.keyboard.press("Control+j")
    expect(page.locator(".ticket")).not_to_be_focused()


@pytest.mark.parametrize(("key", "view"), [("t", "team"), ("o", "on-call"), ("p", "phones")])
def test_each_view_has_its_key_and_u_leads_back(
    office: Office, visitors: Visitors, key: str, view: str
) -> None:
    page = visitors.agent()
    page.keyboard.press(key)
    expect(page.locator(f'body[data-view="{view}"]')).to_be_attached()
    page.keyboard.press("u")
    expect(page.locator('body[data-view="queue"]')).to_be_attached()


def test_a_in_an_incident_takes_it(office: Office, visitors: Visitors) -> None:
    office.add_incident()
    page = visitors.agent()
    page.keyboard.press("i")
    expect(page.locator("#incident-heading")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".bar .holder")).to_contain_text("You have it since")


def test_every_key_of_the_map_is_told_in_the_help(office: Office, visitors: Visitors) -> None:
    page = visitors.agent()
    page.keyboard.press("?")
    told = page.get_by_role("dialog").locator("kbd").all_inner_texts()
    for key in ("j", "k", "Enter", "u", "Esc", "c", "r", "e", "h", "a", "/", "?"):
        assert key in told


# --- connection --------------------------------------------------------------------------


def test_being_offline_is_said_and_so_is_coming_back(office: Office, visitors: Visitors) -> None:
    office.add_ticket()
    page = visitors.agent()
    page.context.set_offline(True)
    expect(page.locator(".connection")).to_have_text("You are offline. What you see is from 20:30.")
    expect(page.locator(".ticket")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator(".connection")).to_have_text("Live")


def test_a_desk_that_fails_is_said_to_fail(office: Office, visitors: Visitors) -> None:
    page = visitors.agent(at=NOW)
    page.route("**/api/v1/queue?**", lambda route: route.fulfill(status=502, body="<html>"))
    page.clock.run_for(5_000)
    expect(page.locator(".connection")).to_contain_text("unreadable. What you see is from 20:30")


def test_what_takes_longer_than_a_second_is_said_to_be_under_way(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket()
    page = visitors.agent(at=NOW)
    waiting: list[Route] = []
    page.route("**/claim", lambda route: waiting.append(route))
    page.clock.pause_at(NOW + timedelta(minutes=2))
    page.keyboard.press("j")
    with page.expect_request("**/claim"):
        page.keyboard.press("c")
    page.clock.run_for(900)
    expect(page.locator(".progress")).to_be_empty()
    page.clock.run_for(200)
    expect(page.locator(".progress")).to_have_text("Working on it…")
    waiting[0].continue_()
    expect(page.locator(".progress")).to_be_empty()


def test_a_view_that_cannot_be_fetched_says_so(office: Office, visitors: Visitors) -> None:
    page = visitors.agent()
    page.route("**/search.js", lambda route: route.abort())
    page.evaluate("location.hash = '#/search'")
    expect(page.get_by_text("This view could not be loaded.")).to_be_visible()
    expect(page.get_by_role("button", name="Load the page again")).to_be_visible()


def test_the_list_is_asked_for_at_every_turn_what_changes_less_often_at_every_third(
    office: Office, visitors: Visitors
) -> None:
    page = switch(visitors.agent(at=NOW))
    found = asked(page)
    for _ in range(12):
        with page.expect_response("**/api/v1/queue?**"):
            page.clock.run_for(5_000)
    expect(page.locator(".connection.live")).to_be_visible()
    counted = {what: found.count(what) for what in set(found)}
    assert counted["GET queue"] == 12
    assert counted["GET queue/counts"] == 4
    assert counted["GET incidents"] == 4
    assert set(counted) == {"GET queue", "GET queue/counts", "GET incidents"}


def test_a_list_seen_before_shows_at_once_and_then_what_is_true(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(mention_number(1))
    page = visitors.agent(at=NOW)
    views = page.get_by_role("navigation", name="Views of the queue")
    expect(page.locator(".ticket")).to_have_count(1)
    for name in ("Mine", "Unclaimed", "Mine", "Unclaimed"):
        views.get_by_role("link", name=name).click()
        expect(page.locator(".ticket")).to_have_count(int(name == "Unclaimed"))
    office.add_ticket(mention_number(2))
    views.get_by_role("link", name="All").click()
    expect(page.locator(".ticket")).to_have_count(1)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket")).to_have_count(2)


def test_headings_lead_through_the_page_without_a_gap(office: Office, visitors: Visitors) -> None:
    office.come_on_duty("mia")
    office.add_incident()
    page = visitors.agent()
    for address in ("#/", "#/team", "#/search?q=parcel"):
        page.evaluate("(hash) => { location.hash = hash; }", address)
        expect(page.locator("main h2:visible").last).to_be_visible()
        names = page.locator("h1:visible, h2:visible, h3:visible").evaluate_all(
            "(all) => all.map((one) => one.tagName)"
        )
        levels = [int(name[1]) for name in names]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_thumb_takes_the_urgent_one_before_a_newer_one(
    office: Office, visitors: Visitors
) -> None:
    office.add_incident(topic=Topic.OUTAGE)
    office.add_incident(
        topic=Topic.BILLING, urgency=Urgency.SOON, opened_at=NOW + timedelta(minutes=5)
    )
    page = visitors.agent(width=320)
    expect(page.locator(".thumb button")).to_have_text("I have itAcme: outage")
