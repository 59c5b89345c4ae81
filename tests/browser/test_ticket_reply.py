"""Answering on the page: written, previewed, sent once, taken back, and what becomes of it."""

import re

import pytest
from playwright.sync_api import Route, expect

from chalicelib.domain.answering.rules import Approval, Checklist
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState
from tests.browser.conftest import Visitors
from tests.browser.talks import (
    SAVED,
    a_post,
    a_talk,
    bar,
    box,
    customer_writes,
    decide,
    hold_news,
    open_ticket,
    said,
    send,
    show,
    stored,
    write,
)
from tests.builders import NOW, a_reply, mention_number
from tests.fakes import ReplyFate
from tests.web.office import Office

TEXT = "Hi Carla, so sorry. We are on it"
SIGNED = f"{TEXT} – Gus"


# --- sent, undone ------------------------------------------------------------------------


def test_a_ticket_is_claimed_answered_and_resolved_by_the_keyboard_alone(
    office: Office, visitors: Visitors
) -> None:
    first = office.add_ticket()
    second = office.add_ticket(mention_number(2), urgency=Urgency.ANSWER)
    page = visitors.agent()
    expect(page.locator(".ticket")).to_have_count(2)
    keys = page.keyboard
    keys.press("j")
    keys.press("Enter")
    expect(page.locator("#ticket-heading")).to_be_focused()
    keys.press("c")
    expect(page.locator(".bar .holder")).to_have_text("You have it")
    keys.press("r")
    expect(box(page)).to_be_focused()
    keys.type(TEXT)
    keys.press("Control+Enter")
    expect(page.locator(".reply .countdown")).to_contain_text("Goes out in")
    expect(box(page)).to_have_value("")
    expect(page.locator(".thread .reply")).to_be_focused()
    assert office.platform.public == []
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_contain_text("Published")
    expect(page.get_by_role("link", name="see it")).to_have_attribute(
        "href", f"https://social.example/{office.platform.public[0][1].id}"
    )
    keys.press("e")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Enter")
    expect(page.locator(".ticket")).to_have_count(1)
    expect(page.locator(".notice")).to_contain_text("Resolved: content.")
    assert stored(office, first).state is TicketState.CONTENT
    assert said(office.platform.public) == [SIGNED]
    assert stored(office, second) == second


def test_what_was_just_sent_is_taken_back_by_z_and_never_goes_out(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    expect(box(page)).to_have_value(TEXT)
    expect(box(page)).to_be_focused()
    expect(page.locator(".fate.undone")).to_have_text("Taken back before it went out.")
    office.empty_the_outbox()
    assert office.platform.public == []
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert said(office.platform.public) == [SIGNED]


def test_where_a_fast_clock_lingers_the_seconds_to_undo_are_counted_as_they_are(
    office: Office, visitors: Visitors
) -> None:
    """As in a demonstration, which gives whoever writes the ten seconds."""
    ticket = a_talk(office)
    page = visitors.agent(at=NOW)
    for _ in range(3):
        office.pass_time(minutes=5)
        with page.expect_response("**/api/v1/queue?**"):
            page.clock.run_for(5_000)
    show(page, ticket)
    write(page)
    office.pass_time(minutes=1)  # within a second or two of the page
    send(page)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    page.route("**/api/v1/**", lambda route: route.abort())  # nothing tells the time any more
    page.clock.run_for(2_000)
    expect(page.locator(".countdown")).to_have_text(re.compile(r"^Goes out in \d s$"))
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()


def test_what_is_still_queued_when_its_time_has_come_can_be_taken_back(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office), at=NOW)
    write(page)
    send(page)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    office.pass_time(seconds=15)
    page.clock.run_for(15_000)
    expect(page.locator(".countdown")).to_have_text("Going out…")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".fate.undone")).to_have_text("Taken back before it went out.")


def test_undo_that_comes_too_late_says_so(office: Office, visitors: Visitors) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page)
    send(page)
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    page.route("**/api/v1/tickets/*", lambda route: route.fulfill(status=304))
    office.empty_the_outbox()
    undo.click()
    expect(page.get_by_role("alert")).to_contain_text("Undoing did not work: it is too late")
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("way", ["lost", "never-left"])
def test_a_reply_goes_out_once_whatever_is_lost_between_page_and_desk(
    office: Office, visitors: Visitors, way: str
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)

    def lose(route: Route) -> None:
        if way == "lost":
            route.fetch()
        route.abort("connectionreset")

    page.route("**/reply", lose)
    write(page)
    send(page)
    if way == "never-left":
        expect(page.get_by_role("alert")).to_contain_text("Sending did not work")
        expect(box(page)).to_have_value(TEXT)
        page.reload()
        expect(box(page)).to_have_value(TEXT)
        page.unroute("**/reply")
        send(page)
    expect(page.locator(".countdown")).to_be_visible()
    expect(box(page)).to_have_value("")
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1


def test_a_reply_that_is_sent_again_because_nobody_heard_of_it_goes_out_once(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/reply", lose)
    page.route(f"**/api/v1/tickets/{ticket.id}", lambda route: route.abort())
    write(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Sending did not work")
    expect(box(page)).to_have_value(TEXT)
    page.unroute_all()
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    expect(box(page)).to_have_value("")
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1
    assert len(stored(office, ticket).replies) == 1


def test_what_the_customer_wrote_meanwhile_is_shown_before_anything_is_sent(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page)
    expect(page.locator(".preview")).to_be_visible()
    hold_news(page, ticket)
    customer_writes(office, ticket, "never mind, it works again")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("the customer wrote meanwhile")
    expect(page.locator(".thread .new")).to_contain_text("never mind, it works again")
    expect(box(page)).to_have_value(TEXT)
    assert stored(office, ticket).replies == ()
    send(page)
    expect(page.locator(".countdown")).to_be_visible()


# --- fates -------------------------------------------------------------------------------


def test_a_reply_waits_while_the_platform_is_down_and_says_why(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office))
    office.platform.is_down = True
    write(page)
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.queued")).to_contain_text("Not out yet: the platform is down")
    expect(page.locator(".fate.queued")).to_contain_text("goes out when the platform is back")
    office.platform.is_down = False
    with page.expect_response("**/look-up"):
        page.get_by_role("button", name="Try it now").click()
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1


def test_a_reply_whose_fate_is_unknown_is_looked_up(office: Office, visitors: Visitors) -> None:
    page = open_ticket(visitors, a_talk(office))
    office.platform.fates.append(ReplyFate.LOST_ANSWER)
    write(page)
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.unknown")).to_contain_text("not known whether")
    expect(page.get_by_role("alert")).to_contain_text("Look it up")
    expect(bar(page, "Resolve")).to_be_disabled()
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert len(office.platform.public) == 1


def test_a_refused_reply_says_why_and_its_text_is_in_the_box_again(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office))
    office.platform.fates.append(ReplyFate.REFUSED)
    write(page)
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.refused")).to_contain_text("the post is gone")
    expect(page.get_by_role("alert")).to_contain_text("the post is gone")
    expect(box(page)).to_have_value(TEXT)
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()


def test_what_was_refused_while_nobody_looked_can_be_edited_and_sent_again(
    office: Office, visitors: Visitors
) -> None:
    refused = a_reply(state=ReplyState.REFUSED, refusal="the post is gone", text=SIGNED)
    page = open_ticket(visitors, a_talk(office, replies=(refused,)))
    expect(box(page)).to_have_value("")
    page.get_by_role("button", name="Edit and try again").click()
    expect(box(page)).to_have_value(TEXT)


# --- preview, hints, length --------------------------------------------------------------


def test_the_preview_shows_what_will_be_read_and_what_the_house_would_say(
    office: Office, visitors: Visitors
) -> None:
    decide(office, checklists={"acme": Checklist(banned=("per our policy",))})
    page = open_ticket(visitors, a_talk(office))
    write(page, "You should have looked")
    expect(page.locator(".preview .words")).to_have_text("You should have looked – Gus")
    expect(page.locator(".preview")).to_contain_text("As Mastodon will show it")
    hints = page.locator(".hints")
    expect(hints).to_contain_text("Think of: has no greeting")
    expect(hints).to_contain_text("may sound like blame")
    expect(page.locator("#reply-count")).to_have_text("28 / 500")
    write(page, "Hi Carla, sorry, no money back per our policy")
    expect(hints).to_contain_text("Must change: 'per our policy' never goes out")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Not sent: 'per our policy'")
    expect(box(page)).to_be_focused()
    box(page).fill("")
    expect(page.get_by_text("Not sent:")).to_have_count(0)
    expect(page.locator(".preview")).to_be_hidden()
    expect(hints).to_be_empty()


def test_the_length_is_counted_as_the_platform_does_and_too_much_is_said(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office))
    write(page, "Hi 👋")
    expect(page.locator("#reply-count")).to_have_text("10 / 500")
    write(page, "x" * 501)
    expect(page.locator("#reply-count")).to_contain_text("longer than the 500 characters")
    expect(page.locator(".hints .problem")).to_contain_text("500 are taken here")


# --- saved replies -----------------------------------------------------------------------


def test_a_slash_opens_saved_replies_and_the_place_for_ones_own_words_is_marked(
    office: Office, visitors: Visitors
) -> None:
    decide(office, saved=SAVED)
    page = open_ticket(visitors, a_talk(office))
    box(page).focus()
    page.keyboard.press("/")
    options = page.locator(".saved").get_by_role("option")
    expect(options).to_have_count(3)
    expect(page.get_by_role("combobox", name="Find a saved reply")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("hour")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Hi Carla, Gus here. {personal} More within an hour.")
    expect(box(page)).to_be_focused()
    send(page)
    expect(page.locator(".thread .reply")).to_have_count(0)
    page.keyboard.type("So sorry about Tuesday's parcel.")
    expected = "Hi Carla, Gus here. So sorry about Tuesday's parcel. More within an hour."
    expect(box(page)).to_have_value(expected)
    send(page)
    expect(page.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(page.locator(".fate.sent")).to_be_visible()
    assert said(office.platform.public) == [f"{expected} – Gus"]


def test_a_saved_reply_without_words_of_ones_own_is_not_sent(
    office: Office, visitors: Visitors
) -> None:
    decide(office, saved=SAVED)
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    box(page).focus()
    page.keyboard.press("Control+/")
    page.locator(".saved").get_by_role("option", name="outage").click()
    expect(box(page)).to_have_value("Hi Carla, we are on it.")
    expect(page.locator(".hints .problem")).to_contain_text("needs words of your own")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("needs words of your own")
    assert stored(office, ticket).replies == ()


def test_a_place_for_ones_own_words_never_goes_out_unfilled(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page, "Hi Carla, so sorry. {personal} We are on it")
    expect(page.locator(".preview")).to_be_visible()
    send(page)
    expect(box(page)).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "{personal}"
    assert stored(office, ticket).replies == ()


def test_escape_closes_the_saved_replies_and_leads_back_into_the_box(
    office: Office, visitors: Visitors
) -> None:
    decide(office, saved=SAVED)
    page = open_ticket(visitors, a_talk(office))
    page.get_by_role("button", name="Saved replies").click()
    expect(page.locator(".saved").get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".saved").get_by_role("option").first).to_be_hidden()
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#ticket-heading")).to_be_focused()


# --- drafts ------------------------------------------------------------------------------


def test_a_draft_is_kept_by_the_desk_and_is_there_in_another_browser(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    with page.expect_response(
        lambda answer: "/presence" in answer.url and TEXT in (answer.request.post_data or "")
    ):
        write(page)
    other = open_ticket(visitors, ticket)
    expect(box(other)).to_have_value(TEXT)


def test_a_draft_stays_while_one_looks_at_another_ticket(
    office: Office, visitors: Visitors
) -> None:
    ticket = a_talk(office)
    other = a_talk(office, mention_number(2))
    page = open_ticket(visitors, ticket)
    write(page)
    show(page, other)
    expect(box(page)).to_have_value("")
    show(page, ticket)
    expect(box(page)).to_have_value(TEXT)


# --- private -----------------------------------------------------------------------------


def test_a_private_reply_says_who_reads_it_before_and_after(
    office: Office, visitors: Visitors
) -> None:
    page = open_ticket(visitors, a_talk(office))
    page.get_by_role("button", name="Private", exact=True).click()
    expect(page.locator("#reply-hint")).to_contain_text("reads this")
    expect(page.locator("#reply-hint")).to_contain_text("In public it is said once")
    write(page, "Hi Carla, sorry. Is 0664 1000001 still your number?")
    expect(page.locator(".composer")).to_have_class("composer private")
    expect(page.get_by_role("button", name="Send in private")).to_be_enabled()
    send(page)
    expect(page.locator(".thread .reply.private")).to_contain_text("Private: only")
    office.empty_the_outbox()
    expect(page.locator(".reply.private .fate.sent")).to_contain_text("Delivered in private")
    expect(page.locator(".reply:not(.private)")).to_contain_text("Said in public of it")
    assert [reply.is_private for _, reply in office.platform.private] == [True]
    assert "0664" not in " ".join(said(office.platform.public))


def test_personal_data_does_not_leave_in_public(office: Office, visitors: Visitors) -> None:
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page, "Hi Carla, sorry. Is carla@mail.example your address?")
    expect(page.locator(".hints .problem")).to_contain_text("move this to private")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("move this to private")
    assert stored(office, ticket).replies == ()


def test_what_was_asked_in_private_is_answered_in_private_unless_one_says_otherwise(
    office: Office, visitors: Visitors
) -> None:
    posts = (a_post(10, "my number is 1", is_private=True),)
    page = open_ticket(visitors, a_talk(office, posts=posts))
    expect(page.locator(".thread .post.private")).to_contain_text("Private: only you and")
    expect(page.get_by_role("button", name="Send in private")).to_be_visible()
    page.get_by_role("button", name="Public", exact=True).click()
    expect(page.get_by_label("Your public reply")).to_be_visible()


def test_what_was_solved_in_private_is_told_in_public_again(
    office: Office, visitors: Visitors
) -> None:
    decide(office, saved=SAVED)
    private = a_reply(id="reply-0009", state=ReplyState.SENT, is_private=True)
    posts = (a_post(30, "it works, thanks", mood=0.8, is_private=True),)
    page = open_ticket(visitors, a_talk(office, posts=posts, replies=(private,)))
    page.get_by_role("button", name="Say in public that it is solved").click()
    expect(page.get_by_label("Your public reply")).to_be_focused()
    expect(box(page)).to_have_value("Hi Carla, glad it works again! {personal}")


# --- approval ----------------------------------------------------------------------------


def test_a_reply_that_needs_a_leads_word_waits_for_it(office: Office, visitors: Visitors) -> None:
    decide(office, approval=Approval(urgencies=frozenset({Urgency.WAKE})))
    ticket = a_talk(office)
    page = open_ticket(visitors, ticket)
    write(page)
    page.get_by_role("button", name="Ask a lead to send it").click()
    expect(page.locator(".fate.proposed")).to_contain_text("Waits for a lead’s word.")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    lead = open_ticket(visitors, ticket, "lea", roles=("lead",))
    lead.get_by_role("button", name="Approve").click()
    expect(lead.locator(".countdown")).to_be_visible()
    office.empty_the_outbox()
    expect(lead.locator(".fate.sent")).to_contain_text("approved by You")
    expect(page.locator(".fate.sent")).to_contain_text("approved by Lea")
    assert said(office.platform.public) == [SIGNED]


def test_a_lead_sends_a_reply_back_with_a_note_and_its_writer_goes_on_from_it(
    office: Office, visitors: Visitors
) -> None:
    proposed = a_reply(state=ReplyState.PROPOSED, text=SIGNED)
    ticket = a_talk(office, replies=(proposed,))
    lead = open_ticket(visitors, ticket, "lea", roles=("lead",))
    lead.get_by_role("button", name="Send back").click()
    dialog = lead.get_by_role("dialog")
    dialog.get_by_role("button", name="Send back").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say it in a few words.")
    dialog.get_by_label("Your note").fill("say when")
    dialog.get_by_role("button", name="Send back").click()
    expect(lead.locator(".fate.undone")).to_contain_text("Sent back: say when")
    page = open_ticket(visitors, ticket)
    expect(page.locator(".fate.undone")).to_contain_text("Sent back: say when")
    page.get_by_role("button", name="Edit and try again").click()
    expect(box(page)).to_have_value(TEXT)


def test_a_lead_does_not_approve_their_own(office: Office, visitors: Visitors) -> None:
    proposed = a_reply(state=ReplyState.PROPOSED)
    page = open_ticket(visitors, a_talk(office, replies=(proposed,)), roles=("lead",))
    expect(page.locator(".fate.proposed")).to_contain_text("another lead’s word")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".fate.undone")).to_be_visible()


# --- elsewhere ---------------------------------------------------------------------------


def test_where_no_reply_is_taken_one_answers_there_and_says_so(
    office: Office, visitors: Visitors
) -> None:
    posted = mention_number(1, platform="hackernews", source="gone")
    ticket = a_talk(office, posted)
    page = open_ticket(visitors, ticket)
    expect(page.locator(".elsewhere")).to_contain_text("No public reply from here")
    expect(box(page)).to_be_hidden()
    expect(page.get_by_role("link", name="Open on Hacker News")).to_be_visible()
    page.get_by_role("button", name="Mark as answered there").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address of your answer").fill("javascript:alert(1)")
    dialog.get_by_role("button", name="Mark as answered").click()
    expect(dialog.get_by_role("alert")).to_contain_text("with https")
    dialog.get_by_label("Address of your answer").fill("https://news.example/item?id=1")
    dialog.get_by_role("button", name="Mark as answered").click()
    expect(page.locator(".fate.sent")).to_contain_text("Answered on the platform itself.")
    assert stored(office, ticket).state is TicketState.REPLIED


def test_who_does_not_have_it_reads_and_does_not_write(office: Office, visitors: Visitors) -> None:
    page = open_ticket(visitors, a_talk(office, holder=AgentId("ana")))
    expect(page.get_by_text("Ana has this ticket.")).to_be_visible()
    expect(box(page)).to_be_hidden()
