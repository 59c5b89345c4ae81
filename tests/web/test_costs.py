"""What it costs over JSON: every figure, what is behind it, and the tables to take away."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib import wiring
from chalicelib.domain.cost import Entry, Feature, Sheet
from chalicelib.domain.cost.account import MonthAccount
from chalicelib.domain.cost.day import Day, DayState
from chalicelib.services.costing.accounts import Accounts
from chalicelib.services.costing.quota import SmsQuota
from chalicelib.web.api.cost_exports import COLUMNS, MOST_ROWS
from tests.builders import NOW, a_brand, a_desk
from tests.fakes.cost_marks import FakeCostMarks
from tests.fakes.costing import FakeBooks
from tests.fakes.reconciliations import FakeReconciliations
from tests.web.finance import BOOK, MONTH, PRICES, a_day, a_price, about_a_ticket, an_account
from tests.web.office import Browser, Office

COSTS = "/api/v1/costs"
ROWS = f"{COSTS}/rows"
EXPORT = f"{COSTS}/export"
WHAT_IF = f"{COSTS}/what-if"


@pytest.fixture
def account(office: Office) -> MonthAccount:
    """A month full of everything."""
    return office.accounts.run()


@pytest.fixture
def fin(office: Office) -> Browser:
    """Somebody of finance."""
    return Browser(office.token("fin", roles=("finance",)))


def total(amounts: Any) -> Decimal:
    """To the last digit: a plain sum is rounded to 28."""
    with localcontext(prec=100):
        return sum((Decimal(one) for one in amounts), Decimal(0))


def seen(fin: Browser, path: str = COSTS, **asked: object) -> Any:
    answer = fin.get(f"{path}?{urlencode(asked)}")
    assert answer.status_code == 200, answer.body
    return answer.json_body


# --- a month -----------------------------------------------------------------------------


def test_a_month_is_told_exactly_and_every_split_adds_up_to_it(
    account: MonthAccount, fin: Browser
) -> None:
    month = seen(fin, month=MONTH)
    assert (month["month"], month["currency"]) == (MONTH, "USD")
    assert Decimal(month["amount"]) == account.amount
    for split in ("days", "features", "sources", "brands", "groups"):
        assert total(one["amount"] for one in month[split]) == account.amount, split
    for group in month["groups"]:
        assert total(one["amount"] for one in group["skus"]) == Decimal(group["amount"])


def test_no_amount_has_an_exponent_or_zeros_that_say_nothing(
    account: MonthAccount, fin: Browser
) -> None:
    month = seen(fin)
    amounts = [one["amount"] for one in (*month["days"], *month["features"], *month["sources"])]
    assert all(set(one) <= set("0123456789.") for one in amounts)
    assert not any("." in one and one.endswith(("0", ".")) for one in amounts)


def test_the_present_month_is_meant_when_none_is_named(account: MonthAccount, fin: Browser) -> None:
    assert seen(fin) == seen(fin, month=MONTH)


def test_the_dearest_comes_first_and_what_belongs_to_none_last(
    office: Office, account: MonthAccount, fin: Browser
) -> None:
    brands = (a_brand(), a_brand(id="other", name="Other & Sons"))
    office.desks.put(a_desk(brands=brands), now=NOW)
    month = seen(fin)
    assert [one["name"] for one in month["sources"]] == ["x-acme", "mastodon-acme", ""]
    assert [one["title"] for one in month["brands"]] == ["Acme", "Other & Sons", ""]
    assert [one["group"] for one in month["groups"]][:2] == ["x", "sms"]


def test_days_and_the_month_say_how_sure_they_are(office: Office, fin: Browser) -> None:
    account = office.accounts.run()
    month = seen(fin)
    assert month["state"] == "running"
    states = [one["state"] for one in month["days"]]
    assert states == ["final"] * 17 + ["estimated"] * 3 + ["running"]
    office.now += timedelta(days=30)
    fin = Browser(office.token("fin", roles=("finance",)))
    assert seen(fin, month=MONTH)["state"] == "running"
    over = tuple(replace(day, state=DayState.FINAL) for day in account.days)
    office.accounts.months[MONTH] = replace(account, days=over)
    assert seen(fin, month=MONTH)["state"] == "final"
    mixed = (replace(over[0], state=DayState.ESTIMATED), *over[1:])
    office.accounts.months[MONTH] = replace(account, days=mixed)
    assert seen(fin, month=MONTH)["state"] == "estimated"


def test_a_month_of_which_nothing_is_booked_is_empty_and_not_an_error(fin: Browser) -> None:
    month = seen(fin, month="2025-01")
    assert (month["amount"], month["days"], month["features"]) == ("0", [], [])
    assert month["forecast"] is None
    assert month["no_forecast"] == "fewer than two full days stand in the books"
    assert month["comparison"] is None


def test_forecast_budgets_and_sms_are_told_with_their_words(
    account: MonthAccount, fin: Browser
) -> None:
    month = seen(fin)
    assert account.forecast
    forecast = month["forecast"]
    assert Decimal(forecast["low"]) < Decimal(forecast["amount"]) < Decimal(forecast["high"])
    assert (forecast["coverage"], forecast["days"]) == (0.8, 20)
    whole, sms, source = month["budgets"]
    assert (whole["name"], whole["most"], whole["is_foretold_over"]) == ("whole", "75", True)
    assert not whole["is_used_up"]
    assert (sms["stops"], sms["confirmed_by"]) == (True, "Lea Lang")
    assert (source["is_of_reading"], source["is_used_up"]) == (True, True)
    assert Decimal(source["left"]) < 0
    assert month["sms"]["runs_out_at"] == "2026-11-27T19:30:00Z"
    assert month["sms"]["says"].startswith("at this rate SMS stop on the 27th")


def test_unit_costs_stand_direct_and_shared_with_the_rule(
    account: MonthAccount, fin: Browser
) -> None:
    costs = {(one["unit"], one["of"]): one for one in seen(fin)["unit_costs"]}
    page = costs["page", ""]
    assert Decimal(page["direct"]) + Decimal(page["shared"]) == Decimal(page["amount"])
    assert Decimal(page["each"]) == pytest.approx(Decimal(page["amount"]) / 101)
    assert page["rule"].startswith("Direct: SMS and e-mail of pages.")
    content = costs["content customer", ""]
    assert content["each"] is None
    assert content["reason"] == "no ticket was resolved with a customer who is content"
    assert costs["brand", "acme"]["title"] == "Acme"


def test_what_has_no_price_and_whose_price_is_old_is_said(
    account: MonthAccount, fin: Browser
) -> None:
    month = seen(fin)
    assert month["unpriced"] == [{"sku": "yelp.request", "country": "", "quantity": "1008"}]
    (stale,) = month["stale"]
    assert (stale["sku"], stale["price"]["seen_on"]) == ("sqs.request", "2026-06-01")
    assert month["days"][0]["is_partly_unpriced"]


def test_what_was_charged_stands_beside_what_was_metered(
    account: MonthAccount, fin: Browser
) -> None:
    found = seen(fin)["comparison"]
    lines = found["lines"]
    assert [one["period"] for one in lines] == sorted(
        (one["period"] for one in lines), reverse=True
    )
    assert lines[0]["charged"] is None
    known = [one for one in lines if one["charged"] is not None]
    assert Decimal(found["charged"]) == total(one["charged"] for one in known)
    assert Decimal(found["metered"]) == total(one["metered"] for one in known)
    assert Decimal(found["variance"]) == Decimal(found["charged"]) - Decimal(found["metered"])
    assert found["unexplained"] == "0.5"
    (flagged,) = (one for one in lines if one["is_flagged"] and one["group"] == "sms")
    assert flagged["period"] == "2026-11-14"
    assert flagged["share"] == pytest.approx(0.107143)


@pytest.mark.parametrize(
    "month", ["2026", "2026-13", "2026-00", "november", "2026-11-01", "1999-12"]
)
def test_what_is_no_month_is_refused_with_an_example(fin: Browser, month: str) -> None:
    answer = fin.get(f"{COSTS}?month={month}")
    assert answer.status_code == 400
    assert answer.json_body["detail"] == f"month: {month!r}; give one such as 2026-11"


# --- rows --------------------------------------------------------------------------------


def every_row(fin: Browser, **asked: object) -> list[dict[str, Any]]:
    """All pages of an answer."""
    found = seen(fin, ROWS, **asked)
    rows = list(found["rows"])
    while found["next"]:
        found = seen(fin, ROWS, **asked, after=found["next"])
        rows += found["rows"]
    assert len(rows) == found["count"]
    return rows


def test_every_figure_of_the_month_is_the_sum_of_its_rows(
    account: MonthAccount, fin: Browser
) -> None:
    every_figure_is_the_sum_of_its_rows(fin, seen(fin))


def every_figure_is_the_sum_of_its_rows(fin: Browser, month: Any) -> None:
    asked: list[tuple[str, dict[str, str]]] = [(month["amount"], {})]
    asked += [(one["amount"], {"day": one["day"]}) for one in month["days"]]
    asked += [(one["amount"], {"feature": one["name"]}) for one in month["features"]]
    asked += [(one["amount"], {"source": one["name"] or "-"}) for one in month["sources"]]
    asked += [(one["amount"], {"brand": one["name"] or "-"}) for one in month["brands"]]
    asked += [(one["amount"], {"group": one["group"]}) for one in month["groups"]]
    skus = [sku for group in month["groups"] for sku in group["skus"]]
    asked += [(one["amount"], {"sku": one["name"]}) for one in skus]
    for amount, filters in asked:
        found = seen(fin, ROWS, month=MONTH, limit=1, **filters)
        assert found["amount"] == amount, filters
        assert found["count"] > 0, filters


def test_a_row_is_a_quantity_times_a_price_and_says_where_that_stands(
    account: MonthAccount, fin: Browser
) -> None:
    (row,) = every_row(fin, month=MONTH, day="2026-11-14", sku="sns.sms-part", brand="acme")
    price = row["price"]
    assert Decimal(row["quantity"]) * Decimal(price["amount"]) == Decimal(row["amount"])
    assert (row["group"], row["feature"], row["country"]) == ("sms", "waking", "AT")
    assert (price["version"], price["kind"], price["per"]) == ("observed 2026-11-03", "observed", 1)
    assert (price["seen_on"], price["origin"], price["url"]) == (
        "2026-11-03",
        "delivery receipt",
        "",
    )
    (alarm, *_) = every_row(fin, month=MONTH, sku="sqs.request")
    assert alarm["price"]["is_stale"]
    assert alarm["price"]["url"] == "https://aws.amazon.com/pricing/"


def test_what_has_no_price_is_a_row_without_an_amount(account: MonthAccount, fin: Browser) -> None:
    found = seen(fin, ROWS, month=MONTH, source="yelp-acme")
    assert (found["amount"], found["count"]) == ("0", 21)
    assert found["rows"][0]["price"] is None
    assert found["rows"][0]["amount"] is None


def test_rows_come_newest_day_first_in_pages_that_miss_none_and_repeat_none(
    account: MonthAccount, fin: Browser
) -> None:
    rows = every_row(fin, month=MONTH, limit=7)
    days = [one["day"] for one in rows]
    assert days == sorted(days, reverse=True)
    assert total(one["amount"] or 0 for one in rows) == account.amount
    names = ("day", "sku", "feature", "source", "brand", "country")
    keys = {tuple(one[name] for name in names) for one in rows}
    assert len(keys) == len(rows)


def test_filters_hold_together(account: MonthAccount, fin: Browser) -> None:
    rows = every_row(fin, month=MONTH, feature="listening", source="x-acme", group="dynamodb")
    assert {(one["feature"], one["source"], one["group"]) for one in rows} == {
        ("listening", "x-acme", "dynamodb")
    }
    assert seen(fin, ROWS, month=MONTH, feature="telling")["rows"] == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"feature": "fun"}, "feature: 'fun'; use one of listening, judging"),
        ({"day": "2026-11-31"}, "day: '2026-11-31'; give one such as 2026-11-22"),
        ({"day": "20261122"}, "day: '20261122'; give one such as 2026-11-22"),
        ({"after": "MTIz"}, "after: no cursor of this list; leave it out to begin"),
        ({"after": "WzEsMl0"}, "after: no cursor of this list; leave it out to begin"),
        ({"after": "?"}, "after: no cursor of ours"),
        ({"limit": "0"}, "limit: out of bounds"),
        ({"colour": "red"}, "colour: not known here"),
    ],
)
def test_what_cannot_be_used_is_named(
    account: MonthAccount, fin: Browser, asked: dict[str, str], says: str
) -> None:
    answer = fin.get(f"{ROWS}?{urlencode(asked)}")
    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith(says)


def test_it_is_so_with_the_accounts_of_the_product_too(
    office: Office, account: MonthAccount, fin: Browser
) -> None:
    """What the fake tells and what the books of the product tell is the same in every figure."""
    told = seen(fin, month=MONTH)
    books, reconciliations = FakeBooks(), FakeReconciliations()
    for day in account.days:
        books.put_day(day)
    real = Accounts(
        desks=office.desks,
        books=books,
        reconciliations=reconciliations,
        quota=SmsQuota(account=office.carrier, marks=FakeCostMarks()),
        prices=lambda: BOOK,
    )
    with wiring.override(now=lambda: office.now, accounts=real):
        found = seen(fin, month=MONTH)
        for name in ("amount", "state", "days", "features", "sources", "brands", "groups"):
            assert found[name] == told[name], name
        for name in ("unpriced", "stale", "currency"):
            assert found[name] == told[name], name
        every_figure_is_the_sum_of_its_rows(fin, found)
        assert Decimal(found["forecast"]["amount"]) > account.amount
        assert found["sms"]["says"]
        assert seen(fin, f"{COSTS}/about/mastodon.1")["rows"] == []


# --- a ticket or an incident ---------------------------------------------------------------


def test_what_a_ticket_took_is_told_the_dearest_first(office: Office, fin: Browser) -> None:
    office.accounts.abouts["t-1"] = about_a_ticket("t-1")
    found = seen(fin, f"{COSTS}/about/t-1")
    assert [one["sku"] for one in found["rows"]] == [
        "lambda.gb-second.arm64",
        "dynamodb.write-unit",
        "yelp.request",
    ]
    assert total(one["amount"] or 0 for one in found["rows"]) == Decimal(found["amount"])
    assert found["count"] == 3


def test_what_took_nothing_yet_has_no_rows_and_what_is_no_id_is_not_found(fin: Browser) -> None:
    assert seen(fin, f"{COSTS}/about/mastodon.1")["rows"] == []
    assert fin.get(f"{COSTS}/about/%3Cb%3E").status_code == 404


# --- tables ------------------------------------------------------------------------------


def lines_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_of_a_month_adds_up_and_says_with_which_prices(
    account: MonthAccount, fin: Browser
) -> None:
    answer = fin.get(f"{EXPORT}?month={MONTH}&format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="nightdesk-costs-2026-11.csv"'
    )
    assert "Link" not in answer.headers
    rows = lines_of(answer.body.decode())
    assert tuple(rows[0]) == COLUMNS
    assert total(one["amount"] or 0 for one in rows) == account.amount
    assert [one["day"] for one in rows] == sorted(one["day"] for one in rows)
    assert rows[0]["state"] == "final"
    (unpriced,) = (
        one for one in rows if one["sku"] == "yelp.request" and one["day"] == "2026-11-02"
    )
    assert (unpriced["price"], unpriced["amount"], unpriced["currency"]) == ("", "", "")
    assert {one["price_source"] for one in rows if one["sku"] == "x.post-read"} == {
        "our contract with X"
    }


def test_no_cell_of_the_table_is_a_formula(office: Office, fin: Browser) -> None:
    evil = "=HYPERLINK(1)"
    price = a_price("lambda.request", "1", source=f"{evil};@x")
    entry = Entry("lambda.request", Feature.JUDGING, source=evil, brand="+1", country="-a")
    day = Day(on=date(2026, 11, 1), sheet=Sheet([(entry, 3)]), prices=(price,))
    office.accounts.months[MONTH] = an_account((day,))
    (row,) = lines_of(fin.get(f"{EXPORT}?month={MONTH}").body.decode())
    assert (row["source"], row["brand"], row["country"]) == (f"'{evil}", "'+1", "'-a")
    assert row["price_source"] == f"'{evil};'@x"
    assert (row["quantity"], row["amount"]) == ("3", "3")


def test_a_great_month_comes_in_pieces_of_whole_days(office: Office, fin: Browser) -> None:
    def a_great_day(number: int) -> Day:
        entries = [
            (Entry("lambda.request", Feature.LISTENING, source=f"source-{one:03}"), 1)
            for one in range(MOST_ROWS // 2)
        ]
        return Day.priced_by(BOOK, on=date(2026, 11, number), sheet=Sheet(entries))

    account = an_account(tuple(a_great_day(number) for number in range(1, 6)))
    office.accounts.months[MONTH] = account
    path, rows, pieces = f"{EXPORT}?month={MONTH}", [], 0
    while path:
        answer = fin.get(path)
        rows += lines_of(answer.body.decode())
        pieces += 1
        link = answer.headers.get("Link", "")
        assert link == "" or link.endswith('>; rel="next"')
        path = f"{COSTS}/{link[1:].partition('>')[0]}" if link else ""
    assert pieces == 3
    assert total(one["amount"] for one in rows) == account.amount
    assert len({(one["day"], one["source"]) for one in rows}) == len(rows) == 5 * MOST_ROWS // 2


def test_the_same_month_as_focus_adds_up_too(account: MonthAccount, fin: Browser) -> None:
    answer = fin.get(f"{EXPORT}?month={MONTH}&format=focus-csv")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="nightdesk-focus-2026-11.csv"'
    )
    rows = lines_of(answer.body.decode())
    assert total(one["BilledCost"] for one in rows) == account.amount
    assert {one["RegionId"] for one in rows} == {"us-east-1", ""}
    assert {one["x_Feature"] for one in rows} >= {"listening", "waking"}


def test_an_empty_month_is_a_table_with_its_head_alone(fin: Browser) -> None:
    body = fin.get(f"{EXPORT}?month=2025-02").body.decode()
    assert body == ",".join(COLUMNS) + "\r\n"


def test_another_format_is_refused(fin: Browser) -> None:
    answer = fin.get(f"{EXPORT}?format=parquet")
    assert answer.status_code == 400
    assert answer.json_body["detail"] == "format: 'parquet'; use csv or focus-csv"


# --- what if -----------------------------------------------------------------------------


def test_a_month_of_another_size_is_reckoned_from_measured_acts(fin: Browser) -> None:
    found = seen(
        fin,
        WHAT_IF,
        mentions_a_day=300,
        agents=3,
        storms_a_month=1,
        countries="de, AT",
        sources="mastodon,feed",
    )
    assert (found["mentions"], found["incidents"]) == ("9500", "19")
    assert (found["countries"], found["sources"]) == (["DE", "AT"], ["mastodon", "feed"])
    assert 0 < Decimal(found["at_rest"]) < Decimal(found["amount"])
    assert total(one["amount"] for one in found["lines"]) == Decimal(found["amount"])
    assert total(one["amount"] for one in found["features"]) == Decimal(found["amount"])
    assert {one["unit"] for one in found["unit_costs"]} >= {"mention read", "page", "reply"}
    assert found["assumed"]


def test_a_greater_company_costs_more(fin: Browser) -> None:
    few, many = (
        Decimal(seen(fin, WHAT_IF, mentions_a_day=one, countries="AT")["amount"])
        for one in (100, 1000)
    )
    assert few < many


def test_without_names_it_is_of_the_sources_and_phones_of_this_desk(
    office: Office, fin: Browser
) -> None:
    people = tuple(replace(one, country="AT") for one in office.desks.current().responders)
    office.desks.put(a_desk(responders=people), now=NOW)
    found = seen(fin, WHAT_IF, mentions_a_day=10)
    assert (found["sources"], found["countries"]) == (["mastodon-acme"], ["AT"])


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "mentions_a_day: missing; give it"),
        ({"mentions_a_day": "many"}, "mentions_a_day: is text; give a number"),
        ({"mentions_a_day": -1}, "mentions_a_day: out of bounds; give a number >= 0"),
        ({"mentions_a_day": 1, "hours_a_day": 25}, "hours_a_day: out of bounds"),
        ({"mentions_a_day": 1, "countries": "Austria"}, "countries: 'AUSTRIA'; use two letters"),
        ({"mentions_a_day": 1, "countries": "ZZ"}, "countries: no price of an SMS to 'ZZ'"),
        ({"mentions_a_day": 1, "sources": "myspace"}, "sources: 'myspace' is unknown"),
        ({"mentions_a_day": "nan", "countries": "AT"}, "mentions_a_day: "),
    ],
)
def test_what_cannot_be_reckoned_is_refused_with_the_remedy(
    fin: Browser, asked: dict[str, object], says: str
) -> None:
    answer = fin.get(f"{WHAT_IF}?{urlencode(asked)}")
    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith(says), answer.json_body["detail"]


def test_a_share_finer_than_anybody_means_is_taken_for_none(fin: Browser) -> None:
    found = seen(fin, WHAT_IF, mentions_a_day=10, wake_share=1e-300, countries="AT")
    assert found["incidents"] == "0"


# --- who may -----------------------------------------------------------------------------


def test_agents_hear_for_whom_money_is(gus: Browser) -> None:
    for path in (COSTS, ROWS, EXPORT, f"{COSTS}/about/x"):
        answer = gus.get(path)
        assert answer.status_code == 403
        assert answer.json_body["detail"] == (
            "this is for admin or finance or lead; your roles: agent"
        )


def test_the_books_of_these_tests_are_made_of_the_prices_they_name(account: MonthAccount) -> None:
    assert {line.price for line in account.lines} <= set(PRICES)
    assert account.days[0] == a_day(date(2026, 11, 1), today=NOW.date())
