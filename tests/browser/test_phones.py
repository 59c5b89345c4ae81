"""Testing a phone: what is known of each way to somebody, a test page, the code it brings."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visitors
from tests.browser.night import CODE, Night, a_contact, a_person, a_problem, iso
from tests.builders import NOW


@pytest.fixture
def night() -> Night:
    return Night(
        responders=[
            a_person(
                "Ana",
                a_contact(verified_at=iso(NOW - timedelta(days=40)), tested_at=iso(NOW)),
                a_contact("email"),
            ),
            a_person("Ben", a_contact(opted_out_at=iso(NOW - timedelta(hours=2)))),
            a_person("Gus", a_contact(failure="the number is not in service")),
            a_person("Fay"),
        ]
    )


def opened(visitors: Visitors, night: Night, *, width: int = 1280) -> Page:
    """The view of everybody's phones, as Gus sees it."""
    page = visitors.page(width=width)
    page.clock.set_fixed_time(NOW)
    night.answer_to(page)
    visitors.enter(page)
    page.get_by_role("link", name="Phones").click()
    expect(page.get_by_role("heading", name="Test my phone")).to_be_focused()
    expect(page.locator(".person, .trouble:not(:empty)").first).to_be_visible()
    return page


def facts(page: Page, name: str, at: int = 0) -> list[str]:
    """What is said of one way to somebody."""
    person = page.locator(".person").filter(has=page.get_by_role("heading", name=name))
    return person.locator(".state").nth(at).locator("li").all_text_contents()


def test_what_is_known_of_each_way_is_said_and_ones_own_come_first(
    visitors: Visitors, night: Night
) -> None:
    page = opened(visitors, night)
    expect(page.locator(".person h3")).to_have_text(["Gus", "Ana", "Ben", "Fay"])
    assert facts(page, "Ana") == [
        "verified Mon 12 Oct, 21:30",
        "tested 20:30, not answered yet",
    ]
    assert facts(page, "Ana", 1) == ["never verified"]
    assert facts(page, "Ben") == [
        "opted out 18:30: the carrier delivers nothing until START is sent from that phone",
        "never verified",
    ]
    assert facts(page, "Gus") == [
        "the newest page failed: the number is not in service",
        "never verified",
    ]
    expect(page.locator(".person").last).to_contain_text("cannot be reached")


def test_a_test_is_sent_and_its_code_typed_as_a_phone_shows_it(
    visitors: Visitors, night: Night
) -> None:
    page = opened(visitors, night)
    expect(page.locator("form:visible input")).to_have_id("code-ana-sms")  # sent before
    page.get_by_role("button", name="Send a test to Gus by SMS").click()
    code = page.locator("#code-gus-sms")
    expect(code).to_be_focused()
    assert facts(page, "Gus")[-1] == "tested 20:30, not answered yet"
    page.keyboard.type(f" {CODE[:2].lower()} {CODE[2:]} ")
    page.keyboard.press("Enter")
    expect(page.locator(".unseen[role=status]")).to_have_text("Verified: SMS of Gus.")
    expect(code).to_be_hidden()
    expect(page.get_by_role("button", name="Send a test to Gus by SMS")).to_be_focused()
    assert "verified 20:30" in facts(page, "Gus")
    assert [one for one in night.asked if one.startswith("POST")] == [
        "POST responders/gus/test-page",
        "POST responders/gus/verify",
    ]


def test_why_a_test_was_refused_stands_beside_it(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    night.refusals = [a_problem("a test went out less than a minute ago; wait a moment")]
    button = page.get_by_role("button", name="Send a test to Ana by e-mail")
    button.click()
    expect(page.get_by_role("alert").filter(has_text="less than a minute ago")).to_be_visible()
    expect(page.locator("#code-ana-email")).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    expect(page.locator("#code-ana-email")).to_be_focused()
    expect(page.get_by_text("less than a minute ago")).to_have_count(0)


def test_a_wrong_code_stays_in_its_field_with_the_reason(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    code = page.locator("#code-ana-sms")
    code.fill("XXXXX")
    night.refusals = [a_problem("that is not the code of the newest test", status=400)]
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="not the code")).to_be_visible()
    expect(code).to_have_value("XXXXX")
    expect(code).to_be_focused()


def test_an_empty_code_is_not_sent(visitors: Visitors, night: Night) -> None:
    page = opened(visitors, night)
    before = len(night.asked)
    page.locator("#code-ana-sms").fill("  ")
    page.keyboard.press("Enter")
    expect(page.locator("#code-ana-sms")).to_be_focused()
    assert len(night.asked) == before


def test_a_test_is_sent_once_however_often_its_button_is_pressed(
    visitors: Visitors, night: Night
) -> None:
    page = opened(visitors, night)
    held: list[Route] = []
    page.route("**/test-page", lambda route: held.append(route))
    button = page.get_by_role("button", name="Send a test to Gus by SMS")
    button.dblclick()
    expect(button).to_be_disabled()
    held[0].fallback()
    expect(page.locator("#code-gus-sms")).to_be_focused()
    assert len(held) == 1


def test_people_who_cannot_be_had_are_said_to_and_tried_again(
    visitors: Visitors, night: Night
) -> None:
    page = visitors.page()
    night.answer_to(page)
    visitors.enter(page)
    expect(page.locator(".connection.live")).to_be_visible()
    night.refusals = [a_problem("something failed here; it has been noted", status=500)]
    page.get_by_role("link", name="Phones").click()
    expect(page.get_by_role("alert")).to_contain_text("The people could not be loaded")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".person")).to_have_count(4)
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
