"""A scenario played through, and the product served until somebody stops it."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from chalicelib import wiring
from chalicelib.domain.desk import SecondReading
from infra.config import ConfigRefused
from infra.config import load as load_config
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.patching import environment
from infra.local.report import available_at, percentile
from infra.local.run import WEEKEND, WEEKEND_CONFIG, play, serve
from infra.local.scenario import ScenarioRefused, load
from tests.http.loopback import Answer, Loopback
from tests.verdicts import table_scorer

START = datetime.fromisoformat("2026-11-21T20:00:00+01:00")
DOWN = "@norviarail the whole booking site is down, nobody can board"


def night(tmp_path: Path, *lines: tuple[float, dict[str, Any]]) -> Path:
    """A scenario of (minute, event) pairs."""
    path = tmp_path / "night.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"at": (START + timedelta(minutes=minute)).isoformat(), **event})
            for minute, event in lines
        )
    )
    return path


def post(id: str, text: str) -> dict[str, Any]:
    return {
        "do": "post",
        "platform": "mastodon",
        "id": id,
        "text": text,
        "is_addressed": "@" in text,
    }


def test_a_night_is_played_to_its_end_and_told_in_figures(tmp_path: Path) -> None:
    agent = {"do": "agent", "agent": "mia", "platform": "mastodon", "id": "1"}
    scenario = night(
        tmp_path,
        (0, post("0", "norvia has new chairs")),
        (2.5, post("1", DOWN)),
        (2.5, post("1", DOWN)),
        (14, {"do": "phone_reply", "phone": "ben"}),
        (15, {**agent, "act": "claim"}),
        (16, {**agent, "act": "reply", "text": "We are on it. Mia"}),
        (17, {**agent, "act": "resolve"}),
        (18, {"do": "resolve_incident", "agent": "clara", "platform": "mastodon", "id": "1"}),
        (30, {"do": "end"}),
    )
    shares: list[float] = []
    figures = play(scenario, watch=shares.append, scorer=table_scorer())
    assert shares[-1] == 1.0
    assert figures["mentions"]["pulled"] == 3
    assert figures["mentions"]["stored"] == 2
    assert figures["mentions"]["judged"] == {"wake": 1, "soon": 0, "answer": 0, "ignore": 1}
    assert figures["incidents"]["by_state"] == {"resolved": 1}
    assert figures["pages"] == {"ana": {"email": 1, "sms": 1}, "ben": {"sms": 1}}
    assert figures["acknowledgements"] == 1
    assert figures["acts"] == {"acknowledged": 1, "resolved": 1}
    assert figures["tickets"] == {"content": 1}
    assert figures["seconds_to_sms"]["scenario"] == {
        "sample": 1,
        "p50": 30.0,
        "p99": 30.0,
        "max": 30.0,
    }
    assert figures["seconds_to_sms"]["machine"]["sample"] == 1
    # Two pages, what is said back to Ben, and to Ana that he has it and that it is over.
    assert figures["aws_calls"]["sns.Publish"] == 5
    assert figures["aws_calls"]["sesv2.SendEmail"] == 1
    for nothing in ("dead_letters", "failed_invocations", "unplayed"):
        assert figures[nothing] == []
    json.dumps(figures)


def test_what_cannot_be_played_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    scenario = night(
        tmp_path,
        (0, {"do": "phone_reply", "phone": "ana"}),
        (1, {"do": "open_link", "phone": "nobody"}),
        (2, {"do": "agent", "agent": "mia", "act": "claim", "platform": "mastodon", "id": "9"}),
        (3, {"do": "phone_line", "phone": "ana", "line": "refused"}),
        (4, post("1", DOWN)),
        (8, {"do": "open_link", "phone": "ana", "by": "email"}),
        (9, {"do": "end"}),
    )
    figures = play(scenario, scorer=table_scorer())
    assert [one["line"] for one in figures["unplayed"]] == [1, 2, 3]
    assert "404" in figures["unplayed"][2]["why"]
    assert figures["pages_refused"] == {"ana": {"sms": 1}}
    assert figures["pages"] == {"ana": {"email": 1}}
    assert figures["acknowledgements"] == 1


def test_a_post_is_available_when_its_platform_is_back(tmp_path: Path) -> None:
    scenario = load(
        night(
            tmp_path,
            (0, {"do": "down", "platform": "mastodon"}),
            (5, post("1", DOWN)),
            (9, {"do": "up", "platform": "mastodon"}),
            (12, post("2", DOWN)),
        )
    )
    assert list(available_at(scenario).values()) == [
        START + timedelta(minutes=9),
        START + timedelta(minutes=12),
    ]


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([], 99, None), ([3.0], 50, 3.0), ([1, 2, 3, 4], 50, 2), (list(range(1, 201)), 99, 198)],
)
def test_percentiles_are_values_of_the_sample(
    values: list[float], percent: float, expected: float | None
) -> None:
    assert percentile(values, percent) == expected


# --- serving -----------------------------------------------------------------------------


def served(scenario: Path, until: Callable[[str], bool]) -> str:
    """What the console says until it says something."""
    said = io.StringIO()
    console = Console(file=said, width=200)
    began = time.monotonic()

    def stop() -> bool:
        assert time.monotonic() - began < 60, said.getvalue()
        return until(said.getvalue())

    serve(
        config=None,
        scenario=scenario,
        speed=500,
        port=0,
        console=console,
        stop=stop,
        scorer=table_scorer(),
    )
    return said.getvalue()


def test_what_happens_is_told_as_it_happens_with_the_scenarios_time(tmp_path: Path) -> None:
    scenario = night(
        tmp_path,
        (1, post("1", DOWN)),
        (40, {"do": "phone_reply", "phone": "ben"}),
        (45, {"do": "end"}),
    )
    said = served(scenario, lambda text: "The scenario is over" in text)
    assert "sign in as whom you like" in said
    assert "token" not in said
    assert "/phones" in said
    for words in (
        "pulled    1 from mastodon",
        "says it is down for everybody",
        "woke      Ana Novak by SMS",
        "wrote to  Ana Novak by e-mail",
        "woke      nobody answered; Ben Okafor by SMS",
        "has it    Ben Okafor",
        "dead letters: 0",
    ):
        assert words in said
    assert "Sat 20:0" in said


def test_what_agents_do_is_told_with_their_names_and_whose_ticket_it_is(tmp_path: Path) -> None:
    act = {"do": "agent", "agent": "mia", "platform": "mastodon", "id": "1"}
    author = {"handle": "dana@social.example", "name": "Dana"}
    scenario = night(
        tmp_path,
        (0, {"do": "duty", "agent": "mia"}),
        (1, {**post("1", DOWN), "author": author}),
        (3, {**act, "act": "claim"}),
        (4, {**act, "act": "reply", "text": "We are on it, Dana."}),
        (6, {**act, "act": "promise", "text": "Say more", "until": "2026-11-21T21:00:00+01:00"}),
        (65, {"do": "duty", "agent": "mia", "is_on": False}),
        (75, {"do": "end"}),
    )
    said = served(scenario, lambda text: "The scenario is over" in text)
    for words in (
        "duty      Mia is here to answer",
        "claimed   Mia: @dana@social.example",
        "replied   Mia: @dana@social.example",
        "promised  Mia: @dana@social.example",
        "is due    @dana@social.example, as promised or put off",
        "duty      Mia has gone",
        "While you write an answer it takes its time.",
    ):
        assert said.count(words) == 1
    assert "could not be played" not in said


def test_a_post_cannot_speak_to_the_terminal(tmp_path: Path) -> None:
    text = "@norviarail \u001b]0;owned\u0007 where is [bold red]my[/] invoice\u009b31m?"
    said = served(night(tmp_path, (0, post("1", text))), lambda text: "invoice" in text)
    assert "\u001b" not in said
    assert "\u009b" not in said
    assert "[bold red]my[/] invoice" in said


def test_a_configuration_alone_is_listened_to_in_real_time(tmp_path: Path) -> None:
    recording = night(tmp_path, (0, post("1", "@norviarail where is my invoice?")))
    written = recording.read_text().replace(START.date().isoformat(), "2026-01-03")
    recording.write_text(written)
    config = tmp_path / "own.yaml"
    config.write_text(
        WEEKEND_CONFIG.read_text("utf-8")
        .replace("path: weekend.jsonl", f"path: {recording}")
        .replace("2026-11-16", "2020-01-06")
        .replace("platform: forum", "platform: forum\n    secret: forum-key")
    )
    said = io.StringIO()
    console = Console(file=said, width=200)
    began = time.monotonic()

    def stop() -> bool:
        assert time.monotonic() - began < 60, said.getvalue()
        return "where is my invoice" in said.getvalue()

    serve(config=config, scenario=None, speed=60, port=0, console=console, stop=stop)
    assert "set NIGHTDESK_SECRET_FORUM_KEY" in said.getvalue()
    assert "times real time" not in said.getvalue()


def test_a_webhook_to_this_machine_rings_with_its_secret_from_the_environment(
    tmp_path: Path,
) -> None:
    config = tmp_path / "own.yaml"
    text = WEEKEND_CONFIG.read_text("utf-8")
    ana = "notify: [{by: sms}, {by: email, after_minutes: 5}]"
    assert ana in text
    config.write_text(
        text.replace(ana, "webhook: {secret: webhook-ana}\n    notify: [{by: webhook}]")
    )
    scenario = night(tmp_path, (1, post("1", DOWN)))
    said = io.StringIO()
    console = Console(file=said, width=200)
    began = time.monotonic()
    room = Loopback(lambda _: Answer(status=204))
    room.start()

    def stop() -> bool:
        assert time.monotonic() - began < 60, said.getvalue()
        return "wrote to  Ana Novak by webhook" in said.getvalue()

    try:
        with environment({"NIGHTDESK_SECRET_WEBHOOK_ANA": f"{room.url}/ana"}):
            serve(
                config=config,
                scenario=scenario,
                speed=60,
                port=0,
                console=console,
                stop=stop,
                scorer=table_scorer(),
            )
    finally:
        room.stop()
    (asked,) = room.asked
    page = json.loads(asked.body)
    assert (asked.method, asked.path, page["type"]) == ("POST", "/ana", "incident.paged")
    assert page["data"]["link"].startswith("http://127.0.0.1:")
    assert "is missing" not in said.getvalue()


def test_a_configuration_that_is_wrong_is_refused_before_anything_starts(tmp_path: Path) -> None:
    config = tmp_path / "wrong.yaml"
    config.write_text("brands: {}\n")
    with pytest.raises(ConfigRefused):
        serve(config=config, scenario=None, speed=60, port=0)
    with pytest.raises(ScenarioRefused):
        serve(config=None, scenario=config, speed=60, port=0)


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from infra.local.run import serve\n"
        f"serve(config=None, scenario=Path({str(night(tmp_path, (0, post('1', DOWN))))!r}),"
        " speed=60, port=0)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
    ) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line.strip())
                if "Ctrl-C stops" in line:
                    break
            (address,) = [line for line in said if line.endswith("/phones")]
            with urllib.request.urlopen(address, timeout=20) as page:
                assert b"<h1>Phones</h1>" in page.read()
            process.send_signal(signal.SIGINT)
            rest, complaints = process.communicate(timeout=60)
        finally:
            process.kill()
        assert rest.rstrip().endswith("Stopped.")
        assert complaints == ""
        assert process.returncode == 0


# --- what the account says ---------------------------------------------------------------


def test_the_account_of_the_local_cloud_is_in_order_and_every_question_is_answered() -> None:
    checked = load_config(WEEKEND_CONFIG, now=START)
    with LocalDesk(checked, clock=SteppedClock(START)) as desk:
        desk.cloud.run_due()
        report = wiring.latest_report()
    assert report is not None
    assert report.is_covered_tonight
    assert [one.what.split(":")[0] for one in report.findings] == [
        "Contacts of people who may be paged tonight that were never proven to work"
    ]


def test_the_local_cloud_has_no_second_reader_whatever_the_configuration_says() -> None:
    checked = load_config(WEEKEND_CONFIG, now=START)
    desk = replace(checked.desk, second_reading=SecondReading(model="eu.amazon.nova-micro-v1:0"))
    with LocalDesk(replace(checked, desk=desk), clock=SteppedClock(START)):
        assert wiring.parts.desks().current().second_reading == SecondReading()


# --- the sample weekend ------------------------------------------------------------------


def test_the_sample_weekend_is_what_it_promises_to_be() -> None:
    weekend = load(WEEKEND)
    storm = [
        one
        for one in weekend.posts
        if timedelta(0) <= one.at - datetime.fromisoformat("2026-11-21T23:08:00+01:00")
        and one.at <= datetime.fromisoformat("2026-11-21T23:40:00+01:00")
    ]
    assert 150 <= len(weekend.posts) <= 300
    assert len(storm) >= 60
    assert weekend.ends_at == datetime.fromisoformat("2026-11-23T09:00:00+01:00")
    assert {one.language for one in weekend.posts} >= {"de", "nl", "el"}


def test_the_first_hour_of_the_sample_weekend_plays_without_a_fault(tmp_path: Path) -> None:
    until = datetime.fromisoformat("2026-11-20T18:26:00+01:00")
    lines = [
        line
        for line in WEEKEND.read_text("utf-8").splitlines()
        if datetime.fromisoformat(json.loads(line)["at"]) < until
    ]
    path = tmp_path / "hour.jsonl"
    path.write_text("\n".join([*lines, json.dumps({"at": until.isoformat(), "do": "end"})]))
    figures = play(path, WEEKEND_CONFIG)
    # A child is alone on a platform: how many incidents that is, is for the scorer to say.
    assert figures["mentions"]["judged"]["wake"] >= 1
    assert figures["mentions"]["judged"]["ignore"] >= 1
    assert figures["incidents"]["by_state"]["resolved"] >= 1
    assert figures["pages"]["ana"]["sms"] >= 1
    assert figures["seconds_to_sms"]["scenario"]["max"] <= 60
    for nothing in ("dead_letters", "failed_invocations"):
        assert figures[nothing] == []


def test_of_the_price_rise_in_the_sample_weekend_the_crowd_wakes_and_no_post_alone(
    tmp_path: Path,
) -> None:
    begins_at = datetime.fromisoformat("2026-11-22T19:00:00+01:00")
    ends_at = datetime.fromisoformat("2026-11-22T20:10:00+01:00")
    lines = [
        line
        for line in WEEKEND.read_text("utf-8").splitlines()
        if begins_at <= datetime.fromisoformat(json.loads(line)["at"]) < ends_at
        and json.loads(line)["do"] == "post"
    ]
    path = tmp_path / "crowd.jsonl"
    path.write_text("\n".join([*lines, json.dumps({"at": ends_at.isoformat(), "do": "end"})]))
    figures = play(path, WEEKEND_CONFIG)
    assert figures["mentions"]["judged"]["wake"] == 0
    assert figures["incidents"]["by_crowd"] >= 1
    assert figures["pages"]
    for nothing in ("dead_letters", "failed_invocations", "unplayed"):
        assert figures[nothing] == []


def test_a_scenario_that_nothing_would_read_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "real.yaml"
    text = WEEKEND_CONFIG.read_text(encoding="utf-8")
    head, _, rest = text.partition("sources:")
    responders = rest[rest.index("responders:") :]
    feed = (
        "sources:\n  blog:\n    kind: feed\n    brand: norvia\n    url: https://blog.example/feed\n"
    )
    config.write_text(f"{head}{feed}\n{responders}", encoding="utf-8")

    with pytest.raises(ScenarioRefused, match="none is of kind replay"):
        play(WEEKEND, config)
