"""Alarms of the template on the local cloud: what stops ringing the bell rings one."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.config import load
from infra.local.alarms import Alarms
from infra.local.clock import SteppedClock
from infra.local.desk import LocalDesk
from infra.local.patching import replaced
from infra.local.weekend import WEEKEND_CONFIG

NIGHT = datetime(2026, 11, 21, 22, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LocalDesk]:
    """A quiet night, with the alarms on our own metrics."""
    recording = tmp_path / "quiet.jsonl"
    recording.touch()
    config = load(WEEKEND_CONFIG, now=NIGHT)
    clock = SteppedClock(NIGHT)
    with LocalDesk(config, clock=clock, recording=recording, has_metric_alarms=True) as made:
        yield made


def rung(desk: LocalDesk) -> list[str]:
    """What phones were told of alarms, by the lead's phone, oldest first."""
    lead = desk.phones.of(str(desk.desk.lead))
    return [text.body for text in lead.texts if text.is_notice and "ALARM" in text.body]


def stopped(desk: LocalDesk, *names: str) -> ExitStack:
    """While open, these functions do nothing when their rule fires, as if it were disabled."""
    stopping = ExitStack()
    for name in names:
        function = desk.cloud.functions[name]
        stopping.enter_context(replaced(function, "handler", lambda _event, _context: None))
    return stopping


def test_while_ticks_run_nothing_rings(desk: LocalDesk) -> None:
    desk.cloud.step(10 * MINUTE)
    assert rung(desk) == []


def test_ticks_that_stop_ring_after_three_minutes_and_once_more_after_thirty(
    desk: LocalDesk,
) -> None:
    desk.cloud.step(5 * MINUTE)
    with stopped(desk, "tick"):
        desk.cloud.step(3 * MINUTE)
        assert rung(desk) == []
        desk.cloud.step(MINUTE)
        (first,) = rung(desk)
        assert "nightdesk-local no tick completed" in first
        desk.cloud.step(26 * MINUTE)
        assert len(rung(desk)) == 1
        desk.cloud.step(5 * MINUTE)
        assert "still no tick completed" in rung(desk)[1]
        desk.cloud.step(10 * MINUTE)
        assert len(rung(desk)) == 2


def test_everybody_who_keeps_the_desk_running_is_rung(desk: LocalDesk) -> None:
    desk.cloud.step(5 * MINUTE)
    with stopped(desk, "tick"):
        desk.cloud.step(4 * MINUTE)
    for id in (desk.desk.fallback, desk.desk.lead):
        texts = [text.body for text in desk.phones.of(str(id)).texts if text.is_notice]
        assert any("no tick completed" in text for text in texts)


def test_ticks_that_come_back_and_stop_again_ring_again(desk: LocalDesk) -> None:
    desk.cloud.step(5 * MINUTE)
    for count in (1, 2):
        with stopped(desk, "tick"):
            desk.cloud.step(5 * MINUTE)
        desk.cloud.step(5 * MINUTE)
        assert len(rung(desk)) == count


def test_a_tick_that_fails_each_time_is_no_tick(desk: LocalDesk) -> None:
    def fail(_event: Any, _context: Any) -> None:
        raise RuntimeError("no memory left")

    desk.cloud.step(5 * MINUTE)
    with replaced(desk.cloud.functions["tick"], "handler", fail):
        desk.cloud.step(4 * MINUTE)
    assert any("no tick completed" in text for text in rung(desk))
    assert any("dead letters of schedules" in text for text in rung(desk))


def test_a_day_without_a_readiness_check_rings_and_hourly_checks_do_not(desk: LocalDesk) -> None:
    """The other functions stand still for speed: two days of ticks take a minute to play."""
    with stopped(desk, "tick", "pull_mentions"):
        desk.cloud.step(26 * HOUR)
        assert not [text for text in rung(desk) if "readiness" in text]
        with stopped(desk, "watch"):
            desk.cloud.step(23 * HOUR)
            assert not [text for text in rung(desk) if "readiness" in text]
            desk.cloud.step(2 * HOUR)
            (text,) = [text for text in rung(desk) if "readiness" in text]
            assert "no readiness check ran" in text


# --- how periods are judged --------------------------------------------------------------


class Topics:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.published: list[str] = []

    def publish(self, message: str, *, arn: str, subject: str) -> None:
        self.published.append(f"{arn}: {subject}: {message}")


def an_alarm(**over: Any) -> dict[str, Any]:
    return {
        "AlarmName": "beats",
        "AlarmDescription": "No beat.",
        "AlarmActions": ["notices"],
        "Namespace": "Toy",
        "MetricName": "Beats",
        "Dimensions": [{"Name": "stage", "Value": "test"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 2,
        "ComparisonOperator": "LessThanThreshold",
        "TreatMissingData": "breaching",
        **over,
    }


def played(beats: list[int], **over: Any) -> list[int]:
    """Minutes at which the alarm began to ring, with so many beats in each minute."""
    clock, topics = SteppedClock(NIGHT), Topics()
    alarms = Alarms([an_alarm(**over)], queues=None, topics=topics, clock=clock, has_metrics=True)
    found = []
    for minute, count in enumerate([*beats, 0]):
        clock.move_to(NIGHT + minute * MINUTE)
        if alarms.check():
            found.append(minute)
        if count:
            alarms.measured.count("Toy", "Beats", {"stage": "test"}, count)
    assert len(topics.published) == len(found)
    return found


def test_all_periods_must_be_breaching_unless_fewer_datapoints_are_asked_for() -> None:
    assert played([2, 2, 1, 1, 1]) == [5]
    assert played([1, 1, 2, 1, 1]) == []
    assert played([2, 2, 2, 1, 2], DatapointsToAlarm=1) == [4]


def test_nothing_is_judged_before_all_its_periods_have_passed() -> None:
    assert played([0, 0, 0, 0]) == [3]
    assert played([0, 0]) == []


def test_a_period_without_data_counts_as_the_template_says() -> None:
    assert played([2, 2, 0, 0, 0]) == [5]
    assert played([2, 2, 0, 0, 0], TreatMissingData="notBreaching") == []


def test_an_alarm_on_too_much_rings_above_its_threshold() -> None:
    more = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}
    assert played([2, 3, 2, 0], TreatMissingData="notBreaching", **more) == [2]


def test_what_has_other_dimensions_is_another_metric() -> None:
    clock, topics = SteppedClock(NIGHT), Topics()
    alarms = Alarms([an_alarm()], queues=None, topics=topics, clock=clock, has_metrics=True)
    for minute in range(4):
        clock.move_to(NIGHT + minute * MINUTE)
        alarms.measured.count("Toy", "Beats", {"stage": "prod"}, 9)
        alarms.check()
    assert topics.published == ['notices: ALARM: "beats": No beat.']


def test_metrics_are_not_judged_unless_that_is_asked_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, topics = SteppedClock(NIGHT), Topics()
    alarms = Alarms([an_alarm()], queues=None, topics=topics, clock=clock)
    clock.move_to(NIGHT + HOUR)
    with caplog.at_level(logging.ERROR):
        assert not alarms.check()
    assert topics.published == []
