"""The queue over JSON: views, pages, counts, names."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, TicketState
from tests.builders import NOW, a_mention, mention_number
from tests.web.office import Browser, Office

QUEUE = "/api/v1/queue"
GUS = AgentId("gus")


def number_of(card: dict[str, Any]) -> int:
    return int(card["id"].split(".")[1])


def everything(browser: Browser, address: str) -> list[int]:
    """Numbers of all cards, page after page."""
    seen: list[int] = []
    after = ""
    for _ in range(50):
        page = browser.get(f"{address}{after}").json_body
        seen += [number_of(one) for one in page["cards"]]
        if page["next"] is None:
            return seen
        after = f"&after={page['next']}"
    raise AssertionError("the list never ends")


def test_the_queue_shows_the_gravest_first_and_then_the_oldest(
    office: Office, gus: Browser
) -> None:
    for number, (urgency, minutes) in enumerate(
        [(Urgency.ANSWER, 90), (Urgency.WAKE, 1), (Urgency.WAKE, 30), (Urgency.SOON, 60)]
    ):
        mention = mention_number(number, posted_at=NOW - timedelta(minutes=minutes))
        office.add_ticket(mention, urgency=urgency)
    assert everything(gus, f"{QUEUE}?view=unclaimed") == [2, 1, 3, 0]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_a_list_goes_on_where_it_ended_and_shows_each_ticket_once(
    office: Office, gus: Browser, limit: int
) -> None:
    for number in range(7):
        mention = mention_number(number, posted_at=NOW - timedelta(minutes=number))
        held: dict[str, Any] = {"holder": GUS, "state": TicketState.CLAIMED} if number % 2 else {}
        office.add_ticket(mention, **held)
    for view, numbers in (
        ("all", [6, 5, 4, 3, 2, 1, 0]),
        ("mine", [5, 3, 1]),
        ("team", [5, 3, 1]),
        ("unclaimed", [6, 4, 2, 0]),
        ("thanks", []),
    ):
        assert everything(gus, f"{QUEUE}?view={view}&limit={limit}") == numbers, view


def test_filters_leave_what_answers_all_of_them(office: Office, gus: Browser) -> None:
    office.add_ticket(mention_number(1), topic=Topic.OUTAGE, language="en")
    office.add_ticket(mention_number(2), topic=Topic.BILLING, language="en")
    office.add_ticket(mention_number(3), topic=Topic.OUTAGE, language="de")
    office.add_ticket(mention_number(4, brand="other"), topic=Topic.OUTAGE, language="en")
    for asked, numbers in (
        ("topic=outage", {1, 3, 4}),
        ("topic=outage&language=en", {1, 4}),
        ("topic=outage&language=en&brand=acme", {1}),
        ("source=mastodon-acme&language=de", {3}),
        ("source=nowhere", set()),
    ):
        assert set(everything(gus, f"{QUEUE}?view=all&{asked}&limit=1")) == numbers, asked


def test_what_should_have_had_its_answer_is_breached(office: Office, gus: Browser) -> None:
    office.add_ticket(mention_number(1), due_at=NOW - timedelta(minutes=1))
    office.add_ticket(mention_number(2), due_at=NOW + timedelta(minutes=1))
    assert everything(gus, f"{QUEUE}?view=breached") == [1]


def test_a_card_tells_what_it_is_who_has_it_and_until_when(office: Office, gus: Browser) -> None:
    office.come_on_duty("gus")
    office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    (card,) = gus.get(f"{QUEUE}?view=mine").json_body["cards"]
    assert card == {
        "id": "mastodon.115600000000000001",
        "version": 1,
        "urgency": "wake",
        "topic": "outage",
        "state": "claimed",
        "holder": "gus",
        "holder_name": "Gus",
        "brand": "acme",
        "brand_name": "Acme",
        "platform": "mastodon",
        "source": "mastodon-acme",
        "language": "en",
        "author": "carla@social.example",
        "author_name": "Carla",
        "reach": 1200,
        "excerpt": "@acme the whole site is down, I am losing money here",
        "reason": "says the whole site is down",
        "opened_at": "2026-11-21T19:30:00Z",
        "waiting_since": "2026-11-21T19:29:00Z",
        "due_at": "2026-11-21T19:44:00Z",
        "is_waiting": True,
        "is_thanks": False,
        "is_breached": False,
        "held_until": None,
        "returns_at": None,
        "returns_for": "",
        "ended_at": None,
        "incident_id": None,
        "customer": None,
        "posts": 1,
        "replies": 0,
        "is_under_way": False,
        "wants_approval": False,
        "order": "0#2026-11-21T19:29:00.000000Z#mastodon.115600000000000001",
    }


def test_the_name_of_a_holder_is_their_own_then_the_desks_then_their_id(
    office: Office, gus: Browser
) -> None:
    office.come_on_duty("gus")
    for number, id in enumerate(("gus", "ana", "somebody-gone")):
        office.add_ticket(mention_number(number), holder=AgentId(id), state=TicketState.CLAIMED)
    cards = gus.get(f"{QUEUE}?view=team").json_body["cards"]
    assert {one["holder"]: one["holder_name"] for one in cards} == {
        "gus": "Gus",
        "ana": "Ana",
        "somebody-gone": "somebody-gone",
    }


def test_a_withheld_author_is_shown_as_such(office: Office, gus: Browser) -> None:
    office.add_ticket(a_mention(author=None))
    (card,) = gus.get(QUEUE).json_body["cards"]
    assert (card["author"], card["author_name"], card["reach"]) == ("", "", 0)


def test_hostile_text_travels_as_text(office: Office, gus: Browser) -> None:
    text = '<script>alert("x")</script> \u202eevil\u202d'
    office.add_ticket(a_mention(text=text, author=Author(handle="<b>@x", name="\u202e")))
    answer = gus.get(QUEUE)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json_body["cards"][0]["excerpt"] == text


def test_personal_data_is_masked_in_lists(office: Office, gus: Browser) -> None:
    office.add_ticket(a_mention(text="call me on +43 664 1234567 or carla.m@mail.example"))
    excerpt = gus.get(QUEUE).json_body["cards"][0]["excerpt"]
    assert "1234567" not in excerpt
    assert "carla.m@mail.example" not in excerpt


def test_what_was_said_in_private_is_in_no_list(office: Office, gus: Browser) -> None:
    office.add_ticket(a_mention(text="my number is 12 34", is_private=True))
    answer = gus.get(f"{QUEUE}?view=all")
    assert "12 34" not in answer.body.decode()
    assert answer.json_body["cards"][0]["excerpt"] == ""


def test_who_has_seen_the_queue_gets_it_again_only_when_it_has_changed(
    office: Office, gus: Browser
) -> None:
    ticket = office.add_ticket()
    first = gus.get(QUEUE)
    known = {"if-none-match": first.headers["ETag"]}
    office.pass_time(minutes=3)
    again = gus.get(QUEUE, headers=known)
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["X-Nightdesk-Now"] == "2026-11-21T19:33:00+00:00"
    weakened = gus.get(QUEUE, headers={"if-none-match": f"W/{first.headers['ETag']}"})
    assert weakened.status_code == 304
    gus.post(f"/api/v1/tickets/{ticket.id}/claim")
    assert gus.get(QUEUE, headers=known).status_code == 200


def test_counts_say_how_much_waits_in_each_view_and_of_what(
    office: Office, gus: Browser, mia: Browser
) -> None:
    office.add_ticket(mention_number(1), due_at=NOW - timedelta(minutes=1))
    office.add_ticket(mention_number(2), holder=GUS, state=TicketState.CLAIMED)
    office.add_ticket(mention_number(3), is_thanks=True, is_waiting=False)
    counts = gus.get(f"{QUEUE}/counts").json_body
    assert counts == {
        "counted_at": "2026-11-21T19:30:00Z",
        "views": {
            "mine": 1,
            "unclaimed": 1,
            "team": 1,
            "waiting": 0,
            "snoozed": 0,
            "breached": 1,
            "thanks": 1,
            "all": 2,
        },
        "brands": {"acme": 2},
        "topics": {"outage": 2},
        "sources": {"mastodon-acme": 2},
        "languages": {"en": 2},
        "sources_in_trouble": [],
    }
    assert mia.get(f"{QUEUE}/counts").json_body["views"]["mine"] == 0


def test_counts_that_are_counted_anew_and_are_the_same_are_not_sent_again(
    office: Office, gus: Browser
) -> None:
    office.add_ticket(mention_number(1))
    known = {"if-none-match": gus.get(f"{QUEUE}/counts").headers["ETag"]}
    office.pass_time(minutes=1)
    assert gus.get(f"{QUEUE}/counts", headers=known).status_code == 304
    office.add_ticket(mention_number(2))
    office.pass_time(minutes=1)
    assert gus.get(f"{QUEUE}/counts", headers=known).json_body["views"]["all"] == 2


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ("view=nobody", "view", "use one of mine, unclaimed"),
        ("view=", "view", "use one of mine, unclaimed"),
        ("limit=0", "limit", "give a whole number >= 1"),
        ("limit=101", "limit", "give a whole number <= 100"),
        ("limit=many", "limit", "give a whole number"),
        ("limit=" + "9" * 400, "limit", "give a whole number"),
        ("limit=1&limit=2", "limit", "give it once"),
        ("brnad=acme", "brnad", "use one of view, brand"),
        ("%3Cb%3E=1", "?b?", "use one of view"),
        ("brand=" + "x" * 101, "brand", "length <= 100"),
        ("after=@", "after", "send `next` of an answer as it is"),
        ("after=AAAA", "after", "send `next` of an answer as it is"),
        ("after=gICA", "after", "send `next` of an answer as it is"),
        ("after=MA%3D%3D", "after", "send `next` of an answer as it is"),
        ("after=" + "M" * 601, "after", "send `next` of an answer as it is"),
        ("after=%F0%9F%98%80", "after", "send `next` of an answer as it is"),
    ],
)
def test_a_question_that_cannot_be_answered_names_what_is_wrong_with_it(
    gus: Browser, asked: str, field: str, told: str
) -> None:
    answer = gus.get(f"{QUEUE}?{asked}")
    assert answer.status_code == 400
    problem = answer.json_body
    assert problem["detail"].startswith(f"{field}: ")
    assert told in problem["remedy"] or told in problem["detail"]
    assert problem["field"] in (field, "")


def test_me_is_who_the_token_says(gus: Browser) -> None:
    me = gus.get("/api/v1/me").json_body
    assert (me["id"], me["name"], me["roles"]) == ("gus", "Gus", ["agent"])


class Counted:
    """Calls of a store, counted."""

    def __init__(self, store: object, calls: list[str]) -> None:
        self._store, self._calls = store, calls

    def __getattr__(self, name: str) -> Any:
        self._calls.append(name)
        return getattr(self._store, name)


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ("queue?view=unclaimed", 2),
        ("queue?view=mine", 3),
        ("queue?view=waiting", 3),
        ("queue?view=all", 7),
        ("queue/counts", 2),
        ("tickets/{id}", 6),
    ],
)
def test_what_a_page_asks_every_five_seconds_costs_few_reads(asked: str, most: int) -> None:
    office = Office()
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    calls: list[str] = []
    office.blind()
    answering = ("desks", "tickets", "attendances", "presences", "tallies", "customers", "said")
    for name in (*answering, "source_states", "read_usages", "incidents"):
        setattr(office, name, Counted(getattr(office, name), calls))
    with office.is_open():
        gus = Browser(office.token("gus"))
        path = f"/api/v1/{asked.format(id=ticket.id)}"
        gus.get(path)
        calls.clear()
        assert gus.get(path).status_code == 200
    assert 1 <= len(calls) <= most, calls
