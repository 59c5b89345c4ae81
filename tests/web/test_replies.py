"""Answers over JSON: from a preview to the outbox, and what is told of their fate."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.answering.rules import AnsweringRules, Approval, SavedReply
from chalicelib.domain.signal import Urgency
from chalicelib.domain.ticket import AgentId, ReplyState, TicketState
from tests.builders import NOW, a_desk, a_reply
from tests.fakes import ReplyFate
from tests.web.office import Browser, Office

GUS = AgentId("gus")
REPLY_ID = "0b8e3a2e-5f0e-4c39-9d8b-0d3c6c5a1f11"
TEXT = "Hi Carla, sorry for the trouble with the site. We are on it."


@pytest.fixture
def claimed(office: Office) -> str:
    """The path of a ticket that Gus holds."""
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    return f"/api/v1/tickets/{ticket.id}"


@pytest.fixture
def lea(office: Office) -> Browser:
    return Browser(office.token("lea", roles=("lead",)))


def reply(text: str = TEXT, reply_id: str = REPLY_ID, **over: Any) -> dict[str, Any]:
    return {"text": text, "reply_id": reply_id, **over}


def needs_a_word(office: Office) -> None:
    """From now on a lead has to approve what goes out about what would wake somebody."""
    rules = AnsweringRules(approval=Approval(urgencies=frozenset({Urgency.WAKE})))
    office.desks.put(a_desk(answering=rules), now=NOW)


def test_an_approved_reply_is_public_once_it_cannot_be_undone_any_more(
    office: Office, gus: Browser, claimed: str
) -> None:
    (waits,) = gus.post(f"{claimed}/reply", reply()).json_body["replies"]
    assert (waits["state"], waits["send_at"]) == ("queued", "2026-11-21T19:30:10Z")
    assert waits["text"].endswith("– Gus"), "signed with the first name"
    assert office.platform.public == [], "no route publishes anything"
    office.empty_the_outbox()
    seen = gus.get(claimed).json_body
    assert (seen["state"], seen["is_waiting"]) == ("replied", False)
    assert seen["replies"][0]["state"] == "sent"
    assert seen["replies"][0]["url"] == f"https://social.example/{REPLY_ID}"


def test_the_same_approval_is_published_once(office: Office, gus: Browser, claimed: str) -> None:
    for _ in range(3):
        assert gus.post(f"{claimed}/reply", reply()).status_code == 200
    office.empty_the_outbox()
    assert len(office.platform.public) == 1


def test_an_undone_reply_is_never_public(office: Office, gus: Browser, claimed: str) -> None:
    gus.post(f"{claimed}/reply", reply())
    undone = gus.post(f"{claimed}/undo", {"reply_id": REPLY_ID}).json_body
    assert undone["replies"][0]["state"] == "undone"
    office.empty_the_outbox()
    assert office.platform.public == []


def test_what_is_public_cannot_be_undone(office: Office, gus: Browser, claimed: str) -> None:
    gus.post(f"{claimed}/reply", reply())
    office.empty_the_outbox()
    answer = gus.post(f"{claimed}/undo", {"reply_id": REPLY_ID})
    assert (answer.status_code, answer.json_body["code"]) == (409, "IllegalMove")
    assert gus.post(f"{claimed}/undo", {"reply_id": "no-such-reply"}).status_code == 400


def test_a_private_reply_is_read_by_the_customer_alone(
    office: Office, gus: Browser, claimed: str
) -> None:
    gus.post(f"{claimed}/reply", reply(is_private=True))
    office.empty_the_outbox()
    assert office.platform.private[0][1].text.startswith(TEXT)
    assert all(TEXT not in one.text for _, one in office.platform.public)
    seen = gus.get(claimed).json_body["replies"][0]
    assert (seen["is_private"], seen["state"]) == (True, "sent")


def test_a_reply_that_needs_a_leads_word_waits_for_it(
    office: Office, gus: Browser, lea: Browser, claimed: str
) -> None:
    needs_a_word(office)
    (proposed,) = gus.post(f"{claimed}/reply", reply()).json_body["replies"]
    assert (proposed["state"], proposed["send_at"]) == ("proposed", None)
    office.empty_the_outbox()
    assert office.platform.public == []
    assert gus.post(f"{claimed}/approve", {"reply_id": REPLY_ID}).status_code == 403
    (queued,) = lea.post(f"{claimed}/approve", {"reply_id": REPLY_ID}).json_body["replies"]
    assert (queued["state"], queued["approved_by_name"]) == ("queued", "Lea")
    office.empty_the_outbox()
    assert len(office.platform.public) == 1


def test_a_lead_sends_a_reply_back_and_says_how_it_should_be(
    office: Office, gus: Browser, lea: Browser, claimed: str
) -> None:
    needs_a_word(office)
    gus.post(f"{claimed}/reply", reply())
    body = {"reply_id": REPLY_ID, "note": "warmer"}
    seen = lea.post(f"{claimed}/send-back", body).json_body
    assert (seen["replies"][0]["state"], seen["replies"][0]["refusal"]) == ("undone", "warmer")
    assert (seen["acts"][-1]["kind"], seen["acts"][-1]["to"]) == ("sent-back", "gus")


def test_a_reply_whose_fate_is_unknown_is_said_to_be_and_can_be_looked_up(
    office: Office, gus: Browser, claimed: str
) -> None:
    office.platform.fates.append(ReplyFate.LOST_ANSWER)
    gus.post(f"{claimed}/reply", reply())
    office.empty_the_outbox()
    assert gus.get(claimed).json_body["replies"][0]["state"] == "unknown"
    assert gus.post(f"{claimed}/reply", reply("and more words", "another-1")).status_code == 409
    assert gus.post(f"{claimed}/resolve", {"outcome": "content"}).status_code == 409
    office.pass_time(minutes=5)
    assert gus.post(f"{claimed}/look-up").json_body["replies"][0]["state"] == "sent"
    assert len(office.platform.public) == 1


def test_a_reply_that_waits_for_its_platform_says_why(
    office: Office, gus: Browser, claimed: str
) -> None:
    office.platform.is_down = True
    gus.post(f"{claimed}/reply", reply())
    office.empty_the_outbox()
    (waits,) = gus.get(claimed).json_body["replies"]
    assert (waits["state"], waits["trouble"]) == ("queued", "the platform is down")
    assert waits["send_at"] > "2026-11-21T19:30:11Z"


def test_a_refused_reply_says_why(office: Office, gus: Browser, claimed: str) -> None:
    office.platform.fates.append(ReplyFate.REFUSED)
    gus.post(f"{claimed}/reply", reply())
    office.empty_the_outbox()
    (fate,) = gus.get(claimed).json_body["replies"]
    assert (fate["state"], fate["refusal"]) == ("refused", "the post is gone")


def test_nothing_to_look_up_is_a_conflict(gus: Browser, claimed: str) -> None:
    assert gus.post(f"{claimed}/look-up").status_code == 409


def test_an_answer_given_on_the_platform_itself_counts(
    office: Office, gus: Browser, claimed: str
) -> None:
    body = {"url": "https://social.example/@acme/9"}
    seen = gus.post(f"{claimed}/answered-elsewhere", body).json_body
    assert (seen["state"], seen["is_waiting"]) == ("replied", False)
    (answer,) = seen["replies"]
    assert (answer["is_elsewhere"], answer["url"]) == (True, body["url"])


def test_an_answer_elsewhere_may_have_no_address_but_no_false_one(
    gus: Browser, claimed: str
) -> None:
    refused = gus.post(f"{claimed}/answered-elsewhere", {"url": "javascript:alert(1)"})
    assert (refused.status_code, refused.json_body["field"]) == (400, "url")
    assert gus.post(f"{claimed}/answered-elsewhere", {}).status_code == 200


def test_two_tabs_that_say_the_same_answer_count_it_once(gus: Browser, claimed: str) -> None:
    seen = {"if-match": gus.get(claimed).headers["ETag"]}
    assert gus.post(f"{claimed}/answered-elsewhere", {}, headers=seen).status_code == 200
    assert gus.post(f"{claimed}/answered-elsewhere", {}, headers=seen).status_code == 412
    assert len(gus.get(claimed).json_body["replies"]) == 1


# --- before it is sent -------------------------------------------------------------------


def test_a_preview_shows_what_would_go_out_and_changes_nothing(
    office: Office, gus: Browser, claimed: str
) -> None:
    before = office.tickets.all()
    seen = gus.post(f"{claimed}/preview", {"text": TEXT}).json_body
    assert seen["text"] == f"{TEXT} – Gus"
    assert (seen["length"], seen["limit"]) == (len(TEXT) + 6, 500)
    assert (seen["can_send"], seen["why_not"], seen["problems"]) == (True, "", [])
    assert seen["needs_approval"] is False
    assert office.tickets.all() == before
    assert office.outbox.waiting == []


def test_a_preview_says_what_stands_against_sending_it(
    office: Office, gus: Browser, mia: Browser, claimed: str
) -> None:
    too_long = gus.post(f"{claimed}/preview", {"text": "word " * 200}).json_body
    assert (too_long["can_send"], len(too_long["problems"]) > 0) == (False, True)
    not_hers = mia.post(f"{claimed}/preview", {"text": TEXT}).json_body
    assert (not_hers["can_send"], "gus" in not_hers["why_not"]) == (False, True)
    blaming = gus.post(f"{claimed}/preview", {"text": "You should have read the manual!"})
    assert {"id", "says", "is_problem"} == set(blaming.json_body["hints"][0])


def test_a_saved_reply_is_filled_in_and_wants_words_of_ones_own(
    office: Office, gus: Browser, claimed: str
) -> None:
    saved = SavedReply(name="delay", text="Hi {first_name}, {personal} Sorry for the delay.")
    office.desks.put(a_desk(answering=AnsweringRules(saved=(saved,))), now=NOW)
    bare = gus.post(f"{claimed}/preview", {"text": saved.text, "saved": "delay"}).json_body
    assert "Carla" in bare["text"]
    assert bare["can_send"] is False
    refused = gus.post(f"{claimed}/reply", reply(saved.text, saved="delay"))
    assert refused.status_code == 400
    unknown = gus.post(f"{claimed}/preview", {"text": TEXT, "saved": "nothing"})
    assert unknown.status_code == 400


def test_where_no_reply_is_taken_the_ticket_says_why_and_what_to_do(
    office: Office, gus: Browser
) -> None:
    desk = a_desk()
    office.desks.put(replace(desk, sources=()), now=NOW)
    ticket = office.add_ticket(holder=GUS, state=TicketState.CLAIMED)
    ways = gus.get(f"/api/v1/tickets/{ticket.id}").json_body["ways"]
    assert (ways["can_reply"], ways["can_reply_privately"]) == (False, False)
    assert ways["why_not"] != ""


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
        ({"text": TEXT, "reply_id": REPLY_ID, "is_private": "yes"}, "is_private"),
        ({"text": TEXT, "reply_id": REPLY_ID, "saved": "x" * 101}, "saved"),
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
    assert answer.json_body["field"] == field
    assert answer.json_body["finding"] != ""
    assert office.outbox.waiting == []


def test_a_body_larger_than_any_honest_one_is_refused(gus: Browser, claimed: str) -> None:
    answer = gus.post(f"{claimed}/reply", reply("x" * 70_000))
    assert (answer.status_code, answer.json_body["code"]) == (413, "TooLarge")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_write_must_say_that_it_is_json(gus: Browser, claimed: str, kind: str) -> None:
    answer = gus.post(f"{claimed}/release", {}, headers={"content-type": kind})
    assert answer.status_code == 415
    assert gus.get(claimed).json_body["holder"] == "gus"


def test_a_write_with_a_body_that_says_nothing_of_its_kind_is_refused(
    gus: Browser, claimed: str
) -> None:
    assert gus.request("POST", f"{claimed}/release", body=b"{}").status_code == 415
    assert gus.get(claimed).json_body["holder"] == "gus"
    assert gus.request("POST", f"{claimed}/release").status_code == 200, "there is nothing to say"


def test_a_reply_under_way_shows_in_lists(office: Office, gus: Browser) -> None:
    waits = a_reply(state=ReplyState.QUEUED, send_at=NOW + timedelta(seconds=10))
    office.add_ticket(holder=GUS, state=TicketState.CLAIMED, replies=(waits,))
    (card,) = gus.get("/api/v1/queue?view=mine").json_body["cards"]
    assert (card["is_under_way"], card["wants_approval"]) == (True, False)
