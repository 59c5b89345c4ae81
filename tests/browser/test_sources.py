"""Which sources are heard: on every view, announced once, and in a list of their own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.read_budget import ReadBudget, Scope
from chalicelib.domain.standing import Condition, Missed
from chalicelib.ports import ReadUsage, Traits
from tests.browser.conftest import Visitors
from tests.builders import NOW, a_brand, a_desk, a_mention, a_source_entry
from tests.web.office import Office

HOSTILE = "<img src=x onerror='window.harmed = 1'> \u202egnp.exe\u202d {{7*7}} " + "W" * 200
TRAITS = Traits(
    is_by_keyword=True,
    is_pulled=True,
    can_receive=True,
    can_check_deletions=True,
    charges=(),
    can_reply=True,
    can_reply_privately=True,
)
LISTEN = """() => {
  window.said = [];
  const note = (records) => {
    for (const one of document.querySelectorAll(".blindness ~ [role=alert]:not([hidden])")) {
      const text = one.textContent;
      if (records.some(({ target }) => one.contains(target)) && text) window.said.push(text);
    }
  };
  const how = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(note).observe(document.querySelector("main"), how);
}"""
"""What a screen reader would say at once of sources from here on: alerts that change and show."""


def go(page: Page, hash: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", hash)


def turn(office: Office, page: Page) -> None:
    """Time passes until this page has asked for the counts again: every third time it asks."""
    office.pass_time(seconds=20)
    with page.expect_response("**/api/v1/queue/counts"):
        for _ in range(3):
            with page.expect_response("**/api/v1/queue?**"):
                page.evaluate("dispatchEvent(new Event('online'))")


def come_back(office: Office, name: str = "mastodon-acme") -> None:
    office.set_source(
        name, condition=Condition.WATCHING, since=office.now, failures=0, trouble="", missed=None
    )


# --- on every view -----------------------------------------------------------------------


def test_what_we_are_blind_to_is_said_on_every_view_and_gone_when_it_is_back(
    office: Office, visitors: Visitors
) -> None:
    office.sources.traits_of["mastodon-acme"] = TRAITS
    ticket, incident = office.add_ticket(), office.add_incident()
    page = visitors.agent()
    banner = page.locator(".blindness")
    expect(banner).to_have_count(0)
    office.blind()
    turn(office, page)
    for where in ("#/", f"#/ticket/{ticket.id}", f"#/incident/{incident.id}", "#/team", "#/phones"):
        go(page, where)
        expect(banner).to_be_visible()
        expect(banner).to_have_text(
            "We are blind to mastodon-acme since 20:10: it answers 503. "
            "Replies to mastodon-acme may have to wait. See the sources"
        )
    come_back(office)
    turn(office, page)
    expect(banner).to_be_hidden()
    expect(page.locator(".unseen[role=status]")).to_have_text("All sources are heard again.")


def test_who_opens_the_page_while_we_are_blind_sees_it_at_once(
    office: Office, visitors: Visitors
) -> None:
    office.blind()
    page = visitors.page()
    visitors.enter(page)
    page.wait_for_selector("body:not([data-filling]) .panes")
    assert page.locator(".blindness").is_visible()


def test_it_is_announced_once_whatever_the_platform_says_of_it_meanwhile(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.agent()
    page.evaluate(LISTEN)
    office.blind(trouble="it answers 503")
    turn(office, page)
    expect(page.locator(".blindness")).to_contain_text("it answers 503")
    office.set_source(trouble="it answers 502", succeeded_at=NOW - timedelta(minutes=20))
    turn(office, page)
    expect(page.locator(".blindness")).to_contain_text("it answers 502")
    turn(office, page)
    go(page, "#/team")
    expect(page.locator(".team")).to_be_visible()
    assert len(page.evaluate("said")) == 1, page.evaluate("said")
    come_back(office)
    turn(office, page)
    office.blind(trouble="it answers 503 again")
    turn(office, page)
    expect(page.locator(".blindness")).to_contain_text("again")
    assert len(page.evaluate("said")) == 2, page.evaluate("said")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition.DEGRADED, "mastodon-acme is heard less well since 20:30."),
        (Condition.BACK, "mastodon-acme is back since 20:30; what we missed is being read."),
    ],
)
def test_what_is_less_than_blindness_is_said_calmly(
    office: Office, visitors: Visitors, condition: Condition, words: str
) -> None:
    page = visitors.agent()
    page.evaluate(LISTEN)
    office.set_source(condition=condition, since=NOW, missed=Missed(since=NOW))
    turn(office, page)
    expect(page.locator(".blindness.calm")).to_contain_text(words)
    expect(page.locator(".unseen[role=status]")).to_have_text(words)
    assert page.evaluate("said") == []


def test_of_several_the_gravest_is_named_and_the_others_are_counted(
    office: Office, visitors: Visitors
) -> None:
    names = ("forum", "reviews", "video")
    office.desks.put(a_desk(sources=tuple(a_source_entry(name=one) for one in names)), now=NOW)
    office.set_source("forum", condition=Condition.DEGRADED, since=NOW)
    office.blind("reviews")
    office.set_source("video", condition=Condition.BACK, since=NOW)
    page = visitors.agent()
    expect(page.locator(".blindness")).to_contain_text(
        "We are blind to reviews since 20:10: it answers 503. And 2 more."
    )


def test_the_banner_leads_to_the_sources_and_keeps_the_focus_while_its_words_change(
    office: Office, visitors: Visitors
) -> None:
    office.blind()
    page = visitors.agent()
    link = page.locator(".blindness a")
    link.focus()
    office.set_source(trouble="it answers 502", succeeded_at=NOW - timedelta(minutes=20))
    turn(office, page)
    expect(page.locator(".blindness")).to_contain_text("502")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sources", exact=True)).to_be_focused()


# --- the list ----------------------------------------------------------------------------


def opened(visitors: Visitors, *, width: int = 1280) -> Page:
    page = visitors.agent(width=width, at=NOW)
    go(page, "#/sources")
    expect(page.locator(".source, .wide .blank, .wide .trouble:not(:empty)").first).to_be_visible()
    return page


def test_a_source_tells_how_it_stands_what_it_takes_and_what_it_can(
    office: Office, visitors: Visitors
) -> None:
    entry = a_source_entry(budget=ReadBudget(calls=10_000, usd=Decimal(20)))
    office.desks.put(a_desk(sources=(entry,)), now=NOW)
    office.sources.traits_of[entry.name] = TRAITS
    usage = ReadUsage(calls=9_600, posts=1_234, spent=Decimal("12.4"))
    office.read_usages.add(entry.name, "2026-11", usage)
    office.set_source(
        condition=Condition.DEGRADED,
        since=NOW - timedelta(hours=2),
        scope=Scope.FLOOR,
        not_read="read as seldom as its floor allows: 9,600 of 10,000 calls used",
        not_read_since=NOW - timedelta(days=1),
        missed=Missed(since=NOW, back_at=NOW, read_at=NOW, posts=3),
    )
    office.source_states.put_off(entry.name, NOW + timedelta(minutes=4))
    page = opened(visitors)
    expect(page.locator(".sum")).to_have_text("1 of 1 source is not heard as it should be.")
    source = page.locator(".source")
    for words in (
        "mastodon-acme",
        "Mastodon",
        "Degraded",
        "since 18:30",
        "It is read as seldom as its floor allows: 9,600 of 10,000 calls used. Asked every",
        "Less is read since Fri 20 Nov, 20:30.",
        "3 posts were read late.",
        "last read 20:30",
        "next look in",
        "9,600 of 10,000 requests used (96 %)",
        "$12.40 of $20.00 used (62 %)",
        "This month: 9,600 requests, 1,234 posts, $12.40",
        "answers in public · answers in private · takes pushes · sees deletions · found by words",
    ):
        expect(source).to_contain_text(words)
    expect(source.locator("time").first).to_have_attribute(
        "title", "Saturday, 21 November 2026 at 18:30:00 CET (2026-11-21T17:30:00Z)"
    )
    expect(page.locator(".gauge.near")).to_have_count(1)
    assert page.locator(".gauge").first.evaluate(
        "(one) => one.lastChild.getBoundingClientRect().width / one.clientWidth"
    ) == pytest.approx(0.96, abs=0.01)


def test_sources_stand_by_brand_the_gravest_first(office: Office, visitors: Visitors) -> None:
    entries = (
        a_source_entry(name="a"),
        a_source_entry(name="b"),
        a_source_entry(name="c", brand="other"),
        a_source_entry(name="d", brand="other"),
    )
    brands = (a_brand(), a_brand(id="other", name="Other"))
    office.desks.put(a_desk(sources=entries, brands=brands), now=NOW)
    office.set_source("a", condition=Condition.WATCHING, since=NOW)
    office.set_source("b", condition=Condition.BACK, since=NOW, missed=Missed(since=NOW, posts=2))
    office.set_source("c", condition=Condition.WATCHING, since=NOW)
    office.blind("d")
    page = opened(visitors)
    expect(page.locator(".groups h3")).to_have_text(["Other", "Acme"])
    expect(page.locator(".source h4")).to_have_text(["d", "c", "b", "a"])
    expect(page.locator(".condition")).to_have_text(
        ["✕ Blind", "● Watching", "↻ Back", "● Watching"]
    )
    expect(page.locator(".source[data-condition=blind]")).to_contain_text(
        "nothing heard since 20:10"
    )


def test_when_all_are_heard_one_line_says_so(office: Office, visitors: Visitors) -> None:
    office.set_source(condition=Condition.WATCHING, since=NOW)
    expect(opened(visitors).locator(".sum")).to_have_text("The one source is heard.")


def test_a_desk_without_sources_says_that_nothing_is_heard(
    office: Office, visitors: Visitors
) -> None:
    office.desks.put(a_desk(sources=()), now=NOW)
    page = opened(visitors)
    expect(page.locator(".wide .blank")).to_contain_text("No source is configured.")
    expect(page.locator(".sum")).to_be_hidden()


def test_what_cannot_be_loaded_is_said_and_can_be_tried_again(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.agent()
    page.route("**/api/v1/sources", lambda route: route.abort())
    go(page, "#/sources")
    trouble = page.locator(".wide .trouble")
    expect(trouble).to_contain_text("could not be loaded: The desk cannot be reached.")
    page.unroute("**/api/v1/sources")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".source")).to_have_count(1)
    expect(trouble).to_be_hidden()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_the_list_follows_what_happens_and_a_tick_counts_down(
    office: Office, visitors: Visitors
) -> None:
    office.set_source(condition=Condition.WATCHING, since=NOW)
    office.source_states.put_off("mastodon-acme", NOW + timedelta(seconds=50))
    page = opened(visitors)
    expect(page.locator(".source")).to_contain_text("next look in 50 s")
    page.clock.run_for(2_000)
    expect(page.locator(".source")).not_to_contain_text("next look in 50 s")
    office.blind()
    turn(office, page)
    expect(page.locator(".source[data-condition=blind]")).to_contain_text("it answers 503.")


def test_the_sources_are_reached_by_key_and_from_the_team(visitors: Visitors) -> None:
    page = visitors.agent()
    page.keyboard.press("s")
    heading = page.get_by_role("heading", name="Sources", exact=True)
    expect(heading).to_be_focused()
    expect(page.get_by_role("heading", name="Queue")).to_be_hidden()
    page.keyboard.press("t")
    page.get_by_role("link", name="Which sources are heard").click()
    expect(heading).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_hostile_words_of_platforms_and_names_are_text(office: Office, visitors: Visitors) -> None:
    name = "<b>forum</b>"
    entry = a_source_entry(name=name, brand="other")
    brands = (a_brand(), a_brand(id="other", name=HOSTILE))
    office.desks.put(a_desk(sources=(entry,), brands=brands), now=NOW)
    office.sources.traits_of[name] = replace(TRAITS, can_reply=False)
    office.blind(name, trouble=HOSTILE)
    page = opened(visitors, width=320)
    expect(page.locator(".source h4")).to_have_text(name)
    expect(page.locator(".source")).to_contain_text("{{7*7}}")
    expect(page.locator(".source")).to_contain_text("answers are given on the platform itself")
    expect(page.locator(".blindness")).to_contain_text(f"We are blind to {name}")
    assert page.locator(".wide b, .wide img, .blindness b, .blindness img").count() == 0
    assert page.evaluate("window.harmed") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


# --- in a ticket -------------------------------------------------------------------------


def test_a_post_that_was_read_late_says_so(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket(a_mention(is_late=True))
    page = visitors.agent()
    go(page, f"#/ticket/{ticket.id}")
    expect(page.locator(".thread .post")).to_contain_text("read late")
