"""What agents do over JSON."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.incident import IncidentState
from chalicelib.domain.mention import Author
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.ticket import AgentId, TicketState
from chalicelib.domain.timeline import Act, ActKind, Via
from tests.builders import NOW, a_mention, mention_number
from tests.fakes import ReplyFate
from tests.web.office import Browser, Office

REPLY_ID = "0b8e3a2e-5f0e-4c39-9d8b-0d3c6c5a1f11"


@pytest.fixture
def claimed(office: Office) -> str:
    """The path of a ticket that Gus holds."""
    ticket = office.add_ticket(holder=AgentId("gus"), state=TicketState.CLAIMED)
    return f"/api/v1/tickets/{ticket.id}"


def reply(text: str = "Hi Carla, we are on it. Gus", reply_id: str = REPLY_ID) -> dict[str, Any]:
    return {"text": text, "reply_id": reply_id}


# --- the verdict ------------------------------------------------------------------------


def test_an_agent_says_what_the_verdict_should_have_been(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(urgency=Urgency.SOON)
    path = f"/api/v1/tickets/{ticket.id}"

    answer = gus.post(f"{path}/correct", {"urgency": "wake", "topic": "safety"})

    assert answer.status_code == 200
    assert answer.json_body["corrections"] == [
        {
            "by": "gus",
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


def test_the_newest_word_of_each_agent_counts(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket()
    path = f"/api/v1/tickets/{ticket.id}/correct"
    gus.post(path, {"urgency": "answer"})
    Browser(office.token("ida")).post(path, {"urgency": "wake"})
    answer = gus.post(path, {"urgency": "soon", "mood": "neutral"})

    said = [(one["by"], one["urgency"]) for one in answer.json_body["corrections"]]
    assert said == [("ida", "wake"), ("gus", "soon")]


def test_the_same_word_twice_changes_nothing(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket()
    path = f"/api/v1/tickets/{ticket.id}/correct"
    first = gus.post(path, {"urgency": "answer"}).json_body
    office.pass_time(minutes=1)
    assert gus.post(path, {"urgency": "answer"}).json_body == first


def test_a_verdict_is_corrected_after_its_ticket_has_ended(office: Office, gus: Browser) -> None:
    ticket = office.add_ticket(state=TicketState.NO_ANSWER, ended_at=NOW)
    answer = gus.post(f"/api/v1/tickets/{ticket.id}/correct", {"urgency": "ignore"})
    assert answer.json_body["state"] == "no_answer"
    assert answer.json_body["corrections"][0]["urgency"] == "ignore"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "urgency: missing"),
        ({"urgency": "dire"}, "urgency: 'dire'; use one of wake, soon, answer, ignore"),
        ({"urgency": "wake", "topic": "fire"}, "topic: 'fire'; use one of safety, security"),
        ({"urgency": "wake", "mood": "grim"}, "mood: 'grim'; use one of negative, neutral"),
        ({"urgency": 1}, "urgency: "),
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


def test_nobody_corrects_what_is_not_there_or_without_a_token(office: Office, gus: Browser) -> None:
    path = "/api/v1/tickets/mastodon.1/correct"
    assert gus.post(path, {"urgency": "wake"}).status_code == 404
    assert Browser(None).post(path, {"urgency": "wake"}).status_code in (401, 403)


# --- the queue ---------------------------------------------------------------------------


def test_the_queue_shows_the_gravest_first_and_then_the_oldest(
    office: Office, gus: Browser
) -> None:
    for number, (urgency, minutes) in enumerate(
        [(Urgency.ANSWER, 90), (Urgency.WAKE, 1), (Urgency.WAKE, 30), (Urgency.SOON, 60)]
    ):
        mention = mention_number(number, posted_at=NOW - timedelta(minutes=minutes))
        office.add_ticket(mention, urgency=urgency)
    seen = [int(one["id"].split(".")[1]) for one in gus.get("/api/v1/queue").json_body["tickets"]]
    assert seen == [2, 1, 3, 0]


def test_a_ticket_tells_everything_needed_to_answer_it(office: Office, gus: Browser) -> None:
    office.add_ticket(incident_id="acme.outage.20261121T193000000000")
    (ticket,) = gus.get("/api/v1/queue").json_body["tickets"]
    assert ticket == {
        "id": "mastodon.115600000000000001",
        "version": 1,
        "urgency": "wake",
        "topic": "outage",
        "reasons": ["says the whole site is down"],
        "state": "open",
        "holder": None,
        "brand": "acme",
        "platform": "mastodon",
        "text": "@acme the whole site is down, I am losing money here",
        "author": "carla@social.example",
        "author_name": "Carla",
        "followers": 1200,
        "url": "https://social.example/@carla/115600000000000001",
        "waiting_since": "2026-11-21T19:29:00Z",
        "due_at": "2026-11-21T19:44:00Z",
        "ended_at": None,
        "incident_id": "acme.outage.20261121T193000000000",
        "replies": [],
        "corrections": [],
    }


def test_a_withheld_author_is_shown_as_such(office: Office, gus: Browser) -> None:
    office.add_ticket(a_mention(author=None))
    (ticket,) = gus.get("/api/v1/queue").json_body["tickets"]
    assert (ticket["author"], ticket["author_name"], ticket["followers"]) == ("", "", None)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//social.example", "https://[", "https:"]
)
def test_an_address_that_is_no_web_address_is_left_out(
    office: Office, gus: Browser, url: str
) -> None:
    office.add_ticket(a_mention(url=url))
    (ticket,) = gus.get("/api/v1/queue").json_body["tickets"]
    assert ticket["url"] == ""


def test_hostile_text_travels_as_text(office: Office, gus: Browser) -> None:
    text = '<script>alert("x")</script> \u202eevil\u202d \u0000'
    office.add_ticket(a_mention(text=text, author=Author(handle="<b>@x", name="\u202e")))
    answer = gus.get("/api/v1/queue")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json_body["tickets"][0]["text"] == text


def test_who_has_seen_the_queue_gets_it_again_only_when_it_has_changed(
    office: Office, gus: Browser
) -> None:
    ticket = office.add_ticket()
    first = gus.get("/api/v1/queue")
    known = {"if-none-match": first.headers["ETag"]}
    office.pass_time(minutes=3)
    again = gus.get("/api/v1/queue", headers=known)
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["X-Nightdesk-Now"] == "2026-11-21T19:33:00+00:00"
    weakened = gus.get("/api/v1/queue", headers={"if-none-match": f"W/{first.headers['ETag']}"})
    assert weakened.status_code == 304
    gus.post(f"/api/v1/tickets/{ticket.id}/claim")
    assert gus.get("/api/v1/queue", headers=known).status_code == 200


def test_me_is_who_the_token_says(office: Office, gus: Browser) -> None:
    assert gus.get("/api/v1/me").json_body == {
        "id": "gus",
        "name": "Gus",
        "roles": ["agent"],
        "expires_at": "2026-11-22T07:30:00Z",
    }


# --- tickets -----------------------------------------------------------------------------


def test_a_ticket_is_claimed_answered_and_resolved(office: Office, gus: Browser) -> None:
    path = f"/api/v1/tickets/{office.add_ticket().id}"
    assert gus.post(f"{path}/claim").json_body["holder"] == "gus"
    replied = gus.post(f"{path}/reply", reply()).json_body
    assert replied["state"] == "replied"
    assert replied["replies"][0]["state"] == "sent"
    assert replied["replies"][0]["url"] == f"https://social.example/{REPLY_ID}"
    ended = gus.post(f"{path}/resolve", {"outcome": "content"}).json_body
    assert (ended["state"], ended["ended_at"]) == ("content", "2026-11-21T19:30:00Z")
    assert gus.get("/api/v1/queue").json_body == {"tickets": []}
    assert gus.get(path).json_body["state"] == "content"
    assert gus.post(f"{path}/reopen").json_body["state"] == "open"


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


def test_the_same_approval_is_published_once(office: Office, gus: Browser, claimed: str) -> None:
    for _ in range(3):
        assert gus.post(f"{claimed}/reply", reply()).status_code == 200
    assert len(office.platform.public) == 1


def test_a_reply_whose_fate_is_unknown_is_said_to_be_and_can_be_looked_up(
    office: Office, gus: Browser, claimed: str
) -> None:
    office.platform.fates.append(ReplyFate.LOST_ANSWER)
    assert gus.post(f"{claimed}/reply", reply()).json_body["replies"][0]["state"] == "unknown"
    assert gus.post(f"{claimed}/reply", reply("and more", "another-reply")).status_code == 409
    assert gus.post(f"{claimed}/resolve", {"outcome": "content"}).status_code == 409
    office.pass_time(minutes=5)
    assert gus.post(f"{claimed}/look-up").json_body["replies"][0]["state"] == "sent"
    assert len(office.platform.public) == 1


def test_a_refused_reply_says_why(office: Office, gus: Browser, claimed: str) -> None:
    office.platform.fates.append(ReplyFate.REFUSED)
    (fate,) = gus.post(f"{claimed}/reply", reply()).json_body["replies"]
    assert (fate["state"], fate["refusal"]) == ("refused", "the post is gone")


def test_nothing_to_look_up_is_a_conflict(gus: Browser, claimed: str) -> None:
    assert gus.post(f"{claimed}/look-up").status_code == 409


@pytest.mark.parametrize("path", ["nowhere", "mastodon.%2e%2e", "x" * 300, "ä"])
def test_a_ticket_that_is_not_there_is_not_found(gus: Browser, path: str) -> None:
    answer = gus.get(f"/api/v1/tickets/{path}")
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "Hi"}, "reply_id"),
        ({"reply_id": REPLY_ID}, "text"),
        ({"text": 7, "reply_id": REPLY_ID}, "text"),
        ({"text": None, "reply_id": REPLY_ID}, "text"),
        ({"text": "  ", "reply_id": REPLY_ID}, "text"),
        ({"text": "x" * 5001, "reply_id": REPLY_ID}, "text"),
        ({"text": "Hi", "reply_id": "short"}, "reply_id"),
        ({"text": "Hi", "reply_id": "no spaces, please"}, "reply_id"),
        ([], "body"),
        (b"", "body"),
        (b'{"text": "Hi"', "body"),
        (b"\xff\xfe", "body"),
        (b'{"text": "\\ud800", "reply_id": "0123456789"}', "body"),
        (b"[" * 50_000, "body"),
        (b'{"text": "Hi", "more": ' + b"[" * 50_000, "body"),
    ],
)
def test_what_cannot_be_used_is_refused_by_the_name_of_its_field(
    office: Office, gus: Browser, claimed: str, body: object, field: str
) -> None:
    answer = gus.post(f"{claimed}/reply", body)
    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith(f"{field}: ")
    assert office.platform.public == []


@pytest.mark.parametrize("outcome", ["open", "happy", "", "<b>"])
def test_a_ticket_ends_only_as_one_of_the_outcomes(
    gus: Browser, claimed: str, outcome: str
) -> None:
    answer = gus.post(f"{claimed}/resolve", {"outcome": outcome})
    assert answer.status_code == 400
    assert "content, no_answer, not_content" in answer.json_body["detail"]


def test_a_body_larger_than_any_honest_one_is_refused(gus: Browser, claimed: str) -> None:
    answer = gus.post(f"{claimed}/reply", reply("x" * 70_000))
    assert (answer.status_code, answer.json_body["code"]) == (413, "TooLarge")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_write_must_say_that_it_is_json(gus: Browser, claimed: str, kind: str) -> None:
    answer = gus.post(f"{claimed}/release", {}, headers={"content-type": kind})
    assert answer.status_code == 415
    assert gus.get(claimed).json_body["holder"] == "gus"


def test_a_write_that_says_nothing_of_its_kind_is_refused(gus: Browser, claimed: str) -> None:
    assert gus.request("POST", f"{claimed}/release", body=b"{}").status_code == 415
    assert gus.get(claimed).json_body["holder"] == "gus"


# --- incidents ---------------------------------------------------------------------------


def test_open_incidents_say_what_how_loud_and_who_has_it(office: Office, gus: Browser) -> None:
    office.add_incident(loudness=37)
    office.add_incident(topic=Topic.SAFETY, opened_at=NOW + timedelta(minutes=1))
    newest, oldest = gus.get("/api/v1/incidents").json_body["incidents"]
    assert newest["topic"] == "safety"
    assert oldest["loudness"] == 37
    assert oldest["state"] == "triggered"
    assert oldest["acknowledged_by"] is None
    assert oldest["opened_at"] == "2026-11-21T19:30:00Z"


def test_an_agent_acknowledges_and_resolves_an_incident(office: Office, gus: Browser) -> None:
    path = f"/api/v1/incidents/{office.add_incident().id}"
    taken = gus.post(f"{path}/acknowledge").json_body
    assert (taken["state"], taken["acknowledged_by"]) == ("acknowledged", "gus")
    assert gus.post(f"{path}/resolve").json_body["resolved_by"] == "gus"
    assert gus.get("/api/v1/incidents").json_body == {"incidents": []}
    assert gus.post(f"{path}/resolve").status_code == 409


def test_who_acknowledges_second_learns_who_was_first(
    office: Office, gus: Browser, mia: Browser
) -> None:
    path = f"/api/v1/incidents/{office.add_incident().id}"
    gus.post(f"{path}/acknowledge")
    assert mia.post(f"{path}/acknowledge").json_body["acknowledged_by"] == "gus"


@pytest.mark.parametrize("id", ["nothing", "acme.outage.20261121T000000000000", "a.b.c", "%00"])
def test_an_incident_that_is_not_there_is_not_found(office: Office, gus: Browser, id: str) -> None:
    office.add_incident(state=IncidentState.TRIGGERED)
    assert gus.post(f"/api/v1/incidents/{id}/acknowledge").status_code == 404


def test_an_open_incident_tells_who_is_called_and_when_it_rings_next(
    office: Office, gus: Browser
) -> None:
    office.paging.escalate(office.add_incident(urgency=Urgency.WAKE), now=office.now)
    (one,) = gus.get("/api/v1/incidents").json_body["incidents"]
    assert one["urgency"] == "wake"
    assert (one["called"], one["paged"]) == (["Ana"], ["Ana"])
    assert one["rings_next_at"] == "2026-11-21T19:45:00Z"
    assert "timeline" not in one


def test_one_incident_tells_everything_that_was_done(office: Office, gus: Browser) -> None:
    incident = office.add_incident(loudness=3, acts=(Act(kind=ActKind.OPENED, at=NOW),))
    office.paging.escalate(incident, now=office.now)
    path = f"/api/v1/incidents/{incident.id}"
    office.pass_time(minutes=1)
    gus.post(f"{path}/snooze", {"minutes": 30})
    office.pass_time(minutes=1)
    gus.post(f"{path}/hand-over", {"to": "ben"})
    shown = gus.get(path).json_body
    assert (shown["id"], shown["loudness"], shown["state"]) == (incident.id, 3, "triggered")
    assert shown["called"] == ["Ben"]
    assert shown["paged"] == ["Ana", "Ben"]
    assert shown["grades"] == {}
    assert shown["people"] == [
        {"id": id, "name": id.title()} for id in ("ana", "ben", "fay", "lea")
    ]
    assert [(entry["kind"], entry["at"][11:16]) for entry in shown["timeline"]] == [
        ("opened", "19:30"),
        ("page", "19:30"),
        ("snoozed", "19:31"),
        ("handed-over", "19:32"),
        ("page", "19:32"),
    ]
    assert shown["timeline"][1] == {
        "at": "2026-11-21T19:30:00Z",
        "kind": "page",
        "by": "",
        "by_name": "",
        "via": "",
        "to": "",
        "to_name": "",
        "until": None,
        "is_worth_it": None,
        "channel": "sms",
        "responder": "ana",
        "responder_name": "Ana",
        "state": "sent",
        "refusal": "",
        "settled_at": None,
    }
    assert shown["timeline"][2]["until"] == "2026-11-21T20:01:00Z"
    handed = shown["timeline"][3]
    assert (handed["by"], handed["via"], handed["to"], handed["to_name"]) == (
        "gus",
        "desk",
        "ben",
        "Ben",
    )


def test_an_agent_has_the_next_person_rung_once_however_often_the_button_is_pressed(
    office: Office, gus: Browser
) -> None:
    incident = office.paging.escalate(office.add_incident(), now=office.now)
    path = f"/api/v1/incidents/{incident.id}/escalate"
    for _ in range(3):
        answer = gus.post(path)
        assert answer.status_code == 200
        assert answer.json_body["called"] == ["Ben"]
        office.pass_time(seconds=4)
    assert [sent.to for sent in office.phones.pages()] == ["ana", "ben"]


def test_a_grade_is_for_what_is_over(office: Office, gus: Browser) -> None:
    path = f"/api/v1/incidents/{office.add_incident().id}"
    early = gus.post(f"{path}/grade", {"is_worth_it": True})
    assert (early.status_code, early.json_body["code"]) == (409, "IllegalMove")
    gus.post(f"{path}/resolve")
    for _ in range(2):
        graded = gus.post(f"{path}/grade", {"is_worth_it": False})
        assert graded.json_body["grades"] == {"gus": False}
    assert len(graded.json_body["timeline"]) == 2


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("snooze", {}, "minutes"),
        ("snooze", {"minutes": 0}, "minutes"),
        ("snooze", {"minutes": -5}, "minutes"),
        ("snooze", {"minutes": 1441}, "minutes"),
        ("snooze", {"minutes": 10**30}, "minutes"),
        ("snooze", {"minutes": "30"}, "minutes"),
        ("snooze", {"minutes": 30.5}, "minutes"),
        ("snooze", {"minutes": True}, "minutes"),
        ("hand-over", {}, "to"),
        ("hand-over", {"to": ""}, "to"),
        ("hand-over", {"to": "nobody"}, "to"),
        ("hand-over", {"to": "x" * 10_000}, "to"),
        ("hand-over", {"to": None}, "to"),
        ("grade", {}, "is_worth_it"),
        ("grade", {"is_worth_it": "yes"}, "is_worth_it"),
        ("grade", {"is_worth_it": None}, "is_worth_it"),
        ("grade", b"[", "body"),
    ],
)
def test_what_an_incident_cannot_use_is_refused_by_the_name_of_its_field(
    office: Office, gus: Browser, act: str, body: object, field: str
) -> None:
    incident = office.add_incident()
    answer = gus.post(f"/api/v1/incidents/{incident.id}/{act}", body)
    assert answer.status_code == 400
    assert answer.json_body["detail"].startswith(f"{field}: ")
    assert len(answer.json_body["detail"]) < 200
    assert office.incidents.get(incident.id) == incident


@pytest.mark.parametrize(
    ("act", "body"),
    [("snooze", {"minutes": 5}), ("escalate", {}), ("hand-over", {"to": "ben"}), ("resolve", {})],
)
def test_what_is_over_cannot_be_moved(office: Office, gus: Browser, act: str, body: object) -> None:
    incident = office.add_incident()
    office.acknowledging.resolve(incident.id, "mia", now=office.now)
    answer = gus.post(f"/api/v1/incidents/{incident.id}/{act}", body)
    assert (answer.status_code, answer.json_body["code"]) == (409, "IllegalMove")
    assert office.phones.pages() == []


@pytest.mark.parametrize("id", ["nothing", "acme.outage.20261121T000000000000", "a.b.c", "%00"])
@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("snooze", {"minutes": 5}),
        ("escalate", {}),
        ("hand-over", {"to": "ben"}),
        ("grade", {"is_worth_it": True}),
    ],
)
def test_what_is_not_there_cannot_be_moved(gus: Browser, id: str, act: str, body: object) -> None:
    assert gus.post(f"/api/v1/incidents/{id}/{act}", body).status_code == 404
    assert gus.get(f"/api/v1/incidents/{id}").status_code == 404


def test_names_and_words_of_others_travel_as_text(office: Office, gus: Browser) -> None:
    hostile = "<script>alert(1)</script>"
    incident = office.add_incident(
        quote=hostile, acts=(Act(kind=ActKind.RESOLVED, at=NOW, by=hostile, via=Via.DESK),)
    )
    shown = gus.get(f"/api/v1/incidents/{incident.id}").json_body
    assert (shown["quote"], shown["timeline"][0]["by_name"]) == (hostile, hostile)
