"""What people do to an incident on the page, and what they see of it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.domain.calling import begun
from chalicelib.domain.escalation import Position
from chalicelib.domain.incident import Incident, IncidentState
from chalicelib.domain.page import PageState
from chalicelib.domain.responder import NotificationRule
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.timeline import Act, ActKind, Via
from chalicelib.web.site import VERSION
from tests.browser.conftest import Visitors
from tests.builders import ANA, NOW, a_page
from tests.web.office import Office


def ringing(office: Office, **over: object) -> Incident:
    """An incident for which Ana is being called and the next step comes in three minutes."""
    call = begun(ANA, "r1.s0", now=NOW)
    given: dict[str, object] = {
        "position": Position(due_at=NOW + timedelta(minutes=3)),
        "calls": (call.after_page((NotificationRule("sms"),), now=NOW, reached=True),),
        "paged": (ANA,),
        "acts": (Act(kind=ActKind.OPENED, at=NOW),),
        **over,
    }
    return office.add_incident(**given)  # type: ignore[arg-type]


def opened(visitors: Visitors, incident: Incident, *, width: int = 1280) -> Page:
    """The incident, open beside the queue."""
    page = visitors.page(width=width)
    page.clock.set_fixed_time(NOW)
    visitors.enter(page)
    expect(page.locator(".connection.live")).to_be_visible()
    page.evaluate("(id) => { location.hash = `#/incident/${id}`; }", incident.id)
    expect(page.locator("#incident-heading")).to_be_focused()
    expect(page.locator(".bar")).to_be_visible()
    return page


def now_stored(office: Office, incident: Incident) -> Incident:
    found = office.incidents.get(incident.id)
    assert found is not None
    return found


def course(page: Page) -> list[str]:
    """The timeline, line by line, without its times."""
    return page.locator(".course li > span").all_text_contents()


# --- the strip ---------------------------------------------------------------------------


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
    expect(strip).to_contain_text("37 mentions since 20:30 · Nobody has this incident")
    page.get_by_role("button", name="I have it: Acme: outage").click()
    expect(strip).to_contain_text("You have it since 20:30")
    page.get_by_role("button", name="It is over: Acme: outage").click()
    page.get_by_role("button", name="Yes, it is over").click()
    expect(strip.locator("li")).to_have_count(1)
    ended = office.incidents.get(outage.id)
    assert ended is not None
    assert (ended.state, ended.resolved_by) == (IncidentState.RESOLVED, "gus")


def test_who_acknowledges_second_is_told_who_was_first(office: Office, visitors: Visitors) -> None:
    incident = office.add_incident()
    page = visitors.agent()
    button = page.get_by_role("button", name="I have it: Acme: outage")
    expect(button).to_be_visible()
    page.route("**/api/v1/incidents", lambda route: route.fulfill(status=304))
    office.acknowledging.acknowledge(incident.id, "ben", now=office.now)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Ben had it before you.")


def test_it_shows_who_is_called_and_counts_down_to_the_next_ring(
    office: Office, visitors: Visitors
) -> None:
    ringing(office, loudness=37)
    page = visitors.page()
    page.clock.install(time=NOW)
    visitors.enter(page)
    strip = page.get_by_role("region", name="Open incidents")
    expect(strip).to_contain_text("Urgent")
    expect(strip).to_contain_text("Nobody has this incident · calling Ana · next ring in 3 min")
    page.wait_for_load_state("networkidle")  # an answer under way would set the clock back
    page.route("**/api/v1/**", lambda route: route.fulfill(status=304))
    page.clock.run_for(2 * 60_000 + 15_000)
    expect(strip.locator(".ring")).to_have_text("next ring in 45 s")
    page.clock.run_for(46_000)
    expect(strip.locator(".ring")).to_have_text("ringing now")


def test_what_is_only_soon_is_not_called_urgent(office: Office, visitors: Visitors) -> None:
    ringing(office, urgency=Urgency.SOON)
    page = visitors.agent()
    expect(page.locator(".incident .urgency")).to_have_text("Soon")


def test_who_has_it_is_named_with_when_it_rings_again(office: Office, visitors: Visitors) -> None:
    office.add_incident(
        topic=Topic.SAFETY,
        state=IncidentState.ACKNOWLEDGED,
        acknowledged_by="ben",
        acknowledged_at=NOW,
        ack_expires_at=NOW + timedelta(hours=4),
    )
    page = visitors.page()
    page.clock.set_fixed_time(NOW)
    visitors.enter(page)
    expect(page.locator(".incident")).to_contain_text("Ben has it since 20:30 · rings again in 4 h")


# --- the view ----------------------------------------------------------------------------


def test_its_timeline_says_who_did_what_when_and_what_became_of_each_page(
    office: Office, visitors: Visitors
) -> None:
    minute = timedelta(minutes=1)
    acts = (
        Act(kind=ActKind.OPENED, at=NOW - 9 * minute),
        Act(kind=ActKind.RAISED, at=NOW - 8 * minute),
        Act(
            kind=ActKind.ACKNOWLEDGED,
            at=NOW - 6 * minute,
            by="ana",
            via=Via.SMS,
            until=NOW + 234 * minute,
        ),
        Act(kind=ActKind.HANDED_OVER, at=NOW - 5 * minute, by="ana", via=Via.LINK, to="ben"),
        Act(kind=ActKind.ESCALATED, at=NOW - 2 * minute, by="gus", via=Via.DESK),
    )
    incident = ringing(office, acts=acts)
    fates = {
        "sms": a_page(incident, channel="sms", now=NOW - 7 * minute).failed(
            "no such number", now=NOW
        ),
        "email": a_page(incident, channel="email", now=NOW - 7 * minute).delivered(now=NOW),
        "webhook": a_page(incident, channel="webhook", now=NOW - 7 * minute, state=PageState.SENT),
    }
    for page_ in fates.values():
        office.pages.claim(page_)
    page = opened(visitors, incident)
    expect(page.locator(".course li")).to_have_count(8)
    lines = course(page)
    assert lines[:2] == ["It began", "It became urgent"]
    assert sorted(lines[2:5]) == [
        "Ana called by SMS" + "not delivered: no such number",
        "Ana called by e-mail" + "delivered 20:30",
        "Ana called by webhook" + "sent, no receipt yet",
    ]
    assert lines[5:] == [
        "Ana took it by SMS; rings again Sun 22 Nov, 00:24 unless it is over",
        "Ana handed it to Ben by the link",
        "You had the next person rung",
    ]
    expect(page.locator(".course time").first).to_have_text("20:21")


def test_the_next_person_is_rung_at_once_when_one_means_it(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    button = page.get_by_role("button", name="Ring the next person now")
    button.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert now_stored(office, incident) == incident
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Yes, ring them").click()
    expect(
        page.locator(".course li").filter(has_text="You had the next person rung")
    ).to_have_count(1)
    expect(page.locator("article .bar .holder")).to_contain_text("calling Ana")
    escalated = [act for act in now_stored(office, incident).acts if act.kind is ActKind.ESCALATED]
    assert [(act.by, act.via) for act in escalated] == [("gus", Via.DESK)]


@pytest.mark.parametrize(
    ("label", "until"),
    [
        ("30 min", NOW + timedelta(minutes=30)),
        ("2 h", NOW + timedelta(hours=2)),
        ("until 8:00", NOW.replace(day=22, hour=7, minute=0)),
    ],
)
def test_it_is_snoozed(office: Office, visitors: Visitors, label: str, until: object) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    page.get_by_role("group", name="Snooze").get_by_role("button", name=label, exact=True).click()
    expect(page.locator("article .bar .holder")).to_contain_text("You have it since 20:30")
    expect(page.locator(".course li").last).to_contain_text("You snoozed it until")
    snoozed = now_stored(office, incident)
    assert (snoozed.acknowledged_by, snoozed.ack_expires_at) == ("gus", until)


def test_it_is_handed_to_another_person(office: Office, visitors: Visitors) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_label("Hand to")).to_be_focused()  # nobody was chosen
    assert now_stored(office, incident) == incident
    page.get_by_label("Hand to").select_option(label="Ben")
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator(".course li").filter(has_text="You handed it to Ben")).to_have_count(1)
    assert [call.responder for call in now_stored(office, incident).calls] == ["ben"]


def test_a_choice_in_the_list_of_people_outlives_the_next_poll(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = visitors.page()
    page.clock.install(time=NOW)
    visitors.enter(page)
    page.get_by_role("link", name="Acme: outage").click()
    page.get_by_label("Hand to").select_option(label="Ben")
    page.get_by_label("Hand to").focus()
    office.pages.claim(a_page(incident, channel="email"))
    page.clock.run_for(16_000)
    expect(page.locator(".course li.page")).to_have_count(1)
    expect(page.get_by_label("Hand to")).to_have_value("ben")
    expect(page.get_by_label("Hand to")).to_be_focused()


def test_after_the_end_one_says_whether_it_was_worth_it(office: Office, visitors: Visitors) -> None:
    incident = ringing(office)
    page = visitors.agent()
    page.get_by_role("button", name="It is over: Acme: outage").click()
    page.get_by_role("button", name="Yes, it is over").click()
    page.locator(".notice").get_by_role("button", name="Was it worth it?").click()
    expect(page.locator("article .bar .holder")).to_contain_text("It is over: you ended it at")
    worth = page.get_by_role("group", name="Was it worth it?")
    worth.get_by_role("button", name="No").click()
    expect(worth.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "true")
    assert now_stored(office, incident).grades == {"gus": False}
    worth.get_by_role("button", name="Yes").click()
    expect(worth.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(worth.get_by_role("button", name="No")).to_have_attribute("aria-pressed", "false")
    assert now_stored(office, incident).grades == {"gus": True}


def test_it_is_opened_taken_and_ended_by_the_keyboard_alone(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = visitors.agent()
    expect(page.locator(".incident")).to_have_count(1)
    keys = page.keyboard
    keys.press("i")
    expect(page.locator("#incident-heading")).to_be_focused()
    keys.press("a")
    expect(page.locator("article .bar .holder")).to_contain_text("You have it")
    keys.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(".course li").last).to_contain_text("You ended it")
    keys.press("u")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    assert now_stored(office, incident).resolved_by == "gus"


@pytest.mark.parametrize(("key", "heading"), [("i", "Acme: outage"), ("o", "On call")])
def test_ticket_keys_do_nothing_to_the_queue_while_another_view_is_open(
    office: Office, visitors: Visitors, key: str, heading: str
) -> None:
    ticket = office.add_ticket()
    incident = ringing(office)
    page = visitors.agent()
    page.keyboard.press("j")
    expect(page.locator(".ticket")).to_be_focused()
    page.keyboard.press(key)
    expect(page.get_by_role("heading", name=heading, exact=True).last).to_be_focused()
    for letter in ("c", "r", "i", "a"):
        page.keyboard.press(letter)
    expect(page.locator(".course li").last).to_contain_text("You took it")
    assert office.tickets.get(ticket.id) == ticket
    assert now_stored(office, incident).acknowledged_by == "gus"


def test_back_leads_to_the_card_one_came_from(office: Office, visitors: Visitors) -> None:
    ringing(office)
    page = visitors.agent(width=400)
    page.get_by_role("link", name="Acme: outage").click()
    expect(page.locator("#incident-heading")).to_be_focused()
    expect(page.locator(".strip")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Acme: outage")).to_be_focused()


# --- nothing twice, nothing guessed ------------------------------------------------------


def test_nothing_else_can_be_pressed_while_an_action_is_under_way(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    held: list[Route] = []
    page.route("**/snooze", lambda route: held.append(route))
    page.get_by_role("button", name="30 min").dblclick()
    expect(page.locator("article .bar button:enabled")).to_have_count(0)
    page.keyboard.press("a")
    held[0].continue_()
    expect(page.locator("article .bar .holder")).to_contain_text("You have it")
    assert len(held) == 1
    assert [act.kind for act in now_stored(office, incident).acts][1:] == [ActKind.SNOOZED]


def test_the_same_action_is_sent_once_however_it_is_asked_for(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = visitors.agent()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate(
        """async ([address, id]) => {
          const { Desk } = await import(address);
          const desk = new Desk();
          desk.me = { id: "gus" };
          await Promise.all([desk.escalate(id), desk.escalate(id)]);
        }""",
        [f"{visitors.address}static/{VERSION}/desk.js", incident.id],
    )
    assert sent.count("POST") == 1


def test_an_end_that_was_meant_while_an_acknowledgement_is_under_way_follows_it(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    held: list[Route] = []
    page.route("**/acknowledge", lambda route: held.append(route))
    page.keyboard.press("a")
    expect(page.locator("article .bar .holder")).to_contain_text("You have it")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert now_stored(office, incident) == incident
    held[0].continue_()
    expect(page.locator(".course li").last).to_contain_text("You ended it")
    acts = [act.kind for act in now_stored(office, incident).acts]
    assert acts == [ActKind.OPENED, ActKind.ACKNOWLEDGED, ActKind.RESOLVED]


def test_an_action_whose_answer_is_lost_is_known_by_the_timeline(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/escalate", lose)
    page.get_by_role("button", name="Ring the next person now").click()
    page.get_by_role("button", name="Yes, ring them").click()
    expect(page.locator(".unseen[role=status]")).to_have_text("The next person is being called.")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len([act for act in now_stored(office, incident).acts if act.by == "gus"]) == 1


def test_an_action_that_never_left_is_said_to_have_failed(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    page.route("**/escalate", lambda route: route.abort("connectionrefused"))
    page.get_by_role("button", name="Ring the next person now").click()
    page.get_by_role("button", name="Yes, ring them").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Ringing the next person did not work: The desk cannot be reached."
    )
    assert now_stored(office, incident) == incident


def test_what_somebody_else_ended_meanwhile_is_shown_with_the_reason(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = opened(visitors, incident)
    page.route("**/api/v1/incidents", lambda route: route.fulfill(status=304))
    office.acknowledging.resolve(incident.id, "ben", now=office.now)
    page.get_by_role("button", name="2 h").click()
    expect(page.get_by_role("alert")).to_contain_text("Snoozing did not work")
    expect(page.locator("article .bar .holder")).to_contain_text(
        "It is over: Ben ended it at 20:30"
    )
    expect(page.get_by_role("group", name="Was it worth it?")).to_be_visible()


@pytest.mark.parametrize("path", ["incident/acme.outage.20261121T193000000000", "ticket/none"])
def test_an_address_of_nothing_leads_back_to_the_queue_and_is_told_of_until_one_goes_on(
    office: Office, visitors: Visitors, path: str
) -> None:
    page = visitors.agent()
    page.goto(f"{visitors.address}#/{path}")
    expect(page.get_by_role("alert")).to_contain_text("Opening did not work")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.get_by_role("link", name="Team", exact=True).click()
    expect(page.get_by_role("heading", name="Team")).to_be_focused()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_the_room_knows_the_list_and_the_thumb_know_at_once(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = visitors.page(width=320)
    held: list[Route] = []
    page.route("**/api/v1/incidents", lambda route: held.append(route))
    visitors.enter(page, address=f"{visitors.address}#/incident/{incident.id}")
    expect(page.locator("article .bar .holder")).to_contain_text("Nobody has this incident")
    expect(page.locator(".connection.live")).to_have_count(0)
    before = held[0].fetch()
    page.locator("article").get_by_role("button", name="I have it").click()
    expect(page.locator("article .bar .holder")).to_contain_text("You have it since")
    expect(page.locator("article").get_by_role("button", name="It is over")).to_be_enabled()
    held[0].fulfill(response=before)  # read before it was taken
    expect(page.locator(".connection.live")).to_be_visible()
    expect(page.locator(".thumb button")).to_have_text("It is over…Acme: outage")


def test_what_was_taken_elsewhere_shows_in_the_list_once_the_room_has_heard_of_it(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    page = visitors.agent(width=320)
    expect(page.locator(".thumb button")).to_have_text("I have itAcme: outage")
    page.route("**/api/v1/incidents", lambda route: route.fulfill(status=304))
    office.acknowledging.acknowledge(incident.id, "gus", now=office.now)
    page.get_by_role("link", name="Acme: outage").click()
    expect(page.locator("article .bar .holder")).to_contain_text("You have it since")
    expect(page.locator(".thumb button")).to_have_text("It is over…Acme: outage")


def test_a_view_that_cannot_be_fetched_says_so_and_the_queue_goes_on(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket()
    page = visitors.page()
    page.route("**/on_call.js", lambda route: route.abort("connectionreset"))
    visitors.enter(page)
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="On call").click()
    expect(page).to_have_url(re.compile("#/on-call$"))
    expect(page.get_by_text("This view could not be loaded.")).to_be_visible()
    expect(page.get_by_role("button", name="Load the page again")).to_be_visible()
    page.get_by_role("link", name="Queue").click()
    expect(page.locator(".ticket")).to_have_count(1)


def test_an_open_incident_is_asked_for_every_15_seconds_and_only_while_it_is_open(
    office: Office, visitors: Visitors
) -> None:
    incident = ringing(office)
    asked: list[str] = []
    page = visitors.page()
    page.clock.install(time=NOW)
    visitors.enter(page)
    expect(page.locator(".incident")).to_be_visible()
    page.on(
        "request",
        lambda one: asked.append(one.url.partition("/api/v1/")[2].partition("?")[0]),
    )
    page.get_by_role("link", name="Acme: outage").click()
    expect(page.locator(".course li")).to_have_count(1)

    def poll(times: int) -> None:
        asked.clear()
        for _ in range(1_000):
            if asked.count("queue") >= times:
                return
            page.clock.run_for(1_000)
        raise AssertionError("the page has stopped asking")

    poll(12)
    assert asked.count(f"incidents/{incident.id}") in (3, 4)  # the last may be on its way
    page.keyboard.press("Escape")
    expect(page.locator("#incident-heading")).to_be_hidden()
    poll(12)
    assert [one for one in asked if incident.id in one] == []
