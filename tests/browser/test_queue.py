"""The queue on the page: its views and filters, what a card says, and what is done from a list."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, Post, Reply, ReplyState, Ticket, TicketState
from tests.browser.conftest import Visitors
from tests.builders import NOW, a_mention, a_reply, mention_number
from tests.web.office import Office

GUS, MIA = AgentId("gus"), AgentId("mia")
HOSTILE = (
    "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'> "
    "\u202egnp.exe\u202d {{7*7}} ${harmed} " + "W" * 400
)


def row(page: Page, at: int = 0) -> str:
    return page.locator(".ticket").nth(at).inner_text()


def ids(page: Page) -> list[str]:
    found = page.locator(".queue .ticket").evaluate_all("(all) => all.map((one) => one.dataset.id)")
    return [str(one) for one in found]


def view(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Views of the queue").get_by_role(
        "link", name=re.compile(f"^{name}")
    ).click()


def frozen(page: Page) -> None:
    """What the page knows stays old: only a write itself can tell what is true."""
    page.route("**/api/v1/queue?**", lambda route: route.fulfill(status=304))


def stored(office: Office, ticket: Ticket) -> Ticket:
    found = office.tickets.get(ticket.id)
    assert found is not None
    return found


def sent(**over: object) -> Reply:
    return a_reply(state=ReplyState.SENT, url="https://social.example/1", **over)


# --- what is shown -----------------------------------------------------------------------


def test_the_gravest_stand_first_with_their_wait_their_due_time_and_their_holder(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("mia")
    late = mention_number(1, posted_at=NOW - timedelta(hours=26))
    office.add_ticket(late, urgency=Urgency.ANSWER)
    office.add_ticket(urgency=Urgency.WAKE)
    soon = mention_number(2, posted_at=NOW - timedelta(minutes=50))
    office.add_ticket(soon, urgency=Urgency.SOON, holder=MIA, state=TicketState.CLAIMED)
    page = visitors.agent()
    expect(page.locator(".queue header p")).to_have_text("3 tickets")
    expect(page.locator(".ticket").nth(0)).to_contain_text("Urgent")
    for words in ("Outage", "waiting 1 min", "due in 14 min", "Nobody has this ticket"):
        assert words in row(page, 0)
    assert "Acme · Mastodon · 1.2k followers" in row(page, 0)
    for words in ("Soon", "waiting 50 min", "due in 10 min", "Mia has it"):
        assert words in row(page, 1)
    for words in ("Answer", "waiting 26 h", "overdue 2 h"):
        assert words in row(page, 2)
    assert page.locator(".ticket .wait").first.get_attribute("title") == (
        "Saturday, 21 November 2026 at 20:29:00 CET (2026-11-21T19:29:00Z)"
    )
    kinds = page.locator(".due").evaluate_all("(all) => all.map((one) => one.className)")
    assert kinds == ["due near", "due near", "due late"]


def test_the_wait_grows_while_one_looks(office: Office, visitors: Visitors) -> None:
    office.add_ticket(a_mention(posted_at=NOW - timedelta(minutes=59, seconds=57)))
    page = visitors.agent(at=NOW)
    expect(page.locator(".ticket .wait")).to_have_text("waiting 59 min")
    office.pass_time(seconds=5)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket .wait")).to_have_text("waiting 1 h")


def test_a_countdown_turns_into_what_is_overdue(office: Office, visitors: Visitors) -> None:
    office.add_ticket(due_at=NOW + timedelta(seconds=3))
    page = visitors.agent(at=NOW)
    expect(page.locator(".ticket .due")).to_have_class("due near")
    office.pass_time(seconds=65)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket .due")).to_have_text("overdue 1 min")
    expect(page.locator(".ticket .due")).to_have_class("due late")


def test_a_card_tells_what_else_is_to_be_known(office: Office, visitors: Visitors) -> None:
    back = NOW + timedelta(hours=20)
    office.add_ticket(
        mention_number(1),
        state=TicketState.WAITING,
        holder=GUS,
        is_waiting=False,
        replies=(sent(),),
        returns_at=back,
        returns_for="engineer tonight: ask how it went",
    )
    office.add_ticket(
        mention_number(2),
        urgency=Urgency.SOON,
        state=TicketState.CLAIMED,
        holder=GUS,
        held_until=NOW + timedelta(minutes=4),
        replies=(a_reply(state=ReplyState.QUEUED),),
    )
    office.add_ticket(
        mention_number(3),
        urgency=Urgency.ANSWER,
        topic=Topic.PRESS,
        state=TicketState.CLAIMED,
        holder=MIA,
        replies=(a_reply(by=MIA, state=ReplyState.PROPOSED),),
        posts=(Post(mention=mention_number(30)), Post(mention=mention_number(31))),
    )
    page = visitors.agent(at=NOW)
    expect(page.locator(".ticket")).to_have_count(3)
    mine, pressed, promised = row(page, 0), row(page, 1), row(page, 2)
    assert "a reply is on its way" in mine
    assert "returns to the queue in 4 min" in mine
    assert "Press and law" in pressed
    assert "3 posts" in pressed
    assert "a reply waits for a lead’s word" in pressed
    assert "You promised" in promised
    assert "back Sun 22 Nov, 16:30: engineer tonight: ask how it went" in promised
    assert "answered" in promised
    assert "due in" not in promised


def test_only_the_holder_is_told_that_a_claim_ends_and_only_when_it_is_near(
    office: Office, visitors: Visitors
) -> None:
    soon, later = NOW + timedelta(minutes=4), NOW + timedelta(minutes=11)
    claimed = {"state": TicketState.CLAIMED, "holder": MIA}
    office.add_ticket(mention_number(1), held_until=soon, **claimed)
    office.add_ticket(mention_number(2), held_until=later, **{**claimed, "holder": GUS})
    page = visitors.agent(at=NOW)
    expect(page.locator(".ticket")).to_have_count(2)
    expect(page.locator(".mark:visible")).to_have_count(0)
    office.pass_time(minutes=2)
    page.clock.run_for(5_000)
    expect(page.locator(".mark:visible")).to_have_text("returns to the queue in 9 min")


def test_what_was_said_in_private_is_not_in_the_list(office: Office, visitors: Visitors) -> None:
    office.add_ticket(a_mention(text="my number is 0664 1234567", is_private=True))
    page = visitors.agent()
    expect(page.locator(".ticket .text")).to_have_text("Said in private: open it to read.")


def test_what_others_do_shows_by_itself_and_is_announced(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.agent(at=NOW)
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    office.add_ticket()
    office.pass_time(seconds=10)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket")).to_have_count(1)
    expect(page.locator(".unseen[role=status]")).to_have_text("1 new ticket, 1 urgent.")
    office.pass_time(seconds=10)
    page.clock.run_for(5_000)
    expect(page).to_have_title("(1) Nightdesk")


def test_whoever_looks_at_another_view_hears_of_arrivals_too(
    office: Office, visitors: Visitors
) -> None:
    page = visitors.agent(at=NOW)
    view(page, "Mine")
    expect(page.get_by_text("You have no ticket.")).to_be_visible()
    office.add_ticket()
    office.pass_time(seconds=30)
    page.clock.run_for(15_000)
    expect(page.locator(".unseen[role=status]")).to_have_text("1 new ticket.")
    expect(page.locator(".ticket")).to_have_count(0)


def test_a_hostile_mention_is_only_text(office: Office, visitors: Visitors) -> None:
    office.add_ticket(
        a_mention(
            text=HOSTILE,
            author=Author(handle="<b>\u202ex", name="<i>Eve"),
            url="javascript:window.harmed=1",
        ),
        state=TicketState.SNOOZED,
        holder=GUS,
        returns_at=NOW + timedelta(hours=1),
        returns_for="<u>\u202eharm</u>",
    )
    office.add_incident(quote=HOSTILE, author="<b>x", url="javascript:window.harmed=1")
    office.index()
    page = visitors.agent()
    expect(page.locator(".ticket .text")).to_contain_text("<script>window.harmed = 1</script>")
    expect(page.locator(".ticket .author")).to_have_text("@<b>\u202ex")
    expect(page.locator(".mark")).to_contain_text("<u>\u202eharm</u>")
    page.goto(f"{visitors.address}#/search?q=harmed")
    expect(page.locator(".search .ticket .text")).to_contain_text("onerror=")
    assert page.evaluate("window.harmed") is None
    assert page.locator("main script, main img, main b, main i, main u").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_what_somebody_wrote_backwards_turns_nothing_else_around(
    office: Office, visitors: Visitors
) -> None:
    author = Author(handle="\u202eliam", name="\u202eevE")
    office.add_ticket(a_mention(text="\u202eolleh", author=author))
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(1)
    for selector in (".ticket bdi", ".ticket .text"):
        kinds = page.locator(selector).evaluate_all(
            "(found) => found.map((one) => getComputedStyle(one).unicodeBidi)"
        )
        assert kinds
        assert set(kinds) <= {"isolate", "plaintext"}


# --- views and filters -------------------------------------------------------------------


def one_of_each(office: Office) -> dict[str, Ticket]:
    """A ticket that is in each view, by its name; in `All` and `Mine` there are several."""
    late = mention_number(2, posted_at=NOW - timedelta(hours=2))
    held = {"state": TicketState.CLAIMED, "urgency": Urgency.ANSWER}
    ahead = {"returns_at": NOW + timedelta(hours=1), "urgency": Urgency.ANSWER}
    glad = {"is_thanks": True, "is_waiting": False, "topic": Topic.PRAISE}
    return {
        "Unclaimed": office.add_ticket(mention_number(1), urgency=Urgency.ANSWER),
        "Overdue": office.add_ticket(late, holder=MIA, state=TicketState.CLAIMED),
        "Claimed": office.add_ticket(mention_number(3), holder=MIA, **held),
        "Mine": office.add_ticket(mention_number(4), holder=GUS, **held),
        "Waiting": office.add_ticket(
            mention_number(5), state=TicketState.WAITING, holder=MIA, is_waiting=False, **ahead
        ),
        "Snoozed": office.add_ticket(
            mention_number(6), state=TicketState.SNOOZED, holder=MIA, **ahead
        ),
        "Thanks": office.add_ticket(mention_number(7), urgency=Urgency.IGNORE, **glad),
    }


def test_each_view_has_an_address_a_count_and_what_belongs_in_it(
    office: Office, visitors: Visitors
) -> None:
    tickets = one_of_each(office)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(6)
    expected = {
        "Unclaimed": ("unclaimed", ["Unclaimed"]),
        "Mine": ("mine", ["Mine"]),
        "Claimed": ("team", ["Overdue", "Claimed", "Mine"]),
        "Waiting": ("waiting", ["Waiting"]),
        "Snoozed": ("snoozed", ["Snoozed"]),
        "Overdue": ("breached", ["Overdue"]),
        "Thanks": ("thanks", ["Thanks"]),
    }
    for name, (address, inside) in expected.items():
        view(page, name)
        link = page.locator(".views a[aria-current]")
        expect(link).to_have_text(f"{name} {len(inside)}")
        expect(page.locator(".ticket")).to_have_count(len(inside))
        assert sorted(ids(page)) == sorted(tickets[one].id for one in inside)
        assert page.url.endswith(f"#/queue/{address}")
    page.go_back()
    expect(page.locator(".views a[aria-current]")).to_contain_text("Overdue")
    page.reload()
    expect(page.locator(".views a[aria-current]")).to_contain_text("Overdue")
    assert ids(page) == [tickets["Overdue"].id]


@pytest.mark.parametrize("name", ["waiting", "thanks"])
def test_on_a_phone_the_chosen_view_is_to_be_seen_among_the_others(
    office: Office, visitors: Visitors, name: str
) -> None:
    for number in range(12):
        office.add_ticket(mention_number(number))
    page = visitors.agent(width=320)
    views = page.get_by_role("navigation", name="Views of the queue")
    chosen = views.locator("[aria-current]")
    expect(chosen).to_have_text("All 12")
    page.evaluate("(name) => { location.hash = `#/queue/${name}`; }", name)
    expect(chosen).to_have_text(f"{name.title()} 0")
    expect(chosen).to_be_in_viewport(ratio=1)
    page.reload()
    expect(chosen).to_have_text(f"{name.title()} 0")
    expect(chosen).to_be_in_viewport(ratio=1)
    page.keyboard.press("t")
    expect(views).to_be_hidden()
    page.keyboard.press("u")
    expect(chosen).to_be_in_viewport(ratio=1)
    views.evaluate("(one) => { one.scrollLeft = 0; }")
    with page.expect_response("**/api/v1/queue/counts"):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(views.get_by_role("link", name="All")).to_be_in_viewport(ratio=1)


def test_thanks_neither_wait_nor_are_due(office: Office, visitors: Visitors) -> None:
    one_of_each(office)
    page = visitors.agent()
    view(page, "Thanks")
    expect(page.locator(".ticket .urgency")).to_have_text("Thanks")
    expect(page.locator(".ticket .wait")).to_have_text("1 min ago")
    expect(page.locator(".ticket .due")).to_be_hidden()


def test_what_is_overdue_is_told_on_every_view(office: Office, visitors: Visitors) -> None:
    one_of_each(office)
    page = visitors.agent()
    for address in ("#/queue/mine", "#/team", "#/phones", "#/on-call", "#/search"):
        page.evaluate("(hash) => { location.hash = hash; }", address)
        expect(page.get_by_role("link", name="1 overdue")).to_be_visible()
    page.get_by_role("link", name="1 overdue").click()
    expect(page.locator(".queue .ticket")).to_have_count(1)


def test_filters_are_fed_by_what_is_there_and_stand_in_the_address(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(mention_number(1))
    bill = office.add_ticket(mention_number(2), topic=Topic.BILLING, language="de")
    page = visitors.agent()
    page.get_by_text("Filter", exact=True).click()
    expect(page.get_by_label("Brand")).to_be_hidden()
    topics = page.get_by_label("Topic")
    expect(topics.locator("option")).to_have_text(["any", "outage (1)", "billing (1)"])
    expect(page.get_by_label("Language").locator("option")).to_have_text(
        ["any", "English (1)", "German (1)"]
    )
    topics.select_option("billing")
    expect(page.locator(".ticket")).to_have_count(1)
    assert page.url.endswith("#/queue?topic=billing")
    view(page, "Unclaimed")
    expect(page.locator(".views a[aria-current]")).to_contain_text("Unclaimed")
    assert page.url.endswith("#/queue/unclaimed?topic=billing")
    page.reload()
    expect(page.get_by_text("Filter: billing")).to_be_visible()
    assert ids(page) == [bill.id]
    page.get_by_label("Language").select_option("en")
    expect(page.get_by_text("Nothing here matches the filter.")).to_be_visible()
    page.get_by_role("button", name="No filter").click()
    expect(page.locator(".ticket")).to_have_count(2)
    assert page.url.endswith("#/queue/unclaimed")


def test_an_address_without_a_slash_or_of_no_view_leads_to_the_queue(
    office: Office, visitors: Visitors
) -> None:
    one_of_each(office)
    page = visitors.agent()
    for hash, name in (("#queue/mine", "Mine"), ("#/queue/nothing", "All"), ("#/%", "All")):
        page.evaluate("(hash) => { location.hash = hash; }", hash)
        expect(page.locator(".views a[aria-current]")).to_contain_text(name)


def test_every_view_says_what_it_means_that_it_is_empty(office: Office, visitors: Visitors) -> None:
    page = visitors.agent()
    said = set()
    for name in ("All", "Unclaimed", "Mine", "Claimed", "Waiting", "Snoozed", "Overdue", "Thanks"):
        view(page, name)
        expect(page.locator(".views a[aria-current]")).to_contain_text(name)
        expect(page.locator(".queue .blank")).to_be_visible()
        said.add(page.locator(".queue .blank p").first.inner_text())
    assert len(said) == 8


# --- more than a page --------------------------------------------------------------------


def many(office: Office, count: int) -> list[str]:
    """Their ids, in the order of the queue."""
    tickets = [
        office.add_ticket(mention_number(at, posted_at=NOW - timedelta(seconds=count - at)))
        for at in range(count)
    ]
    return [str(one.id) for one in tickets]


def test_further_pages_come_by_scrolling(office: Office, visitors: Visitors) -> None:
    expected = many(office, 120)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(50)
    expect(page.locator(".queue header p")).to_have_text("the first 50 of 120")
    page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(page.locator(".ticket")).to_have_count(100)
    page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(page.locator(".ticket")).to_have_count(120)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    assert ids(page) == expected


def test_the_keys_reach_beyond_a_page(office: Office, visitors: Visitors) -> None:
    many(office, 60)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(50)
    page.keyboard.press("k")
    expect(page.locator(".ticket")).to_have_count(60)
    expect(page.locator(".ticket").nth(49)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".ticket").nth(50)).to_be_focused()


def test_nothing_slips_through_or_doubles_between_two_pages(
    office: Office, visitors: Visitors
) -> None:
    expected = many(office, 60)
    page = visitors.agent(at=NOW)
    page.get_by_role("button", name="Show more").scroll_into_view_if_needed()
    expect(page.locator(".ticket")).to_have_count(60)
    first = mention_number(900, posted_at=NOW - timedelta(hours=1))
    expected.insert(0, str(office.add_ticket(first).id))
    page.clock.run_for(5_000)
    expect(page.locator(".ticket")).to_have_count(61)
    assert ids(page) == expected
    gone = office.tickets.all()[30]
    office.tickets.erase(gone.id)
    expected.remove(gone.id)
    page.clock.run_for(5_000)
    expect(page.locator(".ticket")).to_have_count(60)
    assert ids(page) == expected


# --- acting from the list ----------------------------------------------------------------


def test_a_ticket_is_claimed_and_resolved_from_the_list(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket()
    second = office.add_ticket(mention_number(2), urgency=Urgency.ANSWER)
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.get_by_role("alert")).to_contain_text("Claim the ticket first.")
    page.keyboard.press("c")
    expect(page.locator(".ticket .holder").first).to_have_text("You have it")
    expect(page.locator(".unseen[role=status]")).to_have_text("Claimed. It is yours.")
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".ticket")).to_have_count(1)
    expect(page.locator(".ticket")).to_be_focused()
    expect(page.locator(".notice")).to_contain_text("Resolved: not content.")
    assert stored(office, ticket).state is TicketState.NOT_CONTENT
    page.locator(".notice").get_by_role("button", name="Reopen").click()
    expect(page.locator(".ticket")).to_have_count(2)
    expect(page.locator(".unseen[role=status]")).to_contain_text("Reopened.")
    assert stored(office, ticket).state is TicketState.OPEN
    assert stored(office, second).holder is None


def test_of_two_agents_who_claim_at_once_one_is_told_who_has_it(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("gus", "mia")
    ticket = office.add_ticket()
    gus, mia = visitors.agent("gus"), visitors.agent("mia")
    for page in (gus, mia):
        page.keyboard.press("j")
        expect(page.locator(".ticket")).to_be_focused()
        frozen(page)
    mia.keyboard.press("c")
    expect(mia.locator(".ticket .holder")).to_have_text("You have it")
    gus.keyboard.press("c")
    expect(gus.get_by_role("alert")).to_contain_text("Claiming did not work")
    expect(gus.get_by_role("alert")).to_contain_text("has this ticket")
    expect(gus.locator(".ticket .holder")).to_have_text("Mia has it")
    assert stored(office, ticket).holder == "mia"


def test_a_claim_shows_before_the_desk_has_answered_and_is_taken_back_when_it_refuses(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = visitors.agent()
    waiting: list[Route] = []
    page.route("**/claim", lambda route: waiting.append(route))
    page.keyboard.press("j")
    with page.expect_request("**/claim"):
        page.keyboard.press("c")
    expect(page.locator(".ticket .holder")).to_have_text("You have it")
    assert stored(office, ticket) == ticket
    office.come_on_duty("mia")
    office.tickets.save(replace(ticket, holder=MIA, state=TicketState.CLAIMED, version=2))
    waiting[0].continue_()
    expect(page.locator(".ticket .holder")).to_have_text("Mia has it")
    expect(page.get_by_role("alert")).to_contain_text("Claiming did not work")


def test_an_action_that_finds_no_desk_is_taken_back(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket()
    page = visitors.agent()
    expect(page.locator(".ticket")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".ticket")).to_be_focused()
    page.route("**/claim", lambda route: route.abort())
    page.keyboard.press("c")
    expect(page.get_by_role("alert")).to_contain_text("The desk cannot be reached.")
    expect(page.locator(".ticket .holder")).to_have_text("Nobody has this ticket")
    assert stored(office, ticket) == ticket


def resolve_what_has_changed(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator(".ticket")).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("1")


def test_a_ticket_in_which_the_customer_wrote_meanwhile_is_not_ended_unread(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(1)
    frozen(page)
    post = Post(mention=mention_number(2, text="and now my money is gone too"))
    office.tickets.save(replace(ticket, posts=(post,), version=2))
    resolve_what_has_changed(page)
    expect(page.get_by_role("alert")).to_contain_text(
        "Resolving did not work: the customer wrote meanwhile. Look first."
    )
    expect(page.locator(".ticket")).to_contain_text("my money is gone")
    assert stored(office, ticket).state is TicketState.CLAIMED


def test_a_ticket_that_somebody_took_meanwhile_is_said_to_be_theirs(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("mia")
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(1)
    frozen(page)
    office.tickets.save(replace(ticket, holder=MIA, version=2))
    resolve_what_has_changed(page)
    expect(page.get_by_role("alert")).to_contain_text("Mia took it meanwhile.")
    assert stored(office, ticket).state is TicketState.CLAIMED


def test_what_the_desk_itself_wrote_meanwhile_hinders_nobody(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(1)
    frozen(page)
    kept = replace(ticket, held_until=NOW + timedelta(hours=1), version=2)
    office.tickets.save(kept)
    resolve_what_has_changed(page)
    expect(page.locator(".notice")).to_contain_text("Resolved: content.")
    assert stored(office, ticket).state is TicketState.CONTENT


def test_r_on_a_free_ticket_says_that_it_claims_and_begins_the_reply(
    office: Office, visitors: Visitors
) -> None:
    ticket = office.add_ticket()
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator(".notice[role=status]")).to_contain_text("Claimed. It is yours.")
    expect(page.locator("#reply-text")).to_be_focused()
    assert stored(office, ticket).holder == "gus"
    page.locator(".notice").get_by_role("button", name="Release").click()
    expect(page.locator(".unseen[role=status]")).to_contain_text("Released.")
    assert stored(office, ticket).holder is None


def test_r_on_a_ticket_of_somebody_else_says_whose_it_is(
    office: Office, visitors: Visitors
) -> None:
    office.come_on_duty("mia")
    office.add_ticket(holder=MIA, state=TicketState.CLAIMED)
    page = visitors.agent()
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("alert")).to_contain_text("Mia has this ticket.")
    expect(page.locator(".queue")).to_be_visible()


@pytest.mark.parametrize("key", ["u", "Escape"])
def test_back_leads_to_the_row_one_came_from_in_the_list_one_came_from(
    office: Office, visitors: Visitors, key: str
) -> None:
    office.add_ticket()
    office.add_ticket(mention_number(2))
    page = visitors.agent(width=400)
    view(page, "Unclaimed")
    expect(page.locator(".views a[aria-current]")).to_contain_text("Unclaimed")
    expect(page.locator(".ticket")).to_have_count(2)
    for row in range(2):
        page.keyboard.press("j")
        expect(page.locator(".ticket").nth(row)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-heading")).to_be_focused()
    expect(page.locator(".queue")).to_be_hidden()
    page.keyboard.press(key)
    expect(page.locator(".ticket").nth(1)).to_be_focused()
    assert page.url.endswith("#/queue/unclaimed")


def test_the_link_back_leads_to_the_list_one_came_from(office: Office, visitors: Visitors) -> None:
    ticket = office.add_ticket()
    page = visitors.agent(width=400)
    view(page, "Unclaimed")
    page.locator(".ticket").click()
    expect(page.locator("#ticket-heading")).to_be_focused()
    assert page.url.endswith(f"#/ticket/{ticket.id}")
    page.locator(".back").first.click()
    expect(page.locator(".ticket")).to_be_focused()
    assert page.url.endswith("#/queue/unclaimed")


# --- search ------------------------------------------------------------------------------


def test_a_search_from_the_queue_finds_what_was_said_and_leads_back_to_it(
    office: Office, visitors: Visitors
) -> None:
    found = office.add_ticket(mention_number(1, text="my parcel never came"))
    office.add_ticket(mention_number(2, text="the site is down"))
    ended = office.add_ticket(
        mention_number(3, text="parcel late", posted_at=NOW - timedelta(days=2)),
        state=TicketState.CONTENT,
        ended_at=NOW,
        holder=GUS,
    )
    office.index()
    page = visitors.agent()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search tickets")).to_be_focused()
    page.keyboard.type("parcel")
    page.keyboard.press("Enter")
    results = page.locator(".search .ticket")
    expect(results).to_have_count(2)
    assert page.url.endswith("#/search?q=parcel")
    expect(page.locator(".search [role=status]")).to_have_text("2 tickets")
    assert {results.nth(at).get_attribute("data-id") for at in range(2)} == {found.id, ended.id}
    expect(page.locator(f'.search [data-id="{ended.id}"]')).to_contain_text("Resolved: content")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(results.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#ticket-heading")).to_be_focused()
    page.keyboard.press("u")
    expect(results.nth(1)).to_be_focused()
    page.reload()
    expect(results).to_have_count(2)


def test_a_search_is_narrowed_by_its_fields_and_these_stand_in_the_address(
    office: Office, visitors: Visitors
) -> None:
    old = mention_number(2, text="parcel", posted_at=NOW - timedelta(days=9))
    office.add_ticket(mention_number(1, text="parcel"), topic=Topic.DELIVERY)
    office.add_ticket(old, topic=Topic.DELIVERY, opened_at=NOW - timedelta(days=9))
    office.add_ticket(mention_number(3, text="parcel"), topic=Topic.BILLING)
    office.index()
    page = visitors.agent()
    page.goto(f"{visitors.address}#/search?q=parcel")
    expect(page.locator(".search .ticket")).to_have_count(3)
    page.get_by_text("By author, brand, time…").click()
    search = page.locator(".searching")
    search.get_by_label("Topic").select_option("delivery")
    search.get_by_label("From").fill("2026-11-20")
    search.get_by_role("button", name="Search").click()
    expect(page.locator(".search .ticket")).to_have_count(1)
    assert page.url.endswith("#/search?q=parcel&topic=delivery&since=2026-11-20")
    page.reload()
    expect(page.locator(".search .ticket")).to_have_count(1)
    expect(search.get_by_label("From")).to_have_value("2026-11-20")
    search.get_by_label("Author").fill("nobody")
    page.keyboard.press("Enter")
    expect(page.locator(".search [role=status]")).to_have_text("Nothing was found.")


def test_a_search_goes_on_where_there_is_more(office: Office, visitors: Visitors) -> None:
    for at in range(60):
        office.add_ticket(mention_number(at, text="parcel"))
    office.index()
    page = visitors.agent()
    page.goto(f"{visitors.address}#/search?q=parcel")
    expect(page.locator(".search .ticket")).to_have_count(50)
    expect(page.locator(".search [role=status]")).to_have_text("The newest 50")
    page.get_by_role("button", name="Look further").click()
    expect(page.locator(".search .ticket")).to_have_count(60)
    expect(page.locator(".search .ticket").nth(50)).to_be_focused()
    expect(page.get_by_role("button", name="Look further")).to_be_hidden()


def test_a_search_that_fails_says_why_and_can_be_tried_again(
    office: Office, visitors: Visitors
) -> None:
    office.add_ticket(mention_number(1, text="parcel"))
    office.index()
    page = visitors.agent()
    page.route("**/api/v1/search?**", lambda route: route.abort())
    page.goto(f"{visitors.address}#/search?q=parcel")
    expect(page.locator(".search").get_by_role("alert")).to_have_text(
        "The search did not work: The desk cannot be reached."
    )
    page.unroute("**/api/v1/search?**")
    page.locator(".searching").get_by_role("button", name="Search").click()
    expect(page.locator(".search .ticket")).to_have_count(1)
    expect(page.locator(".search .trouble")).to_be_hidden()


def test_an_empty_search_asks_the_desk_nothing(office: Office, visitors: Visitors) -> None:
    page = visitors.agent()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{visitors.address}#/search")
    expect(page.get_by_text("What are you looking for?")).to_be_visible()
    expect(page.get_by_label("Words")).to_be_focused()
    assert [one for one in asked if "/search?" in one] == []
