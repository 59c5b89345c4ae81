"""Who is there to answer, and what is configured, over JSON."""

import pytest

from chalicelib.domain.answering.rules import AnsweringRules, Checklist, SavedReply
from chalicelib.domain.ticket import AgentId, TicketState
from tests.builders import NOW, a_desk
from tests.web.office import Browser, Office

TEAM = "/api/v1/team"
DUTY = "/api/v1/me/duty"


def names(browser: Browser) -> list[str]:
    return [one["name"] for one in browser.get(TEAM).json_body["on_duty"]]


def test_who_comes_on_duty_is_there_for_everybody_until_they_go(gus: Browser, mia: Browser) -> None:
    assert names(mia) == []
    assert gus.put(DUTY, {"is_on_duty": True}).json_body["on_duty"] == [
        {"agent": "gus", "name": "Gus", "heard_at": "2026-11-21T19:30:00Z", "tickets": 0}
    ]
    assert names(mia) == ["Gus"]
    gus.put(DUTY, {"is_on_duty": False})
    assert names(mia) == []


def test_who_is_not_heard_of_for_a_quarter_of_an_hour_is_not_there(
    office: Office, gus: Browser, mia: Browser
) -> None:
    gus.put(DUTY, {"is_on_duty": True})
    office.pass_time(minutes=15)
    assert names(mia) == ["Gus"]
    office.pass_time(seconds=1)
    assert names(mia) == []


def test_who_goes_off_duty_gives_their_claims_back(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    gus.put(DUTY, {"is_on_duty": False})
    assert gus.get(f"/api/v1/tickets/{ticket.id}").json_body["holder"] is None


def test_whoever_is_on_call_is_there_too_with_what_they_have(office: Office, gus: Browser) -> None:
    office.add_ticket(holder=AgentId("ana"), state=TicketState.CLAIMED)
    gus.get("/api/v1/queue/counts")
    on_call = gus.get(TEAM).json_body["on_call"]
    assert on_call == [{"agent": "ana", "name": "Ana", "schedule": "primary", "tickets": 1}]


@pytest.mark.parametrize("body", [{}, {"is_on_duty": None}, {"is_on_duty": "yes"}, []])
def test_duty_is_yes_or_no(gus: Browser, body: object) -> None:
    assert gus.put(DUTY, body).status_code == 400


def test_the_desk_tells_what_is_configured_as_far_as_agents_need_it(
    office: Office, gus: Browser
) -> None:
    saved = SavedReply(name="delay", text="Hi {first_name}, {personal}", language="de")
    rules = AnsweringRules(
        saved=(saved,), checklists={"acme": Checklist(lines=("Is it warm?",), most_characters=280)}
    )
    office.desks.put(a_desk(answering=rules), now=NOW)
    office.come_on_duty("gus")
    office.add_ticket(language="fr")
    seen = gus.get("/api/v1/desk").json_body
    assert seen["brands"] == [{"id": "acme", "name": "Acme"}]
    assert seen["sources"] == [{"name": "mastodon-acme", "kind": "mastodon", "brand": "acme"}]
    assert seen["languages"] == ["de", "fr"]
    assert seen["saved"] == [
        {
            "name": "delay",
            "text": "Hi {first_name}, {personal}",
            "brands": [],
            "topics": [],
            "language": "de",
        }
    ]
    assert seen["checklists"] == {"acme": {"lines": ["Is it warm?"], "most_characters": 280}}
    assert seen["signatures"] == {"acme": "– Gus"}
    assert {"id": "gus", "name": "Gus"} in seen["agents"]
    assert {"id": "ana", "name": "Ana"} in seen["agents"]
    assert seen["outcomes"] == ["content", "no_answer", "not_content"]
    assert seen["limits"]["reply"] == 5000
    assert (seen["limits"]["undo_seconds"], seen["limits"]["claim_minutes"]) == (10, 20)


def test_the_desk_tells_no_secret_no_address_and_no_phone_number(
    office: Office, gus: Browser
) -> None:
    text = gus.get("/api/v1/desk").body.decode()
    assert "+43" not in text
    assert "secret" not in text
    assert "hooks" not in text
