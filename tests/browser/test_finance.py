"""The costs as finance sees them: each figure opens, prints, goes out as a file, and is honest."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.day import Day
from tests.browser.conftest import Visitors
from tests.browser.test_appearance import AXE
from tests.builders import NOW
from tests.web.finance import BOOK, MONTH, a_day, an_account
from tests.web.office import Office

LONG = "Donaudampfschifffahrtsgesellschaft" * 3
HOSTILE = "<img src=x onerror='window.harmed = 1'>"


def arrive(visitors: Visitors, *, width: int = 1280, theme: str = "light", hash: str = "") -> Page:
    """Somebody of finance has signed in; which view shows first is theirs to wait for."""
    page = visitors.page(width=width, theme=theme)
    page.clock.install(time=NOW)
    visitors.enter(page, "fin", roles=("finance",), address=visitors.address + hash)
    expect(page.get_by_role("heading", name="Costs", exact=True)).to_be_visible()
    return page


def books(visitors: Visitors, *, width: int = 1280, theme: str = "light") -> Page:
    """The books of a full month are open."""
    visitors.office.accounts.run()
    page = arrive(visitors, width=width, theme=theme)
    expect(page.locator(".totals")).to_be_visible()
    return page


def open_rows(page: Page, what: str) -> None:
    page.get_by_role("button", name=f"what is behind it, {what}").click()
    expect(page.locator(".ledger li").first).to_be_visible()


# --- who, and how they come there --------------------------------------------------------


def test_for_finance_the_costs_are_the_first_view_and_no_queue_is_asked_for(
    visitors: Visitors,
) -> None:
    page = visitors.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    visitors.office.accounts.run()
    visitors.enter(page, "fin", roles=("finance",))
    expect(page.locator(".totals")).to_be_visible()
    expect(page.get_by_role("heading", name="Costs", exact=True)).to_be_focused()
    paths = [one.split("/api/v1/")[1] for one in asked if "/api/v1/" in one]
    assert paths == ["me", "costs?month=2026-11"]


def test_finance_sees_the_sources_too_and_comes_back(visitors: Visitors) -> None:
    page = books(visitors)
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_role("heading", name="Sources", exact=True)).to_be_focused()
    page.get_by_role("link", name="Costs").click()
    expect(page.locator(".totals")).to_be_visible()
    with page.expect_request("**/api/v1/sign-in"):
        page.get_by_role("button", name="Sign out").click()


def test_a_lead_comes_there_from_the_team_or_by_a_key_and_an_agent_does_not(
    office: Office, visitors: Visitors
) -> None:
    office.accounts.run()
    page = visitors.agent("lea", roles=("lead",), at=NOW)
    page.keyboard.press("f")
    expect(page.locator(".totals")).to_be_visible()
    expect(page.get_by_role("heading", name="Queue")).to_be_hidden()
    page.keyboard.press("t")
    page.get_by_role("link", name="What it costs, and why").click()
    expect(page.locator(".totals")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    agent = visitors.agent()
    agent.keyboard.press("f")
    agent.keyboard.press("t")
    expect(agent.get_by_role("heading", name="Team")).to_be_visible()
    expect(agent.get_by_role("link", name="What it costs")).to_have_count(0)


def test_an_agent_who_has_the_address_hears_for_whom_it_is(visitors: Visitors) -> None:
    page = visitors.agent()
    page.evaluate("location.hash = '#/costs'")
    expect(page.locator(".costs .trouble")).to_have_text(
        "The books could not be opened: this is for admin or finance or lead; your roles: agent"
    )


def test_who_is_offline_is_told_and_keeps_what_shows(visitors: Visitors) -> None:
    page = books(visitors)
    page.context.set_offline(True)
    expect(page.locator(".connection")).to_contain_text("You are offline.")
    expect(page.locator(".totals")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".connection")).to_have_text("")


# --- what it says ------------------------------------------------------------------------


def test_a_month_tells_what_it_cost_what_it_will_cost_and_how_sure_that_is(
    visitors: Visitors,
) -> None:
    page = books(visitors)
    for words in (
        "November 2026 to date",
        "$69.21",
        "The month is running: figures grow until it is over.",
        "Expected by the end of the month",
        "$98.28",
        "between $91.40 and $109.09 in 80 % of all months",
        "It stands on 20 full days.",
    ):
        expect(page.locator(".totals")).to_contain_text(words)
    chart = page.get_by_role("img", name="November 2026, day by day: 21 days")
    expect(chart).to_be_visible()
    expect(chart.locator("rect:not(.band)")).to_have_count(21)
    expect(chart.locator(".band")).to_have_count(1)
    expect(page.locator(".legend")).to_contain_text(
        "expected on each day to come: $3.16, between $2.42 and $4.34"
    )


def test_the_chart_stands_as_a_table_too(visitors: Visitors) -> None:
    page = books(visitors)
    page.get_by_text("Days as a table").click()
    rows = page.get_by_role("table", name="Day by day").get_by_role("row")
    expect(rows).to_have_count(22)
    expect(rows.nth(14)).to_contain_text("Sat 14 Nov")
    expect(rows.nth(14)).to_contain_text("$10.22")
    expect(rows.nth(14)).to_contain_text("final; not all of it has a price")
    expect(rows.nth(21)).to_contain_text("running")


def test_budgets_say_in_words_what_their_bars_show(visitors: Visitors) -> None:
    page = books(visitors)
    whole, sms, source = page.locator(".budgets .limit").all()
    expect(whole).to_contain_text(
        "$69.21 of $75.00 spent (92.3 %), $98.28 expected by the end of the month."
    )
    expect(whole).to_contain_text("It will be exceeded if this goes on.")
    expect(sms).to_contain_text(
        "SMS stop when it is used up, pages too: Lea Lang has confirmed that."
    )
    expect(source).to_contain_text("Reading x-acme")
    expect(source).to_contain_text("Used up, and exceeded by $6.44.")
    expect(page.locator(".doubt").first).to_have_text(
        "At this rate SMS stop on the 27th: 15.20 of 20.00 USD that SMS may cost are spent."
    )


def test_what_it_does_not_know_it_says(visitors: Visitors) -> None:
    missing = books(visitors).locator(".missing")
    expect(missing).to_contain_text(
        "1,008 × yelp.request: nobody knows a price. It is in no amount, and it is not free."
    )
    expect(missing).to_contain_text(
        "sqs.request: its price (list 2026-01-01) was last looked at on 1 Jun 2026"
    )


def test_what_one_of_it_costs_stands_direct_and_shared_with_the_rule(visitors: Visitors) -> None:
    page = books(visitors)
    row = page.get_by_role("table", name="What one of it costs").get_by_role(
        "row", name="Page 101 of them"
    )
    expect(row.get_by_role("cell")).to_have_text(["$0.111", "$0.106", "$0.00462"])
    row.get_by_text("How it is shared", exact=True).click()
    expect(row).to_contain_text("Direct: SMS and e-mail of pages. Shared: the rest of waking")
    expect(page.locator(".units")).to_contain_text(
        "No figure: no ticket was resolved with a customer who is content."
    )


def test_the_bill_stands_beside_what_was_metered_with_what_is_off_and_why(
    visitors: Visitors,
) -> None:
    page = books(visitors)
    title = page.get_by_role("heading", name="Beside the bill")
    bill = page.locator("section.sheet", has=title)
    expect(bill).to_contain_text("apart. $0.50 of it is unexplained.")
    expect(bill).to_contain_text("2 lines are more than 5 % off:")
    expect(bill.locator(".flags")).to_contain_text(
        "SMS, Sat 14 Nov: $2.48 charged, $2.21 metered. "
        "The carrier counted two parts where we counted one."
    )
    bill.get_by_text("Every day and kind").click()
    rows = bill.get_by_role("row")
    expect(rows).to_have_count(42)
    expect(rows.nth(1)).to_contain_text("not known yet")
    expect(rows.nth(3)).to_contain_text("estimated, Cost Explorer")


def test_an_amount_of_less_than_a_dollar_keeps_three_digits_that_count(
    office: Office, visitors: Visitors
) -> None:
    entries = [
        (Entry("lambda.request", Feature.JUDGING), 3),
        (Entry("lambda.request", Feature.WAKING), 61_725),
        (Entry("sns.sms-part", Feature.ANSWERING, country="AT"), 12_345),
    ]
    day = Day.priced_by(BOOK, on=date(2026, 11, 21), sheet=Sheet(entries))
    office.accounts.months[MONTH] = an_account((day,))
    page = arrive(visitors)
    figures = page.locator(".split").first.locator(".figure")
    expect(figures).to_have_text(
        [
            "$1,297.46: what is behind it, Answering",
            "$0.0123: what is behind it, Waking",
            "< $0.000001: what is behind it, Judging",
        ]
    )
    expect(figures.last).to_have_attribute("title", "0.0000006 USD")


# --- other months ------------------------------------------------------------------------


def test_months_are_turned_and_stand_in_the_address(office: Office, visitors: Visitors) -> None:
    october = tuple(a_day(date(2026, 10, on), today=NOW.date()) for on in (1, 2))
    office.accounts.months["2026-10"] = an_account(october, month="2026-10")
    page = books(visitors)
    paging = page.get_by_role("navigation", name="Months")
    expect(paging.get_by_text("Dec ›")).to_have_attribute("aria-disabled", "true")
    paging.get_by_role("link", name="‹ Oct").click()
    expect(page.locator(".range")).to_have_text("October 2026")
    expect(page.locator(".totals .sheet")).to_have_count(1)
    expect(page.locator(".totals")).to_contain_text("Final: every day was compared")
    assert page.url.endswith("#/costs/2026-10")
    paging.get_by_role("link", name="Nov ›").click()
    expect(page.locator(".totals")).to_contain_text("November 2026 to date")


def test_an_empty_month_says_so_in_a_sentence(visitors: Visitors) -> None:
    page = arrive(visitors, hash="#/costs/2025-03")
    expect(page.locator(".books .blank")).to_contain_text("Nothing is in the books for March 2025.")
    expect(page.locator(".books .blank")).to_contain_text("from the day on which this version")


def test_the_first_hour_of_a_month_asks_for_patience(visitors: Visitors) -> None:
    page = arrive(visitors)
    expect(page.locator(".books .blank")).to_contain_text(
        "The first figures come when an hour is over and added up."
    )


def test_on_the_first_day_there_is_no_forecast_and_nothing_to_compare(
    office: Office, visitors: Visitors
) -> None:
    day = a_day(date(2026, 11, 21), today=NOW.date())
    office.accounts.months[MONTH] = an_account((day,))
    page = arrive(visitors)
    expect(page.locator(".totals")).to_contain_text(
        "No forecast yet: fewer than two full days stand in the books."
    )
    expect(page.locator(".books")).to_contain_text("Nothing was compared yet.")
    expect(page.locator(".books")).to_contain_text("No budget is set.")


def test_books_that_cannot_be_opened_say_why_and_can_be_tried_again(visitors: Visitors) -> None:
    visitors.office.accounts.run()
    page = visitors.page()
    page.clock.install(time=NOW)
    page.route("**/api/v1/costs?*", lambda route: route.abort())
    visitors.enter(page, "fin", roles=("finance",))
    trouble = page.locator(".costs .trouble").first
    expect(trouble).to_have_text("The books could not be opened: The desk cannot be reached.")
    page.unroute("**/api/v1/costs?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".totals")).to_be_visible()
    expect(trouble).to_be_hidden()


def test_a_session_that_is_over_leads_to_the_sign_in(office: Office, visitors: Visitors) -> None:
    page = books(visitors)
    office.now += timedelta(days=2)
    page.get_by_role("link", name="‹ Oct").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


# --- what is behind a figure ---------------------------------------------------------------


def test_a_figure_opens_to_rows_that_say_quantity_price_and_where_that_stands(
    visitors: Visitors,
) -> None:
    page = books(visitors)
    open_rows(page, "Waking")
    dialog = page.get_by_role("dialog", name="Waking")
    expect(dialog.get_by_role("status")).to_have_text("$10.72 in 63 rows, newest day first.")
    row = dialog.locator(".ledger li").nth(1)
    expect(row).to_contain_text("1 part × $0.1051")
    expect(row).to_contain_text(
        "Charged price since 3 Nov 2026, last looked at 3 Nov 2026: delivery receipt"
    )
    link = dialog.locator(".ledger a").first
    expect(link).to_have_attribute("href", "https://aws.amazon.com/pricing/")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_rows_come_in_pages_until_there_is_no_more(visitors: Visitors) -> None:
    page = books(visitors)
    open_rows(page, "Waking")
    expect(page.locator(".ledger li")).to_have_count(50)
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".ledger li")).to_have_count(63)
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()


def test_what_has_no_price_stands_among_the_rows_without_an_amount(visitors: Visitors) -> None:
    page = books(visitors)
    open_rows(page, "Listening")
    row = page.locator(".ledger li", has_text="yelp.request").first
    expect(row).to_contain_text("48 × no known price")
    expect(row.locator(".amount")).to_have_text("not known")


def test_by_keyboard_one_gets_to_the_rows_and_back_to_where_one_was(visitors: Visitors) -> None:
    page = books(visitors)
    button = page.get_by_role("button", name="what is behind it, x-acme")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ledger li").first).to_be_visible()
    expect(page.get_by_role("heading", name="x-acme", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_rows_that_cannot_be_loaded_are_tried_again_in_place(visitors: Visitors) -> None:
    page = books(visitors)
    page.route("**/api/v1/costs/rows?*", lambda route: route.abort())
    page.get_by_role("button", name="what is behind it, Acme").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("The rows could not be loaded")
    page.unroute("**/api/v1/costs/rows?*")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.locator(".ledger li").first).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_hidden()


# --- files, paper, what if ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "name", "column"),
    [
        ("CSV", "nightdesk-costs-2026-11.csv", "amount"),
        ("FOCUS (CSV)", "nightdesk-focus-2026-11.csv", "BilledCost"),
    ],
)
def test_the_month_is_taken_away_as_a_file_that_adds_up(
    visitors: Visitors, button: str, name: str, column: str
) -> None:
    page = books(visitors)
    with page.expect_download() as taken:
        page.get_by_role("button", name=button, exact=True).click()
    assert taken.value.suggested_filename == name
    text = Path(taken.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    amount = sum((Decimal(row[column] or 0) for row in rows), Decimal(0))
    assert amount == visitors.office.accounts.months[MONTH].amount


def test_a_table_that_cannot_be_made_says_why(visitors: Visitors) -> None:
    page = books(visitors)
    page.route("**/api/v1/costs/export?*", lambda route: route.abort())
    page.get_by_role("button", name="CSV", exact=True).click()
    expect(page.locator(".books .trouble").first).to_have_text(
        "The table could not be made: The desk cannot be reached."
    )
    expect(page.get_by_role("button", name="CSV", exact=True)).to_be_enabled()


def test_on_paper_every_table_is_open_and_what_is_pressed_is_gone(visitors: Visitors) -> None:
    page = books(visitors)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("table", name="Day by day")).to_be_visible()
    expect(page.locator(".bill")).to_be_visible()
    expect(page.locator(".units details p").first).to_be_visible()
    for gone in (".top", ".paging .button", ".what-if", "button:not(.figure)"):
        assert page.locator(gone).locator("visible=true").count() == 0, gone
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".bill")).to_be_hidden()


def test_what_if_reckons_a_company_of_another_size(visitors: Visitors) -> None:
    page = books(visitors)
    page.get_by_text("What if…").click()
    page.get_by_label("Mentions a day").fill("1000")
    page.get_by_label("Countries").fill("at, de")
    page.get_by_role("button", name="Reckon").click()
    result = page.locator(".what-if")
    expect(result).to_contain_text("30,500 mentions and 61 incidents from mastodon-acme")
    expect(result).to_contain_text("of it when nobody says or does anything.")
    table = result.get_by_role("table", name="What would be paid for")
    expect(table).to_contain_text("sns.sms-part AT")
    result.get_by_text("What is taken for granted").click()
    expect(result).to_contain_text("Measured ")


def test_what_cannot_be_reckoned_says_what_to_give(visitors: Visitors) -> None:
    page = books(visitors)
    page.get_by_text("What if…").click()
    page.get_by_label("Countries").fill("Austria")
    page.get_by_role("button", name="Reckon").click()
    expect(page.locator(".what-if .trouble")).to_have_text(
        "That could not be reckoned: countries: 'AUSTRIA'; use two letters, such as DE"
    )


# --- for everybody, everywhere -------------------------------------------------------------


def with_long_words(office: Office) -> None:
    """Names that nobody would choose and somebody will."""
    account = office.accounts.run()
    day = account.days[-1]
    entries = [
        (Entry("dynamodb.write-unit", Feature.LISTENING, LONG, HOSTILE), 10**13),
        (Entry(f"{LONG}.request", Feature.LISTENING, HOSTILE, LONG), 10),
    ]
    more = Day.priced_by(BOOK, on=day.on, sheet=day.sheet + Sheet(entries), state=day.state)
    days = (*account.days[:-1], more)
    known = {name: getattr(account, name) for name in ("forecast", "budgets", "reconciliation")}
    office.accounts.months[MONTH] = an_account(days, sms=account.sms, **known)


def first(visitors: Visitors, width: int, theme: str) -> Page:
    return books(visitors, width=width, theme=theme)


def unfolded(visitors: Visitors, width: int, theme: str) -> Page:
    with_long_words(visitors.office)
    page = arrive(visitors, width=width, theme=theme)
    expect(page.locator(".totals")).to_be_visible()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    expect(page.get_by_label("Mentions a day")).to_be_visible()
    page.get_by_label("Countries").fill("AT")
    page.get_by_role("button", name="Reckon").click()
    expect(page.get_by_role("table", name="What would be paid for")).to_be_visible()
    return page


def rows(visitors: Visitors, width: int, theme: str) -> Page:
    with_long_words(visitors.office)
    page = arrive(visitors, width=width, theme=theme)
    open_rows(page, "Listening")
    return page


def empty(visitors: Visitors, width: int, theme: str) -> Page:
    page = arrive(visitors, width=width, theme=theme)
    expect(page.locator(".books .blank")).to_be_visible()
    return page


SCENES = [first, unfolded, rows, empty]
Scene = Callable[[Visitors, int, str], Page]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_nobody_is_shut_out_of_the_costs(visitors: Visitors, scene: Scene, theme: str) -> None:
    page = scene(visitors, 1280, theme)
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("scene", SCENES)
def test_on_a_phone_and_at_twice_the_size_nothing_scrolls_sideways(
    visitors: Visitors, scene: Scene, width: int
) -> None:
    """640 pixels are what 1,280 leave at 200 %."""
    page = scene(visitors, width, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scene", SCENES)
def test_what_a_finger_must_hit_is_44_pixels_high_in_the_costs_too(
    visitors: Visitors, scene: Scene
) -> None:
    page = scene(visitors, 360, "light")
    heights = page.locator(
        "button:visible, nav a:visible, summary:visible, .books input:visible"
    ).evaluate_all(
        "(found) => found.map((one) => [one.textContent, one.getBoundingClientRect().height])"
    )
    assert heights
    assert [one for one in heights if one[1] < 44] == []


def test_hostile_names_are_text(visitors: Visitors) -> None:
    page = rows(visitors, 1280, "light")
    expect(page.locator(".ledger li").first).to_contain_text("<img")
    page.keyboard.press("Escape")
    expect(page.locator(".books")).to_contain_text("<img")
    assert page.locator(".costs img, dialog img").count() == 0
    assert page.evaluate("window.harmed") is None


def test_a_month_that_was_replaced_meanwhile_never_shows_under_anothers_name(
    office: Office, visitors: Visitors
) -> None:
    """The answer for a month that one has left is thrown away."""
    account = office.accounts.run()
    office.accounts.months["2026-10"] = replace(account, month="2026-10")
    page = arrive(visitors)
    expect(page.locator(".totals")).to_be_visible()
    page.evaluate("location.hash = '#/costs/2026-10'; location.hash = '#/costs/2025-01'")
    expect(page.locator(".books .blank")).to_contain_text("January 2025")
    expect(page.locator(".range")).to_have_text("January 2025")
    expect(page.locator(".totals")).to_have_count(0)
