"""One ticket over JSON: who has it, when it comes back, how it ends, and who was faster."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.answering.rules import AnsweringRules
from chalicelib.domain.hours import BusinessHours
from chalicelib.domain.mention import Media
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import AgentId, Note, Post, TicketState
from chalicelib.web.operations import OPERATIONS
from tests.builders import NOW, a_desk, a_mention, a_reply, mention_number
from tests.web.office import Browser, Office

GUS = AgentId("gus")
TOMORROW = "2026-11-22T09:00:00Z"


@pytest.fixture
def claimed(office: Office) -> str:
    """The path of a ticket that Gus holds."""
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    return f"/api/v1/tickets/{ticket.id}"


@pytest.fixture
def lea(office: Office) -> Browser:
    """A lead who is on duty."""
    office.come_on_duty("lea")
    return Browser(office.token("lea", roles=("lead",)))


# --- what a ticket tells -----------------------------------------------------------------


def test_a_ticket_tells_everything_needed_to_answer_it(office: Office, gus: Browser) -> None:
    office.come_on_duty("gus", "mia")
    further = mention_number(
        2,
        posted_at=NOW + timedelta(minutes=5),
        text="anybody there?",
        is_private=True,
        url="javascript:alert(1)",
        media=(Media(url="https://social.example/1.png", alt="an error page"),),
    )
    ticket = office.add_ticket(
        holder=GUS,
        state=TicketState.CLAIMED,
        incident_id="acme.outage.20261121T193000000000",
        mood=-0.8,
        posts=(Post(mention=further, mood=-0.2),),
        replies=(a_reply(by="mia", text="Hi Carla", is_private=True),),
        notes=(Note(by=AgentId("mia"), at=NOW, text="be gentle"),),
    )
    seen = gus.get(f"/api/v1/tickets/{ticket.id}").json_body
    assert (seen["id"], seen["version"], seen["posts"]) == (ticket.id, 1, 2)
    assert (seen["holder_name"], seen["brand_name"]) == ("Gus", "Acme")
    assert seen["incident_name"] == "Acme: outage, 21 November 19:30 UTC"
    assert seen["reasons"] == ["says the whole site is down"]
    assert seen["url"] == "https://social.example/@carla/115600000000000001"
    assert [one["mood"] for one in seen["moods"]] == [-0.8, -0.2]
    first, second = seen["conversation"]
    assert (first["text"], first["is_private"]) == (ticket.mention.text, False)
    assert second == {
        "id": further.id,
        "text": "anybody there?",
        "author": further.author.handle if further.author else "",
        "author_name": further.author.name if further.author else "",
        "platform": "mastodon",
        "url": "",
        "at": "2026-11-21T19:35:00Z",
        "language": "en",
        "mood": -0.2,
        "is_private": True,
        "media": [{"url": "https://social.example/1.png", "alt": "an error page"}],
        "is_late": False,
        "edited_at": None,
        "withdrawn_at": None,
    }
    (reply,) = seen["replies"]
    assert (reply["by"], reply["by_name"], reply["is_private"]) == ("mia", "Mia", True)
    assert seen["notes"] == [
        {"by": "mia", "by_name": "Mia", "at": "2026-11-21T19:30:00Z", "text": "be gentle"}
    ]
    assert seen["ways"] == {
        "can_reply": True,
        "why_not": "",
        "can_reply_privately": True,
        "limit": 500,
    }
    assert (seen["looking"], seen["draft"], seen["corrections"]) == ([], "", [])


def test_the_wait_is_told_by_the_wall_and_by_the_hours_we_are_open(
    office: Office, gus: Browser
) -> None:
    never = BusinessHours(name="never", zone="Europe/Vienna")
    office.desks.put(a_desk(hours=(never,), answering=AnsweringRules()), now=NOW)
    path = f"/api/v1/tickets/{office.add_ticket().id}"
    office.pass_time(minutes=29, seconds=59)
    assert gus.get(path).json_body["waited"] == {"wall_minutes": 30, "in_hours_minutes": 0}


def test_the_wait_ends_with_the_answer(office: Office, gus: Browser, claimed: str) -> None:
    office.pass_time(minutes=9)
    gus.post(f"{claimed}/answered-elsewhere", {})
    office.pass_time(hours=5)
    assert gus.get(claimed).json_body["waited"]["wall_minutes"] == 10


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//social.example", "https://[", "https:"]
)
def test_an_address_that_is_no_web_address_is_left_out(
    office: Office, gus: Browser, url: str
) -> None:
    path = f"/api/v1/tickets/{office.add_ticket(a_mention(url=url)).id}"
    seen = gus.get(path).json_body
    assert (seen["url"], seen["conversation"][0]["url"]) == ("", "")


def test_a_polled_ticket_is_sent_again_only_when_it_has_changed(
    office: Office, gus: Browser, mia: Browser
) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}"
    first = gus.get(path)
    assert first.headers["ETag"].startswith('"1-')
    known = {"if-none-match": first.headers["ETag"]}
    assert gus.get(path, headers=known).status_code == 304
    mia.put(f"{path}/presence", {"is_typing": False, "draft": ""})
    assert gus.get(path, headers=known).status_code == 200


@pytest.mark.parametrize("path", ["nowhere", "mastodon.%2e%2e", "x" * 300, "ä", "%00", "a%20b"])
def test_a_ticket_that_is_not_there_is_not_found(gus: Browser, path: str) -> None:
    answer = gus.get(f"/api/v1/tickets/{path}")
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")


# --- who was faster ----------------------------------------------------------------------


def writes() -> list[tuple[str, dict[str, Any]]]:
    """Every change of a ticket that looks at `If-Match`, with what it takes."""
    reply = {"reply_id": "0123456789"}
    return [
        ("claim", {}),
        ("release", {}),
        ("reopen", {}),
        ("hand-over", {"to": "mia"}),
        ("take-over", {"reason": "it is late"}),
        ("snooze", {"until": TOMORROW}),
        ("wait", {"until": TOMORROW, "what": "ask"}),
        ("reply", {"text": "Hi Carla, we are on it.", **reply}),
        ("undo", reply),
        ("approve", reply),
        ("send-back", {"note": "warmer", **reply}),
        ("answered-elsewhere", {}),
        ("note", {"text": "be gentle"}),
        ("resolve", {"outcome": "content"}),
        ("correct", {"urgency": "soon"}),
        ("look-up", {}),
        ("link", {"platform": "forum", "handle": "carla"}),
    ]


def test_every_change_of_a_ticket_looks_at_the_version_that_the_asker_saw() -> None:
    tickets = "/api/v1/tickets/{id}/"
    changes = {
        path.removeprefix(tickets)
        for method, path in OPERATIONS
        if method == "POST" and path.startswith(tickets)
    }
    assert changes - {"preview"} == {act for act, _ in writes()}


@pytest.mark.parametrize(("act", "body"), writes())
def test_a_change_of_what_has_changed_meanwhile_is_refused_and_does_nothing(
    office: Office, lea: Browser, act: str, body: dict[str, Any]
) -> None:
    office.come_on_duty("lea", "mia")
    ticket = office.add_ticket(version=7, holder=AgentId("lea"), state=TicketState.CLAIMED)
    path = f"/api/v1/tickets/{ticket.id}/{act}"
    for stale in ('"6"', '"8-abc"', 'W/"6-0123456789abcdef0123"'):
        answer = lea.post(path, body, headers={"if-match": stale})
        assert (answer.status_code, answer.json_body["code"]) == (412, "OutOfDate")
    assert office.tickets.get(ticket.id) == ticket
    assert office.outbox.waiting == []
    seen = lea.get(f"/api/v1/tickets/{ticket.id}").headers["ETag"]
    assert lea.post(path, body, headers={"if-match": seen}).status_code != 412
    assert lea.post(path, body, headers={"if-match": "*"}).status_code != 412


@pytest.mark.parametrize("said", ["7", '"seven"', '"7', '"-1"', '"7","8"', '"9999999999"', "W/7"])
def test_a_tag_that_is_none_of_ours_is_refused(
    office: Office, gus: Browser, claimed: str, said: str
) -> None:
    answer = gus.post(f"{claimed}/release", headers={"if-match": said})
    assert (answer.status_code, answer.json_body["field"]) == (400, "if-match")
    assert gus.get(claimed).json_body["holder"] == "gus"


def test_of_two_who_saw_the_same_only_the_first_changes_it(
    office: Office, gus: Browser, claimed: str
) -> None:
    seen = gus.get(claimed).headers["ETag"]
    first = gus.post(f"{claimed}/note", {"text": "one"}, headers={"if-match": seen})
    second = gus.post(f"{claimed}/note", {"text": "two"}, headers={"if-match": seen})
    assert (first.status_code, second.status_code) == (200, 412)
    third = gus.post(
        f"{claimed}/note", {"text": "two"}, headers={"if-match": first.headers["ETag"]}
    )
    assert [one["text"] for one in third.json_body["notes"]] == ["one", "two"]


# --- who has it --------------------------------------------------------------------------


def test_who_comes_second_is_told_who_has_the_ticket(
    office: Office, gus: Browser, mia: Browser
) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}"
    assert gus.post(f"{path}/claim").status_code == 200
    refused = mia.post(f"{path}/claim")
    assert refused.status_code == 403
    assert refused.json_body["code"] == "NotAllowed"
    assert "gus" in refused.json_body["detail"]
    assert gus.get(path).json_body["holder"] == "gus"


def test_a_released_ticket_can_be_claimed_by_another(
    gus: Browser, mia: Browser, claimed: str
) -> None:
    assert gus.post(f"{claimed}/release").json_body["holder"] is None
    assert mia.post(f"{claimed}/claim").json_body["holder"] == "mia"


def test_a_ticket_is_handed_to_whoever_is_on_duty_with_a_note(
    office: Office, gus: Browser, claimed: str
) -> None:
    body = {"to": "mia", "note": "she speaks French with them"}
    assert gus.post(f"{claimed}/hand-over", body).status_code == 403, "mia is not there"
    office.come_on_duty("mia")
    seen = gus.post(f"{claimed}/hand-over", body).json_body
    assert (seen["holder"], seen["holder_name"]) == ("mia", "Mia")
    assert seen["acts"][-1] == {
        "kind": "handed-over",
        "at": "2026-11-21T19:30:00Z",
        "by": "gus",
        "by_name": "gus",
        "to": "mia",
        "to_name": "Mia",
        "text": "she speaks French with them",
        "until": None,
    }


def test_a_lead_takes_a_ticket_over_and_says_why(
    office: Office, lea: Browser, mia: Browser, claimed: str
) -> None:
    assert mia.post(f"{claimed}/take-over", {"reason": "mine!"}).status_code == 403
    assert lea.post(f"{claimed}/take-over", {"reason": " "}).json_body["field"] == "reason"
    seen = lea.post(f"{claimed}/take-over", {"reason": "Gus is ill"}).json_body
    assert seen["holder"] == "lea"
    assert (seen["acts"][-1]["to"], seen["acts"][-1]["text"]) == ("gus", "Gus is ill")


def test_who_looks_hears_who_else_does_and_finds_their_own_draft_again(
    office: Office, gus: Browser, mia: Browser
) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}"
    gus.put(f"{path}/presence", {"is_typing": True, "draft": "Hi Carla, "})
    assert mia.put(f"{path}/presence", {"is_typing": False, "draft": ""}).json_body == {
        "looking": [{"agent": "gus", "name": "Gus", "is_typing": True}]
    }
    seen = mia.get(path).json_body
    assert [one["agent"] for one in seen["looking"]] == ["gus"]
    assert "Hi Carla" not in mia.get(path).body.decode()
    assert gus.get(path).json_body["draft"] == "Hi Carla, "
    office.pass_time(minutes=1)
    assert mia.get(path).json_body["looking"] == []


def test_a_draft_longer_than_any_reply_is_refused(gus: Browser, claimed: str) -> None:
    answer = gus.put(f"{claimed}/presence", {"draft": "x" * 5001})
    assert (answer.status_code, answer.json_body["field"]) == (400, "draft")


# --- when it comes back, how it ends -----------------------------------------------------


def test_a_number_to_be_called_stands_in_the_ticket_and_not_in_lists(
    gus: Browser, claimed: str
) -> None:
    promise = "call +43 664 1000001"
    seen = gus.post(f"{claimed}/wait", {"until": TOMORROW, "what": promise}).json_body
    (card,) = gus.get("/api/v1/queue?view=waiting").json_body["cards"]
    assert seen["returns_for"] == promise
    assert "1000001" not in card["returns_for"]


def test_a_promise_puts_a_ticket_off_and_says_what_is_to_be_done(
    gus: Browser, claimed: str
) -> None:
    body = {"until": "2026-11-25T10:00:00+01:00", "what": "Engineer on Tuesday: ask"}
    seen = gus.post(f"{claimed}/wait", body).json_body
    assert (seen["state"], seen["returns_at"]) == ("waiting", "2026-11-25T09:00:00Z")
    assert seen["returns_for"] == "Engineer on Tuesday: ask"


@pytest.mark.parametrize(
    "until",
    [
        "2026-11-22T09:00:00",
        "2026-11-21T19:30:00Z",
        "2027-11-22T09:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "tomorrow",
        "2026-11-22",
        "2026-13-01T09:00:00Z",
        1_790_000_000,
        None,
        "",
    ],
)
def test_an_instant_that_cannot_be_is_refused(
    gus: Browser, claimed: str, until: str | int | None
) -> None:
    answer = gus.post(f"{claimed}/snooze", {"until": until})
    assert (answer.status_code, answer.json_body["field"]) == (400, "until")
    assert answer.json_body["remedy"] != ""
    assert gus.get(claimed).json_body["state"] == "claimed"


def test_a_ticket_is_resolved_and_reopened(office: Office, gus: Browser, claimed: str) -> None:
    ended = gus.post(f"{claimed}/resolve", {"outcome": "content"}).json_body
    assert (ended["state"], ended["ended_at"]) == ("content", "2026-11-21T19:30:00Z")
    assert gus.get("/api/v1/queue?view=all").json_body["cards"] == []
    assert gus.get(claimed).json_body["state"] == "content"
    again = gus.post(f"{claimed}/reopen").json_body
    assert (again["state"], again["acts"][-1]["kind"]) == ("open", "reopened")


@pytest.mark.parametrize("outcome", ["open", "happy", "", "<b>"])
def test_a_ticket_ends_only_as_one_of_the_outcomes(
    gus: Browser, claimed: str, outcome: str
) -> None:
    answer = gus.post(f"{claimed}/resolve", {"outcome": outcome})
    assert answer.status_code == 400
    assert answer.json_body["remedy"] == "use one of content, no_answer, not_content"


# --- the verdict -------------------------------------------------------------------------


def test_an_agent_says_what_the_verdict_should_have_been(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(urgency=Urgency.SOON)
    path = f"/api/v1/tickets/{ticket.id}"
    answer = gus.post(f"{path}/correct", {"urgency": "wake", "topic": "safety"})
    assert answer.status_code == 200
    assert answer.json_body["corrections"] == [
        {
            "by": "gus",
            "by_name": "gus",
            "at": "2026-11-21T19:30:00Z",
            "urgency": "wake",
            "topic": "safety",
            "mood": None,
        }
    ]
    seen = gus.get(path).json_body
    assert seen == answer.json_body
    assert (seen["urgency"], seen["state"], seen["holder"]) == ("soon", "open", None)
    assert office.phones.sent == [], "a correction wakes nobody"


def test_the_newest_word_of_each_agent_counts(office: Office, gus: Browser, mia: Browser) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}/correct"
    gus.post(path, {"urgency": "answer"})
    mia.post(path, {"urgency": "wake"})
    answer = gus.post(path, {"urgency": "soon", "mood": "neutral"})
    said = [(one["by"], one["urgency"]) for one in answer.json_body["corrections"]]
    assert said == [("mia", "wake"), ("gus", "soon")]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "urgency: missing"),
        ({"urgency": "dire"}, "urgency: 'dire'; use one of wake, soon, answer, ignore"),
        ({"urgency": "wake", "topic": "fire"}, "topic: 'fire'; use one of safety, security"),
        ({"urgency": "wake", "mood": "grim"}, "mood: 'grim'; use one of negative, neutral"),
        ({"urgency": 1}, "urgency: is a whole number; give text"),
        ({"urgency": "wake", "topic": ""}, "topic: ''"),
    ],
)
def test_a_correction_that_says_nothing_known_is_refused(
    office: Office, gus: Browser, body: dict[str, Any], told: str
) -> None:
    ticket = office.add_ticket()
    answer = gus.post(f"/api/v1/tickets/{ticket.id}/correct", body)
    assert answer.status_code == 400
    assert told in answer.json_body["detail"]
    assert office.tickets.get(ticket.id) == ticket


def test_a_verdict_is_corrected_after_its_ticket_has_ended(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(state=TicketState.NO_ANSWER, ended_at=NOW)
    answer = gus.post(f"/api/v1/tickets/{ticket.id}/correct", {"urgency": "ignore"})
    assert answer.json_body["state"] == "no_answer"
    assert answer.json_body["corrections"][0]["urgency"] == "ignore"
