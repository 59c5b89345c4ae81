"""The person behind a ticket, over JSON."""

import pytest

from chalicelib.domain.customer import Customer, Profile
from chalicelib.domain.ticket import Ticket
from tests.builders import a_mention, mention_number
from tests.web.office import Browser, Office

CARLA = Profile(platform="mastodon", handle="carla@social.example")


@pytest.fixture
def ticket(office: Office) -> Ticket:
    """The second ticket of somebody who is known."""
    first = office.add_ticket(mention_number(1), mood=-0.9, customer=CARLA.key)
    second = office.add_ticket(a_mention(), mood=0.5, customer=CARLA.key)
    known = Customer(id=CARLA.key, profiles=(CARLA,), tickets=(first.id, second.id))
    office.customers.save(known)
    return second


def test_who_wrote_a_ticket_is_shown_with_all_they_said_before(
    ticket: Ticket, gus: Browser
) -> None:
    seen = gus.get(f"/api/v1/tickets/{ticket.id}/customer").json_body
    assert seen["id"] == CARLA.key
    assert seen["profiles"] == [{"platform": "mastodon", "handle": "carla@social.example"}]
    assert (seen["reach"], seen["is_verified"], seen["mark"]) == (1200, False, None)
    assert len(seen["tickets"]) == 2
    assert sorted(one["mood"] for one in seen["moods"]) == [-0.9, 0.5]
    assert seen["notes"] == []


def test_of_whom_nobody_knows_anything_is_said(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(a_mention(author=None))
    seen = gus.get(f"/api/v1/tickets/{ticket.id}/customer").json_body
    assert (seen["id"], seen["profiles"], len(seen["tickets"])) == ("", [], 1)


def test_a_note_on_a_person_stays_with_them(ticket: Ticket, gus: Browser, mia: Browser) -> None:
    path = f"/api/v1/customers/{CARLA.key}/note"
    noted = gus.post(path, {"text": "runs a shop"}).json_body
    assert [one["text"] for one in noted["notes"]] == ["runs a shop"]
    seen = mia.get(f"/api/v1/tickets/{ticket.id}/customer").json_body
    assert (seen["notes"][0]["by"], seen["notes"][0]["text"]) == ("gus", "runs a shop")


@pytest.mark.parametrize(("id", "status"), [("c-nobody", 404), ("..", 404), ("%00", 404)])
def test_nobody_takes_a_note_who_is_not_there(gus: Browser, id: str, status: int) -> None:
    answer = gus.post(f"/api/v1/customers/{id}/note", {"text": "hello"})
    assert answer.status_code == status


def test_another_profile_is_linked_and_told_on_the_timeline(ticket: Ticket, gus: Browser) -> None:
    path = f"/api/v1/tickets/{ticket.id}"
    body = {"platform": "bluesky", "handle": "@carla.example"}
    linked = gus.post(f"{path}/link", body).json_body
    assert linked["acts"][-1]["kind"] == "linked"
    seen = gus.get(f"{path}/customer").json_body
    assert {one["platform"] for one in seen["profiles"]} == {"mastodon", "bluesky"}
    stale = gus.post(f"{path}/link", body, headers={"if-match": '"99"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"platform": "bluesky"},
        {"platform": "", "handle": "x"},
        {"platform": "bluesky", "handle": ""},
        {"platform": "<b>", "handle": "x"},
        {"platform": "mastodon", "handle": "carla@social.example"},
        {"platform": "bluesky", "handle": "x" * 201},
    ],
)
def test_what_is_no_profile_is_not_linked(
    ticket: Ticket, gus: Browser, body: dict[str, str]
) -> None:
    assert gus.post(f"/api/v1/tickets/{ticket.id}/link", body).status_code == 400
