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
