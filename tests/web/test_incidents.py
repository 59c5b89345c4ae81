"""What agents do with incidents over JSON."""

from datetime import timedelta

import pytest

from chalicelib.domain.incident import IncidentState
from chalicelib.domain.signal import Topic, Urgency
from chalicelib.domain.timeline import Act, ActKind, Via
from tests.builders import NOW
from tests.web.office import Browser, Office


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


def test_an_agent_whom_the_desk_does_not_name_is_called_what_they_call_themselves(
    office: Office, gus: Browser
) -> None:
    office.come_on_duty("gus")
    path = f"/api/v1/incidents/{office.add_incident().id}"
    assert gus.post(f"{path}/acknowledge").json_body["acknowledged_by_name"] == "Gus"
    ended = gus.post(f"{path}/resolve").json_body
    assert ended["resolved_by_name"] == "Gus"
    assert {one["by_name"] for one in ended["timeline"] if one["by"] == "gus"} == {"Gus"}


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
