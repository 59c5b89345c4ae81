"""A platform that is down in a scenario: the screens say it, and what was missed is read late."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.desk import LocalDesk
from infra.local.run import WEEKEND_CONFIG, played

START = datetime.fromisoformat("2026-11-21T20:00:00+01:00")


def night(tmp_path: Path, *more: tuple[float, dict[str, Any]]) -> Path:
    """Mastodon goes down after five minutes, and somebody writes there all the same."""
    text = "@norviarail where do I get my refund? Nobody answers"
    lost = {"do": "post", "platform": "mastodon", "id": "1", "text": text, "is_addressed": True}
    start = {"do": "post", "platform": "forum", "id": "1", "text": "Norvia: nice trains"}
    down = {"do": "down", "platform": "mastodon"}
    lines: list[tuple[float, dict[str, Any]]] = [(0, start), (5, down), (15, lost), *more]
    path = tmp_path / "night.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"at": (START + timedelta(minutes=minute)).isoformat(), **event})
            for minute, event in lines
        )
    )
    return path


def asked(desk: LocalDesk, path: str) -> dict[str, Any]:
    token = desk.token("mia", "Mia", roles=("agent",))
    status, answer = desk.gateway.request(
        "GET", f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"}, body=""
    )
    assert status == 200, answer
    found: dict[str, Any] = json.loads(answer)
    return found


def test_while_a_platform_is_down_every_screen_says_what_we_are_blind_to(tmp_path: Path) -> None:
    with played(night(tmp_path, (28, {"do": "end"})), WEEKEND_CONFIG) as show:
        (trouble,) = asked(show.desk, "queue/counts")["sources_in_trouble"]
        assert (trouble["name"], trouble["condition"]) == ("mastodon", "blind")
        assert trouble["since"] == "2026-11-21T19:04:00Z"  # the pull before it went down
        assert trouble["says"] == "mastodon is down in the recording."
        assert trouble["may_hold_replies"]
        (said,) = [text.body for text in show.desk.phones.of("ana").texts]
        assert said.startswith("We are blind to mastodon (Norvia Rail) since 20:04")


def test_when_it_is_back_the_screens_are_calm_and_what_was_missed_is_marked_late(
    tmp_path: Path,
) -> None:
    more = ((40, {"do": "up", "platform": "mastodon"}), (58, {"do": "end"}))
    with played(night(tmp_path, *more), WEEKEND_CONFIG) as show:
        assert asked(show.desk, "queue/counts")["sources_in_trouble"] == []
        sources = {one["name"]: one for one in asked(show.desk, "sources")["sources"]}
        assert sources["mastodon"]["condition"] == "watching"
        assert sources["mastodon"]["late"] == 1
        (post,) = asked(show.desk, "tickets/mastodon.1")["conversation"]
        assert post["is_late"]
