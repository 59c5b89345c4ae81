"""What the alarms listen to is what the functions say: same names, same dimensions.

An alarm on a metric that nobody counts is silent for ever, or rings for ever.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.recording import QUESTION, posts, write
from chalicelib.adapters.meter import NAMESPACE
from chalicelib.scoring import ShippedScorer
from infra.config import load
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.patching import environment
from infra.local.weekend import WEEKEND_CONFIG

NIGHT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)

Metric = tuple[str, frozenset[tuple[str, str]]]
"""Name and dimensions."""


def listened_to(alarms: Iterator[Mapping[str, Any]]) -> set[Metric]:
    """The metrics of our own that alarms name."""
    stats = [
        one
        for alarm in alarms
        for one in (
            alarm,
            *(part.get("MetricStat", {}).get("Metric", {}) for part in alarm.get("Metrics", ())),
        )
    ]
    return {
        (
            str(one["MetricName"]),
            frozenset((str(part["Name"]), str(part["Value"])) for part in one["Dimensions"]),
        )
        for one in stats
        if one.get("Namespace") == NAMESPACE
    }


def counted(output: str) -> set[Metric]:
    """The metrics in the lines that functions wrote, as CloudWatch reads them."""
    found: set[Metric] = set()
    for line in map(json.loads, output.splitlines()):
        for directive in line["_aws"]["CloudWatchMetrics"]:
            assert directive["Namespace"] == NAMESPACE
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, str(line[name])) for name in names)
                found |= {(str(one["Name"]), dimensions) for one in directive["Metrics"]}
    return found


def test_every_metric_of_ours_that_an_alarm_names_is_counted_by_a_tick_and_a_pull(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    half_a_minute = timedelta(seconds=30)
    recording = write(
        tmp_path / "one.jsonl", posts(QUESTION, [1], at=NIGHT + half_a_minute, over=half_a_minute)
    )
    # What is counted on a fault alone: the post is judged without the deep model, which is named.
    scorer = ShippedScorer(deep=tmp_path / "no-model")
    config = load(WEEKEND_CONFIG, now=NIGHT)
    with (
        LocalDesk(config, clock=SteppedClock(NIGHT), recording=recording, scorer=scorer) as desk,
        environment({"POWERTOOLS_METRICS_DISABLED": "false"}),
    ):
        desk.cloud.step(timedelta(minutes=2))
        named = listened_to(iter(desk.cloud.stack.alarms))
    assert {name for name, _ in named} >= {"TicksCompleted", "PullsSucceeded"}
    assert named <= counted(capsys.readouterr().out)
