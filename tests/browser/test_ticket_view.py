"""What a ticket shows: the thread, the customer, the verdict, to everybody, on every screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.domain.customer import Customer, profile_of
from chalicelib.domain.mention import Author, Media
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import (
    AgentId,
    Note,
    ReplyState,
    Ticket,
    TicketAct,
    TicketActKind,
    TicketState,
)
from tests.browser.conftest import Visitors
from tests.browser.talks import SAVED, a_post, a_talk, bar, box, decide, open_ticket, stored
from tests.browser.test_appearance import AXE
from tests.builders import NOW, a_mention, a_reply, mention_number
from tests.web.office import Office

HOSTILE = (
    "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'> "
    "\u202egnp.exe\u202d {{7*7}} ${harmed} " + "W" * 400
)


def a_hostile_talk(office: Office) -> Ticket:
    """Every text that others may choose is an attack."""
    author = Author(handle="<b>\u202ex", name="<i>Eve\u202e", followers=3)
    evil = "javascript:window.harmed=1"
    media = (Media(url=evil, alt=HOSTILE), Media(url="https://x.example/a.png", alt=HOSTILE))
    decide(office, saved=SAVED)
    return a_talk(
        office,
        a_mention(text=HOSTILE, author=author, url=evil, media=media),
        reasons=(f"<u>{HOSTILE}",),
        posts=(
            a_post(10, HOSTILE, author=author, url=evil),
            a_post(20, HOSTILE, author=author, url=evil, is_private=True),
        ),
        replies=(
            a_reply(id="reply-1", text=HOSTILE, state=ReplyState.SENT, url=evil),
            a_reply(id="reply-2", text=HOSTILE, state=ReplyState.REFUSED, refusal=HOSTILE[:500]),
            a_reply(
                id="reply-3",
                text=HOSTILE,
                state=ReplyState.QUEUED,
                is_private=True,
                trouble=HOSTILE[:500],
                send_at=NOW + timedelta(minutes=2),
            ),
        ),
        notes=(Note(by=AgentId("<s>ana"), at=NOW, text=HOSTILE),),
        acts=(
            TicketAct(kind=TicketActKind.OPENED, at=NOW),
            TicketAct(kind=TicketActKind.HANDED_OVER, at=NOW, by="<s>", to="<s>", text=HOSTILE),
        ),
        returns_for=HOSTILE[:300],
        returns_at=NOW + timedelta(days=1),
    )


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


# --- hostile text ------------------------------------------------------------------------


def test_hostile_text_in_every_place_is_only_text(office: Office, visitors: Visitors) -> None:
    page = open_ticket(visitors, a_hostile_talk(office))
    unfold(page)
    expect(page.locator(".customer .reach")).to_be_visible()
    box(page).fill(HOSTILE)
    expect(page.locator(".preview .words")).to_contain_text("<script>")
    assert page.locator(".thread blockquote").first.inner_text() == HOSTILE
    assert page.evaluate("window.harmed") is None
    inside = ":is(main, dialog) :is(script, img, b, i, u, s)"
    assert page.locator(inside).count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_what_somebody_wrote_backwards_turns_nothing_else_around(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_hostile_talk(office))
    unfold(page)
    expect(page.locator(".customer .reach")).to_be_visible()
    for selector in ("bdi", "blockquote", ".words", ".reasons li"):
        kinds = page.locator(f".ticket-view {selector}").evaluate_all(
            "(found) => found.map((one) => getComputedStyle(one).unicodeBidi)"
        )
        assert kinds, selector
        assert set(kinds) <= {"isolate", "plaintext"}, selector
    label = page.locator("label[for=reply-text]").text_content() or ""
    assert "\u202e" not in label
    assert "\u2068" in label


# --- the thread --------------------------------------------------------------------------


def test_the_thread_stands_in_the_order_of_time_with_media_moods_and_ways_there(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(
        office,
        a_mention(media=(Media(url="https://x.example/a.png", alt="an error page"),)),
        mood=-0.8,
        posts=(a_post(40, "it works again, thanks", mood=0.7),),
        replies=(
            a_reply(id="reply-1", state=ReplyState.SENT, approved_at=NOW - timedelta(seconds=40)),
        ),
        notes=(Note(by=AgentId("ana"), at=NOW, text="was nice"),),
    )
    page = open_ticket(visitors, ticket)
    kinds = page.locator(".thread > li").evaluate_all(
        "(found) => found.map((one) => one.className.split(' ')[0])"
    )
    assert kinds == ["post", "reply", "post", "note"]
    expect(page.get_by_text("Mood: upset at first, glad now")).to_be_visible()
    expect(page.get_by_role("link", name="an error page")).to_have_attribute(
        "href", "https://x.example/a.png"
    )
    expect(page.get_by_role("link", name="open there")).to_have_count(2)
    expect(page.locator(".thread .note")).to_contain_text("Ana")


def test_a_note_among_agents_stands_in_the_thread(office: Office, visitors: Visitors) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    page.get_by_text("Note for colleagues").click()
    page.get_by_label("New note on this ticket").fill("she called before")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".thread .note")).to_contain_text("she called before")
    expect(page.get_by_label("New note on this ticket")).to_have_value("")
    assert [one.text for one in stored(office, ticket).notes] == ["she called before"]


def test_a_ticket_has_an_address_of_its_own(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket(state=TicketState.CONTENT, ended_at=NOW)
    page = open_ticket(visitors, ticket)
    expect(page.locator(".bar .holder")).to_have_text("Resolved: content")
    expect(bar(page, "Reopen")).to_be_visible()
    page.goto(f"{visitors.address}#/ticket/mastodon.0")
    expect(page.get_by_role("alert")).to_contain_text("there is no ticket")


# --- the customer ------------------------------------------------------------------------


def test_who_the_customer_is_stands_beside_the_ticket(office: Office, visitors: Visitors) -> None:
    earlier = office.add_ticket(
        a_mention(platform_id="77", text="where is my parcel?", posted_at=NOW - timedelta(days=9)),
        state=TicketState.NOT_CONTENT,
        ended_at=NOW - timedelta(days=8),
    )
    ticket = a_talk(office, mood=-0.8, posts=(a_post(10, mood=0.8),))
    is_known(office, earlier, ticket)
    page = open_ticket(visitors, ticket)
    customer = page.locator(".customer")
    expect(customer).to_contain_text("1200 followers")
    expect(customer).to_contain_text("@carla@social.example on Mastodon")
    expect(customer.get_by_role("link", name="where is my parcel?")).to_contain_text(
        "Resolved: not content"
    )
    expect(customer.get_by_role("img", name="upset at first, glad in the newest")).to_be_visible()
    customer.get_by_text("As a table").click()
    expect(customer.get_by_role("cell", name="glad")).to_be_visible()


def test_a_note_and_another_profile_stay_with_the_customer(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    is_known(office, ticket)
    page = open_ticket(visitors, ticket)
    customer = page.locator(".customer")
    customer.get_by_label("New note on the customer").fill("prefers the phone")
    customer.get_by_role("button", name="Keep the note").click()
    expect(customer.locator(".notes")).to_contain_text("prefers the phone")
    customer.get_by_text("Link another profile").click()
    customer.get_by_label("Handle").fill("@carla2@other.example")
    customer.get_by_role("button", name="Link", exact=True).click()
    expect(customer).to_contain_text("@carla2@other.example on Mastodon")


def test_a_customer_who_cannot_be_looked_up_is_asked_for_again(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = visitors.agent()
    page.route("**/customer", lambda route: route.abort())
    page.evaluate("(id) => { location.hash = `#/ticket/${id}`; }", ticket.id)
    customer = page.locator(".customer")
    expect(customer).to_contain_text("could not be loaded")
    page.unroute("**/customer")
    customer.get_by_role("button", name="Try again").click()
    expect(customer).to_contain_text("1200 followers")


def is_known(office: Office, *tickets: Ticket) -> None:
    """These are tickets of one person, as the book of customers has it."""
    profile = profile_of(tickets[0].mention)
    assert profile is not None
    one = Customer(id=profile.key, profiles=(profile,))
    for ticket in tickets:
        one = one.with_ticket(ticket.id, now=NOW)
    office.customers.save(one)


# --- the verdict -------------------------------------------------------------------------


def test_an_agent_says_by_the_keyboard_what_the_verdict_should_have_been(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(urgency=Urgency.SOON)
    page = open_ticket(visitors, ticket)
    verdict = page.get_by_role("group", name="Judged “Soon”: wrong?")
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
    expect(verdict.get_by_label("Topic")).to_have_value("safety")
    kept = stored(office, ticket)
    said = [(one.by, one.urgency, one.topic, one.mood) for one in kept.corrections]
    assert said == [("gus", Urgency.WAKE, Topic.SAFETY, None)]
    assert kept.urgency is Urgency.SOON
    assert kept.state is TicketState.OPEN


def test_a_correction_that_did_not_arrive_is_told_and_not_shown(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, office.add_ticket(urgency=Urgency.SOON))
    page.route("**/correct", lambda route: route.abort())
    page.get_by_role("button", name="Ignore").click()
    expect(page.get_by_role("alert").last).to_contain_text("Correcting did not work")
    expect(page.get_by_role("button", name="Ignore")).to_have_attribute("aria-pressed", "false")


# --- everybody, everywhere ---------------------------------------------------------------

Scene = Callable[[Visitors, int, str], Page]


def whole(visitors: Visitors, width: int, theme: str) -> Page:
    """Everything is unfolded, and a private answer is being written."""
    page = open_ticket(visitors, a_hostile_talk(visitors.office), width=width, theme=theme)
    unfold(page)
    expect(page.locator(".customer .reach")).to_be_visible()
    box(page).fill("You should have looked! " + "W" * 600)
    expect(page.locator(".hints li").first).to_be_visible()
    return page


def in_public(visitors: Visitors, width: int, theme: str) -> Page:
    ticket = a_talk(visitors.office, replies=(a_reply(id="reply-1", state=ReplyState.UNKNOWN),))
    page = open_ticket(visitors, ticket, width=width, theme=theme)
    box(page).fill("Hi Carla")
    expect(page.locator(".preview")).to_be_visible()
    return page


def choosing_words(visitors: Visitors, width: int, theme: str) -> Page:
    decide(visitors.office, saved=SAVED)
    page = open_ticket(visitors, a_talk(visitors.office), width=width, theme=theme)
    page.get_by_role("button", name="Saved replies").click()
    expect(page.locator(".saved").get_by_role("option").first).to_be_visible()
    return page


def waiting_for_a_word(visitors: Visitors, width: int, theme: str) -> Page:
    replies = (a_reply(id="reply-1", state=ReplyState.PROPOSED),)
    ticket = a_talk(visitors.office, replies=replies)
    page = open_ticket(visitors, ticket, "lea", width=width, theme=theme, roles=("lead",))
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    return page


def answered_there(visitors: Visitors, width: int, theme: str) -> Page:
    posted = mention_number(1, platform="hackernews", source="gone")
    page = open_ticket(visitors, a_talk(visitors.office, posted), width=width, theme=theme)
    expect(page.locator(".elsewhere")).to_be_visible()
    return page


def asking(name: str) -> Scene:
    def scene(visitors: Visitors, width: int, theme: str) -> Page:
        visitors.office.come_on_duty("mia")
        page = open_ticket(visitors, a_talk(visitors.office), width=width, theme=theme)
        bar(page, name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_text("Looking who is there")).to_have_count(0)
        return page

    scene.__name__ = name
    return scene


SCENES: list[Scene] = [
    whole,
    in_public,
    choosing_words,
    waiting_for_a_word,
    answered_there,
    asking("Promise"),
    asking("Hand over"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_nobody_is_shut_out_of_a_ticket(visitors: Visitors, scene: Scene, theme: str) -> None:
    page = scene(visitors, 1280, theme)
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scene", SCENES)
def test_a_ticket_fits_a_phone_of_320_pixels_and_a_finger(visitors: Visitors, scene: Scene) -> None:
    page = scene(visitors, 320, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    heights = page.locator(
        ":is(.place, dialog) :is(button, summary, select, textarea, label.switch, .button, "
        "input:not([type=radio])):visible, .earlier a:visible, [role=option]:visible"
    ).evaluate_all(
        "(found) => found.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert heights
    assert [one for one in heights if one[1] < 44] == []


def test_a_phone_shows_the_talk_first_and_folds_the_rest(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office), width=360)
    expect(box(page)).to_be_visible()
    expect(page.locator(".panel[open]")).to_have_count(0)
    page.get_by_text("Customer", exact=True).click()
    expect(page.locator(".customer")).to_contain_text("1200 followers")
