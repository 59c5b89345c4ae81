"""Search and export over JSON and CSV."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic
from chalicelib.domain.ticket import Note
from chalicelib.web.csv import COLUMNS, cell
from tests.builders import NOW, a_mention, mention_number
from tests.web.office import Browser, Office

SEARCH = "/api/v1/search"
EXPORT = "/api/v1/export/tickets.csv"


@pytest.fixture
def lea(office: Office) -> Browser:
    return Browser(office.token("lea", roles=("lead",)))


def add_tickets(office: Office, count: int) -> None:
    """Tickets opened one minute after the other, the newest last."""
    for number in range(count):
        office.add_ticket(
            mention_number(number, text=f"the site is down, number{number}"),
            opened_at=NOW - timedelta(minutes=count - number),
        )
    office.index()


def found(browser: Browser, asked: str) -> list[str]:
    return [one["id"] for one in browser.get(f"{SEARCH}?{asked}").json_body["cards"]]


def test_tickets_are_found_by_words_phrases_and_filters(office: Office, gus: Browser) -> None:
    one = office.add_ticket(mention_number(1, text="the whole site is down"), topic=Topic.OUTAGE)
    other = mention_number(2, text="the bill is whole but not the site", author=Author(handle="bo"))
    two = office.add_ticket(other, topic=Topic.BILLING)
    office.index()
    assert set(found(gus, "q=whole")) == {one.id, two.id}
    assert found(gus, "q=%22whole+site%22") == [one.id]
    assert found(gus, "q=whole&topic=billing") == [two.id]
    assert found(gus, "q=whole+topic:billing") == [two.id]
    assert found(gus, "author=@bo") == [two.id]
    assert found(gus, "since=2026-11-22") == []


def test_what_was_found_goes_on_page_by_page_newest_first(office: Office, gus: Browser) -> None:
    add_tickets(office, 7)
    seen: list[str] = []
    after = ""
    while True:
        page = gus.get(f"{SEARCH}?q=site&limit=3{after}").json_body
        assert page["read"] <= 300
        seen += [one["id"] for one in page["cards"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == [one.id for one in reversed(office.tickets.all())]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%22open", "q"),
        ("topic=fire&q=site", "topic"),
        ("state=gone&q=site", "state"),
        ("since=yesterday&q=site", "since"),
        ("since=2026-11-22T09:00:00", "since"),
        ("since=0001-01-01T00:00:00%2B23:59&q=site", "since"),
        ("until=9999-12-31&q=site", ""),
        ("since=2026-11-22&until=2026-11-20", "until"),
        ("q=" + "x" * 301, "q"),
        ("q=site&after=bm90aGluZw", "after"),
        ("q=site&limit=0", "limit"),
    ],
)
def test_a_search_that_cannot_be_made_names_what_is_wrong(
    gus: Browser, asked: str, field: str
) -> None:
    answer = gus.get(f"{SEARCH}?{asked}")
    if field == "":
        assert answer.status_code in (200, 400)
        return
    assert (answer.status_code, answer.json_body["field"]) == (400, field)


# --- export ------------------------------------------------------------------------------


def table_of(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


def test_tickets_are_exported_as_a_table_newest_first(office: Office, lea: Browser) -> None:
    add_tickets(office, 3)
    answer = lea.get(EXPORT)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Link" not in answer.headers
    rows = table_of(answer.body)
    assert [one["id"] for one in rows] == [one.id for one in reversed(office.tickets.all())]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["reach"], rows[0]["brand_name"], rows[0]["is_thanks"]) == ("1200", "Acme", "no")
    assert rows[0]["waiting_since"] == "2026-11-21T19:29:00Z"


def test_a_long_export_goes_on_where_it_ended(office: Office, lea: Browser) -> None:
    add_tickets(office, 2_001)
    first = lea.get(f"{EXPORT}?since=2026-11-01")
    assert len(table_of(first.body)) == 2_000
    link = first.headers["Link"]
    assert link.startswith("<tickets.csv?since=2026-11-01&after=")
    assert link.endswith('>; rel="next"')
    rest = lea.get(f"/api/v1/export/{link[1 : link.index('>')]}")
    assert len(table_of(rest.body)) == 1
    assert "Link" not in rest.headers


def test_an_export_is_of_the_days_that_are_asked_for(office: Office, lea: Browser) -> None:
    office.add_ticket(mention_number(1), opened_at=NOW - timedelta(days=3))
    office.add_ticket(mention_number(2), opened_at=NOW)
    office.index()
    rows = table_of(lea.get(f"{EXPORT}?since=2026-11-18&until=2026-11-18").body)
    assert len(rows) == 1
    assert lea.get(f"{EXPORT}?since=never").json_body["field"] == "since"


def test_nothing_private_is_exported_and_personal_data_is_masked(
    office: Office, lea: Browser
) -> None:
    office.add_ticket(a_mention(text="my card: 4111 1111 1111 1111", is_private=True))
    office.add_ticket(
        mention_number(2, text="write to carla.m@mail.example"),
        notes=(Note(by="gus", at=NOW, text="an inner word"),),  # type: ignore[arg-type]
    )
    office.index()
    text = lea.get(EXPORT).body.decode()
    assert "4111" not in text
    assert "carla.m@mail" not in text
    assert "an inner word" not in text


def test_hostile_text_starts_nothing_in_a_spreadsheet(office: Office, lea: Browser) -> None:
    mention = a_mention(text='=HYPERLINK("http://x","y")', author=Author(handle="@SUM(1)"))
    office.add_ticket(mention)
    office.index()
    (row,) = table_of(lea.get(EXPORT).body)
    assert row["excerpt"].startswith("'=HYPERLINK")
    assert row["author"] == "'@SUM(1)"


@given(st.builds("{}{}".format, st.sampled_from(["", "'", *"=+-@\t\r"]), st.text()))
def test_no_text_begins_a_formula(text: str) -> None:
    shown = cell(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == text.removeprefix("'") or shown == text


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_a_number_stays_a_number(number: Any) -> None:
    assert type(number)(cell(number)) == number


def test_what_is_missing_is_empty_and_a_truth_is_a_word() -> None:
    assert [cell(one) for one in (None, True, False, NOW)] == [
        "",
        "yes",
        "no",
        "2026-11-21T19:30:00Z",
    ]


def test_an_agent_cannot_export(gus: Browser) -> None:
    assert gus.get(EXPORT).status_code == 403
