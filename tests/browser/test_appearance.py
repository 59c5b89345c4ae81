"""Both themes, wide and narrow: nothing runs out of the page, nothing shuts anybody out."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.domain.mention import Author
from chalicelib.domain.read_budget import ReadBudget
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.standing import Condition, Missed
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState
from chalicelib.ports import ReadUsage
from tests.browser.conftest import Visitors
from tests.browser.night import (
    Night,
    a_contact,
    a_finding,
    a_person,
    a_schedule,
    a_shift,
    iso,
)
from tests.builders import (
    NOW,
    a_brand,
    a_desk,
    a_mention,
    a_page,
    a_reply,
    a_source_entry,
    mention_number,
)
from tests.web.office import Office

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"label-content-name-mismatch": {"enabled": True}},  # axe leaves it out by itself
}


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
    office.add_ticket(
        mention_number(2, text=""),
        urgency=Urgency.SOON,
        state=TicketState.SNOOZED,
        holder=AgentId("gus"),
        returns_at=NOW + timedelta(hours=20),
        returns_for=long,
    )
    office.add_ticket(
        mention_number(4), urgency=Urgency.SOON, due_at=NOW - timedelta(hours=1), language="de"
    )
    office.add_ticket(
        mention_number(3),
        urgency=Urgency.ANSWER,
        holder=AgentId("mia"),
        state=TicketState.CLAIMED,
    )
    return mine.id


def furnish_sources(office: Office) -> None:
    """Two brands, four sources, none of which stands as another does."""
    long = "Donaudampfschifffahrtsgesellschaft" * 4
    budget = ReadBudget(calls=100, usd=Decimal(10))
    entries = (
        a_source_entry(budget=budget),
        a_source_entry(name="forum", kind="feed"),
        a_source_entry(name="w" * 60, brand="other", budget=budget),
        a_source_entry(name="video", kind="youtube", brand="other", budget=budget),
    )
    brands = (a_brand(), a_brand(id="other", name=long))
    office.desks.put(a_desk(sources=entries, brands=brands), now=office.now)
    used = {"mastodon-acme": 20, "w" * 60: 85, "video": 120}
    for name, calls in used.items():
        usage = ReadUsage(calls=calls, posts=7, spent=Decimal(calls) / 10)
        office.read_usages.add(name, "2026-11", usage)
    office.set_source(condition=Condition.WATCHING, since=NOW)
    office.set_source(
        "forum", condition=Condition.BACK, since=NOW, missed=Missed(since=NOW, posts=2)
    )
    office.set_source(
        "w" * 60,
        condition=Condition.DEGRADED,
        since=NOW,
        not_read=f"read half as often by day: {long}",
        not_read_since=NOW,
    )
    office.blind("video", trouble=long)


def sign_in(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    page.goto(visitors.address)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    return page


def queue(visitors: Visitors, width: int, theme: str) -> Page:
    furnish(visitors.office)
    page = visitors.agent(width=width, theme=theme)
    expect(page.locator(".ticket")).to_have_count(4)
    expect(page.locator(".incident")).to_have_count(2)
    expect(page.get_by_role("link", name="1 overdue")).to_be_visible()
    expect(page.get_by_role("switch", name="On duty")).to_be_enabled()
    return page


def filtered(visitors: Visitors, width: int, theme: str) -> Page:
    page = queue(visitors, width, theme)
    page.evaluate("location.hash = '#/queue/unclaimed?language=de'")
    expect(page.get_by_label("Language")).to_be_visible()
    expect(page.locator(".ticket")).to_have_count(1)
    return page


def thanks(visitors: Visitors, width: int, theme: str) -> Page:
    visitors.office.add_ticket(is_thanks=True, is_waiting=False, topic=Topic.PRAISE)
    page = visitors.agent(width=width, theme=theme)
    page.evaluate("location.hash = '#/queue/thanks'")
    expect(page.locator(".urgency.thanks")).to_be_visible()
    return page


def search(visitors: Visitors, width: int, theme: str) -> Page:
    furnish(visitors.office)
    visitors.office.index()
    page = visitors.agent(width=width, theme=theme)
    page.evaluate("location.hash = '#/search?q=down&brand=acme'")
    expect(page.locator(".search .ticket")).not_to_have_count(0)
    expect(page.get_by_label("Author")).to_be_visible()
    return page


def team(visitors: Visitors, width: int, theme: str) -> Page:
    furnish(visitors.office)
    visitors.office.come_on_duty("gus", "mia", "maximiliane-von-hohenstaufen-wittelsbach")
    page = visitors.agent(width=width, theme=theme, roles=("lead",))
    page.evaluate("location.hash = '#/team'")
    expect(page.locator(".team .person")).to_have_count(4)
    expect(page.get_by_role("switch", name="On duty")).to_be_checked()
    expect(page.get_by_role("button", name="Take the table")).to_be_visible()
    return page


def sources(visitors: Visitors, width: int, theme: str) -> Page:
    """Every condition, budgets below, near and above what they allow, and long words."""
    furnish_sources(visitors.office)
    page = visitors.agent(width=width, theme=theme)
    expect(page.locator(".blindness")).to_be_visible()
    page.evaluate("location.hash = '#/sources'")
    expect(page.locator(".source")).to_have_count(4)
    return page


def sources_calm(visitors: Visitors, width: int, theme: str) -> Page:
    """Beside the queue: one is heard less well."""
    visitors.office.set_source(condition=Condition.DEGRADED, since=NOW)
    page = visitors.agent(width=width, theme=theme)
    expect(page.locator(".blindness.calm")).to_be_visible()
    return page


def ticket(visitors: Visitors, width: int, theme: str) -> Page:
    page = queue(visitors, width, theme)
    page.locator(".ticket").first.click()
    expect(page.locator(".reply")).to_have_count(3)
    page.get_by_label("Your public reply").fill("x" * 600)
    return page


def incident(visitors: Visitors, width: int, theme: str) -> Page:
    """One that went through many hands, to be handed on."""
    office = visitors.office
    one = office.add_incident(loudness=37, quote="W" * 500, author="a" * 80)
    refusal = "Phone is currently unreachable/unavailable" * 4
    office.pages.claim(a_page(one).failed(refusal, now=NOW))
    office.pages.claim(a_page(one, channel="email").delivered(now=NOW))
    office.acknowledging.acknowledge(one.id, "ben", now=NOW)
    office.acknowledging.hand_over(one.id, "ben", "ana", now=NOW)
    page = visitors.agent(width=width, theme=theme)
    page.evaluate("(id) => { location.hash = `#/incident/${id}`; }", one.id)
    expect(page.locator(".course li")).to_have_count(5)
    return page


def incident_over(visitors: Visitors, width: int, theme: str) -> Page:
    office = visitors.office
    one = office.add_incident()
    office.acknowledging.resolve(one.id, "gus", now=NOW)
    office.acknowledging.grade(one.id, "gus", is_worth_it=True, now=NOW)
    page = visitors.agent(width=width, theme=theme)
    page.evaluate("(id) => { location.hash = `#/incident/${id}`; }", one.id)
    expect(page.get_by_role("group", name="Was it worth it?")).to_be_visible()
    return page


def escalation(visitors: Visitors, width: int, theme: str) -> Page:
    page = incident(visitors, width, theme)
    page.get_by_role("button", name="Ring the next person now").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def bad_night() -> Night:
    """Much to see to, people with long names, turns of twelve hours, gaps, and one to come."""
    long = "Maximiliane von Hohenstaufen-Wittelsbach"
    names = ["Ana", long, "Ben", "Gus", "Fay", "Mia", "Eve"]
    half = timedelta(hours=12)
    turns = [
        a_shift(names[at % 7], NOW + at * half, NOW + (at + 1) * half, is_gap=at % 5 == 3)
        for at in range(60)
    ]
    week = timedelta(days=7)
    weeks = [a_shift(names[at], NOW + at * week, NOW + (at + 1) * week) for at in range(5)]
    return Night(
        schedules=[
            a_schedule(turns, zone="America/Argentina/Buenos_Aires", owner=long),
            a_schedule(weeks, name="press"),
            a_schedule([a_shift("Fay", NOW, NOW + week, is_gap=True)], name="nobody"),
        ],
        calendars=[{"kind": "person", "name": long, "url": "https://desk.example/" + "k" * 200}],
        responders=[
            a_person(
                "Ana", a_contact(verified_at=iso(NOW)), a_contact("email", tested_at=iso(NOW))
            ),
            a_person(
                long, a_contact(opted_out_at=iso(NOW)), a_contact("webhook", failure="x" * 99)
            ),
            a_person("Fay"),
        ],
        is_covered_tonight=False,
        findings=[
            a_finding("tonight", f"{long} has opted out.", "Let her send START."),
            a_finding("soon", "press has 5 gaps in the next 14 days.", "Add somebody."),
            a_finding("note", "W" * 120),
        ],
    )


def on_call(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    page.clock.set_fixed_time(NOW)
    bad_night().answer_to(page)
    visitors.enter(page)
    page.get_by_role("link", name="On call").click()
    expect(page.locator(".schedule")).to_have_count(3)
    page.get_by_text("Subscribe in a calendar").click()
    expect(page.locator(".banner")).to_be_visible()
    return page


def phones(visitors: Visitors, width: int, theme: str) -> Page:
    page = visitors.page(width=width, theme=theme)
    bad_night().answer_to(page)
    visitors.enter(page)
    page.get_by_role("link", name="Phones").click()
    expect(page.locator(".person")).to_have_count(3)
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
    filtered,
    thanks,
    search,
    team,
    sources,
    sources_calm,
    ticket,
    incident,
    incident_over,
    escalation,
    on_call,
    phones,
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


@pytest.mark.parametrize(
    "scene", [queue, filtered, search, team, sources, ticket, incident, on_call, phones, outcome]
)
def test_what_a_finger_must_hit_is_44_pixels_high(
    visitors: Visitors, scene: Callable[[Visitors, int, str], Page]
) -> None:
    page = scene(visitors, 360, "light")
    heights = page.locator(
        "button:visible, .ticket:visible, .back:visible, nav a:visible, .button:visible, "
        "select:visible, summary:visible, .place input:visible, .searchbox input:visible"
    ).evaluate_all(
        "(found) => found.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert heights
    assert [one for one in heights if one[1] < 44] == []


@pytest.mark.parametrize("scene", [queue, search, team, sources, incident, on_call])
def test_nothing_moves_for_whoever_wants_no_movement(
    visitors: Visitors, scene: Callable[[Visitors, int, str], Page]
) -> None:
    page = scene(visitors, 1280, "light")
    page.emulate_media(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")]
          .map((one) => getComputedStyle(one))
          .filter((style) => style.animationName !== "none" || parseFloat(style.transitionDuration))
          .length"""
    )
    assert moving == 0
