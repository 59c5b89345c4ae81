"""What people do in a scenario: with their phones, their mailboxes and the links they get."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.run import play
from tests.verdicts import table_scorer

START = datetime.fromisoformat("2026-11-21T20:00:00+01:00")
DOWN = "@norviarail the whole booking site is down, nobody can board"

POST = {"do": "post", "platform": "mastodon", "id": "1", "text": DOWN, "is_addressed": True}
"""Judged at the next full minute: Ana is woken at 3, and Ben at 13 unless somebody takes it."""


def played(tmp_path: Path, *lines: tuple[float, dict[str, Any]]) -> dict[str, Any]:
    """The figures of a night of (minute, event) pairs in which the site goes down at 2:30."""
    path = tmp_path / "night.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"at": (START + timedelta(minutes=minute)).isoformat(), **event})
            for minute, event in ((0, {**POST, "id": "0", "text": "norvia"}), (2.5, POST), *lines)
        )
    )
    figures = play(path, scorer=table_scorer())
    assert figures["failed_invocations"] == []
    assert figures["dead_letters"] == []
    return figures


def opens(phone: str, **more: Any) -> dict[str, Any]:
    return {"do": "open_link", "phone": phone, **more}


def replies(phone: str, text: str) -> dict[str, Any]:
    return {"do": "phone_reply", "phone": phone, "text": text}


def resolves(agent: str) -> dict[str, Any]:
    return {"do": "resolve_incident", "agent": agent, "platform": "mastodon", "id": "1"}


END = {"do": "end"}


def test_a_reply_asks_for_the_next_person_and_a_later_one_grades(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (4, replies("ana", "e <code>")),
        (5, replies("ben", "<code>")),
        (6, opens("ben", press="resolve")),
        (7, replies("ben", "<code> y")),
        (8, END),
    )
    assert figures["pages"] == {"ana": {"sms": 1}, "ben": {"sms": 1}}
    assert figures["acts"] == {"acknowledged": 1, "escalated": 1, "graded": 1, "resolved": 1}
    assert figures["unplayed"] == []


def test_buttons_of_a_link_put_off_hand_over_and_grade(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (4, opens("ana")),
        (5, opens("ana", press="snooze", minutes=30)),
        (6, opens("ana", press="hand-over", to="dimi")),
        (7, opens("dimi")),
        (8, resolves("mia")),
        (9, opens("dimi", press="not-worth")),
        (10, END),
    )
    assert figures["pages"] == {"ana": {"sms": 1}, "dimi": {"sms": 1}}
    assert figures["acts"] == {
        "acknowledged": 2,
        "graded": 1,
        "handed-over": 1,
        "resolved": 1,
        "snoozed": 1,
    }
    assert figures["unplayed"] == []


def test_a_link_is_opened_from_a_letter_too(tmp_path: Path) -> None:
    figures = played(tmp_path, (9, opens("ana", by="email")), (14, END))
    assert figures["pages"] == {"ana": {"email": 1, "sms": 1}}
    assert figures["acts"] == {"acknowledged": 1}


def test_a_test_page_goes_by_every_way_or_by_one(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (0.5, {"do": "test_page", "phone": "ana"}),
        (0.6, opens("ana", by="email")),
        (0.7, {"do": "test_page", "phone": "ben", "by": "sms"}),
        (0.8, replies("ben", "<code>")),
        (2.6, END),
    )
    assert figures["unplayed"] == []
    assert figures["pages"] == {}


def test_what_a_view_does_not_offer_and_who_is_nobody_is_unplayed(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (2, opens("ana", by="email")),
        (4, opens("ana", press="resolve")),
        (5, opens("ana", press="hand-over", to="nobody")),
        (6, {"do": "test_page", "phone": "nobody"}),
        (6, {"do": "test_page", "phone": "ben", "by": "email"}),
        (7, opens("ana", press=False)),
        (8, END),
    )
    assert [one["line"] for one in figures["unplayed"]] == [3, 4, 5, 6, 7]
    assert "the mailbox of ana has no link" in figures["unplayed"][0]["why"]
    assert "no button for resolve" in figures["unplayed"][1]["why"]
    assert "no button for hand-over nobody" in figures["unplayed"][2]["why"]
    assert figures["acknowledgements"] == 0


# --- agents ------------------------------------------------------------------------------


def agent(act: str, by: str = "mia", id: str = "1", **more: Any) -> dict[str, Any]:
    return {"do": "agent", "agent": by, "act": act, "platform": "mastodon", "id": id, **more}


def at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def dana(id: str, text: str, **more: Any) -> dict[str, Any]:
    author = {"handle": "dana@social.example", "name": "Dana"}
    return {**POST, "id": id, "text": f"@norviarail {text}", "author": author, **more}


def test_what_a_customer_writes_again_is_answered_in_her_ticket(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (2.5, dana("2", "the booking site is down, I am stuck in Velden")),
        (4, agent("claim", id="2")),
        (4.1, agent("reply", id="2", text="Dana, we are on it.")),
        (5.5, dana("3", "my booking is 4471, dana@mail.example", is_private=True)),
        (7.2, agent("claim", id="3")),
        (7.3, agent("reply", id="3", text="It is moved, Dana.", is_private=True)),
        (9, agent("resolve", id="3", outcome="not_content")),
        (10, END),
    )
    assert figures["unplayed"] == []
    assert figures["private_replies"] == 1
    assert figures["replies_sent"] == 3  # with what is said in public of the private one
    assert figures["ticket_acts"]["joined"] == 1
    assert figures["tickets"] == {"not_content": 1, "open": 2}


def test_a_slip_is_undone_a_ticket_changes_hands_and_a_promise_comes_back(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (3, {"do": "duty", "agent": "jonas"}),
        (4, agent("claim")),
        (4.1, agent("reply", text="No.")),
        (4.2, agent("undo")),
        (5, agent("note", text="She is in Velden.")),
        (20, agent("hand-over", to="jonas", text="You know Velden.")),
        (21, agent("reply", by="jonas", text="We look and write again at half past.")),
        (22, agent("promise", by="jonas", text="Say what we found", until=at(30))),
        (32, agent("claim")),
        (33, agent("snooze", until=at(60))),
        (33.5, {"do": "duty", "agent": "clara"}),
        (34, agent("take-over", by="clara", text="Mia has gone home.")),
        (35, agent("release", by="clara")),
        (36, END),
    )
    assert figures["unplayed"] == []
    assert figures["replies_sent"] == 1
    done = figures["ticket_acts"]
    for act in ("undone", "handed-over", "promised", "came-back", "snoozed", "taken-over"):
        assert done[act] == 1
    assert figures["tickets"] == {"open": 2}


def test_a_claim_whose_holder_is_silent_comes_back_by_itself(tmp_path: Path) -> None:
    figures = played(tmp_path, (4, agent("claim")), (25.5, agent("claim", by="jonas")), (26, END))
    assert figures["unplayed"] == []
    assert figures["ticket_acts"]["returned"] == 1


def test_whatever_rings_is_acknowledged_and_resolved_be_there_any_or_none(tmp_path: Path) -> None:
    def incidents(act: str) -> dict[str, Any]:
        return {"do": "incidents", "agent": "clara", "act": act}

    figures = played(
        tmp_path,
        (1, incidents("acknowledge")),
        (4, incidents("acknowledge")),
        (5, incidents("acknowledge")),
        (6, incidents("resolve")),
        (7, incidents("resolve")),
        (40, END),
    )
    assert figures["unplayed"] == []
    assert figures["acts"] == {"acknowledged": 1, "resolved": 1}
    assert figures["pages"] == {"ana": {"sms": 1}}


def test_what_an_agent_may_not_do_is_unplayed(tmp_path: Path) -> None:
    figures = played(
        tmp_path,
        (4, agent("undo")),
        (5, agent("hand-over", to="finn")),
        (6, agent("take-over", text="I want it.")),
        (7, END),
    )
    assert [one["line"] for one in figures["unplayed"]] == [3, 4, 5]
