"""A scenario is read as a whole, or refused by line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.scenario import QUIET, AgentAct, Duty, Scenario, ScenarioRefused, load

AT = "2026-11-21T19:30:00Z"
ACT = {"at": AT, "do": "agent", "agent": "mia", "platform": "mastodon", "id": "1"}


def written(tmp_path: Path, *lines: dict[str, Any] | str) -> Path:
    path = tmp_path / "night.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    return path


def test_events_are_ordered_by_their_instants(tmp_path: Path) -> None:
    scenario: Scenario = load(
        written(
            tmp_path,
            {"at": "2026-11-21T20:00:00+01:00", "do": "post", "id": "2", "text": "b"},
            "",
            {"at": "2026-11-21T18:00:00Z", "do": "post", "id": "1", "text": "a"},
        )
    )
    assert [post.id for post in scenario.posts] == ["1", "2"]
    assert scenario.starts_at == datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert scenario.ends_at == datetime(2026, 11, 21, 19, tzinfo=UTC) + QUIET


def test_an_end_says_until_when_it_goes_on(tmp_path: Path) -> None:
    scenario = load(
        written(
            tmp_path,
            {"at": AT, "do": "down", "platform": "mastodon"},
            {"at": "2026-11-21T23:00:00Z", "do": "end"},
        )
    )
    assert scenario.ends_at - scenario.starts_at == timedelta(hours=3, minutes=30)


def test_what_people_do_comes_with_its_line(tmp_path: Path) -> None:
    scenario = load(
        written(
            tmp_path,
            {"at": AT, "do": "post", "id": "1", "text": "a"},
            {"at": AT, "do": "agent", "agent": "mia", "act": "claim", "platform": "x", "id": "1"},
        )
    )
    ((line, act),) = scenario.acts()
    assert line == 2
    assert isinstance(act, AgentAct)


def test_what_authors_do_with_their_posts_is_the_platforms_to_show(tmp_path: Path) -> None:
    post = {"platform": "x", "id": "1"}
    scenario = load(
        written(
            tmp_path,
            {"at": AT, "do": "edit", "text": "b", **post},
            {"at": AT, "do": "delete", "is_told": True, **post},
        )
    )
    assert list(scenario.acts()) == []
    assert [one.event.do for one in scenario.events] == ["edit", "delete"]


def test_who_is_on_duty_says_so_every_five_minutes_until_they_go(tmp_path: Path) -> None:
    def duty(at: str, agent: str, **more: bool) -> dict[str, Any]:
        return {"at": f"2026-11-21T19:{at}:00Z", "do": "duty", "agent": agent, **more}

    scenario = load(
        written(
            tmp_path,
            duty("30", "mia"),
            duty("33", "jonas"),
            {**ACT, "at": "2026-11-21T19:36:00Z", "act": "claim"},
            duty("41", "mia", is_on=False),
            {"at": "2026-11-21T19:44:00Z", "do": "end"},
        )
    )
    acts = list(scenario.acts())
    assert [(line, act.at.minute) for line, act in acts] == [
        (1, 30),
        (2, 33),
        (1, 35),
        (3, 36),
        (2, 38),
        (1, 40),
        (4, 41),
        (2, 43),
    ]
    assert [act.is_on for line, act in acts if isinstance(act, Duty) and line == 4] == [False]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", "night.jsonl:1: Invalid JSON"),
        ({"at": AT, "do": "dance"}, "night.jsonl:1: Input tag 'dance'"),
        ({"at": "2026-11-21T19:30:00", "do": "end"}, "night.jsonl:1: at: Input should have time"),
        ({"at": AT, "do": "post", "id": "1"}, "night.jsonl:1: text: Field required"),
        (
            {"at": AT, "do": "phone_line", "phone": "ana", "line": "melted"},
            "night.jsonl:1: line: Input should be 'open', 'silent'",
        ),
        ({"at": AT, "do": "open_link", "phon": "ana"}, "phon: Extra inputs are not permitted"),
        (
            {"at": AT, "do": "open_link", "phone": "ana", "press": "snooze"},
            "night.jsonl:1: Value error, `minutes` and `press: snooze` belong together",
        ),
        (
            {"at": AT, "do": "open_link", "phone": "ana", "press": "resolve", "to": "ben"},
            "`to` and `press: hand-over` belong together",
        ),
        ({"at": AT, "do": "open_link", "phone": "ana", "press": "sneeze"}, "night.jsonl:1: press"),
        ({"at": AT, "do": "test_page", "phone": "ana", "by": "pigeon"}, "night.jsonl:1: by: Input"),
        ({**ACT, "act": "dance"}, "night.jsonl:1: act: Input should be 'claim', 'release'"),
        ({**ACT, "act": "reply"}, "night.jsonl:1: Value error, `act: reply` needs `text`"),
        ({**ACT, "act": "promise", "text": "we call"}, "`act: promise` needs `until`"),
        ({**ACT, "act": "hand-over", "text": "yours"}, "`act: hand-over` needs `to`"),
        ({**ACT, "act": "claim", "text": "mine"}, "`act: claim` knows no `text`"),
        ({**ACT, "act": "claim", "outcome": "content"}, "`act: claim` knows no `outcome`"),
        (
            {"at": AT, "do": "incidents", "agent": "mia", "act": "grade"},
            "night.jsonl:1: act: Input",
        ),
        (
            {"at": AT, "do": "post", "id": "1", "text": "a", "author": {"name": "Ann"}},
            "night.jsonl:1: author.handle: Field required",
        ),
    ],
)
def test_a_line_that_cannot_be_played_is_named(
    tmp_path: Path, line: dict[str, Any] | str, expected: str
) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        load(written(tmp_path, line))
    assert expected in str(refused.value)


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioRefused) as refused:
        load(written(tmp_path, "{", {"at": AT, "do": "end"}, "[]", {"at": AT, "do": "end"}))
    message = str(refused.value)
    assert all(f"night.jsonl:{number}" in message for number in (1, 2, 3))


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(content)
    with pytest.raises(ScenarioRefused, match="holds no events"):
        load(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioRefused, match="cannot be read"):
        load(tmp_path / "none.jsonl")
